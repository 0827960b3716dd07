use std::fmt::Write as _;

use anyhow::{Context, Result, ensure};

use crate::bytes::{part, text_at, u32_at};

const NAME: usize = 32;
/// MeCab keeps eighteen bits for the categories of a character.
const CATEGORIES: usize = 18;
const SURROGATES: std::ops::Range<usize> = 0xd800..0xe000;

/// What `char.bin` says of one character.
#[derive(Clone, Copy, PartialEq)]
struct Character(u32);

impl Character {
    fn is_in(self, category: usize) -> bool {
        self.0 >> category & 1 == 1
    }

    /// The category that decides how an unknown word is cut here.
    fn first_category(self) -> usize {
        (self.0 >> 18 & 0xff) as usize
    }

    /// The three columns of a category's own line: invoke, group, length.
    fn rules(self) -> (u32, u32, u32) {
        (self.0 >> 31 & 1, self.0 >> 30 & 1, self.0 >> 26 & 0xf)
    }
}

/// The source `char.def` of a compiled `char.bin`.
///
/// The file is the number of categories, their names of 32 bytes, and one
/// packed number for each character of the Basic Multilingual Plane. MeCab
/// stores a category's rules with its characters, so a category that is
/// nobody's first loses them; it gets those of a plain grouping category,
/// which never come into play for the same reason.
pub fn char_def(bytes: &[u8]) -> Result<String> {
    let count = u32_at(bytes, 0)? as usize;
    ensure!(count <= CATEGORIES, "{count} categories, MeCab knows {CATEGORIES} at most");
    let names = (0..count)
        .map(|index| text_at(part(bytes, 4 + index * NAME, NAME)?, 0))
        .collect::<Result<Vec<&str>>>()
        .context("categories")?;
    let default = names.iter().position(|name| *name == "DEFAULT").context("there is no DEFAULT")?;

    let table = bytes.get(4 + count * NAME..).context("no characters")?;
    ensure!(table.len() == 0xffff * 4, "{} bytes of characters", table.len());
    let characters: Vec<Character> =
        table.as_chunks().0.iter().map(|bytes| Character(u32::from_le_bytes(*bytes))).collect();
    ensure!(characters.iter().all(|character| character.first_category() < count), "an unknown category");

    let mut lines = String::new();
    for (category, name) in names.iter().enumerate() {
        let known = characters.iter().find(|character| character.first_category() == category);
        let (invoke, group, length) = known.map_or((0, 1, 0), |character| character.rules());
        let _ = writeln!(lines, "{name} {invoke} {group} {length}");
    }
    let mut start = 0;
    for run in characters.chunk_by(|one, next| one == next) {
        let end = start + run.len();
        let first = run[0].first_category();
        // DEFAULT alone needs no line; surrogates are no characters.
        if first != default || (0..count).any(|category| category != first && run[0].is_in(category)) {
            for range in [start..end.min(SURROGATES.start), start.max(SURROGATES.end)..end] {
                if range.is_empty() {
                    continue;
                }
                let _ = write!(lines, "0x{:04X}..0x{:04X} {}", range.start, range.end - 1, names[first]);
                for (category, name) in names.iter().enumerate() {
                    if category != first && run[0].is_in(category) {
                        let _ = write!(lines, " {name}");
                    }
                }
                lines.push('\n');
            }
        }
        start = end;
    }
    Ok(lines)
}

#[cfg(test)]
mod tests {
    use super::char_def;

    fn two_categories(of: impl Fn(usize) -> u32) -> Vec<u8> {
        let mut bytes = 2u32.to_le_bytes().to_vec();
        for name in ["DEFAULT", "HANGUL"] {
            let mut field = [0u8; 32];
            field[..name.len()].copy_from_slice(name.as_bytes());
            bytes.extend(field);
        }
        for character in 0..0xffff {
            bytes.extend(of(character).to_le_bytes());
        }
        bytes
    }

    #[test]
    fn ranges_come_back_and_leave_the_surrogates_out() {
        let bytes = two_categories(|c| if c < 0xd000 { 1 } else { 2 | 1 << 18 | 1 << 31 | 3 << 26 });
        let expected = "DEFAULT 0 0 0\nHANGUL 1 0 3\n0xD000..0xD7FF HANGUL\n0xE000..0xFFFE HANGUL\n";
        assert_eq!(char_def(&bytes).unwrap(), expected);
    }

    #[test]
    fn damage_is_an_error() {
        let bytes = two_categories(|_| 1);
        for length in [0, 3, 4, 40, 68, bytes.len() - 1] {
            assert!(char_def(&bytes[..length]).is_err(), "cut at {length}");
        }
        assert!(char_def(&two_categories(|_| 9 << 18)).is_err());
    }
}
