use std::io::{self, BufRead};

use crate::stream::Stream;

/// The records of a WARC file that another program wrote.
///
/// WARC 1.0 and 1.1 are read, plain or packed with gzip, in members of any
/// cut. Any bytes give records and damages, in bounded memory: behind a damage the
/// reading goes on with the next record that can be found.
pub struct ForeignRecords<R: BufRead> {
    stream: Stream<R>,
    state: State,
}

/// A record as another program wrote it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForeignRecord {
    /// Where it begins: the byte of the file, or, in one gzip stream, that of the stream.
    pub offset: u64,
    /// The header's fields in their order, as they were written.
    pub fields: Vec<(String, String)>,
    /// The block.
    pub block: Vec<u8>,
}

/// Something in a WARC file that is no whole record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Damage {
    /// Where the record begins that it is about.
    pub offset: u64,
    /// What is wrong with it.
    pub reason: String,
}

/// The largest block that is taken in, in bytes.
const LARGEST: u64 = 64 << 20;

/// The longest header, in bytes.
const LONGEST_HEADER: usize = 64 << 10;

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// The next byte begins a record.
    Ready,
    /// The next record has to be looked for.
    Lost,
    Ended,
}

impl ForeignRecord {
    /// The first field of a name, in any case.
    pub fn field(&self, name: &str) -> Option<&str> {
        let found = self.fields.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    /// `WARC-Type`.
    pub fn kind(&self) -> &str {
        self.field("WARC-Type").unwrap_or_default()
    }

    /// `WARC-Target-URI`, without the angle brackets in which some programs put it.
    pub fn target(&self) -> &str {
        bare(self.field("WARC-Target-URI").unwrap_or_default())
    }

    /// `WARC-Record-ID`, without its angle brackets.
    pub fn id(&self) -> &str {
        bare(self.field("WARC-Record-ID").unwrap_or_default())
    }

    /// Header and block as one piece, for records that are kept and not read.
    pub fn whole(&self) -> Vec<u8> {
        let head: String = self.fields.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        [head.as_bytes(), b"\r\n", &self.block].concat()
    }
}

fn bare(value: &str) -> &str {
    value.strip_prefix('<').and_then(|value| value.strip_suffix('>')).unwrap_or(value)
}

impl<R: BufRead> ForeignRecords<R> {
    /// Begins to read.
    ///
    /// # Errors
    ///
    /// The first bytes cannot be read.
    pub fn new(reader: R) -> io::Result<Self> {
        Ok(Self { stream: Stream::new(reader)?, state: State::Ready })
    }

    /// How many bytes of the file have been taken.
    pub fn taken(&self) -> u64 {
        self.stream.taken()
    }

    fn record(&mut self) -> Result<Option<ForeignRecord>, Damage> {
        // Between records there may be more or fewer empty lines than there should be.
        loop {
            let first = self.stream.fill().map(|bytes| bytes.first().copied());
            // Filling may have gone on to the next member.
            let at = self.stream.place();
            let first = first.map_err(|error| broken(&mut self.state, at, &error))?;
            let Some(first) = first else { return Ok(None) };
            if !matches!(first, b'\r' | b'\n') {
                break;
            }
            self.stream.consume(1);
        }
        let offset = self.stream.place();
        let wrong = |reason: &str| Damage { offset, reason: reason.to_owned() };
        let fields = self.header(offset)?;
        let mut record = ForeignRecord { offset, fields, block: Vec::new() };
        let length = record.field("Content-Length").and_then(|length| length.trim().parse::<u64>().ok());
        let Some(length) = length else {
            self.state = State::Lost;
            return Err(wrong("a record that does not say its length"));
        };
        let mut left = length;
        while left > 0 {
            let bytes = self.stream.fill().map_err(|error| broken(&mut self.state, offset, &error))?;
            if bytes.is_empty() {
                self.state = State::Ended;
                return Err(wrong("the file breaks off inside the record"));
            }
            let part = bytes.len().min(usize::try_from(left).unwrap_or(usize::MAX));
            if length <= LARGEST {
                record.block.extend_from_slice(&bytes[..part]);
            }
            self.stream.consume(part);
            left -= part as u64;
            if length > LARGEST && self.stream.is_bomb() {
                self.state = State::Lost;
                return Err(wrong("the record unpacks to far more than there is of it"));
            }
        }
        if length > LARGEST {
            let reason = format!("a record of {length} bytes; more than {} are not taken in", LARGEST);
            return Err(wrong(&reason));
        }
        Ok(Some(record))
    }

    fn header(&mut self, offset: u64) -> Result<Vec<(String, String)>, Damage> {
        let wrong = |state: &mut State, reason: &str| {
            *state = State::Lost;
            Damage { offset, reason: reason.to_owned() }
        };
        let mut room = LONGEST_HEADER;
        let mut fields: Vec<(String, String)> = Vec::new();
        let mut is_first = true;
        loop {
            let line = self.line(offset, &mut room)?;
            let text = String::from_utf8_lossy(&line);
            let text = text.trim_end_matches(['\r', '\n']);
            if is_first {
                if !matches!(text.trim_end(), "WARC/1.0" | "WARC/1.1") {
                    return Err(wrong(&mut self.state, "no record of WARC 1.0 or 1.1"));
                }
                is_first = false;
            } else if text.is_empty() {
                return Ok(fields);
            } else if text.starts_with([' ', '\t'])
                && let Some((_, value)) = fields.last_mut()
            {
                value.push(' ');
                value.push_str(text.trim());
            } else if let Some((name, value)) = text.split_once(':') {
                fields.push((name.trim().to_owned(), value.trim().to_owned()));
            } else {
                return Err(wrong(&mut self.state, "the record's header cannot be read"));
            }
        }
    }

    /// A line with its end; `room` is what the header may still have.
    fn line(&mut self, offset: u64, room: &mut usize) -> Result<Vec<u8>, Damage> {
        let mut line = Vec::new();
        loop {
            let bytes = self.stream.fill().map_err(|error| broken(&mut self.state, offset, &error))?;
            if bytes.is_empty() {
                self.state = State::Ended;
                let is_first = *room + line.len() == LONGEST_HEADER;
                let reason = match is_first && !line.starts_with(b"WARC/") {
                    true => "no record of WARC 1.0 or 1.1".to_owned(),
                    false => "the file breaks off inside the record's header".to_owned(),
                };
                return Err(Damage { offset, reason });
            }
            let end = bytes.iter().position(|byte| *byte == b'\n');
            let part = end.map_or(bytes.len(), |end| end + 1);
            if part > *room {
                self.state = State::Lost;
                let is_first = *room + line.len() == LONGEST_HEADER;
                let begins = if line.is_empty() { bytes } else { &line };
                let reason = if !is_first || begins.starts_with(b"WARC/") {
                    format!("the record's header has more than {LONGEST_HEADER} bytes")
                } else {
                    "no record of WARC 1.0 or 1.1".to_owned()
                };
                return Err(Damage { offset, reason });
            }
            *room -= part;
            line.extend_from_slice(&bytes[..part]);
            self.stream.consume(part);
            if end.is_some() {
                return Ok(line);
            }
        }
    }

    /// Goes on to the next record that can be found; `false` where there is none.
    fn recover(&mut self) -> bool {
        while let Ok(true) = self.stream.find_record() {
            if self.stream.fill().is_ok_and(|bytes| bytes.starts_with(b"WARC/1.")) {
                return true;
            }
        }
        false
    }
}

impl<R: BufRead> Iterator for ForeignRecords<R> {
    type Item = Result<ForeignRecord, Damage>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.state == State::Lost {
            self.state = if self.recover() { State::Ready } else { State::Ended };
        }
        if self.state == State::Ended {
            return None;
        }
        self.record().transpose()
    }
}

fn broken(state: &mut State, offset: u64, error: &io::Error) -> Damage {
    *state = State::Lost;
    let reason = match error.kind() {
        io::ErrorKind::UnexpectedEof => "the file breaks off inside a gzip member".to_owned(),
        _ => format!("damaged, or no WARC file: {error}"),
    };
    Damage { offset, reason }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    fn record(number: u8) -> Vec<u8> {
        let block = vec![b'0' + number; usize::from(number) * 40_000];
        let head = format!(
            "WARC/1.{}\r\nWARC-Type: response\r\nWARC-Target-URI: <http://a.example/{number}>\r\nX: a\r\n b\r\nContent-Length: {}\r\n\r\n",
            number % 2,
            block.len()
        );
        [head.as_bytes(), &block, b"\r\n\r\n"].concat()
    }

    fn pack(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(bytes).and_then(|()| encoder.finish()).expect("memory takes it")
    }

    /// Targets of records and offsets of damages.
    fn read(bytes: &[u8]) -> Vec<String> {
        let records = ForeignRecords::new(bytes).expect("a slice can be read");
        let print = |item: Result<ForeignRecord, Damage>| match item {
            Ok(record) => record.target().to_owned(),
            Err(damage) => format!("{} {}", damage.offset, damage.reason),
        };
        records.map(print).collect()
    }

    const ALL: [&str; 3] = ["http://a.example/1", "http://a.example/2", "http://a.example/3"];

    #[test]
    fn records_are_read_however_they_are_packed() {
        let records = [record(1), record(2), record(3)];
        let plain = records.concat();
        assert_eq!(read(&plain), ALL);
        assert_eq!(read(&records.each_ref().map(|record| pack(record)).concat()), ALL);
        assert_eq!(read(&pack(&plain)), ALL);
        assert_eq!(
            read(&plain.split(|byte| *byte == b'\r').collect::<Vec<_>>().concat()),
            ALL,
            "bare line ends"
        );
        assert_eq!(read(b""), Vec::<String>::new());
        let first = ForeignRecords::new(plain.as_slice()).unwrap().next().unwrap().unwrap();
        assert_eq!((first.field("x"), first.block.len()), (Some("a b"), 40_000));
    }

    #[test]
    fn behind_a_damage_the_reading_goes_on() {
        let packed = [record(1), record(2), record(3)].map(|record| pack(&record));
        let mut bytes = packed.concat();
        let (second, third) = (packed[0].len(), packed[0].len() + packed[1].len());
        bytes[second + 20] ^= 0xff;
        bytes[second + 60] ^= 0xff;
        let found = read(&bytes);
        assert!(found.first().is_some_and(|first| first == ALL[0]), "{found:?}");
        assert!(found[1].starts_with(&second.to_string()), "{found:?}");
        assert_eq!(found.last().map(String::as_str), Some(ALL[2]));

        let found = read(&packed.concat()[..third + 30]);
        assert_eq!(found[..2], ALL[..2]);
        assert_eq!(found[2..], [format!("{third} the file breaks off inside a gzip member")]);

        let plain =
            [record(1), b"WARC/9.9\r\nrubbish".to_vec(), record(2), b"rubbish\r\n".to_vec(), record(3)];
        let found = read(&plain.concat());
        let at = record(1).len();
        assert_eq!(found[..3], [ALL[0], &format!("{at} no record of WARC 1.0 or 1.1"), ALL[2]]);
    }

    #[test]
    fn what_is_out_of_bounds_is_refused_and_skipped() {
        let head = |length: &str| format!("WARC/1.0\r\nContent-Length: {length}\r\n\r\n").into_bytes();
        let huge = [head("70000000"), vec![b' '; 70_000_000], b"\r\n\r\n".to_vec(), record(1)].concat();
        let expected = ["0 a record of 70000000 bytes; more than 67108864 are not taken in", ALL[0]];
        assert_eq!(read(&huge), expected);
        let endless = [head("9999999999"), record(1)].concat();
        assert_eq!(read(&endless), ["0 the file breaks off inside the record"]);
        let untold = [head("-1"), record(1)].concat();
        assert_eq!(
            read(&untold),
            ["0 a record that does not say its length"],
            "the one behind has no line before it"
        );
        let bomb = [b"WARC/1.0\r\nX: ".to_vec(), vec![b'x'; 1 << 20], b"\r\n".to_vec(), record(1)].concat();
        assert_eq!(read(&bomb), ["0 the record's header has more than 65536 bytes", ALL[0]]);
        let zeros = pack(&[head("300000000"), vec![0; 300_000_000]].concat());
        let found = read(&[zeros, pack(&record(1))].concat());
        assert_eq!(found, ["0 the record unpacks to far more than there is of it", ALL[0]]);
        assert_eq!(read(&vec![b'x'; 1 << 20]), ["0 no record of WARC 1.0 or 1.1"]);
    }

    #[test]
    fn any_bytes_come_to_an_end() {
        let mut state = 1u64;
        for round in 0..3000 {
            let mut bytes = [record(1), pack(&record(1)), vec![0x1f, 0x8b, 8], vec![]][round % 4].clone();
            bytes.truncate(round % 211);
            for _ in 0..round % 97 {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                bytes.push(
                    [b'\n', 0x1f, 0x8b, 8, b'W', b':']
                        .get((state >> 61) as usize)
                        .copied()
                        .unwrap_or((state >> 40) as u8),
                );
            }
            assert!(read(&bytes).len() <= bytes.len() + 1);
        }
    }
}
