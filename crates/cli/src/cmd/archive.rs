use std::io::{self, IsTerminal, Write};
use std::path::Path;

use anyhow::Context;
use serde_json::json;
use sinmun::{Query, Verification};

use crate::args::{Archive, Export, Format, Report};
use crate::cmd::search::selected;
use crate::config::{Config, Mistake};
use crate::progress::{Progress, Unit};
use crate::text::{bytes, printable, thousands};
use crate::{DONE, FAILURE, NOTHING};

pub fn run(config: &Config, args: &Archive) -> anyhow::Result<u8> {
    match args {
        Archive::Verify(args) => verify(config, args),
        Archive::Export(args) => export(config, args),
    }
}

fn verify(config: &Config, args: &Report) -> anyhow::Result<u8> {
    let progress = Progress::new(config);
    let found = config.library(None)?.verify(&mut |done, total| {
        progress.show("verifying", Unit::Bytes, done, total);
    })?;
    progress.finish();
    let mut out = io::stdout().lock();
    match args.format {
        Format::Json => writeln!(out, "{}", to_json(&found))?,
        Format::Text => print_text(&mut out, &found)?,
    }
    Ok(if found.problems.is_empty() { DONE } else { FAILURE })
}

fn to_json(found: &Verification) -> serde_json::Value {
    let problems: Vec<_> = found
        .problems
        .iter()
        .map(|problem| json!({"file": problem.file, "offset": problem.offset, "what": problem.what}))
        .collect();
    json!({
        "files": found.files, "records": found.records, "captures": found.captures,
        "sound": problems.is_empty(), "problems": problems,
    })
}

/// What was found, for people.
pub fn print_text(out: &mut impl Write, found: &Verification) -> io::Result<()> {
    for problem in &found.problems {
        let file = printable(&problem.file);
        match problem.offset {
            Some(offset) => writeln!(out, "{file}, byte {offset}: {}", problem.what)?,
            None => writeln!(out, "{file}: {}", problem.what)?,
        }
    }
    let read = format!(
        "{} records in {} files, {} captures in the catalogue",
        thousands(found.records),
        thousands(found.files),
        thousands(found.captures)
    );
    match found.problems.len() {
        0 => writeln!(out, "{read}: every digest, every pointer and the chain are as they should be."),
        1 => writeln!(out, "{read}; 1 problem."),
        count => writeln!(out, "{read}; {} problems.", thousands(count as u64)),
    }
}

fn export(config: &Config, args: &Export) -> anyhow::Result<u8> {
    let query = selected(Query::parse(&args.selection.query.join(" "))?, &args.selection)?;
    let library = config.library(None)?;
    let exported = match &args.output {
        Some(path) => {
            let name =
                path.file_name().map_or_else(|| "export.warc.gz".into(), |name| name.to_string_lossy());
            let folder =
                path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
            let mut file = tempfile::NamedTempFile::new_in(folder)
                .with_context(|| format!("cannot write into {}", folder.display()))?;
            let exported = library.export(&query, &name, &mut file)?;
            file.persist(path).with_context(|| format!("cannot write {}", path.display()))?;
            exported
        }
        None if io::stdout().is_terminal() => {
            let message = "a WARC file is nothing to read in a terminal: name a file with --output";
            return Err(Mistake(message.into()).into());
        }
        None => library.export(&query, "export.warc.gz", &mut io::stdout().lock())?,
    };
    config.remark(&format!(
        "{} articles, {} captures, {}",
        thousands(exported.articles),
        thousands(exported.captures),
        bytes(exported.bytes)
    ));
    Ok(if exported.articles == 0 { NOTHING } else { DONE })
}
