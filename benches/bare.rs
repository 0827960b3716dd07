//! Tantivy over an index of Sinmun's, without Sinmun: what the search bench compares with.

use std::path::Path;

use sinmun_index_schema::{Generations, IndexSchema, Role, tokenizers};
use sinmun_language::Analyzers;
use tantivy::collector::{Count, TopDocs};
use tantivy::query::{BooleanQuery, BoostQuery, EmptyQuery, Occur, PhraseQuery, Query, TermQuery};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::tokenizer::TokenStream;
use tantivy::{Index, Searcher, Term};

/// The same weight as the planner's; it changes no count.
const GRAMS: f32 = 0.3;

/// An index opened with Tantivy alone.
pub struct Bare {
    index: Index,
    searcher: Searcher,
    /// Of each language, the field of its words and that of its pairs of letters.
    fields: Vec<(Field, Option<Field>)>,
}

/// A part of a query in one language.
enum Part {
    Nothing,
    Silent,
    Matches(Box<dyn Query>),
}

impl Bare {
    /// Opens the index of a data directory.
    pub fn open(data: &Path, cache: &Path) -> Self {
        let schema = IndexSchema::built_in();
        let generation = Generations::of(data.join("index"))
            .current()
            .expect("the index can be read")
            .expect("there is an index");
        let mut index = Index::open_in_dir(generation.path).expect("the index can be read");
        index.set_tokenizers(tokenizers(&schema, &Analyzers::new(cache.join("dictionaries"))).0);
        let searcher = index.reader().expect("the index can be read").searcher();
        let described = &schema.description().fields;
        let texts = described.iter().filter(|field| field.role == Some(Role::Text));
        let fields = texts.map(|text| {
            let is_grams = |role, language| role == Some(Role::Grams) && language == &text.language;
            let grams = described.iter().find(|field| is_grams(field.role, &field.language));
            (schema.known(&text.name), grams.map(|grams| schema.known(&grams.name)))
        });
        Self { fields: fields.collect(), index, searcher }
    }

    /// Articles with all of the words (or any), in any language.
    pub fn tree(&self, words: &[&str], all: bool) -> Box<dyn Query> {
        let mut choices = Vec::new();
        for (text, grams) in &self.fields {
            let mut wanted = Vec::new();
            let mut missing = false;
            for word in words {
                match self.word(word, *text, *grams) {
                    Part::Nothing => missing = true,
                    Part::Silent => {}
                    Part::Matches(query) => wanted.push(query),
                }
            }
            let impossible = missing && all;
            if !impossible && !wanted.is_empty() {
                choices.push(joined(wanted, if all { Occur::Must } else { Occur::Should }));
            }
        }
        if choices.is_empty() { Box::new(EmptyQuery) } else { joined(choices, Occur::Should) }
    }

    fn word(&self, word: &str, text: Field, grams: Option<Field>) -> Part {
        let words = self.terms(word, text);
        let has_latin = word.chars().any(|letter| letter.is_ascii_alphanumeric());
        let grams = match grams.filter(|_| !has_latin) {
            Some(grams) => self.terms(word, grams),
            None => Part::Silent,
        };
        let boosted = |grams| -> Box<dyn Query> { Box::new(BoostQuery::new(grams, GRAMS)) };
        match (words, grams) {
            (Part::Matches(words), Part::Matches(grams)) => {
                Part::Matches(joined(vec![words, boosted(grams)], Occur::Should))
            }
            (_, Part::Matches(grams)) => Part::Matches(boosted(grams)),
            (words, _) => words,
        }
    }

    /// The terms of a text side by side.
    fn terms(&self, text: &str, field: Field) -> Part {
        let mut analyzer = self.index.tokenizer_for_field(field).expect("every field has its tokenizer");
        let mut stream = analyzer.token_stream(text);
        let mut terms = Vec::new();
        while let Some(token) = stream.next() {
            let term = Term::from_field_text(field, &token.text);
            if self.searcher.doc_freq(&term).expect("the index can be read") == 0 {
                return Part::Nothing;
            }
            terms.push((token.position, term));
        }
        match terms.len() {
            0 => Part::Silent,
            1 => Part::Matches(Box::new(TermQuery::new(terms.remove(0).1, IndexRecordOption::WithFreqs))),
            _ => Part::Matches(Box::new(PhraseQuery::new_with_offset(terms))),
        }
    }

    /// Searches for the best ten and the total, and gives the total.
    pub fn count(&self, tree: &dyn Query) -> u64 {
        let collectors = (TopDocs::with_limit(10).order_by_score(), Count);
        let (top, count) = self.searcher.search(tree, &collectors).expect("the index can be read");
        assert_eq!(top.len(), count.min(10));
        count as u64
    }
}

fn joined(mut parts: Vec<Box<dyn Query>>, occur: Occur) -> Box<dyn Query> {
    if parts.len() == 1 {
        return parts.remove(0);
    }
    Box::new(BooleanQuery::new(parts.into_iter().map(|part| (occur, part)).collect()))
}
