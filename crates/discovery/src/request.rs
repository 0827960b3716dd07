use serde::{Deserialize, Serialize};
use sinmun_article::{Day, Language};
use sinmun_sources::Definition;

use crate::{html, links, seeds};

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

    /// A request for a picture of an article; `None` where the URL is no http(s) URL or longer than a server takes.
    ///
    /// It may be at any host, and is known by its URL as it stands: what brings the source's articles into one
    /// form, such as a query of which one key is kept, was not made for pictures.
    pub fn image(url: &str) -> Option<Self> {
        let url = seeds::bare(html::own_address(url)?);
        if url.as_str().len() > links::LONGEST {
            return None;
        }
        Some(Self {
            kind: PageKind::Image,
            address: url.as_str().to_owned(),
            url: url.into(),
            method: Method::Get,
            body: None,
            content_type: None,
            edition: None,
            discovery: 0,
            page: None,
            days: None,
            printed_date: None,
            only_after_new: false,
        })
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
    /// A picture of an article; whatever comes is kept, and leads to nothing.
    Image,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_known_by_its_url() {
        #[track_caller]
        fn check(url: &str, expected: Option<&str>) {
            let image = PageRequest::image(url);
            assert_eq!(image.as_ref().map(|image| image.url.as_str()), expected, "{url}");
            assert!(image.is_none_or(|image| image.url == image.address && image.kind == PageKind::Image));
        }
        check("https://cdn.example/a.jpg?w=1&h=2", Some("https://cdn.example/a.jpg?w=1&h=2"));
        check("http://me:secret@CDN.example:80/a.svg#part", Some("http://cdn.example/a.svg"));
        for url in ["data:image/png;base64,AAAA", "ftp://cdn.example/a.jpg", "a.jpg", "http://", ""] {
            check(url, None);
        }
        check(&format!("http://cdn.example/{}", "a".repeat(9000)), None);
    }
}
