//! What the names in `class`, `id` and `role` tell of an element.

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

/// Reads the names of an element.
pub(super) fn of(element: &Element) -> Hint {
    if element.attr("itemprop").is_some_and(|name| name.split_whitespace().any(|name| name == "articleBody"))
    {
        return Hint::Body;
    }
    let mut hint = Hint::None;
    if element.attr("role").is_some_and(|role| ROLES.contains(&role)) {
        hint = Hint::Around;
    }
    let names = [element.attr("class"), element.attr("id")];
    for name in names.into_iter().flatten().flat_map(str::split_whitespace).take(40) {
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

fn is_body(name: &str) -> bool {
    let folded: String =
        name.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase()).collect();
    BODY.iter().any(|body| folded.ends_with(body))
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
        let word = rest[..end].to_lowercase();
        rest = &rest[end..];
        Some(of_word(&word))
    })
}

fn of_word(word: &str) -> Hint {
    let begins = |stems: &[&str]| stems.iter().any(|stem| word.starts_with(stem));
    if begins(COMMENTS) {
        Hint::Comments
    } else if AROUND.contains(&word) || begins(AROUND_STEMS) {
        Hint::Around
    } else if CHROME.contains(&word) || begins(CHROME_STEMS) {
        Hint::Chrome
    } else {
        Hint::None
    }
}
