use std::fmt::Write as _;
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use lindera::dictionary::{Dictionary, DictionaryBuilder, Metadata, load_fs_dictionary_with_options};

use crate::Error;
use crate::pack::{self, CONTEXT_IDS, METADATA};

/// The version of lindera whose format the folder has.
const FORMAT: &str = "lindera6.2";

/// The list of the built files and their sizes, which lindera itself does not check.
const SIZES: &str = "sizes.txt";

/// Where in the cache a dictionary is, and where it is built.
pub struct Place {
    cache: PathBuf,
    built: PathBuf,
    /// Only the holder of the lock touches this folder, so what lies there is
    /// what a killed builder left.
    building: PathBuf,
    lock: PathBuf,
}

impl Place {
    pub fn new(cache: &Path, name: &str, sha256: &str) -> Self {
        let hash = sha256.get(..12).unwrap_or(sha256);
        let built = format!("{name}-{hash}-{FORMAT}");
        Self {
            building: cache.join(format!("{built}.building")),
            lock: cache.join(format!("{built}.lock")),
            built: cache.join(built),
            cache: cache.to_owned(),
        }
    }

    /// Loads the dictionary, having built it from `pack` if there is none that loads.
    ///
    /// `notify` hears `true` when another builder is waited for, `false` when
    /// this one begins.
    pub fn open(&self, pack: &[u8], notify: &dyn Fn(bool)) -> Result<Dictionary, Error> {
        if let Ok(dictionary) = self.load() {
            return Ok(dictionary);
        }
        fs::create_dir_all(&self.cache).map_err(|error| Error::io("create", &self.cache, &error))?;
        let _lock = self.lock(notify)?;
        // Another builder may have finished between the first look and the lock.
        if let Ok(dictionary) = self.load() {
            return Ok(dictionary);
        }
        notify(false);
        self.build(pack)?;
        self.load()
    }

    fn load(&self) -> Result<Dictionary, Error> {
        check_sizes(&self.built)?;
        load_fs_dictionary_with_options(&self.built, true).map_err(Error::build)
    }

    /// The lock is held until the file is dropped, also by a process that is killed.
    fn lock(&self, notify: &dyn Fn(bool)) -> Result<File, Error> {
        let failed = |error: io::Error| Error::io("lock", &self.lock, &error);
        let file = File::options().create(true).append(true).open(&self.lock).map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                notify(true);
                file.lock().map_err(failed)?;
            }
            Err(TryLockError::Error(error)) => return Err(failed(error)),
        }
        Ok(file)
    }

    fn build(&self, pack: &[u8]) -> Result<(), Error> {
        // Lindera finds the words by the glob pattern "{folder}/*.csv".
        if self.building.to_str().is_none_or(|path| path.contains(['*', '?', '['])) {
            return Err(Error::cache_path(&self.cache));
        }
        let (source, output) = (self.building.join("source"), self.building.join("built"));
        remove(&self.building)?;
        fs::create_dir_all(&source).map_err(|error| Error::io("create", &source, &error))?;
        let result = pack::unpack(pack, &source)
            .and_then(|()| compile(&source, &output))
            .and_then(|()| write_sizes(&output))
            .and_then(|()| remove(&self.built))
            .and_then(|()| {
                fs::rename(&output, &self.built).map_err(|error| Error::io("write", &self.built, &error))
            });
        // The source is of no more use, however it went.
        result.and(remove(&self.building))
    }
}

fn compile(source: &Path, output: &Path) -> Result<(), Error> {
    let path = source.join(METADATA);
    let metadata = fs::read(&path).map_err(|error| Error::io("read", &path, &error))?;
    let mut builder = DictionaryBuilder::new(Metadata::load(&metadata).map_err(Error::build)?);
    let context_ids = source.join(CONTEXT_IDS);
    if context_ids.exists() {
        builder = builder.with_context_id_freq(context_ids);
    }
    builder.build_dictionary(source, output).map_err(Error::build)
}

/// Removes a folder that may not be there.
fn remove(folder: &Path) -> Result<(), Error> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(Error::io("remove", folder, &error)),
        _ => Ok(()),
    }
}

/// Brings the files to the disk and notes their sizes, the note last.
fn write_sizes(folder: &Path) -> Result<(), Error> {
    let failed = |error: io::Error| Error::io("write", folder, &error);
    let mut sizes = String::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        // Opened for writing, without which Windows does not flush.
        let file = File::options().append(true).open(entry.path()).map_err(failed)?;
        file.sync_all().map_err(failed)?;
        let size = file.metadata().map_err(failed)?.len();
        let _ = writeln!(sizes, "{size} {}", entry.file_name().to_string_lossy());
    }
    fs::write(folder.join(SIZES), sizes).map_err(failed)
}

fn check_sizes(folder: &Path) -> Result<(), Error> {
    let path = folder.join(SIZES);
    let sizes = fs::read_to_string(&path).map_err(|error| Error::io("read", &path, &error))?;
    for line in sizes.lines() {
        let (size, name) = line.split_once(' ').unwrap_or_default();
        let path = folder.join(name);
        let found = fs::metadata(&path).map_err(|error| Error::io("read", &path, &error))?.len();
        if size.parse() != Ok(found) {
            return Err(Error::build(format_args!("{} has {found} bytes, not {size}", path.display())));
        }
    }
    if sizes.is_empty() {
        return Err(Error::build(format_args!("{} is empty", path.display())));
    }
    Ok(())
}
