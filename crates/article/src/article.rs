use jiff::Timestamp;

use crate::{ArticleId, Genre, Language, PubDate, SourceId};

/// One piece in one language from one source, in its latest revision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Article {
    /// The stable id.
    pub id: ArticleId,
    /// The id under which it was imported, where it was.
    pub imported_id: Option<String>,
    /// Who published it.
    pub source: SourceId,
    /// The language of its text.
    pub language: Language,
    /// When it was published; `None` where nothing tells.
    pub date: Option<PubDate>,
    /// The title, never empty.
    pub title: String,
    /// Where the outlet published it.
    pub url: Option<String>,
    /// Who wrote it, as the outlet prints it.
    pub byline: Option<String>,
    /// The dateline as printed: `Pyongyang, November 6 (KCNA)`. It is no part of the body.
    pub dateline: Option<String>,
    /// What kind of text it is, where it says so itself.
    pub genre: Option<Genre>,
    /// Who speaks in it, as printed.
    pub speaker: Option<String>,
    /// The body, paragraphs joined by a blank line; empty where only the headline is known.
    pub body: String,
    /// When it was first captured: RFC 3339, UTC.
    pub first_seen: String,
    /// When it was last captured: RFC 3339, UTC.
    pub last_seen: String,
    /// How many revisions there are.
    pub revisions: u32,
    /// The story it belongs to: a hash of (source, language, date, folded title).
    pub story: u64,
}

/// One article as a capture tells it, before it has an identity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// The id that the file gave it.
    pub imported_id: Option<String>,
    /// Who published it.
    pub source: SourceId,
    /// The outlet's name as the record has it.
    pub outlet: String,
    /// The language of its text.
    pub language: Language,
    /// When it was published.
    pub date: Option<PubDate>,
    /// The title, never empty.
    pub title: String,
    /// The URL as the record has it.
    pub url: Option<String>,
    /// The URL in the source's canonical form, by which articles are told apart.
    pub canonical_url: Option<String>,
    /// Who wrote it.
    pub byline: Option<String>,
    /// The dateline as printed, without the dashes behind it: `Pyongyang, November 6 (KCNA)`. It is no part of the body.
    pub dateline: Option<String>,
    /// What kind of text it is, where it says so itself.
    pub genre: Option<Genre>,
    /// Who speaks in it, as printed: `Spokesperson for the Foreign Ministry`.
    pub speaker: Option<String>,
    /// The body; empty for a headline.
    pub body: String,
    /// Whether what it came in with names other titles under the same URL: a day's index page.
    pub shares_url: bool,
    /// Whether the record is a copy at an aggregator, which never revises the outlet's text.
    pub is_copy: bool,
    /// When an aggregator says that it first saw the article, where that is before the capture.
    pub first_seen: Option<Timestamp>,
    /// Its pictures, in the order of the page.
    pub images: Vec<Image>,
}

/// A picture of an article: where it is, and what stands under it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Image {
    /// Its URL.
    pub url: String,
    /// Its caption, where there is one.
    pub caption: Option<String>,
}
