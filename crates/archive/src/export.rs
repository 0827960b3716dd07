use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

use rusqlite::{Connection, OptionalExtension, params};
use sinmun_article::ArticleId;

use crate::{Catalogue, Error, member, store};

/// What an export wrote.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Exported {
    /// Articles.
    pub articles: u64,
    /// Captures that they rest on; several articles may rest on one.
    pub captures: u64,
    /// Bytes written.
    pub bytes: u64,
}

/// A stretch of a WARC file: a capture's record and, where there is one, the request before it.
type Stretch = (String, u64, u64);

/// Copies the captures that articles rest on into one WARC file, byte for byte.
///
/// With the responses go their requests, every later sighting of the same page, and
/// the pictures that it ever showed, as far as they were fetched. What is copied
/// keeps its digests, so that it proves as much as the archive.
///
/// # Errors
///
/// A file cannot be read or written, or the catalogue is missing.
pub fn export(
    data: &Path,
    articles: &[ArticleId],
    name: &str,
    out: &mut dyn Write,
) -> Result<Exported, Error> {
    let mut stretches: BTreeSet<Stretch> = BTreeSet::new();
    let mut exported = Exported::default();
    Catalogue::open(data)?.with(|catalogue| {
        for article in articles {
            exported.articles += u64::from(collect(catalogue, *article, &mut stretches)?);
        }
        Ok(())
    })?;
    let archive = data.join("archive");
    let failed = |error: io::Error| Error::io("write", Path::new(name), &error);
    let info = member::encode_info(&store::now(), name).map_err(failed)?;
    out.write_all(&info).map_err(failed)?;
    exported.bytes += info.len() as u64;
    for (file, from, to) in &stretches {
        let path = archive.join(file);
        let read = || -> io::Result<Vec<u8>> {
            let mut file = File::open(&path)?;
            file.seek(SeekFrom::Start(*from))?;
            let mut bytes = Vec::new();
            file.take(to - from).read_to_end(&mut bytes)?;
            Ok(bytes)
        };
        let bytes = read().map_err(|error| Error::io("read", &path, &error))?;
        out.write_all(&bytes).map_err(failed)?;
        exported.captures += 1;
        exported.bytes += bytes.len() as u64;
    }
    out.flush().map_err(failed)?;
    Ok(exported)
}

/// Adds the captures of an article, also of one that was joined to another; `false` where there is none.
fn collect(
    catalogue: &Connection,
    article: ArticleId,
    stretches: &mut BTreeSet<Stretch>,
) -> Result<bool, Error> {
    let id = catalogue
        .prepare_cached("SELECT coalesce(joined, id) FROM article WHERE id = ?1")?
        .query_row([article.number() as i64], |row| row.get::<_, i64>(0))
        .optional()?;
    let Some(id) = id else { return Ok(false) };
    // Of pictures, all that was asked for at their URLs, and what stood at the end where they redirect. A cross join is
    // done in the order in which it stands: without statistics, every page would be looked at.
    let mut statement = catalogue.prepare_cached(
        "WITH own AS (SELECT DISTINCT capture AS id FROM reading WHERE article = ?1), \
         seen AS (SELECT id FROM own UNION SELECT other.id FROM own JOIN capture AS first ON first.id = own.id \
         JOIN capture AS other ON other.target = first.target AND other.kind > 0 WHERE first.kind > 0), \
         picture AS (SELECT DISTINCT shown.url, shown.capture FROM seen CROSS JOIN page ON page.capture = seen.id \
         CROSS JOIN listing ON listing.list = page.id CROSS JOIN page AS shown ON shown.id = listing.page AND shown.kind = 2) \
         SELECT warc.name, offset, length, request FROM capture JOIN warc ON warc.id = capture.warc WHERE capture.id IN \
         (SELECT id FROM seen UNION SELECT capture FROM picture \
         UNION SELECT asked.id FROM picture JOIN capture AS asked ON asked.target = picture.url AND asked.kind > 0)",
    )?;
    let rows = statement.query_map(params![id], |row| {
        let (offset, length): (i64, i64) = (row.get(1)?, row.get(2)?);
        let from: Option<i64> = row.get(3)?;
        Ok((row.get(0)?, from.unwrap_or(offset) as u64, (offset + length) as u64))
    })?;
    for row in rows {
        stretches.insert(row?);
    }
    Ok(true)
}
