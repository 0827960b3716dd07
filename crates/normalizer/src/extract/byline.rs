//! Who wrote it.

use super::dates::beginning;
use super::head::Head;
use super::hints::{Attributes, Hint};
use super::outline::Outline;
use crate::clean;

/// The longest text that is a name or some.
const LONGEST: usize = 80;

/// Words that stand before a name.
const BEFORE: &[&str] = &[
    "by",
    "von",
    "par",
    "por",
    "di",
    "da",
    "de",
    "door",
    "av",
    "af",
    "autor",
    "autorin",
    "author",
    "written by",
    "text von",
    "text",
    "posted by",
    "geschrieben von",
    "veröffentlicht von",
    "verfasst von",
    "автор",
    "文",
    "记者",
    "記者",
    "作者",
    "기자",
    "글",
];

/// Who wrote it, as the page's metadata say, or else its elements.
pub(super) fn byline(outline: &Outline<'_>, head: &Head) -> Option<String> {
    let names = head.names("author");
    let told = Some(names.join(", ")).filter(|names| !names.is_empty());
    let meta = || {
        head.meta(&[
            "author",
            "article:author",
            "parsely-author",
            "dc.creator",
            "dcterms.creator",
            "dc:creator",
            "byl",
            "sailthru.author",
        ])
    };
    // Many systems write the site's own name where no author is entered: whoever the page names goes before it.
    let site = head.meta(&["og:site_name", "application-name"]).map(folded);
    let is_site = |name: &str| site.as_deref() == Some(&folded(name));
    let (own, others) = [told.as_deref().and_then(name), meta().and_then(name)]
        .into_iter()
        .flatten()
        .partition::<Vec<_>, _>(|name| is_site(name));
    others.into_iter().next().or_else(|| marked(outline)).or_else(|| own.into_iter().next())
}

/// Letters and digits alone, small.
fn folded(text: &str) -> String {
    text.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn marked(outline: &Outline<'_>) -> Option<String> {
    let mut best: Option<(u8, String)> = None;
    // Up to here what readers wrote goes on, who are no authors.
    let mut comments_end = 0;
    for (place, part) in outline.parts.iter().enumerate() {
        if part.hint == Hint::Comments && !matches!(outline.name(place), "html" | "body" | "main" | "article")
        {
            comments_end = comments_end.max(part.end);
        }
        if place < comments_end {
            continue;
        }
        if part.all.letters == 0 || part.all.letters > LONGEST as u32 {
            continue;
        }
        let Attributes { class, property, rel, .. } = part.attributes;
        if class.is_empty() && property.is_empty() && rel.is_empty() {
            continue;
        }
        let class = class.to_ascii_lowercase();
        let says = |words: &[&str]| words.iter().any(|word| class.contains(word));
        let rank = if property == "author" {
            0
        } else if rel.split_whitespace().any(|rel| rel == "author") {
            1
        } else if says(&["author-name", "author__name", "authorname", "byline"]) {
            2
        } else if says(&["author", "autor", "verfasser", "contributor"]) && !says(&["comment", "authority"]) {
            3
        } else {
            continue;
        };
        if best.as_ref().is_none_or(|(known, _)| rank < *known)
            && let Some(name) = name(&beginning(part.element, 2 * LONGEST))
        {
            best = Some((rank, name));
        }
    }
    best.map(|(_, name)| name)
}

/// A name without what stands before it; nothing where it is none.
fn name(text: &str) -> Option<String> {
    let line = clean::title(text);
    // What follows a mark or a number is the place, the date, the office.
    let end = line.find(|letter: char| matches!(letter, '|' | '•' | '·') || letter.is_ascii_digit());
    let line = match end {
        Some(end) if end > 0 && !line[..end].ends_with(char::is_alphanumeric) => &line[..end],
        _ => &line,
    };
    let mut rest =
        line.trim_matches(|letter: char| !letter.is_alphanumeric() && !matches!(letter, ')' | '.'));
    while let Some(shorter) = BEFORE.iter().find_map(|word| after_word(rest, word)) {
        rest = shorter;
    }
    let is_address = rest.contains("://") || rest.contains('@') || rest.starts_with("www.");
    let folded = rest.to_lowercase();
    // An account of the system, or the line of the date.
    let is_other = folded.ends_with("admin")
        || ["administrator", "webmaster"].contains(&folded.as_str())
        || ["posted on", "published on", "updated on"].iter().any(|start| folded.starts_with(start));
    let is_name =
        rest.chars().count() <= LONGEST && rest.chars().any(char::is_alphabetic) && !is_address && !is_other;
    is_name.then(|| rest.to_owned())
}

fn after_word<'t>(text: &'t str, word: &str) -> Option<&'t str> {
    let (start, rest) = (text.get(..word.len())?, text.get(word.len()..)?);
    let trimmed = rest.trim_start_matches([':', ' ', '：', '|', '\u{a0}']);
    let is_it = start.to_lowercase() == word && trimmed.len() < rest.len() && !trimmed.is_empty();
    is_it.then_some(trimmed)
}
