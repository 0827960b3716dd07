use std::fmt;

/// The body of a page cannot be unpacked.
#[derive(Debug)]
pub struct Error {
    kind: ErrorKind,
    message: String,
}

/// What a caller may act on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A body unpacks to more than the limit, or than any honest body would: a bomb.
    TooLong,
    /// A body is not what its `Content-Encoding` says.
    Damaged,
    /// A `Content-Encoding` that is not known here.
    UnknownCoding,
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
