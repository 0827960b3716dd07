use std::fmt;
use std::iter::Peekable;
use std::vec::IntoIter;

use crate::Error;

/// A query as typed.
///
/// Words that stand side by side must all match; `OR` gives a choice, `-`
/// excludes, `"…"` holds words together, `title:` looks at the title alone,
/// brackets group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expression {
    /// One word; the flag says whether only the title counts.
    Word(String, bool),
    /// Words in this order, side by side; the flag says whether only the title counts.
    Phrase(String, bool),
    /// Every part must match.
    All(Vec<Expression>),
    /// One part must match.
    Any(Vec<Expression>),
    /// The part must not match.
    Not(Box<Expression>),
}

/// The most words of a query.
const MOST_WORDS: usize = 500;

/// The deepest nesting of brackets.
const DEEPEST: usize = 40;

#[derive(Debug, Clone, PartialEq, Eq)]
enum Lexeme {
    Word(String),
    Phrase(String),
    Title,
    Not,
    Or,
    Open,
    Close,
}

/// A lexeme and the character, counted from 1, where it begins.
type Placed = (Lexeme, usize);

impl Expression {
    /// Reads a query.
    ///
    /// # Errors
    ///
    /// [`BadQuery`](crate::ErrorKind::BadQuery) with the character where the mistake is.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let lexemes = lex(text)?;
        if lexemes.len() > MOST_WORDS {
            return Err(Error::query(lexemes[MOST_WORDS].1, "a query has 500 words at most"));
        }
        let mut parser = Parser { lexemes: lexemes.into_iter().peekable(), end: text.chars().count() + 1 };
        let expression = parser.either(0)?;
        match parser.lexemes.next() {
            None => Ok(expression),
            Some((_, at)) => Err(Error::query(at, "this bracket closes nothing")),
        }
    }

    /// Takes a text word by word, without any syntax; `None` where it has no word.
    ///
    /// So a question with quotes and hyphens can be asked as it stands.
    pub fn plain(text: &str) -> Option<Self> {
        let words: Vec<Self> = text
            .split_whitespace()
            .filter(|word| word.chars().any(char::is_alphanumeric))
            .take(MOST_WORDS)
            .map(|word| Self::Word(word.to_owned(), false))
            .collect();
        (!words.is_empty()).then_some(Self::All(words))
    }
}

fn lex(text: &str) -> Result<Vec<Placed>, Error> {
    let letters: Vec<char> = text.chars().collect();
    let mut lexemes = Vec::new();
    let mut at = 0;
    while let Some(&letter) = letters.get(at) {
        let start = at + 1;
        match letter {
            _ if letter.is_whitespace() || letter.is_control() => at += 1,
            '(' => {
                lexemes.push((Lexeme::Open, start));
                at += 1;
            }
            ')' => {
                lexemes.push((Lexeme::Close, start));
                at += 1;
            }
            '"' | '“' | '”' => {
                let body = &letters[at + 1..];
                let Some(length) = body.iter().position(|letter| matches!(letter, '"' | '“' | '”'))
                else {
                    return Err(Error::query(start, "this quote is never closed"));
                };
                let phrase: String = body[..length].iter().collect();
                if !phrase.chars().any(char::is_alphanumeric) {
                    return Err(Error::query(start, "these quotes hold no word"));
                }
                lexemes.push((Lexeme::Phrase(phrase), start));
                at += length + 2;
            }
            '-' | '−' if letters.get(at + 1).is_some_and(|next| !next.is_whitespace() && *next != '-') => {
                lexemes.push((Lexeme::Not, start));
                at += 1;
            }
            _ => {
                let ends =
                    |letter: &char| letter.is_whitespace() || matches!(letter, '(' | ')' | '"' | '“' | '”');
                let length = letters[at..].iter().position(ends).unwrap_or(letters.len() - at);
                let word: String = letters[at..at + length].iter().collect();
                if let Some(rest) = word.strip_prefix("title:") {
                    lexemes.push((Lexeme::Title, start));
                    if !rest.is_empty() {
                        lexemes.push((Lexeme::Word(rest.to_owned()), start + "title:".len()));
                    }
                } else if word == "OR" {
                    lexemes.push((Lexeme::Or, start));
                } else if word != "AND" {
                    lexemes.push((Lexeme::Word(word), start));
                }
                at += length;
            }
        }
    }
    Ok(lexemes)
}

struct Parser {
    lexemes: Peekable<IntoIter<Placed>>,
    end: usize,
}

impl Parser {
    fn either(&mut self, depth: usize) -> Result<Expression, Error> {
        let mut parts = vec![self.every(depth)?];
        while self.lexemes.next_if(|(lexeme, _)| *lexeme == Lexeme::Or).is_some() {
            parts.push(self.every(depth)?);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Expression::Any(parts) })
    }

    fn every(&mut self, depth: usize) -> Result<Expression, Error> {
        let mut parts = Vec::new();
        while self.lexemes.peek().is_some_and(|(lexeme, _)| !matches!(lexeme, Lexeme::Or | Lexeme::Close)) {
            parts.push(self.part(depth)?);
        }
        match parts.len() {
            0 => {
                let at = self.lexemes.peek().map_or(self.end, |(_, at)| *at);
                Err(Error::query(at, "a word is missing here"))
            }
            1 => Ok(parts.remove(0)),
            _ => Ok(Expression::All(parts)),
        }
    }

    fn part(&mut self, depth: usize) -> Result<Expression, Error> {
        let end = self.end;
        let (lexeme, at) = self.lexemes.next().ok_or_else(|| Error::query(end, "a word is missing here"))?;
        if depth > DEEPEST {
            return Err(Error::query(at, "brackets are nested 40 deep at most"));
        }
        match lexeme {
            Lexeme::Word(word) => Ok(Expression::Word(word, false)),
            Lexeme::Phrase(phrase) => Ok(Expression::Phrase(phrase, false)),
            Lexeme::Not => Ok(Expression::Not(Box::new(self.part(depth + 1)?))),
            Lexeme::Title => match self.lexemes.next() {
                Some((Lexeme::Word(word), _)) => Ok(Expression::Word(word, true)),
                Some((Lexeme::Phrase(phrase), _)) => Ok(Expression::Phrase(phrase, true)),
                _ => Err(Error::query(at, "title: needs a word or a phrase right behind it")),
            },
            Lexeme::Open => {
                let inner = self.either(depth + 1)?;
                match self.lexemes.next() {
                    Some((Lexeme::Close, _)) => Ok(inner),
                    _ => Err(Error::query(at, "this bracket is never closed")),
                }
            }
            Lexeme::Or | Lexeme::Close => Err(Error::query(at, "a word is missing here")),
        }
    }
}

impl fmt::Display for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let title = |is_title: &bool| if *is_title { "title:" } else { "" };
        match self {
            Self::Word(word, is_title) => write!(f, "{}{word}", title(is_title)),
            Self::Phrase(phrase, is_title) => write!(f, "{}\"{phrase}\"", title(is_title)),
            Self::All(parts) => parts.iter().enumerate().try_for_each(|(place, part)| {
                f.write_str(if place > 0 { " " } else { "" })?;
                grouped(part, f)
            }),
            Self::Any(parts) => parts.iter().enumerate().try_for_each(|(place, part)| {
                f.write_str(if place > 0 { " OR " } else { "" })?;
                grouped(part, f)
            }),
            Self::Not(part) => {
                f.write_str("-")?;
                grouped(part, f)
            }
        }
    }
}

fn grouped(part: &Expression, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match part {
        Expression::All(_) | Expression::Any(_) => write!(f, "({part})"),
        _ => write!(f, "{part}"),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(text: &str, printed: &str) {
        assert_eq!(Expression::parse(text).unwrap().to_string(), printed);
    }

    #[track_caller]
    fn refused(text: &str, message: &str) {
        assert_eq!(Expression::parse(text).unwrap_err().to_string(), format!("query, {message}"), "{text}");
    }

    #[test]
    fn queries_are_read() {
        check("a b", "a b");
        check("a AND b OR c", "(a b) OR c");
        check("nuclear-armed -word -(a OR b)", "nuclear-armed -word -(a OR b)");
        check("“two words”title:x", "\"two words\" title:x");
        check("title:\"a b\" 12:30", "title:\"a b\" 12:30");
        check("a - b −c", "a - b -c");
    }

    #[test]
    fn mistakes_are_pointed_at() {
        refused("a \"b", "character 3: this quote is never closed");
        refused("위성 (발사", "character 4: this bracket is never closed");
        refused("a)", "character 2: this bracket closes nothing");
        refused("a OR", "character 5: a word is missing here");
        refused("OR a", "character 1: a word is missing here");
        refused("title:", "character 1: title: needs a word or a phrase right behind it");
        refused("\"--\"", "character 1: these quotes hold no word");
        refused("()", "character 2: a word is missing here");
        refused("", "character 1: a word is missing here");
        refused(&"(".repeat(1000), "character 501: a query has 500 words at most");
        refused(&format!("{}a", "-(".repeat(60)), "character 42: brackets are nested 40 deep at most");
    }

    #[test]
    fn a_question_is_taken_word_by_word() {
        let plain = Expression::plain("What's the \"name\" of -- it?").unwrap();
        assert!(matches!(plain, Expression::All(words) if words.len() == 5));
        assert_eq!(Expression::plain(" -- "), None);
    }

    proptest! {
        #[test]
        fn reading_never_panics(text in ".*", tricky in "[a\"()\\- ORtitle:]{0,40}") {
            for text in [text, tricky] {
                if let Ok(expression) = Expression::parse(&text) {
                    let printed = expression.to_string();
                    prop_assert_eq!(Expression::parse(&printed).unwrap().to_string(), printed);
                }
            }
        }
    }
}
