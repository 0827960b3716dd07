use std::fmt;

use sinmun_index_schema::GenerationError;

/// A request cannot be answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    kind: ErrorKind,
    message: String,
}

/// What a caller may act on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The query is malformed.
    BadQuery,
    /// A facet or option does not exist.
    BadRequest,
    /// The cursor is malformed, or of an index that has changed since.
    BadCursor,
    /// There is no index yet.
    IndexMissing,
    /// The index was made by another version of the schema: reindex.
    SchemaMismatch,
    /// The index cannot be read.
    Io,
    /// A text cannot be cut: a dictionary is missing.
    Dictionary,
}

impl Error {
    /// What a caller may act on.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    pub(crate) fn of(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into() }
    }

    /// Tantivy's errors stay behind the wall: no conversion that others could name.
    pub(crate) fn tantivy(error: impl Into<tantivy::TantivyError>) -> Self {
        let error = error.into();
        Self::of(ErrorKind::Io, format!("the index cannot be read: {error}; `sinmun reindex` makes it again"))
    }

    /// A mistake at a character of the query, counted from 1.
    pub(crate) fn query(character: usize, message: &str) -> Self {
        Self::of(ErrorKind::BadQuery, format!("query, character {character}: {message}"))
    }
}

impl From<GenerationError> for Error {
    fn from(error: GenerationError) -> Self {
        let kind = match error {
            GenerationError::OtherSchema(_) => ErrorKind::SchemaMismatch,
            _ => ErrorKind::Io,
        };
        Self::of(kind, error.to_string())
    }
}

impl From<sinmun_language::Error> for Error {
    fn from(error: sinmun_language::Error) -> Self {
        Self::of(ErrorKind::Dictionary, error.to_string())
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}
