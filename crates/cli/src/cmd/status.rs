use std::io::Write;

use serde_json::json;
use sinmun::IndexState;

use crate::args::{Format, Report};
use crate::config::Config;
use crate::text::{bytes, padded, thousands, width};
use crate::{DONE, FAILURE};

pub fn run(config: &Config, args: &Report) -> anyhow::Result<u8> {
    let library = config.library(None)?;
    let status = library.status()?;
    let state = match &status.index {
        IndexState::Current => "the index is up to date".to_owned(),
        IndexState::Behind { changes } => format!(
            "{} changes are not in the index yet: the next import takes them in, or `sinmun reindex` does",
            thousands(*changes)
        ),
        IndexState::Unusable(reason) => reason.clone(),
        _ => "the index is in a state that this program does not know".to_owned(),
    };
    let mut out = std::io::stdout().lock();
    match args.format {
        Format::Json => {
            let sources: Vec<_> = status
                .sources
                .iter()
                .map(|count| {
                    json!({
                        "source": count.source, "outlet": count.outlet, "language": count.language,
                        "articles": count.articles, "texts": count.texts,
                        "first": count.dates.as_ref().map(|dates| &dates.0),
                        "last": count.dates.as_ref().map(|dates| &dates.1),
                        "last_seen": count.last_seen,
                    })
                })
                .collect();
            let rejected: serde_json::Map<_, _> =
                status.rejections.iter().map(|(reason, count)| (reason.clone(), json!(count))).collect();
            writeln!(
                out,
                "{}",
                json!({
                    "data": config.data, "articles": status.articles(), "sources": sources, "rejected": rejected,
                    "archive_bytes": status.archive_bytes, "catalogue_bytes": status.catalogue_bytes,
                    "index_bytes": status.index_bytes, "sound": status.is_sound(), "state": state,
                })
            )?;
        }
        Format::Text => {
            writeln!(out, "{}: {} articles", config.data.display(), thousands(status.articles()))?;
            writeln!(
                out,
                "archive {}, catalogue {}, index {}\n",
                bytes(status.archive_bytes),
                bytes(status.catalogue_bytes),
                bytes(status.index_bytes)
            )?;
            let name = |count: &sinmun::SourceCount| library.source(&count.source).edition(count.language);
            let day = |date: &str| date.split('T').next().unwrap_or_default().to_owned();
            let column = status.sources.iter().map(|count| width(&name(count))).max().unwrap_or(0);
            writeln!(out, "{}  {:>9}  {:>9}  dates", padded("source", column), "articles", "texts")?;
            for count in &status.sources {
                let dates = count
                    .dates
                    .as_ref()
                    .map_or(String::new(), |(first, last)| format!("{} – {}", day(first), day(last)));
                let (articles, texts) = (thousands(count.articles), thousands(count.texts));
                writeln!(out, "{}  {articles:>9}  {texts:>9}  {dates}", padded(&name(count), column))?;
            }
            for (reason, count) in &status.rejections {
                writeln!(out, "{} lines rejected: {reason}", thousands(*count))?;
            }
            writeln!(out, "\n{state}")?;
        }
    }
    Ok(if status.is_sound() { DONE } else { FAILURE })
}
