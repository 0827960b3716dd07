use sinmun_archive::{Circumstances, Payload, PayloadKind};
use sinmun_article::{Language, SourceId};
use sinmun_discovery::PageRequest;
use sinmun_sources::{Definition, Sources};

use crate::reading::{Reading, definition_of};

/// Says how the captures of others are to be read.
pub(super) struct Judge<'a> {
    pub(super) sources: &'a Sources,
    /// The source of HTML pages that no definition owns.
    pub(super) source: Option<&'a SourceId>,
    /// The language of pages that do not say theirs.
    pub(super) language: Option<Language>,
}

/// What becomes of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It is read as a page of a source.
    Read(Reading),
    /// It is a page of a source, and no article.
    NoArticle,
    /// It is kept and not read, for this reason.
    NotRead(&'static str),
    /// It is no capture of a page.
    Other,
}

impl Judge<'_> {
    pub(super) fn judge(&self, payload: &Payload, circumstances: &Circumstances) -> Verdict {
        let Some(definition) = definition_of(self.sources, &payload.target, self.source) else {
            return Verdict::NotRead("of another site");
        };
        let definition = &*definition;
        let is_forced = self.sources.of_url(&payload.target).is_none();
        let request = circumstances.request.as_slice();
        if !request.is_empty() && !request.starts_with(b"GET ") {
            return Verdict::NotRead("not asked for by GET");
        }
        if circumstances.truncated.is_some() {
            return Verdict::NotRead("cut off");
        }
        let status = payload.status();
        match (payload.kind, status) {
            (PayloadKind::Revisit, _) => match &circumstances.repeats {
                None => return Verdict::NotRead("a revisit whose record is not here"),
                Some(earlier) if !is_same(definition, &earlier.target, &payload.target) => {
                    return Verdict::NotRead("a revisit of another page");
                }
                Some(_) => {}
            },
            (_, Some(200 | 203)) if !is_markup(payload) => {
                return Verdict::NotRead("of another type than HTML or XML");
            }
            (_, Some(200 | 203 | 404 | 410)) => {}
            (_, Some(300..=399)) => return Verdict::NotRead("a redirect"),
            _ => return Verdict::NotRead("an error of the server, or no whole page"),
        }
        let Some(mut asked) = PageRequest::article(definition, &payload.target) else {
            return Verdict::NotRead("of another site");
        };
        let is_missing = matches!(status, Some(404 | 410));
        if is_forced && is_missing {
            return Verdict::NotRead("not there");
        }
        if !is_forced && !definition.is_article(&asked.address) {
            return Verdict::NoArticle;
        }
        asked.edition = asked.edition.or(self.language);
        Verdict::Read(Reading::Page { source: definition.id.clone(), request: asked })
    }
}

fn is_same(definition: &Definition, one: &str, other: &str) -> bool {
    one == other || definition.canonical_url(one) == definition.canonical_url(other)
}

fn is_markup(payload: &Payload) -> bool {
    match payload.mime() {
        Some(mime) => mime.contains("html") || mime.contains("xml"),
        None => payload.body().trim_ascii_start().starts_with(b"<"),
    }
}
