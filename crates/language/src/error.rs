use std::fmt;

/// A dictionary cannot be used.
#[derive(Debug, Clone)]
pub struct Error {
    kind: ErrorKind,
    message: String,
}

/// What a caller may act on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A dictionary cannot be built or read.
    Dictionary,
    /// A text cannot be cut.
    Text,
}

impl Error {
    /// What a caller may act on.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    pub(crate) fn dictionary(error: impl fmt::Display) -> Self {
        Self { kind: ErrorKind::Dictionary, message: error.to_string() }
    }

    pub(crate) fn text(error: impl fmt::Display) -> Self {
        Self { kind: ErrorKind::Text, message: format!("cannot cut a text into words: {error}") }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}
