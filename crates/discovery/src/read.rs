use std::collections::HashSet;
use std::fmt;

use sinmun_sources::Definition;

use crate::links::{Collector, is_by_number};
use crate::seeds::List;
use crate::{PageKind, PageRequest, feed, html, sitemap, wordpress, xml};

/// What a list led to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Discovered {
    /// The articles, each once, in the order of the page.
    pub articles: Vec<PageRequest>,
    /// Further lists; those with [`only_after_new`](PageRequest::only_after_new) come after this one.
    pub lists: Vec<PageRequest>,
    /// What could not be used.
    pub warnings: Vec<Warning>,
}

/// What of a page could not be used.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Warning {
    /// The definition has no such list any more.
    NoSuchList,
    /// The page is larger or deeper than is read; what was read counts.
    TooLarge,
    /// It has more links than are followed.
    TooManyLinks,
    /// It breaks off or is not what was expected.
    Malformed(String),
    /// A selector of the definition cannot be read.
    BadSelector(String),
    /// No link of it is an article or a further list: a list may be empty, or the site has changed.
    NothingFound,
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSuchList => f.write_str("the source's definition has no such list any more"),
            Self::TooLarge => f.write_str("the page is larger or deeper than is read"),
            Self::TooManyLinks => f.write_str("the page has more links than are followed"),
            Self::Malformed(why) => write!(f, "the page cannot be read to its end: {why}"),
            Self::BadSelector(text) => write!(f, "{text:?} is no CSS selector"),
            Self::NothingFound => f.write_str("no link of the page is an article or a further list"),
        }
    }
}

/// Reads what came back for a list.
///
/// Only http and https are followed, only what the definition calls articles
/// is an article, and other hosts only where one of its patterns names them.
/// Where several ways of a definition begin with the same page, such as a home
/// page before and after a site was made anew, it is read by each of them.
pub fn read(
    definition: &Definition,
    request: &PageRequest,
    body: &[u8],
    content_type: Option<&str>,
) -> Discovered {
    let mut found = Discovered::default();
    if matches!(request.kind, PageKind::Article | PageKind::Session) {
        return found;
    }
    let lists = List::all_of(definition, request);
    let Some(base) = html::own_address(&request.url).filter(|_| !lists.is_empty()) else {
        found.warnings.push(Warning::NoSuchList);
        return found;
    };
    let (text, cut) = sinmun_markup::text(body, content_type);
    let mut is_empty = true;
    for list in lists {
        let mut collector = Collector::new(list, request, base.clone());
        if cut {
            collector.warn(Warning::TooLarge);
        }
        is_empty &= !read_as(request, &text, &mut collector);
        found.join(collector.found);
    }
    if is_empty {
        found.warnings.push(Warning::NothingFound);
    }
    found
}

/// Whether a link was found; pages that are known by their number are none.
fn read_as(request: &PageRequest, text: &str, collector: &mut Collector<'_>) -> bool {
    let discovery = collector.list().discovery;
    match request.kind {
        PageKind::Sitemap => sitemap::read(text, collector),
        PageKind::Feed => feed::read(text, collector),
        PageKind::Wordpress => wordpress::read(text, collector),
        PageKind::List | PageKind::Article | PageKind::Session => {
            let rules = || discovery.links.iter().chain(&discovery.lists).chain(&discovery.next);
            if rules().any(|rule| rule.element.is_some()) {
                xml::read(text, collector);
            }
            if discovery.links.is_empty() || rules().any(|rule| rule.element.is_none()) {
                html::read(text, collector);
            }
        }
    }
    let has_found = !collector.found.articles.is_empty() || !collector.found.lists.is_empty();
    if request.kind == PageKind::List {
        for rule in discovery.next.iter().filter(|rule| is_by_number(rule)) {
            collector.next_by_number(rule);
        }
        collector.numbered_pages();
    }
    has_found
}

impl Discovered {
    /// Takes in what the same page led to by another way.
    fn join(&mut self, other: Self) {
        let add = |known: &mut Vec<PageRequest>, more: Vec<PageRequest>| {
            let place = |request: &PageRequest| (request.address.clone(), request.edition);
            let seen: HashSet<_> = known.iter().map(place).collect();
            known.extend(more.into_iter().filter(|request| !seen.contains(&place(request))));
        };
        add(&mut self.articles, other.articles);
        add(&mut self.lists, other.lists);
        for warning in other.warnings {
            if !self.warnings.contains(&warning) {
                self.warnings.push(warning);
            }
        }
    }
}
