//! The language of every text of the shared corpus, told by the text alone.

use std::collections::BTreeMap;
use std::path::Path;

use sinmun_normalizer::language_of;

#[test]
fn texts_of_the_corpus_are_in_the_language_that_their_records_say() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus/articles");
    let Ok(files) = std::fs::read_dir(&folder) else {
        eprintln!("skipped: ../shared/corpus is missing");
        return;
    };
    // By language: texts, told alike, left open.
    let mut counts: BTreeMap<String, [usize; 3]> = BTreeMap::new();
    let mut others = BTreeMap::new();
    for file in files {
        let path = file.unwrap().path();
        for line in std::fs::read_to_string(&path).unwrap().lines() {
            let record: serde_json::Value = serde_json::from_str(line).unwrap();
            let (Some(said), Some(body)) = (record["lang"].as_str(), record["body"].as_str()) else {
                continue;
            };
            if body.is_empty() {
                continue;
            }
            let count = counts.entry(said.to_owned()).or_default();
            count[0] += 1;
            match language_of(body) {
                Some(found) if found.code() == said => count[1] += 1,
                Some(found) => *others.entry((said.to_owned(), found)).or_insert(0) += 1,
                None => count[2] += 1,
            }
        }
    }
    println!("{counts:?}\n{others:?}");
    for (language, [texts, alike, open]) in counts {
        assert!((alike + open) * 1000 >= texts * 998, "{language}: {alike} of {texts}, {open} left open");
        assert!(alike * 100 >= texts * 97, "{language}: {alike} of {texts}, {open} left open");
    }
}
