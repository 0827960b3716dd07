//! The elements of a page in their order, with what each holds.

use scraper::node::Node;
use scraper::{ElementRef, Html};

use super::hints::{Attributes, Hint, Names};
use crate::page::BLOCKS;

/// An element, and measures of the text in it.
#[derive(Debug)]
pub(super) struct Part<'t> {
    pub(super) element: ElementRef<'t>,
    /// The place of the element that it stands in; its own where it is the first.
    pub(super) parent: usize,
    /// The place after its last descendant.
    pub(super) end: usize,
    pub(super) attributes: Attributes<'t>,
    pub(super) hint: Hint,
    /// Whether its names say that it holds a date.
    pub(super) names_date: bool,
    /// Whether it stands on lines of its own.
    pub(super) is_block: bool,
    /// The text that stands in it and in no block within it.
    pub(super) own: Text,
    /// All text in it.
    pub(super) all: Text,
    /// How much of that is running text.
    pub(super) running: u32,
    /// Whether it is left out of the body.
    pub(super) is_left_out: bool,
}

/// How much text there is.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Text {
    /// Letters, of which one of a script without an alphabet counts as three.
    pub(super) letters: u32,
    /// Those of links.
    pub(super) linked: u32,
    /// Whether the last of it ends a sentence.
    pub(super) ends: bool,
}

impl Text {
    fn add(&mut self, other: Self) {
        self.letters = self.letters.saturating_add(other.letters);
        self.linked = self.linked.saturating_add(other.linked);
    }

    /// The share of links in it.
    pub(super) fn link_share(self) -> f32 {
        self.linked as f32 / self.letters.max(1) as f32
    }
}

/// A paragraph of so many letters is running text, whatever its end.
const LONG: u32 = 80;
/// A sentence of so many letters is one.
const SENTENCE: u32 = 25;

/// A heading of so many letters that ends as a sentence is a lead.
const LEAD: u32 = 120;

/// The elements of a page in document order.
#[derive(Debug)]
pub(super) struct Outline<'t> {
    pub(super) parts: Vec<Part<'t>>,
}

impl<'t> Outline<'t> {
    /// Goes through a page once.
    pub(super) fn of(tree: &'t Html) -> Self {
        let mut parts: Vec<Part<'t>> = Vec::new();
        // The open elements, the open blocks among them, and how many are links.
        let (mut open, mut blocks, mut links): (Vec<usize>, Vec<usize>, usize) = Default::default();
        let mut names = Names::default();
        let mut stack = vec![(*tree.root_element(), false)];
        while let Some((node, is_end)) = stack.pop() {
            match node.value() {
                Node::Text(text) => {
                    let (letters, last) = measure(text);
                    let (Some(last), Some(inmost), Some(block)) = (last, open.last(), blocks.last()) else {
                        continue;
                    };
                    let text = Text { letters, linked: if links > 0 { letters } else { 0 }, ends: false };
                    parts[*inmost].all.add(text);
                    let own = &mut parts[*block].own;
                    own.add(text);
                    own.ends = ends_sentence(last, own.ends);
                }
                Node::Element(value) if is_end => {
                    let Some(place) = open.pop() else { continue };
                    let end = parts.len();
                    links -= usize::from(value.name() == "a");
                    if parts[place].is_block {
                        blocks.pop();
                    }
                    let part: &mut Part<'_> = &mut parts[place];
                    part.end = end;
                    part.running = part.running.saturating_add(running(value.name(), part.own));
                    let (parent, all, running) = (part.parent, part.all, part.running);
                    if parent != place {
                        parts[parent].all.add(all);
                        parts[parent].running = parts[parent].running.saturating_add(running);
                    }
                }
                Node::Element(value) => {
                    let Some(element) = ElementRef::wrap(node) else { continue };
                    let place = parts.len();
                    let attributes = Attributes::of(value);
                    let (hint, names_date) = names.of(&attributes);
                    let is_block = open.is_empty() || BLOCKS.contains(&value.name()) && value.name() != "br";
                    parts.push(Part {
                        element,
                        parent: open.last().copied().unwrap_or(place),
                        end: place + 1,
                        attributes,
                        hint,
                        names_date,
                        is_block,
                        own: Text::default(),
                        all: Text::default(),
                        running: 0,
                        is_left_out: false,
                    });
                    open.push(place);
                    if is_block {
                        blocks.push(place);
                    }
                    links += usize::from(value.name() == "a");
                    stack.push((node, true));
                    stack.extend(node.children().rev().map(|child| (child, false)));
                }
                _ => {}
            }
        }
        Self { parts }
    }

    /// The name of an element.
    pub(super) fn name(&self, place: usize) -> &'t str {
        self.parts[place].element.value().name()
    }

    /// The elements that an element stands in, from the inmost.
    pub(super) fn around(&self, place: usize) -> impl Iterator<Item = usize> + '_ {
        let parent = |place: &usize| Some(self.parts[*place].parent).filter(|parent| parent != place);
        std::iter::successors(parent(&place), parent)
    }
}

/// How many letters a text has, and the last of it that is no white space.
fn measure(text: &str) -> (u32, Option<char>) {
    let (mut letters, mut last) = (0_u32, None);
    for letter in text.chars() {
        if !letter.is_whitespace() {
            letters = letters.saturating_add(if letter >= '\u{2e80}' { 3 } else { 1 });
            last = Some(letter);
        }
    }
    (letters, last)
}

/// Whether a sentence has ended with this letter, where one may have ended before it.
fn ends_sentence(last: char, before: bool) -> bool {
    match last {
        '.' | '!' | '?' | '…' | '。' | '！' | '？' | '؟' | ':' | '：' => true,
        '"' | '\'' | '”' | '“' | '’' | '»' | '«' | ')' | '）' | '」' | '』' | '›' | ']' => {
            before
        }
        _ => false,
    }
}

/// How much of a block's own text is running text.
pub(super) fn running(name: &str, own: Text) -> u32 {
    if own.link_share() > 0.5
        || matches!(name, "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "figcaption" | "caption")
    {
        return if own.letters > LEAD && own.ends && own.linked == 0 { own.letters / 2 } else { 0 };
    }
    let plain = own.letters - own.linked;
    match plain {
        LONG.. => plain,
        SENTENCE.. if own.ends => plain / 2,
        _ => 0,
    }
}
