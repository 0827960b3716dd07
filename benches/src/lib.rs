//! What the benches share: the corpus, the machine, and latencies in order.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

pub use sinmun_tests::{files, shared};

/// The lines of a file that hold anything.
///
/// # Panics
///
/// Where the file cannot be read.
pub fn lines(file: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(file).expect("the corpus can be read");
    text.lines().filter(|line| !line.trim().is_empty()).map(ToOwned::to_owned).collect()
}

/// Titles and bodies by language, up to so many bytes of each.
///
/// # Panics
///
/// Where a file cannot be read.
pub fn texts(files: &[PathBuf], most: usize) -> BTreeMap<String, Vec<String>> {
    let mut texts: BTreeMap<String, (usize, Vec<String>)> = BTreeMap::new();
    for line in files.iter().flat_map(|file| lines(file)) {
        let Ok(record) = serde_json::from_str::<serde_json::Value>(&line) else { continue };
        let part = |name: &str| record[name].as_str().unwrap_or_default();
        let (bytes, known) = texts.entry(part("lang").to_owned()).or_default();
        if *bytes < most {
            let text = format!("{}\n{}", part("title"), part("body"));
            *bytes += text.len();
            known.push(text);
        }
    }
    texts.into_iter().map(|(language, (_, texts))| (language, texts)).collect()
}

/// The most memory that this process has held, in MB; `None` where the system does not tell.
pub fn peak_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kibibytes: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kibibytes * 1024 / 1_000_000)
}

/// How long things took, in microseconds.
#[derive(Debug, Clone, Default)]
pub struct Latencies {
    sorted: Vec<f64>,
}

impl Latencies {
    /// Puts measured times in order.
    pub fn of(mut times: Vec<f64>) -> Self {
        times.sort_by(f64::total_cmp);
        Self { sorted: times }
    }

    /// The time that so many of a hundred stay below; 0 where nothing was measured.
    pub fn percentile(&self, percent: usize) -> f64 {
        let last = self.sorted.len().saturating_sub(1);
        self.sorted.get(last * percent / 100).copied().unwrap_or_default()
    }
}
