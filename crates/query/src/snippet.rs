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
            Some(terms) if text.len() <= MOST_ANALYSED => Ok(terms.find(text)?.ranges),
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
        let best = match self.terms(language)? {
            Some(terms) => terms.best(body, &sentences)?,
            None => None,
        };
        Ok(match best {
            Some((place, found)) => passage(body, &sentences, place, &found),
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
            if word.chars().any(is_cjk) {
                literal.extend(word.split_whitespace().map(str::to_owned));
            }
        }
        let is_dear = matches!(language.code(), "ko" | "ja" | "zh");
        Ok(Some(Terms { analyzer, known, literal, is_dear }))
    }
}

/// What to look for in texts of one language.
struct Terms {
    analyzer: Analyzer,
    known: HashSet<String>,
    /// Words of scripts that are cut by a dictionary, as they were typed.
    literal: Vec<String>,
    /// Whether analysing takes long: a dictionary is walked letter by letter.
    is_dear: bool,
}

impl Terms {
    /// The sentence that says most of the terms, the first of equals, and where in it they stand.
    ///
    /// Sentences that hold terms letter by letter are analysed first, so that a
    /// long text is rarely analysed beyond the sentence that is shown.
    fn best(&self, body: &str, sentences: &[Range<usize>]) -> Result<Option<Best>, Error> {
        let mut candidates: Vec<(usize, usize)> = sentences
            .iter()
            .enumerate()
            .filter_map(|(place, range)| Some((self.promise(&body[range.clone()])?, place)))
            .collect();
        candidates.sort_by_key(|(promise, place)| (std::cmp::Reverse(*promise), *place));
        let mut best: Option<(usize, Best)> = None;
        let mut analysed = 0;
        for (_, place) in candidates {
            let sentence = &body[sentences[place].clone()];
            let budget = match &best {
                Some((distinct, _)) if *distinct >= self.known.len() => break,
                Some(_) if self.is_dear => MOST_ANALYSED / 16,
                _ => MOST_ANALYSED,
            };
            if sentence.len() > MOST_ANALYSED {
                continue;
            }
            analysed += sentence.len();
            if analysed > budget {
                break;
            }
            let found = self.find(sentence)?;
            if found.distinct > best.as_ref().map_or(0, |(distinct, _)| *distinct) {
                best = Some((found.distinct, (place, found.ranges)));
            }
        }
        Ok(best.map(|(_, best)| best))
    }

    /// How many terms a sentence holds letter by letter; `None` where analysing it can bring nothing.
    fn promise(&self, sentence: &str) -> Option<usize> {
        let lower = if sentence.is_ascii() { sentence.to_ascii_lowercase() } else { sentence.to_lowercase() };
        let literal = self.literal.iter().filter(|word| lower.contains(word.as_str())).count();
        let held = literal + self.known.iter().filter(|term| lower.contains(term.as_str())).count();
        // A stem may differ from its word in all but the first letters (밝히, 밝혔다), and an accent even there.
        let may_hold = held > 0
            || self.known.iter().any(|term| match term.chars().next() {
                Some(first) if is_cjk(first) => lower.contains(first),
                Some(_) if lower.is_ascii() => lower.contains(term.get(..3).unwrap_or(term)),
                _ => true,
            });
        may_hold.then_some(held)
    }

    fn find(&self, text: &str) -> Result<Marks, Error> {
        let mut tokens = Tokens::default();
        self.analyzer.analyze(text, &mut tokens)?;
        let mut said: HashSet<&str> = HashSet::new();
        let mut found: Vec<Range<usize>> = Vec::new();
        for token in tokens.iter() {
            if let Some(term) = self.known.get(token.text) {
                said.insert(term);
                found.push(token.range);
            }
        }
        let distinct = said.len();
        let mut literal = 0;
        for word in &self.literal {
            let before = found.len();
            found.extend(text.match_indices(word.as_str()).map(|(start, part)| start..start + part.len()));
            literal += usize::from(found.len() > before);
        }
        found.sort_by_key(|range| (range.start, range.end));
        let mut merged: Vec<Range<usize>> = Vec::with_capacity(found.len());
        for range in found {
            match merged.last_mut() {
                Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
                _ => merged.push(range),
            }
        }
        Ok(Marks { ranges: merged, distinct: distinct.max(literal) })
    }
}

/// A sentence by its place, and the ranges to mark in it.
type Best = (usize, Vec<Range<usize>>);

/// Where terms stand in a text.
struct Marks {
    /// In order, without overlap.
    ranges: Vec<Range<usize>>,
    /// How many different terms they are.
    distinct: usize,
}

/// Whether a letter belongs to the scripts that a dictionary cuts, or stands beside them.
fn is_cjk(letter: char) -> bool {
    letter > '\u{2e80}'
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
            '.' if is_initial(&text[..place]) => false,
            '.' | '!' | '?' => next.is_none_or(|next| next.is_whitespace() || is_cjk(next)),
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

/// Whether a text ends in a lone capital, as before the full stops of "U.S." and "J. Smith".
fn is_initial(text: &str) -> bool {
    let mut letters = text.chars().rev();
    letters.next().is_some_and(char::is_uppercase) && !letters.next().is_some_and(char::is_alphanumeric)
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
        let body = "No. The U.S. Army met J. Smith. The end.";
        assert!(snippet("army", body, "en").text.starts_with("The U.S. Army met J. Smith."));
        let body = "Nothing here. It was launched. The satellite launch succeeded! The end.";
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
