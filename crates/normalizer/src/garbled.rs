//! Texts that were read in another encoding than they were written in.

/// Whether a text was noticeably read in a wrong encoding, by itself or before it came to its page.
///
/// It tells, and mends nothing: what was lost when the text was read cannot be known from what it is now. One
/// pass over the text; a mark or two that went wrong in a long one do not count.
pub(crate) fn is_garbled(text: &str) -> bool {
    if text.is_ascii() {
        return false;
    }
    let signs = Signs::of(text);
    signs.has_lost()
        || signs.is_utf8_in_western()
        || signs.is_multibyte_in_western()
        || signs.is_utf8_in_cyrillic()
        || signs.has_cases_swapped()
}

/// How often what readers of a wrong encoding leave is there.
#[derive(Debug, Default)]
struct Signs {
    letters: usize,
    /// U+FFFD, and control characters that no encoding of texts has.
    lost: usize,
    /// What is UTF-8 when each character is taken for its byte of Windows-1252.
    western: usize,
    /// Latin letters with accents and marks of Latin-1 in runs of four and more.
    in_runs: usize,
    /// `Р` or `С` before what stands beside them where UTF-8 is read as Windows-1251.
    cyrillic_pairs: usize,
    cyrillic: usize,
    /// Cyrillic words with a small letter first and capitals behind it, those in capitals, and all.
    swapped_words: usize,
    capital_words: usize,
    cyrillic_words: usize,
}

impl Signs {
    fn of(text: &str) -> Self {
        let mut signs = Self::default();
        let mut run = 0;
        let mut word = Word::default();
        let mut rest = text.chars();
        while let Some(letter) = rest.next() {
            signs.letters += usize::from(letter.is_alphabetic());
            match letter {
                '\u{fffd}' | '\u{80}'..='\u{84}' | '\u{86}'..='\u{9f}' => signs.lost += 1,
                'Â'..='ô' => signs.western += usize::from(is_utf8(letter, rest.clone())),
                'Р' | 'С' => {
                    signs.cyrillic_pairs += usize::from(rest.clone().next().is_some_and(is_beside))
                }
                _ => {}
            }
            if ('¡'..='ÿ').contains(&letter) {
                run += 1;
                signs.in_runs += match run {
                    0..=3 => 0,
                    4 => 4,
                    _ => 1,
                };
            } else {
                run = 0;
            }
            if ('Ѐ'..='ӿ').contains(&letter) {
                signs.cyrillic += 1;
                word.add(letter);
            } else if word.letters > 0 {
                signs.count(std::mem::take(&mut word));
            }
        }
        signs.count(word);
        signs
    }

    fn count(&mut self, word: Word) {
        if word.letters >= 3 {
            self.cyrillic_words += 1;
            self.capital_words += usize::from(word.capitals == word.letters);
            self.swapped_words += usize::from(!word.is_first_capital && word.capitals + 1 == word.letters);
        }
    }

    /// One character in two hundred, and more than one.
    fn has_lost(&self) -> bool {
        self.lost >= 2 && self.lost * 200 >= self.letters
    }

    fn is_utf8_in_western(&self) -> bool {
        self.western >= 2 && self.western * 300 >= self.letters
    }

    /// EUC-KR, GB 2312, KOI8-R or Windows-1251 read as Latin-1: `Á¶¼±Áß¾ÓÅë½Å`.
    fn is_multibyte_in_western(&self) -> bool {
        self.in_runs >= 16 && self.in_runs * 8 >= self.letters
    }

    fn is_utf8_in_cyrillic(&self) -> bool {
        self.cyrillic_pairs >= 6 && self.cyrillic_pairs * 6 >= self.cyrillic
    }

    /// KOI8-R read as Windows-1251, or the other way round: small letters and capitals change places.
    fn has_cases_swapped(&self) -> bool {
        self.swapped_words >= 2
            && self.cyrillic_words >= 5
            && (self.swapped_words + self.capital_words) * 5 >= self.cyrillic_words * 4
    }
}

#[derive(Debug, Default)]
struct Word {
    letters: usize,
    capitals: usize,
    is_first_capital: bool,
}

impl Word {
    fn add(&mut self, letter: char) {
        let is_capital = letter.is_uppercase();
        self.is_first_capital |= is_capital && self.letters == 0;
        self.letters += 1;
        self.capitals += usize::from(is_capital);
    }
}

/// What Windows-1252 has for the bytes from 0x80 to 0x9F; five of them are no characters.
const WESTERN: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}',
    '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// Whether a character and what follows it are UTF-8 as Windows-1252 shows it: `Ã©`, `â€™`.
fn is_utf8(first: char, rest: std::str::Chars<'_>) -> bool {
    let length = match first {
        'ß' => return false, // "Gruß«"
        'Â'..='Þ' => 1,
        'à'..='ï' => 2,
        _ => 3,
    };
    let mut behind = rest.take(length);
    let is_one = |letter: char| ('\u{80}'..='¿').contains(&letter) || WESTERN.contains(&letter);
    // A capital before a quotation mark is the end of a word in capitals.
    let is_quote = |letter: char| {
        length == 1 && matches!(letter, '‘' | '’' | '“' | '”' | '„' | '«' | '»' | '–' | '—' | '…' | '›')
    };
    (0..length).all(|_| behind.next().is_some_and(|letter| is_one(letter) && !is_quote(letter)))
}

/// What Windows-1251 has for bytes inside of UTF-8, and no Russian word has behind a capital.
fn is_beside(letter: char) -> bool {
    matches!(letter, '\u{a0}'..='¿' | 'Ѐ'..='Џ' | 'ѐ'..='џ' | 'Ґ' | 'ґ' | '‚'..='„' | '†' | '‡' | '€' | '‰' | '•' | '™' | '№')
        && letter != 'ё'
        && letter != 'Ё'
        && letter != '»'
        && letter != '\u{a0}'
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(text: &str, expected: bool) {
        assert_eq!(is_garbled(text), expected, "{text} {:?}", Signs::of(text));
    }

    /// A text as who takes its bytes for another encoding reads it.
    fn read_as_western(bytes: &[u8]) -> String {
        let letter = |byte: &u8| match byte {
            0x80..=0x9f => WESTERN[usize::from(byte - 0x80)],
            byte => char::from(*byte),
        };
        bytes.iter().map(letter).collect()
    }

    #[test]
    fn what_was_read_wrongly_is_noticed() {
        for text in [
            "Los niños de Corea están en la escuela y la educación es gratuita.",
            "L’été coréen est très beau, et les élèves sont à la mer.",
            "조선중앙통신은 이렇게 전하였다.",
            "Пхеньян, 6 ноября.",
            "朝鮮中央通信はこう伝えた。",
        ] {
            check(text, false);
            check(&read_as_western(text.as_bytes()), true);
        }
        check("He said that “it” wasn’t so, and that the workers’ farm was theirs.", false);
        check(
            &read_as_western(
                "He said that “it” wasn’t so, and that the workers’ farm was theirs.".as_bytes(),
            ),
            true,
        );
        check("Á¶¼±Áß¾ÓÅë½ÅÀº ÀÌ·¸°Ô ÀüÇÏ¿´´Ù.", true);
        check("³¯ÏÊÖÐÑëÍ¨Ñ¶Éç±¨µÀ", true);
        check("Ïðåçèäåíò ïðèíÿë äåëåãàöèþ", true);
        check("рТЕЪЙДЕОФ РТЙОСМ ДЕМЕЗБГЙА ДТХЦЕУФЧЕООПК УФТБОЩ ч нПУЛЧЕ", true);
        check("РџСЂРµР·РёРґРµРЅС‚ РїСЂРёРЅСЏР» РґРµР»РµРіР°С†РёСЋ", true);
        check("The delegation of ��� arrived in ��", true);
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in ".{0,60}") {
            let _ = is_garbled(&text);
        }
    }

    #[test]
    fn what_is_odd_but_right_is_left_alone() {
        check("", false);
        check("ПРЕЗИДЕНТ ПРИНЯЛ ДЕЛЕГАЦИЮ ДРУЖЕСТВЕННОЙ СТРАНЫ В МОСКВЕ", false);
        check("Россия и СССР: С «Авророй» у причала Р. Иванов и С. Петров", false);
        check("»Gruß« und »Spaß«, sagte er, »Fuß« und »Maß«.", false);
        check("LE CAFÉ” ET “LA LIBERTÉ” ET “L’ÉGALITÉ”", false);
        check("Größe, Äußerung, naïve, Ångström, São Tomé, Đà Nẵng, Hà Nội", false);
        check("Die Buchstaben ÄÖÜß und äöü.", false);
        check(&format!("One character \u{fffd} is lost. {}", "It is a long text. ".repeat(40)), false);
        check("5 km² – 10 °C, £5, ½ und ¾", false);
    }
}
