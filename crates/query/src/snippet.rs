use std::collections::HashSet;
use std::ops::Range;

use sinmun_article::Language;
use sinmun_index_schema::IndexSchema;
use sinmun_language::{Analyzer, Analyzers, Tokens};

use crate::error::Error;
use crate::expression::Expression;

/// A passage of an article with the matching words marked.
///
/// A snippet owns its text, so it outlives the reader it was cut from. It
/// knows nothing of HTML or terminals: whoever prints it marks the highlights.
///
/// # Invariants
///
/// Highlights are byte ranges in order, never overlap, and fall on character
/// boundaries, so slicing the text by one cannot panic.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Snippet {
    /// The passage.
    pub text: String,
    /// Where in it the matching words stand.
    pub highlights: Vec<Range<usize>>,
}

/// Cuts snippets for one query.
pub struct Snippets<'a> {
    schema: &'a IndexSchema,
    analyzers: &'a Analyzers,
    words: Vec<String>,
}

/// How much of a text is analysed for a snippet, in bytes.
const MOST_ANALYSED: usize = 16 << 10;

/// How long a snippet is, in characters, unless a single sentence is longer.
const LENGTH: usize = 240;

/// The most sentences of a text that are looked at.
const MOST_SENTENCES: usize = 20_000;

impl<'a> Snippets<'a> {
    /// Snippets for the words that a query wants.
    pub fn new(schema: &'a IndexSchema, analyzers: &'a Analyzers, query: Option<&Expression>) -> Self {
        let mut words = Vec::new();
        if let Some(query) = query {
            wanted(query, &mut words);
        }
        Self { schema, analyzers, words }
    }

    /// A text with the words of the query marked in all of it: for titles.
    ///
    /// # Errors
    ///
    /// A dictionary cannot be opened.
    pub fn mark(&self, text: &str, language: Language) -> Result<Vec<Range<usize>>, Error> {
        match self.terms(language)? {
            Some(terms) if text.len() <= MOST_ANALYSED => terms.find(text),
            _ => Ok(Vec::new()),
        }
    }

    /// The passage of a body that says most of what was asked; its beginning where none does.
    ///
    /// # Errors
    ///
    /// A dictionary cannot be opened.
    pub fn cut(&self, body: &str, language: Language) -> Result<Snippet, Error> {
        let sentences = sentences(body);
        let mut best: Option<(usize, Vec<Range<usize>>, usize)> = None;
        if let Some(terms) = self.terms(language)? {
            let mut analysed = 0;
            for (place, range) in sentences.iter().enumerate() {
                let sentence = &body[range.clone()];
                if analysed + sentence.len() > MOST_ANALYSED {
                    if analysed > 0 {
                        break;
                    }
                    continue;
                }
                if !terms.may_stand_in(sentence) {
                    continue;
                }
                analysed += sentence.len();
                let found = terms.find(sentence)?;
                let distinct: HashSet<&str> = found.iter().map(|range| &sentence[range.clone()]).collect();
                let score = distinct.len();
                if score > best.as_ref().map_or(0, |(_, _, score)| *score) {
                    best = Some((place, found, score));
                }
            }
        }
        Ok(match best {
            Some((place, found, _)) => passage(body, &sentences, place, &found),
            None => passage(body, &sentences, 0, &[]),
        })
    }

    /// The terms of the query in a language; `None` where it has none there.
    fn terms(&self, language: Language) -> Result<Option<Terms>, Error> {
        let field = self.schema.fields_for(language).text;
        let analyzer = self.schema.analyzer_of(field).and_then(|name| self.analyzers.get(name));
        let Some(analyzer) = analyzer.filter(|_| !self.words.is_empty()) else { return Ok(None) };
        let (mut tokens, mut known, mut literal) = (Tokens::default(), HashSet::new(), Vec::new());
        for word in &self.words {
            analyzer.analyze(word, &mut tokens)?;
            known.extend(tokens.texts().map(str::to_owned));
            if word.chars().any(|letter| letter > '\u{2e80}') {
                literal.extend(word.split_whitespace().map(str::to_owned));
            }
        }
        Ok(Some(Terms { analyzer, known, literal }))
    }
}

/// What to look for in texts of one language.
struct Terms {
    analyzer: Analyzer,
    known: HashSet<String>,
    /// Words of scripts that are cut by a dictionary, as they were typed.
    literal: Vec<String>,
}

impl Terms {
    /// Whether a sentence is worth analysing.
    fn may_stand_in(&self, sentence: &str) -> bool {
        if sentence.is_ascii() {
            let lower = sentence.to_ascii_lowercase();
            return self
                .known
                .iter()
                .any(|term| lower.contains(term.get(..term.len().min(3)).unwrap_or(term)));
        }
        // A stem may differ from its word in all but the first letter (밝히, 밝혔다), and an accent even there.
        let is_cjk = |letter: char| letter > '\u{2e80}';
        self.known.iter().any(|term| match term.chars().next() {
            Some(first) if is_cjk(first) => sentence.contains(first),
            _ => true,
        })
    }

    fn find(&self, text: &str) -> Result<Vec<Range<usize>>, Error> {
        let mut tokens = Tokens::default();
        self.analyzer.analyze(text, &mut tokens)?;
        let mut found: Vec<Range<usize>> =
            tokens.iter().filter(|token| self.known.contains(token.text)).map(|token| token.range).collect();
        for word in &self.literal {
            found.extend(text.match_indices(word.as_str()).map(|(start, part)| start..start + part.len()));
        }
        found.sort_by_key(|range| (range.start, range.end));
        let mut merged: Vec<Range<usize>> = Vec::with_capacity(found.len());
        for range in found {
            match merged.last_mut() {
                Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
                _ => merged.push(range),
            }
        }
        Ok(merged)
    }
}

/// The words and phrases that a query does not exclude.
fn wanted(query: &Expression, words: &mut Vec<String>) {
    match query {
        Expression::Word(text, _) | Expression::Phrase(text, _) => words.push(text.clone()),
        Expression::All(parts) | Expression::Any(parts) => parts.iter().for_each(|part| wanted(part, words)),
        Expression::Not(_) => {}
    }
}

/// Where sentences end, roughly: what is cut wrongly still reads well enough in a snippet.
fn sentences(text: &str) -> Vec<Range<usize>> {
    let mut sentences = Vec::new();
    let mut start = 0;
    let mut letters = text.char_indices().peekable();
    let mut push = |range: Range<usize>| {
        let part = &text[range.clone()];
        let trimmed = part.trim();
        if !trimmed.is_empty() {
            let from = range.start + (part.len() - part.trim_start().len());
            sentences.push(from..from + trimmed.len());
        }
    };
    while let Some((place, letter)) = letters.next() {
        let end = place + letter.len_utf8();
        let next = letters.peek().map(|(_, letter)| *letter);
        let ends = match letter {
            '\n' | '。' | '！' | '？' | '．' => true,
            '.' | '!' | '?' => next.is_none_or(|next| next.is_whitespace() || next > '\u{2e80}'),
            _ => end - start >= 2048 && !letter.is_alphanumeric() || end - start >= 4096,
        };
        if ends {
            push(start..end);
            start = end;
        }
    }
    push(start..text.len());
    sentences.truncate(MOST_SENTENCES);
    sentences
}

fn passage(body: &str, sentences: &[Range<usize>], place: usize, found: &[Range<usize>]) -> Snippet {
    let Some(sentence) = sentences.get(place) else { return Snippet::default() };
    let text = &body[sentence.clone()];
    let first = found.first().map_or(0, |range| range.start);
    // In a long sentence, begin some words before the first match.
    let start = if text[..first].chars().count() > LENGTH / 2 {
        let back = text[..first].char_indices().rev().nth(LENGTH / 4).map_or(0, |(place, _)| place);
        text[..first].get(back..).and_then(|part| part.find(' ')).map_or(back, |space| back + space + 1)
    } else {
        0
    };
    let mut cut = String::new();
    if start > 0 {
        cut.push_str("… ");
    }
    let shift = cut.len();
    let end = text[start..].char_indices().nth(LENGTH).map_or(text.len(), |(place, _)| start + place);
    cut.push_str(&text[start..end]);
    if end < text.len() {
        cut.push('…');
    } else {
        fill(&mut cut, body, &sentences[place + 1..]);
    }
    let inside = |range: &&Range<usize>| range.start >= start && range.end <= end;
    let highlights = found
        .iter()
        .filter(inside)
        .map(|range| range.start - start + shift..range.end - start + shift)
        .collect();
    Snippet { text: cut, highlights }
}

/// Adds the sentences behind, as far as they fit.
fn fill(cut: &mut String, body: &str, behind: &[Range<usize>]) {
    let mut length = cut.chars().count();
    for sentence in behind {
        let text = &body[sentence.clone()];
        length += text.chars().count() + 1;
        if length > LENGTH {
            return;
        }
        cut.push(' ');
        cut.push_str(text);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn snippet(query: &str, body: &str, language: &str) -> Snippet {
        let schema = IndexSchema::built_in();
        let analyzers = Analyzers::new(std::env::temp_dir().join("sinmun-test-dictionaries"));
        let query = Expression::parse(query).unwrap();
        Snippets::new(&schema, &analyzers, Some(&query)).cut(body, language.parse().unwrap()).unwrap()
    }

    #[track_caller]
    fn check(query: &str, body: &str, language: &str, marked: &[&str]) {
        let snippet = snippet(query, body, language);
        let found: Vec<&str> = snippet.highlights.iter().map(|range| &snippet.text[range.clone()]).collect();
        assert_eq!(found, marked, "{}", snippet.text);
    }

    #[test]
    fn the_sentence_that_says_most_is_cut() {
        let body = "Nothing here. It was launched. The satellite launch succeeded! The end.";
        check("satellite launch", body, "en", &["satellite", "launch"]);
        assert!(snippet("satellite launch", body, "en").text.starts_with("The satellite"));
        check("absent", body, "en", &[]);
        assert!(snippet("absent", body, "en").text.starts_with("Nothing"));
        check("-satellite end", body, "en", &["end"]);
        check("위성발사", "우리의 위성을 발사하였다.", "ko", &["위성", "발사"]);
        check("卫星", "中国。发射卫星成功。", "zh", &["卫星"]);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(150))]
        #[test]
        fn highlights_fall_on_characters(body in "([a-z]{1,9}|위성|발사를|…|é|。|\\.|\n| ){0,200}") {
            for language in ["en", "ko", "zh"] {
                let snippet = snippet("위성 OR a OR é OR abc", &body, language);
                let mut behind = 0;
                for range in snippet.highlights {
                    prop_assert!(range.start >= behind && snippet.text.get(range.clone()).is_some());
                    behind = range.end;
                }
            }
        }
    }
}
