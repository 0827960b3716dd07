use serde::{Deserialize, Serialize};

/// The number of a capture in the catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct CaptureId(pub u64);

/// What came in once, at one time, from one site or file: one WARC record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Capture {
    /// Its number in the catalogue.
    pub id: CaptureId,
    /// The WARC file that holds the record, relative to `archive/`.
    pub file: String,
    /// Where the record's gzip member begins in it, in bytes.
    pub offset: u64,
    /// How long the member is, in bytes.
    pub length: u64,
    /// The record's target: a page's URL, or an imported file's name and part.
    pub target: String,
    /// When it came in: RFC 3339, UTC, to the microsecond.
    pub time: String,
    /// SHA-256 of the payload, in hexadecimal.
    pub digest: String,
}

/// One text of an article: what it said from one capture on until the next revision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    /// 1 for the first.
    pub number: u32,
    /// The capture in which this text was first seen.
    pub capture: CaptureId,
    /// When that capture was made: RFC 3339, UTC.
    pub seen: String,
    /// The title of this revision.
    pub title: String,
    /// The body, paragraphs joined by a blank line; empty for a headline.
    pub body: String,
}
