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
    /// The articles whose texts are like its own, where there are any.
    pub alike: Option<Alike>,
}

/// Articles of one language whose texts are at least 80 % alike, directly or through one another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alike {
    /// How many there are, this one included.
    pub count: u64,
    /// The earliest of them.
    pub earliest: Box<Article>,
}
