//! Pages with many stories, written for this test.

use sinmun_normalizer::{Page, PageReading, PageWarning, read_page, read_pages};
use sinmun_sources::{Definition, Sources};

const URL: &str = "https://wire.example/day.htm#2";

fn read(rules: &str, html: &str) -> Vec<PageReading> {
    let wire = format!(
        "id = 'w'\nname = 'W'\nhosts = ['wire.example']\nkeep_fragment = true\n[[selectors]]\n{rules}"
    );
    let wire = Definition::parse("w.toml", &wire).expect("the definition is sound");
    read_pages(
        &Page { address: URL, url: URL, body: html.as_bytes(), ..Page::default() },
        &wire,
        &Sources::built_in(),
    )
}

/// Title, body, date and end of the URL of each.
#[track_caller]
fn check(rules: &str, html: &str, expected: &[(&str, &str, &str)]) {
    let records: Vec<_> = read(rules, html).into_iter().filter_map(|reading| reading.record).collect();
    let read: Vec<_> = records
        .iter()
        .map(|record| {
            let url = record.url.as_deref().expect("each has one");
            (record.title.as_str(), record.body.as_str(), &url["https://wire.example/day.htm".len()..])
        })
        .collect();
    assert_eq!(read, expected);
}

const NUMBERED: &str = "story_start = 'a[name]'\nstory_name = '^[0-9]+$'\ntitle = 'h3, b'\ndate = '.day'";
const THREE: &[(&str, &str, &str)] = &[
    ("A canal is opened", "It is long.\n\nAnd wide.", "#1"),
    ("A dam holds", "It rained.", "#2"),
    ("A railway runs", "It is fast.", "#3"),
];

#[test]
fn a_name_begins_each_story() {
    let menu = "<a name=top></a><h1>News</h1><p class=day>May 1, 2001</p><ul><li><a href=#1>A canal is opened</a></ul>";
    let before = "<hr><a name=1></a><h3>A canal is opened</h3>It is long.<p>And wide.<hr><a name=2></a><h3>A dam holds</h3>\
                  <p>It rained.<a name=3></a><h3>A railway runs</h3><p>It is fast.</p>";
    check(NUMBERED, &format!("{menu}{before}"), THREE);
    let around = "<p><a name=1><b>A canal is opened</b></a><br>It is long.<br>And wide.<p><a name=2><b>A dam holds</b></a>\
                  <br>It rained.<p><a name=3><b>A railway runs</b></a><br>It is fast.";
    check(NUMBERED, &format!("{menu}{around}"), THREE);
    let inside = "<h3><a name=1>A canal is opened</a></h3>It is long.<p>And wide.<h3> <a name=2>A dam holds</a></h3>\
                  It rained.<h3><a name=3>A railway runs</a></h3><p>It is fast.";
    check(NUMBERED, &format!("{menu}{inside}"), THREE);
    let cells = "<table><tr><td><a name=1></a><b>A canal is opened</b><p>It is long.<p>And wide.</td></tr><tr><td><a name=2></a>\
                 <b>A dam holds</b><p>It rained.</td></tr><tr><td><a name=3></a><b>A railway runs</b><p>It is fast.</table>";
    check(NUMBERED, &format!("{menu}{cells}"), THREE);
    let dates: Vec<_> = read(NUMBERED, &format!("{menu}{cells}"))
        .into_iter()
        .filter_map(|reading| reading.record?.date)
        .collect();
    assert_eq!(dates.len(), 3, "the date of the page is that of each");
}

#[test]
fn each_story_is_in_something() {
    let html = "<div class=s id=1><h3>A canal is opened</h3><p>It is long.<p>And wide.</div><div class=s><a name=2></a>\
                <h3>A dam holds</h3><div class=s>It rained.</div></div><div class=s id=3><h3>A railway runs</h3><p>It is fast.</div>";
    check("story = '.s'\ntitle = 'h3'\nbody = 'p, .s .s'", html, THREE);
}

#[test]
fn stories_without_names_share_a_url() {
    let html = "<h3>A canal</h3>It is long.<h3>A dam</h3>It rained.";
    let rules = "story_start = 'h3'\ntitle = 'h3'";
    check(rules, html, &[("A canal", "It is long.", ""), ("A dam", "It rained.", "")]);
    assert!(
        read(rules, html)
            .iter()
            .all(|reading| reading.record.as_ref().is_some_and(|record| record.shares_url))
    );
}

#[test]
fn a_page_without_stories_is_one_article() {
    let html = "<h3>A canal is opened</h3><p>It is long.</p>";
    let readings = read(NUMBERED, html);
    let wire = format!(
        "id = 'w'\nname = 'W'\nhosts = ['wire.example']\nkeep_fragment = true\n[[selectors]]\n{NUMBERED}"
    );
    let wire = Definition::parse("w.toml", &wire).unwrap();
    let page = Page { address: URL, url: URL, body: html.as_bytes(), ..Page::default() };
    assert_eq!(readings, [read_page(&page, &wire, &Sources::built_in())]);
    assert_eq!(read(NUMBERED, "")[0].warnings, [PageWarning::NoTitle]);
}

#[test]
fn so_many_stories_and_no_more() {
    let html: String =
        (0..1000).map(|number| format!("<a name={number}></a><b>Story {number}</b><p>A text.")).collect();
    let readings = read(NUMBERED, &html);
    assert_eq!(readings.len(), 200);
    assert!(readings[0].warnings.contains(&PageWarning::TooLarge));
}

#[test]
fn a_day_of_the_mirror_of_kcna() {
    let sources = Sources::built_in();
    let url = "http://www.kcna.co.jp/item/1999/9905/news05/01.htm";
    let kcna = sources.of_url(url).unwrap();
    let html = "<html><head><title>Invented news</title></head><body><h2>News of a day</h2><ol><li><a href=#1>A canal</a><li>\
                <a href=#2>A dam</a></ol><hr><a name=1></a><h3>A canal of Sample County</h3><p>&nbsp;&nbsp;Pyongyang, May 1 (KCNA) -- The \
                canal of the county is open to all who live there.<hr><a name=2></a><h3>A dam of Sample County</h3><p>The dam holds \
                the water of the river.<hr><p>Copyright (C) KOREA NEWS SERVICE(KNS) All Rights Reserved.</body></html>";
    let readings =
        read_pages(&Page { address: url, url, body: html.as_bytes(), ..Page::default() }, kcna, &sources);
    let records: Vec<_> = readings.into_iter().filter_map(|reading| reading.record).collect();
    assert_eq!(records.len(), 2);
    assert_eq!(records[1].canonical_url, sources.canonical_url(&kcna.id, &format!("{url}#2")));
    assert_eq!(records[1].title, "A dam of Sample County");
    assert_eq!(records[1].body, "The dam holds the water of the river.");
    assert!(records[0].body.ends_with("is open to all who live there."));
}
