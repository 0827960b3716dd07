use std::fmt;
use std::path::Path;

/// Something in the archive or the catalogue went wrong.
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
    /// The disk is full; what was stored before is unharmed.
    DiskFull,
    /// There is no catalogue in this data directory.
    CatalogueMissing,
    /// The catalogue was made by another version, or is damaged.
    CatalogueUnreadable,
    /// Another process does what only one may do at a time.
    Busy,
    /// A WARC record or the chain is damaged.
    ArchiveDamaged,
}

impl Error {
    /// What a caller may act on.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    pub(crate) fn of(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into() }
    }

    pub(crate) fn io(what: &str, path: &Path, error: &std::io::Error) -> Self {
        let full = error.kind() == std::io::ErrorKind::StorageFull;
        let kind = if full { ErrorKind::DiskFull } else { ErrorKind::Io };
        Self::of(kind, format!("cannot {what} {}: {error}", path.display()))
    }
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        let kind = match error.sqlite_error_code() {
            Some(rusqlite::ErrorCode::DiskFull) => ErrorKind::DiskFull,
            Some(rusqlite::ErrorCode::NotADatabase | rusqlite::ErrorCode::DatabaseCorrupt) => {
                ErrorKind::CatalogueUnreadable
            }
            _ => ErrorKind::Io,
        };
        let advice = match kind {
            ErrorKind::DiskFull => "; free some space and try again, what was stored is safe",
            ErrorKind::CatalogueUnreadable => "; `sinmun rebuild` makes it again from the archive",
            _ => "",
        };
        Self::of(kind, format!("catalogue: {error}{advice}"))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}
