use std::fmt;
use std::path::Path;

use rusqlite::ffi;

/// What to do about a full disk.
const FREE_SOME_SPACE: &str = "; free some space and try again, what was stored is safe";

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
        let (kind, advice) = match error.kind() {
            std::io::ErrorKind::StorageFull => (ErrorKind::DiskFull, FREE_SOME_SPACE),
            _ => (ErrorKind::Io, ""),
        };
        Self::of(kind, format!("cannot {what} {}: {error}{advice}", path.display()))
    }
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        // What SQLite says where there is no room for the file that its readers and writers share.
        let has_no_room = |error: &ffi::Error| error.extended_code == ffi::SQLITE_IOERR_SHMSIZE;
        let kind = match error.sqlite_error_code() {
            Some(rusqlite::ErrorCode::DiskFull) => ErrorKind::DiskFull,
            _ if error.sqlite_error().is_some_and(has_no_room) => ErrorKind::DiskFull,
            Some(rusqlite::ErrorCode::NotADatabase | rusqlite::ErrorCode::DatabaseCorrupt) => {
                ErrorKind::CatalogueUnreadable
            }
            _ => ErrorKind::Io,
        };
        let advice = match kind {
            ErrorKind::DiskFull => FREE_SOME_SPACE,
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
