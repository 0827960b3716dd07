//! From the catalogue to the index.
//!
//! An index lies in a folder of its own, a generation; `CURRENT` names the one
//! in use. [`Indexer::update`] brings the current one up to the catalogue's
//! last change: the number of the last change taken in is part of each commit,
//! so a process killed between catalogue and index costs only the catching
//! up. [`Indexer::rebuild`] makes a new generation beside the current one and
//! switches when it is complete.
//!
//! This crate recognises no names: whoever calls it says what an article
//! mentions ([`Mentioned`]).

mod document;
mod error;
mod indexer;

pub use document::Mentioned;
pub use error::{Error, ErrorKind};
pub use indexer::{Indexer, Options, Summary};
