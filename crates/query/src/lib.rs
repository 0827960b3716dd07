//! Requests to hits, exact facets and snippets.
//!
//! [`Expression`] is a query as typed; a [`Request`] adds filters, facets,
//! order and paging; a [`Reader`] answers it from the index in use and sees
//! new commits and generations by itself. A [`Snippet`] is cut from a text
//! that the caller has: the index keeps none.
//!
//! ```
//! use sinmun_query::Expression;
//!
//! let query = Expression::parse("satellite (launch OR test) -\"south Korea\" title:moon").unwrap();
//! assert_eq!(query.to_string(), "satellite (launch OR test) -\"south Korea\" title:moon");
//! let error = Expression::parse("the \"open quote").unwrap_err();
//! assert_eq!(error.to_string(), "query, character 5: this quote is never closed");
//! ```

mod cursor;
mod error;
mod expression;
mod facets;
mod gather;
mod plan;
mod reader;
mod request;
mod snippet;
mod statistics;

pub use error::{Error, ErrorKind};
pub use expression::Expression;
pub use reader::{FacetCount, FacetCounts, Found, Hit, Reader};
pub use request::{DateMatch, Facet, Filters, Match, Order, Request};
pub use snippet::{Snippet, Snippets};
