use rusqlite::{Connection, params};
use sha2::{Digest, Sha256};
use sinmun_article::{ArticleId, Record, SourceId, fold_title};

use crate::Error;

/// What may lead to an article, in the order in which it is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Key<'a> {
    /// The id that an imported file gave, which counts within its source.
    Imported(&'a SourceId, &'a str),
    /// The canonical URL and the folded title: what tells the stories of a day's index page apart.
    UrlAndTitle(&'a SourceId, &'a str, &'a str),
    /// The canonical URL alone, good where it leads to one article only.
    Url(&'a SourceId, &'a str),
}

impl Key<'_> {
    /// 128 bits: two of a billion keys meet with a chance of 1 in 10^21.
    pub(crate) fn hash(&self) -> [u8; 16] {
        let digest = Sha256::digest(self.text());
        let mut hash = [0; 16];
        hash.copy_from_slice(&digest[..16]);
        hash
    }

    fn text(&self) -> String {
        match self {
            Self::Imported(source, id) => format!("id\t{source}\t{id}"),
            Self::UrlAndTitle(source, url, title) => format!("url+title\t{source}\t{url}\t{title}"),
            Self::Url(source, url) => format!("url\t{source}\t{url}"),
        }
    }
}

/// A story, (source, language, day, folded title), as a number.
pub(crate) fn story_number(record: &Record, folded_title: &str) -> i64 {
    let date = record.date.map(|date| {
        let printed = date.to_string();
        printed.split('T').next().unwrap_or_default().to_owned()
    });
    let date = date.unwrap_or_default();
    let digest =
        Sha256::digest(format!("story\t{}\t{}\t{date}\t{folded_title}", record.source, record.language));
    let mut bytes = [0; 8];
    bytes.copy_from_slice(&digest[..8]);
    i64::from_be_bytes(bytes)
}

/// What identity needs to know of an article that a key leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Candidate {
    pub(crate) id: ArticleId,
    pub(crate) imported_id: Option<String>,
    pub(crate) title: String,
    pub(crate) url: Option<String>,
    pub(crate) text: Option<i64>,
    pub(crate) text_digest: Option<Vec<u8>>,
    pub(crate) origin: String,
    pub(crate) created: i64,
    /// Whether all that is known of its text came from aggregators.
    pub(crate) is_copy: bool,
}

/// How a record was recognised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Recognition {
    /// Nothing leads to an article: it is a new one.
    New,
    /// A key of its own leads to this article.
    Known(Candidate),
    /// The same story, where there is exactly one article of it.
    Story(Candidate),
    /// Two keys lead to two articles, which so prove to be one.
    Both(Candidate, Candidate),
}

/// Finds the article of a record.
///
/// `folded_title` is that of the record, `digest` that of its body, `origin` what its capture came with: two records
/// of one file are told apart by their titles. A page has none.
pub(crate) fn recognise(
    catalogue: &Connection,
    record: &Record,
    folded_title: &str,
    digest: Option<&[u8]>,
    story: i64,
    origin: &str,
) -> Result<Recognition, Error> {
    let by_id = match &record.imported_id {
        Some(id) => by_key(catalogue, &Key::Imported(&record.source, id))?.into_iter().next(),
        None => None,
    };
    let by_url = match &record.canonical_url {
        Some(url) => by_url(catalogue, record, url, folded_title, digest, origin)?,
        None => None,
    };
    match (by_id, by_url) {
        (Some(one), Some(other)) if one.id != other.id => {
            let same_title = fold_title(&one.title) == fold_title(&other.title);
            let one_sided = other.imported_id.is_none() || one.url.is_none();
            let (older, younger) =
                if one.created <= other.created { (one.clone(), other) } else { (other, one.clone()) };
            Ok(if same_title && one_sided {
                Recognition::Both(older, younger)
            } else {
                Recognition::Known(one)
            })
        }
        (Some(one), _) | (None, Some(one)) => Ok(Recognition::Known(one)),
        (None, None) => by_story(catalogue, record, story),
    }
}

fn by_url(
    catalogue: &Connection,
    record: &Record,
    url: &str,
    folded_title: &str,
    digest: Option<&[u8]>,
    origin: &str,
) -> Result<Option<Candidate>, Error> {
    // Two texts under two ids of one importer are two articles, whatever page they stand on.
    let fits = |candidate: &Candidate| {
        let other_id = match (&candidate.imported_id, &record.imported_id) {
            (Some(one), Some(other)) => one != other,
            _ => false,
        };
        let other_text =
            candidate.text.is_some() && digest.is_some() && candidate.text_digest.as_deref() != digest;
        !(other_id && other_text)
    };
    let titled = by_key(catalogue, &Key::UrlAndTitle(&record.source, url, folded_title))?;
    if let Some(candidate) = titled.into_iter().find(fits) {
        return Ok(Some(candidate));
    }
    // Another title under a known URL: a change of the title, unless the page plainly carries several stories.
    let mut alone = by_key(catalogue, &Key::Url(&record.source, url))?;
    if alone.len() != 1 || record.shares_url {
        return Ok(None);
    }
    let candidate = alone.remove(0);
    let both_named = candidate.imported_id.is_some() && record.imported_id.is_some();
    let is_told_apart = !origin.is_empty() && candidate.origin == origin;
    Ok((!both_named && !is_told_apart).then_some(candidate))
}

fn by_story(catalogue: &Connection, record: &Record, story: i64) -> Result<Recognition, Error> {
    // Without a date the same title may come again every year: only what has no other key goes by it.
    let has_own_key = record.imported_id.is_some() || record.canonical_url.is_some();
    if record.date.is_none() && has_own_key {
        return Ok(Recognition::New);
    }
    let mut articles =
        candidates(catalogue, "article.story = ?1 AND article.joined IS NULL", params![story])?;
    if articles.len() != 1 {
        return Ok(Recognition::New);
    }
    let article = articles.remove(0);
    let joins = record.body.is_empty() || article.text.is_none() || !has_own_key;
    Ok(if joins { Recognition::Story(article) } else { Recognition::New })
}

/// The articles that a key leads to, the oldest first; a joined id leads on to the one that it joined.
pub(crate) fn by_key(catalogue: &Connection, key: &Key<'_>) -> Result<Vec<Candidate>, Error> {
    let condition = "article.id IN (SELECT article FROM key WHERE hash = ?1)";
    candidates(catalogue, condition, params![key.hash()])
}

fn candidates(
    catalogue: &Connection,
    condition: &str,
    parameters: &[&dyn rusqlite::ToSql],
) -> Result<Vec<Candidate>, Error> {
    let mut statement = catalogue.prepare_cached(&format!(
        "SELECT article.id, article.imported_id, article.title, article.url, article.text, text.digest, \
         capture.origin, article.created, article.is_copy FROM article JOIN capture ON capture.id = article.last_capture \
         LEFT JOIN text ON text.id = article.text WHERE {condition} ORDER BY article.created"
    ))?;
    let rows = statement.query_map(parameters, |row| {
        let id: i64 = row.get(0)?;
        Ok(Candidate {
            id: article_id(id),
            imported_id: row.get(1)?,
            title: row.get(2)?,
            url: row.get(3)?,
            text: row.get(4)?,
            text_digest: row.get(5)?,
            origin: row.get(6)?,
            created: row.get(7)?,
            is_copy: row.get(8)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The id behind a row number.
pub(crate) fn article_id(number: i64) -> ArticleId {
    ArticleId::from_number(number as u64).expect("the catalogue numbers articles by their 60-bit ids")
}

/// An article by its id.
pub(crate) fn by_number(catalogue: &Connection, id: ArticleId) -> Result<Vec<Candidate>, Error> {
    candidates(catalogue, "article.id = ?1", params![id.number() as i64])
}
