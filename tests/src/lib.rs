//! What the workspace-wide tests share: a library in a temporary folder, records, and the way to the corpus.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use sinmun::{ImportSummary, Library, Options, Query};
use tempfile::TempDir;

/// A library that goes away with the test.
pub struct Shelf {
    /// The library.
    pub library: Library,
    folder: TempDir,
    files: std::cell::Cell<u32>,
}

impl Default for Shelf {
    fn default() -> Self {
        Self::with(Options::default())
    }
}

impl Shelf {
    /// A library with options.
    pub fn with(options: Options) -> Self {
        let folder = tempfile::tempdir().expect("the temporary folder can be written");
        let library =
            Library::open_with(folder.path().join("data"), options).expect("a library opens anywhere");
        Self { library, folder, files: std::cell::Cell::new(0) }
    }

    /// The folder of the test.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Writes a file beside the library.
    pub fn file(&self, bytes: &[u8]) -> PathBuf {
        self.files.set(self.files.get() + 1);
        let path = self.folder.path().join(format!("file-{}.jsonl", self.files.get()));
        std::fs::write(&path, bytes).expect("the temporary folder can be written");
        path
    }

    /// Imports records from a file of their own.
    pub fn import(&self, records: &[Value]) -> ImportSummary {
        let lines: String = records.iter().map(|record| format!("{record}\n")).collect();
        self.library.import(self.file(lines.as_bytes())).expect("an import works")
    }

    /// How many articles a query finds.
    pub fn total(&self, query: Query) -> u64 {
        self.library.search(&query).expect("the query is sound").total
    }
}

/// A record of an invented outlet.
pub fn record(title: &str, date: &str, body: &str) -> Value {
    json!({"outlet": "Sample Wire", "lang": "en", "date": date, "title": title, "body": body})
}

/// A query as typed.
pub fn query(text: &str) -> Query {
    Query::parse(text).expect("the query is sound")
}

/// A folder of the shared material; says on standard error where it is missing.
pub fn shared(name: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared").join(name);
    if path.is_dir() {
        return Some(path);
    }
    eprintln!("skipped: ../shared/{name} is missing");
    None
}

/// The JSON Lines files of a folder in the order of their names.
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    files.retain(|path| path.extension().is_some_and(|ending| ending == "jsonl"));
    files.sort();
    files
}

/// The records of a JSON Lines file.
pub fn records(path: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(path).expect("the file is there and is UTF-8");
    text.lines().map(|line| serde_json::from_str(line).expect("every line is JSON")).collect()
}

/// The README's programs, compiled and run as its readers would.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
pub struct Readme;
