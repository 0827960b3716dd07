use std::io::Write;

use serde_json::json;
use sinmun::Shown;

use crate::args::{Format, Show};
use crate::config::{Config, Mistake};
use crate::text::printable;
use crate::{DONE, NOTHING};

pub fn run(config: &Config, args: &Show) -> anyhow::Result<u8> {
    let library = config.library(None)?;
    let found = library.show(&args.name)?;
    if found.is_empty() {
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
        "title": title, "date": date, "byline": article.byline, "body": body,
        "first_seen": article.first_seen, "last_seen": article.last_seen, "revisions": revisions,
    }))
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
    writeln!(out, "First seen {}, last seen {}", article.first_seen, article.last_seen)?;
    if shown.revisions.len() > 1 {
        writeln!(out, "{} revisions; --revision N shows an earlier one:", shown.revisions.len())?;
        for revision in &shown.revisions {
            writeln!(out, "  {}  {}  {}", revision.number, revision.seen, printable(&revision.title))?;
        }
    }
    let body = if body.is_empty() { "(only the headline is known)" } else { body };
    writeln!(out, "\n{}", printable(body))?;
    Ok(())
}
