//! The part that touches the network.

mod answer;
mod base;
mod client;
mod failure;
mod hop;
#[cfg(feature = "old-tls")]
mod old_tls;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc as finished;
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::sync::mpsc as asked;
use url::Url;

use crate::error::{Error, ErrorKind};
use crate::fetch::client::Clients;
use crate::job::Job;
use crate::outcome::{Failure, FailureKind, Outcome};

/// Fetches pages, several at once, on a thread of its own.
///
/// Jobs go in, outcomes come out, in the order in which they end. It keeps no
/// pace: that is what a [`Schedule`](crate::Schedule) is for. Dropping it ends
/// what is under way.
///
/// No client, and so no TLS, is made before the first job. Certificates are
/// checked against roots that come with the program. HTTP/1.1 only, so that
/// what is kept is what was said.
#[derive(Debug)]
pub struct Fetcher {
    jobs: Option<asked::Sender<Job>>,
    outcomes: finished::Receiver<Outcome>,
    under_way: AtomicUsize,
    parallel: usize,
    thread: Option<JoinHandle<()>>,
}

/// How pages are fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FetchOptions {
    /// Where the owner of a site learns who asks: a URL or an address, put into the user agent.
    pub contact: String,
    /// The most jobs at once. Each may hold a body of [`longest_body`](Self::longest_body).
    pub parallel: usize,
    /// For finding the address, connecting, and agreeing on TLS.
    pub connect_timeout: Duration,
    /// The longest silence of a server in the middle of an answer, and before it.
    pub stall_timeout: Duration,
    /// For one request as a whole; each redirect is one.
    pub total_timeout: Duration,
    /// Bytes of a body as it comes; what is beyond is cut off.
    pub longest_body: usize,
    /// Hosts whose address may be private: names, or addresses as they stand
    /// in a URL. All others are refused such addresses, also after a redirect.
    pub allow_private: Vec<String>,
    /// Sends every job to the scheme, host and port of this URL, a mirror or a
    /// test server, and to no other. Exchanges bear the site's own URL all the
    /// same. Where its address is private, `allow_private` must name its host.
    pub from_base: Option<Url>,
    /// `http`, `https`, `socks5` (names are resolved here) or `socks5h` (names
    /// are resolved there). Through a proxy the check for private addresses
    /// covers the hosts as they are given, and not what they resolve to.
    pub proxy: Option<Url>,
}

impl Fetcher {
    /// Whether [`Job::old_tls`] is heeded: the crate was built with its feature `old-tls`.
    pub const SPEAKS_OLD_TLS: bool = cfg!(feature = "old-tls");

    /// Starts the thread.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::BadOption`], and [`ErrorKind::Io`] where the system gives no thread.
    pub fn start(options: FetchOptions) -> Result<Self, Error> {
        if options.parallel == 0 {
            return Err(Error::of(ErrorKind::BadOption, "the number of jobs at once must be 1 or more"));
        }
        Self::over(Clients::new(options)?)
    }

    fn over(clients: Clients) -> Result<Self, Error> {
        let parallel = clients.options.parallel;
        let clients = Arc::new(clients);
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| Error::of(ErrorKind::Io, format!("cannot start the fetcher: {error}")))?;
        let (jobs, take) = asked::channel(parallel);
        let (give, outcomes) = finished::channel();
        let thread = std::thread::Builder::new()
            .name("fetcher".into())
            .spawn(move || {
                runtime.block_on(run(clients, take, give));
                // A name that is being resolved cannot be called off; nobody waits for it.
                runtime.shutdown_background();
            })
            .map_err(|error| Error::of(ErrorKind::Io, format!("cannot start the fetcher: {error}")))?;
        Ok(Self {
            jobs: Some(jobs),
            outcomes,
            under_way: AtomicUsize::new(0),
            parallel,
            thread: Some(thread),
        })
    }

    /// Starts a job; never waits.
    ///
    /// # Errors
    ///
    /// The job itself, where as many are under way as the options allow:
    /// [`receive`](Self::receive) makes room.
    pub fn send(&self, job: Job) -> Result<(), Box<Job>> {
        let jobs = self.jobs.as_ref().expect("it is there until the fetcher is dropped");
        let added = self.under_way.fetch_update(Ordering::AcqRel, Ordering::Acquire, |count| {
            (count < self.parallel).then_some(count + 1)
        });
        if added.is_err() {
            return Err(Box::new(job));
        }
        jobs.try_send(job).expect("it has room for all that may be under way, and the thread lives");
        Ok(())
    }

    /// The next job to end, waiting for it so long at most.
    ///
    /// It waits also where nothing is under way, so a caller needs no sleep of its own.
    pub fn receive(&self, timeout: Duration) -> Option<Outcome> {
        let outcome = self.outcomes.recv_timeout(timeout).ok()?;
        self.under_way.fetch_sub(1, Ordering::AcqRel);
        Some(outcome)
    }

    /// Jobs that were sent and not received.
    pub fn under_way(&self) -> usize {
        self.under_way.load(Ordering::Acquire)
    }

    /// Whether [`send`](Self::send) takes another job.
    pub fn has_room(&self) -> bool {
        self.under_way() < self.parallel
    }
}

impl Drop for Fetcher {
    fn drop(&mut self) {
        self.jobs = None;
        if let Some(thread) = self.thread.take() {
            // It ends as soon as it sees that no job will come; a panic of its was printed.
            let _ = thread.join();
        }
    }
}

async fn run(clients: Arc<Clients>, mut jobs: asked::Receiver<Job>, outcomes: finished::Sender<Outcome>) {
    while let Some(job) = jobs.recv().await {
        let clients = Arc::clone(&clients);
        let outcomes = outcomes.clone();
        tokio::spawn(async move {
            let (id, url) = (job.id, job.url.clone());
            // In a task of its own, so that not even a panic loses a job.
            let fetched = tokio::spawn(async move { clients.fetch(job).await }).await;
            let outcome = fetched.unwrap_or_else(|error| {
                let failure =
                    Failure::of(FailureKind::Internal, &url, format!("the fetcher failed: {error}"));
                Outcome { id, hops: Vec::new(), result: Err(failure), onward: None }
            });
            // Nobody listens where the fetcher was dropped.
            let _ = outcomes.send(outcome);
        });
    }
}

/// Sixteen at once; 15 s to connect, 30 s of silence, 2 min in all; bodies up to 32 MiB.
impl Default for FetchOptions {
    fn default() -> Self {
        Self {
            contact: env!("CARGO_PKG_REPOSITORY").to_owned(),
            parallel: 16,
            connect_timeout: Duration::from_secs(15),
            stall_timeout: Duration::from_secs(30),
            total_timeout: Duration::from_secs(120),
            longest_body: 32 << 20,
            allow_private: Vec::new(),
            from_base: None,
            proxy: None,
        }
    }
}
