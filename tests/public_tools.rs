//! The archive read by others: warcio, cdxj-indexer, pywb and wacz, from PyPI, must find in it what we put there.
//!
//! The tools are installed once, under `target/python-tools`. Where there is no
//! Python or no package index the tests say so and pass, except in CI.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Map, Value};
use sinmun_archive::{Catalogue, Circumstances, Intake, Payload, PayloadKind, Store};
use sinmun_article::{Language, Record, SourceId};
use tempfile::TempDir;

/// What is installed; pywb wants a Python within [`PYTHON`].
const TOOLS: &[&str] = &["warcio==1.8.1", "pywb==2.10.0", "cdxj-indexer==1.5.0", "wacz==0.6.0"];

/// The versions of Python that the tools run on, the last one excluded.
const PYTHON: (u32, u32) = (10, 15);

const SITE: &str = "http://wire.example";

/// A page whose request failed.
const BROKEN: &str = "/broken";

/// A page that has not changed when it is asked for again.
const LIST: &str = "<ul><li><a href=\"/1\">one</a></ul>";

/// How many of the captures repeat what another has.
const REVISITS: usize = 4;

/// A capture, and what a replay of it must give.
struct Capture {
    url: String,
    /// `None` for a `GET`, else the content type and body of a `POST`.
    form: Option<(&'static str, &'static str)>,
    status: u16,
    /// Of the answer, without status line.
    head: &'static str,
    body: Vec<u8>,
    truncated: Option<&'static str>,
}

impl Capture {
    fn new(path: &str, status: u16, head: &'static str, body: impl Into<Vec<u8>>) -> Self {
        let (url, body) = (format!("{SITE}{path}"), body.into());
        Self { url, form: None, status, head, body, truncated: None }
    }

    fn post(path: &str, form: (&'static str, &'static str), body: &str) -> Self {
        Self { form: Some(form), ..Self::new(path, 200, "content-type: text/html\r\n", body) }
    }

    /// The request for it by a path; a server that reads HTTP/1.0 sends no chunks.
    fn request(&self, path: &str) -> String {
        match self.form {
            None => format!("GET {path} HTTP/1.0\r\nHost: wire.example\r\nAccept-Encoding: gzip\r\n\r\n"),
            Some((mime, body)) => format!(
                "POST {path} HTTP/1.0\r\nHost: wire.example\r\nContent-Type: {mime}\r\nContent-Length: {}\r\n\r\n{body}",
                body.len()
            ),
        }
    }

    fn stored(&self, number: usize) -> (Payload, Circumstances) {
        let mut bytes = format!("HTTP/1.1 {} \r\n{}\r\n", self.status, self.head).into_bytes();
        bytes.extend(&self.body);
        let payload = Payload {
            kind: PayloadKind::Response,
            target: self.url.clone(),
            origin: String::new(),
            reading: "{}".to_owned(),
            bytes,
        };
        let circumstances = Circumstances {
            date: format!("2026-01-02T03:04:{number:02}.000007Z"),
            request: self.request(&self.url[SITE.len()..]).into_bytes(),
            address: Some("192.0.2.7".to_owned()),
            truncated: self.truncated.map(str::to_owned),
            ..Circumstances::default()
        };
        (payload, circumstances)
    }
}

fn packed(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(text.as_bytes()).expect("memory takes it");
    encoder.finish().expect("memory takes it")
}

/// A site visited twice, with everything that makes a capture hard to keep or to show; the last ones are revisits.
///
/// One thing is not here: pywb takes a body whose header says `chunked`, and whose
/// first line is a hexadecimal number, for chunks, though the coding was taken off.
fn captures() -> Vec<Capture> {
    let html = "content-type: text/html; charset=utf-8\r\n";
    let page = "<html><head><title>조선</title></head><body><a href=\"/1\">next</a></body></html>";
    let gzip = "content-type: text/html\r\ncontent-encoding: gzip\r\nvary: accept-encoding\r\n";
    let chunked = "content-type: text/html\r\ntransfer-encoding: chunked\r\n";
    let korean = b"<?xml version=\"1.0\" encoding=\"euc-kr\"?>\n<title>\xc1\xb6\xbc\xb1</title>";
    vec![
        Capture::new("/1?b=2&a=1", 200, html, page),
        Capture::new("/packed/", 200, gzip, packed(page)),
        Capture::new("/chunked", 200, chunked, page),
        Capture::new(
            "/packed/chunked",
            200,
            "content-encoding: gzip\r\ntransfer-encoding: chunked\r\n",
            packed(page),
        ),
        Capture::new("/list/", 200, "content-type: text/html\r\netag: \"1\"\r\n", LIST),
        Capture::new("/missing", 404, "content-type: text/html\r\n", "<p>no"),
        Capture::new("/moved", 301, "location: /1\r\ncontent-length: 0\r\n", ""),
        Capture::new("/%EC%A1%B0%EC%84%A0/a%20b//c.xml", 200, "content-type: text/xml\r\n", korean),
        Capture { truncated: Some("disconnect"), ..Capture::new("/cut", 200, html, &page[..40]) },
        Capture::post("/search", ("application/x-www-form-urlencoded", "page=1&q=%EC%A1%B0+x"), "<p>1"),
        Capture::post("/search", ("application/x-www-form-urlencoded", "page=2&q=%EC%A1%B0+x"), "<p>2"),
        Capture::post("/search", ("application/json", "{\"Page\":3,\"of\":{\"all\":true}}"), "<p>3"),
        Capture::post("/search", ("application/octet-stream", "four"), "<p>4"),
        Capture::new("/empty", 200, html, ""),
        Capture::new("/list/", 304, "etag: \"1\"\r\n", ""),
        Capture::new("/1?b=2&a=1", 200, html, page),
        Capture::new("/chunked", 200, chunked, page),
        Capture::new("/packed/", 200, gzip, packed(page)),
    ]
}

/// A data directory with two WARC files: the revisits are in the second one.
fn visited(captures: &[Capture]) -> TempDir {
    let folder = tempfile::tempdir().expect("the temporary folder can be written");
    let all: Vec<(Payload, Circumstances)> =
        captures.iter().enumerate().map(|(number, capture)| capture.stored(number)).collect();
    let (mut failure, circumstances) = all[0].clone();
    failure.kind = PayloadKind::Failure;
    failure.target = format!("{SITE}{BROKEN}");
    failure.bytes = b"the connection broke".to_vec();
    let file = Payload {
        kind: PayloadKind::File,
        target: "file:articles.jsonl#part=1".to_owned(),
        origin: "articles.jsonl".to_owned(),
        reading: "{}".to_owned(),
        bytes: b"{\"title\":\"x\"}\n".to_vec(),
    };
    let open = || Store::open(folder.path(), Box::new(articles)).expect("a store opens anywhere");
    let (first, second) = all.split_at(all.len() - REVISITS);
    let mut store = open();
    store.put(&file).expect("the disk has room");
    store.put_pages(first).expect("the disk has room");
    store.put_pages(&[(failure, circumstances)]).expect("the disk has room");
    drop(store);
    open().put_pages(second).expect("the disk has room");
    folder
}

/// Takes every page that is there for an article whose title is its URL.
fn articles(payload: &Payload, intake: &mut Intake<'_>) -> Result<(), sinmun_archive::Error> {
    if payload.kind != PayloadKind::Response || !matches!(payload.status(), Some(200..=299)) {
        return Ok(());
    }
    let record = Record {
        imported_id: None,
        source: SourceId::of_name("sample-wire").expect("it is an id"),
        outlet: "Sample Wire".to_owned(),
        language: Language::ENGLISH,
        date: None,
        title: payload.target.clone(),
        url: Some(payload.target.clone()),
        canonical_url: Some(payload.target.clone()),
        byline: None,
        dateline: None,
        genre: None,
        speaker: None,
        body: "A text.".to_owned(),
        shares_url: false,
        is_copy: false,
        first_seen: None,
        images: Vec::new(),
    };
    intake.take(0, &payload.target, &record)
}

/// The files of the archive with an ending, in order.
fn with_ending(data: &Path, ending: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(data.join("archive")).expect("there is an archive").flatten();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    paths.retain(|path| path.to_string_lossy().ends_with(ending));
    paths.sort();
    paths
}

/// The Python of an environment that has the tools; `None`, and why on standard error, where it cannot be made.
fn python() -> Option<PathBuf> {
    match installed() {
        Ok(python) => Some(python),
        Err(why) if std::env::var_os("CI").is_none() => {
            eprintln!("skipped: {why}");
            None
        }
        Err(why) => panic!("CI has Python and a package index: {why}"),
    }
}

/// Makes the environment where it is not made yet; an error is a reason to skip, anything else that fails panics.
fn installed() -> Result<PathBuf, String> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("python-tools");
    std::fs::create_dir_all(&folder).expect("the target folder can be written");
    let program = if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" };
    let environment = folder.join(TOOLS.join("-").replace("==", "-"));
    let lock = File::create(folder.join(".lock")).expect("the target folder can be written");
    lock.lock().expect("files can be locked");
    let python = environment.join(program);
    if environment.is_dir() {
        // It goes with the Python that it was made with.
        if runs(&python) {
            return Ok(python);
        }
        std::fs::remove_dir_all(&environment).expect("the target folder can be written");
    }
    let system = if cfg!(windows) { "python" } else { "python3" };
    if !runs(Path::new(system)) {
        return Err(format!("there is no {system} of 3.{} to 3.{}", PYTHON.0, PYTHON.1 - 1));
    }
    let new = tempfile::tempdir_in(&folder).expect("the target folder can be written");
    let made = Command::new(system).args(["-m", "venv"]).arg(new.path()).output();
    let made = made.map_err(|error| format!("{system} does not start: {error}"))?;
    if !made.status.success() {
        return Err(format!("{system} makes no virtual environment: {}", last_line(&made.stdout)));
    }
    let mut pip = Command::new(new.path().join(program));
    pip.args(["-m", "pip", "install", "--no-input", "--disable-pip-version-check"]).args(TOOLS);
    let pip = pip.output().expect("the new environment's Python starts");
    let said = String::from_utf8_lossy(&pip.stderr);
    if !pip.status.success() {
        // So pip tells that it reaches no index; of one that lacks a version it lists the others.
        let unreachable = said.contains("(from versions: none)");
        assert!(unreachable, "pip does not install the tools:\n{said}");
        return Err(format!("pip reaches no package index: {}", last_line(&pip.stderr)));
    }
    std::fs::rename(new.keep(), &environment).expect("both are in the target folder");
    Ok(python)
}

/// Whether this is a Python that the tools run on.
fn runs(python: &Path) -> bool {
    let (from, to) = PYTHON;
    let question = format!("import sys; sys.exit(not (3, {from}) <= sys.version_info[:2] < (3, {to}))");
    let asked = Command::new(python).args(["-c", &question]).stderr(Stdio::null()).status();
    asked.is_ok_and(|status| status.success())
}

fn last_line(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).trim().lines().next_back().unwrap_or_default().to_owned()
}

/// What a tool prints; the scripts in `bin` name the folder in which they were installed, so modules are run.
#[track_caller]
fn run(python: &Path, folder: &Path, arguments: &[&str]) -> String {
    let run = Command::new(python).arg("-m").args(arguments).current_dir(folder).output();
    let run = run.expect("Python starts");
    let (out, err) = (String::from_utf8_lossy(&run.stdout), String::from_utf8_lossy(&run.stderr));
    assert!(run.status.success(), "{arguments:?}\n{out}\n{err}");
    out.into_owned()
}

fn text(path: &Path) -> &str {
    path.to_str().expect("temporary paths are UTF-8")
}

/// The lines of an index that are about pages, by file and offset; the key and time are put with the fields.
fn lines(index: &str) -> BTreeMap<(String, u64), Map<String, Value>> {
    let mut lines = BTreeMap::new();
    for line in index.lines() {
        let (key, fields) = line.split_at(line.find(" {").expect("the fields follow the key"));
        let mut fields: Map<String, Value> = serde_json::from_str(fields).expect("they are JSON");
        fields.insert("key".to_owned(), key.into());
        let field = |name: &str| fields[name].as_str().expect("every field is text").to_owned();
        let place = (field("filename"), field("offset").parse().expect("it is a number"));
        if field("url").starts_with(SITE) && !field("url").ends_with(BROKEN) {
            lines.insert(place, fields);
        }
    }
    lines
}

#[test]
fn warcio_finds_every_digest_right() {
    let Some(python) = python() else { return };
    let captures = captures();
    let data = visited(&captures);
    let mut told: BTreeMap<String, usize> = BTreeMap::new();
    let mut answers: Vec<(String, String)> = Vec::new();
    for warc in with_ending(data.path(), ".warc.gz") {
        let check = run(&python, data.path(), &["warcio.cli", "check", "-v", text(&warc)]);
        for line in check.lines().filter(|line| line.starts_with("    ")) {
            *told.entry(line.trim().to_owned()).or_default() += 1;
        }
        let fields = "warc-type,warc-target-uri,http:status";
        let index = run(&python, data.path(), &["warcio.cli", "index", "-f", fields, text(&warc)]);
        for line in index.lines() {
            let record: Value = serde_json::from_str(line).expect("warcio writes JSON");
            if ["response", "revisit"].map(Some).contains(&record["warc-type"].as_str()) {
                let field = |name: &str| record[name].as_str().unwrap_or_default().to_owned();
                answers.push((field("warc-target-uri"), field("http:status")));
            }
        }
    }
    // A request and a response each, the failure and the imported file; warcio checks no revisit.
    let expected = [
        ("digest pass", 2 * captures.len() - REVISITS + 2),
        ("digest present but not checked (revisit)", REVISITS),
        ("no digest to check", 2),
    ];
    assert_eq!(told, expected.map(|(what, count)| (what.to_owned(), count)).into());
    let archived = captures.iter().map(|capture| (capture.url.clone(), capture.status.to_string()));
    assert_eq!(answers, archived.collect::<Vec<_>>());
}

#[test]
fn public_indexers_make_the_same_index() {
    let Some(python) = python() else { return };
    let captures = captures();
    let data = visited(&captures);
    let (mut pywb, mut cdxj, mut ours) = (String::new(), String::new(), String::new());
    for warc in with_ending(data.path(), ".warc.gz") {
        pywb += &run(&python, data.path(), &["pywb.indexer.cdxindexer", "-j", "-p", "-s", text(&warc)]);
        cdxj += &run(&python, data.path(), &["cdxj_indexer.main", "-p", "-s", text(&warc)]);
        let index = std::fs::read_to_string(format!("{}.cdxj", text(&warc))).unwrap();
        assert!(index.lines().is_sorted());
        ours += &index;
    }
    let (mut pywb, mut cdxj) = (lines(&pywb), lines(&cdxj));
    assert_eq!((pywb.len(), cdxj.len()), (captures.len(), captures.len()));

    // Theirs have the answer 304 itself, ours what had not changed since.
    let (unchanged, ours): (Vec<&str>, Vec<&str>) =
        ours.lines().partition(|line| line.contains(" 20260102030414 "));
    let mut ours = lines(&ours.join("\n"));
    assert_eq!(unchanged.len(), 1);
    let (place, mut fields) = lines(unchanged[0]).pop_first().unwrap();
    fields["key"] = ours[&place]["key"].clone();
    assert_eq!(fields, ours[&place]);
    for theirs in [&mut pywb, &mut cdxj] {
        theirs.retain(|_, fields| !fields["key"].as_str().unwrap().ends_with(" 20260102030414"));
    }

    // pywb tells no status of a revisit; cdxj-indexer no type where there is none, and it spells JSON as Python does.
    let mut own = ours.clone();
    for (place, fields) in own.iter_mut().filter(|(_, fields)| fields["mime"] == "warc/revisit") {
        assert_eq!(fields.remove("status").unwrap(), cdxj[place]["status"]);
    }
    assert_eq!(own, pywb);
    for fields in ours.values_mut().chain(cdxj.values_mut()) {
        fields.remove("requestBody");
        if fields.get("mime").is_some_and(|mime| mime == "unk") {
            fields.remove("mime");
        }
    }
    assert_eq!(ours, cdxj);
}

#[test]
fn a_package_is_valid_and_has_the_index_of_its_records() {
    let Some(python) = python() else { return };
    let captures = captures();
    let data = visited(&captures);
    let mut ids = Vec::new();
    let catalogue = Catalogue::open(data.path()).unwrap();
    let taken = catalogue.for_each_change::<sinmun_archive::Error>(0, |change| {
        ids.push(change.id);
        Ok(())
    });
    taken.unwrap();
    assert!(ids.len() > 3);
    let path = data.path().join("x.wacz");
    let exported =
        sinmun_archive::export_wacz(data.path(), &ids, "Sample", &mut File::create(&path).unwrap()).unwrap();
    assert_eq!(exported.bytes, path.metadata().unwrap().len());
    run(&python, data.path(), &["wacz.main", "validate", "-f", text(&path)]);

    let mut package = zip::ZipArchive::new(File::open(&path).unwrap()).unwrap();
    let mut unpacked = |name: &str| {
        let mut bytes = Vec::new();
        package.by_name(name).unwrap().read_to_end(&mut bytes).unwrap();
        bytes
    };
    let warc = data.path().join("data.warc.gz");
    std::fs::write(&warc, unpacked("archive/data.warc.gz")).unwrap();
    let theirs = lines(&run(&python, data.path(), &["cdxj_indexer.main", "-p", "-s", text(&warc)]));
    let ours = String::from_utf8(unpacked("indexes/index.cdx")).unwrap();
    assert!(ours.lines().is_sorted());
    // One answers that nothing has changed, for which ours leads to what had not.
    assert_eq!((ours.lines().count(), theirs.len()), (theirs.len(), lines(&ours).len() + 1));
    for (place, fields) in lines(&ours) {
        let found = &theirs[&place];
        for field in ["url", "status", "digest", "length"] {
            assert_eq!(fields[field], found[field], "{place:?}");
        }
    }
    let pages = String::from_utf8(unpacked("pages/pages.jsonl")).unwrap();
    assert_eq!(pages.lines().count(), ids.len() + 1);
}

/// pywb, which ends with this.
struct Wayback {
    child: Child,
    port: u16,
    log: PathBuf,
}

/// Starts `wayback` on a port that the system chooses, and says which: by then it listens.
const WAYBACK: &str = "\
import os
from pywb.apps.cli import WaybackCli
from pywb.utils.geventserver import GeventServer, RequestURIWSGIHandler
app = WaybackCli(args=[]).application
server = GeventServer(app, hostname='127.0.0.1', handler_class=RequestURIWSGIHandler)
print(server.port, flush=True)
os.dup2(2, 1)
server.join()
";

impl Wayback {
    fn start(python: &Path, folder: &Path) -> Self {
        let log = folder.join("wayback.log");
        let mut command = Command::new(python);
        command.args(["-c", WAYBACK]).current_dir(folder).stdin(Stdio::null()).stdout(Stdio::piped());
        command.stderr(File::create(&log).expect("the temporary folder can be written"));
        // Its parts talk to each other over HTTP on loopback.
        for name in ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"] {
            command.env_remove(name);
        }
        let mut child = command.spawn().expect("Python starts");
        let out = child.stdout.take().expect("it is piped");
        let mut wayback = Self { child, port: 0, log };
        let port = BufReader::new(out).lines().map_while(Result::ok).find_map(|line| line.parse().ok());
        wayback.port = port.unwrap_or_else(|| panic!("wayback does not start:\n{}", wayback.log()));
        wayback
    }

    fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// The status and body of an answer.
    fn ask(&self, request: &str) -> (u16, Vec<u8>) {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).expect("wayback listens");
        stream.write_all(request.as_bytes()).expect("wayback reads");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).expect("wayback answers");
        let end = answer.windows(4).position(|window| window == b"\r\n\r\n").expect("an answer has a head");
        let head = String::from_utf8_lossy(&answer[..end]);
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("it has a status");
        (status, answer.split_off(end + 4))
    }
}

impl Drop for Wayback {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn every_page_replays_as_it_came() {
    let Some(python) = python() else { return };
    let captures = captures();
    let data = visited(&captures);
    let folder = tempfile::tempdir().unwrap();
    // One with the index that pywb makes, one with ours.
    for collection in ["theirs", "ours"] {
        run(&python, folder.path(), &["pywb.manager.manager", "init", collection]);
    }
    let ours = folder.path().join("collections/ours");
    for warc in with_ending(data.path(), ".warc.gz") {
        run(&python, folder.path(), &["pywb.manager.manager", "add", "theirs", text(&warc)]);
        std::fs::copy(&warc, ours.join("archive").join(warc.file_name().unwrap())).unwrap();
    }
    for index in with_ending(data.path(), ".cdxj") {
        std::fs::copy(&index, ours.join("indexes").join(index.file_name().unwrap())).unwrap();
    }
    let wayback = Wayback::start(&python, folder.path());
    for collection in ["theirs", "ours"] {
        for (number, capture) in captures.iter().enumerate() {
            let path = format!("/{collection}/202601020304{number:02}id_/{}", capture.url);
            let expected = match (capture.status, collection) {
                (304, "ours") => (200, LIST.as_bytes().to_vec()),
                (status, _) => (status, capture.body.clone()),
            };
            let found = wayback.ask(&capture.request(&path));
            assert!(found == expected, "{path}\n{found:?}\n{expected:?}\n{}", wayback.log());
        }
    }
}
