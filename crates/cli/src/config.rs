use std::fmt;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context;
use etcetera::BaseStrategy;
use sinmun::{Library, Options};

/// What the command line, the environment and the platform decide together.
pub struct Config {
    /// The data directory.
    pub data: PathBuf,
    /// Whether progress and remarks are kept back.
    pub quiet: bool,
    /// Whether standard output is a terminal: colours.
    pub is_terminal: bool,
}

/// A mistake of the user's that the library has not seen.
#[derive(Debug)]
pub struct Mistake(pub String);

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Mistake {}

impl Config {
    /// Flag, then environment, then the platform's folder.
    pub fn of(data: Option<&Path>, quiet: bool) -> anyhow::Result<Self> {
        let from_environment =
            || std::env::var_os("SINMUN_DATA").filter(|data| !data.is_empty()).map(PathBuf::from);
        let data = match data.map(Path::to_owned).or_else(from_environment) {
            Some(data) => data,
            None => {
                let platform =
                    etcetera::choose_base_strategy().context("cannot find a data folder; give --data DIR")?;
                platform.data_dir().join("sinmun")
            }
        };
        let no_colour = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        Ok(Self { data, quiet, is_terminal: std::io::stdout().is_terminal() && !no_colour })
    }

    /// The library of the data directory.
    pub fn library(&self, memory: Option<usize>) -> anyhow::Result<Library> {
        let mut options = Options::default();
        if let Some(mebibytes) = memory {
            options.indexing.memory = mebibytes.clamp(32, 1 << 20) << 20;
        }
        options.notify = Some(Arc::new(|progress| eprintln!("{progress}")));
        Ok(Library::open_with(&self.data, options)?)
    }

    /// Prints a remark on standard error, unless --quiet.
    pub fn remark(&self, text: &str) {
        if !self.quiet {
            eprintln!("{text}");
        }
    }
}
