use std::borrow::Cow;
use std::sync::mpsc::Sender;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use sinmun_archive::{Intake, Payload, PayloadKind, ReadCapture, Target, TargetKind};
use sinmun_article::{Image, Language, Record, SourceId};
use sinmun_discovery::{PageKind, PageRequest, Warning};
use sinmun_normalizer::{Defaults, Page, VERSION, mark_shared_urls, read_line, read_pages};
use sinmun_sources::{Definition, Sources};

/// How a capture is to be read; kept with it in the archive, so that a rebuild reads it alike.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "format", rename_all = "lowercase")]
pub(crate) enum Reading {
    /// An imported file of records, or a part of one.
    Jsonl {
        #[serde(skip_serializing_if = "Option::is_none")]
        source: Option<SourceId>,
        #[serde(skip_serializing_if = "Option::is_none")]
        language: Option<Language>,
        first_line: u64,
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        continues: bool,
    },
    /// A page of a site, or the news that it did not come.
    Page { source: SourceId, request: PageRequest },
    /// What came on the way to pages: a robots.txt, the beginning of a session, a redirect.
    Aside { of: String },
}

/// A rejected line of a file.
pub(crate) type Rejected = (u64, String);

/// How much a page may unpack to, in bytes.
pub(crate) const LARGEST_PAGE: usize = 64 << 20;

impl Reading {
    /// As it stands in a record's header.
    pub(crate) fn print(&self) -> String {
        serde_json::to_string(self).expect("a reading has only texts and numbers")
    }
}

/// The page of the frontier that a request asks for.
pub(crate) fn target(source: &SourceId, request: &PageRequest) -> Target {
    let kind = match request.kind {
        PageKind::Article => TargetKind::Article,
        PageKind::Image => TargetKind::Image,
        _ => TargetKind::List,
    };
    let edition = request.edition.map_or_else(String::new, |edition| edition.code().to_owned());
    let url = if kind == TargetKind::Article { &request.address } else { &request.url };
    Target {
        source: source.clone(),
        url: url.clone(),
        key: format!("{}\n{edition}\n{}", request.address, kind.name()),
        request: serde_json::to_string(request).expect("a request has only texts and numbers"),
        kind,
    }
}

/// Reads captures into a catalogue; rejected lines go to `rejected`, where someone listens.
pub(crate) fn reader(sources: Sources, rejected: Option<Sender<Rejected>>) -> Box<ReadCapture> {
    Box::new(move |payload, intake| match serde_json::from_str::<Reading>(&payload.reading) {
        Err(_) => intake.reject(0, "the capture does not say how to read it"),
        Ok(Reading::Jsonl { source, language, first_line, continues }) => {
            intake.read_by(OF_FILES, &fingerprint(None))?;
            let defaults = Defaults { source, language };
            let bytes = Lines { bytes: &payload.bytes, first: first_line, continues };
            read_lines(bytes, &defaults, &sources, intake, rejected.as_ref())
        }
        // What is known of lists and pictures stays when articles are read again.
        Ok(Reading::Page { request, .. }) if request.kind != PageKind::Article && intake.is_again() => Ok(()),
        Ok(Reading::Page { source, request }) => match definition_named(&sources, &source) {
            Some(definition) => take_page(payload, &definition, &request, &sources, intake),
            None => intake.reject(0, "a page of a source that has no definition"),
        },
        Ok(Reading::Aside { .. }) => Ok(()),
    })
}

/// The name of the rules by which files of records are read: no source has such an id.
const OF_FILES: &str = "files of records";

/// By which rules captures are read: this version of the normalizer, and a source's definition where there is one.
fn fingerprint(definition: Option<&Definition>) -> String {
    format!("{VERSION}:{}", definition.map_or_else(String::new, |rules| hash(rules.text().as_bytes(), 8)))
}

/// Whether captures that were read by these rules would be read by others now.
pub(crate) fn is_outdated(sources: &Sources, name: &str, read_by: &str) -> bool {
    let today = match (name, name.parse::<SourceId>()) {
        (OF_FILES, _) => fingerprint(None),
        (_, Ok(source)) => match sources.get(&source) {
            Some(definition) => fingerprint(Some(definition)),
            None => fingerprint(bare(&source).as_ref()),
        },
        (_, Err(_)) => return false,
    };
    let rules = |fingerprint: &str| fingerprint.split_once(':').map(|(_, rules)| rules.to_owned());
    let is_known = name == OF_FILES || name.parse().is_ok_and(|source| sources.get(&source).is_some());
    // Where a definition is gone, pages stay as it read them.
    read_by != today && (is_known || rules(read_by) == rules(&today))
}

/// The first bytes of SHA-256, in hexadecimal.
fn hash(bytes: &[u8], length: usize) -> String {
    Sha256::digest(bytes)[..length].iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What tells a line apart, whatever rules read it: the id that its file gives it, or its very bytes.
fn name_of(line: &[u8], record: &Record) -> String {
    match &record.imported_id {
        Some(id) => format!("id\t{}\t{id}", record.source),
        None => format!("line\t{}", hash(line.trim_ascii(), 16)),
    }
}

/// What tells the articles of a page apart, whatever rules read them: where it was found, and their places on it.
///
/// A story goes by the name that the page gives it, where it does: its place is another once a story comes in above it.
pub(crate) fn name_of_page(
    definition: &Definition,
    request: &PageRequest,
    place: u64,
    fragment: Option<&str>,
) -> String {
    let place = fragment.map_or_else(|| place.to_string(), |fragment| format!("#{fragment}"));
    format!("page\t{}\t{}\t{place}", definition.id, request.address)
}

/// The lines of a file or of a part of it.
struct Lines<'a> {
    bytes: &'a [u8],
    first: u64,
    /// Whether it begins in the middle of a line that was rejected already.
    continues: bool,
}

fn read_lines(
    lines: Lines<'_>,
    defaults: &Defaults,
    sources: &Sources,
    intake: &mut Intake<'_>,
    rejected: Option<&Sender<Rejected>>,
) -> Result<(), sinmun_archive::Error> {
    let mut read = Vec::new();
    for (place, line) in lines.bytes.split(|byte| *byte == b'\n').enumerate() {
        let is_blank = line.iter().all(u8::is_ascii_whitespace);
        if is_blank || (place == 0 && lines.continues) {
            continue;
        }
        let number = lines.first + place as u64;
        match read_line(line, defaults, sources) {
            Ok(reading) => read.push((number, name_of(line, &reading.record), reading)),
            Err(rejection) => {
                intake.reject(number, rejection.reason())?;
                if let Some(rejected) = rejected {
                    let _ = rejected.send((number, rejection.to_string())); // nobody may be listening
                }
            }
        }
    }
    mark_shared_urls(read.iter_mut().map(|(_, _, line)| &mut line.record));
    for (number, name, line) in &read {
        for warning in &line.warnings {
            intake.warn(&warning.to_string());
        }
        intake.take(*number, name, &line.record)?;
    }
    Ok(())
}

/// The definition by which a page is read: that of its site, else that of the source that is named for it.
pub(crate) fn definition_of<'s>(
    sources: &'s Sources,
    url: &str,
    source: Option<&SourceId>,
) -> Option<Cow<'s, Definition>> {
    if let Some(definition) = sources.of_url(url) {
        return Some(Cow::Borrowed(definition));
    }
    definition_named(sources, source?)
}

/// The definition of a source, or a bare one where nobody knows its site.
pub(crate) fn definition_named<'s>(sources: &'s Sources, source: &SourceId) -> Option<Cow<'s, Definition>> {
    match sources.get(source) {
        Some(definition) => Some(Cow::Borrowed(definition)),
        None => bare(source).map(Cow::Owned),
    }
}

/// The definition of a source that has none: it was named for pages of a site that nobody knows.
fn bare(source: &SourceId) -> Option<Definition> {
    Definition::parse(source.as_str(), &format!("id = \"{source}\"\nname = \"{source}\"")).ok()
}

/// What a page says of itself, of an article, and of other pages.
fn take_page(
    payload: &Payload,
    definition: &Definition,
    request: &PageRequest,
    sources: &Sources,
    intake: &mut Intake<'_>,
) -> Result<(), sinmun_archive::Error> {
    let page = target(&definition.id, request);
    // A saved page tells nothing of when its site answered.
    let is_saved = payload.kind == PayloadKind::File;
    if !is_saved {
        intake.page(&page, payload)?;
    }
    let is_answer = payload.kind == PayloadKind::Response && matches!(payload.status(), Some(200..=299));
    let is_whole = is_saved || is_answer;
    if !is_whole || request.kind == PageKind::Image {
        return Ok(());
    }
    let content_type = payload.header("content-type");
    // Our own captures have no transfer coding, though their header may still name it.
    let transfer = payload.header("transfer-encoding").filter(|_| !payload.origin.is_empty());
    let body = sinmun_markup::joined(transfer, payload.body());
    let body = match sinmun_markup::unpacked(payload.header("content-encoding"), &body, LARGEST_PAGE) {
        Ok(body) => body,
        Err(_) => return intake.reject(0, "a page that cannot be unpacked"),
    };
    if request.kind != PageKind::Article {
        let found = sinmun_discovery::read(definition, request, &body, content_type);
        for warning in found.warnings.iter().filter(|warning| **warning != Warning::NothingFound) {
            intake.warn(&format!("lists: {warning}"));
        }
        let targets = |requests: &[PageRequest]| -> Vec<Target> {
            requests.iter().map(|request| target(&definition.id, request)).collect()
        };
        let (next, lists): (Vec<_>, Vec<_>) = found.lists.into_iter().partition(|list| list.only_after_new);
        let mut named = targets(&found.articles);
        named.extend(targets(&lists));
        return intake.links(&page, &named, &targets(&next));
    }
    intake.read_by(definition.id.as_str(), &fingerprint(Some(definition)))?;
    let readings = read_pages(
        &Page {
            address: &request.address,
            url: &request.url,
            content_type,
            body: &body,
            edition: request.edition,
            printed_date: request.printed_date.as_deref(),
            seen: intake.seen().parse().ok(),
        },
        definition,
        sources,
    );
    if readings.iter().all(|reading| reading.record.is_none()) {
        return intake.reject(0, "a page without a title");
    }
    for (place, reading) in (0..).zip(readings) {
        let Some(record) = reading.record else { continue };
        for warning in reading.warnings {
            intake.warn(&warning.to_string());
        }
        // Pages of others lead to nothing, as their lists do not.
        if definition.keeps_images() && payload.origin.is_empty() && !is_saved && !intake.is_again() {
            intake.pictures(&page, &pictures(&definition.id, &record.images))?;
        }
        let name = name_of_page(definition, request, place, reading.fragment.as_deref());
        intake.take(place, &name, &record)?;
    }
    Ok(())
}

/// The pictures of an article as pages of the frontier; what cannot be asked for is left out.
fn pictures(source: &SourceId, images: &[Image]) -> Vec<Target> {
    let requests = images.iter().filter_map(|image| PageRequest::image(&image.url));
    requests.map(|request| target(source, &request)).collect()
}
