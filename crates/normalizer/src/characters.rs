//! The characters of a page, in the form in which a text is stored.

use std::borrow::Cow;

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// The leaders' names as KPS 9566 has them, three characters each, in code points for private use.
///
/// The North Korean standard gives the three names code points of their own, so that they can be set in bold; fonts
/// of the outlets use U+F113 to U+F118 and U+F120 to U+F122, older ones U+F013 to U+F018.
const LEADERS: [(u32, &str); 5] =
    [(0xf113, "김일성"), (0xf116, "김정일"), (0xf120, "김정은"), (0xf013, "김일성"), (0xf016, "김정일")];

/// A text of a page in one form of its characters; lines stay lines.
///
/// Names in private code points become letters, and other such characters, icons mostly, go. Letters are composed
/// (NFC), digits and Latin letters of full width become ASCII, and other forms stay as they are printed: NFKC
/// would lose `㎢` and `²`. What is invisible goes: soft hyphens, zero-width characters, marks of direction. Blanks
/// of every kind become plain ones, one at a time.
pub(crate) fn uniform(text: &str) -> Cow<'_, str> {
    let (is_uniform, may_compose) = look(text);
    if is_uniform && !may_compose {
        return Cow::Borrowed(text);
    }
    let text = if is_uniform { Cow::Borrowed(text) } else { Cow::Owned(rewritten(text)) };
    if may_compose && is_nfc_quick(text.chars()) != IsNormalized::Yes {
        return Cow::Owned(text.nfc().collect());
    }
    text
}

/// Whether every character stays as it is, but for composing, and whether some may be composed.
fn look(text: &str) -> (bool, bool) {
    let (mut is_uniform, mut may_compose, mut after_blank) = (true, false, false);
    for letter in text.chars() {
        match letter {
            ' ' => {
                is_uniform &= !after_blank;
                after_blank = true;
                continue;
            }
            '\t' => is_uniform = false,
            '\0'..='\u{9f}' => {}
            // Neither composed of others nor parts of what is composed.
            'ª'..='\u{2ff}'
            | '\u{400}'..='\u{482}'
            | '\u{48a}'..='\u{52f}'
            | '\u{2010}'..='\u{2027}'
            | '、'..='〿'
            | 'ぁ'..='ゖ'
            | '゛'..='ヿ'
            | '\u{3400}'..='\u{9fff}'
            | '가'..='힣'
                if letter != '\u{ad}' && !('\u{302a}'..='\u{302f}').contains(&letter) => {}
            _ => match kind(letter) {
                Kind::Kept => may_compose = true,
                _ => is_uniform = false,
            },
        }
        after_blank = false;
    }
    // What is rewritten may stand between the parts of a letter.
    (is_uniform, may_compose || !is_uniform)
}

/// What becomes of a character by itself.
enum Kind {
    Kept,
    Blank,
    Ascii(char),
    Gone,
    Private,
    /// U+200C or U+200D, which join and part letters in some scripts.
    Joiner,
}

fn kind(letter: char) -> Kind {
    match letter {
        '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ' => {
            char::from_u32(letter as u32 - 0xfee0).map_or(Kind::Kept, Kind::Ascii)
        }
        ' '
        | '\t'
        | '\u{a0}'
        | '\u{1680}'
        | '\u{2000}'..='\u{200a}'
        | '\u{202f}'
        | '\u{205f}'
        | '\u{3000}' => Kind::Blank,
        '\u{200c}' | '\u{200d}' => Kind::Joiner,
        '\u{ad}'
        | '\u{200b}'
        | '\u{200e}'
        | '\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'
        | '\u{2066}'..='\u{2069}'
        | '\u{feff}' => Kind::Gone,
        '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{10ffff}' => Kind::Private,
        _ => Kind::Kept,
    }
}

fn rewritten(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text.chars();
    while let Some(letter) = rest.next() {
        match kind(letter) {
            Kind::Kept => out.push(letter),
            Kind::Ascii(letter) => out.push(letter),
            Kind::Blank if out.ends_with(' ') => {}
            Kind::Blank => out.push(' '),
            Kind::Gone => {}
            Kind::Joiner => {
                let joins = |letter: Option<char>| letter.is_some_and(has_joiners);
                if joins(out.chars().next_back()) && joins(rest.clone().next()) {
                    out.push(letter);
                }
            }
            Kind::Private => {
                let follows = |place: u32| {
                    rest.clone()
                        .nth(place as usize - 1)
                        .is_some_and(|next| next as u32 == letter as u32 + place)
                };
                let name = LEADERS.iter().find(|(first, _)| *first == letter as u32);
                if let Some((_, name)) = name.filter(|_| follows(1) && follows(2)) {
                    out.push_str(name);
                    rest.nth(1);
                }
            }
        }
    }
    out
}

/// Whether a script has letters that an invisible character joins or parts: from Arabic to Burmese, Khmer and Mongolian.
fn has_joiners(letter: char) -> bool {
    matches!(letter, '\u{600}'..='\u{109f}' | '\u{1780}'..='\u{18af}' | '\u{fb50}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(uniform(text), expected);
        assert_eq!(uniform(expected), expected);
    }

    #[test]
    fn names_in_private_characters_are_letters() {
        check("\u{f113}\u{f114}\u{f115}주석과 \u{f116}\u{f117}\u{f118}장군", "김일성주석과 김정일장군");
        check("\u{f120}\u{f121}\u{f122}동지께서", "김정은동지께서");
        check("\u{f013}\u{f014}\u{f015}\u{f016}\u{f017}\u{f018}주의", "김일성김정일주의");
        // An icon font has some of the same code points.
        check("\u{f113} Share \u{f120}", " Share ");
        check("\u{f113}\u{f114}", "");
        check("\u{f115}\u{f114}\u{f113}a", "a");
        check("\u{f113}\u{f113}\u{f114}\u{f115}", "김일성");
        check("\u{f0001}a\u{10fffd}", "a");
    }

    #[test]
    fn letters_are_composed_and_of_one_width() {
        check("제９기 １２ ５００대 ＫＣＮＡ ａｂ", "제9기 12 500대 KCNA ab");
        check("김정일－김정일주의（下）！", "김정일－김정일주의（下）！");
        check("\u{1111}\u{1167}\u{11bc}\u{110b}\u{1163}\u{11bc}", "평양");
        check("e\u{301}te\u{301}", "été");
        check("か\u{3099}", "が");
        check("и\u{306}", "й");
        check("\u{f9e1}", "李");
        check("5 ㎢, 3² ½ ﬁn", "5 ㎢, 3² ½ ﬁn");
        check("ㄱㄴ ﾊﾝ", "ㄱㄴ ﾊﾝ");
        // What goes may stand between the parts of a letter.
        check("e\u{200b}\u{301}", "é");
    }

    #[test]
    fn what_is_invisible_goes() {
        check("Pyong\u{ad}yang\u{200b}\u{2060}\u{feff}", "Pyongyang");
        check("\u{202b}\u{200f}نص\u{202c} \u{2067}a\u{2069}", "نص a");
        check("a\u{200d}b가\u{200c}나", "ab가나");
        check("می\u{200c}شود", "می\u{200c}شود");
        check("می\u{200c} شود", "می شود");
        check("क\u{94d}\u{200d}ष", "क\u{94d}\u{200d}ष");
    }

    #[test]
    fn blanks_are_plain_and_single() {
        check("a\u{a0}\u{3000}b\u{2009}c  d\te", "a b c d e");
        check("一\u{3000}二\n\u{3000}\u{3000}三", "一 二\n 三");
        check("One.\n\nTwo.\r\nThree.", "One.\n\nTwo.\r\nThree.");
    }

    #[test]
    fn what_needs_nothing_is_not_copied() {
        for text in [
            "",
            "A plain text.\n\nOf two.",
            "평양에서 《신문》을 읽는다.",
            "他走了。",
            "été «а» ё №",
            "東京で",
        ] {
            assert!(matches!(uniform(text), Cow::Borrowed(_)), "{text}");
        }
    }

    proptest! {
        #[test]
        fn twice_changes_nothing(text in ".{0,60}") {
            let once = uniform(&text).into_owned();
            prop_assert_eq!(uniform(&once), once.as_str());
        }

        #[test]
        fn twice_changes_nothing_of_odd_ones(text in "[ \t\u{a0}\u{200b}-\u{200e}\u{f113}-\u{f115}e\u{300}-\u{303}\u{1100}-\u{1103}\u{1161}-\u{1163}می]{0,20}") {
            let once = uniform(&text).into_owned();
            prop_assert_eq!(uniform(&once), once.as_str());
        }
    }
}
