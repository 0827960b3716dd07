//! The second client, for servers that nobody has touched for years.

#[cfg(test)]
mod tests;

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use reqwest::dns::{Name, Resolve};
use s2n_tls::config::Config;
use s2n_tls::connection::Connection;
use s2n_tls::enums::Version;
use s2n_tls::security::Policy;
use s2n_tls_tokio::{TlsConnector, TlsStream};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::timeout;
use url::{Host, Url};
use webpki_root_certs::TLS_SERVER_ROOT_CERTS;

use crate::address::GuardedResolver;
use crate::exchange::Handshake;
use crate::fetch::answer::Answer;
use crate::fetch::client::Clients;
use crate::fetch::{FetchOptions, failure};
use crate::outcome::{Failure, FailureKind};

/// A numbered policy of s2n-tls, which never changes: TLS 1.0 to 1.3, the
/// newest first; besides today's ciphers CBC, RSA key exchange, DHE and 3DES.
const POLICY: &str = "20210825";

impl Clients {
    /// Sends a request by old TLS, and waits for the head of its answer.
    ///
    /// Each request has a connection of its own.
    pub(super) async fn send_by_old_tls(
        &self,
        url: &Url,
        request: reqwest::Request,
    ) -> Result<Answer, Failure> {
        let FetchOptions { connect_timeout, stall_timeout, total_timeout, .. } = self.options;
        let late = |what: &str| Failure::of(FailureKind::TimedOut, url, what);
        let asking = async {
            let connecting = timeout(connect_timeout, self.connect(url, request.url()));
            let (remote, stream) = connecting.await.map_err(|_| late("no connection in time"))??;
            let handshake =
                agreed(stream.as_ref()).map_err(|error| failure::told(url, FailureKind::Tls, &error))?;
            ask(url, remote, handshake, stream, request).await
        };
        let patience = total_timeout.min(connect_timeout.saturating_add(stall_timeout));
        timeout(patience, asking).await.map_err(|_| late("no answer in time"))?
    }

    async fn connect(&self, url: &Url, to: &Url) -> Result<(SocketAddr, TlsStream<TcpStream>), Failure> {
        let tls = self.old_tls(url)?;
        let port = to.port_or_known_default().unwrap_or(443);
        let (name, addresses) = match to.host() {
            Some(Host::Domain(name)) => (name.to_owned(), self.resolve(url, name, port).await?),
            Some(Host::Ipv4(address)) => (address.to_string(), vec![SocketAddr::new(address.into(), port)]),
            Some(Host::Ipv6(address)) => (address.to_string(), vec![SocketAddr::new(address.into(), port)]),
            None => return Err(Failure::of(FailureKind::BadJob, url, "the URL names no host")),
        };
        let stream = dial(&addresses, self.options.connect_timeout)
            .await
            .map_err(|error| failure::told(url, FailureKind::NoConnection, &error))?;
        let remote =
            stream.peer_addr().map_err(|error| failure::told(url, FailureKind::NoConnection, &error))?;
        let stream = TlsConnector::new(tls)
            .connect(&name, stream)
            .await
            .map_err(|error| failure::told(url, FailureKind::NoConnection, &error))?;
        Ok((remote, stream))
    }

    /// The addresses of a name that the guard lets through.
    async fn resolve(&self, url: &Url, name: &str, port: u16) -> Result<Vec<SocketAddr>, Failure> {
        let parsed: Name =
            name.parse().map_err(|error| failure::told(url, FailureKind::NoAddress, &error))?;
        let found = GuardedResolver(self.guard.clone()).resolve(parsed).await;
        let found = found.map_err(|error| failure::told(url, FailureKind::NoAddress, &*error))?;
        Ok(found.map(|address| SocketAddr::new(address.ip(), port)).collect())
    }

    /// Made when first needed: reading some 150 roots takes a while.
    fn old_tls(&self, url: &Url) -> Result<Config, Failure> {
        if let Some(config) = self.old_tls.get() {
            return Ok(config.clone());
        }
        // All of it runs on one thread, so nobody makes another meanwhile.
        let config = configuration(&roots()).map_err(|error| {
            Failure::of(FailureKind::Internal, url, format!("cannot make a client for old TLS: {error}"))
        })?;
        Ok(self.old_tls.get_or_init(|| config).clone())
    }
}

/// Certificates are checked against these roots alone.
pub(super) fn configuration(roots: &str) -> Result<Config, s2n_tls::error::Error> {
    let mut builder = Config::builder();
    builder
        .with_system_certs(false)?
        .trust_pem(roots.as_bytes())?
        .set_security_policy(&Policy::from_version(POLICY)?)?
        // A failed handshake else waits for up to 30 s, which hides from whoever times a server's answers what
        // it works with; this is a client, and it keeps no secret.
        .set_max_blinding_delay(0)?;
    builder.build()
}

/// The roots that come with the program, as PEM.
fn roots() -> String {
    let mut pem = String::new();
    for root in TLS_SERVER_ROOT_CERTS {
        let text = BASE64.encode(root);
        pem += "-----BEGIN CERTIFICATE-----\n";
        for line in text.as_bytes().chunks(64) {
            pem.extend(line.iter().map(|byte| char::from(*byte)));
            pem.push('\n');
        }
        pem += "-----END CERTIFICATE-----\n";
    }
    pem
}

/// Tries one address after the other; each has its share of the time.
async fn dial(addresses: &[SocketAddr], patience: Duration) -> io::Result<TcpStream> {
    let share = patience / u32::try_from(addresses.len()).unwrap_or(u32::MAX).max(1);
    let mut failed = io::Error::new(io::ErrorKind::NotFound, "the name leads to no address");
    for address in addresses {
        match timeout(share, TcpStream::connect(address)).await {
            Ok(Ok(stream)) => {
                stream.set_nodelay(true)?;
                return Ok(stream);
            }
            Ok(Err(error)) => failed = error,
            Err(_) => failed = io::ErrorKind::TimedOut.into(),
        }
    }
    Err(failed)
}

/// Asks over a connection that nobody else uses.
async fn ask(
    url: &Url,
    remote: SocketAddr,
    handshake: Handshake,
    stream: TlsStream<TcpStream>,
    request: reqwest::Request,
) -> Result<Answer, Failure> {
    let lost = |error: hyper::Error| failure::told(url, FailureKind::Disconnected, &error);
    let mut request: http::Request<reqwest::Body> =
        request.try_into().map_err(|error| failure::of_client(url, error))?;
    if let Some(target) = request.uri().path_and_query().cloned() {
        *request.uri_mut() = target.into();
    }
    // As the client for all sites has it.
    let (mut sender, connection) = http1::Builder::new()
        .title_case_headers(true)
        .allow_spaces_after_header_name_in_responses(true)
        .allow_obsolete_multiline_headers_in_responses(true)
        .ignore_invalid_headers_in_responses(true)
        .handshake(TokioIo::new(stream))
        .await
        .map_err(lost)?;
    let mut connections = JoinSet::new();
    // Its errors are those of the answer, and told there.
    connections.spawn(async { drop(connection.await) });
    let response = sender.send_request(request).await.map_err(lost)?;
    Ok(Answer::of_its_own(response, remote, handshake, connections))
}

fn agreed(connection: &Connection) -> Result<Handshake, s2n_tls::error::Error> {
    let protocol = match connection.actual_protocol_version()? {
        Version::TLS10 => "tls/1.0",
        Version::TLS11 => "tls/1.1",
        Version::TLS12 => "tls/1.2",
        Version::TLS13 => "tls/1.3",
        _ => "tls", // the policy allows no other
    };
    Ok(Handshake { protocol, cipher_suite: registered(connection.cipher_suite()?) })
}

/// The name under which IANA has a cipher suite, from the one that OpenSSL gave it.
///
/// It knows the suites of the policy; another name stays as it is.
fn registered(suite: &str) -> String {
    let exchanges = ["ECDHE-ECDSA-", "ECDHE-RSA-", "DHE-RSA-"];
    let (exchange, rest) = exchanges
        .iter()
        .find_map(|exchange| Some((exchange.trim_end_matches('-'), suite.strip_prefix(exchange)?)))
        .unwrap_or(("RSA", suite));
    let cipher = match rest {
        "AES128-SHA" => "AES_128_CBC_SHA",
        "AES256-SHA" => "AES_256_CBC_SHA",
        "AES128-SHA256" => "AES_128_CBC_SHA256",
        "AES256-SHA256" => "AES_256_CBC_SHA256",
        "AES256-SHA384" => "AES_256_CBC_SHA384",
        "AES128-GCM-SHA256" => "AES_128_GCM_SHA256",
        "AES256-GCM-SHA384" => "AES_256_GCM_SHA384",
        "DES-CBC3-SHA" => "3DES_EDE_CBC_SHA",
        _ => return suite.to_owned(),
    };
    format!("TLS_{}_WITH_{cipher}", exchange.replace('-', "_"))
}
