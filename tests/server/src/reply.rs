use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::time::Duration;

use crate::Request;

/// What the server does when it was asked.
#[derive(Debug, Clone)]
pub enum Reply {
    /// A page, or 304 for who has it. It gets an `ETag` where it has neither that nor `Last-Modified`.
    Page {
        /// Its status.
        status: u16,
        /// `Content-Length` is told rightly where it is not among them.
        headers: Vec<(&'static str, String)>,
        /// As it is sent.
        body: Vec<u8>,
    },
    /// Sends these bytes and waits for another request.
    Keep(Vec<u8>),
    /// Sends these bytes in up to eight pieces, with a pause before each, and waits for another request.
    Slow(Vec<u8>, Duration),
    /// Sends these bytes and closes the connection.
    Close(Vec<u8>),
    /// Sends these bytes and resets the connection.
    Reset(Vec<u8>),
    /// Sends these bytes and falls silent until the other side goes away.
    Silence(Vec<u8>),
    /// Sends these bytes, then blanks until nobody takes them.
    Endless(Vec<u8>),
}

impl Reply {
    /// A page with status 200.
    pub fn page(body: impl Into<Vec<u8>>) -> Self {
        Self::Page { status: 200, headers: Vec::new(), body: body.into() }
    }

    /// A status, with a short page that says it.
    pub fn status(status: u16) -> Self {
        Self::Page { status, headers: Vec::new(), body: format!("<p>{status}</p>").into_bytes() }
    }

    /// A redirect with status 302.
    pub fn redirect(to: impl Into<String>) -> Self {
        Self::Page { status: 302, headers: vec![("Location", to.into())], body: Vec::new() }
    }

    /// A page in up to eight pieces, with a pause before each.
    pub fn slow(body: impl AsRef<[u8]>, pause: Duration) -> Self {
        let body = body.as_ref();
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", body.len());
        Self::Slow([head.as_bytes(), body].concat(), pause)
    }

    /// A page in chunks of so many bytes.
    pub fn chunked(body: impl AsRef<[u8]>, most: usize) -> Self {
        let mut bytes = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec();
        for chunk in body.as_ref().chunks(most) {
            bytes.extend([format!("{:x}\r\n", chunk.len()).as_bytes(), chunk, b"\r\n"].concat());
        }
        bytes.extend(b"0\r\n\r\n");
        Self::Keep(bytes)
    }

    /// Adds a field to a page.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        if let Self::Page { headers, .. } = &mut self {
            headers.push((name, value.into()));
        }
        self
    }
}

/// A page as it is answered to a request: its status, and all of it for one write.
pub(crate) fn written(
    request: &Request,
    status: u16,
    mut headers: Vec<(&'static str, String)>,
    body: &[u8],
) -> (u16, Vec<u8>) {
    let has = |headers: &[(&str, String)], name| headers.iter().any(|(known, _)| *known == name);
    if !has(&headers, "ETag") && !has(&headers, "Last-Modified") {
        let mut hasher = DefaultHasher::new();
        body.hash(&mut hasher);
        headers.push(("ETag", format!("\"{:x}\"", hasher.finish())));
    }
    // A client that names a version is not asked for the date that it names too (RFC 9110, 13.1.3).
    let (own, asked) = match request.header("If-None-Match") {
        Some(tag) => ("ETag", Some(tag)),
        None => ("Last-Modified", request.header("If-Modified-Since")),
    };
    let is_known = headers.iter().any(|(name, value)| *name == own && Some(value.as_str()) == asked);
    let (status, body) = if status == 200 && is_known { (304, [].as_slice()) } else { (status, body) };
    if status != 304 && !has(&headers, "Content-Length") {
        headers.push(("Content-Length", body.len().to_string()));
    }
    let fields: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    (status, [format!("HTTP/1.1 {status} Said\r\n{fields}\r\n").as_bytes(), body].concat())
}
