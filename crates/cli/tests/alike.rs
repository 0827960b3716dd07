//! What is alike, as a person or a script sees it: `search --collapse`, `show`, `known`.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};

fn run(data: &Path, arguments: &[&str], input: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sinmun"));
    command.arg("--data").arg(data).args(arguments);
    let command = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program starts");
    // A program that reads no input may have ended already.
    let _ = child.stdin.take().expect("it is piped").write_all(input.as_bytes());
    child.wait_with_output().expect("the program ends")
}

const PLANT: &str = "The new power station on the upper reaches of the river went into operation on Friday. Its three \
                     generators supply the factories of the province with electricity. The builders laid the last \
                     cable in a night of rain, and the foreman of the first brigade, who had been there since the \
                     survey, threw the switch. Before the dam was closed, four villages had moved to the slopes above \
                     the lake, where houses, a school and a clinic stood ready for them.";

const SCHOOL: &str = "제3중학교에서 새 학년도 개학식이 진행되였다. 학생들은 새 교과서와 학습장을 받아안고 기쁨을 금치 못하였다. \
                      교장은 축하연설에서 학생들이 최우등의 성적으로 보답할데 대하여 강조하였다.";

fn filled() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let corrected = PLANT.replace("three generators", "two generators");
    let record = |id: &str, outlet: &str, language: &str, date: &str, title: &str, body: &str| json!({"id": id, "outlet": outlet, "lang": language, "date": date, "title": title, "body": body});
    let lines = [
        record("a1", "Sample Wire", "en", "2020-03-06", "Power Station Opens", PLANT),
        record("b1", "Sample Gazette", "en", "2020-03-08", "Electricity for the Province", &corrected),
        record("b2", "Sample Gazette", "en", "2020-03-09", "A Station Opens Upriver", &PLANT.to_uppercase()),
        record(
            "c1",
            "Sample Wire",
            "en",
            "2020-03-07",
            "Station Workers Honoured",
            "The station's workers were honoured.",
        ),
        record("k1", "Sample Wire", "ko", "2020-04-01", "새 학년도 개학식 진행", SCHOOL),
    ];
    let lines: String = lines.iter().map(|line| format!("{line}\n")).collect();
    let file = folder.path().join("articles.jsonl");
    std::fs::write(&file, lines).expect("the temporary folder can be written");
    let imported = run(folder.path(), &["import", file.to_str().expect("the path is UTF-8")], "");
    assert_eq!(imported.status.code(), Some(0), "{}", String::from_utf8_lossy(&imported.stderr));
    folder
}

fn text(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("the program prints UTF-8")
}

fn object(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).expect("the program prints JSON")
}

#[test]
fn collapsed_hits_say_how_many_are_like_them() {
    let folder = filled();
    let found = object(&run(folder.path(), &["search", "station", "--collapse", "--format", "json"], ""));
    assert_eq!(found["total"], 2);
    let alike: Vec<&Value> = found["hits"].as_array().unwrap().iter().map(|hit| &hit["alike"]).collect();
    assert!(alike.contains(&&json!(2)) && alike.contains(&&json!(0)), "{alike:?}");
    let printed = text(&run(folder.path(), &["search", "--collapse", "--sort", "oldest"], ""));
    let (first, rest) = printed.split_once("\n\n").unwrap();
    assert!(first.starts_with("Power Station Opens\n") && first.ends_with("\n  and 2 like it"), "{first}");
    assert!(rest.contains("3 clusters, 3 shown, in "), "{rest}");
    let plain = object(&run(folder.path(), &["search", "station", "--format", "json"], ""));
    assert_eq!((&plain["total"], plain["hits"][0].get("alike")), (&json!(4), None));
    let both = run(folder.path(), &["search", "--collapse", "--by-story"], "");
    assert_eq!(both.status.code(), Some(2));
}

#[test]
fn an_article_tells_of_those_like_it() {
    let folder = filled();
    let first = object(&run(folder.path(), &["show", "a1", "--format", "json"], ""));
    assert_eq!(first["alike"], json!({"count": 3, "earliest": first["id"]}));
    let id = first["id"].as_str().unwrap();
    let line =
        format!("\nOne of 3 like it; the earliest: {id} · sample-wire · 2020-03-06 · Power Station Opens\n");
    let printed = text(&run(folder.path(), &["show", "b1"], ""));
    assert!(printed.contains(&line), "{printed}");
    assert!(
        text(&run(folder.path(), &["show", "a1"], ""))
            .contains("\nOne of 3 like it; the earliest: this one\n")
    );
    let alone = object(&run(folder.path(), &["show", "c1", "--format", "json"], ""));
    assert_eq!(alone["alike"], Value::Null);
}

/// What `known` says of a text: its exit code, the verdict, and the imported ids of the articles.
#[track_caller]
fn check(data: &Path, input: &str, code: i32, verdict: &str, expected: &[&str]) -> Value {
    let output = run(data, &["known", "-", "--format", "json"], input);
    assert_eq!(output.status.code(), Some(code), "{}", String::from_utf8_lossy(&output.stderr));
    let known = object(&output);
    assert_eq!(known["verdict"], verdict, "{known}");
    let mut ids: Vec<&str> = known["articles"]
        .as_array()
        .expect("articles are a list")
        .iter()
        .map(|article| article["imported_id"].as_str().expect("each was imported with one"))
        .collect();
    ids.sort_unstable();
    assert_eq!(ids, expected);
    known
}

#[test]
fn a_text_is_known_whole_in_part_and_changed() {
    let folder = filled();
    let all = ["a1", "b1", "b2"];
    let known = check(folder.path(), PLANT, 0, "known", &all);
    assert_eq!(known["articles"][0]["contained"], 1.0);
    let first = known["articles"].as_array().unwrap().iter().find(|article| article["imported_id"] == "a1");
    assert_eq!(known["earliest"], first.unwrap()["id"]);

    let (_, part) = PLANT.split_once("The builders").unwrap();
    let (part, _) = part.split_once("Before").unwrap();
    check(folder.path(), part, 0, "known", &all);

    let changed = PLANT.replace("Friday", "Monday").replace("rain", "snow").replace("clinic", "shop");
    check(folder.path(), &changed, 0, "known", &all);

    let unrelated = "Fishermen of the eastern islands mended their nets while the boats lay in harbour. ";
    check(folder.path(), &format!("{PLANT} {}", unrelated.repeat(3)), 0, "in part", &all);
    check(folder.path(), &format!("{} {PLANT}", unrelated.repeat(40)), 0, "in part", &all);
    check(folder.path(), unrelated, 1, "not known", &[]);
    check(folder.path(), "학생들은 새 교과서와 학습장을 받아안고 기쁨을 금치 못하였다.", 0, "known", &["k1"]);
}

#[test]
fn what_is_known_is_printed_with_the_earliest() {
    let folder = filled();
    let file = folder.path().join("question.txt");
    std::fs::write(&file, format!("\u{feff}{PLANT}")).unwrap();
    let name = file.to_str().unwrap();
    let printed = text(&run(folder.path(), &["known", name], ""));
    assert!(
        printed.starts_with("Known.\n\nPower Station Opens\n  Sample Wire (EN) · 2020-03-06 · first seen 2"),
        "{printed}"
    );
    assert!(
        printed.contains("\n  100 % of the text stands there; 100 % of the article stands in the text\n"),
        "{printed}"
    );
    assert!(printed.contains("\n\nThe earliest: Sample Wire (EN) · 2020-03-06 · first seen 2"), "{printed}");
    let other = run(folder.path(), &["known", name, "--language", "ko"], "");
    assert_eq!((other.status.code(), text(&other).as_str()), (Some(1), "Not known.\n"));
}

#[test]
fn mistakes_are_answered_with_what_to_do() {
    let folder = filled();
    for (arguments, input, said) in [
        (["known", "-"].as_slice(), "too short", "give at least four words"),
        (&["known", "missing.txt"], "", "give a text file, or -"),
        (&["known", "-", "--language", "x"], PLANT, "--language"),
    ] {
        let output = run(folder.path(), arguments, input);
        let message = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{message}");
        assert!(message.contains(said), "{message}");
    }
    let empty = tempfile::tempdir().unwrap();
    assert_eq!(run(empty.path(), &["known", "-"], PLANT).status.code(), Some(2));
}
