use std::time::{Instant, SystemTime};

use http::header::{self, HeaderMap, HeaderName, HeaderValue};
use hyper::ext::ReasonPhrase;
use reqwest::cookie::CookieStore;
use tokio::time::timeout;
use url::{Origin, Position, Url};

use crate::exchange::{Exchange, Headers, Request, Response, Truncation};
use crate::fetch::answer::Answer;
use crate::fetch::client::Clients;
use crate::fetch::{FetchOptions, failure};
use crate::job::{Job, Method};
use crate::outcome::{Failure, FailureKind};

const ACCEPT: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

/// Fields that the fetcher sets itself: they say who asks, or frame the message.
const OWN: &[HeaderName] = &[
    header::HOST,
    header::USER_AGENT,
    header::COOKIE,
    header::CONNECTION,
    header::CONTENT_LENGTH,
    header::CONTENT_TYPE,
    header::TRANSFER_ENCODING,
    header::TE,
    header::UPGRADE,
    header::EXPECT,
];

/// As much room is made at most, in bytes, before a body has come: its announced length may be a lie.
const MOST_BODY_GUESS: usize = 1 << 20;

impl Clients {
    /// One request and its answer, whole or not.
    ///
    /// The size of an answer's head is bounded by hyper: 100 fields, some 400 KiB.
    ///
    /// # Errors
    ///
    /// There was no answer.
    pub(super) async fn hop(&self, job: &mut Job) -> Result<(Exchange, Result<(), Failure>), Failure> {
        let contacted = self.base.as_ref().map_or_else(|| job.url.clone(), |base| base.of_site(&job.url));
        if !matches!(contacted.scheme(), "http" | "https") {
            return Err(Failure::of(FailureKind::BadJob, &job.url, "it is not an address of the web"));
        }
        self.guard
            .check(&contacted)
            .map_err(|error| Failure::of(FailureKind::PrivateAddress, &job.url, error))?;
        let jar = job.session.as_deref().map(|session| self.jar(session));
        let cookies = jar.as_ref().and_then(|jar| jar.cookies(&job.url));
        job.visit(cookies.as_ref().map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned()))?;
        let server = contacted.origin();
        let (request, sent) = self.request(job, contacted, cookies)?;

        let started = SystemTime::now();
        let clock = Instant::now();
        let by_old_tls = job.old_tls && request.url().scheme() == "https";
        let answer = match by_old_tls {
            true if self.options.proxy.is_some() => {
                let message = "old TLS is not spoken through a proxy";
                return Err(Failure::of(FailureKind::BadJob, &job.url, message));
            }
            true => self.send_by_old_tls(&job.url, request).await?,
            false => self.send(&job.url, &server, request).await?,
        };
        let answered = Instant::now();
        if let Some(jar) = &jar {
            jar.set_cookies(&mut answer.head.headers.get_all(header::SET_COOKIE).iter(), &job.url);
        }
        let (remote, handshake) = (answer.remote, answer.handshake.clone());
        let (response, result) = self.response(&job.url, answer, clock).await;
        if result.is_ok() && !by_old_tls {
            self.note_answer(server);
        }
        let url = job.url.clone();
        let took = clock.elapsed();
        Ok((Exchange { url, started, answered, took, remote, handshake, request: sent, response }, result))
    }

    /// Sends a request, and waits for the head of its answer.
    ///
    /// A connection that was open already may have been closed by the server at
    /// the same moment. The request is not sent again here: that would be a second
    /// one without the host's delay.
    async fn send(&self, url: &Url, server: &Origin, request: reqwest::Request) -> Result<Answer, Failure> {
        let client = self.client()?;
        let FetchOptions { connect_timeout, stall_timeout, total_timeout, .. } = self.options;
        let patience = total_timeout.min(connect_timeout.saturating_add(stall_timeout));
        let was_open = self.was_open(server);
        let mut failure = match timeout(patience, client.execute(request)).await {
            Ok(Ok(answer)) => return Ok(answer.into()),
            Ok(Err(error)) => failure::of_client(url, error),
            Err(_) => Failure::of(FailureKind::TimedOut, url, "no answer in time"),
        };
        if failure.kind == FailureKind::Disconnected && was_open {
            failure.kind = FailureKind::Closed;
        }
        Err(failure)
    }

    #[cfg(not(feature = "old-tls"))]
    async fn send_by_old_tls(&self, url: &Url, _: reqwest::Request) -> Result<Answer, Failure> {
        let message = "this program was built without old TLS: build it with `--features old-tls`";
        Err(Failure::of(FailureKind::BadJob, url, message))
    }

    /// Where an answer redirects to; the failure is that the address makes no sense.
    pub(super) fn redirect(&self, response: &Response, site: &Url) -> Option<Result<Url, Failure>> {
        if !matches!(response.status, 301 | 302 | 303 | 307 | 308) {
            return None;
        }
        let location = response.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("location"))?.1;
        let location = String::from_utf8_lossy(location);
        let from = self.base.as_ref().map_or_else(|| site.clone(), |base| base.of_site(site));
        Some(match from.join(location.trim()) {
            Ok(named) => Ok(match &self.base {
                Some(base) => base.to_site(named, site),
                None => named,
            }),
            Err(error) => {
                let message = format!("it redirects to {location:?}: {error}");
                Err(Failure::of(FailureKind::BadRedirect, site, message))
            }
        })
    }

    /// The request to send, and what is kept of it.
    fn request(
        &self,
        job: &Job,
        contacted: Url,
        cookies: Option<HeaderValue>,
    ) -> Result<(reqwest::Request, Request), Failure> {
        let bad = |message: String| Failure::of(FailureKind::BadJob, &job.url, message);
        let value = |name: &str, text: &str| {
            HeaderValue::from_str(text).map_err(|_| bad(format!("{name} is no header value: {text:?}")))
        };
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, value("host", &contacted[Position::BeforeHost..Position::AfterPort])?);
        headers.insert(header::USER_AGENT, self.user_agent.clone());
        headers.insert(header::ACCEPT, HeaderValue::from_static(ACCEPT));
        headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static("gzip"));
        if let Some(known) = job.known.as_ref().filter(|known| known.url == job.url) {
            if let Some(tag) = &known.etag {
                headers.insert(header::IF_NONE_MATCH, value("etag", tag)?);
            }
            if let Some(date) = &known.last_modified {
                headers.insert(header::IF_MODIFIED_SINCE, value("last-modified", date)?);
            }
        }
        for (name, text) in &job.headers {
            let parsed: HeaderName =
                name.parse().map_err(|_| bad(format!("{name:?} is no name of a header field")))?;
            if OWN.contains(&parsed) {
                return Err(bad(format!("the header field {name} is the fetcher's own")));
            }
            headers.insert(parsed, value(name, text)?);
        }
        if let Some(cookies) = cookies {
            headers.insert(header::COOKIE, cookies);
        }
        let (method, body) = match &job.method {
            Method::Get => (reqwest::Method::GET, None),
            Method::Post { content_type, body } => {
                headers.insert(header::CONTENT_TYPE, value("content-type", content_type)?);
                headers.insert(header::CONTENT_LENGTH, HeaderValue::from(body.len()));
                (reqwest::Method::POST, Some(body.clone()))
            }
        };
        let mut kept = Headers::default();
        for (name, value) in &headers {
            kept.push(title_case(name.as_str()), value.as_bytes());
        }
        let sent = Request {
            method: if body.is_some() { "POST" } else { "GET" },
            target: contacted[Position::BeforePath..Position::AfterQuery].to_owned(),
            headers: kept,
            body: body.clone().unwrap_or_default(),
        };
        let mut request = reqwest::Request::new(method, contacted);
        *request.headers_mut() = headers;
        *request.body_mut() = body.map(Into::into);
        Ok((request, sent))
    }

    /// Reads an answer to its end, or to where it breaks off.
    async fn response(
        &self,
        url: &Url,
        mut answer: Answer,
        clock: Instant,
    ) -> (Response, Result<(), Failure>) {
        let mut headers = Headers::default();
        for (name, value) in &answer.head.headers {
            headers.push(name.as_str().to_owned(), value.as_bytes());
        }
        let status = answer.head.status;
        let canonical = status.canonical_reason().unwrap_or_default().as_bytes();
        let reason =
            answer.head.extensions.get::<ReasonPhrase>().map_or(canonical, ReasonPhrase::as_bytes).to_vec();
        let version = if answer.head.version == http::Version::HTTP_10 { "HTTP/1.0" } else { "HTTP/1.1" };
        let mut body =
            Vec::with_capacity(answer.announced().min(MOST_BODY_GUESS).min(self.options.longest_body));
        let mut truncated = None;
        let mut result = Ok(());
        loop {
            let left = self.options.total_timeout.saturating_sub(clock.elapsed());
            let chunk = match timeout(left.min(self.options.stall_timeout), answer.chunk(url)).await {
                Ok(Ok(Some(chunk))) => chunk,
                Ok(Ok(None)) => break,
                Ok(Err(failure)) => {
                    truncated = Some(Truncation::Disconnect);
                    result = Err(failure);
                    break;
                }
                Err(_) => {
                    truncated = Some(Truncation::Time);
                    let message = format!("the answer stopped coming after {} bytes", body.len());
                    result = Err(Failure::of(FailureKind::TimedOut, url, message));
                    break;
                }
            };
            let room = self.options.longest_body - body.len();
            body.extend_from_slice(&chunk[..chunk.len().min(room)]);
            if chunk.len() > room {
                truncated = Some(Truncation::Length);
                let message =
                    format!("the body is longer than {} bytes; the rest was left", self.options.longest_body);
                result = Err(Failure::of(FailureKind::TooLong, url, message));
                break;
            }
        }
        let status = status.as_u16();
        (Response { version, status, reason, headers, body, truncated }, result)
    }
}

/// As hyper writes it: the first letter and those after a hyphen are capitals.
fn title_case(name: &str) -> String {
    let mut is_first = true;
    name.chars()
        .map(|letter| {
            let written = if is_first { letter.to_ascii_uppercase() } else { letter };
            is_first = letter == '-';
            written
        })
        .collect()
}
