//! A crawl that is killed at any moment goes on where it was.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use rusqlite::Connection;
use rusqlite::types::Value;
use sinmun_test_server::{Reply, Server};

use crate::desk::{Desk, list, story, wire};

/// Everything of a catalogue that two crawls of the same site must share: no times, and no numbers that order gives.
const WHAT_WAS_FOUND: &[&str] = &[
    "SELECT source.slug, language, date, title, url, hex(text.digest), revisions FROM article \
     JOIN source ON source.id = article.source JOIN text ON text.id = article.text ORDER BY title",
    "SELECT article.url, number, revision.title, hex(digest) FROM revision JOIN article ON article.id = revision.article \
     LEFT JOIN text ON text.id = revision.text ORDER BY 1, 2",
    "SELECT hex(hash) FROM key ORDER BY 1",
    "SELECT source, url, key, request, is_list, fetched IS NULL, status, seen IS NULL, missed IS NULL, etag, modified, \
     failure, failures, dropped IS NULL FROM page ORDER BY source, key",
    "SELECT list.key, page.key, listing.missed, is_next FROM listing JOIN page ON page.id = page \
     JOIN page AS list ON list.id = listing.list ORDER BY 1, 2",
    "SELECT reason, count(*) FROM rejection GROUP BY 1 ORDER BY 1",
    "SELECT plan, ended IS NULL FROM run ORDER BY id",
];

/// Seven lists in a row, and fifty stories, two of which are gone, one is no story and one forbidden.
pub fn site() -> Server {
    Server::start(|request, _| {
        if let Some(name) = request.target.strip_prefix("/story/") {
            return match name {
                "s7" | "s31" => Reply::status(404),
                "s12" => Reply::page("<!DOCTYPE html><p>Nothing is here."),
                "s40" => Reply::redirect("/story/other"),
                _ => Reply::page(story(name)),
            };
        }
        match request.target.as_str() {
            "/robots.txt" => Reply::page("User-agent: *\nDisallow: /story/s20\n"),
            target => {
                match target.strip_prefix("/list").map(|page| page.trim_start_matches('?').parse::<u32>()) {
                    Some(page) => {
                        let page = page.unwrap_or(0);
                        // Each begins with the last story of the list before.
                        let first = (page * 8).saturating_sub(1);
                        let names: Vec<String> =
                            (first..(page * 8 + 8).min(50)).map(|number| format!("s{number}")).collect();
                        let names: Vec<&str> = names.iter().map(String::as_str).collect();
                        let next = (page < 6).then(|| format!("/list?{}", page + 1));
                        Reply::page(list(&names, next.as_deref()))
                    }
                    None => Reply::status(404),
                }
            }
        }
    })
}

/// For a crawl of it that asks for so much at once.
pub fn desk(concurrency: usize) -> Desk {
    let desk = Desk::new();
    let definition = format!("{}\n[politeness]\nconcurrency = {concurrency}\n", wire(&["/list"]));
    desk.define("sample-wire.toml", &definition);
    desk
}

/// The rows of [`WHAT_WAS_FOUND`].
pub fn found(desk: &Desk) -> Vec<Vec<Vec<Value>>> {
    let catalogue = desk.catalogue();
    let table = |catalogue: &Connection, query: &str| -> rusqlite::Result<Vec<Vec<Value>>> {
        let mut statement = catalogue.prepare(query)?;
        let columns = statement.column_count();
        let rows = statement.query_map([], |row| (0..columns).map(|column| row.get(column)).collect())?;
        rows.collect()
    };
    WHAT_WAS_FOUND.iter().map(|query| table(&catalogue, query).expect("the catalogue is sound")).collect()
}

/// How often each page was asked for; every process asks for robots.txt, which therefore does not count.
pub fn asked(server: &Server) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for target in server.pages() {
        *counts.entry(target).or_default() += 1;
    }
    counts
}

/// Numbers that look random and are the same in every run (SplitMix64).
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ mixed >> 31) % most
    }
}

/// Lets a crawl come to some moment of its work, and kills it there; `false` where it had ended by itself.
fn kill_at_random(desk: &Desk, server: &Server, dice: &mut Dice) -> bool {
    let before = server.asked().len();
    let mut child = desk.start_crawl(server, &["sample-wire"]);
    // Up to so many requests further on, or, in one case of four, while it starts; and then a little more.
    let (count, most) = match dice.below(4) {
        0 => (usize::MAX, Duration::from_micros(dice.below(60_000))),
        _ => (before + 1 + dice.below(8) as usize, Duration::from_secs(20)),
    };
    let began = Instant::now();
    while began.elapsed() < most && server.asked().len() < count {
        server.wait_for(count, most.min(Duration::from_millis(5)));
        if child.try_wait().expect("it is a child of ours").is_some() {
            break;
        }
    }
    let (moment, pause) = (Instant::now(), Duration::from_micros(dice.below(8_000)));
    while moment.elapsed() < pause {
        std::hint::spin_loop();
    }
    let has_ended = child.try_wait().expect("it is a child of ours").is_some();
    child.kill().expect("it is a child of ours");
    let status = child.wait().expect("it is a child of ours");
    assert!(!has_ended || status.success(), "{status}");
    !has_ended
}

/// Whether the crawl had not come to its end when it was killed.
fn has_waiting_run(desk: &Desk) -> bool {
    let ended =
        desk.catalogue().query_row("SELECT ended FROM run", [], |row| row.get::<_, Option<String>>(0));
    !matches!(ended, Ok(Some(_)))
}

#[test]
fn fifty_kills_lose_nothing_and_repeat_what_was_in_flight() {
    check(1, 50);
}

#[test]
fn so_it_is_with_several_requests_at_once() {
    check(4, 20);
}

/// Kills crawls of a site that may be asked so much at once, resumes them, and compares what they found with a whole crawl.
#[track_caller]
fn check(concurrency: usize, most_kills: usize) {
    let (whole, server) = (desk(concurrency), site());
    let summary = whole.crawl(&server, &["sample-wire"]);
    assert_eq!(summary["ended"], true, "{summary}");
    let (expected, once) = (found(&whole), asked(&server));
    assert!(once.values().all(|count| *count == 1), "{once:?}");
    assert_eq!(once.len(), 7 + 49 + 1, "lists, stories but the forbidden one, the end of a redirect");

    let mut dice = Dice(9);
    let (mut kills, mut crawls, mut most_repeated, mut repeated) = (0, 0, 0, 0);
    while kills < most_kills {
        let (desk, server) = (desk(concurrency), site());
        let (mut killed, mut has_ended) = (0, false);
        while kills + killed < most_kills && !has_ended {
            let was_killed = kill_at_random(&desk, &server, &mut dice);
            killed += usize::from(was_killed);
            has_ended = !was_killed || !has_waiting_run(&desk);
        }
        if !has_ended {
            desk.crawl(&server, &["sample-wire"]);
        }
        let counts = asked(&server);
        let more = counts.values().sum::<usize>() - once.len();
        assert!(more <= killed * concurrency, "{more} requests too many after {killed} kills: {counts:?}");
        assert_eq!(counts.keys().collect::<Vec<_>>(), once.keys().collect::<Vec<_>>());
        assert_eq!(found(&desk), expected, "after {killed} kills");
        // Killed between its end and the index, it is indexed by the next that writes.
        assert_eq!(desk.run(&["reindex"]).code, Some(0));
        assert_eq!(desk.total(&["--source", "sample-wire"]), whole.total(&["--source", "sample-wire"]));
        desk.assert_sound();
        (kills, repeated, most_repeated) = (kills + killed, repeated + more, most_repeated.max(more));
        crawls += 1;
    }
    eprintln!(
        "{kills} kills in {crawls} crawls: {repeated} requests repeated, {most_repeated} at most in one crawl"
    );
}
