//! The texts that an article had, in the order in which they were seen.

use rusqlite::params;
use sinmun_article::{ArticleId, Record};

use crate::Error;
use crate::intake::Intake;
use crate::moment;

/// A text of an article, as the catalogue has it.
struct Said {
    number: i64,
    seen: String,
    title: String,
    date: Option<String>,
    byline: Option<String>,
    digest: Option<Vec<u8>>,
}

impl Said {
    /// Whether a record says the same, as far as both say anything.
    fn is_told_by(&self, record: &Record, digest: Option<&[u8]>) -> bool {
        let date = record.date.map(|date| date.to_string());
        let agree = |one: Option<&str>, other: Option<&str>| one.is_none() || other.is_none() || one == other;
        self.title == record.title
            && (digest.is_none() || self.digest.as_deref() == digest)
            && agree(self.date.as_deref(), date.as_deref())
            && agree(self.byline.as_deref(), record.byline.as_deref())
    }
}

impl Intake<'_> {
    /// Takes in a text that was seen before the present one was last seen; `false` where it says nothing new.
    ///
    /// The article keeps its present text. The other one becomes a revision in its
    /// place by time; where the present text was seen both before and after it,
    /// that is a revision once more.
    pub(crate) fn look_back(
        &mut self,
        id: ArticleId,
        record: &Record,
        digest: Option<&[u8]>,
    ) -> Result<bool, Error> {
        let told = self.told(id)?;
        let place = told.iter().position(|said| said.seen > self.seen).unwrap_or(told.len());
        let is_told = |said: Option<&Said>| said.is_some_and(|said| said.is_told_by(record, digest));
        if is_told(place.checked_sub(1).and_then(|before| told.get(before))) {
            return Ok(false);
        }
        let article = id.number() as i64;
        if let Some(after) = told.get(place)
            && is_told(Some(after))
        {
            self.transaction
                .prepare_cached("UPDATE revision SET capture = ?3 WHERE article = ?1 AND number = ?2")?
                .execute(params![article, after.number, self.capture])?;
            return Ok(false);
        }
        // From the last one down: no two may have one number at any time.
        for said in told[place..].iter().rev() {
            self.transaction
                .prepare_cached("UPDATE revision SET number = number + 1 WHERE article = ?1 AND number = ?2")?
                .execute(params![article, said.number])?;
        }
        let text = self.keep_text(record, digest)?;
        let number =
            told.get(place).or(told.last()).map_or(1, |said| said.number + i64::from(place == told.len()));
        self.keep_revision(id, number, record, text)?;
        let mut more = 1;
        if place == told.len() && !told.is_empty() {
            self.transaction
                .prepare_cached(
                    "INSERT INTO revision SELECT article, ?2 + 1, (SELECT last_capture FROM article WHERE id = ?1), title, \
                     date, byline, text FROM revision WHERE article = ?1 AND number = ?2 - 1",
                )?
                .execute(params![article, number])?;
            more = 2;
        }
        let change = self.next_change();
        self.transaction
            .prepare_cached("UPDATE article SET revisions = revisions + ?2, change = ?3 WHERE id = ?1")?
            .execute(params![article, more, change])?;
        Ok(true)
    }

    fn told(&self, id: ArticleId) -> Result<Vec<Said>, Error> {
        let mut find = self.transaction.prepare_cached(
            "SELECT number, capture.date, capture.time, title, revision.date, byline, text.digest FROM revision \
             JOIN capture ON capture.id = revision.capture LEFT JOIN text ON text.id = revision.text \
             WHERE article = ?1 ORDER BY number",
        )?;
        let rows = find.query_map([id.number() as i64], |row| {
            let (date, time): (Option<String>, String) = (row.get(1)?, row.get(2)?);
            Ok(Said {
                number: row.get(0)?,
                seen: moment::seen(date.as_deref(), &time),
                title: row.get(3)?,
                date: row.get(4)?,
                byline: row.get(5)?,
                digest: row.get(6)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}
