use std::ops::Range;

use sinmun_article::{ArticleId, Language, PubDate, SourceId};
use sinmun_query::Snippet;

/// What a search found.
#[derive(Debug, Clone, PartialEq)]
pub struct Results {
    /// The query as understood; empty for everything.
    pub query: String,
    /// How many articles (or stories, or clusters of articles that are alike) match.
    pub total: u64,
    /// How long the search took, snippets included, in microseconds.
    pub took_us: u64,
    /// The hits of this page.
    pub hits: Vec<SearchHit>,
    /// The facets asked for.
    pub facets: Vec<Facet>,
    /// Where the next page begins.
    pub next: Option<String>,
    /// Other queries, where nothing was found.
    pub suggestions: Vec<Suggestion>,
}

/// One article that matches.
#[derive(Debug, Clone, PartialEq)]
pub struct SearchHit {
    /// The article.
    pub id: ArticleId,
    /// The id under which it was imported, where it was.
    pub imported_id: Option<String>,
    /// Its title.
    pub title: String,
    /// Where in the title the matching words stand: byte ranges.
    pub title_highlights: Vec<Range<usize>>,
    /// Who published it.
    pub source: SourceId,
    /// The outlet's name as printed.
    pub source_name: String,
    /// The language of its text.
    pub language: Language,
    /// When it was published.
    pub date: Option<PubDate>,
    /// Where it was published.
    pub url: Option<String>,
    /// How well it matches (BM25); 0 where hits are ordered by date.
    pub score: f32,
    /// How many others that match are like it and were left out; `None` unless the query was to collapse them.
    pub alike: Option<u64>,
    /// The passage that matches.
    pub snippet: Snippet,
}

/// The values of one facet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facet {
    /// Its name.
    pub name: String,
    /// Its values: by time, or the most frequent first.
    pub values: Vec<FacetValue>,
    /// How many values there are in all.
    pub distinct: usize,
}

/// One value of a facet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FacetValue {
    /// The value, to filter by.
    pub value: String,
    /// The value in print.
    pub label: String,
    /// How many articles (or stories, or clusters) have it.
    pub count: u64,
}

/// Another query that may find something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// The query.
    pub query: String,
    /// Why it may.
    pub why: String,
}
