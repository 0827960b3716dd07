use std::cell::RefCell;
use std::fmt;

use scraper::ElementRef;

/// Something that was looked at for a part of an article, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// The part of the article, such as `title`.
    pub part: &'static str,
    /// The rule by which it was looked at: a selector of the source, or what else a page may say.
    pub rule: String,
    /// The element where it stands, as a path of names; none where it is no element's.
    pub element: Option<String>,
    /// The beginning of what stands there.
    pub text: String,
    /// Why it was not taken; `None` where it was.
    pub rejected: Option<String>,
}

/// How much of a text a note has, in letters.
const LONGEST: usize = 120;
/// How many notes there are of a page at most.
const MOST: usize = 400;

/// Keeps notes of how a page is read, where somebody wants them.
#[derive(Debug, Default)]
pub(crate) struct Trace {
    notes: Option<RefCell<Vec<Note>>>,
}

impl Trace {
    /// One that keeps notes; the default keeps none.
    pub(crate) fn kept() -> Self {
        Self { notes: Some(RefCell::default()) }
    }

    pub(crate) fn into_notes(self) -> Vec<Note> {
        self.notes.map(RefCell::into_inner).unwrap_or_default()
    }

    /// Whether anybody wants notes.
    pub(crate) fn is_kept(&self) -> bool {
        self.notes.is_some()
    }

    /// Notes what was taken.
    pub(crate) fn took(&self, part: &'static str, rule: impl fmt::Display, place: Place<'_>, text: &str) {
        self.note(part, rule, place, text, None::<&str>);
    }

    /// Notes what was not taken, and why.
    pub(crate) fn left(
        &self,
        part: &'static str,
        rule: impl fmt::Display,
        place: Place<'_>,
        text: &str,
        why: impl fmt::Display,
    ) {
        self.note(part, rule, place, text, Some(why));
    }

    fn note(
        &self,
        part: &'static str,
        rule: impl fmt::Display,
        place: Place<'_>,
        text: &str,
        rejected: Option<impl fmt::Display>,
    ) {
        let Some(notes) = &self.notes else { return };
        let mut notes = notes.borrow_mut();
        if notes.len() >= MOST {
            return;
        }
        let mut words = text.split_whitespace().flat_map(|word| [word, " "]).flat_map(str::chars);
        let mut beginning: String = words.by_ref().take(LONGEST).collect();
        beginning.truncate(beginning.trim_end().len());
        if words.next().is_some() {
            beginning.push('…');
        }
        let element = match place {
            Place::Element(element) => Some(path(element)),
            Place::Nowhere => None,
        };
        let rejected = rejected.map(|why| why.to_string());
        let note = Note { part, rule: rule.to_string(), element, text: beginning, rejected };
        if !notes.contains(&note) {
            notes.push(note);
        }
    }
}

/// Where something stands.
#[derive(Clone, Copy)]
pub(crate) enum Place<'t> {
    Element(ElementRef<'t>),
    /// In the metadata, in the URL, in a list.
    Nowhere,
}

/// How many elements of a path are told, from the inmost.
const DEPTH: usize = 4;

/// An element and those around it, each with its id or first class.
fn path(element: ElementRef<'_>) -> String {
    let around = element.ancestors().filter_map(ElementRef::wrap);
    let mut names: Vec<String> = std::iter::once(element).chain(around).take(DEPTH).map(name).collect();
    names.reverse();
    names.join(" > ")
}

fn name(element: ElementRef<'_>) -> String {
    let value = element.value();
    let mark = match (value.id(), value.classes().next()) {
        (Some(id), _) => format!("#{id}"),
        (None, Some(class)) => format!(".{class}"),
        (None, None) => String::new(),
    };
    format!("{}{mark}", value.name()).chars().take(60).collect()
}
