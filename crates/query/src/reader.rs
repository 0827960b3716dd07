use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::SystemTime;

use sinmun_article::{ArticleId, Language};
use sinmun_index_schema::{Generation, Generations, IndexSchema, tokenizers};
use sinmun_language::Analyzers;
use tantivy::{Index, IndexReader, ReloadPolicy, Searcher, Term};

use crate::cursor::Cursor;
use crate::error::{Error, ErrorKind};
use crate::facets::{Counted, Numbering};
use crate::gather::{Gather, Group, Rank};
use crate::plan::Planner;
use crate::request::{Facet, Order, Request};
use crate::statistics::Scopes;

/// Answers requests from the index in use.
///
/// Cheap to clone and shared between threads. Before each request it looks
/// whether a commit or another generation has come (two `stat` calls), so an
/// answer is never older than the last commit before it was asked.
#[derive(Clone)]
pub struct Reader {
    shared: Arc<Shared>,
}

struct Shared {
    generations: Generations,
    schema: IndexSchema,
    analyzers: Analyzers,
    open: RwLock<Option<Arc<Snapshot>>>,
}

/// One commit of one generation, held open.
struct Snapshot {
    generation: Generation,
    stamp: Stamp,
    reader: IndexReader,
    searcher: Searcher,
    commit: u64,
    languages: Vec<(Language, u64)>,
    scopes: Scopes,
    numberings: Mutex<HashMap<String, Arc<Numbering>>>,
}

/// What tells one commit from another without reading it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Stamp {
    pointer: Option<(SystemTime, u64)>,
    commit: Option<(SystemTime, u64)>,
}

/// What a request found.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// How many articles (or stories, or clusters of articles that are alike) match.
    pub total: u64,
    /// The hits of this page, in order.
    pub hits: Vec<Hit>,
    /// The facets asked for, in the order asked.
    pub facets: Vec<FacetCounts>,
    /// Where the next page begins; `None` where this is the last.
    pub next: Option<String>,
}

/// One article that matches.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hit {
    /// The article.
    pub id: ArticleId,
    /// BM25, where the order is by relevance; else 0.
    pub score: f32,
    /// How many others that match are like it; 0 unless alike ones were to be collapsed.
    pub alike: u64,
}

/// How many hits have each value of a facet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FacetCounts {
    /// The facet.
    pub name: String,
    /// Values and counts: by time, or the most frequent first.
    pub values: Vec<FacetCount>,
    /// How many values there are in all.
    pub distinct: usize,
}

/// One value of a facet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FacetCount {
    /// The value.
    pub value: String,
    /// How many articles (or stories, or clusters) have it.
    pub count: u64,
}

/// The most hits that one request returns.
const MOST_HITS: usize = 10_000;

impl Reader {
    /// A reader of the generations in a folder.
    pub fn new(generations: Generations, analyzers: Analyzers) -> Self {
        let schema = IndexSchema::built_in();
        Self { shared: Arc::new(Shared { generations, schema, analyzers, open: RwLock::new(None) }) }
    }

    /// Answers a request.
    ///
    /// # Errors
    ///
    /// See [`ErrorKind`]: a mistake of the caller's, or an index that is
    /// missing or of another version.
    pub fn search(&self, request: &Request) -> Result<Found, Error> {
        let snapshot = self.snapshot()?;
        let planner = Planner {
            schema: &self.shared.schema,
            analyzers: &self.shared.analyzers,
            searcher: &snapshot.searcher,
            languages: &snapshot.languages,
            scopes: &snapshot.scopes,
        };
        let order = request.order.unwrap_or(match request.query {
            Some(_) => Order::Relevance,
            None => Order::Newest,
        });
        let group = match (request.by_story, request.collapse) {
            (true, true) => {
                let message = "totals count stories or clusters of what is alike: ask for one of the two";
                return Err(Error::of(ErrorKind::BadRequest, message));
            }
            (true, false) => Some(Group::Story),
            (false, true) => Some(Group::Cluster),
            (false, false) => None,
        };
        let limit = request.limit;
        if limit > MOST_HITS {
            let message = format!(
                "{limit} hits at once are too many: ask for {MOST_HITS} at most, and go on with the cursor"
            );
            return Err(Error::of(ErrorKind::BadRequest, message));
        }
        let (after, shown) = snapshot.resume(request.after.as_deref(), order)?;
        if shown + limit > MOST_HITS {
            let message =
                format!("{MOST_HITS} hits can be paged through by relevance; sort by newest for more");
            return Err(Error::of(ErrorKind::BadRequest, message));
        }
        let facets: Result<Vec<Counted>, Error> =
            request.facets.iter().map(|facet| snapshot.counted(facet)).collect();
        let facets = Arc::new(facets?);
        let query = planner.plan(request)?;
        // One hit more than asked for tells whether there is a next page.
        let keep = if limit == 0 { 0 } else { shown + limit + 1 };
        let gather = Gather { order, keep, after, facets: Arc::clone(&facets), group };
        let mut gathered = snapshot.searcher.search(&query, &gather).map_err(Error::tantivy)?;
        let has_more = gathered.hits.len() > shown + limit && limit > 0;
        gathered.hits.truncate(shown + limit);
        let page = gathered.hits.split_off(shown.min(gathered.hits.len()));
        let next =
            page.last().filter(|_| has_more).map(|last| snapshot.next(order, &last.rank, shown + limit));
        let hits = page.iter().map(|hit| {
            let id = if order == Order::Oldest { u64::MAX - hit.rank.id } else { hit.rank.id };
            ArticleId::from_number(id).map(|id| Hit { id, score: hit.rank.score, alike: hit.alike })
        });
        Ok(Found {
            total: gathered.total,
            hits: hits.collect::<Option<_>>().ok_or_else(damaged)?,
            facets: request
                .facets
                .iter()
                .zip(facets.iter().zip(gathered.counts))
                .map(|(facet, (counted, counts))| sort_counts(facet, counted, counts))
                .collect(),
            next: next.map(|cursor| cursor.to_string()),
        })
    }

    /// How many articles the index holds.
    ///
    /// # Errors
    ///
    /// The index is missing or cannot be read.
    pub fn articles(&self) -> Result<u64, Error> {
        Ok(self.snapshot()?.searcher.num_docs())
    }

    /// The commit in use, opened anew where another has come.
    fn snapshot(&self) -> Result<Arc<Snapshot>, Error> {
        let known = self.shared.open.read().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(known) = &known
            && known.stamp == self.shared.stamp(&known.generation)
        {
            return Ok(Arc::clone(known));
        }
        let mut open = self.shared.open.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = open.as_ref()
            && known.stamp == self.shared.stamp(&known.generation)
        {
            return Ok(Arc::clone(known));
        }
        let fresh = Arc::new(self.shared.open_current(open.as_deref())?);
        *open = Some(Arc::clone(&fresh));
        Ok(fresh)
    }
}

impl Shared {
    fn stamp(&self, generation: &Generation) -> Stamp {
        let of = |path: PathBuf| {
            let found = std::fs::metadata(path).ok()?;
            Some((found.modified().ok()?, found.len()))
        };
        Stamp { pointer: of(self.generations.pointer()), commit: of(generation.path.join("meta.json")) }
    }

    fn open_current(&self, before: Option<&Snapshot>) -> Result<Snapshot, Error> {
        let mut last = None;
        // A generation may go away between the reading of CURRENT and its opening: then CURRENT names another.
        for _ in 0..5 {
            let Some(generation) = self.generations.current()? else {
                let message =
                    "there is no index yet: `sinmun import` makes one, `sinmun reindex` makes it again";
                return Err(Error::of(ErrorKind::IndexMissing, message));
            };
            match self.open(&generation, before) {
                Ok(snapshot) => return Ok(snapshot),
                Err(error) if error.kind() == ErrorKind::SchemaMismatch => return Err(error),
                Err(error) => last = Some(error),
            }
        }
        Err(last.unwrap_or_else(damaged))
    }

    fn open(&self, generation: &Generation, before: Option<&Snapshot>) -> Result<Snapshot, Error> {
        let stamp = self.stamp(generation); // before opening: a commit in between makes the next look reload
        let reader = match before {
            Some(before) if before.generation == *generation => {
                before.reader.reload().map_err(Error::tantivy)?;
                before.reader.clone()
            }
            _ => {
                generation.check(self.schema.version())?;
                let mut index = Index::open_in_dir(&generation.path).map_err(Error::tantivy)?;
                if index.schema() != *self.schema.tantivy() {
                    let message = "the index has other fields than this program reads: run `sinmun reindex`";
                    return Err(Error::of(ErrorKind::SchemaMismatch, message));
                }
                index.set_tokenizers(tokenizers(&self.schema, &self.analyzers).0);
                let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual);
                reader.try_into().map_err(Error::tantivy)?
            }
        };
        let searcher = reader.searcher();
        let commit = searcher.index().load_metas().map_err(Error::tantivy)?.opstamp;
        let languages = count_languages(&searcher, &self.schema).map_err(Error::tantivy)?;
        Ok(Snapshot {
            generation: generation.clone(),
            stamp,
            reader,
            searcher,
            commit,
            languages,
            scopes: Scopes::default(),
            numberings: Mutex::default(),
        })
    }
}

impl Snapshot {
    /// Where to go on, by a cursor: the last rank by date, or the number of hits shown.
    fn resume(&self, after: Option<&str>, order: Order) -> Result<(Option<Rank>, usize), Error> {
        match (after.map(Cursor::parse).transpose()?, order) {
            (None, _) => Ok((None, 0)),
            (Some(Cursor::Ranked { generation, commit, shown }), Order::Relevance) => {
                if generation != self.generation.name || commit != self.commit {
                    let message = "the index has changed since this cursor was given: search again from the first \
                                   page, or sort by newest, whose cursors stay good";
                    return Err(Error::of(ErrorKind::BadCursor, message));
                }
                Ok((None, shown.min(MOST_HITS)))
            }
            (Some(Cursor::Dated { moment, id }), Order::Newest | Order::Oldest) => {
                Ok((Some(Rank::dated(order, moment, id)), 0))
            }
            _ => Err(Error::of(
                ErrorKind::BadCursor,
                "the cursor belongs to another order: keep --sort as it was",
            )),
        }
    }

    fn next(&self, order: Order, last: &Rank, shown: usize) -> Cursor {
        match order {
            Order::Relevance => {
                Cursor::Ranked { generation: self.generation.name.clone(), commit: self.commit, shown }
            }
            Order::Newest | Order::Oldest => {
                let moment = (last.moment != i64::MIN).then_some(last.moment);
                let oldest = order == Order::Oldest;
                let moment = if oldest { moment.map(|moment| -moment) } else { moment };
                Cursor::Dated { moment, id: if oldest { u64::MAX - last.id } else { last.id } }
            }
        }
    }

    fn counted(&self, facet: &Facet) -> Result<Counted, Error> {
        match facet.name.as_str() {
            "year" => return Ok(Counted::Time { by_month: false }),
            "month" => return Ok(Counted::Time { by_month: true }),
            name if Facet::NAMES.contains(&name) => {}
            name => {
                let message = format!("there is no facet {name}: take one of {}", Facet::NAMES.join(", "));
                return Err(Error::of(ErrorKind::BadRequest, message));
            }
        }
        let mut numberings = self.numberings.lock().unwrap_or_else(PoisonError::into_inner);
        let numbering = match numberings.get(&facet.name) {
            Some(numbering) => Arc::clone(numbering),
            None => {
                let numbering = Arc::new(Numbering::of(&self.searcher, &facet.name).map_err(Error::tantivy)?);
                numberings.insert(facet.name.clone(), Arc::clone(&numbering));
                numbering
            }
        };
        Ok(Counted::Keyword { name: facet.name.clone(), numbering })
    }
}

/// The languages that an index holds, and how many documents, deleted ones included, have each.
fn count_languages(searcher: &Searcher, schema: &IndexSchema) -> tantivy::Result<Vec<(Language, u64)>> {
    let field = schema.known("language");
    let numbering = Numbering::of(searcher, "language")?;
    let mut languages = Vec::new();
    for code in &numbering.values {
        let Ok(language) = code.parse::<Language>() else { continue };
        let term = Term::from_field_text(field, code);
        let mut documents = 0;
        for segment in searcher.segment_readers() {
            let index = segment.inverted_index(field)?;
            documents += u64::from(index.doc_freq(&term)?);
        }
        languages.push((language, documents));
    }
    languages.sort();
    Ok(languages)
}

fn sort_counts(facet: &Facet, counted: &Counted, counts: HashMap<u32, u64>) -> FacetCounts {
    let distinct = counts.len();
    let mut values: Vec<FacetCount> =
        counts.into_iter().map(|(key, count)| FacetCount { value: counted.value(key), count }).collect();
    values.sort_by(|one, other| other.count.cmp(&one.count).then_with(|| one.value.cmp(&other.value)));
    if let Some(size) = facet.size {
        values.truncate(size);
    }
    if matches!(counted, Counted::Time { .. }) {
        values.sort_by(|one, other| one.value.cmp(&other.value));
    }
    FacetCounts { name: facet.name.clone(), values, distinct }
}

fn damaged() -> Error {
    Error::of(ErrorKind::Io, "the index is damaged: `sinmun reindex` makes it again")
}
