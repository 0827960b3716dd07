//! Reading captures again by today's rules.

use sinmun_archive::{Reread, Scope, Store};

use crate::error::{Error, ErrorKind};
use crate::library::Library;
use crate::reading;

impl Library {
    /// Reads captures again by today's rules, puts what they say now in place of what they said, and indexes what changed.
    ///
    /// Without sources all captures are read; with sources (ids, names or aliases) those that came from their
    /// sites, and all that tell of the same outlets. Every capture of an article is read by the same rules, so a change of rules
    /// makes no revision; an id goes on leading to its article.
    ///
    /// `progress` is told how many captures are read, and how many there are.
    ///
    /// # Errors
    ///
    /// A name is no source, nothing was imported or crawled yet, or a record is damaged; the catalogue then is as it was.
    pub fn renormalize(
        &self,
        sources: &[String],
        progress: &mut dyn FnMut(u64, u64),
    ) -> Result<Reread, Error> {
        self.open_catalogue()?;
        let mut names = Vec::with_capacity(sources.len());
        for name in sources {
            let id = self.definitions().resolve(name);
            let none = || Error::of(ErrorKind::BadRequest, format!("{name:?} is no name of a source"));
            names.push(id.ok_or_else(none)?.to_string());
        }
        let mut store = Store::open(self.path(), reading::reader(self.definitions().clone(), None))?;
        let scope = if names.is_empty() { Scope::All } else { Scope::Named(names) };
        let reread = store.read_again(&scope, progress)?;
        drop(store);
        self.index_changes(&|_, _| {}, &|_, _| {})?;
        Ok(reread)
    }

    /// Reads again what was read by other rules than today's, so that what comes in next is compared with readings of its own kind.
    pub(crate) fn keep_up(&self, progress: &mut dyn FnMut(u64, u64)) -> Result<Option<Reread>, Error> {
        if !self.path().join("catalogue.sqlite").exists() {
            return Ok(None);
        }
        let sources = self.definitions();
        let mut store = Store::open(self.path(), reading::reader(sources.clone(), None))?;
        let outdated =
            store.outdated(|name, fingerprint| reading::is_outdated(sources, name, fingerprint))?;
        Ok(match outdated {
            Some(scope) => Some(store.read_again(&scope, progress)?),
            None => None,
        })
    }
}
