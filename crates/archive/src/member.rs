//! Records as they are written: each is one gzip member, so that any of them can be read by its place alone.

use std::io::{self, Write};

use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};

use crate::payload::{Payload, PayloadKind};
use crate::warc::{ORIGIN, READING, STORED, hexadecimal};

/// What is written beside a page: all that the page itself does not say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Circumstances {
    /// When the request was made: RFC 3339, UTC, to the microsecond.
    pub date: String,
    /// The request as it was sent, head and body; empty where none could be sent.
    pub request: Vec<u8>,
    /// The address that answered.
    pub address: Option<String>,
    /// Why the body is not whole, as the value of `WARC-Truncated`: `length`, `time` or `disconnect`.
    pub truncated: Option<String>,
    /// The protocol under HTTP, where it has to be known to trust the capture, as the value of `WARC-Protocol`: `tls/1.0`.
    pub protocol: Option<String>,
    /// Its ciphers by their registered name, as the value of `WARC-Cipher-Suite`.
    pub cipher_suite: Option<String>,
    /// The number of the page that was asked for, where it is one of the frontier's: several may have one URL, by POST or
    /// in several sources, and a body is a page's own to repeat. It is not written.
    pub page: Option<i64>,
    /// Whose capture it is, where another program made it.
    pub provenance: Option<Provenance>,
    /// The capture whose body it repeats, where another program has told so.
    pub repeats: Option<Earlier>,
}

/// Where a capture comes from that another program made.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Provenance {
    /// The name of the file; of an archive of files, with the name inside.
    pub file: String,
    /// SHA-256 of the file, in hexadecimal.
    pub sha256: String,
    /// The fields that the record's header had there, in their order.
    pub fields: Vec<(String, String)>,
}

impl Circumstances {
    /// The time of a request, as records have it.
    pub fn print_date(time: std::time::SystemTime) -> String {
        let time = jiff::Timestamp::try_from(time).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
        format!("{time:.6}")
    }
}

/// An earlier capture whose body a page repeats.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Earlier {
    /// Its URL.
    pub target: String,
    /// Its `WARC-Date`.
    pub date: String,
    /// SHA-256 of its body, in hexadecimal.
    pub digest: String,
}

/// One line of a header: no control characters, so that no value can forge another field.
fn one_line(value: &str) -> String {
    value.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
}

/// One gzip member with a `warcinfo` record that says who wrote the file.
pub(crate) fn encode_info(time: &str, name: &str) -> io::Result<Vec<u8>> {
    let body = format!(
        "software: Sinmun {}\r\nformat: WARC File Format 1.1\r\nconformsTo: \
         http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/\r\n\
         http-header-user-agent: Sinmun\r\ndescription: Bodies are as the servers sent them, with the transfer coding \
         (Transfer-Encoding) taken off and the content coding (Content-Encoding) left. Names of header fields are in \
         small letters. Fields that carry credentials or cookies keep their place; their value is left out.\r\n",
        env!("CARGO_PKG_VERSION")
    );
    let head = format!(
        "WARC/1.1\r\nWARC-Type: warcinfo\r\nWARC-Record-ID: <{}>\r\nWARC-Date: {time}\r\nWARC-Filename: {name}\r\n\
         Content-Type: application/warc-fields\r\nContent-Length: {}\r\n\r\n",
        record_id(&format!("{name}\n{time}")),
        body.len()
    );
    member(head.as_bytes(), body.as_bytes())
}

/// One gzip member with a `resource` record.
pub(crate) fn encode_file(payload: &Payload, time: &str, digest: &str) -> io::Result<Vec<u8>> {
    let head = format!(
        "WARC/1.1\r\nWARC-Type: resource\r\nWARC-Record-ID: <{}>\r\nWARC-Date: {time}\r\nWARC-Target-URI: {}\r\n\
         WARC-Block-Digest: sha256:{digest}\r\nWARC-Payload-Digest: sha256:{digest}\r\n{ORIGIN}: {}\r\n\
         {READING}: {}\r\nContent-Type: application/octet-stream\r\nContent-Length: {}\r\n\r\n",
        record_id(&format!("{}\n{time}\n{digest}", payload.target)),
        one_line(&payload.target),
        one_line(&payload.origin),
        one_line(&payload.reading),
        payload.bytes.len()
    );
    member(head.as_bytes(), &payload.bytes)
}

/// A UUID made from what tells the record apart (RFC 9562, version 8).
fn record_id(of: &str) -> String {
    let mut bytes = Sha256::digest(of.as_bytes());
    bytes[6] = bytes[6] & 0x0f | 0x80;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex = hexadecimal(&bytes[..16]);
    format!("urn:uuid:{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}

fn member(head: &[u8], body: &[u8]) -> io::Result<Vec<u8>> {
    // docs/decisions/0008-compression-of-the-archive.md has the figures.
    let mut encoder = GzEncoder::new(Vec::with_capacity(body.len() / 3 + 512), Compression::new(3));
    encoder.write_all(head)?;
    encoder.write_all(body)?;
    encoder.write_all(b"\r\n\r\n")?;
    encoder.finish()
}

/// Two gzip members, a request and its response; with `earlier`, what came is told as a revisit of it.
///
/// Returns the bytes, and where in them the second member begins.
pub(crate) fn encode_page(
    payload: &Payload,
    circumstances: &Circumstances,
    stored: &str,
    digest: &str,
    earlier: Option<&Earlier>,
) -> io::Result<(Vec<u8>, usize)> {
    let Circumstances { date, request, .. } = circumstances;
    let (target, id) = (one_line(&payload.target), page_id(&payload.target, date, digest));
    let request_id = record_id(&format!("request\n{target}\n{date}"));
    let mut members = Vec::new();
    if !request.is_empty() {
        let head = format!(
            "WARC/1.1\r\nWARC-Type: request\r\nWARC-Record-ID: <{request_id}>\r\nWARC-Date: {date}\r\nWARC-Target-URI: {target}\r\n\
             WARC-Block-Digest: sha256:{}\r\n\
             Content-Type: application/http; msgtype=request\r\nContent-Length: {}\r\n\r\n",
            hexadecimal(&Sha256::digest(request)),
            request.len()
        );
        members = member(head.as_bytes(), request)?;
    }
    let is_revisit = earlier.is_some() || payload.kind == PayloadKind::Revisit;
    let block = match earlier {
        Some(_) if circumstances.provenance.is_none() => payload.head(),
        _ => &payload.bytes,
    };
    let mut head = format!(
        "WARC/1.1\r\nWARC-Type: {}\r\nWARC-Record-ID: <{id}>\r\nWARC-Date: {date}\r\nWARC-Target-URI: {target}\r\n",
        if is_revisit { "revisit" } else { "response" }
    );
    if !request.is_empty() {
        // pywb and cdxj-indexer look for it in the later record of the two.
        head += &format!("WARC-Concurrent-To: <{request_id}>\r\n");
    }
    if is_revisit {
        let profile =
            if payload.status() == Some(304) { "server-not-modified" } else { "identical-payload-digest" };
        head += &format!("WARC-Profile: http://netpreserve.org/warc/1.1/revisit/{profile}\r\n");
    }
    if let Some(earlier) = earlier {
        head += &format!(
            "WARC-Refers-To: <{}>\r\nWARC-Refers-To-Target-URI: {}\r\nWARC-Refers-To-Date: {}\r\n",
            page_id(&earlier.target, &earlier.date, &earlier.digest),
            one_line(&earlier.target),
            earlier.date
        );
    }
    if let Some(address) = &circumstances.address {
        head += &format!("WARC-IP-Address: {}\r\n", one_line(address));
    }
    if let Some(truncated) = &circumstances.truncated {
        head += &format!("WARC-Truncated: {}\r\n", one_line(truncated));
    }
    // Proposed for WARC and written by many: iipc/warc-specifications, issues 42 and 86.
    if let Some(protocol) = &circumstances.protocol {
        head += &format!("WARC-Protocol: {}\r\n", one_line(protocol));
    }
    if let Some(suite) = &circumstances.cipher_suite {
        head += &format!("WARC-Cipher-Suite: {}\r\n", one_line(suite));
    }
    if let Some(provenance) = &circumstances.provenance {
        head += &theirs(provenance);
    }
    head += &format!(
        "WARC-Block-Digest: sha256:{}\r\nWARC-Payload-Digest: sha256:{digest}\r\n{}\
         Content-Type: application/http; msgtype=response\r\nContent-Length: {}\r\n\r\n",
        hexadecimal(&Sha256::digest(block)),
        ours(payload, stored),
        block.len()
    );
    let second = members.len();
    members.extend(member(head.as_bytes(), block)?);
    Ok((members, second))
}

/// One gzip member with a `metadata` record: a request that got no answer.
pub(crate) fn encode_failure(
    payload: &Payload,
    date: &str,
    stored: &str,
    digest: &str,
) -> io::Result<Vec<u8>> {
    let target = one_line(&payload.target);
    let head = format!(
        "WARC/1.1\r\nWARC-Type: metadata\r\nWARC-Record-ID: <{}>\r\nWARC-Date: {date}\r\nWARC-Target-URI: {target}\r\n\
         WARC-Block-Digest: sha256:{digest}\r\nWARC-Payload-Digest: sha256:{digest}\r\n{}\
         Content-Type: text/plain; charset=utf-8\r\nContent-Length: {}\r\n\r\n",
        record_id(&format!("failure\n{target}\n{date}")),
        ours(payload, stored),
        payload.bytes.len()
    );
    member(head.as_bytes(), &payload.bytes)
}

/// The fields that say where a capture of others is from; theirs stand under names of their own.
fn theirs(provenance: &Provenance) -> String {
    let mut lines = format!(
        "Sinmun-From: {}\r\nSinmun-From-SHA256: {}\r\n",
        one_line(&provenance.file),
        provenance.sha256
    );
    for (name, value) in &provenance.fields {
        let is_name = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        // A name of other letters goes into the value, and so can forge nothing.
        lines += &match is_name {
            true => format!("Sinmun-Theirs-{name}: {}\r\n", one_line(value)),
            false => format!("Sinmun-Theirs: {}: {}\r\n", one_line(name), one_line(value)),
        };
    }
    lines
}

/// The id of a page's record, which a later revisit can make again.
fn page_id(target: &str, date: &str, digest: &str) -> String {
    record_id(&format!("{target}\n{date}\n{digest}"))
}

/// The fields that only we read.
fn ours(payload: &Payload, stored: &str) -> String {
    format!(
        "{STORED}: {stored}\r\n{ORIGIN}: {}\r\n{READING}: {}\r\n",
        one_line(&payload.origin),
        one_line(&payload.reading)
    )
}
