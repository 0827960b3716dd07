//! Several processes on one data directory, and one that is killed.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use serde_json::{Value, json};

fn sinmun(data: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sinmun"));
    command.arg("--data").arg(data).arg("--quiet").args(arguments);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn run(data: &Path, arguments: &[&str]) -> Output {
    sinmun(data, arguments).output().expect("the program starts")
}

#[track_caller]
fn json_of(output: &Output) -> Value {
    let errors = String::from_utf8_lossy(&output.stderr);
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}; standard error: {errors}"))
}

/// A file of so many articles of seven invented outlets, the last line of which is no record.
fn file(folder: &Path, name: &str, lines: usize) -> PathBuf {
    let mut text: String = (1..lines)
        .map(|n| {
            let record = json!({
                "outlet": format!("Sample Wire {}", n % 7), "lang": "en", "id": format!("{name}-{n}"),
                "date": format!("2020-{:02}-{:02}", n % 12 + 1, n % 28 + 1), "title": format!("Piece {n} of {name}"),
                "body": format!("Workers of shop {} reported what they had made, {n} pieces in all.", n % 50),
            });
            format!("{record}\n")
        })
        .collect();
    text.push_str("{broken\n");
    let path = folder.join(format!("{name}.jsonl"));
    std::fs::write(&path, text).expect("the temporary folder can be written");
    path
}

/// Everything by source, as the program prints it.
#[track_caller]
fn by_source(data: &Path) -> (Value, Value) {
    let mut found = json_of(&run(data, &["search", "--facet", "source", "--limit", "0", "--format", "json"]));
    (found["total"].take(), found["facets"]["source"].take())
}

#[track_caller]
fn assert_sound(data: &Path, articles: usize, rejected: u64) {
    let output = run(data, &["status", "--format", "json"]);
    let status = json_of(&output);
    assert_eq!(output.status.code(), Some(0), "{status}");
    assert_eq!(status["sound"], true, "{status}");
    assert_eq!(status["articles"], articles);
    let reasons = status["rejected"].as_object().expect("reasons with their counts");
    assert_eq!(reasons.values().filter_map(Value::as_u64).sum::<u64>(), rejected, "{status}");
}

#[test]
fn four_processes_work_side_by_side() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let first = file(folder.path(), "first", 2_000);
    let second = file(folder.path(), "second", 3_000);
    let code = |output: &Output| (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned());
    // 2: the broken line.
    assert_eq!(run(&data, &["import", first.to_str().unwrap()]).status.code(), Some(2));

    let search = ["search", "workers", "--facet", "source", "--format", "json"];
    let verbs: [&[&str]; 4] = [&["import", second.to_str().unwrap()], &search, &["reindex"], &search];
    let children: Vec<Child> =
        verbs.iter().map(|verb| sinmun(&data, verb).spawn().expect("the program starts")).collect();
    let outputs: Vec<Output> =
        children.into_iter().map(|child| child.wait_with_output().expect("it ends")).collect();
    for (output, expected) in outputs.iter().zip([2, 0, 0, 0]) {
        assert_eq!(output.status.code(), Some(expected), "{:?}", code(output));
    }
    for found in [json_of(&outputs[1]), json_of(&outputs[3])] {
        let total = found["total"].as_u64().unwrap();
        assert!(total == 1_999 || total == 4_998, "a search sees whole commits: {total}");
    }
    assert_sound(&data, 4_998, 2);
    assert_eq!(by_source(&data).0, 4_998);
}

#[test]
fn a_killed_import_is_taken_up_by_the_next() {
    const LINES: usize = 30_000;
    let folder = tempfile::tempdir().unwrap();
    let file = file(folder.path(), "large", LINES);
    let file = file.to_str().unwrap();
    let (whole, killed) = (folder.path().join("whole"), folder.path().join("killed"));
    assert_eq!(run(&whole, &["import", file]).status.code(), Some(2));

    // Killed as soon as the archive, the catalogue and the index are there: three places on its way.
    for sign in ["archive", "catalogue.sqlite", "index"] {
        let mut child = sinmun(&killed, &["import", file]).spawn().unwrap();
        while child.try_wait().unwrap().is_none() && !killed.join(sign).exists() {
            std::thread::yield_now();
        }
        child.kill().unwrap();
        child.wait().unwrap();
    }
    let last = run(&killed, &["import", file]);
    assert!(matches!(last.status.code(), Some(0 | 2)), "{}", String::from_utf8_lossy(&last.stderr));
    assert_sound(&killed, LINES - 1, 1);
    assert_eq!(by_source(&killed), by_source(&whole));
}
