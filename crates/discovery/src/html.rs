use std::collections::HashMap;

use scraper::{ElementRef, Html, Selector};
use sinmun_markup::tidy;
use sinmun_sources::LinkRule;
use url::Url;

use crate::links::{Collector, LONGEST, Link, MOST};
use crate::read::Warning;

/// How many nodes of a row are looked at for its date.
const ROW: usize = 1000;
/// How much of a printed date is kept.
const DATE: usize = 200;

/// Finds the links of an HTML page.
pub(crate) fn read(text: &str, collector: &mut Collector<'_>) {
    let page = tidy(text);
    if page.cut {
        collector.warn(Warning::TooLarge);
    }
    let tree = Html::parse_document(&page.html);
    let base = selector("base[href]").and_then(|selector| tree.select(&selector).next());
    if let Some(base) = base.and_then(|base| collector.base.join(base.attr("href")?.trim()).ok())
        && matches!(base.scheme(), "http" | "https")
    {
        collector.base = base;
    }
    let discovery = collector.list().discovery;
    let any = [LinkRule::default()];
    let articles = if discovery.links.is_empty() { &any[..] } else { &discovery.links };
    for rule in articles.iter().filter(|rule| rule.element.is_none()) {
        each(&tree, rule, collector, |collector, link| collector.article(rule, link));
    }
    for rule in discovery.lists.iter().filter(|rule| rule.element.is_none()) {
        each(&tree, rule, collector, |collector, link| collector.list_link(rule, link));
    }
    for rule in
        discovery.next.iter().filter(|rule| rule.element.is_none() && !crate::links::is_by_number(rule))
    {
        each(&tree, rule, collector, |collector, link| collector.next(rule, link));
    }
}

fn each<'a>(
    tree: &Html,
    rule: &LinkRule,
    collector: &mut Collector<'a>,
    mut take: impl FnMut(&mut Collector<'a>, &Link),
) {
    let read = |text: Option<&String>| {
        text.map(|text| selector(text).ok_or(Warning::BadSelector(text.clone()))).transpose()
    };
    let links = selector(rule.selector.as_deref().unwrap_or("a"));
    let links = links.ok_or_else(|| Warning::BadSelector(rule.selector.clone().unwrap_or_default()));
    let (links, row, date) = match (links, read(rule.row.as_ref()), read(rule.date.as_ref())) {
        (Ok(links), Ok(row), Ok(date)) => (links, row, date),
        (links, row, date) => {
            for warning in [links.err(), row.err(), date.err()].into_iter().flatten() {
                collector.warn(warning);
            }
            return;
        }
    };
    let attribute = rule.attribute.as_deref().unwrap_or("href");
    let mut dates: HashMap<_, Option<String>> = HashMap::new();
    for (number, element) in tree.select(&links).enumerate() {
        if number >= MOST {
            collector.warn(Warning::TooManyLinks);
            break;
        }
        let text = match attribute {
            "text" => Some(short_text(element, LONGEST)),
            _ => element.attr(attribute).map(str::to_owned),
        };
        let Some(text) = text else { continue };
        let mut printed = None;
        if let Some(row) = &row {
            let mut around = element.ancestors().filter_map(ElementRef::wrap);
            let Some(around) = around.find(|outer| row.matches(outer)) else { continue };
            if let Some(date) = &date {
                printed = dates.entry(around.id()).or_insert_with(|| date_of(around, date)).clone();
            }
        }
        take(collector, &Link { text, date: printed });
    }
}

fn date_of(row: ElementRef<'_>, date: &Selector) -> Option<String> {
    let mut inside = row.descendants().take(ROW).filter_map(ElementRef::wrap);
    let text = short_text(inside.find(|element| date.matches(element))?, DATE);
    Some(text).filter(|text| !text.is_empty())
}

/// The text of an element, its white space as one blank each.
fn short_text(element: ElementRef<'_>, longest: usize) -> String {
    let mut text = String::new();
    for character in element.text().take(ROW).flat_map(str::chars) {
        if text.len() + character.len_utf8() > longest {
            break;
        }
        if !character.is_whitespace() {
            text.push(character);
        } else if !text.is_empty() && !text.ends_with(' ') {
            text.push(' ');
        }
    }
    text.truncate(text.trim_end().len());
    text
}

fn selector(text: &str) -> Option<Selector> {
    Selector::parse(text).ok()
}

/// The address of the page itself; `None` where it is none.
pub(crate) fn own_address(url: &str) -> Option<Url> {
    Url::parse(url).ok().filter(|url| matches!(url.scheme(), "http" | "https"))
}
