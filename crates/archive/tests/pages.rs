//! What a crawl brings in: records that prove it, sightings, and a catalogue that can be made again.

use std::io::Read;
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};

use flate2::read::MultiGzDecoder;
use sinmun_archive::{
    Catalogue, Circumstances, Payload, PayloadKind, Store, Target, TargetKind, export, verify,
};
use sinmun_article::{Language, Record};

fn target(url: &str, kind: TargetKind) -> Target {
    Target {
        source: "sample-wire".parse().expect("it is an id"),
        url: url.to_owned(),
        key: url.to_owned(),
        request: format!("GET {url}"),
        kind,
    }
}

/// A reader to whom a list is lines of URLs, and an illustrated article those of its pictures; the reading says what
/// the page is.
fn open(data: &Path) -> Store {
    let read = |payload: &Payload, intake: &mut sinmun_archive::Intake<'_>| {
        if payload.reading == "aside" {
            return Ok(());
        }
        let kind = match payload.reading.as_str() {
            "list" => TargetKind::List,
            "image" => TargetKind::Image,
            _ => TargetKind::Article,
        };
        let page = target(&payload.target, kind);
        intake.page(&page, payload)?;
        if payload.kind != PayloadKind::Response || payload.status() != Some(200) {
            return Ok(());
        }
        let body = String::from_utf8_lossy(payload.body());
        let named = |kind| body.lines().map(|line| target(line, kind)).collect::<Vec<_>>();
        match payload.reading.as_str() {
            "list" => intake.links(&page, &named(TargetKind::Article), &[]),
            "illustrated" => intake.pictures(&page, &named(TargetKind::Image)),
            _ => Ok(()),
        }
    };
    Store::open(data, Box::new(read)).expect("a store opens anywhere")
}

static ANSWERS: AtomicU32 = AtomicU32::new(0);

fn answer(url: &str, reading: &str, head: &str, body: &str) -> (Payload, Circumstances) {
    let payload = Payload {
        kind: PayloadKind::Response,
        target: url.to_owned(),
        origin: String::new(),
        reading: reading.to_owned(),
        bytes: format!("HTTP/1.1 {head}\r\n\r\n{body}").into_bytes(),
    };
    let circumstances = Circumstances {
        // Each answer is later than the one before.
        date: format!("2026-01-01T00:00:00.{:06}Z", ANSWERS.fetch_add(1, Ordering::Relaxed)),
        request: format!("GET {url} HTTP/1.1\r\n\r\n").into_bytes(),
        ..Circumstances::default()
    };
    (payload, circumstances)
}

/// The same on another day.
fn on<const N: usize>(day: u32, mut pages: [(Payload, Circumstances); N]) -> [(Payload, Circumstances); N] {
    for (_, circumstances) in &mut pages {
        circumstances.date = format!("2026-01-0{day}T00:00:00.000000Z");
    }
    pages
}

const PAGES: &[TargetKind] = &[TargetKind::Article, TargetKind::List];
const PICTURES: &[TargetKind] = &[TargetKind::Image];

const LIST: &str = "http://wire.example/list";
const ONE: &str = "http://wire.example/1";
const TWO: &str = "http://wire.example/2";

/// Three visits: all is there; nothing has changed; one is gone from the list and from the site, one fails.
fn three_visits(data: &Path) {
    let mut store = open(data);
    let list = format!("{ONE}\n{TWO}");
    store
        .put_pages(&on(
            1,
            [
                answer(LIST, "list", "200 OK\r\nETag: \"1\"", &list),
                answer(ONE, "article", "200 OK", "one"),
                answer(TWO, "article", "200 OK", "two"),
            ],
        ))
        .expect("the disk has room");
    store
        .put_pages(&on(
            2,
            [
                answer(LIST, "list", "304 Not Modified", ""),
                answer(ONE, "article", "200 OK", "one"),
                answer(TWO, "article", "200 OK", "two"),
            ],
        ))
        .expect("the disk has room");
    let mut failure = answer(TWO, "article", "", "");
    failure.0.kind = PayloadKind::Failure;
    failure.0.bytes = b"the connection broke".to_vec();
    store
        .put_pages(&on(
            3,
            [answer(LIST, "list", "200 OK", TWO), answer(ONE, "article", "404 Not Found", "no"), failure],
        ))
        .expect("the disk has room");
}

#[test]
fn what_is_gone_is_told_and_what_failed_is_not_gone() {
    let folder = tempfile::tempdir().unwrap();
    three_visits(folder.path());
    let catalogue = Catalogue::open(folder.path()).unwrap();
    let page = |url: &str| catalogue.pages(url).unwrap().remove(0);
    let (one, two) = (page(ONE), page(TWO));
    assert_eq!(one.status, Some(404));
    assert_eq!(one.seen.as_deref(), Some("2026-01-02T00:00:00.000000Z"));
    assert_eq!(one.missed.as_deref(), Some("2026-01-03T00:00:00.000000Z"));
    assert_eq!(one.unlisted.iter().map(|(list, _)| list.as_str()).collect::<Vec<_>>(), [LIST]);
    assert_eq!((two.missed, two.unlisted), (None, vec![]));
    assert_eq!((two.failures, two.failure.unwrap().1.as_str()), (1, "the connection broke"));
    let health = catalogue.source_health().unwrap().remove(0);
    assert_eq!((health.seen, health.missing, health.waiting), (1, 1, 0));
}

#[test]
fn a_page_repeats_what_it_had_and_not_what_else_came_from_its_url() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = open(folder.path());
    store.put_pages(&[answer(ONE, "article", "200 OK\r\nETag: \"1\"", "whole")]).unwrap();
    let page = Some(Catalogue::open(folder.path()).unwrap().pages(ONE).unwrap()[0].id);
    let mut broken = answer(ONE, "aside", "200 OK", "who");
    broken.1.truncated = Some("disconnect".to_owned());
    let mut unchanged = answer(ONE, "article", "304 Not Modified", "");
    unchanged.1.page = page;
    store.put_pages(&[broken]).unwrap();
    store.put_pages(&[unchanged]).unwrap();
    drop(store);
    let dump = Catalogue::open(folder.path()).unwrap().dump().unwrap();
    let captures = dump.lines().map(|line| line.split('\t').collect::<Vec<_>>());
    let digests: Vec<&str> =
        captures.filter(|columns| columns.get(4) == Some(&ONE)).map(|columns| columns[8]).collect();
    assert_eq!(digests.len(), 3, "{dump}");
    assert!(digests[2] == digests[0] && digests[1] != digests[0], "{digests:?}");
}

#[test]
fn an_unchanged_body_is_kept_once_and_everything_can_be_proved() {
    let folder = tempfile::tempdir().unwrap();
    three_visits(folder.path());
    let found = verify(folder.path(), &mut |_, _| {}).unwrap();
    assert_eq!(found.problems, []);
    // Nine captures; each but the failure has a request, and the file tells of itself.
    assert_eq!((found.files, found.captures, found.records), (1, 9, 9 + 8 + 1));
    let dump = Catalogue::open(folder.path()).unwrap().dump().unwrap();
    let revisits = dump
        .lines()
        .filter(|line| line.split('\t').nth(9) == Some("Integer(2)") && line.contains(".warc.gz"));
    assert_eq!(revisits.count(), 3);

    let mut store = open(folder.path());
    store.rebuild(&mut |_, _| {}).unwrap();
    drop(store);
    assert_eq!(Catalogue::open(folder.path()).unwrap().dump().unwrap(), dump);
}

#[test]
fn any_changed_byte_is_found() {
    let folder = tempfile::tempdir().unwrap();
    three_visits(folder.path());
    let archive = folder.path().join("archive");
    let warc = std::fs::read_dir(&archive)
        .unwrap()
        .flatten()
        .map(|entry| entry.path())
        .find(|path| path.extension().is_some_and(|ending| ending == "gz"))
        .unwrap();
    let bytes = std::fs::read(&warc).unwrap();
    for place in (0..bytes.len()).step_by(61) {
        let mut changed = bytes.clone();
        changed[place] ^= 1;
        std::fs::write(&warc, &changed).unwrap();
        let found = verify(folder.path(), &mut |_, _| {}).unwrap();
        assert!(!found.problems.is_empty(), "byte {place}");
    }
    std::fs::remove_file(&warc).unwrap();
    let found = verify(folder.path(), &mut |_, _| {}).unwrap();
    assert!(found.problems[0].what.contains("it is gone"), "{found:?}");
}

#[test]
fn a_run_goes_on_where_it_was_left() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = open(folder.path());
    let run = store.begin_run("all").unwrap();
    store.name_pages(&[target(LIST, TargetKind::List)]).unwrap();
    let source = "sample-wire".parse().unwrap();
    let waiting = |store: &Store, run: &sinmun_archive::Run| -> Vec<String> {
        let pages = store.waiting(run, &source, PAGES, 10, &|_| false).unwrap();
        pages.into_iter().map(|page| page.target.url).collect()
    };
    assert_eq!(waiting(&store, &run), [LIST]);
    store.put_pages(&[answer(LIST, "list", "200 OK", &format!("{ONE}\n{TWO}"))]).unwrap();
    store.put_pages(&[answer(TWO, "article", "200 OK", "two")]).unwrap();
    drop(store);

    let mut store = open(folder.path());
    let again = store.begin_run("all").unwrap();
    let other = open(folder.path()).begin_run("all").unwrap_err();
    assert_eq!(other.kind(), sinmun_archive::ErrorKind::Busy);
    assert!(again.is_resumed && again.began == run.began);
    assert_eq!(waiting(&store, &again), [ONE]);
    store.put_pages(&[answer(ONE, "article", "200 OK", "one")]).unwrap();
    assert_eq!(waiting(&store, &again), Vec::<String>::new());
    store.end_run(&again).unwrap();

    let next = store.begin_run("all").unwrap();
    assert!(!next.is_resumed);
    assert_eq!(waiting(&store, &next), Vec::<String>::new(), "nobody named the list in this run");
    store.name_pages(&[target(LIST, TargetKind::List)]).unwrap();
    assert_eq!(waiting(&store, &next), [LIST]);
    let aged = |store: &Store, run: &sinmun_archive::Run, days: &[u32]| -> Vec<String> {
        let pages = store.aged(run, &source, PAGES, days).unwrap();
        pages.into_iter().map(|page| page.target.url).collect()
    };
    assert_eq!(aged(&store, &next, &[1, 90]), Vec::<String>::new(), "no day has passed");
    assert_eq!(aged(&store, &next, &[0]), [ONE, TWO], "day 0 is in every run");
    store.put_pages(&[answer(TWO, "article", "304 Not Modified", "")]).unwrap();
    assert_eq!(aged(&store, &next, &[0]), [ONE], "once a run");
}

#[test]
fn articles_go_before_lists() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = open(folder.path());
    let run = store.begin_run("all").unwrap();
    let (list, article) = (target(LIST, TargetKind::List), target(ONE, TargetKind::Article));
    store.name_pages(&[list, article]).unwrap();
    let source = "sample-wire".parse().unwrap();
    let first = store.waiting(&run, &source, PAGES, 1, &|_| false).unwrap().remove(0);
    assert_eq!(first.target.url, ONE);
}

#[test]
fn a_picture_is_asked_for_until_it_has_come() {
    const KEPT: &str = "http://cdn.example/kept.jpg";
    const GONE: &str = "http://cdn.example/gone.jpg";
    const FAILED: &str = "http://cdn.example/failed.jpg";
    let folder = tempfile::tempdir().unwrap();
    let mut store = open(folder.path());
    let run = store.begin_run("all").unwrap();
    let source = "sample-wire".parse().unwrap();
    let page = [KEPT, GONE, FAILED].join("\n");
    store.put_pages(&[answer(ONE, "illustrated", "200 OK", &page)]).unwrap();
    let health = || Catalogue::open(folder.path()).unwrap().source_health().unwrap();
    let before = health();
    let urls = |pages: Vec<sinmun_archive::Page>| -> Vec<String> {
        pages.into_iter().map(|page| page.target.url).collect()
    };
    let waiting = |store: &Store, kinds| urls(store.waiting(&run, &source, kinds, 10, &|_| false).unwrap());
    assert_eq!(waiting(&store, PICTURES), [KEPT, GONE, FAILED]);
    assert_eq!(waiting(&store, PAGES), Vec::<String>::new());

    let mut failure = answer(FAILED, "image", "", "");
    failure.0.kind = PayloadKind::Failure;
    store
        .put_pages(&[
            answer(KEPT, "image", "200 OK", "GIF89a"),
            answer(GONE, "image", "404 Not Found", "no"),
            failure,
        ])
        .unwrap();
    assert_eq!(waiting(&store, PICTURES), [FAILED]);
    store.end_run(&run).unwrap();
    let next = store.begin_run("all").unwrap();
    assert_eq!(urls(store.aged(&next, &source, PICTURES, &[0]).unwrap()), [GONE]);
    assert_eq!(urls(store.aged(&next, &source, PAGES, &[0]).unwrap()), [ONE]);
    assert_eq!(health(), before, "pictures tell nothing of a site");

    // The page shows another one; then it shows none at all, which takes none away.
    store.put_pages(&[answer(ONE, "illustrated", "200 OK", KEPT)]).unwrap();
    store.put_pages(&[answer(ONE, "illustrated", "200 OK", "")]).unwrap();
    let catalogue = Catalogue::open(folder.path()).unwrap();
    let page = |url: &str| catalogue.pages(url).unwrap().remove(0);
    assert_eq!((page(KEPT).unlisted, page(KEPT).seen.is_some()), (vec![], true));
    assert_eq!((page(GONE).unlisted.len(), page(GONE).missed.is_some()), (1, true));
}

/// A store to which every page is an article.
fn open_for_articles(data: &Path) -> Store {
    let read = |payload: &Payload, intake: &mut sinmun_archive::Intake<'_>| {
        let page = target(&payload.target, TargetKind::Article);
        let record = Record {
            imported_id: None,
            source: page.source.clone(),
            outlet: "Sample Wire".to_owned(),
            language: Language::ENGLISH,
            date: None,
            title: "A story".to_owned(),
            url: Some(payload.target.clone()),
            canonical_url: Some(payload.target.clone()),
            byline: None,
            dateline: None,
            genre: None,
            speaker: None,
            body: String::from_utf8_lossy(payload.body()).into_owned(),
            shares_url: false,
            is_copy: false,
            first_seen: None,
            images: Vec::new(),
        };
        intake.page(&page, payload)?;
        if payload.body().is_empty() { Ok(()) } else { intake.take(1, &payload.target, &record) }
    };
    Store::open(data, Box::new(read)).expect("a store opens anywhere")
}

/// What the header of each response and revisit says of the protocol under HTTP.
fn protocols(packed: &[u8]) -> Vec<String> {
    let mut records = String::new();
    MultiGzDecoder::new(packed).read_to_string(&mut records).expect("the records are gzip and text");
    let heads = records.split("WARC/1.1\r\n").filter(|record| record.contains("msgtype=response"));
    let told = ["WARC-Protocol: ", "WARC-Cipher-Suite: "];
    let lines = |head: &str| -> Vec<String> {
        let fields = head.lines().take_while(|line| !line.is_empty());
        fields
            .filter_map(|line| told.iter().find_map(|name| line.strip_prefix(name)))
            .map(str::to_owned)
            .collect()
    };
    heads.map(|head| lines(head).join(" ")).collect()
}

#[test]
fn an_old_protocol_is_told_and_stays_told() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = open_for_articles(folder.path());
    let by = |protocol: &str, mut page: (Payload, Circumstances)| {
        page.1.protocol = Some(protocol.to_owned());
        page.1.cipher_suite = Some("TLS_RSA_WITH_AES_128_CBC_SHA".to_owned());
        page
    };
    store.put_pages(&[by("tls/1.0", answer(ONE, "", "200 OK\r\nETag: \"1\"", "one"))]).unwrap();
    store.put_pages(&[by("tls/1.1", answer(ONE, "", "304 Not Modified", ""))]).unwrap();
    store.put_pages(&[answer(ONE, "", "200 OK", "two")]).unwrap();
    store.put_pages(&[by("tls/1.2\r\nWARC-Type: forged", answer(ONE, "", "200 OK", "three"))]).unwrap();
    store.rebuild(&mut |_, _| {}).unwrap();
    drop(store);
    assert_eq!(verify(folder.path(), &mut |_, _| {}).unwrap().problems, []);

    let articles = Catalogue::open(folder.path()).unwrap().by_url(|_| Some(ONE.to_owned())).unwrap();
    assert_eq!(articles.len(), 1);
    let mut exported = Vec::new();
    export(folder.path(), &articles, "stories.warc.gz", &mut exported).unwrap();
    assert_eq!(
        protocols(&exported),
        [
            "tls/1.0 TLS_RSA_WITH_AES_128_CBC_SHA",
            "tls/1.1 TLS_RSA_WITH_AES_128_CBC_SHA",
            "",
            "tls/1.2  WARC-Type: forged TLS_RSA_WITH_AES_128_CBC_SHA"
        ]
    );
}
