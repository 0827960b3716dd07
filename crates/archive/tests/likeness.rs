//! Which articles stand together as copies of one another: whatever the order in which they came.

use std::collections::BTreeMap;
use std::path::Path;

use proptest::prelude::*;
use sinmun_archive::{Catalogue, Intake, Payload, PayloadKind, Store};
use sinmun_article::{ArticleId, Record};

/// A reader of lines: id, language, date, title and body, with tabs between.
fn open(data: &Path) -> Store {
    let read = |payload: &Payload, intake: &mut Intake<'_>| {
        for (place, line) in String::from_utf8_lossy(&payload.bytes).lines().enumerate() {
            let fields: Vec<&str> = line.split('\t').collect();
            let [id, language, date, title, body] = fields[..] else { continue };
            let record = Record {
                imported_id: Some(id.to_owned()),
                source: "sample-wire".parse().expect("it is an id"),
                outlet: "Sample Wire".to_owned(),
                language: language.parse().expect("it is a code"),
                date: date.parse().ok(),
                title: title.to_owned(),
                url: None,
                canonical_url: None,
                byline: None,
                dateline: None,
                genre: None,
                speaker: None,
                body: body.to_owned(),
                shares_url: false,
                is_copy: false,
                first_seen: None,
                images: Vec::new(),
            };
            intake.take(place as u64 + 1, &format!("id\tsample-wire\t{id}"), &record)?;
        }
        Ok(())
    };
    Store::open(data, Box::new(read)).expect("a store opens anywhere")
}

/// A text of numbered words: two of them are as alike as their ranges overlap.
fn words(range: std::ops::Range<u32>) -> String {
    range.map(|word| format!("w{word} ")).collect()
}

fn article(id: &str, date: &str, body: &str) -> String {
    format!("{id}\ten\t{date}\tTitle of {id}\t{body}\n")
}

/// A data directory into which lines come, with a look at the clusters when asked.
struct Shelf {
    folder: tempfile::TempDir,
}

impl Shelf {
    fn of(lines: &[String]) -> Self {
        let shelf = Self { folder: tempfile::tempdir().expect("a temporary folder") };
        shelf.put(lines);
        shelf
    }

    fn put(&self, lines: &[String]) {
        let payload = Payload {
            kind: PayloadKind::File,
            target: "file:lines#part=1".to_owned(),
            origin: "lines".to_owned(),
            reading: "{}".to_owned(),
            bytes: lines.concat().into_bytes(),
        };
        open(self.folder.path()).put(&payload).expect("the disk has room");
    }

    fn catalogue(&self) -> Catalogue {
        Catalogue::open(self.folder.path()).expect("there is a catalogue")
    }

    fn compare(&self) -> u64 {
        self.catalogue().compare_texts(&|_, _| {}).expect("the catalogue can be written")
    }

    /// Each cluster by the imported id of its face, with the others.
    fn clusters(&self) -> Vec<String> {
        let catalogue = self.catalogue();
        let mut clusters: BTreeMap<ArticleId, Vec<(ArticleId, String)>> = BTreeMap::new();
        let note = |change: sinmun_archive::Change| {
            if let Some(article) = change.article {
                let name = article.imported_id.expect("each has one");
                clusters.entry(change.face.unwrap_or(article.id)).or_default().push((article.id, name));
            }
            Ok::<(), sinmun_archive::Error>(())
        };
        catalogue.for_each_change(0, note).expect("the catalogue can be read");
        let mut told = Vec::new();
        for (face, members) in clusters.into_iter().filter(|(_, members)| members.len() > 1) {
            let mut names: Vec<String> = members.iter().map(|(_, name)| name.clone()).collect();
            names.sort();
            let (_, first) = members.iter().find(|(id, _)| *id == face).expect("a face is one of them");
            for (id, _) in &members {
                let cluster = catalogue.cluster(*id).expect("the catalogue can be read");
                assert_eq!(cluster.map(|cluster| cluster.size), Some(members.len() as u64));
            }
            told.push(format!("{first}: {}", names.join(" ")));
        }
        told.sort();
        told
    }
}

#[track_caller]
fn check(lines: &[String], expected: &[&str]) {
    let shelf = Shelf::of(lines);
    shelf.compare();
    assert_eq!(shelf.clusters(), expected);
    assert_eq!(shelf.compare(), 0, "nothing is left to compare");
}

#[test]
fn what_is_80_percent_alike_stands_together() {
    let one = article("one", "2020-01-02", &words(0..200));
    let alike = |overlap: u32| article("two", "2020-01-01", &words(200 - overlap..400 - overlap));
    check(&[one.clone(), alike(170)], &["two: one two"]);
    check(&[one.clone(), alike(150)], &[]);
    check(&[one.clone(), article("two", "2020-01-01", &words(0..200).to_uppercase())], &["two: one two"]);
    check(&[one.clone(), alike(170).replace("\ten\t", "\tfr\t")], &[]);
    check(&[one, "two\ten\t2020-01-01\tA headline\t\n".to_owned()], &[]);
}

#[test]
fn the_face_is_the_earliest() {
    let body = words(0..50);
    let day = article("day", "2020-01-02", &body);
    check(&[article("time", "2020-01-02T10:00", &body), day.clone()], &["day: day time"]);
    check(&[article("year", "2020", &body), day.clone()], &["day: day year"]);
    check(&[article("none", "", &body), day.clone()], &["day: day none"]);
    check(&[article("month", "2019-12", &body), day], &["month: day month"]);
}

#[test]
fn a_short_text_is_alike_only_to_itself_and_under_one_title() {
    let line = |id: &str, title: &str, body: &str| format!("{id}\ten\t2020-01-01\t{title}\t{body}\n");
    let short = "Content not found";
    check(&[line("a", "One", short), line("b", "Two", short)], &[]);
    check(&[line("a", "One", short), line("b", "Two", short), line("c", "ONE!", short)], &["a: a c"]);
    check(&[line("a", "One", short), line("b", "One", "Content is not found")], &[]);
}

/// Two chains, a group of copies, and some that are alone.
fn mixed() -> Vec<String> {
    let mut lines = Vec::new();
    for (place, start) in [0, 30, 60, 90, 5_000, 5_030].into_iter().enumerate() {
        lines.push(article(
            &format!("chain{place}"),
            &format!("2020-02-{:02}", 20 - place),
            &words(start..start + 200),
        ));
    }
    for copy in 0..6 {
        let body = words(9_000..9_100) + &format!("copy {copy}");
        lines.push(article(&format!("copy{copy}"), &format!("2020-03-{:02}", 10 + copy), &body));
    }
    lines.push(article("alone", "2020-01-01", &words(20_000..20_100)));
    lines
}

const MIXED: [&str; 3] = [
    "chain3: chain0 chain1 chain2 chain3",
    "chain5: chain4 chain5",
    "copy0: copy0 copy1 copy2 copy3 copy4 copy5",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn the_order_of_arrival_makes_no_difference(
        lines in Just(mixed()).prop_shuffle(),
        cuts in proptest::collection::vec((0..13_usize, any::<bool>()), 0..4),
    ) {
        let mut cuts = cuts;
        cuts.sort();
        let shelf = Shelf::of(&[]);
        let mut rest = lines.as_slice();
        // Imports of some lines each; after some of them nothing is compared, as when the process was killed.
        for (cut, is_compared) in cuts {
            let (part, behind) = rest.split_at(rest.len().min(cut));
            shelf.put(part);
            rest = behind;
            if is_compared {
                shelf.compare();
            }
        }
        shelf.put(rest);
        shelf.compare();
        prop_assert_eq!(shelf.clusters(), MIXED);
    }
}

#[test]
fn more_copies_than_are_looked_at_are_one_cluster_all_the_same() {
    let copy = |number: u32| {
        let body = words(0..100) + &format!("copy {number} of {}", number * 7);
        article(&format!("copy{number:03}"), &format!("2020-01-{:02}", number % 28 + 1), &body)
    };
    let shelf = Shelf::of(&(0..200).map(copy).collect::<Vec<_>>());
    shelf.compare();
    shelf.put(&(200..400).map(copy).collect::<Vec<_>>());
    shelf.compare();
    let clusters = shelf.clusters();
    assert_eq!(clusters.len(), 1);
    assert_eq!(clusters[0].split(' ').count(), 401);
}

#[test]
fn a_text_that_is_gone_holds_nothing_together() {
    let shelf = Shelf::of(&mixed());
    shelf.compare();
    // The second link gets another text: the first is alone, the third and fourth are left.
    shelf.put(&[article("chain1", "2020-02-19", &words(30_000..30_200))]);
    shelf.compare();
    assert_eq!(shelf.clusters()[0], "chain3: chain2 chain3");
    // Whichever copy the others were compared with, they stay together without it.
    for copy in 0..4 {
        let body = words(40_000 + copy * 1_000..40_100 + copy * 1_000);
        shelf.put(&[article(&format!("copy{copy}"), &format!("2020-03-{:02}", 10 + copy), &body)]);
        shelf.compare();
        let left: Vec<String> = (copy + 1..6).map(|copy| format!("copy{copy}")).collect();
        assert_eq!(shelf.clusters()[2], format!("copy{}: {}", copy + 1, left.join(" ")));
    }
    // And it is taken in again where it comes back.
    shelf.put(&[article("chain1", "2020-02-19", &words(30..230))]);
    shelf.compare();
    assert_eq!(shelf.clusters()[0], MIXED[0]);
}

#[test]
fn articles_and_texts_that_are_deleted_leave_no_trace() {
    for with_texts in [false, true] {
        let shelf = Shelf::of(&mixed());
        shelf.compare();
        let catalogue = rusqlite::Connection::open(shelf.folder.path().join("catalogue.sqlite")).unwrap();
        for name in ["chain1", "copy0", "copy1"] {
            let number: (i64, i64) = catalogue
                .query_row("SELECT id, text FROM article WHERE imported_id = ?1", [name], |row| {
                    Ok((row.get(0)?, row.get(1)?))
                })
                .unwrap();
            catalogue.execute("DELETE FROM revision WHERE article = ?1", [number.0]).unwrap();
            catalogue.execute("DELETE FROM article WHERE id = ?1", [number.0]).unwrap();
            if with_texts {
                catalogue.execute("DELETE FROM text WHERE id = ?1", [number.1]).unwrap();
            }
        }
        shelf.compare();
        let expected = ["chain3: chain2 chain3", MIXED[1], "copy2: copy2 copy3 copy4 copy5"];
        assert_eq!(shelf.clusters(), expected, "texts deleted: {with_texts}");
        let stale: i64 = catalogue
            .query_row("SELECT count(*) FROM cluster WHERE face NOT IN (SELECT id FROM article)", [], |row| {
                row.get(0)
            })
            .unwrap();
        assert_eq!(stale, 0, "a face is an article");
    }
}

#[test]
fn whose_cluster_changes_is_told_as_a_change() {
    let shelf = Shelf::of(&[article("late", "2020-01-02", &words(0..50)), article("other", "2020", "")]);
    shelf.compare();
    let last = shelf.catalogue().last_change().unwrap();
    shelf.put(&[article("early", "2020-01-01", &words(0..51))]);
    shelf.compare();
    let mut changed = Vec::new();
    let note = |change: sinmun_archive::Change| {
        let article = change.article.expect("none was joined");
        changed.push((article.imported_id.expect("each has one"), change.is_known));
        Ok::<(), sinmun_archive::Error>(())
    };
    shelf.catalogue().for_each_change(last, note).unwrap();
    changed.sort();
    assert_eq!(changed, [("early".to_owned(), false), ("late".to_owned(), true)]);
}

#[test]
fn what_is_probably_alike_is_found_without_being_taken_in() {
    let shelf = Shelf::of(&mixed());
    shelf.compare();
    let found = |body: &str| {
        let print = sinmun_archive::Fingerprint::of(body);
        shelf.catalogue().probably_alike(&print).unwrap().len()
    };
    assert_eq!(found(&words(9_000..9_100)), 6);
    assert_eq!(found(&words(50_000..50_100)), 0);
    assert_eq!(found("a few words"), 0);
}
