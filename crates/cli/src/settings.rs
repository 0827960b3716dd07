use std::path::Path;

use serde::Deserialize;
use url::Url;

use crate::config::Mistake;

/// What the user says once and for all, in `settings.toml` of the data directory.
///
/// A flag goes before what stands here.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// The sources whose operators have given permission.
    pub permitted: Vec<String>,
    /// Whom a site's operator can turn to.
    pub contact: Option<String>,
    proxy: Option<String>,
}

impl Settings {
    /// Reads the file; none is as good as an empty one.
    ///
    /// # Errors
    ///
    /// It cannot be read, or says what it must not: with the line.
    pub fn read(data: &Path) -> Result<Self, Mistake> {
        let path = data.join("settings.toml");
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(error) => return Err(Mistake(format!("cannot read {}: {error}", path.display()))),
        };
        toml::from_str(&text).map_err(|error| {
            let line = error.span().map_or(1, |span| text[..span.start].matches('\n').count() + 1);
            Mistake(format!("{}, line {line}: {}", path.display(), error.message()))
        })
    }

    /// The proxy for all crawls.
    ///
    /// # Errors
    ///
    /// It is no URL.
    pub fn proxy(&self) -> Result<Option<Url>, Mistake> {
        let read = |text: &String| {
            Url::parse(text).map_err(|error| Mistake(format!("settings.toml, proxy {text:?}: {error}")))
        };
        self.proxy.as_ref().map(read).transpose()
    }
}
