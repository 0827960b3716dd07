use std::collections::HashMap;
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::Mutex;

use serde_json::json;
use sinmun::{ImportEvent, ImportOptions, ImportSummary};

use crate::args::{Format, Import};
use crate::cmd::renormalize;
use crate::config::{Config, Mistake};
use crate::progress::{Progress, READING_AGAIN, Unit};
use crate::text::thousands;
use crate::{DONE, MISTAKE};

/// Rejected lines that are printed of one file; the rest is counted.
const SHOWN: u64 = 10;

pub fn run(config: &Config, args: &Import) -> anyhow::Result<u8> {
    let language = match &args.language {
        Some(code) => Some(code.parse().map_err(|error| Mistake(format!("--language: {error}")))?),
        None => None,
    };
    let options = ImportOptions { source: args.source.clone(), language, url: args.url.clone() };
    let library = config.library(Some(args.memory))?;
    let progress = Progress::new(config);
    let rejected: Mutex<HashMap<PathBuf, u64>> = Mutex::default();
    let tell = |file: &PathBuf, message: String| {
        let Ok(mut rejected) = rejected.lock() else { return };
        let count = rejected.entry(file.clone()).or_default();
        *count += 1;
        if *count <= SHOWN {
            progress.line(&message);
        } else if *count == SHOWN + 1 {
            progress.line(&format!("{}: more like these; the summary counts them", file.display()));
        }
    };
    let told = |event| match event {
        ImportEvent::ReadAgain { done, total } => progress.show(READING_AGAIN, Unit::Pieces, done, total),
        ImportEvent::Stored { done, total } => progress.show("storing ", Unit::Bytes, done, total),
        ImportEvent::Compared { done, total } => progress.show("comparing", Unit::Pieces, done, total),
        ImportEvent::Indexed { done, total } => progress.show("indexing", Unit::Pieces, done, total),
        ImportEvent::Unreadable { file, reason } => progress.line(&format!("{}: {reason}", file.display())),
        ImportEvent::Rejected { file, line, reason } => {
            tell(&file, format!("{}:{line}: {reason}", file.display()));
        }
        ImportEvent::Damaged { file, reason, .. } => tell(&file, format!("{}: {reason}", file.display())),
        _ => {}
    };
    let summary = library.import_with(&args.paths, &options, &told)?;
    progress.finish();
    match args.format {
        Format::Json => writeln!(std::io::stdout(), "{}", to_json(&summary))?,
        Format::Text if !config.quiet => print_text(&mut std::io::stdout().lock(), &summary)?,
        Format::Text => {}
    }
    let has_mistakes =
        summary.counts.rejections() > 0 || summary.unreadable > 0 || !summary.pages.rejected.is_empty();
    Ok(if has_mistakes { MISTAKE } else { DONE })
}

fn to_json(summary: &ImportSummary) -> serde_json::Value {
    let counts = &summary.counts;
    json!({
        "files": summary.files,
        "known_files": summary.known_files,
        "unreadable": summary.unreadable,
        "records": counts.records,
        "new": counts.new,
        "joined": counts.joined,
        "filled": counts.filled,
        "revised": counts.revised,
        "unchanged": counts.unchanged,
        "merged": counts.merged,
        "rejected": counts.rejected,
        "warnings": counts.warnings,
        "pages": {
            "read": summary.pages.read,
            "no_article": summary.pages.no_article,
            "not_read": summary.pages.not_read,
            "known": summary.pages.known,
            "other": summary.pages.other,
            "rejected": summary.pages.rejected,
        },
        "read_again": summary.reread.as_ref().map(renormalize::to_json),
        "indexed": summary.indexed,
    })
}

/// The summary as a small table, for people.
pub fn print_text(out: &mut impl Write, summary: &ImportSummary) -> io::Result<()> {
    let counts = &summary.counts;
    let pages = &summary.pages;
    if let Some(reread) = &summary.reread {
        renormalize::print_changed_rules(out, reread)?;
    }
    let rows = [
        ("pages read", pages.read),
        ("pages that are no articles: kept, not read", pages.no_article),
        ("captures known already", pages.known),
        ("other records kept", pages.other),
        ("records read", counts.records),
        ("new articles", counts.new),
        ("joined their story", counts.joined),
        ("revised", counts.revised),
        ("said nothing new", counts.unchanged),
        ("proved to be one", counts.merged),
        ("indexed", summary.indexed),
    ];
    match (summary.files, summary.known_files) {
        (1, 0) => writeln!(out, "1 file")?,
        (1, _) => writeln!(out, "1 file, known already")?,
        (files, known) => writeln!(out, "{files} files, {known} of them known already")?,
    }
    for (name, count) in rows.into_iter().filter(|(name, count)| *count > 0 || *name == "new articles") {
        writeln!(out, "{:>10}  {name}", thousands(count))?;
    }
    if counts.filled > 0 {
        writeln!(out, "{:>10}  of them filled a headline with its text", thousands(counts.filled))?;
    }
    for (reason, count) in &pages.not_read {
        writeln!(out, "{:>10}  kept, not read: {reason}", thousands(*count))?;
    }
    for (reason, count) in pages.rejected.iter().chain(&counts.rejected) {
        writeln!(out, "{:>10}  rejected: {reason}", thousands(*count))?;
    }
    for (warning, count) in &counts.warnings {
        writeln!(out, "{:>10}  {warning}", thousands(*count))?;
    }
    if summary.unreadable > 0 {
        writeln!(out, "{:>10}  files that could not be read", thousands(summary.unreadable))?;
    }
    Ok(())
}
