use std::io::Write;

use serde_json::json;
use sinmun::SourceReport;

use crate::DONE;
use crate::args::{Format, Report};
use crate::config::Config;
use crate::text::{padded, printable, thousands, width};

pub fn run(config: &Config, args: &Report) -> anyhow::Result<u8> {
    let reports = config.library(None)?.source_reports()?;
    let mut out = std::io::stdout().lock();
    match args.format {
        Format::Json => {
            let all: Vec<_> = reports.iter().map(to_json).collect();
            writeln!(out, "{}", serde_json::Value::Array(all))?;
        }
        Format::Text => {
            let column = reports.iter().map(|report| width(report.id.as_str())).max().unwrap_or(0);
            writeln!(
                out,
                "{}  {:>9}  {:>10}  {:>16}  {:>7}  crawling",
                padded("source", column),
                "articles",
                "latest",
                "last success",
                "missing"
            )?;
            for report in &reports {
                let health = report.health.as_ref();
                let success = health.and_then(|health| health.last_success.as_deref()).map_or("-", minute);
                let day = report.latest.as_deref().map_or("-", |date| date.split('T').next().unwrap_or(date));
                writeln!(
                    out,
                    "{}  {:>9}  {day:>10}  {success:>16}  {:>7}  {}",
                    padded(report.id.as_str(), column),
                    thousands(report.articles),
                    health.map_or_else(|| "-".to_owned(), |health| thousands(health.missing)),
                    state(report)
                )?;
            }
        }
    }
    Ok(DONE)
}

/// A time to the minute.
fn minute(time: &str) -> &str {
    time.get(..16).unwrap_or(time)
}

/// Whether a source can be crawled, and the last that went wrong.
fn state(report: &SourceReport) -> String {
    let can = match (report.can_be_crawled, report.needs_permission, report.gone) {
        (false, _, _) => "import only".to_owned(),
        (true, _, Some(day)) => format!("gone since {day}"),
        (true, true, None) => "with permission only".to_owned(),
        (true, false, None) => "yes".to_owned(),
    };
    let failure = report.health.as_ref().and_then(|health| health.last_failure.as_ref());
    match failure {
        Some((time, why)) => format!("{can}; {}: {}", minute(time), printable(why)),
        None => can,
    }
}

fn to_json(report: &SourceReport) -> serde_json::Value {
    let health = report.health.as_ref();
    json!({
        "id": report.id, "name": report.name, "articles": report.articles, "latest": report.latest,
        "can_be_crawled": report.can_be_crawled, "needs_permission": report.needs_permission,
        "gone": report.gone.map(|day| day.to_string()),
        "seen": health.map(|health| health.seen), "missing": health.map(|health| health.missing),
        "waiting": health.map(|health| health.waiting),
        "last_success": health.and_then(|health| health.last_success.clone()),
        "last_error": health.and_then(|health| health.last_failure.as_ref())
            .map(|(time, why)| json!({"time": time, "why": why})),
    })
}
