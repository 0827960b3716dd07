//! The outlets that Sinmun knows.
//!
//! Each is one TOML file beside this crate: id, name, aliases, country,
//! collection, hosts, and how its URLs are written. [`Sources`] resolves a name
//! as a record or a reader writes it to an id, and brings a URL into the form
//! by which articles are told apart.
//!
//! ```
//! use sinmun_sources::Sources;
//!
//! let sources = Sources::built_in();
//! assert_eq!(sources.resolve("로동신문").unwrap().as_str(), "rodong-sinmun");
//! assert_eq!(sources.resolve("A new outlet").unwrap().as_str(), "a-new-outlet");
//! ```

mod definition;
mod sources;
mod url_form;

pub use definition::{Definition, Error};
pub use sources::Sources;
