use std::io::Write;

use serde_json::{Value, json};
use sinmun::{Day, Match, Order, PubDate, Query, Results, SearchHit};

use crate::args::{Dates, Matching, Search, SearchFormat, Selection, Sort};
use crate::cmd::run as trec;
use crate::config::{Config, Mistake};
use crate::text::{csv, marked, padded, printable, thousands, width};
use crate::{DONE, NOTHING};

pub fn run(config: &Config, args: &Search) -> anyhow::Result<u8> {
    let library = config.library(None)?;
    if let Some(file) = &args.queries {
        return trec::run(config, &library, args, file);
    }
    if args.format == SearchFormat::Trec {
        return Err(
            Mistake("--format trec answers many queries: name their file with --queries".into()).into()
        );
    }
    let query = with_options(Query::parse(&args.selection.query.join(" "))?, args)?;
    let results = library.search(&query)?;
    let mut out = std::io::stdout().lock();
    match args.format {
        SearchFormat::Text => {
            write!(out, "{}", Page { config, results: &results, things: Things::of(args) })?
        }
        SearchFormat::Json => writeln!(out, "{}", to_json(&results))?,
        SearchFormat::Jsonl => write_lines(&mut out, None, &results)?,
        SearchFormat::Csv => {
            writeln!(out, "{CSV_HEADER}")?;
            write_csv(&mut out, None, &results)?;
        }
        SearchFormat::Trec => {}
    }
    out.flush()?;
    for suggestion in results.suggestions.iter().filter(|_| args.format != SearchFormat::Text) {
        config.remark(&format!("nothing found; try {} ({})", suggestion.query, suggestion.why));
    }
    Ok(if results.total == 0 { NOTHING } else { DONE })
}

/// A query with the filters that the flags say.
pub fn selected(mut query: Query, args: &Selection) -> Result<Query, Mistake> {
    for source in &args.source {
        query = query.source(source);
    }
    for code in &args.language {
        query = query.language(code.parse().map_err(|error| Mistake(format!("--language: {error}")))?);
    }
    for (kind, names) in [
        (sinmun::EntityKind::Person, &args.person),
        (sinmun::EntityKind::Organization, &args.organization),
        (sinmun::EntityKind::Place, &args.place),
    ] {
        for name in names {
            query = query.entity(kind, name);
        }
    }
    for country in &args.country {
        query = query.country(country);
    }
    if let Some(from) = &args.from {
        query = query.from(days("--from", from)?.0);
    }
    if let Some(to) = &args.to {
        query = query.to(days("--to", to)?.1);
    }
    if args.matching == Some(Matching::Any) {
        query = query.matching(Match::Any);
    }
    Ok(query.dates(match args.dates {
        Dates::Inside => sinmun::DateMatch::Inside,
        Dates::Overlap => sinmun::DateMatch::Overlap,
    }))
}

/// A query with all that the flags of a search say.
fn with_options(query: Query, args: &Search) -> Result<Query, Mistake> {
    let mut query = selected(query, &args.selection)?;
    for facet in &args.facet {
        query = match facet.split_once(':') {
            None if matches!(facet.as_str(), "year" | "month") => query.whole_facet(facet),
            None => query.facet(facet, 20),
            Some((name, size)) => {
                let size =
                    size.parse().map_err(|_| Mistake(format!("--facet {facet}: {size:?} is no number")))?;
                query.facet(name, size)
            }
        };
    }
    if let Some(sort) = args.sort {
        query = query.order(match sort {
            Sort::Relevance => Order::Relevance,
            Sort::Newest => Order::Newest,
            Sort::Oldest => Order::Oldest,
        });
    }
    if let Some(after) = &args.after {
        query = query.after(after);
    }
    Ok(query.limit(args.limit.unwrap_or(10)).by_story(args.by_story).collapse(args.collapse))
}

/// The first and last day of a date given to a flag.
pub fn days(flag: &str, text: &str) -> Result<(Day, Day), Mistake> {
    let date: PubDate = text
        .parse()
        .map_err(|error| Mistake(format!("{flag}: {error}; write 2011, 2011-07 or 2011-07-08")))?;
    Ok((date.first_day(), date.last_day()))
}

/// The one object that `--format json` prints.
pub fn to_json(results: &Results) -> Value {
    let facets: serde_json::Map<String, Value> = results
        .facets
        .iter()
        .map(|facet| {
            let value = |value: &sinmun::FacetValue| {
                json!({"value": value.value, "label": value.label, "count": value.count})
            };
            (facet.name.clone(), facet.values.iter().map(value).collect())
        })
        .collect();
    let suggestions: Vec<Value> =
        results.suggestions.iter().map(|other| json!({"query": other.query, "why": other.why})).collect();
    json!({
        "query": results.query, "total": results.total, "took_us": results.took_us,
        "hits": results.hits.iter().map(hit_json).collect::<Vec<_>>(),
        "facets": facets, "next": results.next, "suggestions": suggestions,
    })
}

fn hit_json(hit: &SearchHit) -> Value {
    let mut object = json!({
        "id": hit.id.to_string(), "title": hit.title, "source": hit.source, "language": hit.language,
        "date": hit.date.map(|date| date.to_string()), "url": hit.url, "score": hit.score,
        "snippet": {
            "text": hit.snippet.text,
            "highlights": hit.snippet.highlights.iter().map(|range| {
                let characters = |end: usize| hit.snippet.text[..end].chars().count();
                [characters(range.start), characters(range.end)]
            }).collect::<Vec<_>>(),
        },
    });
    if let Some(alike) = hit.alike {
        object["alike"] = json!(alike);
    }
    if let Some(imported) = &hit.imported_id {
        object["imported_id"] = json!(imported);
    }
    object
}

/// One hit a line, with the query's id in front where there are many.
pub fn write_lines(out: &mut impl Write, query: Option<&str>, results: &Results) -> std::io::Result<()> {
    for hit in &results.hits {
        let mut object = hit_json(hit);
        if let Some(query) = query {
            object["query_id"] = json!(query);
        }
        writeln!(out, "{object}")?;
    }
    Ok(())
}

/// The columns of `--format csv`.
pub const CSV_HEADER: &str = "id,imported_id,date,source,language,title,url,score";

/// One hit a line.
pub fn write_csv(out: &mut impl Write, query: Option<&str>, results: &Results) -> std::io::Result<()> {
    for hit in &results.hits {
        let fields = [
            hit.id.to_string(),
            hit.imported_id.clone().unwrap_or_default(),
            hit.date.map_or_else(String::new, |date| date.to_string()),
            hit.source.to_string(),
            hit.language.to_string(),
            hit.title.clone(),
            hit.url.clone().unwrap_or_default(),
            hit.score.to_string(),
        ];
        let line: Vec<String> =
            query.map(csv).into_iter().chain(fields.iter().map(|field| csv(field))).collect();
        writeln!(out, "{}", line.join(","))?;
    }
    Ok(())
}

/// Results as they are read in a terminal.
pub struct Page<'a> {
    pub config: &'a Config,
    pub results: &'a Results,
    /// What the total counts.
    pub things: Things,
}

/// What a total counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Things {
    Articles,
    Stories,
    /// Articles that are alike, as one.
    Clusters,
}

impl Things {
    fn of(args: &Search) -> Self {
        match (args.by_story, args.collapse) {
            (true, _) => Self::Stories,
            (_, true) => Self::Clusters,
            _ => Self::Articles,
        }
    }
}

impl std::fmt::Display for Page<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let results = self.results;
        let tty = self.config.is_terminal;
        for hit in &results.hits {
            let date = hit.date.map_or_else(|| "no date".to_owned(), |date| date.to_string());
            let language = hit.language.code().to_ascii_uppercase();
            writeln!(f, "{}", marked(&hit.title, &hit.title_highlights, tty))?;
            writeln!(f, "  {} ({language}) · {date} · {}", printable(&hit.source_name), hit.id)?;
            if !hit.snippet.text.is_empty() {
                writeln!(f, "  {}", marked(&hit.snippet.text, &hit.snippet.highlights, tty))?;
            }
            if let Some(alike) = hit.alike.filter(|alike| *alike > 0) {
                writeln!(f, "  and {} like it", thousands(alike))?;
            }
            writeln!(f)?;
        }
        let milliseconds = results.took_us as f64 / 1000.0;
        match (results.total, results.hits.len() as u64) {
            (0, _) => writeln!(f, "Nothing found.")?,
            (1, 1) => {
                let thing = match self.things {
                    Things::Articles => "article",
                    Things::Stories => "story",
                    Things::Clusters => "cluster",
                };
                writeln!(f, "1 {thing} in {milliseconds:.1} ms")?;
            }
            (total, shown) => {
                let (things, shown) = match self.things {
                    Things::Articles => ("articles", shown.to_string()),
                    Things::Stories => ("stories", format!("{shown} articles")),
                    Things::Clusters => ("clusters", shown.to_string()),
                };
                writeln!(f, "{} {things}, {shown} shown, in {milliseconds:.1} ms", thousands(total))?;
            }
        }
        for suggestion in &results.suggestions {
            writeln!(f, "Try: {}  ({})", printable(&suggestion.query), suggestion.why)?;
        }
        for facet in results.facets.iter().filter(|facet| !facet.values.is_empty()) {
            writeln!(f)?;
            write_facet(f, facet)?;
        }
        if let Some(next) = &results.next {
            writeln!(f, "\nNext page: --after {next}")?;
        }
        Ok(())
    }
}

fn write_facet(f: &mut std::fmt::Formatter<'_>, facet: &sinmun::Facet) -> std::fmt::Result {
    let most = facet.values.iter().map(|value| value.count).max().unwrap_or(1).max(1);
    let column = facet.values.iter().map(|value| width(&value.label)).max().unwrap_or(0).clamp(8, 48);
    let rest = facet.distinct - facet.values.len();
    let more = if rest > 0 { format!(" ({} more)", thousands(rest as u64)) } else { String::new() };
    writeln!(f, "{}{more}", facet.name)?;
    for value in &facet.values {
        let bar = "▇".repeat((value.count * 24).div_ceil(most) as usize);
        writeln!(f, "  {} {:>9} {bar}", padded(&printable(&value.label), column), thousands(value.count))?;
    }
    Ok(())
}

/// One of many queries: a bag of words of which any may match, unless --match says otherwise.
///
/// `None` where it has no word to look for.
pub fn one_of_many(text: &str, args: &Search) -> anyhow::Result<Option<Query>> {
    let query = match args.selection.matching {
        Some(Matching::All) => Query::parse(text)?,
        _ => match Query::question(text) {
            Ok(query) => query.matching(Match::Any),
            Err(_) => return Ok(None),
        },
    };
    Ok(Some(with_options(query, args)?))
}
