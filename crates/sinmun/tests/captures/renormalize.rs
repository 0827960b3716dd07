//! Captures that are read again by other rules.

use sinmun::Query;

use crate::shelf::{ONE, Shelf, WIRE, answer, packed, record};

const TWO: &str = "http://wire.example/story/2";

/// The rules after somebody has seen that the title stands in another place, and the text in more.
fn better() -> String {
    WIRE.replace("title = \"h1\"", "title = \"h2\"").replace("body = \"p\"", "body = [\"div\", \"p\"]")
}

/// A page on which rules may find this or that.
fn page(text: &str) -> Vec<u8> {
    let html = format!(
        "<h1>Sample Wire</h1><h2>A launch</h2><i class=date>2019-02-28</i><div>Sagun<p>{text}</div><b class=n>x</b>"
    );
    format!("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n{html}").into_bytes()
}

/// Two pages, one of them with another text a month later.
fn stocked() -> Shelf {
    let shelf = Shelf::new();
    let records = [
        answer(ONE, "2019-03-01T10:00:00Z", &page("It flew.")),
        answer(TWO, "2019-03-01T10:00:01Z", &page("It landed.")),
        answer(ONE, "2019-04-01T10:00:00Z", &page("It flew far.")),
    ];
    shelf.import("site.warc.gz", &packed(&records));
    shelf
}

fn found(shelf: &Shelf, query: &str) -> u64 {
    shelf.library.search(&Query::parse(query).expect("it is a query")).expect("there is an index").total
}

#[test]
fn better_rules_make_no_revision() {
    let shelf = stocked();
    let (one, two) = (shelf.show(ONE), shelf.show(TWO));
    assert_eq!((one.article.revisions, two.article.revisions), (2, 1));
    assert_eq!((found(&shelf, "title:launch"), found(&shelf, "title:wire")), (0, 2));

    let shelf = shelf.with_rules(&better());
    let reread = shelf.library.renormalize(&[], &mut |_, _| {}).unwrap();
    assert_eq!((reread.captures, reread.changed, reread.unchanged), (3, 2, 0), "{reread:?}");
    assert_eq!((reread.new, reread.joined, reread.withdrawn), (0, 0, 0), "{reread:?}");
    assert_eq!((reread.revisions_gained, reread.revisions_lost), (0, 0));
    assert_eq!((reread.fields["title"], reread.fields["body"]), (2, 2), "{reread:?}");
    assert_eq!(reread.fields.len(), 2, "{reread:?}");
    assert_eq!((found(&shelf, "title:launch"), found(&shelf, "title:wire")), (2, 0));
    for (before, url) in [(one, ONE), (two, TWO)] {
        let after = shelf.show(url);
        assert_eq!(after.article.id, before.article.id, "the id stays");
        assert_eq!(after.article.title, "A launch");
        assert_eq!(after.revisions.len(), before.revisions.len());
        assert!(after.revisions.iter().all(|revision| revision.body.starts_with("Sagun\n\nIt")));
        assert_eq!(after.article.first_seen, before.article.first_seen);
        assert_eq!(after.article.last_seen, before.article.last_seen);
    }
    shelf.holds();
    let again = shelf.library.renormalize(&[], &mut |_, _| {}).unwrap();
    assert_eq!((again.changed, again.unchanged), (0, 2));
    assert_eq!(shelf.library.status().unwrap().index, sinmun::IndexState::Current);
}

#[test]
fn what_comes_in_is_compared_with_readings_by_the_same_rules() {
    let shelf = stocked().with_rules(&better());
    let records = [
        answer(ONE, "2019-05-01T10:00:00Z", &page("It flew far.")),
        answer(TWO, "2019-05-01T10:00:01Z", &page("It landed softly.")),
    ];
    let summary = shelf.import("later.warc.gz", &packed(&records));
    let reread = summary.reread.expect("the rules have changed");
    assert_eq!((reread.changed, reread.revisions_gained), (2, 0));
    assert_eq!((summary.counts.unchanged, summary.counts.revised), (1, 1));
    assert_eq!((shelf.show(ONE).article.revisions, shelf.show(TWO).article.revisions), (2, 2));
    let summary = shelf.import("later.warc.gz", &packed(&records));
    assert_eq!(summary.reread, None, "once is enough");
    shelf.holds();
}

#[test]
fn ids_go_on_leading_to_what_was_joined_and_parted() {
    let (a, b) = ("http://wire.example/story/1?part=a", "http://wire.example/story/1?part=b");
    let parted = format!("{}\n[canonical]\nkeep_query = [\"part\"]\n", WIRE.replace("[[selectors]]", "# "))
        + "[[selectors]]\ntitle = \"h2\"\nbody = \"p\"\n";
    let joined = parted.replace("[\"part\"]", "[\"other\"]");
    let parted = parted.replace("# \ntitle = \"h1\"\ndate = \".date\"\nbody = \"p\"", "");
    let joined = joined.replace("# \ntitle = \"h1\"\ndate = \".date\"\nbody = \"p\"", "");
    let shelf = Shelf::new().with_rules(&parted);
    let records = [
        answer(a, "2019-03-01T10:00:00Z", &page("It flew.")),
        answer(b, "2019-03-01T10:00:01Z", &page("It flew.")),
    ];
    shelf.import("site.warc.gz", &packed(&records));
    let (one, other) = (shelf.show(a).article.id, shelf.show(b).article.id);
    assert_ne!(one, other);

    let shelf = shelf.with_rules(&joined);
    let reread = shelf.library.renormalize(&["sample-wire".to_owned()], &mut |_, _| {}).unwrap();
    assert_eq!((reread.joined, reread.withdrawn), (1, 0), "{reread:?}");
    assert_eq!(found(&shelf, "title:launch"), 1);
    assert_eq!(shelf.show(&one.to_string()).article.id, one);
    assert_eq!(shelf.show(&other.to_string()).article.id, one, "the other one goes on answering");
    shelf.library.rebuild(&mut |_, _| {}).unwrap();
    assert_eq!(shelf.show(&other.to_string()).article.id, one, "also from the archive alone");

    let shelf = shelf.with_rules(&parted);
    let reread = shelf.library.renormalize(&[], &mut |_, _| {}).unwrap();
    assert_eq!(reread.new, 1, "{reread:?}");
    assert_eq!((shelf.show(a).article.id, shelf.show(b).article.id), (one, other));
    assert_eq!(found(&shelf, "title:launch"), 2);
}

#[test]
fn what_no_rules_find_is_withdrawn_and_found_again() {
    let bare = |title: &str| format!("{}\n# {title}", WIRE.replace("title = \"h1\"", title));
    let shelf = Shelf::new().with_rules(&bare("title = \".n\""));
    let html = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<b class=n>A launch</b>";
    shelf.import("site.warc.gz", &packed(&[answer(ONE, "2019-03-01T10:00:00Z", html.as_bytes())]));
    let id = shelf.show(ONE).article.id;
    let shelf = shelf.with_rules(&bare("title = \".none\""));
    let reread = shelf.library.renormalize(&[], &mut |_, _| {}).unwrap();
    assert_eq!((reread.withdrawn, reread.changed), (1, 0), "{reread:?}");
    assert_eq!(found(&shelf, "launch"), 0);
    assert!(shelf.library.show(&id.to_string()).unwrap().is_empty());
    let shelf = shelf.with_rules(&bare("title = \"b\""));
    let reread = shelf.library.renormalize(&[], &mut |_, _| {}).unwrap();
    assert_eq!((reread.withdrawn, reread.new), (0, 1), "{reread:?}");
    assert_eq!(shelf.show(ONE).article.id, id);
    assert_eq!(found(&shelf, "launch"), 1);
}

#[test]
fn other_sources_stay_as_they_were() {
    let shelf = stocked();
    let line =
        r#"{"id": "7", "outlet": "Sample Post", "title": "A letter", "body": "It came.", "lang": "en"}"#;
    let more = r#"{"id": "8", "outlet": "Sample Wire", "title": "A wire", "body": "It hums.", "lang": "en"}"#;
    shelf.import("both.jsonl", format!("{line}\n{more}\n").as_bytes());
    let before = shelf.show("7");
    let shelf = shelf.with_rules(&better());
    let reread = shelf.library.renormalize(&["Sample Wire".to_owned()], &mut |_, _| {}).unwrap();
    assert_eq!((reread.captures, reread.changed, reread.unchanged), (4, 2, 1), "{reread:?}");
    assert_eq!(reread.counts.records, 4, "the line of the other source is left alone");
    assert_eq!(shelf.show("7"), before);
    shelf.holds();
    let unknown = shelf.library.renormalize(&["???".to_owned()], &mut |_, _| {}).unwrap_err();
    assert_eq!(unknown.kind(), sinmun::ErrorKind::BadRequest);
}

#[test]
fn sightings_without_a_body_are_remembered() {
    let shelf = stocked();
    let refers = format!(
        "WARC-Refers-To-Target-URI: {TWO}\r\nWARC-Refers-To-Date: 2019-03-01T10:00:01Z\r\n\
         WARC-Profile: http://netpreserve.org/warc/1.1/revisit/server-not-modified\r\n\
         Content-Type: application/http; msgtype=response\r\n"
    );
    let head = b"HTTP/1.1 304 Not Modified\r\n\r\n";
    shelf.import("again.warc", &record("1.1", "revisit", "9", TWO, "2019-06-01T10:00:00Z", &refers, head));
    let before = shelf.show(TWO).article;
    assert_eq!(before.last_seen, "2019-06-01T10:00:00.000000Z");
    let shelf = shelf.with_rules(&better());
    shelf.library.renormalize(&[], &mut |_, _| {}).unwrap();
    assert_eq!(shelf.show(TWO).article.last_seen, before.last_seen);
    shelf.holds();
}

#[test]
fn what_is_alike_stays_so_unless_its_text_changes() {
    let shelf = Shelf::new();
    let text: String = (0..200).map(|number| format!("word{number} ")).collect();
    let records = [
        answer(ONE, "2019-03-01T10:00:00Z", &page(&text)),
        answer(TWO, "2019-03-01T10:00:01Z", &page(&format!("{text} and more"))),
    ];
    shelf.import("site.warc.gz", &packed(&records));
    let collapsed = |shelf: &Shelf| {
        let query = Query::parse("word7").expect("it is a query").collapse(true);
        shelf.library.search(&query).expect("there is an index").total
    };
    assert_eq!(collapsed(&shelf), 1);
    let before = shelf.library.dump().unwrap();
    let reread = shelf.library.renormalize(&[], &mut |_, _| {}).unwrap();
    assert_eq!((reread.unchanged, reread.changed), (2, 0));
    assert_eq!(shelf.library.dump().unwrap(), before);
    assert_eq!(collapsed(&shelf), 1);

    let shelf = shelf.with_rules(&WIRE.replace("body = \"p\"", "body = \"b\""));
    let reread = shelf.library.renormalize(&[], &mut |_, _| {}).unwrap();
    assert_eq!(reread.changed, 2, "{reread:?}");
    assert_eq!((found(&shelf, "word7"), found(&shelf, "title:wire")), (0, 2));
    shelf.holds();
}
