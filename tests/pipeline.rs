//! From records to answers, on small corpora.

use serde_json::{Value, json};
use sinmun::{DateMatch, EntityKind, ErrorKind, Order, Query};
use sinmun_tests::{Shelf, query, record};

fn with(mut record: Value, key: &str, value: impl Into<Value>) -> Value {
    record[key] = value.into();
    record
}

#[test]
fn words_phrases_and_exclusions() {
    let shelf = Shelf::default();
    shelf.import(&[
        record("Satellite launched", "2020-01-01", "The launch of the satellite succeeded."),
        record("Launching ceremony", "2020-01-02", "A ship was launched. The satellite town grew."),
        record("Harvest", "2020-01-03", "A good harvest."),
    ]);
    for (text, total) in [
        ("satellite", 2),
        ("satellites launching", 2),
        ("\"the satellite succeeded\"", 1),
        ("satellite -ship", 1),
        ("-satellite", 1),
        ("harvest OR ship", 2),
        ("title:satellite", 1),
        ("title:\"launching ceremony\"", 1),
        ("(harvest OR ship) satellite", 1),
        ("absent", 0),
    ] {
        assert_eq!(shelf.total(query(text)), total, "{text}");
    }
    let best = shelf.library.search(&query("satellite launch")).unwrap();
    assert_eq!(best.hits[0].title, "Satellite launched", "a word of the title counts double");
    let none = shelf.library.search(&query("satellite absent")).unwrap();
    assert!(none.suggestions[0].why.contains("any of the words"), "{:?}", none.suggestions);
}

#[test]
fn a_name_in_three_spellings_is_one_person() {
    let shelf = Shelf::default();
    shelf.import(&[
        record("One", "2011-01-01", "Kim Jong Il sent a message."),
        json!({"outlet": "견본", "lang": "ko", "title": "둘", "body": "김정일동지께서 현지지도하시였다."}),
        record("Three", "2011-01-03", "Nobody sent anything."),
    ]);
    for name in ["김정일", "Kim Jong-il", "kim-jong-il", "KIM JONG IL"] {
        assert_eq!(shelf.total(Query::all().entity(EntityKind::Person, name)), 2, "{name}");
    }
    let facet = shelf.library.search(&Query::all().facet("person", 5)).unwrap().facets.remove(0);
    assert_eq!((facet.values[0].label.as_str(), facet.values[0].count), ("Kim Jong Il", 2));
}

#[test]
fn dates_filter_by_their_whole_interval() {
    let shelf = Shelf::default();
    shelf.import(&[
        record("A quarter", "2011-Q3", "x"),
        record("A day", "2011-08-10", "x"),
        record("A year", "2011", "x"),
        json!({"outlet": "Sample Wire", "lang": "en", "title": "No date", "body": "x"}),
    ]);
    let day = |text: &str| text.parse::<sinmun::Day>().unwrap();
    let august = Query::all().from(day("2011-08-01")).to(day("2011-08-31"));
    assert_eq!(shelf.total(august.clone()), 1);
    assert_eq!(shelf.total(august.dates(DateMatch::Overlap)), 3);
    assert_eq!(shelf.total(Query::all().from(day("2011-07-01")).to(day("2011-09-30"))), 2);
    assert_eq!(shelf.total(Query::all()), 4);
    let results = shelf.library.search(&Query::all().whole_facet("month").whole_facet("year")).unwrap();
    let counts = |facet: usize| -> Vec<(&str, u64)> {
        results.facets[facet].values.iter().map(|value| (value.value.as_str(), value.count)).collect()
    };
    // A quarter is not counted under the month in which it begins.
    assert_eq!(counts(0), [("2011-08", 1), ("unknown", 3)]);
    assert_eq!(counts(1), [("2011", 3), ("unknown", 1)]);
}

#[test]
fn pages_by_date_hold_each_article_once_and_in_order() {
    let shelf = Shelf::default();
    let mut records: Vec<Value> =
        (0..57).map(|n| record(&format!("Piece {n}"), &format!("2020-01-{:02}", n % 28 + 1), "x")).collect();
    records.push(json!({"outlet": "Sample Wire", "lang": "en", "title": "No date"}));
    shelf.import(&records);
    for order in [Order::Newest, Order::Oldest] {
        let mut seen = Vec::new();
        let mut cursor: Option<String> = None;
        loop {
            let page = Query::all().order(order).limit(10);
            let page = cursor.iter().fold(page, |page, cursor| page.after(cursor));
            let results = shelf.library.search(&page).unwrap();
            seen.extend(results.hits.iter().map(|hit| (hit.date.map(|date| date.moment()), hit.id)));
            if seen.len() == 20 {
                // What is imported meanwhile shifts no page by date.
                shelf.import(&[
                    record(&format!("Late {order:?}"), "2019-01-01", "x"),
                    record("L", "2021-01-01", "x"),
                ]);
            }
            match results.next {
                Some(next) => cursor = Some(next),
                None => break,
            }
        }
        let mut ids: Vec<_> = seen.iter().map(|(_, id)| *id).collect();
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), seen.len(), "no article twice");
        assert!(seen.len() >= 58, "none is left out: {}", seen.len());
        assert_eq!(seen.last().unwrap().0, None, "what has no date comes last");
        let dated: Vec<i64> = seen.iter().filter_map(|(moment, _)| *moment).collect();
        let sorted = match order {
            Order::Oldest => dated.is_sorted(),
            _ => dated.iter().rev().is_sorted(),
        };
        assert!(sorted);
    }
}

#[test]
fn a_cursor_by_relevance_says_when_its_commit_is_gone() {
    let shelf = Shelf::default();
    let records: Vec<Value> = (0..30).map(|n| record(&format!("Piece {n}"), "2020-01-01", "word")).collect();
    shelf.import(&records);
    let first = shelf.library.search(&query("word").limit(20)).unwrap();
    let cursor = first.next.unwrap();
    let second = shelf.library.search(&query("word").limit(20).after(&cursor)).unwrap();
    assert_eq!((second.hits.len(), second.next), (10, None));
    assert!(second.hits.iter().all(|hit| first.hits.iter().all(|shown| shown.id != hit.id)));
    shelf.import(&[record("Another", "2020-01-01", "word")]);
    let error = shelf.library.search(&query("word").limit(20).after(&cursor)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::BadRequest);
    assert!(error.to_string().contains("has changed"), "{error}");
}

#[test]
fn importing_twice_changes_nothing_and_a_changed_text_is_a_revision() {
    let shelf = Shelf::default();
    let first = with(record("Output", "2020-01-01", "It rose by 12,000 tons."), "id", "a1");
    let file = shelf.file(format!("{first}\n").as_bytes());
    shelf.library.import(&file).unwrap();
    let dump = shelf.library.dump().unwrap();
    let again = shelf.library.import(&file).unwrap();
    assert_eq!((again.known_files, again.counts.records, again.indexed), (1, 0, 0));
    assert_eq!(shelf.library.dump().unwrap(), dump);

    let changed = with(first.clone(), "body", "It rose by 10,200 tons.");
    assert_eq!(shelf.import(&[changed]).counts.revised, 1);
    let shown = shelf.library.show("a1").unwrap().remove(0);
    let bodies: Vec<&str> = shown.revisions.iter().map(|revision| revision.body.as_str()).collect();
    assert_eq!(bodies, ["It rose by 12,000 tons.", "It rose by 10,200 tons."]);
    assert_eq!(
        (shelf.total(query("12,000")), shelf.total(query("10,200"))),
        (0, 1),
        "the latest text is searched"
    );
}

#[test]
fn ids_count_within_their_source_and_a_page_may_carry_many_stories() {
    let shelf = Shelf::default();
    let other = json!({"outlet": "Other Wire", "lang": "en", "id": "1", "title": "A", "body": "b"});
    let page = "https://wire.example/2020-01-01.html";
    let summary = shelf.import(&[
        with(record("A", "2020-01-01", "a"), "id", "1"),
        other,
        with(record("One", "2020-01-01", "first"), "url", page),
        with(record("Two", "2020-01-01", "second"), "url", page),
    ]);
    assert_eq!(summary.counts.new, 4);
    assert_eq!(shelf.library.show("1").unwrap().len(), 2);
    assert_eq!(shelf.library.show(page).unwrap().len(), 2);
    // The same page once more, from another file: both are known.
    let again = shelf.import(&[
        with(record("Two", "2020-01-01", "second"), "url", page),
        with(record("One", "2020-01-01", "first"), "url", page),
    ]);
    assert_eq!((again.counts.new, again.counts.unchanged), (0, 2));
    // A page that has grown at its top: what is new there is an article, and changes no title.
    let day = "https://wire.example/2020-03-01.html";
    shelf.import(&[with(record("A", "2020-03-01", "a"), "url", day)]);
    let grown = shelf.import(&[
        with(record("C", "2020-03-01", "c"), "url", day),
        with(record("A", "2020-03-01", "a"), "url", day),
    ]);
    assert_eq!((grown.counts.new, grown.counts.revised, grown.counts.unchanged), (1, 0, 1));
    // A new title under a URL of one story is a change of that title.
    let alone = "https://wire.example/alone.html";
    shelf.import(&[with(record("Old title", "2020-02-01", "text"), "url", alone)]);
    let renamed = shelf.import(&[with(record("New title", "2020-02-01", "text"), "url", alone)]);
    assert_eq!((renamed.counts.new, renamed.counts.revised), (0, 1));
}

#[test]
fn a_body_fills_its_headline_and_a_headline_joins_its_body() {
    let headline = json!({"outlet": "Sample Wire", "lang": "en", "date": "2020-01-01", "title": "The Story",
        "id": "h", "url": "https://wire.example/list#3"});
    let body = with(record("\"The story\"", "2020-01-01", "The text."), "id", "b");
    for order in [[&headline, &body], [&body, &headline]] {
        let shelf = Shelf::default();
        for record in order {
            shelf.import(std::slice::from_ref(record));
        }
        assert_eq!(shelf.total(Query::all()), 1);
        assert_eq!(shelf.total(query("text")), 1);
        let (one, other) = (shelf.library.show("h").unwrap(), shelf.library.show("b").unwrap());
        assert_eq!(one[0].article.id, other[0].article.id);
        assert_eq!(one[0].revisions.len(), 1, "a first text is no change of one");
    }
    // Two texts of one title are two articles, and no headline joins either.
    let shelf = Shelf::default();
    let second = with(with(body.clone(), "id", "b2"), "body", "Another text.");
    shelf.import(&[body, second, headline]);
    assert_eq!(shelf.total(Query::all()), 3);
    assert_eq!(shelf.total(Query::all().by_story(true)), 1);
}

#[test]
fn a_rebuilt_catalogue_equals_the_old_one() {
    let shelf = Shelf::default();
    shelf.import(&[with(record("A", "2020-01-01", "one"), "id", "1"), record("B", "2020-Q1", "two")]);
    shelf.library.import(shelf.file(b"{broken\n")).unwrap();
    shelf.import(&[with(record("A", "2020-01-01", "one, changed"), "id", "1")]);
    let dump = shelf.library.dump().unwrap();
    let rejections = shelf.library.status().unwrap().rejections;
    assert_eq!(rejections, [("not a JSON object of the expected shape".to_owned(), 1)]);
    shelf.library.rebuild(&mut |_, _| {}).unwrap();
    assert_eq!(shelf.library.dump().unwrap(), dump);
    assert_eq!(shelf.library.status().unwrap().rejections, rejections);
    assert_eq!(shelf.total(query("changed")), 1);

    // Without any catalogue it comes from the archive alone.
    for name in ["catalogue.sqlite", "catalogue.sqlite-wal", "catalogue.sqlite-shm"] {
        let _ = std::fs::remove_file(shelf.library.path().join(name));
    }
    let fresh = sinmun::Library::open(shelf.library.path()).unwrap();
    fresh.rebuild(&mut |_, _| {}).unwrap();
    assert_eq!(fresh.dump().unwrap(), dump);
    assert!(fresh.status().unwrap().is_sound());
}

#[test]
fn bad_input_is_counted_and_the_rest_goes_on() {
    let shelf = Shelf::default();
    let good = record("Good", "2020-01-01", "text").to_string();
    let nan = r#"{"outlet": "X", "title": "A", "date": "nan"}"#;
    let no_day = r#"{"outlet": "X", "title": "B", "date": "2012-13-45"}"#;
    let lines: [&[u8]; 8] = [
        b"\xef\xbb\xbf",
        b"{\"bad",
        b"{\"outlet\": \"X\"}",
        b"{\"outlet\": \"X\", \"title\": \"\x00\"}",
        b"\xff\xfe",
        nan.as_bytes(),
        no_day.as_bytes(),
        good.as_bytes(),
    ];
    let mixed = shelf.file(&lines.join(&b'\n'));
    let empty = shelf.file(b"");
    let missing = shelf.path().join("missing.jsonl");
    let events = std::sync::Mutex::new(Vec::new());
    let summary = shelf
        .library
        .import_with(&[empty, mixed, missing], &Default::default(), &|event| {
            events.lock().unwrap().push(event)
        })
        .unwrap();
    assert_eq!((summary.counts.new, summary.counts.rejections(), summary.unreadable), (3, 5, 2));
    assert_eq!(summary.counts.warnings.values().sum::<u64>(), 2);
    let lines: Vec<u64> = events
        .into_inner()
        .unwrap()
        .iter()
        .filter_map(|event| match event {
            sinmun::ImportEvent::Rejected { line, .. } => Some(*line),
            _ => None,
        })
        .collect();
    assert_eq!(lines, [1, 2, 3, 4, 5]);
    assert!(shelf.library.status().unwrap().is_sound());
}
