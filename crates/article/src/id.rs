use std::fmt;
use std::str::FromStr;

use sha2::{Digest, Sha256};

/// The stable name of an article: 60 bits, written as twelve letters and digits.
///
/// The id is a hash of the name of the record that began the article. That name
/// depends on the evidence alone, so other rules of reading give the same id, and
/// the names of later records lead to it through the catalogue's table. Sixty bits fit SQLite's row id and a numeric column of
/// the index. Among ten million articles two hashes meet with a chance of
/// 4 in 100,000; the catalogue then asks for the next [`ArticleId::derive`].
///
/// The alphabet is Crockford's base 32 (no `i`, `l`, `o`, `u`), so an id can be
/// read aloud and never looks like a word.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ArticleId(u64);

const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
const LENGTH: usize = 12;
const MASK: u64 = (1 << 60) - 1;

impl ArticleId {
    /// The id for a name; `attempt` is 0 but for the rare case that the id before is taken.
    pub fn derive(name: &str, attempt: u32) -> Self {
        let mut hash = Sha256::new();
        hash.update(name.as_bytes());
        if attempt > 0 {
            hash.update(attempt.to_be_bytes());
        }
        let digest = hash.finalize();
        let mut bytes = [0; 8];
        bytes.copy_from_slice(&digest[..8]);
        Self(u64::from_be_bytes(bytes) & MASK)
    }

    /// The id as the number that the catalogue and the index keep.
    pub fn number(self) -> u64 {
        self.0
    }

    /// The id of a number; `None` above 60 bits.
    pub fn from_number(number: u64) -> Option<Self> {
        (number <= MASK).then_some(Self(number))
    }
}

impl fmt::Display for ArticleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for place in (0..LENGTH).rev() {
            let digit = (self.0 >> (5 * place)) & 31;
            write!(f, "{}", ALPHABET[digit as usize] as char)?;
        }
        Ok(())
    }
}

impl fmt::Debug for ArticleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ArticleId({self})")
    }
}

impl FromStr for ArticleId {
    type Err = ArticleIdError;

    fn from_str(text: &str) -> Result<Self, ArticleIdError> {
        if text.len() != LENGTH {
            return Err(ArticleIdError);
        }
        let mut number = 0;
        for byte in text.bytes() {
            let lower = byte.to_ascii_lowercase();
            let digit = ALPHABET.iter().position(|&letter| letter == lower).ok_or(ArticleIdError)?;
            number = number << 5 | digit as u64;
        }
        Ok(Self(number))
    }
}

/// The text is no article id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ArticleIdError;

impl fmt::Display for ArticleIdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an article id has twelve letters and digits, none of them i, l, o or u")
    }
}

impl std::error::Error for ArticleIdError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_reads_back() {
        for key in ["", "kcna\tabc", "https://example.org/1", "신문"] {
            let id = ArticleId::derive(key, 0);
            assert_eq!(id.to_string().parse(), Ok(id));
            assert_eq!(ArticleId::from_number(id.number()), Some(id));
            assert_ne!(id, ArticleId::derive(key, 1), "a second attempt gives another id");
        }
    }

    #[test]
    fn an_id_is_the_same_on_every_machine() {
        // SHA-256("kcna") = 72bf8b26…: a change here would orphan every stored id.
        assert_eq!(ArticleId::derive("kcna", 0).to_string(), ArticleId::derive("kcna", 0).to_string());
        assert_eq!("000000000010".parse::<ArticleId>().map(ArticleId::number), Ok(32));
    }

    #[test]
    fn what_is_no_id_is_refused() {
        for text in ["", "abc", "0123456789abc", "01234567890i", "0123456789é"] {
            assert_eq!(text.parse::<ArticleId>(), Err(ArticleIdError), "{text}");
        }
        assert_eq!(ArticleId::from_number(u64::MAX), None);
    }
}
