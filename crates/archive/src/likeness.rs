mod clusters;
mod fingerprint;
mod pairs;
mod signature;

use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};
use sinmun_article::{ArticleId, Language};

pub use fingerprint::{Fingerprint, Passages};

use crate::Error;
use crate::catalogue::{Catalogue, column, unpack};
use crate::identity::article_id;
use clusters::Components;
use signature::Signature;

/// How alike two texts must be for their articles to stand in one cluster, by [`Fingerprint::likeness`].
pub const ALIKE: f64 = 0.8;

/// Articles of one language whose texts are alike, directly or through one another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cluster {
    /// The earliest of them, by date, then by when it was first seen, then by id.
    pub face: ArticleId,
    /// How many they are; at least two.
    pub size: u64,
}

/// A text in a language in which an article has it, or had.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Node {
    text: i64,
    language: Language,
}

/// A text that is there, and what it is compared by.
struct Draft {
    node: Node,
    fingerprint: Fingerprint,
    /// `None` for a short text.
    signature: Option<Signature>,
}

/// A batch is one transaction: others who write wait no longer than it takes.
const MOST_NODES: usize = 20_000;

/// Compressed texts of a batch, in bytes: bounds its memory to some 200 MB.
const MOST_BYTES: usize = 8 << 20;

impl Catalogue {
    /// Brings what is known of likeness up to the articles; returns how many texts were looked at.
    ///
    /// Every article that comes, goes, or gets another text, language, date or
    /// id to be joined to leaves its text in a queue (by triggers of the
    /// catalogue); this empties the queue, batch by batch. Killed in between,
    /// it goes on the next time. Articles whose cluster changes get the next
    /// change numbers, so that an index takes them in again.
    ///
    /// `progress` is told how many texts are done and how many there are.
    ///
    /// # Errors
    ///
    /// The catalogue cannot be read or written.
    pub fn compare_texts(&self, progress: &dyn Fn(u64, u64)) -> Result<u64, Error> {
        self.with(|catalogue| {
            let total: i64 = catalogue.query_row("SELECT count(*) FROM stirred", [], |row| row.get(0))?;
            let mut done = 0;
            loop {
                let transaction = Transaction::new_unchecked(catalogue, TransactionBehavior::Immediate)?;
                let taken = compare_some(&transaction)?;
                transaction.commit()?;
                if taken == 0 {
                    return Ok(done);
                }
                done += taken as u64;
                // What goes from the midst of a cluster puts the others into the queue again.
                progress(done, done.max(total as u64));
            }
        })
    }

    /// The cluster of an article; `None` where no other is like it.
    ///
    /// # Errors
    ///
    /// The catalogue cannot be read.
    pub fn cluster(&self, id: ArticleId) -> Result<Option<Cluster>, Error> {
        self.with(|catalogue| {
            let mut find = catalogue.prepare_cached(
                "SELECT face, (SELECT count(*) FROM cluster AS other WHERE other.face = cluster.face) FROM cluster \
                 WHERE article = ?1",
            )?;
            let found = find.query_row([id.number() as i64], |row| {
                Ok(Cluster { face: article_id(row.get(0)?), size: row.get::<_, i64>(1)? as u64 })
            });
            Ok(found.optional()?)
        })
    }

    /// The articles whose texts are probably like a text; how much, their fingerprints tell.
    ///
    /// # Errors
    ///
    /// The catalogue cannot be read.
    pub fn probably_alike(&self, fingerprint: &Fingerprint) -> Result<Vec<ArticleId>, Error> {
        let Some(signature) = Signature::of(fingerprint) else { return Ok(Vec::new()) };
        self.with(|catalogue| {
            let mut find =
                catalogue.prepare_cached("SELECT id FROM article WHERE text = ?1 AND joined IS NULL")?;
            let mut found = Vec::new();
            for text in pairs::candidates(catalogue, &signature)? {
                if pairs::sketch(catalogue, text)?.is_some_and(|sketch| sketch.resembles(&signature.sketch)) {
                    let rows = find.query_map([text], |row| Ok(article_id(row.get(0)?)))?;
                    found.extend(rows.collect::<Result<Vec<_>, _>>()?);
                }
            }
            Ok(found)
        })
    }
}

/// Takes texts from the queue and settles all that follows from them; returns how many it took.
fn compare_some(transaction: &Transaction<'_>) -> Result<usize, Error> {
    let mut present = Vec::new();
    let (mut taken, mut bytes) = (0, 0);
    for node in queued(transaction)? {
        match body(transaction, node)? {
            Some(body) => {
                bytes += body.len();
                present.push((node, body));
            }
            None => release(transaction, node)?,
        }
        let mut remove =
            transaction.prepare_cached("DELETE FROM stirred WHERE text = ?1 AND language = ?2")?;
        remove.execute(params![node.text, node.language.code()])?;
        taken += 1;
        if bytes >= MOST_BYTES {
            break;
        }
    }
    if !present.is_empty() {
        let drafts = measure(&present)?;
        let mut components = Components::new(transaction);
        pairs::keep(transaction, &drafts)?;
        pairs::find(transaction, &drafts, &mut components)?;
        clusters::settle(transaction, &drafts, &mut components)?;
    }
    Ok(taken)
}

fn queued(transaction: &Transaction<'_>) -> Result<Vec<Node>, Error> {
    let mut statement = transaction.prepare_cached("SELECT text, language FROM stirred LIMIT ?1")?;
    let rows = statement
        .query_map([MOST_NODES as i64], |row| Ok(Node { text: row.get(0)?, language: column(row, 1)? }))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The compressed text of a node that an article has.
fn body(catalogue: &Connection, node: Node) -> Result<Option<Vec<u8>>, Error> {
    let mut find = catalogue.prepare_cached(&format!(
        "SELECT body FROM text WHERE id = ?1 AND EXISTS ({})",
        clusters::HAS_ARTICLE
    ))?;
    Ok(find.query_row(params![node.text, node.language.code()], |row| row.get(0)).optional()?)
}

/// No article has this text any more: what it held together is compared anew.
///
/// Texts of one cluster are not compared where they are connected already, so
/// what is left may be connected in ways that nobody looked for.
fn release(transaction: &Transaction<'_>, node: Node) -> Result<(), Error> {
    let mut stir = transaction.prepare_cached(
        "INSERT OR IGNORE INTO stirred SELECT text, language FROM article WHERE text IS NOT NULL AND joined IS NULL \
         AND id IN (SELECT article FROM cluster WHERE face IN (SELECT face FROM cluster WHERE article IN (SELECT id \
         FROM article WHERE text IN (SELECT other FROM alike WHERE one = ?1))))",
    )?;
    stir.execute([node.text])?;
    Ok(())
}

/// Takes fingerprints, on all cores where there are many texts.
fn measure(present: &[(Node, Vec<u8>)]) -> Result<Vec<Draft>, Error> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let threads = if present.len() < 100 { 1 } else { cores };
    let work = |first: usize| -> Result<Vec<Draft>, Error> {
        let mut drafts = Vec::with_capacity(present.len() / threads + 1);
        for (node, body) in present.iter().skip(first).step_by(threads) {
            let fingerprint = Fingerprint::of(&unpack(Some(body))?);
            let signature = Signature::of(&fingerprint);
            drafts.push(Draft { node: *node, fingerprint, signature });
        }
        Ok(drafts)
    };
    if threads == 1 {
        return work(0);
    }
    std::thread::scope(|scope| {
        let work = &work;
        let workers: Vec<_> = (0..threads).map(|first| scope.spawn(move || work(first))).collect();
        let mut drafts = Vec::with_capacity(present.len());
        for worker in workers {
            drafts.extend(worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?);
        }
        Ok(drafts)
    })
}
