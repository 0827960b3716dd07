//! What a crawl asks of the frontier, and tells it.

use std::fs::{OpenOptions, TryLockError};

use rusqlite::{OptionalExtension, TransactionBehavior, params};
use sinmun_article::SourceId;

use crate::frontier::{self, COLUMNS, Page, Run, Target, TargetKind, read_page};
use crate::store::Store;
use crate::{Error, ErrorKind};

impl Store {
    /// Begins a crawl, or goes on with the last one of the same plan that did not come to its end.
    ///
    /// One process crawls at a time: two would ask each host twice as fast as it wants.
    ///
    /// # Errors
    ///
    /// Another process crawls for this data directory ([`ErrorKind::Busy`]), or
    /// the catalogue cannot be written.
    pub fn begin_run(&mut self, plan: &str) -> Result<Run, Error> {
        let path = self.archive.join(".crawl.lock");
        let open = OpenOptions::new().create(true).truncate(false).write(true).open(&path);
        let lock = open.map_err(|error| Error::io("open", &path, &error))?;
        if let Err(error) = lock.try_lock() {
            return Err(match error {
                TryLockError::WouldBlock => {
                    let message =
                        "another crawl of this data directory is under way: wait until it has ended";
                    Error::of(ErrorKind::Busy, message)
                }
                TryLockError::Error(error) => Error::io("lock", &path, &error),
            });
        }
        self.crawling = Some(lock);
        let now = self.next_time()?;
        let open = self
            .connection
            .query_row(
                "SELECT id, began FROM run WHERE plan = ?1 AND ended IS NULL ORDER BY id DESC LIMIT 1",
                [plan],
                |row| Ok(Run { id: row.get(0)?, began: row.get(1)?, is_resumed: true }),
            )
            .optional()?;
        if let Some(run) = open {
            return Ok(run);
        }
        self.connection.execute("INSERT INTO run(plan, began) VALUES (?1, ?2)", [plan, &now])?;
        Ok(Run { id: self.connection.last_insert_rowid(), began: now, is_resumed: false })
    }

    /// Notes that a crawl came to its end.
    ///
    /// # Errors
    ///
    /// The catalogue cannot be written.
    pub fn end_run(&mut self, run: &Run) -> Result<(), Error> {
        self.crawling = None;
        self.connection
            .execute("UPDATE run SET ended = ?2 WHERE id = ?1", params![run.id, self.next_time()?])?;
        Ok(())
    }

    /// Names pages to begin a run with.
    ///
    /// # Errors
    ///
    /// The catalogue cannot be written.
    pub fn name_pages(&mut self, targets: &[Target]) -> Result<(), Error> {
        let time = self.next_time()?;
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        for target in targets {
            frontier::name(&transaction, target, &time)?;
        }
        transaction.commit()?;
        Ok(())
    }

    /// Pages that a run has yet to fetch, in the order of their kinds, without those that `is_taken` says are taken:
    /// those never fetched, and the lists that it reached and did not read.
    ///
    /// # Errors
    ///
    /// The catalogue cannot be read.
    pub fn waiting(
        &self,
        run: &Run,
        source: &SourceId,
        kinds: &[TargetKind],
        most: usize,
        is_taken: &dyn Fn(i64) -> bool,
    ) -> Result<Vec<Page>, Error> {
        let mut pages = Vec::new();
        for kind in kinds {
            // As numbers in the text: an index that is limited to a kind is used for a query that says so.
            let condition = match kind {
                TargetKind::Article => "page.kind = 0 AND page.fetched IS NULL",
                TargetKind::List => {
                    "page.kind = 1 AND page.listed >= ?2 AND (page.fetched IS NULL OR page.fetched < ?2)"
                }
                TargetKind::Image => "page.kind = 2 AND page.fetched IS NULL",
            };
            let mut statement = self.connection.prepare_cached(&format!(
                "SELECT {COLUMNS} FROM page WHERE page.source = ?1 AND {condition} AND coalesce(page.dropped, '') < ?2 \
                 ORDER BY page.id"
            ))?;
            let mut rows = statement.query(params![source.as_str(), run.began])?;
            while let Some(row) = rows.next()? {
                if pages.len() >= most {
                    return Ok(pages);
                }
                if !is_taken(row.get(0)?) {
                    pages.push(read_page(row)?);
                }
            }
        }
        Ok(pages)
    }

    /// Pages to look at again in a run: those that have come to one of so many days of age since they were fetched.
    ///
    /// They are articles, and pictures that were not there; what kinds are asked for is left of them. Day 0 is in every
    /// run: a page that was fetched before the run began.
    ///
    /// # Errors
    ///
    /// The catalogue cannot be read.
    pub fn aged(
        &self,
        run: &Run,
        source: &SourceId,
        kinds: &[TargetKind],
        days: &[u32],
    ) -> Result<Vec<Page>, Error> {
        let now = self.next_time()?;
        let days = format!("[{}]", days.iter().map(u32::to_string).collect::<Vec<_>>().join(","));
        let is_wanted = |kind: TargetKind| kinds.contains(&kind);
        let (articles, images) = (is_wanted(TargetKind::Article), is_wanted(TargetKind::Image));
        let mut statement = self.connection.prepare_cached(&format!(
            "SELECT {COLUMNS} FROM page WHERE page.source = ?1 AND page.fetched < ?2 \
             AND (page.kind = 0 AND ?5 OR page.kind = 2 AND page.seen IS NULL AND ?6) \
             AND coalesce(page.dropped, '') < ?2 AND EXISTS (SELECT 1 FROM json_each(?3) AS day WHERE day.value = 0 OR \
             (unixepoch(page.found) + day.value * 86400 <= unixepoch(?4) AND \
             unixepoch(page.fetched) < unixepoch(page.found) + day.value * 86400)) ORDER BY page.id"
        ))?;
        let values = params![source.as_str(), run.began, days, now, articles, images];
        let rows = statement.query_map(values, read_page)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Gives a page up until the next run.
    ///
    /// # Errors
    ///
    /// The catalogue cannot be written.
    pub fn drop_page(&mut self, page: i64, why: &str) -> Result<(), Error> {
        let time = self.next_time()?;
        self.connection
            .prepare_cached(
                "UPDATE page SET dropped = ?2, failed = coalesce(failed, ?2), failure = coalesce(failure, ?3) WHERE id = ?1",
            )?
            .execute(params![page, time, why])?;
        Ok(())
    }
}
