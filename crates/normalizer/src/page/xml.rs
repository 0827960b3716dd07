//! The parts of a page by the names of XML elements.

use scraper::Html;
use sinmun_markup::tidy;
use sinmun_sources::Selectors;

use super::Parts;
use super::text::text_of;
use crate::trace::{Place, Trace};

/// The parts by the elements that a source names.
pub(super) fn xml_parts(text: &str, selectors: &Selectors, trace: &Trace) -> Parts {
    let first = |part: &'static str, names: &[String]| {
        names.iter().find_map(|name| {
            let rule = format!("the source's element `{part} = {name}`");
            let Some(found) =
                sinmun_markup::texts(text, name).0.into_iter().find(|text| !text.trim().is_empty())
            else {
                trace.left(part, rule, Place::Nowhere, "", "finds no text");
                return None;
            };
            trace.took(part, rule, Place::Nowhere, &found);
            // What an element holds is HTML again.
            let tree = Html::parse_fragment(&tidy(&found).html);
            Some(text_of(tree.root_element(), &[]))
        })
    };
    Parts {
        title: first("title", &selectors.title).unwrap_or_default(),
        date: first("date", &selectors.date).unwrap_or_default(),
        body: first("body", &selectors.body).unwrap_or_default(),
        byline: first("byline", &selectors.byline).unwrap_or_default(),
        ..Parts::default()
    }
}
