//! How fast texts are cut into terms, by language.

use std::path::Path;
use std::time::Duration;

use criterion::{Criterion, Throughput};
use sinmun_benches::{files, shared, texts};
use sinmun_language::{Analyzer, Analyzers, Tokens};

/// Analyzers with the language of the texts that they cut.
const ANALYZERS: [(&str, &str); 11] = [
    ("english", "en"),
    ("russian", "ru"),
    ("spanish", "es"),
    ("french", "fr"),
    ("german", "de"),
    ("arabic", "ar"),
    ("chinese", "zh"),
    ("korean", "ko"),
    ("japanese", "ja"),
    ("grams", "ko"),
    ("words", "en"),
];

/// Bytes of text a language.
const MOST: usize = 1_000_000;

/// A language with less text in the articles takes the documents of the relevance sets too.
const LEAST: usize = 50_000;

fn count(analyzer: &Analyzer, texts: &[String]) -> usize {
    let mut tokens = Tokens::default();
    let terms = texts.iter().map(|text| {
        analyzer.analyze(text, &mut tokens).expect("the dictionaries can be opened");
        tokens.len()
    });
    terms.sum()
}

fn main() {
    let Some(corpus) = shared("corpus/articles") else { return };
    let mut by_language = texts(&files(&corpus), MOST);
    if let Some(relevance) = shared("relevance") {
        for (_, language) in ANALYZERS {
            let own = by_language.entry(language.to_owned()).or_default();
            let file = relevance.join(language).join("documents.jsonl");
            if own.iter().map(String::len).sum::<usize>() < LEAST && file.is_file() {
                own.extend(texts(&[file], MOST).into_values().flatten());
            }
        }
    }
    let analyzers = Analyzers::new(Path::new(env!("CARGO_TARGET_TMPDIR")).join("dictionaries"));
    let mut criterion = Criterion::default().configure_from_args();
    let mut group = criterion.benchmark_group("analyzers");
    group.sample_size(10).warm_up_time(Duration::from_millis(500)).measurement_time(Duration::from_secs(2));
    for (name, language) in ANALYZERS {
        let texts = by_language.get(language).map_or(&[][..], Vec::as_slice);
        if texts.is_empty() {
            eprintln!("skipped: {name}, for ../shared has no text in {language:?}");
            continue;
        }
        let analyzer = analyzers.get(name).expect("every analyzer above exists");
        let first = count(&analyzer, texts);
        assert!(first > 0, "{name} finds no term");
        group.throughput(Throughput::BytesDecimal(texts.iter().map(|text| text.len() as u64).sum()));
        group.bench_function(name, |bencher| {
            bencher.iter(|| assert_eq!(count(&analyzer, texts), first, "{name} cuts otherwise than before"));
        });
    }
    group.finish();
    criterion.final_summary();
}
