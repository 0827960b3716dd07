//! What a page says without rules of its own site.
//!
//! One pass over the tree measures how much running text, how many links and what names each element
//! has. The body is the element with the most running text and the least of anything else; what a page says of
//! itself in JSON-LD, `meta` and `time` elements goes before what is guessed of its text. All of it is linear in
//! the size of the tree.

mod body;
mod byline;
mod dates;
mod head;
mod hints;
mod outline;
mod pictures;
mod title;

use std::cell::OnceCell;

use scraper::Html;
use sinmun_article::Image;
use sinmun_markup::Tidy;

use head::Head;
use hints::Hint;
use outline::Outline;
use title::Title;

use crate::trace::{Place, Trace};

pub(crate) use dates::Dates;

/// A page read without rules; each part is looked for when it is asked for.
pub(crate) struct Generic<'t> {
    tree: &'t Html,
    page: &'t Tidy,
    title_may_be_the_pages: bool,
    trace: &'t Trace,
    head: OnceCell<Head>,
    outline: OnceCell<Reading<'t>>,
}

/// The outline of a page, and the places in it of its title and its body.
struct Reading<'t> {
    outline: Outline<'t>,
    title: Title,
    container: Option<usize>,
}

impl<'t> Generic<'t> {
    /// Of a tidied page and its tree; what the browser shows above the page is a title only where it may stand for one.
    pub(crate) fn new(
        tree: &'t Html,
        page: &'t Tidy,
        title_may_be_the_pages: bool,
        trace: &'t Trace,
    ) -> Self {
        let (head, outline) = (OnceCell::new(), OnceCell::new());
        Self { tree, page, title_may_be_the_pages, trace, head, outline }
    }

    fn head(&self) -> &Head {
        self.head.get_or_init(|| Head::of(self.tree, self.page))
    }

    fn reading(&self) -> &Reading<'t> {
        self.outline.get_or_init(|| {
            let mut outline = Outline::of(self.tree);
            let title = title::title(&outline, self.head(), self.title_may_be_the_pages);
            body::leave_out(&mut outline, title.place);
            let container = body::container(&outline);
            Reading { outline, title, container }
        })
    }

    /// The article's title; that of the window alone, as an error page has one too, only above a text.
    pub(crate) fn title(&self) -> Option<String> {
        let Reading { outline, title, container } = self.reading();
        let text = title.text.as_ref()?;
        let place = title.place.map_or(Place::Nowhere, |place| Place::Element(outline.parts[place].element));
        if title.is_windows && container.is_none() {
            let why = "no text stands below it, as on an error page";
            self.trace.left("title", title.rule, place, text, why);
            return None;
        }
        self.trace.took("title", title.rule, place, text);
        if self.trace.is_kept() {
            for (rule, at, other) in title::candidates(outline, self.head()) {
                let is_it = at.is_some() && at == title.place || at.is_none() && other.trim() == text;
                let at = at.map_or(Place::Nowhere, |at| Place::Element(outline.parts[at].element));
                if !is_it && !other.trim().is_empty() {
                    self.trace.left("title", rule, at, &other, "another was surer");
                }
            }
        }
        Some(text.clone())
    }

    /// Texts that may hold the date.
    pub(crate) fn dates(&self) -> Dates {
        let Reading { outline, title, container } = self.reading();
        Dates::of(self.head(), outline, title.place.or(*container), *container)
    }

    /// The body, a line for each paragraph.
    pub(crate) fn body(&self) -> String {
        let Reading { outline, title, container } = self.reading();
        let Some(container) = *container else {
            self.trace.left(
                "body",
                "the element with the most running text",
                Place::Nowhere,
                "",
                "none has any",
            );
            return String::new();
        };
        let text = body::text(outline, container, title.place);
        let place = Place::Element(outline.parts[container].element);
        self.trace.took("body", "the element with the most running text and the least else", place, &text);
        let rivals = if self.trace.is_kept() { body::rivals(outline, container) } else { Vec::new() };
        for rival in rivals {
            let part = &outline.parts[rival];
            let why = match part.is_left_out {
                true => "it stands around the article",
                false => "it has less running text, or more of anything else",
            };
            let (place, text) = (Place::Element(part.element), body::whole(outline, rival));
            self.trace.left("body", "an element with running text", place, &text, why);
        }
        text
    }

    /// Who wrote it.
    pub(crate) fn byline(&self) -> Option<String> {
        let byline = byline::byline(&self.reading().outline, self.head())?;
        let rule = "what the page's metadata say, or an element marked as the author's";
        self.trace.took("byline", rule, Place::Nowhere, &byline);
        Some(byline)
    }

    /// Its pictures.
    pub(crate) fn pictures(&self) -> Vec<Image> {
        let Reading { outline, title, container } = self.reading();
        pictures::pictures(outline, self.head(), title.place, *container)
    }
}
