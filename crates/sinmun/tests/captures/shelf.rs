//! A library with an invented outlet, and WARC files for it.

use std::io::Write;
use std::path::PathBuf;
use std::sync::Mutex;

use flate2::Compression;
use flate2::write::GzEncoder;
use sinmun::{ImportEvent, ImportOptions, ImportSummary, Library};
use tempfile::TempDir;

pub const WIRE: &str = r#"
id = "sample-wire"
name = "Sample Wire"
hosts = ["wire.example"]
languages = ["en"]
articles = '^/story/'
[[selectors]]
title = "h1"
date = ".date"
body = "p"
"#;

pub struct Shelf {
    pub folder: TempDir,
    pub library: Library,
}

impl Shelf {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().expect("the temporary folder can be written");
        let library = Self::open_with(&folder, WIRE);
        Self { folder, library }
    }

    /// The same data directory, opened by a program that has other rules for the outlet.
    pub fn with_rules(self, wire: &str) -> Self {
        let library = Self::open_with(&self.folder, wire);
        Self { library, ..self }
    }

    fn open_with(folder: &TempDir, wire: &str) -> Library {
        let sources = folder.path().join("data/sources");
        std::fs::create_dir_all(&sources).expect("the temporary folder can be written");
        std::fs::write(sources.join("sample-wire.toml"), wire).expect("the temporary folder can be written");
        Library::open(folder.path().join("data")).expect("a library opens anywhere")
    }

    pub fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, bytes).expect("the temporary folder can be written");
        path
    }

    pub fn import(&self, name: &str, bytes: &[u8]) -> ImportSummary {
        self.library.import(self.file(name, bytes)).expect("an import works")
    }

    /// Imports, and what was said of damages.
    pub fn damages(&self, name: &str, bytes: &[u8]) -> (ImportSummary, Vec<String>) {
        let said = Mutex::new(Vec::new());
        let hear = |event| {
            if let ImportEvent::Damaged { reason, .. } | ImportEvent::Unreadable { reason, .. } = event {
                said.lock().expect("nobody panics").push(reason);
            }
        };
        let paths = [self.file(name, bytes)];
        let summary = self.library.import_with(&paths, &ImportOptions::default(), &hear);
        (summary.expect("an import works"), said.into_inner().expect("nobody panics"))
    }

    /// The catalogue made again is the same, and the archive is sound.
    #[track_caller]
    pub fn holds(&self) {
        let before = self.library.dump().expect("there is a catalogue");
        self.library.rebuild(&mut |_, _| {}).expect("the archive can be read");
        assert_eq!(self.library.dump().expect("there is a catalogue"), before);
        assert_eq!(self.library.verify(&mut |_, _| {}).expect("there is an archive").problems, []);
    }

    pub fn show(&self, url: &str) -> sinmun::Shown {
        let mut shown = self.library.show(url).expect("there is a catalogue");
        assert_eq!(shown.len(), 1, "{url}");
        shown.remove(0)
    }
}

pub fn record(
    version: &str,
    kind: &str,
    id: &str,
    url: &str,
    date: &str,
    more: &str,
    block: &[u8],
) -> Vec<u8> {
    let head = format!(
        "WARC/{version}\r\nWARC-Type: {kind}\r\nWARC-Record-ID: <urn:uuid:{id}>\r\nWARC-Target-URI: {url}\r\n\
         WARC-Date: {date}\r\n{more}Content-Length: {}\r\n\r\n",
        block.len()
    );
    [head.as_bytes(), block, b"\r\n\r\n"].concat()
}

pub const HTTP: &str = "Content-Type: application/http; msgtype=response\r\n";
pub const ONE: &str = "http://wire.example/story/1";

pub fn page(title: &str, text: &str) -> Vec<u8> {
    let html = format!("<h1>{title}</h1><i class=date>2019-02-28</i><p>{text}</p>");
    format!("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n{html}").into_bytes()
}

pub fn answer(url: &str, date: &str, block: &[u8]) -> Vec<u8> {
    record("1.0", "response", &format!("{date}{}", url.len()), url, date, HTTP, block)
}

pub fn pack(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).and_then(|()| encoder.finish()).expect("memory takes it")
}

pub fn packed(records: &[Vec<u8>]) -> Vec<u8> {
    records.iter().flat_map(|record| pack(record)).collect()
}
