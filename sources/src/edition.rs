use serde::Deserialize;
use sinmun_article::Language;

use crate::Pattern;
use crate::error::Mistake;
use crate::template::{Place, Template};

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
    pub(crate) fn check(&self, at: &str) -> Result<(), Mistake> {
        for (name, template) in [("url", Some(&self.url)), ("body", self.body.as_ref())] {
            if template.iter().flat_map(|template| template.places()).any(|place| place != Place::Edition) {
                return Err(Mistake::new(format!("{at}.{name}"), "a session knows no place but {edition}"));
            }
        }
        Ok(())
    }

    /// Whether there is one for each edition.
    pub fn has_editions(&self) -> bool {
        self.body.iter().chain([&self.url]).any(|text| text.places().any(|place| place == Place::Edition))
    }

    /// The type of the body.
    pub fn content_type(&self) -> &str {
        self.content_type.as_deref().unwrap_or(crate::discovery::FORM)
    }
}
