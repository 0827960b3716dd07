//! The nouns of Sinmun: what was published, by whom, when, and how it came in.
//!
//! Every other crate exchanges these types and none of them knows a file, a
//! socket or an index. An [`Article`] is one piece in one language from one
//! [`Source`]; it has an [`ArticleId`] that never changes, a [`PubDate`] that
//! says how precisely it is known and from where, and a history of
//! [`Revision`]s, each of which rests on a [`Capture`].
//!
//! ```
//! use sinmun_article::{Language, PubDate};
//!
//! let date: PubDate = "2011-Q3".parse().unwrap();
//! assert_eq!(date.first_day().to_string(), "2011-07-01");
//! assert_eq!(date.last_day().to_string(), "2011-09-30");
//! assert_eq!(date.to_string(), "2011-Q3");
//! assert_eq!(Language::KOREAN.code(), "ko");
//! ```

mod article;
mod capture;
mod date;
mod entity;
mod fold;
mod genre;
mod id;
mod language;
mod source;

pub use article::{Article, Image, Record};
pub use capture::{Capture, CaptureId, Revision};
pub use date::{DateOrigin, DatePrecision, PubDate, PubDateError};
pub use entity::{Entity, EntityId, EntityKind, Mention};
pub use fold::{fold_title, fold_word, slug};
pub use genre::{Genre, GenreError};
pub use id::{ArticleId, ArticleIdError};
pub use language::{Language, LanguageError};
pub use source::{Source, SourceId, SourceIdError};

// The crate's own dates are jiff's, so that callers need no second date type.
pub use jiff::civil::Date as Day;
