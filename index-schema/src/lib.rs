//! The fields of Sinmun's index as data, and the Tantivy schema made from them.
//!
//! `articles.toml` beside this crate says of every field what it is for; the
//! writer (`sinmun-indexer`) and the reader (`sinmun-query`) both set Tantivy
//! up through [`IndexSchema`], so they cut texts alike.
//!
//! ```
//! let schema = sinmun_index_schema::IndexSchema::built_in();
//! assert_eq!(schema.fields_for("ko".parse().unwrap()).text, schema.field("text_ko").unwrap());
//! assert_eq!(schema.fields_for("vi".parse().unwrap()).text, schema.field("text_other").unwrap());
//! ```

mod description;
mod generation;
mod schema;
mod tokenizer;

pub use description::{Description, FieldDescription, FieldType, Role};
pub use generation::{Generation, GenerationError, Generations};
pub use schema::{IndexSchema, LanguageFields};
pub use tokenizer::{Failure, tokenizers};

/// `articles.toml`, for whoever makes a mapping for another engine from it.
pub const ARTICLES: &str = include_str!("../articles.toml");
