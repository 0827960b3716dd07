use sinmun_article::{Day, Language};

use crate::Expression;

/// What to look for, where, in which order, and what to count.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Request {
    /// The words; `None` for everything.
    pub query: Option<Expression>,
    /// Whether all words must match, or any.
    pub matching: Match,
    /// What the hits must have.
    pub filters: Filters,
    /// What to count the hits by.
    pub facets: Vec<Facet>,
    /// The order of the hits; `None` for relevance with words, newest first without.
    pub order: Option<Order>,
    /// How many hits to return.
    pub limit: usize,
    /// Where the page before ended.
    pub after: Option<String>,
    /// Whether totals and facets count each story once.
    pub by_story: bool,
    /// Whether of articles that are alike only the first in order is a hit, and totals and facets count them once.
    pub collapse: bool,
}

/// Whether all words must match.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Match {
    /// All of them.
    #[default]
    All,
    /// Any, ranked by how many and how telling.
    Any,
}

/// What hits must have: one value of each list that has any.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filters {
    /// Ids of sources.
    pub sources: Vec<String>,
    /// Languages.
    pub languages: Vec<Language>,
    /// Ids of people.
    pub people: Vec<String>,
    /// Ids of organisations.
    pub organizations: Vec<String>,
    /// Ids of places.
    pub places: Vec<String>,
    /// ISO 3166 codes of countries mentioned.
    pub countries: Vec<String>,
    /// The first day.
    pub from: Option<Day>,
    /// The last day.
    pub to: Option<Day>,
    /// How an interval must lie to these days.
    pub dates: DateMatch,
}

/// How the interval in which an article was published must lie to the days asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum DateMatch {
    /// Wholly inside.
    #[default]
    Inside,
    /// With at least a day in common.
    Overlap,
}

/// A facet to count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facet {
    /// Its name: source, language, person, organization, place, country, year or month.
    pub name: String,
    /// How many values to return; all where it is `None`.
    pub size: Option<usize>,
}

/// The order of hits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// By BM25, the best first.
    Relevance,
    /// By (date, id), the latest first; what has no date comes last.
    Newest,
    /// By (date, id), the earliest first; what has no date comes last.
    Oldest,
}

impl Facet {
    /// The names of all facets.
    pub const NAMES: [&str; 8] =
        ["source", "language", "person", "organization", "place", "country", "year", "month"];
}
