//! What a capture says of pages: that one answered, is gone, failed, or named others.

use rusqlite::{OptionalExtension, params};

use crate::Error;
use crate::frontier::{self, Target};
use crate::intake::Intake;
use crate::payload::{Payload, PayloadKind};

/// Counted where a list names nothing that had named something before: the site may have changed.
pub const NOTHING_LISTED: &str =
    "lists on which nothing was found, and something was before: has the site changed?";

impl Intake<'_> {
    /// Takes note of how a page answered, or that it did not.
    ///
    /// An answer of 404 or 410 makes the page missed since then, unless it was
    /// missed before; a failure makes nothing missed. What came unchanged is a
    /// sighting of the articles that were read from it. A capture that is older
    /// than what is known of the page replaces nothing of it.
    ///
    /// # Errors
    ///
    /// The catalogue cannot be written.
    pub fn page(&mut self, target: &Target, payload: &Payload) -> Result<(), Error> {
        let known = self.page_number(target)?;
        let status = payload.status();
        if self.is_again() {
            return self.page_again(known, payload);
        }
        let is_latest = self.is_latest(known)?;
        match (payload.kind, status) {
            (PayloadKind::Failure, _) => {
                self.page_failed(known, None, &String::from_utf8_lossy(&payload.bytes))
            }
            (_, Some(404 | 410)) if is_latest => {
                self.transaction
                    .prepare_cached(
                        "UPDATE page SET fetched = ?2, status = ?3, missed = coalesce(missed, ?4), failures = 0 WHERE id = ?1",
                    )?
                    .execute(params![known, self.time, status, self.seen])?;
                Ok(())
            }
            // It was missed before anybody here knew.
            (_, Some(404 | 410)) => self.look_back_at_page(known, false),
            (PayloadKind::Revisit, _) => {
                if is_latest {
                    self.transaction
                        .prepare_cached(
                            "UPDATE page SET fetched = ?2, status = coalesce(?3, status), seen = ?6, missed = NULL, \
                             failures = 0, etag = coalesce(?4, etag), modified = coalesce(?5, modified) WHERE id = ?1",
                        )?
                        .execute(params![
                            known,
                            self.time,
                            status,
                            version(payload, "etag"),
                            version(payload, "last-modified"),
                            self.seen
                        ])?;
                } else {
                    self.look_back_at_page(known, true)?;
                }
                self.sight("SELECT capture FROM page WHERE id = ?1", known)?;
                self.list_again(known)
            }
            (_, Some(200..=299)) if is_latest => {
                self.transaction
                    .prepare_cached(
                        "UPDATE page SET fetched = ?2, status = ?3, seen = ?7, missed = NULL, failures = 0, capture = ?4, \
                         etag = ?5, modified = ?6 WHERE id = ?1",
                    )?
                    .execute(params![
                        known,
                        self.time,
                        status,
                        self.capture,
                        version(payload, "etag"),
                        version(payload, "last-modified"),
                        self.seen
                    ])?;
                Ok(())
            }
            (_, Some(200..=299)) => self.look_back_at_page(known, true),
            // A redirect leads on, and what stands at its end is told of the page that was asked for.
            (_, Some(300..=399)) => Ok(()),
            (_, Some(400..=428 | 430..=499)) => {
                self.transaction
                    .prepare_cached(
                        "UPDATE page SET fetched = ?2, status = ?3, failed = ?2, failure = ?4 WHERE id = ?1",
                    )?
                    .execute(params![known, self.time, status, "the server refuses it"])?;
                Ok(())
            }
            _ => self.page_failed(known, status, "the server cannot answer now"),
        }
    }

    /// What is known of the page stays; a revisit goes on being a sighting of what was read from the body before it.
    fn page_again(&mut self, page: i64, payload: &Payload) -> Result<(), Error> {
        match (payload.kind, payload.status()) {
            (PayloadKind::Revisit, _) => self.sight("SELECT capture FROM again_body WHERE page = ?1", page),
            (PayloadKind::Response, Some(200..=299)) => {
                self.transaction
                    .prepare_cached(
                        "INSERT INTO again_body VALUES (?1, ?2, ?3) ON CONFLICT(page) DO UPDATE SET capture = ?2, seen = ?3 \
                         WHERE seen <= ?3",
                    )?
                    .execute(params![page, self.capture, self.seen])?;
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// The articles that were read from a body of a page are seen.
    fn sight(&self, body: &str, page: i64) -> Result<(), Error> {
        self.transaction
            .prepare_cached(&format!(
                "UPDATE article SET first_seen = min(first_seen, ?2), last_seen = max(last_seen, ?2), \
                 last_capture = iif(?2 >= last_seen, ?3, last_capture) WHERE id IN (SELECT article FROM reading \
                 WHERE capture = ({body}))"
            ))?
            .execute(params![page, self.seen, self.capture])?;
        Ok(())
    }

    /// Whether nothing that was seen of a page is later than this capture.
    fn is_latest(&self, page: i64) -> Result<bool, Error> {
        let mut find = self.transaction.prepare_cached(
            "SELECT max(coalesce(seen, ''), coalesce(missed, '')) <= ?2 FROM page WHERE id = ?1",
        )?;
        Ok(find.query_row(params![page, self.seen], |row| row.get(0))?)
    }

    /// Takes note that a page was there, or was not, before what is known of it.
    fn look_back_at_page(&mut self, page: i64, is_there: bool) -> Result<(), Error> {
        let sql = match is_there {
            true => "UPDATE page SET fetched = ?2, seen = max(coalesce(seen, ''), ?3) WHERE id = ?1",
            false => {
                "UPDATE page SET fetched = ?2, missed = iif(coalesce(seen, '') < ?3, min(missed, ?3), missed) WHERE id = ?1"
            }
        };
        self.transaction.prepare_cached(sql)?.execute(params![page, self.time, self.seen])?;
        Ok(())
    }

    /// A list that came unchanged names what it named before.
    fn list_again(&mut self, list: i64) -> Result<(), Error> {
        self.transaction
            .prepare_cached(
                "UPDATE listing SET last = ?2 WHERE list = ?1 AND missed IS NULL AND NOT is_next",
            )?
            .execute(params![list, self.time])?;
        self.transaction
            .prepare_cached(
                "UPDATE page SET listed = ?2 WHERE id IN (SELECT page FROM listing WHERE list = ?1 AND last = ?2)",
            )?
            .execute(params![list, self.time])?;
        Ok(())
    }

    fn page_failed(&mut self, page: i64, status: Option<u16>, why: &str) -> Result<(), Error> {
        self.transaction
            .prepare_cached(
                "UPDATE page SET failed = ?2, status = coalesce(?3, status), failure = ?4, failures = failures + 1 WHERE id = ?1",
            )?
            .execute(params![page, self.time, status, why])?;
        Ok(())
    }

    /// Takes note of the pages that a list names, and of those that it named before and does no more.
    ///
    /// `next` are lists to read only where `named` holds something that was not
    /// known: without that, a list that leads round in a circle would never end.
    ///
    /// # Errors
    ///
    /// The catalogue cannot be written.
    pub fn links(&mut self, list: &Target, named: &[Target], next: &[Target]) -> Result<(), Error> {
        let list = self.page_number(list)?;
        let mut any_new = false;
        for target in named {
            let (page, is_new) = frontier::name(self.transaction, target, &self.time)?;
            any_new |= is_new;
            self.list(list, page, false)?;
        }
        for target in next.iter().filter(|_| any_new) {
            let (page, _) = frontier::name(self.transaction, target, &self.time)?;
            self.list(list, page, true)?;
        }
        let gone = self
            .transaction
            .prepare_cached("UPDATE listing SET missed = ?2 WHERE list = ?1 AND last < ?2 AND missed IS NULL AND NOT is_next")?
            .execute(params![list, self.time])?;
        if named.is_empty() && gone > 0 {
            self.warn(NOTHING_LISTED);
        }
        Ok(())
    }

    /// Takes note of the pictures that an article's page shows, so that they are fetched, and of those that it showed
    /// before and does no more; a page without any takes none away.
    ///
    /// # Errors
    ///
    /// The catalogue cannot be written.
    pub fn pictures(&mut self, article: &Target, pictures: &[Target]) -> Result<(), Error> {
        if pictures.is_empty() {
            return Ok(());
        }
        self.links(article, pictures, &[])
    }

    fn list(&self, list: i64, page: i64, is_next: bool) -> Result<(), Error> {
        self.transaction
            .prepare_cached(
                "INSERT INTO listing(list, page, first, last, is_next) VALUES (?1, ?2, ?3, ?3, ?4) \
                 ON CONFLICT DO UPDATE SET last = ?3, missed = NULL, is_next = ?4",
            )?
            .execute(params![list, page, self.time, is_next])?;
        Ok(())
    }

    /// The page's number; one that no list named is known from now on.
    fn page_number(&self, target: &Target) -> Result<i64, Error> {
        let mut find = self.transaction.prepare_cached("SELECT id FROM page WHERE hash = ?1")?;
        match find.query_row([target.hash()], |row| row.get(0)).optional()? {
            Some(page) => Ok(page),
            None => {
                let (page, _) = frontier::name(self.transaction, target, &self.time)?;
                self.transaction
                    .prepare_cached("UPDATE page SET found = min(found, ?2) WHERE id = ?1")?
                    .execute(params![page, self.seen])?;
                Ok(page)
            }
        }
    }
}

/// What a server called the version of a page, to ask it again by; not what it told others.
fn version<'p>(payload: &'p Payload, name: &str) -> Option<&'p str> {
    payload.header(name).filter(|_| payload.origin.is_empty())
}
