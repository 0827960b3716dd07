//! A language's ranking does not depend on what else is in the index.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use sinmun::{Language, Query};
use sinmun_tests::{Shelf, shared};

/// What a set of queries reaches: MRR@10, recall@10 and recall@100.
fn figures(shelf: &Shelf, set: &Path, language: Option<Language>) -> [f64; 3] {
    let read = |name: &str| std::fs::read_to_string(set.join(name)).expect("the set is complete");
    let (queries, judgements) = (read("queries.tsv"), read("qrels.tsv"));
    let right: HashMap<&str, &str> = judgements
        .lines()
        .filter_map(|line| {
            let mut columns = line.split('\t');
            Some((columns.next()?, columns.nth(1)?))
        })
        .collect();
    let mut sums = [0.0; 3];
    for line in queries.lines() {
        let (id, text) = line.split_once('\t').expect("a tab stands behind the id");
        let question = Query::question(text).expect("a question has words").limit(100);
        let question = language.into_iter().fold(question, Query::language);
        let ranking = shelf.library.ranking(&question).expect("the query is sound");
        let Some(place) = ranking.iter().position(|(name, _)| name == right[id]) else { continue };
        if place < 10 {
            sums[0] += 1.0 / (place + 1) as f64;
            sums[1] += 1.0;
        }
        sums[2] += 1.0;
    }
    sums.map(|sum| sum / queries.lines().count() as f64)
}

/// All eight sets in one library, and a file of the corpus.
fn mixed(sets: &Path, name: &str) -> Shelf {
    let shelf = Shelf::default();
    let mut files: Vec<PathBuf> =
        FLOORS.iter().map(|(code, _)| sets.join(code).join("documents.jsonl")).collect();
    files.extend(shared("corpus/articles").map(|corpus| corpus.join(name)));
    shelf.library.import_with(&files, &Default::default(), &|_| {}).expect("an import works");
    shelf
}

/// The least MRR@10 that each set may reach alone: a hundredth below what was measured on 2026-11-24.
///
/// Lucene 10.5 with its own analyzers reaches, in this order, 0.9564, 0.9694, 0.9561, 0.9402, 0.9345, 0.9528,
/// 0.9536 and 0.8949 (`../shared/relevance/README.md`).
const FLOORS: [(&str, f64); 8] = [
    ("en", 0.946),
    ("ru", 0.956),
    ("es", 0.948),
    ("de", 0.928),
    ("ar", 0.921),
    ("zh", 0.946),
    ("ko", 0.943),
    ("ja", 0.897),
];

#[test]
fn a_set_ranks_alike_alone_and_among_other_languages() {
    let Some(sets) = shared("relevance") else { return };
    // More articles of a set's own language are other statistics by right: each set gets those of another.
    let (with_korean, with_english) =
        (mixed(&sets, "new-year-speeches-ko-1946-2019.jsonl"), mixed(&sets, "rodong-en-2018-2021.jsonl"));
    let print = |[mrr, ten, hundred]: [f64; 3]| format!("{mrr:.4} {ten:.4} {hundred:.4}");
    let mut wrong = Vec::new();
    for (code, floor) in FLOORS {
        let set = sets.join(code);
        let alone = Shelf::default();
        alone.library.import(set.join("documents.jsonl")).unwrap();
        let language: Language = code.parse().unwrap();
        let among = if code == "en" { &with_korean } else { &with_english };
        let by_itself = figures(&alone, &set, None);
        let (filtered, unfiltered) = (figures(among, &set, Some(language)), figures(among, &set, None));
        let told = format!(
            "{code}: MRR@10, recall@10, recall@100: {} alone; {} among others by its language; {} without filter",
            print(by_itself),
            print(filtered),
            print(unfiltered)
        );
        println!("{told}");
        if by_itself[0] < floor || print(by_itself) != print(filtered) {
            wrong.push(told);
        }
    }
    assert!(wrong.is_empty(), "below the floor, or another ranking:\n{}", wrong.join("\n"));
}
