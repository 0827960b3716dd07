//! The ids by which articles go, whatever rules read them.
//!
//! Every record has a name that depends on the evidence alone. An article's id is made of the name of the record that
//! began it, and the names of the records that joined it lead to it as well: so an id that was given once goes on
//! answering when other rules join or part records differently.

use rusqlite::{Connection, OptionalExtension, params};
use sinmun_article::ArticleId;

use crate::Error;
use crate::identity::article_id;

/// The article that an id leads to, as a subquery of which `?1` is the id; nothing for an article that is withdrawn.
pub(crate) const RESOLVED: &str = "(SELECT coalesce((SELECT coalesce(joined, id) FROM article WHERE id = ?1), \
     (SELECT article FROM alias WHERE id = ?1)))";

/// The id for a new article: the one that it had in the catalogue before, or that of its name, or the next one that is free.
pub(crate) fn free_id(
    catalogue: &Connection,
    given: Option<ArticleId>,
    name: &str,
) -> Result<ArticleId, Error> {
    if let Some(given) = given
        && is_free(catalogue, given)?
    {
        return Ok(given);
    }
    for attempt in 0.. {
        let id = ArticleId::derive(name, attempt);
        if is_free(catalogue, id)? {
            return Ok(id);
        }
    }
    unreachable!("60 bits hold more ids than a catalogue has rows")
}

/// Whether an id leads to no article; that of a withdrawn one does not.
fn is_free(catalogue: &Connection, id: ArticleId) -> Result<bool, Error> {
    let mut find = catalogue.prepare_cached(
        "SELECT 1 FROM article WHERE id = ?1 AND joined IS NOT id UNION ALL SELECT 1 FROM alias WHERE id = ?1",
    )?;
    Ok(find.query_row([id.number() as i64], |_| Ok(())).optional()?.is_none())
}

/// Makes an id lead to an article, unless it leads somewhere already.
pub(crate) fn lead(catalogue: &Connection, id: ArticleId, article: ArticleId) -> Result<(), Error> {
    if id == article || !is_free(catalogue, id)? {
        return Ok(());
    }
    catalogue
        .prepare_cached("INSERT INTO alias VALUES (?1, ?2)")?
        .execute(params![id.number() as i64, article.number() as i64])?;
    Ok(())
}

/// Remembers which article each record told of, before the articles are read again; `articles` is a subquery.
pub(crate) fn remember(catalogue: &Connection, articles: &str) -> Result<(), Error> {
    catalogue.execute_batch(&format!(
        "CREATE TEMP TABLE known_warc AS SELECT name, id FROM warc;
         CREATE TEMP TABLE known(warc INTEGER, offset INTEGER, line INTEGER, article INTEGER NOT NULL,
             PRIMARY KEY(warc, offset, line)) WITHOUT ROWID;
         INSERT INTO known SELECT warc, offset, line, article FROM reading JOIN capture ON capture.id = reading.capture
             WHERE article IN {articles};"
    ))?;
    Ok(())
}

/// Forgets it again.
pub(crate) fn forget(catalogue: &Connection) -> Result<(), Error> {
    catalogue.execute_batch("DROP TABLE temp.known; DROP TABLE temp.known_warc;")?;
    Ok(())
}

/// The article of which a record told, as it was remembered.
pub(crate) fn recall(catalogue: &Connection, capture: i64, line: u64) -> Result<Option<ArticleId>, Error> {
    let mut find = catalogue.prepare_cached(
        "SELECT known.article FROM capture JOIN warc ON warc.id = capture.warc \
         JOIN known_warc ON known_warc.name = warc.name JOIN known ON known.warc = known_warc.id \
         AND known.offset = capture.offset AND known.line = ?2 WHERE capture.id = ?1",
    )?;
    Ok(find.query_row(params![capture, line as i64], |row| row.get(0)).optional()?.map(article_id))
}
