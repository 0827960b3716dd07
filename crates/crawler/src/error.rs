use std::fmt;

/// A crawler cannot be set up as asked.
///
/// A page that fails to come is no error: it is a [`Failure`](crate::Failure),
/// and the crawl goes on.
#[derive(Debug)]
pub struct Error {
    kind: ErrorKind,
    message: String,
}

/// What a caller may act on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// An option makes no sense; the message names it.
    BadOption,
    /// The operating system gives no thread or no runtime.
    Io,
}

impl Error {
    /// What a caller may act on.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    pub(crate) fn of(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into() }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}
