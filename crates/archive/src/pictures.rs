use rusqlite::{Connection, params};
use sinmun_article::{ArticleId, Image};

use crate::Error;

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
pub(crate) fn of(catalogue: &Connection, article: ArticleId) -> Result<Vec<Image>, Error> {
    let mut statement = catalogue.prepare_cached(
        "SELECT url, caption FROM image WHERE article = (SELECT coalesce(joined, id) FROM article WHERE id = ?1) \
         ORDER BY place",
    )?;
    let rows = statement
        .query_map([article.number() as i64], |row| Ok(Image { url: row.get(0)?, caption: row.get(1)? }))?;
    Ok(rows.collect::<Result<_, _>>()?)
}
