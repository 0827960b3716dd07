//! Collecting from live sites.

mod deposit;
mod gates;
mod plan;
mod run;

use std::collections::BTreeMap;
use std::time::Duration;

use sinmun_archive::{Counts, Reread};
use sinmun_article::Day;
use url::Url;

use crate::error::Error;
use crate::library::Library;

/// What to collect, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CrawlOptions {
    /// Ids, names or aliases of sources; all that can be crawled without being asked for by name where it is empty.
    pub sources: Vec<String>,
    /// The first day of the lists by day; a week ago by default.
    pub since: Option<Day>,
    /// The last day; today by default, where the site is.
    pub until: Option<Day>,
    /// How many requests to make at most.
    pub limit: Option<u64>,
    /// The least time between two requests to one host, in place of what the source says; robots.txt may ask for more.
    pub delay: Option<Duration>,
    /// How long a server may take to accept a connection, and be silent; 15 and 30 seconds by default.
    pub timeout: Option<Duration>,
    /// The wait after a first failure, about doubled by each further one; 5 seconds by default.
    pub retry_wait: Option<Duration>,
    /// Make no request: tell what it would begin with.
    pub dry_run: bool,
    /// A mirror or test server to ask in place of the sites; what is stored bears the sites' own URLs.
    pub from_base: Option<Url>,
    /// Whether the addresses of that server and of the sources named may be private.
    pub allow_private: bool,
    /// An HTTP, HTTPS or SOCKS5 proxy.
    pub proxy: Option<Url>,
    /// Whom a site's operator can turn to: a URL or an address, for the user agent.
    pub contact: Option<String>,
    /// How many days after an article was found it is looked at again; 0 is in every crawl.
    pub revisit: Vec<u32>,
    /// Sources whose operators have given permission.
    pub permitted: Vec<String>,
}

impl Default for CrawlOptions {
    fn default() -> Self {
        Self {
            sources: Vec::new(),
            since: None,
            until: None,
            limit: None,
            delay: None,
            timeout: None,
            retry_wait: None,
            dry_run: false,
            from_base: None,
            allow_private: false,
            proxy: None,
            contact: None,
            revisit: vec![1, 3, 7, 30, 90],
            permitted: Vec::new(),
        }
    }
}

/// What happens during a crawl, for whoever shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum CrawlEvent {
    /// Rules have changed: of what was read by others, so many captures of so many are read again.
    ReadAgain {
        /// Captures read so far.
        done: u64,
        /// Captures in all.
        total: u64,
    },
    /// How the hosts are doing; about four times a second.
    Hosts(BTreeMap<String, HostSummary>),
    /// A page could not be had.
    Trouble {
        /// The page.
        url: String,
        /// Why, and what happens next.
        reason: String,
    },
    /// A host is not asked before the hours begin that its source names; told once until then.
    Closed {
        /// The host.
        host: String,
        /// When its hours begin, in minutes of its day.
        from: u16,
        /// When they end; a smaller number where they go over midnight.
        to: u16,
        /// The time zone of both.
        time_zone: String,
        /// How long until they begin.
        wait: Duration,
    },
    /// So many changes of so many are indexed.
    Indexed {
        /// Changes indexed so far.
        done: u64,
        /// Changes in all.
        total: u64,
    },
}

/// What became of the pages of one host.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HostSummary {
    /// Requests made, robots.txt and redirects among them.
    pub requests: u64,
    /// Lists and articles that came.
    pub fetched: u64,
    /// Pictures that came. What else becomes of pictures is counted below, as that of other pages.
    pub images: u64,
    /// Pages that said they have not changed, or sent what they had sent before.
    pub unchanged: u64,
    /// Pages that are not there (404, 410).
    pub missing: u64,
    /// Requests that failed or were refused.
    pub failed: u64,
    /// Pages that robots.txt keeps to itself.
    pub disallowed: u64,
    /// Pages that wait.
    pub queued: u64,
}

/// What a crawl did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CrawlSummary {
    /// By host, and by port where it is not the usual one.
    pub hosts: BTreeMap<String, HostSummary>,
    /// What became of the articles read from the pages.
    pub counts: Counts,
    /// What was read again first, where rules had changed.
    pub reread: Option<Reread>,
    /// Articles written to the index.
    pub indexed: u64,
    /// Whether it went on with a crawl that had not come to its end.
    pub resumed: bool,
    /// Whether it came to its end: nothing waits but what a host kept it from. `false` where the budget was spent.
    pub ended: bool,
    /// Hosts that failed so often in a row that they were left alone; their pages wait for the next crawl.
    pub given_up: Vec<String>,
    /// Of a dry run: the requests that it would begin with.
    pub plan: Vec<String>,
}

impl CrawlSummary {
    /// The sum over all hosts.
    pub fn total(&self) -> HostSummary {
        let mut total = HostSummary::default();
        for host in self.hosts.values() {
            total.requests += host.requests;
            total.fetched += host.fetched;
            total.images += host.images;
            total.unchanged += host.unchanged;
            total.missing += host.missing;
            total.failed += host.failed;
            total.disallowed += host.disallowed;
            total.queued += host.queued;
        }
        total
    }

    /// Lists that named something once and name nothing now: a site that has changed its pages looks like this.
    pub fn emptied_lists(&self) -> u64 {
        self.counts.warnings.get(sinmun_archive::NOTHING_LISTED).copied().unwrap_or_default()
    }
}

impl Library {
    /// Collects what is new at live sites, and indexes it.
    ///
    /// Blocks until the crawl has come to its end or spent its budget; that may
    /// take until the hours of a source begin. A crawl that was killed goes on
    /// where it was: what came in is in the archive before it counts as fetched.
    ///
    /// # Errors
    ///
    /// A source that is not known or cannot be crawled, an option that makes
    /// no sense, or something that cannot be written. Pages that fail are counted.
    pub fn crawl(
        &self,
        options: &CrawlOptions,
        on: &(dyn Fn(CrawlEvent) + Sync),
    ) -> Result<CrawlSummary, Error> {
        let reread = match options.dry_run {
            true => None,
            false => self.keep_up(&mut |done, total| on(CrawlEvent::ReadAgain { done, total }))?,
        };
        let mut summary = run::crawl(self.path(), self.definitions(), options, on)?;
        summary.reread = reread;
        if !options.dry_run {
            summary.indexed =
                self.index_changes(&|_, _| {}, &|done, total| on(CrawlEvent::Indexed { done, total }))?;
        }
        Ok(summary)
    }
}
