use std::borrow::Cow;
use std::ops::Range;

use lindera::dictionary::Dictionary;
use lindera::mode::Mode;
use lindera::segmenter::Segmenter;

use crate::error::Error;
use crate::script::{self, Stretch};
use crate::stems::{self, Fold};
use crate::tokens::Tokens;

/// Where ko-dic keeps what is used of an entry.
const TAG: usize = 0;
const KIND: usize = 4;
const EXPRESSION: usize = 7;

/// Cuts Korean into content morphemes by ko-dic.
///
/// Particles, endings, copulas and verb-making suffixes are dropped without
/// leaving a gap: 위성을 발사하였다 holds the phrase 위성 발사. A compound is
/// cut into the parts that the dictionary names, an inflected verb becomes its
/// stem (밝혔다 → 밝히).
pub(crate) struct Korean {
    segmenter: Segmenter,
}

impl Korean {
    pub(crate) fn of(dictionary: Dictionary) -> Self {
        Self { segmenter: Segmenter::new(Mode::Normal, dictionary, None) }
    }

    fn cut_stretch(&self, text: &str, range: Range<usize>, tokens: &mut Tokens) -> Result<(), Error> {
        let offset = range.start;
        let cut = self.segmenter.segment(Cow::Borrowed(&text[range])).map_err(Error::text)?;
        for mut token in cut {
            let range = offset + token.byte_start..offset + token.byte_end;
            let Some(tag) = token.get_detail(TAG) else {
                tokens.push(range.clone(), &text[range]);
                continue;
            };
            if !is_content(tag) {
                continue;
            }
            let kind = token.get_detail(KIND).unwrap_or("*").to_owned();
            let expression = token.get_detail(EXPRESSION).unwrap_or("*").to_owned();
            push_morphemes(text, range, &kind, &expression, tokens);
        }
        Ok(())
    }
}

/// Cuts a text; `dictionary` is asked only where the text has a letter that needs it.
pub(crate) fn cut<'a>(
    text: &str,
    dictionary: impl Fn() -> Result<&'a Korean, Error>,
    tokens: &mut Tokens,
) -> Result<(), Error> {
    let mut buffer = String::new();
    for stretch in script::stretches(text) {
        match stretch {
            Stretch::Other(range) => stems::words(text, range, None, Fold::Nothing, &mut buffer, tokens),
            Stretch::Cjk(range) => dictionary()?.cut_stretch(text, range, tokens)?,
        }
    }
    Ok(())
}

/// Whether the first tag of an entry bears meaning.
///
/// Tags are those of the Sejong corpus, joined by `+` where an entry holds
/// several morphemes. Everything is kept that is not known to be grammar:
/// dropping too much loses words.
fn is_content(tag: &str) -> bool {
    let first = tag.split('+').next().unwrap_or(tag);
    !matches!(
        first,
        "VCP" | "VCN" | "XSV" | "XSA" | "VX" | "SF" | "SE" | "SSO" | "SSC" | "SC" | "SY" | "SP" | "SS"
    ) && !first.starts_with('J')
        && !first.starts_with('E')
}

fn push_morphemes(text: &str, range: Range<usize>, kind: &str, expression: &str, tokens: &mut Tokens) {
    let parts = || expression.split('+').map(|part| part.split('/').next().unwrap_or_default());
    match kind {
        // The first morpheme is the stem; the rest are endings.
        "Inflect" if expression != "*" => {
            if let Some(stem) = parts().next().filter(|stem| !stem.is_empty()) {
                tokens.push(range, stem);
            }
        }
        // A compound's parts make up its surface.
        "Compound" | "Preanalysis" if parts().map(str::len).sum::<usize>() == range.len() => {
            let mut start = range.start;
            for part in parts() {
                if !part.is_empty() && is_content_part(expression, part) {
                    tokens.push(start..start + part.len(), part);
                }
                start += part.len();
            }
        }
        _ => {
            let position = tokens.next_position();
            let surface = &text[range.clone()];
            tokens.push_with(range, position, |letters| script::push_folded(letters, surface));
        }
    }
}

/// Whether a part of an expression such as `것/NNB/*+은/JX/*` is no particle or ending.
fn is_content_part(expression: &str, part: &str) -> bool {
    expression
        .split('+')
        .find(|entry| entry.split('/').next() == Some(part))
        .and_then(|entry| entry.split('/').nth(1))
        .is_none_or(is_content)
}
