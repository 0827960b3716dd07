/// A number, a word or a mark of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// Its value and how many digits it has.
    Number(u32, usize),
    /// Letters of any script, in lower case.
    Word(&'a str),
    Mark(char),
    /// More digits than any date has.
    Digits(&'a str),
}

/// How many characters of a text are looked at.
const LONGEST: usize = 300;

/// The text in one form: digits of every width and script as ASCII, Chinese numerals before the name of a unit too,
/// letters small, blanks alike, nothing invisible.
pub(super) fn folded(text: &str) -> String {
    let letters: Vec<char> = text.chars().take(LONGEST).filter_map(fold).collect();
    let mut out = String::with_capacity(letters.len());
    let mut place = 0;
    while place < letters.len() {
        let numerals: String =
            letters[place..].iter().take_while(|letter| numeral(**letter).is_some()).collect();
        let length = numerals.chars().count();
        let unit = letters.get(place + length);
        let names_unit = unit.is_some_and(|unit| matches!(unit, '年' | '月' | '日' | '号' | '號'));
        match (length > 0 && names_unit).then(|| read_numeral(&numerals)).flatten() {
            Some(number) => {
                out.push_str(&number);
                place += length;
            }
            None => {
                out.extend(letters[place].to_lowercase());
                place += 1;
            }
        }
    }
    out
}

fn fold(letter: char) -> Option<char> {
    let digit = |first: char| char::from_digit(letter as u32 - first as u32, 10);
    match letter {
        '０'..='９' => digit('０'),
        '٠'..='٩' => digit('٠'),
        '۰'..='۹' => digit('۰'),
        '！'..='～' => char::from_u32(letter as u32 - 0xfee0),
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}' | '\u{feff}' => None,
        '–' | '—' | '−' | '‐' | '‑' => Some('-'),
        '。' => Some('.'),
        letter if letter.is_whitespace() || letter.is_control() => Some(' '),
        letter => Some(letter),
    }
}

fn numeral(letter: char) -> Option<u32> {
    "〇一二三四五六七八九十".chars().position(|known| known == letter).map(|value| value as u32).or(
        match letter {
            '零' | '○' => Some(0),
            '元' => Some(1),
            '廿' => Some(20),
            _ => None,
        },
    )
}

/// 二〇二二 digit by digit; 十一, 二十, 三十一 by tens; 元 is the first year.
fn read_numeral(text: &str) -> Option<String> {
    let values: Vec<u32> = text.chars().filter_map(numeral).collect();
    if !values.iter().any(|value| *value >= 10) {
        return (values.len() <= 4).then(|| values.iter().map(u32::to_string).collect());
    }
    let number = match *values.as_slice() {
        [10] => 10,
        [10, one @ 1..=9] => 10 + one,
        [ten @ 1..=9, 10] => ten * 10,
        [ten @ 1..=9, 10, one @ 1..=9] => ten * 10 + one,
        [20] => 20,
        [20, one @ 1..=9] => 20 + one,
        _ => return None,
    };
    Some(number.to_string())
}

/// The tokens of a folded text; blanks stand between them and are none.
pub(super) fn tokens(text: &str) -> Vec<Token<'_>> {
    let kind = |letter: char| match letter {
        '0'..='9' => 1,
        letter if letter.is_alphabetic() => 2,
        _ => 3,
    };
    let mut tokens: Vec<Token<'_>> = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let of = kind(first);
        // 日 of 日下午 and of 日発 is a word of its own.
        let is_unit = matches!(first, '年' | '月' | '日' | '号' | '號')
            && matches!(tokens.last(), Some(Token::Number(..)));
        let length = match of {
            _ if is_unit => first.len_utf8(),
            3 => first.len_utf8(),
            _ => rest.find(|letter| kind(letter) != of).unwrap_or(rest.len()),
        };
        let (token, more) = rest.split_at(length);
        rest = more;
        match of {
            1 => tokens.push(match token.parse() {
                Ok(number) if token.len() <= 8 => Token::Number(number, token.len()),
                _ => Token::Digits(token),
            }),
            2 => tokens.push(Token::Word(token)),
            _ if first == ' ' => {}
            _ => tokens.push(Token::Mark(first)),
        }
    }
    tokens
}

/// A place among tokens, moved on by what is found there.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cursor<'t> {
    pub(super) tokens: &'t [Token<'t>],
}

impl<'t> Cursor<'t> {
    /// A number of so many digits.
    pub(super) fn number(&mut self, digits: std::ops::RangeInclusive<usize>) -> Option<u32> {
        match self.tokens.first() {
            Some(Token::Number(value, length)) if digits.contains(length) => {
                self.tokens = &self.tokens[1..];
                Some(*value)
            }
            _ => None,
        }
    }

    /// One of these marks.
    pub(super) fn mark(&mut self, marks: &str) -> Option<char> {
        match self.tokens.first() {
            Some(Token::Mark(mark)) if marks.contains(*mark) => {
                self.tokens = &self.tokens[1..];
                Some(*mark)
            }
            _ => None,
        }
    }

    /// Passes over any of these marks.
    pub(super) fn marks(&mut self, marks: &str) {
        while self.mark(marks).is_some() {}
    }

    /// A word of which something can be made.
    pub(super) fn word<T>(&mut self, make: impl FnOnce(&'t str) -> Option<T>) -> Option<T> {
        let Some(Token::Word(word)) = self.tokens.first() else { return None };
        let made = make(word)?;
        self.tokens = &self.tokens[1..];
        Some(made)
    }

    /// One of these words.
    pub(super) fn is_word(&mut self, words: &[&str]) -> bool {
        self.word(|word| words.contains(&word).then_some(())).is_some()
    }

    /// A word that begins with one of these: 日, and 日発 as well.
    pub(super) fn begins(&mut self, stems: &[&str]) -> bool {
        self.word(|word| stems.iter().any(|stem| word.starts_with(stem)).then_some(())).is_some()
    }

    /// Whether nothing but marks is left.
    pub(super) fn is_at_end(&self) -> bool {
        self.tokens.iter().all(|token| matches!(token, Token::Mark(_)))
    }
}
