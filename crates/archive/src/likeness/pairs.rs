use std::collections::{BTreeSet, HashMap, HashSet};

use rusqlite::{Connection, OptionalExtension, Transaction, params};
use sinmun_article::Language;

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
    let mut insert = transaction.prepare_cached("INSERT OR IGNORE INTO band VALUES (?1, ?2)")?;
    for (band, text) in bands {
        insert.execute([band, text])?;
    }
    Ok(())
}

/// Finds the texts that are like those of a batch and connects them.
///
/// What is connected already is not compared again: of a thousand notices that
/// are all alike each is compared with one. Which pairs are written down then
/// depends on the order of arrival; what is connected with what does not.
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
        buckets: HashMap::new(),
        sketches: HashMap::new(),
        read: HashMap::new(),
    };
    drafts.iter().try_for_each(|draft| search.connect(draft))
}

/// The search for what is like the texts of one batch.
struct Search<'a, 't> {
    transaction: &'t Transaction<'t>,
    drafts: &'a [Draft],
    places: HashMap<Node, usize>,
    components: &'a mut Components<'t>,
    /// The nodes of each band that was asked for, in groups of what is connected; those of the batch come in by turns.
    buckets: HashMap<(i64, Language), Vec<Vec<Node>>>,
    sketches: HashMap<i64, Option<Sketch>>,
    read: HashMap<i64, Fingerprint>,
}

impl Search<'_, '_> {
    /// Connects a text with the earlier ones that are like it.
    fn connect(&mut self, draft: &Draft) -> Result<(), Error> {
        let node = draft.node;
        self.components.load(node)?;
        let Some(signature) = &draft.signature else { return Ok(()) };
        let mut compared = HashSet::new();
        for band in signature.bands {
            let key = (band, node.language);
            let groups = match self.buckets.remove(&key) {
                Some(groups) => groups,
                None => self.bucket(band, node.language)?,
            };
            let mut own = Vec::new();
            let mut others = Vec::new();
            for group in groups {
                if self.is_connected(draft, signature, &group, &mut compared)? {
                    own.extend(group);
                } else {
                    others.push(group);
                }
            }
            own.push(node);
            others.push(own);
            self.buckets.insert(key, others);
        }
        Ok(())
    }

    /// The earlier texts of a band, each by itself.
    fn bucket(&self, band: i64, language: Language) -> Result<Vec<Vec<Node>>, Error> {
        let mut find = self.transaction.prepare_cached("SELECT text FROM band WHERE hash = ?1")?;
        let mut groups = Vec::new();
        let mut rows = find.query([band])?;
        while let Some(row) = rows.next()? {
            let node = Node { text: row.get(0)?, language };
            if !self.places.contains_key(&node) {
                groups.push(vec![node]);
            }
        }
        Ok(groups)
    }

    /// Whether a text is connected with a group, perhaps only since now.
    fn is_connected(
        &mut self,
        draft: &Draft,
        signature: &Signature,
        group: &[Node],
        compared: &mut HashSet<i64>,
    ) -> Result<bool, Error> {
        for other in group {
            if self.components.has(*other) && self.components.are_one(draft.node, *other) {
                return Ok(true);
            }
            if !compared.insert(other.text) || !self.resembles(signature, *other)? {
                continue;
            }
            if !clusters::has_article(self.transaction, *other)? {
                continue;
            }
            self.components.load(*other)?;
            if self.components.are_one(draft.node, *other) {
                return Ok(true);
            }
            if self.likeness(draft, *other)? >= ALIKE {
                let mut insert =
                    self.transaction.prepare_cached("INSERT OR IGNORE INTO alike VALUES (?1, ?2)")?;
                insert.execute([draft.node.text, other.text])?;
                insert.execute([other.text, draft.node.text])?;
                self.components.join(draft.node, *other);
                return Ok(true);
            }
        }
        Ok(false)
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
pub(super) fn candidates(catalogue: &Connection, signature: &Signature) -> Result<BTreeSet<i64>, Error> {
    let mut find = catalogue.prepare_cached("SELECT text FROM band WHERE hash = ?1")?;
    let mut found = BTreeSet::new();
    for band in signature.bands {
        let mut rows = find.query([band])?;
        while let Some(row) = rows.next()? {
            found.insert(row.get(0)?);
        }
    }
    Ok(found)
}

/// What is kept of a text to tell whether it is worth reading.
pub(super) fn sketch(catalogue: &Connection, text: i64) -> Result<Option<Sketch>, Error> {
    let mut find = catalogue.prepare_cached("SELECT least FROM sketch WHERE text = ?1")?;
    let found: Option<Vec<u8>> = find.query_row([text], |row| row.get(0)).optional()?;
    Ok(found.and_then(|bytes| Sketch::read(&bytes)))
}
