use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::Path;

use flate2::Compression;
use flate2::bufread::GzDecoder;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};

use crate::{Error, ErrorKind};

/// What came in, before it has a place in the archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payload {
    /// The record's target: a `file:` name with its part, or a URL.
    pub target: String,
    /// What groups captures that came in together: the parts of one file.
    pub origin: String,
    /// How the capture is to be read, for the reader of captures; one line.
    pub reading: String,
    /// The bytes as they came.
    pub bytes: Vec<u8>,
}

impl Payload {
    /// SHA-256 of the bytes, in hexadecimal.
    pub fn digest(&self) -> String {
        hexadecimal(&Sha256::digest(&self.bytes))
    }
}

/// A record as it stands in a WARC file.
#[derive(Debug)]
pub(crate) struct Record {
    pub(crate) offset: u64,
    pub(crate) length: u64,
    pub(crate) kind: String,
    pub(crate) time: String,
    pub(crate) digest: String,
    pub(crate) payload: Payload,
}

/// Why reading stopped before the end of the file.
#[derive(Debug)]
pub(crate) enum Stop {
    /// The bytes from here on are no whole record.
    Torn(u64),
    /// The file cannot be read.
    Io(io::Error),
}

/// The largest record that is read into memory, in bytes: 1 GiB.
const LARGEST_RECORD: u64 = 1 << 30;

const ORIGIN: &str = "Sinmun-Origin";
const READING: &str = "Sinmun-Reading";

pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// One line of a header: no control characters, so that no value can forge another field.
fn one_line(value: &str) -> String {
    value.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
}

/// One gzip member with a `warcinfo` record that says who wrote the file.
pub(crate) fn encode_info(time: &str, name: &str) -> io::Result<Vec<u8>> {
    let body = format!(
        "software: Sinmun {}\r\nformat: WARC File Format 1.1\r\nconformsTo: \
         http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/\r\n",
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
pub(crate) fn encode_resource(payload: &Payload, time: &str, digest: &str) -> io::Result<Vec<u8>> {
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
    // Level 1 writes two and a half times as fast as 6; the articles of a day are small either way.
    let mut encoder = GzEncoder::new(Vec::with_capacity(body.len() / 3 + 512), Compression::fast());
    encoder.write_all(head)?;
    encoder.write_all(body)?;
    encoder.write_all(b"\r\n\r\n")?;
    encoder.finish()
}

/// Calls `each` for every whole record from `offset` on; returns where the last one ended.
///
/// # Errors
///
/// What `each` returns, as the inner result, ends the reading.
pub(crate) fn read_records<E>(
    path: &Path,
    offset: u64,
    mut each: impl FnMut(Record) -> Result<(), E>,
) -> Result<Result<u64, E>, Stop> {
    let mut file = File::open(path).map_err(Stop::Io)?;
    file.seek(SeekFrom::Start(offset)).map_err(Stop::Io)?;
    let mut reader = Counting { inner: BufReader::with_capacity(1 << 16, file), count: offset };
    loop {
        let start = reader.count;
        if reader.fill_buf().map_err(Stop::Io)?.is_empty() {
            return Ok(Ok(start));
        }
        let mut block = Vec::new();
        let decoded = GzDecoder::new(&mut reader).take(LARGEST_RECORD).read_to_end(&mut block);
        let record = decoded.ok().and_then(|_| parse(&block, start, reader.count - start));
        match record {
            Some(record) => {
                if let Err(error) = each(record) {
                    return Ok(Err(error));
                }
            }
            None => return Err(Stop::Torn(start)),
        }
    }
}

/// The payload of the record at a place.
///
/// # Errors
///
/// The file cannot be read, or holds no sound record there.
pub(crate) fn read_at(path: &Path, offset: u64) -> Result<Record, Error> {
    let mut found = None;
    let result = read_records(path, offset, |record| {
        found = Some(record);
        Err(())
    });
    match (found, result) {
        (Some(record), _) => Ok(record),
        (None, Err(Stop::Io(error))) => Err(Error::io("read", path, &error)),
        (None, _) => Err(Error::of(
            ErrorKind::ArchiveDamaged,
            format!("{}: no sound WARC record at byte {offset}", path.display()),
        )),
    }
}

fn parse(block: &[u8], offset: u64, length: u64) -> Option<Record> {
    let end = block.windows(4).position(|window| window == b"\r\n\r\n")?;
    let head = std::str::from_utf8(&block[..end]).ok()?;
    let mut lines = head.split("\r\n");
    if !lines.next()?.starts_with("WARC/1.") {
        return None;
    }
    let mut record = Record {
        offset,
        length,
        kind: String::new(),
        time: String::new(),
        digest: String::new(),
        payload: Payload {
            target: String::new(),
            origin: String::new(),
            reading: String::new(),
            bytes: Vec::new(),
        },
    };
    let mut size = None;
    for line in lines {
        let (name, value) = line.split_once(':')?;
        let value = value.trim();
        match name {
            "WARC-Type" => record.kind = value.to_owned(),
            "WARC-Date" => record.time = value.to_owned(),
            "WARC-Target-URI" => record.payload.target = value.to_owned(),
            "WARC-Payload-Digest" => record.digest = value.trim_start_matches("sha256:").to_owned(),
            ORIGIN => record.payload.origin = value.to_owned(),
            READING => record.payload.reading = value.to_owned(),
            "Content-Length" => size = value.parse::<usize>().ok(),
            _ => {}
        }
    }
    let body = &block[end + 4..];
    let size = size?;
    if body.len() != size.checked_add(4)? || !body.ends_with(b"\r\n\r\n") {
        return None;
    }
    record.payload.bytes = body[..size].to_vec();
    Some(record)
}

/// Counts what is consumed, so that the end of a gzip member is known.
struct Counting<R> {
    inner: R,
    count: u64,
}

impl<R: BufRead> Read for Counting<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.count += read as u64;
        Ok(read)
    }
}

impl<R: BufRead> BufRead for Counting<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.inner.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        self.count += amount as u64;
        self.inner.consume(amount);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn payload(text: &str) -> Payload {
        Payload {
            target: "file:a.jsonl#1".into(),
            origin: "o1".into(),
            reading: "{}".into(),
            bytes: text.as_bytes().to_vec(),
        }
    }

    #[test]
    fn records_read_back_and_a_torn_tail_shows() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.warc.gz");
        let time = "2026-01-01T00:00:00.000001Z";
        let mut bytes = encode_info(time, "a.warc.gz").unwrap();
        let second = bytes.len();
        let one = payload("one\r\n\r\ntwo");
        bytes.extend(encode_resource(&one, time, &one.digest()).unwrap());
        std::fs::write(&path, &bytes).unwrap();

        let mut seen = Vec::new();
        let end = read_records::<()>(&path, 0, |record| {
            seen.push(record);
            Ok(())
        });
        assert_eq!(end.unwrap().unwrap(), bytes.len() as u64);
        assert_eq!(
            seen.iter().map(|record| record.kind.as_str()).collect::<Vec<_>>(),
            ["warcinfo", "resource"]
        );
        assert_eq!(seen[1].payload, one);
        assert_eq!(seen[1].digest, one.digest());
        assert_eq!(seen[1].offset, second as u64);
        assert_eq!(read_at(&path, second as u64).unwrap().payload, one);

        for cut in second + 1..bytes.len() {
            std::fs::write(&path, &bytes[..cut]).unwrap();
            let end = read_records::<()>(&path, 0, |_| Ok(()));
            assert!(matches!(end, Err(Stop::Torn(at)) if at == second as u64), "cut at {cut}");
        }
    }

    #[test]
    fn a_header_value_cannot_forge_a_field() {
        let mut forged = payload("x");
        forged.target = "a\r\nWARC-Type: response".into();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.warc.gz");
        std::fs::write(&path, encode_resource(&forged, "t", "d").unwrap()).unwrap();
        assert_eq!(read_at(&path, 0).unwrap().kind, "resource");
    }
}
