use sinmun_article::{Day, EntityKind, Language};
use sinmun_query::{DateMatch, Expression, Facet, Match, Order};

use crate::error::{Error, ErrorKind};

/// What to look for, built step by step.
///
/// Names of sources, people, organisations, places and countries may be given
/// as ids or in any spelling that the program knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    pub(crate) expression: Option<Expression>,
    pub(crate) matching: Match,
    pub(crate) sources: Vec<String>,
    pub(crate) languages: Vec<Language>,
    pub(crate) entities: Vec<(EntityKind, String)>,
    pub(crate) countries: Vec<String>,
    pub(crate) from: Option<Day>,
    pub(crate) to: Option<Day>,
    pub(crate) dates: DateMatch,
    pub(crate) facets: Vec<Facet>,
    pub(crate) order: Option<Order>,
    pub(crate) limit: usize,
    pub(crate) after: Option<String>,
    pub(crate) by_story: bool,
    pub(crate) collapse: bool,
}

impl Query {
    /// Everything, newest first.
    pub fn all() -> Self {
        Self {
            expression: None,
            matching: Match::All,
            sources: Vec::new(),
            languages: Vec::new(),
            entities: Vec::new(),
            countries: Vec::new(),
            from: None,
            to: None,
            dates: DateMatch::Inside,
            facets: Vec::new(),
            order: None,
            limit: 10,
            after: None,
            by_story: false,
            collapse: false,
        }
    }

    /// A query as typed; an empty one is [`Query::all`].
    ///
    /// # Errors
    ///
    /// [`ErrorKind::BadQuery`] with the character where the mistake is.
    pub fn parse(text: &str) -> Result<Self, Error> {
        if text.trim().is_empty() {
            return Ok(Self::all());
        }
        Ok(Self { expression: Some(Expression::parse(text)?), ..Self::all() })
    }

    /// A question taken word by word, without syntax, of which any word may match.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::BadQuery`] where the text has no word.
    pub fn question(text: &str) -> Result<Self, Error> {
        let none = || Error::of(ErrorKind::BadQuery, "the question has no word");
        let expression = Some(Expression::plain(text).ok_or_else(none)?);
        Ok(Self { expression, matching: Match::Any, ..Self::all() })
    }

    /// Whether all words must match (the default) or any.
    #[must_use]
    pub fn matching(self, matching: Match) -> Self {
        Self { matching, ..self }
    }

    /// Only this source, or the ones named so far.
    #[must_use]
    pub fn source(mut self, name: &str) -> Self {
        self.sources.push(name.to_owned());
        self
    }

    /// Only this language, or the ones named so far.
    #[must_use]
    pub fn language(mut self, language: Language) -> Self {
        self.languages.push(language);
        self
    }

    /// Only what mentions this person, or one of those named so far.
    #[must_use]
    pub fn person(self, name: &str) -> Self {
        self.entity(EntityKind::Person, name)
    }

    /// Only what mentions this organisation, or one of those named so far.
    #[must_use]
    pub fn organization(self, name: &str) -> Self {
        self.entity(EntityKind::Organization, name)
    }

    /// Only what mentions this place, or one of those named so far.
    #[must_use]
    pub fn place(self, name: &str) -> Self {
        self.entity(EntityKind::Place, name)
    }

    /// Only what mentions this entity, or one of its kind named so far.
    #[must_use]
    pub fn entity(mut self, kind: EntityKind, name: &str) -> Self {
        self.entities.push((kind, name.to_owned()));
        self
    }

    /// Only what mentions this country (ISO 3166 code or name), or one of those named so far.
    #[must_use]
    pub fn country(mut self, name: &str) -> Self {
        self.countries.push(name.to_owned());
        self
    }

    /// Nothing before this day.
    #[must_use]
    pub fn from(self, day: Day) -> Self {
        Self { from: Some(day), ..self }
    }

    /// Nothing after this day.
    #[must_use]
    pub fn to(self, day: Day) -> Self {
        Self { to: Some(day), ..self }
    }

    /// How dates that are known to the month or year must lie to the days.
    #[must_use]
    pub fn dates(self, dates: DateMatch) -> Self {
        Self { dates, ..self }
    }

    /// Count the hits by a facet and return its `size` most frequent values.
    #[must_use]
    pub fn facet(mut self, name: &str, size: usize) -> Self {
        self.facets.push(Facet { name: name.to_owned(), size: Some(size) });
        self
    }

    /// Count the hits by a facet and return all of its values.
    #[must_use]
    pub fn whole_facet(mut self, name: &str) -> Self {
        self.facets.push(Facet { name: name.to_owned(), size: None });
        self
    }

    /// The order of the hits.
    #[must_use]
    pub fn order(self, order: Order) -> Self {
        Self { order: Some(order), ..self }
    }

    /// How many hits to return; 10 by default.
    #[must_use]
    pub fn limit(self, limit: usize) -> Self {
        Self { limit, ..self }
    }

    /// The page behind the one whose `next` this is.
    #[must_use]
    pub fn after(self, cursor: &str) -> Self {
        Self { after: Some(cursor.to_owned()), ..self }
    }

    /// Count each story once in total and facets.
    #[must_use]
    pub fn by_story(self, by_story: bool) -> Self {
        Self { by_story, ..self }
    }

    /// Of articles whose texts are alike, show only the first in order, and count them once in total and facets.
    #[must_use]
    pub fn collapse(self, collapse: bool) -> Self {
        Self { collapse, ..self }
    }
}
