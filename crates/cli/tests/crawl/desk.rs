//! A data directory of its own for a test, and the program at work on it.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use rusqlite::Connection;
use serde_json::Value;
use sinmun_test_server::Server;
use tempfile::TempDir;

/// A data directory that goes away with the test.
pub struct Desk {
    folder: TempDir,
}

/// What a call of the program gave.
#[derive(Debug)]
pub struct Answer {
    pub code: Option<i32>,
    pub out: String,
    pub errors: String,
}

impl Desk {
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("the temporary folder can be written") }
    }

    /// The data directory.
    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// A file beside the data directory.
    pub fn beside(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Adds a source definition of the user's own.
    pub fn define(&self, name: &str, definition: &str) {
        let folder = self.data().join("sources");
        std::fs::create_dir_all(&folder).expect("the data directory can be made");
        std::fs::write(folder.join(name), definition).expect("the data directory can be written");
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sinmun"));
        command.arg("--data").arg(self.data()).args(arguments);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Answer {
        let output = self.command(arguments).output().expect("the program starts");
        Answer::of(&output)
    }

    /// A crawl that must come back with 0; returns its summary.
    #[track_caller]
    pub fn crawl(&self, server: &Server, arguments: &[&str]) -> Value {
        let answer = self.run(&crawl_of(&server.url(""), arguments));
        assert_eq!(answer.code, Some(0), "{answer:?}");
        answer.json()
    }

    /// A crawl in the background.
    pub fn start_crawl(&self, server: &Server, arguments: &[&str]) -> Child {
        self.command(&crawl_of(&server.url(""), arguments)).spawn().expect("the program starts")
    }

    /// What `sources` says of one.
    #[track_caller]
    pub fn source(&self, id: &str) -> Value {
        let answer = self.run(&["sources", "--format", "json"]).json();
        let all = answer.as_array().expect("a list of sources");
        all.iter().find(|source| source["id"] == id).expect("the source is listed").clone()
    }

    /// How many articles a search finds.
    #[track_caller]
    pub fn total(&self, arguments: &[&str]) -> u64 {
        let search = [&["search"], arguments, &["--limit", "0", "--format", "json"]].concat();
        self.run(&search).json()["total"].as_u64().expect("a total")
    }

    /// Holds that `archive verify` finds nothing; returns how many records there are.
    #[track_caller]
    pub fn assert_sound(&self) -> u64 {
        let answer = self.run(&["archive", "verify", "--format", "json"]);
        assert_eq!(answer.code, Some(0), "{answer:?}");
        let found = answer.json();
        assert_eq!(found["sound"], true, "{found}");
        found["records"].as_u64().expect("a number of records")
    }

    /// The catalogue, for what no verb tells.
    pub fn catalogue(&self) -> Connection {
        Connection::open(self.data().join("catalogue.sqlite")).expect("there is a catalogue")
    }
}

impl Answer {
    pub fn of(output: &Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Self { code: output.status.code(), out: text(&output.stdout), errors: text(&output.stderr) }
    }

    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

/// The arguments of a crawl of the server's pages.
pub fn crawl_of<'a>(base: &'a str, arguments: &[&'a str]) -> Vec<&'a str> {
    let mut all = vec!["crawl", "--from-base", base, "--allow-private", "--format", "json"];
    if !arguments.contains(&"--delay") {
        all.extend(["--delay", "0"]);
    }
    all.extend(arguments);
    all
}

/// The definition of an invented outlet, with lists at these paths.
pub fn wire(lists: &[&str]) -> String {
    let urls: Vec<String> = lists.iter().map(|path| format!("\"http://wire.example{path}\"")).collect();
    format!(
        "id = \"sample-wire\"\nname = \"Sample Wire\"\nlanguages = [\"en\"]\nhome = \"http://wire.example/\"\n\
         hosts = [\"wire.example\"]\narticles = '^/story/'\n\n[[discovery]]\nkind = \"list\"\nurl = [{}]\n\n\
         [[discovery.links]]\nselector = \"a.story\"\n\n[discovery.next]\nselector = \"a.next\"\n\n\
         [[selectors]]\ntitle = \"h1\"\nbody = \"div.text p\"\n",
        urls.join(", ")
    )
}

/// A page of links to stories, and to a next list.
pub fn list(stories: &[&str], next: Option<&str>) -> String {
    let mut page = String::from("<!DOCTYPE html><title>Stories</title><ul>");
    for story in stories {
        page += &format!("<li><a class=story href=\"/story/{story}\">Story {story}</a>");
    }
    if let Some(next) = next {
        page += &format!("<li><a class=next href=\"{next}\">More</a>");
    }
    page
}

/// A story by its name.
pub fn story(name: &str) -> String {
    format!(
        "<!DOCTYPE html><html lang=en><title>Sample Wire</title><h1>Report {name} of the harvest</h1><div class=text>\
         <p>Workers of farm {name} brought in what they had sown, and counted it.</p>\
         <p>The second paragraph of story {name} says that it rained.</p></div></html>"
    )
}

/// A folder of the shared material; says on standard error where it is missing.
pub fn shared(name: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared").join(name);
    if path.is_dir() {
        return Some(path);
    }
    eprintln!("skipped: ../shared/{name} is missing");
    None
}
