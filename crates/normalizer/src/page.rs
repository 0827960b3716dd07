mod dated;
mod html;
mod pictures;
mod stories;
mod text;
mod warning;
mod xml;

use std::borrow::Cow;

use jiff::Timestamp;
use scraper::Html;
use sinmun_article::{Image, Language, Record, fold_title};
use sinmun_markup::{Tidy, tidy};
use sinmun_sources::{Definition, Format, Selectors, Sources};
use url::Url;

use crate::aggregator::{self, Carried};
use crate::dateline::Dateline;
use crate::extract::{Dates, Generic};
use crate::garbled::is_garbled;
use crate::genre::genre;
use crate::line::mark_shared_urls;
use crate::mixture::{mixture, weight};
use crate::signature::{self, signature};
use crate::trace::{Note, Place, Trace};
use crate::{characters, clean, tongue};

use dated::{MOST_DAYS, days_behind, find_date, printed_date};
use html::html_parts;
pub(crate) use pictures::MOST_IMAGES;
use pictures::absolute;
use stories::{stories, story_parts};
pub(crate) use text::{BLOCKS, add_text, text_of};
pub use warning::PageWarning;
use xml::xml_parts;

/// A page as it came, unpacked.
#[derive(Debug, Clone, Copy, Default)]
pub struct Page<'a> {
    /// What the article is known by: its URL, or what stands in for it.
    pub address: &'a str,
    /// Where it was fetched.
    pub url: &'a str,
    /// What the server says of its type and charset.
    pub content_type: Option<&'a str>,
    /// Its bytes, without content coding.
    pub body: &'a [u8],
    /// The edition of the site.
    pub edition: Option<Language>,
    /// The date that a list printed beside the link.
    pub printed_date: Option<&'a str>,
    /// When it was seen: a date without a year is the latest before, and none lies after.
    pub seen: Option<Timestamp>,
}

/// What a page says.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PageReading {
    /// The article, where there is one.
    pub record: Option<Record>,
    /// Of a page with many articles, the fragment by which it calls this one.
    pub fragment: Option<String>,
    /// What is missing or odd.
    pub warnings: Vec<PageWarning>,
}

/// The parts of an article as a page has them.
#[derive(Debug, Default)]
struct Parts {
    title: String,
    date: String,
    body: String,
    byline: String,
    images: Vec<Image>,
    /// Texts that may hold the date, where no rule finds it.
    dates: Dates,
    /// Of an aggregator's page, all its text and the link to the outlet's own.
    whole: String,
    original: Option<String>,
}

impl Parts {
    /// Makes the characters uniform of all that becomes part of the article.
    fn make_uniform(&mut self) {
        let captions = self.images.iter_mut().filter_map(|image| image.caption.as_mut());
        for text in [&mut self.title, &mut self.body, &mut self.byline].into_iter().chain(captions) {
            if let Cow::Owned(uniform) = characters::uniform(text) {
                *text = uniform;
            }
        }
    }
}

/// Reads the article of a page by the rules of its source.
///
/// Total, pure and deterministic: any bytes give a reading.
///
/// ```
/// use sinmun_normalizer::{Page, read_page};
/// use sinmun_sources::{Definition, Sources};
///
/// let wire = Definition::parse("sample-wire.toml", r#"
///     id = "sample-wire"
///     name = "Sample Wire"
///     hosts = ["wire.example"]
///     languages = ["en"]
///     [[selectors]]
///     title = "h2"
///     date = ".date"
///     body = ".text p"
/// "#).unwrap();
/// let html = b"<h2>A launch</h2><i class=date>2026-07-01</i><div class=text><p>It flew.<p>It landed.</div>";
/// let url = "https://wire.example/1";
/// let page = Page { address: url, url, body: html, ..Page::default() };
/// let record = read_page(&page, &wire, &Sources::built_in()).record.unwrap();
/// assert_eq!((record.title.as_str(), record.body.as_str()), ("A launch", "It flew.\n\nIt landed."));
/// assert_eq!(record.date.unwrap().to_string(), "2026-07-01");
/// ```
pub fn read_page(page: &Page<'_>, definition: &Definition, sources: &Sources) -> PageReading {
    read_alone(page, definition, sources, &Trace::default())
}

fn read_alone(page: &Page<'_>, definition: &Definition, sources: &Sources, trace: &Trace) -> PageReading {
    let (text, cut) = sinmun_markup::text(page.body, page.content_type);
    let mut found = read_parts(&text, page.url, definition, trace);
    found.is_cut |= cut;
    made_of(found, page, definition, sources, trace)
}

/// Reads every article of a page: those that its source's rules tell apart on it, or else the one.
///
/// The URL of a story is the page's with the fragment by which it is called there. Records that share one are marked.
/// There is at least one reading, and at most 200; what has no title or no text is no story, as a menu at the top has none.
///
/// ```
/// use sinmun_normalizer::{Page, read_pages};
/// use sinmun_sources::{Definition, Sources};
///
/// let wire = Definition::parse("sample-wire.toml", r#"
///     id = "sample-wire"
///     name = "Sample Wire"
///     hosts = ["wire.example"]
///     keep_fragment = true
///     [[selectors]]
///     story_start = "a[name]"
///     title = "b"
/// "#).unwrap();
/// let html = b"<a name=1><b>A launch</b></a><p>It flew.<hr><a name=2><b>A canal</b></a><p>It is open.";
/// let url = "https://wire.example/day";
/// let page = Page { address: url, url, body: html, ..Page::default() };
/// let readings = read_pages(&page, &wire, &Sources::built_in());
/// let second = readings[1].record.as_ref().unwrap();
/// assert_eq!((second.title.as_str(), second.body.as_str()), ("A canal", "It is open."));
/// assert_eq!(second.url.as_deref(), Some("https://wire.example/day#2"));
/// ```
pub fn read_pages(page: &Page<'_>, definition: &Definition, sources: &Sources) -> Vec<PageReading> {
    let readings = read_all(page, definition, sources, Trace::default);
    readings.into_iter().map(|(reading, _)| reading).collect()
}

/// The same, each with notes of what was looked at for each part of the article, in the order in which it was.
pub fn explain_pages(
    page: &Page<'_>,
    definition: &Definition,
    sources: &Sources,
) -> Vec<(PageReading, Vec<Note>)> {
    let readings = read_all(page, definition, sources, Trace::kept);
    readings.into_iter().map(|(reading, trace)| (reading, trace.into_notes())).collect()
}

fn read_all(
    page: &Page<'_>,
    definition: &Definition,
    sources: &Sources,
    trace: fn() -> Trace,
) -> Vec<(PageReading, Trace)> {
    let mut rules = definition.selectors_for(page.url).filter(|selectors| selectors.has_stories());
    let mut readings = Vec::new();
    if let Some(selectors) = rules.next() {
        let (text, cut) = sinmun_markup::text(page.body, page.content_type);
        let whole = tidy(&text);
        let tree = Html::parse_document(&whole.html);
        let (list, is_more) = stories(&tree, selectors);
        let is_cut = cut || whole.cut || is_more;
        let dated = match list.is_empty() {
            true => Parts::default(),
            false => html_parts(&tree, selectors, &Trace::default()),
        };
        for story in list {
            let trace = trace();
            let mut parts = story_parts(&story, selectors, &trace);
            if parts.date.trim().is_empty() {
                parts.date.clone_from(&dated.date);
            }
            let called = |url: &str| match &story.name {
                Some(name) => format!("{}#{name}", without_fragment(url)),
                None => without_fragment(url).to_owned(),
            };
            let (address, url) = (called(page.address), called(page.url));
            let page = Page { address: &address, url: &url, ..*page };
            let found = Found { parts, selectors: Some(selectors), is_cut, rules_missed: false };
            let reading = made_of(found, &page, definition, sources, &trace);
            if reading.record.as_ref().is_some_and(|record| !record.body.is_empty()) {
                readings.push((PageReading { fragment: story.name, ..reading }, trace));
            }
        }
    }
    if readings.is_empty() {
        let trace = trace();
        return vec![(read_alone(page, definition, sources, &trace), trace)];
    }
    mark_shared_urls(readings.iter_mut().filter_map(|(reading, _)| reading.record.as_mut()));
    readings
}

fn without_fragment(url: &str) -> &str {
    url.split_once('#').map_or(url, |(page, _)| page)
}

/// The article of what was found on a page.
fn made_of(
    found: Found<'_>,
    page: &Page<'_>,
    definition: &Definition,
    sources: &Sources,
    trace: &Trace,
) -> PageReading {
    let mut warnings = Vec::new();
    let Found { mut parts, selectors, is_cut, rules_missed } = found;
    if is_cut {
        warnings.push(PageWarning::TooLarge);
    }
    if is_garbled(&parts.title) || is_garbled(&parts.body) {
        warnings.push(PageWarning::Garbled);
    }
    parts.make_uniform();
    // Lists set a dot before their titles, and some pages keep it.
    let title =
        clean::title(parts.title.trim_start_matches(|letter: char| letter.is_whitespace() || letter == '·'));
    let title = clean::title(&definition.bare_title(page.address, &title));
    if title.is_empty() {
        warnings.push(PageWarning::NoTitle);
        return PageReading { warnings, ..PageReading::default() };
    }
    if rules_missed {
        warnings.push(PageWarning::RulesMissed);
    }
    let carried = match selectors {
        Some(selectors) if definition.aggregator => {
            Carried::read(&parts.body, &parts.whole, selectors, sources)
        }
        _ => Carried::default(),
    };
    let body = match selectors {
        Some(selectors) => clean::body(&aggregator::body(&parts.body, selectors)),
        None => clean::body(&parts.body),
    };
    let body = clean::ends(&without_title(body, &title));
    let (dateline, body) = match Dateline::read(&body) {
        Some((dateline, body)) => {
            trace.took(
                "dateline",
                "what stands before the first sentence",
                Place::Nowhere,
                &dateline.printed,
            );
            (Some(dateline), body)
        }
        None => (None, body),
    };
    let named = Some(clean::title(&parts.byline)).filter(|names| !names.is_empty());
    let (byline, body) = match named {
        Some(names) => (Some(names.clone()), signature::without(body, &names)),
        None => match signature(&body) {
            Some((names, body)) => {
                trace.took("byline", "what stands over or under the text", Place::Nowhere, &names);
                (Some(names), body)
            }
            None => (None, body),
        },
    };
    if body.is_empty() {
        warnings.push(PageWarning::NoBody);
    }
    if definition.aggregator && carried.outlet.is_none() {
        warnings.push(PageWarning::NoOutlet);
    }
    let date = find_date(&parts, selectors, dateline.as_ref(), page, definition, &mut warnings, trace);
    let behind =
        date.as_ref().zip(dateline.as_ref()).and_then(|(date, dateline)| days_behind(dateline, date));
    if behind.is_some_and(|days| days.abs() > MOST_DAYS) {
        warnings.push(PageWarning::OtherDay);
    }
    let said = page.edition.or(carried.language).or_else(|| definition.language_of(page.url));
    let mixed = mixture(&body);
    if mixed.is_some() {
        warnings.push(PageWarning::MixedLanguages);
    }
    let larger = mixed.and_then(|mixture| mixture.larger);
    let by_text = larger.or_else(|| tongue::language_of(&body));
    let language = by_text.or(said).or_else(|| tongue::language_of(&title));
    if let Some(language) = language {
        let rule = match (by_text, said) {
            (Some(_), _) => "the letters and words of the text",
            (None, Some(_)) => "what the edition, the label or the URL says",
            (None, None) => "the letters and words of the title",
        };
        trace.took("language", rule, Place::Nowhere, language.code());
    }
    match (said, language) {
        (_, None) => warnings.push(PageWarning::NoLanguage),
        (Some(said), Some(found)) if said != found => warnings.push(PageWarning::OtherLanguage),
        _ => {}
    }
    let (genre, speaker) = genre(&title, &body, language.unwrap_or(Language::UNKNOWN));
    if let Some(genre) = genre {
        trace.took("genre", "what title and beginning say", Place::Nowhere, genre.name());
    }
    let rule = match &carried.outlet {
        Some((_, label)) => format!("the aggregator's label `{label}`"),
        None => format!("the definition of `{}`", definition.id),
    };
    let (source, outlet) = carried.outlet.unwrap_or_else(|| (definition.id.clone(), definition.name.clone()));
    trace.took("source", rule, Place::Nowhere, source.as_str());
    // The outlet's own URL, by which the piece is known wherever it comes from.
    let original = parts.original.filter(|url| is_web(url) && !definition.is_own(url));
    let canonical_url = match &original {
        Some(original) => sources.canonical_url(&source, original),
        None => sources.canonical_url(&definition.id, page.address),
    };
    let record = Record {
        imported_id: None,
        source,
        outlet,
        language: language.unwrap_or(Language::UNKNOWN),
        date,
        title,
        url: Some(original.unwrap_or_else(|| page.url.to_owned())),
        canonical_url,
        byline,
        dateline: dateline.map(|dateline| dateline.printed),
        genre,
        speaker,
        body,
        shares_url: false,
        is_copy: definition.aggregator,
        first_seen: selectors.and_then(|selectors| aggregator::first_seen(page, selectors)),
        images: absolute(parts.images, page.url),
    };
    PageReading { record: Some(record), fragment: None, warnings }
}

fn is_web(url: &str) -> bool {
    Url::parse(url).is_ok_and(|url| matches!(url.scheme(), "http" | "https"))
}

/// A body whose first paragraph is not the title again.
fn without_title(body: String, title: &str) -> String {
    let (first, rest) = body.split_once("\n\n").unwrap_or((&body, ""));
    match fold_title(first) == fold_title(title) {
        true => rest.to_owned(),
        false => body,
    }
}

/// What was read of a page, and how.
struct Found<'d> {
    parts: Parts,
    /// The site's rules that gave some of it.
    selectors: Option<&'d Selectors>,
    /// Whether the page was larger or deeper than is read.
    is_cut: bool,
    /// Whether the site has rules for the title or the body that found nothing.
    rules_missed: bool,
}

/// The parts by the first selectors that give a title, or else a body; what they do not give is read without rules.
fn read_parts<'d>(text: &str, url: &str, definition: &'d Definition, trace: &Trace) -> Found<'d> {
    let mut built: Option<(Tidy, Html)> = None;
    let build = || {
        let page = tidy(text);
        let tree = Html::parse_document(&page.html);
        (page, tree)
    };
    let mut found: Option<(Parts, &Selectors)> = None;
    for selectors in definition.selectors_for(url) {
        let parts = match selectors.format {
            Format::Xml => xml_parts(text, selectors, trace),
            Format::Html => html_parts(&built.get_or_insert_with(build).1, selectors, trace),
        };
        if !parts.title.trim().is_empty() {
            found = Some((parts, selectors));
            break;
        }
        if found.is_none() && !parts.body.trim().is_empty() {
            found = Some((parts, selectors));
        }
    }
    let has = |list: fn(&Selectors) -> &[String]| {
        definition.selectors_for(url).any(|selectors| !list(selectors).is_empty())
    };
    let (mut parts, selectors) = found.map_or_else(Default::default, |(parts, by)| (parts, Some(by)));
    if selectors.is_some_and(|selectors| selectors.format == Format::Xml) {
        return Found {
            parts,
            selectors,
            is_cut: built.is_some_and(|(page, _)| page.cut),
            rules_missed: false,
        };
    }
    let (page, tree) = built.get_or_insert_with(build);
    let has_title = has(|rules| &rules.title);
    // Where the rules that fit the page have none for the body, it is read without any.
    let has_body = selectors.map_or_else(|| has(|rules| &rules.body), |rules| !rules.body.is_empty());
    let generic = Generic::new(tree, page, !has_title, trace);
    let mut rules_missed = false;
    if parts.title.trim().is_empty() {
        parts.title = generic.title().unwrap_or_default();
        rules_missed |= has_title && !parts.title.is_empty();
    }
    if parts.body.trim().is_empty() {
        let body = generic.body();
        // Under a title of the rules a few words may be anything: many pages are a headline and a picture.
        let is_text = !has_body || selectors.is_none() || weight(&body) >= LEAST_TEXT;
        if !is_text {
            trace.left("body", WITHOUT_RULES, Place::Nowhere, &body, "too short to be sure of it");
        }
        parts.body = if is_text { body } else { String::new() };
        rules_missed |= has_body && !parts.body.is_empty();
    }
    // What an aggregator says of its own pages is not the outlet's.
    if !definition.aggregator {
        if printed_date(&parts, selectors).trim().is_empty() {
            parts.dates = generic.dates();
            parts.dates.look_in_scripts(text);
        }
        if parts.byline.trim().is_empty() {
            parts.byline = generic.byline().unwrap_or_default();
        }
        if parts.images.is_empty() {
            parts.images = generic.pictures();
        }
    }
    Found { parts, selectors, is_cut: page.cut, rules_missed }
}

/// How what is read without the site's rules is called in notes.
const WITHOUT_RULES: &str = "without rules of the site";

/// A body that the site's rules did not find has at least so many letters.
const LEAST_TEXT: usize = 200;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_inside_the_body_is_dropped_from_it_and_still_read() {
        let rules = "id = \"wire\"\nname = \"Wire\"\nhosts = [\"wire.example\"]\n[[selectors]]\ntitle = \"p.first\"\n\
                     byline = \"p.last\"\nbody = \"p\"\ndrop = [\"p.first\", \"p.last\"]";
        let definition = Definition::parse("wire.toml", rules).unwrap();
        let url = "http://wire.example/1";
        let body = b"<p class=first>Railway<p>It runs.<p class=last>By Ri";
        let page = Page { address: url, url, body, ..Page::default() };
        let record = read_page(&page, &definition, &Sources::built_in()).record.unwrap();
        assert_eq!((record.title.as_str(), record.body.as_str()), ("Railway", "It runs."));
        assert_eq!(record.byline.as_deref(), Some("By Ri"));
    }

    #[test]
    fn lines_are_those_of_a_browser() {
        let text = |html: &str| {
            let tree = Html::parse_fragment(html);
            clean::body(&text_of(tree.root_element(), &[]))
        };
        assert_eq!(text("<p>One\n two<p>Three<br>four"), "One two\n\nThree\n\nfour");
        assert_eq!(text("<nobr><strong><font>金日成</font></strong></nobr>主席"), "金日成主席");
    }
}
