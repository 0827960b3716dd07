//! Facet counts are exact: over many commits and more values than any engine's default size.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Value, json};
use sinmun::Query;
use sinmun_tests::{Shelf, query};

#[test]
fn five_thousand_values_over_twenty_unmerged_segments() {
    let mut options = sinmun::Options::default();
    options.indexing.merge = false;
    let shelf = Shelf::with(options);
    let mut expected: BTreeMap<String, u64> = BTreeMap::new();
    let mut even: BTreeMap<String, u64> = BTreeMap::new();
    for file in 0..20u64 {
        let records: Vec<Value> = (0..1000u64)
            .map(|n| {
                // Some outlets come in every file, most in a few.
                let outlet = if n < 100 { n } else { (n + file * 250) % 5000 };
                let name = format!("outlet-{outlet}");
                *expected.entry(name.clone()).or_default() += 1;
                let word = if n % 2 == 0 { "even" } else { "odd" };
                if n % 2 == 0 {
                    *even.entry(name.clone()).or_default() += 1;
                }
                json!({"outlet": name, "lang": "en", "id": format!("{file}-{n}"), "title": format!("{word} {file} {n}")})
            })
            .collect();
        assert_eq!(shelf.import(&records).counts.new, 1000);
    }
    assert_eq!(expected.len(), 5000);
    assert_eq!(segments(&shelf.path().join("data/index")), 20);
    let all = shelf.library.search(&Query::all().whole_facet("source")).unwrap();
    let counted = |facet: &sinmun::Facet| -> BTreeMap<String, u64> {
        facet.values.iter().map(|value| (value.value.clone(), value.count)).collect()
    };
    assert_eq!(all.total, 20_000);
    assert_eq!(counted(&all.facets[0]), expected);

    let mut ranked: Vec<(&String, &u64)> = expected.iter().collect();
    ranked.sort_by(|one, other| other.1.cmp(one.1).then(one.0.cmp(other.0)));
    for limit in [0, 1, 50] {
        let top =
            shelf.library.search(&Query::all().facet("source", 20).limit(limit)).unwrap().facets.remove(0);
        let found: Vec<(&String, &u64)> =
            top.values.iter().map(|value| (&value.value, &value.count)).collect();
        assert_eq!(found, ranked[..20], "the limit of hits changes no count");
        assert_eq!(top.distinct, expected.len());
    }

    let filtered = shelf.library.search(&query("even").whole_facet("source")).unwrap();
    assert_eq!(counted(&filtered.facets[0]), even);
    let raised = filtered.facets[0].values.iter().find(|value| value.count > expected[&value.value]);
    assert_eq!(raised, None, "a filter raises no count");
    let one = shelf.library.search(&query("even").source("outlet-7").whole_facet("source")).unwrap();
    assert_eq!(one.total, even.get("outlet-7").copied().unwrap_or(0));
}

/// How many segments lie below a folder: each has one document store.
fn segments(folder: &Path) -> usize {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    entries
        .map(|path| match path.is_dir() {
            true => segments(&path),
            false => usize::from(path.extension().is_some_and(|ending| ending == "store")),
        })
        .sum()
}
