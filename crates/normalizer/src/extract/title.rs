//! Which of the things that a page calls its title is the article's.

use std::cmp::Reverse;

use super::head::Head;
use super::outline::{Outline, running};
use super::{Hint, body};
use crate::clean;

/// What parts a title from the name of its site, with blanks around it.
const MARKS: &[&str] = &["|", "-", "–", "—", "·", "•", "»", "«", "::", "/", ":"];

/// A title, and the heading that it is.
#[derive(Debug, Default)]
pub(super) struct Title {
    pub(super) text: Option<String>,
    pub(super) place: Option<usize>,
    /// Whether only the window is named so, and nothing on the page.
    pub(super) is_windows: bool,
    /// What it was taken for.
    pub(super) rule: &'static str,
}

/// The article's title: the heading that the page's metadata confirm, or else what these say.
pub(super) fn title(outline: &Outline<'_>, head: &Head, may_be_the_pages: bool) -> Title {
    let heading = |(place, text): &(usize, String), rule| Title {
        text: Some(text.clone()),
        place: Some(*place),
        is_windows: false,
        rule,
    };
    let site = head.meta(&["og:site_name", "application-name"]);
    let told: Vec<String> = [
        head.meta(META).map(str::to_owned),
        head.said("headline"),
        Some(head.title.clone()).filter(|_| may_be_the_pages),
    ]
    .into_iter()
    .flatten()
    .map(|text| clean::title(&text))
    .filter(|text| !text.is_empty())
    .collect();
    let headings = headings(outline);
    // A heading that is a told title, or a part of one that is set off by a mark; the longest, since the other part is
    // the site's name.
    let forms: Vec<Forms> = told.iter().chain([&head.title]).map(|told| Forms::of(told, site)).collect();
    let site_folded = site.map(folded);
    let confirmed = headings.iter().filter_map(|(place, text)| {
        let length = text.chars().count();
        let least = if outline.name(*place) == "h1" { 2 } else { 8 };
        let heading =
            Some(folded(text)).filter(|text| !text.is_empty() && site_folded.as_ref() != Some(text))?;
        let how = forms.iter().filter_map(|forms| forms.confirm(&heading)).max()?;
        (length >= least).then_some((how, length, Reverse(*place), text))
    });
    if let Some((_, _, Reverse(place), text)) = confirmed.max() {
        let rule = "the heading that the page's metadata or its window confirm";
        return Title { text: Some(text.clone()), place: Some(place), is_windows: false, rule };
    }
    let is_own = |place: &usize| {
        let part = &outline.parts[*place];
        outline.name(*place) == "h1" && part.hint != Hint::Chrome && !is_at_top(outline, *place)
    };
    let own: Vec<&(usize, String)> = headings.iter().filter(|(place, _)| is_own(place)).collect();
    // The one heading of the first rank, where the metadata have other words.
    if let [only] = own.as_slice()
        && (told.is_empty() || only.1.chars().count() >= LONG)
    {
        return heading(only, "the one heading of the first rank");
    }
    if head.meta(&["og:title"]).is_none() && head.said("headline").is_none() && may_be_the_pages {
        let first = (0..outline.parts.len()).find(|place| is_running(outline, *place)).unwrap_or_default();
        let near = headings.iter().filter(|(place, _)| *place < first && place + NEAR > first);
        let leading = near.max_by_key(|(place, text)| (text.chars().count() >= LONG, *place));
        if let Some(leading) = leading.filter(|(_, text)| text.chars().count() >= LONG) {
            return heading(leading, "the heading next above the text");
        }
    }
    if let Some(first) = told.first() {
        let is_windows = *first == clean::title(&head.title) && told.len() == 1;
        let rule = if is_windows { "what the window is called" } else { "what the page's metadata say" };
        return Title { text: Some(without_site(first, site)), place: None, is_windows, rule };
    }
    let any = headings.iter().find(|(place, _)| outline.name(*place) == "h1");
    let any = own.first().copied().or(any).or(headings.first().filter(|_| may_be_the_pages));
    any.map(|any| heading(any, "the first heading")).unwrap_or_default()
}

/// Names of `meta` elements that hold the title.
const META: &[&str] = &["og:title", "twitter:title", "headline", "dc.title", "sailthru.title"];

/// What may be the title, with what it is and where it stands.
pub(super) fn candidates(outline: &Outline<'_>, head: &Head) -> Vec<(&'static str, Option<usize>, String)> {
    let told = head.meta(META).map(|text| ("what the page's metadata say", None, text.to_owned()));
    let said = head.said("headline").map(|text| ("the headline of its JSON-LD", None, text));
    let window = Some(("what the window is called", None, head.title.clone()));
    let headings = headings(outline).into_iter().map(|(place, text)| ("a heading", Some(place), text));
    told.into_iter().chain(said).chain(window).chain(headings.take(MOST_TOLD)).collect()
}

/// How many headings are told of.
const MOST_TOLD: usize = 8;

/// The headings that may be titles, in their order.
fn headings(outline: &Outline<'_>) -> Vec<(usize, String)> {
    let may_be = |place: &usize| {
        let part = &outline.parts[*place];
        let is_named = part.attributes.property == "headline";
        (1..LONGEST).contains(&part.all.letters)
            && (matches!(outline.name(*place), "h1" | "h2" | "h3") || is_named)
    };
    let found = (0..outline.parts.len()).filter(may_be).take(60);
    found.map(|place| (place, clean::title(&body::whole(outline, place)))).collect()
}

/// A heading of so many letters is none.
const LONGEST: u32 = 1000;
/// A heading of so many letters says something.
const LONG: usize = 12;
/// How many elements stand at most between a title and the text below it.
const NEAR: usize = 40;

fn is_running(outline: &Outline<'_>, place: usize) -> bool {
    let part = &outline.parts[place];
    part.is_block && !part.is_left_out && running(outline.name(place), part.own) > 0
}

/// Whether a heading stands in the header of the page and not of an article.
fn is_at_top(outline: &Outline<'_>, place: usize) -> bool {
    let within = |name: &str| outline.around(place).any(|outer| outline.name(outer) == name);
    (within("header") || within("nav")) && !within("article") && !within("main")
}

fn folded(text: &str) -> String {
    text.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// How a heading is part of a told title.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum How {
    /// One of its parts.
    Part,
    /// All of it but for the site's name.
    Whole,
}

/// What a heading may be of a told title, folded.
struct Forms {
    whole: [String; 2],
    parts: Vec<String>,
}

impl Forms {
    fn of(told: &str, site: Option<&str>) -> Self {
        let without = if site.is_some() { without_site(told, site) } else { told.to_owned() };
        let parts = parts(told).into_iter().flat_map(|(first, last)| [folded(first), folded(last)]);
        Self { whole: [folded(told), folded(&without)], parts: parts.collect() }
    }

    fn confirm(&self, heading: &str) -> Option<How> {
        let is_part = || self.parts.iter().any(|part| part == heading);
        match self.whole.iter().any(|whole| whole == heading) {
            true => Some(How::Whole),
            false => is_part().then_some(How::Part),
        }
    }
}

/// A title cut at each mark that stands between blanks.
fn parts(title: &str) -> Vec<(&str, &str)> {
    let cuts = title.char_indices().filter(|(_, letter)| *letter == ' ').filter_map(|(place, _)| {
        let rest = &title[place + 1..];
        let mark =
            MARKS.iter().find(|mark| rest.strip_prefix(**mark).is_some_and(|rest| rest.starts_with(' ')))?;
        Some((title[..place].trim(), rest[mark.len()..].trim()))
    });
    cuts.take(20).collect()
}

/// A title without the name of its site at either end.
fn without_site(title: &str, site: Option<&str>) -> String {
    let cuts = parts(title);
    let is_site = |text: &str| site.is_some_and(|site| folded(site) == folded(text));
    for (first, last) in &cuts {
        if is_site(last) && !first.is_empty() {
            return (*first).to_owned();
        }
        if is_site(first) && !last.is_empty() {
            return (*last).to_owned();
        }
    }
    // The site's name is not said: what is behind the last mark, where it is short.
    match (site, cuts.last()) {
        (None, Some((first, last))) if last.chars().count() * 2 < first.chars().count() => {
            (*first).to_owned()
        }
        _ => title.to_owned(),
    }
}
