use sinmun_markup::{Piece, walk};
use sinmun_sources::LinkRule;

use crate::links::{Collector, Link};
use crate::read::Warning;

/// Finds the pages of a feed: the links of RSS items and of Atom entries.
///
/// Feeds are often malformed, so that this looks for items wherever they stand and takes what comes
/// before the first thing that cannot be read.
pub(crate) fn read(text: &str, collector: &mut Collector<'_>) {
    let mut items: Vec<Item> = Vec::new();
    let mut item: Option<Item> = None;
    let mut field = String::new();
    let end = walk(text, |piece| match piece {
        Piece::Open("item" | "entry", _) => {
            items.extend(item.take());
            item = Some(Item::default());
        }
        Piece::Open(name, tag) => {
            field = name.to_owned();
            let Some(item) = item.as_mut().filter(|_| name == "link") else { return };
            let attribute = |name: &str| {
                let found = tag.attributes().flatten().find(|attribute| attribute.key.as_ref() == name);
                found.and_then(|found| quick_xml::escape::unescape(&found.value).ok().map(String::from))
            };
            let is_page = attribute("rel").is_none_or(|rel| rel == "alternate");
            if let Some(href) = attribute("href").filter(|_| is_page && item.link.is_empty()) {
                item.link = href;
            }
        }
        Piece::Text(text) => {
            if let Some(item) = &mut item {
                match field.as_str() {
                    "link" => item.link.push_str(text.trim()),
                    "guid" => item.guid.push_str(text.trim()),
                    "pubDate" | "published" | "date" => item.date.push_str(text.trim()),
                    _ => {}
                }
            }
        }
        Piece::Close("item" | "entry") => items.extend(item.take()),
        Piece::Close(_) => field.clear(),
    });
    items.extend(item);
    if let Err(why) = end {
        collector.warn(Warning::Malformed(why));
    }
    let rule = LinkRule::default();
    for item in items {
        let text = if item.link.is_empty() { item.guid } else { item.link };
        let date = Some(item.date).filter(|date| !date.is_empty());
        collector.article(&rule, &Link { text, date });
    }
}

#[derive(Default)]
struct Item {
    link: String,
    guid: String,
    date: String,
}
