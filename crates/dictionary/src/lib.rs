//! Opens the dictionaries that cut Korean and Japanese text into words.
//!
//! The dictionaries travel inside the program, packed to 8.1 and 5.5 MB. What
//! lindera needs is eight to ten times as large and meant to be mapped into
//! memory, so [`Dictionary::open`] unpacks and builds it in a cache folder the
//! first time, and afterwards only maps it, which takes milliseconds.
//!
//! The crate prints nothing and reads no environment: the caller says where
//! the cache is, and hears of a build through a [`Progress`].
//!
//! ```no_run
//! use lindera::{mode::Mode, segmenter::Segmenter};
//! use sinmun_dictionary::Dictionary;
//!
//! let cache = std::path::Path::new("cache");
//! let korean = Dictionary::Korean.open(cache, &|progress| eprintln!("{progress}"))?;
//! let segmenter = Segmenter::new(Mode::Normal, korean, None);
//! for mut token in segmenter.segment("로동신문은 위성을 발사하였다".into())? {
//!     println!("{} {:?}", token.surface.clone(), token.get_detail(0));
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod cache;
mod dictionary;
mod error;
mod matrix;
mod pack;

pub use dictionary::{Dictionary, Progress};
pub use error::{Error, ErrorKind};
