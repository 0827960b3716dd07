use std::fmt;

use sinmun_index_schema::GenerationError;
use tantivy::TantivyError;
use tantivy::directory::error::OpenWriteError;

/// The index cannot be written.
#[derive(Debug)]
pub struct Error {
    kind: ErrorKind,
    message: String,
}

/// What a caller may act on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A file or folder cannot be read or written.
    Io,
    /// The disk is full; the index is as it was.
    DiskFull,
    /// The index was made by another version of the schema: reindex.
    SchemaMismatch,
    /// The catalogue cannot be read.
    Catalogue,
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

    pub(crate) fn tantivy(error: &TantivyError) -> Self {
        let io = match error {
            TantivyError::IoError(error)
            | TantivyError::OpenWriteError(OpenWriteError::IoError { io_error: error, .. }) => Some(error),
            _ => None,
        };
        let message = format!("the index cannot be written: {error}");
        match io.map(|error| error.kind()) {
            Some(std::io::ErrorKind::StorageFull) => {
                Self::of(ErrorKind::DiskFull, format!("{message}; free some space and try again"))
            }
            _ => Self::of(ErrorKind::Io, message),
        }
    }
}

impl From<GenerationError> for Error {
    fn from(error: GenerationError) -> Self {
        let kind = match error {
            GenerationError::OtherSchema(_) => ErrorKind::SchemaMismatch,
            GenerationError::DiskFull(_) => ErrorKind::DiskFull,
            _ => ErrorKind::Io,
        };
        Self::of(kind, error.to_string())
    }
}

impl From<sinmun_archive::Error> for Error {
    fn from(error: sinmun_archive::Error) -> Self {
        Self::of(ErrorKind::Catalogue, error.to_string())
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}
