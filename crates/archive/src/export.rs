use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

use rusqlite::{Connection, params};
use sinmun_article::ArticleId;

use crate::names::RESOLVED;
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
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Stretch {
    file: String,
    from: u64,
    to: u64,
}

/// The captures that articles rest on.
pub(crate) struct Chosen {
    pub(crate) articles: u64,
    /// Where each stands, and its number in the catalogue.
    pub(crate) captures: BTreeMap<Stretch, i64>,
}

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
    let chosen = Catalogue::open(data)?.with(|catalogue| Chosen::of(catalogue, articles))?;
    let mut bytes = 0;
    chosen.copy(&data.join("archive"), name, out, &mut |_, length| bytes += length)?;
    out.flush().map_err(|error| Error::io("write", Path::new(name), &error))?;
    Ok(Exported { articles: chosen.articles, captures: chosen.captures.len() as u64, bytes })
}

impl Chosen {
    pub(crate) fn of(catalogue: &Connection, articles: &[ArticleId]) -> Result<Self, Error> {
        let mut chosen = Self { articles: 0, captures: BTreeMap::new() };
        for article in articles {
            chosen.articles += u64::from(collect(catalogue, *article, &mut chosen.captures)?);
        }
        Ok(chosen)
    }

    /// Bytes of all records.
    pub(crate) fn size(&self) -> u64 {
        self.captures.keys().map(|stretch| stretch.to - stretch.from).sum()
    }

    /// Writes a WARC file of them; `written` is told each stretch (`None` for the file's own first record) and its length.
    pub(crate) fn copy(
        &self,
        archive: &Path,
        name: &str,
        out: &mut dyn Write,
        written: &mut dyn FnMut(Option<&Stretch>, u64),
    ) -> Result<(), Error> {
        let failed = |error: io::Error| Error::io("write", Path::new(name), &error);
        let info = member::encode_info(&store::now(), name).map_err(failed)?;
        out.write_all(&info).map_err(failed)?;
        written(None, info.len() as u64);
        for stretch in self.captures.keys() {
            let path = archive.join(&stretch.file);
            let bytes = stretch.read(&path).map_err(|error| Error::io("read", &path, &error))?;
            out.write_all(&bytes).map_err(failed)?;
            written(Some(stretch), bytes.len() as u64);
        }
        Ok(())
    }
}

impl Stretch {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let mut file = File::open(path)?;
        file.seek(SeekFrom::Start(self.from))?;
        let mut bytes = Vec::new();
        file.take(self.to - self.from).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    /// Whether it begins at a place of a file, or before it.
    pub(crate) fn begins_by(&self, file: &str, offset: u64) -> bool {
        (self.file.as_str(), self.from) <= (file, offset)
    }

    /// How far behind its beginning a place of a file lies, where it lies in it.
    pub(crate) fn distance(&self, file: &str, offset: u64) -> Option<u64> {
        (self.file == file && offset < self.to).then(|| offset.checked_sub(self.from)).flatten()
    }
}

/// Adds the captures of an article, also of one that was joined to another; `false` where there is none.
fn collect(
    catalogue: &Connection,
    article: ArticleId,
    captures: &mut BTreeMap<Stretch, i64>,
) -> Result<bool, Error> {
    let id = catalogue
        .prepare_cached(&format!("SELECT {RESOLVED}"))?
        .query_row([article.number() as i64], |row| row.get::<_, Option<i64>>(0))?;
    let Some(id) = id else { return Ok(false) };
    // Of pictures, all that was asked for at their URLs, and what stood at the end where they redirect. A cross join is
    // done in the order in which it stands: without statistics, every page would be looked at.
    let mut statement = catalogue.prepare_cached(
        "WITH own AS (SELECT DISTINCT capture AS id FROM reading WHERE article = ?1), \
         seen AS (SELECT id FROM own UNION SELECT other.id FROM own JOIN capture AS first ON first.id = own.id \
         JOIN capture AS other ON other.target = first.target AND other.kind > 0 WHERE first.kind > 0), \
         picture AS (SELECT DISTINCT shown.url, shown.capture FROM seen CROSS JOIN page ON page.capture = seen.id \
         CROSS JOIN listing ON listing.list = page.id CROSS JOIN page AS shown ON shown.id = listing.page AND shown.kind = 2) \
         SELECT warc.name, offset, length, request, capture.id FROM capture JOIN warc ON warc.id = capture.warc WHERE capture.id IN \
         (SELECT id FROM seen UNION SELECT capture FROM picture \
         UNION SELECT asked.id FROM picture JOIN capture AS asked ON asked.target = picture.url AND asked.kind > 0)",
    )?;
    let rows = statement.query_map(params![id], |row| {
        let (offset, length): (i64, i64) = (row.get(1)?, row.get(2)?);
        let from: Option<i64> = row.get(3)?;
        let (from, to) = (from.unwrap_or(offset) as u64, (offset + length) as u64);
        Ok((Stretch { file: row.get(0)?, from, to }, row.get(4)?))
    })?;
    for row in rows {
        let (stretch, capture) = row?;
        captures.insert(stretch, capture);
    }
    Ok(true)
}
