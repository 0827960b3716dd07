use std::path::{Path, PathBuf};
use std::sync::Mutex;

use rusqlite::{Connection, OptionalExtension, Row, params};
use sinmun_article::{Article, ArticleId, CaptureId, Language, PubDate, Revision, SourceId};

use crate::frontier::{self, Health, Page};
use crate::identity::{self, Key, article_id};
use crate::intake::origin_of;
use crate::names::RESOLVED;
use crate::pictures::{self, Picture};
use crate::{Error, ErrorKind, moment, schema, store};

/// The reading side of the catalogue: articles, texts, revisions, changes.
///
/// It may be shared between threads; each call takes a connection of its own.
pub struct Catalogue {
    path: PathBuf,
    idle: Mutex<Vec<Connection>>,
}

/// What happened to an article, in the order of the catalogue's numbered changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The number of the change.
    pub number: u64,
    /// Whether the article was there before `after`: an index may have to forget its old text.
    pub is_known: bool,
    /// The id that changed.
    pub id: ArticleId,
    /// The article as it is now; `None` where the id was joined to another.
    pub article: Option<Article>,
    /// The face of its cluster; `None` where no other article is like it.
    pub face: Option<ArticleId>,
}

/// How many articles a source has in a language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceCount {
    /// The source.
    pub source: SourceId,
    /// Its name as the first record had it.
    pub outlet: String,
    /// The language.
    pub language: Language,
    /// Articles.
    pub articles: u64,
    /// Of those, articles with a text.
    pub texts: u64,
    /// The earliest and latest known date, as printed.
    pub dates: Option<(String, String)>,
    /// When one of them was last seen: RFC 3339, UTC.
    pub last_seen: String,
}

const COLUMNS: &str = "article.id, article.imported_id, source.slug, article.language, article.date, \
     article.date_origin, article.title, article.url, article.byline, text.body, article.first_seen, \
     article.last_seen, article.revisions, article.story, article.joined, article.change, article.created, \
     article.dateline, article.genre, article.speaker";

const FROM: &str =
    "article JOIN source ON source.id = article.source LEFT JOIN text ON text.id = article.text";

impl Catalogue {
    /// Opens the catalogue of a data directory.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::CatalogueMissing`] where nothing was imported yet, and
    /// [`ErrorKind::CatalogueUnreadable`] where a later version wrote it.
    pub fn open(data: &Path) -> Result<Self, Error> {
        let path = data.join("catalogue.sqlite");
        if !path.exists() {
            let message = format!("{} has no catalogue yet: `sinmun import` makes one", data.display());
            return Err(Error::of(ErrorKind::CatalogueMissing, message));
        }
        // What an older program wrote is brought to today's schema; what a newer one wrote is refused.
        let mut connection = store::connect(&path)?;
        schema::migrate(&mut connection)?;
        Ok(Self { path, idle: Mutex::new(vec![connection]) })
    }

    pub(crate) fn with<T>(&self, work: impl FnOnce(&Connection) -> Result<T, Error>) -> Result<T, Error> {
        let idle = self.idle.lock().unwrap_or_else(std::sync::PoisonError::into_inner).pop();
        let connection = match idle {
            Some(connection) => connection,
            None => store::connect(&self.path)?,
        };
        let result = work(&connection);
        self.idle.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push(connection);
        result
    }

    /// Names this making of the catalogue: a rebuilt one has another epoch, and its changes count anew.
    ///
    /// # Errors
    ///
    /// The catalogue cannot be read.
    pub fn epoch(&self) -> Result<String, Error> {
        self.with(|catalogue| {
            Ok(catalogue.query_row("SELECT value FROM meta WHERE key = 'epoch'", [], |row| row.get(0))?)
        })
    }

    /// The number of the latest change; 0 where there is none.
    ///
    /// # Errors
    ///
    /// The catalogue cannot be read.
    pub fn last_change(&self) -> Result<u64, Error> {
        self.with(|catalogue| {
            let last: i64 =
                catalogue.query_row("SELECT coalesce(max(change), 0) FROM article", [], |row| row.get(0))?;
            Ok(last as u64)
        })
    }

    /// How many changes there are after a number.
    ///
    /// # Errors
    ///
    /// The catalogue cannot be read.
    pub fn count_changes(&self, after: u64) -> Result<u64, Error> {
        self.with(|catalogue| {
            let count: i64 = catalogue.query_row(
                "SELECT count(*) FROM article WHERE change > ?1",
                [after as i64],
                |row| row.get(0),
            )?;
            Ok(count as u64)
        })
    }

    /// Calls `each` for every article that changed after a number, by the number of its last change.
    ///
    /// All of them are of one moment: what changes meanwhile comes next time.
    ///
    /// # Errors
    ///
    /// The catalogue cannot be read, or what `each` returns.
    pub fn for_each_change<E: From<Error>>(
        &self,
        after: u64,
        mut each: impl FnMut(Change) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut outcome = Ok(());
        self.with(|catalogue| {
            let sql = format!(
                "SELECT {COLUMNS}, cluster.face AS face FROM {FROM} LEFT JOIN cluster ON cluster.article = article.id \
                 WHERE article.change > ?1 ORDER BY article.change"
            );
            let mut statement = catalogue.prepare_cached(&sql)?;
            let mut rows = statement.query([after as i64])?;
            while let Some(row) = rows.next()? {
                let joined: Option<i64> = row.get(14)?;
                let (number, created): (i64, i64) = (row.get(15)?, row.get(16)?);
                let id = article_id(row.get(0)?);
                let article = match joined {
                    Some(_) => None,
                    None => Some(read_article(row)?),
                };
                let face = row.get::<_, Option<i64>>("face")?.map(article_id);
                let change =
                    Change { number: number as u64, is_known: created as u64 <= after, id, article, face };
                outcome = each(change);
                if outcome.is_err() {
                    break;
                }
            }
            Ok(())
        })?;
        outcome
    }

    /// An article by its id, also by one that was joined to another.
    ///
    /// # Errors
    ///
    /// The catalogue cannot be read.
    pub fn article(&self, id: ArticleId) -> Result<Option<Article>, Error> {
        self.with(|catalogue| {
            let sql = format!(
                "SELECT {COLUMNS} FROM {FROM} WHERE article.id = {RESOLVED} AND article.joined IS NULL"
            );
            let mut statement = catalogue.prepare_cached(&sql)?;
            let mut rows = statement.query([id.number() as i64])?;
            rows.next()?.map(read_article).transpose()
        })
    }

    /// The id under which an article was imported, where it was.
    ///
    /// # Errors
    ///
    /// The catalogue cannot be read.
    pub fn imported_id(&self, id: ArticleId) -> Result<Option<String>, Error> {
        self.with(|catalogue| {
            let mut find = catalogue.prepare_cached("SELECT imported_id FROM article WHERE id = ?1")?;
            Ok(find.query_row([id.number() as i64], |row| row.get(0)).optional()?.flatten())
        })
    }

    /// The articles of an imported id, in whichever source it occurs.
    ///
    /// # Errors
    ///
    /// The catalogue cannot be read.
    pub fn by_imported_id(&self, imported: &str) -> Result<Vec<ArticleId>, Error> {
        self.with(|catalogue| {
            let mut found = Vec::new();
            for source in sources(catalogue)? {
                let candidates = identity::by_key(catalogue, &Key::Imported(&source, imported))?;
                found.extend(candidates.into_iter().map(|candidate| candidate.id));
            }
            Ok(found)
        })
    }

    /// The articles of a URL; `canonical` brings it into the form of each source.
    ///
    /// # Errors
    ///
    /// The catalogue cannot be read.
    pub fn by_url(&self, canonical: impl Fn(&SourceId) -> Option<String>) -> Result<Vec<ArticleId>, Error> {
        self.with(|catalogue| {
            let mut found = Vec::new();
            for source in sources(catalogue)? {
                if let Some(url) = canonical(&source) {
                    let candidates = identity::by_key(catalogue, &Key::Url(&source, &url))?;
                    found.extend(candidates.into_iter().map(|candidate| candidate.id));
                }
            }
            Ok(found)
        })
    }

    /// The pictures of an article, in the order of its page, and which of them are in the archive.
    ///
    /// # Errors
    ///
    /// The catalogue cannot be read.
    pub fn pictures(&self, id: ArticleId) -> Result<Vec<Picture>, Error> {
        self.with(|catalogue| pictures::of(catalogue, id))
    }

    /// What is known of a URL as a page of a crawl, in whichever source.
    ///
    /// # Errors
    ///
    /// The catalogue cannot be read.
    pub fn pages(&self, url: &str) -> Result<Vec<Page>, Error> {
        self.with(|catalogue| frontier::by_url(catalogue, url))
    }

    /// How the crawls of each source went.
    ///
    /// # Errors
    ///
    /// The catalogue cannot be read.
    pub fn source_health(&self) -> Result<Vec<Health>, Error> {
        self.with(frontier::health)
    }

    /// Every text that an article had, the first one first.
    ///
    /// # Errors
    ///
    /// The catalogue cannot be read.
    pub fn revisions(&self, id: ArticleId) -> Result<Vec<Revision>, Error> {
        self.with(|catalogue| {
            let mut statement = catalogue.prepare_cached(&format!(
                "SELECT revision.number, revision.capture, capture.time, revision.title, text.body, capture.date FROM revision \
                 JOIN capture ON capture.id = revision.capture LEFT JOIN text ON text.id = revision.text \
                 WHERE revision.article = {RESOLVED} ORDER BY revision.number"
            ))?;
            let mut rows = statement.query([id.number() as i64])?;
            let mut revisions = Vec::new();
            while let Some(row) = rows.next()? {
                let (date, time): (Option<String>, String) = (row.get(5)?, row.get(2)?);
                revisions.push(Revision {
                    number: row.get(0)?,
                    capture: CaptureId(row.get::<_, i64>(1)? as u64),
                    seen: moment::seen(date.as_deref(), &time),
                    title: row.get(3)?,
                    body: unpack(row.get::<_, Option<Vec<u8>>>(4)?.as_deref())?,
                });
            }
            Ok(revisions)
        })
    }

    /// How many articles each source has in each language.
    ///
    /// # Errors
    ///
    /// The catalogue cannot be read.
    pub fn source_counts(&self) -> Result<Vec<SourceCount>, Error> {
        self.with(|catalogue| {
            let mut statement = catalogue.prepare(
                "SELECT source.slug, source.outlet, language, count(*), count(text), min(date), max(date), \
                 max(last_seen) FROM article JOIN source ON source.id = article.source WHERE joined IS NULL \
                 GROUP BY source.slug, language ORDER BY source.slug, language",
            )?;
            let rows = statement.query_map([], |row| {
                let dates: (Option<String>, Option<String>) = (row.get(5)?, row.get(6)?);
                Ok(SourceCount {
                    source: column(row, 0)?,
                    outlet: row.get(1)?,
                    language: column(row, 2)?,
                    articles: row.get::<_, i64>(3)? as u64,
                    texts: row.get::<_, i64>(4)? as u64,
                    dates: dates.0.zip(dates.1),
                    last_seen: row.get(7)?,
                })
            })?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    /// The name of each source as its first record had it.
    ///
    /// # Errors
    ///
    /// The catalogue cannot be read.
    pub fn outlets(&self) -> Result<Vec<(SourceId, String)>, Error> {
        self.with(|catalogue| {
            let mut statement = catalogue.prepare("SELECT slug, outlet FROM source")?;
            let rows = statement.query_map([], |row| Ok((column(row, 0)?, row.get(1)?)))?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    /// Lines that were no record, by reason.
    ///
    /// # Errors
    ///
    /// The catalogue cannot be read.
    pub fn rejections(&self) -> Result<Vec<(String, u64)>, Error> {
        self.with(|catalogue| {
            let mut statement = catalogue
                .prepare("SELECT reason, count(*) FROM rejection GROUP BY reason ORDER BY 2 DESC, 1")?;
            let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get::<_, i64>(1)? as u64)))?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    /// What the catalogue says, as text that two equal catalogues share; for tests and comparisons.
    ///
    /// The numbers of changes are not in it: they depend on when texts were compared.
    ///
    /// # Errors
    ///
    /// The catalogue cannot be read.
    pub fn dump(&self) -> Result<String, Error> {
        const QUERIES: [&str; 11] = [
            "SELECT article.id, imported_id, source.slug, language, date, date_origin, title, url, byline, dateline, \
             genre, speaker, is_copy, hex(text.digest), first_seen, last_seen, last_capture, revisions, story, \
             row_number() OVER (ORDER BY created), joined FROM article JOIN source ON source.id = article.source LEFT JOIN text ON text.id = article.text \
             ORDER BY article.id",
            "SELECT article, face FROM cluster ORDER BY 1",
            "SELECT hex(hash), article FROM key ORDER BY 1, 2",
            "SELECT id, article FROM alias ORDER BY 1",
            "SELECT article, number, capture, title, date, byline, hex(digest) FROM revision \
             LEFT JOIN text ON text.id = revision.text ORDER BY article, number",
            "SELECT capture, line, article FROM reading ORDER BY 1, 2",
            "SELECT capture, line, reason FROM rejection ORDER BY 1, 2",
            "SELECT capture.id, warc.name, offset, length, target, origin, reading, time, digest, kind, status, mime, \
             date, request FROM capture JOIN warc ON warc.id = capture.warc ORDER BY 1",
            "SELECT article, place, url, caption FROM image ORDER BY 1, 2",
            "SELECT source, key, request, kind, fetched, status, seen, missed, capture, etag, modified FROM page \
             WHERE fetched IS NOT NULL ORDER BY source, key",
            "SELECT list.key, page.key, first, last, listing.missed FROM listing JOIN page ON page.id = page \
             JOIN page AS list ON list.id = listing.list ORDER BY 1, 2",
        ];
        self.with(|catalogue| {
            let mut dump = String::new();
            for query in QUERIES {
                let mut statement = catalogue.prepare(query)?;
                let columns = statement.column_count();
                let mut rows = statement.query([])?;
                while let Some(row) = rows.next()? {
                    for column in 0..columns {
                        let value = row.get_ref(column)?;
                        match value.as_str_or_null() {
                            Ok(text) => dump.push_str(text.unwrap_or("-")),
                            Err(_) => dump.push_str(&format!("{value:?}")),
                        }
                        dump.push('\t');
                    }
                    dump.push('\n');
                }
            }
            Ok(dump)
        })
    }
}

fn sources(catalogue: &Connection) -> Result<Vec<SourceId>, Error> {
    let mut statement = catalogue.prepare_cached("SELECT slug FROM source ORDER BY id")?;
    let rows = statement.query_map([], |row| column(row, 0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn read_article(row: &Row<'_>) -> Result<Article, Error> {
    let date: Option<String> = row.get(4)?;
    let origin = origin_of(row.get(5)?);
    let genre: Option<String> = row.get(18)?;
    Ok(Article {
        id: article_id(row.get(0)?),
        imported_id: row.get(1)?,
        source: column(row, 2)?,
        language: column(row, 3)?,
        date: date.and_then(|date| date.parse::<PubDate>().ok()).map(|date| date.with_origin(origin)),
        title: row.get(6)?,
        url: row.get(7)?,
        byline: row.get(8)?,
        dateline: row.get(17)?,
        genre: genre.and_then(|genre| genre.parse().ok()),
        speaker: row.get(19)?,
        body: unpack(row.get::<_, Option<Vec<u8>>>(9)?.as_deref())?,
        first_seen: row.get(10)?,
        last_seen: row.get(11)?,
        revisions: row.get(12)?,
        story: row.get::<_, i64>(13)? as u64,
    })
}

/// A column whose text has a form of its own.
pub(crate) fn column<T>(row: &Row<'_>, index: usize) -> rusqlite::Result<T>
where
    T: std::str::FromStr,
    T::Err: std::error::Error + Send + Sync + 'static,
{
    let text: String = row.get(index)?;
    text.parse().map_err(|error| {
        rusqlite::Error::FromSqlConversionFailure(index, rusqlite::types::Type::Text, Box::new(error))
    })
}

/// The largest text that is unpacked, in bytes: a line of an imported file is no longer.
const LARGEST_TEXT: usize = 64 << 20;

pub(crate) fn unpack(body: Option<&[u8]>) -> Result<String, Error> {
    let Some(packed) = body else { return Ok(String::new()) };
    let size = zstd::bulk::Decompressor::upper_bound(packed).unwrap_or(LARGEST_TEXT).min(LARGEST_TEXT);
    let bytes = zstd::bulk::decompress(packed, size).ok();
    bytes.and_then(|bytes| String::from_utf8(bytes).ok()).ok_or_else(|| {
        let message = "a text in the catalogue is damaged; `sinmun rebuild` makes it again from the archive";
        Error::of(ErrorKind::CatalogueUnreadable, message)
    })
}

/// Gives a catalogue its epoch, where it has none.
pub(crate) fn ensure_epoch(catalogue: &Connection) -> Result<(), Error> {
    let find = catalogue.query_row("SELECT 1 FROM meta WHERE key = 'epoch'", [], |_| Ok(())).optional()?;
    if find.is_none() {
        let epoch = format!("{}-{}", jiff::Timestamp::now().as_nanosecond(), std::process::id());
        catalogue.execute("INSERT OR IGNORE INTO meta VALUES ('epoch', ?1)", params![epoch])?;
    }
    Ok(())
}
