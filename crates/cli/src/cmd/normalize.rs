use std::io::{self, ErrorKind, Read, Write};

use anyhow::Context;
use serde::Serialize;
use sinmun::{Normalized, Note, Record, SavedPage};

use crate::args::{Check, Format, Normalize};
use crate::config::{Config, Mistake};
use crate::text::{padded, printable};
use crate::{DONE, NOTHING};

/// The largest page that is read, in bytes: 64 MiB.
const LARGEST: u64 = 64 << 20;

pub fn run(config: &Config, args: &Normalize) -> anyhow::Result<u8> {
    let name = args.file.display();
    let mut bytes = Vec::new();
    let read = match args.file.as_os_str() == "-" {
        true => io::stdin().lock().take(LARGEST).read_to_end(&mut bytes),
        false => std::fs::File::open(&args.file).and_then(|file| file.take(LARGEST).read_to_end(&mut bytes)),
    };
    match read {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            return Err(Mistake(format!("there is no file {name}")).into());
        }
        read => read.with_context(|| format!("cannot read {name}"))?,
    };
    let page = SavedPage {
        bytes: &bytes,
        url: args.url.as_ref().map(url::Url::as_str),
        source: args.source.as_deref(),
        content_type: args.content_type.as_deref(),
    };
    let articles = config.library(None)?.normalize(&page)?;
    let mut out = io::stdout().lock();
    let mut code = NOTHING;
    for (place, article) in articles.iter().enumerate() {
        let Some(record) = &article.record else {
            config.remark(&format!("{name} is no article: it has no title"));
            let notes = if args.explain { article.notes.as_slice() } else { &[] };
            for note in notes {
                write!(out, "{}", padded(note.part, 8))?;
                print_note(&mut out, note)?;
            }
            continue;
        };
        code = DONE;
        match args.format {
            Format::Json => {
                serde_json::to_writer_pretty(&mut out, &Printed::of(article, record, args.explain))?;
                writeln!(out)?;
            }
            Format::Text => {
                if place > 0 {
                    writeln!(out)?;
                }
                print_text(&mut out, article, record, args.explain)?;
            }
        }
    }
    Ok(code)
}

/// Checking a source's rules is reading a page by them, and being told of each.
pub fn of_check(check: Check) -> Normalize {
    let Check { source, page, url, format } = check;
    Normalize { file: page, url, source: Some(source), content_type: None, explain: true, format }
}

/// An article as it is printed; the order of the fields is that of the output.
#[derive(Serialize)]
struct Printed<'a> {
    id: String,
    url: &'a str,
    original_url: Option<&'a str>,
    source: &'a str,
    language: &'a str,
    title: &'a str,
    date: Option<PrintedDate>,
    dateline: Option<&'a str>,
    byline: Option<&'a str>,
    genre: Option<&'static str>,
    speaker: Option<&'a str>,
    body: &'a str,
    images: Vec<PrintedImage<'a>>,
    entities: Vec<PrintedName<'a>>,
    warnings: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    explain: Option<Vec<PrintedNote<'a>>>,
}

#[derive(Serialize)]
struct PrintedDate {
    value: String,
    precision: &'static str,
    from: &'static str,
}

#[derive(Serialize)]
struct PrintedImage<'a> {
    url: &'a str,
    caption: Option<&'a str>,
}

#[derive(Serialize)]
struct PrintedName<'a> {
    id: &'a str,
    kind: &'static str,
    label: &'a str,
    count: u64,
}

#[derive(Serialize)]
struct PrintedNote<'a> {
    part: &'static str,
    rule: &'a str,
    element: Option<&'a str>,
    text: &'a str,
    taken: bool,
    why_not: Option<&'a str>,
}

impl<'a> Printed<'a> {
    fn of(article: &'a Normalized, record: &'a Record, explain: bool) -> Self {
        let date = record.date.map(|date| PrintedDate {
            value: date.to_string(),
            precision: date.precision().name(),
            from: date.origin().name(),
        });
        let image =
            |image: &'a sinmun::Image| PrintedImage { url: &image.url, caption: image.caption.as_deref() };
        let name = |named: &'a sinmun::Named| PrintedName {
            id: &named.id,
            kind: named.kind.name(),
            label: &named.label,
            count: named.count,
        };
        Self {
            id: article.id.to_string(),
            url: &article.url,
            original_url: article.original_url.as_deref(),
            source: record.source.as_str(),
            language: record.language.code(),
            title: &record.title,
            date,
            dateline: record.dateline.as_deref(),
            byline: record.byline.as_deref(),
            genre: record.genre.map(|genre| genre.name()),
            speaker: record.speaker.as_deref(),
            body: &record.body,
            images: record.images.iter().map(image).collect(),
            entities: article.entities.iter().map(name).collect(),
            warnings: &article.warnings,
            explain: explain.then(|| article.notes.iter().map(PrintedNote::of).collect()),
        }
    }
}

impl<'a> PrintedNote<'a> {
    fn of(note: &'a Note) -> Self {
        Self {
            part: note.part,
            rule: &note.rule,
            element: note.element.as_deref(),
            text: &note.text,
            taken: note.rejected.is_none(),
            why_not: note.rejected.as_deref(),
        }
    }
}

/// The article for people, and after each part what was looked at for it.
fn print_text(out: &mut impl Write, article: &Normalized, record: &Record, explain: bool) -> io::Result<()> {
    let date = record.date.map(|date| {
        format!("{date}  ({}, from the {})", date.precision().name(), date.origin().name().replace('_', " "))
    });
    let source = record.source.to_string();
    let rows = [
        ("id", Some(article.id.to_string())),
        ("url", Some(article.url.clone())),
        ("original", article.original_url.clone()),
        ("source", Some(source)),
        ("language", Some(record.language.code().to_owned())),
        ("title", Some(record.title.clone())),
        ("date", date),
        ("dateline", record.dateline.clone()),
        ("byline", record.byline.clone()),
        ("genre", record.genre.map(|genre| genre.name().replace('-', " "))),
        ("speaker", record.speaker.clone()),
    ];
    let all: &[Note] = if explain { &article.notes } else { &[] };
    let notes = |part: &'static str| all.iter().filter(move |note| note.part == part);
    for (part, value) in rows {
        if value.is_some() || notes(part).next().is_some() {
            writeln!(out, "{}  {}", padded(part, 8), printable(value.as_deref().unwrap_or("-")))?;
        }
        for note in notes(part) {
            print_note(out, note)?;
        }
    }
    for image in &record.images {
        let caption = printable(image.caption.as_deref().unwrap_or_default());
        writeln!(out, "{}  {}  {caption}", padded("picture", 8), printable(&image.url))?;
    }
    for named in &article.entities {
        let (kind, label, count) = (named.kind.name(), &named.label, named.count);
        writeln!(out, "{}  {label}  ({kind}, {count})", padded("names", 8))?;
    }
    for warning in &article.warnings {
        writeln!(out, "{}  {warning}", padded("warning", 8))?;
    }
    let paragraphs = record.body.split("\n\n").filter(|paragraph| !paragraph.is_empty()).count();
    writeln!(out, "{}  {paragraphs} paragraphs, {} letters", padded("body", 8), record.body.chars().count())?;
    for note in notes("body") {
        print_note(out, note)?;
    }
    if !record.body.is_empty() {
        writeln!(out, "\n{}", printable(&record.body))?;
    }
    Ok(())
}

fn print_note(out: &mut impl Write, note: &Note) -> io::Result<()> {
    let mark = if note.rejected.is_some() { '×' } else { '✓' };
    write!(out, "          {mark} {}", printable(&note.rule))?;
    if let Some(element) = &note.element {
        write!(out, " at {}", printable(element))?;
    }
    if !note.text.is_empty() {
        write!(out, ": {}", printable(&note.text))?;
    }
    match &note.rejected {
        Some(why) => writeln!(out, " ({why})"),
        None => writeln!(out),
    }
}
