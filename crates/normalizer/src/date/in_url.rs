use jiff::civil::Date;
use sinmun_article::{DateOrigin, PubDate};

/// The date in a URL's path or query; `None` where there is none.
///
/// `/2022/07/04/`, `/2022-07/04/`, `/20181201-01ee.html`, `?newsID=2022-02-11-0001`, `/day/20220501.shtml`. Eight
/// digits count only where nothing else is in their part of the path, or the key of the query says that they are a
/// date: an id is none.
///
/// ```
/// use sinmun_normalizer::date_in_url;
///
/// assert_eq!(date_in_url("https://tv.example/2022/05/01/VIDE1.shtml").unwrap().to_string(), "2022-05-01");
/// assert_eq!(date_in_url("https://wire.example/?no=20121130"), None);
/// ```
pub fn date_in_url(url: &str) -> Option<PubDate> {
    let behind_host =
        url.find("://").map_or(url, |place| url[place + 3..].split_once('/').map_or("", |(_, path)| path));
    let shown = behind_host.split('#').next().unwrap_or_default();
    let (path, query) = shown.split_once('?').unwrap_or((shown, ""));
    let date = in_parts(path).or_else(|| query.split('&').find_map(in_pair))?;
    PubDate::day(date.year(), date.month(), date.day()).ok().map(|date| date.with_origin(DateOrigin::Url))
}

fn in_pair(pair: &str) -> Option<Date> {
    let (key, value) = pair.split_once('=').unwrap_or(("", pair));
    let key = key.to_ascii_lowercase();
    in_order(value, "-._/").or_else(|| {
        let says_so = key.contains("date") || key.contains("day");
        says_so.then(|| compact(value)).flatten()
    })
}

/// Year, month and day as parts of a path, or eight digits that begin one.
fn in_parts(path: &str) -> Option<Date> {
    let eight = || {
        path.split('/').find_map(|part| {
            let digits = part.bytes().take_while(u8::is_ascii_digit).count();
            let stands_alone = part[digits..].is_empty() || part[digits..].starts_with(['-', '_', '.']);
            (digits == 8 && stands_alone).then(|| compact(&part[..8])).flatten()
        })
    };
    in_order(path, "/-._").or_else(eight)
}

/// The first year, month and day with one of these marks between them.
fn in_order(text: &str, marks: &str) -> Option<Date> {
    let bytes = text.as_bytes();
    let digits = |at: usize| bytes[at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let mut at = 0;
    while at < bytes.len() {
        let length = digits(at);
        if length == 4 && (at == 0 || !bytes[at - 1].is_ascii_alphanumeric()) {
            let mut numbers = [text[at..at + 4].parse::<i16>().ok()?, 0, 0];
            let mut next = at + 4;
            let mut count = 1;
            while count < 3 && next < bytes.len() && marks.as_bytes().contains(&bytes[next]) {
                let length = digits(next + 1);
                if !(1..=2).contains(&length) {
                    break;
                }
                numbers[count] = text[next + 1..next + 1 + length].parse().ok()?;
                next += 1 + length;
                count += 1;
            }
            let ends = bytes.get(next).is_none_or(|byte| !byte.is_ascii_alphanumeric());
            if count == 3
                && ends
                && let Some(date) = day(numbers[0], numbers[1], numbers[2])
            {
                return Some(date);
            }
        }
        at += length.max(1);
    }
    None
}

fn compact(text: &str) -> Option<Date> {
    let is_it = text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit());
    is_it.then(|| day(text[..4].parse().ok()?, text[4..6].parse().ok()?, text[6..].parse().ok()?)).flatten()
}

fn day(year: i16, month: i16, day: i16) -> Option<Date> {
    let is_likely = (1900..2100).contains(&year);
    is_likely.then(|| Date::new(year, month.try_into().ok()?, day.try_into().ok()?).ok()).flatten()
}
