use jiff::civil::{Date, Time};
use sinmun_article::PubDate;

/// The date in a string as outlets print it; `None` where there is none.
///
/// Reads the forms of `PubDate` itself, and those that lists and pages of
/// Chinese state media carry: `08:44, 04-Jul-2022`, `Jul 04, 2022 08:44 am`,
/// `Updated: 2022-08-19 09:20`, `Published: Mar 25, 2022 03:14 PM Updated: …`
/// (what was published counts, not what was updated), `July 01, 2011`.
///
/// ```
/// let date = sinmun_normalizer::read_date("Published: Mar 25, 2022 03:14 PM").unwrap();
/// assert_eq!(date.to_string(), "2022-03-25T15:14:00");
/// ```
pub fn read_date(text: &str) -> Option<PubDate> {
    let text = text.trim();
    if text.len() > 200 {
        return None;
    }
    if let Ok(date) = text.parse() {
        return Some(date);
    }
    let published = published_part(text);
    if let Ok(date) = published.parse() {
        return Some(date);
    }
    let (day, clock) = (find_day(published)?, find_clock(published));
    match clock {
        Some(clock) => PubDate::time(day.to_datetime(clock)).ok(),
        None => PubDate::day(day.year(), day.month(), day.day()).ok(),
    }
}

/// What stands behind "Published:" and before "Updated:", or behind "Updated:" where it stands alone.
fn published_part(text: &str) -> &str {
    let after = text.find("Published:").map(|place| &text[place + "Published:".len()..]).unwrap_or(text);
    match after.find("Updated:") {
        Some(0) => after["Updated:".len()..].trim(),
        Some(place) => after[..place].trim(),
        None => after.trim(),
    }
}

fn find_day(text: &str) -> Option<Date> {
    let words: Vec<&str> = text
        .split(|letter: char| !letter.is_alphanumeric() && letter != ':')
        .filter(|word| !word.is_empty())
        .collect();
    let place = words.iter().position(|word| month_number(word).is_some())?;
    let month = month_number(words[place])?;
    let year_behind =
        |at: usize| words.get(at).filter(|word| word.len() == 4).and_then(|word| word.parse::<i16>().ok());
    let day_at =
        |at: usize| words.get(at).filter(|word| word.len() <= 2).and_then(|word| word.parse::<i8>().ok());
    // "Jul 04, 2022" before "04-Jul-2022": in "08:44, 04-Jul-2022" no number of two digits follows the month.
    if let (Some(day), Some(year)) = (day_at(place + 1), year_behind(place + 2)) {
        return Date::new(year, month, day).ok();
    }
    let day = place.checked_sub(1).and_then(day_at)?;
    Date::new(year_behind(place + 1)?, month, day).ok()
}

fn find_clock(text: &str) -> Option<Time> {
    let place = text.find(':')?;
    let before = text[..place].bytes().rev().take_while(u8::is_ascii_digit).take(2).count();
    let after = text[place + 1..].bytes().take_while(u8::is_ascii_digit).take(2).count();
    if before == 0 || after != 2 {
        return None;
    }
    let hour: i8 = text[place - before..place].parse().ok()?;
    let minute: i8 = text[place + 1..place + 3].parse().ok()?;
    let rest = text[place + 3..].trim_start().to_ascii_lowercase();
    let hour = match (rest.get(..2), hour) {
        (Some("pm"), 1..=11) => hour + 12,
        (Some("am"), 12) => 0,
        _ => hour,
    };
    Time::new(hour, minute, 0, 0).ok()
}

fn month_number(word: &str) -> Option<i8> {
    const MONTHS: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let word = word.to_ascii_lowercase();
    if word.len() < 3 {
        return None;
    }
    let matches =
        |month: &&str| *month == word || month[..3] == word || (word == "sept" && month[..3] == *"sep");
    MONTHS.iter().position(matches).map(|place| place as i8 + 1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(text: &str, date: &str) {
        assert_eq!(read_date(text).map(|date| date.to_string()).as_deref(), Some(date), "{text}");
    }

    #[test]
    fn forms_of_the_corpus() {
        check("2011-12-01", "2011-12-01");
        check("08:44, 04-Jul-2022", "2022-07-04T08:44:00");
        check("Jul 04, 2022 08:44 am", "2022-07-04T08:44:00");
        check("Updated: 2022-08-19 09:20", "2022-08-19T09:20:00");
        check("2022-06-22 05:46:58", "2022-06-22T05:46:58");
        check("Published: Mar 25, 2022 03:14 PM", "2022-03-25T15:14:00");
        check("Published: Apr 22, 2022 09:59 PM Updated: Apr 22, 2022 09:52 PM", "2022-04-22T21:59:00");
        check("Published: Apr 08, 2022 12:44 AM", "2022-04-08T00:44:00");
        check("July 01, 2011", "2011-07-01");
        check("2011-Q3", "2011-Q3");
    }

    #[test]
    fn no_date_is_made_up() {
        for text in ["nan", "2012-13-45", "", "May", "30-Feb-2022", "Updated:", "may 2022 be good"] {
            assert_eq!(read_date(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn reading_never_panics(text in ".*", tail in "[A-Za-z0-9:, -]{0,40}") {
            let _ = read_date(&text);
            let _ = read_date(&tail);
        }
    }
}
