use std::borrow::Cow;
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};

use crate::catalogue::ensure_epoch;
use crate::intake::{Counts, Intake, Pass};
use crate::member;
use crate::payload::{Payload, PayloadKind};
use crate::warc::{self, Stop};
use crate::{Error, ErrorKind, cdxj, chain, names, schema};

/// The writer of a data directory: archive first, catalogue second.
///
/// Several processes may each have one; they take turns, capture by capture.
/// When it is dropped, its WARC file is finished and enters the chain.
pub struct Store {
    pub(crate) archive: PathBuf,
    pub(crate) connection: Connection,
    pub(crate) read: Box<ReadCapture>,
    current: Option<Current>,
    /// Held while this process crawls.
    pub(crate) crawling: Option<File>,
}

/// Turns a capture into records: the same for a new capture and for a rebuild.
pub type ReadCapture = dyn Fn(&Payload, &mut Intake<'_>) -> Result<(), Error> + Send;

/// What became of a payload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stored {
    /// It was archived and read.
    Taken(Counts),
    /// The very bytes, to be read in the same way, are in the archive already.
    Known,
}

/// The WARC file that this process appends to.
struct Current {
    name: String,
    file: File,
    size: u64,
}

/// A WARC file is finished when it reaches this size, in bytes: 1 GiB.
const ROTATE: u64 = 1 << 30;

impl Store {
    /// Opens a data directory for writing, making it where it is missing.
    ///
    /// What a killed process archived and did not read is read now.
    ///
    /// # Errors
    ///
    /// A folder or file cannot be made, or the catalogue is of another version.
    pub fn open(data: &Path, read: Box<ReadCapture>) -> Result<Self, Error> {
        let archive = data.join("archive");
        std::fs::create_dir_all(&archive).map_err(|error| Error::io("make the folder", &archive, &error))?;
        let mut connection = connect(&data.join("catalogue.sqlite"))?;
        schema::migrate(&mut connection)?;
        ensure_epoch(&connection)?;
        let mut store = Self { archive, connection, read, current: None, crawling: None };
        let lock = store.lock()?;
        store.catch_up()?;
        drop(lock);
        Ok(store)
    }

    /// Archives a payload and reads it.
    ///
    /// When this returns, the payload is on the disk and its records are in
    /// the catalogue.
    ///
    /// # Errors
    ///
    /// Nothing of the payload is in the catalogue then. A disk that is full is
    /// [`ErrorKind::DiskFull`]; what was stored before is unharmed.
    pub fn put(&mut self, payload: &Payload) -> Result<Stored, Error> {
        let digest = payload.digest();
        let _lock = self.lock()?;
        if self.is_known(&digest, &payload.reading)? {
            return Ok(Stored::Known);
        }
        let time = self.next_time()?;
        self.open_current(&time)?;
        let current = self.current.as_mut().expect("it was just opened");
        let member = member::encode_file(payload, &time, &digest)
            .map_err(|error| Error::io("compress a record for", &self.archive, &error))?;
        let offset = current.append(&member, &self.archive)?;
        let (name, length) = (current.name.clone(), member.len() as u64);
        let place =
            Place { name: &name, offset, length, time: &time, date: None, digest: &digest, request: None };
        let counts = self.ingest(payload, &place)?;
        if offset + length >= ROTATE {
            self.finish_current()?;
        }
        Ok(Stored::Taken(counts))
    }

    /// Writes records in one go and reads the captures among them in one transaction; the caller holds the lock.
    pub(crate) fn settle(&mut self, members: &[u8], captures: Vec<Entry<'_>>) -> Result<Counts, Error> {
        let current = self.current.as_mut().expect("the caller has opened it");
        let offset = current.append(members, &self.archive)?;
        let name = current.name.clone();
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut counts = Counts::default();
        for Entry { payload, kind, request, member, time, date, digest } in captures {
            let place = Place {
                name: &name,
                offset: offset + member.start as u64,
                length: member.len() as u64,
                time: &time,
                date,
                digest: &digest,
                request: request.map(|request| offset + request as u64),
            };
            let payload = match kind == payload.kind {
                true => Cow::Borrowed(payload),
                false => Cow::Owned(Payload { kind, ..payload.clone() }),
            };
            counts.add(&read_into(&transaction, &self.read, &payload, &place, Pass::First)?);
        }
        note_size(&transaction, &name, offset + members.len() as u64)?;
        transaction.commit()?;
        if offset + members.len() as u64 >= ROTATE {
            self.finish_current()?;
        }
        Ok(counts)
    }

    pub(crate) fn compressing(&self, error: &io::Error) -> Error {
        Error::io("compress a record for", &self.archive, error)
    }

    /// Empties the catalogue and reads the whole archive again, in one transaction.
    ///
    /// `progress` is told the bytes of archive read so far and in all.
    ///
    /// # Errors
    ///
    /// A record is damaged or the catalogue cannot be written; the catalogue
    /// then is as it was.
    pub fn rebuild(&mut self, progress: &mut dyn FnMut(u64, u64)) -> Result<Counts, Error> {
        let _lock = self.lock()?;
        self.finish_current()?;
        let mut records = Vec::new();
        let mut total = 0;
        let names = warc_names(&self.archive)?;
        for name in &names {
            let path = self.archive.join(name);
            let mut request = None;
            let end = warc::read_records::<Error>(&path, 0, |record| {
                if record.is_capture() {
                    records.push((record.time, name.clone(), record.offset, request));
                }
                request = (record.kind == "request").then_some(record.offset);
                Ok(())
            });
            total += match end {
                Ok(end) => end?,
                Err(Stop::Torn(at)) => return Err(damaged(&path, at)),
                Err(Stop::Io(error)) => return Err(Error::io("read", &path, &error)),
            };
        }
        records.sort();
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        names::remember(&transaction, "(SELECT id FROM article)")?;
        for table in schema::DERIVED {
            transaction.execute(&format!("DELETE FROM {table}"), [])?;
        }
        transaction.execute("DELETE FROM meta WHERE key = 'epoch'", [])?;
        let mut counts = Counts::default();
        let mut done = 0;
        for (_, name, offset, request) in &records {
            let record = warc::read_at(&self.archive.join(name), *offset)?;
            counts.add(&read_into(
                &transaction,
                &self.read,
                &record.payload,
                &Place::of(&record, name, *request),
                Pass::Rebuild,
            )?);
            done += record.length;
            progress(done, total);
        }
        for name in &names {
            note_size(&transaction, name, file_size(&self.archive.join(name))?)?;
        }
        names::forget(&transaction)?;
        ensure_epoch(&transaction)?;
        transaction.commit()?;
        Ok(counts)
    }

    fn ingest(&mut self, payload: &Payload, place: &Place<'_>) -> Result<Counts, Error> {
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let counts = read_into(&transaction, &self.read, payload, place, Pass::First)?;
        note_size(&transaction, place.name, place.offset + place.length)?;
        transaction.commit()?;
        Ok(counts)
    }

    /// Reads what is in the archive and not in the catalogue; the caller holds the lock.
    fn catch_up(&mut self) -> Result<(), Error> {
        let finished = chain::finished(&self.archive)?;
        for name in warc_names(&self.archive)? {
            let path = self.archive.join(&name);
            let known = self.known_size(&name)?;
            let size = file_size(&path)?;
            if size > known {
                self.read_tail(&name, &path, known, finished.contains(&name))?;
            }
            if !finished.contains(&name) && is_abandoned(&path)? {
                finish(&self.archive, &self.connection, &name)?;
            }
        }
        Ok(())
    }

    fn read_tail(&mut self, name: &str, path: &Path, known: u64, is_finished: bool) -> Result<(), Error> {
        let mut request = None;
        let end = warc::read_records::<Error>(path, known, |record| {
            if record.is_capture() {
                self.ingest(&record.payload, &Place::of(&record, name, request))?;
            }
            request = (record.kind == "request").then_some(record.offset);
            Ok(())
        });
        match end {
            Ok(end) => note_size(&self.connection, name, end?),
            // A finished file was whole when it entered the chain: this is damage, and nothing of it is touched.
            Err(Stop::Torn(at)) if is_finished => Err(damaged(path, at)),
            Err(Stop::Torn(at)) => {
                set_aside(path, at)?;
                note_size(&self.connection, name, at)
            }
            Err(Stop::Io(error)) => Err(Error::io("read", path, &error)),
        }
    }

    pub(crate) fn is_known(&self, digest: &str, reading: &str) -> Result<bool, Error> {
        let mut find =
            self.connection.prepare_cached("SELECT 1 FROM capture WHERE digest = ?1 AND reading = ?2")?;
        Ok(find.query_row([digest, reading], |_| Ok(())).optional()?.is_some())
    }

    fn known_size(&self, name: &str) -> Result<u64, Error> {
        let mut find = self.connection.prepare_cached("SELECT size FROM warc WHERE name = ?1")?;
        let size: Option<i64> = find.query_row([name], |row| row.get(0)).optional()?;
        Ok(size.unwrap_or(0) as u64)
    }

    /// Now, or a microsecond after the last capture where the clock went back: captures have one order.
    pub(crate) fn next_time(&self) -> Result<String, Error> {
        let last: Option<String> = self
            .connection
            .prepare_cached("SELECT time FROM capture ORDER BY id DESC LIMIT 1")?
            .query_row([], |row| row.get(0))
            .optional()?;
        let now = Timestamp::now();
        let after = last.and_then(|time| after(&time));
        Ok(print_time(after.map_or(now, |after| after.max(now))))
    }

    pub(crate) fn open_current(&mut self, time: &str) -> Result<(), Error> {
        if self.current.is_some() {
            return Ok(());
        }
        let stamp: String = time.chars().filter(char::is_ascii_digit).collect();
        let name = format!("sinmun-{stamp}-{}.warc.gz", std::process::id());
        let path = self.archive.join(&name);
        let make = || -> io::Result<Current> {
            let file = OpenOptions::new().append(true).create_new(true).open(&path)?;
            file.try_lock().map_err(io::Error::from)?;
            let mut current = Current { name: name.clone(), file, size: 0 };
            current.write(&member::encode_info(time, &name)?)?;
            sync_folder(&self.archive)?;
            Ok(current)
        };
        let current = make().map_err(|error| Error::io("write", &path, &error))?;
        note_size(&self.connection, &current.name, current.size)?;
        self.current = Some(current);
        Ok(())
    }

    fn finish_current(&mut self) -> Result<(), Error> {
        match self.current.take() {
            Some(current) => finish(&self.archive, &self.connection, &current.name),
            None => Ok(()),
        }
    }

    /// The lock that writers of this data directory take in turn; it is free again when dropped.
    pub(crate) fn lock(&self) -> Result<File, Error> {
        let path = self.archive.join(".lock");
        let open = || -> io::Result<File> {
            let file = OpenOptions::new().create(true).truncate(false).write(true).open(&path)?;
            file.lock()?;
            Ok(file)
        };
        open().map_err(|error| Error::io("lock", &path, &error))
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        if let Ok(_lock) = self.lock() {
            let _ = self.finish_current(); // else the next writer finishes it
        }
    }
}

impl Current {
    /// Appends records; returns where they begin.
    fn append(&mut self, members: &[u8], archive: &Path) -> Result<u64, Error> {
        let offset = self.size;
        match self.write(members) {
            Ok(()) => Ok(offset),
            Err(error) => {
                let _ = self.file.set_len(offset); // a torn tail would be set aside later anyway
                Err(Error::io("write", &archive.join(&self.name), &error))
            }
        }
    }

    fn write(&mut self, member: &[u8]) -> io::Result<()> {
        self.file.write_all(member)?;
        self.file.sync_data()?;
        self.size += member.len() as u64;
        Ok(())
    }
}

/// A capture among records that are written in one go.
pub(crate) struct Entry<'a> {
    pub(crate) payload: &'a Payload,
    /// What it is in the archive.
    pub(crate) kind: PayloadKind,
    /// Where the record of its request begins.
    pub(crate) request: Option<usize>,
    /// Its own record.
    pub(crate) member: Range<usize>,
    pub(crate) time: String,
    pub(crate) date: Option<&'a str>,
    pub(crate) digest: String,
}

/// Where a record stands.
struct Place<'a> {
    name: &'a str,
    offset: u64,
    length: u64,
    time: &'a str,
    date: Option<&'a str>,
    digest: &'a str,
    request: Option<u64>,
}

impl<'a> Place<'a> {
    fn of(record: &'a warc::Record, name: &'a str, request: Option<u64>) -> Self {
        Self {
            name,
            offset: record.offset,
            length: record.length,
            time: &record.time,
            date: (record.date != record.time).then_some(&record.date),
            digest: &record.digest,
            request: request.filter(|_| record.payload.kind != PayloadKind::File),
        }
    }
}

fn read_into(
    transaction: &rusqlite::Transaction<'_>,
    read: &ReadCapture,
    payload: &Payload,
    place: &Place<'_>,
    pass: Pass,
) -> Result<Counts, Error> {
    note_size(transaction, place.name, 0)?;
    transaction
        .prepare_cached(
            "INSERT INTO capture(warc, offset, length, target, origin, reading, time, digest, kind, status, mime, date, \
             request) VALUES ((SELECT id FROM warc WHERE name = ?1), ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
        )?
        .execute(params![
            place.name,
            place.offset as i64,
            place.length as i64,
            payload.target,
            payload.origin,
            payload.reading,
            place.time,
            place.digest,
            payload.kind as i64,
            payload.status(),
            payload.mime(),
            place.date,
            place.request.map(|offset| offset as i64)
        ])?;
    let capture = transaction.last_insert_rowid();
    let mut intake = Intake::new(transaction, capture, payload, place.time, place.date, pass)?;
    read(payload, &mut intake)?;
    Ok(intake.finish())
}

/// Ends a WARC file: its index of pages is written beside it, and it enters the chain.
fn finish(archive: &Path, catalogue: &Connection, name: &str) -> Result<(), Error> {
    cdxj::write(archive, catalogue, name)?;
    chain::extend(archive, name)
}

/// Remembers how far a file has been read; never less than before.
fn note_size(connection: &Connection, name: &str, size: u64) -> Result<(), Error> {
    connection
        .prepare_cached(
            "INSERT INTO warc(name, size) VALUES (?1, ?2) ON CONFLICT(name) DO UPDATE SET size = max(size, ?2)",
        )?
        .execute(params![name, size as i64])?;
    Ok(())
}

pub(crate) fn connect(path: &Path) -> Result<Connection, Error> {
    let connection = Connection::open(path)
        .map_err(|error| Error::of(ErrorKind::Io, format!("cannot open {}: {error}", path.display())))?;
    connection.busy_timeout(Duration::from_secs(60))?;
    connection.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -65536; \
         PRAGMA wal_autocheckpoint = 8000;",
    )?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}

/// A microsecond later.
fn after(time: &str) -> Option<Timestamp> {
    time.parse::<Timestamp>().ok()?.checked_add(jiff::SignedDuration::from_micros(1)).ok()
}

/// The time of the next capture.
pub(crate) fn following(time: &str) -> String {
    print_time(after(time).unwrap_or_else(Timestamp::now))
}

/// Now, as the catalogue writes times.
pub(crate) fn now() -> String {
    print_time(Timestamp::now())
}

fn print_time(time: Timestamp) -> String {
    format!("{time:.6}")
}

pub(crate) fn warc_names(archive: &Path) -> Result<Vec<String>, Error> {
    let list = || -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in std::fs::read_dir(archive)? {
            if let Ok(name) = entry?.file_name().into_string()
                && name.ends_with(".warc.gz")
            {
                names.push(name);
            }
        }
        names.sort();
        Ok(names)
    };
    list().map_err(|error| Error::io("read the folder", archive, &error))
}

pub(crate) fn file_size(path: &Path) -> Result<u64, Error> {
    std::fs::metadata(path).map(|found| found.len()).map_err(|error| Error::io("read", path, &error))
}

/// Whether the process that wrote a file is gone: it holds a lock as long as it lives.
fn is_abandoned(path: &Path) -> Result<bool, Error> {
    let file = File::open(path).map_err(|error| Error::io("read", path, &error))?;
    Ok(file.try_lock_shared().is_ok())
}

/// Makes the name of a new file as durable as its bytes, where the platform can.
fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

/// Moves the bytes behind the last whole record into a file of their own.
fn set_aside(path: &Path, at: u64) -> Result<(), Error> {
    let cut = || -> io::Result<()> {
        let bytes = std::fs::read(path)?;
        let torn = path.with_extension(format!("torn-at-{at}"));
        std::fs::write(&torn, bytes.get(at as usize..).unwrap_or_default())?;
        File::open(&torn)?.sync_all()?;
        let file = OpenOptions::new().write(true).open(path)?;
        file.set_len(at)?;
        file.sync_all()
    };
    cut().map_err(|error| Error::io("set aside the torn end of", path, &error))
}

fn damaged(path: &Path, at: u64) -> Error {
    let message =
        format!("{}: the record at byte {at} is damaged; restore the file from a backup", path.display());
    Error::of(ErrorKind::ArchiveDamaged, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn payload(text: &str) -> Payload {
        let (target, origin) = ("file:a#part=1".to_owned(), "o".to_owned());
        let kind = PayloadKind::File;
        Payload { kind, target, origin, reading: "{}".into(), bytes: text.as_bytes().to_vec() }
    }

    fn open(data: &Path) -> Result<Store, Error> {
        Store::open(data, Box::new(|_, intake| intake.reject(1, "counted")))
    }

    fn captures(data: &Path) -> i64 {
        let catalogue = connect(&data.join("catalogue.sqlite")).unwrap();
        catalogue.query_row("SELECT count(*) FROM capture", [], |row| row.get(0)).unwrap()
    }

    #[test]
    fn what_was_archived_and_not_read_is_read_by_the_next_writer() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path();
        let mut store = open(data).unwrap();
        store.put(&payload("one")).unwrap();
        // As a process leaves it that is killed after the archive and before the catalogue, in mid-record.
        let name = store.current.as_ref().unwrap().name.clone();
        let time = "2026-01-01T00:00:00.000000Z";
        let path = data.join("archive").join(&name);
        let whole = member::encode_file(&payload("two"), time, &payload("two").digest()).unwrap();
        let torn = &member::encode_file(&payload("three"), time, "d").unwrap()[..40];
        let mut bytes = std::fs::read(&path).unwrap();
        std::mem::forget(store.current.take());
        bytes.extend_from_slice(&whole);
        let sound = bytes.len() as u64;
        bytes.extend_from_slice(torn);
        std::fs::write(&path, &bytes).unwrap();
        drop(store);
        drop(open(data).unwrap());
        assert_eq!(captures(data), 2);
        assert_eq!(file_size(&path).unwrap(), sound);
        let aside = path.with_extension(format!("torn-at-{sound}"));
        assert_eq!(std::fs::read(aside).unwrap(), torn, "nothing is thrown away");
    }

    #[test]
    fn a_finished_file_is_never_cut() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path();
        let mut store = open(data).unwrap();
        store.put(&payload("one")).unwrap();
        drop(store);
        let name = chain::finished(&data.join("archive")).unwrap().remove(0);
        let path = data.join("archive").join(name);
        let mut bytes = std::fs::read(&path).unwrap();
        let middle = bytes.len() - 30;
        bytes[middle] ^= 0xff;
        std::fs::write(&path, &bytes).unwrap();
        for name in ["catalogue.sqlite", "catalogue.sqlite-wal", "catalogue.sqlite-shm"] {
            let _ = std::fs::remove_file(data.join(name));
        }
        let Err(error) = open(data) else { panic!("damage passes for a torn end") };
        assert_eq!(error.kind(), ErrorKind::ArchiveDamaged);
        assert_eq!(std::fs::read(&path).unwrap(), bytes, "the evidence is as it was");
    }
}
