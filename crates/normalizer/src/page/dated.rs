//! Which of the dates of a page is its article's.

use jiff::civil::DateTime;
use jiff::tz::Offset;
use jiff::{Timestamp, ToSpan};
use sinmun_article::{DateOrigin, DatePrecision, PubDate};
use sinmun_sources::{Definition, Selectors, Zone};

use super::{Page, PageWarning, Parts};
use crate::date::{DateRules, Refusal, date_in_url};
use crate::dateline::Dateline;
use crate::trace::{Place, Trace};

/// What the site's rules find as the date: all of it, or the part that is the date.
pub(super) fn printed_date<'p>(parts: &'p Parts, selectors: Option<&Selectors>) -> &'p str {
    let Some(pattern) = selectors.and_then(|selectors| selectors.date_pattern.as_ref()) else {
        return &parts.date;
    };
    let groups = pattern.captures(&parts.date).or_else(|| pattern.captures(&parts.whole));
    groups.and_then(|groups| groups.get(1).or(groups.get(0))).map_or("", |part| part.as_str())
}

/// The date on the page, else beside the link, else in the URL, else of the dateline.
pub(super) fn find_date(
    parts: &Parts,
    selectors: Option<&Selectors>,
    dateline: Option<&Dateline>,
    page: &Page<'_>,
    definition: &Definition,
    warnings: &mut Vec<PageWarning>,
    trace: &Trace,
) -> Option<PubDate> {
    let printed = printed_date(parts, selectors);
    let zone = definition.time_zone.as_ref();
    let rules = DateRules {
        order: selectors.and_then(|selectors| selectors.date_order),
        seen: page.seen.map(|seen| own_clock(seen, zone)),
        since: definition.active,
        zone,
    };
    let in_url = selectors
        .and_then(|selectors| day_in_url(page.url, selectors))
        .or_else(|| [page.url, page.address].into_iter().find_map(date_in_url));
    for (rule, text) in parts.dates.candidates().filter(|_| trace.is_kept()) {
        match rules.read(text) {
            Ok(found) => trace.left("date", rule, Place::Nowhere, text, format!("says {}", found.date)),
            Err(why) => trace.left("date", rule, Place::Nowhere, text, why.text()),
        }
    }
    if let Some(found) = parts.dates.said(&rules) {
        // A page that was made anew says so of its date, while its URL stays.
        let is_older =
            |url: &PubDate| url.last_day().tomorrow().is_ok_and(|next| next < found.date.first_day());
        if let Some(in_url) = in_url.filter(is_older) {
            trace.took("date", "the URL, whose day is older than the page's", Place::Nowhere, page.url);
            return Some(in_url);
        }
        warnings.extend(found.is_guessed.then_some(PageWarning::GuessedDate));
        let rule = "of these the one that what is printed near the title confirms, else the first";
        trace.took("date", rule, Place::Nowhere, &found.date.to_string());
        return Some(found.date.with_origin(DateOrigin::Page));
    }
    for (text, origin) in [(printed, DateOrigin::Page), (page.printed_date.unwrap_or(""), DateOrigin::Feed)] {
        match rules.read(text) {
            Ok(found) => {
                warnings.extend(found.is_guessed.then_some(PageWarning::GuessedDate));
                trace.took("date", format!("read as {}", found.date), Place::Nowhere, text);
                return Some(found.date.with_origin(origin));
            }
            Err(Refusal::NoDate) if text.is_empty() => {}
            Err(why) => {
                trace.left("date", "read as a date", Place::Nowhere, text, why.text());
                warnings.extend((why != Refusal::NoDate).then_some(PageWarning::BadDate(why)));
            }
        }
    }
    if let Some(found) = parts.dates.near(&rules) {
        trace.took("date", "a text near the title", Place::Nowhere, &found.date.to_string());
        return Some(found.date.with_origin(DateOrigin::Page));
    }
    if let Some(in_url) = in_url {
        trace.took("date", format!("the URL, read as {in_url}"), Place::Nowhere, page.url);
        return Some(in_url);
    }
    let elsewhere = parts.dates.elsewhere(&rules).map(|found| found.date.with_origin(DateOrigin::Page));
    let of_dateline = dateline.and_then(|dateline| dateline.date(&rules).ok());
    // Another date of the page tells the year, where its day is the dateline's.
    let is_same = |date: &PubDate| dateline.is_some_and(|dateline| days_behind(dateline, date) == Some(0));
    let date = match of_dateline {
        Some(found) if !elsewhere.as_ref().is_some_and(is_same) => {
            warnings.extend(found.is_guessed.then_some(PageWarning::GuessedDate));
            trace.took("date", "the dateline", Place::Nowhere, &found.date.to_string());
            Some(found.date.with_origin(DateOrigin::Dateline))
        }
        _ => elsewhere,
    };
    if date.is_none()
        && let Some(found) = parts.dates.in_scripts(&rules)
    {
        trace.took(
            "date",
            "data that the page leaves for its scripts",
            Place::Nowhere,
            &found.date.to_string(),
        );
        return Some(found.date.with_origin(DateOrigin::Page));
    }
    match &date {
        Some(date) if date.origin() == DateOrigin::Page => {
            let rule = "an element marked as a date, far from the title";
            trace.took("date", rule, Place::Nowhere, &date.to_string());
        }
        Some(_) => {}
        None => warnings.push(PageWarning::NoDate),
    }
    date
}

/// The day that a source's rule finds in a URL.
fn day_in_url(url: &str, selectors: &Selectors) -> Option<PubDate> {
    let groups = selectors.url_date_pattern.as_ref()?.captures(url)?;
    let number = |place: usize| groups.get(place)?.as_str().parse::<i16>().ok();
    let (month, day) = (i8::try_from(number(2)?).ok()?, i8::try_from(number(3)?).ok()?);
    PubDate::day(number(1)?, month, day).ok().map(|date| date.with_origin(DateOrigin::Url))
}

/// How many days a date is behind the day of a dateline, whose year is the one that brings them nearest.
pub(super) fn days_behind(dateline: &Dateline, date: &PubDate) -> Option<i32> {
    let day = date.first_day();
    let is_a_day = date.precision() <= DatePrecision::Day;
    // A dateline half a year ahead is one half a year behind.
    let seen = day.checked_add(HALF_A_YEAR.days()).ok().filter(|_| is_a_day)?.at(0, 0, 0, 0);
    let sent = dateline.date(&DateRules { seen: Some(seen), ..DateRules::default() }).ok()?.date;
    (sent.precision() == DatePrecision::Day).then(|| (day - sent.first_day()).get_days())
}

const HALF_A_YEAR: i32 = 182;

/// A page appears at most so many days before or behind its dateline.
pub(super) const MOST_DAYS: i32 = 3;

/// A moment by the clock of a place; UTC where none is known.
fn own_clock(moment: Timestamp, zone: Option<&Zone>) -> DateTime {
    let offset = zone.map_or(0, |zone| zone.offset(moment.as_second()));
    Offset::from_seconds(offset).unwrap_or(Offset::UTC).to_datetime(moment)
}

#[cfg(test)]
mod tests {
    use sinmun_sources::Sources;

    use super::*;
    use crate::read_page;

    #[test]
    fn a_date_is_read_as_its_source_writes_it() {
        let date = |rules: &str, printed: &str, url: &str| {
            let wire = format!("id = 'w'\nname = 'W'\n{rules}\n[[selectors]]\ntitle = 'h1'\ndate = 'i'\n");
            let order = if rules.is_empty() { "" } else { "date_order = 'day-first'\n" };
            let wire = Definition::parse("w.toml", &(wire + order)).unwrap();
            let body = format!("<h1>T</h1><i>{printed}</i>");
            let seen = "2024-12-31T15:30:00Z".parse().ok();
            let page = Page { address: url, url, body: body.as_bytes(), seen, ..Page::default() };
            let reading = read_page(&page, &wire, &Sources::built_in());
            let warnings: Vec<_> = reading
                .warnings
                .into_iter()
                .filter(|warning| !matches!(warning, PageWarning::NoBody | PageWarning::NoLanguage))
                .collect();
            let date = reading.record.unwrap().date;
            (date.map(|date| format!("{date} {}", date.origin().name())), warnings)
        };
        let (plain, dated) = ("http://w.example/1", "http://w.example/2024/11/05/1");
        let korea = "time_zone = 'Asia/Pyongyang'\nactive = 2012-01-01";
        let found = |text: &str| Some(text.to_owned());
        assert_eq!(date(korea, "06/11/2024", plain), (found("2024-11-06 page"), vec![]));
        assert_eq!(
            date("", "06/11/2024", dated),
            (found("2024-11-05 url"), vec![PageWarning::BadDate(Refusal::Ambiguous)])
        );
        assert_eq!(date(korea, "1월 1일", plain), (found("2025-01-01 page"), vec![PageWarning::GuessedDate]));
        let late = vec![PageWarning::BadDate(Refusal::InFuture), PageWarning::NoDate];
        assert_eq!(date(korea, "2025-01-03", plain), (None, late));
        assert_eq!(
            date(korea, "2011-12-31", dated),
            (found("2024-11-05 url"), vec![PageWarning::BadDate(Refusal::TooEarly)])
        );
    }
}
