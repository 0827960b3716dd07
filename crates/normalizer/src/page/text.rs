//! The text of an element, as a browser would break it into lines.

use scraper::node::Node;
use scraper::{ElementRef, Selector};

/// Elements that stand on lines of their own.
pub(crate) const BLOCKS: &[&str] = &[
    "address",
    "article",
    "blockquote",
    "br",
    "center",
    "dd",
    "div",
    "dl",
    "dt",
    "figcaption",
    "figure",
    "footer",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "li",
    "main",
    "ol",
    "p",
    "pre",
    "section",
    "table",
    "td",
    "tr",
    "ul",
];

/// Adds a piece of text, its white space as single blanks; none at the beginning of a line.
pub(crate) fn add_text(text: &mut String, piece: &str) {
    for letter in piece.chars() {
        match letter {
            ' ' | '\t' | '\n' | '\r' | '\x0c' => {
                if !text.ends_with([' ', '\n']) && !text.is_empty() {
                    text.push(' ');
                }
            }
            letter => text.push(letter),
        }
    }
}

/// The text of an element, a line for each block; white space in the source is a blank, as in a browser.
pub(crate) fn text_of(element: ElementRef<'_>, drop: &[Selector]) -> String {
    let mut text = String::new();
    let mut stack = vec![(*element, false)];
    while let Some((node, is_end)) = stack.pop() {
        match node.value() {
            Node::Text(piece) => add_text(&mut text, piece),
            Node::Element(value) => {
                if BLOCKS.contains(&value.name()) && !text.ends_with('\n') {
                    text.push('\n');
                }
                if is_end
                    || ElementRef::wrap(node)
                        .is_some_and(|inner| drop.iter().any(|drop| drop.matches(&inner)))
                {
                    continue;
                }
                stack.push((node, true));
                stack.extend(node.children().rev().map(|child| (child, false)));
            }
            _ if !is_end => stack.extend(node.children().rev().map(|child| (child, false))),
            _ => {}
        }
    }
    text
}
