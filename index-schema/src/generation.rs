use std::fmt;
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

/// The generations of an index in their common folder.
#[derive(Debug, Clone)]
pub struct Generations {
    folder: PathBuf,
}

/// One index folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Generation {
    /// Its name, such as `g000001`.
    pub name: String,
    /// Where it lies.
    pub path: PathBuf,
}

/// What a generation says of itself, in `generation.json` beside Tantivy's files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Label {
    schema_version: u32,
    program: String,
}

impl Generations {
    /// The generations in a folder, which need not exist yet.
    pub fn of(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into() }
    }

    /// Their folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The file that names the generation in use.
    pub fn pointer(&self) -> PathBuf {
        self.folder.join("CURRENT")
    }

    /// The generation in use; `None` where there is no index yet.
    ///
    /// # Errors
    ///
    /// `CURRENT` cannot be read, or names no generation.
    pub fn current(&self) -> Result<Option<Generation>, GenerationError> {
        let pointer = self.pointer();
        match std::fs::read_to_string(&pointer) {
            Ok(name) => {
                let name = name.trim();
                if number(name).is_none() {
                    let message = format!(
                        "{} names no generation; `sinmun reindex` makes the index again",
                        pointer.display()
                    );
                    return Err(GenerationError::Unreadable(message));
                }
                Ok(Some(self.generation(name)))
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(io_error("read", &pointer, &error)),
        }
    }

    fn generation(&self, name: &str) -> Generation {
        Generation { name: name.to_owned(), path: self.folder.join(name) }
    }

    fn numbers(&self) -> Vec<u64> {
        let entries = std::fs::read_dir(&self.folder).into_iter().flatten().flatten();
        entries.filter_map(|entry| number(entry.file_name().to_str()?)).collect()
    }

    /// Makes the folder of the next generation, removing what a killed process left of it.
    ///
    /// # Errors
    ///
    /// The folder cannot be made.
    pub fn begin(&self, schema_version: u32) -> Result<Generation, GenerationError> {
        let current =
            self.current().ok().flatten().and_then(|generation| number(&generation.name)).unwrap_or(0);
        for unfinished in self.numbers().into_iter().filter(|number| *number > current) {
            let path = self.folder.join(name(unfinished));
            std::fs::remove_dir_all(&path).map_err(|error| io_error("remove", &path, &error))?;
        }
        let generation = self.generation(&name(current + 1));
        let path = &generation.path;
        std::fs::create_dir_all(path).map_err(|error| io_error("make the folder", path, &error))?;
        let label = Label { schema_version, program: env!("CARGO_PKG_VERSION").to_owned() };
        let text = serde_json::to_string(&label).expect("a label has only a number and a text");
        let file = path.join("generation.json");
        replace(&file, &text).map_err(|error| io_error("write", &file, &error))?;
        Ok(generation)
    }

    /// Puts a complete generation in use and removes the others.
    ///
    /// # Errors
    ///
    /// `CURRENT` cannot be written; the generation before is in use then.
    pub fn switch(&self, to: &Generation) -> Result<(), GenerationError> {
        let pointer = self.pointer();
        replace(&pointer, &to.name).map_err(|error| io_error("write", &pointer, &error))?;
        for old in self.numbers().into_iter().map(name).filter(|name| *name != to.name) {
            // A reader may hold it open; where that forbids removal, the next switch removes it.
            let _ = std::fs::remove_dir_all(self.folder.join(old));
        }
        Ok(())
    }

    /// Waits for the lock of a name; it is free again when the file is dropped.
    ///
    /// # Errors
    ///
    /// The lock file cannot be made.
    pub fn lock(&self, name: &str) -> Result<File, GenerationError> {
        let path = self.folder.join(name);
        let open = || -> io::Result<File> {
            std::fs::create_dir_all(&self.folder)?;
            let file = File::options().create(true).truncate(false).write(true).open(&path)?;
            file.lock()?;
            Ok(file)
        };
        open().map_err(|error| io_error("lock", &path, &error))
    }
}

impl Generation {
    /// Refuses a generation that another version of the schema made.
    ///
    /// # Errors
    ///
    /// [`GenerationError::OtherSchema`], naming the command that makes it again.
    pub fn check(&self, schema_version: u32) -> Result<(), GenerationError> {
        let file = self.path.join("generation.json");
        let text = std::fs::read_to_string(&file).map_err(|error| io_error("read", &file, &error))?;
        let found = serde_json::from_str::<Label>(&text).ok().map(|label| label.schema_version);
        if found == Some(schema_version) {
            return Ok(());
        }
        let found = found.map_or("an unknown version".to_owned(), |version| format!("version {version}"));
        let message = format!(
            "the index has {found} of the schema, this program reads version {schema_version}: run `sinmun reindex`"
        );
        Err(GenerationError::OtherSchema(message))
    }
}

/// A generation that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum GenerationError {
    /// A file or folder cannot be read or written.
    Unreadable(String),
    /// There is no room for a new one.
    DiskFull(String),
    /// Another version of the schema made it: reindex.
    OtherSchema(String),
}

impl fmt::Display for GenerationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(message) | Self::DiskFull(message) | Self::OtherSchema(message) => {
                f.write_str(message)
            }
        }
    }
}

impl std::error::Error for GenerationError {}

fn io_error(what: &str, path: &Path, error: &io::Error) -> GenerationError {
    let message = format!("cannot {what} {}: {error}", path.display());
    match error.kind() {
        io::ErrorKind::StorageFull => {
            GenerationError::DiskFull(format!("{message}; free some space and try again"))
        }
        _ => GenerationError::Unreadable(message),
    }
}

fn name(number: u64) -> String {
    format!("g{number:06}")
}

fn number(name: &str) -> Option<u64> {
    let digits = name.strip_prefix('g').filter(|digits| digits.len() >= 6)?;
    if digits.bytes().all(|byte| byte.is_ascii_digit()) { digits.parse().ok() } else { None }
}

/// Writes a file so that it holds either the old text or the new one.
fn replace(path: &Path, text: &str) -> io::Result<()> {
    let draft = path.with_extension("draft");
    let mut file = File::create(&draft)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    std::fs::rename(&draft, path)
}
