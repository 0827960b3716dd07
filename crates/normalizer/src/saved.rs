use scraper::{Html, Selector};
use sinmun_markup::tidy;

/// How much of a page is searched for where it says its URL, in bytes.
const HEAD: usize = 1 << 16;

/// The URL that a saved page says it was saved from, or else is to be known by.
///
/// Browsers and programs that save pages leave a comment (`saved from url=(0021)http://…`, `Page saved with SingleFile url: …`);
/// sites name a page in `<link rel="canonical">` or `og:url`. What came from a web archive says so in its comment, and
/// is known by the URL in it.
///
/// ```
/// use sinmun_normalizer::saved_from;
///
/// let page = b"<!-- saved from url=(0023)https://wire.example/17 --><title>A launch</title>";
/// assert_eq!(saved_from(page, None).as_deref(), Some("https://wire.example/17"));
/// assert_eq!(saved_from(b"<title>A launch</title>", None), None);
/// ```
pub fn saved_from(body: &[u8], content_type: Option<&str>) -> Option<String> {
    let (text, _) = sinmun_markup::text(body, content_type);
    let mut end = text.len().min(HEAD);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let head = &text[..end];
    in_comment(head).or_else(|| in_elements(head)).map(|url| original(&url).to_owned())
}

fn in_comment(head: &str) -> Option<String> {
    let mut rest = head;
    while let Some((_, comment)) = rest.split_once("<!--") {
        let (comment, after) = comment.split_once("-->").unwrap_or((comment, ""));
        let said = comment.split_once("saved from url=").or(comment.split_once("url:"));
        if let Some((_, said)) = said {
            // The browsers' mark tells the length of the URL first.
            let said = said.trim_start();
            let said = match said.strip_prefix('(') {
                Some(counted) => counted.split_once(')').map_or(said, |(_, url)| url),
                None => said,
            };
            let url: String = said.chars().take_while(|letter| !letter.is_whitespace()).collect();
            if is_web(&url) {
                return Some(url);
            }
        }
        rest = after;
    }
    None
}

fn in_elements(head: &str) -> Option<String> {
    let tree = Html::parse_document(&tidy(head).html);
    let find = |selector: &str, attribute: &str| {
        let selector = Selector::parse(selector).ok()?;
        let values = tree.select(&selector).filter_map(|element| element.attr(attribute));
        values.map(str::trim).find(|url| is_web(url)).map(str::to_owned)
    };
    find("link[rel=canonical]", "href").or_else(|| find("meta[property='og:url']", "content"))
}

fn is_web(url: &str) -> bool {
    (url.starts_with("http://") || url.starts_with("https://")) && url.len() < 4096
}

/// The URL behind that of a copy at the Wayback Machine.
fn original(url: &str) -> &str {
    let Some((host, rest)) = url.split_once("/web/") else { return url };
    let is_wayback = host.ends_with("//web.archive.org");
    let stamped =
        rest.split_once('/').filter(|(stamp, _)| stamp.starts_with(|letter: char| letter.is_ascii_digit()));
    match stamped {
        Some((_, original)) if is_wayback && is_web(original) => original,
        _ => url,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(page: &str, expected: Option<&str>) {
        assert_eq!(saved_from(page.as_bytes(), None).as_deref(), expected, "{page}");
    }

    #[test]
    fn pages_say_where_they_are_from() {
        let one = Some("https://wire.example/17");
        check("<!DOCTYPE html>\n<!-- saved from url=(0023)https://wire.example/17 -->\n<html>", one);
        check(
            "<html> <!--\n Page saved with SingleFile \n url: https://wire.example/17 \n saved date: Mon\n-->",
            one,
        );
        check("<link rel='canonical' href=' https://wire.example/17 '>", one);
        check("<meta property=og:url content='https://wire.example/17'>", one);
        check(
            "<!-- a menu --><link rel=canonical href=https://wire.example/17><meta property=og:url content=http://x/>",
            one,
        );
        check(
            "<!-- saved from url=(0060)https://web.archive.org/web/20190301000000/https://wire.example/17 -->",
            one,
        );
        check("<!-- saved from url=(0010)about:internet --><link rel=canonical href='/17'>", None);
        check("<link rel=canonical href='javascript:alert(1)'>", None);
        check("<!-- saved from url=(", None);
    }

    proptest! {
        #[test]
        fn any_page_is_searched(page in "(<!--|saved from url=|\\(|\\)|http://|-->|url:|[a-zé ]){0,30}") {
            let _ = saved_from(page.as_bytes(), None);
        }
    }
}
