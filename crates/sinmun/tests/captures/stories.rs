//! A page of many stories, and records of some of them.

use crate::shelf::{Shelf, WIRE, answer, packed};

const DAY: &str = "http://wire.example/story/day.htm";

fn day(stories: &[(u32, &str, &str)]) -> Vec<u8> {
    let stories: String = stories
        .iter()
        .map(|(name, title, text)| format!("<a name={name}></a><h1>{title}</h1><p>{text}</p><hr>"))
        .collect();
    format!("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<i class=date>2019-02-28</i>{stories}")
        .into_bytes()
}

#[test]
fn a_story_is_the_same_piece_as_its_record() {
    let shelf = Shelf::new().with_rules(
        &WIRE.replace("[[selectors]]", "keep_fragment = true\n[[selectors]]\nstory_start = \"a[name]\""),
    );
    let three = [(1, "A canal", "It is long."), (2, "A dam", "It holds."), (3, "A railway", "It runs.")];
    let summary = shelf.import("day.warc.gz", &packed(&[answer(DAY, "2019-03-01T10:00:00Z", &day(&three))]));
    assert_eq!((summary.counts.new, summary.pages.no_article), (3, 0), "{summary:?}");
    let line = format!(
        r#"{{"id": 7, "outlet": "Sample Wire", "lang": "en", "date": "2019-02-28", "title": "A dam", "url": "{DAY}#2", "body": "It holds."}}"#
    );
    let summary = shelf.import("records.jsonl", line.as_bytes());
    assert_eq!((summary.counts.new, summary.counts.revised), (0, 0), "{summary:?}");
    assert_eq!(shelf.library.status().unwrap().articles(), 3);
    let ids: Vec<_> = (1..4).map(|name| shelf.show(&format!("{DAY}#{name}")).article.id).collect();

    // One more above the others.
    let four = [&[(4, "A bridge", "It stands.")][..], &three].concat();
    let summary = shelf.import("later.warc.gz", &packed(&[answer(DAY, "2019-03-02T10:00:00Z", &day(&four))]));
    assert_eq!((summary.counts.new, summary.counts.revised), (1, 0), "{summary:?}");
    let later: Vec<_> = (1..4).map(|name| shelf.show(&format!("{DAY}#{name}")).article.id).collect();
    assert_eq!(later, ids);
    shelf.holds();
}
