use std::io::Write;
use std::path::PathBuf;

use anyhow::Context;
use sinmun::{Query, Results};

use crate::DONE;
use crate::cmd::import::print_text;
use crate::cmd::search::Page;
use crate::config::Config;
use crate::text::bytes;

/// Invented articles of invented outlets; see `samples/README.md`.
const SAMPLES: &str = include_str!("../../samples/articles.jsonl");

pub fn run(data: Option<PathBuf>, quiet: bool) -> anyhow::Result<u8> {
    let folder = match data {
        Some(data) => {
            std::fs::create_dir_all(&data)
                .with_context(|| format!("cannot make the folder {}", data.display()))?;
            data
        }
        // A folder that nobody has made before, so that nobody else's files are written to.
        None => tempfile::Builder::new()
            .prefix("sinmun-demo-")
            .tempdir()
            .context("cannot make a temporary folder; give --data DIR")?
            .keep(),
    };
    let config = Config::of(Some(&folder), quiet)?;
    let samples = folder.join("samples.jsonl");
    std::fs::write(&samples, SAMPLES).with_context(|| format!("cannot write {}", samples.display()))?;

    let mut out = std::io::stdout().lock();
    writeln!(
        out,
        "Sinmun collects the articles of state media, keeps them as evidence, and makes them searchable."
    )?;
    writeln!(
        out,
        "This demo runs on samples: invented articles of five invented outlets, in four languages.\n"
    )?;
    heading(&mut out, "1. Import", &format!("sinmun import {}", samples.display()))?;
    let library = config.library(None)?;
    let summary = library.import(&samples)?;
    print_text(&mut out, &summary)?;
    let status = library.status()?;
    writeln!(
        out,
        "\nKept in {}: archive {} (the evidence), catalogue {}, index {}.",
        folder.display(),
        bytes(status.archive_bytes),
        bytes(status.catalogue_bytes),
        bytes(status.index_bytes)
    )?;

    let mut show = |title: &str, command: &str, query: &Query| -> anyhow::Result<Results> {
        heading(&mut out, title, command)?;
        let results = library.search(query)?;
        write!(out, "{}", Page { config: &config, results: &results, by_story: false })?;
        Ok(results)
    };
    show(
        "2. Search for words, and count by outlet and year",
        "sinmun search satellite launch --facet source --facet year",
        &Query::parse("satellite launch")?.facet("source", 20).whole_facet("year").limit(3),
    )?;
    show(
        "3. Search in Korean: the words are found with their particles and endings",
        "sinmun search 위성발사 --facet place",
        &Query::parse("위성발사")?.facet("place", 5).limit(2),
    )?;
    show(
        "4. Everything that mentions Russia, in whichever language, newest first",
        "sinmun search --country RU --facet language",
        &Query::all().country("RU").facet("language", 10).limit(4),
    )?;

    let data = folder.display();
    heading(&mut out, "What to type next", "")?;
    writeln!(out, "sinmun search --data {data} 'flood OR harvest' --facet month")?;
    writeln!(out, "sinmun search --data {data} вакцина --format json")?;
    writeln!(out, "sinmun show --data {data} sample-0001 --revision 1     (a text that was changed later)")?;
    writeln!(out, "sinmun status --data {data}")?;
    writeln!(
        out,
        "sinmun import YOUR-FILE.jsonl        (one object a line: outlet, lang, date, title, url, body)"
    )?;
    Ok(DONE)
}

fn heading(out: &mut impl Write, title: &str, command: &str) -> std::io::Result<()> {
    writeln!(out, "\n── {title} {}", "─".repeat(70usize.saturating_sub(title.chars().count())))?;
    if !command.is_empty() {
        writeln!(out, "   $ {command}\n")?;
    }
    Ok(())
}
