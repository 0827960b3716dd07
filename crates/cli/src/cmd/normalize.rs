use std::io::{Read, Write};

use anyhow::Context;
use serde_json::{Value, json};
use sinmun::{Normalized, SavedPage};

use crate::args::Normalize;
use crate::config::Config;
use crate::{DONE, NOTHING};

/// The largest page that is read, in bytes: 64 MiB.
const LARGEST: u64 = 64 << 20;

pub fn run(config: &Config, args: &Normalize) -> anyhow::Result<u8> {
    let name = args.file.display();
    let mut bytes = Vec::new();
    let read = match args.file.as_os_str() == "-" {
        true => std::io::stdin().lock().take(LARGEST).read_to_end(&mut bytes),
        false => std::fs::File::open(&args.file).and_then(|file| file.take(LARGEST).read_to_end(&mut bytes)),
    };
    read.with_context(|| format!("cannot read {name}"))?;
    let page = SavedPage {
        bytes: &bytes,
        url: args.url.as_ref().map(url::Url::as_str),
        source: args.source.as_deref(),
        content_type: args.content_type.as_deref(),
    };
    let Some(article) = config.library(None)?.normalize(&page)? else {
        config.remark(&format!("{name} is no article: it has no title"));
        return Ok(NOTHING);
    };
    writeln!(std::io::stdout(), "{:#}", to_json(&article))?;
    Ok(DONE)
}

fn to_json(article: &Normalized) -> Value {
    let record = &article.record;
    let date = record.date.map(|date| {
        json!({"value": date.to_string(), "precision": date.precision().name(), "from": date.origin().name()})
    });
    let images = record.images.iter().map(|image| json!({"url": image.url, "caption": image.caption}));
    let entities = article.entities.iter().map(|named| {
        json!({"id": named.id, "kind": named.kind.name(), "label": named.label, "count": named.count})
    });
    json!({
        "id": article.id.to_string(),
        "url": article.url,
        "original_url": article.original_url,
        "source": record.source.as_str(),
        "language": record.language.code(),
        "title": record.title,
        "date": date,
        "byline": record.byline,
        "body": record.body,
        "images": images.collect::<Vec<_>>(),
        "entities": entities.collect::<Vec<_>>(),
        "warnings": article.warnings,
    })
}
