//! What a person or a script sees: headings, exit codes, messages, and the shape of JSON.

use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};

fn sinmun(data: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sinmun"));
    command.arg("--data").arg(data).args(arguments).stdin(Stdio::null());
    command
}

fn run(data: &Path, arguments: &[&str]) -> Output {
    sinmun(data, arguments).output().expect("the program starts")
}

/// A data directory with 200 articles of an invented outlet.
fn filled() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let lines: String = (0..200)
        .map(|n| {
            let record = json!({
                "outlet": "Sample Wire", "lang": "en", "id": format!("w{n}"), "date": "2020-01-01",
                "title": format!("Piece {n}"), "body": "Café workers sowed rice.",
            });
            format!("{record}\n")
        })
        .collect();
    let file = folder.path().join("articles.jsonl");
    std::fs::write(&file, lines).expect("the temporary folder can be written");
    let imported = run(folder.path(), &["import", file.to_str().expect("the path is UTF-8")]);
    assert_eq!(imported.status.code(), Some(0), "{}", String::from_utf8_lossy(&imported.stderr));
    folder
}

#[test]
fn the_demo_runs() {
    let folder = tempfile::tempdir().unwrap();
    let output = run(folder.path(), &["demo"]);
    let printed = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0));
    for heading in
        ["1. Import", "2. Search for words", "3. Search in Korean", "4. Everything", "What to type"]
    {
        assert!(printed.contains(heading), "{heading} in:\n{printed}");
    }
}

#[test]
fn exit_codes_tell_what_happened() {
    let folder = filled();
    for (arguments, code) in [
        (["search", "rice"].as_slice(), 0),
        (&["search", "absent"], 1),
        (&["search", "\"rice"], 2),
        (&["search", "rice", "--language", "x1"], 2),
        (&["search", "rice", "--facet", "colour"], 2),
        (&["search", "rice", "--after", "nonsense"], 2),
        (&["show", "w7"], 0),
        (&["show", "absent"], 1),
        (&["import", "/nowhere/at/all.jsonl"], 2),
    ] {
        let output = run(folder.path(), arguments);
        let errors = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {errors}");
    }
    let nothing = tempfile::tempdir().unwrap();
    let output = run(&nothing.path().join("data"), &["search", "rice"]);
    assert_eq!(output.status.code(), Some(2), "a search before the first import");
}

#[test]
fn a_malformed_query_names_the_character() {
    let folder = filled();
    for (query, character) in [("rice \"wine", 6), ("rice )", 6), ("(rice", 1), ("rice OR", 8)] {
        let output = run(folder.path(), &["search", query]);
        let errors = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{query}");
        assert!(errors.contains(&format!("character {character}:")), "{query}: {errors}");
        assert_eq!(output.stdout, b"", "{query}: no results that could be taken for an answer");
    }
}

#[test]
fn json_has_the_shape_that_scripts_rely_on() {
    let folder = filled();
    let output = run(folder.path(), &["search", "rice", "--facet", "source:5", "--format", "json"]);
    let found: Value = serde_json::from_slice(&output.stdout).unwrap();
    let keys = |value: &Value| -> Vec<String> {
        let mut keys: Vec<String> = value.as_object().expect("an object").keys().cloned().collect();
        keys.sort();
        keys
    };
    assert_eq!(keys(&found), ["facets", "hits", "next", "query", "suggestions", "took_us", "total"]);
    let hit = &found["hits"][0];
    let named = ["date", "id", "imported_id", "language", "score", "snippet", "source", "title", "url"];
    assert_eq!(keys(hit), named);
    assert_eq!(keys(&found["facets"]["source"][0]), ["count", "label", "value"]);
    assert_eq!((&found["total"], found["hits"].as_array().map(Vec::len)), (&json!(200), Some(10)));
    assert!(found["next"].is_string(), "there are more pages");
    // Counted in characters: the é before the word is two bytes.
    let text = hit["snippet"]["text"].as_str().unwrap();
    let range = |place: usize| hit["snippet"]["highlights"][0][place].as_u64().unwrap() as usize;
    let marked: String = text.chars().skip(range(0)).take(range(1) - range(0)).collect();
    assert_eq!(marked, "rice");

    let none = run(folder.path(), &["search", "rice absent", "--format", "json"]);
    let none: Value = serde_json::from_slice(&none.stdout).unwrap();
    assert_eq!((&none["total"], &none["next"]), (&json!(0), &Value::Null));
    assert_eq!(keys(&none["suggestions"][0]), ["query", "why"]);
}

#[test]
fn a_closed_pipe_is_no_error() {
    let folder = filled();
    let file = folder.path().join("articles.jsonl");
    let verbs: [&[&str]; 6] = [
        &["search", "rice", "--limit", "200", "--format", "jsonl"],
        &["show", "w7"],
        &["show", "w7", "--format", "json"],
        &["status"],
        &["status", "--format", "json"],
        &["import", "--quiet", "--format", "json", file.to_str().unwrap()],
    ];
    for verb in verbs {
        let mut command = sinmun(folder.path(), verb);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{verb:?}: {}", String::from_utf8_lossy(&output.stderr));
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{verb:?}");
    }
}
