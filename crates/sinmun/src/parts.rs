use std::io::{self, Read};

/// Cuts a file into parts at line ends, so that a large one needs little memory.
///
/// Where the cuts fall depends on the bytes before them alone: a file that has
/// grown at its end has the same parts as before, and new ones.
pub(crate) struct Parts<R> {
    reader: R,
    rest: Vec<u8>,
    line: u64,
    continues: bool,
    done: bool,
}

/// One part of a file.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) bytes: Vec<u8>,
    /// The number of its first line in the file, counted from 1.
    pub(crate) first_line: u64,
    /// Whether it begins inside a line that was too long for one part.
    pub(crate) continues: bool,
}

/// A part ends at the first line end behind this many bytes: 4 MiB.
const TARGET: usize = 4 << 20;

/// A line longer than this is cut: 64 MiB.
const LONGEST: usize = 64 << 20;

impl<R: Read> Parts<R> {
    pub(crate) fn of(reader: R) -> Self {
        Self { reader, rest: Vec::new(), line: 1, continues: false, done: false }
    }

    /// The next part; `None` at the end.
    pub(crate) fn next_part(&mut self) -> io::Result<Option<Part>> {
        let mut searched = TARGET.saturating_sub(1);
        loop {
            if let Some(end) =
                self.rest.get(searched..).and_then(|tail| tail.iter().position(|byte| *byte == b'\n'))
            {
                return Ok(Some(self.take(searched + end + 1)));
            }
            if self.rest.len() >= LONGEST {
                return Ok(Some(self.take(LONGEST)));
            }
            if self.done {
                let length = self.rest.len();
                return Ok((length > 0).then(|| self.take(length)));
            }
            searched = searched.max(self.rest.len());
            let before = self.rest.len();
            self.rest.resize(before + (1 << 20), 0);
            let read = loop {
                match self.reader.read(&mut self.rest[before..]) {
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    read => break read,
                }
            };
            self.rest.truncate(before + *read.as_ref().unwrap_or(&0));
            self.done = read? == 0;
        }
    }

    fn take(&mut self, length: usize) -> Part {
        let rest = self.rest.split_off(length);
        let bytes = std::mem::replace(&mut self.rest, rest);
        let part = Part { first_line: self.line, continues: self.continues, bytes };
        self.line += part.bytes.iter().filter(|byte| **byte == b'\n').count() as u64;
        self.continues = !part.bytes.ends_with(b"\n");
        part
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(bytes: &[u8]) -> Vec<Part> {
        let mut parts = Parts::of(bytes);
        std::iter::from_fn(|| parts.next_part().unwrap()).collect()
    }

    #[test]
    fn cuts_fall_on_line_ends() {
        assert_eq!(parts(b""), []);
        assert_eq!(parts(b"one\ntwo").len(), 1);
        let line = [vec![b'x'; 1_000_000], b"\n".to_vec()].concat();
        let file = line.repeat(10);
        let cut = parts(&file);
        assert_eq!(cut.iter().map(|part| part.first_line).collect::<Vec<_>>(), [1, 6]);
        assert!(cut.iter().all(|part| part.bytes.ends_with(b"\n") && !part.continues));
        assert_eq!(cut.iter().map(|part| part.bytes.len()).sum::<usize>(), file.len());
        let grown = parts(&[file, b"more".to_vec()].concat());
        assert_eq!(grown[0], cut[0], "what was there before is cut as before");
    }

    #[test]
    fn an_endless_line_is_cut() {
        let cut = parts(&vec![b'x'; LONGEST + 10]);
        assert_eq!((cut.len(), cut[0].continues, cut[1].continues), (2, false, true));
    }
}
