use jiff::civil::Time;

use super::token::{Cursor, Token};
use super::words;

/// A time of day as printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Clock {
    pub(super) time: Time,
    /// How far its zone is ahead of UTC, in minutes, where it is said.
    pub(super) offset: Option<i32>,
}

/// The first time of day among tokens: `08:44`, `3:14 pm`, `오후 3시 14분`, `8点44分`, `08:44:00+09:00`.
pub(super) fn find(tokens: &[Token<'_>]) -> Option<Clock> {
    (0..tokens.len()).find_map(|place| at(Cursor { tokens: &tokens[place..] }))
}

fn at(mut cursor: Cursor<'_>) -> Option<Clock> {
    let half = cursor.word(words::half_of_day);
    let hour = cursor.number(1..=2)?;
    let (minute, second) = match cursor.mark(":") {
        Some(_) => {
            let minute = cursor.number(2..=2)?;
            let mut seconds = cursor;
            let second = seconds.mark(":").and_then(|_| seconds.number(2..=2));
            if second.is_some() {
                cursor = seconds;
                fraction(&mut cursor);
            }
            (minute, second.unwrap_or(0))
        }
        None => {
            cursor.word(|word| matches!(word, "시" | "시에" | "点" | "點" | "时" | "時").then_some(()))?;
            let mut minutes = cursor;
            let minute = minutes.number(1..=2).filter(|_| minutes.begins(&["분", "分"]));
            if minute.is_some() {
                cursor = minutes;
            }
            (minute.unwrap_or(0), 0)
        }
    };
    let half = half.or_else(|| half_behind(&mut cursor));
    let hour = match (half, hour) {
        (Some(true), 1..=11) => hour + 12,
        (Some(false), 12) => 0,
        _ => hour,
    };
    let time = Time::new(hour.try_into().ok()?, minute.try_into().ok()?, second.try_into().ok()?, 0).ok()?;
    Some(Clock { time, offset: offset(cursor) })
}

fn fraction(cursor: &mut Cursor<'_>) {
    let mut fraction = *cursor;
    if fraction.mark(".,").is_some() && fraction.number(1..=8).is_some() {
        *cursor = fraction;
    }
}

/// `pm`, and `p.m.` of four tokens.
fn half_behind(cursor: &mut Cursor<'_>) -> Option<bool> {
    if let Some(half) = cursor.word(words::half_of_day) {
        return Some(half);
    }
    let mut dotted = *cursor;
    let is_later = dotted.word(|word| match word {
        "a" => Some(false),
        "p" => Some(true),
        _ => None,
    })?;
    dotted.mark(".")?;
    dotted.is_word(&["m"]).then_some(())?;
    *cursor = dotted;
    Some(is_later)
}

/// `Z`, `+09:00`, `+0900`, `GMT+8`, `KST`.
fn offset(mut cursor: Cursor<'_>) -> Option<i32> {
    cursor.marks("(, ");
    let named = cursor.word(words::zone);
    let Some(sign) = cursor.mark("+-") else { return named };
    let minutes = match cursor.tokens.first()? {
        Token::Number(number, 4) => number / 100 * 60 + number % 100,
        Token::Number(number, 1 | 2) => {
            cursor.number(1..=2);
            let more = cursor.mark(":").and_then(|_| cursor.number(2..=2));
            number * 60 + more.unwrap_or(0)
        }
        _ => return named,
    };
    let minutes = i32::try_from(minutes).ok().filter(|minutes| *minutes < 24 * 60)?;
    Some(if sign == '-' { -minutes } else { minutes })
}
