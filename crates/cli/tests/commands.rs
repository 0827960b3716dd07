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

/// Runs the demo in a folder; returns what it printed.
fn demo(folder: &Path) -> String {
    let output = run(folder, &["demo"]);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("the program prints UTF-8")
}

/// The numbers in the summary's line of all hosts, for each crawl.
fn sums(printed: &str) -> Vec<Vec<u64>> {
    let lines = printed.lines().filter_map(|line| line.strip_prefix("all "));
    lines.map(|line| line.split_whitespace().filter_map(|word| word.parse().ok()).collect()).collect()
}

#[test]
fn the_demo_crawls_twice_and_searches() {
    let folder = tempfile::tempdir().unwrap();
    let printed = demo(folder.path());
    // requests, fetched, unchanged, missing, failed, disallowed: 52 articles and 22 lists; robots.txt five times
    assert_eq!(sums(&printed), [[79, 74, 0, 0, 0, 1], [78, 2, 70, 1, 0, 1]], "{printed}");
    for line in [
        "        51  new articles",
        "         1  joined their story",
        "         1  revised",
        "one page it keeps to itself was left alone",
        "70 pages had not changed and sent nothing",
        "  1  Its three generators have a total installed capacity of 12,000 kilowatts.",
        "  2  Its three generators have a total installed capacity of 10,200 kilowatts.",
        "https://radio.example/en/2024-02-21/mother-tongue-day\n  last present 2",
        "2 articles, 2 shown",
        "11 articles, 4 shown",
        "every digest, every pointer and the chain are as they should be",
    ] {
        assert!(printed.contains(line), "{line} in:\n{printed}");
    }
    let readme = include_str!("../../../README.md");
    let (_, excerpt) = readme.split_once("Part of what the demo prints:\n\n```text\n").unwrap();
    let (excerpt, _) = excerpt.split_once("```").unwrap();
    let mut rest = printed.as_str();
    for line in excerpt.lines().filter(|line| !line.is_empty() && *line != "…") {
        let (_, behind) =
            rest.split_once(line).unwrap_or_else(|| panic!("the README has {line:?}, not:\n{rest}"));
        rest = behind;
    }
}

#[test]
fn the_demo_reads_of_its_pages_what_the_samples_say() {
    let folder = tempfile::tempdir().unwrap();
    demo(folder.path());
    let samples = include_str!("../samples/articles.jsonl");
    let mut last: std::collections::BTreeMap<String, Value> = std::collections::BTreeMap::new();
    for line in samples.lines() {
        let sample: Value = serde_json::from_str(line).unwrap();
        last.insert(sample["url"].as_str().unwrap().to_owned(), sample);
    }
    let mut compared = 0;
    for (url, sample) in last.iter().filter(|(_, sample)| sample["body"].is_string()) {
        let output = run(folder.path(), &["show", url, "--format", "json"]);
        let shown: Value = serde_json::from_slice(&output.stdout).unwrap();
        // What stands before the text is taken off it.
        let body = shown["body"].as_str().unwrap();
        let rest = sample["body"].as_str().unwrap().strip_prefix(shown["dateline"].as_str().unwrap_or(""));
        let whole = json!(rest.map(|rest| rest.trim_start_matches(['-', ' '])));
        for (of_sample, of_shown) in [
            (&sample["title"], &shown["title"]),
            (&whole, &json!(body)),
            (&sample["lang"], &shown["language"]),
            (&sample["outlet"], &shown["source_name"]),
            (&sample["date"], &shown["date"]["value"]),
        ] {
            assert_eq!(of_sample, of_shown, "{url}");
        }
        compared += 1;
    }
    assert_eq!(compared, 51);
}

#[cfg(unix)]
#[test]
fn what_the_demo_tells_to_type_next_works() {
    let folder = tempfile::tempdir().unwrap();
    let printed = demo(folder.path());
    let (_, next) = printed.split_once("What to type next").unwrap();
    let setting = next.lines().find(|line| line.starts_with("export SINMUN_DATA=")).unwrap();
    let commands: Vec<&str> = next.lines().filter(|line| line.starts_with("sinmun ")).collect();
    assert_eq!(commands.len(), 8, "{next}");
    for command in commands {
        let script = format!("{setting}\nsinmun() {{ \"$PROGRAM\" \"$@\"; }}\n{command}");
        let mut shell = Command::new("sh");
        let output =
            shell.args(["-c", &script]).env("PROGRAM", env!("CARGO_BIN_EXE_sinmun")).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{command}: {}", String::from_utf8_lossy(&output.stderr));
        assert_ne!(output.stdout, b"", "{command}");
    }
}

#[test]
fn the_demo_may_run_again_in_its_folder() {
    let folder = tempfile::tempdir().unwrap();
    demo(folder.path());
    let printed = demo(folder.path());
    assert!(printed.contains("This folder holds articles already"), "{printed}");
    let sums = sums(&printed);
    // Nothing failed, the page that was missing is missing, with the very answer of before, and each request but the
    // five for a robots.txt is counted once.
    assert_eq!((sums.len(), sums[0][4], sums[1][4], sums[1][3]), (2, 0, 0, 1), "{printed}");
    for sum in sums {
        assert_eq!(sum[0], 5 + sum[1] + sum[2] + sum[3], "{printed}");
    }
    assert_eq!(printed.matches("         0  new articles").count(), 2, "{printed}");
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
