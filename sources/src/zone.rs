use std::fmt;

use jiff::Timestamp;
use jiff::tz::{Offset, TimeZone};
use serde::{Deserialize, Deserializer, de};

/// The time zone that a site's dates and hours are in.
///
/// An IANA name knows the changes of the past: `Asia/Pyongyang` was UTC+08:30
/// from 15 August 2015 to 4 May 2018 and is UTC+09:00 before and after. The
/// tables are part of the program, so that a machine without any reads the same.
#[derive(Clone, PartialEq, Eq)]
pub struct Zone {
    name: String,
    rules: TimeZone,
}

impl Zone {
    /// Reads `Asia/Pyongyang`, `UTC`, `+09:00` or `UTC+08:30`.
    ///
    /// # Errors
    ///
    /// A name that the tables do not have, or an offset of more than a day.
    pub fn new(name: &str) -> Result<Self, String> {
        let rules = match offset(name.strip_prefix("UTC").unwrap_or(name)) {
            Some(seconds) => Offset::from_seconds(seconds).ok().map(TimeZone::fixed),
            None => jiff::tz::TimeZoneDatabase::bundled().get(name).ok(),
        };
        let rules = rules.ok_or_else(|| {
            format!("{name:?} is no time zone: give an IANA name such as Asia/Pyongyang, or an offset such as +09:00")
        })?;
        Ok(Self { name: name.to_owned(), rules })
    }

    /// The zone as written.
    pub fn as_str(&self) -> &str {
        &self.name
    }

    /// How many seconds the zone is ahead of UTC at a moment in seconds since 1970.
    pub fn offset(&self, moment: i64) -> i32 {
        Timestamp::from_second(moment).map_or(0, |moment| self.rules.to_offset(moment).seconds())
    }

    /// The minute of the day there, 0 to 1439, at a moment in seconds since 1970.
    pub fn minute_of_day(&self, moment: i64) -> u16 {
        let local = moment.saturating_add(i64::from(self.offset(moment)));
        let minute = local.rem_euclid(24 * 60 * 60) / 60;
        u16::try_from(minute).expect("a day has 1440 minutes")
    }
}

/// The seconds of an offset such as `+09:00` or `-0330`, 0 for nothing at all; `None` where it is none.
fn offset(text: &str) -> Option<i32> {
    if text.is_empty() {
        return Some(0);
    }
    let sign = match text.as_bytes()[0] {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let digits: String = text[1..].chars().filter(|character| *character != ':').collect();
    if digits.len() != 4 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number: i32 = digits.parse().ok()?;
    let (hours, minutes) = (number / 100, number % 100);
    (hours < 24 && minutes < 60).then_some(sign * (hours * 3600 + minutes * 60))
}

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Zone({})", self.name)
    }
}

impl<'de> Deserialize<'de> for Zone {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(&String::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(zone: &str, moment: &str, hours: f64) {
        let moment: Timestamp = moment.parse().unwrap();
        let offset = Zone::new(zone).unwrap().offset(moment.as_second());
        assert_eq!(f64::from(offset) / 3600.0, hours, "{zone} {moment}");
    }

    #[test]
    fn pyongyang_was_half_an_hour_behind_for_three_years() {
        check("Asia/Pyongyang", "2015-08-14T00:00:00Z", 9.0);
        check("Asia/Pyongyang", "2015-08-15T00:00:00Z", 8.5);
        check("Asia/Pyongyang", "2018-05-04T00:00:00Z", 8.5);
        check("Asia/Pyongyang", "2018-05-05T00:00:00Z", 9.0);
    }

    #[test]
    fn offsets_are_zones_too() {
        check("UTC", "2020-01-01T00:00:00Z", 0.0);
        check("+09:00", "2020-01-01T00:00:00Z", 9.0);
        check("UTC-0330", "2020-01-01T00:00:00Z", -3.5);
        assert_eq!(Zone::new("+09:00").unwrap().minute_of_day(15 * 3600), 0);
        assert_eq!(Zone::new("UTC").unwrap().minute_of_day(-60), 1439);
    }

    #[test]
    fn what_is_no_zone_is_refused() {
        for name in ["Asia/Pyongjang", "+9", "+25:00", "12:00", "+é000"] {
            assert!(Zone::new(name).is_err(), "{name}");
        }
    }
}
