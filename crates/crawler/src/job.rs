use url::Url;

use crate::outcome::{Failure, FailureKind};

/// One page to ask for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// The caller's own number for it; the outcome bears it.
    pub id: u64,
    /// Where, by the site's own name. A fragment and credentials in it are not sent.
    pub url: Url,
    /// How.
    pub method: Method,
    /// Further header fields, and others than the usual for `Accept` and
    /// `Accept-Encoding`. Those that tell who asks, or that belong to the
    /// connection, are the fetcher's own.
    pub headers: Vec<(String, String)>,
    /// What is known of the page already: an unchanged one answers 304 and sends no body.
    pub known: Option<Known>,
    /// Cookies are taken and sent back among the jobs that name the same
    /// session. They live as long as the fetcher.
    pub session: Option<String>,
    /// Whether TLS 1.0 and 1.1 and ciphers that are given up elsewhere will
    /// do; the newest that the server speaks is taken, and its certificate must
    /// hold. It goes for what the job is redirected to as well. Where
    /// [`Fetcher::SPEAKS_OLD_TLS`](crate::Fetcher::SPEAKS_OLD_TLS) is `false`,
    /// and through a proxy, such a job fails at every `https` URL.
    pub old_tls: bool,
    /// What to do with a redirect.
    pub redirects: Redirects,
    /// What was asked for on the way here; nothing for a job of the caller's own.
    pub trail: Trail,
}

/// How a page is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Method {
    /// Plainly.
    Get,
    /// With a form or another body: for what changes nothing, since it may be sent twice.
    Post {
        /// Its `Content-Type`.
        content_type: String,
        /// Its bytes.
        body: Vec<u8>,
    },
}

/// What an earlier response said of its own version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// The URL that gave that response: no other is asked whether it has
    /// changed, though a redirect may lead from one to the other.
    pub url: Url,
    /// Its `ETag`, sent as `If-None-Match`.
    pub etag: Option<String>,
    /// Its `Last-Modified`, sent as `If-Modified-Since`.
    pub last_modified: Option<String>,
}

/// What to do with a redirect.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Redirects {
    /// Follow it at once, wherever it leads: for robots.txt, and for one page asked by hand.
    #[default]
    Follow,
    /// Hand it back as [`Outcome::onward`](crate::Outcome::onward): for a
    /// crawl, since the next URL has robots rules and a pace of its own.
    HandBack,
}

/// The requests of a chain of redirects, by which a loop is noticed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trail(Vec<Visit>);

/// One request of a chain. A cookie may be what a server waits for when it
/// sends the same URL again, so it is part of what makes two requests the same.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Visit {
    url: Url,
    is_get: bool,
    cookies: Option<String>,
}

impl Job {
    /// The most redirects that are followed.
    pub const MOST_REDIRECTS: usize = 10;

    /// Asks for a page.
    pub fn get(id: u64, url: Url) -> Self {
        Self {
            id,
            url,
            method: Method::Get,
            headers: Vec::new(),
            known: None,
            session: None,
            old_tls: false,
            redirects: Redirects::default(),
            trail: Trail::default(),
        }
    }

    /// Sends a body and asks for what it gives.
    pub fn post(id: u64, url: Url, content_type: impl Into<String>, body: impl Into<Vec<u8>>) -> Self {
        let method = Method::Post { content_type: content_type.into(), body: body.into() };
        Self { method, ..Self::get(id, url) }
    }

    /// Notes the request that is about to be made.
    ///
    /// # Errors
    ///
    /// It was made before on the way here.
    pub(crate) fn visit(&mut self, cookies: Option<String>) -> Result<(), Failure> {
        let visit = Visit { url: self.url.clone(), is_get: self.method == Method::Get, cookies };
        if self.trail.0.contains(&visit) {
            return Err(Failure::of(
                FailureKind::RedirectLoop,
                &self.url,
                "the redirects lead back to where they were",
            ));
        }
        self.trail.0.push(visit);
        Ok(())
    }

    /// The job that a redirect makes of this one.
    ///
    /// # Errors
    ///
    /// It is one redirect too many, or leads out of the web.
    pub(crate) fn redirected(mut self, status: u16, url: Url) -> Result<Self, Failure> {
        if !matches!(url.scheme(), "http" | "https") {
            let message = format!("it redirects to {url}, which is no web page");
            return Err(Failure::of(FailureKind::BadRedirect, &self.url, message));
        }
        if self.trail.0.len() > Self::MOST_REDIRECTS {
            let message = format!("more than {} redirects", Self::MOST_REDIRECTS);
            return Err(Failure::of(FailureKind::TooManyRedirects, &self.url, message));
        }
        // As every browser does: only 307 and 308 keep the method and the body.
        if status < 304 {
            self.method = Method::Get;
        }
        if url.origin() != self.url.origin() {
            self.headers.retain(|(name, _)| !name.eq_ignore_ascii_case("authorization"));
        }
        self.url = url;
        Ok(self)
    }
}
