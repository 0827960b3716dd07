//! A web site on this machine, for tests of a crawler: it answers as it is told, also badly, and notes who asked what when.

use std::collections::HashMap;
use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::write::GzEncoder;

/// An HTTP/1.1 server on a port of its own of 127.0.0.1, with a thread for each connection.
///
/// It answers 404 to what it was not told of. When it is dropped it stops, and
/// every connection with it, whatever it was sending.
///
/// ```
/// use sinmun_tests::server::{Answer, Server};
///
/// let server = Server::start();
/// server.get("/a", Answer::html("<p>one").etag("\"1\""));
/// server.script("GET", "/b", [Answer::status(500), Answer::html("<p>two")]);
/// assert!(server.url("/a").starts_with("http://127.0.0.1:"));
/// assert!(server.log().is_empty());
/// ```
pub struct Server {
    address: SocketAddr,
    shared: Arc<Shared>,
    acceptor: Option<JoinHandle<()>>,
}

/// What a client asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// As on the request line.
    pub method: String,
    /// Path and query.
    pub target: String,
    /// In the order sent.
    pub headers: Vec<(String, String)>,
    /// Empty where there is no `Content-Length`.
    pub body: Vec<u8>,
}

/// What the server sends, and how.
#[derive(Debug, Clone)]
pub struct Answer {
    status: u16,
    headers: Vec<(String, String)>,
    body: Arc<Vec<u8>>,
    manner: Manner,
}

/// A request as the server saw it.
#[derive(Debug, Clone)]
pub struct Visit {
    /// As on the request line.
    pub method: String,
    /// Path and query.
    pub target: String,
    /// The field `Host`.
    pub host: Option<String>,
    /// When its head had come.
    pub began: Instant,
    /// When the answer was sent, or given up; `None` while it is being sent.
    pub ended: Option<Instant>,
    /// The status that it got.
    pub status: Option<u16>,
}

#[derive(Debug, Clone)]
enum Manner {
    Plain,
    /// In chunks of so many bytes.
    Chunked(usize),
    /// So many bytes at a time, with a pause before each.
    Slow(usize, Duration),
    /// With a `Content-Length` that is not that of the body; then the connection ends.
    Promising(u64),
    /// With the right `Content-Length`; the connection is reset after so many bytes of the body.
    Reset(usize),
    /// The body again and again.
    Endless,
}

type Generate = Box<dyn Fn(&Request) -> Answer + Send + Sync>;

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    /// Told when the server stops and when a connection ends.
    changed: Condvar,
}

#[derive(Default)]
struct State {
    stopping: bool,
    /// By method, target and, where it matters, body.
    scripts: HashMap<(String, String, Option<Vec<u8>>), Script>,
    otherwise: Option<Arc<Generate>>,
    log: Vec<Visit>,
    connections: HashMap<u64, TcpStream>,
    accepted: u64,
}

/// Answers to be given one after the other, the last one for ever.
struct Script {
    answers: Vec<Answer>,
    given: usize,
}

impl Server {
    /// Starts with nothing to answer.
    pub fn start() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("loopback has a free port");
        let address = listener.local_addr().expect("it is bound");
        let shared = Arc::new(Shared::default());
        let accepting = shared.clone();
        let acceptor = std::thread::spawn(move || accept(&listener, &accepting));
        Self { address, shared, acceptor: Some(acceptor) }
    }

    /// The URL of a target; of the site itself with an empty one.
    pub fn url(&self, target: &str) -> String {
        format!("http://{}{target}", self.address)
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Answers a `GET`, whatever was said of it before.
    pub fn get(&self, target: &str, answer: Answer) {
        self.script("GET", target, [answer]);
    }

    /// Answers a `POST` with a body; with any where it is `None`.
    pub fn post(&self, target: &str, body: Option<&[u8]>, answer: Answer) {
        let key = ("POST".to_owned(), target.to_owned(), body.map(<[u8]>::to_vec));
        self.shared.lock().scripts.insert(key, Script { answers: vec![answer], given: 0 });
    }

    /// Gives answers one after the other, and the last one for ever.
    ///
    /// # Panics
    ///
    /// There is no answer.
    pub fn script(&self, method: &str, target: &str, answers: impl IntoIterator<Item = Answer>) {
        let answers: Vec<Answer> = answers.into_iter().collect();
        assert!(!answers.is_empty(), "a script has an answer");
        let key = (method.to_owned(), target.to_owned(), None);
        self.shared.lock().scripts.insert(key, Script { answers, given: 0 });
    }

    /// Answers what no script does; for sites that are made up as they are asked for.
    pub fn otherwise(&self, generate: impl Fn(&Request) -> Answer + Send + Sync + 'static) {
        self.shared.lock().otherwise = Some(Arc::new(Box::new(generate)));
    }

    /// Every request so far, in the order in which they came.
    pub fn log(&self) -> Vec<Visit> {
        self.shared.lock().log.clone()
    }

    /// How often a target was asked for, by any method.
    pub fn visits(&self, target: &str) -> usize {
        self.shared.lock().log.iter().filter(|visit| visit.target == target).count()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let mut state = self.shared.lock();
        state.stopping = true;
        for stream in state.connections.values() {
            let _ = stream.shutdown(Shutdown::Both); // it may have ended by itself
        }
        drop(state);
        self.shared.changed.notify_all();
        let _ = TcpStream::connect(self.address); // wakes the acceptor
        if let Some(acceptor) = self.acceptor.take() {
            let _ = acceptor.join();
        }
        let state = self.shared.lock();
        let still = |state: &mut State| !state.connections.is_empty();
        drop(self.shared.changed.wait_while(state, still));
    }
}

impl Request {
    /// The first value of a field, in any case.
    pub fn header(&self, name: &str) -> Option<&str> {
        field(&self.headers, name)
    }
}

impl Answer {
    /// A status, with a short page that says it.
    pub fn status(status: u16) -> Self {
        Self { status, ..Self::new("text/html", format!("<p>{status}")) }
    }

    /// Status 200 and a body.
    pub fn new(mime: &str, body: impl Into<Vec<u8>>) -> Self {
        let headers = vec![("Content-Type".to_owned(), mime.to_owned())];
        Self { status: 200, headers, body: Arc::new(body.into()), manner: Manner::Plain }
    }

    /// Status 200 and a page in UTF-8.
    pub fn html(body: impl Into<Vec<u8>>) -> Self {
        Self::new("text/html; charset=utf-8", body)
    }

    /// A redirect.
    pub fn redirect(status: u16, location: &str) -> Self {
        Self::status(status).header("Location", location)
    }

    /// A body that is so many zeros when it is unpacked, and a thousandth of them before.
    pub fn bomb(bytes: u64) -> Self {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        io::copy(&mut io::repeat(0).take(bytes), &mut encoder).expect("memory takes it");
        let packed = encoder.finish().expect("memory takes it");
        Self::html(packed).header("Content-Encoding", "gzip")
    }

    /// A body without end, in one response without length.
    pub fn endless() -> Self {
        Self { manner: Manner::Endless, ..Self::html("<p>and on</p>\n".repeat(1 << 12)) }
    }

    /// Adds a field.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Names the version: who asks with it in `If-None-Match` gets 304.
    #[must_use]
    pub fn etag(self, etag: &str) -> Self {
        self.header("ETag", etag)
    }

    /// Dates the version: who asks with it in `If-Modified-Since` gets 304.
    #[must_use]
    pub fn modified(self, date: &str) -> Self {
        self.header("Last-Modified", date)
    }

    /// Sends the body in chunks of so many bytes.
    #[must_use]
    pub fn chunked(self, bytes: usize) -> Self {
        Self { manner: Manner::Chunked(bytes.max(1)), ..self }
    }

    /// Sends so many bytes of the body at a time, with a pause before each.
    #[must_use]
    pub fn slowly(self, bytes: usize, pause: Duration) -> Self {
        Self { manner: Manner::Slow(bytes.max(1), pause), ..self }
    }

    /// Tells a length that the body has not, sends the body, and ends the connection.
    #[must_use]
    pub fn promising(self, length: u64) -> Self {
        Self { manner: Manner::Promising(length), ..self }
    }

    /// Resets the connection after so many bytes of the body.
    #[must_use]
    pub fn reset_after(self, bytes: usize) -> Self {
        Self { manner: Manner::Reset(bytes), ..self }
    }

    /// This, or 304 where the client has it.
    fn to(self, request: &Request) -> Self {
        let has = |own: &str, asked: &str| {
            let asked = request.header(asked);
            asked.is_some() && field(&self.headers, own) == asked
        };
        let is_known = match request.header("If-None-Match") {
            Some(_) => has("ETag", "If-None-Match"),
            None => has("Last-Modified", "If-Modified-Since"),
        };
        if self.status != 200 || !is_known {
            return self;
        }
        let mut headers = self.headers;
        headers.retain(|(name, _)| !name.to_ascii_lowercase().starts_with("content-"));
        Self { status: 304, headers, body: Arc::default(), manner: Manner::Plain }
    }

    fn head(&self) -> String {
        let mut head = format!("HTTP/1.1 {} {}\r\n", self.status, reason(self.status));
        for (name, value) in &self.headers {
            head += &format!("{name}: {value}\r\n");
        }
        match self.manner {
            Manner::Chunked(_) => head += "Transfer-Encoding: chunked\r\n",
            Manner::Endless => head += "Connection: close\r\n",
            Manner::Promising(length) => {
                head += &format!("Content-Length: {length}\r\nConnection: close\r\n");
            }
            _ if matches!(self.status, 204 | 304) => {}
            _ => head += &format!("Content-Length: {}\r\n", self.body.len()),
        }
        head + "\r\n"
    }
}

impl Shared {
    /// A test that failed elsewhere is no reason to fail here.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits; an error when the server stops meanwhile.
    fn pause(&self, pause: Duration) -> io::Result<()> {
        let running = |state: &mut State| !state.stopping;
        let waited = self.changed.wait_timeout_while(self.lock(), pause, running);
        match waited.unwrap_or_else(PoisonError::into_inner).0.stopping {
            true => Err(io::ErrorKind::Interrupted.into()),
            false => Ok(()),
        }
    }

    /// Notes a request and finds its answer; the answer of a closure is made with nothing locked.
    fn answer(&self, request: &Request) -> (usize, Answer) {
        let mut state = self.lock();
        let visit = state.log.len();
        state.log.push(Visit {
            method: request.method.clone(),
            target: request.target.clone(),
            host: request.header("Host").map(str::to_owned),
            began: Instant::now(),
            ended: None,
            status: None,
        });
        let method = if request.method == "HEAD" { "GET" } else { &request.method };
        let mut key = (method.to_owned(), request.target.clone(), Some(request.body.clone()));
        if !state.scripts.contains_key(&key) {
            key.2 = None;
        }
        let scripted = state.scripts.get_mut(&key).map(Script::next);
        let answer = match (scripted, state.otherwise.clone()) {
            (Some(answer), _) => answer,
            (None, Some(generate)) => {
                drop(state);
                generate(request)
            }
            (None, None) => Answer::status(404),
        };
        (visit, answer.to(request))
    }
}

impl Script {
    fn next(&mut self) -> Answer {
        let answer = self.answers[self.given.min(self.answers.len() - 1)].clone();
        self.given += 1;
        answer
    }
}

fn field<'a>(headers: &'a [(String, String)], name: &str) -> Option<&'a str> {
    headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
}

fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        301 | 302 | 303 | 307 | 308 => "Moved",
        304 => "Not Modified",
        404 => "Not Found",
        429 => "Too Many Requests",
        _ => "Status",
    }
}

fn accept(listener: &TcpListener, shared: &Arc<Shared>) {
    for stream in listener.incoming() {
        let mut state = shared.lock();
        if state.stopping {
            return;
        }
        let Ok(stream) = stream else { continue };
        let Ok(other) = stream.try_clone() else { continue };
        let number = state.accepted;
        state.accepted += 1;
        state.connections.insert(number, other);
        drop(state);
        let shared = shared.clone();
        std::thread::spawn(move || {
            let _leaving = Leaving { shared: &shared, number };
            let _ = converse(stream, &shared); // a client may leave when it likes
        });
    }
}

/// Strikes a connection off the list, also where a closure of a test panics.
struct Leaving<'a> {
    shared: &'a Shared,
    number: u64,
}

impl Drop for Leaving<'_> {
    fn drop(&mut self) {
        self.shared.lock().connections.remove(&self.number);
        self.shared.changed.notify_all();
    }
}

/// Answers the requests of a connection until it ends.
fn converse(mut stream: TcpStream, shared: &Shared) -> io::Result<()> {
    stream.set_nodelay(true)?;
    while let Some(mut request) = read_head(&mut stream)? {
        let length = request.header("Content-Length").and_then(|length| length.parse().ok()).unwrap_or(0);
        // The last byte is still unread, and a socket that is closed with bytes unread resets the connection.
        if length > 0 {
            stream.read_exact(&mut [0])?;
            request.body = vec![0; length - 1];
            stream.read_exact(&mut request.body)?;
            let mut last = [0];
            stream.peek(&mut last)?;
            request.body.extend(last);
        }
        let (visit, answer) = shared.answer(&request);
        let goes_on = send(&mut stream, shared, &request, &answer);
        let mut state = shared.lock();
        state.log[visit].ended = Some(Instant::now());
        state.log[visit].status = Some(answer.status);
        drop(state);
        if !goes_on? {
            return Ok(());
        }
    }
    Ok(())
}

/// Reads all of a head but its last byte.
fn read_head(stream: &mut TcpStream) -> io::Result<Option<Request>> {
    let (mut head, mut seen) = (Vec::new(), [0; 4096]);
    loop {
        let known = head.len();
        let count = stream.peek(&mut seen)?;
        if count == 0 {
            return Ok(None);
        }
        head.extend_from_slice(&seen[..count]);
        let end = head.windows(4).position(|window| window == b"\r\n\r\n");
        let take = end.map_or(count, |end| end + 3 - known);
        stream.read_exact(&mut seen[..take])?;
        if let Some(end) = end {
            return Ok(parse(&head[..end]));
        }
    }
}

fn parse(head: &[u8]) -> Option<Request> {
    let head = String::from_utf8_lossy(head);
    let mut lines = head.split("\r\n");
    let mut words = lines.next()?.split(' ');
    let (method, target) = (words.next()?.to_owned(), words.next()?.to_owned());
    let headers = lines.filter_map(|line| line.split_once(':'));
    let headers = headers.map(|(name, value)| (name.to_owned(), value.trim().to_owned())).collect();
    Some(Request { method, target, headers, body: Vec::new() })
}

/// Sends an answer; whether the connection goes on after it.
fn send(stream: &mut TcpStream, shared: &Shared, request: &Request, answer: &Answer) -> io::Result<bool> {
    let mut head = answer.head().into_bytes();
    if let Manner::Reset(bytes) = answer.manner {
        head.extend_from_slice(&answer.body[..bytes.min(answer.body.len())]);
        stream.write_all(&head)?;
        return Ok(false);
    }
    stream.read_exact(&mut [0])?;
    if request.method == "HEAD" {
        stream.write_all(&head)?;
        return Ok(true);
    }
    match answer.manner {
        Manner::Plain | Manner::Promising(_) | Manner::Reset(_) => {
            head.extend_from_slice(&answer.body);
            stream.write_all(&head)?;
        }
        Manner::Chunked(bytes) => {
            for chunk in answer.body.chunks(bytes) {
                head.extend(format!("{:x}\r\n", chunk.len()).into_bytes());
                head.extend_from_slice(chunk);
                head.extend_from_slice(b"\r\n");
            }
            head.extend_from_slice(b"0\r\n\r\n");
            stream.write_all(&head)?;
        }
        Manner::Slow(bytes, pause) => {
            stream.write_all(&head)?;
            for piece in answer.body.chunks(bytes) {
                shared.pause(pause)?;
                stream.write_all(piece)?;
            }
        }
        Manner::Endless => {
            stream.write_all(&head)?;
            loop {
                stream.write_all(&answer.body)?;
            }
        }
    }
    let closes = request.header("Connection").is_some_and(|value| value.eq_ignore_ascii_case("close"));
    Ok(!closes && !matches!(answer.manner, Manner::Promising(_)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What comes back on a connection that is closed after the request; an error where it breaks.
    fn ask(server: &Server, request: &str) -> io::Result<String> {
        let mut stream = TcpStream::connect(server.address())?;
        stream.write_all(request.as_bytes())?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer)?;
        Ok(String::from_utf8_lossy(&answer).into_owned())
    }

    fn get(server: &Server, target: &str, more: &str) -> String {
        ask(server, &format!("GET {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{more}\r\n")).unwrap()
    }

    #[test]
    fn answers_follow_the_script() {
        let server = Server::start();
        server.get("/a?b", Answer::html("<p>one"));
        server.script("GET", "/later", [Answer::status(429).header("Retry-After", "7"), Answer::html("two")]);
        server.otherwise(|request| match request.target.strip_prefix("/day/") {
            Some(day) => Answer::html(format!("<a href=/day/{day}0>")),
            None => Answer::redirect(302, &request.target),
        });
        let one =
            "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: 6\r\n\r\n<p>one";
        assert_eq!(get(&server, "/a?b", ""), one);
        let later = get(&server, "/later", "");
        assert!(later.starts_with("HTTP/1.1 429 ") && later.contains("\r\nRetry-After: 7\r\n"), "{later}");
        assert!(get(&server, "/later", "").ends_with("\r\n\r\ntwo"));
        assert!(get(&server, "/later", "").ends_with("\r\n\r\ntwo"));
        assert!(get(&server, "/day/1", "").ends_with("<a href=/day/10>"));
        assert!(get(&server, "/round", "").contains("\r\nLocation: /round\r\n"));
        assert!(get(&Server::start(), "/", "").starts_with("HTTP/1.1 404 "));
    }

    #[test]
    fn a_version_that_the_client_has_is_not_sent_again() {
        let server = Server::start();
        let date = "Thu, 01 Jan 2026 00:00:00 GMT";
        server.get("/", Answer::html("body").etag("\"1\"").modified(date));
        for (asked, expected) in [
            ("If-None-Match: \"1\"\r\n".to_owned(), 304),
            ("If-None-Match: \"2\"\r\n".to_owned(), 200),
            (format!("If-None-Match: \"2\"\r\nIf-Modified-Since: {date}\r\n"), 200),
            (format!("If-Modified-Since: {date}\r\n"), 304),
            (String::new(), 200),
        ] {
            let answer = get(&server, "/", &asked);
            assert!(answer.starts_with(&format!("HTTP/1.1 {expected} ")), "{asked}{answer}");
            assert_eq!(answer.ends_with("body"), expected == 200);
            assert!(answer.contains("\r\nETag: \"1\"\r\n"));
        }
    }

    #[test]
    fn a_post_is_known_by_its_body() {
        let server = Server::start();
        server.post("/", None, Answer::html("any"));
        server.post("/", Some(b"page=2"), Answer::html("second"));
        for (body, expected) in [("page=1", "any"), ("page=2", "second"), ("", "any")] {
            let length = body.len();
            let head = format!("POST / HTTP/1.1\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n");
            assert!(ask(&server, &(head + body)).unwrap().ends_with(expected), "{body}");
        }
    }

    #[test]
    fn one_connection_serves_many_and_all_is_noted() {
        let server = Server::start();
        server.get("/a", Answer::html("one"));
        server.get("/b", Answer::html("two").chunked(2));
        let before = Instant::now();
        let requests = "GET /a HTTP/1.1\r\nHost: x\r\n\r\nHEAD /a HTTP/1.1\r\n\r\n\
                        GET /b HTTP/1.1\r\nhost: y:1\r\nConnection: close\r\n\r\n";
        let answers = ask(&server, requests).unwrap();
        assert_eq!(answers.matches("HTTP/1.1 200 OK\r\n").count(), 3);
        assert_eq!(answers.matches("one").count(), 1);
        assert!(answers.ends_with("\r\n\r\n2\r\ntw\r\n1\r\no\r\n0\r\n\r\n"), "{answers}");
        let log = server.log();
        let told: Vec<_> = log
            .iter()
            .map(|visit| (visit.method.as_str(), visit.target.as_str(), visit.host.as_deref()))
            .collect();
        assert_eq!(told, [("GET", "/a", Some("x")), ("HEAD", "/a", None), ("GET", "/b", Some("y:1"))]);
        assert!(log.windows(2).all(|pair| pair[0].ended.unwrap() <= pair[1].began));
        assert!(before <= log[0].began && log[0].status == Some(200));
        assert_eq!((server.visits("/a"), server.visits("/c")), (2, 0));
    }

    #[test]
    fn it_misbehaves_as_told() {
        let server = Server::start();
        server.get("/long", Answer::html("short").promising(1_000));
        server.get("/reset", Answer::html("x".repeat(100)).reset_after(10));
        server.get("/slow", Answer::html("slow").slowly(2, Duration::from_millis(20)));
        server.get("/bomb", Answer::bomb(1 << 20));
        let long = get(&server, "/long", "");
        assert!(long.contains("Content-Length: 1000\r\n") && long.ends_with("\r\n\r\nshort"), "{long}");
        let reset = ask(&server, "GET /reset HTTP/1.1\r\n\r\n").unwrap_err();
        assert_eq!(reset.kind(), io::ErrorKind::ConnectionReset);
        let posted = "POST /reset HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc";
        server.post("/reset", None, Answer::html("x").reset_after(0));
        assert_eq!(ask(&server, posted).unwrap_err().kind(), io::ErrorKind::ConnectionReset);
        assert!(get(&server, "/slow", "").ends_with("slow"));
        let slow = server.log().pop().unwrap();
        assert!(slow.ended.unwrap() - slow.began >= Duration::from_millis(40));
        let mut stream = TcpStream::connect(server.address()).unwrap();
        stream.write_all(b"GET /bomb HTTP/1.1\r\nConnection: close\r\n\r\n").unwrap();
        let mut bomb = Vec::new();
        stream.read_to_end(&mut bomb).unwrap();
        assert!(bomb.len() < 1 << 12);
        let body = bomb.windows(4).position(|window| window == b"\r\n\r\n").unwrap() + 4;
        let mut zeros = Vec::new();
        flate2::read::GzDecoder::new(&bomb[body..]).read_to_end(&mut zeros).unwrap();
        assert_eq!(zeros, vec![0; 1 << 20]);
    }

    #[test]
    fn it_stops_in_the_middle_of_anything() {
        let server = Server::start();
        server.get("/endless", Answer::endless());
        server.get("/slow", Answer::html("slow").slowly(1, Duration::from_secs(3_600)));
        let mut streams = Vec::new();
        for request in ["GET /endless HTTP/1.1\r\n\r\n", "GET /slow HTTP/1.1\r\n\r\n", "GET /ha"] {
            let mut stream = TcpStream::connect(server.address()).unwrap();
            stream.write_all(request.as_bytes()).unwrap();
            if !request.ends_with("ha") {
                stream.read_exact(&mut [0; 20]).unwrap();
            }
            streams.push(stream);
        }
        streams[0].read_exact(&mut vec![0; 10 << 20]).unwrap();
        let address = server.address();
        drop(server);
        assert!(TcpStream::connect(address).is_err());
    }
}
