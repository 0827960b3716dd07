//! What a crawl asks of the frontier, and tells it.

use std::fs::{OpenOptions, TryLockError};

use rusqlite::{TransactionBehavior, params};
use sinmun_article::SourceId;

use crate::frontier::{self, Page, Run, Target, TargetKind};
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
        frontier::begin(&self.connection, plan, &self.next_time()?)
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

    /// Pages that a run has yet to fetch, in the order of their kinds, without those that `is_taken` says are taken.
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
        frontier::waiting(&self.connection, run, source, kinds, most, is_taken)
    }

    /// Pages to look at again in a run: those that have come to one of so many days of age since they were fetched.
    ///
    /// They are articles, and pictures that were not there; what kinds are asked for is left of them.
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
        frontier::aged(&self.connection, run, source, kinds, days, &self.next_time()?)
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
