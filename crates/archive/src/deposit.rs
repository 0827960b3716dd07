//! What a crawl brought in becomes captures.

use std::collections::HashMap;

use rusqlite::{OptionalExtension, params};

use crate::Error;
use crate::intake::Counts;
use crate::member::{self, Circumstances, Earlier};
use crate::payload::{Payload, PayloadKind};
use crate::store::{Entry, Store, following};

/// What became of pages that were archived.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Deposited {
    /// What became of the records in them.
    pub counts: Counts,
    /// The URLs of pages of the frontier that sent what they had sent before.
    pub repeated: Vec<String>,
}

impl Store {
    /// Archives what a crawl brought in and reads it, all of it or nothing.
    ///
    /// A body that the same page had before is kept once: its capture becomes a
    /// revisit. The captures are written in one go, so that many cost one
    /// wait for the disk.
    ///
    /// # Errors
    ///
    /// Nothing of it is in the catalogue then; see [`Store::put`].
    pub fn put_pages(&mut self, pages: &[(Payload, Circumstances)]) -> Result<Deposited, Error> {
        let _lock = self.lock()?;
        let mut time = self.next_time()?;
        self.open_current(&time)?;
        let mut members = Vec::new();
        let mut captures = Vec::with_capacity(pages.len());
        let mut repeated = Vec::new();
        let mut fresh: HashMap<&str, Earlier> = HashMap::new();
        for (payload, circumstances) in pages {
            let date = &circumstances.date;
            let before = members.len();
            let (start, digest, kind);
            if payload.kind == PayloadKind::Failure {
                (start, digest, kind) = (members.len(), payload.digest(), PayloadKind::Failure);
                let member = member::encode_failure(payload, date, &time, &digest);
                members.extend(member.map_err(|error| self.compressing(&error))?);
            } else {
                let earlier = match fresh.get(payload.target.as_str()) {
                    Some(earlier) if circumstances.page.is_none() => Some(earlier.clone()),
                    _ => self.earlier(&payload.target, circumstances.page)?,
                };
                let own = payload.digest();
                let is_same = |earlier: &Earlier| {
                    payload.status() == Some(304) || (earlier.digest == own && !payload.body().is_empty())
                };
                let earlier = earlier.filter(|earlier| is_same(earlier) && circumstances.truncated.is_none());
                kind = if earlier.is_some() { PayloadKind::Revisit } else { PayloadKind::Response };
                digest = earlier.as_ref().map_or(own, |earlier| earlier.digest.clone());
                let is_whole = matches!(payload.status(), Some(200..=299));
                if earlier.is_some() && circumstances.page.is_some() && is_whole {
                    repeated.push(payload.target.clone());
                }
                let encoded = member::encode_page(payload, circumstances, &time, &digest, earlier.as_ref());
                let (bytes, second) = encoded.map_err(|error| self.compressing(&error))?;
                start = members.len() + second;
                members.extend(bytes);
                if earlier.is_none() && circumstances.truncated.is_none() {
                    let target = payload.target.clone();
                    let earlier = Earlier { target, date: date.clone(), digest: digest.clone() };
                    fresh.insert(&payload.target, earlier);
                }
            }
            let request = (start > before).then_some(before);
            let member = start..members.len();
            captures.push(Entry {
                payload,
                kind,
                request,
                member,
                time: time.clone(),
                date: Some(date),
                digest,
            });
            time = following(&time);
        }
        Ok(Deposited { counts: self.settle(&members, captures)?, repeated })
    }

    /// The last whole body that a page had at a URL; what is no page has but its URL.
    ///
    /// Nothing is told as unchanged since a capture that others made: it need not have been read as this page would be.
    /// `kind > 0` is what the index of targets is limited to: it is used for a query that says so.
    fn earlier(&self, target: &str, page: Option<i64>) -> Result<Option<Earlier>, Error> {
        let read = |row: &rusqlite::Row<'_>| {
            Ok(Earlier { target: target.to_owned(), date: row.get(0)?, digest: row.get(1)? })
        };
        let row = match page {
            Some(page) => self
                .connection
                .prepare_cached(
                    "SELECT coalesce(capture.date, time), digest FROM page JOIN capture ON capture.id = page.capture \
                     WHERE page.id = ?1 AND target = ?2 AND origin = ''",
                )?
                .query_row(params![page, target], read),
            None => self
                .connection
                .prepare_cached(
                    "SELECT coalesce(date, time), digest FROM capture WHERE target = ?1 AND kind > 0 AND kind = 1 \
                     AND origin = '' AND status BETWEEN 200 AND 299 ORDER BY id DESC LIMIT 1",
                )?
                .query_row([target], read),
        };
        Ok(row.optional()?)
    }
}
