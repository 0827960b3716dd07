use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use sinmun_article::Language;
use sinmun_index_schema::IndexSchema;
use tantivy::query::{Bm25StatisticsProvider, EnableScoring, Query, Weight};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocSet, Searcher, TERMINATED, Term};

/// The documents that a ranking rests on: those of one language, or of some sources in it.
///
/// BM25 weighs a word by how many documents have it, and a text by how long
/// it is beside the others. Tantivy takes both over the whole index, also
/// for a field that few documents have, which makes every word of a small
/// language look rare and every text look long. Within a scope a ranking is the same
/// whatever else is in the index.
#[derive(Debug)]
pub(crate) struct Scope {
    documents: u64,
    /// The documents of each segment by their numbers; `None` where the scope is the whole language.
    members: Option<Vec<Vec<bool>>>,
    lengths: Mutex<HashMap<Field, u64>>,
}

impl Scope {
    /// All documents of a language; the deleted ones count, as they do in Tantivy's frequencies.
    pub(crate) fn language(documents: u64) -> Self {
        Self { documents, members: None, lengths: Mutex::default() }
    }

    /// The documents that have one of the languages and one of the sources.
    pub(crate) fn sources(
        searcher: &Searcher,
        languages: &[Term],
        sources: &[Term],
    ) -> tantivy::Result<Self> {
        let mut members = Vec::new();
        let mut documents = 0;
        for segment in searcher.segment_readers() {
            let mark = |terms: &[Term]| -> tantivy::Result<Vec<bool>> {
                let mut marked = vec![false; segment.max_doc() as usize];
                for term in terms {
                    let index = segment.inverted_index(term.field())?;
                    let Some(mut postings) = index.read_postings(term, IndexRecordOption::Basic)? else {
                        continue;
                    };
                    while postings.doc() != TERMINATED {
                        marked[postings.doc() as usize] = true;
                        postings.advance();
                    }
                }
                Ok(marked)
            };
            let mut both = mark(languages)?;
            for (is_member, has_source) in both.iter_mut().zip(mark(sources)?) {
                *is_member &= has_source;
            }
            documents += both.iter().filter(|is_member| **is_member).count() as u64;
            members.push(both);
        }
        Ok(Self { documents, members: Some(members), lengths: Mutex::default() })
    }

    /// How many terms the documents have in a field, by the lengths that the index keeps to a byte.
    fn length(&self, searcher: &Searcher, field: Field) -> tantivy::Result<u64> {
        let mut lengths = self.lengths.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(length) = lengths.get(&field) {
            return Ok(*length);
        }
        let mut length = 0;
        for (place, segment) in searcher.segment_readers().iter().enumerate() {
            let norms = segment.fieldnorms_readers().get_field(field)?;
            let is_member = |document: &u32| match &self.members {
                Some(members) => members[place][*document as usize],
                None => true,
            };
            let documents = (0..segment.max_doc()).filter(is_member);
            length += match norms {
                Some(norms) => documents.map(|document| u64::from(norms.fieldnorm(document))).sum::<u64>(),
                // A field without lengths is ranked as if every text had one term.
                None => documents.count() as u64,
            };
        }
        lengths.insert(field, length);
        Ok(length)
    }

    /// How many of the documents have a term.
    fn frequency(&self, searcher: &Searcher, term: &Term) -> tantivy::Result<u64> {
        let Some(members) = &self.members else { return searcher.doc_freq(term) };
        let mut frequency = 0;
        for (segment, members) in searcher.segment_readers().iter().zip(members) {
            let index = segment.inverted_index(term.field())?;
            let Some(mut postings) = index.read_postings(term, IndexRecordOption::Basic)? else { continue };
            while postings.doc() != TERMINATED {
                frequency += u64::from(members[postings.doc() as usize]);
                postings.advance();
            }
        }
        Ok(frequency)
    }
}

/// The first of the languages that share a set of fields, and the sources.
type ScopeKey = (Language, Vec<String>);

/// The scopes of one commit that were asked for.
#[derive(Debug, Default)]
pub(crate) struct Scopes {
    known: Mutex<HashMap<ScopeKey, Arc<Scope>>>,
}

/// The most scopes that are remembered.
const MOST_SCOPES: usize = 64;

impl Scopes {
    /// The scope of the languages that share a set of fields, with their documents; within sources where any are given.
    pub(crate) fn of(
        &self,
        schema: &IndexSchema,
        searcher: &Searcher,
        languages: &[(Language, u64)],
        sources: &[String],
    ) -> tantivy::Result<Arc<Scope>> {
        let key = (languages[0].0, sources.to_vec());
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(scope) = known.get(&key) {
            return Ok(Arc::clone(scope));
        }
        let scope = if sources.is_empty() {
            Scope::language(languages.iter().map(|(_, documents)| documents).sum())
        } else {
            let term = |field: &str, value: &str| Term::from_field_text(schema.known(field), value);
            let languages: Vec<Term> =
                languages.iter().map(|(language, _)| term("language", language.code())).collect();
            let sources: Vec<Term> = sources.iter().map(|source| term("source", source)).collect();
            Scope::sources(searcher, &languages, &sources)?
        };
        if known.len() >= MOST_SCOPES {
            known.clear();
        }
        Ok(Arc::clone(known.entry(key).or_insert(Arc::new(scope))))
    }
}

/// A query ranked as if the index held nothing but a scope.
pub(crate) struct Within {
    query: Box<dyn Query>,
    scope: Arc<Scope>,
}

impl Within {
    pub(crate) fn new(query: Box<dyn Query>, scope: Arc<Scope>) -> Self {
        Self { query, scope }
    }
}

impl Clone for Within {
    fn clone(&self) -> Self {
        Self { query: self.query.box_clone(), scope: Arc::clone(&self.scope) }
    }
}

impl fmt::Debug for Within {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Within({:?}, {} documents)", self.query, self.scope.documents)
    }
}

impl Query for Within {
    fn weight(&self, scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        match scoring {
            EnableScoring::Enabled { searcher, .. } => {
                let statistics = Statistics { searcher, scope: &self.scope };
                self.query.weight(EnableScoring::enabled_from_statistics_provider(&statistics, searcher))
            }
            disabled => self.query.weight(disabled),
        }
    }

    fn query_terms<'a>(&'a self, visitor: &mut dyn FnMut(&'a Term, bool)) {
        self.query.query_terms(visitor);
    }
}

struct Statistics<'a> {
    searcher: &'a Searcher,
    scope: &'a Scope,
}

impl Bm25StatisticsProvider for Statistics<'_> {
    fn total_num_tokens(&self, field: Field) -> tantivy::Result<u64> {
        // An empty scope has no mean, and none of its documents is ever scored.
        Ok(self.scope.length(self.searcher, field)?.max(1))
    }

    fn total_num_docs(&self) -> tantivy::Result<u64> {
        Ok(self.scope.documents.max(1))
    }

    fn doc_freq(&self, term: &Term) -> tantivy::Result<u64> {
        // No more than there are: a count that is off by deleted documents must not turn a logarithm round.
        Ok(self.scope.frequency(self.searcher, term)?.min(self.scope.documents.max(1)))
    }
}
