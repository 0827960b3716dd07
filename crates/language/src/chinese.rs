use std::ops::Range;
use std::sync::OnceLock;

use jieba_rs::Jieba;

use crate::script::{self, Stretch};
use crate::stems::{self, Fold};
use crate::tokens::Tokens;

/// Cuts Chinese by jieba's dictionary; what it does not know falls into single letters.
///
/// Its statistical guesses at unknown words are off: they depend on what
/// stands around, so a query would be cut unlike the text.
pub(crate) fn cut(text: &str, tokens: &mut Tokens) {
    let mut buffer = String::new();
    for stretch in script::stretches(text) {
        match stretch {
            Stretch::Other(range) => stems::words(text, range, None, Fold::Nothing, &mut buffer, tokens),
            Stretch::Cjk(range) => {
                for (is_other, range) in script::parts(text, range, script::is_hangul) {
                    if is_other { stems::letters(text, range, tokens) } else { cut_han(text, range, tokens) }
                }
            }
        }
    }
}

fn cut_han(text: &str, range: Range<usize>, tokens: &mut Tokens) {
    let offset = range.start;
    for word in dictionary().cut(&text[range], false) {
        if word.word.chars().any(char::is_alphanumeric) {
            let start = offset + word.byte_start;
            let position = tokens.next_position();
            tokens.push_with(start..start + word.word.len(), position, |letters| {
                script::push_folded(letters, word.word)
            });
        }
    }
}

/// The dictionary, loaded (about 0.1 s) when a Chinese word is first cut.
fn dictionary() -> &'static Jieba {
    static JIEBA: OnceLock<Jieba> = OnceLock::new();
    JIEBA.get_or_init(Jieba::new)
}
