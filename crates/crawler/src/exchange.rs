use std::fmt;
use std::net::SocketAddr;
use std::time::{Duration, Instant, SystemTime};

use url::Url;

/// One request and its response, as an archive keeps them.
///
/// Every redirect is an exchange of its own. Credentials are not in it: a
/// header that carries some keeps its place, and its value is empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exchange {
    /// What was asked for, by the site's own name for it, without fragment.
    pub url: Url,
    /// When the request was made.
    pub started: SystemTime,
    /// When the head of the response had come: by then the server had the request.
    pub answered: Instant,
    /// How long it took, to the last byte.
    pub took: Duration,
    /// The other end of the connection; the proxy where there is one.
    pub remote: Option<SocketAddr>,
    /// What client and server agreed on for secrecy, where old TLS was allowed;
    /// the usual client does not tell.
    pub handshake: Option<Handshake>,
    /// What was sent.
    pub request: Request,
    /// What came.
    pub response: Response,
}

/// What a client and a server agreed on before they spoke.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handshake {
    /// The protocol, as the value of `WARC-Protocol`: `tls/1.0`.
    pub protocol: &'static str,
    /// The ciphers by their registered name, as the value of
    /// `WARC-Cipher-Suite`: `TLS_RSA_WITH_AES_128_CBC_SHA`.
    pub cipher_suite: String,
}

/// A request as it was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// `GET` or `POST`.
    pub method: &'static str,
    /// Path and query as on the request line.
    pub target: String,
    /// In the order sent.
    pub headers: Headers,
    /// Empty but for a `POST`.
    pub body: Vec<u8>,
}

/// A response as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// As on the status line: `HTTP/1.1` or `HTTP/1.0`.
    pub version: &'static str,
    /// The status code.
    pub status: u16,
    /// The reason on the status line, byte for byte; it may be empty.
    pub reason: Vec<u8>,
    /// In the order received. Names are in lower case, a name that came more
    /// than once stands where it came first, and a line that is no field is left out.
    pub headers: Headers,
    /// What the server sent, the transfer coding alone taken off: a body that
    /// is packed (`Content-Encoding`) is still packed.
    pub body: Vec<u8>,
    /// Why the body is not whole; `None` where it is.
    pub truncated: Option<Truncation>,
}

/// Why a body ends before its end.
///
/// Printed it is the value of `WARC-Truncated`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Truncation {
    /// It is longer than the fetcher keeps.
    Length,
    /// It came too slowly.
    Time,
    /// The connection broke, or the server promised more than it sent.
    Disconnect,
}

/// Header fields in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Headers(Vec<(String, Vec<u8>)>);

/// The fields that carry credentials.
const SECRET: &[&str] = &["authorization", "cookie", "proxy-authorization", "set-cookie", "set-cookie2"];

impl Request {
    /// The request line and the header, with the empty line that ends it.
    pub fn head(&self) -> Vec<u8> {
        let mut head = format!("{} {} HTTP/1.1\r\n", self.method, self.target).into_bytes();
        self.headers.write(&mut head);
        head
    }
}

impl Response {
    /// The status line and the header, with the empty line that ends it.
    pub fn head(&self) -> Vec<u8> {
        let mut head = format!("{} {} ", self.version, self.status).into_bytes();
        head.extend_from_slice(&self.reason);
        head.extend_from_slice(b"\r\n");
        self.headers.write(&mut head);
        head
    }
}

impl Headers {
    /// The first value of a field, in any case, where it is text.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.all(name).next()
    }

    /// Every value of a field, in any case, that is text.
    pub fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.iter()
            .filter(move |(found, _)| found.eq_ignore_ascii_case(name))
            .filter_map(|(_, value)| std::str::from_utf8(value).ok())
    }

    /// Names and values, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_slice()))
    }

    /// The field of a message, credentials blanked.
    pub(crate) fn push(&mut self, name: String, value: &[u8]) {
        let secret = SECRET.iter().any(|known| name.eq_ignore_ascii_case(known));
        self.0.push((name, if secret { Vec::new() } else { value.to_vec() }));
    }

    fn write(&self, head: &mut Vec<u8>) {
        for (name, value) in self.iter() {
            head.extend_from_slice(name.as_bytes());
            head.extend_from_slice(b": ");
            head.extend_from_slice(value);
            head.extend_from_slice(b"\r\n");
        }
        head.extend_from_slice(b"\r\n");
    }
}

/// For headers read back from an archive; credentials are blanked here too.
impl<N: Into<String>, V: AsRef<[u8]>> FromIterator<(N, V)> for Headers {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(fields: I) -> Self {
        let mut headers = Self::default();
        for (name, value) in fields {
            headers.push(name.into(), value.as_ref());
        }
        headers
    }
}

impl fmt::Display for Truncation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Length => "length",
            Self::Time => "time",
            Self::Disconnect => "disconnect",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_are_written_as_on_the_wire() {
        let response = Response {
            version: "HTTP/1.0",
            status: 200,
            reason: b"Fine".to_vec(),
            headers: [("server", "x"), ("set-cookie", "secret=1"), ("etag", "\"1\"")].into_iter().collect(),
            body: Vec::new(),
            truncated: None,
        };
        assert_eq!(
            String::from_utf8(response.head()).unwrap(),
            "HTTP/1.0 200 Fine\r\nserver: x\r\nset-cookie: \r\netag: \"1\"\r\n\r\n"
        );
    }

    #[test]
    fn fields_are_found_in_any_case() {
        let headers: Headers = [("A", "1"), ("b", "2"), ("a", "3")].into_iter().collect();
        assert_eq!(headers.all("a").collect::<Vec<_>>(), ["1", "3"]);
        assert_eq!(headers.get("B"), Some("2"));
        assert_eq!(headers.get("c"), None);
    }
}
