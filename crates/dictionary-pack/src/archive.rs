use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};

/// The files of a compiled MeCab dictionary, by their names without folder.
const NAMES: [&str; 4] = ["char.bin", "matrix.bin", "sys.dic", "unk.dic"];

/// No file of a dictionary comes near this size; a larger one is a mistake.
const FILE_LIMIT: u64 = 512 << 20;

/// The dictionary's files as a Python package carries them.
pub struct Archive {
    files: BTreeMap<&'static str, Vec<u8>>,
}

impl Archive {
    /// Reads the four files from a wheel or a `.tar.gz`, in whatever folder they lie.
    pub fn read(path: &Path) -> Result<Self> {
        let file = File::open(path).with_context(|| format!("cannot open {}", path.display()))?;
        let name = path.to_string_lossy();
        let mut archive = Self { files: BTreeMap::new() };
        if name.ends_with(".whl") || name.ends_with(".zip") {
            archive.read_zip(file)
        } else if name.ends_with(".tar.gz") {
            archive.read_tar(file)
        } else {
            bail!("{name} is neither a wheel nor a .tar.gz");
        }
        .with_context(|| format!("cannot read {name}"))?;
        Ok(archive)
    }

    /// The bytes of one of the four files.
    pub fn file(&self, name: &str) -> Result<&[u8]> {
        let bytes = self.files.get(name).with_context(|| format!("the archive has no {name}"))?;
        Ok(bytes)
    }

    fn read_zip(&mut self, file: File) -> Result<()> {
        let mut zip = zip::ZipArchive::new(file)?;
        for index in 0..zip.len() {
            let mut entry = zip.by_index(index)?;
            let path = entry.name().to_owned();
            self.add(&path, &mut entry)?;
        }
        Ok(())
    }

    fn read_tar(&mut self, file: File) -> Result<()> {
        let mut tar = tar::Archive::new(flate2::read::GzDecoder::new(file));
        for entry in tar.entries()? {
            let mut entry = entry?;
            let path = entry.path()?.to_string_lossy().into_owned();
            self.add(&path, &mut entry)?;
        }
        Ok(())
    }

    fn add(&mut self, path: &str, bytes: &mut dyn Read) -> Result<()> {
        let last = path.rsplit('/').next().unwrap_or(path);
        let Some(name) = NAMES.iter().find(|name| **name == last) else { return Ok(()) };
        let mut content = Vec::new();
        bytes.take(FILE_LIMIT + 1).read_to_end(&mut content).with_context(|| path.to_owned())?;
        ensure!(content.len() as u64 <= FILE_LIMIT, "{path} is larger than {FILE_LIMIT} bytes");
        ensure!(self.files.insert(name, content).is_none(), "there are two files named {name}");
        Ok(())
    }
}
