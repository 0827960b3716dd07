//! Who may know whom: the direction of the house, held by the manifests.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

const ALLOWED: &[(&str, &[&str])] = &[
    ("article", &[]),
    ("gazetteer", &[]),
    ("dictionary-ko", &[]),
    ("dictionary-ja", &[]),
    ("dictionary-pack", &[]),
    ("dictionary", &["dictionary-ko", "dictionary-ja"]),
    ("sources", &["article"]),
    ("language", &["article", "dictionary"]),
    ("archive", &["article"]),
    ("crawler", &["article"]),
    ("discovery", &["article", "sources"]),
    ("normalizer", &["article", "sources"]),
    ("entities", &["article", "gazetteer", "language"]),
    ("index-schema", &["article", "language"]),
    ("indexer", &["archive", "article", "index-schema", "language"]),
    ("query", &["article", "index-schema", "language"]),
    (
        "sinmun",
        &[
            "archive",
            "article",
            "entities",
            "index-schema",
            "indexer",
            "language",
            "normalizer",
            "query",
            "sources",
        ],
    ),
    ("cli", &["sinmun"]),
];

/// Those that list Tantivy.
const BEHIND_THE_WALL: &[&str] = &["index-schema", "indexer", "query"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The dependencies of every member but tests and benches, by folder.
fn dependencies() -> BTreeMap<String, Vec<String>> {
    let crates = std::fs::read_dir(root().join("crates"))
        .expect("the folder is there")
        .flatten()
        .map(|entry| entry.path());
    let small = ["index-schema", "sources", "gazetteer"].map(|name| root().join(name));
    let mut found = BTreeMap::new();
    for folder in crates.chain(small) {
        let manifest: toml::Table = std::fs::read_to_string(folder.join("Cargo.toml"))
            .expect("every crate has a manifest")
            .parse()
            .expect("a manifest is TOML");
        let listed = manifest.get("dependencies").and_then(toml::Value::as_table);
        let names = listed.map(|table| table.keys().cloned().collect()).unwrap_or_default();
        found.insert(folder.file_name().expect("a folder has a name").to_string_lossy().into_owned(), names);
    }
    found
}

#[test]
fn every_crate_knows_only_whom_it_may() {
    let found = dependencies();
    assert_eq!(
        found.len(),
        ALLOWED.len(),
        "a crate is missing in the list above, or the list has one too many"
    );
    for (name, dependencies) in found {
        let (_, allowed) =
            ALLOWED.iter().find(|(known, _)| *known == name).unwrap_or_else(|| panic!("{name}"));
        for other in dependencies.iter().filter(|other| other.starts_with("sinmun")) {
            let other = other.strip_prefix("sinmun-").unwrap_or(other);
            assert!(allowed.contains(&other), "{name} must not know {other}");
        }
    }
}

#[test]
fn tantivy_stays_behind_its_wall() {
    for (name, dependencies) in dependencies() {
        let lists = dependencies.iter().any(|other| other == "tantivy");
        assert_eq!(lists, BEHIND_THE_WALL.contains(&name.as_str()), "{name}");
    }
}
