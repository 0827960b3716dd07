use std::io::Write;

use serde_json::json;
use sinmun::{Page, Picture, Shown, TargetKind};

use crate::args::{Format, Show};
use crate::config::{Config, Mistake};
use crate::text::{printable, thousands};
use crate::{DONE, NOTHING};

pub fn run(config: &Config, args: &Show) -> anyhow::Result<u8> {
    let library = config.library(None)?;
    let found = library.show(&args.name)?;
    if found.is_empty() {
        let pages = library.pages(&args.name)?;
        if !pages.is_empty() {
            let mut out = std::io::stdout().lock();
            match args.format {
                Format::Json => {
                    let pages: Vec<_> = pages.iter().map(page_json).collect();
                    writeln!(out, "{}", json!({"url": args.name, "pages": pages}))?;
                }
                Format::Text => print_pages(&mut out, &pages)?,
            }
            return Ok(DONE);
        }
        config
            .remark(&format!("nothing is known of {}: give an id from `sinmun search`, or a URL", args.name));
        return Ok(NOTHING);
    }
    let mut out = std::io::stdout().lock();
    for (place, shown) in found.iter().enumerate() {
        match args.format {
            Format::Json => writeln!(out, "{}", to_json(shown, args.revision)?)?,
            Format::Text => {
                if place > 0 {
                    writeln!(out, "\n{}\n", "─".repeat(60))?;
                }
                print_text(&mut out, shown, args.revision)?;
            }
        }
    }
    Ok(DONE)
}

/// Title and body of the revision asked for, or the latest.
fn text_of(shown: &Shown, revision: Option<u32>) -> Result<(&str, &str), Mistake> {
    let Some(number) = revision else { return Ok((&shown.article.title, &shown.article.body)) };
    let found = shown.revisions.iter().find(|revision| revision.number == number);
    found.map(|revision| (revision.title.as_str(), revision.body.as_str())).ok_or_else(|| {
        Mistake(format!(
            "{} has revisions 1 to {}, there is no {number}",
            shown.article.id,
            shown.revisions.len()
        ))
    })
}

fn to_json(shown: &Shown, revision: Option<u32>) -> Result<serde_json::Value, Mistake> {
    let article = &shown.article;
    let (title, body) = text_of(shown, revision)?;
    let date = article.date.map(
        |date| json!({"value": date.to_string(), "precision": date.precision().name(), "from": date.origin().name()}),
    );
    let revisions: Vec<_> = shown
        .revisions
        .iter()
        .map(|revision| json!({"number": revision.number, "seen": revision.seen, "title": revision.title}))
        .collect();
    Ok(json!({
        "id": article.id.to_string(), "imported_id": article.imported_id, "url": article.url,
        "source": article.source, "source_name": shown.source.name, "language": article.language,
        "title": title, "date": date, "byline": article.byline, "dateline": article.dateline,
        "genre": article.genre.map(|genre| genre.name()), "speaker": article.speaker, "body": body,
        "first_seen": article.first_seen, "last_seen": article.last_seen, "revisions": revisions,
        "images": shown.pictures.iter().map(picture_json).collect::<Vec<_>>(),
        "pages": shown.pages.iter().map(page_json).collect::<Vec<_>>(),
        "alike": shown.alike.as_ref().map(|alike| {
            json!({"count": alike.count, "earliest": alike.earliest.id.to_string()})
        }),
    }))
}

fn picture_json(picture: &Picture) -> serde_json::Value {
    let kept = picture.kept.as_ref();
    json!({
        "url": picture.image.url, "caption": picture.image.caption, "kept": kept.map(|kept| &kept.seen),
        "type": kept.and_then(|kept| kept.mime.as_ref()),
    })
}

fn page_json(page: &Page) -> serde_json::Value {
    let unlisted: Vec<_> =
        page.unlisted.iter().map(|(list, since)| json!({"list": list, "missed": since})).collect();
    json!({
        "source": page.target.source, "url": page.target.url, "kind": page.target.kind.name(),
        "is_list": page.target.kind == TargetKind::List, "found": page.found,
        "listed": page.listed, "fetched": page.fetched, "status": page.status, "seen": page.seen,
        "missed": page.missed, "failures": page.failures,
        "failure": page.failure.as_ref().map(|(time, why)| json!({"time": time, "why": why})),
        "unlisted": unlisted,
    })
}

/// What is known of a page: present when, absent when; never "deleted".
fn print_pages(out: &mut impl Write, pages: &[Page]) -> std::io::Result<()> {
    for page in pages {
        let (kind, namer) = match page.target.kind {
            TargetKind::Article => ("page", "a list"),
            TargetKind::List => ("list", "a list"),
            TargetKind::Image => ("picture", "an article"),
        };
        writeln!(out, "As a {kind} of {}: {}", page.target.source, printable(&page.target.url))?;
        writeln!(out, "  known since {}, last named by {namer} {}", page.found, page.listed)?;
        match (&page.fetched, page.status) {
            (None, _) => writeln!(out, "  not fetched yet")?,
            (Some(time), Some(status)) => writeln!(out, "  last answered {time}, with {status}")?,
            (Some(time), None) => writeln!(out, "  last answered {time}")?,
        }
        if let Some(seen) = &page.seen {
            writeln!(out, "  last present {seen}")?;
        }
        if let Some(missed) = &page.missed {
            writeln!(out, "  absent since {missed}")?;
        }
        for (list, since) in &page.unlisted {
            writeln!(out, "  no longer on {} since {since}", printable(list))?;
        }
        if let Some((time, why)) = &page.failure {
            writeln!(out, "  last failed {time}: {}", printable(why))?;
        }
    }
    Ok(())
}

fn print_text(out: &mut impl Write, shown: &Shown, revision: Option<u32>) -> anyhow::Result<()> {
    let article = &shown.article;
    let (title, body) = text_of(shown, revision)?;
    let date = article.date.map_or("no date".to_owned(), |date| date.to_string());
    writeln!(out, "{}\n", printable(title))?;
    writeln!(out, "Date: {date} | Source: {} | {}", shown.source.edition(article.language), article.id)?;
    if let Some(url) = &article.url {
        writeln!(out, "Original: {}", printable(url))?;
    }
    if let Some(byline) = &article.byline {
        writeln!(out, "By: {}", printable(byline))?;
    }
    let genre = article.genre.map(|genre| genre.name().replace('-', " "));
    match (genre, &article.speaker) {
        (Some(genre), Some(speaker)) => writeln!(out, "Kind: {genre} | Speaker: {}", printable(speaker))?,
        (Some(genre), None) => writeln!(out, "Kind: {genre}")?,
        (None, Some(speaker)) => writeln!(out, "Speaker: {}", printable(speaker))?,
        (None, None) => {}
    }
    if let Some(dateline) = &article.dateline {
        writeln!(out, "Dateline: {}", printable(dateline))?;
    }
    writeln!(out, "First seen {}, last seen {}", article.first_seen, article.last_seen)?;
    if let Some(alike) = &shown.alike {
        let first = &alike.earliest;
        write!(out, "One of {} like it; the earliest: ", thousands(alike.count))?;
        if first.id == article.id {
            writeln!(out, "this one")?;
        } else {
            let date = first.date.map_or("no date".to_owned(), |date| date.to_string());
            writeln!(out, "{} · {} · {date} · {}", first.id, first.source, printable(&first.title))?;
        }
    }
    if shown.revisions.len() > 1 {
        writeln!(out, "{} revisions; --revision N shows an earlier one:", shown.revisions.len())?;
        for revision in &shown.revisions {
            writeln!(out, "  {}  {}  {}", revision.number, revision.seen, printable(&revision.title))?;
        }
    }
    print_pages(out, &shown.pages)?;
    let body = if body.is_empty() { "(only the headline is known)" } else { body };
    writeln!(out, "\n{}", printable(body))?;
    for Picture { image, kept } in &shown.pictures {
        writeln!(out, "\nPicture: {}", printable(&image.url))?;
        if let Some(caption) = &image.caption {
            writeln!(out, "  {}", printable(caption))?;
        }
        if let Some(kept) = kept {
            let mime = kept.mime.as_deref().unwrap_or("of no type");
            writeln!(out, "  in the archive since {} ({})", kept.seen, printable(mime))?;
        }
    }
    Ok(())
}
