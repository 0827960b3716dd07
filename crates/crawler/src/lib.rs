//! Collects pages from live sites, as a good guest and a good archivist.
//!
//! Only a [`Fetcher`] touches the network. It takes a [`Job`] and gives an
//! [`Outcome`]: each request with its answer ([`Exchange`]) as the archive is to
//! keep it, redirects one by one, bodies still packed as they came.
//! What fails is a [`Failure`], never an error: a crawl goes on.
//!
//! The rest is policy that does nothing by itself and is told the time.
//! [`Robots`] is what a site allows, a [`Schedule`] decides which job may start
//! and when (a [`Pace`] for each host, `Retry-After`, waits after failures, a
//! budget).
//!
//! A caller drives both from ordinary code:
//!
//! ```
//! use std::time::{Duration, Instant, SystemTime};
//! use sinmun_crawler::{FetchOptions, Fetcher, Job, Next, Schedule, ScheduleOptions};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let fetcher = Fetcher::start(FetchOptions::default())?;
//! let mut schedule = Schedule::new(ScheduleOptions::default(), Instant::now(), SystemTime::now());
//! // A private address: it is refused, and nothing is sent.
//! let pages = ["http://192.168.0.1/"];
//! for (id, page) in pages.iter().enumerate() {
//!     schedule.push("192.168.0.1", id as u64, 0);
//! }
//! loop {
//!     let wait = match schedule.next(Instant::now()) {
//!         Next::Ready(id) => {
//!             let job = Job::get(id, pages[id as usize].parse()?);
//!             fetcher.send(job).map_err(|_| "more jobs at once than the fetcher takes")?;
//!             continue;
//!         }
//!         Next::WaitUntil(at) => at.saturating_duration_since(Instant::now()),
//!         Next::WaitForOutcome => Duration::from_secs(60),
//!         Next::Empty | Next::BudgetSpent if fetcher.under_way() > 0 => Duration::from_secs(60),
//!         Next::Empty | Next::BudgetSpent => break,
//!     };
//!     if let Some(outcome) = fetcher.receive(wait) {
//!         schedule.finished(outcome.id, Instant::now(), outcome.report(SystemTime::now()));
//!         assert!(outcome.hops.is_empty() && outcome.result.is_err());
//!         schedule.stored();
//!     }
//! }
//! # Ok(())
//! # }
//! ```
//!
//! This crate writes no file, reads no environment, and knows nothing of
//! articles: what is a page worth asking for, the caller decides.

mod address;
mod error;
mod exchange;
mod fetch;
mod job;
mod outcome;
mod politeness;
mod report;
mod retry_after;
mod robots;
mod schedule;

pub use error::{Error, ErrorKind};
pub use exchange::{Exchange, Handshake, Headers, Request, Response, Truncation};
pub use fetch::{FetchOptions, Fetcher};
pub use job::{Job, Known, Method, Redirects, Trail};
pub use outcome::{Failure, FailureKind, Outcome};
pub use politeness::{Backoff, Hours, Pace};
pub use report::{Report, Verdict};
pub use retry_after::retry_after;
pub use robots::{Robots, USER_AGENT_TOKEN};
pub use schedule::{Fate, Next, Schedule, ScheduleOptions};
