//! The parts of a page by the names of XML elements.

use scraper::Html;
use sinmun_markup::tidy;
use sinmun_sources::Selectors;

use super::Parts;
use super::text::text_of;

/// The parts by the elements that a source names.
pub(super) fn xml_parts(text: &str, selectors: &Selectors) -> Parts {
    let first = |names: &[String]| {
        names.iter().find_map(|name| {
            let found =
                sinmun_markup::texts(text, name).0.into_iter().find(|text| !text.trim().is_empty())?;
            // What an element holds is HTML again.
            let tree = Html::parse_fragment(&tidy(&found).html);
            Some(text_of(tree.root_element(), &[]))
        })
    };
    Parts {
        title: first(&selectors.title).unwrap_or_default(),
        date: first(&selectors.date).unwrap_or_default(),
        body: first(&selectors.body).unwrap_or_default(),
        byline: first(&selectors.byline).unwrap_or_default(),
        ..Parts::default()
    }
}
