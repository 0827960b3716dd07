use serde::Deserialize;
use sinmun_article::Language;

use crate::Pattern;
use crate::template::Template;

/// One language in which a site publishes.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Edition {
    /// The language.
    pub language: Language,
    /// How the site calls it in its URLs and forms; the language's code where nothing is said.
    pub code: Option<String>,
    /// The URLs that are in it, in canonical form.
    pub urls: Option<Pattern>,
}

impl Edition {
    /// How the site calls the edition.
    pub fn code(&self) -> &str {
        self.code.as_deref().unwrap_or(self.language.code())
    }
}

/// What has to be asked for before the pages of a site, with cookies kept.
///
/// Where the request is made for each edition, its cookies are for that edition
/// alone: the site holds the language in the session.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Session {
    /// The page that begins a session.
    pub url: Template,
    /// The body with which it is asked for, by POST.
    pub body: Option<Template>,
    /// The type of that body; a form where nothing is said.
    pub content_type: Option<String>,
}

impl Session {
    /// The type of the body.
    pub fn content_type(&self) -> &str {
        self.content_type.as_deref().unwrap_or(crate::discovery::FORM)
    }
}
