//! Captures that other programs made: each becomes a capture of ours, with its own URL and date.

use std::collections::HashSet;

use rusqlite::{OptionalExtension, params};

use crate::Error;
use crate::intake::Counts;
use crate::member::{self, Circumstances, Earlier};
use crate::payload::{Payload, PayloadKind};
use crate::store::{Entry, Store, following};

/// What became of captures of others.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Adopted {
    /// What became of the records in them.
    pub counts: Counts,
    /// For each capture, whether it came in; `false` where it was known already.
    pub is_taken: Vec<bool>,
}

impl Store {
    /// Archives captures of others and reads them, all of them or nothing.
    ///
    /// A response keeps its bytes, its URL and its date, whatever is known of
    /// the page: nothing becomes a revisit that was none. A response of the
    /// same URL, date and body, a revisit of the same URL and date, and a file of the same
    /// bytes and reading are known, and left alone.
    ///
    /// # Errors
    ///
    /// Nothing of them is in the catalogue then; see [`Store::put`].
    pub fn adopt(&mut self, captures: &[(Payload, Circumstances)]) -> Result<Adopted, Error> {
        let _lock = self.lock()?;
        let mut time = self.next_time()?;
        let mut members = Vec::new();
        let mut entries = Vec::new();
        let mut adopted = Adopted::default();
        let mut here: HashSet<String> = HashSet::new();
        for (payload, circumstances) in captures {
            let date = &circumstances.date;
            let is_file = payload.kind == PayloadKind::File;
            let repeats = circumstances.repeats.as_ref();
            let digest = repeats.map_or_else(|| payload.digest(), |earlier| earlier.digest.clone());
            let key = match payload.kind {
                PayloadKind::File => format!("{digest} {}", payload.reading),
                PayloadKind::Revisit => format!("{date} {}", payload.target),
                _ => format!("{date} {} {digest}", payload.target),
            };
            let is_known = match payload.kind {
                PayloadKind::File => self.is_known(&digest, &payload.reading)?,
                kind => self.has_capture(payload, date, (kind != PayloadKind::Revisit).then_some(&digest))?,
            };
            let is_taken = here.insert(key) && !is_known;
            adopted.is_taken.push(is_taken);
            if !is_taken {
                continue;
            }
            let before = members.len();
            let second = if is_file {
                let file = member::encode_file(payload, &time, &digest);
                members.extend(file.map_err(|error| self.compressing(&error))?);
                0
            } else {
                let encoded = member::encode_page(payload, circumstances, &time, &digest, repeats);
                let (bytes, second) = encoded.map_err(|error| self.compressing(&error))?;
                members.extend(bytes);
                second
            };
            entries.push(Entry {
                payload,
                kind: payload.kind,
                request: (second > 0).then_some(before),
                member: before + second..members.len(),
                time: time.clone(),
                date: (!is_file).then_some(date),
                digest,
            });
            time = following(&time);
        }
        if !entries.is_empty() {
            self.open_current(&time)?;
            adopted.counts = self.settle(&members, entries)?;
        }
        Ok(adopted)
    }

    /// The whole response that came from a URL at a date, if there is exactly that.
    ///
    /// # Errors
    ///
    /// The catalogue cannot be read.
    pub fn response_of(&self, target: &str, date: &str) -> Result<Option<Earlier>, Error> {
        let mut find = self.connection.prepare_cached(
            "SELECT digest FROM capture WHERE target = ?1 AND kind > 0 AND kind = 1 AND date = ?2 ORDER BY id LIMIT 1",
        )?;
        let digest: Option<String> = find.query_row([target, date], |row| row.get(0)).optional()?;
        let earlier = |digest| Earlier { target: target.to_owned(), date: date.to_owned(), digest };
        Ok(digest.map(earlier))
    }

    fn has_capture(&self, payload: &Payload, date: &str, digest: Option<&String>) -> Result<bool, Error> {
        let mut find = self.connection.prepare_cached(
            "SELECT 1 FROM capture WHERE target = ?1 AND kind > 0 AND kind = ?2 AND date = ?3 AND digest = coalesce(?4, digest)",
        )?;
        let values = params![payload.target, payload.kind as i64, date, digest];
        Ok(find.query_row(values, |_| Ok(())).optional()?.is_some())
    }
}
