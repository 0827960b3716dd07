//! Dates as outlets print them.

mod clock;
mod day;
mod in_url;
mod token;
mod words;

use jiff::ToSpan;
use jiff::civil::{Date, DateTime};
use sinmun_article::PubDate;
use sinmun_sources::{DateOrder, Zone};

pub use in_url::date_in_url;

use day::Said;
use words::Unit;

/// How an outlet writes dates, and what is known of when it wrote.
///
/// ```
/// use sinmun_normalizer::{DateRules, Refusal};
/// use sinmun_sources::DateOrder;
///
/// let day_first = DateRules { order: Some(DateOrder::DayFirst), ..DateRules::default() };
/// assert_eq!(day_first.read("Date: 06/11/2024").unwrap().date.to_string(), "2024-11-06");
/// assert_eq!(DateRules::default().read("06/11/2024"), Err(Refusal::Ambiguous));
/// assert_eq!(DateRules::default().read("주체107(2018)년 3월 21일").unwrap().date.to_string(), "2018-03-21");
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct DateRules<'a> {
    /// Which number is the day in `06/11/2024`; without it only what can be read in one way is read.
    pub order: Option<DateOrder>,
    /// When the text was seen, by the outlet's clock: a date without a year is the latest before it, and none lies after it.
    pub seen: Option<DateTime>,
    /// The first day from which there can be anything of the outlet.
    pub since: Option<Date>,
    /// The outlet's zone, into which a time with another offset is brought.
    pub zone: Option<&'a Zone>,
}

/// A date that was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FoundDate {
    /// The date.
    pub date: PubDate,
    /// Whether a part of it was not said: the year of `November 6`, the day of `3 days ago`.
    pub is_guessed: bool,
}

/// Why a text gives no date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refusal {
    /// There is none in it.
    NoDate,
    /// Day and month cannot be told apart.
    Ambiguous,
    /// The calendar has no such day, month or quarter.
    NoSuchDay,
    /// A Juche year and a common year that are not the same.
    Contradiction,
    /// Neither the year nor when the text was seen is known.
    NoYear,
    /// It lies after the text was seen.
    InFuture,
    /// It lies before there was anything of the outlet, or before 1800.
    TooEarly,
}

impl Refusal {
    /// The reason in words.
    pub fn text(self) -> &'static str {
        match self {
            Self::NoDate => "no date is in it",
            Self::Ambiguous => {
                "day and month cannot be told apart: the source's `date_order` says which is first"
            }
            Self::NoSuchDay => "the calendar has no such day",
            Self::Contradiction => "its two years are not the same",
            Self::NoYear => "it has no year",
            Self::InFuture => "it lies after the day on which it was seen",
            Self::TooEarly => "it lies before there was anything of the outlet",
        }
    }
}

/// No outlet is older than this.
const EARLIEST: i16 = 1800;

/// What stands before the date of publishing, and before that of a later change.
const PUBLISHED: &[&str] = &[
    "published",
    "posted",
    "опубликовано",
    "publicado",
    "publié le",
    "发布时间",
    "發布時間",
    "입력",
    "게시",
];
const UPDATED: &[&str] = &[
    "updated",
    "modified",
    "обновлено",
    "actualizado",
    "mis à jour",
    "更新时间",
    "更新時間",
    "更新",
    "修改",
    "수정",
];

impl DateRules<'_> {
    /// The date in a text as an outlet prints it, of which 300 characters are looked at.
    ///
    /// What was published counts, not what was updated; where only the latter is said, that.
    ///
    /// # Errors
    ///
    /// Why it gives none.
    pub fn read(&self, text: &str) -> Result<FoundDate, Refusal> {
        let text = token::folded(text);
        let mut refusal = Refusal::NoDate;
        for part in parts(&text) {
            match self.read_part(part) {
                Ok(found) => return Ok(found),
                Err(Refusal::NoDate) => {}
                Err(why) if refusal == Refusal::NoDate => refusal = why,
                Err(_) => {}
            }
        }
        Err(refusal)
    }

    fn read_part(&self, text: &str) -> Result<FoundDate, Refusal> {
        let tokens = token::tokens(text);
        let (said, place) = day::find(&tokens, self.order).ok_or(Refusal::NoDate)?;
        let (date, is_guessed) = self.resolve(said?)?;
        let date = match date {
            Resolved::Day(day) => {
                // Behind the date, or else before it: "08:44, 04-Jul-2022".
                let clock = clock::find(&tokens[place.end..]).or_else(|| clock::find(&tokens[..place.start]));
                match clock {
                    Some(clock) if !is_guessed => PubDate::time(self.by_own_clock(day, clock)),
                    _ => PubDate::day(day.year(), day.month(), day.day()),
                }
            }
            Resolved::Month(year, month) => PubDate::month(year, month),
            Resolved::Quarter(year, quarter) => PubDate::quarter(year, quarter),
            Resolved::Year(year) => PubDate::year(year),
        };
        let date = date.map_err(|_| Refusal::NoSuchDay)?;
        self.check(&date)?;
        Ok(FoundDate { date, is_guessed })
    }

    fn resolve(&self, said: Said) -> Result<(Resolved, bool), Refusal> {
        let small = |number: u32| i8::try_from(number).map_err(|_| Refusal::NoSuchDay);
        let of_year = |year: i32| i16::try_from(year).map_err(|_| Refusal::NoSuchDay);
        let in_calendar = |year: i32, month: u32, day: u32| {
            Date::new(of_year(year)?, small(month)?, small(day)?).map_err(|_| Refusal::NoSuchDay)
        };
        Ok(match said {
            Said::Day { year, month, day } => (Resolved::Day(in_calendar(year, month, day)?), false),
            Said::DayOfYear { month, day } => {
                let seen = self.seen.ok_or(Refusal::NoYear)?.date();
                let last = seen.tomorrow().unwrap_or(seen);
                let year = i32::from(last.year());
                // Eight years back there is a leap year, whatever the year.
                let day = (year - 8..=year)
                    .rev()
                    .find_map(|year| in_calendar(year, month, day).ok().filter(|day| *day <= last));
                (Resolved::Day(day.ok_or(Refusal::NoSuchDay)?), true)
            }
            Said::Ago { count, unit } => {
                let seen = self.seen.ok_or(Refusal::NoYear)?;
                let count = i64::from(count);
                let span = match unit {
                    Unit::Minutes => count.minutes(),
                    Unit::Hours => count.hours(),
                    Unit::Days => count.days(),
                    Unit::Weeks => count.weeks(),
                    Unit::Months => count.months(),
                };
                let moment = seen.checked_sub(span).map_err(|_| Refusal::NoSuchDay)?;
                match unit {
                    Unit::Months => (Resolved::Month(moment.year(), moment.month()), true),
                    _ => (Resolved::Day(moment.date()), true),
                }
            }
            Said::Month { year, month } => (Resolved::Month(of_year(year)?, small(month)?), false),
            Said::Quarter { year, quarter } => (Resolved::Quarter(of_year(year)?, small(quarter)?), false),
            Said::Year(year) => (Resolved::Year(of_year(year)?), false),
        })
    }

    /// A time with an offset, by the outlet's own clock where its zone is known.
    fn by_own_clock(&self, day: Date, clock: clock::Clock) -> DateTime {
        let printed = day.to_datetime(clock.time);
        let moved = || {
            let (offset, zone) = (clock.offset?, self.zone?);
            let utc = printed.checked_sub(i64::from(offset).minutes()).ok()?;
            let seconds = jiff::tz::TimeZone::UTC.to_timestamp(utc).ok()?.as_second();
            utc.checked_add(i64::from(zone.offset(seconds)).seconds()).ok()
        };
        moved().unwrap_or(printed)
    }

    fn check(&self, date: &PubDate) -> Result<(), Refusal> {
        // A day more: somewhere it is tomorrow already.
        let last = self.seen.map(|seen| seen.date().tomorrow().unwrap_or(seen.date()));
        if last.is_some_and(|last| date.first_day() > last) {
            return Err(Refusal::InFuture);
        }
        let is_early = date.last_day().year() < EARLIEST;
        if is_early || self.since.is_some_and(|since| date.last_day() < since) {
            return Err(Refusal::TooEarly);
        }
        Ok(())
    }
}

enum Resolved {
    Day(Date),
    Month(i16, i8),
    Quarter(i16, i8),
    Year(i16),
}

/// The parts of a text in the order in which they count: what was published, what has no label, what was updated.
fn parts(text: &str) -> Vec<&str> {
    let label = |rest: &str| -> Option<(usize, usize, bool)> {
        let of = |labels: &[&str], is_update: bool| {
            let found = labels.iter().filter_map(|label| Some((rest.find(label)?, label.len(), is_update)));
            found.min_by_key(|(place, length, _)| (*place, usize::MAX - length))
        };
        [of(PUBLISHED, false), of(UPDATED, true)].into_iter().flatten().min_by_key(|(place, ..)| *place)
    };
    let (mut published, mut plain, mut updated) = (Vec::new(), Vec::new(), Vec::new());
    let mut rest = text;
    let mut kind = None;
    loop {
        let next = label(rest);
        let end = next.map_or(rest.len(), |(place, ..)| place);
        match kind {
            Some(false) => &mut published,
            Some(true) => &mut updated,
            None => &mut plain,
        }
        .push(&rest[..end]);
        let Some((place, length, is_update)) = next else { break };
        kind = Some(is_update);
        rest = &rest[place + length..];
    }
    [published, plain, updated].concat()
}

/// The date in a text whose order and time are not known; `None` where there is none.
///
/// ```
/// let date = sinmun_normalizer::read_date("Published: Mar 25, 2022 03:14 PM").unwrap();
/// assert_eq!(date.to_string(), "2022-03-25T15:14:00");
/// ```
pub fn read_date(text: &str) -> Option<PubDate> {
    DateRules::default().read(text).ok().map(|found| found.date)
}
