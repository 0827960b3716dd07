use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::{Language, fold::slug};

/// The id of a source: small letters, digits and hyphens, such as `voice-of-korea`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SourceId(String);

impl SourceId {
    /// The id that a name gets where no definition knows it: its slug.
    ///
    /// `None` where the name has no letter or digit in any script.
    pub fn of_name(name: &str) -> Option<Self> {
        let slug = slug(name);
        (!slug.is_empty()).then_some(Self(slug))
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SourceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for SourceId {
    type Err = SourceIdError;

    fn from_str(text: &str) -> Result<Self, SourceIdError> {
        let well_formed = !text.is_empty() && text.len() <= 200 && slug(text) == text;
        if well_formed {
            Ok(Self(text.to_owned()))
        } else {
            Err(SourceIdError(text.chars().take(60).collect()))
        }
    }
}

impl TryFrom<String> for SourceId {
    type Error = SourceIdError;

    fn try_from(text: String) -> Result<Self, SourceIdError> {
        text.parse()
    }
}

impl From<SourceId> for String {
    fn from(id: SourceId) -> String {
        id.0
    }
}

/// The text is no source id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceIdError(String);

impl fmt::Display for SourceIdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} is no source id: use small letters, digits and single hyphens", self.0)
    }
}

impl std::error::Error for SourceIdError {}

/// An outlet: who publishes.
///
/// A source may publish in several languages; in print it then carries the
/// edition's ([`Source::edition`]).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The stable id.
    pub id: SourceId,
    /// The name as printed, such as "Voice of Korea".
    pub name: String,
    /// ISO 3166 alpha-2 code of the outlet's country, where known.
    pub country: Option<String>,
    /// The collection it belongs to, such as "DPRK media".
    pub collection: Option<String>,
}

impl Source {
    /// The name with the language of the edition: "Voice of Korea (EN)".
    pub fn edition(&self, language: Language) -> String {
        format!("{} ({})", self.name, language.code().to_ascii_uppercase())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_ids() {
        for (name, id) in [
            ("KCNA", "kcna"),
            ("Channel One Russia (1tv.ru)", "channel-one-russia-1tv-ru"),
            ("People's Daily Online", "peoples-daily-online"),
            ("로동신문", "로동신문"),
        ] {
            assert_eq!(SourceId::of_name(name).unwrap().as_str(), id);
            assert!(id.parse::<SourceId>().is_ok());
        }
        assert_eq!(SourceId::of_name("  --- "), None);
        assert!("Voice of Korea".parse::<SourceId>().is_err());
    }
}
