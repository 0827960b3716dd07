use std::fs::File;
use std::io::{self, BufReader, Read};

use zip::ZipArchive;

/// A WACZ file: a ZIP with WARC files in its folder `archive`.
///
/// Nothing is unpacked to the disk; the names inside serve as labels only.
pub(super) struct Wacz {
    zip: ZipArchive<BufReader<File>>,
    /// The WARC files, by their place.
    pub(super) warcs: Vec<(usize, String)>,
    /// What tells of the whole and may sign it.
    pub(super) papers: Vec<(usize, String)>,
}

/// More files than this are not made by any program that archives pages.
const MOST_FILES: usize = 100_000;

/// How many times larger than what came a file inside may be: HTML packs about 1 : 6, a packed WARC not at all.
const RATIO: u64 = 100;

/// Up to here, in bytes, the ratio does not count.
const FLOOR: u64 = 16 << 20;

/// The largest of the papers that is kept, in bytes.
pub(super) const LARGEST_PAPER: u64 = 16 << 20;

impl Wacz {
    pub(super) fn open(file: File) -> io::Result<Self> {
        let zip = ZipArchive::new(BufReader::new(file)).map_err(|error| no_wacz(&error.to_string()))?;
        if zip.len() > MOST_FILES {
            return Err(no_wacz(&format!("it says that it has {} files", zip.len())));
        }
        let mut wacz = Self { zip, warcs: Vec::new(), papers: Vec::new() };
        for place in 0..wacz.zip.len() {
            let Some(name) = wacz.zip.name_for_index(place).map(str::to_owned) else { continue };
            let lower = name.to_ascii_lowercase();
            if lower.starts_with("archive/") && (lower.ends_with(".warc.gz") || lower.ends_with(".warc")) {
                wacz.warcs.push((place, name));
            } else if matches!(&*lower, "datapackage.json" | "datapackage-digest.json" | "pages/pages.jsonl")
            {
                wacz.papers.push((place, name));
            }
        }
        wacz.warcs.sort_by(|one, other| one.1.cmp(&other.1));
        match wacz.warcs.is_empty() {
            true => Err(no_wacz("it has no WARC file in its folder archive/")),
            false => Ok(wacz),
        }
    }

    /// A file inside, unpacked as it is read; more than an honest one would hold is an error of its reader.
    pub(super) fn open_file(&mut self, place: usize) -> io::Result<impl Read + '_> {
        let entry = self.zip.by_index(place).map_err(|error| io::Error::other(error.to_string()))?;
        let room = entry.compressed_size().saturating_mul(RATIO).max(FLOOR);
        Ok(Bounded { inner: entry, room })
    }
}

fn no_wacz(why: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("no WACZ file that can be read: {why}"))
}

struct Bounded<R> {
    inner: R,
    room: u64,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        match self.room.checked_sub(read as u64) {
            Some(room) => self.room = room,
            None => return Err(io::Error::other("it unpacks to far more than there is of it")),
        }
        Ok(read)
    }
}
