use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use etcetera::BaseStrategy;
use sinmun_archive::{Catalogue, Counts, Store};
use sinmun_article::{Article, ArticleId, EntityKind, Language, Source, SourceId, fold_title};
use sinmun_entities::Recognizer;
use sinmun_index_schema::{Generations, IndexSchema};
use sinmun_indexer::{Indexer, Mentioned};
use sinmun_language::{Analyzers, Progress};
use sinmun_query::{Expression, Filters, Found, Order, Reader, Request, Snippets};
use sinmun_sources::Sources;

use crate::error::{Error, ErrorKind};
use crate::import::{self, ImportEvent, ImportOptions, ImportSummary};
use crate::query::Query;
use crate::reading;
use crate::results::{Facet, FacetValue, Results, SearchHit, Suggestion};
use crate::show::{Alike, Shown};
use crate::status::{IndexState, Status};

/// One data directory: import into it, search it, look at its articles.
#[derive(Clone)]
pub struct Library {
    shared: Arc<Shared>,
}

struct Shared {
    data: PathBuf,
    options: Options,
    sources: Sources,
    schema: IndexSchema,
    analyzers: Analyzers,
    reader: Reader,
    catalogue: Mutex<Option<Arc<Catalogue>>>,
    /// The names of sources that no definition knows.
    outlets: Mutex<HashMap<SourceId, String>>,
}

/// How a library uses the machine.
#[derive(Clone, Default)]
pub struct Options {
    /// Where compiled dictionaries are kept; the platform's cache folder by default.
    pub cache: Option<PathBuf>,
    /// How indexing uses memory and cores.
    pub indexing: sinmun_indexer::Options,
    /// Who hears of a dictionary being compiled.
    pub notify: Option<Arc<dyn Fn(Progress) + Send + Sync>>,
}

impl Library {
    /// Opens a data directory; nothing is made before the first import.
    ///
    /// # Errors
    ///
    /// The platform has no cache folder and none was given, or a definition in
    /// the folder `sources` of the data directory has a mistake.
    pub fn open(data: impl AsRef<Path>) -> Result<Self, Error> {
        Self::open_with(data, Options::default())
    }

    /// The same, with options.
    ///
    /// # Errors
    ///
    /// The platform has no cache folder and none was given.
    pub fn open_with(data: impl AsRef<Path>, options: Options) -> Result<Self, Error> {
        let data = data.as_ref().to_owned();
        let cache = match &options.cache {
            Some(cache) => cache.clone(),
            None => etcetera::choose_base_strategy()
                .map(|platform| platform.cache_dir().join("sinmun"))
                .map_err(|error| Error::of(ErrorKind::Io, format!("cannot find a cache folder: {error}")))?,
        };
        let analyzers = match options.notify.clone() {
            Some(notify) => Analyzers::with_notice(cache, move |progress| notify(progress)),
            None => Analyzers::new(cache),
        };
        let reader = Reader::new(Generations::of(data.join("index")), analyzers.clone());
        let sources = Sources::with_folder(data.join("sources")).map_err(bad_definition)?;
        let shared = Shared {
            data,
            options,
            sources,
            schema: IndexSchema::built_in(),
            analyzers,
            reader,
            catalogue: Mutex::default(),
            outlets: Mutex::default(),
        };
        Ok(Self { shared: Arc::new(shared) })
    }

    /// Where it lies.
    pub fn path(&self) -> &Path {
        &self.shared.data
    }

    /// Imports a file of articles (JSON Lines) or of pages (WARC, WACZ), or the ones in a folder, and indexes what is new.
    ///
    /// # Errors
    ///
    /// Something cannot be written. Files and lines that cannot be read are
    /// counted in the summary.
    pub fn import(&self, path: impl AsRef<Path>) -> Result<ImportSummary, Error> {
        self.import_with(&[path.as_ref().to_owned()], &ImportOptions::default(), &|_| {})
    }

    /// The same for several files, with options and someone who is told what happens.
    ///
    /// # Errors
    ///
    /// Something cannot be written; what was stored before is safe and will be indexed next time.
    pub fn import_with(
        &self,
        paths: &[PathBuf],
        options: &ImportOptions,
        on: &(dyn Fn(ImportEvent) + Sync),
    ) -> Result<ImportSummary, Error> {
        let reread = self.keep_up(&mut |done, total| on(ImportEvent::ReadAgain { done, total }))?;
        let mut summary = import::store(&self.shared.data, paths, options, &self.shared.sources, on)?;
        summary.reread = reread;
        summary.indexed = self
            .index_changes(&|done, total| on(ImportEvent::Compared { done, total }), &|done, total| {
                on(ImportEvent::Indexed { done, total })
            })?;
        Ok(summary)
    }

    /// Makes the index again from the catalogue; searches go on with the old one until it is complete.
    ///
    /// Returns how many articles were indexed.
    ///
    /// # Errors
    ///
    /// The catalogue is missing or the index cannot be written.
    pub fn reindex(&self, progress: &(dyn Fn(u64, u64) + Sync)) -> Result<u64, Error> {
        let catalogue = self.open_catalogue()?;
        catalogue.compare_texts(&|_, _| {})?;
        Ok(self.indexer().rebuild(&catalogue, &self.mentioned(), progress)?.indexed)
    }

    /// Makes the catalogue again from the archive, then brings the index up to it.
    ///
    /// # Errors
    ///
    /// A record is damaged; the catalogue then is as it was.
    pub fn rebuild(&self, progress: &mut dyn FnMut(u64, u64)) -> Result<Counts, Error> {
        if !self.shared.data.join("archive").is_dir() {
            let message =
                format!("{} has no archive: there is nothing to rebuild from", self.shared.data.display());
            return Err(Error::of(ErrorKind::Empty, message));
        }
        let reader = || reading::reader(self.shared.sources.clone(), None);
        let mut store = match Store::open(&self.shared.data, reader()) {
            Err(error) if error.kind() == sinmun_archive::ErrorKind::CatalogueUnreadable => {
                self.set_catalogue_aside()?;
                Store::open(&self.shared.data, reader())?
            }
            store => store?,
        };
        let counts = store.rebuild(progress)?;
        drop(store);
        *self.shared.catalogue.lock().unwrap_or_else(PoisonError::into_inner) = None;
        let catalogue = self.open_catalogue()?;
        catalogue.compare_texts(&|_, _| {})?;
        self.indexer().update(&catalogue, &self.mentioned(), &|_, _| {})?;
        Ok(counts)
    }

    /// A catalogue that cannot be read makes room for a new one, and is kept beside it.
    fn set_catalogue_aside(&self) -> Result<(), Error> {
        for ending in ["", "-wal", "-shm"] {
            let path = self.shared.data.join(format!("catalogue.sqlite{ending}"));
            let aside = self.shared.data.join(format!("catalogue.sqlite{ending}.unreadable"));
            match std::fs::rename(&path, &aside) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    return Err(Error::of(
                        ErrorKind::Io,
                        format!("cannot rename {}: {error}", path.display()),
                    ));
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Searches.
    ///
    /// # Errors
    ///
    /// A mistake in the query, or no index yet.
    pub fn search(&self, query: &Query) -> Result<Results, Error> {
        let start = Instant::now();
        let request = self.request(query)?;
        let found = self.shared.reader.search(&request)?;
        let mut hits = self.hits(&request, &found)?;
        hits.shrink_to_fit();
        let suggestions = if found.total == 0 { self.suggest(query) } else { Vec::new() };
        let facets = found.facets.iter().map(|facet| self.label(facet)).collect();
        Ok(Results {
            query: query.expression.as_ref().map_or_else(String::new, ToString::to_string),
            total: found.total,
            took_us: start.elapsed().as_micros() as u64,
            hits,
            facets,
            next: found.next,
            suggestions,
        })
    }

    /// The ids and scores alone, without titles and snippets: for benchmarks and relevance runs.
    ///
    /// # Errors
    ///
    /// A mistake in the query, or no index yet.
    pub fn search_ids(&self, query: &Query) -> Result<(u64, Vec<(ArticleId, f32)>), Error> {
        let found = self.shared.reader.search(&self.request(query)?)?;
        Ok((found.total, found.hits.iter().map(|hit| (hit.id, hit.score)).collect()))
    }

    /// The ids of one page of hits, and the cursor of the next.
    pub(crate) fn page_of_ids(&self, query: &Query) -> Result<(Vec<ArticleId>, Option<String>), Error> {
        let found = self.shared.reader.search(&self.request(query)?)?;
        Ok((found.hits.iter().map(|hit| hit.id).collect(), found.next))
    }

    /// The hits of a query by name and score, best first: the imported id where there is one, else the id.
    ///
    /// For relevance runs, where files of judgements know articles by the ids they were imported with.
    ///
    /// # Errors
    ///
    /// A mistake in the query, or no index yet.
    pub fn ranking(&self, query: &Query) -> Result<Vec<(String, f32)>, Error> {
        let found = self.shared.reader.search(&self.request(query)?)?;
        let catalogue = self.open_catalogue()?;
        let mut ranking = Vec::with_capacity(found.hits.len());
        for hit in &found.hits {
            let name = catalogue.imported_id(hit.id)?.unwrap_or_else(|| hit.id.to_string());
            ranking.push((name, hit.score));
        }
        Ok(ranking)
    }

    /// The articles of an id, an imported id or a URL, with their history.
    ///
    /// # Errors
    ///
    /// The catalogue is missing or cannot be read.
    pub fn show(&self, name: &str) -> Result<Vec<Shown>, Error> {
        let catalogue = self.open_catalogue()?;
        let mut ids = Vec::new();
        if let Ok(id) = name.parse::<ArticleId>() {
            ids.push(id);
        }
        ids.extend(catalogue.by_imported_id(name)?);
        ids.extend(catalogue.by_url(|source| self.shared.sources.canonical_url(source, name))?);
        let mut shown: Vec<Shown> = Vec::new();
        for id in ids {
            let Some(article) = catalogue.article(id)? else { continue };
            if shown.iter().all(|known| known.article.id != article.id) {
                let source = self.source(&article.source);
                let revisions = catalogue.revisions(article.id)?;
                let pages = article.url.as_deref().map(|url| self.pages(url)).transpose()?;
                let (pictures, pages) = (catalogue.pictures(article.id)?, pages.unwrap_or_default());
                let alike = match catalogue.cluster(article.id)? {
                    Some(cluster) => catalogue
                        .article(cluster.face)?
                        .map(|earliest| Alike { count: cluster.size, earliest: Box::new(earliest) }),
                    None => None,
                };
                shown.push(Shown { article, source, revisions, pictures, pages, alike });
            }
        }
        Ok(shown)
    }

    /// What the data directory holds, and whether it is sound.
    ///
    /// # Errors
    ///
    /// The catalogue is missing or cannot be read.
    pub fn status(&self) -> Result<Status, Error> {
        let catalogue = self.open_catalogue()?;
        let sources = catalogue.source_counts()?;
        let index = match self.shared.reader.articles() {
            Ok(_) => match self.indexer().pending(&catalogue)? {
                0 => IndexState::Current,
                changes => IndexState::Behind { changes },
            },
            Err(error) => IndexState::Unusable(error.to_string()),
        };
        let data = &self.shared.data;
        let catalogue_bytes =
            ["", "-wal"].iter().map(|ending| size(&data.join(format!("catalogue.sqlite{ending}"))));
        Ok(Status {
            rejections: catalogue.rejections()?,
            archive_bytes: size(&data.join("archive")),
            catalogue_bytes: catalogue_bytes.sum(),
            index_bytes: size(&data.join("index")),
            sources,
            index,
        })
    }

    /// The catalogue's contents as text, for comparing two of them.
    ///
    /// # Errors
    ///
    /// The catalogue is missing or cannot be read.
    pub fn dump(&self) -> Result<String, Error> {
        Ok(self.open_catalogue()?.dump()?)
    }

    /// What is known of a source: its definition, else the name under which its articles came in.
    pub fn source(&self, id: &SourceId) -> Source {
        if let Some(definition) = self.shared.sources.get(id) {
            return definition.source();
        }
        let mut outlets = self.shared.outlets.lock().unwrap_or_else(PoisonError::into_inner);
        if !outlets.contains_key(id)
            && let Ok(known) = self.open_catalogue().and_then(|catalogue| Ok(catalogue.outlets()?))
        {
            outlets.extend(known);
        }
        let name = outlets.get(id).cloned().unwrap_or_else(|| id.to_string());
        Source { name, ..self.shared.sources.source(id) }
    }

    pub(crate) fn open_catalogue(&self) -> Result<Arc<Catalogue>, Error> {
        let mut open = self.shared.catalogue.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(catalogue) = open.as_ref() {
            return Ok(Arc::clone(catalogue));
        }
        let catalogue = Arc::new(Catalogue::open(&self.shared.data)?);
        *open = Some(Arc::clone(&catalogue));
        Ok(catalogue)
    }

    /// The definitions: those that come with the program, and the user's own.
    pub(crate) fn definitions(&self) -> &Sources {
        &self.shared.sources
    }

    /// Finds out what is alike, then brings the index up to the catalogue; returns how many articles were written.
    pub(crate) fn index_changes(
        &self,
        compared: &dyn Fn(u64, u64),
        indexed: &(dyn Fn(u64, u64) + Sync),
    ) -> Result<u64, Error> {
        let catalogue = self.open_catalogue()?;
        // Where nothing at all has come in, an empty index would hide that from the next search.
        if catalogue.count_changes(0)? == 0 {
            return Ok(0);
        }
        catalogue.compare_texts(compared)?;
        Ok(self.indexer().update(&catalogue, &self.mentioned(), indexed)?.indexed)
    }

    fn indexer(&self) -> Indexer {
        let generations = Generations::of(self.shared.data.join("index"));
        Indexer::new(generations, self.shared.analyzers.clone(), self.shared.options.indexing.clone())
    }

    /// Says what an article mentions.
    fn mentioned(&self) -> impl Fn(&Article) -> Mentioned + Sync + use<> {
        let recognizer = Recognizer::built_in();
        move |article| {
            let mut mentioned = Mentioned::default();
            for text in [&article.title, &article.body] {
                let mentions = recognizer.mentions(text, article.language);
                mentioned.add(&mentions, |mention| {
                    recognizer.gazetteer().get(mention.id.as_str())?.entity.country.as_deref()
                });
            }
            mentioned
        }
    }

    /// A query with its names resolved to ids.
    fn request(&self, query: &Query) -> Result<Request, Error> {
        let gazetteer = sinmun_entities::built_in_gazetteer();
        let entities = |kind: EntityKind| -> Vec<String> {
            let names = query.entities.iter().filter(|(of, _)| *of == kind).map(|(_, name)| name);
            let mut ids = Vec::new();
            for name in names {
                let known = gazetteer.resolve(kind, name);
                if known.is_empty() {
                    ids.push(format!("name:{}", fold_title(name)));
                }
                ids.extend(known.iter().map(|row| row.entity.id.to_string()));
            }
            ids
        };
        let mut sources = Vec::new();
        for name in &query.sources {
            let id = self.shared.sources.resolve(name);
            let none = || Error::of(ErrorKind::BadRequest, format!("{name:?} is no name of a source"));
            sources.push(id.ok_or_else(none)?.to_string());
        }
        let mut countries = Vec::new();
        for name in &query.countries {
            let rows = gazetteer.resolve(EntityKind::Place, name);
            let named: Vec<String> = rows.iter().filter_map(|row| row.entity.country.clone()).collect();
            match (name.len(), named.is_empty()) {
                (2, _) if name.is_ascii() => countries.push(name.to_ascii_uppercase()),
                (_, false) => countries.extend(named),
                _ => {
                    let message =
                        format!("{name:?} is no country: give its ISO 3166 code, such as KP, or its name");
                    return Err(Error::of(ErrorKind::BadRequest, message));
                }
            }
        }
        Ok(Request {
            query: query.expression.clone(),
            matching: query.matching,
            filters: Filters {
                sources,
                languages: query.languages.clone(),
                people: entities(EntityKind::Person),
                organizations: entities(EntityKind::Organization),
                places: entities(EntityKind::Place),
                countries,
                from: query.from,
                to: query.to,
                dates: query.dates,
            },
            facets: query.facets.clone(),
            order: query.order,
            limit: query.limit,
            after: query.after.clone(),
            by_story: query.by_story,
            collapse: query.collapse,
        })
    }

    fn hits(&self, request: &Request, found: &Found) -> Result<Vec<SearchHit>, Error> {
        if found.hits.is_empty() {
            return Ok(Vec::new());
        }
        let catalogue = self.open_catalogue()?;
        let snippets = Snippets::new(&self.shared.schema, &self.shared.analyzers, request.query.as_ref());
        let mut hits = Vec::with_capacity(found.hits.len());
        let mut names: HashMap<SourceId, String> = HashMap::new();
        for hit in &found.hits {
            // An article joined to another since the commit answers under the other's id.
            let Some(article) = catalogue.article(hit.id)? else { continue };
            let name =
                names.entry(article.source.clone()).or_insert_with(|| self.source(&article.source).name);
            hits.push(SearchHit {
                id: article.id,
                title_highlights: snippets.mark(&article.title, article.language)?,
                snippet: snippets.cut(&article.body, article.language)?,
                source_name: name.clone(),
                imported_id: article.imported_id,
                title: article.title,
                source: article.source,
                language: article.language,
                date: article.date,
                url: article.url,
                score: hit.score,
                alike: request.collapse.then_some(hit.alike),
            });
        }
        Ok(hits)
    }

    /// The articles in which most of some passages stand, as far as the index knows.
    pub(crate) fn quoting(
        &self,
        passages: Vec<Expression>,
        language: Option<Language>,
        limit: usize,
    ) -> Result<Vec<ArticleId>, Error> {
        let request = Request {
            query: Some(Expression::Any(passages)),
            filters: Filters { languages: language.into_iter().collect(), ..Filters::default() },
            order: Some(Order::Relevance),
            limit,
            ..Request::default()
        };
        Ok(self.shared.reader.search(&request)?.hits.iter().map(|hit| hit.id).collect())
    }

    fn label(&self, facet: &sinmun_query::FacetCounts) -> Facet {
        let gazetteer = sinmun_entities::built_in_gazetteer();
        let label = |value: &str| match facet.name.as_str() {
            "source" => value.parse().map_or_else(|_| value.to_owned(), |id| self.source(&id).name),
            "person" | "organization" | "place" => {
                gazetteer.get(value).map_or_else(|| value.to_owned(), |row| row.entity.label.clone())
            }
            "country" => gazetteer
                .rows()
                .iter()
                .find(|row| row.entity.country.as_deref() == Some(value))
                .map_or_else(|| value.to_owned(), |row| row.entity.label.clone()),
            _ => value.to_owned(),
        };
        let values = facet.values.iter().map(|counted| FacetValue {
            value: counted.value.clone(),
            label: label(&counted.value),
            count: counted.count,
        });
        Facet { name: facet.name.clone(), values: values.collect(), distinct: facet.distinct }
    }

    /// What else may find something: fewer conditions, or any of the words.
    fn suggest(&self, query: &Query) -> Vec<Suggestion> {
        let mut suggestions = Vec::new();
        let gazetteer = sinmun_entities::built_in_gazetteer();
        for (kind, name) in &query.entities {
            if gazetteer.resolve(*kind, name).is_empty() {
                let why = format!("no {kind} is known by the name {name}; look for it as a phrase");
                suggestions.push(Suggestion { query: format!("\"{}\"", name.replace('"', "")), why });
            }
        }
        for name in &query.sources {
            let id = self.shared.sources.resolve(name);
            let alone = Query { sources: vec![name.clone()], ..Query::all() }.limit(0);
            if id.is_some() && self.search_ids(&alone).is_ok_and(|(total, _)| total == 0) {
                let why = format!("no article is of a source {name}; `sinmun status` lists those there are");
                let without = Query { sources: Vec::new(), ..query.clone() };
                let text = without.expression.as_ref().map_or_else(String::new, ToString::to_string);
                suggestions.push(Suggestion { query: text, why });
            }
        }
        let Some(expression) = &query.expression else { return suggestions };
        let count = |query: Query| self.search_ids(&query.limit(0)).map_or(0, |(total, _)| total);
        let alone = Query { expression: Some(expression.clone()), matching: query.matching, ..Query::all() };
        let without_filters = count(alone);
        if without_filters > 0 {
            let why = format!("{without_filters} found without the filters");
            suggestions.push(Suggestion { query: expression.to_string(), why });
        } else if let Expression::All(parts) = expression {
            let any = Expression::Any(parts.clone());
            let total = count(Query { expression: Some(any.clone()), ..Query::all() });
            if total > 0 {
                suggestions.push(Suggestion {
                    query: any.to_string(),
                    why: format!("{total} found with any of the words"),
                });
            }
        }
        suggestions
    }
}

fn bad_definition(error: sinmun_sources::Error) -> Error {
    let kind = match error.kind() {
        sinmun_sources::ErrorKind::Io => ErrorKind::Io,
        _ => ErrorKind::BadRequest,
    };
    Error::of(kind, error.to_string())
}

/// Bytes of a file or of all files below a folder.
fn size(path: &Path) -> u64 {
    let Ok(found) = std::fs::metadata(path) else { return 0 };
    if !found.is_dir() {
        return found.len();
    }
    std::fs::read_dir(path).into_iter().flatten().flatten().map(|entry| size(&entry.path())).sum()
}
