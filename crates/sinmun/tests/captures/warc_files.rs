//! WARC and WACZ files in the shapes in which other programs write them.

use std::io::Write;
use std::path::Path;

use sinmun::ImportOptions;

use crate::shelf::{HTTP, ONE, Shelf, answer, pack, packed, page, record};

fn wacz(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in files {
        let options = zip::write::SimpleFileOptions::default();
        zip.start_file(*name, options).and_then(|()| Ok(zip.write_all(bytes)?)).expect("memory takes it");
    }
    zip.finish().expect("memory takes it").into_inner()
}

#[test]
fn as_wget_writes_them() {
    let shelf = Shelf::new();
    let date = "2019-03-01T10:00:00Z";
    let url = format!("<{ONE}>");
    let request = b"GET /story/1 HTTP/1.1\r\nHost: wire.example\r\n\r\n";
    let picture = b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\n\x89PNG";
    let records = [
        record(
            "1.0",
            "warcinfo",
            "0",
            "",
            date,
            "Content-Type: application/warc-fields\r\n",
            b"software: Wget\r\n",
        ),
        record(
            "1.0",
            "request",
            "1",
            &url,
            date,
            "Content-Type: application/http;msgtype=request\r\n",
            request,
        ),
        record(
            "1.0",
            "response",
            "2",
            &url,
            date,
            &format!("WARC-Concurrent-To: <urn:uuid:1>\r\n{HTTP}"),
            &page("A launch", "It flew."),
        ),
        answer("http://wire.example/", date, &page("Home", "Links.")),
        answer("http://wire.example/a.png", date, picture),
        answer("http://other.example/", date, &page("Other", "Other.")),
        record(
            "1.0",
            "metadata",
            "3",
            "<metadata://gnu.org/software/wget/warc/MANIFEST.txt>",
            date,
            "",
            b"2",
        ),
    ];
    let file = packed(&records);
    let summary = shelf.import("site.warc.gz", &file);
    let pages = &summary.pages;
    assert_eq!((pages.read, pages.no_article, pages.other, pages.known), (1, 1, 2, 0), "{pages:?}");
    assert_eq!(pages.not_read.values().sum::<u64>(), 2, "{pages:?}");
    assert_eq!((summary.counts.new, summary.indexed), (1, 1));
    let shown = shelf.show(ONE);
    assert_eq!((shown.article.title.as_str(), shown.article.body.as_str()), ("A launch", "It flew."));
    assert_eq!(shown.article.first_seen, "2019-03-01T10:00:00.000000Z");
    assert_eq!(shown.article.last_seen, shown.article.first_seen);
    let known = shelf.library.pages(ONE).unwrap().remove(0);
    assert_eq!(known.seen.as_deref(), Some("2019-03-01T10:00:00.000000Z"));

    let before = shelf.library.dump().unwrap();
    let again = shelf.import("renamed.warc.gz", &file);
    assert_eq!((again.pages.read, again.pages.other, again.pages.known), (0, 0, 6), "{:?}", again.pages);
    let again = shelf.import("site.warc.gz", &file);
    assert_eq!((again.pages.read, again.pages.other, again.known_files), (0, 0, 1), "{:?}", again.pages);
    assert_eq!(shelf.library.dump().unwrap(), before, "nothing has changed");
    shelf.holds();
    let archive = std::fs::read_dir(shelf.library.path().join("archive")).unwrap().flatten();
    let warc =
        archive.map(|entry| entry.path()).find(|path| path.to_string_lossy().ends_with(".warc.gz")).unwrap();
    let mut text = Vec::new();
    let bytes = std::fs::read(warc).unwrap();
    std::io::Read::read_to_end(&mut flate2::read::MultiGzDecoder::new(bytes.as_slice()), &mut text).unwrap();
    let text = String::from_utf8_lossy(&text);
    for line in [
        "WARC-Date: 2019-03-01T10:00:00Z",
        "Sinmun-From: site.warc.gz",
        "Sinmun-Theirs-WARC-Record-ID: <urn:uuid:2>",
        "GET /story/1",
    ] {
        assert!(text.contains(line), "{line}");
    }
}

#[test]
fn as_browsertrix_writes_them() {
    let shelf = Shelf::new();
    let (first, second) = ("2024-01-02T03:04:05.678Z", "2024-02-02T03:04:05.678Z");
    let html = "<h1>A launch</h1><i class=date>2024-01-02</i><p>It flew.";
    let (one, other) = html.split_at(20);
    let chunked = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n{:x}\r\n{one}\r\n{:x}\r\n{other}\r\n0\r\n\r\n",
        one.len(),
        other.len()
    );
    let refers = format!(
        "WARC-Refers-To-Target-URI: {ONE}\r\nWARC-Refers-To-Date: {first}\r\n\
         WARC-Profile: http://netpreserve.org/warc/1.1/revisit/identical-payload-digest\r\n{HTTP}"
    );
    let head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n";
    let records = [
        record("1.1", "response", "1", ONE, first, HTTP, chunked.as_bytes()),
        record(
            "1.1",
            "request",
            "2",
            ONE,
            first,
            "WARC-Concurrent-To: <urn:uuid:1>\r\n",
            b"GET /story/1 HTTP/1.1\r\n\r\n",
        ),
        record("1.1", "revisit", "3", ONE, second, &refers, head),
        record("1.1", "revisit", "4", "http://wire.example/story/2", second, &refers, head),
        record("1.1", "revisit", "5", ONE, second, &refers.replace("story/1", "story/9"), head),
        record(
            "1.1",
            "resource",
            "6",
            "urn:pageinfo:http://wire.example/story/1",
            second,
            "Content-Type: application/json\r\n",
            b"{}",
        ),
    ];
    let archive = packed(&records);
    let files: [(&str, &[u8]); 4] = [
        ("datapackage.json", b"{}"),
        ("archive/rec-0.warc.gz", &archive),
        ("../../escape.warc.gz", &archive),
        ("archive/../../../escape.txt", b"x"),
    ];
    let summary = shelf.import("site.wacz", &wacz(&files));
    let pages = &summary.pages;
    assert_eq!((pages.read, pages.other), (2, 2), "{pages:?}");
    assert_eq!(pages.not_read.keys().collect::<Vec<_>>(), ["a revisit of another page"], "{pages:?}");
    assert_eq!(pages.known, 1, "one revisit of a URL and a date: {pages:?}");
    let shown = shelf.show(ONE);
    assert_eq!((shown.article.body.as_str(), shown.revisions.len()), ("It flew.", 1));
    assert_eq!(shown.article.first_seen, "2024-01-02T03:04:05.678000Z");
    assert_eq!(shown.article.last_seen, "2024-02-02T03:04:05.678000Z");
    shelf.holds();
    let mut names: Vec<_> =
        std::fs::read_dir(shelf.folder.path()).unwrap().flatten().map(|entry| entry.file_name()).collect();
    names.sort();
    assert_eq!(names, ["data", "site.wacz"], "nothing is written beside the data directory");
}

#[test]
fn as_common_crawl_writes_them_and_in_any_order() {
    let texts = [
        ("2019-03-01T10:00:00Z", "A launch", "It flew."),
        ("2020-03-01T10:00:00Z", "A launch, corrected", "It flew high."),
        ("2021-03-01T10:00:00Z", "A launch", "It fell."),
        ("2022-03-01T10:00:00Z", "A launch", "It fell."),
    ];
    for order in [[0, 1, 2, 3], [3, 2, 1, 0], [2, 0, 3, 1]] {
        let shelf = Shelf::new();
        for place in order {
            let (date, title, text) = texts[place];
            let name = format!("CC-NEWS-{place}.warc.gz");
            shelf.import(&name, &packed(&[answer(ONE, date, &page(title, text))]));
        }
        let shown = shelf.show(ONE);
        assert_eq!(shown.article.body, "It fell.", "{order:?}");
        assert_eq!(&shown.article.first_seen[..4], "2019");
        assert_eq!(&shown.article.last_seen[..4], "2022");
        let told: Vec<(&str, &str)> =
            shown.revisions.iter().map(|revision| (&revision.seen[..4], revision.body.as_str())).collect();
        assert_eq!(
            told,
            [("2019", "It flew."), ("2020", "It flew high."), ("2021", "It fell.")],
            "{order:?}"
        );
        shelf.holds();
    }
}

#[test]
fn a_text_that_came_back_is_told_twice() {
    let shelf = Shelf::new();
    for (date, text) in [("2019", "It flew."), ("2022", "It flew."), ("2020", "It fell.")] {
        let date = format!("{date}-03-01T10:00:00Z");
        shelf.import(&format!("{date}.warc"), &answer(ONE, &date, &page("A launch", text)));
    }
    let shown = shelf.show(ONE);
    let told: Vec<(&str, &str)> =
        shown.revisions.iter().map(|revision| (&revision.seen[..4], revision.body.as_str())).collect();
    assert_eq!(told, [("2019", "It flew."), ("2020", "It fell."), ("2022", "It flew.")]);
    shelf.holds();
}

#[test]
fn what_is_gone_is_missed_since_its_date() {
    let shelf = Shelf::new();
    let gone = b"HTTP/1.1 404 Not Found\r\n\r\n";
    shelf.import("a.warc", &answer(ONE, "2021-03-01T10:00:00Z", gone));
    shelf.import("b.warc", &answer(ONE, "2019-03-01T10:00:00Z", &page("A launch", "It flew.")));
    shelf.import("c.warc", &answer(ONE, "2020-03-01T10:00:00Z", gone));
    let known = shelf.library.pages(ONE).unwrap().remove(0);
    assert_eq!(known.seen.as_deref(), Some("2019-03-01T10:00:00.000000Z"));
    assert_eq!(known.missed.as_deref(), Some("2020-03-01T10:00:00.000000Z"));
    assert_eq!(known.status, Some(404));
    shelf.holds();
}

#[test]
fn a_source_can_be_named_for_sites_that_nobody_knows() {
    let shelf = Shelf::new();
    let url = "http://other.example/x";
    let file = answer(url, "2019-03-01T10:00:00Z", &page("Elsewhere", "It flew."));
    let options = ImportOptions {
        source: Some("Other Wire".to_owned()),
        language: Some("en".parse().unwrap()),
        ..ImportOptions::default()
    };
    let paths = [shelf.file("a.warc", &file)];
    let summary = shelf.library.import_with(&paths, &options, &|_| {}).unwrap();
    assert_eq!((summary.pages.read, summary.counts.new), (1, 1), "{summary:?}");
    let shown = shelf.show(url);
    assert_eq!((shown.article.source.as_str(), shown.article.language.code()), ("other-wire", "en"));
    shelf.holds();
}

#[track_caller]
fn damaged(name: &str, bytes: &[u8], read: u64, expected: &str) {
    let shelf = Shelf::new();
    let (summary, said) = shelf.damages(name, bytes);
    assert_eq!(summary.pages.read, read, "{summary:?}");
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(said[0].contains(expected), "{said:?}");
    assert_eq!(summary.unreadable + summary.pages.rejected.values().sum::<u64>(), 1);
    let beside = std::fs::read_dir(shelf.folder.path()).expect("the folder is there").count();
    assert_eq!(beside, 2, "the data directory and the file");
}

#[test]
fn bad_files_are_told_in_one_message() {
    let good = answer(ONE, "2019-03-01T10:00:00Z", &page("A launch", "It flew."));
    let other = answer("http://wire.example/story/2", "2019-03-01T10:00:00Z", &page("Two", "It fell."));
    let two = packed(&[good.clone(), other]);
    damaged("a.warc.gz", &two[..two.len() - 20], 1, "breaks off");
    damaged("a.warc.gz", b"garbage", 0, "byte 0: no record");
    damaged("a.warc.gz", b"", 0, "empty");
    damaged("a.wacz", b"garbage", 0, "no WACZ");
    damaged("a.wacz", &wacz(&[("pages/pages.jsonl", b"{}")]), 0, "no WARC file in its folder");
    damaged("a.wacz", &wacz(&[("../archive/a.warc.gz", &two)]), 0, "no WARC file in its folder");
    let bomb = vec![0; 64 << 20];
    let files: [(&str, &[u8]); 2] = [("archive/a.warc", &bomb), ("archive/b.warc.gz", &pack(&good))];
    damaged("a.wacz", &wacz(&files), 1, "archive/a.warc, byte 0");
    let huge = b"WARC/1.0\r\nContent-Length: 70000000\r\n\r\n".to_vec();
    let huge = [pack(&[huge, vec![0; 70_000_000]].concat()), pack(&good)].concat();
    damaged("a.warc.gz", &huge, 1, "byte 0: the record unpacks to far more");
    let header = [b"WARC/1.0\r\nX: ".to_vec(), vec![b'x'; 1 << 20]].concat();
    damaged("a.warc.gz", &[pack(&header), pack(&good)].concat(), 1, "header has more than");
}

#[test]
fn a_folder_gives_what_it_has() {
    let shelf = Shelf::new();
    let folder = shelf.folder.path().join("folder");
    std::fs::create_dir(&folder).unwrap();
    let write = |name: &str, bytes: &[u8]| std::fs::write(Path::new(&folder).join(name), bytes).unwrap();
    write("a.WARC", &answer(ONE, "2019-03-01T10:00:00Z", &page("A launch", "It flew.")));
    write("b.jsonl", br#"{"outlet": "Sample Wire", "title": "Two"}"#);
    write("c.txt", b"nothing");
    let summary = shelf.library.import(&folder).unwrap();
    assert_eq!((summary.files, summary.pages.read, summary.counts.new), (2, 1, 2), "{summary:?}");
    shelf.holds();
}
