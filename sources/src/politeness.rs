use std::time::Duration;

use serde::{Deserialize, Deserializer, de};

/// How a site wants to be visited, beyond what its robots.txt says.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Politeness {
    /// The least time between the starts of two requests to one host. Two seconds where nothing is said.
    #[serde(deserialize_with = "seconds")]
    pub delay: Duration,
    /// How many requests may be under way at once. One where nothing is said.
    #[serde(deserialize_with = "concurrency")]
    pub concurrency: u8,
    /// The hours in which the site is visited, in its own time zone; always where nothing is said.
    pub hours: Option<Hours>,
}

impl Default for Politeness {
    fn default() -> Self {
        Self { delay: Duration::from_secs(2), concurrency: 1, hours: None }
    }
}

/// A part of the day, which may go over midnight: `22:00-06:00`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hours {
    /// The first minute of the day, 0 to 1439.
    pub from: u16,
    /// The minute at which it is over.
    pub to: u16,
}

impl Hours {
    /// Reads `22:00-06:00`.
    ///
    /// # Errors
    ///
    /// What is not two different times of day joined by a hyphen.
    pub fn new(text: &str) -> Result<Self, String> {
        let read = || {
            let (from, to) = text.split_once('-')?;
            Some(Self { from: minute(from)?, to: minute(to)? })
        };
        read()
            .filter(|hours| hours.from != hours.to)
            .ok_or_else(|| format!("{text:?} are no hours: write two times, such as 22:00-06:00"))
    }

    /// Whether a minute of the day lies in them.
    pub fn contains(self, minute: u16) -> bool {
        if self.from < self.to {
            (self.from..self.to).contains(&minute)
        } else {
            minute >= self.from || minute < self.to
        }
    }
}

fn minute(text: &str) -> Option<u16> {
    let (hour, minute) = text.trim().split_once(':')?;
    let (hour, minute): (u16, u16) = (hour.parse().ok()?, minute.parse().ok()?);
    (hour < 24 && minute < 60).then_some(hour * 60 + minute)
}

impl<'de> Deserialize<'de> for Hours {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(&String::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

fn seconds<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    let seconds = f64::deserialize(deserializer)?;
    if !(0.0..=3600.0).contains(&seconds) {
        return Err(de::Error::custom("a delay is a number of seconds from 0 to 3600"));
    }
    Ok(Duration::from_secs_f64(seconds))
}

fn concurrency<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u8, D::Error> {
    let number = u8::deserialize(deserializer)?;
    if !(1..=16).contains(&number) {
        return Err(de::Error::custom("the concurrency is a number from 1 to 16"));
    }
    Ok(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_may_go_over_midnight() {
        let night = Hours::new("22:00-06:00").unwrap();
        assert!(night.contains(23 * 60) && night.contains(0) && !night.contains(6 * 60));
        let day = Hours::new("06:30-22:00").unwrap();
        assert!(day.contains(6 * 60 + 30) && !day.contains(0) && !day.contains(22 * 60));
        for text in ["", "22:00", "24:00-06:00", "22-6", "01:00-01:00"] {
            assert!(Hours::new(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_site_is_visited_every_two_seconds_where_nothing_is_said() {
        let read: Politeness = toml::from_str("hours = \"22:00-06:00\"").unwrap();
        assert_eq!((read.delay, read.concurrency), (Duration::from_secs(2), 1));
        let read: Politeness = toml::from_str("delay = 0.5").unwrap();
        assert_eq!(read.delay, Duration::from_millis(500));
        for text in ["delay = -1.0", "delay = nan", "concurrency = 0", "wait = 1"] {
            assert!(toml::from_str::<Politeness>(text).is_err(), "{text}");
        }
    }
}
