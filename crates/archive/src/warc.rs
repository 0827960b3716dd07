use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use flate2::bufread::GzDecoder;

use crate::payload::{Payload, PayloadKind};
use crate::{Error, ErrorKind};

/// A record as it stands in a WARC file.
#[derive(Debug)]
pub(crate) struct Record {
    pub(crate) offset: u64,
    pub(crate) length: u64,
    /// `WARC-Type`.
    pub(crate) kind: String,
    /// `WARC-Date`: when what was captured came.
    pub(crate) date: String,
    /// When it was stored: the order in which captures are read.
    pub(crate) time: String,
    /// SHA-256 of the payload, in hexadecimal.
    pub(crate) digest: String,
    /// SHA-256 of the block, in hexadecimal, where the record says one.
    pub(crate) block_digest: Option<String>,
    /// The block; its kind is that of a file where the record is not for reading.
    pub(crate) payload: Payload,
}

impl Record {
    /// Whether the record is a capture to be read, or one that goes with another.
    pub(crate) fn is_capture(&self) -> bool {
        match self.kind.as_str() {
            "resource" | "response" | "revisit" => true,
            "metadata" => !self.payload.reading.is_empty(),
            _ => false,
        }
    }
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

pub(crate) const ORIGIN: &str = "Sinmun-Origin";
pub(crate) const READING: &str = "Sinmun-Reading";
pub(crate) const STORED: &str = "Sinmun-Stored";

pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
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
        date: String::new(),
        time: String::new(),
        digest: String::new(),
        block_digest: None,
        payload: Payload {
            kind: PayloadKind::File,
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
            "WARC-Date" => record.date = value.to_owned(),
            STORED => record.time = value.to_owned(),
            "WARC-Block-Digest" => record.block_digest = Some(value.trim_start_matches("sha256:").to_owned()),
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
    if record.time.is_empty() {
        record.time.clone_from(&record.date);
    }
    record.payload.kind = match record.kind.as_str() {
        "response" => PayloadKind::Response,
        "revisit" => PayloadKind::Revisit,
        "metadata" => PayloadKind::Failure,
        _ => PayloadKind::File,
    };
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
    use crate::member::{encode_file, encode_info};

    fn payload(text: &str) -> Payload {
        Payload {
            kind: PayloadKind::File,
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
        bytes.extend(encode_file(&one, time, &one.digest()).unwrap());
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
        std::fs::write(&path, encode_file(&forged, "t", "d").unwrap()).unwrap();
        assert_eq!(read_at(&path, 0).unwrap().kind, "resource");
    }
}
