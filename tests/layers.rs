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
    ("markup", &[]),
    ("discovery", &["article", "markup", "sources"]),
    ("normalizer", &["article", "markup", "sources"]),
    ("entities", &["article", "gazetteer", "language"]),
    ("index-schema", &["article", "language"]),
    ("indexer", &["archive", "article", "index-schema", "language"]),
    ("query", &["article", "index-schema", "language"]),
    (
        "sinmun",
        &[
            "archive",
            "article",
            "crawler",
            "discovery",
            "entities",
            "index-schema",
            "indexer",
            "language",
            "markup",
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

#[test]
fn who_only_searches_compiles_no_http_client() {
    let tree = |features: &[&str]| {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let asked = ["tree", "--offline", "--package", "sinmun", "--edges", "normal", "--prefix", "none"];
        let output = std::process::Command::new(cargo)
            .args(asked)
            .args(features)
            .current_dir(root())
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let text = String::from_utf8(output.stdout).unwrap();
        text.lines().filter_map(|line| line.split(' ').next().map(str::to_owned)).collect::<Vec<String>>()
    };
    let (plain, with_crawl) = (tree(&[]), tree(&["--features", "crawl"]));
    for name in ["reqwest", "hyper", "rustls", "tokio"] {
        assert!(!plain.iter().any(|known| known == name), "{name} is compiled without the feature crawl");
        assert!(with_crawl.iter().any(|known| known == name), "{name}");
    }
}
