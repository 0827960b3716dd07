use std::collections::BTreeMap;

use rusqlite::{OptionalExtension, Transaction, params};
use sha2::{Digest, Sha256};
use sinmun_article::{ArticleId, DateOrigin, Record, fold_title};

use crate::identity::{self, Candidate, Key, Recognition};
use crate::payload::{Payload, PayloadKind};
use crate::{Error, moment, names, pictures};

/// Takes the records of one capture into the catalogue.
///
/// Everything happens in the transaction of the capture: either all of its
/// records are taken, or none.
pub struct Intake<'t> {
    pub(crate) transaction: &'t Transaction<'t>,
    pub(crate) capture: i64,
    /// What a file's records came with; a page is read for one article, and is alone.
    origin: String,
    /// When the capture was stored: the order in which captures are read.
    pub(crate) time: String,
    /// When what it shows was seen.
    pub(crate) seen: String,
    pub(crate) pass: Pass,
    change: i64,
    counts: Counts,
}

/// Why a capture is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pass {
    /// It has just come in.
    First,
    /// The catalogue is made again.
    Rebuild,
    /// Its articles are read by other rules than before; what is known of pages stays.
    Again {
        /// The last change before.
        change: i64,
        /// Whether articles of other sources stay as they were read.
        is_part: bool,
    },
}

/// What became of the records of a capture.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts {
    /// Records read.
    pub records: u64,
    /// Articles seen for the first time.
    pub new: u64,
    /// Records that joined the article of their story: a headline a text, or a text a headline.
    pub joined: u64,
    /// Of those joined, bodies that filled a headline.
    pub filled: u64,
    /// Articles that gained a revision.
    pub revised: u64,
    /// Records that said nothing new.
    pub unchanged: u64,
    /// Pairs of articles that proved to be one.
    pub merged: u64,
    /// Lines that are no record, by reason.
    pub rejected: BTreeMap<String, u64>,
    /// Records kept with something missing, by what.
    pub warnings: BTreeMap<String, u64>,
}

impl Counts {
    /// Adds what became of another capture.
    pub fn add(&mut self, other: &Self) {
        self.records += other.records;
        self.new += other.new;
        self.joined += other.joined;
        self.filled += other.filled;
        self.revised += other.revised;
        self.unchanged += other.unchanged;
        self.merged += other.merged;
        for (reason, count) in &other.rejected {
            *self.rejected.entry(reason.clone()).or_default() += count;
        }
        for (warning, count) in &other.warnings {
            *self.warnings.entry(warning.clone()).or_default() += count;
        }
    }

    /// Lines that are no record, whatever the reason.
    pub fn rejections(&self) -> u64 {
        self.rejected.values().sum()
    }
}

impl<'t> Intake<'t> {
    pub(crate) fn new(
        transaction: &'t Transaction<'t>,
        capture: i64,
        payload: &Payload,
        time: &str,
        date: Option<&str>,
        pass: Pass,
    ) -> Result<Self, Error> {
        let last: i64 =
            transaction.query_row("SELECT coalesce(max(change), 0) FROM article", [], |row| row.get(0))?;
        let change = match pass {
            Pass::Again { change, .. } => last.max(change),
            _ => last,
        };
        let origin = if payload.kind == PayloadKind::File { payload.origin.clone() } else { String::new() };
        let (time, seen) = (time.to_owned(), moment::seen(date, time));
        Ok(Self { transaction, capture, origin, time, seen, pass, change, counts: Counts::default() })
    }

    pub(crate) fn finish(self) -> Counts {
        self.counts
    }

    /// When what the capture shows was seen, as RFC 3339 in UTC.
    pub fn seen(&self) -> &str {
        &self.seen
    }

    /// Counts something odd about a record that is kept.
    pub fn warn(&mut self, warning: &str) {
        *self.counts.warnings.entry(warning.to_owned()).or_default() += 1;
    }

    /// Accounts for a line that is no record.
    ///
    /// # Errors
    ///
    /// The catalogue cannot be written.
    pub fn reject(&mut self, line: u64, reason: &str) -> Result<(), Error> {
        self.transaction
            .prepare_cached("INSERT OR REPLACE INTO rejection VALUES (?1, ?2, ?3)")?
            .execute(params![self.capture, line as i64, reason])?;
        *self.counts.rejected.entry(reason.to_owned()).or_default() += 1;
        Ok(())
    }

    /// Whether the capture was read before, and its articles are read by other rules now: what is known of pages stays.
    pub fn is_again(&self) -> bool {
        matches!(self.pass, Pass::Again { .. })
    }

    /// Says by which rules the capture is read: `fingerprint` differs where rules of that name may read it differently.
    ///
    /// # Errors
    ///
    /// The catalogue cannot be written.
    pub fn read_by(&mut self, name: &str, fingerprint: &str) -> Result<(), Error> {
        self.transaction
            .prepare_cached("INSERT OR IGNORE INTO rules(name, fingerprint) VALUES (?1, ?2)")?
            .execute([name, fingerprint])?;
        self.transaction
            .prepare_cached(
                "UPDATE capture SET rules = (SELECT id FROM rules WHERE name = ?2 AND fingerprint = ?3) WHERE id = ?1",
            )?
            .execute(params![self.capture, name, fingerprint])?;
        Ok(())
    }

    /// Takes one record: recognises its article, or begins one.
    ///
    /// `name` tells the record apart from others by the evidence alone, whatever the rules make of it: an article
    /// that it begins gets its id from it.
    ///
    /// # Errors
    ///
    /// The catalogue cannot be written.
    pub fn take(&mut self, line: u64, name: &str, record: &Record) -> Result<(), Error> {
        if self.is_settled(line)? {
            return Ok(());
        }
        self.counts.records += 1;
        let folded = fold_title(&record.title);
        let story = identity::story_number(record, &folded);
        let body_digest = (!record.body.is_empty()).then(|| Sha256::digest(&record.body).to_vec());
        let digest = body_digest.as_deref();
        let recognition =
            identity::recognise(self.transaction, record, &folded, digest, story, &self.origin)?;
        let id = match recognition {
            Recognition::New => self.begin(line, name, record, story, digest)?,
            Recognition::Known(article) => {
                self.see(&article, record, story, digest)?;
                article.id
            }
            Recognition::Story(article) => {
                self.counts.joined += 1;
                if article.text.is_none() && digest.is_some() {
                    self.counts.filled += 1;
                    self.fill(&article, record, story, digest)?;
                } else if digest.is_some() {
                    self.see(&article, record, story, digest)?;
                }
                article.id
            }
            Recognition::Both(older, younger) => {
                self.counts.merged += 1;
                self.merge(&older, &younger)?;
                self.see(&self.reread(older.id)?, record, story, digest)?;
                older.id
            }
        };
        pictures::keep(self.transaction, id, &record.images)?;
        self.touch(id, record)?;
        self.remember_keys(id, record, &folded)?;
        names::lead(self.transaction, ArticleId::derive(name, 0), id)?;
        if let Some(given) = self.given(line)? {
            names::lead(self.transaction, given, id)?;
        }
        self.transaction
            .prepare_cached("INSERT OR REPLACE INTO reading VALUES (?1, ?2, ?3)")?
            .execute(params![self.capture, line as i64, id.number() as i64])?;
        Ok(())
    }

    /// Whether a line told of an article that is not read again.
    fn is_settled(&self, line: u64) -> Result<bool, Error> {
        if !matches!(self.pass, Pass::Again { is_part: true, .. }) {
            return Ok(false);
        }
        let mut find =
            self.transaction.prepare_cached("SELECT 1 FROM reading WHERE capture = ?1 AND line = ?2")?;
        Ok(find.query_row(params![self.capture, line as i64], |_| Ok(())).optional()?.is_some())
    }

    /// The id of the article of which a line told before it is read again.
    fn given(&self, line: u64) -> Result<Option<ArticleId>, Error> {
        match self.pass {
            Pass::First => Ok(None),
            Pass::Rebuild | Pass::Again { .. } => names::recall(self.transaction, self.capture, line),
        }
    }

    fn begin(
        &mut self,
        line: u64,
        name: &str,
        record: &Record,
        story: i64,
        digest: Option<&[u8]>,
    ) -> Result<ArticleId, Error> {
        self.counts.new += 1;
        let id = names::free_id(self.transaction, self.given(line)?, name)?;
        let text = self.keep_text(record, digest)?;
        let source = self.source_number(record)?;
        let change = self.next_change();
        let (date, origin) = (record.date.map(|date| date.to_string()), origin_number(record));
        self.transaction
            .prepare_cached(
                "INSERT OR REPLACE INTO article(id, imported_id, source, language, date, date_origin, title, url, byline, \
                 text, first_seen, last_seen, last_capture, revisions, story, created, change, is_copy) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?11, ?12, 1, ?13, ?14, ?14, ?15)",
            )?
            .execute(params![
                id.number() as i64,
                record.imported_id,
                source,
                record.language.code(),
                date,
                origin,
                record.title,
                record.url,
                record.byline,
                text,
                self.seen,
                self.capture,
                story,
                change,
                record.is_copy
            ])?;
        self.keep_revision(id, 1, record, text)?;
        Ok(id)
    }

    /// A record of a known article: a revision where its text differs.
    fn see(
        &mut self,
        article: &Candidate,
        record: &Record,
        story: i64,
        digest: Option<&[u8]>,
    ) -> Result<(), Error> {
        // What an aggregator copied is no text of the outlet's yet.
        let is_first_own = article.is_copy && !record.is_copy;
        if digest.is_some() && (article.text.is_none() || is_first_own) {
            self.counts.filled += 1;
            return self.fill(article, record, story, digest);
        }
        let current = self.current(article.id)?;
        // A list names an article without its text, an aggregator copies it: neither tells of a change.
        let tells_text = digest.is_some() || article.text.is_none();
        if tells_text && !record.is_copy && self.seen < current.last_seen {
            match self.look_back(article.id, record, digest)? {
                true => self.counts.revised += 1,
                false => self.counts.unchanged += 1,
            }
            return Ok(());
        }
        let date = record.date.map(|date| date.to_string());
        let differs = record.title != current.title
            || (digest.is_some() && article.text_digest.as_deref() != digest)
            || (date.is_some() && date != current.date)
            || (record.byline.is_some() && record.byline != current.byline);
        if !tells_text || record.is_copy || !differs {
            self.counts.unchanged += 1;
            return Ok(());
        }
        self.counts.revised += 1;
        let text = match self.keep_text(record, digest)? {
            Some(text) => Some(text),
            None => article.text,
        };
        let change = self.next_change();
        let number: i64 = self
            .transaction
            .prepare_cached(
                "UPDATE article SET title = ?2, text = ?3, date = coalesce(?4, date), byline = coalesce(?5, byline), \
                 story = ?6, change = ?7, revisions = revisions + 1 WHERE id = ?1 RETURNING revisions",
            )?
            .query_row(
                params![article.id.number() as i64, record.title, text, date, record.byline, story, change],
                |row| row.get(0),
            )?;
        self.keep_revision(article.id, number, record, text)
    }

    /// A body for what was a headline: the first text, not a change of one.
    fn fill(
        &mut self,
        article: &Candidate,
        record: &Record,
        story: i64,
        digest: Option<&[u8]>,
    ) -> Result<(), Error> {
        let text = self.keep_text(record, digest)?;
        let change = self.next_change();
        let date = record.date.map(|date| date.to_string());
        let revisions: i64 = self
            .transaction
            .prepare_cached(
                "UPDATE article SET title = ?2, text = ?3, date = iif(is_copy, coalesce(?4, date), coalesce(date, ?4)), \
                 byline = coalesce(byline, ?5), imported_id = coalesce(imported_id, ?6), url = coalesce(url, ?7), \
                 change = ?8, story = iif(is_copy, ?10, story), is_copy = ?9 WHERE id = ?1 RETURNING revisions",
            )?
            .query_row(
                params![
                    article.id.number() as i64,
                    record.title,
                    text,
                    date,
                    record.byline,
                    record.imported_id,
                    record.url,
                    change,
                    record.is_copy,
                    story
                ],
                |row| row.get(0),
            )?;
        self.keep_revision(article.id, revisions, record, text)
    }

    /// Joins the younger of two articles to the older; its id goes on answering.
    fn merge(&mut self, older: &Candidate, younger: &Candidate) -> Result<(), Error> {
        let (kept, gone) = (older.id.number() as i64, younger.id.number() as i64);
        let catalogue = self.transaction;
        catalogue
            .execute("INSERT OR IGNORE INTO key SELECT hash, ?1 FROM key WHERE article = ?2", [kept, gone])?;
        catalogue.execute("DELETE FROM key WHERE article = ?1", [gone])?;
        catalogue.execute("UPDATE reading SET article = ?1 WHERE article = ?2", [kept, gone])?;
        catalogue.execute("UPDATE alias SET article = ?1 WHERE article = ?2", [kept, gone])?;
        if older.text.is_none() && younger.text.is_some() {
            catalogue.execute("DELETE FROM revision WHERE article = ?1", [kept])?;
            catalogue.execute("UPDATE revision SET article = ?1 WHERE article = ?2", [kept, gone])?;
            catalogue.execute(
                "UPDATE article SET (title, text, revisions, date, byline) = (SELECT title, text, revisions, \
                 coalesce(date, article.date), coalesce(byline, article.byline) FROM article AS other \
                 WHERE other.id = ?2) WHERE id = ?1",
                [kept, gone],
            )?;
        } else {
            catalogue.execute("DELETE FROM revision WHERE article = ?1", [gone])?;
        }
        let (one, other) = (self.next_change(), self.next_change());
        self.transaction.execute(
            "UPDATE article SET change = ?2, imported_id = coalesce(imported_id, ?3), url = coalesce(url, ?4), \
             (first_seen, last_seen) = (SELECT min(article.first_seen, first_seen), max(article.last_seen, last_seen) \
             FROM article AS other WHERE other.id = ?5) WHERE id = ?1",
            params![kept, one, younger.imported_id, younger.url, gone],
        )?;
        self.transaction.execute(
            "UPDATE article SET joined = CASE id WHEN ?2 THEN ?1 ELSE joined END, change = ?3 WHERE id = ?2",
            params![kept, gone, other],
        )?;
        self.transaction.execute("UPDATE article SET joined = ?1 WHERE joined = ?2", [kept, gone])?;
        Ok(())
    }

    fn touch(&self, id: ArticleId, record: &Record) -> Result<(), Error> {
        let first_seen = record.first_seen.map(|seen| format!("{seen:.6}")).filter(|seen| *seen < self.seen);
        self.transaction
            .prepare_cached(
                "UPDATE article SET first_seen = min(first_seen, ?2, ?6), last_seen = max(last_seen, ?2), \
                 last_capture = iif(?2 >= last_seen, ?3, last_capture), imported_id = coalesce(imported_id, ?4), \
                 url = coalesce(url, ?5) WHERE id = ?1",
            )?
            .execute(params![
                id.number() as i64,
                self.seen,
                self.capture,
                record.imported_id,
                record.url,
                first_seen.as_ref().unwrap_or(&self.seen)
            ])?;
        self.mark(id, record)
    }

    /// Keeps what a record says of the text beside it; a copy takes nothing from what the outlet said.
    fn mark(&self, id: ArticleId, record: &Record) -> Result<(), Error> {
        if record.dateline.is_none() && record.genre.is_none() && record.speaker.is_none() {
            return Ok(());
        }
        let column = |name: &str, place: u8| match record.is_copy {
            false => format!("{name} = coalesce(?{place}, {name})"),
            true => format!("{name} = coalesce({name}, ?{place})"),
        };
        let sql = format!(
            "UPDATE article SET {}, {}, {} WHERE id = ?1",
            column("dateline", 2),
            column("genre", 3),
            column("speaker", 4)
        );
        self.transaction.prepare_cached(&sql)?.execute(params![
            id.number() as i64,
            record.dateline,
            record.genre.map(|genre| genre.name()),
            record.speaker
        ])?;
        Ok(())
    }

    fn remember_keys(&self, id: ArticleId, record: &Record, folded_title: &str) -> Result<(), Error> {
        let mut insert = self.transaction.prepare_cached("INSERT OR IGNORE INTO key VALUES (?1, ?2)")?;
        let mut remember = |key: Key<'_>| insert.execute(params![key.hash(), id.number() as i64]);
        if let Some(imported) = &record.imported_id {
            remember(Key::Imported(&record.source, imported))?;
        }
        if let Some(url) = &record.canonical_url {
            remember(Key::Url(&record.source, url))?;
            remember(Key::UrlAndTitle(&record.source, url, folded_title))?;
        }
        Ok(())
    }

    pub(crate) fn keep_text(&self, record: &Record, digest: Option<&[u8]>) -> Result<Option<i64>, Error> {
        let Some(digest) = digest else { return Ok(None) };
        let mut find = self.transaction.prepare_cached("SELECT id FROM text WHERE digest = ?1")?;
        if let Some(text) = find.query_row([digest], |row| row.get(0)).optional()? {
            return Ok(Some(text));
        }
        let packed = zstd::bulk::compress(record.body.as_bytes(), 3)
            .map_err(|error| Error::of(crate::ErrorKind::Io, format!("cannot compress a text: {error}")))?;
        self.transaction
            .prepare_cached("INSERT INTO text(digest, body) VALUES (?1, ?2)")?
            .execute(params![digest, packed])?;
        Ok(Some(self.transaction.last_insert_rowid()))
    }

    pub(crate) fn keep_revision(
        &self,
        id: ArticleId,
        number: i64,
        record: &Record,
        text: Option<i64>,
    ) -> Result<(), Error> {
        self.transaction
            .prepare_cached("INSERT OR REPLACE INTO revision VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")?
            .execute(params![
                id.number() as i64,
                number,
                self.capture,
                record.title,
                record.date.map(|date| date.to_string()),
                record.byline,
                text
            ])?;
        Ok(())
    }

    fn source_number(&self, record: &Record) -> Result<i64, Error> {
        let mut find = self.transaction.prepare_cached("SELECT id FROM source WHERE slug = ?1")?;
        if let Some(source) = find.query_row([record.source.as_str()], |row| row.get(0)).optional()? {
            return Ok(source);
        }
        self.transaction
            .prepare_cached("INSERT INTO source(slug, outlet) VALUES (?1, ?2)")?
            .execute([record.source.as_str(), &record.outlet])?;
        Ok(self.transaction.last_insert_rowid())
    }

    fn current(&self, id: ArticleId) -> Result<Current, Error> {
        let mut find = self
            .transaction
            .prepare_cached("SELECT title, date, byline, last_seen FROM article WHERE id = ?1")?;
        Ok(find.query_row([id.number() as i64], |row| {
            Ok(Current { title: row.get(0)?, date: row.get(1)?, byline: row.get(2)?, last_seen: row.get(3)? })
        })?)
    }

    fn reread(&self, id: ArticleId) -> Result<Candidate, Error> {
        let mut found = identity::by_number(self.transaction, id)?;
        Ok(found.pop().expect("an article that was just written is there"))
    }

    pub(crate) fn next_change(&mut self) -> i64 {
        self.change += 1;
        self.change
    }
}

struct Current {
    title: String,
    date: Option<String>,
    byline: Option<String>,
    last_seen: String,
}

fn origin_number(record: &Record) -> i64 {
    match record.date.map(|date| date.origin()) {
        Some(DateOrigin::Url) => 1,
        Some(DateOrigin::Feed) => 2,
        Some(DateOrigin::Dateline) => 3,
        Some(DateOrigin::FirstSeen) => 4,
        Some(DateOrigin::Page) | None => 0,
    }
}

pub(crate) fn origin_of(number: i64) -> DateOrigin {
    match number {
        1 => DateOrigin::Url,
        2 => DateOrigin::Feed,
        3 => DateOrigin::Dateline,
        4 => DateOrigin::FirstSeen,
        _ => DateOrigin::Page,
    }
}
