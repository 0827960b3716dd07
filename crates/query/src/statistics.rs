use std::fmt;

use tantivy::query::{Bm25StatisticsProvider, EnableScoring, Query, Weight};
use tantivy::schema::Field;
use tantivy::{Searcher, Term};

/// A query on the fields of one language, ranked as if the index held nothing else.
///
/// BM25 rests on the number of documents and their mean length. Tantivy takes
/// both over the whole index, also for a field that few documents have, which
/// makes every word of a small language look rare and every text look long.
/// Here the documents are those of the language.
pub(crate) struct WithinLanguage {
    query: Box<dyn Query>,
    documents: u64,
}

impl WithinLanguage {
    /// `documents` counts those of the language, deleted ones included as in Tantivy's own figures.
    pub(crate) fn new(query: Box<dyn Query>, documents: u64) -> Self {
        Self { query, documents }
    }
}

impl Clone for WithinLanguage {
    fn clone(&self) -> Self {
        Self { query: self.query.box_clone(), documents: self.documents }
    }
}

impl fmt::Debug for WithinLanguage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "WithinLanguage({:?}, {})", self.query, self.documents)
    }
}

impl Query for WithinLanguage {
    fn weight(&self, scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        match scoring {
            EnableScoring::Enabled { searcher, .. } => {
                let statistics = Statistics { searcher, documents: self.documents };
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
    documents: u64,
}

impl Bm25StatisticsProvider for Statistics<'_> {
    fn total_num_tokens(&self, field: Field) -> tantivy::Result<u64> {
        Bm25StatisticsProvider::total_num_tokens(self.searcher, field)
    }

    fn total_num_docs(&self) -> tantivy::Result<u64> {
        Ok(self.documents)
    }

    fn doc_freq(&self, term: &Term) -> tantivy::Result<u64> {
        // No more than there are: a count that is off by deleted documents must not turn a logarithm round.
        Ok(self.searcher.doc_freq(term)?.min(self.documents))
    }
}
