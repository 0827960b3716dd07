//! A page that holds many articles, cut into them.
//!
//! Each story is written out as a small page of its own, which is then read as any other.

use std::collections::HashMap;

use scraper::node::Node;
use scraper::{ElementRef, Html, Selector};
use sinmun_markup::LARGEST;
use sinmun_sources::Selectors;

use super::html::html_parts;
use super::text::text_of;
use super::{Parts, clean, fold_title, tidy};
use crate::trace::{Place, Trace};

/// One of the articles of a page.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Story {
    /// The fragment by which the page's links call it.
    pub(super) name: Option<String>,
    pub(super) html: String,
}

/// The most stories of one page that are read.
const MOST_STORIES: usize = 200;

/// The stories of a page in their order, and whether there are more than are read.
pub(super) fn stories(tree: &Html, selectors: &Selectors) -> (Vec<Story>, bool) {
    let held = found(tree, &selectors.story);
    if !held.is_empty() {
        return contained(&held, selectors);
    }
    begun(tree, &found(tree, &selectors.story_start), selectors)
}

/// The elements that the first selector with any finds, one more than are read.
fn found<'t>(tree: &'t Html, list: &[String]) -> Vec<ElementRef<'t>> {
    let selectors = list.iter().filter_map(|text| Selector::parse(text).ok());
    selectors
        .map(|selector| tree.select(&selector).collect::<Vec<_>>())
        .find(|found| !found.is_empty())
        .unwrap_or_default()
}

/// What an element is called, where that is a story's name.
fn name_of<'t>(element: ElementRef<'t>, selectors: &Selectors) -> Option<&'t str> {
    let is_story = |name: &&str| {
        !name.is_empty() && selectors.story_name.as_ref().is_none_or(|pattern| pattern.is_match(name))
    };
    [element.attr("name"), element.attr("id")].into_iter().flatten().map(str::trim).find(is_story)
}

/// Stories each of which is in an element; of nested ones the outermost count.
fn contained(held: &[ElementRef<'_>], selectors: &Selectors) -> (Vec<Story>, bool) {
    let (mut list, mut length) = (Vec::new(), 0);
    let mut last: Option<ElementRef<'_>> = None;
    for &element in held {
        // In the order of the page a nested element follows the one that it is in.
        if last.is_some_and(|last| element.ancestors().any(|outer| outer.id() == last.id())) {
            continue;
        }
        last = Some(element);
        let within = || {
            let inner = element.descendants().filter_map(ElementRef::wrap);
            inner.take(NAMES).find_map(|inner| name_of(inner, selectors))
        };
        let name = name_of(element, selectors).or_else(within);
        if name.is_none() && selectors.story_name.is_some() {
            continue;
        }
        let html = element.html();
        length += html.len();
        if list.len() == MOST_STORIES || length > LARGEST {
            return (list, true);
        }
        list.push(Story { name: name.map(str::to_owned), html });
    }
    (list, false)
}

/// Within a story, so many elements are looked at for its name.
const NAMES: usize = 100;

/// Stories that are in nothing of their own: each begins with a mark and ends before the next.
fn begun(tree: &Html, marks: &[ElementRef<'_>], selectors: &Selectors) -> (Vec<Story>, bool) {
    let mut starts: HashMap<_, Option<&str>> = HashMap::new();
    for mark in marks {
        let name = name_of(*mark, selectors);
        if name.is_none() && selectors.story_name.is_some() {
            continue;
        }
        let known = starts.entry(beginning(*mark).id()).or_default();
        *known = known.or(name);
    }
    let (mut list, mut length): (Vec<Story>, usize) = (Vec::new(), 0);
    let mut open = Vec::new();
    let mut stack = vec![(*tree.root_element(), false)];
    while let Some((node, is_end)) = stack.pop() {
        if let Some(name) = starts.get(&node.id()).filter(|_| !is_end) {
            if list.len() == MOST_STORIES {
                return (list, true);
            }
            length += list.last().map_or(0, |story| story.html.len());
            list.push(Story { name: name.map(str::to_owned), html: String::new() });
            open.clear();
        }
        let html = list.last_mut().map(|story| &mut story.html);
        // Escapes may make a story larger than any page.
        if html.as_ref().is_some_and(|html| length + html.len() > LARGEST) {
            list.pop();
            return (list, true);
        }
        match (node.value(), html) {
            (Node::Text(text), Some(html)) if !is_end => escape(html, text),
            // What was opened before the story began is not closed in it.
            (Node::Element(element), Some(html)) if is_end && open.last() == Some(&node.id()) => {
                open.pop();
                html.extend(["</", element.name(), ">"]);
            }
            (Node::Element(element), Some(html)) if !is_end => {
                html.extend(["<", element.name()]);
                for (key, value) in element.attrs() {
                    html.extend([" ", key, "=\""]);
                    escape(html, value);
                    html.push('"');
                }
                html.push('>');
                if node.has_children() || !VOID.contains(&element.name()) {
                    open.push(node.id());
                }
            }
            _ => {}
        }
        if !is_end {
            stack.push((node, true));
            stack.extend(node.children().rev().map(|child| (child, false)));
        }
    }
    (list, false)
}

const VOID: &[&str] = &["area", "br", "col", "embed", "hr", "img", "input", "link", "meta", "wbr"];

/// Where the story of a mark begins: with the heading, cell or paragraph in which the mark stands first.
fn beginning(mark: ElementRef<'_>) -> ElementRef<'_> {
    let mut start = mark;
    while let Some(parent) = start.parent().and_then(ElementRef::wrap)
        && !matches!(parent.value().name(), "body" | "html")
        && start.prev_siblings().all(|before| match before.value() {
            Node::Text(text) => text.trim().is_empty(),
            Node::Element(_) => false,
            _ => true,
        })
    {
        start = parent;
    }
    start
}

fn escape(html: &mut String, text: &str) {
    for letter in text.chars() {
        match letter {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            letter => html.push(letter),
        }
    }
}

/// The parts of a story; what no selector finds of its body is all of its text below the title.
pub(super) fn story_parts(story: &Story, selectors: &Selectors, trace: &Trace) -> Parts {
    let tree = Html::parse_document(&tidy(&story.html).html);
    let mut parts = html_parts(&tree, selectors, trace);
    if parts.body.trim().is_empty() {
        let drop: Vec<Selector> =
            selectors.drop.iter().filter_map(|text| Selector::parse(text).ok()).collect();
        parts.body = below(&clean::body(&text_of(tree.root_element(), &drop)), &parts.title).to_owned();
        trace.took("body", "all of the story's text below its title", Place::Nowhere, &parts.body);
    }
    parts
}

/// What of a text stands below its title, which is among the first lines.
fn below<'t>(text: &'t str, title: &str) -> &'t str {
    let title = fold_title(title);
    let mut rest = text;
    for _ in 0..4 {
        let (line, below) = rest.split_once("\n\n").unwrap_or((rest, ""));
        if fold_title(line) == title {
            return below;
        }
        rest = below;
    }
    text
}
