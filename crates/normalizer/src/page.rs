mod html;
mod stories;
mod text;
mod xml;

use std::borrow::Cow;
use std::fmt;

use jiff::Timestamp;
use jiff::ToSpan;
use jiff::civil::DateTime;
use jiff::tz::Offset;
use scraper::{ElementRef, Html, Selector};
use sinmun_article::{DateOrigin, DatePrecision, Image, Language, PubDate, Record, fold_title};
use sinmun_markup::{Tidy, tidy};
use sinmun_sources::{Definition, Format, Selectors, Sources, Zone};
use url::Url;

use crate::aggregator::{self, Carried};
use crate::date::{DateRules, Refusal, date_in_url};
use crate::dateline::Dateline;
use crate::extract::{Dates, Generic};
use crate::garbled::is_garbled;
use crate::genre::genre;
use crate::line::mark_shared_urls;
use crate::mixture::{mixed_languages, weight};
use crate::signature::{self, signature};
use crate::trace::{Note, Place, Trace};
use crate::{characters, clean, tongue};

use html::html_parts;
use stories::{stories, story_parts};
pub(crate) use text::{BLOCKS, add_text, text_of};
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

/// What is missing on a page, or odd about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum PageWarning {
    /// No title: the page is no article.
    NoTitle,
    /// No text: only a headline.
    NoBody,
    /// No date.
    NoDate,
    /// What is printed as its date is refused.
    BadDate(Refusal),
    /// A part of its date is not said, such as the year.
    GuessedDate,
    /// The language is not told.
    NoLanguage,
    /// The text is in another language than the page says: the text's counts.
    OtherLanguage,
    /// At an aggregator, no outlet is named.
    NoOutlet,
    /// The page is larger or deeper than is read.
    TooLarge,
    /// The site's rules found no title or no body, and the page was read without them: the site may have changed.
    RulesMissed,
    /// The text was read in another encoding than it was written in, on its way to the page or on the page.
    Garbled,
    /// The text is in two languages, one after the other: the larger part's is the article's.
    MixedLanguages,
    /// The page's date and the dateline of its text are more than three days apart.
    OtherDay,
}

impl fmt::Display for PageWarning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoTitle => "a page without a title",
            Self::NoBody => "kept without a text: the page has none where it should be",
            Self::NoDate => "kept without a date",
            Self::BadDate(why) => return write!(f, "what is printed as the date is none: {}", why.text()),
            Self::GuessedDate => "a date that is said in part, and guessed",
            Self::NoLanguage => "kept without a language",
            Self::OtherLanguage => "a text in another language than its page says",
            Self::NoOutlet => "a copy that names no outlet",
            Self::TooLarge => "a page larger than is read",
            Self::RulesMissed => {
                "read without the site's rules, which found no title or no body: the site may have changed"
            }
            Self::Garbled => "a text that was read in another encoding than it was written in",
            Self::MixedLanguages => "a text in two languages, one after the other",
            Self::OtherDay => "a dateline of another day than its page says",
        })
    }
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

/// The most pictures of one page that are looked at.
pub(crate) const MOST_IMAGES: usize = 200;

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
    let mixed = mixed_languages(&body);
    if mixed.is_some() {
        warnings.push(PageWarning::MixedLanguages);
    }
    let by_text = mixed.or_else(|| tongue::language_of(&body));
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
    let (has_title, has_body) = (has(|rules| &rules.title), has(|rules| &rules.body));
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

/// The pictures with their captions: the caption that stands in the same figure, or else the one in the same place of the page.
fn images_of(root: ElementRef<'_>, selectors: &Selectors) -> Vec<Image> {
    let select = |list: &[String]| -> Vec<ElementRef<'_>> {
        let selectors = list.iter().filter_map(|text| Selector::parse(text).ok());
        selectors
            .map(|selector| root.select(&selector).take(MOST_IMAGES).collect::<Vec<_>>())
            .find(|found| !found.is_empty())
            .unwrap_or_default()
    };
    let (pictures, captions) = (select(&selectors.image), select(&selectors.caption));
    let text = |caption: &ElementRef<'_>| {
        Some(clean::title(&text_of(*caption, &[]))).filter(|text| !text.is_empty())
    };
    let in_order = pictures.len() == captions.len();
    let caption = |place: usize, picture: &ElementRef<'_>| {
        let mut around = picture.ancestors().filter_map(ElementRef::wrap);
        let figure = around.find(|outer| outer.value().name() == "figure");
        let within = figure.and_then(|figure| {
            captions.iter().find(|caption| caption.ancestors().any(|outer| outer.id() == figure.id()))
        });
        within.or_else(|| captions.get(place).filter(|_| in_order)).and_then(text)
    };
    let picture = |(place, picture): (usize, &ElementRef<'_>)| {
        let urls = ["data-src", "data-original", "src"].iter().filter_map(|name| picture.attr(name));
        let url = urls.map(str::trim).find(|url| !url.is_empty())?; // an empty one would be the page itself
        Some(Image { url: url.to_owned(), caption: caption(place, picture) })
    };
    pictures.iter().enumerate().filter_map(picture).collect()
}

/// Pictures by their whole URLs without what is not sent, each once; what is no web address is left out.
fn absolute(images: Vec<Image>, page: &str) -> Vec<Image> {
    let Ok(base) = Url::parse(page) else { return Vec::new() };
    let mut kept: Vec<Image> = Vec::new();
    for image in images {
        let Some(mut url) = base.join(&image.url).ok().filter(|url| matches!(url.scheme(), "http" | "https"))
        else {
            continue;
        };
        url.set_fragment(None);
        // Only a URL without a host cannot lose its user, and has none.
        let _ = (url.set_username(""), url.set_password(None));
        if kept.iter().all(|known| known.url != url.as_str()) {
            kept.push(Image { url: url.into(), ..image });
        }
    }
    kept
}

/// What the site's rules find as the date: all of it, or the part that is the date.
fn printed_date<'p>(parts: &'p Parts, selectors: Option<&Selectors>) -> &'p str {
    let Some(pattern) = selectors.and_then(|selectors| selectors.date_pattern.as_ref()) else {
        return &parts.date;
    };
    let groups = pattern.captures(&parts.date).or_else(|| pattern.captures(&parts.whole));
    groups.and_then(|groups| groups.get(1).or(groups.get(0))).map_or("", |part| part.as_str())
}

/// The date on the page, else beside the link, else in the URL, else of the dateline.
fn find_date(
    parts: &Parts,
    selectors: Option<&Selectors>,
    dateline: Option<&Dateline>,
    page: &Page<'_>,
    definition: &Definition,
    warnings: &mut Vec<PageWarning>,
    trace: &Trace,
) -> Option<PubDate> {
    let printed = printed_date(parts, selectors);
    let zone = definition.time_zone.as_ref();
    let rules = DateRules {
        order: selectors.and_then(|selectors| selectors.date_order),
        seen: page.seen.map(|seen| own_clock(seen, zone)),
        since: definition.active,
        zone,
    };
    let in_url = [page.url, page.address].into_iter().find_map(date_in_url);
    for (rule, text) in parts.dates.candidates().filter(|_| trace.is_kept()) {
        match rules.read(text) {
            Ok(found) => trace.left("date", rule, Place::Nowhere, text, format!("says {}", found.date)),
            Err(why) => trace.left("date", rule, Place::Nowhere, text, why.text()),
        }
    }
    if let Some(found) = parts.dates.said(&rules) {
        // A page that was made anew says so of its date, while its URL stays.
        let is_older =
            |url: &PubDate| url.last_day().tomorrow().is_ok_and(|next| next < found.date.first_day());
        if let Some(in_url) = in_url.filter(is_older) {
            trace.took("date", "the URL, whose day is older than the page's", Place::Nowhere, page.url);
            return Some(in_url);
        }
        warnings.extend(found.is_guessed.then_some(PageWarning::GuessedDate));
        let rule = "of these the one that what is printed near the title confirms, else the first";
        trace.took("date", rule, Place::Nowhere, &found.date.to_string());
        return Some(found.date.with_origin(DateOrigin::Page));
    }
    for (text, origin) in [(printed, DateOrigin::Page), (page.printed_date.unwrap_or(""), DateOrigin::Feed)] {
        match rules.read(text) {
            Ok(found) => {
                warnings.extend(found.is_guessed.then_some(PageWarning::GuessedDate));
                trace.took("date", format!("read as {}", found.date), Place::Nowhere, text);
                return Some(found.date.with_origin(origin));
            }
            Err(Refusal::NoDate) if text.is_empty() => {}
            Err(why) => {
                trace.left("date", "read as a date", Place::Nowhere, text, why.text());
                warnings.extend((why != Refusal::NoDate).then_some(PageWarning::BadDate(why)));
            }
        }
    }
    if let Some(found) = parts.dates.near(&rules) {
        trace.took("date", "a text near the title", Place::Nowhere, &found.date.to_string());
        return Some(found.date.with_origin(DateOrigin::Page));
    }
    if let Some(in_url) = in_url {
        trace.took("date", format!("the URL, read as {in_url}"), Place::Nowhere, page.url);
        return Some(in_url);
    }
    let elsewhere = parts.dates.elsewhere(&rules).map(|found| found.date.with_origin(DateOrigin::Page));
    let of_dateline = dateline.and_then(|dateline| dateline.date(&rules).ok());
    // Another date of the page tells the year, where its day is the dateline's.
    let is_same = |date: &PubDate| dateline.is_some_and(|dateline| days_behind(dateline, date) == Some(0));
    let date = match of_dateline {
        Some(found) if !elsewhere.as_ref().is_some_and(is_same) => {
            warnings.extend(found.is_guessed.then_some(PageWarning::GuessedDate));
            trace.took("date", "the dateline", Place::Nowhere, &found.date.to_string());
            Some(found.date.with_origin(DateOrigin::Dateline))
        }
        _ => elsewhere,
    };
    match &date {
        Some(date) if date.origin() == DateOrigin::Page => {
            let rule = "an element marked as a date, far from the title";
            trace.took("date", rule, Place::Nowhere, &date.to_string());
        }
        Some(_) => {}
        None => warnings.push(PageWarning::NoDate),
    }
    date
}

/// How many days a date is behind the day of a dateline, whose year is the one that brings them nearest.
fn days_behind(dateline: &Dateline, date: &PubDate) -> Option<i32> {
    let day = date.first_day();
    let is_a_day = date.precision() <= DatePrecision::Day;
    // A dateline half a year ahead is one half a year behind.
    let seen = day.checked_add(HALF_A_YEAR.days()).ok().filter(|_| is_a_day)?.at(0, 0, 0, 0);
    let sent = dateline.date(&DateRules { seen: Some(seen), ..DateRules::default() }).ok()?.date;
    (sent.precision() == DatePrecision::Day).then(|| (day - sent.first_day()).get_days())
}

const HALF_A_YEAR: i32 = 182;

/// A page appears at most so many days before or behind its dateline.
const MOST_DAYS: i32 = 3;

/// A moment by the clock of a place; UTC where none is known.
fn own_clock(moment: Timestamp, zone: Option<&Zone>) -> DateTime {
    let offset = zone.map_or(0, |zone| zone.offset(moment.as_second()));
    Offset::from_seconds(offset).unwrap_or(Offset::UTC).to_datetime(moment)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_read_as_its_source_writes_it() {
        let date = |rules: &str, printed: &str, url: &str| {
            let wire = format!("id = 'w'\nname = 'W'\n{rules}\n[[selectors]]\ntitle = 'h1'\ndate = 'i'\n");
            let order = if rules.is_empty() { "" } else { "date_order = 'day-first'\n" };
            let wire = Definition::parse("w.toml", &(wire + order)).unwrap();
            let body = format!("<h1>T</h1><i>{printed}</i>");
            let seen = "2024-12-31T15:30:00Z".parse().ok();
            let page = Page { address: url, url, body: body.as_bytes(), seen, ..Page::default() };
            let reading = read_page(&page, &wire, &Sources::built_in());
            let warnings: Vec<_> = reading
                .warnings
                .into_iter()
                .filter(|warning| !matches!(warning, PageWarning::NoBody | PageWarning::NoLanguage))
                .collect();
            let date = reading.record.unwrap().date;
            (date.map(|date| format!("{date} {}", date.origin().name())), warnings)
        };
        let (plain, dated) = ("http://w.example/1", "http://w.example/2024/11/05/1");
        let korea = "time_zone = 'Asia/Pyongyang'\nactive = 2012-01-01";
        let found = |text: &str| Some(text.to_owned());
        assert_eq!(date(korea, "06/11/2024", plain), (found("2024-11-06 page"), vec![]));
        assert_eq!(
            date("", "06/11/2024", dated),
            (found("2024-11-05 url"), vec![PageWarning::BadDate(Refusal::Ambiguous)])
        );
        assert_eq!(date(korea, "1월 1일", plain), (found("2025-01-01 page"), vec![PageWarning::GuessedDate]));
        let late = vec![PageWarning::BadDate(Refusal::InFuture), PageWarning::NoDate];
        assert_eq!(date(korea, "2025-01-03", plain), (None, late));
        assert_eq!(
            date(korea, "2011-12-31", dated),
            (found("2024-11-05 url"), vec![PageWarning::BadDate(Refusal::TooEarly)])
        );
    }

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
    fn pictures_have_whole_urls_and_their_own_captions() {
        let wire = "id = 'w'\nname = 'W'\n[[selectors]]\ntitle = 'h1'\nbody = 'p'\nimage = 'img'\ncaption = 'figcaption'";
        let wire = Definition::parse("w.toml", wire).unwrap();
        let body = "<h1>T</h1><p>B</p><figure><img src=/a.jpg></figure><figure><img src=b.jpg><figcaption>Two</figcaption>\
                    </figure><img src='javascript:x'><img src=/a.jpg#x><img src=''><img src='data:image/gif;base64,R0'>";
        let url = "http://w.example/x/1";
        let page = Page { address: url, url, body: body.as_bytes(), ..Page::default() };
        let images = read_page(&page, &wire, &Sources::built_in()).record.unwrap().images;
        let read: Vec<_> =
            images.iter().map(|image| (image.url.as_str(), image.caption.as_deref())).collect();
        assert_eq!(read, [("http://w.example/a.jpg", None), ("http://w.example/x/b.jpg", Some("Two"))]);
        let many: String = (0..1000).map(|number| format!("<img src=/{number}.jpg>")).collect();
        let body = format!("<h1>T</h1>{many}");
        let page = Page { body: body.as_bytes(), ..page };
        assert_eq!(read_page(&page, &wire, &Sources::built_in()).record.unwrap().images.len(), MOST_IMAGES);
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
