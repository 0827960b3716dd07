use std::io::{Read, Write};
use std::path::Path;

use anyhow::Context;
use serde_json::{Value, json};
use sinmun::{KnownArticle, Verdict};

use crate::args::{Format, Known};
use crate::config::{Config, Mistake};
use crate::text::printable;
use crate::{DONE, NOTHING};

pub fn run(config: &Config, args: &Known) -> anyhow::Result<u8> {
    let language = match &args.language {
        Some(code) => Some(code.parse().map_err(|error| Mistake(format!("--language: {error}")))?),
        None => None,
    };
    let text = read(&args.file)?;
    let library = config.library(None)?;
    let known = library.known(&text, language)?;
    let mut out = std::io::stdout().lock();
    match args.format {
        Format::Json => writeln!(out, "{}", to_json(&known))?,
        Format::Text => print_text(&mut out, &known, &library)?,
    }
    Ok(if known.verdict == Verdict::Unknown { NOTHING } else { DONE })
}

fn read(file: &Path) -> anyhow::Result<String> {
    let mut bytes = Vec::new();
    if file == Path::new("-") {
        std::io::stdin().lock().read_to_end(&mut bytes).context("cannot read standard input")?;
    } else {
        bytes = std::fs::read(file).map_err(|error| {
            Mistake(format!("cannot read {}: {error}; give a text file, or -", file.display()))
        })?;
    }
    let text = String::from_utf8(bytes)
        .map_err(|_| Mistake(format!("{} is not UTF-8: save it as a text file in UTF-8", file.display())))?;
    Ok(text.trim_start_matches('\u{feff}').to_owned())
}

fn to_json(known: &sinmun::Known) -> Value {
    let articles: Vec<Value> = known
        .articles
        .iter()
        .map(|article| {
            let mut object = json!({
                "id": article.id.to_string(), "title": article.title, "source": article.source,
                "language": article.language, "date": article.date.map(|date| date.to_string()),
                "url": article.url, "first_seen": article.first_seen, "contained": rounded(article.contained),
                "covered": rounded(article.covered), "alike": rounded(article.alike),
            });
            if let Some(imported) = &article.imported_id {
                object["imported_id"] = json!(imported);
            }
            object
        })
        .collect();
    json!({
        "verdict": known.verdict.name(), "articles": articles,
        "earliest": known.earliest.map(|id| id.to_string()),
    })
}

/// To the thousandth: more would say nothing.
fn rounded(share: f64) -> f64 {
    (share * 1000.0).round() / 1000.0
}

fn print_text(out: &mut impl Write, known: &sinmun::Known, library: &sinmun::Library) -> std::io::Result<()> {
    let line = |article: &KnownArticle| {
        let source = library.source(&article.source).edition(article.language);
        let date = article.date.map_or("no date".to_owned(), |date| date.to_string());
        format!("{} · {date} · first seen {} · {}", printable(&source), article.first_seen, article.id)
    };
    let percent = |share: f64| (share * 100.0).floor();
    match known.verdict {
        Verdict::Known => writeln!(out, "Known.")?,
        Verdict::InPart => writeln!(out, "Known in part.")?,
        _ => writeln!(out, "Not known.")?,
    }
    for article in &known.articles {
        writeln!(out, "\n{}", printable(&article.title))?;
        writeln!(out, "  {}", line(article))?;
        writeln!(
            out,
            "  {:.0} % of the text stands there; {:.0} % of the article stands in the text",
            percent(article.contained),
            percent(article.covered)
        )?;
    }
    let earliest = known.articles.iter().find(|article| Some(article.id) == known.earliest);
    if let Some(article) = earliest.filter(|_| known.articles.len() > 1) {
        writeln!(out, "\nThe earliest: {}", line(article))?;
    }
    Ok(())
}
