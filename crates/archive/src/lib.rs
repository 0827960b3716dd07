//! What was seen, kept as evidence, and the catalogue derived from it.
//!
//! A data directory holds `archive/*.warc.gz`, to which bytes are only ever
//! appended, `archive/chain.jsonl`, which makes a removal show, and
//! `catalogue.sqlite`, which can be made again from the archive.
//!
//! A [`Store`] is the writer: it puts a [`Payload`] into the archive, makes it
//! durable, and only then lets a reader of captures turn it into articles, in
//! one transaction that also remembers how far the archive has been read. A
//! process killed at any moment leaves at most an unread tail, which the next
//! writer reads (or, where the record is torn, sets aside). [`Catalogue`] is
//! the reading side.
//!
//! Which articles are copies of one another is settled by
//! [`Catalogue::compare_texts`], apart from taking them in.
//!
//! What other programs captured comes in through [`ForeignRecords`] and [`Store::adopt`].
//!
//! This crate decides which records are one article ([`Intake`]); it reads no
//! record format itself: whoever opens a store says how a capture is read.

mod adoption;
mod again;
mod catalogue;
mod cdxj;
mod chain;
mod deposit;
mod error;
mod export;
mod foreign;
mod frontier;
mod history;
mod identity;
mod intake;
mod likeness;
mod member;
mod moment;
mod names;
mod payload;
mod pictures;
mod posted;
mod runs;
mod schema;
mod sighting;
mod store;
mod stream;
mod surt;
mod verify;
mod wacz;
mod warc;

pub use adoption::Adopted;
pub use again::{Altered, Reread, Scope};
pub use catalogue::{Catalogue, Change, SourceCount};
pub use deposit::Deposited;
pub use error::{Error, ErrorKind};
pub use export::{Exported, export};
pub use foreign::{Damage, ForeignRecord, ForeignRecords};
pub use frontier::{Health, Page, Run, Target, TargetKind};
pub use intake::{Counts, Intake};
pub use likeness::{ALIKE, Cluster, Fingerprint, Passages};
pub use member::{Circumstances, Earlier, Provenance};
pub use payload::{Payload, PayloadKind};
pub use pictures::{Kept, Picture};
pub use sighting::NOTHING_LISTED;
pub use store::{ReadCapture, Store, Stored};
pub use verify::{Problem, Verification, verify};
pub use wacz::export_wacz;
