use std::fmt;

use serde::Deserialize;
use sinmun_article::{Source, SourceId};

/// One source file.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Definition {
    /// The stable id.
    pub id: SourceId,
    /// The name as printed.
    pub name: String,
    /// Other names, in any language, under which records and readers know it.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// ISO 3166 alpha-2 code of the outlet's country.
    pub country: Option<String>,
    /// The collection it belongs to.
    pub collection: Option<String>,
    /// Hosts on which it publishes, without `www.`.
    #[serde(default)]
    pub hosts: Vec<String>,
    /// Whether a URL's fragment tells articles apart.
    #[serde(default)]
    pub keep_fragment: bool,
    /// Whether its hosts carry copies of other outlets' articles.
    #[serde(default)]
    pub aggregator: bool,
}

impl Definition {
    /// Reads one file; `name` is said in the error.
    ///
    /// # Errors
    ///
    /// Names the file, the line and the key that cannot be read.
    pub fn parse(name: &str, text: &str) -> Result<Self, Error> {
        toml::from_str(text).map_err(|error| Error { file: name.to_owned(), message: error.to_string() })
    }

    /// The outlet that the definition describes.
    pub fn source(&self) -> Source {
        Source {
            id: self.id.clone(),
            name: self.name.clone(),
            country: self.country.clone(),
            collection: self.collection.clone(),
        }
    }
}

/// A source file that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    file: String,
    message: String,
}

impl Error {
    pub(crate) fn claimed(definition: &Definition, what: &str) -> Self {
        let message = format!("{what:?} belongs to another source already");
        Self { file: format!("{}.toml", definition.id), message }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "source definition {}: {}", self.file, self.message.trim_end())
    }
}

impl std::error::Error for Error {}
