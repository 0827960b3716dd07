use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use crate::error::ErrorKind;
use crate::{Definition, Error};

/// What a source file may weigh; a hundred times the largest built-in one.
const LARGEST: u64 = 1 << 20;

/// The definitions of a folder in the order of their names; none where it is not there.
pub(crate) fn read(folder: &Path) -> Result<Vec<Definition>, Error> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(unreadable(folder, &error)),
    };
    let mut paths: Vec<PathBuf> = Vec::new();
    for entry in entries {
        let path = entry.map_err(|error| unreadable(folder, &error))?.path();
        if path.extension().is_some_and(|ending| ending == "toml") {
            paths.push(path);
        }
    }
    paths.sort();
    paths.iter().map(|path| definition(path)).collect()
}

fn definition(path: &Path) -> Result<Definition, Error> {
    let refused = |why: &str| Error::new(ErrorKind::Io, &path.display().to_string(), why);
    let file = fs::symlink_metadata(path).map_err(|error| unreadable(path, &error))?;
    if file.file_type().is_symlink() {
        return Err(refused("a symbolic link is not followed: put the file itself here"));
    }
    if !file.is_file() {
        return Err(refused("it is no file"));
    }
    let mut text = String::new();
    let opened = fs::File::open(path).map_err(|error| unreadable(path, &error))?;
    match opened.take(LARGEST + 1).read_to_string(&mut text) {
        Ok(_) if text.len() as u64 > LARGEST => Err(refused("it is over 1 MiB, and no source file is")),
        Ok(_) => Definition::parse(&path.display().to_string(), &text),
        Err(_) if file.len() > LARGEST => Err(refused("it is over 1 MiB, and no source file is")),
        Err(error) => Err(unreadable(path, &error)),
    }
}

fn unreadable(path: &Path, error: &std::io::Error) -> Error {
    Error::new(ErrorKind::Io, &path.display().to_string(), format!("it cannot be read: {error}"))
}

#[cfg(test)]
mod tests {
    use crate::{ErrorKind, Sources};

    fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            std::fs::write(folder.path().join(name), text).unwrap();
        }
        folder
    }

    #[test]
    fn a_users_files_add_and_replace() {
        let own = "id = \"sample-wire\"\nname = \"Sample Wire\"\nhosts = [\"wire.example\"]";
        let replaced = "id = \"cgtn\"\nname = \"CGTN\"\naliases = [\"Our own name\"]";
        let folder = folder(&[("sample-wire.toml", own), ("cgtn.toml", replaced), ("notes.txt", "x")]);
        let sources = Sources::with_folder(folder.path()).unwrap();
        assert_eq!(sources.iter().count(), Sources::built_in().iter().count() + 1);
        assert_eq!(sources.resolve("our own name").unwrap().as_str(), "cgtn");
        assert_eq!(
            sources.resolve("China Global Television Network").unwrap().as_str(),
            "china-global-television-network"
        );
        let missing = Sources::with_folder(folder.path().join("absent")).unwrap();
        assert_eq!(missing.iter().count(), Sources::built_in().iter().count());
    }

    #[test]
    fn a_mistake_in_one_names_it() {
        let own = "id = \"sample-wire\"\nname = \"Sample Wire\"\naliases = [\"KCNA\"]";
        for (files, kind, part) in [
            (vec![("a.toml", own)], ErrorKind::Mistake, "line 3, key aliases"),
            (vec![("a.toml", "id = \"a\"")], ErrorKind::Mistake, "name"),
            (
                vec![("a.toml", "id = \"a\"\nname = \"A\""), ("b.toml", "id = \"a\"\nname = \"B\"")],
                ErrorKind::Mistake,
                "b.toml",
            ),
            (vec![("a.toml", &*"#".repeat(2 << 20))], ErrorKind::Io, "1 MiB"),
        ] {
            let folder = folder(&files);
            let error = Sources::with_folder(folder.path()).unwrap_err();
            assert_eq!(error.kind(), kind, "{error}");
            assert!(error.to_string().contains(part), "{error}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn links_are_not_followed() {
        let target = folder(&[("a.toml", "id = \"a\"\nname = \"A\"")]);
        let folder = folder(&[]);
        std::os::unix::fs::symlink(target.path().join("a.toml"), folder.path().join("a.toml")).unwrap();
        let error = Sources::with_folder(folder.path()).unwrap_err();
        assert!(error.to_string().contains("symbolic link"), "{error}");
        std::fs::remove_file(folder.path().join("a.toml")).unwrap();
        std::fs::create_dir(folder.path().join("a.toml")).unwrap();
        assert!(Sources::with_folder(folder.path()).is_err());
    }
}
