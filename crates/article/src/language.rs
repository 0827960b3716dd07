use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A language by its two- or three-letter ISO 639 code; `und` where it is unknown.
///
/// Any well-formed code is accepted: an article in a language without an
/// analyzer of its own is kept and found by its words all the same.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Language([u8; 3]);

impl Language {
    /// Arabic.
    pub const ARABIC: Self = Self(*b"ar\0");
    /// Chinese, simplified or traditional.
    pub const CHINESE: Self = Self(*b"zh\0");
    /// English.
    pub const ENGLISH: Self = Self(*b"en\0");
    /// French.
    pub const FRENCH: Self = Self(*b"fr\0");
    /// German.
    pub const GERMAN: Self = Self(*b"de\0");
    /// Japanese.
    pub const JAPANESE: Self = Self(*b"ja\0");
    /// Korean, Northern or Southern.
    pub const KOREAN: Self = Self(*b"ko\0");
    /// Russian.
    pub const RUSSIAN: Self = Self(*b"ru\0");
    /// Spanish.
    pub const SPANISH: Self = Self(*b"es\0");
    /// Undetermined.
    pub const UNKNOWN: Self = Self(*b"und");

    /// The code, in small letters.
    pub fn code(&self) -> &str {
        let length = if self.0[2] == 0 { 2 } else { 3 };
        std::str::from_utf8(&self.0[..length]).expect("a code is made of ASCII letters")
    }
}

impl FromStr for Language {
    type Err = LanguageError;

    /// Reads `ko`, `KO`, `ko-KP` and `ko_KP` alike; the region is dropped.
    fn from_str(text: &str) -> Result<Self, LanguageError> {
        let code = text.trim().split(['-', '_']).next().unwrap_or_default();
        if !(2..=3).contains(&code.len()) || !code.bytes().all(|byte| byte.is_ascii_alphabetic()) {
            return Err(LanguageError(text.chars().take(20).collect()));
        }
        let mut letters = [0; 3];
        for (place, byte) in code.bytes().enumerate() {
            letters[place] = byte.to_ascii_lowercase();
        }
        Ok(Self(letters))
    }
}

impl TryFrom<String> for Language {
    type Error = LanguageError;

    fn try_from(text: String) -> Result<Self, LanguageError> {
        text.parse()
    }
}

impl From<Language> for String {
    fn from(language: Language) -> String {
        language.code().to_owned()
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Debug for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Language({self})")
    }
}

/// The text is no language code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LanguageError(String);

impl fmt::Display for LanguageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} is no language code: give two or three letters such as ko or en", self.0)
    }
}

impl std::error::Error for LanguageError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_folded() {
        for (text, code) in [("ko", "ko"), ("KO", "ko"), ("zh_Hant", "zh"), ("es-419", "es"), ("und", "und")]
        {
            assert_eq!(text.parse::<Language>().unwrap().code(), code);
        }
        for text in ["", "k", "korean", "k1", "한글"] {
            assert!(text.parse::<Language>().is_err(), "{text}");
        }
    }
}
