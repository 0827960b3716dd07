use std::collections::HashMap;
use std::fmt;

use serde::Deserialize;
use serde_json::Value;
use sinmun_article::{Language, Record, SourceId, fold_title};
use sinmun_sources::Sources;

use crate::genre::genre;
use crate::{clean, read_date};

/// What stands in for fields that a file leaves out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Defaults {
    /// The source of records that name no outlet.
    pub source: Option<SourceId>,
    /// The language of records that name none.
    pub language: Option<Language>,
}

/// A record, and what was odd about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// The record.
    pub record: Record,
    /// Fields that were given and could not be used.
    pub warnings: Vec<Warning>,
}

/// A field that could not be used; the record is kept without it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Warning {
    /// The date is none of the known forms, or no day of the calendar.
    Date,
    /// The language code is malformed.
    Language,
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Date => "unreadable date, kept without date",
            Self::Language => "unreadable language code, kept as unknown",
        })
    }
}

/// Why a line is no record.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Rejection {
    /// The line is longer than the limit.
    TooLong,
    /// The bytes are no UTF-8.
    NotUtf8,
    /// The line is no JSON object; with the parser's message.
    NotJson(String),
    /// There is no title.
    NoTitle,
    /// Neither the record nor the caller names an outlet.
    NoOutlet,
}

impl Rejection {
    /// The reason without its details, by which a summary counts.
    pub fn reason(&self) -> &'static str {
        match self {
            Self::TooLong => "line longer than 16 MiB",
            Self::NotUtf8 => "not UTF-8",
            Self::NotJson(_) => "not a JSON object of the expected shape",
            Self::NoTitle => "no title",
            Self::NoOutlet => "no outlet: name one with --source",
        }
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotJson(message) => write!(f, "{}: {message}", self.reason()),
            _ => f.write_str(self.reason()),
        }
    }
}

impl std::error::Error for Rejection {}

/// Marks the records whose URL stands with more than one title among them.
pub fn mark_shared_urls<'a>(records: impl IntoIterator<Item = &'a mut Record>) {
    let mut records: Vec<&mut Record> = records.into_iter().collect();
    let mut titles: HashMap<String, (String, bool)> = HashMap::new();
    for record in &records {
        let Some(url) = &record.canonical_url else { continue };
        let title = fold_title(&record.title);
        let (first, is_shared) = titles.entry(url.clone()).or_insert_with(|| (title.clone(), false));
        *is_shared |= *first != title;
    }
    for record in &mut records {
        let url = record.canonical_url.as_ref();
        record.shares_url = url.is_some_and(|url| titles.get(url).is_some_and(|(_, is_shared)| *is_shared));
    }
}

/// The longest line that is read, in bytes: 16 MiB.
const LONGEST_LINE: usize = 16 << 20;

#[derive(Deserialize)]
struct Line {
    id: Option<Value>,
    outlet: Option<String>,
    source: Option<String>,
    lang: Option<String>,
    language: Option<String>,
    date: Option<Value>,
    date_raw: Option<String>,
    title: Option<String>,
    url: Option<String>,
    body: Option<String>,
    author: Option<String>,
    byline: Option<String>,
    dateline: Option<String>,
}

/// Reads one line of a JSON Lines file.
///
/// The keys are those of an exported article: `id`, `outlet` (or `source`),
/// `lang` (or `language`), `date`, `date_raw`, `title`, `url`, `body`,
/// `author` (or `byline`), `dateline`; others are ignored. The body stays as the file has it, with its dateline if it has one.
///
/// # Errors
///
/// A [`Rejection`] where the line is no article: nothing of it is stored
/// except, as evidence, the line itself.
pub fn read_line(line: &[u8], defaults: &Defaults, sources: &Sources) -> Result<Reading, Rejection> {
    if line.len() > LONGEST_LINE {
        return Err(Rejection::TooLong);
    }
    let text = std::str::from_utf8(line).map_err(|_| Rejection::NotUtf8)?;
    let text = text.trim_start_matches('\u{feff}');
    let line: Line = serde_json::from_str(text).map_err(|error| Rejection::NotJson(error.to_string()))?;

    let title = clean::title(&line.title.unwrap_or_default());
    if title.is_empty() {
        return Err(Rejection::NoTitle);
    }
    let outlet = line.outlet.or(line.source).map(|name| clean::title(&name)).filter(|name| !name.is_empty());
    let source = match &outlet {
        Some(name) => sources.resolve(name),
        None => defaults.source.clone(),
    }
    .ok_or(Rejection::NoOutlet)?;

    let mut warnings = Vec::new();
    let language = match line.lang.or(line.language) {
        Some(code) => code.parse().unwrap_or_else(|_| {
            warnings.push(Warning::Language);
            defaults.language.unwrap_or(Language::UNKNOWN)
        }),
        None => defaults.language.unwrap_or(Language::UNKNOWN),
    };
    let given = match line.date {
        Some(Value::String(date)) => Some(date),
        Some(Value::Number(date)) => Some(date.to_string()),
        _ => None,
    };
    let dates: Vec<String> =
        given.into_iter().chain(line.date_raw).filter(|date| !date.trim().is_empty()).collect();
    let date = dates.iter().find_map(|date| read_date(date));
    if date.is_none() && !dates.is_empty() {
        warnings.push(Warning::Date);
    }
    let url = line.url.map(|url| clean::title(&url)).filter(|url| !url.is_empty());
    let canonical = url.as_deref().and_then(|url| sources.canonical_url(&source, url));
    let is_copy = url.as_deref().is_some_and(|url| sources.is_copy(&source, url));
    let imported_id = match line.id {
        Some(Value::String(id)) => Some(clean::title(&id)),
        Some(Value::Number(id)) => Some(id.to_string()),
        _ => None,
    }
    .filter(|id| !id.is_empty());
    let byline = line.byline.or(line.author).map(|name| clean::title(&name)).filter(|name| !name.is_empty());
    let body = clean::body(&line.body.unwrap_or_default());
    // A label that a page has before its title makes no other piece of it.
    let title = match (sources.get(&source), &url) {
        (Some(definition), Some(url)) => clean::title(&definition.bare_title(url, &title)),
        _ => title,
    };
    let (genre, speaker) = genre(&title, &body, language);
    let record = Record {
        imported_id,
        outlet: outlet.unwrap_or_else(|| source.to_string()),
        source,
        language,
        date,
        title,
        url,
        canonical_url: canonical,
        byline,
        dateline: line.dateline.map(|text| clean::title(&text)).filter(|text| !text.is_empty()),
        genre,
        speaker,
        body,
        shares_url: false,
        is_copy,
        first_seen: None,
        images: Vec::new(),
    };
    Ok(Reading { record, warnings })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(line: &str) -> Result<Reading, Rejection> {
        read_line(line.as_bytes(), &Defaults::default(), &Sources::built_in())
    }

    #[test]
    fn a_line_becomes_a_record() {
        let reading = read(
            r#"{"id": 7, "outlet": "KCNA", "lang": "en", "date": "nan", "title": " A\u0000 title ",
                "url": "http://www.kcna.co.jp/item/1997/9701/news1/01.htm#2", "body": "One.\r\nTwo.", "x": [1]}"#,
        )
        .unwrap();
        let record = reading.record;
        assert_eq!(record.imported_id.as_deref(), Some("7"));
        assert_eq!(record.title, "A title");
        assert_eq!(record.body, "One.\n\nTwo.");
        assert_eq!(record.date, None);
        assert_eq!(
            record.canonical_url.as_deref(),
            Some("http://www.kcna.co.jp/item/1997/9701/news1/01.htm#2")
        );
        assert_eq!(reading.warnings, [Warning::Date]);
    }

    #[test]
    fn a_line_keeps_its_text_as_the_file_has_it() {
        let line = |dateline: &str| {
            let body = "Pyongyang, November 6 (KCNA) -- １２ canals.";
            read(&format!(r#"{{"outlet": "KCNA", "title": "A"{dateline}, "body": "{body}"}}"#))
                .unwrap()
                .record
        };
        assert_eq!(line("").body, "Pyongyang, November 6 (KCNA) -- １２ canals.");
        assert_eq!(line("").dateline, None);
        assert_eq!(
            line(r#", "dateline": " Pyongyang, November 6 ""#).dateline.as_deref(),
            Some("Pyongyang, November 6")
        );
    }

    #[test]
    fn what_is_no_record_says_why() {
        assert!(matches!(read("{"), Err(Rejection::NotJson(_))));
        assert!(matches!(read("[]"), Err(Rejection::NotJson(_))));
        assert_eq!(read(r#"{"outlet": "KCNA", "title": " "}"#), Err(Rejection::NoTitle));
        assert_eq!(read(r#"{"title": "A"}"#), Err(Rejection::NoOutlet));
        let sources = Sources::built_in();
        assert_eq!(read_line(b"\xff{}", &Defaults::default(), &sources), Err(Rejection::NotUtf8));
        let long = vec![b' '; LONGEST_LINE + 1];
        assert_eq!(read_line(&long, &Defaults::default(), &sources), Err(Rejection::TooLong));
    }

    #[test]
    fn a_page_of_many_titles_is_noticed() {
        let line = |title: &str, url: &str| {
            read(&format!(r#"{{"outlet": "X", "title": "{title}", "url": "{url}"}}"#)).unwrap().record
        };
        let mut records = [
            line("A", "http://x/1"),
            line("B", "http://x/1"),
            line("C", "http://x/2"),
            line("c!", "http://x/2"),
        ];
        mark_shared_urls(&mut records);
        assert_eq!(records.map(|record| record.shares_url), [true, true, false, false]);
    }

    #[test]
    fn defaults_stand_in() {
        let defaults = Defaults { source: "kcna".parse().ok(), language: Some(Language::KOREAN) };
        let reading = read_line(r#"{"title": "제목"}"#.as_bytes(), &defaults, &Sources::built_in()).unwrap();
        assert_eq!(reading.record.source.as_str(), "kcna");
        assert_eq!(reading.record.language, Language::KOREAN);
    }

    proptest! {
        #[test]
        fn reading_never_panics(line in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = read_line(&line, &Defaults::default(), &Sources::built_in());
        }
    }
}
