use std::io::{self, Read, Write};

/// Turns MeCab's `matrix.bin` into the text form that lindera's builder reads.
///
/// The text of the Korean matrix has ten million lines and 130 MB, which is
/// why the pack carries the binary form. Returns the bytes that were read; the
/// caller knows how many there had to be.
pub fn write_text(matrix: &mut dyn Read, text: &mut dyn Write) -> io::Result<u64> {
    let mut sizes = [0; 4];
    matrix.read_exact(&mut sizes)?;
    let before = u16::from_le_bytes([sizes[0], sizes[1]]);
    let after = u16::from_le_bytes([sizes[2], sizes[3]]);
    writeln!(text, "{before} {after}")?;

    // Formatting each number afresh is most of the time in an unoptimised build.
    let starts: Vec<String> = (0..before).map(|id| format!("{id} ")).collect();
    let mut row = vec![0; usize::from(before) * 2];
    let mut lines = Vec::new();
    let mut costs = CostTexts::new();
    for id in 0..after {
        matrix.read_exact(&mut row)?;
        let middle = format!("{id} ");
        lines.clear();
        for (start, cost) in starts.iter().zip(row.as_chunks().0) {
            lines.extend_from_slice(start.as_bytes());
            lines.extend_from_slice(middle.as_bytes());
            lines.extend_from_slice(costs.text(*cost));
        }
        text.write_all(&lines)?;
    }
    Ok(4 + row.len() as u64 * u64::from(after))
}

/// The costs met so far, as the ends of lines.
struct CostTexts {
    texts: Vec<Box<[u8]>>,
}

impl CostTexts {
    fn new() -> Self {
        Self { texts: vec![Box::default(); 1 << 16] }
    }

    fn text(&mut self, cost: [u8; 2]) -> &[u8] {
        let text = &mut self.texts[usize::from(u16::from_le_bytes(cost))];
        if text.is_empty() {
            *text = format!("{}\n", i16::from_le_bytes(cost)).into_bytes().into();
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::write_text;

    #[test]
    fn the_context_before_changes_fastest() {
        let mut matrix = vec![2, 0, 2, 0];
        for cost in [5i16, -6, 7, -32768] {
            matrix.extend(cost.to_le_bytes());
        }
        let mut text = Vec::new();
        assert_eq!(write_text(&mut matrix.as_slice(), &mut text).unwrap(), 12);
        let expected = "2 2\n0 0 5\n1 0 -6\n0 1 7\n1 1 -32768\n";
        assert_eq!(String::from_utf8(text).unwrap(), expected);
    }

    #[test]
    fn a_short_matrix_is_an_error() {
        for matrix in [&[][..], &[2, 0, 2], &[2, 0, 2, 0, 5, 0, 6, 0, 7]] {
            assert!(write_text(&mut &*matrix, &mut Vec::new()).is_err());
        }
    }
}
