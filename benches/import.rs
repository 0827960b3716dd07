//! How fast files become articles that can be found.
//!
//! `SINMUN_BENCH_WHOLE=1` imports the whole corpus, once and then again.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use criterion::{BatchSize, Criterion, Throughput};
use sinmun::{ImportOptions, ImportSummary, Library};
use sinmun_benches::{files, lines, peak_memory, shared};

/// Lines of each file that the subset takes.
const LINES: usize = 200;

fn import(data: &Path, paths: &[PathBuf]) -> ImportSummary {
    let library = Library::open(data).expect("a library opens");
    library.import_with(paths, &ImportOptions::default(), &|_| {}).expect("the corpus can be imported")
}

fn check(summary: &ImportSummary, records: u64) {
    let counts = &summary.counts;
    let rejected: u64 = counts.rejected.values().sum();
    assert_eq!(counts.records + rejected, records, "every line is accounted for");
    assert_eq!(summary.indexed, counts.new - counts.merged, "every article is indexed");
}

fn whole(paths: &[PathBuf]) {
    let data = tempfile::tempdir().expect("a temporary folder");
    let records: usize = paths.iter().map(|path| lines(path).len()).sum();
    let bytes: u64 = paths.iter().filter_map(|path| path.metadata().ok()).map(|found| found.len()).sum();
    let start = Instant::now();
    let summary = import(data.path(), paths);
    let first = start.elapsed().as_secs_f64();
    check(&summary, records as u64);
    let start = Instant::now();
    let again = import(data.path(), paths);
    let second = start.elapsed().as_secs_f64();
    assert_eq!((again.counts.records, again.indexed), (0, 0), "a second import changes nothing");
    assert_eq!(again.known_files, paths.len() as u64);
    println!("records         {records:>10}   {} articles", summary.counts.new - summary.counts.merged);
    println!("first import    {first:>10.2} s");
    println!("                {:>10.0} records/s", records as f64 / first);
    println!("                {:>10.2} MB/s", bytes as f64 / 1e6 / first);
    println!("second import   {second:>10.2} s");
    match peak_memory() {
        Some(megabytes) => println!("peak memory     {megabytes:>10} MB"),
        None => println!("peak memory     is not told by this system"),
    }
}

fn main() {
    let Some(corpus) = shared("corpus/articles") else { return };
    let paths = files(&corpus);
    if std::env::var_os("SINMUN_BENCH_WHOLE").is_some() {
        return whole(&paths);
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (mut bytes, mut records) = (0, 0);
    for path in &paths {
        let some: Vec<String> = lines(path).into_iter().take(LINES).collect();
        let text = some.join("\n");
        bytes += text.len() as u64;
        records += some.len() as u64;
        let name = path.file_name().expect("a file has a name");
        std::fs::write(folder.path().join(name), text).expect("the subset can be written");
    }
    let subset = [folder.path().to_owned()];
    let fresh = || tempfile::tempdir().expect("a temporary folder");
    let first = import(fresh().path(), &subset);
    check(&first, records);
    println!("the subset: {records} records, {:.1} MB", bytes as f64 / 1e6);

    let mut criterion = Criterion::default().configure_from_args();
    let mut group = criterion.benchmark_group("import");
    group.sample_size(10).measurement_time(Duration::from_secs(15));
    group.throughput(Throughput::ElementsAndBytes { elements: records, bytes });
    group.bench_function("subset", |bencher| {
        bencher.iter_batched(
            fresh,
            |data| {
                assert_eq!(import(data.path(), &subset), first);
                data
            },
            BatchSize::PerIteration,
        );
    });
    let data = fresh();
    import(data.path(), &subset);
    group.bench_function("subset again", |bencher| {
        bencher.iter(|| assert_eq!(import(data.path(), &subset).counts.records, 0));
    });
    group.finish();
    criterion.final_summary();
}
