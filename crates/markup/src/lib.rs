//! The bytes of a page made into text and markup that cannot hurt.
//!
//! What a server sent is taken apart in this order: [`joined`] takes off the
//! transfer coding where it was left, [`unpacked`] the content coding, [`text`]
//! the charset, [`tidy()`] writes HTML anew so that a tree can be built of it in
//! linear time, and [`walk`] goes through XML. Each is total and bounded: no page
//! makes it fail, hang or take much memory.
//!
//! ```
//! let (page, was_cut) = sinmun_markup::text(b"<p>One<p>Two</p>", Some("text/html"));
//! assert!(!was_cut);
//! assert_eq!(sinmun_markup::tidy(&page).html, "<p>One</p><p>Two</p>");
//! ```

mod charset;
mod chunks;
mod coding;
mod error;
mod tag;
mod tidy;
mod xml;

pub use charset::{LARGEST, text};
pub use chunks::joined;
pub use coding::unpacked;
pub use error::{Error, ErrorKind};
pub use tidy::{Tidy, tidy};
pub use xml::{Piece, texts, walk};
