use std::fmt;
use std::sync::OnceLock;

use regex::{Captures, Regex, RegexBuilder};
use serde::{Deserialize, Deserializer};

/// A regular expression of a source file, compiled when it is first used.
///
/// The syntax is that of the crate `regex`: no look-around and no references
/// back, so that a match takes time linear in the text.
///
/// Compiling those of all sources takes 15 ms, which a program that only searches
/// need not spend. That each can be compiled is what
/// [`Definition::check`](crate::Definition::check) is for; one that cannot matches nothing.
#[derive(Clone)]
pub struct Pattern {
    text: String,
    compiled: OnceLock<Option<Regex>>,
}

/// What a compiled pattern may take in memory; generous for a URL.
const SIZE: usize = 1 << 20;

impl Pattern {
    /// Compiles a pattern.
    ///
    /// # Errors
    ///
    /// Says what in the pattern cannot be read.
    pub fn new(text: &str) -> Result<Self, String> {
        let compiled = compile(text)?;
        Ok(Self { text: text.to_owned(), compiled: OnceLock::from(Some(compiled)) })
    }

    /// The pattern as written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether it matches anywhere in the text.
    pub fn is_match(&self, text: &str) -> bool {
        self.regex().is_some_and(|regex| regex.is_match(text))
    }

    /// The groups of the first match.
    pub fn captures<'t>(&self, text: &'t str) -> Option<Captures<'t>> {
        self.regex()?.captures(text)
    }

    /// The text without all that it matches; `None` where it matches nothing.
    pub(crate) fn without(&self, text: &str) -> Option<String> {
        let regex = self.regex().filter(|regex| regex.is_match(text))?;
        Some(regex.replace_all(text, "").into_owned())
    }

    /// How many groups it has, the whole match among them.
    pub fn groups(&self) -> usize {
        self.regex().map_or(1, Regex::captures_len)
    }

    /// Whether it speaks of whole URLs, and so may name another host.
    pub(crate) fn names_a_host(&self) -> bool {
        self.text.trim_start_matches(['^', '(', '?', ':']).starts_with("http")
    }

    /// What in the pattern cannot be read.
    pub(crate) fn check(&self) -> Result<(), String> {
        match self.regex() {
            Some(_) => Ok(()),
            None => compile(&self.text).map(|_| ()),
        }
    }

    fn regex(&self) -> Option<&Regex> {
        self.compiled.get_or_init(|| compile(&self.text).ok()).as_ref()
    }
}

fn compile(text: &str) -> Result<Regex, String> {
    RegexBuilder::new(text).size_limit(SIZE).build().map_err(|error| match error {
        regex::Error::Syntax(message) => {
            let last = message.lines().last().unwrap_or_default();
            format!("{text:?} is no regular expression: {}", last.trim_start_matches("error: "))
        }
        _ => format!("{text:?} is too large a regular expression"),
    })
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Pattern {}

impl fmt::Debug for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pattern({:?})", self.text)
    }
}

impl<'de> Deserialize<'de> for Pattern {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self { text: String::deserialize(deserializer)?, compiled: OnceLock::new() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bad_pattern_says_why() {
        assert!(Pattern::new("a(b").unwrap_err().contains("unclosed group"));
        assert!(Pattern::new(r"(\w{1000}){1000}").unwrap_err().contains("too large"));
        assert_eq!(Pattern::new(r"a(\d)").unwrap().groups(), 2);
        assert!(Pattern::new("^(?:https?://x)").unwrap().names_a_host());
        assert!(!Pattern::new("^/http").unwrap().names_a_host());
    }
}
