//! Servers that misbehave: the crawl ends, each case is counted, and nothing is lost.

use std::io::Write;
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::Value;
use sinmun_test_server::{Reply, Request, Server};

use crate::desk::{Desk, list, story, wire};

/// No patience, so that a test need not have any.
const QUICK: &[&str] = &["sample-wire", "--timeout", "0.5", "--retry-wait", "0.05"];

/// A site with one list of stories, of which one misbehaves.
fn site(bad: impl Fn(&Request, usize) -> Reply + Send + Sync + 'static) -> Server {
    Server::start(move |request, before| match request.target.as_str() {
        "/list" => Reply::page(list(&["one", "bad", "two"], None)),
        "/story/one" => Reply::page(story("one")),
        "/story/two" => Reply::page(story("two")),
        "/robots.txt" => Reply::status(404),
        _ => bad(request, before),
    })
}

fn desk() -> Desk {
    let desk = Desk::new();
    desk.define("sample-wire.toml", &wire(&["/list"]));
    desk
}

/// What a crawl is to give.
struct Expected {
    /// Times that the bad page is asked for.
    asked: usize,
    fetched: u64,
    failed: u64,
    articles: u64,
    /// What the last error of the source says, where there is one at the end.
    error: Option<&'static str>,
}

/// A crawl of a site with one bad page; the rest must come all the same.
#[track_caller]
fn check(
    bad: impl Fn(&Request, usize) -> Reply + Send + Sync + 'static,
    expected: &Expected,
) -> (Desk, Value) {
    let (desk, server) = (desk(), site(bad));
    let summary = desk.crawl(&server, QUICK);
    let pages = server.pages();
    let bad = pages.iter().filter(|target| target.as_str() == "/story/bad").count();
    assert_eq!(bad, expected.asked, "{summary}");
    let counted = (summary["fetched"].as_u64(), summary["failed"].as_u64());
    assert_eq!(counted, (Some(expected.fetched), Some(expected.failed)), "{summary}");
    assert_eq!(summary["requests"], server.asked().len(), "every request is counted");
    assert_eq!((&summary["ended"], &summary["queued"]), (&true.into(), &0.into()), "{summary}");
    for good in ["/list", "/story/one", "/story/two"] {
        assert_eq!(pages.iter().filter(|target| target.as_str() == good).count(), 1, "{good}");
    }
    assert_eq!(desk.total(&["--source", "sample-wire"]), expected.articles);
    let health = desk.source("sample-wire");
    if let Some(error) = expected.error {
        let why = health["last_error"]["why"].as_str().unwrap_or_default();
        assert!(why.contains(error), "{error:?} in {health}");
    }
    desk.assert_sound();
    (desk, summary)
}

#[test]
fn a_trouble_that_passes() {
    let passing = Expected { asked: 2, fetched: 4, failed: 1, articles: 3, error: None };
    let first = |bad: fn() -> Reply| {
        move |_: &Request, before: usize| if before == 0 { bad() } else { Reply::page(story("bad")) }
    };
    check(first(|| Reply::status(500)), &passing);
    check(first(|| Reply::status(429).with("Retry-After", "1")), &passing);
    check(first(|| Reply::Reset(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nHalf a".to_vec())), &passing);
    check(first(|| Reply::Close(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nHalf a".to_vec())), &passing);
    check(
        first(|| Reply::Silence(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nHalf a".to_vec())),
        &passing,
    );
}

#[test]
fn a_trouble_that_stays() {
    let lasting = |error| Expected { asked: 4, fetched: 3, failed: 4, articles: 2, error: Some(error) };
    check(|_, _| Reply::status(500), &lasting("cannot answer now"));
    check(|_, _| Reply::Reset(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nHalf".to_vec()), &lasting(""));
    check(|_, _| Reply::Silence(b"HTTP/1.1 200 OK\r\n".to_vec()), &lasting("in time"));
    check(|_, _| Reply::Close(b"220 mail.example ESMTP\r\n".to_vec()), &lasting(""));
    // More announced than sent.
    let longer =
        Reply::Close(format!("HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n{}", story("bad")).into());
    check(move |_, _| longer.clone(), &lasting(""));
}

#[test]
fn a_trouble_that_no_second_attempt_mends() {
    let refused = |error| Expected { asked: 1, fetched: 3, failed: 1, articles: 2, error: Some(error) };
    check(|_, _| Reply::status(403), &refused("refuses"));
    check(|_, _| Reply::redirect("http://elsewhere.example/"), &refused("another site"));
    check(|_, _| Reply::redirect("ftp://wire.example/"), &refused("no web page"));
    check(|_, _| Reply::redirect("/story/bad"), &refused("back to where"));
    let endless = |_: &Request, _: usize| {
        Reply::Endless(format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", 10u64 << 30).into_bytes())
    };
    check(endless, &refused("longer than"));
    let endless = |_: &Request, _: usize| Reply::Endless(b"HTTP/1.1 200 OK\r\n\r\n".to_vec());
    check(endless, &refused("longer than"));
}

#[test]
fn redirects_without_end_are_left_after_ten() {
    let onward = |request: &Request, _: usize| {
        let number = request.target.trim_start_matches(|letter: char| !letter.is_ascii_digit());
        Reply::redirect(format!("/story/bad?{}", number.parse().unwrap_or(0) + 1))
    };
    let expected =
        Expected { asked: 1, fetched: 3, failed: 1, articles: 2, error: Some("more than 10 redirects") };
    let (_, summary) = check(onward, &expected);
    assert_eq!(summary["requests"], 4 + 11);
}

#[test]
fn a_missing_page_is_no_failure() {
    let missing = Expected { asked: 1, fetched: 3, failed: 0, articles: 2, error: None };
    let (desk, summary) = check(|_, _| Reply::status(404), &missing);
    assert_eq!((&summary["missing"], &desk.source("sample-wire")["missing"]), (&1.into(), &1.into()));
    check(|_, _| Reply::status(410), &missing);
}

#[test]
fn a_page_of_no_length_or_shorter_or_slower_than_it_should_be_is_taken() {
    let taken = Expected { asked: 1, fetched: 4, failed: 0, articles: 3, error: None };
    // Less announced than sent: what was announced is the page, the rest ends the connection.
    let (page, cut) = (story("bad"), story("bad").len());
    let shorter = format!("HTTP/1.1 200 OK\r\nContent-Length: {cut}\r\n\r\n{page}<p>And more</p>");
    check(move |_, _| Reply::Close(shorter.clone().into()), &taken);
    // In chunks, and nobody says how many.
    check(|_, _| Reply::chunked(story("bad"), 100), &taken);
    // Slow, but never silent for long.
    check(|_, _| Reply::slow(story("bad"), Duration::from_millis(100)), &taken);
}

#[test]
fn a_bomb_is_kept_packed_and_not_read() {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    for _ in 0..100 {
        encoder.write_all(&vec![b' '; 1 << 20]).unwrap();
    }
    let bomb = encoder.finish().unwrap();
    let packed = Expected { asked: 1, fetched: 4, failed: 0, articles: 2, error: None };
    let (desk, summary) =
        check(move |_, _| Reply::page(bomb.clone()).with("Content-Encoding", "gzip"), &packed);
    assert_eq!(summary["rejected"]["a page that cannot be unpacked"], 1, "{summary}");
    assert_eq!(desk.source("sample-wire")["seen"], 3);
}

#[test]
fn an_infinite_calendar_ends_with_the_budget_and_goes_on_later() {
    let server = Server::start(|request, _| {
        let number = |text: &str| text.parse::<u32>().unwrap_or(0);
        if let Some(name) = request.target.strip_prefix("/story/") {
            return Reply::page(story(name));
        }
        match request.target.strip_prefix("/list") {
            Some(day) => {
                let day = number(day.trim_start_matches('?'));
                Reply::page(list(&[&day.to_string()], Some(&format!("/list?{}", day + 1))))
            }
            None => Reply::status(404),
        }
    });
    let desk = desk();
    for round in 1..=3 {
        let summary = desk.crawl(&server, &[QUICK, &["--limit", "21"]].concat());
        assert_eq!((&summary["requests"], &summary["ended"]), (&21.into(), &false.into()), "{summary}");
        assert_eq!(summary["resumed"], round > 1);
        assert_eq!(server.asked().len(), 21 * round);
    }
    let mut pages = server.pages();
    let asked = pages.len();
    pages.sort();
    pages.dedup();
    assert_eq!(pages.len(), asked, "nothing was asked for twice");
    assert_eq!(desk.total(&["--source", "sample-wire"]), 30);
    desk.assert_sound();
}

/// What becomes of a site with such a robots.txt: the summary, and the pages asked for.
#[track_caller]
fn with_robots(robots: impl Fn() -> Reply + Send + Sync + 'static) -> (Desk, Value, Vec<String>) {
    let server = Server::start(move |request, _| match request.target.as_str() {
        "/robots.txt" => robots(),
        "/list" => Reply::page(list(&["one", "two"], None)),
        target => target.strip_prefix("/story/").map_or(Reply::status(404), |name| Reply::page(story(name))),
    });
    let desk = desk();
    let summary = desk.crawl(&server, QUICK);
    assert_eq!(summary["ended"], true, "{summary}");
    assert_eq!(summary["requests"], server.asked().len(), "every request is counted");
    desk.assert_sound();
    (desk, summary, server.pages())
}

#[test]
fn a_robots_txt_is_kept_to() {
    let (desk, summary, pages) = with_robots(|| Reply::page("User-agent: *\nDisallow: /story/two\n"));
    assert_eq!(pages, ["/list", "/story/one"]);
    assert_eq!((&summary["disallowed"], &summary["fetched"]), (&1.into(), &2.into()), "{summary}");
    assert_eq!(desk.source("sample-wire")["last_error"]["why"], "robots.txt disallows it");
    let (_, summary, pages) = with_robots(|| Reply::page("User-agent: sinmun\nDisallow: /\n"));
    assert_eq!((pages.len(), &summary["disallowed"]), (0, &1.into()), "{summary}");
}

#[test]
fn a_page_in_place_of_robots_txt_forbids_nothing() {
    let page = || Reply::page("<!DOCTYPE html><p>User-agent: *\nDisallow: /\n");
    for robots in [page, || Reply::status(404), || Reply::redirect("/robots.txt")] {
        let (_, summary, pages) = with_robots(robots);
        assert_eq!((pages.len(), &summary["fetched"]), (3, &3.into()), "{summary}");
    }
}

#[test]
fn a_robots_txt_that_cannot_be_had_forbids_everything_for_now() {
    for robots in [
        || Reply::status(503),
        || Reply::status(429).with("Retry-After", "0"),
        || Reply::Silence(b"HTTP/1.1 200 OK\r\n".to_vec()),
        || Reply::Silence(Vec::new()),
    ] {
        let (desk, summary, pages) = with_robots(robots);
        assert_eq!((pages.len(), &summary["requests"]), (0, &4.into()), "{summary}");
        let why = &desk.source("sample-wire")["last_error"]["why"];
        assert_eq!(why, "robots.txt cannot be had", "the site has forbidden nothing");
    }
}

#[test]
fn a_host_that_fails_in_all_things_is_left_alone() {
    let names: Vec<String> = (0..150).map(|number| format!("s{number}")).collect();
    let stories = list(&names.iter().map(String::as_str).collect::<Vec<_>>(), None);
    let server = Server::start(move |request, _| match request.target.as_str() {
        "/list" => Reply::page(stories.clone()),
        "/robots.txt" => Reply::status(404),
        "/story/s0" => Reply::page(story("s0")),
        _ => Reply::status(500),
    });
    let desk = desk();
    let summary = desk.crawl(&server, QUICK);
    assert_eq!(
        (&summary["given_up"][0], &summary["failed"]),
        (&"wire.example".into(), &5.into()),
        "{summary}"
    );
    assert_eq!(server.pages().len(), 2 + 5);
    assert_eq!(desk.source("sample-wire")["waiting"], 149, "nothing is lost");
    desk.assert_sound();
}
