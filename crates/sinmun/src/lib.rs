//! Sinmun (신문, "newspaper") keeps the public record of state media and makes it searchable.
//!
//! A [`Library`] is one data directory: an archive of what came in, the
//! catalogue of articles and revisions, and the index.
//!
//! ```
//! # let folder = tempfile::tempdir()?;
//! # let data = folder.path().join("data");
//! # let file = folder.path().join("articles.jsonl");
//! # std::fs::write(&file, r#"{"outlet": "KCNA", "lang": "en", "date": "2012-12-12", "title": "Satellite launched"}"#)?;
//! let library = sinmun::Library::open(&data)?;
//! library.import(&file)?;
//! let results = library.search(&sinmun::Query::parse("satellite launch")?.source("kcna").facet("year", 10))?;
//! assert_eq!(results.total, 1);
//! assert_eq!(results.hits[0].title, "Satellite launched");
//! assert_eq!(results.facets[0].values[0].value, "2012");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Everything here is ordinary blocking code; a library is `Send + Sync`,
//! cheap to clone, and sees what other processes commit without reopening.

#[cfg(feature = "crawl")]
mod crawl;
mod error;
mod evidence;
mod import;
mod known;
mod library;
mod normalize;
mod parts;
mod query;
mod reading;
mod renormalize;
mod results;
mod show;
mod status;

#[cfg(feature = "crawl")]
pub use crawl::{CrawlEvent, CrawlOptions, CrawlSummary, HostSummary};
pub use error::{Error, ErrorKind};
pub use evidence::SourceReport;
pub use import::{ImportEvent, ImportOptions, ImportSummary, PageCounts};
pub use known::{Known, KnownArticle, Verdict};
pub use library::{Library, Options};
pub use normalize::{Named, Normalized, SavedPage};
pub use query::Query;
pub use results::{Facet, FacetValue, Results, SearchHit, Suggestion};
pub use show::{Alike, Shown};
pub use sinmun_archive::{
    Altered, Counts, Exported, Health, Kept, Page, Picture, Problem, Reread, SourceCount, TargetKind,
    Verification,
};
pub use sinmun_article::{
    Article, ArticleId, Day, EntityKind, Image, Language, PubDate, Record, Revision, Source, SourceId,
};
pub use sinmun_language::Progress as DictionaryProgress;
pub use sinmun_normalizer::Note;
pub use sinmun_query::{DateMatch, Match, Order, Snippet};
pub use status::{IndexState, Status};
