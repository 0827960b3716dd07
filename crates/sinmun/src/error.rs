use std::fmt;

/// Something the library could not do.
#[derive(Debug)]
pub struct Error {
    kind: ErrorKind,
    message: String,
}

/// What a caller may act on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The query is malformed; the message names the character.
    BadQuery,
    /// An option, name, facet or cursor is wrong.
    BadRequest,
    /// There is no catalogue or no index yet: import something.
    Empty,
    /// The index was made by another version: reindex.
    SchemaMismatch,
    /// The disk is full; what was stored is unharmed.
    DiskFull,
    /// A file cannot be read or written, or is damaged.
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

impl From<sinmun_archive::Error> for Error {
    fn from(error: sinmun_archive::Error) -> Self {
        let kind = match error.kind() {
            sinmun_archive::ErrorKind::CatalogueMissing => ErrorKind::Empty,
            sinmun_archive::ErrorKind::DiskFull => ErrorKind::DiskFull,
            sinmun_archive::ErrorKind::Busy => ErrorKind::BadRequest,
            _ => ErrorKind::Io,
        };
        Self::of(kind, error.to_string())
    }
}

impl From<sinmun_indexer::Error> for Error {
    fn from(error: sinmun_indexer::Error) -> Self {
        let kind = match error.kind() {
            sinmun_indexer::ErrorKind::SchemaMismatch => ErrorKind::SchemaMismatch,
            sinmun_indexer::ErrorKind::DiskFull => ErrorKind::DiskFull,
            _ => ErrorKind::Io,
        };
        Self::of(kind, error.to_string())
    }
}

impl From<sinmun_query::Error> for Error {
    fn from(error: sinmun_query::Error) -> Self {
        use sinmun_query::ErrorKind as Kind;
        let kind = match error.kind() {
            Kind::BadQuery => ErrorKind::BadQuery,
            Kind::BadRequest | Kind::BadCursor => ErrorKind::BadRequest,
            Kind::IndexMissing => ErrorKind::Empty,
            Kind::SchemaMismatch => ErrorKind::SchemaMismatch,
            _ => ErrorKind::Io,
        };
        Self::of(kind, error.to_string())
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}
