use sinmun_archive::{Page, Picture};
use sinmun_article::{Article, Revision, Source};

/// An article with its history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// The article in its latest revision.
    pub article: Article,
    /// Who published it.
    pub source: Source,
    /// Every text that it had, the first one first.
    pub revisions: Vec<Revision>,
    /// Its pictures, in the order of its page, and which of them are in the archive.
    pub pictures: Vec<Picture>,
    /// What crawls know of its page.
    pub pages: Vec<Page>,
}
