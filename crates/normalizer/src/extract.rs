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

pub(crate) use dates::Dates;

/// A page read without rules; each part is looked for when it is asked for.
pub(crate) struct Generic<'t> {
    tree: &'t Html,
    page: &'t Tidy,
    title_may_be_the_pages: bool,
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
    pub(crate) fn new(tree: &'t Html, page: &'t Tidy, title_may_be_the_pages: bool) -> Self {
        Self { tree, page, title_may_be_the_pages, head: OnceCell::new(), outline: OnceCell::new() }
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
        let Reading { title, container, .. } = self.reading();
        title.text.clone().filter(|_| !title.is_windows || container.is_some())
    }

    /// Texts that may hold the date.
    pub(crate) fn dates(&self) -> Dates {
        let Reading { outline, title, container } = self.reading();
        Dates::of(self.head(), outline, title.place.or(*container), *container)
    }

    /// The body, a line for each paragraph.
    pub(crate) fn body(&self) -> String {
        let Reading { outline, title, container } = self.reading();
        container.map(|container| body::text(outline, container, title.place)).unwrap_or_default()
    }

    /// Who wrote it.
    pub(crate) fn byline(&self) -> Option<String> {
        byline::byline(&self.reading().outline, self.head())
    }

    /// Its pictures.
    pub(crate) fn pictures(&self) -> Vec<Image> {
        let Reading { outline, title, container } = self.reading();
        pictures::pictures(outline, self.head(), title.place, *container)
    }
}
