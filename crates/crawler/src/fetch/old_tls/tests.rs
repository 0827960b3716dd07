//! Against `openssl s_server`, which still speaks what it is told to.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::sync::LazyLock;
use std::thread::JoinHandle;
use std::time::Duration;

use tempfile::TempDir;
use url::Url;

use super::{configuration, registered, roots};
use crate::fetch::client::Clients;
use crate::{FailureKind, FetchOptions, Fetcher, Job, Outcome, Truncation};

const ONLY_TLS_1_0: &[&str] = &["-tls1", "-cipher", "ALL:@SECLEVEL=0"];
const ONLY_TLS_1_1: &[&str] = &["-tls1_1", "-cipher", "ALL:@SECLEVEL=0"];
const ONLY_AES128_SHA: &[&str] = &["-tls1_2", "-cipher", "AES128-SHA:@SECLEVEL=0"];

/// A root and a certificate by it for `localhost`; nothing where there is no `openssl`.
static CERTIFICATES: LazyLock<Option<TempDir>> = LazyLock::new(|| {
    if Command::new("openssl").arg("version").output().is_err() {
        eprintln!("skipped: there is no `openssl` command");
        return None;
    }
    let folder = tempfile::tempdir().expect("the temporary folder can be written");
    std::fs::write(folder.path().join("names"), "subjectAltName=DNS:localhost")
        .expect("the temporary folder can be written");
    for command in [
        "req -x509 -newkey rsa:2048 -nodes -keyout root.key -out root.pem -subj /CN=Root -days 2",
        "req -newkey rsa:2048 -nodes -keyout own.key -out own.csr -subj /CN=localhost",
        "x509 -req -in own.csr -CA root.pem -CAkey root.key -CAcreateserial -extfile names -days 2 -out own.pem",
    ] {
        let made = Command::new("openssl").args(command.split(' ')).current_dir(folder.path()).output();
        let made = made.expect("openssl starts");
        assert!(made.status.success(), "{command}: {}", String::from_utf8_lossy(&made.stderr));
    }
    Some(folder)
});

/// A server of one's own, which ends with the test.
struct Server {
    process: Child,
    port: u16,
    _pages: TempDir,
    /// Reads what it tells whoever runs it, the requests among it.
    listener: Option<JoinHandle<String>>,
}

impl Server {
    /// Answers with these pages: names, and answers with their heads.
    fn start(arguments: &[&str], pages: &[(&str, &[u8])]) -> Option<Self> {
        Self::run(&[arguments, &["-HTTP"]].concat(), pages, "", b"")
    }

    /// Says this once it has been asked for what ends so, and then nothing more.
    fn start_silent(arguments: &[&str], asked: &'static str, says: &'static [u8]) -> Option<Self> {
        Self::run(arguments, &[], asked, says)
    }

    fn run(
        arguments: &[&str],
        pages: &[(&str, &[u8])],
        asked: &'static str,
        says: &'static [u8],
    ) -> Option<Self> {
        let certificates = CERTIFICATES.as_ref()?.path();
        let folder = tempfile::tempdir().expect("the temporary folder can be written");
        for (name, bytes) in pages {
            std::fs::write(folder.path().join(name), bytes).expect("the temporary folder can be written");
        }
        let mut process = Command::new("openssl")
            .args(["s_server", "-accept", "127.0.0.1:0"])
            .arg("-cert")
            .arg(certificates.join("own.pem"))
            .arg("-key")
            .arg(certificates.join("own.key"))
            .args(arguments)
            .current_dir(folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("openssl starts");
        let mut input = process.stdin.take().expect("it is piped");
        let mut output = BufReader::new(process.stdout.take().expect("it is piped"));
        let mut line = String::new();
        while !line.starts_with("ACCEPT ") {
            line.clear();
            assert!(output.read_line(&mut line).expect("it is text") > 0, "openssl serves {arguments:?}");
        }
        let port = line.trim_end().rsplit(':').next().and_then(|port| port.parse().ok());
        let listener = std::thread::spawn(move || {
            let (mut told, mut says) = (String::new(), Some(says));
            loop {
                let more = output.fill_buf().map_or(0, |bytes| {
                    told += &String::from_utf8_lossy(bytes);
                    bytes.len()
                });
                if more == 0 {
                    return told;
                }
                output.consume(more);
                if told.ends_with(asked)
                    && told.contains(" HTTP/1.1\r\n")
                    && let Some(says) = says.take()
                {
                    // An error means that it has ended.
                    let _ = input.write_all(says);
                }
            }
        });
        let port = port.expect("it tells the port");
        Some(Self { process, port, _pages: folder, listener: Some(listener) })
    }

    fn url(&self, path: &str) -> Url {
        format!("https://localhost:{}{path}", self.port).parse().expect("it is a URL")
    }

    /// Ends it; all that it has told.
    fn told(mut self) -> String {
        self.process.kill().expect("it runs");
        self.listener.take().expect("it is taken once").join().expect("it does not panic")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn options() -> FetchOptions {
    let allow_private = vec!["localhost".into(), "127.0.0.1".into()];
    FetchOptions { allow_private, ..FetchOptions::default() }
}

/// A fetcher that trusts the root of the tests, and no other, where it speaks old TLS.
fn trusting(options: FetchOptions) -> Fetcher {
    let certificates = CERTIFICATES.as_ref().expect("a server runs").path();
    let root = std::fs::read_to_string(certificates.join("root.pem")).expect("the root was written");
    let clients = Clients::new(options).expect("the options are sound");
    assert!(clients.old_tls.set(configuration(&root).expect("the root is sound")).is_ok());
    Fetcher::over(clients).expect("the system gives a thread")
}

fn outcome(fetcher: &Fetcher, job: Job) -> Outcome {
    fetcher.send(job).expect("there is room");
    fetcher.receive(Duration::from_secs(20)).expect("every job ends")
}

fn old(url: Url) -> Job {
    Job { old_tls: true, ..Job::get(1, url) }
}

fn kind(outcome: &Outcome) -> Option<FailureKind> {
    outcome.result.as_ref().err().map(|failure| failure.kind)
}

const PAGE: &[u8] = b"HTTP/1.0 200 Fine\r\nServer: old\r\nDate: x\r\nContent-Encoding: gzip\r\n\
    Content-Length: 5\r\n\r\nhel\0o";

/// What such a server and the client for old TLS agree on; rustls must fail there with these words, if any.
#[track_caller]
fn check(arguments: &[&str], rustls: Option<&str>, protocol: &str, suite: &str) {
    let Some(server) = Server::start(arguments, &[("page", PAGE)]) else { return };
    if let Some(words) = rustls {
        let outcome = outcome(&trusting(options()), Job::get(1, server.url("/page")));
        let failure = outcome.result.expect_err("rustls does not speak it");
        assert_eq!(failure.kind, FailureKind::Tls, "{failure}");
        assert!(failure.message.contains(words), "{failure}");
    }
    let outcome = outcome(&trusting(options()), old(server.url("/page")));
    assert_eq!(outcome.result, Ok(()));
    let exchange = outcome.last().expect("there was an answer");
    let handshake = exchange.handshake.as_ref().expect("it was by the client for old TLS");
    assert_eq!((handshake.protocol, handshake.cipher_suite.as_str()), (protocol, suite));
    assert_eq!(exchange.remote.map(|remote| remote.to_string()), Some(format!("127.0.0.1:{}", server.port)));
    assert_eq!(exchange.url, server.url("/page"));
    assert_eq!(
        String::from_utf8(exchange.response.head()).unwrap(),
        "HTTP/1.0 200 Fine\r\nserver: old\r\ndate: x\r\ncontent-encoding: gzip\r\ncontent-length: 5\r\n\r\n"
    );
    assert_eq!(exchange.response.body, b"hel\0o");
}

#[test]
fn what_servers_speak() {
    let rsa = "TLS_RSA_WITH_AES_128_CBC_SHA";
    let ecdhe = "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA";
    check(ONLY_TLS_1_0, Some("ProtocolVersion"), "tls/1.0", ecdhe);
    check(ONLY_TLS_1_1, Some("ProtocolVersion"), "tls/1.1", ecdhe);
    check(ONLY_AES128_SHA, Some("HandshakeFailure"), "tls/1.2", rsa);
    check(&[], None, "tls/1.3", "TLS_AES_128_GCM_SHA256");
}

#[test]
fn suites_have_the_names_that_are_registered() {
    for (suite, expected) in [
        ("DES-CBC3-SHA", "TLS_RSA_WITH_3DES_EDE_CBC_SHA"),
        ("AES256-SHA256", "TLS_RSA_WITH_AES_256_CBC_SHA256"),
        ("DHE-RSA-AES128-GCM-SHA256", "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256"),
        ("ECDHE-RSA-AES256-SHA384", "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384"),
        ("ECDHE-ECDSA-AES128-SHA", "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA"),
        ("TLS_AES_128_GCM_SHA256", "TLS_AES_128_GCM_SHA256"),
        ("ECDHE-RSA-OTHER", "ECDHE-RSA-OTHER"),
    ] {
        assert_eq!(registered(suite), expected);
    }
}

#[test]
fn the_roots_of_the_program_are_read() {
    assert_eq!(
        roots().matches("-----BEGIN CERTIFICATE-----\nMII").count(),
        super::TLS_SERVER_ROOT_CERTS.len()
    );
    configuration(&roots()).expect("every root is sound");
}

#[test]
fn an_old_protocol_is_no_excuse_for_a_certificate() {
    let Some(server) = Server::start(ONLY_TLS_1_0, &[("page", PAGE)]) else { return };
    // The root is none of those that come with the program.
    let stranger = outcome(&Fetcher::start(options()).unwrap(), old(server.url("/page")));
    assert_eq!(kind(&stranger), Some(FailureKind::Tls), "{:?}", stranger.result);
    // The certificate is for another name.
    let mut url = server.url("/page");
    url.set_host(Some("127.0.0.1")).unwrap();
    let other = outcome(&trusting(options()), old(url));
    assert_eq!(kind(&other), Some(FailureKind::Tls), "{:?}", other.result);
    assert!(stranger.hops.is_empty() && other.hops.is_empty());
    assert_eq!(outcome(&trusting(options()), old(server.url("/page"))).result, Ok(()));
}

#[test]
fn private_addresses_are_refused() {
    let Some(server) = Server::start(ONLY_TLS_1_0, &[("page", PAGE)]) else { return };
    let outcome = outcome(&trusting(FetchOptions::default()), old(server.url("/page")));
    assert_eq!(kind(&outcome), Some(FailureKind::PrivateAddress));
    // Behind the front door: what a name resolves to is looked at again.
    let clients = Clients::new(FetchOptions::default()).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let url = server.url("/page");
    let failure = runtime.block_on(clients.connect(&url, &url)).expect_err("localhost is private");
    assert_eq!(failure.kind, FailureKind::PrivateAddress, "{failure}");
}

#[test]
fn the_request_is_sent_as_it_is_kept() {
    let Some(server) = Server::start_silent(ONLY_TLS_1_0, "the body", PAGE) else { return };
    let mut job = Job::post(1, server.url("/a?b=1"), "text/plain", "the body");
    job.old_tls = true;
    job.headers.push(("X-One".into(), "1".into()));
    let outcome = outcome(&trusting(options()), job);
    assert_eq!(outcome.result, Ok(()));
    let request = &outcome.hops[0].request;
    let sent = String::from_utf8([request.head(), request.body.clone()].concat()).unwrap();
    assert!(sent.starts_with("POST /a?b=1 HTTP/1.1\r\nHost: localhost:"), "{sent}");
    let told = server.told();
    assert!(told.contains(&sent), "{told}\n\n{sent}");
}

#[test]
fn redirects_cookies_and_a_base() {
    let redirect =
        b"HTTP/1.0 302 Found\r\nSet-Cookie: id=secret\r\nLocation: /page\r\nContent-Length: 0\r\n\r\n";
    let Some(server) = Server::start(ONLY_TLS_1_0, &[("page", PAGE), ("there", redirect)]) else { return };
    let options = FetchOptions { from_base: Some(server.url("/")), ..options() };
    let job = Job { session: Some("one".into()), ..old("https://site.example/there".parse().unwrap()) };
    let outcome = outcome(&trusting(options), job);
    let urls: Vec<&str> = outcome.hops.iter().map(|hop| hop.url.as_str()).collect();
    assert_eq!(urls, ["https://site.example/there", "https://site.example/page"]);
    assert!(outcome.hops.iter().all(|hop| hop.handshake.is_some()), "{:?}", outcome.hops);
    let cookies: Vec<bool> =
        outcome.hops.iter().map(|hop| hop.request.headers.get("cookie").is_some()).collect();
    assert_eq!(cookies, [false, true]);
    assert_eq!(outcome.result, Ok(()));
}

/// What becomes of a server that says this and falls silent, or ends there.
#[track_caller]
fn check_broken(
    server: Option<Server>,
    path: &str,
    longest_body: usize,
    failure: FailureKind,
    why: Truncation,
) {
    let Some(server) = server else { return };
    let mut options = FetchOptions { longest_body, ..options() };
    if failure == FailureKind::TimedOut {
        options.stall_timeout = Duration::from_millis(300);
    }
    let outcome = outcome(&trusting(options), old(server.url(path)));
    assert_eq!(kind(&outcome), Some(failure), "{:?}", outcome.result);
    let exchange = outcome.last().expect("a head came");
    assert_eq!(exchange.response.truncated, Some(why));
    assert_eq!(exchange.response.body, b"hel");
    assert!(exchange.handshake.is_some());
}

#[test]
fn answers_that_are_not_whole() {
    let cut = &PAGE[..PAGE.len() - 2];
    let silent = Server::start_silent(ONLY_TLS_1_0, "\r\n\r\n", cut);
    check_broken(silent, "/", 100, FailureKind::TimedOut, Truncation::Time);
    let short = Server::start(ONLY_TLS_1_0, &[("page", cut)]);
    check_broken(short, "/page", 100, FailureKind::Disconnected, Truncation::Disconnect);
    let long = Server::start(ONLY_TLS_1_0, &[("page", PAGE)]);
    check_broken(long, "/page", 3, FailureKind::TooLong, Truncation::Length);
}

#[test]
fn no_answers() {
    let Some(server) = Server::start_silent(ONLY_TLS_1_0, "", b"") else { return };
    let brief = Duration::from_millis(200);
    let impatient = FetchOptions { stall_timeout: brief, total_timeout: brief * 5, ..options() };
    let late = outcome(&trusting(impatient), old(server.url("/")));
    assert_eq!(kind(&late), Some(FailureKind::TimedOut), "{:?}", late.result);
    // Takes the connection, and never says a word of TLS.
    let mute = TcpListener::bind("127.0.0.1:0").unwrap();
    let url: Url = format!("https://{}/", mute.local_addr().unwrap()).parse().unwrap();
    let impatient = FetchOptions { connect_timeout: brief, ..options() };
    let late = outcome(&trusting(impatient), old(url.clone()));
    assert_eq!(kind(&late), Some(FailureKind::TimedOut), "{:?}", late.result);
    drop(mute);
    let nobody = outcome(&trusting(options()), old(url));
    assert_eq!(kind(&nobody), Some(FailureKind::NoConnection), "{:?}", nobody.result);
    let noise = Server::start_silent(ONLY_TLS_1_0, "\r\n\r\n", b"SSH-2.0\r\n\r\n").expect("there is openssl");
    let noise = outcome(&trusting(options()), old(noise.url("/")));
    assert_eq!(kind(&noise), Some(FailureKind::Malformed), "{:?}", noise.result);
}

#[test]
fn no_proxy_is_gone_around() {
    let Some(server) = Server::start(ONLY_TLS_1_0, &[("page", PAGE)]) else { return };
    let options = FetchOptions { proxy: Some("http://127.0.0.1:1".parse().unwrap()), ..options() };
    let outcome = outcome(&trusting(options), old(server.url("/page")));
    assert_eq!(kind(&outcome), Some(FailureKind::BadJob), "{:?}", outcome.result);
    assert!(!server.told().contains("FILE:"));
}
