use std::collections::HashSet;

use sinmun_sources::{Definition, Escape, LinkRule, Place, Values};
use url::Url;

use crate::read::Warning;
use crate::seeds::{List, request};
use crate::{Discovered, PageKind, PageRequest};

/// How many links of a page are followed.
pub(crate) const MOST: usize = 10_000;
/// The longest link, which is longer than any server takes.
pub(crate) const LONGEST: usize = 8 << 10;

/// A link as it stands on a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Link {
    /// An address, a call of a script, a number.
    pub(crate) text: String,
    /// The date beside it.
    pub(crate) date: Option<String>,
}

/// What a page leads to, made of its links one by one.
pub(crate) struct Collector<'a> {
    list: List<'a>,
    asked: &'a PageRequest,
    /// What relative addresses are relative to.
    pub(crate) base: Url,
    seen: HashSet<String>,
    pub(crate) found: Discovered,
}

impl<'a> Collector<'a> {
    pub(crate) fn new(list: List<'a>, asked: &'a PageRequest, base: Url) -> Self {
        let seen = HashSet::from([asked.address.clone()]);
        Self { list, asked, base, seen, found: Discovered::default() }
    }

    pub(crate) fn list(&self) -> &List<'a> {
        &self.list
    }

    pub(crate) fn definition(&self) -> &'a Definition {
        self.list.definition
    }

    /// A link that may be an article.
    pub(crate) fn article(&mut self, rule: &LinkRule, link: &Link) {
        let Some(mut made) = self.made(rule, link) else { return };
        let definition = self.definition();
        let is_named = rule.body.is_some() || rule.address.is_some();
        let is_wanted =
            if is_named { definition.is_own(&made.url) } else { definition.is_article(&made.address) };
        if is_wanted {
            made.kind = PageKind::Article;
            made.edition = made.edition.or_else(|| definition.language_of(&made.url));
            made.printed_date = link.date.clone();
            self.push(made, true);
        }
    }

    /// A link to a further list of the same way, of one of the source's own hosts.
    pub(crate) fn list_link(&mut self, rule: &LinkRule, link: &Link) {
        if let Some(made) = self.made(rule, link)
            && self.definition().is_own(&made.url)
        {
            self.push(PageRequest { kind: self.asked.kind, days: self.asked.days, ..made }, false);
        }
    }

    /// A link to the next page of this list.
    pub(crate) fn next(&mut self, rule: &LinkRule, link: &Link) {
        if let Some(made) = self.made(rule, link)
            && self.definition().is_own(&made.url)
        {
            self.following(made);
        }
    }

    /// The next page, where the rule makes its address of the running number.
    pub(crate) fn next_by_number(&mut self, rule: &LinkRule) {
        let Some(number) = self.list.number_after(self.asked.page) else { return };
        let values = Values { page: Some(number), edition: self.code(), groups: &[""], ..Values::default() };
        if let Some(made) = self.filled(rule, &values, "")
            && self.definition().is_own(&made.url)
        {
            self.following(PageRequest { page: Some(number), ..made });
        }
    }

    /// The next pages as the numbering of the list's own URLs has them.
    pub(crate) fn numbered_pages(&mut self) {
        for page in self.list.pages_after(self.asked) {
            self.push(page, false);
        }
    }

    fn following(&mut self, made: PageRequest) {
        let page = made.page.or_else(|| self.list.number_after(self.asked.page));
        let next =
            PageRequest { kind: self.asked.kind, days: self.asked.days, page, only_after_new: true, ..made };
        self.push(next, false);
    }

    fn push(&mut self, made: PageRequest, is_article: bool) {
        if self.found.articles.len() + self.found.lists.len() >= MOST {
            self.warn(Warning::TooManyLinks);
        } else if self.seen.insert(made.address.clone()) {
            if is_article { &mut self.found.articles } else { &mut self.found.lists }.push(made);
        }
    }

    pub(crate) fn warn(&mut self, warning: Warning) {
        if !self.found.warnings.contains(&warning) {
            self.found.warnings.push(warning);
        }
    }

    fn code(&self) -> Option<&'a str> {
        self.list.code()
    }

    fn made(&self, rule: &LinkRule, link: &Link) -> Option<PageRequest> {
        let text = link.text.trim();
        if text.is_empty() || text.len() > LONGEST {
            return None;
        }
        let captures = match &rule.pattern {
            Some(pattern) => Some(pattern.captures(text)?),
            None => None,
        };
        let groups: Vec<&str> = match &captures {
            Some(captures) => captures.iter().map(|group| group.map_or("", |group| group.as_str())).collect(),
            None => vec![text],
        };
        let values = Values { edition: self.code(), groups: &groups, ..Values::default() };
        self.filled(rule, &values, text)
    }

    fn filled(&self, rule: &LinkRule, values: &Values<'_>, text: &str) -> Option<PageRequest> {
        let address = match &rule.url {
            Some(url) => url.fill(values, Escape::Plain)?,
            None => text.to_owned(),
        };
        let url = self.base.join(&address).ok().filter(|url| url.as_str().len() <= LONGEST)?;
        let body = match &rule.body {
            Some(body) => Some(body.fill(values, Escape::of_content_type(rule.content_type()))?),
            None => None,
        };
        let mut made = request(self.definition(), self.list.place, url, body, rule.content_type())?;
        made.edition = self.asked.edition;
        if let Some(address) = &rule.address {
            made.address = address.fill(values, Escape::Plain)?;
        }
        Some(made)
    }
}

/// Whether a rule makes the address of a next page of the running number alone.
pub(crate) fn is_by_number(rule: &LinkRule) -> bool {
    rule.url.iter().chain(&rule.body).any(|text| text.places().any(|place| place == Place::Page))
}
