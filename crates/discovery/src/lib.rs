//! Which pages to ask a news site for, and which articles they lead to.
//!
//! A source's definition says where its lists are: a page a day, pages of links
//! with a next one, sitemaps, feeds, WordPress's JSON, lists that are asked for by
//! POST. [`seeds()`] makes the first requests of it for a [`Scope`] of days,
//! [`session`] the one that begins a session, and [`read()`] makes of what came
//! back the requests for articles and for further lists.
//!
//! All of it is pure: there is no network, no file and no clock, and the same
//! bytes give the same requests. [`read()`] is total: whatever a site sends, it
//! ends, in time that grows with the size, and says in [`Warning`]s what it could
//! not use. What was asked for already, how many requests a run may make and
//! when it may make them is the crawler's to know.
//!
//! ```
//! use sinmun_discovery::{Scope, read, seeds};
//! use sinmun_sources::Definition;
//!
//! let source = Definition::parse("sample-wire.toml", r#"
//!     id = "sample-wire"
//!     name = "Sample Wire"
//!     hosts = ["wire.example"]
//!     articles = '^/story/\d+$'
//!     [[discovery]]
//!     kind = "day"
//!     url = "https://wire.example/{yyyy}{mm}{dd}.html"
//! "#).unwrap();
//!
//! let day = "2022-05-01".parse().unwrap();
//! let requests = seeds(&source, &Scope::days(day, day));
//! assert_eq!(requests[0].url, "https://wire.example/20220501.html");
//!
//! let page = b"<a href=/story/1>Launch</a> <a href=/about>About us</a>";
//! let found = read(&source, &requests[0], page, Some("text/html"));
//! assert_eq!(found.articles[0].url, "https://wire.example/story/1");
//! assert_eq!(found.articles.len(), 1);
//! ```

mod check;
mod feed;
mod html;
mod links;
mod read;
mod request;
mod seeds;
mod sitemap;
mod wordpress;
mod xml;

pub use check::check;
pub use read::{Discovered, Warning, read};
pub use request::{Method, PageKind, PageRequest};
pub use seeds::{Scope, seeds, session};
