//! How long an answer takes, by kind of query, beside bare Tantivy over the same index.
//!
//! Prints a table of all kinds, then runs criterion over the same mixes;
//! `SINMUN_BENCH_TABLE=1` prints the table alone.

mod bare;

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use criterion::Criterion;
use sinmun::{ImportOptions, Library, Options, Query};
use sinmun_benches::{Latencies, files, lines, shared};
use sinmun_index_schema::IndexSchema;

use crate::bare::Bare;

/// How the words of a query belong together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Term,
    And,
    Or,
    Phrase,
}

const KINDS: [Kind; 4] = [Kind::Term, Kind::And, Kind::Or, Kind::Phrase];

const LANGUAGES: [&str; 4] = ["en", "ru", "zh", "ko"];

/// Single words, in the order of [`LANGUAGES`].
const TERMS: [[&str; 5]; 4] = [
    ["satellite", "missile", "economy", "pyongyang", "reunification"],
    ["Путин", "Россия", "спутник", "президент", "Москва"],
    ["习近平", "经济", "疫苗", "卫星", "北京"],
    ["경제", "위성", "인민", "생산", "농업"],
];

/// Words that belong together, for AND and OR.
const PAIRS: [[&str; 5]; 4] = [
    ["satellite launch", "kim jong il", "nuclear weapons", "foreign minister", "economic cooperation"],
    ["Путин президент", "Россия США", "Москва коронавирус", "сборная России", "новый год"],
    ["习近平 主席", "经济 发展", "疫苗 接种", "中国 俄罗斯", "北京 冬奥会"],
    ["경제 강국", "인민 생활", "농업 생산", "위대한 장군님", "과학 기술"],
];

/// Words side by side.
const PHRASES: [[&str; 5]; 4] = [
    ["satellite launch", "kim jong il", "nuclear weapons", "foreign minister", "Workers' Party of Korea"],
    ["Владимир Путин", "президент России", "программы Время", "новый год", "Белый дом"],
    ["习近平总书记", "经济发展", "疫苗接种", "国家主席", "北京冬奥会"],
    ["인민생활", "강성대국", "사회주의경제", "과학기술", "경제강국"],
];

/// Each query is answered so many times a round of measurement; 20 queries make 2,000 answers a kind.
const ROUNDS: usize = 100;

/// Rounds before those that count.
const WARM_UP: usize = 3;

/// What is measured side by side.
const WAYS: [&str; 4] = ["bare Tantivy", "top 10, total", "with four facets", "with ten snippets"];

/// One query, ready to be asked.
struct Case {
    language: &'static str,
    text: String,
    plain: Query,
    faceted: Query,
    tree: Box<dyn tantivy::query::Query>,
    total: u64,
}

impl Case {
    fn answer(&self, library: &Library, query: &Query) {
        let (total, hits) = library.search_ids(query).expect("the query is sound");
        assert_eq!(total, self.total, "{} finds otherwise than before", self.text);
        assert_eq!(hits.len() as u64, total.min(10));
    }

    fn tell(&self, library: &Library) {
        let results = library.search(&self.plain).expect("the query is sound");
        assert_eq!(results.total, self.total, "{} finds otherwise than before", self.text);
        assert_eq!(results.hits.len() as u64, results.total.min(10));
    }

    fn answer_bare(&self, bare: &Bare) {
        assert_eq!(bare.count(&*self.tree), self.total, "{}: bare Tantivy finds another number", self.text);
    }
}

fn cases(kind: Kind, library: &Library, bare: &Bare) -> Vec<Case> {
    let texts = match kind {
        Kind::Term => TERMS,
        Kind::And | Kind::Or => PAIRS,
        Kind::Phrase => PHRASES,
    };
    let mut cases = Vec::new();
    for (language, texts) in LANGUAGES.iter().zip(texts) {
        for text in texts {
            let typed = match kind {
                Kind::Term | Kind::And => text.to_owned(),
                Kind::Or => text.replace(' ', " OR "),
                Kind::Phrase => format!("\"{text}\""),
            };
            let plain = Query::parse(&typed).expect("the query is sound");
            let faceted = ["source", "language", "year", "person"];
            let faceted = faceted.iter().fold(plain.clone(), |query, name| query.facet(name, 20));
            let (total, _) = library.search_ids(&plain).expect("the query is sound");
            assert!(total > 0, "{typed} finds nothing");
            let results = library.search(&faceted).expect("the query is sound");
            let languages: u64 = results.facets[1].values.iter().map(|value| value.count).sum();
            assert_eq!(languages, total, "{typed}: every article has one language");
            let tree = match kind {
                Kind::Term | Kind::Phrase => bare.tree(&[text], true),
                Kind::And => bare.tree(&text.split(' ').collect::<Vec<_>>(), true),
                Kind::Or => bare.tree(&text.split(' ').collect::<Vec<_>>(), false),
            };
            let case = Case { language, text: typed, plain, faceted, tree, total };
            case.answer_bare(bare);
            cases.push(case);
        }
    }
    cases
}

fn microseconds(run: impl FnOnce()) -> f64 {
    let start = Instant::now();
    run();
    start.elapsed().as_secs_f64() * 1e6
}

/// Prints one way of asking: over all languages, then the median of each.
fn row(records: &str, kind: Kind, way: &str, times: &[(&str, f64)], peer: f64) {
    let of = |language: Option<&str>| {
        let chosen = times.iter().filter(|(own, _)| language.is_none_or(|language| language == *own));
        Latencies::of(chosen.map(|(_, time)| *time).collect())
    };
    let all = of(None);
    let kind = format!("{kind:?}").to_uppercase();
    print!("| {records} | {kind} | {way} |");
    for percent in [50, 90, 99] {
        print!(" {:.0} |", all.percentile(percent));
    }
    print!(" {:.2} |", all.percentile(50) / peer);
    for language in LANGUAGES {
        print!(" {:.0} |", of(Some(language)).percentile(50));
    }
    println!();
}

fn measure(records: &str, kind: Kind, cases: &[Case], library: &Library, bare: &Bare) {
    let mut times: [Vec<(&str, f64)>; WAYS.len()] = Default::default();
    for round in 0..WARM_UP + ROUNDS {
        for case in cases {
            for way in 0..WAYS.len() {
                // Each way comes first in turn: what follows finds the index in the processor's cache.
                let way = (way + round) % WAYS.len();
                let taken = match way {
                    0 => microseconds(|| case.answer_bare(bare)),
                    1 => microseconds(|| case.answer(library, &case.plain)),
                    2 => microseconds(|| case.answer(library, &case.faceted)),
                    _ if round % 7 == 0 => microseconds(|| case.tell(library)),
                    _ => continue,
                };
                if round >= WARM_UP {
                    times[way].push((case.language, taken));
                }
            }
        }
    }
    let peer = Latencies::of(times[0].iter().map(|(_, time)| *time).collect()).percentile(50);
    for (way, times) in WAYS.iter().zip(&times) {
        row(records, kind, way, times, peer);
    }
}

/// A library of these files, made once for a schema and a corpus.
fn library(folder: &Path, paths: &[PathBuf]) -> Library {
    let cache = Path::new(env!("CARGO_TARGET_TMPDIR")).join("dictionaries");
    let options = || Options { cache: Some(cache.clone()), ..Options::default() };
    if !folder.is_dir() {
        eprintln!("making {}", folder.display());
        let draft = folder.with_extension("draft");
        if draft.is_dir() {
            std::fs::remove_dir_all(&draft).expect("the draft can be removed");
        }
        let library = Library::open_with(&draft, options()).expect("a library opens");
        library.import_with(paths, &ImportOptions::default(), &|_| {}).expect("the corpus can be imported");
        drop(library);
        std::fs::rename(&draft, folder).expect("the draft can be renamed");
    }
    Library::open_with(folder, options()).expect("a library opens")
}

/// Copies the records that have a body.
fn write_bodies(paths: &[PathBuf], file: &Path) {
    let mut out = BufWriter::new(File::create(file).expect("the records can be written"));
    for line in paths.iter().flat_map(|path| lines(path)) {
        let record = serde_json::from_str::<serde_json::Value>(&line).unwrap_or_default();
        if record["body"].as_str().is_some_and(|body| !body.trim().is_empty()) {
            writeln!(out, "{line}").expect("the records can be written");
        }
    }
    out.flush().expect("the records can be written");
}

fn main() {
    let Some(corpus) = shared("corpus/articles") else { return };
    let paths = files(&corpus);
    let bytes: u64 = paths.iter().filter_map(|path| path.metadata().ok()).map(|found| found.len()).sum();
    let version = IndexSchema::built_in().version();
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("bench-data");
    std::fs::create_dir_all(&folder).expect("the target folder can be written to");
    let key = format!("schema{version}-{bytes}");
    let bodies = folder.join(format!("{key}-bodies.jsonl"));
    let whole = library(&folder.join(format!("{key}-all")), &paths);
    let with_bodies = folder.join(format!("{key}-bodies"));
    if !with_bodies.is_dir() {
        write_bodies(&paths, &bodies);
    }
    let with_bodies = library(&with_bodies, &[bodies]);
    let both: Vec<(&str, Library, Bare)> = [("all", whole), ("bodies", with_bodies)]
        .map(|(name, library)| {
            let bare = Bare::open(library.path(), Path::new(env!("CARGO_TARGET_TMPDIR")));
            (name, library, bare)
        })
        .into();

    // Not with `cargo test --benches`, which only looks whether everything runs.
    if std::env::args().any(|argument| argument == "--bench") {
        println!("Microseconds; ratio: median beside that of bare Tantivy; then medians by language.\n");
        println!("| records | kind | answer | p50 | p90 | p99 | ratio | en | ru | zh | ko |");
        println!("|---|---|---|--:|--:|--:|--:|--:|--:|--:|--:|");
        for (records, library, bare) in &both {
            for kind in KINDS {
                measure(records, kind, &cases(kind, library, bare), library, bare);
            }
        }
        println!();
    }
    if std::env::var_os("SINMUN_BENCH_TABLE").is_some() {
        return;
    }

    let mut criterion = Criterion::default().configure_from_args();
    for (records, library, bare) in &both {
        let mut group = criterion.benchmark_group(format!("search/{records}"));
        group.sample_size(20).warm_up_time(Duration::from_millis(500));
        group.measurement_time(Duration::from_secs(2));
        for kind in KINDS {
            let cases = cases(kind, library, bare);
            let each = |run: &dyn Fn(&Case)| cases.iter().for_each(run);
            group.bench_function(format!("{kind:?}/bare"), |bencher| {
                bencher.iter(|| each(&|case| case.answer_bare(bare)));
            });
            group.bench_function(format!("{kind:?}/plain"), |bencher| {
                bencher.iter(|| each(&|case| case.answer(library, &case.plain)));
            });
            group.bench_function(format!("{kind:?}/facets"), |bencher| {
                bencher.iter(|| each(&|case| case.answer(library, &case.faceted)));
            });
        }
        group.finish();
    }
    criterion.final_summary();
}
