use std::fmt::Write as _;

use anyhow::{Context, Result, ensure};

use crate::bytes::{part, text_at, u16_at, u32_at};

const HEADER: usize = 72;
const UNIT: usize = 8;
const TOKEN: usize = 16;
/// The first four bytes of a dictionary are its length, masked with this.
const MAGIC: u32 = 0xef71_8f77;
const VERSION: u32 = 102;

/// One row of a MeCab dictionary: a surface and one way to read it.
#[derive(Debug, PartialEq)]
pub struct Word {
    pub surface: String,
    pub left: u16,
    pub right: u16,
    pub cost: i16,
    /// The remaining columns, as CSV.
    pub features: String,
}

/// Every word of a `.dic` file, in the byte order of the surfaces.
///
/// The file is a header, a double array that maps a surface to a run of
/// tokens, the tokens, and their features as zero-terminated texts.
pub fn read(dictionary: &[u8]) -> Result<Vec<Word>> {
    let length = u32_at(dictionary, 0)? ^ MAGIC;
    ensure!(length as usize == dictionary.len(), "not a MeCab dictionary, or a truncated one");
    let version = u32_at(dictionary, 4)?;
    ensure!(version == VERSION, "version {version} of MeCab's format, only {VERSION} is known");
    let charset = text_at(part(dictionary, 40, 32)?, 0).context("character set")?;
    ensure!(charset.eq_ignore_ascii_case("utf-8") || charset.eq_ignore_ascii_case("utf8"), "in {charset}");

    let size = |offset| u32_at(dictionary, offset).map(|size| size as usize);
    let (count, array, tokens, features) = (size(12)?, size(24)?, size(28)?, size(32)?);
    let array_end = HEADER.saturating_add(array);
    let tokens_end = array_end.saturating_add(tokens);
    let words = Reader {
        array: part(dictionary, HEADER, array).context("double array")?,
        tokens: part(dictionary, array_end, tokens).context("tokens")?,
        features: part(dictionary, tokens_end, features).context("features")?,
        words: Vec::new(),
    }
    .read()?;
    ensure!(words.len() == count, "{} words found, the header promises {count}", words.len());
    Ok(words)
}

/// The words as the rows of a MeCab source file.
pub fn csv(words: &[Word]) -> String {
    let mut rows = String::new();
    for word in words {
        if word.surface.contains([',', '"', '\n', '\r']) {
            let _ = write!(rows, "\"{}\"", word.surface.replace('"', "\"\""));
        } else {
            rows.push_str(&word.surface);
        }
        let _ = writeln!(rows, ",{},{},{},{}", word.left, word.right, word.cost, word.features);
    }
    rows
}

struct Reader<'a> {
    array: &'a [u8],
    tokens: &'a [u8],
    features: &'a [u8],
    words: Vec<Word>,
}

impl Reader<'_> {
    /// Walks the double array (darts) depth first.
    ///
    /// The children of a node are the units `base + 1 + byte` whose check
    /// field names the node's base; unit `base` itself, when it does, ends a
    /// surface and holds its value, negated.
    fn read(mut self) -> Result<Vec<Word>> {
        let units = self.array.len() / UNIT;
        let mut seen = vec![false; units];
        let mut surface: Vec<u8> = Vec::new();
        let mut open = vec![(self.base(0)?, 0, None)];
        while let Some((base, depth, byte)) = open.pop() {
            surface.truncate(depth);
            surface.extend(byte);
            let depth = surface.len();
            let start = usize::try_from(base).context("a branch of the double array has no base")?;
            if start < units && self.check(start)? == base && self.base(start)? < 0 {
                self.read_tokens(&surface, self.base(start)?)?;
            }
            // The last pushed comes first, so that surfaces leave in order.
            for byte in (0..=u8::MAX).rev() {
                let unit = start.saturating_add(usize::from(byte) + 1);
                if unit >= units || self.check(unit)? != base {
                    continue;
                }
                ensure!(!std::mem::replace(&mut seen[unit], true), "the double array runs in a circle");
                open.push((self.base(unit)?, depth, Some(byte)));
            }
        }
        Ok(self.words)
    }

    fn read_tokens(&mut self, surface: &[u8], value: i32) -> Result<()> {
        let surface = std::str::from_utf8(surface).context("a surface")?;
        // A negated value: the number of tokens in the low byte, the first above it.
        let value = !value as usize;
        let (first, count) = (value >> 8, value & 0xff);
        for index in first..first + count {
            let token = part(self.tokens, index.saturating_mul(TOKEN), TOKEN)
                .with_context(|| format!("token {index} of {surface:?}"))?;
            self.words.push(Word {
                surface: surface.to_owned(),
                left: u16_at(token, 0)?,
                right: u16_at(token, 2)?,
                cost: u16_at(token, 6)?.cast_signed(),
                features: text_at(self.features, u32_at(token, 8)? as usize)
                    .with_context(|| format!("features of {surface:?}"))?
                    .to_owned(),
            });
        }
        Ok(())
    }

    fn base(&self, unit: usize) -> Result<i32> {
        u32_at(self.array, unit.saturating_mul(UNIT)).map(u32::cast_signed)
    }

    fn check(&self, unit: usize) -> Result<i32> {
        u32_at(self.array, unit.saturating_mul(UNIT) + 4).map(u32::cast_signed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A dictionary of the one surface "a", whose double array is laid by hand.
    fn tiny() -> Vec<u8> {
        let mut array = vec![0u8; 400 * UNIT];
        let mut set = |unit: usize, base: i32, check: i32| {
            array[unit * UNIT..][..4].copy_from_slice(&base.to_le_bytes());
            array[unit * UNIT + 4..][..4].copy_from_slice(&check.to_le_bytes());
        };
        set(0, 1, 0);
        set(1 + 1 + usize::from(b'a'), 200, 1);
        set(200, -2, 200); // one token, the first: !(-2) = 1
        let mut token = vec![0u8; TOKEN];
        token[0] = 7;
        token[2] = 8;
        token[6..8].copy_from_slice(&(-5i16).to_le_bytes());
        let features = b"NNG,*\0";
        let mut bytes = vec![0u8; HEADER];
        bytes[4] = 102;
        bytes[12] = 1;
        bytes[24..28].copy_from_slice(&(array.len() as u32).to_le_bytes());
        bytes[28..32].copy_from_slice(&(token.len() as u32).to_le_bytes());
        bytes[32..36].copy_from_slice(&(features.len() as u32).to_le_bytes());
        bytes[40..45].copy_from_slice(b"UTF-8");
        bytes.extend(array);
        bytes.extend(token);
        bytes.extend(features);
        let magic = bytes.len() as u32 ^ MAGIC;
        bytes[..4].copy_from_slice(&magic.to_le_bytes());
        bytes
    }

    #[test]
    fn a_word_comes_back() {
        let words = read(&tiny()).unwrap();
        assert_eq!(csv(&words), "a,7,8,-5,NNG,*\n");
    }

    #[test]
    fn a_surface_with_a_comma_is_quoted() {
        let word = |surface: &str| Word {
            surface: surface.to_owned(),
            left: 1,
            right: 2,
            cost: 3,
            features: "SC".to_owned(),
        };
        assert_eq!(csv(&[word(","), word("\"")]), "\",\",1,2,3,SC\n\"\"\"\",1,2,3,SC\n");
    }

    #[test]
    fn damage_is_an_error_and_never_a_panic() {
        let whole = tiny();
        for length in 0..whole.len() {
            assert!(read(&whole[..length]).is_err(), "cut at {length}");
        }
        for at in 0..whole.len() {
            let mut damaged = whole.clone();
            damaged[at] ^= 0xff;
            // Some bytes are costs or padding; what matters is that it returns.
            let _ = read(&damaged);
        }
    }
}
