use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use reqwest::cookie::Jar;
use reqwest::{Client, Proxy, redirect};
use rustls::{ClientConfig, RootCertStore};
use url::{Origin, Url};

use crate::address::{Guard, GuardedResolver};
use crate::error::{Error, ErrorKind};
use crate::fetch::FetchOptions;
use crate::fetch::base::Base;
use crate::job::{Job, Redirects};
use crate::outcome::{Failure, FailureKind, Outcome};

/// The HTTP client, made when first needed, and what it works by.
#[derive(Debug)]
pub(crate) struct Clients {
    pub(super) options: FetchOptions,
    pub(super) user_agent: http::HeaderValue,
    pub(super) guard: Arc<Guard>,
    pub(super) base: Option<Base>,
    client: OnceLock<Client>,
    #[cfg(feature = "old-tls")]
    pub(super) old_tls: OnceLock<s2n_tls::config::Config>,
    jars: Mutex<HashMap<String, Arc<Jar>>>,
    /// When each server last answered: a connection to it may be open since.
    answered: Mutex<HashMap<Origin, Instant>>,
}

/// How long a connection is kept for another request. Many servers close it after five seconds, and a
/// request that crosses with that is lost.
const IDLE: Duration = Duration::from_secs(4);

impl Clients {
    /// # Errors
    ///
    /// An option that makes no sense.
    pub(crate) fn new(options: FetchOptions) -> Result<Self, Error> {
        let bad = |message: String| Error::of(ErrorKind::BadOption, message);
        let user_agent = format!("Sinmun/{} (+{})", env!("CARGO_PKG_VERSION"), options.contact);
        let user_agent = http::HeaderValue::from_str(&user_agent)
            .ok()
            .filter(|value| !options.contact.trim().is_empty() && value.to_str().is_ok())
            .ok_or_else(|| bad(format!("contact {:?}: it must be one line of ASCII", options.contact)))?;
        let known = |proxy: &Url| {
            matches!(proxy.scheme(), "http" | "https" | "socks5" | "socks5h") && proxy.has_host()
        };
        if options.proxy.as_ref().is_some_and(|proxy| !known(proxy)) {
            return Err(bad("the proxy must be a URL of http, https, socks5 or socks5h with a host".into()));
        }
        Ok(Self {
            user_agent,
            guard: Arc::new(Guard::new(&options.allow_private, options.proxy.as_ref())),
            base: options.from_base.clone().map(Base::new).transpose()?,
            options,
            client: OnceLock::new(),
            #[cfg(feature = "old-tls")]
            old_tls: OnceLock::new(),
            jars: Mutex::default(),
            answered: Mutex::default(),
        })
    }

    /// Asks for a page, and for what it redirects to.
    pub(crate) async fn fetch(&self, mut job: Job) -> Outcome {
        let id = job.id;
        let mut hops = Vec::new();
        loop {
            strip(&mut job.url);
            let (exchange, result) = match self.hop(&mut job).await {
                Ok(answered) => answered,
                Err(failure) => return Outcome { id, hops, result: Err(failure), onward: None },
            };
            let status = exchange.response.status;
            let target = self.redirect(&exchange.response, &job.url);
            hops.push(exchange);
            let Some(target) = target else { return Outcome { id, hops, result, onward: None } };
            let handed_back = job.redirects == Redirects::HandBack;
            let next = target.and_then(|mut url| {
                strip(&mut url);
                self.check(&url)?;
                job.redirected(status, url)
            });
            match next {
                Err(failure) => return Outcome { id, hops, result: Err(failure), onward: None },
                Ok(next) if handed_back => {
                    return Outcome { id, hops, result: Ok(()), onward: Some(Box::new(next)) };
                }
                Ok(next) => job = next,
            }
        }
    }

    /// Refuses a URL that names a private address, where it would be sent to.
    pub(super) fn check(&self, url: &Url) -> Result<(), Failure> {
        // What is no web page is refused as such, and the base stands for every other.
        if self.base.is_some() || !matches!(url.scheme(), "http" | "https") {
            return Ok(());
        }
        self.guard.check(url).map_err(|error| Failure::of(FailureKind::PrivateAddress, url, error))
    }

    pub(super) fn client(&self) -> Result<Client, Failure> {
        if let Some(client) = self.client.get() {
            return Ok(client.clone());
        }
        // All of it runs on one thread, so nobody makes another meanwhile.
        let client = build(&self.options, &self.guard).map_err(|error| Failure {
            kind: FailureKind::Internal,
            message: format!("cannot make an HTTP client: {error}"),
        })?;
        Ok(self.client.get_or_init(|| client).clone())
    }

    pub(super) fn jar(&self, session: &str) -> Arc<Jar> {
        let mut jars = self.jars.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(jars.entry(session.to_owned()).or_default())
    }

    /// Notes that a server has answered, so that the connection may be used again.
    pub(super) fn note_answer(&self, server: Origin) {
        let mut answered = self.answered.lock().unwrap_or_else(PoisonError::into_inner);
        answered.retain(|_, at| at.elapsed() < IDLE);
        answered.insert(server, Instant::now());
    }

    /// Whether a request may go over a connection that the server is closing; only the first after an answer may.
    pub(super) fn was_open(&self, server: &Origin) -> bool {
        let mut answered = self.answered.lock().unwrap_or_else(PoisonError::into_inner);
        answered.remove(server).is_some_and(|at| at.elapsed() < IDLE)
    }
}

/// Fragments and credentials are no part of what is asked for, nor of what is kept.
fn strip(url: &mut Url) {
    url.set_fragment(None);
    if !url.username().is_empty() || url.password().is_some() {
        // Both fail only where there is no host, which is refused later.
        let _ = url.set_username("");
        let _ = url.set_password(None);
    }
}

fn build(options: &FetchOptions, guard: &Arc<Guard>) -> Result<Client, Box<dyn std::error::Error>> {
    let roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    let tls = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    let mut builder = Client::builder()
        .tls_backend_preconfigured(tls)
        .http1_only()
        .http1_title_case_headers()
        // Old servers write such heads, and browsers read them. A line that is no field at all is left out.
        .http1_allow_spaces_after_header_name_in_responses(true)
        .http1_allow_obsolete_multiline_headers_in_responses(true)
        .http1_ignore_invalid_headers_in_responses(true)
        .redirect(redirect::Policy::none())
        .referer(false)
        .no_proxy() // the environment's; a library reads none
        .connect_timeout(options.connect_timeout)
        .pool_idle_timeout(IDLE)
        .pool_max_idle_per_host(options.parallel)
        .dns_resolver(Arc::new(GuardedResolver(Arc::clone(guard))));
    if let Some(proxy) = &options.proxy {
        builder = builder.proxy(Proxy::all(proxy.clone())?);
    }
    Ok(builder.build()?)
}
