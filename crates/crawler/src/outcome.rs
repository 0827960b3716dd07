use std::fmt;
use std::time::SystemTime;

use url::Url;

use crate::exchange::Exchange;
use crate::job::Job;
use crate::report::{Report, Verdict};
use crate::retry_after::retry_after;

/// What became of a job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The job's number.
    pub id: u64,
    /// Each request that was answered, in order: redirects first.
    pub hops: Vec<Exchange>,
    /// Whether the last answer is whole. A page that is missing or forbidden is
    /// a whole answer: its status tells.
    pub result: Result<(), Failure>,
    /// Where the last answer redirects to, if the job asked for redirects back.
    pub onward: Option<Box<Job>>,
}

/// Why no whole answer came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// What a caller may act on, or count by.
    pub kind: FailureKind,
    /// For people: the URL and what went wrong with it.
    pub message: String,
}

/// The ways in which a fetch fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum FailureKind {
    /// The host name leads to no address.
    NoAddress,
    /// Nobody takes the connection.
    NoConnection,
    /// No common TLS version, or a certificate that does not hold.
    Tls,
    /// A time limit was reached.
    TimedOut,
    /// The connection broke, or the server promised more than it sent.
    Disconnected,
    /// A connection that was kept from an earlier request broke before anything was answered: the
    /// server may have closed it while the request was on its way, as it is free to do at any time.
    Closed,
    /// What came is not HTTP.
    Malformed,
    /// The body is longer than the fetcher keeps.
    TooLong,
    /// More than [`Job::MOST_REDIRECTS`].
    TooManyRedirects,
    /// A redirect to where the chain has been.
    RedirectLoop,
    /// A redirect to something other than a web page.
    BadRedirect,
    /// The address is private, and not one of those allowed.
    PrivateAddress,
    /// The job itself cannot be sent: its URL or a header makes no sense.
    BadJob,
    /// A mistake in this program.
    Internal,
}

impl Outcome {
    /// The last answer.
    pub fn last(&self) -> Option<&Exchange> {
        self.hops.last()
    }

    /// What a [`Schedule`](crate::Schedule) wants to know. `now` counts the
    /// seconds to a date in `Retry-After`.
    pub fn report(&self, now: SystemTime) -> Report {
        let verdict = match (&self.result, self.last()) {
            (Ok(()), Some(exchange)) => Verdict::of_status(
                exchange.response.status,
                exchange.response.headers.get("retry-after").and_then(|value| retry_after(value, now)),
            ),
            (Ok(()), None) => Verdict::Answered,
            (Err(failure), _) if failure.kind == FailureKind::Closed => Verdict::Lost,
            (Err(failure), _) if failure.kind.may_pass() => Verdict::Failed,
            (Err(_), _) => Verdict::Refused,
        };
        // After a failure the last answer may be that of an earlier request.
        let answered = self.last().filter(|_| self.result.is_ok()).map(|exchange| exchange.answered);
        Report { verdict, requests: self.hops.len().max(1) as u64, answered }
    }
}

impl FailureKind {
    /// Whether the same request may succeed at another time.
    pub fn may_pass(self) -> bool {
        matches!(
            self,
            Self::NoAddress
                | Self::NoConnection
                | Self::Tls
                | Self::TimedOut
                | Self::Disconnected
                | Self::Closed
                | Self::Malformed
        )
    }
}

impl Failure {
    pub(crate) fn of(kind: FailureKind, url: &Url, message: impl fmt::Display) -> Self {
        Self { kind, message: format!("{url}: {message}") }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}
