mod html;
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
use crate::mixture::{mixture, weight};
use crate::signature::{self, signature};
use crate::{characters, clean, tongue};

use html::html_parts;
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
    let mut warnings = Vec::new();
    let (text, cut) = sinmun_markup::text(page.body, page.content_type);
    let Found { mut parts, selectors, is_cut, rules_missed } = read_parts(&text, page.url, definition);
    if cut || is_cut {
        warnings.push(PageWarning::TooLarge);
    }
    if is_garbled(&parts.title) || is_garbled(&parts.body) {
        warnings.push(PageWarning::Garbled);
    }
    parts.make_uniform();
    // Lists set a dot before their titles, and some pages keep it.
    let title =
        clean::title(parts.title.trim_start_matches(|letter: char| letter.is_whitespace() || letter == '·'));
    if title.is_empty() {
        warnings.push(PageWarning::NoTitle);
        return PageReading { record: None, warnings };
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
        Some((dateline, body)) => (Some(dateline), body),
        None => (None, body),
    };
    let named = Some(clean::title(&parts.byline)).filter(|names| !names.is_empty());
    let (byline, body) = match named {
        Some(names) => (Some(names.clone()), signature::without(body, &names)),
        None => signature(&body).map_or((None, body), |(names, body)| (Some(names), body)),
    };
    if body.is_empty() {
        warnings.push(PageWarning::NoBody);
    }
    if definition.aggregator && carried.outlet.is_none() {
        warnings.push(PageWarning::NoOutlet);
    }
    let date = find_date(&parts, selectors, dateline.as_ref(), page, definition, &mut warnings);
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
    let language =
        larger.or_else(|| tongue::language_of(&body)).or(said).or_else(|| tongue::language_of(&title));
    match (said, language) {
        (_, None) => warnings.push(PageWarning::NoLanguage),
        (Some(said), Some(found)) if said != found => warnings.push(PageWarning::OtherLanguage),
        _ => {}
    }
    let (genre, speaker) = genre(&title, &body, language.unwrap_or(Language::UNKNOWN));
    let (source, outlet) = carried.outlet.unwrap_or_else(|| (definition.id.clone(), definition.name.clone()));
    // The outlet's own URL, by which the piece is known wherever it comes from.
    let original = parts.original.filter(|url| !definition.is_own(url));
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
        images: absolute(parts.images, page.url),
    };
    PageReading { record: Some(record), warnings }
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
fn read_parts<'d>(text: &str, url: &str, definition: &'d Definition) -> Found<'d> {
    let mut built: Option<(Tidy, Html)> = None;
    let build = || {
        let page = tidy(text);
        let tree = Html::parse_document(&page.html);
        (page, tree)
    };
    let mut found: Option<(Parts, &Selectors)> = None;
    for selectors in definition.selectors_for(url) {
        let parts = match selectors.format {
            Format::Xml => xml_parts(text, selectors),
            Format::Html => html_parts(&built.get_or_insert_with(build).1, selectors),
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
    let generic = Generic::new(tree, page, !has_title);
    let mut rules_missed = false;
    if parts.title.trim().is_empty() {
        parts.title = generic.title().unwrap_or_default();
        rules_missed |= has_title && !parts.title.is_empty();
    }
    if parts.body.trim().is_empty() {
        let body = generic.body();
        // Under a title of the rules a few words may be anything: many pages are a headline and a picture.
        let is_text = !has_body || selectors.is_none() || weight(&body) >= LEAST_TEXT;
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
    if let Some(found) = parts.dates.said(&rules) {
        // A page that was made anew says so of its date, while its URL stays.
        let is_older =
            |url: &PubDate| url.last_day().tomorrow().is_ok_and(|next| next < found.date.first_day());
        if let Some(in_url) = in_url.filter(is_older) {
            return Some(in_url);
        }
        warnings.extend(found.is_guessed.then_some(PageWarning::GuessedDate));
        return Some(found.date.with_origin(DateOrigin::Page));
    }
    for (text, origin) in [(printed, DateOrigin::Page), (page.printed_date.unwrap_or(""), DateOrigin::Feed)] {
        match rules.read(text) {
            Ok(found) => {
                warnings.extend(found.is_guessed.then_some(PageWarning::GuessedDate));
                return Some(found.date.with_origin(origin));
            }
            Err(Refusal::NoDate) => {}
            Err(why) => warnings.push(PageWarning::BadDate(why)),
        }
    }
    if let Some(found) = parts.dates.near(&rules) {
        return Some(found.date.with_origin(DateOrigin::Page));
    }
    if let Some(in_url) = in_url {
        return Some(in_url);
    }
    let elsewhere = parts.dates.elsewhere(&rules).map(|found| found.date.with_origin(DateOrigin::Page));
    let of_dateline = dateline.and_then(|dateline| dateline.date(&rules).ok());
    // Another date of the page tells the year, where its day is the dateline's.
    let is_same = |date: &PubDate| dateline.is_some_and(|dateline| days_behind(dateline, date) == Some(0));
    let date = match of_dateline {
        Some(found) if !elsewhere.as_ref().is_some_and(is_same) => {
            warnings.extend(found.is_guessed.then_some(PageWarning::GuessedDate));
            Some(found.date.with_origin(DateOrigin::Dateline))
        }
        _ => elsewhere,
    };
    if date.is_none() {
        warnings.push(PageWarning::NoDate);
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
