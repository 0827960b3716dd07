use anyhow::{Result, ensure};

use crate::bytes::u16_at;

/// How many contexts the matrix joins, after checking that it holds them all.
///
/// MeCab's `matrix.bin` is two 16-bit sizes, the contexts before and after,
/// and then a 16-bit cost for each pair, the context before changing fastest.
/// It goes into the pack as it is: as text it would be six times as long.
pub fn check(matrix: &[u8]) -> Result<(u16, u16)> {
    let (before, after) = (u16_at(matrix, 0)?, u16_at(matrix, 2)?);
    let expected = 4 + 2 * usize::from(before) * usize::from(after);
    ensure!(
        matrix.len() == expected,
        "{before} x {after} contexts need {expected} bytes, there are {}",
        matrix.len()
    );
    Ok((before, after))
}

#[cfg(test)]
mod tests {
    use super::check;

    #[test]
    fn a_matrix_must_hold_every_pair() {
        assert_eq!(check(&[1, 0, 2, 0, 9, 9, 9, 9]).unwrap(), (1, 2));
        assert!(check(&[1, 0, 2, 0, 9, 9, 9]).is_err());
        assert!(check(&[1, 0, 2]).is_err());
    }
}
