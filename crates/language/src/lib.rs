//! Text to terms, the same way for writing and for reading.
//!
//! [`Analyzers`] holds one [`Analyzer`] a language, by the names that
//! `index-schema/articles.toml` uses. The Korean, Japanese and Chinese
//! dictionaries are opened when a text first needs them: a Latin word is cut in
//! the Korean analyzer without any. [`Gazetteer`] reads the names of people,
//! organisations and places.
//!
//! ```
//! use sinmun_language::{Analyzers, Tokens};
//!
//! let analyzers = Analyzers::new(std::env::temp_dir());
//! let mut tokens = Tokens::default();
//! analyzers.get("english").unwrap().analyze("The satellites were launched.", &mut tokens).unwrap();
//! assert_eq!(tokens.texts().collect::<Vec<_>>(), ["the", "satellit", "were", "launch"]);
//! ```

mod analyzer;
mod chinese;
mod error;
mod gazetteer;
mod grams;
mod japanese;
mod korean;
mod script;
mod stems;
mod tokens;

pub use analyzer::{Analyzer, Analyzers};
pub use error::{Error, ErrorKind};
pub use gazetteer::{Gazetteer, GazetteerError, Row};
pub use sinmun_dictionary::Progress;
pub use tokens::{Token, Tokens};
