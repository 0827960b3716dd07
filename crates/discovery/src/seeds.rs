use std::collections::HashSet;

use sinmun_article::{Day, Language};
use sinmun_sources::{
    Definition, Discovery, Edition, Escape, ListKind, Permission, Session, Template, Values,
};
use url::Url;

use crate::{Method, PageKind, PageRequest};

/// How many requests one source may begin with: the days of two centuries in two languages.
const MOST: usize = 150_000;
/// How many days one list is looked for.
const DAYS: usize = 150_000;

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scope {
    /// The first day.
    pub first: Day,
    /// The last day.
    pub last: Day,
    /// The only edition; every edition where none is named.
    pub edition: Option<Language>,
    /// Whether the user says that he has the permission of the site's operator.
    ///
    /// Without it, a source that needs permission has no seeds.
    pub permitted: bool,
}

impl Scope {
    /// Every edition between two days, of sources that need no permission.
    pub fn days(first: Day, last: Day) -> Self {
        Self { first, last, edition: None, permitted: false }
    }
}

/// The requests with which the search for a source's articles begins, the newest day first.
///
/// Days outside those for which the source, or a way of finding its articles,
/// has anything are left out.
pub fn seeds(definition: &Definition, scope: &Scope) -> Vec<PageRequest> {
    let mut requests = Vec::new();
    if definition.permission == Permission::Required && !scope.permitted {
        return requests;
    }
    let mut seen = HashSet::new();
    for (place, discovery) in definition.discovery.iter().enumerate() {
        let first = [definition.active, discovery.first].into_iter().flatten().fold(scope.first, Day::max);
        let last = [definition.gone, discovery.last].into_iter().flatten().fold(scope.last, Day::min);
        for edition in editions(definition, discovery, scope.edition) {
            for url in &discovery.url {
                let mut day = last;
                for _ in 0..DAYS {
                    if day < first || requests.len() >= MOST {
                        break;
                    }
                    let days = if discovery.kind == ListKind::Day { (day, day) } else { (first, last) };
                    let list = List { definition, discovery, place, edition };
                    if let Some(request) = list.page(url, days, None)
                        && seen.insert((request.address.clone(), request.edition))
                    {
                        requests.push(request);
                    }
                    match day.yesterday() {
                        Ok(before) if discovery.kind == ListKind::Day => day = before,
                        _ => break,
                    }
                }
            }
        }
    }
    requests
}

/// The request that has to come before another, with cookies kept; `None` where none has to.
///
/// Requests for which it has one [`address`](PageRequest::address) share their cookies, and no others do.
pub fn session(definition: &Definition, request: &PageRequest) -> Option<PageRequest> {
    let list = List::of(definition, request)?;
    let session = list.discovery.session.as_ref().or(definition.session.as_ref())?;
    let values = Values { edition: list.code(), ..Values::default() };
    let url = Url::parse(&session.url.fill(&values, Escape::Plain)?).ok()?;
    let body = match &session.body {
        Some(body) => Some(body.fill(&values, Escape::of_content_type(session.content_type()))?),
        None => None,
    };
    Some(PageRequest {
        kind: PageKind::Session,
        edition: request.edition,
        ..self::request(definition, request.discovery, url, body, session.content_type())?
    })
}

/// The editions for which a list is asked for apart; `None` alone where it is one for all.
fn editions<'a>(
    definition: &'a Definition,
    discovery: &Discovery,
    only: Option<Language>,
) -> Vec<Option<&'a Edition>> {
    let by_session =
        discovery.session.as_ref().or(definition.session.as_ref()).is_some_and(Session::has_editions);
    if !discovery.has_editions() && !by_session {
        return vec![None];
    }
    let wanted = |edition: &&Edition| {
        let listed = discovery.editions.is_empty() || discovery.editions.contains(&edition.language);
        listed && only.is_none_or(|only| only == edition.language)
    };
    definition.editions.iter().filter(wanted).map(Some).collect()
}

/// One list of a definition, in one edition.
pub(crate) struct List<'a> {
    pub(crate) definition: &'a Definition,
    pub(crate) discovery: &'a Discovery,
    pub(crate) place: usize,
    pub(crate) edition: Option<&'a Edition>,
}

impl<'a> List<'a> {
    /// The list that a request is for; `None` where the definition has it no more.
    pub(crate) fn of(definition: &'a Definition, request: &PageRequest) -> Option<Self> {
        let discovery = definition.discovery.get(request.discovery)?;
        let edition = request.edition.and_then(|language| definition.edition(language));
        Some(Self { definition, discovery, place: request.discovery, edition })
    }

    /// That list, and others whose first page is the very page that was asked for.
    pub(crate) fn all_of(definition: &'a Definition, request: &PageRequest) -> Vec<Self> {
        let Some(own) = Self::of(definition, request) else { return Vec::new() };
        let (place, edition) = (own.place, own.edition);
        let others = definition.discovery.iter().enumerate().filter(|(other, _)| *other != place);
        let lists = others.map(|(place, discovery)| List { definition, discovery, place, edition });
        std::iter::once(own).chain(lists.filter(|list| list.begins_with(request))).collect()
    }

    fn begins_with(&self, request: &PageRequest) -> bool {
        let Some((from, to)) = request.days else { return false };
        let first = self.discovery.first.map_or(from, |first| first.max(from));
        let last = self.discovery.last.map_or(to, |last| last.min(to));
        let is_same = |page: PageRequest| {
            (page.kind, &page.address, page.edition) == (request.kind, &request.address, request.edition)
        };
        first <= last
            && self.discovery.url.iter().any(|url| self.page(url, (from, to), None).is_some_and(is_same))
    }

    /// How the list calls its edition.
    pub(crate) fn code(&self) -> Option<&'a str> {
        self.edition.map(|edition| self.discovery.code(edition))
    }

    /// A page of it; its first where no number is given.
    fn page(&self, url: &Template, days: (Day, Day), page: Option<u64>) -> Option<PageRequest> {
        let page = page.or(self.discovery.numbering().map(|pages| pages.from));
        let values = Values { day: Some(days.0), range: Some(days), page, edition: self.code(), groups: &[] };
        let url = Url::parse(&url.fill(&values, Escape::Plain)?).ok()?;
        let body = match &self.discovery.body {
            Some(body) => Some(body.fill(&values, Escape::of_content_type(self.discovery.content_type()))?),
            None => None,
        };
        let kind = match self.discovery.kind {
            ListKind::Day | ListKind::List | ListKind::Post => PageKind::List,
            ListKind::Sitemap => PageKind::Sitemap,
            ListKind::Feed => PageKind::Feed,
            ListKind::Wordpress => PageKind::Wordpress,
        };
        Some(PageRequest {
            kind,
            edition: self.edition.map(|edition| edition.language),
            page,
            days: Some(days),
            ..request(self.definition, self.place, url, body, self.discovery.content_type())?
        })
    }

    /// The number of the page after this one; `None` where the numbering ends or there is none.
    pub(crate) fn number_after(&self, page: Option<u64>) -> Option<u64> {
        let pages = self.discovery.pages.unwrap_or_default();
        let next = page.unwrap_or(pages.from).checked_add(pages.step)?;
        pages.last.is_none_or(|last| next <= last).then_some(next)
    }

    /// The pages after this one, as the numbering of the list's own URLs has it.
    pub(crate) fn pages_after(&self, request: &PageRequest) -> Vec<PageRequest> {
        let (Some(_), Some(days)) = (self.discovery.numbering(), request.days) else { return Vec::new() };
        let Some(next) = self.number_after(request.page) else { return Vec::new() };
        // Of several lists, this one's next page is that of the template which made this page.
        let made = |url: &&Template| {
            self.page(url, days, request.page).is_some_and(|page| page.address == request.address)
        };
        let pages = self.discovery.url.iter().filter(made).filter_map(|url| self.page(url, days, Some(next)));
        pages.map(|page| PageRequest { only_after_new: true, ..page }).collect()
    }
}

/// A request for an http(s) URL, by POST where there is a body.
pub(crate) fn request(
    definition: &Definition,
    discovery: usize,
    mut url: Url,
    body: Option<String>,
    content_type: &str,
) -> Option<PageRequest> {
    url.set_fragment(None);
    // Only a URL without a host cannot lose its user, and that is refused below.
    let _ = (url.set_username(""), url.set_password(None));
    let canonical = definition.canonical_url(url.as_str())?;
    let canonical = canonical.split('#').next().unwrap_or_default();
    let address = match &body {
        Some(body) => format!("{canonical} {body}"),
        None => canonical.to_owned(),
    };
    Some(PageRequest {
        kind: PageKind::List,
        url: url.into(),
        method: if body.is_some() { Method::Post } else { Method::Get },
        content_type: body.is_some().then(|| content_type.to_owned()),
        body,
        address,
        edition: None,
        discovery,
        page: None,
        days: None,
        printed_date: None,
        only_after_new: false,
    })
}
