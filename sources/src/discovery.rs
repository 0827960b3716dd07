use std::collections::BTreeMap;

use serde::Deserialize;
use sinmun_article::{Day, Language};

use crate::edition::{Edition, Session};
use crate::error::Mistake;
use crate::template::{Place, Template};
use crate::{Pattern, read};

/// One way to find the articles of a site.
///
/// What is written here is carried out by the crate `sinmun-discovery`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Discovery {
    /// What kind of list it is.
    pub kind: ListKind,
    /// Where the lists are.
    #[serde(deserialize_with = "read::one_or_many")]
    pub url: Vec<Template>,
    /// The editions that have them; all where none is named.
    #[serde(default)]
    pub editions: Vec<Language>,
    /// How these lists call the editions, where they do it in another way than the rest of the site.
    #[serde(default)]
    pub codes: BTreeMap<String, String>,
    /// What has to be asked for before these lists and their articles, in place of the source's session.
    pub session: Option<Session>,
    /// The first day for which there are lists.
    #[serde(default, deserialize_with = "read::day")]
    pub first: Option<Day>,
    /// The last day for which there are lists.
    #[serde(default, deserialize_with = "read::day")]
    pub last: Option<Day>,
    /// How the pages of one list are numbered, where the URL or the body has `{page}`.
    pub pages: Option<Pages>,
    /// The body of the request for a list that is got by POST.
    pub body: Option<Template>,
    /// The type of that body; a form where nothing is said.
    pub content_type: Option<String>,
    /// Where on a list the articles are; every link where nothing is said.
    #[serde(default)]
    pub links: Vec<LinkRule>,
    /// Where on a list further lists are, such as a menu whose addresses change.
    #[serde(default)]
    pub lists: Vec<LinkRule>,
    /// Where on a list its next page is; with `{page}` in its URL or body it is made of the running
    /// number, and no link is looked for.
    pub next: Option<LinkRule>,
}

/// The kind of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ListKind {
    /// One page a day, month or year, whose URL has the date in it.
    Day,
    /// Pages of links, with a rule for the next.
    List,
    /// A sitemap, or an index of sitemaps.
    Sitemap,
    /// RSS or Atom.
    Feed,
    /// The posts of WordPress's JSON interface.
    Wordpress,
    /// Pages that are asked for by POST; HTML or XML.
    Post,
}

impl ListKind {
    /// The word in a source file.
    pub fn name(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::List => "list",
            Self::Sitemap => "sitemap",
            Self::Feed => "feed",
            Self::Wordpress => "wordpress",
            Self::Post => "post",
        }
    }
}

/// How the pages of one list are numbered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Pages {
    /// The number of the first page.
    pub from: u64,
    /// By how much the number grows; 10 where a site counts articles, ten to a page.
    pub step: u64,
    /// The number of the last page, where it is known.
    pub last: Option<u64>,
}

impl Default for Pages {
    fn default() -> Self {
        Self { from: 1, step: 1, last: None }
    }
}

/// Which links of a page count, and what address they stand for.
///
/// A link is taken from an attribute or from the text of what the selector
/// finds; where there is a pattern it must match; and where there is a template
/// the address is made of the match, as for `fn_showArticle("AR0125885")`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LinkRule {
    /// A CSS selector of the part that belongs to one article; the whole page where nothing is said.
    pub row: Option<String>,
    /// A CSS selector of the links; `a` where nothing is said.
    pub selector: Option<String>,
    /// The name of the elements in an XML page, in place of a selector; their text is the link.
    pub element: Option<String>,
    /// The attribute that holds the link; `href` where nothing is said, `text` for the text.
    pub attribute: Option<String>,
    /// What the link must look like.
    pub pattern: Option<Pattern>,
    /// The address that is made of the match; it may be relative to the page.
    pub url: Option<Template>,
    /// The body with which the address is asked for, by POST.
    pub body: Option<Template>,
    /// The type of that body; a form where nothing is said.
    pub content_type: Option<String>,
    /// What the article is known by where its URL does not say it, because all are asked for at one.
    pub address: Option<Template>,
    /// A selector of the printed date within the row, or the name of the element in an XML page.
    pub date: Option<String>,
}

/// The type of a body about which nothing is said.
pub const FORM: &str = "application/x-www-form-urlencoded";

impl Discovery {
    /// The type of the body.
    pub fn content_type(&self) -> &str {
        self.content_type.as_deref().unwrap_or(FORM)
    }

    /// How these lists call an edition.
    pub fn code<'a>(&'a self, edition: &'a Edition) -> &'a str {
        self.codes.get(edition.language.code()).map_or(edition.code(), String::as_str)
    }

    /// Whether the list is one for every edition.
    pub fn has_editions(&self) -> bool {
        let session = self.session.iter().flat_map(|session| session.body.iter().chain([&session.url]));
        let mut texts = self.url.iter().chain(&self.body).chain(session);
        !self.editions.is_empty() || texts.any(|text| text.places().any(|place| place == Place::Edition))
    }

    /// The numbering of its pages; `None` where it has none.
    pub fn numbering(&self) -> Option<Pages> {
        let numbered =
            self.url.iter().chain(&self.body).any(|text| text.places().any(|place| place == Place::Page));
        numbered.then(|| self.pages.unwrap_or_default())
    }

    /// Every pattern with its key.
    pub(crate) fn patterns(&self, at: &str) -> Vec<(String, &Pattern)> {
        let mut found = Vec::new();
        for (name, rules) in [("links", &self.links), ("lists", &self.lists)] {
            for (place, rule) in rules.iter().enumerate() {
                found.extend(
                    rule.pattern.iter().map(|pattern| (format!("{at}.{name}[{place}].pattern"), pattern)),
                );
            }
        }
        let next = self.next.iter().flat_map(|rule| &rule.pattern);
        found.extend(next.map(|pattern| (format!("{at}.next.pattern"), pattern)));
        found
    }

    pub(crate) fn check(&self, at: &str) -> Result<(), Mistake> {
        let key = |name: &str| format!("{at}.{name}");
        if self.url.is_empty() {
            return Err(Mistake::new(key("url"), "a list needs a URL"));
        }
        if let (Some(first), Some(last)) = (self.first, self.last)
            && first > last
        {
            return Err(Mistake::new(key("last"), "the last day is before the first"));
        }
        for url in &self.url {
            if self.kind == ListKind::Day && !url.places().any(Place::is_day) {
                return Err(Mistake::new(
                    key("url"),
                    "the URL of a day's page has the date in it, such as {yyyy}{mm}{dd}",
                ));
            }
            self.places(&key("url"), url)?;
        }
        match (&self.body, self.kind) {
            (None, ListKind::Post) => {
                return Err(Mistake::new(key("kind"), "a list that is got by POST needs a body"));
            }
            (Some(_), kind) if kind != ListKind::Post => {
                return Err(Mistake::new(key("body"), "only a list of kind \"post\" has a body"));
            }
            (Some(body), _) => self.places(&key("body"), body)?,
            _ => {}
        }
        if let Some(code) = self.codes.keys().find(|code| code.parse::<Language>().is_err()) {
            return Err(Mistake::new(key("codes"), format!("{code:?} is no language")));
        }
        if let Some(session) = &self.session {
            session.check(&key("session"))?;
        }
        if self.pages.is_some_and(|pages| pages.step == 0) {
            return Err(Mistake::new(key("pages"), "the step is 1 or more"));
        }
        let next = self.next.iter().flat_map(|rule| rule.url.iter().chain(&rule.body));
        let next_is_numbered = next.flat_map(Template::places).any(|place| place == Place::Page);
        if self.pages.is_some() && self.numbering().is_none() && !next_is_numbered {
            return Err(Mistake::new(key("pages"), "neither the URL nor the body has {page}"));
        }
        for (name, rules) in [("links", &self.links), ("lists", &self.lists)] {
            for (place, rule) in rules.iter().enumerate() {
                rule.check(&format!("{at}.{name}[{place}]"), false)?;
            }
        }
        self.next.iter().try_for_each(|rule| rule.check(&key("next"), true))
    }

    fn places(&self, key: &str, template: &Template) -> Result<(), Mistake> {
        for place in template.places() {
            if place.is_day() && self.kind != ListKind::Day {
                return Err(Mistake::new(
                    key,
                    "a day is known to lists of kind \"day\" only; {from} and {to} to all",
                ));
            }
            if matches!(place, Place::Group(_)) {
                return Err(Mistake::new(key, "there is no match here whose groups could be filled in"));
            }
        }
        Ok(())
    }
}

impl LinkRule {
    /// The type of the body.
    pub fn content_type(&self) -> &str {
        self.content_type.as_deref().unwrap_or(FORM)
    }

    pub(crate) fn check(&self, at: &str, is_next: bool) -> Result<(), Mistake> {
        let key = |name: &str| format!("{at}.{name}");
        if self.element.is_some() {
            for (name, given) in
                [("selector", &self.selector), ("attribute", &self.attribute), ("row", &self.row)]
            {
                if given.is_some() {
                    return Err(Mistake::new(key(name), "an XML element is named by `element` alone"));
                }
            }
        } else if self.date.is_some() && self.row.is_none() {
            return Err(Mistake::new(
                key("date"),
                "a date needs the `row` in which it stands beside the link",
            ));
        }
        let groups = self.pattern.as_ref().map_or(1, Pattern::groups);
        for (name, template) in [("url", &self.url), ("body", &self.body), ("address", &self.address)] {
            for place in template.iter().flat_map(|template| template.places()) {
                match place {
                    Place::Group(number) if number < groups => {}
                    Place::Group(number) => {
                        return Err(Mistake::new(key(name), format!("the pattern has no group {number}")));
                    }
                    Place::Edition => {}
                    Place::Page if is_next => {}
                    _ => {
                        return Err(Mistake::new(
                            key(name),
                            "an address is made of {0} to {9} and {edition} only",
                        ));
                    }
                }
            }
        }
        if self.body.is_some() && self.url.is_none() {
            return Err(Mistake::new(key("body"), "a body needs the `url` to which it is sent"));
        }
        Ok(())
    }
}
