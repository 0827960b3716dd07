//! What a page says of itself: its `meta` elements and its JSON-LD.

use std::collections::HashMap;

use scraper::Html;
use serde_json::{Map, Value};
use sinmun_markup::Tidy;

/// How many `meta` elements and how many objects of JSON-LD are looked at.
const MOST: usize = 500;

/// What a page says of itself.
#[derive(Debug, Default)]
pub(super) struct Head {
    /// Names in small letters, and contents.
    meta: Vec<(String, String)>,
    /// The objects of JSON-LD that are articles, and then those that are pages.
    objects: Vec<Map<String, Value>>,
    /// The names of those whom JSON-LD refers to.
    persons: HashMap<String, String>,
    /// What the `title` element holds.
    pub(super) title: String,
}

impl Head {
    pub(super) fn of(tree: &Html, page: &Tidy) -> Self {
        let (objects, persons) = objects(&page.data);
        let nodes = tree.tree.nodes().filter_map(|node| node.value().as_element());
        let metas = nodes.filter(|element| element.name() == "meta").filter_map(|element| {
            let name = ["property", "name", "itemprop"].iter().find_map(|key| element.attr(key))?;
            let content = element.attr("content")?.trim();
            (!content.is_empty()).then(|| (name.trim().to_lowercase(), content.to_owned()))
        });
        Self { meta: metas.take(MOST).collect(), objects, persons, title: decoded(&page.title) }
    }

    /// The content of the first of these names that has one.
    pub(super) fn meta(&self, names: &[&str]) -> Option<&str> {
        names.iter().find_map(|name| {
            self.meta.iter().find(|(known, _)| known == name).map(|(_, content)| content.as_str())
        })
    }

    /// The text under a key of the article's JSON-LD.
    pub(super) fn said(&self, key: &str) -> Option<String> {
        let text = |value: &Value| value.as_str().map(decoded).filter(|text| !text.trim().is_empty());
        self.objects.iter().find_map(|object| object.get(key).and_then(text))
    }

    /// The names under a key of the article's JSON-LD.
    pub(super) fn names(&self, key: &str) -> Vec<String> {
        let names = self.objects.iter().filter_map(|object| object.get(key)).map(|value| {
            let each = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
            let name = |value: &Value| {
                let named = || self.persons.get(value.get("@id")?.as_str()?).cloned();
                let Some(name) = value.get("name") else { return value.as_str().map(decoded).or_else(named) };
                name.as_array().and_then(|names| names.first()).unwrap_or(name).as_str().map(decoded)
            };
            each.iter().take(20).filter_map(name).filter(|name| !name.trim().is_empty()).collect::<Vec<_>>()
        });
        names.into_iter().find(|names| !names.is_empty()).unwrap_or_default()
    }
}

/// A text without character references; tags in it go.
fn decoded(text: &str) -> String {
    let text: std::borrow::Cow<'_, str> = match text.contains('<') {
        true => text.replace('<', "&lt;").into(),
        false => text.into(),
    };
    if !text.contains('&') {
        return text.into_owned();
    }
    let tree = Html::parse_fragment(&text);
    tree.root_element().text().collect()
}

/// The objects that say something of the page or of its article.
fn objects(data: &[String]) -> (Vec<Map<String, Value>>, HashMap<String, String>) {
    let mut persons = HashMap::new();
    let mut articles = Vec::new();
    let mut pages = Vec::new();
    let mut stack: Vec<Value> = data.iter().rev().filter_map(|text| parsed(text)).collect();
    for _ in 0..MOST {
        let Some(value) = stack.pop() else { break };
        match value {
            Value::Array(values) => stack.extend(values.into_iter().rev()),
            Value::Object(mut object) => {
                let kind = object.get("@type").cloned().unwrap_or_default();
                let each = kind.as_array().map_or(std::slice::from_ref(&kind), Vec::as_slice);
                let is = |ends: &[&str]| {
                    each.iter()
                        .filter_map(Value::as_str)
                        .any(|kind| ends.iter().any(|end| kind.ends_with(end)))
                };
                let (is_article, is_page) =
                    (is(&["Article", "Posting", "Report", "Review", "Recipe"]), is(&["WebPage", "ItemPage"]));
                for key in ["mainEntity", "mainEntityOfPage", "@graph"] {
                    stack.extend(object.remove(key));
                }
                let text = |key: &str| object.get(key).and_then(Value::as_str);
                if let (Some(id), Some(name), false) = (text("@id"), text("name"), is_article || is_page) {
                    persons.insert(id.to_owned(), decoded(name));
                }
                match (is_article, is_page) {
                    (true, _) => articles.push(object),
                    (_, true) => pages.push(object),
                    _ => {}
                }
            }
            _ => {}
        }
    }
    articles.append(&mut pages);
    (articles, persons)
}

/// JSON, also where line breaks stand in its strings or a comment around it.
fn parsed(text: &str) -> Option<Value> {
    let text =
        text.trim().trim_start_matches("<!--").trim_start_matches("//<![CDATA[").trim_end_matches("-->");
    let text = text.trim().trim_end_matches("//]]>").trim().trim_end_matches(';');
    serde_json::from_str(text).ok().or_else(|| {
        let plain: String =
            text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
        serde_json::from_str(&plain).ok()
    })
}
