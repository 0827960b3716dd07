use super::token::{Cursor, Token};
use super::words::{self, Unit};
use super::{DateOrder, Refusal};

/// What a text says of a day, before the calendar is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Said {
    Day {
        year: i32,
        month: u32,
        day: u32,
    },
    /// The year is to be found out.
    DayOfYear {
        month: u32,
        day: u32,
    },
    /// So long before the text was seen.
    Ago {
        count: u32,
        unit: Unit,
    },
    Month {
        year: i32,
        month: u32,
    },
    Quarter {
        year: i32,
        quarter: u32,
    },
    Year(i32),
}

/// What was read, and what comes behind it.
type Read<'t> = (Result<Said, Refusal>, Cursor<'t>);

/// A form of dates: what the beginning of these tokens says.
type Form = for<'t> fn(Cursor<'t>, Option<DateOrder>) -> Option<Read<'t>>;

/// Forms that say the whole day, which may stand anywhere in a text.
const DAYS: [Form; 6] = [year_first, counted, by_name, name_first, year_last, compact];
/// Forms that leave something to be found out, which may stand anywhere too.
const PARTS: [Form; 3] = [without_year, ago, named_day];
/// Forms that are dates only where nothing else is said: a year in a sentence is none.
const WHOLE: [Form; 7] =
    [short_year, quarter, month_counted, month_by_name, month_of_numbers, year, month_and_day];

/// What the tokens say, and where the rest begins: the part that may hold a time.
pub(super) fn find(
    tokens: &[Token<'_>],
    order: Option<DateOrder>,
) -> Option<(Result<Said, Refusal>, std::ops::Range<usize>)> {
    for forms in [DAYS.as_slice(), &PARTS] {
        for place in 0..tokens.len() {
            let cursor = Cursor { tokens: &tokens[place..] };
            if let Some((said, rest)) = forms.iter().find_map(|form| form(cursor, order)) {
                return Some((said, place..tokens.len() - rest.tokens.len()));
            }
        }
    }
    let start = tokens.iter().position(|token| !matches!(token, Token::Mark(_)))?;
    let cursor = Cursor { tokens: &tokens[start..] };
    let whole = WHOLE.iter().find_map(|form| form(cursor, order).filter(|(_, rest)| rest.is_at_end()));
    whole.map(|(said, rest)| (said, start..tokens.len() - rest.tokens.len()))
}

/// `2024-08-05`, `2024.8.5.`, `2024/08/05`.
fn year_first<'t>(mut at: Cursor<'t>, _: Option<DateOrder>) -> Option<Read<'t>> {
    let year = at.number(4..=4)?;
    let mark = at.mark("-/.·")?;
    let month = at.number(1..=2)?;
    at.mark(mark.encode_utf8(&mut [0; 4]))?;
    let day = at.number(1..=2)?;
    Some((Ok(Said::Day { year: year as i32, month, day }), at))
}

/// `2022年7月4日`, `令和4年7月4日`, `주체107(2018)년 3월 21일`, `2018년 3월 21일`, `Juche113.1.2.`
fn counted<'t>(mut at: Cursor<'t>, _: Option<DateOrder>) -> Option<Read<'t>> {
    let year = counted_year(&mut at)?;
    let (month, day) = match at.mark(".-/") {
        Some(_) => {
            let month = at.number(1..=2)?;
            at.mark(".-/")?;
            (month, at.number(1..=2)?)
        }
        None => (counted_month(&mut at)?, counted_day(&mut at)?),
    };
    Some((year.map(|year| Said::Day { year, month, day }), at))
}

/// A year of the common era or another, with its word.
fn counted_year(at: &mut Cursor<'_>) -> Option<Result<i32, Refusal>> {
    let era = at.word(words::era);
    let year = at.number(1..=4)? as i32;
    let mut inside = *at;
    let common = inside.mark("(").and_then(|_| inside.number(4..=4)).filter(|_| inside.mark(")").is_some());
    if common.is_some() {
        *at = inside;
    }
    let has_word = at.begins(&["년", "年"]);
    match (era, common) {
        (Some(before), Some(common)) if before + year != common as i32 => Some(Err(Refusal::Contradiction)),
        (Some(before), _) => Some(Ok(before + year)),
        (None, None) if has_word && year >= 1000 => Some(Ok(year)),
        _ => None,
    }
}

fn counted_month(at: &mut Cursor<'_>) -> Option<u32> {
    let month = at.number(1..=2)?;
    at.begins(&["월", "月"]).then_some(month)
}

fn counted_day(at: &mut Cursor<'_>) -> Option<u32> {
    let day = at.number(1..=2)?;
    at.begins(&["일", "日", "号", "號"]).then_some(day)
}

/// `4 July 2022`, `04-Jul-2022`, `4 de julio de 2022`, `4 июля 2022 г.`, `1er mai 2022`, `4. Juli 2022`, `4th of July, 2022`.
fn by_name<'t>(mut at: Cursor<'t>, _: Option<DateOrder>) -> Option<Read<'t>> {
    let (day, month) = day_and_name(&mut at)?;
    let year = year_behind(&mut at)?;
    Some((year.map(|year| Said::Day { year, month, day }), at))
}

/// `July 4, 2022`, `Jul 04, 2022`, `December 1. 2018`, `Feb. 11, Juche 111 (2022)`.
fn name_first<'t>(mut at: Cursor<'t>, _: Option<DateOrder>) -> Option<Read<'t>> {
    let (month, day) = name_and_day(&mut at)?;
    let year = year_behind(&mut at)?;
    Some((year.map(|year| Said::Day { year, month, day }), at))
}

fn day_and_name(at: &mut Cursor<'_>) -> Option<(u32, u32)> {
    let day = at.number(1..=2)?;
    ordinal(at);
    at.marks(".-/ªº°");
    at.is_word(&["de", "of", "del", "d"]);
    at.marks("'’");
    let month = month_name(at)?;
    Some((day, month))
}

fn name_and_day(at: &mut Cursor<'_>) -> Option<(u32, u32)> {
    let month = month_name(at)?;
    at.marks(".-/");
    let day = at.number(1..=2)?;
    ordinal(at);
    Some((month, day))
}

fn ordinal(at: &mut Cursor<'_>) {
    at.is_word(&["st", "nd", "rd", "th", "er", "º", "ª", "го"]);
}

fn month_name(at: &mut Cursor<'_>) -> Option<u32> {
    let mut two = *at;
    let first = two.word(Some)?;
    if let Some(month) = two.word(|second| words::month_of_two(first, second)) {
        *at = two;
        return Some(month as u32);
    }
    at.word(words::month).map(|month| month as u32)
}

/// The year behind a day and a month: a common one, a Juche year, or both; two digits behind an apostrophe or a hyphen.
fn year_behind(at: &mut Cursor<'_>) -> Option<Result<i32, Refusal>> {
    let mut behind = *at;
    let mut mark = None;
    while let Some(next) = behind.mark(".,-/،’'") {
        mark = Some(next);
    }
    behind.is_word(&["de", "del", "of"]);
    let mut juche = behind;
    if let Some(year) = counted_year(&mut juche) {
        *at = juche;
        return Some(year);
    }
    let common = match behind.number(4..=4) {
        Some(year) => year as i32,
        None => {
            mark.filter(|mark| "-'’".contains(*mark))?;
            match behind.number(2..=2)? as i32 {
                year @ 0..=68 => 2000 + year,
                year => 1900 + year,
            }
        }
    };
    *at = behind;
    // "December 1. 2018 Juche 107", "Feb. 11, 2022 (Juche 111)": the two have to agree.
    let mut other = behind;
    other.marks("(,. ");
    let agrees = match other.word(words::era) {
        Some(before) => other.number(1..=3).is_none_or(|year| before + year as i32 == common),
        None => true,
    };
    Some(if agrees { Ok(common) } else { Err(Refusal::Contradiction) })
}

/// `06/11/2024`, `06.11.2024`: which is the day, the outlet's order says.
fn year_last<'t>(mut at: Cursor<'t>, order: Option<DateOrder>) -> Option<Read<'t>> {
    let first = at.number(1..=2)?;
    let mark = at.mark("/.-")?;
    let second = at.number(1..=2)?;
    at.mark(mark.encode_utf8(&mut [0; 4]))?;
    let year = at.number(4..=4)? as i32;
    let day_first = Ok(Said::Day { year, month: second, day: first });
    let month_first = Ok(Said::Day { year, month: first, day: second });
    let said = match order {
        Some(DateOrder::DayFirst) => day_first,
        Some(DateOrder::MonthFirst) => month_first,
        _ if first > 12 || first == second || mark == '.' => day_first,
        _ if second > 12 => month_first,
        _ => Err(Refusal::Ambiguous),
    };
    Some((said, at))
}

/// `20220704`, `20220704T0844`, where it stands alone.
fn compact<'t>(mut at: Cursor<'t>, _: Option<DateOrder>) -> Option<Read<'t>> {
    let number = at.number(8..=8).filter(|number| (19_000_000..21_000_000).contains(number))?;
    let (year, month, day) = ((number / 10_000) as i32, number / 100 % 100, number % 100);
    ((1..=12).contains(&month) && (1..=31).contains(&day)).then_some((Ok(Said::Day { year, month, day }), at))
}

/// `7月4日`, `8월 21일`, `November 6`, `6 ноября`.
fn without_year<'t>(at: Cursor<'t>, _: Option<DateOrder>) -> Option<Read<'t>> {
    let mut forms = [at; 3];
    let [counted, by_name, name_first] = &mut forms;
    let (month, day, rest) = if let (Some(month), Some(day)) = (counted_month(counted), counted_day(counted))
    {
        (month, day, *counted)
    } else if let Some((day, month)) = day_and_name(by_name) {
        (month, day, *by_name)
    } else {
        let (month, day) = name_and_day(name_first)?;
        (month, day, *name_first)
    };
    Some((Ok(Said::DayOfYear { month, day }), rest))
}

/// `3 hours ago`, `2일 전`, `3小时前`, `2 часа назад`, `hace 2 días`, `vor 3 Tagen`, `il y a 2 jours`.
fn ago<'t>(at: Cursor<'t>, _: Option<DateOrder>) -> Option<Read<'t>> {
    let span = |mut at: Cursor<'t>| {
        let is_one = at.is_word(&["an", "a", "один", "eine", "einer", "einem", "un", "una"]);
        let count = if is_one { 1 } else { at.number(1..=3)? };
        let (unit, ending) = at.word(words::unit)?;
        Some((Ok(Said::Ago { count, unit }), ending, at))
    };
    let mut behind = at;
    if behind.word(|word| words::announces_ago(word).then_some(())).is_some()
        && let Some((said, _, rest)) = span(behind)
    {
        return Some((said, rest));
    }
    let (said, ending, mut rest) = span(at)?;
    let says_it = words::says_ago(ending) || rest.word(|word| words::says_ago(word).then_some(())).is_some();
    says_it.then_some((said, rest))
}

/// `yesterday`, `오늘`, `昨天`, `вчера`.
fn named_day<'t>(mut at: Cursor<'t>, _: Option<DateOrder>) -> Option<Read<'t>> {
    let count = at.word(words::days_ago)? as u32;
    Some((Ok(Said::Ago { count, unit: Unit::Days }), at))
}

/// `28.01.22`: with dots the day is first.
fn short_year<'t>(mut at: Cursor<'t>, _: Option<DateOrder>) -> Option<Read<'t>> {
    let day = at.number(1..=2)?;
    at.mark(".")?;
    let month = at.number(2..=2)?;
    at.mark(".")?;
    let year = 2000 + at.number(2..=2).filter(|year| *year < 69)? as i32;
    let is_likely = (1..=31).contains(&day) && (1..=12).contains(&month);
    is_likely.then_some((Ok(Said::Day { year, month, day }), at))
}

/// `2011-Q3`, `Q3 2011`, `2011년 3/4분기`, `2011年第3季度`.
fn quarter<'t>(mut at: Cursor<'t>, _: Option<DateOrder>) -> Option<Read<'t>> {
    let before = at.is_word(&["q"]).then(|| at.number(1..=1)).flatten();
    at.marks(".,-");
    let year = match counted_year(&mut { at }) {
        Some(Ok(year)) => {
            counted_year(&mut at);
            year
        }
        _ => at.number(4..=4)? as i32,
    };
    let quarter = match before {
        Some(quarter) => quarter,
        None => {
            at.marks("-,. ");
            let is_letter = at.is_word(&["q"]);
            at.is_word(&["第", "제"]);
            let quarter = at.number(1..=1)?;
            if at.mark("/·").is_some() {
                at.number(1..=1).filter(|of| *of == 4)?;
            }
            let has_word = at.begins(&["분기", "季度", "四半期"]);
            (is_letter || has_word).then_some(quarter)?
        }
    };
    Some((Ok(Said::Quarter { year, quarter }), at))
}

/// `2022年7月`, `주체107(2018)년 3월`.
fn month_counted<'t>(mut at: Cursor<'t>, _: Option<DateOrder>) -> Option<Read<'t>> {
    let year = counted_year(&mut at)?;
    let month = counted_month(&mut at)?;
    Some((year.map(|year| Said::Month { year, month }), at))
}

/// `July 2022`, `julio de 2022`.
fn month_by_name<'t>(mut at: Cursor<'t>, _: Option<DateOrder>) -> Option<Read<'t>> {
    let month = month_name(&mut at)?;
    let year = year_behind(&mut at)?;
    at.is_word(&["г", "года"]);
    Some((year.map(|year| Said::Month { year, month }), at))
}

/// `2022-07`, `2022.7.`
fn month_of_numbers<'t>(mut at: Cursor<'t>, _: Option<DateOrder>) -> Option<Read<'t>> {
    let year = at.number(4..=4)? as i32;
    at.mark("-/.")?;
    let month = at.number(1..=2)?;
    Some((Ok(Said::Month { year, month }), at))
}

/// `2011`, `2011년`, `주체113년`, `Juche 113 (2024)`.
fn year<'t>(mut at: Cursor<'t>, _: Option<DateOrder>) -> Option<Read<'t>> {
    let mut counted = at;
    if let Some(year) = counted_year(&mut counted) {
        return Some((year.map(Said::Year), counted));
    }
    let year = at.number(4..=4)? as i32;
    at.is_word(&["г", "год"]);
    Some((Ok(Said::Year(year)), at))
}

/// `07-04` where nothing else stands: lists of this year's articles.
fn month_and_day<'t>(mut at: Cursor<'t>, order: Option<DateOrder>) -> Option<Read<'t>> {
    let first = at.number(1..=2)?;
    at.mark("-/.")?;
    let second = at.number(1..=2)?;
    let (month, day) = if order == Some(DateOrder::DayFirst) { (second, first) } else { (first, second) };
    Some((Ok(Said::DayOfYear { month, day }), at))
}
