//! Reading captures again, by other rules than before.

use std::collections::BTreeMap;

use rusqlite::{OptionalExtension, Transaction, TransactionBehavior, params};
use sinmun_article::ArticleId;

use crate::identity::article_id;
use crate::intake::{Counts, Intake, Pass};
use crate::store::Store;
use crate::{Error, names, warc};

/// What is read again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// Everything.
    All,
    /// What was read by the rules of these names, and all captures of articles of sources with these names.
    Named(Vec<String>),
    /// What was read by the rules of these names, or by rules without a name, and what tells of the same sources.
    Outdated(Vec<String>),
}

/// What reading again has changed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reread {
    /// Captures that were read.
    pub captures: u64,
    /// What became of their records; an article is new there when its first record is read.
    pub counts: Counts,
    /// Articles that are as they were.
    pub unchanged: u64,
    /// Articles of which something is other than it was.
    pub changed: u64,
    /// Of those, how many differ in which part.
    pub fields: BTreeMap<&'static str, u64>,
    /// Articles that were not found by the rules before.
    pub new: u64,
    /// Articles that are part of another now; their ids lead there.
    pub joined: u64,
    /// Articles that today's rules do not find in what came in: no search finds them any more.
    pub withdrawn: u64,
    /// Revisions that articles have more than before.
    pub revisions_gained: u64,
    /// Revisions that articles have no more.
    pub revisions_lost: u64,
    /// The first articles that changed, up to [`Reread::MOST_EXAMPLES`].
    pub examples: Vec<Altered>,
}

/// An article that is read differently.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Altered {
    /// Its id.
    pub id: ArticleId,
    /// Its title now.
    pub title: String,
    /// The parts that differ.
    pub fields: Vec<&'static str>,
}

impl Reread {
    /// How many changed articles are told one by one.
    pub const MOST_EXAMPLES: usize = 1_000;
}

/// What an article says, by the columns that hold it.
const FIELDS: [(&str, &str); 12] = [
    ("title", "title"),
    ("body", "text"),
    ("date", "date"),
    ("date_origin", "date_origin"),
    ("byline", "byline"),
    ("dateline", "dateline"),
    ("kind", "genre"),
    ("speaker", "speaker"),
    ("language", "language"),
    ("source", "source"),
    ("url", "url"),
    ("revisions", "revisions"),
];

/// What else has to be the same for an article to be as it was.
const OTHERS: [&str; 6] = ["imported_id", "first_seen", "last_seen", "story", "joined", "is_copy"];

impl Store {
    /// What was read by other rules than today's; `None` where nothing was.
    ///
    /// `is_outdated` is asked for each name and fingerprint (see [`Intake::read_by`]).
    ///
    /// # Errors
    ///
    /// The catalogue cannot be read.
    pub fn outdated(&self, is_outdated: impl Fn(&str, &str) -> bool) -> Result<Option<Scope>, Error> {
        let mut statement = self.connection.prepare("SELECT name, fingerprint FROM rules ORDER BY name")?;
        let rows = statement.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))?;
        let mut names = Vec::new();
        for row in rows {
            let (name, fingerprint) = row?;
            if is_outdated(&name, &fingerprint) {
                names.push(name);
            }
        }
        names.dedup();
        let unknown = self
            .connection
            .query_row(
                "SELECT 1 FROM capture WHERE rules IS NULL AND EXISTS (SELECT 1 FROM reading WHERE capture = capture.id) \
                 LIMIT 1",
                [],
                |_| Ok(()),
            )
            .optional()?;
        Ok((unknown.is_some() || !names.is_empty()).then_some(Scope::Outdated(names)))
    }

    /// Reads captures again, in the order in which they came in, and puts what they say now in place of what they said.
    ///
    /// All captures of an article are read by the same rules, so that no revision comes of a change of rules. What is
    /// known of pages stays as it is. An id that was given goes on leading to its article. `progress` is told how many captures are
    /// read, and how many there are.
    ///
    /// # Errors
    ///
    /// A record is damaged or the catalogue cannot be written; the catalogue then is as it was.
    pub fn read_again(&mut self, scope: &Scope, progress: &mut dyn FnMut(u64, u64)) -> Result<Reread, Error> {
        let _lock = self.lock()?;
        // Else every text and article that goes is looked for among all that refer to it.
        self.connection.pragma_update(None, "foreign_keys", false)?;
        let outcome = self.read_again_in_one(scope, progress);
        self.connection.pragma_update(None, "foreign_keys", true)?;
        outcome
    }

    fn read_again_in_one(
        &mut self,
        scope: &Scope,
        progress: &mut dyn FnMut(u64, u64),
    ) -> Result<Reread, Error> {
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let change =
            transaction.query_row("SELECT coalesce(max(change), 0) FROM article", [], |row| row.get(0))?;
        let pass = Pass::Again { change, is_part: *scope != Scope::All };
        choose(&transaction, scope)?;
        take_away(&transaction)?;
        let mut reread = Reread::default();
        let captures: Vec<(i64, String, u64, String, Option<String>)> = transaction
            .prepare(
                "SELECT capture.id, warc.name, offset, time, date FROM again \
                 JOIN capture ON capture.id = again.capture JOIN warc ON warc.id = capture.warc ORDER BY time",
            )?
            .query_map([], |row| {
                let offset: i64 = row.get(2)?;
                Ok((row.get(0)?, row.get(1)?, offset as u64, row.get(3)?, row.get(4)?))
            })?
            .collect::<Result<_, _>>()?;
        for (capture, name, offset, time, date) in &captures {
            let payload = warc::read_at(&self.archive.join(name), *offset)?.payload;
            let mut intake = Intake::new(&transaction, *capture, &payload, time, date.as_deref(), pass)?;
            (self.read)(&payload, &mut intake)?;
            reread.counts.add(&intake.finish());
            reread.captures += 1;
            progress(reread.captures, captures.len() as u64);
        }
        compare(&transaction, &mut reread)?;
        settle(&transaction, change, &mut reread)?;
        names::forget(&transaction)?;
        transaction.execute_batch(
            "DROP TABLE temp.again; DROP TABLE temp.again_source; DROP TABLE temp.again_body; DROP TABLE temp.before; \
             DROP TABLE temp.stirred_before; DROP TABLE temp.cluster_before;",
        )?;
        transaction.commit()?;
        Ok(reread)
    }
}

/// Chooses the captures that are read, and the sources whose articles go for that.
fn choose(transaction: &Transaction<'_>, scope: &Scope) -> Result<(), Error> {
    transaction.execute_batch(
        "CREATE TEMP TABLE again(capture INTEGER PRIMARY KEY);
         CREATE TEMP TABLE again_source(id INTEGER PRIMARY KEY);
         CREATE TEMP TABLE again_body(page INTEGER PRIMARY KEY, capture INTEGER NOT NULL, seen TEXT NOT NULL);",
    )?;
    let (names, unknown) = match scope {
        Scope::All => {
            transaction.execute_batch(
                "INSERT INTO again_source SELECT id FROM source;
                 INSERT INTO again SELECT id FROM capture WHERE rules IS NOT NULL OR kind = 2
                     UNION SELECT capture FROM reading UNION SELECT capture FROM rejection;",
            )?;
            return Ok(());
        }
        Scope::Named(names) => (names, false),
        Scope::Outdated(names) => (names, true),
    };
    for name in names {
        transaction.execute(
            "INSERT OR IGNORE INTO again SELECT capture.id FROM rules JOIN capture ON capture.rules = rules.id \
             WHERE rules.name = ?1",
            [name],
        )?;
        transaction
            .execute("INSERT OR IGNORE INTO again_source SELECT id FROM source WHERE slug = ?1", [name])?;
    }
    if unknown {
        transaction.execute_batch(
            "INSERT OR IGNORE INTO again SELECT reading.capture FROM reading JOIN capture ON capture.id = reading.capture
                 WHERE rules IS NULL;",
        )?;
    }
    transaction.execute_batch(
        "INSERT OR IGNORE INTO again_source SELECT DISTINCT article.source FROM again
             JOIN reading ON reading.capture = again.capture JOIN article ON article.id = reading.article;
         INSERT OR IGNORE INTO again SELECT reading.capture FROM article JOIN reading ON reading.article = article.id
             WHERE article.source IN (SELECT id FROM again_source);
         INSERT OR IGNORE INTO again SELECT id FROM capture WHERE kind = 2 AND target IN
             (SELECT target FROM again JOIN capture ON capture.id = again.capture);",
    )?;
    Ok(())
}

/// Takes the articles that are read again out of the catalogue, and remembers them.
fn take_away(transaction: &Transaction<'_>) -> Result<(), Error> {
    transaction.execute_batch(
        "CREATE TEMP TABLE before AS SELECT * FROM article WHERE source IN (SELECT id FROM again_source);
         CREATE UNIQUE INDEX temp.before_id ON before(id);
         CREATE TEMP TABLE stirred_before AS SELECT * FROM stirred;
         CREATE TEMP TABLE cluster_before AS SELECT * FROM cluster WHERE article IN (SELECT id FROM before);",
    )?;
    names::remember(transaction, "(SELECT id FROM before)")?;
    for table in ["reading", "revision", "key", "alias", "image"] {
        transaction.execute(&format!("DELETE FROM {table} WHERE article IN (SELECT id FROM before)"), [])?;
    }
    transaction.execute_batch(
        "DELETE FROM article WHERE id IN (SELECT id FROM before);
         DELETE FROM rejection WHERE capture IN (SELECT capture FROM again);",
    )?;
    Ok(())
}

/// Tells what is other than it was.
fn compare(transaction: &Transaction<'_>, reread: &mut Reread) -> Result<(), Error> {
    let differs = FIELDS.map(|(_, column)| format!("article.{column} IS NOT before.{column}")).join(", ");
    let mut statement = transaction.prepare(&format!(
        "SELECT article.id, article.title, before.id IS NULL OR before.joined IS NOT NULL, article.revisions - before.revisions, {differs} \
         FROM article LEFT JOIN before ON before.id = article.id \
         WHERE article.source IN (SELECT id FROM again_source) AND article.joined IS NULL \
         OR article.joined IS NULL AND before.id IS NOT NULL ORDER BY article.created"
    ))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        if row.get(2)? {
            reread.new += 1;
            continue;
        }
        let more: i64 = row.get(3)?;
        reread.revisions_gained += u64::try_from(more).unwrap_or_default();
        reread.revisions_lost += u64::try_from(-more).unwrap_or_default();
        let mut fields = Vec::new();
        for (place, (field, _)) in FIELDS.iter().enumerate() {
            if row.get(4 + place)? {
                fields.push(*field);
                *reread.fields.entry(field).or_default() += 1;
            }
        }
        if fields.is_empty() {
            reread.unchanged += 1;
            continue;
        }
        reread.changed += 1;
        if reread.examples.len() < Reread::MOST_EXAMPLES {
            reread.examples.push(Altered { id: article_id(row.get(0)?), title: row.get(1)?, fields });
        }
    }
    Ok(())
}

/// Brings the numbers of changes in order: what is as it was keeps its own, and what went is told as a change.
fn settle(transaction: &Transaction<'_>, change: i64, reread: &mut Reread) -> Result<(), Error> {
    let same: Vec<String> = FIELDS
        .iter()
        .map(|(_, column)| column)
        .chain(&OTHERS)
        .map(|column| format!("article.{column} IS before.{column}"))
        .collect();
    transaction.execute(
        "UPDATE article SET created = before.created FROM before WHERE before.id = article.id",
        [],
    )?;
    transaction.execute(
        &format!(
            "UPDATE article SET change = before.change FROM before WHERE before.id = article.id AND {}",
            same.join(" AND ")
        ),
        [],
    )?;
    keep_clusters(transaction)?;
    let gone: Vec<(i64, Option<i64>, bool)> = transaction
        .prepare(
            "SELECT before.id, alias.article, before.joined IS NOT NULL FROM before LEFT JOIN alias ON alias.id = before.id \
             WHERE NOT EXISTS (SELECT 1 FROM article WHERE article.id = before.id) ORDER BY before.id",
        )?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
        .collect::<Result<_, _>>()?;
    let mut last: i64 =
        transaction.query_row("SELECT coalesce(max(change), 0) FROM article", [], |row| row.get(0))?;
    last = last.max(change);
    for (id, leads_to, was_gone) in gone {
        // The index has to hear of it; what was gone before it has heard of.
        last += 1;
        transaction.execute("INSERT INTO article SELECT * FROM before WHERE id = ?1", [id])?;
        transaction.execute(
            "UPDATE article SET joined = ?2, text = NULL, change = iif(?4, change, ?3) WHERE id = ?1",
            params![id, leads_to.unwrap_or(id), last, was_gone],
        )?;
        match (was_gone, leads_to) {
            (true, _) => {}
            (false, Some(_)) => reread.joined += 1,
            (false, None) => reread.withdrawn += 1,
        }
    }
    transaction.execute_batch(
        "DELETE FROM text WHERE id NOT IN (SELECT text FROM article WHERE text IS NOT NULL
             UNION SELECT text FROM revision WHERE text IS NOT NULL);
         DELETE FROM rules WHERE id NOT IN (SELECT rules FROM capture WHERE rules IS NOT NULL);",
    )?;
    Ok(())
}

/// Texts are compared with others anew only where something of their articles has changed.
fn keep_clusters(transaction: &Transaction<'_>) -> Result<(), Error> {
    let differs = ["text", "language", "date", "first_seen", "title", "joined"]
        .map(|column| format!("article.{column} IS NOT before.{column}"))
        .join(" OR ");
    transaction.execute_batch(&format!(
        "INSERT OR IGNORE INTO cluster SELECT cluster_before.article, face FROM cluster_before
             JOIN article ON article.id = cluster_before.article WHERE joined IS NULL AND text IS NOT NULL;
         CREATE TEMP TABLE stirred_now AS SELECT * FROM stirred_before
             UNION SELECT before.text, before.language FROM before LEFT JOIN article ON article.id = before.id
                 WHERE article.id IS NULL OR {differs}
             UNION SELECT article.text, article.language FROM article LEFT JOIN before ON before.id = article.id
                 WHERE article.source IN (SELECT id FROM again_source) AND (before.id IS NULL OR {differs});
         DELETE FROM stirred WHERE (text, language) NOT IN (SELECT text, language FROM stirred_now WHERE text IS NOT NULL);
         DROP TABLE temp.stirred_now;"
    ))?;
    Ok(())
}
