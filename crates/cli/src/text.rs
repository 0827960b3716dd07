use std::ops::Range;

/// A text with ranges of it marked: bold in a terminal, as it is elsewhere.
pub fn marked(text: &str, ranges: &[Range<usize>], is_terminal: bool) -> String {
    let text_of = |part: &str| printable(part);
    if !is_terminal {
        return text_of(text);
    }
    let mut out = String::new();
    let mut behind = 0;
    for range in ranges {
        out.push_str(&text_of(&text[behind..range.start]));
        out.push_str("\x1b[1;33m");
        out.push_str(&text_of(&text[range.clone()]));
        out.push_str("\x1b[0m");
        behind = range.end;
    }
    out.push_str(&text_of(&text[behind..]));
    out
}

/// A text without control characters: what was collected must not steer the terminal.
pub fn printable(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() && letter != '\n' { ' ' } else { letter }).collect()
}

/// A number with its thousands set apart: 167,787.
pub fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A number of bytes in words: 12.3 MB.
pub fn bytes(number: u64) -> String {
    let (mut size, mut unit) = (number as f64, "B");
    for next in ["kB", "MB", "GB", "TB"] {
        if size < 1000.0 {
            break;
        }
        size /= 1000.0;
        unit = next;
    }
    if unit == "B" { format!("{number} B") } else { format!("{size:.1} {unit}") }
}

/// How many columns of a terminal a text takes: wide letters take two.
pub fn width(text: &str) -> usize {
    let wide = |letter: char| {
        matches!(letter, '\u{1100}'..='\u{115f}' | '\u{2e80}'..='\u{a4cf}' | '\u{ac00}'..='\u{d7a3}'
            | '\u{f900}'..='\u{faff}' | '\u{fe30}'..='\u{fe6f}' | '\u{ff00}'..='\u{ff60}' | '\u{ffe0}'..='\u{ffe6}')
    };
    text.chars().map(|letter| if wide(letter) { 2 } else { 1 }).sum()
}

/// A text filled with spaces to a width.
pub fn padded(text: &str, to: usize) -> String {
    format!("{text}{}", " ".repeat(to.saturating_sub(width(text))))
}

/// One field of a CSV line (RFC 4180).
pub fn csv(field: &str) -> String {
    if field.contains(['"', ',', '\n', '\r']) {
        format!("\"{}\"", field.replace('"', "\"\""))
    } else {
        field.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_made_for_a_terminal() {
        assert_eq!(marked("a launch!", &[2..8, 8..9], true), "a \x1b[1;33mlaunch\x1b[0m\x1b[1;33m!\x1b[0m");
        assert_eq!(marked("a\x1b[2Jb", &[], false), "a [2Jb");
        assert_eq!(thousands(167_787), "167,787");
        assert_eq!((thousands(7), thousands(1000)), ("7".into(), "1,000".into()));
        assert_eq!((bytes(999), bytes(12_345_678)), ("999 B".into(), "12.3 MB".into()));
        assert_eq!((width("ab신문"), padded("신", 4).as_str()), (6, "신  "));
        assert_eq!(csv("a,\"b\""), "\"a,\"\"b\"\"\"");
    }
}
