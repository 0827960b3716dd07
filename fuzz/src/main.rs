//! Reads pages that nobody would write, for so many seconds: `sinmun-fuzz SECONDS [FOLDER] [SEED]`.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use sinmun_fuzz::{Checker, Mutator, SAMPLES};

/// Files of the folder that are larger are cut.
const LARGEST: usize = 1 << 15;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let Some(seconds) = arguments.next().and_then(|text| text.parse().ok()) else {
        eprintln!("usage: sinmun-fuzz SECONDS [FOLDER] [SEED]");
        return ExitCode::from(2);
    };
    let folder = arguments.next();
    let seed = arguments.next().and_then(|text| text.parse().ok()).unwrap_or(1997);
    let mut samples: Vec<Vec<u8>> = SAMPLES.iter().map(|sample| sample.as_bytes().to_vec()).collect();
    samples.extend(folder.iter().flat_map(|folder| files(Path::new(folder))));
    println!("{} samples, seed {seed}", samples.len());

    let checker = Checker::new();
    let mut mutator = Mutator::new(seed);
    let (began, mut executions) = (Instant::now(), 0_u64);
    let mut slowest = (Duration::ZERO, 0, Vec::new());
    while began.elapsed() < Duration::from_secs(seconds) {
        let page = mutator.page(&samples);
        let rules = mutator.below(usize::MAX);
        let start = Instant::now();
        if catch_unwind(AssertUnwindSafe(|| checker.check_one(&page, rules))).is_err() {
            println!(
                "does not hold after {executions} executions: {} (rules {rules})",
                kept("failure", &page).display()
            );
            return ExitCode::FAILURE;
        }
        executions += 1;
        if start.elapsed() > slowest.0 {
            slowest = (start.elapsed(), rules, page);
        }
    }
    let (time, rules, page) = slowest;
    println!(
        "{executions} executions, {:.0} a second; the slowest took {:.0} ms, {} bytes: {} (rules {rules})",
        executions as f64 / began.elapsed().as_secs_f64(),
        time.as_secs_f64() * 1000.0,
        page.len(),
        kept("slowest", &page).display()
    );
    ExitCode::SUCCESS
}

/// The files of a folder, cut to what is worth changing.
fn files(folder: &Path) -> Vec<Vec<u8>> {
    let mut paths: Vec<PathBuf> =
        std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    paths.sort(); // the same seed is to give the same pages
    let files = paths.iter().filter_map(|path| std::fs::read(path).ok());
    files
        .map(|mut bytes| {
            bytes.truncate(LARGEST);
            bytes
        })
        .collect()
}

/// Where a page was written, to be looked at.
fn kept(name: &str, page: &[u8]) -> PathBuf {
    let path = std::env::temp_dir().join(format!("sinmun-fuzz-{name}.html"));
    if let Err(error) = std::fs::write(&path, page) {
        eprintln!("{}: {error}", path.display());
    }
    path
}
