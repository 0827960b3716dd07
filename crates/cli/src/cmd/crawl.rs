use std::collections::BTreeMap;
use std::io::{self, Write};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use sinmun::{CrawlEvent, CrawlOptions, CrawlSummary, HostSummary};

use crate::args::{Crawl, Format};
use crate::cmd::renormalize;
use crate::cmd::search::days;
use crate::config::Config;
use crate::progress::{Progress, READING_AGAIN, Unit};
use crate::settings::Settings;
use crate::text::{padded, thousands, width};
use crate::{DONE, MISTAKE};

pub fn run(config: &Config, args: &Crawl) -> anyhow::Result<u8> {
    let defaults = CrawlOptions::default();
    let settings = Settings::read(&config.data)?;
    let options = CrawlOptions {
        sources: args.sources.clone(),
        since: args.since.as_deref().map(|date| days("--since", date)).transpose()?.map(|days| days.0),
        until: args.until.as_deref().map(|date| days("--until", date)).transpose()?.map(|days| days.1),
        limit: args.limit,
        delay: args.delay,
        timeout: args.timeout,
        retry_wait: args.retry_wait,
        dry_run: args.dry_run,
        from_base: args.from_base.clone(),
        allow_private: args.allow_private,
        proxy: args.proxy.clone().map_or_else(|| settings.proxy(), |proxy| Ok(Some(proxy)))?,
        contact: args.contact.clone().or(settings.contact),
        permitted: [settings.permitted, args.permitted.clone()].concat(),
        revisit: args.revisit.clone().unwrap_or(defaults.revisit),
    };
    let library = config.library(None)?;
    let progress = Progress::new(config);
    let (began, view) = (Instant::now(), Mutex::new(()));
    let told = |event| match event {
        CrawlEvent::Hosts(hosts) => {
            let _one_at_a_time = view.lock();
            progress.lines(&live(&hosts, began.elapsed().as_secs_f64()));
        }
        CrawlEvent::Trouble { url, reason } if !config.quiet => {
            // A reason that names the URL says it itself.
            let said = if reason.starts_with(&url) { reason } else { format!("{url}: {reason}") };
            progress.line(&said);
        }
        CrawlEvent::Closed { host, from, to, time_zone, wait } if !config.quiet => {
            let (from, to, wait) = (clock(from), clock(to), waiting(wait));
            let hours = format!("only from {from} to {to} ({time_zone})");
            progress.line(&format!("{host} is asked {hours}: waiting until {from}, for {wait}"));
        }
        CrawlEvent::ReadAgain { done, total } => progress.show(READING_AGAIN, Unit::Pieces, done, total),
        CrawlEvent::Indexed { done, total } => progress.show("indexing", Unit::Pieces, done, total),
        _ => {}
    };
    let summary = library.crawl(&options, &told)?;
    progress.finish();
    let mut out = io::stdout().lock();
    match args.format {
        Format::Json => writeln!(out, "{}", to_json(&summary))?,
        Format::Text if args.dry_run => {
            for request in &summary.plan {
                writeln!(out, "{request}")?;
            }
        }
        Format::Text if !config.quiet => print_text(&mut out, &summary)?,
        Format::Text => {}
    }
    let has_changed = args.strict && summary.emptied_lists() > 0;
    Ok(if has_changed { MISTAKE } else { DONE })
}

/// A minute of the day as a clock shows it.
fn clock(minute: u16) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

/// A time in hours and minutes.
fn waiting(time: Duration) -> String {
    match time.as_secs().div_ceil(60) {
        minutes @ 0..60 => format!("{minutes} min"),
        minutes => format!("{} h {} min", minutes / 60, minutes % 60),
    }
}

/// A line for each host, while the crawl runs.
fn live(hosts: &BTreeMap<String, HostSummary>, seconds: f64) -> Vec<String> {
    let column = hosts.keys().map(|host| width(host)).max().unwrap_or(0);
    let line = |(host, told): (&String, &HostSummary)| {
        let pictures = match told.images {
            0 => String::new(),
            images => format!(" {:>7} pictures", thousands(images)),
        };
        format!(
            "{}  {:>7} fetched{pictures} {:>7} unchanged {:>5} missing {:>5} failed {:>7} queued  {:.1}/s",
            padded(host, column),
            thousands(told.fetched),
            thousands(told.unchanged),
            thousands(told.missing),
            thousands(told.failed),
            thousands(told.queued),
            told.requests as f64 / seconds.max(0.001)
        )
    };
    hosts.iter().map(line).collect()
}

fn host_json(host: &HostSummary) -> Value {
    json!({
        "requests": host.requests, "fetched": host.fetched, "images": host.images, "unchanged": host.unchanged,
        "missing": host.missing, "failed": host.failed, "disallowed": host.disallowed, "queued": host.queued,
    })
}

fn to_json(summary: &CrawlSummary) -> Value {
    let hosts: serde_json::Map<String, Value> =
        summary.hosts.iter().map(|(name, host)| (name.clone(), host_json(host))).collect();
    let counts = &summary.counts;
    let mut object = host_json(&summary.total());
    let more = json!({
        "hosts": hosts, "new": counts.new, "revised": counts.revised, "same": counts.unchanged,
        "joined": counts.joined, "filled": counts.filled, "merged": counts.merged, "rejected": counts.rejected,
        "warnings": counts.warnings, "indexed": summary.indexed, "resumed": summary.resumed, "ended": summary.ended,
        "given_up": summary.given_up, "plan": summary.plan,
        "read_again": summary.reread.as_ref().map(renormalize::to_json),
    });
    if let (Some(object), Value::Object(more)) = (object.as_object_mut(), more) {
        object.extend(more);
    }
    object
}

/// The summary as a table, for people.
pub fn print_text(out: &mut impl Write, summary: &CrawlSummary) -> io::Result<()> {
    if let Some(reread) = &summary.reread {
        renormalize::print_changed_rules(out, reread)?;
    }
    if summary.resumed {
        writeln!(out, "Went on with the last crawl, which had not come to its end.")?;
    }
    let column = summary.hosts.keys().map(|host| width(host)).max().unwrap_or(0).max(5);
    let total = summary.total();
    let pictures = |text: &str| if total.images > 0 { format!("  {text:>8}") } else { String::new() };
    writeln!(
        out,
        "{}  {:>8}  {:>8}{}  {:>9}  {:>7}  {:>7}  {:>10}",
        padded("host", column),
        "requests",
        "fetched",
        pictures("pictures"),
        "unchanged",
        "missing",
        "failed",
        "disallowed"
    )?;
    let rows = summary.hosts.iter().map(|(name, host)| (name.as_str(), host));
    let sum = (summary.hosts.len() > 1).then_some(("all", &total));
    for (name, host) in rows.chain(sum) {
        writeln!(
            out,
            "{}  {:>8}  {:>8}{}  {:>9}  {:>7}  {:>7}  {:>10}",
            padded(name, column),
            thousands(host.requests),
            thousands(host.fetched),
            pictures(&thousands(host.images)),
            thousands(host.unchanged),
            thousands(host.missing),
            thousands(host.failed),
            thousands(host.disallowed)
        )?;
    }
    let counts = &summary.counts;
    writeln!(out)?;
    let rows = [
        ("new articles", counts.new),
        ("revised", counts.revised),
        ("said nothing new", counts.unchanged),
        ("joined their story", counts.joined),
        ("indexed", summary.indexed),
    ];
    for (name, count) in rows.into_iter().filter(|(name, count)| *count > 0 || *name == "new articles") {
        writeln!(out, "{:>10}  {name}", thousands(count))?;
    }
    for (what, count) in counts.rejected.iter().chain(&counts.warnings) {
        writeln!(out, "{:>10}  {what}", thousands(*count))?;
    }
    for host in &summary.given_up {
        writeln!(
            out,
            "{host} failed too often in a row and was left alone; its pages wait for the next crawl."
        )?;
    }
    if !summary.ended {
        writeln!(out, "The budget is spent: the next crawl goes on from here.")?;
    }
    Ok(())
}
