use std::ops::Range;

use unicode_normalization::UnicodeNormalization;

/// Whether a letter belongs to a script that is written without spaces between words, or to Hangul.
pub(crate) fn is_cjk(letter: char) -> bool {
    matches!(letter,
        '\u{1100}'..='\u{11ff}' | '\u{3005}'..='\u{3007}' | '\u{3040}'..='\u{30ff}' | '\u{3130}'..='\u{318f}'
        | '\u{31f0}'..='\u{31ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{a960}'..='\u{a97f}'
        | '\u{ac00}'..='\u{d7ff}' | '\u{f900}'..='\u{faff}' | '\u{ff66}'..='\u{ff9f}' | '\u{20000}'..='\u{3ffff}')
}

/// Whether a letter belongs to another script that is written without spaces: Thai, Lao, Khmer, Burmese, Tibetan.
pub(crate) fn is_unspaced(letter: char) -> bool {
    matches!(letter, '\u{0e00}'..='\u{0eff}' | '\u{0f00}'..='\u{0fff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}')
}

/// Whether a letter is Hangul.
pub(crate) fn is_hangul(letter: char) -> bool {
    matches!(letter, '\u{1100}'..='\u{11ff}' | '\u{3130}'..='\u{318f}' | '\u{a960}'..='\u{a97f}' | '\u{ac00}'..='\u{d7ff}')
}

/// Splits a stretch where letters that a dictionary knows and others meet; the flag says which it is.
///
/// So a Korean word is cut alike, and without a dictionary, wherever it stands in a Chinese or Japanese text.
pub(crate) fn parts(
    text: &str,
    range: Range<usize>,
    is_other: fn(char) -> bool,
) -> impl Iterator<Item = (bool, Range<usize>)> {
    let mut start = range.start;
    std::iter::from_fn(move || {
        let rest = &text[start..range.end];
        let kind = is_other(rest.chars().next()?);
        let length = rest.find(|letter| is_other(letter) != kind).unwrap_or(rest.len());
        let part = start..start + length;
        start = part.end;
        Some((kind, part))
    })
}

/// A stretch of text that one kind of segmenter cuts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Stretch {
    /// From the first to the last letter of Chinese, Japanese or Korean, with what stands between.
    Cjk(Range<usize>),
    /// Letters and digits of other scripts, with what stands around them.
    Other(Range<usize>),
}

/// Splits a text into stretches; together they hold every letter and digit of it.
///
/// Digits and Latin letters end a CJK stretch, spaces and punctuation do not.
/// So a Latin word is cut alike in every language, without a dictionary.
pub(crate) fn stretches(text: &str) -> Vec<Stretch> {
    let mut stretches = Vec::new();
    let mut open: Option<Stretch> = None;
    for (start, letter) in text.char_indices() {
        let end = start + letter.len_utf8();
        let cjk = is_cjk(letter);
        if !cjk && !letter.is_alphanumeric() {
            // A mark or an apostrophe belongs to the word around it.
            if let Some(Stretch::Other(range)) = &mut open {
                range.end = end;
            }
            continue;
        }
        match (&mut open, cjk) {
            (Some(Stretch::Cjk(range)), true) | (Some(Stretch::Other(range)), false) => range.end = end,
            (_, true) => stretches.extend(open.replace(Stretch::Cjk(start..end))),
            (_, false) => stretches.extend(open.replace(Stretch::Other(start..end))),
        }
    }
    stretches.extend(open);
    stretches
}

/// Appends a word in small letters and standard width.
pub(crate) fn push_folded(letters: &mut String, word: &str) {
    if word.is_ascii() {
        letters.extend(word.bytes().map(|byte| byte.to_ascii_lowercase() as char));
    } else {
        letters.extend(word.nfkc().flat_map(char::to_lowercase));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn latin_and_digits_end_a_cjk_stretch() {
        let text = "4월 15일, COVID-19 방역";
        let parts: Vec<&str> = stretches(text)
            .iter()
            .map(|stretch| match stretch {
                Stretch::Cjk(range) | Stretch::Other(range) => &text[range.clone()],
            })
            .collect();
        assert_eq!(parts, ["4", "월", "15", "일", "COVID-19 ", "방역"]);
        assert_eq!(stretches(""), []);
        assert_eq!(stretches(" -- "), []);
    }
}
