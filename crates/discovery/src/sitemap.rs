use sinmun_markup::{Piece, walk};
use sinmun_sources::LinkRule;

use crate::links::{Collector, Link};
use crate::read::Warning;

/// Finds the pages of a sitemap, and the sitemaps of an index.
pub(crate) fn read(text: &str, collector: &mut Collector<'_>) {
    let mut entries: Vec<(bool, Link)> = Vec::new();
    let mut entry: Option<(bool, Link)> = None;
    let mut field = String::new();
    let end = walk(text, |piece| match piece {
        Piece::Open(name @ ("url" | "sitemap"), _) => {
            entry = Some((name == "sitemap", Link { text: String::new(), date: None }));
        }
        Piece::Open(name, _) => field = name.to_owned(),
        Piece::Text(text) => {
            if let Some((_, link)) = &mut entry {
                match field.as_str() {
                    "loc" => link.text.push_str(text),
                    "lastmod" => link.date.get_or_insert_default().push_str(text.trim()),
                    _ => {}
                }
            }
        }
        Piece::Close("url" | "sitemap") => entries.extend(entry.take()),
        // A picture's `image:loc` is named by its last part too, but stands after the page's own.
        Piece::Close(_) => field.clear(),
    });
    if let Err(why) = end {
        collector.warn(Warning::Malformed(why));
    }
    let rule = LinkRule::default();
    for (is_sitemap, link) in &entries {
        if *is_sitemap { collector.list_link(&rule, link) } else { collector.article(&rule, link) }
    }
}
