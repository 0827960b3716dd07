//! Datelines in Hangul, kana and Chinese characters.

use std::sync::LazyLock;

use regex::Regex;

use super::{Found, agency};

/// `8월 21일`, `주체113(2024)년 8월 21일`, `7月5日`, and the day alone, at the end of a text.
static DATE: LazyLock<Regex> = LazyLock::new(|| {
    let year = r"(?:(?:주체|チュチェ|主体)?\d{2,4}(?:\(\d{4}\))?[년年] ?)?";
    Regex::new(&format!(r"(?:{year}\d{{1,2}}[월月] ?)?\d{{1,2}}[일日]$")).expect("the form is sound")
});

/// `新华社北京11月6日电`: an agency or a paper, a place, a day, and a word for a wire.
static WIRE: LazyLock<Regex> = LazyLock::new(|| {
    let agency = r"(?P<agency>\p{Han}{1,5}?[社网網报報])";
    let date = r"(?P<date>(?:\d{4}年)?\d{1,2}月\d{1,2}日)";
    Regex::new(&format!(r"^据?{agency}(?P<place>\p{{Han}}{{0,12}}?)(?: ?){date}(?:综合|专)?(?:电|電|讯|訊)"))
        .expect("the form is sound")
});

const BRACKETS: [(char, char); 5] = [('(', ')'), ('（', '）'), ('【', '】'), ('[', ']'), ('〔', '〕')];

/// What stands between brackets is a dateline up to so many bytes.
const LONGEST: usize = 150;

/// The dateline at the beginning of a line: in brackets, or of a Chinese agency.
pub(super) fn read(head: &str) -> Option<Found<'_>> {
    let Some((open, close)) = BRACKETS.iter().copied().find(|(open, _)| head.starts_with(*open)) else {
        return wire(head);
    };
    let mut depth = 0;
    let closing = |(_, letter): &(usize, char)| {
        depth += i32::from(*letter == open) - i32::from(*letter == close);
        depth == 0
    };
    let (last, _) = head.char_indices().find(closing).filter(|(last, _)| *last <= LONGEST)?;
    let (inner, end) = (head[open.len_utf8()..last].trim(), last + close.len_utf8());
    match wire(inner) {
        Some(found) => (found.end == inner.len()).then_some(Found { end, ..found }),
        None => bracketed(inner, end),
    }
}

fn wire(head: &str) -> Option<Found<'_>> {
    let groups = WIRE.captures(head)?;
    let end = groups.get(0)?.end();
    // 电话, 电报 and 电视 are words, and no wire.
    if head[end..].starts_with(['话', '話', '报', '報', '视', '視', '影', '动', '力']) {
        return None;
    }
    let group = |name: &str| groups.name(name).map(|group| group.as_str()).filter(|text| !text.is_empty());
    Some(Found { end, place: group("place"), date: group("date"), agency: group("agency") })
}

/// `평양 8월 21일발 조선중앙통신`, `平壌7月5日発朝鮮中央通信`, `平壌発＝朝鮮通信`, `서울=연합뉴스`.
fn bracketed(inner: &str, end: usize) -> Option<Found<'_>> {
    let (before, agency) = split(inner)?;
    let before = before.trim();
    let before = before.strip_suffix(['発', '发', '發', '발']).unwrap_or(before).trim_end();
    let date = DATE.find(before);
    let place = before[..date.map_or(before.len(), |date| date.start())].trim_matches([' ', ',', '，', '、']);
    let is_name = |text: &str| {
        let length = text.chars().count();
        let is_part =
            |letter: char| letter.is_alphanumeric() || matches!(letter, ' ' | '・' | '·' | '-' | 'ー');
        (2..=16).contains(&length) && text.chars().all(is_part)
    };
    let is_place = is_name(place) && !place.contains(|letter: char| letter.is_ascii_digit());
    (is_place && is_name(agency)).then(|| Found {
        end,
        place: Some(place),
        date: date.map(|date| date.as_str()),
        agency: Some(agency),
    })
}

/// What stands before the agency, and the agency.
fn split(inner: &str) -> Option<(&str, &str)> {
    for mark in ["일발", "일 발", "日発", "日发", "日發"] {
        if let Some(place) = inner.find(mark) {
            let (before, behind) = inner.split_at(place + mark.len());
            return Some((before, behind.trim_start_matches([' ', '=', '＝'])));
        }
    }
    if let Some((before, behind)) = inner.split_once(['=', '＝']) {
        return Some((before, behind.trim()));
    }
    agency::split_known(inner)
}
