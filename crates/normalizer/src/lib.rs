//! What came in becomes articles.
//!
//! One line of an imported JSON Lines file is a [`Record`](sinmun_article::Record)
//! or a [`Rejection`] that says why it is none: [`read_line`] is total, opens
//! no file and never panics. [`read_page`] makes an article of a fetched page: by
//! the rules of its source, and where these give nothing by what the page says of
//! itself and by where its running text is; [`read_pages`] makes one of each story of a page that has many. [`Dateline`]
//! tells where and when a text was sent, [`DateRules`] reads the dates that outlets print, [`language_of`] tells what a
//! text is in.
//!
//! ```
//! use sinmun_normalizer::{Defaults, read_line};
//! use sinmun_sources::Sources;
//!
//! let line = r#"{"outlet": "KCNA", "lang": "en", "date": "2011-12-01", "title": "A title", "body": "A text."}"#;
//! let reading = read_line(line.as_bytes(), &Defaults::default(), &Sources::built_in()).unwrap();
//! assert_eq!(reading.record.source.as_str(), "kcna");
//! assert_eq!(reading.record.date.unwrap().to_string(), "2011-12-01");
//! assert!(reading.warnings.is_empty());
//! ```

mod aggregator;
mod characters;
mod clean;
mod date;
mod dateline;
mod extract;
mod garbled;
mod genre;
mod line;
mod mixture;
mod page;
mod saved;
mod signature;
mod tongue;
mod trace;

pub use date::{DateRules, FoundDate, Refusal, date_in_url, read_date};
pub use dateline::Dateline;
pub use line::{Defaults, Reading, Rejection, Warning, mark_shared_urls, read_line};
pub use page::{Page, PageReading, PageWarning, explain_pages, read_page, read_pages};
pub use saved::saved_from;
pub use tongue::language_of;
pub use trace::Note;

/// The version of these rules; a reading says which one made it.
pub const VERSION: u32 = 3;
