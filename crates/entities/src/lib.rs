//! Text to the people, organisations and places that it names.
//!
//! A [`Recognizer`] knows the names of a gazetteer and finds them in a text of
//! a given language: leftmost first, the longest that ends at a boundary of
//! the script.
//!
//! ```
//! use sinmun_article::Language;
//! use sinmun_entities::Recognizer;
//!
//! let recognizer = Recognizer::built_in();
//! let text = "Pyongyang, July 1 -- Kim Jong Il visited Moscow.";
//! let ids: Vec<_> = recognizer.mentions(text, Language::ENGLISH).into_iter().map(|m| m.id.to_string()).collect();
//! assert_eq!(ids, ["pyongyang", "kim-jong-il", "moscow"]);
//! ```

mod recognizer;

pub use recognizer::{Recognizer, built_in_gazetteer};
