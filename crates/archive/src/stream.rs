use std::io::{self, BufRead, Read};

use flate2::bufread::GzDecoder;

/// The bytes of a WARC file of unknown make: plain, one gzip member a record, or one gzip stream.
///
/// Memory is bounded whatever the bytes are: one buffer of 64 KiB.
pub(crate) struct Stream<R: BufRead> {
    input: Option<Input<R>>,
    is_packed: bool,
    buffer: Vec<u8>,
    at: usize,
    /// Where the member that the buffer is of begins in the file; of a plain file, where the buffer begins.
    start: u64,
    /// What the present member has given so far.
    unpacked: u64,
}

enum Input<R: BufRead> {
    Plain(Counting<R>),
    Between(Counting<R>),
    Member(Box<GzDecoder<Counting<R>>>),
}

const BUFFER: usize = 64 << 10;

const MAGIC: &[u8] = &[0x1f, 0x8b, 8];

impl<R: BufRead> Stream<R> {
    pub(crate) fn new(mut reader: R) -> io::Result<Self> {
        let is_packed = reader.fill_buf()?.starts_with(&MAGIC[..1]);
        let input = Counting { inner: reader, count: 0, again: &[] };
        let input = if is_packed { Input::Between(input) } else { Input::Plain(input) };
        Ok(Self { input: Some(input), is_packed, buffer: Vec::new(), at: 0, start: 0, unpacked: 0 })
    }

    /// Where in the file the next byte comes from: of a packed file, where its member begins.
    pub(crate) fn place(&self) -> u64 {
        if self.is_packed { self.start } else { self.start + self.at as u64 }
    }

    /// How many bytes of the file have been taken.
    pub(crate) fn taken(&self) -> u64 {
        match &self.input {
            Some(Input::Plain(reader) | Input::Between(reader)) => reader.count,
            Some(Input::Member(decoder)) => decoder.get_ref().count,
            None => 0,
        }
    }

    /// Whether what the present member has given is out of all proportion to what was taken of it.
    pub(crate) fn is_bomb(&self) -> bool {
        let taken = self.taken().saturating_sub(self.start);
        self.is_packed && self.unpacked > taken.saturating_mul(100).max(64 << 20)
    }

    /// What comes next; nothing at the end of the file.
    pub(crate) fn fill(&mut self) -> io::Result<&[u8]> {
        if self.at >= self.buffer.len() {
            self.refill()?;
        }
        Ok(&self.buffer[self.at..])
    }

    pub(crate) fn consume(&mut self, amount: usize) {
        self.at = (self.at + amount).min(self.buffer.len());
    }

    fn refill(&mut self) -> io::Result<()> {
        if !self.is_packed {
            self.start += self.buffer.len() as u64;
        }
        self.at = 0;
        self.buffer.resize(BUFFER, 0);
        let read = self.read();
        self.buffer.truncate(*read.as_ref().unwrap_or(&0));
        self.unpacked += self.buffer.len() as u64;
        read.map(drop)
    }

    fn read(&mut self) -> io::Result<usize> {
        loop {
            match self.input.take() {
                None => return Ok(0),
                Some(Input::Plain(mut reader)) => {
                    let read = read(&mut reader, &mut self.buffer);
                    self.input = Some(Input::Plain(reader));
                    return read;
                }
                Some(Input::Between(mut reader)) => {
                    let is_end = reader.fill_buf().map(<[u8]>::is_empty);
                    if !matches!(is_end, Ok(false)) {
                        self.input = Some(Input::Between(reader));
                        return is_end.map(|_| 0);
                    }
                    (self.start, self.unpacked) = (reader.count, 0);
                    self.input = Some(Input::Member(Box::new(GzDecoder::new(reader))));
                }
                Some(Input::Member(mut decoder)) => match read(&mut decoder, &mut self.buffer) {
                    Ok(0) => self.input = Some(Input::Between(decoder.into_inner())),
                    done => {
                        self.input = Some(Input::Member(decoder));
                        return done;
                    }
                },
            }
        }
    }

    /// Goes on to where a record may begin; `false` where the file has ended.
    ///
    /// In a packed file that is the next member, in a plain one the next line that begins like a record.
    pub(crate) fn find_record(&mut self) -> io::Result<bool> {
        if !self.is_packed {
            return self.find_line();
        }
        let mut reader = match self.input.take() {
            Some(Input::Plain(reader) | Input::Between(reader)) => reader,
            Some(Input::Member(decoder)) => decoder.into_inner(),
            None => return Ok(false),
        };
        self.buffer.clear();
        self.at = 0;
        // Whatever happened to the member that was begun here, it is not begun again.
        let begun = (self.start + MAGIC.len() as u64).saturating_sub(reader.count);
        for _ in 0..begun {
            if !reader.fill_buf()?.is_empty() {
                reader.consume(1);
            }
        }
        let mut matched = 0;
        loop {
            let bytes = reader.fill_buf()?;
            if bytes.is_empty() {
                return Ok(false);
            }
            let mut used = 0;
            for byte in bytes {
                used += 1;
                matched = match *byte {
                    byte if byte == MAGIC[matched] => matched + 1,
                    0x1f => 1,
                    _ => 0,
                };
                if matched == MAGIC.len() {
                    break;
                }
            }
            reader.consume(used);
            if matched == MAGIC.len() {
                (self.start, self.unpacked) = (reader.count - matched as u64, 0);
                // The three bytes are gone from the reader and are given to the decoder again.
                reader.again = MAGIC;
                reader.count -= matched as u64;
                self.input = Some(Input::Member(Box::new(GzDecoder::new(reader))));
                return Ok(true);
            }
        }
    }

    fn find_line(&mut self) -> io::Result<bool> {
        const BEGINNING: &[u8] = b"\nWARC/1.";
        let mut matched = 0;
        loop {
            let bytes = self.fill()?;
            if bytes.is_empty() {
                return Ok(false);
            }
            let mut used = 0;
            for byte in bytes {
                // Only the first letter can begin the sequence anew.
                let fits = *byte == BEGINNING[matched];
                if !fits {
                    matched = usize::from(*byte == BEGINNING[0]);
                } else if matched + 1 < BEGINNING.len() {
                    matched += 1;
                } else {
                    matched += 1;
                    break;
                }
                used += 1;
            }
            if matched == BEGINNING.len() {
                // The record's first letters, but for the last one, may lie in the buffer before this one.
                self.consume(used);
                let rest = self.buffer.split_off(self.at);
                let begun = &BEGINNING[1..BEGINNING.len() - 1];
                self.start = (self.start + self.at as u64).saturating_sub(begun.len() as u64);
                self.buffer = [begun, &rest].concat();
                self.at = 0;
                return Ok(true);
            }
            self.consume(used);
        }
    }
}

fn read(reader: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    loop {
        match reader.read(buffer) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            done => return done,
        }
    }
}

/// Counts what is consumed, and can give a few bytes a second time.
struct Counting<R> {
    inner: R,
    count: u64,
    again: &'static [u8],
}

impl<R: BufRead> Read for Counting<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let bytes = self.fill_buf()?;
        let length = bytes.len().min(buffer.len());
        buffer[..length].copy_from_slice(&bytes[..length]);
        self.consume(length);
        Ok(length)
    }
}

impl<R: BufRead> BufRead for Counting<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.again.is_empty() { self.inner.fill_buf() } else { Ok(self.again) }
    }

    fn consume(&mut self, amount: usize) {
        self.count += amount as u64;
        if self.again.is_empty() {
            self.inner.consume(amount);
        } else {
            self.again = &self.again[amount.min(self.again.len())..];
        }
    }
}
