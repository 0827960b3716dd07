use rusqlite::Connection;

use crate::{Error, ErrorKind};

/// The steps from an empty file to today's catalogue; a step is never edited, only followed by another.
const MIGRATIONS: &[&str] = &[
    "
CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

-- WARC files and how far each has been read into the catalogue, in bytes.
CREATE TABLE warc(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, size INTEGER NOT NULL);

CREATE TABLE capture(
    id INTEGER PRIMARY KEY,
    warc INTEGER NOT NULL REFERENCES warc(id),
    offset INTEGER NOT NULL,
    length INTEGER NOT NULL,
    target TEXT NOT NULL,
    origin TEXT NOT NULL,
    reading TEXT NOT NULL,
    time TEXT NOT NULL,
    digest TEXT NOT NULL
);
CREATE INDEX capture_digest ON capture(digest);

CREATE TABLE source(id INTEGER PRIMARY KEY, slug TEXT NOT NULL UNIQUE, outlet TEXT NOT NULL);

-- Bodies, each once.
CREATE TABLE text(id INTEGER PRIMARY KEY, digest BLOB NOT NULL UNIQUE, body BLOB NOT NULL);

CREATE TABLE article(
    id INTEGER PRIMARY KEY,
    imported_id TEXT,
    source INTEGER NOT NULL REFERENCES source(id),
    language TEXT NOT NULL,
    date TEXT,
    date_origin INTEGER NOT NULL,
    title TEXT NOT NULL,
    url TEXT,
    byline TEXT,
    text INTEGER REFERENCES text(id),
    first_seen TEXT NOT NULL,
    last_seen TEXT NOT NULL,
    last_capture INTEGER NOT NULL REFERENCES capture(id),
    revisions INTEGER NOT NULL,
    story INTEGER NOT NULL,
    created INTEGER NOT NULL,
    change INTEGER NOT NULL UNIQUE,
    joined INTEGER REFERENCES article(id)
);
CREATE INDEX article_story ON article(story);

-- What leads to an article: a hash of (kind, source, value). Several articles may share a URL.
CREATE TABLE key(hash BLOB NOT NULL, article INTEGER NOT NULL, PRIMARY KEY(hash, article)) WITHOUT ROWID;

CREATE TABLE revision(
    article INTEGER NOT NULL,
    number INTEGER NOT NULL,
    capture INTEGER NOT NULL REFERENCES capture(id),
    title TEXT NOT NULL,
    date TEXT,
    byline TEXT,
    text INTEGER REFERENCES text(id),
    PRIMARY KEY(article, number)
) WITHOUT ROWID;

-- Which line of a capture told of which article.
CREATE TABLE reading(
    capture INTEGER NOT NULL REFERENCES capture(id),
    line INTEGER NOT NULL,
    article INTEGER NOT NULL,
    PRIMARY KEY(capture, line)
) WITHOUT ROWID;

CREATE TABLE rejection(
    capture INTEGER NOT NULL REFERENCES capture(id),
    line INTEGER NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY(capture, line)
) WITHOUT ROWID;
",
    "
-- Who was joined to an article: asked when another is joined, and by every deletion.
CREATE INDEX article_joined ON article(joined) WHERE joined IS NOT NULL;
",
    "
-- What a capture is (0 file, 1 response, 2 revisit, 3 failure), its status and type, its WARC-Date where that is not its
-- time, and where the record of its request begins.
ALTER TABLE capture ADD COLUMN kind INTEGER NOT NULL DEFAULT 0;
ALTER TABLE capture ADD COLUMN status INTEGER;
ALTER TABLE capture ADD COLUMN mime TEXT;
ALTER TABLE capture ADD COLUMN date TEXT;
ALTER TABLE capture ADD COLUMN request INTEGER;
CREATE INDEX capture_target ON capture(target, id) WHERE kind > 0;

-- The captures that an article was read from.
CREATE INDEX reading_article ON reading(article);

-- Every page that a crawl knows of: the frontier, and what became of each.
CREATE TABLE page(
    id INTEGER PRIMARY KEY,
    hash BLOB NOT NULL UNIQUE,       -- of source and key
    source TEXT NOT NULL,
    url TEXT NOT NULL,
    key TEXT NOT NULL,               -- what tells it apart
    request TEXT NOT NULL,           -- how it is asked for
    is_list INTEGER NOT NULL,
    found TEXT NOT NULL,             -- first known of
    listed TEXT NOT NULL,            -- last named by a list, or as where to begin
    fetched TEXT,                    -- last answered
    status INTEGER,                  -- with which status
    seen TEXT,                       -- last answered with what it is
    missed TEXT,                     -- first answered that it is not there, after `seen`
    capture INTEGER REFERENCES capture(id), -- the last whole body
    etag TEXT,
    modified TEXT,
    failed TEXT,                     -- last failed
    failure TEXT,                    -- why
    failures INTEGER NOT NULL,       -- how often since it last answered
    dropped TEXT                     -- when a run gave it up
);
CREATE INDEX page_new ON page(source, id) WHERE fetched IS NULL;
CREATE INDEX page_list ON page(source, listed) WHERE is_list;
CREATE INDEX page_url ON page(url);

-- Which page named which, and since when it does no more.
CREATE TABLE listing(
    list INTEGER NOT NULL REFERENCES page(id),
    page INTEGER NOT NULL REFERENCES page(id),
    first TEXT NOT NULL,
    last TEXT NOT NULL,
    missed TEXT,
    is_next INTEGER NOT NULL,        -- a list that is read only after one with something new in it
    PRIMARY KEY(list, page)
) WITHOUT ROWID;
CREATE INDEX listing_page ON listing(page);

-- The pictures of articles, as the latest page that has any shows them.
CREATE TABLE image(
    article INTEGER NOT NULL,
    place INTEGER NOT NULL,
    url TEXT NOT NULL,
    caption TEXT,
    PRIMARY KEY(article, place)
) WITHOUT ROWID;

-- Crawls; not derived from the archive.
CREATE TABLE run(id INTEGER PRIMARY KEY, plan TEXT NOT NULL, began TEXT NOT NULL, ended TEXT);
",
    "
-- Not only whether a page is a list: 0 article, 1 list, 2 picture of an article.
DROP INDEX page_new;
DROP INDEX page_list;
ALTER TABLE page RENAME COLUMN is_list TO kind;
CREATE INDEX page_new ON page(source, kind, id) WHERE fetched IS NULL;
CREATE INDEX page_list ON page(source, listed) WHERE kind = 1;

-- The page whose body a capture is.
CREATE INDEX page_capture ON page(capture) WHERE capture IS NOT NULL;
",
    "
-- What stands before the text and was taken off it, what kind of text it says it is, and who speaks in it.
ALTER TABLE article ADD COLUMN dateline TEXT;
ALTER TABLE article ADD COLUMN genre TEXT;
ALTER TABLE article ADD COLUMN speaker TEXT;
-- Whether all that is known of its text came from aggregators.
ALTER TABLE article ADD COLUMN is_copy INTEGER NOT NULL DEFAULT 0;

-- Names of records that joined an article begun by another: each would be its id, had it come first.
CREATE TABLE alias(id INTEGER PRIMARY KEY, article INTEGER NOT NULL);
CREATE INDEX alias_article ON alias(article);

-- By which rules a capture was read: those of a source, or of files.
CREATE TABLE rules(id INTEGER PRIMARY KEY, name TEXT NOT NULL, fingerprint TEXT NOT NULL, UNIQUE(name, fingerprint));
ALTER TABLE capture ADD COLUMN rules INTEGER REFERENCES rules(id);
CREATE INDEX capture_rules ON capture(rules) WHERE rules IS NOT NULL;
",
    "
-- Texts whose articles came, went or changed since they were last compared with others.
CREATE TABLE stirred(text INTEGER NOT NULL, language TEXT NOT NULL, PRIMARY KEY(text, language)) WITHOUT ROWID;

-- The bands of each text's signature: texts that share one may be alike, those next to each other by their place first
-- of all. A text that is gone may leave some.
CREATE TABLE band(
    hash INTEGER NOT NULL,
    place INTEGER NOT NULL,
    text INTEGER NOT NULL,
    PRIMARY KEY(hash, place, text)
) WITHOUT ROWID;

-- A byte of each of a text's least pairs: tells most texts apart without reading them.
CREATE TABLE sketch(text INTEGER PRIMARY KEY, least BLOB NOT NULL);

-- Texts that are alike, each pair in both directions; not those that are connected by others already.
CREATE TABLE alike(one INTEGER NOT NULL, other INTEGER NOT NULL, PRIMARY KEY(one, other)) WITHOUT ROWID;

-- The earliest of the articles that are like one; an article without a row is alone.
CREATE TABLE cluster(article INTEGER PRIMARY KEY, face INTEGER NOT NULL);
CREATE INDEX cluster_face ON cluster(face);

CREATE INDEX article_text ON article(text) WHERE text IS NOT NULL;

CREATE TRIGGER article_came AFTER INSERT ON article WHEN NEW.text IS NOT NULL BEGIN
    INSERT OR IGNORE INTO stirred VALUES (NEW.text, NEW.language);
END;

CREATE TRIGGER article_went AFTER DELETE ON article WHEN OLD.text IS NOT NULL BEGIN
    INSERT OR IGNORE INTO stirred VALUES (OLD.text, OLD.language);
    DELETE FROM cluster WHERE article = OLD.id;
END;

CREATE TRIGGER article_changed AFTER UPDATE OF text, language, date, first_seen, title, joined ON article
WHEN (OLD.text, OLD.language, OLD.date, OLD.first_seen, OLD.title, OLD.joined)
    IS NOT (NEW.text, NEW.language, NEW.date, NEW.first_seen, NEW.title, NEW.joined) BEGIN
    INSERT OR IGNORE INTO stirred SELECT OLD.text, OLD.language WHERE OLD.text IS NOT NULL;
    INSERT OR IGNORE INTO stirred SELECT NEW.text, NEW.language WHERE NEW.text IS NOT NULL;
    DELETE FROM cluster WHERE article = OLD.id AND (NEW.text IS NULL OR NEW.joined IS NOT NULL);
END;

-- The number of a text may be given again: what was known of the old one goes, and those that it connected are compared anew.
CREATE TRIGGER text_went AFTER DELETE ON text BEGIN
    INSERT OR IGNORE INTO stirred
    SELECT text, language FROM article WHERE text IS NOT NULL AND joined IS NULL AND id IN (
        SELECT article FROM cluster WHERE face IN (
            SELECT face FROM cluster WHERE article IN (
                SELECT id FROM article WHERE text IN (SELECT other FROM alike WHERE one = OLD.id))));
    DELETE FROM alike WHERE (one, other) IN (SELECT other, one FROM alike WHERE one = OLD.id);
    DELETE FROM alike WHERE one = OLD.id;
    DELETE FROM sketch WHERE text = OLD.id;
END;

INSERT INTO stirred SELECT DISTINCT text, language FROM article WHERE text IS NOT NULL AND joined IS NULL;
",
];

/// The tables that `rebuild` empties, in an order that no reference forbids.
pub(crate) const DERIVED: &[&str] = &[
    "cluster",
    "alike",
    "sketch",
    "band",
    "rejection",
    "reading",
    "revision",
    "key",
    "alias",
    "article",
    "text",
    "source",
    "image",
    "listing",
    "page",
    "capture",
    "rules",
    "warc",
    "stirred", // after the articles, whose going fills it
];

/// Brings a catalogue to today's schema.
pub(crate) fn migrate(connection: &mut Connection) -> Result<(), Error> {
    let version = version(connection)?;
    let Some(missing) = MIGRATIONS.get(version..) else {
        return Err(unreadable(version));
    };
    if missing.is_empty() {
        return Ok(());
    }
    let transaction = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    // Another process may have migrated while this one waited for the lock.
    let done = transaction.query_row("PRAGMA user_version", [], |row| row.get::<_, i64>(0))?;
    let done = usize::try_from(done).unwrap_or(usize::MAX);
    for step in MIGRATIONS.get(done..).unwrap_or_default() {
        transaction.execute_batch(step)?;
    }
    transaction.pragma_update(None, "user_version", MIGRATIONS.len() as i64)?;
    transaction.commit()?;
    Ok(())
}

fn version(connection: &Connection) -> Result<usize, Error> {
    let version: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    Ok(usize::try_from(version).unwrap_or(usize::MAX))
}

fn unreadable(version: usize) -> Error {
    let known = MIGRATIONS.len();
    let message = format!(
        "the catalogue has schema version {version}, this program reads {known}: use the program that wrote it, or \
         let `sinmun rebuild` make it again from the archive"
    );
    Error::of(ErrorKind::CatalogueUnreadable, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A catalogue as the program left it that knew so many steps.
    fn catalogue_of(steps: usize) -> Connection {
        let connection = Connection::open_in_memory().unwrap();
        for step in &MIGRATIONS[..steps] {
            connection.execute_batch(step).unwrap();
        }
        connection.pragma_update(None, "user_version", steps as i64).unwrap();
        connection
    }

    #[test]
    fn every_older_catalogue_is_brought_to_the_same_schema() {
        let schema = |connection: &Connection| -> Vec<(String, Option<String>)> {
            let mut statement =
                connection.prepare("SELECT name, sql FROM sqlite_schema ORDER BY name").unwrap();
            let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
            rows.collect::<Result<_, _>>().unwrap()
        };
        let expected = schema(&catalogue_of(MIGRATIONS.len()));
        for steps in 0..=MIGRATIONS.len() {
            let mut connection = catalogue_of(steps);
            migrate(&mut connection).unwrap();
            assert_eq!(schema(&connection), expected, "after step {steps}");
            assert_eq!(version(&connection).unwrap(), MIGRATIONS.len());
        }
    }

    #[test]
    fn pages_of_before_pictures_are_what_they_were() {
        let mut connection = catalogue_of(3);
        for (name, is_list) in [("article", 0), ("list", 1)] {
            connection
                .execute(
                    "INSERT INTO page(hash, source, url, key, request, is_list, found, listed, failures) \
                     VALUES (?1, 's', ?1, ?1, '', ?2, '', '', 0)",
                    rusqlite::params![name, is_list],
                )
                .unwrap();
        }
        migrate(&mut connection).unwrap();
        let mut statement = connection.prepare("SELECT url, kind FROM page ORDER BY kind").unwrap();
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
        let pages: Vec<(String, i64)> = rows.collect::<Result<_, _>>().unwrap();
        assert_eq!(pages, [("article".to_owned(), 0), ("list".to_owned(), 1)]);
    }
}
