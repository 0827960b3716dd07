use serde::{Deserialize, Serialize};
use sinmun_article::{Day, Language};
use sinmun_sources::Definition;

use crate::{html, seeds};

/// A page to ask for.
///
/// It can be written down and read back, so that a frontier may keep it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PageRequest {
    /// What is expected to come back.
    pub kind: PageKind,
    /// The URL as the site writes it, without a fragment.
    pub url: String,
    /// How it is asked for.
    pub method: Method,
    /// What is sent with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    /// The type of what is sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content_type: Option<String>,
    /// What the page is known by: two requests with one address, edition and source are for one page.
    ///
    /// The canonical URL without its fragment; where several pages have one URL, because they are asked
    /// for by POST, the article's number or the URL and what is sent. For an article it may be given to
    /// `Sources::canonical_url`.
    pub address: String,
    /// The edition whose session it needs, or whose list it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edition: Option<Language>,
    /// The place in the definition of the way by which it was found.
    pub discovery: usize,
    /// The running number of a list's page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page: Option<u64>,
    /// The days that a list was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days: Option<(Day, Day)>,
    /// The date of an article as its list prints it, unread.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub printed_date: Option<String>,
    /// Whether it is worth asking for only if the list that named it led to something that was not
    /// known before: without that, a list whose "next" leads round in a circle would never end.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub only_after_new: bool,
}

impl PageRequest {
    /// A request for an article that no list named; `None` where the URL is no http(s) URL.
    ///
    /// It is for the same page as one that a list of the source would lead to.
    pub fn article(definition: &Definition, url: &str) -> Option<Self> {
        let request = seeds::request(definition, 0, html::own_address(url)?, None, "")?;
        Some(Self { kind: PageKind::Article, edition: definition.language_of(&request.url), ..request })
    }
}

/// What is expected to come back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PageKind {
    /// An article.
    Article,
    /// A page of links, HTML or XML.
    List,
    /// A sitemap or an index of sitemaps.
    Sitemap,
    /// RSS or Atom.
    Feed,
    /// Posts as WordPress's JSON.
    Wordpress,
    /// Whatever begins a session; its cookies matter, not its body.
    Session,
}

/// How a page is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Method {
    /// GET.
    Get,
    /// POST.
    Post,
}
