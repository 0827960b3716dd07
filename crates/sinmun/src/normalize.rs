//! One page to one article, without a data directory.

use sinmun_article::{ArticleId, EntityKind, Record, SourceId};
use sinmun_discovery::PageRequest;
use sinmun_entities::Recognizer;
use sinmun_normalizer::{Note, Page, PageReading, explain_pages, saved_from};
use url::Url;

use crate::error::{Error, ErrorKind};
use crate::library::Library;
use crate::reading;

/// A page that somebody has, and what is known of it besides its bytes.
#[derive(Debug, Clone, Copy, Default)]
pub struct SavedPage<'a> {
    /// Its bytes.
    pub bytes: &'a [u8],
    /// Where it is from, in place of what it says itself.
    pub url: Option<&'a str>,
    /// The source by whose rules it is read, in place of the one of its site: an id, name or alias.
    pub source: Option<&'a str>,
    /// What a server said of its type and charset.
    pub content_type: Option<&'a str>,
}

/// What is made of a page.
#[derive(Debug, Clone, PartialEq)]
pub struct Normalized {
    /// The id of the article, where this page is the first that tells of it.
    pub id: ArticleId,
    /// Where the page is from.
    pub url: String,
    /// The outlet's own page, where this is a copy of it.
    pub original_url: Option<String>,
    /// The article; `None` where the page is none.
    pub record: Option<Record>,
    /// Whom and what it names, the first named first.
    pub entities: Vec<Named>,
    /// What is missing of it, or odd about it.
    pub warnings: Vec<String>,
    /// What was looked at for each part, and why it was taken or not.
    pub notes: Vec<Note>,
}

/// A person, organisation or place that an article names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// Its id.
    pub id: String,
    /// What it is.
    pub kind: EntityKind,
    /// Its label.
    pub label: String,
    /// How often title and body name it.
    pub count: u64,
}

impl Library {
    /// Reads one page as an import or a crawl would; nothing is stored. Of a page with many stories it makes many articles.
    ///
    /// # Errors
    ///
    /// The page does not say where it is from and neither does the caller, or the source is none.
    pub fn normalize(&self, page: &SavedPage<'_>) -> Result<Vec<Normalized>, Error> {
        let bad = |message: &str| Error::of(ErrorKind::BadRequest, message.to_owned());
        let sources = self.definitions();
        let source = match page.source {
            Some(name) => {
                let none = || Error::of(ErrorKind::BadRequest, format!("{name:?} is no name of a source"));
                Some(sources.resolve(name).ok_or_else(none)?)
            }
            None => None,
        };
        let home = || sources.get(source.as_ref()?)?.home.clone();
        let said = page.url.map(str::to_owned).or_else(|| saved_from(page.bytes, page.content_type));
        let url =
            said.or_else(home).ok_or_else(|| bad("the page does not say where it is from: give its URL"))?;
        let host = || SourceId::of_name(Url::parse(&url).ok()?.host_str()?);
        let definition = match &source {
            Some(source) => reading::definition_named(sources, source),
            None => reading::definition_of(sources, &url, host().as_ref()),
        };
        let definition =
            definition.ok_or_else(|| bad("the host of its URL cannot be the name of a source"))?;
        let request = PageRequest::article(&definition, &url)
            .ok_or_else(|| Error::of(ErrorKind::BadRequest, format!("{url:?} is no URL of the web")))?;
        let asked = Page {
            address: &request.address,
            url: &request.url,
            content_type: page.content_type,
            body: page.bytes,
            edition: request.edition,
            printed_date: None,
            seen: Some(jiff::Timestamp::now()),
        };
        let mut readings: Vec<(u64, (PageReading, Vec<Note>))> =
            (0..).zip(explain_pages(&asked, &definition, sources)).collect();
        // A URL may call one story of a page.
        let called = url.split_once('#').map(|(_, fragment)| fragment);
        let is_called = |reading: &PageReading| called.is_some() && reading.fragment.as_deref() == called;
        if readings.iter().any(|(_, (reading, _))| is_called(reading)) {
            readings.retain(|(_, (reading, _))| is_called(reading));
        }
        let made = readings.into_iter().map(|(place, (reading, notes))| {
            let PageReading { record, warnings, fragment } = reading;
            let name = reading::name_of_page(&definition, &request, place, fragment.as_deref());
            let of_outlet =
                |record: &Record| record.url.clone().filter(|own| record.is_copy && *own != request.url);
            Normalized {
                id: ArticleId::derive(&name, 0),
                original_url: record.as_ref().and_then(of_outlet),
                url: fragment.map_or_else(|| request.url.clone(), |name| format!("{}#{name}", request.url)),
                entities: record.as_ref().map(named).unwrap_or_default(),
                record,
                warnings: warnings.iter().map(ToString::to_string).collect(),
                notes,
            }
        });
        Ok(made.collect())
    }
}

fn named(record: &Record) -> Vec<Named> {
    let recognizer = Recognizer::built_in();
    let mut named: Vec<Named> = Vec::new();
    for text in [&record.title, &record.body] {
        for mention in recognizer.mentions(text, record.language) {
            let id = mention.id.to_string();
            if let Some(known) = named.iter_mut().find(|known| known.id == id) {
                known.count += 1;
                continue;
            }
            let row = recognizer.gazetteer().get(&id);
            let label = row.map_or_else(|| id.clone(), |row| row.entity.label.clone());
            named.push(Named { id, kind: mention.kind, label, count: 1 });
        }
    }
    named
}
