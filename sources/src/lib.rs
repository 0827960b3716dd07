//! The outlets that Sinmun knows, and how their sites are read.
//!
//! Each is one TOML file beside this crate: who it is (id, names, country,
//! hosts), and what a crawler and a reader of its pages need to know (how its
//! lists are found, which URLs are articles and how they are written, how often
//! it may be asked, where on a page the title is). `README.md` explains every key.
//!
//! [`Sources`] resolves a name as a record or a reader writes it to an id, and
//! brings a URL into the form by which articles are told apart. A [`Definition`]
//! is one file; its keys are [`Discovery`] with [`LinkRule`]s, [`Canonical`],
//! [`Edition`]s, [`Selectors`], [`Politeness`], [`Session`]. A [`Pattern`] is a
//! regular expression, a [`Template`] a text with places such as `{yyyy}`, a
//! [`Zone`] a time zone: a value that cannot be used is refused when the user's file is read.
//!
//! The crate opens the user's files and nothing else: carrying out what they say
//! belongs to `sinmun-discovery`, the crawler and the normalizer.
//!
//! ```
//! use sinmun_sources::Sources;
//!
//! let sources = Sources::built_in();
//! assert_eq!(sources.resolve("로동신문").unwrap().as_str(), "rodong-sinmun");
//! assert_eq!(sources.resolve("A new outlet").unwrap().as_str(), "a-new-outlet");
//! ```

mod canonical;
mod definition;
mod discovery;
mod edition;
mod error;
mod folder;
mod pattern;
mod politeness;
mod read;
mod selectors;
mod sources;
mod template;
mod zone;

pub use canonical::{Base64Query, Canonical, Rewrite, Scheme};
pub use definition::{Definition, Keep, Permission, Tls};
pub use discovery::{Discovery, FORM, LinkRule, ListKind, Pages};
pub use edition::{Edition, Session};
pub use error::{Error, ErrorKind, Mistake};
pub use pattern::Pattern;
pub use politeness::{Hours, Politeness};
pub use selectors::{DateOrder, Format, Selectors};
pub use sources::Sources;
pub use template::{Escape, Place, Template, Values, Which};
pub use zone::Zone;
