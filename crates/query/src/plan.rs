use sinmun_article::Language;
use sinmun_index_schema::{IndexSchema, LanguageFields};
use sinmun_language::{Analyzer, Analyzers, Tokens};
use tantivy::query::{
    AllQuery, BooleanQuery, BoostQuery, ConstScoreQuery, Occur, PhraseQuery, Query, RangeQuery, TermQuery,
};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{Searcher, Term};

use crate::error::{Error, ErrorKind};
use crate::expression::Expression;
use crate::request::{DateMatch, Filters, Match, Request};
use crate::statistics::{Scopes, Within};

/// How much a match by pairs of letters counts beside one by words.
///
/// On the Korean relevance set any value from 0.2 to 0.5 ranks alike; pairs
/// are there to find what the dictionary cut wrongly.
const GRAMS: f32 = 0.3;

/// Turns requests into Tantivy's queries.
pub(crate) struct Planner<'a> {
    pub(crate) schema: &'a IndexSchema,
    pub(crate) analyzers: &'a Analyzers,
    pub(crate) searcher: &'a Searcher,
    /// The languages that the index holds, with their documents.
    pub(crate) languages: &'a [(Language, u64)],
    pub(crate) scopes: &'a Scopes,
}

/// A part of a query in one language.
enum Part {
    /// Matches no document of the language.
    Nothing,
    /// Says nothing in this language, such as a lone particle.
    Silent,
    /// Matches what the query says.
    Matches(Box<dyn Query>),
    /// Excludes what the query says.
    Excludes(Box<dyn Query>),
}

impl Planner<'_> {
    /// The query for a request.
    ///
    /// # Errors
    ///
    /// No word of the query says anything in any language, or a dictionary is missing.
    pub(crate) fn plan(&self, request: &Request) -> Result<Box<dyn Query>, Error> {
        let mut clauses = self.filters(&request.filters);
        if let Some(expression) = &request.query {
            clauses.push((Occur::Must, self.words(expression, request)?));
        }
        Ok(match clauses.len() {
            0 => Box::new(AllQuery),
            1 => clauses.remove(0).1,
            _ => Box::new(BooleanQuery::new(clauses)),
        })
    }

    /// The words, looked up in each language that the index holds and the filters allow.
    ///
    /// An article has one language, so "each word in some language" is the same
    /// as "some language with each word".
    fn words(&self, expression: &Expression, request: &Request) -> Result<Box<dyn Query>, Error> {
        // The languages of a set of fields, all of them: what statistics rest on does not depend on the filter.
        let mut slots: Vec<(&str, Vec<(Language, u64)>)> = Vec::new();
        for (language, documents) in self.languages {
            let name = self.schema.slot(*language);
            match slots.iter_mut().find(|(known, _)| *known == name) {
                Some((_, languages)) => languages.push((*language, *documents)),
                None => slots.push((name, vec![(*language, *documents)])),
            }
        }
        let allowed = &request.filters.languages;
        if !allowed.is_empty() {
            slots.retain(|(_, languages)| languages.iter().any(|(language, _)| allowed.contains(language)));
        }
        let mut choices: Vec<(Occur, Box<dyn Query>)> = Vec::new();
        let mut silent = !slots.is_empty();
        for (_, languages) in slots {
            let language = languages[0].0;
            let translator = Translator::new(self, language, request.matching)?;
            match translator.part(expression)? {
                Part::Nothing => silent = false,
                Part::Silent => {}
                Part::Matches(query) => {
                    silent = false;
                    let sources = &request.filters.sources;
                    let scope = self.scopes.of(self.schema, self.searcher, &languages, sources);
                    let scope = scope.map_err(Error::tantivy)?;
                    choices.push((Occur::Should, Box::new(Within::new(query, scope))));
                }
                Part::Excludes(query) => {
                    silent = false;
                    let both = vec![(Occur::Must, self.all_of(&languages)), (Occur::MustNot, query)];
                    choices.push((Occur::Should, Box::new(BooleanQuery::new(both))));
                }
            }
        }
        if silent {
            let message = format!("query: there is no word to look for in {expression}");
            return Err(Error::of(ErrorKind::BadQuery, message));
        }
        Ok(match choices.len() {
            1 => choices.remove(0).1,
            _ => Box::new(BooleanQuery::new(choices)),
        })
    }

    /// Every document in one of the languages.
    fn all_of(&self, languages: &[(Language, u64)]) -> Box<dyn Query> {
        let codes = languages.iter().map(|(language, _)| language.code().to_owned());
        any_of(self.schema.known("language"), codes)
    }

    fn filters(&self, filters: &Filters) -> Vec<(Occur, Box<dyn Query>)> {
        let lists = [
            ("source", filters.sources.clone()),
            ("language", filters.languages.iter().map(|language| language.code().to_owned()).collect()),
            ("person", filters.people.clone()),
            ("organization", filters.organizations.clone()),
            ("place", filters.places.clone()),
            ("country", filters.countries.clone()),
        ];
        let mut clauses = Vec::new();
        for (name, values) in lists {
            if !values.is_empty() {
                clauses.push((Occur::Must, any_of(self.schema.known(name), values.into_iter())));
            }
        }
        let days =
            |day: sinmun_article::Day| sinmun_article::PubDate::day(day.year(), day.month(), day.day());
        let number = |day| days(day).map_or(0, |date| date.days().0);
        let (first, last) = (self.schema.known("first_day"), self.schema.known("last_day"));
        let (lower, upper) = match filters.dates {
            DateMatch::Inside => (first, last),
            DateMatch::Overlap => (last, first),
        };
        if let Some(from) = filters.from {
            clauses.push((Occur::Must, range(lower, Some(number(from)), None)));
        }
        if let Some(to) = filters.to {
            clauses.push((Occur::Must, range(upper, None, Some(number(to)))));
        }
        clauses
    }
}

/// Whether the terms of a text hold each of its words from the beginning on; only an ending may be missing.
fn covers(text: &str, tokens: &Tokens) -> bool {
    let mut behind = 0;
    tokens.iter().all(|token| {
        let gap = text.get(behind..token.range.start).unwrap_or_default();
        behind = token.range.end;
        // What was dropped before a space is the ending of the word before.
        let front = gap.rsplit(char::is_whitespace).next().unwrap_or_default();
        !front.chars().any(char::is_alphanumeric)
    })
}

/// Documents with one of the values; it adds nothing to a score.
fn any_of(field: Field, values: impl Iterator<Item = String>) -> Box<dyn Query> {
    let mut choices: Vec<(Occur, Box<dyn Query>)> = values
        .map(|value| -> (Occur, Box<dyn Query>) {
            let term = Term::from_field_text(field, &value);
            (Occur::Should, Box::new(TermQuery::new(term, IndexRecordOption::Basic)))
        })
        .collect();
    let query = if choices.len() == 1 { choices.remove(0).1 } else { Box::new(BooleanQuery::new(choices)) };
    Box::new(ConstScoreQuery::new(query, 0.0))
}

fn range(field: Field, from: Option<i64>, to: Option<i64>) -> Box<dyn Query> {
    use std::ops::Bound::{Included, Unbounded};
    let bound = |day: Option<i64>| day.map_or(Unbounded, |day| Included(Term::from_field_i64(field, day)));
    Box::new(ConstScoreQuery::new(Box::new(RangeQuery::new(bound(from), bound(to))), 0.0))
}

/// Translates an expression into the fields of one language.
struct Translator<'a> {
    searcher: &'a Searcher,
    fields: LanguageFields,
    analyzer: Analyzer,
    grams: Option<Analyzer>,
    matching: Match,
}

impl<'a> Translator<'a> {
    fn new(planner: &Planner<'a>, language: Language, matching: Match) -> Result<Self, Error> {
        let fields = planner.schema.fields_for(language);
        let analyzer = |field: Field| {
            let name = planner.schema.analyzer_of(field)?;
            planner.analyzers.get(name)
        };
        let missing =
            || Error::of(ErrorKind::SchemaMismatch, "the schema names an analyzer that does not exist");
        Ok(Self {
            searcher: planner.searcher,
            fields,
            analyzer: analyzer(fields.text).ok_or_else(missing)?,
            grams: fields.grams.and_then(analyzer),
            matching,
        })
    }

    fn part(&self, expression: &Expression) -> Result<Part, Error> {
        match expression {
            Expression::Word(text, is_title) => self.word(text, *is_title, self.matching == Match::Any),
            Expression::Phrase(text, is_title) => self.word(text, *is_title, false),
            Expression::Not(inner) => Ok(match self.part(inner)? {
                Part::Matches(query) => Part::Excludes(query),
                Part::Excludes(query) => Part::Matches(query),
                Part::Nothing | Part::Silent => Part::Silent,
            }),
            Expression::All(parts) => self.all(parts),
            Expression::Any(parts) => self.any(parts),
        }
    }

    fn all(&self, parts: &[Expression]) -> Result<Part, Error> {
        let required = if self.matching == Match::Any { Occur::Should } else { Occur::Must };
        let (mut wanted, mut unwanted) = (Vec::new(), Vec::new());
        let mut missing = false;
        for part in parts {
            match self.part(part)? {
                Part::Nothing => missing = true,
                Part::Silent => {}
                Part::Matches(query) => wanted.push((required, query)),
                Part::Excludes(query) => unwanted.push((Occur::MustNot, query)),
            }
        }
        if missing && (required == Occur::Must || wanted.is_empty()) {
            return Ok(Part::Nothing);
        }
        Ok(match (wanted.len(), unwanted.len()) {
            (0, 0) => Part::Silent,
            (0, 1) => Part::Excludes(unwanted.remove(0).1),
            (0, _) => {
                let choices = unwanted.into_iter().map(|(_, query)| (Occur::Should, query)).collect();
                Part::Excludes(Box::new(BooleanQuery::new(choices)))
            }
            (1, 0) => Part::Matches(wanted.remove(0).1),
            (_, 0) => Part::Matches(Box::new(BooleanQuery::new(wanted))),
            _ => {
                let inner: Box<dyn Query> = Box::new(BooleanQuery::new(wanted));
                let mut clauses = vec![(Occur::Must, inner)];
                clauses.extend(unwanted);
                Part::Matches(Box::new(BooleanQuery::new(clauses)))
            }
        })
    }

    fn any(&self, parts: &[Expression]) -> Result<Part, Error> {
        let mut choices: Vec<(Occur, Box<dyn Query>)> = Vec::new();
        let mut silent = true;
        for part in parts {
            match self.part(part)? {
                Part::Nothing => silent = false,
                Part::Silent => {}
                Part::Matches(query) => choices.push((Occur::Should, query)),
                // "a OR -b": everything without b is as good as a.
                Part::Excludes(query) => {
                    let without: Vec<(Occur, Box<dyn Query>)> =
                        vec![(Occur::Must, Box::new(AllQuery)), (Occur::MustNot, query)];
                    choices.push((
                        Occur::Should,
                        Box::new(ConstScoreQuery::new(Box::new(BooleanQuery::new(without)), 0.0)),
                    ));
                }
            }
        }
        Ok(match choices.len() {
            0 if silent => Part::Silent,
            0 => Part::Nothing,
            1 => Part::Matches(choices.remove(0).1),
            _ => Part::Matches(Box::new(BooleanQuery::new(choices))),
        })
    }

    /// One word or phrase as typed, which may be several terms.
    fn word(&self, text: &str, is_title: bool, any: bool) -> Result<Part, Error> {
        let field = if is_title { self.fields.title } else { self.fields.text };
        let mut tokens = Tokens::default();
        self.analyzer.analyze(text, &mut tokens)?;
        // Where letters in front of or between the terms were dropped, the dictionary did not know the word:
        // 로씨야 would be looked for as 씨. Its pairs of letters find it.
        let is_known = any || is_title || self.grams.is_none() || covers(text, &tokens);
        let words = if is_known { self.terms(field, &tokens, any)? } else { Part::Nothing };
        let grams = match (&self.grams, self.fields.grams) {
            (Some(analyzer), Some(field)) if !is_title => {
                let mut pairs = Tokens::default();
                analyzer.analyze(text, &mut pairs)?;
                // Pairs stand for the whole word only where it has no Latin letters and digits.
                let whole = any || !text.chars().any(|letter| letter.is_ascii_alphanumeric());
                if whole { self.terms(field, &pairs, any)? } else { Part::Silent }
            }
            _ => Part::Silent,
        };
        Ok(match (words, grams) {
            (Part::Matches(words), Part::Matches(grams)) => {
                let grams: Box<dyn Query> = Box::new(BoostQuery::new(grams, GRAMS));
                Part::Matches(Box::new(BooleanQuery::new(vec![
                    (Occur::Should, words),
                    (Occur::Should, grams),
                ])))
            }
            (_, Part::Matches(grams)) => Part::Matches(Box::new(BoostQuery::new(grams, GRAMS))),
            // A particle says nothing, though its letters occur nowhere by themselves.
            (Part::Silent, _) => Part::Silent,
            (words, _) => words,
        })
    }

    /// Terms of one field, side by side; or any of them.
    fn terms(&self, field: Field, tokens: &Tokens, any: bool) -> Result<Part, Error> {
        if tokens.is_empty() {
            return Ok(Part::Silent);
        }
        let mut terms = Vec::with_capacity(tokens.len());
        for token in tokens.iter() {
            let term = Term::from_field_text(field, token.text);
            if self.searcher.doc_freq(&term).map_err(Error::tantivy)? > 0 {
                terms.push((token.position, term));
            } else if !any {
                return Ok(Part::Nothing);
            }
        }
        let single =
            |term: Term| -> Box<dyn Query> { Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs)) };
        Ok(match terms.len() {
            0 => Part::Nothing,
            1 => Part::Matches(single(terms.remove(0).1)),
            _ if any => {
                let choices = terms.into_iter().map(|(_, term)| (Occur::Should, single(term))).collect();
                Part::Matches(Box::new(BooleanQuery::new(choices)))
            }
            _ => Part::Matches(Box::new(PhraseQuery::new_with_offset(terms))),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_known_where_only_its_ending_is_dropped() {
        let analyzers = Analyzers::new(std::env::temp_dir().join("sinmun-test-dictionaries"));
        let korean = analyzers.get("korean").unwrap();
        let mut tokens = Tokens::default();
        for (text, is_known) in [
            ("위성을", true),
            ("위성을 발사하였다", true),
            ("\u{300a}위성\u{300b}발사", true),
            ("로씨야", false),
        ] {
            korean.analyze(text, &mut tokens).unwrap();
            assert_eq!(covers(text, &tokens), is_known, "{text}: {:?}", tokens.texts().collect::<Vec<_>>());
        }
    }
}
