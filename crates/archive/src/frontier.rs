use rusqlite::{Connection, Row, params};
use sha2::{Digest, Sha256};
use sinmun_article::SourceId;

use crate::Error;

/// A page that may be fetched: how it is asked for, and for whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The source in whose crawl it was found.
    pub source: SourceId,
    /// Where it is, in the form in which it is looked up.
    pub url: String,
    /// What tells it from the other pages of the source.
    pub key: String,
    /// How it is asked for, for whoever asks.
    pub request: String,
    /// What is expected there.
    pub kind: TargetKind,
}

/// What is expected of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TargetKind {
    /// An article.
    Article,
    /// Pages to fetch: it is read in every run.
    List,
    /// A picture of an article: once it has come, it is never asked for again.
    Image,
}

/// A page of the frontier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// Its number in the catalogue.
    pub id: i64,
    /// How it is asked for.
    pub target: Target,
    /// When it was first known of: RFC 3339, UTC, as are all times here.
    pub found: String,
    /// When a list last named it.
    pub listed: String,
    /// When an answer of it was last stored, whatever it said.
    pub fetched: Option<String>,
    /// With which status.
    pub status: Option<u16>,
    /// When it was last seen: answered with what it is.
    pub seen: Option<String>,
    /// When it was first missed since: answered that it is not there.
    pub missed: Option<String>,
    /// What the last whole response said of its version: `ETag` and `Last-Modified`.
    pub version: (Option<String>, Option<String>),
    /// When asking last failed, and why.
    pub failure: Option<(String, String)>,
    /// How often asking has failed since it last answered.
    pub failures: u32,
    /// Lists that named it once and no more, with the time at which each was first seen without it.
    pub unlisted: Vec<(String, String)>,
}

/// One crawl, from its beginning to the emptied frontier, over as many processes as it takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// Its number.
    pub id: i64,
    /// When it began.
    pub began: String,
    /// Whether an earlier process began it.
    pub is_resumed: bool,
}

/// How the crawls of a source went, but for pictures: they are often at a site of their own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Health {
    /// The source.
    pub source: SourceId,
    /// Articles' pages that answered with what they are.
    pub seen: u64,
    /// Articles' pages that are missed.
    pub missing: u64,
    /// Pages that are known and were never fetched.
    pub waiting: u64,
    /// When a page last answered with what it is.
    pub last_success: Option<String>,
    /// When a page last failed, and why.
    pub last_failure: Option<(String, String)>,
}

impl TargetKind {
    /// Its name: `article`, `list` or `image`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Article => "article",
            Self::List => "list",
            Self::Image => "image",
        }
    }

    /// As the catalogue has it.
    fn number(self) -> i64 {
        match self {
            Self::Article => 0,
            Self::List => 1,
            Self::Image => 2,
        }
    }

    fn of_number(number: i64) -> Self {
        match number {
            1 => Self::List,
            2 => Self::Image,
            _ => Self::Article,
        }
    }
}

impl Target {
    /// What tells the page apart.
    pub(crate) fn hash(&self) -> Vec<u8> {
        Sha256::digest(format!("{}\n{}", self.source, self.key)).to_vec()
    }
}

pub(crate) const COLUMNS: &str = "page.id, page.source, page.url, page.key, page.request, page.kind, page.found, page.listed, \
    page.fetched, page.status, page.seen, page.missed, page.etag, page.modified, page.failed, page.failure, page.failures";

pub(crate) fn read_page(row: &Row<'_>) -> rusqlite::Result<Page> {
    let failure: (Option<String>, Option<String>) = (row.get(14)?, row.get(15)?);
    Ok(Page {
        id: row.get(0)?,
        target: Target {
            source: crate::catalogue::column(row, 1)?,
            url: row.get(2)?,
            key: row.get(3)?,
            request: row.get(4)?,
            kind: TargetKind::of_number(row.get(5)?),
        },
        found: row.get(6)?,
        listed: row.get(7)?,
        fetched: row.get(8)?,
        status: row.get(9)?,
        seen: row.get(10)?,
        missed: row.get(11)?,
        version: (row.get(12)?, row.get(13)?),
        failure: failure.0.zip(failure.1),
        failures: row.get(16)?,
        unlisted: Vec::new(),
    })
}

/// Names a page at a time; returns its number, and whether it was not known before.
pub(crate) fn name(catalogue: &Connection, target: &Target, time: &str) -> Result<(i64, bool), Error> {
    let mut insert = catalogue.prepare_cached(
        "INSERT INTO page(hash, source, url, key, request, kind, found, listed, failures) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7, 0) ON CONFLICT(hash) DO UPDATE SET listed = max(listed, ?7), \
         request = ?5 RETURNING id, found = ?7 AND listed = ?7 AND fetched IS NULL",
    )?;
    let Target { source, url, key, request, kind } = target;
    let values = params![target.hash(), source.as_str(), url, key, request, kind.number(), time];
    Ok(insert.query_row(values, |row| Ok((row.get(0)?, row.get(1)?)))?)
}

/// What is known of a URL as a page, in whichever source.
pub(crate) fn by_url(catalogue: &Connection, url: &str) -> Result<Vec<Page>, Error> {
    let mut statement =
        catalogue.prepare_cached(&format!("SELECT {COLUMNS} FROM page WHERE page.url = ?1"))?;
    let mut pages: Vec<Page> = statement.query_map([url], read_page)?.collect::<Result<_, _>>()?;
    let mut unlisted = catalogue.prepare_cached(
        "SELECT page.url, listing.missed FROM listing JOIN page ON page.id = listing.list \
         WHERE listing.page = ?1 AND listing.missed IS NOT NULL ORDER BY listing.missed",
    )?;
    for page in &mut pages {
        let rows = unlisted.query_map([page.id], |row| Ok((row.get(0)?, row.get(1)?)))?;
        page.unlisted = rows.collect::<Result<_, _>>()?;
    }
    Ok(pages)
}

/// How the crawls of each source went; pictures tell nothing of a site, being often at another.
pub(crate) fn health(catalogue: &Connection) -> Result<Vec<Health>, Error> {
    let mut statement = catalogue.prepare(
        "SELECT source, sum(seen IS NOT NULL AND missed IS NULL AND kind = 0), sum(missed IS NOT NULL AND kind = 0), \
         sum(fetched IS NULL), max(seen), (SELECT other.failed || ' ' || other.failure FROM page AS other \
         WHERE other.source = page.source AND other.kind <> 2 AND other.failed IS NOT NULL \
         ORDER BY other.failed DESC LIMIT 1) FROM page WHERE kind <> 2 GROUP BY source ORDER BY source",
    )?;
    let rows = statement.query_map([], |row| {
        let failure: Option<String> = row.get(5)?;
        let failure = failure.as_deref().and_then(|failure| failure.split_once(' '));
        Ok(Health {
            source: crate::catalogue::column(row, 0)?,
            seen: row.get::<_, i64>(1)? as u64,
            missing: row.get::<_, i64>(2)? as u64,
            waiting: row.get::<_, i64>(3)? as u64,
            last_success: row.get(4)?,
            last_failure: failure.map(|(time, why)| (time.to_owned(), why.to_owned())),
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
