//! Whatever a site sends, reading it ends.

use std::time::{Duration, Instant};

use proptest::prelude::*;
use sinmun_discovery::{PageRequest, Scope, Warning, read, seeds};
use sinmun_sources::Definition;

fn requests() -> (Definition, Vec<PageRequest>) {
    let text = r#"
id = "sample-wire"
name = "Sample Wire"
hosts = ["wire.example"]
[[discovery]]
kind = "list"
url = "http://wire.example/?p={page}"
[[discovery.links]]
row = "div"
selector = "a"
date = "i"
[[discovery.links]]
selector = "div"
attribute = "text"
[[discovery.lists]]
selector = "a"
[discovery.next]
selector = "a"
[[discovery]]
kind = "sitemap"
url = "http://wire.example/sitemap.xml"
[[discovery]]
kind = "feed"
url = "http://wire.example/feed"
[[discovery]]
kind = "wordpress"
url = "http://wire.example/posts"
[[discovery]]
kind = "post"
url = "http://wire.example/list"
body = "x"
[[discovery.links]]
element = "code"
"#;
    let source = Definition::parse("sample-wire.toml", text).expect("it is sound");
    let day = "2022-05-01".parse().expect("it is a day");
    let requests = seeds(&source, &Scope::days(day, day));
    (source, requests)
}

#[test]
fn large_deep_and_broken_pages_are_read_in_time() {
    let (source, requests) = requests();
    assert_eq!(requests.len(), 5);
    let links: String = (0..50_000).map(|number| format!("<a href=/{number}>x</a>")).collect();
    let entries: String =
        (0..50_000).map(|number| format!("<item><link>http://wire.example/{number}</link></item>")).collect();
    for page in [
        "<div>".repeat(50_000),
        "<div><a href=/x>".repeat(20_000),
        "<div><i>x</i>".repeat(20_000) + "<a href=/x>",
        "[".repeat(100_000),
        "<code>".repeat(50_000),
        "<code><![CDATA[".repeat(20_000),
        "<url><loc>http://wire.example/".repeat(20_000),
        "<!DOCTYPE a [<!ENTITY b \"&b;&b;\">]>&b;".to_owned(),
        format!("<a href=\"{}\">", "x".repeat(1_000_000)),
        format!("<base href=\"{}\"><a href=x>", "x".repeat(1_000_000)),
        links,
        entries,
        "\0\u{fffd}<\0>".repeat(10_000),
    ] {
        for request in &requests {
            let start = Instant::now();
            let found = read(&source, request, page.as_bytes(), Some("text/html"));
            let what: String = page.chars().take(20).collect();
            assert!(start.elapsed() < Duration::from_secs(60), "{what} took {:?}", start.elapsed());
            assert!(found.articles.len() + found.lists.len() <= 10_001);
        }
    }
}

#[test]
fn too_many_links_are_said_to_be() {
    let (source, requests) = requests();
    let page: String = (0..12_000).map(|number| format!("<a href=/{number}>x</a>")).collect();
    let found = read(&source, &requests[0], page.as_bytes(), None);
    assert!(found.warnings.contains(&Warning::TooManyLinks), "{:?}", found.warnings);
    let page = vec![b' '; 17 << 20];
    assert!(read(&source, &requests[0], &page, None).warnings.contains(&Warning::TooLarge));
}

proptest! {
    #[test]
    fn any_bytes_are_read(
        bytes in proptest::collection::vec(any::<u8>(), 0..300),
        pieces in proptest::collection::vec("(</?(a|div|url|loc|item|link|code|i|base)( href=\"?[a-z:/?#.]{0,12}\"?)?>|<!\\[CDATA\\[|\\]\\]>|&#?[a-z0-9]{0,3};?|[\\[{}\",:a-z/ ]{0,6})", 0..40),
        charset in "(text/html; *charset=[a-z0-9-]{0,8})?",
    ) {
        let (source, requests) = requests();
        for request in &requests {
            let text = pieces.concat();
            for body in [&bytes[..], text.as_bytes(), &[text.as_bytes(), &bytes].concat()] {
                let once = read(&source, request, body, Some(&charset));
                prop_assert_eq!(&once, &read(&source, request, body, Some(&charset)));
                for made in once.articles.iter().chain(&once.lists) {
                    prop_assert!(made.url.starts_with("http://") || made.url.starts_with("https://"));
                    prop_assert!(source.is_own(&made.url), "{}", made.url);
                    prop_assert!(!made.url.contains('#'));
                }
            }
        }
    }
}
