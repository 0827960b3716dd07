use std::io::{self, Write};

use serde_json::json;
use sinmun::Reread;

use crate::args::{Format, Renormalize};
use crate::config::Config;
use crate::progress::{Progress, READING_AGAIN, Unit};
use crate::text::thousands;
use crate::{DONE, NOTHING};

/// The most changed articles that are told one by one; JSON has more.
const SHOWN: usize = 10;

pub fn run(config: &Config, args: &Renormalize) -> anyhow::Result<u8> {
    let library = config.library(None)?;
    let progress = Progress::new(config);
    let reread = library.renormalize(&args.sources, &mut |done, total| {
        progress.show(READING_AGAIN, Unit::Pieces, done, total);
    })?;
    progress.finish();
    match args.format {
        Format::Json => writeln!(io::stdout(), "{}", to_json(&reread))?,
        Format::Text if !config.quiet => print_text(&mut io::stdout().lock(), &reread)?,
        Format::Text => {}
    }
    Ok(if reread.captures == 0 { NOTHING } else { DONE })
}

/// What changed, for programs.
pub fn to_json(reread: &Reread) -> serde_json::Value {
    let example = |altered: &sinmun::Altered| json!({"id": altered.id.to_string(), "title": altered.title, "fields": altered.fields});
    json!({
        "captures": reread.captures,
        "records": reread.counts.records,
        "unchanged": reread.unchanged,
        "changed": reread.changed,
        "fields": reread.fields,
        "new": reread.new,
        "joined": reread.joined,
        "withdrawn": reread.withdrawn,
        "revisions_gained": reread.revisions_gained,
        "revisions_lost": reread.revisions_lost,
        "rejected": reread.counts.rejected,
        "warnings": reread.counts.warnings,
        "articles": reread.examples.iter().map(example).collect::<Vec<_>>(),
    })
}

/// What was read again before anything else, since the rules had changed.
pub fn print_changed_rules(out: &mut impl Write, reread: &Reread) -> io::Result<()> {
    writeln!(out, "The rules have changed since the last time.")?;
    print_text(out, reread)?;
    writeln!(out)
}

/// What changed, for people.
fn print_text(out: &mut impl Write, reread: &Reread) -> io::Result<()> {
    if reread.captures == 0 {
        return writeln!(out, "No capture is of these sources.");
    }
    let captures = thousands(reread.captures);
    writeln!(out, "{captures} captures read again by today's rules")?;
    let rows = [
        ("articles as they were", reread.unchanged),
        ("articles changed", reread.changed),
        ("articles that were not found before", reread.new),
        ("articles that are part of another now; their ids lead there", reread.joined),
        ("articles that are found no more", reread.withdrawn),
        ("revisions more", reread.revisions_gained),
        ("revisions less", reread.revisions_lost),
    ];
    let always = 2;
    for (_, (name, count)) in
        rows.iter().enumerate().filter(|(place, (_, count))| *place < always || *count > 0)
    {
        writeln!(out, "{:>10}  {name}", thousands(*count))?;
    }
    for (field, count) in &reread.fields {
        writeln!(out, "{:>10}  of the changed: another {}", thousands(*count), field.replace('_', " "))?;
    }
    for altered in reread.examples.iter().take(SHOWN) {
        writeln!(out, "  {}  {}  ({})", altered.id, altered.title, altered.fields.join(", "))?;
    }
    if reread.changed > SHOWN as u64 {
        writeln!(out, "  … --format json tells of {}", thousands(reread.examples.len() as u64))?;
    }
    Ok(())
}
