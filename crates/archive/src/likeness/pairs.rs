use std::collections::{BTreeSet, HashMap};

use rusqlite::{Connection, OptionalExtension, Transaction, params};

use super::clusters::{self, Components};
use super::signature::{Signature, Sketch};
use super::{ALIKE, Draft, Fingerprint, Node, body};
use crate::Error;
use crate::catalogue::unpack;

/// Keeps the signatures of texts.
pub(super) fn keep(transaction: &Transaction<'_>, drafts: &[Draft]) -> Result<(), Error> {
    let mut bands = Vec::new();
    let mut insert = transaction.prepare_cached("INSERT OR REPLACE INTO sketch VALUES (?1, ?2)")?;
    for Draft { node, signature, .. } in drafts {
        if let Some(signature) = signature {
            insert.execute(params![node.text, signature.sketch.0])?;
            bands.extend(signature.bands.map(|band| (band, node.text)));
        }
    }
    // In the table's order: neighbours then go to the same page.
    bands.sort_unstable();
    let mut insert = transaction.prepare_cached("INSERT OR IGNORE INTO band VALUES (?1, ?2, ?3)")?;
    for (band, text) in bands {
        insert.execute([band.hash, band.place, text])?;
    }
    Ok(())
}

/// Finds the texts that are like those of a batch and connects them.
///
/// What is connected already is not compared again: of a thousand notices that
/// are all alike each is compared with one. Which pairs are written down then
/// depends on the order of arrival; what they connect does not, but in bands of
/// more texts than are looked at, where it may connect more.
pub(super) fn find<'t>(
    transaction: &'t Transaction<'t>,
    drafts: &[Draft],
    components: &mut Components<'t>,
) -> Result<(), Error> {
    let mut search = Search {
        transaction,
        drafts,
        places: drafts.iter().enumerate().map(|(place, draft)| (draft.node, place)).collect(),
        components,
        sketches: HashMap::new(),
        read: HashMap::new(),
    };
    (0..drafts.len()).try_for_each(|place| search.connect(place))
}

/// The search for what is like the texts of one batch.
struct Search<'a, 't> {
    transaction: &'t Transaction<'t>,
    drafts: &'a [Draft],
    places: HashMap<Node, usize>,
    components: &'a mut Components<'t>,
    sketches: HashMap<i64, Option<Sketch>>,
    read: HashMap<i64, Fingerprint>,
}

impl Search<'_, '_> {
    /// Connects a text with those that are like it.
    fn connect(&mut self, place: usize) -> Result<(), Error> {
        let draft = &self.drafts[place];
        let node = draft.node;
        self.components.load(node)?;
        let Some(signature) = &draft.signature else { return Ok(()) };
        for text in candidates(self.transaction, signature)? {
            let other = Node { text, ..node };
            // The later of two texts of a batch looks for the earlier one.
            if other == node || self.places.get(&other).is_some_and(|other| *other > place) {
                continue;
            }
            let is_connected = self.components.has(other) && self.components.are_one(node, other);
            if is_connected || !self.resembles(signature, other)? {
                continue;
            }
            if !clusters::has_article(self.transaction, other)? {
                continue;
            }
            self.components.load(other)?;
            if !self.components.are_one(node, other) && self.likeness(draft, other)? >= ALIKE {
                let mut insert =
                    self.transaction.prepare_cached("INSERT OR IGNORE INTO alike VALUES (?1, ?2)")?;
                insert.execute([node.text, text])?;
                insert.execute([text, node.text])?;
                self.components.join(node, other);
            }
        }
        Ok(())
    }

    fn resembles(&mut self, signature: &Signature, other: Node) -> Result<bool, Error> {
        if let Some(place) = self.places.get(&other) {
            let other = self.drafts[*place].signature.as_ref();
            return Ok(other.is_some_and(|other| other.sketch.resembles(&signature.sketch)));
        }
        if !self.sketches.contains_key(&other.text) {
            self.sketches.insert(other.text, sketch(self.transaction, other.text)?);
        }
        let known = self.sketches.get(&other.text).and_then(Option::as_ref);
        Ok(known.is_some_and(|sketch| sketch.resembles(&signature.sketch)))
    }

    fn likeness(&mut self, draft: &Draft, other: Node) -> Result<f64, Error> {
        if let Some(place) = self.places.get(&other) {
            return Ok(draft.fingerprint.likeness(&self.drafts[*place].fingerprint));
        }
        if !self.read.contains_key(&other.text) {
            let Some(body) = body(self.transaction, other)? else { return Ok(0.0) };
            if self.read.len() >= MOST_READ {
                self.read.clear();
            }
            self.read.insert(other.text, Fingerprint::of(&unpack(Some(&body))?));
        }
        Ok(self.read.get(&other.text).map_or(0.0, |other| draft.fingerprint.likeness(other)))
    }
}

/// Fingerprints of earlier texts that a batch holds on to.
const MOST_READ: usize = 2_000;

/// The texts that share a band with a signature, itself among them where it was kept.
///
/// Where very many do, as notices of one wording, these are the nearest in the
/// order of the band, so many on each side. Two texts only grow apart in it as
/// others come between, so whichever came later had the other among its nearest.
pub(super) fn candidates(catalogue: &Connection, signature: &Signature) -> Result<BTreeSet<i64>, Error> {
    let mut all = catalogue.prepare_cached("SELECT text FROM band WHERE hash = ?1 LIMIT ?2")?;
    let mut below = catalogue.prepare_cached(
        "SELECT text FROM band WHERE hash = ?1 AND place < ?2 ORDER BY place DESC, text DESC LIMIT ?3",
    )?;
    let mut above = catalogue.prepare_cached(
        "SELECT text FROM band WHERE hash = ?1 AND place >= ?2 ORDER BY place, text LIMIT ?3",
    )?;
    let mut found = BTreeSet::new();
    for band in signature.bands {
        let texts: Vec<i64> =
            all.query_map([band.hash, 2 * NEAREST + 1], |row| row.get(0))?.collect::<Result<_, _>>()?;
        if texts.len() as i64 <= 2 * NEAREST {
            found.extend(texts);
            continue;
        }
        for side in [&mut below, &mut above] {
            let mut rows = side.query([band.hash, band.place, NEAREST])?;
            while let Some(row) = rows.next()? {
                found.insert(row.get(0)?);
            }
        }
    }
    Ok(found)
}

/// How many texts on each side of one in a band are looked at.
const NEAREST: i64 = 50;

/// What is kept of a text to tell whether it is worth reading.
pub(super) fn sketch(catalogue: &Connection, text: i64) -> Result<Option<Sketch>, Error> {
    let mut find = catalogue.prepare_cached("SELECT least FROM sketch WHERE text = ?1")?;
    let found: Option<Vec<u8>> = find.query_row([text], |row| row.get(0)).optional()?;
    Ok(found.and_then(|bytes| Sketch::read(&bytes)))
}
