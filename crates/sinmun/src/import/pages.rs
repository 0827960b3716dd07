//! Pages that other programs archived: WARC and WACZ files.

use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek};
use std::path::Path;

use sha2::{Digest, Sha256};
use sinmun_archive::{
    Circumstances, Counts, Earlier, ForeignRecord, ForeignRecords, Payload, PayloadKind, Provenance, Store,
};
use sinmun_article::{Language, SourceId};
use sinmun_sources::Sources;

use super::ImportEvent;
use super::verdict::{Judge, Verdict};
use super::wacz::{LARGEST_PAPER, Wacz};
use crate::error::Error;
use crate::reading::Reading;

/// What became of the records of WARC files.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PageCounts {
    /// Pages read as articles, also those that tell that one is not there any more.
    pub read: u64,
    /// Pages of a known source that are no articles: kept, not read.
    pub no_article: u64,
    /// Captures that are kept and not read, by reason.
    pub not_read: BTreeMap<String, u64>,
    /// Captures that were in the archive already.
    pub known: u64,
    /// Other records that are kept: what a program tells of itself, of pages, of pictures.
    pub other: u64,
    /// What could not be taken in, by reason.
    pub rejected: BTreeMap<String, u64>,
}

/// Records that are stored in one go, and their bytes.
const MOST_PENDING: usize = 64;
const MOST_BYTES: usize = 8 << 20;

/// Requests that wait for their response.
const MOST_REQUESTS: usize = 16;

/// Digests that are remembered, for revisits that name nothing else.
const MOST_DIGESTS: usize = 100_000;

/// Whether a file has pages that others archived, by its name or its first bytes.
pub(super) fn is_pages(path: &Path) -> bool {
    if is_named_so(path) {
        return true;
    }
    let mut beginning = [0; 7];
    let read = File::open(path).and_then(|mut file| file.read_exact(&mut beginning));
    read.is_ok() && beginning == *b"WARC/1."
}

/// Whether a file is called as a WARC or WACZ file is.
pub(super) fn is_named_so(path: &Path) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy().to_ascii_lowercase()).unwrap_or_default();
    [".warc", ".warc.gz", ".wacz"].iter().any(|ending| name.ends_with(ending))
}

/// What stands in for what the pages do not say.
pub(super) struct Defaults<'a> {
    pub(super) sources: &'a Sources,
    pub(super) source: Option<&'a SourceId>,
    pub(super) language: Option<Language>,
}

/// Takes in a file; what of it cannot be read is told, and the rest goes on. Returns whether anything came in.
pub(super) fn store(
    path: &Path,
    mut file: File,
    store: &mut Store,
    defaults: &Defaults<'_>,
    summary: (&mut PageCounts, &mut Counts),
    on: &(dyn Fn(ImportEvent) + Sync),
) -> Result<io::Result<bool>, Error> {
    let sha256 = match hash(&mut file) {
        Ok(sha256) => sha256,
        Err(error) => return Ok(Err(error)),
    };
    let name = path.file_name().map_or_else(|| "file".into(), |name| name.to_string_lossy()).into_owned();
    let mut pages = Pages {
        path,
        store,
        judge: Judge { sources: defaults.sources, source: defaults.source, language: defaults.language },
        file: name.clone(),
        sha256,
        pending: Vec::new(),
        bytes: 0,
        requests: Vec::new(),
        digests: HashMap::new(),
        pages: summary.0,
        counts: summary.1,
        any_taken: false,
        on,
    };
    if !name.to_ascii_lowercase().ends_with(".wacz") {
        let outcome = pages.take_warc(BufReader::with_capacity(1 << 16, file))?;
        return Ok(outcome.map(|()| pages.any_taken));
    }
    let mut wacz = match Wacz::open(file) {
        Ok(wacz) => wacz,
        Err(error) => return Ok(Err(error)),
    };
    for (place, inner) in wacz.papers.clone() {
        let mut bytes = Vec::new();
        let read =
            wacz.open_file(place).and_then(|paper| paper.take(LARGEST_PAPER + 1).read_to_end(&mut bytes));
        match read {
            Ok(_) if bytes.len() as u64 <= LARGEST_PAPER => pages.push_other(&inner, bytes),
            Ok(_) => pages.reject(&inner, 0, "larger than is kept"),
            Err(error) => pages.reject(&inner, 0, &error.to_string()),
        }
    }
    for (place, inner) in wacz.warcs.clone() {
        pages.file = format!("{name}/{inner}");
        let outcome = match wacz.open_file(place) {
            Ok(reader) => pages.take_warc(BufReader::with_capacity(1 << 16, reader))?,
            Err(error) => Err(error),
        };
        if let Err(error) = outcome {
            pages.reject(&inner, 0, &error.to_string());
        }
    }
    pages.flush(0)?;
    Ok(Ok(pages.any_taken))
}

fn hash(file: &mut File) -> io::Result<String> {
    let mut digest = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        match file.read(&mut buffer) {
            Ok(0) => break,
            Ok(read) => digest.update(&buffer[..read]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    file.rewind()?;
    Ok(digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

/// A file that is being taken in.
struct Pages<'a> {
    path: &'a Path,
    store: &'a mut Store,
    judge: Judge<'a>,
    file: String,
    sha256: String,
    pending: Vec<Pending>,
    bytes: usize,
    requests: Vec<ForeignRecord>,
    /// Which response had a digest, as the file prints it.
    digests: HashMap<String, (String, String)>,
    pages: &'a mut PageCounts,
    counts: &'a mut Counts,
    any_taken: bool,
    on: &'a (dyn Fn(ImportEvent) + Sync),
}

/// A record that waits to be stored.
enum Pending {
    Page { record: ForeignRecord, request: Option<ForeignRecord> },
    Other { target: String, bytes: Vec<u8> },
}

impl Pages<'_> {
    fn take_warc(&mut self, reader: impl BufRead) -> Result<io::Result<()>, Error> {
        let records = match ForeignRecords::new(reader) {
            Ok(records) => records,
            Err(error) => return Ok(Err(error)),
        };
        let mut any = false;
        for record in records {
            any = true;
            match record {
                Ok(record) => self.push(record),
                Err(damage) => {
                    let name = self.inner().to_owned();
                    self.reject(&name, damage.offset, &damage.reason);
                }
            }
            if self.pending.len() > MOST_PENDING || self.bytes > MOST_BYTES {
                // The request of the last one may be yet to come.
                self.flush(1)?;
            }
        }
        for request in std::mem::take(&mut self.requests) {
            self.push_other(request.target(), request.whole());
        }
        self.flush(0)?;
        Ok(if any { Ok(()) } else { Err(io::Error::other("the file is empty")) })
    }

    /// The name of the file in an archive of files; nothing where it stands alone.
    fn inner(&self) -> &str {
        self.file.split_once('/').map_or("", |(_, inner)| inner)
    }

    fn push(&mut self, record: ForeignRecord) {
        let is_http = record.field("Content-Type").is_some_and(|mime| mime.contains("application/http"));
        let is_web = record.target().starts_with("http://") || record.target().starts_with("https://");
        match record.kind() {
            "response" | "revisit" if is_web && (is_http || record.kind() == "revisit") => {
                self.bytes += record.block.len();
                let place = self.requests.iter().position(|request| belongs(request, &record));
                let request = place.map(|place| self.requests.remove(place));
                self.pending.push(Pending::Page { record, request });
            }
            "request" if is_web => {
                self.bytes += record.block.len();
                for pending in self.pending.iter_mut().rev() {
                    if let Pending::Page { record: response, request: request @ None } = pending
                        && belongs(&record, response)
                    {
                        *request = Some(record);
                        return;
                    }
                }
                self.requests.push(record);
                if self.requests.len() > MOST_REQUESTS {
                    let first = self.requests.remove(0);
                    self.push_other(first.target(), first.whole());
                }
            }
            _ => self.push_other(record.target(), record.whole()),
        }
    }

    fn push_other(&mut self, target: &str, bytes: Vec<u8>) {
        self.bytes += bytes.len();
        let target = if target.is_empty() { "warc:record" } else { target };
        self.pending.push(Pending::Other { target: target.to_owned(), bytes });
    }

    fn reject(&mut self, inner: &str, offset: u64, reason: &str) {
        *self.pages.rejected.entry(reason.to_owned()).or_default() += 1;
        let place = if inner.is_empty() { String::new() } else { format!("{inner}, ") };
        (self.on)(ImportEvent::Damaged {
            file: self.path.to_owned(),
            offset,
            reason: format!("{place}byte {offset}: {reason}"),
        });
    }

    /// Stores what waits, but for the last `kept` records.
    fn flush(&mut self, kept: usize) -> Result<(), Error> {
        let rest = self.pending.split_off(self.pending.len().saturating_sub(kept));
        let taken = std::mem::replace(&mut self.pending, rest);
        self.bytes = self.pending.iter().map(Pending::size).sum();
        let mut captures: Vec<(Payload, Circumstances)> = Vec::with_capacity(taken.len());
        let mut verdicts = Vec::with_capacity(taken.len());
        for pending in taken {
            let (capture, verdict) = match pending {
                Pending::Page { record, request } => self.page(record, request, &captures)?,
                Pending::Other { target, bytes } => {
                    (self.other(target, bytes, "a record of others"), Verdict::Other)
                }
            };
            captures.push(capture);
            verdicts.push(verdict);
        }
        if captures.is_empty() {
            return Ok(());
        }
        let adopted = self.store.adopt(&captures)?;
        self.counts.add(&adopted.counts);
        for (verdict, is_taken) in verdicts.into_iter().zip(adopted.is_taken) {
            self.any_taken |= is_taken;
            match verdict {
                _ if !is_taken => self.pages.known += 1,
                Verdict::Other => self.pages.other += 1,
                Verdict::Read(_) => self.pages.read += 1,
                Verdict::NoArticle => self.pages.no_article += 1,
                Verdict::NotRead(why) => *self.pages.not_read.entry(why.to_owned()).or_default() += 1,
            }
        }
        Ok(())
    }

    fn page(
        &mut self,
        record: ForeignRecord,
        request: Option<ForeignRecord>,
        before: &[(Payload, Circumstances)],
    ) -> Result<((Payload, Circumstances), Verdict), Error> {
        let target = record.target().to_owned();
        let Some(date) = record.field("WARC-Date").filter(|date| is_date(date)).map(str::to_owned) else {
            let why = "without a date that can be true";
            return Ok((self.other(target, record.whole(), why), Verdict::NotRead(why)));
        };
        let is_revisit = record.kind() == "revisit";
        let repeats = if is_revisit { self.repeats(&record, before)? } else { None };
        let truncated = record.field("WARC-Truncated").map(str::to_owned);
        let address = record.field("WARC-IP-Address").map(str::to_owned);
        if let Some(digest) = record.field("WARC-Payload-Digest").filter(|_| !is_revisit)
            && self.digests.len() < MOST_DIGESTS
        {
            self.digests.entry(digest.to_owned()).or_insert_with(|| (target.clone(), date.clone()));
        }
        let mut payload = Payload {
            kind: if is_revisit { PayloadKind::Revisit } else { PayloadKind::Response },
            target,
            origin: self.sha256[..32].to_owned(),
            reading: String::new(),
            bytes: record.block,
        };
        let request = request.map_or_else(Vec::new, |request| request.block);
        let circumstances = Circumstances {
            date,
            request,
            address,
            truncated,
            protocol: None,
            cipher_suite: None,
            provenance: Some(Provenance {
                file: self.file.clone(),
                sha256: self.sha256.clone(),
                fields: record.fields,
            }),
            repeats,
            page: None,
        };
        let verdict = self.judge.judge(&payload, &circumstances);
        payload.reading = match &verdict {
            Verdict::Read(reading) => reading.print(),
            Verdict::NoArticle => Reading::Aside { of: "a page that is no article".to_owned() }.print(),
            Verdict::NotRead(why) => Reading::Aside { of: (*why).to_owned() }.print(),
            Verdict::Other => Reading::Aside { of: "a record of others".to_owned() }.print(),
        };
        Ok(((payload, circumstances), verdict))
    }

    /// The response that a revisit refers to: by its URL and date, else by its digest; in this import or before it.
    fn repeats(
        &self,
        record: &ForeignRecord,
        before: &[(Payload, Circumstances)],
    ) -> Result<Option<Earlier>, Error> {
        let named = record.field("WARC-Refers-To-Target-URI").zip(record.field("WARC-Refers-To-Date"));
        let by_digest = || {
            let (target, date) = self.digests.get(record.field("WARC-Payload-Digest")?)?;
            Some((target.as_str(), date.as_str()))
        };
        let Some((target, date)) = named.or_else(by_digest) else { return Ok(None) };
        let target = target.trim_start_matches('<').trim_end_matches('>');
        let here = before.iter().find(|(payload, circumstances)| {
            payload.kind == PayloadKind::Response && payload.target == target && circumstances.date == date
        });
        if let Some((payload, _)) = here {
            let (target, date) = (target.to_owned(), date.to_owned());
            return Ok(Some(Earlier { target, date, digest: payload.digest() }));
        }
        Ok(self.store.response_of(target, date)?)
    }

    fn other(&self, target: String, bytes: Vec<u8>, of: &str) -> (Payload, Circumstances) {
        let payload = Payload {
            kind: PayloadKind::File,
            target,
            origin: self.sha256[..32].to_owned(),
            reading: Reading::Aside { of: of.to_owned() }.print(),
            bytes,
        };
        (payload, Circumstances::default())
    }
}

impl Pending {
    fn size(&self) -> usize {
        match self {
            Self::Page { record, request } => {
                record.block.len() + request.as_ref().map_or(0, |request| request.block.len())
            }
            Self::Other { bytes, .. } => bytes.len(),
        }
    }
}

/// Whether a request is that of a response.
fn belongs(request: &ForeignRecord, response: &ForeignRecord) -> bool {
    let names = |one: &ForeignRecord, other: &ForeignRecord| {
        let id = one.field("WARC-Concurrent-To").map(|id| id.trim_start_matches('<').trim_end_matches('>'));
        id.is_some_and(|id| id == other.id())
    };
    let is_alike =
        request.target() == response.target() && request.field("WARC-Date") == response.field("WARC-Date");
    names(request, response) || names(response, request) || is_alike
}

/// Whether a date can be that of a page: it is whole, and not before the web.
fn is_date(date: &str) -> bool {
    date.len() >= 20 && date.parse::<jiff::Timestamp>().is_ok() && date >= "1990"
}
