//! What a crawl leaves behind proves what came.

use std::fs::File;
use std::io::Read;
use std::path::PathBuf;

use flate2::read::MultiGzDecoder;
use sinmun_test_server::{Reply, Server};

use crate::desk::{Desk, list, story, wire};

fn crawled() -> Desk {
    let server = Server::start(|request, _| match request.target.as_str() {
        "/list" => Reply::page(list(&["one", "two", "three"], None)).with("Set-Cookie", "secret=1"),
        target => target.strip_prefix("/story/").map_or(Reply::status(404), |name| Reply::page(story(name))),
    });
    let desk = Desk::new();
    desk.define("sample-wire.toml", &wire(&["/list"]));
    let summary = desk.crawl(&server, &["sample-wire"]);
    assert_eq!(summary["new"], 3, "{summary}");
    desk
}

fn warc(desk: &Desk) -> PathBuf {
    let mut files: Vec<PathBuf> = std::fs::read_dir(desk.data().join("archive"))
        .expect("there is an archive")
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "gz"))
        .collect();
    assert_eq!(files.len(), 1);
    files.pop().expect("it was counted")
}

/// The header and the block of each record.
fn records(path: &PathBuf) -> Vec<(String, Vec<u8>)> {
    let mut bytes = Vec::new();
    let file = File::open(path).expect("the file is there");
    MultiGzDecoder::new(file).read_to_end(&mut bytes).expect("it is gzip");
    let mut records = Vec::new();
    let mut rest = bytes.as_slice();
    while !rest.is_empty() {
        let end = rest.windows(4).position(|window| window == b"\r\n\r\n").expect("a header ends");
        let head = String::from_utf8(rest[..end].to_vec()).expect("a header is text");
        assert!(head.starts_with("WARC/1.1\r\n"), "{head}");
        let length = head.lines().find_map(|line| line.strip_prefix("Content-Length: "));
        let length: usize = length.and_then(|length| length.parse().ok()).expect("a record has a length");
        let block = &rest[end + 4..][..length];
        records.push((head, block.to_vec()));
        rest = rest[end + 4 + length..].strip_prefix(b"\r\n\r\n").expect("a record ends so");
    }
    records
}

fn of_kind(records: &[(String, Vec<u8>)], kind: &str) -> usize {
    let line = format!("\r\nWARC-Type: {kind}\r\n");
    records.iter().filter(|(head, _)| head.contains(&line)).count()
}

#[test]
fn bodies_are_kept_as_they_came() {
    let desk = crawled();
    let all = records(&warc(&desk));
    assert_eq!(desk.assert_sound(), all.len() as u64);
    // robots.txt, the list, three stories.
    assert_eq!((of_kind(&all, "request"), of_kind(&all, "response"), of_kind(&all, "warcinfo")), (5, 5, 1));
    for name in ["one", "two", "three"] {
        let line = format!("WARC-Target-URI: http://wire.example/story/{name}\r\n");
        let is_it =
            |(head, _): &&(String, Vec<u8>)| head.contains(&line) && head.contains("msgtype=response");
        let (_, block) = all.iter().find(is_it).expect("the story is there");
        assert!(block.ends_with(format!("\r\n\r\n{}", story(name)).as_bytes()));
    }
    assert!(all.iter().all(|(_, block)| !block.windows(8).any(|window| window == b"secret=1")));
}

#[test]
fn a_changed_byte_is_found() {
    let desk = crawled();
    let path = warc(&desk);
    let bytes = std::fs::read(&path).unwrap();
    for place in [bytes.len() / 3, bytes.len() - 40] {
        let mut changed = bytes.clone();
        changed[place] ^= 1;
        std::fs::write(&path, &changed).unwrap();
        let answer = desk.run(&["archive", "verify", "--format", "json"]);
        assert_eq!(answer.code, Some(3), "byte {place}: {answer:?}");
        let found = answer.json();
        assert_eq!(found["sound"], false);
        let problems = found["problems"].as_array().unwrap();
        let file = path.file_name().unwrap().to_string_lossy();
        assert!(problems.iter().all(|problem| problem["file"] == *file), "{found}");
    }
    std::fs::write(&path, &bytes).unwrap();
    desk.assert_sound();
}

#[test]
fn a_changed_chain_and_a_missing_file_are_found() {
    let desk = crawled();
    let path = warc(&desk);
    let away = desk.beside("away.warc.gz");
    std::fs::rename(&path, &away).unwrap();
    let answer = desk.run(&["archive", "verify"]);
    assert_eq!(answer.code, Some(3), "{answer:?}");
    std::fs::rename(&away, &path).unwrap();
    let chain = desk.data().join("archive/chain.jsonl");
    let text = std::fs::read_to_string(&chain).unwrap();
    std::fs::write(&chain, text.replacen("\"size\":", "\"size\":1", 1)).unwrap();
    let answer = desk.run(&["archive", "verify"]);
    assert_eq!(answer.code, Some(3), "{answer:?}");
}

#[test]
fn what_a_query_finds_is_exported() {
    let desk = crawled();
    let path = desk.beside("x.warc.gz");
    let output = path.to_str().unwrap();
    let answer = desk.run(&["archive", "export", "farm two", "--format", "warc", "--output", output]);
    assert_eq!(answer.code, Some(0), "{answer:?}");
    let exported = records(&path);
    assert_eq!(of_kind(&exported, "response"), 1);
    assert_eq!(of_kind(&exported, "request"), 1);
    let (_, block) = exported.iter().find(|(head, _)| head.contains("msgtype=response")).unwrap();
    assert!(block.ends_with(story("two").as_bytes()));
    // A copy of the very record.
    let own = records(&warc(&desk));
    assert!(exported.iter().filter(|(head, _)| !head.contains("warcinfo")).all(|one| own.contains(one)));

    let nothing = desk.beside("nothing.warc.gz");
    let answer = desk.run(&["archive", "export", "absent", "--output", nothing.to_str().unwrap()]);
    assert_eq!(answer.code, Some(1), "{answer:?}");
}

#[test]
fn a_rebuilt_catalogue_is_the_same() {
    let desk = crawled();
    let dump = || {
        let library = sinmun::Library::open(desk.data()).expect("the library opens");
        library.dump().expect("the catalogue can be read")
    };
    let before = dump();
    let answer = desk.run(&["rebuild"]);
    assert_eq!(answer.code, Some(0), "{answer:?}");
    assert_eq!(dump(), before);
}
