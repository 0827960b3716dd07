//! A page made harmless before a tree is built of it.
//!
//! A tree builder takes time that grows with the square of the nesting, and
//! mends misnested tags by copying elements. One linear pass writes the page
//! anew so that neither can hurt: at most [`DEEPEST`] elements are open at once,
//! tags are balanced, scripts and what else holds no links are left out, and an
//! element has a bounded number of attributes. A page that a browser shows
//! without surprise has the same links before and after.

use crate::tag::Tag;

/// How many elements may be open at once; start tags beyond are left out.
const DEEPEST: usize = 512;
/// How many of them may be fonts and the like, which a tree builder opens again in every paragraph.
const FORMATS: usize = 16;
/// How many start tags are kept.
const TAGS: usize = 200_000;

/// Left out with all that is in them.
const SKIPPED: &[&str] = &["iframe", "noembed", "noframes", "script", "style", "textarea", "title", "xmp"];
/// Left out, while what is in them stays: within these a tree builder reads tags in other ways.
const IGNORED: &[&str] =
    &["frame", "frameset", "head", "math", "noscript", "plaintext", "select", "svg", "template"];
/// Never closed.
const VOID: &[&str] = &[
    "area", "base", "basefont", "bgsound", "br", "col", "embed", "hr", "image", "img", "input", "keygen",
    "link", "meta", "param", "source", "track", "wbr",
];
/// Opened again by a tree builder where their parent was closed before them.
const FORMATTING: &[&str] =
    &["a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"];
/// Close an open paragraph, and are not closed by what stands inside a line.
const BLOCKS: &[&str] = &[
    "address",
    "article",
    "aside",
    "blockquote",
    "center",
    "dd",
    "details",
    "dir",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hgroup",
    "li",
    "listing",
    "main",
    "menu",
    "nav",
    "ol",
    "p",
    "pre",
    "section",
    "summary",
    "table",
    "ul",
];
/// What is inside these is closed by nothing outside.
const SCOPES: &[&str] = &["applet", "button", "caption", "marquee", "object", "table", "td", "th"];
const TABLE_PARTS: &[&str] = &["caption", "tbody", "td", "tfoot", "th", "thead", "tr"];

/// How many characters of a title are kept.
const TITLE: usize = 1000;
/// How many bytes of a page's own data are kept.
const DATA: usize = 1 << 20;

/// A page, what it says in elements that no tree is built of, and whether anything was left out because there was too much.
#[derive(Debug, Clone, Default)]
pub struct Tidy {
    /// The page, written anew.
    pub html: String,
    /// What the first `title` holds, with its character references as they stand.
    pub title: String,
    /// What each `script` of JSON-LD holds, as it stands.
    pub data: Vec<String>,
    /// Whether anything was left out because there was too much.
    pub cut: bool,
}

/// Writes a page anew.
pub fn tidy(page: &str) -> Tidy {
    let mut writer = Writer { out: String::with_capacity(page.len()), ..Writer::default() };
    let (mut title, mut data, mut kept) = (None, Vec::new(), 0);
    let mut rest = page;
    while let Some(open) = rest.find('<') {
        writer.out.push_str(&rest[..open]);
        rest = &rest[open..];
        let bytes = rest.as_bytes();
        rest = match (bytes.get(1), bytes.get(2)) {
            (Some(b'!'), _) if rest.starts_with("<!--") => after_comment(rest),
            (Some(b'!' | b'?'), _) => after(rest, ">"),
            (Some(b'/'), Some(letter)) if letter.is_ascii_alphabetic() => {
                let (tag, rest) = Tag::read(&rest[2..]);
                writer.close(&tag.name);
                rest
            }
            (Some(b'/'), _) => after(rest, ">"),
            (Some(letter), _) if letter.is_ascii_alphabetic() => {
                let (tag, rest) = Tag::read(&rest[1..]);
                if SKIPPED.contains(&tag.name.as_str()) {
                    let (inside, rest) = element_end(rest, &tag.name);
                    if tag.name == "title" {
                        title.get_or_insert(inside);
                    } else if is_data(&tag) && inside.len() <= DATA - kept {
                        kept += inside.len();
                        data.push(inside.to_owned());
                    }
                    rest
                } else {
                    writer.open(&tag);
                    rest
                }
            }
            _ => {
                writer.out.push_str("&lt;");
                &rest[1..]
            }
        };
    }
    writer.out.push_str(rest);
    let title = title.unwrap_or_default().trim().chars().take(TITLE).collect();
    Tidy { html: writer.out, title, data, cut: writer.cut }
}

fn is_data(tag: &Tag<'_>) -> bool {
    let is_type = |(key, value): &(&str, &str)| {
        key.eq_ignore_ascii_case("type") && value.trim().eq_ignore_ascii_case("application/ld+json")
    };
    tag.name == "script" && tag.attributes.iter().any(is_type)
}

#[derive(Default)]
struct Writer {
    out: String,
    open: Vec<String>,
    /// How many start tags were left out whose end tags are still to come.
    left_out: usize,
    tags: usize,
    cut: bool,
}

impl Writer {
    fn open(&mut self, tag: &Tag<'_>) {
        let name = tag.name.as_str();
        if name.is_empty() || IGNORED.contains(&name) {
            return;
        }
        self.close_before(name);
        let is_formatting = FORMATTING.contains(&name);
        let stays = matches!(name, "html" | "body") || VOID.contains(&name);
        let formats = || self.open.iter().filter(|open| FORMATTING.contains(&open.as_str())).count();
        if self.tags >= TAGS || !stays && self.open.len() >= DEEPEST || is_formatting && formats() >= FORMATS
        {
            self.cut |= self.tags >= TAGS || !is_formatting;
            self.left_out += usize::from(!stays);
            return;
        }
        self.tags += 1;
        self.out.push('<');
        self.out.push_str(name);
        for (key, value) in &tag.attributes {
            self.out.push(' ');
            self.out.push_str(key);
            self.out.push_str("=\"");
            self.out.push_str(&value.replace('"', "&quot;"));
            self.out.push('"');
        }
        self.out.push('>');
        if !stays {
            self.open.push(name.to_owned());
        }
    }

    fn close(&mut self, name: &str) {
        if name.is_empty()
            || matches!(name, "html" | "body")
            || IGNORED.contains(&name)
            || VOID.contains(&name)
        {
            return;
        }
        if self.left_out > 0 {
            self.left_out -= 1;
            return;
        }
        let is_part = TABLE_PARTS.contains(&name);
        let is_block = BLOCKS.contains(&name);
        let stops = |open: &str| {
            if is_part || name == "table" {
                open == "table"
            } else {
                SCOPES.contains(&open)
                    || open == "tr"
                    || !is_block && !SCOPES.contains(&name) && BLOCKS.contains(&open)
            }
        };
        if let Some(place) = self.place(|open| open == name, stops) {
            self.close_to(place);
        }
    }

    /// Closes what a start tag closes without saying so.
    fn close_before(&mut self, name: &str) {
        let place = match name {
            "li" => self.place(
                |open| open == "li",
                |open| matches!(open, "ul" | "ol" | "menu") || SCOPES.contains(&open),
            ),
            "dt" | "dd" => {
                self.place(|open| matches!(open, "dt" | "dd"), |open| open == "dl" || SCOPES.contains(&open))
            }
            "td" | "th" => self
                .place(|open| matches!(open, "td" | "th" | "caption"), |open| matches!(open, "tr" | "table")),
            "tr" => self.place(|open| matches!(open, "tr" | "caption"), |open| open == "table"),
            "tbody" | "thead" | "tfoot" => self.place(
                |open| matches!(open, "tbody" | "thead" | "tfoot" | "caption"),
                |open| open == "table",
            ),
            "option" | "optgroup" => self.place(|open| open == "option", |open| open != "option"),
            _ => None,
        };
        if let Some(place) = place {
            self.close_to(place);
        }
        if BLOCKS.contains(&name)
            && let Some(place) = self.place(|open| open == "p", |open| SCOPES.contains(&open))
        {
            self.close_to(place);
        }
        // A link within a link ends the first, and the tree builder sees to the blocks that stood between.
        if name == "a"
            && let Some(place) = self.place(|open| open == "a", |open| SCOPES.contains(&open))
        {
            if self.open[place..].iter().any(|open| BLOCKS.contains(&open.as_str())) {
                self.out.push_str("</a>");
                self.open.remove(place);
            } else {
                self.close_to(place); // as its end tag would
            }
        }
    }

    /// The innermost open element that is looked for, not further out than one that stops the search.
    fn place(&self, wanted: impl Fn(&str) -> bool, stops: impl Fn(&str) -> bool) -> Option<usize> {
        for (place, open) in self.open.iter().enumerate().rev() {
            if wanted(open) {
                return Some(place);
            }
            if stops(open) {
                return None;
            }
        }
        None
    }

    fn close_to(&mut self, place: usize) {
        for name in self.open.drain(place..).rev() {
            self.out.push_str("</");
            self.out.push_str(&name);
            self.out.push('>');
        }
    }
}

/// What comes after an end mark; nothing where it is missing.
fn after<'a>(text: &'a str, end: &str) -> &'a str {
    text.find(end).map_or("", |place| &text[place + end.len()..])
}

fn after_comment(text: &str) -> &str {
    let inside = &text[4..];
    if let Some(rest) = inside.strip_prefix('>').or_else(|| inside.strip_prefix("->")) {
        return rest;
    }
    // The rarer end is looked for only before the other, lest each comment search the whole page.
    let usual = inside.find("-->");
    let before = usual.map_or(inside, |place| &inside[..place + 2]);
    let end = before.find("--!>").map(|place| (place, 4)).or(usual.map(|place| (place, 3)));
    end.map_or("", |(place, length)| &inside[place + length..])
}

/// What an element whose content is no markup holds, and what comes after its end tag; nothing where that is missing.
fn element_end<'a>(text: &'a str, name: &str) -> (&'a str, &'a str) {
    let mut from = 0;
    while let Some(place) = text[from..].find("</") {
        let rest = &text[from + place + 2..];
        let named = rest.get(..name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name));
        let ended = rest
            .as_bytes()
            .get(name.len())
            .is_some_and(|byte| byte.is_ascii_whitespace() || b"/>".contains(byte));
        if named && ended {
            return (&text[..from + place], after(rest, ">"));
        }
        from += place + 2;
    }
    ("", "")
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use proptest::prelude::*;
    use scraper::{Html, Selector};

    use super::*;

    #[track_caller]
    fn check(page: &str, tidied: &str) {
        assert_eq!(tidy(page).html, tidied);
    }

    #[test]
    fn sound_markup_stays() {
        check("<p class=a id='b'>1 < 2<br/>x</p>", "<p class=\"a\" id=\"b\">1 &lt; 2<br>x</p>");
        check("<A HREF=\"javascript:f('x')\">t</A>", "<a HREF=\"javascript:f('x')\">t</a>");
        check("<div><p>a<p>b</div>", "<div><p>a</p><p>b</p></div>");
        check("<ul><li>a<li>b</ul>", "<ul><li>a</li><li>b</li></ul>");
        check(
            "<table><tr><td>a<td>b<tr><td>c</table>",
            "<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>",
        );
    }

    #[test]
    fn what_holds_no_links_goes() {
        check("a<!-- <a href=x> -->b<!>c<?d?>e", "abce");
        check("<script>if (a<b) '</div>'</SCRIPT >x<style>", "x");
        check("<select><option>a<option>b</select>", "<option>a</option><option>b");
        check("x<a href=", "x");
        check("a<!--b--!>c<!--d-->e<!--f", "ace");
        check("a<!--b-->c<!--d--!>e", "ace");
    }

    #[test]
    fn what_a_page_says_of_itself_is_kept_apart() {
        let page = "<title>A &amp; B</title><svg><title>C</title></svg><script type='application/LD+json'>{\"a\": \"</b>\"}</script>\
                    <script>x</script><script type=application/ld+json>{";
        let page = tidy(page);
        assert_eq!((page.html.as_str(), page.title.as_str()), ("", "A &amp; B"));
        assert_eq!(page.data, ["{\"a\": \"</b>\"}", ""]);
    }

    #[test]
    fn a_stray_end_tag_closes_nothing() {
        check("<div><a>x</div></div></span>y", "<div><a>x</a></div>y");
        check("<table><tr><td></div></table>", "<table><tr><td></td></tr></table>");
        check("<div><span><p></span>x</p></div>", "<div><span><p>x</p></span></div>");
    }

    #[test]
    fn links_that_are_never_closed_stay_apart() {
        let page = tidy(&"<a name=x>y<p>".repeat(1000));
        assert!(!page.cut);
        let page = tidy(&"<li><a href=x>y".repeat(1000));
        assert_eq!(page.html.matches("<a").count(), 1000);
    }

    fn hostile() -> Vec<String> {
        let mut pages: Vec<String> = [
            "<div>",
            "<a href=x>",
            "<font><p>",
            "<b><div></b>",
            "<table><tr><td>",
            "<p><b><div>",
            "<svg><title>",
            "<div><table><tr><td></div>",
            "<select><style>",
            "<span><div></span>",
            "<a><div></a>",
            "</p>",
            "<li>x<ul>",
            "<template><col><style>",
            "<!--",
            "<![CDATA[",
            "<x",
            "&",
            "<button>",
            "<form>",
            "<h1><h2>",
            "<i><i a=1>",
        ]
        .iter()
        .map(|piece| piece.repeat(20_000))
        .collect();
        pages.push("<div>".repeat(100_000));
        pages.push((0..20_000).map(|number| format!("<b a{number}=1><p>")).collect());
        pages.push(format!(
            "<div {}>",
            (0..200_000).map(|number| format!("a{number}=1 ")).collect::<String>()
        ));
        pages.push(format!("{}{}", "<b>".repeat(1000), "<p>x</p>".repeat(20_000)));
        pages
    }

    #[test]
    fn a_tree_of_it_is_built_in_time_and_not_deep() {
        let anything = Selector::parse("*").unwrap();
        for page in hostile() {
            let start = Instant::now();
            let tidied = tidy(&page);
            let tree = Html::parse_document(&tidied.html);
            let deepest = tree.select(&anything).map(|element| element.ancestors().take(5000).count()).max();
            let what: String = page.chars().take(20).collect();
            assert!(deepest.unwrap_or(0) < 3 * DEEPEST, "{what} is {deepest:?} deep");
            assert!(start.elapsed() < Duration::from_secs(30), "{what} took {:?}", start.elapsed());
        }
    }

    #[test]
    fn a_link_in_a_link_is_tidied_once() {
        let once = tidy("<a><b><a><p><a>").html;
        assert_eq!(once, "<a><b></b></a><a><p></a><a>");
        assert_eq!(tidy(&once).html, once);
    }

    proptest! {
        #[test]
        fn any_page_is_tidied(pieces in proptest::collection::vec(
            "(</?(a|b|p|div|li|ul|table|tr|td|span|script|select)( href=[\"']?[a-z]{0,3}[\"']?)?>|[<>&\"' a=!-]{0,4}|신)", 0..60,
        )) {
            let page = pieces.concat();
            let once = tidy(&page).html;
            prop_assert_eq!(tidy(&once).html, once);
        }
    }
}
