//! Where a page may say when its article was published.

use scraper::ElementRef;
use sinmun_article::PubDate;
use sinmun_sources::DateOrder;

use super::head::Head;
use super::hints::{Attributes, Hint};
use super::outline::Outline;
use crate::date::{DateRules, FoundDate};

/// Names of `meta` elements that hold the date, the surest first.
const META: &[&str] = &[
    "article:published_time",
    "article:published",
    "og:article:published_time",
    "datepublished",
    "dc.date.issued",
    "dcterms.issued",
    "parsely-pub-date",
    "publishdate",
    "publish-date",
    "publish_date",
    "publication_date",
    "pubdate",
    "article.published",
    "cxenseparse:recs:publishtime",
    "date",
    "dc.date.created",
    "dcterms.created",
    "dc.date",
    "dcterms.date",
    "datecreated",
];

/// Texts that may hold a date.
#[derive(Debug, Default)]
pub(crate) struct Dates {
    /// What the page's metadata say, the surest first.
    told: Vec<String>,
    /// What elements say that are marked as dates, those by the title first.
    marked: Vec<String>,
    /// And those far from the title or in lists.
    elsewhere: Vec<String>,
    /// Texts in and around the article, those nearest to the title first.
    near: Vec<String>,
    /// What stands in data for scripts.
    in_scripts: Vec<String>,
    /// Which number comes first in them.
    order: Option<DateOrder>,
}

impl Dates {
    /// Of a page in whose outline the title or else the body has a place.
    pub(super) fn of(
        head: &Head,
        outline: &Outline<'_>,
        centre: Option<usize>,
        container: Option<usize>,
    ) -> Self {
        let (marked, elsewhere) = marked(outline, centre);
        Self {
            told: told(head),
            marked,
            elsewhere,
            near: near(outline, centre, container),
            in_scripts: Vec::new(),
            order: order(outline),
        }
    }

    /// Looks for dates in the data that a page leaves for its scripts, where nothing else on it may hold one.
    pub(crate) fn look_in_scripts(&mut self, html: &str) {
        if self.told.is_empty() && self.marked.is_empty() && self.elsewhere.is_empty() {
            self.in_scripts = in_scripts(html);
        }
    }

    /// The date that stands in data for scripts.
    pub(crate) fn in_scripts(&self, rules: &DateRules<'_>) -> Option<FoundDate> {
        self.in_scripts.iter().find_map(|text| rules.read(text).ok())
    }

    /// What is looked at, the surest first, and what it is.
    pub(crate) fn candidates(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let told =
            self.told.iter().map(|text| ("what the page's metadata say", text.as_str())).take(MOST_TOLD);
        let marked = self.marked.iter().map(|text| ("an element marked as a date", text.as_str()));
        let near = self.near.iter().map(|text| ("a text near the title", text.as_str()));
        told.chain(marked.take(MOST_MARKED)).chain(near.take(MOST_NEAR))
    }

    /// The date that the page says of itself: in its metadata, or else in an element that is marked as one.
    ///
    /// Where the metadata say several days, what is printed near the title decides, and so it does where they
    /// do not tell the outlet's clock.
    pub(crate) fn said(&self, rules: &DateRules<'_>) -> Option<FoundDate> {
        let rules = self.rules(rules);
        let read = |text: &String| rules.read(text).ok();
        let told: Vec<(FoundDate, &String)> =
            self.told.iter().filter_map(|text| Some((read(text)?, text))).take(MOST_TOLD).collect();
        let Some((first, text)) = told.first() else { return self.marked.iter().find_map(read) };
        let by_the_title = self.marked.iter().take(MOST_MARKED).chain(self.near.iter().take(MOST_NEAR));
        let printed: Vec<FoundDate> = by_the_title
            .filter_map(read)
            .filter(|printed| !printed.is_guessed && is_day(printed.date))
            .collect();
        let same = |one: &FoundDate, other: &FoundDate| one.date.first_day() == other.date.first_day();
        // What was changed long after is printed with that day, and stays what it was.
        let confirmed = |printed: &FoundDate| {
            let (told, _) = told.iter().find(|(told, _)| same(printed, told))?;
            (days_between(told.date, first.date) <= LATE).then_some(*told)
        };
        if let Some(confirmed) = printed.iter().find_map(confirmed) {
            return Some(confirmed);
        }
        // By the clock of Greenwich it may be another day than where the outlet is, which prints its own.
        let tells_clock = text.get(10..).is_some_and(|clock| clock.contains('+') || clock.contains('-'))
            && !text.ends_with("+00:00")
            && !text.ends_with("+0000");
        if !tells_clock && rules.zone.is_none() && !printed.iter().any(|printed| same(printed, first)) {
            let beside = printed.iter().find(|printed| days_between(printed.date, first.date) <= 1);
            return Some(*beside.unwrap_or(first));
        }
        Some(*first)
    }

    /// The date of a text near the title.
    pub(crate) fn near(&self, rules: &DateRules<'_>) -> Option<FoundDate> {
        let rules = self.rules(rules);
        self.near.iter().filter_map(|text| rules.read(text).ok()).find(|found| !found.is_guessed)
    }

    /// The date of an element that is marked as one and stands elsewhere on the page.
    pub(crate) fn elsewhere(&self, rules: &DateRules<'_>) -> Option<FoundDate> {
        let rules = self.rules(rules);
        self.elsewhere.iter().find_map(|text| rules.read(text).ok())
    }

    fn rules<'r>(&self, rules: &DateRules<'r>) -> DateRules<'r> {
        DateRules { order: rules.order.or(self.order), ..*rules }
    }
}

fn is_day(date: PubDate) -> bool {
    date.first_day() == date.last_day()
}

fn days_between(one: PubDate, other: PubDate) -> i32 {
    one.first_day().since(other.first_day()).map_or(i32::MAX, |span| span.get_days().abs())
}

/// So many days after it was published, what is printed as the date is that of a change.
const LATE: i32 = 7;

/// How many dates of the metadata, marked elements and texts are held beside each other.
const MOST_TOLD: usize = 8;
const MOST_MARKED: usize = 3;
const MOST_NEAR: usize = 8;

/// How many texts that may hold a date are looked at.
const MOST: usize = 60;
/// The longest text with a class that says that it is a date.
const LONGEST: usize = 120;

/// What the page's metadata say, the surest first.
fn told(head: &Head) -> Vec<String> {
    let meta = META.iter().filter_map(|name| head.meta(&[name])).map(str::to_owned);
    let said = head.said("datePublished").or_else(|| head.said("dateCreated"));
    said.into_iter().chain(meta).collect()
}

/// What elements say that are marked as dates, those by the title first.
fn marked(outline: &Outline<'_>, centre: Option<usize>) -> (Vec<String>, Vec<String>) {
    let mut ranked: Vec<(u8, usize, String)> = Vec::new();
    for (place, part) in outline.parts.iter().enumerate() {
        if ranked.len() >= MOST {
            break;
        }
        let Attributes { class, property, datetime, .. } = part.attributes;
        let is_published =
            ["datePublished", "dateCreated", "pubdate"].iter().any(|name| property.ends_with(name));
        let is_time = outline.name(place) == "time";
        let is_marked = is_published || is_time || part.all.letters < LONGEST as u32 && part.names_date;
        // What is no element to be seen is among the metadata.
        if !is_marked || outline.name(place) == "meta" {
            continue;
        }
        let text = match datetime.bytes().any(|byte| byte.is_ascii_digit()) {
            true => datetime.to_owned(),
            false => beginning(part.element, LONGEST + 1),
        };
        if text.chars().count() > LONGEST || text.trim().is_empty() {
            continue;
        }
        let is_updated = class.contains("updated") || class.contains("modified");
        let is_updated = is_updated && !class.contains("published");
        let distance = centre.map_or(place, |centre| centre.abs_diff(place));
        let is_aside = is_aside(outline, place, distance);
        let rank = 2 * u8::from(is_aside) + u8::from(is_updated) + if is_published { 0 } else { 4 };
        ranked.push((rank, distance, text));
    }
    ranked.sort_by_key(|(rank, distance, _)| (*rank, *distance));
    let is_near = |(rank, distance, _): &(u8, usize, String)| rank % 4 < 2 && *distance <= WINDOW;
    let (near, elsewhere): (Vec<_>, Vec<_>) = ranked.into_iter().partition(is_near);
    let text = |(.., text): (u8, usize, String)| text;
    (near.into_iter().map(text).collect(), elsewhere.into_iter().map(text).collect())
}

/// Texts in and around the article that may hold its date, those nearest to the title first.
fn near(outline: &Outline<'_>, centre: Option<usize>, container: Option<usize>) -> Vec<String> {
    let Some(centre) = centre else { return Vec::new() };
    let (start, end) = (centre.saturating_sub(WINDOW), (centre + WINDOW).min(outline.parts.len()));
    let is_block = |place: &usize| {
        let part = &outline.parts[*place];
        part.is_block && part.own.letters > 5
    };
    // The shorter a text, the likelier its date is the article's: a long one begins with it, or tells of other days.
    let doubt = |place: usize| {
        let distance = place.abs_diff(centre);
        let is_aside = is_aside(outline, place, distance);
        let is_heading = matches!(outline.name(place), "h2" | "h3" | "h4" | "h5" | "h6");
        let by_length = match outline.parts[place].own.letters {
            0..=40 => 1,
            41.. if is_heading => 8,
            41..=150 => 2,
            _ => 4,
        };
        distance * by_length * if is_aside { 4 } else { 1 }
    };
    let mut places: Vec<(usize, usize)> =
        (start..end).filter(is_block).map(|place| (doubt(place), place)).collect();
    places.sort_unstable();
    // A text may end with its date.
    let last = container.and_then(|container| (container..outline.parts[container].end).rev().find(is_block));
    let texts = places.into_iter().map(|(_, place)| place).chain(last).filter_map(|place| {
        let part = &outline.parts[place];
        let most = if part.own.letters <= 150 { 200 } else { 40 };
        let text = beginning(part.element, most);
        text.chars().any(char::is_numeric).then_some(text)
    });
    texts.take(MOST).collect()
}

/// Keys under which data for scripts have the date of publishing.
const KEYS: &[&str] = &[
    "datePublished",
    "date_published",
    "publishedAt",
    "published_at",
    "publishedDate",
    "published_date",
    "publishDate",
    "publish_date",
    "publicationDate",
    "publication_date",
    "firstPublished",
    "dateCreated",
];

/// The values of these keys in the text of a page, in their order: `"publishedAt":"2022-02-04T…"`, also within a string.
fn in_scripts(html: &str) -> Vec<String> {
    let mut found: Vec<(usize, String)> = Vec::new();
    for key in KEYS {
        for (place, _) in html.match_indices(key).take(MOST_TOLD) {
            let value = || {
                let rest = html.get(place + key.len()..)?;
                let rest = rest.trim_start_matches('\\').strip_prefix('"')?.trim_start().strip_prefix(':')?;
                let rest = rest.trim_start().trim_start_matches('\\').strip_prefix('"')?;
                let end = rest.find(['"', '\\']).filter(|end| *end <= 40)?;
                Some(rest[..end].to_owned())
            };
            found.extend(value().map(|value| (place, value)));
        }
    }
    found.sort();
    found.into_iter().map(|(_, value)| value).collect()
}

/// Whether an element belongs to something else than the article, so far from its title.
fn is_aside(outline: &Outline<'_>, place: usize, distance: usize) -> bool {
    std::iter::once(place).chain(outline.around(place)).any(|outer| {
        let is_named = matches!(outline.parts[outer].hint, Hint::Comments | Hint::Around);
        is_named && !matches!(outline.name(outer), "html" | "body" | "main")
            || matches!(outline.name(outer), "aside" | "nav")
            || distance > BESIDE && matches!(outline.name(outer), "li" | "footer")
    })
}

/// A list so near to the title is the article's.
const BESIDE: usize = 40;

/// The first letters of an element's text.
pub(super) fn beginning(element: ElementRef<'_>, most: usize) -> String {
    let mut text = String::new();
    for piece in element.text().filter(|piece| !piece.trim().is_empty()) {
        text.push_str(piece.trim());
        text.push(' ');
        if text.len() >= most * 4 {
            break;
        }
    }
    text.chars().take(most).collect()
}

/// How many elements before and behind the title are looked at.
const WINDOW: usize = 150;

/// Which number comes first in the dates of a page, by the language that it says it is in.
fn order(outline: &Outline<'_>) -> Option<DateOrder> {
    let language = outline.parts.first()?.element.attr("lang")?.to_ascii_lowercase();
    match language.get(..2)? {
        "en" => match language.get(2..)?.trim_start_matches(['-', '_']) {
            "us" | "ph" => Some(DateOrder::MonthFirst),
            "gb" | "au" | "nz" | "ie" | "in" => Some(DateOrder::DayFirst),
            _ => None,
        },
        "de" | "fr" | "es" | "it" | "pt" | "nl" | "ru" | "uk" | "pl" | "da" | "nb" | "no" | "fi" | "tr"
        | "ar" | "vi" | "id" => Some(DateOrder::DayFirst),
        _ => None,
    }
}
