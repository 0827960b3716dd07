//! Many queries from a file: a TREC run, or the hits of each.

use std::io::Write;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::Context;
use sinmun::Library;

use crate::args::{Search, SearchFormat};
use crate::cmd::search::{CSV_HEADER, one_of_many, write_csv, write_lines};
use crate::config::{Config, Mistake};
use crate::{DONE, NOTHING};

/// Hits of a TREC run, unless --limit says otherwise.
const DEPTH: usize = 100;

/// One line of the file.
struct Asked<'a> {
    id: &'a str,
    text: &'a str,
}

pub fn run(config: &Config, library: &Library, args: &Search, file: &Path) -> anyhow::Result<u8> {
    let text = std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    let mut asked = Vec::new();
    for (place, line) in
        text.trim_start_matches('\u{feff}').lines().enumerate().filter(|(_, line)| !line.trim().is_empty())
    {
        let Some((id, text)) = line.split_once('\t') else {
            let message =
                format!("{}:{}: no tab between the query's id and its text", file.display(), place + 1);
            return Err(Mistake(message).into());
        };
        asked.push(Asked { id: id.trim(), text });
    }
    let answers = answer_all(library, args, &asked)?;
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    if args.format == SearchFormat::Csv {
        writeln!(out, "query_id,{CSV_HEADER}")?;
    }
    let mut is_empty = true;
    for (asked, answer) in asked.iter().zip(answers) {
        is_empty &= answer.is_empty();
        out.write_all(&answer)?;
        if answer.is_empty() {
            config.remark(&format!("query {} found nothing", asked.id));
        }
    }
    out.flush()?;
    Ok(if is_empty { NOTHING } else { DONE })
}

/// Answers on all cores, in the order asked.
fn answer_all(library: &Library, args: &Search, asked: &[Asked<'_>]) -> anyhow::Result<Vec<Vec<u8>>> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let next = AtomicUsize::new(0);
    let work = || -> anyhow::Result<Vec<(usize, Vec<u8>)>> {
        let mut done = Vec::new();
        loop {
            let place = next.fetch_add(1, Ordering::Relaxed);
            let Some(one) = asked.get(place) else { return Ok(done) };
            done.push((place, answer_one(library, args, one)?));
        }
    };
    let mut answers = vec![Vec::new(); asked.len()];
    std::thread::scope(|scope| -> anyhow::Result<()> {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        for worker in workers {
            let done = worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
            for (place, answer) in done {
                answers[place] = answer;
            }
        }
        Ok(())
    })?;
    Ok(answers)
}

fn answer_one(library: &Library, args: &Search, asked: &Asked<'_>) -> anyhow::Result<Vec<u8>> {
    let mut out = Vec::new();
    let Some(query) = one_of_many(asked.text, args)? else { return Ok(out) };
    if args.format == SearchFormat::Trec {
        let query = query.limit(args.limit.unwrap_or(DEPTH));
        for (rank, (name, score)) in library.ranking(&query)?.iter().enumerate() {
            writeln!(out, "{} Q0 {name} {} {score} sinmun", asked.id, rank + 1)?;
        }
        return Ok(out);
    }
    let results = library.search(&query)?;
    match args.format {
        SearchFormat::Jsonl | SearchFormat::Json => write_lines(&mut out, Some(asked.id), &results)?,
        SearchFormat::Csv => write_csv(&mut out, Some(asked.id), &results)?,
        SearchFormat::Text | SearchFormat::Trec => {
            writeln!(out, "{}\t{} found", asked.id, results.total)?;
            for hit in &results.hits {
                writeln!(out, "\t{:.3}\t{}\t{}", hit.score, hit.id, crate::text::printable(&hit.title))?;
            }
        }
    }
    Ok(out)
}
