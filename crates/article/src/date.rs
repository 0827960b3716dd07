use std::fmt;
use std::str::FromStr;

use jiff::civil::{Date, DateTime, Time};
use serde::{Deserialize, Serialize};

/// When something was published, as precisely as it is known.
///
/// A date is an interval: `2011-Q3` is the ninety-two days from 1 July to
/// 30 September. It prints to its own precision and never more, so that a
/// quarter is not mistaken for the day on which it begins. Days are those of
/// the outlet's own calendar: where it was published, not UTC.
///
/// # Invariants
///
/// The year lies within 1..=9999, `first_day <= last_day`, and only a date of
/// precision [`DatePrecision::Time`] has a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PubDate {
    first: DateTime,
    precision: DatePrecision,
    origin: DateOrigin,
}

/// How precisely a date is known, the finest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DatePrecision {
    /// To the second.
    Time,
    /// To the day.
    Day,
    /// To the month.
    Month,
    /// To the quarter of a year.
    Quarter,
    /// To the year.
    Year,
}

/// Where a date came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DateOrigin {
    /// The page, or the record of an imported file.
    Page,
    /// The URL.
    Url,
    /// A feed or list.
    Feed,
    /// The dateline of the text.
    Dateline,
    /// Nothing but the day on which it was first seen.
    FirstSeen,
}

impl DateOrigin {
    /// The name as it stands in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::Url => "url",
            Self::Feed => "feed",
            Self::Dateline => "dateline",
            Self::FirstSeen => "first-seen",
        }
    }
}

impl DatePrecision {
    /// The name as it stands in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Time => "time",
            Self::Day => "day",
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::Year => "year",
        }
    }
}

impl PubDate {
    /// A year.
    pub fn year(year: i16) -> Result<Self, PubDateError> {
        Self::build(year, 1, 1, DatePrecision::Year)
    }

    /// A quarter, counted from 1.
    pub fn quarter(year: i16, quarter: i8) -> Result<Self, PubDateError> {
        if !(1..=4).contains(&quarter) {
            return Err(PubDateError(format!("{quarter} is no quarter")));
        }
        Self::build(year, 3 * quarter - 2, 1, DatePrecision::Quarter)
    }

    /// A month, counted from 1.
    pub fn month(year: i16, month: i8) -> Result<Self, PubDateError> {
        Self::build(year, month, 1, DatePrecision::Month)
    }

    /// A day.
    pub fn day(year: i16, month: i8, day: i8) -> Result<Self, PubDateError> {
        Self::build(year, month, day, DatePrecision::Day)
    }

    /// An exact time on the outlet's own clock.
    pub fn time(moment: DateTime) -> Result<Self, PubDateError> {
        let mut date = Self::build(moment.year(), moment.month(), moment.day(), DatePrecision::Time)?;
        date.first = moment;
        Ok(date)
    }

    fn build(year: i16, month: i8, day: i8, precision: DatePrecision) -> Result<Self, PubDateError> {
        if !(1..=9999).contains(&year) {
            return Err(PubDateError(format!("the year {year} is out of range")));
        }
        let date = Date::new(year, month, day)
            .map_err(|_| PubDateError(format!("{year:04}-{month:02}-{day:02} is no day of the calendar")))?;
        Ok(Self { first: date.to_datetime(Time::midnight()), precision, origin: DateOrigin::Page })
    }

    /// The same date, known from elsewhere.
    pub fn with_origin(self, origin: DateOrigin) -> Self {
        Self { origin, ..self }
    }

    /// How precisely it is known.
    pub fn precision(&self) -> DatePrecision {
        self.precision
    }

    /// Where it came from.
    pub fn origin(&self) -> DateOrigin {
        self.origin
    }

    /// The first day that it may be.
    pub fn first_day(&self) -> Date {
        self.first.date()
    }

    /// The last day that it may be.
    pub fn last_day(&self) -> Date {
        let first = self.first_day();
        match self.precision {
            DatePrecision::Time | DatePrecision::Day => first,
            DatePrecision::Month => first.last_of_month(),
            DatePrecision::Quarter => {
                Date::new(first.year(), first.month() + 2, 1).map_or(first, Date::last_of_month)
            }
            DatePrecision::Year => first.last_of_year(),
        }
    }

    /// The moment by which articles are put in order: seconds since 1970 on the outlet's own clock.
    ///
    /// A date that is known to the month sorts as its first day.
    pub fn moment(&self) -> i64 {
        let day = day_number(self.first_day());
        let time = self.first.time();
        day * 86_400
            + i64::from(time.hour()) * 3_600
            + i64::from(time.minute()) * 60
            + i64::from(time.second())
    }

    /// By when it was surely published: the last day that it may be, then the [moment](Self::moment).
    ///
    /// The less this is, the earlier: 8 July 2011 goes before 2011, of which most days are later.
    pub fn surely_by(&self) -> (i64, i64) {
        (day_number(self.last_day()), self.moment())
    }

    /// The year and month, where the date is known that well.
    pub fn known_month(&self) -> Option<(i16, i8)> {
        (self.precision <= DatePrecision::Month).then(|| (self.first.year(), self.first.month()))
    }

    /// The year, which is always known.
    pub fn known_year(&self) -> i16 {
        self.first.year()
    }
}

/// Days since 1 January 1970, negative before.
pub(crate) fn day_number(day: Date) -> i64 {
    let epoch = jiff::civil::date(1970, 1, 1);
    i64::from((day - epoch).get_days())
}

impl fmt::Display for PubDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let first = self.first;
        match self.precision {
            DatePrecision::Year => write!(f, "{:04}", first.year()),
            DatePrecision::Quarter => write!(f, "{:04}-Q{}", first.year(), (first.month() + 2) / 3),
            DatePrecision::Month => write!(f, "{:04}-{:02}", first.year(), first.month()),
            DatePrecision::Day => write!(f, "{}", first.date()),
            DatePrecision::Time => {
                write!(f, "{}T{:02}:{:02}:{:02}", first.date(), first.hour(), first.minute(), first.second())
            }
        }
    }
}

impl FromStr for PubDate {
    type Err = PubDateError;

    /// Reads what [`PubDate`] prints: `2011`, `2011-Q3`, `2011-07`, `2011-07-08`, `2011-07-08T09:30:00`.
    ///
    /// A time may leave out its seconds, have a space for the `T`, and be
    /// followed by an offset, which is dropped: the outlet's clock counts.
    fn from_str(text: &str) -> Result<Self, PubDateError> {
        let text = text.trim();
        let unreadable =
            || PubDateError(format!("{:?} is no date", text.chars().take(40).collect::<String>()));
        let (day, time) = match text.split_once(['T', 't', ' ']) {
            Some((day, time)) => (day, Some(time)),
            None => (text, None),
        };
        let mut parts = day.split('-');
        let year = number(parts.next().unwrap_or_default(), 4).ok_or_else(unreadable)?;
        let date = match (parts.next(), parts.next(), parts.next()) {
            (None, _, _) => Self::year(year)?,
            (Some(part), None, _) => match part.strip_prefix(['Q', 'q']) {
                Some(quarter) => Self::quarter(year, number(quarter, 1).ok_or_else(unreadable)?)?,
                None => Self::month(year, number(part, 2).ok_or_else(unreadable)?)?,
            },
            (Some(month), Some(day), None) => Self::day(
                year,
                number(month, 2).ok_or_else(unreadable)?,
                number(day, 2).ok_or_else(unreadable)?,
            )?,
            _ => return Err(unreadable()),
        };
        match time {
            None => Ok(date),
            Some(_) if date.precision != DatePrecision::Day => Err(unreadable()),
            Some(time) => {
                let clock = read_clock(time).ok_or_else(unreadable)?;
                Self::time(date.first_day().to_datetime(clock))
            }
        }
    }
}

fn read_clock(text: &str) -> Option<Time> {
    let clock = text.split(['+', 'Z', 'z', '-', '.']).next().unwrap_or_default().trim();
    let mut parts = clock.split(':');
    let hour = number(parts.next()?, 2)?;
    let minute = number(parts.next()?, 2)?;
    let second = parts.next().map_or(Some(0), |part| number(part, 2))?;
    if parts.next().is_some() {
        return None;
    }
    Time::new(hour, minute, second, 0).ok()
}

fn number<N: FromStr>(text: &str, digits: usize) -> Option<N> {
    let well_formed = text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit());
    if well_formed { text.parse().ok() } else { None }
}

/// The text is no date, or a day that the calendar lacks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PubDateError(String);

impl fmt::Display for PubDateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for PubDateError {}

impl PubDate {
    /// The first and last day as days since 1970, by which the index filters.
    pub fn days(&self) -> (i64, i64) {
        (day_number(self.first_day()), day_number(self.last_day()))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(text: &str, first: &str, last: &str) {
        let date: PubDate = text.parse().unwrap();
        assert_eq!(date.first_day().to_string(), first);
        assert_eq!(date.last_day().to_string(), last);
        assert_eq!(date.to_string(), text);
    }

    #[test]
    fn a_date_spans_its_precision() {
        check("2011", "2011-01-01", "2011-12-31");
        check("2011-Q1", "2011-01-01", "2011-03-31");
        check("2011-Q4", "2011-10-01", "2011-12-31");
        check("2012-02", "2012-02-01", "2012-02-29");
        check("2011-07-08", "2011-07-08", "2011-07-08");
        check("2022-07-04T08:44:00", "2022-07-04", "2022-07-04");
    }

    #[test]
    fn times_are_read_in_the_forms_that_occur() {
        for text in ["2022-07-04 08:44", "2022-07-04T08:44:00Z", "2022-07-04T08:44:00.5+09:00"] {
            assert_eq!(text.parse::<PubDate>().unwrap().to_string(), "2022-07-04T08:44:00");
        }
        let date: PubDate = "1970-01-02 00:01".parse().unwrap();
        assert_eq!((date.moment(), date.days()), (86_460, (1, 1)));
    }

    #[test]
    fn what_is_no_date_is_refused() {
        for text in
            ["", "nan", "2012-13-45", "2011-02-29", "2011-Q5", "0000", "12-1-1", "2011-07-08-1", "2011 10:00"]
        {
            assert!(text.parse::<PubDate>().is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn reading_never_panics(text in ".*") {
            let _ = text.parse::<PubDate>();
        }

        #[test]
        fn what_is_printed_reads_back(year in 1i16..=9999, month in 1i8..=12, quarter in 1i8..=4) {
            for date in [PubDate::year(year), PubDate::quarter(year, quarter), PubDate::month(year, month)] {
                let date = date.unwrap();
                prop_assert_eq!(date.to_string().parse::<PubDate>().unwrap(), date);
                prop_assert!(date.first_day() <= date.last_day());
            }
        }
    }
}
