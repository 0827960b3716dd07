use std::sync::mpsc::Sender;

use serde::{Deserialize, Serialize};
use sinmun_archive::{Intake, Payload, PayloadKind, ReadCapture, Target};
use sinmun_article::{Language, SourceId};
use sinmun_discovery::{PageKind, PageRequest, Warning};
use sinmun_normalizer::{Defaults, Page, mark_shared_urls, read_line, read_page};
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
const LARGEST_PAGE: usize = 64 << 20;

impl Reading {
    /// As it stands in a record's header.
    pub(crate) fn print(&self) -> String {
        serde_json::to_string(self).expect("a reading has only texts and numbers")
    }
}

/// The page of the frontier that a request asks for.
pub(crate) fn target(source: &SourceId, request: &PageRequest) -> Target {
    let is_list = request.kind != PageKind::Article;
    let edition = request.edition.map_or_else(String::new, |edition| edition.code().to_owned());
    Target {
        source: source.clone(),
        url: if is_list { request.url.clone() } else { request.address.clone() },
        key: format!("{}\n{edition}\n{}", request.address, if is_list { "list" } else { "article" }),
        request: serde_json::to_string(request).expect("a request has only texts and numbers"),
        is_list,
    }
}

/// Reads captures into a catalogue; rejected lines go to `rejected`, where someone listens.
pub(crate) fn reader(sources: Sources, rejected: Option<Sender<Rejected>>) -> Box<ReadCapture> {
    Box::new(move |payload, intake| match serde_json::from_str::<Reading>(&payload.reading) {
        Err(_) => intake.reject(0, "the capture does not say how to read it"),
        Ok(Reading::Jsonl { source, language, first_line, continues }) => {
            let defaults = Defaults { source, language };
            let bytes = Lines { bytes: &payload.bytes, first: first_line, continues };
            read_lines(bytes, &defaults, &sources, intake, rejected.as_ref())
        }
        Ok(Reading::Page { source, request }) => match sources.get(&source) {
            Some(definition) => take_page(payload, definition, &request, &sources, intake),
            None => match bare(&source).filter(|_| !payload.origin.is_empty()) {
                Some(definition) => take_page(payload, &definition, &request, &sources, intake),
                None => intake.reject(0, "a page of a source that has no definition any more"),
            },
        },
        Ok(Reading::Aside { .. }) => Ok(()),
    })
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
            Ok(line) => read.push((number, line)),
            Err(rejection) => {
                intake.reject(number, rejection.reason())?;
                if let Some(rejected) = rejected {
                    let _ = rejected.send((number, rejection.to_string())); // nobody may be listening
                }
            }
        }
    }
    mark_shared_urls(read.iter_mut().map(|(_, line)| &mut line.record));
    for (number, line) in &read {
        for warning in &line.warnings {
            intake.warn(&warning.to_string());
        }
        intake.take(*number, &line.record)?;
    }
    Ok(())
}

/// The definition of a source that has none: `--source` named it for pages of others.
pub(crate) fn bare(source: &SourceId) -> Option<Definition> {
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
    intake.page(&page, payload)?;
    let is_whole = payload.kind == PayloadKind::Response && matches!(payload.status(), Some(200..=299));
    if !is_whole {
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
    let reading = read_page(
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
    match reading.record {
        Some(record) => {
            for warning in reading.warnings {
                intake.warn(&warning.to_string());
            }
            intake.take(0, &record)
        }
        None => intake.reject(0, "a page without a title"),
    }
}
