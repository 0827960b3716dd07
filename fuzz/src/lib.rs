//! What must hold of any page, and pages that try it.
//!
//! [`Checker::check`] reads bytes as a page of several sources and panics where an invariant does not hold; [`Mutator`]
//! makes pages of others. The program of this crate runs both for so many seconds, on a stable
//! compiler; a guided fuzzer calls the same check.
//!
//! ```
//! let checker = sinmun_fuzz::Checker::new();
//! checker.check(b"<h1>A canal</h1><p>It is open.");
//! ```

mod check;
mod mutate;
mod samples;

pub use check::Checker;
pub use mutate::Mutator;
pub use samples::SAMPLES;
