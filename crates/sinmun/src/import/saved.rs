//! Pages that somebody saved, each a file.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use sinmun_archive::{Counts, Payload, PayloadKind, Store, Stored};
use sinmun_article::{Language, SourceId};
use sinmun_discovery::PageRequest;
use sinmun_normalizer::saved_from;
use sinmun_sources::Sources;
use url::Url;

use crate::error::Error;
use crate::reading::{LARGEST_PAGE, Reading, definition_of};

/// Whether a file is a page, by its name or its first bytes.
pub(super) fn is_page(path: &Path) -> bool {
    if is_named_so(path) {
        return true;
    }
    let mut beginning = [0; 512];
    let read = File::open(path).and_then(|mut file| file.read(&mut beginning)).unwrap_or(0);
    let beginning = &beginning[..read];
    beginning.strip_prefix(b"\xef\xbb\xbf").unwrap_or(beginning).trim_ascii_start().starts_with(b"<")
}

/// Whether a file is called as a saved page is.
pub(super) fn is_named_so(path: &Path) -> bool {
    let ending = path.extension().map(|ending| ending.to_string_lossy().to_ascii_lowercase());
    ending.is_some_and(|ending| matches!(ending.as_str(), "html" | "htm" | "xhtml"))
}

/// What stands in for what a page does not say.
pub(super) struct Defaults<'a> {
    pub(super) sources: &'a Sources,
    pub(super) source: Option<&'a SourceId>,
    pub(super) language: Option<Language>,
    /// Where the page is from, in place of what it says itself.
    pub(super) url: Option<&'a Url>,
}

/// Takes in a page; what became of it, or why it cannot be taken.
pub(super) fn store(
    file: File,
    store: &mut Store,
    defaults: &Defaults<'_>,
    counts: &mut Counts,
) -> Result<io::Result<bool>, Error> {
    let mut bytes = Vec::new();
    if let Err(error) = file.take(LARGEST_PAGE as u64 + 1).read_to_end(&mut bytes) {
        return Ok(Err(error));
    }
    let (url, reading) = match reading_of(&bytes, defaults) {
        Ok(known) => known,
        Err(why) => return Ok(Err(io::Error::other(why))),
    };
    let reading = reading.print();
    let payload = Payload { kind: PayloadKind::File, target: url, origin: String::new(), reading, bytes };
    Ok(Ok(match store.put(&payload)? {
        Stored::Known => false,
        Stored::Taken(taken) => {
            counts.add(&taken);
            true
        }
    }))
}

/// Where a page is from, and how it is read.
fn reading_of(bytes: &[u8], defaults: &Defaults<'_>) -> Result<(String, Reading), &'static str> {
    if bytes.len() > LARGEST_PAGE {
        return Err("larger than a page that is kept (64 MiB)");
    }
    let url = match defaults.url {
        Some(url) => url.to_string(),
        None => saved_from(bytes, None)
            .ok_or("the page does not say where it is from: import it alone, with --url")?,
    };
    let of_host = || SourceId::of_name(Url::parse(&url).ok()?.host_str()?);
    let source = defaults.source.cloned().or_else(of_host);
    let definition =
        definition_of(defaults.sources, &url, source.as_ref()).ok_or("its URL has no name of a host")?;
    let mut request = PageRequest::article(&definition, &url).ok_or("its URL is none of the web")?;
    request.edition = request.edition.or(defaults.language);
    Ok((request.url.clone(), Reading::Page { source: definition.id.clone(), request }))
}
