//! Which part of a page is its text.

use scraper::node::Node;

use super::hints::Hint;
use super::outline::{Outline, Text, running};
use crate::page::{add_text, text_of};

/// How much of the page's running text may stand in what looks like chrome.
const CHROME_SHARE: f32 = 0.3;
/// How heavily what is no running text weighs against it.
const AGAINST: f32 = 1.0;

/// Marks what is no part of the body.
///
/// What stands around it goes first, so that its running text does not count when the rest is judged.
pub(super) fn leave_out(outline: &mut Outline<'_>, title: Option<usize>) {
    let mut whole = outline.parts.first().map_or(0, |part| part.running);
    for is_left_out in [is_around, is_inside] {
        let mut place = 0;
        while place < outline.parts.len() {
            let end = outline.parts[place].end;
            if outline.parts[place].is_left_out {
                place = end;
            } else if is_left_out(outline, place, title, whole as f32) {
                for part in &mut outline.parts[place..end] {
                    part.is_left_out = true;
                }
                place = end;
            } else {
                place += 1;
            }
        }
        let left = outline.parts.iter().enumerate().filter(|(_, part)| part.is_block && !part.is_left_out);
        whole = left.map(|(place, part)| running(outline.name(place), part.own)).sum();
    }
}

fn holds(outline: &Outline<'_>, place: usize, inner: Option<usize>) -> bool {
    inner.is_some_and(|inner| (place..outline.parts[place].end).contains(&inner))
}

fn is_around(outline: &Outline<'_>, place: usize, title: Option<usize>, whole: f32) -> bool {
    let part = &outline.parts[place];
    match outline.name(place) {
        "html" | "body" | "main" => return false,
        "nav" | "button" | "option" | "datalist" | "dialog" | "audio" | "video" | "object" | "label"
        | "menu" | "figcaption" | "legend" | "input" => return true,
        _ => {}
    }
    let is_small = part.running as f32 <= whole * if title.is_some() { 0.9 } else { 0.5 };
    let is_named = matches!(part.hint, Hint::Around | Hint::Comments) || outline.name(place) == "aside";
    // A page of a headline and a picture may have no running text but in its footer.
    let is_footer = outline.name(place) == "footer";
    (is_footer || is_named && is_small) && !holds(outline, place, title)
}

fn is_inside(outline: &Outline<'_>, place: usize, title: Option<usize>, whole: f32) -> bool {
    let part = &outline.parts[place];
    let name = outline.name(place);
    let is_small = part.running as f32 <= whole * CHROME_SHARE;
    if matches!(name, "html" | "body" | "main") || !is_small || holds(outline, place, title) {
        return false;
    }
    part.hint == Hint::Chrome
        || name == "form"
        || part.hint != Hint::Body && part.attributes.is_hidden
        || is_card(outline, place)
}

/// A card of another article: a heading that is a link, and little more.
fn is_card(outline: &Outline<'_>, place: usize) -> bool {
    let part = &outline.parts[place];
    if !matches!(outline.name(place), "article" | "li" | "div" | "section") || part.all.letters > 600 {
        return false;
    }
    let is_heading = |inner: &usize| matches!(outline.name(*inner), "h2" | "h3" | "h4" | "h5" | "h6");
    let heading = (place + 1..part.end).take(40).find(is_heading);
    heading.is_some_and(|heading| {
        let text = outline.parts[heading].all;
        text.letters > 0 && text.link_share() > 0.8
    })
}

/// The element that holds the text: the one with the most running text and the least of anything else.
pub(super) fn container(outline: &Outline<'_>) -> Option<usize> {
    let count = outline.parts.len();
    let mut good = vec![0_f32; count];
    let mut bad = vec![0_f32; count];
    let mut best: Option<(f32, usize)> = None;
    for place in (0..count).rev() {
        let part = &outline.parts[place];
        let name = outline.name(place);
        if part.is_block {
            let share = if name == "li" { 0.5 } else { 1.0 };
            let run = running(name, part.own) as f32 * share;
            if part.is_left_out {
                bad[place] += part.own.letters as f32;
            } else {
                good[place] += run;
                let is_heading = matches!(name, "h1" | "h2" | "h3" | "h4" | "h5" | "h6");
                bad[place] += if run > 0.0 || is_heading { part.own.linked } else { part.own.letters } as f32;
            }
        }
        let bonus = match (part.hint, name) {
            (Hint::Body, _) => 1.4,
            (_, "article") => 1.2,
            (_, "main") => 1.1,
            _ => 1.0,
        };
        let score = (good[place] - AGAINST * bad[place]) * bonus;
        if part.is_block && !part.is_left_out && good[place] > 0.0 && best.is_none_or(|(top, _)| score >= top)
        {
            best = Some((score, place));
        }
        if part.parent != place {
            good[part.parent] += good[place];
            bad[part.parent] += bad[place];
        }
    }
    best.map(|(_, place)| place)
}

/// The elements with the most running text that neither hold a container nor stand in it.
pub(super) fn rivals(outline: &Outline<'_>, container: usize) -> Vec<usize> {
    let range = |place: usize| place..outline.parts[place].end;
    let is_apart = |one: usize, other: usize| !range(one).contains(&other) && !range(other).contains(&one);
    let mut places: Vec<usize> = (0..outline.parts.len())
        .filter(|place| outline.parts[*place].is_block && outline.parts[*place].running > 0)
        .filter(|place| is_apart(*place, container))
        .collect();
    places.sort_by_key(|place| std::cmp::Reverse(outline.parts[*place].running));
    let mut rivals: Vec<usize> = Vec::new();
    for place in places {
        if rivals.len() < 3 && rivals.iter().all(|rival| is_apart(*rival, place)) {
            rivals.push(place);
        }
    }
    rivals
}

/// What of the page is its body, in order: what leads to the container, it, and what goes on behind it.
fn places(outline: &Outline<'_>, container: usize, title: Option<usize>) -> Vec<usize> {
    let mut places = leads(outline, container, title);
    places.push(container);
    places.extend(rest(outline, container));
    places
}

/// Running text between the heading and the container, of which there is less than in the container.
fn leads(outline: &Outline<'_>, container: usize, title: Option<usize>) -> Vec<usize> {
    let Some(heading) = title.filter(|heading| *heading < container) else { return Vec::new() };
    let start = outline.parts[heading].end;
    if start > container {
        return Vec::new(); // a heading that was never closed holds the text
    }
    let mut leads: Vec<usize> = Vec::new();
    for place in start..container {
        let part = &outline.parts[place];
        let is_text = part.is_block && !part.is_left_out && running(outline.name(place), part.own) > 0;
        let is_within = leads.last().is_some_and(|last| place < outline.parts[*last].end);
        if is_text && !is_within && part.end <= container {
            leads.push(place);
        }
    }
    let letters: u32 = leads.iter().map(|place| outline.parts[*place].own.letters).sum();
    let is_short = letters < outline.parts[container].running && container - start < MOST_BETWEEN;
    if is_short { leads } else { Vec::new() }
}

/// Elements of the same kind beside the container.
fn rest(outline: &Outline<'_>, container: usize) -> Vec<usize> {
    let part = &outline.parts[container];
    let parent = part.parent;
    if parent == container || outline.name(container) == "article" {
        return Vec::new();
    }
    let kind = |place: usize| (outline.name(place), outline.parts[place].attributes.class);
    let mut rest = Vec::new();
    let mut place = part.end;
    while place < outline.parts[parent].end {
        let beside = &outline.parts[place];
        let goes_on = kind(place) == kind(container) || matches!(outline.name(place), "p" | "blockquote");
        if goes_on && !beside.is_left_out && beside.running > 0 && beside.all.link_share() < 0.3 {
            rest.push(place);
        }
        place = beside.end;
    }
    rest
}

/// A paragraph of so few letters below a heading says little.
const SHORT: u32 = 40;
/// How many elements stand at most between a heading and the container.
const MOST_BETWEEN: usize = 80;

/// A line of the body.
#[derive(Debug)]
struct Line {
    text: String,
    kind: Kind,
    own: Text,
    /// The element that its block stands in.
    parent: usize,
    is_paragraph: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Running,
    Heading,
    Item,
    Other,
}

/// The text of an element without what is left out and what stands at its ends.
pub(super) fn text(outline: &Outline<'_>, container: usize, title: Option<usize>) -> String {
    let mut lines: Vec<Line> = Vec::new();
    for place in places(outline, container, title) {
        lines.extend(lines_of(outline, place));
    }
    let is_running = |line: &Line| line.kind == Kind::Running;
    let first = lines.iter().position(is_running).unwrap_or(0);
    let last =
        lines.iter().rposition(|line| is_running(line) || line.kind == Kind::Item).map_or(0, |last| last + 1);
    let beside = |line: &Line, other: Option<&Line>| {
        line.is_paragraph && other.is_some_and(|other| other.parent == line.parent)
    };
    let mut kept: Vec<&str> = Vec::new();
    for (place, line) in lines.iter().enumerate() {
        let is_kept = match line.kind {
            Kind::Running | Kind::Item => true,
            Kind::Heading => place < last,
            Kind::Other if place < first => {
                beside(line, lines.get(first))
                    || line.is_paragraph && line.own.letters > SHORT && line.own.linked == 0
            }
            Kind::Other => place < last || beside(line, last.checked_sub(1).and_then(|last| lines.get(last))),
        };
        if is_kept && line.own.link_share() <= 0.7 {
            kept.push(&line.text);
        }
    }
    kept.join("\n")
}

fn lines_of(outline: &Outline<'_>, container: usize) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    let mut next = container;
    let mut blocks: Vec<usize> = Vec::new();
    let mut text = String::new();
    let mut stack = vec![(*outline.parts[container].element, false)];
    let flush = |text: &mut String, block: Option<&usize>, lines: &mut Vec<Line>| {
        if !text.trim().is_empty()
            && let Some(block) = block
        {
            let part = &outline.parts[*block];
            let name = outline.name(*block);
            let kind = match name {
                "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => Kind::Heading,
                _ if running(name, part.own) > 0 => Kind::Running,
                "li" | "td" | "th" | "dd" | "dt" => Kind::Item,
                _ => Kind::Other,
            };
            lines.push(Line {
                text: std::mem::take(text),
                kind,
                own: part.own,
                parent: part.parent,
                is_paragraph: name == "p",
            });
        }
        text.clear();
    };
    while let Some((node, is_end)) = stack.pop() {
        match node.value() {
            Node::Text(piece) => add_text(&mut text, piece),
            Node::Element(_) if is_end => {
                flush(&mut text, blocks.last(), &mut lines);
                blocks.pop();
            }
            Node::Element(value) => {
                let place = next;
                let part = &outline.parts[place];
                if part.is_left_out {
                    next = part.end;
                    continue;
                }
                next += 1;
                if value.name() == "br" {
                    flush(&mut text, blocks.last(), &mut lines);
                    continue;
                }
                if part.is_block {
                    flush(&mut text, blocks.last(), &mut lines);
                    blocks.push(place);
                    stack.push((node, true));
                }
                stack.extend(node.children().rev().map(|child| (child, false)));
            }
            _ => {}
        }
    }
    flush(&mut text, blocks.last(), &mut lines);
    lines
}

/// All text of an element.
pub(super) fn whole(outline: &Outline<'_>, place: usize) -> String {
    text_of(outline.parts[place].element, &[])
}
