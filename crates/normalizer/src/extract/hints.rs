//! What the names in `class`, `id` and `role` tell of an element.

use std::collections::HashMap;

use scraper::node::Element;

/// What an element is by its names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hint {
    /// They tell nothing.
    None,
    /// The text of an article.
    Body,
    /// What belongs to it and is none of its text: captions, bylines, tags.
    Chrome,
    /// What stands around it: bars, notices, links to others.
    Around,
    /// What readers wrote below.
    Comments,
}

/// Words that name what is no text of an article.
const CHROME: &[&str] = &[
    "ad",
    "ads",
    "adbox",
    "anzeige",
    "author",
    "authors",
    "autor",
    "autoren",
    "banner",
    "bio",
    "bottom",
    "btn",
    "button",
    "buttons",
    "byline",
    "catlinks",
    "credit",
    "credits",
    "crumbs",
    "cta",
    "date",
    "datum",
    "disclaimer",
    "dropdown",
    "foot",
    "infos",
    "keywords",
    "login",
    "logo",
    "mehr",
    "menue",
    "meta",
    "metadata",
    "next",
    "noprint",
    "overlay",
    "pager",
    "paywall",
    "popular",
    "prev",
    "previous",
    "print",
    "rating",
    "ratings",
    "readmore",
    "register",
    "search",
    "signup",
    "suche",
    "tags",
    "thumbnail",
    "toc",
    "tools",
    "trending",
];

/// Words that begin with these name it too.
const CHROME_STEMS: &[&str] = &[
    "abonn",
    "advert",
    "caption",
    "carousel",
    "copyright",
    "jetpack",
    "kontakt",
    "newsletter",
    "pagin",
    "recommend",
    "related",
    "share",
    "sharing",
    "similar",
    "social",
    "sponsor",
    "subscri",
    "teaser",
    "verwandt",
    "werb",
];

/// Words that name what stands around an article.
const AROUND: &[&str] =
    &["consent", "menu", "menubar", "nav", "outbrain", "promo", "promobox", "taboola", "toolbar", "topbar"];

const AROUND_STEMS: &[&str] = &[
    "breadcrumb",
    "cookie",
    "datenschutz",
    "dsgvo",
    "footer",
    "gdpr",
    "modal",
    "navi",
    "popup",
    "postnav",
    "privacy",
    "sidebar",
    "subnav",
];

const COMMENTS: &[&str] =
    &["comment", "kommentar", "comentario", "commentaire", "disqus", "respond", "replies"];

/// Names of which the whole says it.
const BODY: &[&str] = &[
    "articlebody",
    "articlecontent",
    "articletext",
    "entrycontent",
    "postcontent",
    "postbody",
    "storybody",
    "storycontent",
    "contentbody",
    "newsbody",
    "newscontent",
    "newstext",
    "bodytext",
    "articlebodytext",
    "posttext",
    "storytext",
];

const ROLES: &[&str] = &[
    "navigation",
    "complementary",
    "contentinfo",
    "banner",
    "dialog",
    "alertdialog",
    "search",
    "menu",
    "toolbar",
];

/// What names tell, of which a page has few and uses them often.
#[derive(Debug, Default)]
pub(super) struct Names<'t> {
    known: HashMap<&'t str, (Hint, bool)>,
}

impl<'t> Names<'t> {
    /// What an element is by its attributes, and whether one of its names says that it holds a date.
    pub(super) fn of(&mut self, attributes: &Attributes<'t>) -> (Hint, bool) {
        if attributes.property.split_whitespace().any(|name| name == "articleBody") {
            return (Hint::Body, false);
        }
        let by_role = if ROLES.contains(&attributes.role) { Hint::Around } else { Hint::None };
        let (mut hint, mut has_date) = (by_role, false);
        for name in [attributes.class, attributes.id] {
            if name.is_empty() {
                continue;
            }
            let (found, says_date) =
                *self.known.entry(name).or_insert_with(|| (of_names(name), says_date(name)));
            has_date |= says_date;
            hint = match (hint, found) {
                (Hint::Body, _) | (_, Hint::Body) => Hint::Body,
                (Hint::Comments, _) | (_, Hint::Comments) => Hint::Comments,
                (Hint::Around, _) | (_, Hint::Around) => Hint::Around,
                (Hint::Chrome, _) | (_, Hint::Chrome) => Hint::Chrome,
                (Hint::None, Hint::None) => Hint::None,
            };
        }
        (hint, has_date)
    }
}

/// The attributes that name an element.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Attributes<'t> {
    pub(super) class: &'t str,
    pub(super) id: &'t str,
    pub(super) role: &'t str,
    /// What it is of the thing that the page describes: `itemprop` or `property`.
    pub(super) property: &'t str,
    pub(super) rel: &'t str,
    /// A date for machines: `datetime`, or else `content`, or else `title`.
    pub(super) datetime: &'t str,
    pub(super) is_hidden: bool,
}

impl<'t> Attributes<'t> {
    pub(super) fn of(element: &'t Element) -> Self {
        let mut found = Self::default();
        let (mut content, mut title) = ("", "");
        for (name, value) in element.attrs() {
            match name {
                "class" => found.class = value,
                "id" => found.id = value,
                "role" => found.role = value,
                "itemprop" => found.property = value,
                "property" if found.property.is_empty() => found.property = value,
                "rel" => found.rel = value,
                "datetime" => found.datetime = value,
                "content" => content = value,
                "title" => title = value,
                "hidden" => found.is_hidden = true,
                "aria-hidden" => found.is_hidden |= value == "true",
                "style" => {
                    found.is_hidden |= value.contains("display:none") || value.contains("display: none");
                }
                _ => {}
            }
        }
        for other in [content, title] {
            if found.datetime.is_empty() {
                found.datetime = other;
            }
        }
        found
    }
}

fn of_names(names: &str) -> Hint {
    let mut hint = Hint::None;
    for name in names.split_whitespace().take(40) {
        if is_body(name) {
            return Hint::Body;
        }
        for found in words(name) {
            match found {
                Hint::Comments => hint = Hint::Comments,
                Hint::Around if hint != Hint::Comments => hint = Hint::Around,
                Hint::Chrome if hint == Hint::None => hint = Hint::Chrome,
                _ => {}
            }
        }
        if hint == Hint::None && matches!(name, "hidden" | "tag" | "widget" | "widgets") {
            hint = Hint::Chrome;
        }
    }
    hint
}

/// Whether a name says that its element holds a date.
fn says_date(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["date", "datum", "fecha", "publish", "pubtime", "timestamp", "posted", "time"]
        .iter()
        .any(|word| name.contains(word))
}

/// Whether a name ends, but for marks and case, as those of bodies do.
fn is_body(name: &str) -> bool {
    BODY.iter().any(|body| {
        let mut letters = name.bytes().rev().filter(u8::is_ascii_alphanumeric);
        body.bytes()
            .rev()
            .all(|letter| letters.next().is_some_and(|found| found.eq_ignore_ascii_case(&letter)))
    })
}

/// What each word of a name tells; a word ends at a mark, a digit, and where a capital follows a small letter.
fn words(name: &str) -> impl Iterator<Item = Hint> {
    let mut rest = name;
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches(|letter: char| !letter.is_alphabetic());
        if rest.is_empty() {
            return None;
        }
        let mut was_small = false;
        let end = rest
            .find(|letter: char| {
                let ends = !letter.is_alphabetic() || was_small && letter.is_uppercase();
                was_small = letter.is_lowercase();
                ends
            })
            .unwrap_or(rest.len());
        let word = &rest[..end];
        rest = &rest[end..];
        Some(match word.bytes().all(|byte| byte.is_ascii_lowercase()) {
            true => of_word(word),
            false => of_word(&word.to_lowercase()),
        })
    })
}

fn of_word(word: &str) -> Hint {
    let Some(first) = word.bytes().next() else { return Hint::None };
    // Most words begin as none of these does.
    let alike = |known: &&&str| known.bytes().next() == Some(first);
    let is_in = |words: &[&str]| words.iter().filter(alike).any(|known| *known == word);
    let begins = |stems: &[&str]| stems.iter().filter(alike).any(|stem| word.starts_with(stem));
    if begins(COMMENTS) {
        Hint::Comments
    } else if is_in(AROUND) || begins(AROUND_STEMS) {
        Hint::Around
    } else if is_in(CHROME) || begins(CHROME_STEMS) {
        Hint::Chrome
    } else {
        Hint::None
    }
}
