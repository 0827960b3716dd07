use std::time::Duration;

use crate::error::{Error, ErrorKind};

/// How fast one host is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// The least time between two requests.
    pub delay: Duration,
    /// The most requests under way at once.
    pub concurrency: usize,
    /// When the host may be asked at all.
    pub hours: Hours,
}

/// Part of the day, in minutes of UTC; it may run over midnight.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Hours {
    from: u16,
    to: u16,
}

/// How long to wait after failures: ever longer, and never quite the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backoff {
    /// After the first failure; each further one doubles it.
    pub first: Duration,
    /// No wait is longer, give or take the jitter.
    pub longest: Duration,
}

const DAY: u64 = 24 * 60 * 60;

impl Pace {
    /// As slow as this, and at least as slow as another asks for: the robots.txt, the source, the user.
    #[must_use]
    pub fn at_least(self, delay: Duration) -> Self {
        Self { delay: self.delay.max(delay), ..self }
    }
}

/// One request at a time, two seconds apart, at any hour.
impl Default for Pace {
    fn default() -> Self {
        Self { delay: Duration::from_secs(2), concurrency: 1, hours: Hours::default() }
    }
}

impl Hours {
    /// From one minute of the day up to, and without, another. The same twice is the whole day.
    ///
    /// # Errors
    ///
    /// A day has 1,440 minutes.
    pub fn new(from: u16, to: u16) -> Result<Self, Error> {
        if from >= 1440 || to > 1440 {
            let message = format!("hours {from}-{to}: minutes of the day go from 0 to 1439");
            return Err(Error::of(ErrorKind::BadOption, message));
        }
        Ok(Self { from, to: to % 1440 })
    }

    /// How long until they begin, from so long after midnight UTC; zero while they last.
    pub(crate) fn opens_in(self, since_midnight: Duration) -> Duration {
        let (from, to) = (u64::from(self.from) * 60, u64::from(self.to) * 60);
        let now = since_midnight.as_secs() % DAY;
        // Everything counted from the beginning, so that midnight does not matter.
        let length = (to + DAY - from) % DAY;
        let passed = (now + DAY - from) % DAY;
        if length == 0 || passed < length {
            return Duration::ZERO;
        }
        Duration::from_secs(DAY - passed)
            .saturating_sub(Duration::from_nanos(since_midnight.subsec_nanos().into()))
    }
}

impl Backoff {
    /// The wait after so many failures, the first being 1. The jitter lies between half and one and a half.
    pub(crate) fn wait(self, failures: u32, jitter: u64) -> Duration {
        let doubled = 2u32.saturating_pow(failures.saturating_sub(1));
        let wait = self.first.saturating_mul(doubled).min(self.longest);
        let part = (jitter >> 32) as u32; // evenly spread over all of its values
        wait / 2 + wait.mul_f64(f64::from(part) / f64::from(u32::MAX))
    }
}

/// Five seconds first, at most ten minutes.
impl Default for Backoff {
    fn default() -> Self {
        Self { first: Duration::from_secs(5), longest: Duration::from_secs(600) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(from: u16, to: u16, minute: u64, expected_minutes: u64) {
        let hours = Hours::new(from, to).unwrap();
        let wait = hours.opens_in(Duration::from_secs(minute * 60));
        assert_eq!(wait, Duration::from_secs(expected_minutes * 60), "{from}-{to} at {minute}");
    }

    #[test]
    fn hours_of_the_day() {
        check(0, 0, 700, 0);
        check(0, 1440, 1439, 0);
        check(60, 120, 60, 0);
        check(60, 120, 119, 0);
        check(60, 120, 120, 1380);
        check(60, 120, 0, 60);
        check(1380, 60, 1400, 0);
        check(1380, 60, 30, 0);
        check(1380, 60, 60, 1320);
        check(60, 120, 1440 + 30, 30);
        assert!(Hours::new(1440, 0).is_err());
        assert!(Hours::new(0, 1441).is_err());
        let almost = Hours::new(1, 2).unwrap().opens_in(Duration::from_millis(59_500));
        assert_eq!(almost, Duration::from_millis(500));
    }

    #[test]
    fn waits_double_and_end() {
        let backoff = Backoff { first: Duration::from_secs(4), longest: Duration::from_secs(20) };
        let waits: Vec<u64> = (1..=5).map(|failures| backoff.wait(failures, 0).as_secs()).collect();
        assert_eq!(waits, [2, 4, 8, 10, 10]);
        assert_eq!(backoff.wait(1, u64::MAX).as_secs(), 6);
        assert_eq!(backoff.wait(u32::MAX, u64::MAX).as_secs(), 30);
    }
}
