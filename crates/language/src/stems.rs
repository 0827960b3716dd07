use frostem::Stemmer;
use unicode_normalization::UnicodeNormalization;
use unicode_segmentation::UnicodeSegmentation;

use crate::script::{self, Stretch};
use crate::tokens::Tokens;

/// Which letters a language writes in more than one way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fold {
    /// Accents of Latin letters, after the stem is taken: readers leave them out.
    Accents,
    /// ё and е.
    Yo,
    /// Vowel signs, the long stroke, and the forms of alef and ya.
    Arabic,
    /// None.
    Nothing,
}

/// Cuts at Unicode's word boundaries (UAX #29) and takes stems.
///
/// Letters of scripts without spaces stand singly, so that their phrases hold.
pub(crate) fn cut(text: &str, stemmer: Option<&Stemmer>, fold: Fold, tokens: &mut Tokens) {
    let mut word = String::new();
    for stretch in script::stretches(text) {
        match stretch {
            Stretch::Other(range) => words(text, range, stemmer, fold, &mut word, tokens),
            Stretch::Cjk(range) => letters(text, range, tokens),
        }
    }
}

/// The words of a stretch without Chinese, Japanese or Korean.
pub(crate) fn words(
    text: &str,
    range: std::ops::Range<usize>,
    stemmer: Option<&Stemmer>,
    fold: Fold,
    buffer: &mut String,
    tokens: &mut Tokens,
) {
    let offset = range.start;
    for (start, word) in text[range].unicode_word_indices() {
        let start = offset + start;
        // COVIDом: a Latin word with a Russian ending.
        let middle = if fold == Fold::Yo { script_change(word) } else { 0 };
        let (latin, rest) = word.split_at(middle);
        if !latin.is_empty() {
            push_word(latin, start, stemmer, fold, buffer, tokens);
        }
        push_word(rest, start + middle, stemmer, fold, buffer, tokens);
    }
}

fn push_word(
    word: &str,
    start: usize,
    stemmer: Option<&Stemmer>,
    fold: Fold,
    buffer: &mut String,
    tokens: &mut Tokens,
) {
    let range = start..start + word.len();
    buffer.clear();
    script::push_folded(buffer, word);
    before_stem(buffer, fold);
    let position = tokens.next_position();
    match stemmer {
        Some(stemmer) => {
            let stem = stemmer.stem(buffer);
            tokens.push_with(range, position, |letters| after_stem(letters, &stem, fold));
        }
        None => tokens.push(range, buffer),
    }
}

/// Where a word goes over from Latin to Cyrillic letters; 0 where it does not.
fn script_change(word: &str) -> usize {
    let is_cyrillic = |letter: char| matches!(letter, '\u{0400}'..='\u{04ff}');
    let begins_latin = word.starts_with(|letter: char| letter.is_ascii_alphabetic());
    if begins_latin { word.find(is_cyrillic).unwrap_or(0) } else { 0 }
}

fn before_stem(word: &mut String, fold: Fold) {
    if word.contains('’') {
        *word = word.replace('’', "'");
    }
    match fold {
        Fold::Yo if word.contains('ё') => *word = word.replace('ё', "е"),
        Fold::Arabic if !word.is_ascii() => {
            word.retain(|letter| !matches!(letter, '\u{064b}'..='\u{0652}' | '\u{0640}' | '\u{0670}'));
        }
        _ => {}
    }
}

fn after_stem(letters: &mut String, stem: &str, fold: Fold) {
    match fold {
        Fold::Accents if !stem.is_ascii() => {
            letters.extend(stem.nfd().filter(|letter| !matches!(letter, '\u{0300}'..='\u{036f}')));
        }
        Fold::Arabic if !stem.is_ascii() => letters.extend(stem.chars().map(|letter| match letter {
            'أ' | 'إ' | 'آ' | 'ٱ' => 'ا',
            'ى' => 'ي',
            'ة' => 'ه',
            _ => letter,
        })),
        _ => letters.push_str(stem),
    }
}

/// The letters of a CJK stretch, each a term.
pub(crate) fn letters(text: &str, range: std::ops::Range<usize>, tokens: &mut Tokens) {
    let offset = range.start;
    for (start, letter) in text[range].char_indices().filter(|(_, letter)| letter.is_alphanumeric()) {
        let start = offset + start;
        let position = tokens.next_position();
        let end = start + letter.len_utf8();
        tokens.push_with(start..end, position, |letters| script::push_folded(letters, &text[start..end]));
    }
}
