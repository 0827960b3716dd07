use std::collections::HashMap;
use std::path::Path;

use rusqlite::Connection;
use sha2::{Digest, Sha256};

use crate::warc::{self, Record, Stop, hexadecimal};
use crate::{Error, chain, store};

/// What a verification of the archive found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verification {
    /// WARC files read.
    pub files: u64,
    /// Records read.
    pub records: u64,
    /// Captures of the catalogue that point at their record.
    pub captures: u64,
    /// What is wrong; nothing where the archive is sound.
    pub problems: Vec<Problem>,
}

/// Something that is wrong with the archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The file in the archive.
    pub file: String,
    /// The byte at which the record begins, where it is about one.
    pub offset: Option<u64>,
    /// What is wrong, and what to do.
    pub what: String,
}

/// A capture as the catalogue knows it, by file and offset.
type Known = HashMap<(String, u64), (u64, String)>;

/// Reads the whole archive and checks every line of the chain, every digest, and every pointer of the catalogue.
///
/// `progress` is told the bytes read and in all.
///
/// # Errors
///
/// A file cannot be read. What is wrong with the contents is in the answer.
pub fn verify(data: &Path, progress: &mut dyn FnMut(u64, u64)) -> Result<Verification, Error> {
    let archive = data.join("archive");
    let mut found = Verification::default();
    let finished = chain::verify(&archive, &mut found.problems)?;
    let mut known = match data.join("catalogue.sqlite").is_file() {
        true => known_captures(&store::connect(&data.join("catalogue.sqlite"))?)?,
        false => Known::new(),
    };
    let names = store::warc_names(&archive)?;
    let sizes: Result<Vec<u64>, Error> =
        names.iter().map(|name| store::file_size(&archive.join(name))).collect();
    let (sizes, mut done) = (sizes?, 0);
    let total = sizes.iter().sum();
    for (name, size) in names.iter().zip(sizes) {
        found.files += 1;
        verify_file(&archive, name, finished.contains(name), &mut known, &mut found)?;
        done += size;
        progress(done, total);
    }
    for ((file, offset), _) in known {
        let what =
            "the catalogue names a record that is not there: `sinmun rebuild` makes it again".to_owned();
        found.problems.push(Problem { file, offset: Some(offset), what });
    }
    found.problems.sort_by(|one, other| (&one.file, one.offset).cmp(&(&other.file, other.offset)));
    Ok(found)
}

fn verify_file(
    archive: &Path,
    name: &str,
    is_finished: bool,
    known: &mut Known,
    found: &mut Verification,
) -> Result<(), Error> {
    let path = archive.join(name);
    let end = warc::read_records::<Error>(&path, 0, |record| {
        found.records += 1;
        let mut tell = |what: &str| {
            let problem =
                Problem { file: name.to_owned(), offset: Some(record.offset), what: what.to_owned() };
            found.problems.push(problem);
        };
        if let Some(what) = wrong_digest(&record) {
            tell(what);
        }
        if record.is_capture() {
            match known.remove(&(name.to_owned(), record.offset)) {
                Some((length, digest)) if length == record.length && digest == record.digest => {
                    found.captures += 1
                }
                Some(_) => tell("the catalogue knows another record here: `sinmun rebuild` makes it again"),
                None => tell("the catalogue does not know the record: the next import or crawl reads it"),
            }
        }
        Ok(())
    });
    match end {
        Ok(end) => end.map(drop),
        Err(Stop::Torn(at)) => {
            let what = match is_finished {
                true => "the record is damaged: restore the file from a backup",
                false => "the file ends inside a record: the next import or crawl sets the torn end aside",
            };
            found.problems.push(Problem { file: name.to_owned(), offset: Some(at), what: what.to_owned() });
            Ok(())
        }
        Err(Stop::Io(error)) => Err(Error::io("read", &path, &error)),
    }
}

fn wrong_digest(record: &Record) -> Option<&'static str> {
    let block = hexadecimal(&Sha256::digest(&record.payload.bytes));
    if record.block_digest.as_ref().is_some_and(|digest| *digest != block) {
        return Some("the record's bytes do not have its digest: restore the file from a backup");
    }
    let has_body = matches!(record.kind.as_str(), "resource" | "response");
    (has_body && record.payload.digest() != record.digest)
        .then_some("the body does not have its digest: restore the file from a backup")
}

fn known_captures(catalogue: &Connection) -> Result<Known, Error> {
    let mut statement = catalogue.prepare(
        "SELECT warc.name, offset, length, digest FROM capture JOIN warc ON warc.id = capture.warc",
    )?;
    let rows = statement.query_map([], |row| {
        let (offset, length): (i64, i64) = (row.get(1)?, row.get(2)?);
        Ok(((row.get(0)?, offset as u64), (length as u64, row.get(3)?)))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
