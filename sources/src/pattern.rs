use std::fmt;

use regex::{Captures, Regex, RegexBuilder};
use serde::{Deserialize, Deserializer, de};

/// A regular expression of a source file, compiled when the file is read.
///
/// The syntax is that of the crate `regex`: no look-around and no references
/// back, so that a match takes time linear in the text.
#[derive(Clone)]
pub struct Pattern(Regex);

/// What a compiled pattern may take in memory; generous for a URL.
const SIZE: usize = 1 << 20;

impl Pattern {
    /// Compiles a pattern.
    ///
    /// # Errors
    ///
    /// Says what in the pattern cannot be read.
    pub fn new(text: &str) -> Result<Self, String> {
        RegexBuilder::new(text).size_limit(SIZE).build().map(Self).map_err(|error| match error {
            regex::Error::Syntax(message) => {
                let last = message.lines().last().unwrap_or_default();
                format!("{text:?} is no regular expression: {}", last.trim_start_matches("error: "))
            }
            _ => format!("{text:?} is too large a regular expression"),
        })
    }

    /// The pattern as written.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Whether it matches anywhere in the text.
    pub fn is_match(&self, text: &str) -> bool {
        self.0.is_match(text)
    }

    /// The groups of the first match.
    pub fn captures<'t>(&self, text: &'t str) -> Option<Captures<'t>> {
        self.0.captures(text)
    }

    /// How many groups it has, the whole match among them.
    pub fn groups(&self) -> usize {
        self.0.captures_len()
    }

    /// Whether it speaks of whole URLs, and so may name another host.
    pub(crate) fn names_a_host(&self) -> bool {
        self.as_str().trim_start_matches(['^', '(', '?', ':']).starts_with("http")
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for Pattern {}

impl fmt::Debug for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pattern({:?})", self.as_str())
    }
}

impl<'de> Deserialize<'de> for Pattern {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(&String::deserialize(deserializer)?).map_err(de::Error::custom)
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
