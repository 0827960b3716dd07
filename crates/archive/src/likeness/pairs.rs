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
pub(super) fn find(
    transaction: &Transaction<'_>,
    drafts: &[Draft],
    components: &mut Components<'_>,
) -> Result<(), Error> {
    let places: HashMap<Node, usize> =
        drafts.iter().enumerate().map(|(place, draft)| (draft.node, place)).collect();
    let mut read: HashMap<i64, Fingerprint> = HashMap::new();
    for (place, draft) in drafts.iter().enumerate() {
        let node = draft.node;
        components.load(node)?;
        let Some(signature) = &draft.signature else { continue };
        for text in candidates(transaction, signature)? {
            let other = Node { text, ..node };
            // The later of two texts of a batch looks for the earlier one.
            let place_of_other = places.get(&other);
            if text == node.text || place_of_other.is_some_and(|other| *other > place) {
                continue;
            }
            if !sketch(transaction, text)?.is_some_and(|sketch| sketch.resembles(&signature.sketch)) {
                continue;
            }
            if !clusters::has_article(transaction, other)? {
                continue;
            }
            components.load(other)?;
            if components.are_one(node, other) {
                continue;
            }
            let likeness = match place_of_other {
                Some(place) => draft.fingerprint.likeness(&drafts[*place].fingerprint),
                None => {
                    if !read.contains_key(&text)
                        && let Some(body) = body(transaction, other)?
                    {
                        read.insert(text, Fingerprint::of(&unpack(Some(&body))?));
                    }
                    read.get(&text).map_or(0.0, |other| draft.fingerprint.likeness(other))
                }
            };
            if likeness >= ALIKE {
                let mut insert = transaction.prepare_cached("INSERT OR IGNORE INTO alike VALUES (?1, ?2)")?;
                insert.execute([node.text, text])?;
                insert.execute([text, node.text])?;
                components.join(node, other);
            }
        }
        if read.len() > MOST_READ {
            read.clear();
        }
    }
    Ok(())
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
