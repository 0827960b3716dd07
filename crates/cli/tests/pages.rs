//! Single pages: what is made of them, also when rules change.

use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};

const PAGE: &str = "<!DOCTYPE html><!-- saved from url=(0040)https://kcnawatch.org/newstream/1730867400-7/a/ --><html>
    <head><title>A launch | KCNA Watch</title></head><body><nav><a href=/>Browse</a></nav><h1 class=entry-title>A launch</h1>
    <div class=article-content><p>Date: 06/11/2024 | Source: Voice of Korea (EN) |
    <a href='http://www.vok.rep.kp/index.php/detail_com/comde/ien241106001/18/en'>Read original version at source</a></p>
    <p>The rocket of the sample institute flew for nine minutes, and all that was expected of it came about.</p>
    <p>The engineers at Pyongyang said that the next one would fly farther than this one had.</p>
    <h3>More From Voice of Korea (EN)</h3><p>Another story that has nothing to do with it.</p></div></body></html>";

fn run(data: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sinmun"));
    command.arg("--data").arg(data).args(arguments).stdin(Stdio::null());
    command.output().expect("the program starts")
}

/// Runs what must be answered with one JSON value.
#[track_caller]
fn ask(data: &Path, arguments: &[&str]) -> Value {
    let output = run(data, arguments);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("the program prints JSON")
}

/// Runs what must fail, and returns what it says.
#[track_caller]
fn fail(data: &Path, code: i32, arguments: &[&str]) -> String {
    let output = run(data, arguments);
    assert_eq!(output.status.code(), Some(code), "{}", String::from_utf8_lossy(&output.stdout));
    String::from_utf8(output.stderr).expect("the program prints UTF-8")
}

fn file(folder: &Path, name: &str, text: &str) -> String {
    let path = folder.join(name);
    std::fs::write(&path, text).expect("the temporary folder can be written");
    path.to_str().expect("the path is UTF-8").to_owned()
}

#[test]
fn one_page_is_read_and_explained_and_nothing_stored() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let page = file(folder.path(), "page.html", PAGE);
    let read = ask(&data, &["normalize", &page]);
    assert_eq!(read["title"], "A launch");
    assert_eq!((&read["source"], &read["language"]), (&json!("voice-of-korea"), &json!("en")));
    assert_eq!(read["date"], json!({"value": "2024-11-06", "precision": "day", "from": "page"}));
    assert_eq!(read["url"], "https://kcnawatch.org/newstream/1730867400-7/a/");
    assert_eq!(read["original_url"], "http://www.vok.rep.kp/index.php/detail_com/comde/ien241106001/18/en");
    assert_eq!(read["body"].as_str().unwrap().split("\n\n").count(), 2);
    assert_eq!(read["entities"][0]["id"], "pyongyang");
    assert_eq!((&read["warnings"], &read["explain"]), (&json!([]), &Value::Null));

    let explained = ask(&data, &["normalize", &page, "--explain"]);
    let notes = explained["explain"].as_array().unwrap();
    let taken = |part: &str| {
        let note = notes.iter().find(|note| note["part"] == part && note["taken"] == true);
        note.unwrap_or_else(|| panic!("nothing is said of the {part}"))
    };
    assert!(taken("title")["rule"].as_str().unwrap().starts_with("the source's selector `title = "));
    assert!(taken("title")["element"].as_str().unwrap().ends_with("h1.entry-title"));
    assert_eq!(taken("source")["rule"], "the aggregator's label `Voice of Korea`");
    assert!(notes.iter().any(|note| note["rule"] == "read as 2024-11-06" && note["text"] == "06/11/2024"));
    let text = run(&data, &["normalize", &page, "--explain", "--format", "text"]);
    assert!(String::from_utf8_lossy(&text.stdout).contains("2024-11-06  (day, from the page)"));

    let plain = file(folder.path(), "plain.html", "<title>Error</title>");
    assert!(fail(&data, 2, &["normalize", &plain]).contains("give its URL"));
    assert!(fail(&data, 1, &["normalize", &plain, "--url", "http://wire.example/1"]).contains("no article"));
    assert!(fail(&data, 2, &["normalize", "nowhere.html"]).contains("there is no file"));
    assert!(
        fail(&data, 2, &["normalize", &page, "--url", "ftp://wire.example/"]).contains("no URL of the web")
    );
    assert!(!data.exists(), "nothing is stored");
}

#[test]
fn a_saved_page_is_imported_once() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let page = file(folder.path(), "page.html", PAGE);
    let id = ask(&data, &["normalize", &page])["id"].clone();
    let first = ask(&data, &["import", &page, "--format", "json"]);
    assert_eq!((&first["new"], &first["pages"]["read"]), (&json!(1), &json!(1)));
    let again = ask(&data, &["import", &page, "--format", "json"]);
    assert_eq!((&again["new"], &again["known_files"]), (&json!(0), &json!(1)));
    let found = ask(&data, &["search", "rocket", "--format", "json"]);
    assert_eq!((&found["total"], &found["hits"][0]["id"]), (&json!(1), &id));
    let original = "http://www.vok.rep.kp/index.php/detail_com/comde/ien241106001/18/en";
    let shown = ask(&data, &["show", original, "--format", "json"]);
    assert_eq!((&shown["id"], &shown["first_seen"]), (&id, &json!("2024-11-06T04:30:00.000000Z")));

    let plain = file(folder.path(), "plain.html", "<h1>A letter</h1><p>It came.</p>");
    assert!(fail(&data, 2, &["import", &plain]).contains("with --url"));
    let url = "http://post.example/letters/1";
    let named = ask(&data, &["import", &plain, "--url", url, "--source", "Sample Post", "--format", "json"]);
    assert_eq!(named["new"], 1);
    assert_eq!(ask(&data, &["show", url, "--format", "json"])["source"], "sample-post");
    assert!(fail(&data, 2, &["import", &plain, &page, "--url", url]).contains("one page"));
    assert_eq!(run(&data, &["archive", "verify"]).status.code(), Some(0));
    assert_eq!(run(&data, &["rebuild"]).status.code(), Some(0));
    assert_eq!(ask(&data, &["show", url, "--format", "json"])["title"], "A letter");
}

#[test]
fn the_outlets_own_text_takes_the_place_of_a_copy() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let page = file(folder.path(), "page.html", PAGE);
    ask(&data, &["import", &page, "--format", "json"]);
    let url = "http://www.vok.rep.kp/index.php/detail_com/comde/ien241106001/18/en";
    let text = "The rocket flew for nine minutes, and all that was expected of it came about, says the outlet itself.";
    let line = json!({"outlet": "Voice of Korea", "lang": "en", "date": "2024-11-06", "url": url, "title": "A launch",
        "body": text});
    let own = file(folder.path(), "own.jsonl", &format!("{line}\n"));
    let summary = ask(&data, &["import", &own, "--format", "json"]);
    assert_eq!((&summary["filled"], &summary["revised"]), (&json!(1), &json!(0)));
    let shown = ask(&data, &["show", url, "--format", "json"]);
    assert_eq!(shown["body"], text);
    assert_eq!(shown["revisions"].as_array().map_or(1, Vec::len), 1, "{shown}");
}

#[test]
fn rules_that_changed_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let rules = |title: &str| {
        format!(
            "id = 'sample-wire'\nname = 'Sample Wire'\nhosts = ['wire.example']\n[[selectors]]\ntitle = '{title}'\nbody = 'p'"
        )
    };
    std::fs::create_dir_all(data.join("sources")).unwrap();
    file(&data, "sources/sample-wire.toml", &rules("h2"));
    let page = file(folder.path(), "page.html", "<h1>A launch</h1><h2>Sample Wire</h2><p>It flew.</p>");
    ask(&data, &["import", &page, "--url", "http://wire.example/1", "--format", "json"]);
    file(&data, "sources/sample-wire.toml", &rules("h1"));
    let told = run(&data, &["renormalize", "Sample Wire"]);
    let told = String::from_utf8(told.stdout).unwrap();
    for line in
        ["1 captures read again", "         1  articles changed", "another title", "A launch  (title)"]
    {
        assert!(told.contains(line), "{line:?} is not in:\n{told}");
    }
    assert_eq!(ask(&data, &["search", "title:launch", "--format", "json"])["total"], 1);
    let again = ask(&data, &["renormalize", "--format", "json"]);
    assert_eq!((&again["unchanged"], &again["changed"]), (&json!(1), &json!(0)));
    assert_eq!(fail(&data, 1, &["renormalize", "kcna"]), "");
    assert!(fail(&data, 2, &["renormalize", "???"]).contains("no name of a source"));
    assert!(fail(&folder.path().join("empty"), 2, &["renormalize"]).contains("no catalogue yet"));
}
