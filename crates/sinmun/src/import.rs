mod pages;
mod saved;
mod verdict;
mod wacz;

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc::channel;

use sinmun_archive::{Counts, Payload, PayloadKind, Reread, Store, Stored};
use sinmun_article::Language;
use sinmun_sources::Sources;
use url::Url;

pub use pages::PageCounts;

use crate::error::{Error, ErrorKind};
use crate::parts::{Part, Parts};
use crate::reading::{Reading, reader};

/// What stands in for fields that files leave out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ImportOptions {
    /// The source of records that name no outlet: an id, name or alias.
    pub source: Option<String>,
    /// The language of records that name none.
    pub language: Option<Language>,
    /// Where a saved page is from that does not say so; for one file.
    pub url: Option<Url>,
}

/// What happens during an import, for whoever shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ImportEvent {
    /// Rules have changed: of what was read by others, so many captures of so many are read again.
    ReadAgain {
        /// Captures read so far.
        done: u64,
        /// Captures in all.
        total: u64,
    },
    /// So many bytes of so many are stored.
    Stored {
        /// Bytes read so far, over all files.
        done: u64,
        /// Bytes of all files.
        total: u64,
    },
    /// A line is no record.
    Rejected {
        /// The file.
        file: PathBuf,
        /// The line, counted from 1.
        line: u64,
        /// Why.
        reason: String,
    },
    /// A file cannot be read; the others go on.
    Unreadable {
        /// The file or folder.
        file: PathBuf,
        /// Why.
        reason: String,
    },
    /// A stretch of a WARC file is no record that can be taken in; the rest goes on.
    Damaged {
        /// The file.
        file: PathBuf,
        /// Where in it, or in the file inside that the reason names, in bytes.
        offset: u64,
        /// Where and why.
        reason: String,
    },
    /// So many texts of so many have been compared with those that are like them.
    Compared {
        /// Texts compared so far.
        done: u64,
        /// Texts in all.
        total: u64,
    },
    /// So many changes of so many are indexed.
    Indexed {
        /// Changes indexed so far.
        done: u64,
        /// Changes in all.
        total: u64,
    },
}

/// What an import did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ImportSummary {
    /// Files read.
    pub files: u64,
    /// Files and folders that could not be read.
    pub unreadable: u64,
    /// Files of which every byte was in the archive already.
    pub known_files: u64,
    /// What became of the records.
    pub counts: Counts,
    /// What became of the records of WARC and WACZ files.
    pub pages: PageCounts,
    /// What was read again first, where rules had changed.
    pub reread: Option<Reread>,
    /// Articles written to the index.
    pub indexed: u64,
}

/// Stores files in a data directory.
pub(crate) fn store(
    data: &Path,
    paths: &[PathBuf],
    options: &ImportOptions,
    sources: &Sources,
    on: &(dyn Fn(ImportEvent) + Sync),
) -> Result<ImportSummary, Error> {
    let source = match &options.source {
        Some(name) => Some(sources.resolve(name).ok_or_else(|| {
            Error::of(ErrorKind::BadRequest, format!("{name:?} cannot be the name of a source"))
        })?),
        None => None,
    };
    let mut summary = ImportSummary::default();
    let files = list(paths, &mut summary, on);
    if options.url.is_some() && files.len() != 1 {
        let message = format!("a URL is that of one page, and there are {} files", files.len());
        return Err(Error::of(ErrorKind::BadRequest, message));
    }
    let total = files.iter().filter_map(|file| std::fs::metadata(file).ok()).map(|found| found.len()).sum();
    let (sender, rejected) = channel();
    let mut store = Store::open(data, reader(sources.clone(), Some(sender)))?;
    // What a killed process left is read now; its lines are of files that are not at hand.
    rejected.try_iter().for_each(drop);
    let mut done = 0;
    for path in files {
        let file = match File::open(&path) {
            Ok(file) => file,
            Err(error) => {
                unreadable(&path, &error, &mut summary, on);
                continue;
            }
        };
        summary.files += 1;
        if pages::is_pages(&path) {
            let defaults = pages::Defaults { sources, source: source.as_ref(), language: options.language };
            let counts = (&mut summary.pages, &mut summary.counts);
            done += file.metadata().map_or(0, |found| found.len());
            match pages::store(&path, file, &mut store, &defaults, counts, on)? {
                Ok(any_taken) => summary.known_files += u64::from(!any_taken),
                Err(error) => {
                    summary.files -= 1;
                    unreadable(&path, &error, &mut summary, on);
                }
            }
            on(ImportEvent::Stored { done, total });
            continue;
        }
        if options.url.is_some() || saved::is_page(&path) {
            let defaults = saved::Defaults {
                sources,
                source: source.as_ref(),
                language: options.language,
                url: options.url.as_ref(),
            };
            done += file.metadata().map_or(0, |found| found.len());
            match saved::store(file, &mut store, &defaults, &mut summary.counts)? {
                Ok(true) => summary.pages.read += 1,
                Ok(false) => {
                    summary.pages.known += 1;
                    summary.known_files += 1;
                }
                Err(error) => {
                    summary.files -= 1;
                    unreadable(&path, &error, &mut summary, on);
                }
            }
            on(ImportEvent::Stored { done, total });
            continue;
        }
        let mut parts = Parts::of(file);
        let mut number = 0;
        let mut is_known = true;
        let mut origin = None;
        loop {
            let part = match parts.next_part() {
                Ok(Some(part)) => part,
                Ok(None) => break,
                Err(error) => {
                    unreadable(&path, &error, &mut summary, on);
                    break;
                }
            };
            number += 1;
            done += part.bytes.len() as u64;
            let reading = Reading::Jsonl {
                source: source.clone(),
                language: options.language,
                first_line: part.first_line,
                continues: part.continues,
            };
            let payload = payload(&path, number, part, &reading, &mut origin);
            match store.put(&payload)? {
                Stored::Known => {}
                Stored::Taken(counts) => {
                    is_known = false;
                    summary.counts.add(&counts);
                }
            }
            for (line, reason) in rejected.try_iter() {
                on(ImportEvent::Rejected { file: path.clone(), line, reason });
            }
            on(ImportEvent::Stored { done, total });
        }
        if is_known && number > 0 {
            summary.known_files += 1;
        }
        if number == 0 {
            summary.files -= 1;
            summary.unreadable += 1;
            on(ImportEvent::Unreadable { file: path.clone(), reason: "the file is empty".to_owned() });
        }
    }
    Ok(summary)
}

fn payload(path: &Path, number: u64, part: Part, reading: &Reading, origin: &mut Option<String>) -> Payload {
    let name = path.file_name().map_or_else(|| "file".into(), |name| name.to_string_lossy());
    let mut payload = Payload {
        kind: PayloadKind::File,
        target: format!("file:{}#part={number}", escape(&name)),
        origin: String::new(),
        reading: reading.print(),
        bytes: part.bytes,
    };
    // The parts of one file are known by the first of them, on every machine alike.
    payload.origin = origin.get_or_insert_with(|| payload.digest()[..32].to_owned()).clone();
    payload
}

/// A file's name as part of a URI (RFC 3986).
fn escape(name: &str) -> String {
    let mut escaped = String::new();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            escaped.push(byte as char);
        } else {
            escaped.push_str(&format!("%{byte:02X}"));
        }
    }
    escaped
}

/// The files that the paths name; of a folder, those that are JSON Lines, WARC, WACZ or HTML, in the order of their names.
fn list(paths: &[PathBuf], summary: &mut ImportSummary, on: &(dyn Fn(ImportEvent) + Sync)) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for path in paths {
        if !path.is_dir() {
            files.push(path.clone());
            continue;
        }
        match std::fs::read_dir(path) {
            Ok(entries) => {
                let mut found: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
                let is_wanted = |path: &PathBuf| {
                    let is_lines =
                        path.extension().is_some_and(|ending| ending == "jsonl" || ending == "ndjson");
                    is_lines || pages::is_named_so(path) || saved::is_named_so(path)
                };
                found.retain(is_wanted);
                found.sort();
                if found.is_empty() {
                    let reason =
                        "the folder holds no .jsonl, .warc, .warc.gz, .wacz or .html file".to_owned();
                    on(ImportEvent::Unreadable { file: path.clone(), reason });
                    summary.unreadable += 1;
                }
                files.extend(found);
            }
            Err(error) => unreadable(path, &error, summary, on),
        }
    }
    files
}

fn unreadable(
    path: &Path,
    error: &io::Error,
    summary: &mut ImportSummary,
    on: &(dyn Fn(ImportEvent) + Sync),
) {
    summary.unreadable += 1;
    on(ImportEvent::Unreadable { file: path.to_owned(), reason: error.to_string() });
}
