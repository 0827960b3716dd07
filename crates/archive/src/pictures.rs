use rusqlite::{Connection, params};
use sinmun_article::{ArticleId, Image};

use crate::names::RESOLVED;
use crate::{Error, moment};

/// A picture of an article, as far as the archive has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// Where it is, and what stands under it.
    pub image: Image,
    /// What came when it was fetched; `None` where nothing has.
    pub kept: Option<Kept>,
}

/// What came for a picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// When: RFC 3339, UTC.
    pub seen: String,
    /// Its media type, as the server said: a page may have come in a picture's place.
    pub mime: Option<String>,
}

/// Keeps the pictures of an article, in place of those it had; a page without any takes none away.
pub(crate) fn keep(catalogue: &Connection, article: ArticleId, images: &[Image]) -> Result<(), Error> {
    if images.is_empty() {
        return Ok(());
    }
    let article = article.number() as i64;
    catalogue.prepare_cached("DELETE FROM image WHERE article = ?1")?.execute([article])?;
    let mut insert = catalogue.prepare_cached("INSERT INTO image VALUES (?1, ?2, ?3, ?4)")?;
    for (place, image) in images.iter().enumerate() {
        insert.execute(params![article, place as i64, image.url, image.caption])?;
    }
    Ok(())
}

/// The pictures of an article, in the order of its page.
pub(crate) fn of(catalogue: &Connection, article: ArticleId) -> Result<Vec<Picture>, Error> {
    // Two sources may each have fetched it: what came first is as good.
    let mut statement = catalogue.prepare_cached(&format!(
        "SELECT image.url, caption, capture.date, capture.time, capture.mime FROM image LEFT JOIN capture ON capture.id = \
         (SELECT min(page.capture) FROM page WHERE page.url = image.url AND page.kind = 2) \
         WHERE article = {RESOLVED} ORDER BY place"
    ))?;
    let rows = statement.query_map([article.number() as i64], |row| {
        let (date, time): (Option<String>, Option<String>) = (row.get(2)?, row.get(3)?);
        let mime = row.get(4)?;
        let kept = time.map(|time| Kept { seen: moment::seen(date.as_deref(), &time), mime });
        Ok(Picture { image: Image { url: row.get(0)?, caption: row.get(1)? }, kept })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
