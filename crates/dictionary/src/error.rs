use std::fmt;
use std::io;
use std::path::Path;

/// A dictionary could not be opened.
#[derive(Debug)]
pub struct Error {
    kind: ErrorKind,
    message: String,
}

/// What a caller may act on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The cache folder cannot be read or written, or its disk is full.
    Io,
    /// The cache folder's path cannot be used; another folder is needed.
    CachePath,
    /// The pack inside the program is damaged; the program is to be installed again.
    PackDamaged,
    /// Lindera refused to build or to load the dictionary.
    Build,
}

impl Error {
    /// What a caller may act on.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    pub(crate) fn io(what: &str, path: &Path, error: &io::Error) -> Self {
        let advice = match error.kind() {
            io::ErrorKind::StorageFull => "; free 300 MB and try again",
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                "; choose a cache folder that can be written"
            }
            _ => "",
        };
        Self { kind: ErrorKind::Io, message: format!("cannot {what} {}: {error}{advice}", path.display()) }
    }

    pub(crate) fn cache_path(path: &Path) -> Self {
        let message = format!(
            "a dictionary cannot be built in {}; choose a cache folder whose path is UTF-8 and has none of * ? [",
            path.display()
        );
        Self { kind: ErrorKind::CachePath, message }
    }

    pub(crate) fn damaged(what: impl fmt::Display) -> Self {
        let message =
            format!("the dictionary inside the program is damaged: {what}; install the program again");
        Self { kind: ErrorKind::PackDamaged, message }
    }

    pub(crate) fn build(error: impl fmt::Display) -> Self {
        Self { kind: ErrorKind::Build, message: format!("cannot build the dictionary: {error}") }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}
