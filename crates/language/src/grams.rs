use crate::script::{is_cjk, is_unspaced, push_folded};
use crate::tokens::Tokens;

/// Cuts runs of letters of scripts without spaces, and of Hangul, into overlapping pairs.
///
/// A run of one letter is a term of its own. Everything else is left to the
/// words of the language: a Latin word has no pairs. Between runs a position
/// is left free, so that no phrase of pairs spans a space.
pub(crate) fn cut(text: &str, tokens: &mut Tokens) {
    let mut run: Vec<usize> = Vec::new();
    for (start, letter) in text.char_indices() {
        let belongs = letter.is_alphanumeric() && (is_cjk(letter) || is_unspaced(letter));
        if belongs {
            run.push(start);
        } else if !run.is_empty() {
            pairs(text, &run, start, tokens);
            run.clear();
        }
    }
    if !run.is_empty() {
        pairs(text, &run, text.len(), tokens);
    }
}

fn pairs(text: &str, starts: &[usize], end: usize, tokens: &mut Tokens) {
    let first = if tokens.is_empty() { 0 } else { tokens.next_position() + 1 };
    let bound = |index: usize| starts.get(index).copied().unwrap_or(end);
    let count = starts.len().saturating_sub(1).max(1);
    for (index, start) in starts.iter().take(count).enumerate() {
        let range = *start..bound(index + 2);
        tokens.push_with(range.clone(), first + index, |letters| push_folded(letters, &text[range]));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_stay_inside_their_run() {
        let mut tokens = Tokens::default();
        cut("위성발사 abc 핵 시험", &mut tokens);
        let found: Vec<(&str, usize)> = tokens.iter().map(|token| (token.text, token.position)).collect();
        assert_eq!(found, [("위성", 0), ("성발", 1), ("발사", 2), ("핵", 4), ("시험", 6)]);
    }
}
