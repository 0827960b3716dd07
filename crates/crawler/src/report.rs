use std::time::{Duration, Instant};

/// What became of a job, as far as politeness is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Report {
    /// How it went.
    pub verdict: Verdict,
    /// How many requests it took: one more for each redirect that was followed.
    pub requests: u64,
    /// By when the server had certainly had the last request, where that is known.
    pub answered: Option<Instant>,
}

/// How a job went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The server answered, if only that there is no such page.
    Answered,
    /// The server wants to be left alone, for this long where it says.
    Busy(Option<Duration>),
    /// The server is in trouble, or out of reach: another attempt may succeed.
    Failed,
    /// The request did not arrive, through nobody's fault: it is made again at the host's usual pace.
    Lost,
    /// It came to nothing and would again, through no fault of the host's.
    Refused,
}

impl Verdict {
    /// What the status of an answer says; the wait is that of its `Retry-After`.
    pub fn of_status(status: u16, retry_after: Option<Duration>) -> Self {
        match status {
            429 | 503 => Self::Busy(retry_after),
            501 | 505 => Self::Answered,
            408 | 500..=599 => Self::Failed,
            _ => Self::Answered,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statuses() {
        let wait = Some(Duration::from_secs(3));
        for (status, expected) in [
            (200, Verdict::Answered),
            (304, Verdict::Answered),
            (404, Verdict::Answered),
            (408, Verdict::Failed),
            (429, Verdict::Busy(wait)),
            (500, Verdict::Failed),
            (501, Verdict::Answered),
            (503, Verdict::Busy(wait)),
            (522, Verdict::Failed),
        ] {
            assert_eq!(Verdict::of_status(status, wait), expected, "{status}");
        }
    }
}
