//! What the archive proves: its soundness, what it knows of a page, and copies of it for others.

use std::io::Write;

use sinmun_archive::{Exported, Page, Verification};
use sinmun_article::{ArticleId, Day, SourceId};

use crate::error::{Error, ErrorKind};
use crate::library::Library;
use crate::query::Query;

/// A source, and how its crawls went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceReport {
    /// The source's id.
    pub id: SourceId,
    /// Its name as printed.
    pub name: String,
    /// Whether its definition says how to find its pages.
    pub can_be_crawled: bool,
    /// Whether its operator has to be asked first.
    pub needs_permission: bool,
    /// The day from which its site answers no more.
    pub gone: Option<Day>,
    /// Articles of it in the catalogue.
    pub articles: u64,
    /// The date of the latest of them, as far as it is known.
    pub latest: Option<String>,
    /// How its crawls went; `None` where there were none.
    pub health: Option<sinmun_archive::Health>,
}

impl Library {
    /// Checks every line of the chain, every digest and every pointer.
    ///
    /// # Errors
    ///
    /// There is no archive, or it cannot be read. What is wrong in it is in the answer.
    pub fn verify(&self, progress: &mut dyn FnMut(u64, u64)) -> Result<Verification, Error> {
        if !self.path().join("archive").is_dir() {
            let message = format!("{} has no archive yet: import or crawl something", self.path().display());
            return Err(Error::of(ErrorKind::Empty, message));
        }
        Ok(sinmun_archive::verify(self.path(), progress)?)
    }

    /// Copies the captures behind all articles that match into one WARC file; `name` is what the file says of itself.
    ///
    /// # Errors
    ///
    /// A mistake in the query, or something that cannot be read or written.
    pub fn export(&self, query: &Query, name: &str, out: &mut dyn Write) -> Result<Exported, Error> {
        Ok(sinmun_archive::export(self.path(), &self.all_ids(query)?, name, out)?)
    }

    /// Copies them into one WACZ file, which replay tools open: the WARC file, its index, and the articles as its pages.
    ///
    /// # Errors
    ///
    /// As [`export`](Self::export).
    pub fn export_wacz(&self, query: &Query, title: &str, out: &mut dyn Write) -> Result<Exported, Error> {
        Ok(sinmun_archive::export_wacz(self.path(), &self.all_ids(query)?, title, out)?)
    }

    /// All articles that match, the oldest first.
    fn all_ids(&self, query: &Query) -> Result<Vec<ArticleId>, Error> {
        let mut articles: Vec<ArticleId> = Vec::new();
        let mut query = query.clone().order(crate::Order::Oldest).limit(10_000);
        loop {
            let (found, next) = self.page_of_ids(&query)?;
            articles.extend(found);
            match next {
                Some(next) => query = query.after(&next),
                None => return Ok(articles),
            }
        }
    }

    /// What crawls know of a URL: when it was seen, missed, refused; in each source that names it.
    ///
    /// # Errors
    ///
    /// The catalogue is missing or cannot be read.
    pub fn pages(&self, url: &str) -> Result<Vec<Page>, Error> {
        let catalogue = self.open_catalogue()?;
        let mut pages = catalogue.pages(url)?;
        for definition in self.definitions().iter() {
            let canonical = definition.canonical_url(url).filter(|canonical| canonical != url);
            for page in
                canonical.map(|canonical| catalogue.pages(&canonical)).transpose()?.unwrap_or_default()
            {
                if pages.iter().all(|known| known.id != page.id) {
                    pages.push(page);
                }
            }
        }
        Ok(pages)
    }

    /// Every source that is defined or has articles, and how it does.
    ///
    /// # Errors
    ///
    /// The catalogue cannot be read.
    pub fn source_reports(&self) -> Result<Vec<SourceReport>, Error> {
        let (counts, health) = match self.open_catalogue() {
            Ok(catalogue) => (catalogue.source_counts()?, catalogue.source_health()?),
            Err(error) if error.kind() == ErrorKind::Empty => (Vec::new(), Vec::new()),
            Err(error) => return Err(error),
        };
        let mut ids: Vec<SourceId> =
            self.definitions().iter().map(|definition| definition.id.clone()).collect();
        ids.extend(counts.iter().map(|count| count.source.clone()));
        ids.sort();
        ids.dedup();
        let report = |id: SourceId| {
            let definition = self.definitions().get(&id);
            let own = || counts.iter().filter(|count| count.source == id);
            SourceReport {
                name: self.source(&id).name,
                can_be_crawled: definition.is_some_and(|definition| !definition.discovery.is_empty()),
                needs_permission: definition
                    .is_some_and(|definition| definition.permission == sinmun_sources::Permission::Required),
                gone: definition.and_then(|definition| definition.gone),
                articles: own().map(|count| count.articles).sum(),
                latest: own().filter_map(|count| count.dates.as_ref()).map(|dates| dates.1.clone()).max(),
                health: health.iter().find(|health| health.source == id).cloned(),
                id,
            }
        };
        Ok(ids.into_iter().map(report).collect())
    }
}
