use std::collections::HashSet;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::Error;
use crate::verify::Problem;
use crate::warc::hexadecimal;

/// One line of `chain.jsonl`: a finished WARC file, bound to the line before.
///
/// Whoever has the last line time-stamped can prove later that no file was
/// changed, added or taken away before it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Link {
    name: String,
    size: u64,
    sha256: String,
    /// SHA-256 of the line before, without its line end; of nothing for the first.
    before: String,
}

/// Adds a line for a finished file, unless it has one; the caller holds the archive's lock.
pub(crate) fn extend(archive: &Path, name: &str) -> Result<(), Error> {
    let path = path(archive);
    let text = read(&path)?;
    let whole = text.rfind('\n').map_or(0, |end| end + 1);
    let links = text[..whole].lines().filter_map(|line| serde_json::from_str::<Link>(line).ok());
    if links.into_iter().any(|link| link.name == name) {
        return Ok(());
    }
    let (size, sha256) = digest_file(&archive.join(name))?;
    let before = hexadecimal(&Sha256::digest(text[..whole].lines().next_back().unwrap_or_default()));
    let link = Link { name: name.to_owned(), size, sha256, before };
    let line = serde_json::to_string(&link).expect("a link has only text and numbers") + "\n";
    let append = || -> io::Result<()> {
        let mut file = OpenOptions::new().create(true).truncate(false).write(true).open(&path)?;
        file.set_len(whole as u64)?; // a line torn by a crash names a file that is still unfinished
        io::Seek::seek(&mut file, io::SeekFrom::End(0))?;
        file.write_all(line.as_bytes())?;
        file.sync_all()
    };
    append().map_err(|error| Error::io("write", &path, &error))
}

/// The names of the finished files.
pub(crate) fn finished(archive: &Path) -> Result<Vec<String>, Error> {
    let text = read(&path(archive))?;
    Ok(text
        .lines()
        .filter_map(|line| serde_json::from_str::<Link>(line).ok())
        .map(|link| link.name)
        .collect())
}

/// Checks every line: that it follows the line before, and that its file is as it was. Returns the names in it.
pub(crate) fn verify(archive: &Path, problems: &mut Vec<Problem>) -> Result<HashSet<String>, Error> {
    let text = read(&path(archive))?;
    let mut tell = |file: &str, what: String| {
        problems.push(Problem { file: file.to_owned(), offset: None, what });
    };
    let (mut names, mut before) = (HashSet::new(), String::new());
    for (place, line) in text.lines().enumerate() {
        let number = place + 1;
        let expected = hexadecimal(&Sha256::digest(&before));
        line.clone_into(&mut before);
        let link = serde_json::from_str::<Link>(line).ok().filter(|link| !link.name.contains(['/', '\\']));
        let Some(link) = link else {
            tell("chain.jsonl", format!("line {number} is no line of the chain: restore it from a backup"));
            continue;
        };
        if link.before != expected {
            let what =
                format!("line {number} does not follow the line before it: a line was changed or taken away");
            tell("chain.jsonl", what);
        }
        let file = archive.join(&link.name);
        if !file.is_file() {
            tell(
                &link.name,
                format!("line {number} of the chain names it, and it is gone: restore it from a backup"),
            );
        } else if digest_file(&file)? != (link.size, link.sha256) {
            tell(
                &link.name,
                format!("it is not as line {number} of the chain says: restore it from a backup"),
            );
        }
        names.insert(link.name);
    }
    Ok(names)
}

fn path(archive: &Path) -> PathBuf {
    archive.join("chain.jsonl")
}

fn read(path: &Path) -> Result<String, Error> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(text),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(String::new()),
        Err(error) => Err(Error::io("read", path, &error)),
    }
}

fn digest_file(path: &Path) -> Result<(u64, String), Error> {
    let digest = || -> io::Result<(u64, String)> {
        let mut file = File::open(path)?;
        let mut hash = Sha256::new();
        let mut buffer = vec![0; 1 << 16];
        let mut size = 0;
        loop {
            let read = file.read(&mut buffer)?;
            if read == 0 {
                return Ok((size, hexadecimal(&hash.finalize())));
            }
            hash.update(&buffer[..read]);
            size += read as u64;
        }
    };
    digest().map_err(|error| Error::io("read", path, &error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_line_is_bound_to_the_one_before() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["a.warc.gz", "b.warc.gz"] {
            std::fs::write(folder.path().join(name), name).unwrap();
            extend(folder.path(), name).unwrap();
        }
        extend(folder.path(), "a.warc.gz").unwrap();
        let text = std::fs::read_to_string(path(folder.path())).unwrap();
        let links: Vec<Link> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(links.len(), 2, "a file is entered once");
        let first_line = text.lines().next().unwrap();
        assert_eq!(links[1].before, hexadecimal(&Sha256::digest(first_line)));
        assert_eq!((links[0].size, links[0].sha256.len()), (9, 64));
        assert_eq!(finished(folder.path()).unwrap(), ["a.warc.gz", "b.warc.gz"]);
    }

    #[test]
    fn a_torn_line_is_written_again() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("a.warc.gz"), "a").unwrap();
        std::fs::write(path(folder.path()), "{\"name\":\"a.wa").unwrap();
        extend(folder.path(), "a.warc.gz").unwrap();
        assert_eq!(finished(folder.path()).unwrap(), ["a.warc.gz"]);
    }
}
