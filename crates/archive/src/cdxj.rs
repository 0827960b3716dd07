use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use flate2::bufread::GzDecoder;
use rusqlite::{Connection, Row};
use serde::Serialize;

use crate::surt::surt;
use crate::{Error, posted, warc};

/// One line of a CDXJ index: where the record of a page stands, for replay tools such as pywb.
///
/// The field names are those that pywb reads
/// (<https://specs.webrecorder.net/cdxj/0.1.0/>), and what stands in them is what
/// its own indexer would put there, with three differences. Imported files and
/// failed requests have no line, being no pages to show. A revisit has a status,
/// as with cdxj-indexer. Where a server answered that nothing has changed (304),
/// the line leads to the record of what had not: pywb would show that answer, an empty page.
#[derive(Serialize)]
struct Entry {
    url: String,
    mime: String,
    status: String,
    digest: String,
    length: String,
    offset: String,
    filename: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    method: Option<&'static str>,
    #[serde(rename = "requestBody", skip_serializing_if = "Option::is_none")]
    posted: Option<String>,
}

/// Of captures that are pages: what is seen, and the record that shows it.
const CAPTURES: &str = "SELECT seen.target, coalesce(seen.date, seen.time), shown.kind, shown.mime, shown.status, shown.digest, \
     shown.length, shown.offset, place.name, own.name, seen.request FROM warc AS own JOIN capture AS seen ON seen.warc = own.id \
     JOIN capture AS shown ON shown.id = CASE WHEN seen.kind = 2 AND seen.status = 304 THEN coalesce((SELECT max(id) \
     FROM capture WHERE target = seen.target AND kind > 0 AND kind = 1 AND digest = seen.digest AND id < seen.id), \
     seen.id) ELSE seen.id END JOIN warc AS place ON place.id = shown.warc";

/// Writes `<name>.cdxj` beside a WARC file that holds pages; nothing beside one that holds only imported files.
pub(crate) fn write(archive: &Path, catalogue: &Connection, name: &str) -> Result<(), Error> {
    let condition = "WHERE own.name = ?1 AND seen.kind IN (1, 2)";
    let mut lines = Vec::new();
    for_each(archive, catalogue, condition, &name, &mut |entry, stamp| lines.push(entry.line(stamp)))?;
    if lines.is_empty() {
        return Ok(());
    }
    lines.sort();
    let path = archive.join(format!("{name}.cdxj"));
    let put = || -> io::Result<()> {
        let mut file = tempfile::NamedTempFile::new_in(archive)?;
        io::Write::write_all(&mut file, lines.concat().as_bytes())?;
        file.persist(&path)?;
        Ok(())
    };
    put().map_err(|error| Error::io("write", &path, &error))
}

/// The line of one capture in a copy of the archive, the file `name`: `moved` says where a record of a file stands there.
///
/// `None` where the capture is no page, or what it shows is not in the copy.
pub(crate) fn line_of(
    archive: &Path,
    catalogue: &Connection,
    capture: i64,
    name: &str,
    moved: &dyn Fn(&str, u64) -> Option<u64>,
) -> Result<Option<String>, Error> {
    let condition = "WHERE seen.id = ?1 AND seen.kind IN (1, 2)";
    let mut line = None;
    for_each(archive, catalogue, condition, &capture, &mut |mut entry, stamp| {
        let place = entry.offset.parse().ok().and_then(|offset| moved(&entry.filename, offset));
        if let Some(offset) = place {
            (entry.filename, entry.offset) = (name.to_owned(), offset.to_string());
            line = Some(entry.line(stamp));
        }
    })?;
    Ok(line)
}

fn for_each(
    archive: &Path,
    catalogue: &Connection,
    condition: &str,
    parameter: &dyn rusqlite::ToSql,
    each: &mut dyn FnMut(Entry, &str),
) -> Result<(), Error> {
    let mut statement = catalogue.prepare_cached(&format!("{CAPTURES} {condition}"))?;
    let rows = statement.query_map([parameter], |row| {
        Ok((entry(row)?, row.get::<_, String>(9)?, row.get::<_, Option<i64>>(10)?))
    })?;
    let mut file = None;
    for row in rows {
        let ((mut entry, stamp), own, request) = row?;
        if let Some(offset) = request {
            entry.add_posted(&archive.join(own), &mut file, offset as u64)?;
        }
        each(entry, &stamp);
    }
    Ok(())
}

impl Entry {
    /// Adds what a `POST` sent.
    fn add_posted(&mut self, warc: &Path, file: &mut Option<File>, offset: u64) -> Result<(), Error> {
        if is_post(warc, file, offset).map_err(|error| Error::io("read", warc, &error))? {
            self.posted = posted::parameters(&warc::read_at(warc, offset)?.payload.bytes);
            self.method = Some("POST");
        }
        Ok(())
    }

    fn line(&self, stamp: &str) -> String {
        let key = match &self.posted {
            None => surt(&self.url),
            Some(posted) => {
                let with = if self.url.contains('?') { '&' } else { '?' };
                let also = if posted.is_empty() { "" } else { "&" };
                surt(&format!("{}{with}__wb_method=POST{also}{posted}", self.url))
            }
        };
        let json = serde_json::to_string(self).expect("an entry has only texts");
        format!("{key} {stamp} {json}\n")
    }
}

/// An entry and its time to the second.
fn entry(row: &Row<'_>) -> rusqlite::Result<(Entry, String)> {
    let date: String = row.get(1)?;
    let stamp: String = date.chars().filter(char::is_ascii_digit).take(14).collect();
    let (kind, mime): (i64, Option<String>) = (row.get(2)?, row.get(3)?);
    let entry = Entry {
        url: row.get(0)?,
        mime: if kind == 2 { "warc/revisit".into() } else { mime.unwrap_or_else(|| "unk".into()) },
        status: row.get::<_, Option<u16>>(4)?.map_or("-".into(), |status| status.to_string()),
        digest: format!("sha256:{}", row.get::<_, String>(5)?),
        length: row.get::<_, i64>(6)?.to_string(),
        offset: row.get::<_, i64>(7)?.to_string(),
        filename: row.get(8)?,
        method: None,
        posted: None,
    };
    Ok((entry, stamp))
}

/// Whether the request record at a place is a `POST`; reads no more than its head, as there are as many as pages.
fn is_post(warc: &Path, file: &mut Option<File>, offset: u64) -> io::Result<bool> {
    let file = match file {
        Some(file) => file,
        None => file.insert(File::open(warc)?),
    };
    file.seek(SeekFrom::Start(offset))?;
    let mut head = Vec::new();
    GzDecoder::new(BufReader::with_capacity(1 << 10, file)).take(1 << 13).read_to_end(&mut head)?;
    let end = head.windows(4).position(|window| window == b"\r\n\r\n");
    Ok(end.is_some_and(|end| head[end + 4..].starts_with(b"POST ")))
}
