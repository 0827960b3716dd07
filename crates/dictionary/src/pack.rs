//! Reads a pack, which is the source of a dictionary in one compressed file.
//!
//! Uncompressed it is the line `sinmun dictionary 1`; for each member a line
//! with its name and its length, then its bytes; and the line `end`. The whole
//! is one zstd frame with a checksum. `sinmun-dictionary-pack` writes it.
//!
//! Nothing is believed: names come from a fixed list, lengths are bounded, and
//! the frame must end, with the right checksum, where the pack ends.

use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Read, Write};
use std::path::Path;

use crate::{Error, matrix};

const HEADER: &str = "sinmun dictionary 1";

/// The members, each with the name of the file that it becomes.
const MEMBERS: [(&str, &str); 6] = [
    ("metadata.json", METADATA),
    ("context-ids.txt", CONTEXT_IDS),
    ("char.def", "char.def"),
    ("unk.def", "unk.def"),
    ("words.csv", "words.csv"),
    ("matrix.bin", "matrix.def"),
];

/// Lindera's description of the dictionary.
pub const METADATA: &str = "metadata.json";

/// How often each context id is met, by which lindera sorts the matrix. Korean only.
pub const CONTEXT_IDS: &str = "context-ids.txt";

/// The longest member there is has 60 MB.
const LENGTH_LIMIT: u64 = 128 << 20;
const LINE_LIMIT: u64 = 64;
/// The window the packs are made with; a frame that asks for more is refused.
const WINDOW_LOG: u32 = 27;

/// Unpacks `pack` into the files that lindera's builder reads.
pub fn unpack(pack: &[u8], folder: &Path) -> Result<(), Error> {
    let mut decoder = zstd::stream::read::Decoder::with_buffer(pack).map_err(Error::damaged)?;
    decoder.window_log_max(WINDOW_LOG).map_err(Error::damaged)?;
    let mut content = BufReader::with_capacity(1 << 17, decoder.single_frame());
    if line(&mut content)? != HEADER {
        return Err(Error::damaged("it has another format"));
    }
    let mut missing: Vec<_> = MEMBERS.to_vec();
    loop {
        let line = line(&mut content)?;
        if line == "end" {
            break;
        }
        let (name, length) = line.split_once(' ').unwrap_or_default();
        let length = length.parse().ok().filter(|length| *length <= LENGTH_LIMIT);
        let index = missing.iter().position(|member| member.0 == name);
        let (Some(index), Some(length)) = (index, length) else {
            return Err(Error::damaged(format_args!("it has a member {line:?}")));
        };
        let file = missing.swap_remove(index).1;
        write_member(name, length, &mut content, &folder.join(file))?;
    }
    if let Some((name, _)) = missing.iter().find(|member| member.1 != CONTEXT_IDS) {
        return Err(Error::damaged(format_args!("{name} is missing")));
    }
    // Only at its end does the decoder compare the checksum.
    if content.read(&mut [0]).map_err(Error::damaged)? != 0 {
        return Err(Error::damaged("something follows its end"));
    }
    match content.into_inner().finish() {
        [] => Ok(()),
        _ => Err(Error::damaged("something follows its frame")),
    }
}

fn line(content: &mut dyn BufRead) -> Result<String, Error> {
    let mut line = Vec::new();
    content.take(LINE_LIMIT).read_until(b'\n', &mut line).map_err(Error::damaged)?;
    if line.pop() != Some(b'\n') {
        return Err(Error::damaged("a line has no end"));
    }
    String::from_utf8(line).map_err(Error::damaged)
}

fn write_member(name: &str, length: u64, content: &mut dyn Read, path: &Path) -> Result<(), Error> {
    let file = File::create(path).map_err(|error| Error::io("create", path, &error))?;
    let mut source = Source { content: content.take(length), failure: None };
    let mut target = BufWriter::with_capacity(1 << 17, file);
    let written = match name {
        "matrix.bin" => matrix::write_text(&mut source, &mut target),
        _ => io::copy(&mut source, &mut target),
    };
    let written = written.and_then(|read| target.flush().map(|()| read));
    // Either side may have failed: the pack, or the disk.
    if let Some(failure) = source.failure {
        return Err(Error::damaged(failure));
    }
    match written {
        Ok(read) if read == length => Ok(()),
        Ok(_) => Err(Error::damaged(format_args!("{name} has another length than it says"))),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
            Err(Error::damaged(format_args!("{name} is cut short")))
        }
        Err(error) => Err(Error::io("write", path, &error)),
    }
}

/// The bytes of one member, remembering what went wrong in reading them.
struct Source<'a> {
    content: io::Take<&'a mut dyn Read>,
    failure: Option<String>,
}

impl Read for Source<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.content.read(buffer).inspect_err(|error| self.failure = Some(error.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::ErrorKind;

    const WHOLE: &str = "sinmun dictionary 1\nmetadata.json 2\n{}char.def 3\nabcunk.def 0\nwords.csv 4\na,b\n\
                         matrix.bin 6\n\u{1}\0\u{1}\0\u{5}\0end\n";

    fn packed(content: &str) -> Vec<u8> {
        let mut encoder = zstd::Encoder::new(Vec::new(), 3).unwrap();
        encoder.include_checksum(true).unwrap();
        encoder.write_all(content.as_bytes()).unwrap();
        encoder.finish().unwrap()
    }

    #[track_caller]
    fn check_damaged(pack: &[u8]) {
        let folder = tempfile::tempdir().unwrap();
        let error = unpack(pack, folder.path()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::PackDamaged, "{error}");
    }

    #[test]
    fn members_become_files() {
        let folder = tempfile::tempdir().unwrap();
        unpack(&packed(WHOLE), folder.path()).unwrap();
        let read = |name| fs::read_to_string(folder.path().join(name)).unwrap();
        assert_eq!(read("char.def"), "abc");
        assert_eq!(read("unk.def"), "");
        assert_eq!(read("words.csv"), "a,b\n");
        assert_eq!(read("matrix.def"), "1 1\n0 0 5\n");
    }

    #[test]
    fn a_truncated_pack_is_damaged() {
        let pack = packed(WHOLE);
        for length in 0..pack.len() {
            check_damaged(&pack[..length]);
        }
    }

    /// The contents of the files that unpacking leaves.
    fn files(folder: &Path) -> Vec<String> {
        MEMBERS.iter().map(|member| fs::read_to_string(folder.join(member.1)).unwrap_or_default()).collect()
    }

    /// A frame has a few bits that mean nothing: flipping those must change nothing.
    #[test]
    fn a_flipped_bit_is_noticed_or_harmless() {
        let pack = packed(WHOLE);
        let folder = tempfile::tempdir().unwrap();
        unpack(&pack, folder.path()).unwrap();
        let whole = files(folder.path());
        let mut harmless = 0;
        for bit in 0..pack.len() * 8 {
            let mut damaged = pack.clone();
            damaged[bit / 8] ^= 1 << (bit % 8);
            match unpack(&damaged, folder.path()) {
                Err(error) => assert_eq!(error.kind(), ErrorKind::PackDamaged, "bit {bit}: {error}"),
                Ok(()) => {
                    assert_eq!(files(folder.path()), whole, "bit {bit}");
                    harmless += 1;
                }
            }
        }
        assert!(harmless < 16, "{harmless}");
    }

    #[test]
    fn bytes_after_the_end_are_damage() {
        check_damaged(&packed(&format!("{WHOLE}x")));
        check_damaged(&[packed(WHOLE), vec![0]].concat());
        check_damaged(&[packed(WHOLE), packed(WHOLE)].concat());
    }

    #[test]
    fn names_and_lengths_are_not_believed() {
        check_damaged(&packed(&WHOLE.replace("char.def", "../x.def")));
        check_damaged(&packed(&WHOLE.replace("char.def", "unk.def")));
        check_damaged(&packed(&WHOLE.replace("char.def 3\nabc", "")));
        check_damaged(&packed(&WHOLE.replace("char.def 3", "char.def -3")));
        check_damaged(&packed(&WHOLE.replace("char.def 3", "char.def 99999999999999999999")));
        check_damaged(&packed(&WHOLE.replace("matrix.bin 6", "matrix.bin 5")));
        check_damaged(&packed(&WHOLE.replace("matrix.bin 6", "matrix.bin 7")));
        check_damaged(&packed(&WHOLE.replace("words.csv 4", "words.csv 134217729")));
        check_damaged(&packed(&WHOLE.replace("dictionary 1", "dictionary 2")));
        check_damaged(&packed(&"x".repeat(100_000)));
    }
}
