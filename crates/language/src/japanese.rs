use std::borrow::Cow;
use std::ops::Range;

use lindera::dictionary::Dictionary;
use lindera::mode::Mode;
use lindera::segmenter::Segmenter;

use crate::error::Error;
use crate::script::{self, Stretch};
use crate::stems::{self, Fold};
use crate::tokens::Tokens;

/// Where ipadic keeps what is used of an entry.
const PART_OF_SPEECH: usize = 0;
const BASE_FORM: usize = 6;

/// Cuts Japanese by ipadic: words in their base form, without particles, auxiliaries and conjunctions.
pub(crate) struct Japanese {
    segmenter: Segmenter,
}

impl Japanese {
    pub(crate) fn of(dictionary: Dictionary) -> Self {
        Self { segmenter: Segmenter::new(Mode::Normal, dictionary, None) }
    }

    fn cut_stretch(&self, text: &str, range: Range<usize>, tokens: &mut Tokens) -> Result<(), Error> {
        let offset = range.start;
        let cut = self.segmenter.segment(Cow::Borrowed(&text[range])).map_err(Error::text)?;
        for mut token in cut {
            let range = offset + token.byte_start..offset + token.byte_end;
            let grammar = token.get_detail(PART_OF_SPEECH).is_some_and(is_grammar);
            if grammar || !text[range.clone()].chars().any(char::is_alphanumeric) {
                continue;
            }
            match token.get_detail(BASE_FORM).filter(|base| *base != "*") {
                Some(base) => tokens.push(range, base),
                None => {
                    let surface = &text[range.clone()];
                    let position = tokens.next_position();
                    tokens.push_with(range, position, |letters| script::push_folded(letters, surface));
                }
            }
        }
        Ok(())
    }
}

/// Cuts a text; `dictionary` is asked only where the text has a letter that needs it.
pub(crate) fn cut<'a>(
    text: &str,
    dictionary: impl Fn() -> Result<&'a Japanese, Error>,
    tokens: &mut Tokens,
) -> Result<(), Error> {
    let mut buffer = String::new();
    for stretch in script::stretches(text) {
        match stretch {
            Stretch::Other(range) => stems::words(text, range, None, Fold::Nothing, &mut buffer, tokens),
            Stretch::Cjk(range) => {
                for (is_other, range) in script::parts(text, range, script::is_hangul) {
                    if is_other {
                        stems::letters(text, range, tokens);
                    } else {
                        dictionary()?.cut_stretch(text, range, tokens)?;
                    }
                }
            }
        }
    }
    Ok(())
}

fn is_grammar(part_of_speech: &str) -> bool {
    matches!(part_of_speech, "助詞" | "助動詞" | "接続詞" | "記号" | "フィラー")
}
