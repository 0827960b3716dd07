//! A web server on loopback for tests of a crawler: it answers as it is told, also badly, and notes who asked what when.
//!
//! It depends on nothing, so that the crawler's own tests need not build what is built on the crawler.
//!
//! ```
//! use sinmun_test_server::{Reply, Server};
//!
//! let server = Server::start(|request, before| match request.target.as_str() {
//!     "/" => Reply::page("<p>one").with("Content-Type", "text/html"),
//!     "/busy" if before == 0 => Reply::status(429).with("Retry-After", "1"),
//!     "/broken" => Reply::Reset(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nHalf".to_vec()),
//!     _ => Reply::status(404),
//! });
//! assert!(server.url("/").starts_with("http://127.0.0.1:"));
//! assert!(server.asked().is_empty());
//! ```

mod reply;
mod request;
mod server;

pub use reply::Reply;
pub use request::Request;
pub use server::Server;
