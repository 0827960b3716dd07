//! The parts of a page by CSS selectors.

use std::collections::HashSet;

use scraper::{ElementRef, Html, Selector};
use sinmun_markup::tidy;
use sinmun_sources::Selectors;

use super::Parts;
use super::pictures::{MOST_IMAGES, images_of};
use super::text::text_of;
use crate::trace::{Place, Trace};

/// The parts by the selectors of a source.
pub(super) fn html_parts(tree: &Html, selectors: &Selectors, trace: &Trace) -> Parts {
    let root = tree.root_element();
    let drop: Vec<Selector> = selectors.drop.iter().filter_map(|text| Selector::parse(text).ok()).collect();
    // What is dropped from the body may be the title that stands in it.
    let first = |part: &'static str, list: &[String]| one_of(root, part, list, 1, trace).unwrap_or_default();
    let title = one_of(root, "title", &selectors.title, selectors.title_place.unwrap_or(1), trace);
    // Of several that its selector finds, the pattern says which is the date.
    let date = selectors.date_pattern.as_ref().and_then(|pattern| {
        let found = selectors.date.iter().filter_map(|text| Selector::parse(text).ok());
        let texts: Vec<String> = match selectors.date.is_empty() {
            // The pattern alone says which line of the page is the date.
            true => text_of(root, &[]).lines().map(str::to_owned).collect(),
            false => found
                .flat_map(|selector| root.select(&selector).map(read).take(MOST_DATES).collect::<Vec<_>>())
                .collect(),
        };
        let date = texts.into_iter().find(|text| pattern.captures(text).is_some());
        if let Some(date) = &date {
            trace.took("date", "the source's selector `date`, with its `date_pattern`", Place::Nowhere, date);
        }
        date
    });
    Parts {
        title: title.unwrap_or_default(),
        date: date.unwrap_or_else(|| first("date", &selectors.date)),
        byline: first("byline", &selectors.byline),
        body: body_of(root, &selectors.body, &drop, trace),
        images: images_of(root, selectors),
        whole: if selectors.outlet_pattern.is_some() { text_of(root, &[]) } else { String::new() },
        original: original_of(root, &selectors.original),
        ..Parts::default()
    }
}

/// The link to the outlet's own page: the one that says so, or else the first.
fn original_of(root: ElementRef<'_>, list: &[String]) -> Option<String> {
    let selectors = list.iter().filter_map(|text| Selector::parse(text).ok());
    let links: Vec<(&str, String)> = selectors
        .flat_map(|selector| root.select(&selector).collect::<Vec<_>>())
        .filter_map(|link| Some((link.attr("href")?.trim(), text_of(link, &[]).to_lowercase())))
        .take(MOST_IMAGES)
        .collect();
    let named = links.iter().find(|(_, text)| text.contains("original"));
    named.or(links.first()).map(|(url, _)| (*url).to_owned())
}

/// How many elements are looked at for the one with the date.
const MOST_DATES: usize = 100;

/// The text of the element in a place among those that one selector after the other finds with a text.
fn one_of(
    root: ElementRef<'_>,
    part: &'static str,
    list: &[String],
    place: usize,
    trace: &Trace,
) -> Option<String> {
    for text in list {
        let Ok(selector) = Selector::parse(text) else { continue };
        let found = root.select(&selector).map(|element| (element, read(element)));
        match found.filter(|(_, text)| !text.trim().is_empty()).nth(place.saturating_sub(1)) {
            Some((element, found)) => {
                trace.took(part, by(part, text), Place::Element(element), &found);
                return Some(found);
            }
            None => trace.left(part, by(part, text), Place::Nowhere, "", "finds no text"),
        }
    }
    None
}

fn by(part: &str, selector: &str) -> String {
    format!("the source's selector `{part} = {selector}`")
}

/// What an element says: its text, or its value where it has none.
fn read(element: ElementRef<'_>) -> String {
    match element.value().name() {
        "input" | "meta" => element.attr("value").or(element.attr("content")).unwrap_or_default().to_owned(),
        _ => text_of(element, &[]),
    }
}

/// The text of an element; that of a hidden field is HTML again.
fn written(element: ElementRef<'_>, drop: &[Selector]) -> String {
    match (element.value().name(), element.attr("value")) {
        ("input", Some(value)) => text_of(Html::parse_fragment(&tidy(value).html).root_element(), drop),
        _ => text_of(element, drop),
    }
}

/// The text of all elements that the first selector with a text finds; of nested ones the outermost.
fn body_of(root: ElementRef<'_>, list: &[String], drop: &[Selector], trace: &Trace) -> String {
    for rule in list {
        let Ok(selector) = Selector::parse(rule) else { continue };
        let found: Vec<ElementRef<'_>> = root.select(&selector).collect();
        let ids: HashSet<_> = found.iter().map(|element| element.id()).collect();
        let outermost =
            found.iter().filter(|element| !element.ancestors().any(|outer| ids.contains(&outer.id())));
        let paragraphs: Vec<String> = outermost.map(|element| written(*element, drop)).collect();
        let body = paragraphs.join("\n");
        if !body.trim().is_empty() {
            let place = found.first().map_or(Place::Nowhere, |first| Place::Element(*first));
            trace.took("body", by("body", rule), place, &body);
            return body;
        }
        trace.left("body", by("body", rule), Place::Nowhere, "", "finds no text");
    }
    String::new()
}
