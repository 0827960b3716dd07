//! Articles that are alike, collapsed to one: exact over segments, pages and orders.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;
use sinmun::{Order, Query, SearchHit};
use sinmun_tests::{Shelf, query};

/// What a record was made of.
struct Told {
    id: String,
    group: u64,
    outlet: u64,
    date: String,
    /// How often the query's word stands in the title.
    weight: u64,
}

/// Six imports of forty records each, of groups whose texts are alike; segments stay apart.
fn filled() -> (Shelf, Vec<Told>) {
    let mut options = sinmun::Options::default();
    options.indexing.merge = false;
    let shelf = Shelf::with(options);
    let mut all = Vec::new();
    for file in 0..6u64 {
        let mut records = Vec::new();
        for n in 0..40u64 {
            let number = file * 40 + n;
            // The squares modulo 31 make groups; every fifth record is like no other.
            let group = if number % 5 == 0 { 1_000 + number } else { number * number % 31 };
            let told = Told {
                id: format!("r{number}"),
                group,
                outlet: number % 7,
                date: format!("2020-{:02}-{:02}", number % 12 + 1, number % 28 + 1),
                weight: number % 3,
            };
            let body: String = (0..60).map(|word| format!("g{group}w{word} ")).collect();
            records.push(json!({
                "outlet": format!("outlet-{}", told.outlet), "lang": "en", "id": told.id, "date": told.date,
                "title": format!("Piece {number}{}", " harvest".repeat(told.weight as usize)),
                "body": format!("{body}copy {number}"),
            }));
            all.push(told);
        }
        assert_eq!(shelf.import(&records).counts.new, 40);
    }
    (shelf, all)
}

/// All pages of a query, three hits each.
fn pages(shelf: &Shelf, query: &Query, total: u64) -> Vec<SearchHit> {
    let (mut hits, mut query) = (Vec::new(), query.clone().limit(3));
    loop {
        let page = shelf.library.search(&query).expect("the query is sound");
        assert_eq!(page.total, total, "the total is that of all pages");
        assert!(page.hits.len() == 3 || page.next.is_none());
        hits.extend(page.hits);
        match page.next {
            Some(next) => query = query.after(&next),
            None => return hits,
        }
    }
}

#[track_caller]
fn check(shelf: &Shelf, all: &[Told], words: &str, order: Order) {
    let matching: Vec<&Told> = all.iter().filter(|told| words.is_empty() || told.weight > 0).collect();
    let plain = query(words).order(order).limit(1_000);
    let in_order = shelf.library.search(&plain).expect("the query is sound").hits;
    assert_eq!(in_order.len(), matching.len());
    let group = |hit: &SearchHit| {
        let id = hit.imported_id.as_deref();
        matching.iter().find(|told| Some(told.id.as_str()) == id).expect("it was told").group
    };
    // The first of each group in the order without collapsing, and how many came after it.
    let mut expected: Vec<(u64, String, u64)> = Vec::new();
    for hit in &in_order {
        match expected.iter_mut().find(|(known, ..)| *known == group(hit)) {
            Some((.., others)) => *others += 1,
            None => expected.push((group(hit), hit.id.to_string(), 0)),
        }
    }
    let asked = query(words).order(order).collapse(true);
    let found: Vec<(u64, String, u64)> = pages(shelf, &asked, expected.len() as u64)
        .iter()
        .map(|hit| (group(hit), hit.id.to_string(), hit.alike.expect("hits are collapsed")))
        .collect();
    assert_eq!(found, expected, "{words:?} by {order:?}");

    let mut counts: BTreeMap<String, BTreeSet<u64>> = BTreeMap::new();
    for told in &matching {
        counts.entry(format!("outlet-{}", told.outlet)).or_default().insert(told.group);
    }
    let counts: BTreeMap<String, u64> =
        counts.into_iter().map(|(outlet, groups)| (outlet, groups.len() as u64)).collect();
    let facet = shelf.library.search(&asked.whole_facet("source").limit(0)).expect("the query is sound");
    let counted: BTreeMap<String, u64> =
        facet.facets[0].values.iter().map(|value| (value.value.clone(), value.count)).collect();
    assert_eq!(counted, counts);
}

#[test]
fn of_each_cluster_the_first_is_shown_and_the_others_are_counted() {
    let (shelf, all) = filled();
    for order in [Order::Newest, Order::Oldest] {
        check(&shelf, &all, "", order);
    }
    for order in [Order::Relevance, Order::Newest, Order::Oldest] {
        check(&shelf, &all, "harvest", order);
    }
}

#[test]
fn stories_and_clusters_are_not_counted_at_once() {
    let (shelf, _) = filled();
    let error = shelf.library.search(&Query::all().by_story(true).collapse(true)).unwrap_err();
    assert_eq!(error.kind(), sinmun::ErrorKind::BadRequest);
    let plain = shelf.library.search(&Query::all()).unwrap();
    assert!(plain.hits.iter().all(|hit| hit.alike.is_none()));
}

#[test]
fn what_comes_later_joins_in_the_index_too() {
    let shelf = Shelf::default();
    let record = |id: &str, date: &str, extra: &str| {
        let body: String = (0..60).map(|word| format!("w{word} ")).collect();
        json!({"outlet": "Sample Wire", "lang": "en", "id": id, "date": date, "title": id, "body": body + extra})
    };
    let collapsed = || {
        let found = shelf.library.search(&Query::all().collapse(true)).expect("the query is sound");
        found.hits.iter().map(|hit| (hit.title.clone(), hit.alike.unwrap_or(0))).collect::<Vec<_>>()
    };
    shelf.import(&[record("late", "2020-01-03", "")]);
    assert_eq!(collapsed(), [("late".to_owned(), 0)]);
    // An earlier copy becomes the face: the one that was there is indexed anew.
    assert_eq!(shelf.import(&[record("early", "2020-01-01", "here")]).indexed, 2);
    assert_eq!(collapsed(), [("late".to_owned(), 1)]);
    let other: String = (0..60).map(|word| format!("x{word} ")).collect();
    shelf.import(&[json!({
        "outlet": "Sample Wire", "lang": "en", "id": "early", "date": "2020-01-01", "title": "early", "body": other,
    })]);
    assert_eq!(collapsed(), [("late".to_owned(), 0), ("early".to_owned(), 0)]);
    let dump = shelf.library.dump().expect("the catalogue can be read");
    shelf.library.rebuild(&mut |_, _| {}).expect("the archive is sound");
    assert_eq!(shelf.library.dump().expect("the catalogue can be read"), dump);
}
