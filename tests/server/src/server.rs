use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::thread::JoinHandle;
use std::time::Duration;

use crate::reply::{Reply, written};
use crate::request::Request;

/// An HTTP/1.1 server on a port of its own, with a thread for each connection.
///
/// When it is dropped, every connection ends with it, whatever it was sending,
/// and no thread is left. It panics then where an answer has panicked.
pub struct Server {
    address: SocketAddr,
    shared: Arc<Shared>,
    acceptor: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    /// Told when the log grows and when the server stops.
    changed: Condvar,
}

#[derive(Default)]
struct State {
    asked: Vec<Request>,
    /// The connection itself belongs to its thread, and closes with it.
    connections: Vec<Weak<TcpStream>>,
    is_stopping: bool,
}

type Answer = dyn Fn(&Request, usize) -> Reply + Send + Sync;

impl Server {
    /// Answers each request; beside it stands how often the same was asked before.
    pub fn start(answer: impl Fn(&Request, usize) -> Reply + Send + Sync + 'static) -> Self {
        Self::start_at("127.0.0.1", answer)
    }

    /// Listens on another address of this machine.
    pub fn start_at(host: &str, answer: impl Fn(&Request, usize) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind((host, 0)).expect("loopback gives a port");
        let address = listener.local_addr().expect("a listener has an address");
        let shared = Arc::new(Shared::default());
        let known = Arc::clone(&shared);
        let acceptor = std::thread::spawn(move || accept(&listener, &known, &answer));
        Self { address, shared, acceptor: Some(acceptor) }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The URL of a target; with an empty one, that of the site.
    pub fn url(&self, target: &str) -> String {
        format!("http://{}{target}", self.address)
    }

    /// All that was asked so far, in the order in which it came.
    pub fn asked(&self) -> Vec<Request> {
        self.shared.lock().asked.clone()
    }

    /// The targets asked for, but for robots.txt, in their order.
    pub fn pages(&self) -> Vec<String> {
        let pages = self.asked().into_iter().filter(|request| request.target != "/robots.txt");
        pages.map(|request| request.target).collect()
    }

    /// Empties the log: nothing counts as asked before.
    pub fn forget(&self) {
        self.shared.lock().asked.clear();
    }

    /// Returns when so many requests have come in all, or the time is over.
    pub fn wait_for(&self, count: usize, most: Duration) {
        let is_short = |state: &mut State| state.asked.len() < count;
        drop(self.shared.changed.wait_timeout_while(self.shared.lock(), most, is_short));
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let mut state = self.shared.lock();
        state.is_stopping = true;
        for stream in state.connections.iter().filter_map(Weak::upgrade) {
            let _ = stream.shutdown(Shutdown::Both); // it may have ended by itself
        }
        drop(state);
        self.shared.changed.notify_all();
        let _ = TcpStream::connect(self.address); // wakes the acceptor
        let ended = self.acceptor.take().map(JoinHandle::join);
        assert!(std::thread::panicking() || matches!(ended, Some(Ok(()))), "an answer has panicked");
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes a request: its place in the log, and how often the same was asked before.
    fn note(&self, request: &Request) -> (usize, usize) {
        let asked = &mut self.lock().asked;
        let is_same = |other: &&Request| (&other.target, &other.body) == (&request.target, &request.body);
        let before = asked.iter().filter(is_same).count();
        asked.push(request.clone());
        self.changed.notify_all();
        (asked.len() - 1, before)
    }

    /// Waits; an error when the server stops meanwhile.
    fn pause(&self, pause: Duration) -> io::Result<()> {
        let is_running = |state: &mut State| !state.is_stopping;
        let waited = self.changed.wait_timeout_while(self.lock(), pause, is_running);
        match waited.unwrap_or_else(PoisonError::into_inner).0.is_stopping {
            true => Err(io::ErrorKind::Interrupted.into()),
            false => Ok(()),
        }
    }
}

/// Takes connections until the server stops; returns when all of them have ended.
fn accept(listener: &TcpListener, shared: &Shared, answer: &Answer) {
    std::thread::scope(|scope| {
        for stream in listener.incoming().flatten() {
            let mut state = shared.lock();
            if state.is_stopping {
                return;
            }
            let stream = Arc::new(stream);
            state.connections.push(Arc::downgrade(&stream));
            drop(state);
            // An error means that the asker has gone, which some tests want it to.
            scope.spawn(move || drop(converse(&stream, shared, answer)));
        }
    });
}

/// Answers the requests of a connection until one of the two sides ends it.
fn converse(mut stream: &TcpStream, shared: &Shared, answer: &Answer) -> io::Result<()> {
    stream.set_nodelay(true)?;
    loop {
        let request = Request::read(stream)?;
        let (place, before) = shared.note(&request);
        let reply = answer(&request, before);
        // The last byte is still there, and a socket that is closed over unread bytes resets its connection.
        if !matches!(reply, Reply::Reset(_)) {
            stream.read_exact(&mut [0])?;
        }
        match reply {
            Reply::Page { status, headers, body } => {
                let (status, bytes) = written(&request, status, headers, &body);
                // Noted first, so that whoever has the answer finds it in the log.
                if let Some(noted) = shared.lock().asked.get_mut(place) {
                    noted.status = status;
                }
                stream.write_all(&bytes)?;
            }
            Reply::Keep(bytes) => stream.write_all(&bytes)?,
            Reply::Slow(bytes, pause) => {
                for piece in bytes.chunks(bytes.len().div_ceil(8).max(1)) {
                    shared.pause(pause)?;
                    stream.write_all(piece)?;
                }
            }
            Reply::Close(bytes) | Reply::Reset(bytes) => return stream.write_all(&bytes),
            Reply::Silence(bytes) => {
                stream.write_all(&bytes)?;
                return stream.read_exact(&mut [0]);
            }
            Reply::Endless(bytes) => {
                stream.write_all(&bytes)?;
                loop {
                    stream.write_all(&[b' '; 1 << 16])?;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    const LATEST: Duration = Duration::from_secs(20);

    fn connect(server: &Server, request: &str) -> TcpStream {
        let mut stream = TcpStream::connect(server.address()).expect("it listens");
        stream.write_all(request.as_bytes()).expect("it takes a request");
        stream
    }

    /// What comes back until the connection ends; an error where it breaks.
    fn ask(server: &Server, request: &str) -> io::Result<String> {
        let (mut stream, mut answer) = (connect(server, request), Vec::new());
        stream.read_to_end(&mut answer)?;
        Ok(String::from_utf8_lossy(&answer).into_owned())
    }

    /// What comes back while the connection stays open, up to these words.
    fn ask_until(server: &Server, request: &str, end: &str) -> String {
        let (mut stream, mut answer) = (connect(server, request), Vec::new());
        while !answer.ends_with(end.as_bytes()) {
            let mut byte = [0];
            stream.read_exact(&mut byte).expect("it goes on");
            answer.push(byte[0]);
        }
        String::from_utf8(answer).expect("it is text")
    }

    #[test]
    fn all_is_noted_in_its_order() {
        let began = Instant::now();
        let server = Server::start(|request, before| match (request.target.as_str(), before) {
            ("/a", 0) => Reply::status(429).with("Retry-After", "7"),
            ("/a", _) => Reply::page("second"),
            _ => Reply::Close(b"end".to_vec()),
        });
        let requests = [
            "GET /a HTTP/1.1\r\nHost: x\r\nX-Empty:\r\n\r\n",
            "POST /a HTTP/1.1\r\ncontent-length: 8\r\n\r\npage=\r\n\r",
            "GET /a HTTP/1.1\r\n\r\n",
            "GET /robots.txt HTTP/1.1\r\n\r\n",
        ];
        let answers = ask(&server, &requests.concat()).unwrap();
        assert_eq!(
            answers.matches("HTTP/1.1 429 Said\r\nRetry-After: 7\r\nETag: ").count(),
            2,
            "by its body"
        );
        assert!(answers.ends_with("\r\nContent-Length: 6\r\n\r\nsecondend"), "{answers}");
        let asked = server.asked();
        let wire: String = asked.iter().map(|request| request.head.clone() + &request.body).collect();
        assert_eq!(wire, requests.concat());
        let told = asked.iter().map(|request| (request.method.as_str(), request.status));
        assert_eq!(told.collect::<Vec<_>>(), [("GET", 429), ("POST", 429), ("GET", 200), ("GET", 0)]);
        assert_eq!((asked[0].header("host"), asked[0].header("X-EMPTY")), (Some("x"), Some("")));
        assert!(began <= asked[0].at && asked.is_sorted_by_key(|request| request.at));
        assert_eq!(server.pages(), ["/a", "/a", "/a"]);
        server.forget();
        assert!(server.asked().is_empty());
    }

    #[test]
    fn a_page_that_the_client_has_is_not_sent_again() {
        const DATE: &str = "Thu, 01 Jan 2026 00:00:00 GMT";
        let server = Server::start(|request, _| match request.target.as_str() {
            "/tagged" => Reply::page("body").with("ETag", "\"1\"").with("Last-Modified", DATE),
            "/dated" => Reply::page("body").with("Last-Modified", DATE),
            "/gone" => Reply::status(404).with("ETag", "\"1\""),
            "/end" => Reply::Close(Vec::new()),
            _ => Reply::page("body"),
        });
        let get = |target: &str, asked: &str| {
            let request = format!("GET {target} HTTP/1.1\r\n{asked}\r\nGET /end HTTP/1.1\r\n\r\n");
            ask(&server, &request).unwrap()
        };
        let plain = get("/plain", "");
        let tag = plain.lines().find_map(|line| line.strip_prefix("ETag: ")).expect("it has one");
        let since = format!("If-Modified-Since: {DATE}\r\n");
        for (target, asked, status) in [
            ("/plain", format!("if-none-match: {tag}\r\n"), 304),
            ("/plain", "If-None-Match: \"2\"\r\n".to_owned(), 200),
            ("/tagged", "If-None-Match: \"1\"\r\n".to_owned(), 304),
            ("/tagged", format!("If-None-Match: \"2\"\r\n{since}"), 200),
            ("/tagged", since.clone(), 304),
            ("/dated", since, 304),
            ("/dated", String::new(), 200),
            ("/gone", "If-None-Match: \"1\"\r\n".to_owned(), 404),
        ] {
            let answer = get(target, &asked);
            assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{target} {asked}{answer}");
            assert_eq!(answer.ends_with("\r\n\r\nbody"), status == 200, "{answer}");
            assert_eq!(answer.matches("ETag: ").count(), usize::from(target != "/dated"), "{answer}");
        }
    }

    #[test]
    fn a_reset_is_one_and_a_close_never() {
        let server = Server::start(|request, _| match request.target.as_str() {
            "/reset" => Reply::Reset(b"half".to_vec()),
            _ => Reply::Close(b"half".to_vec()),
        });
        for rest in [" HTTP/1.1\r\n\r\n", " HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc"] {
            for _ in 0..50 {
                let error = ask(&server, &format!("POST /reset{rest}")).unwrap_err();
                assert_eq!(error.kind(), io::ErrorKind::ConnectionReset);
                assert_eq!(ask(&server, &format!("POST /close{rest}")).unwrap(), "half");
            }
        }
        assert_eq!(server.asked()[101].body, "abc");
    }

    #[test]
    fn pages_come_slowly_or_in_chunks_or_with_another_length() {
        let pause = Duration::from_millis(5);
        let server = Server::start(move |request, _| match request.target.as_str() {
            "/slow" => Reply::slow("slow", pause),
            "/chunked" => Reply::chunked("two", 2),
            _ => Reply::page("short").with("Content-Length", "1000"),
        });
        let began = Instant::now();
        ask_until(&server, "GET /slow HTTP/1.1\r\n\r\n", "\r\n\r\nslow");
        assert!(began.elapsed() >= 5 * pause);
        let chunked = "Transfer-Encoding: chunked\r\n\r\n2\r\ntw\r\n1\r\no\r\n0\r\n\r\n";
        ask_until(&server, "GET /chunked HTTP/1.1\r\n\r\n", chunked);
        let short = ask_until(&server, "GET / HTTP/1.1\r\n\r\n", "\r\n\r\nshort");
        assert_eq!(short.matches("Content-Length: ").count(), 1);
    }

    #[test]
    fn it_stops_in_the_middle_of_anything() {
        let server = Server::start_at("127.0.0.2", |request, _| match request.target.as_str() {
            "/endless" => Reply::Endless(b"and on".to_vec()),
            "/silence" => Reply::Silence(b"and".to_vec()),
            _ => Reply::slow("slow", Duration::from_secs(3_600)),
        });
        assert!(server.url("/a").starts_with("http://127.0.0.2:"));
        let requests =
            ["/endless", "/silence", "/slow"].map(|target| format!("GET {target} HTTP/1.1\r\n\r\n"));
        let mut streams = requests.map(|request| connect(&server, &request));
        let _unfinished = connect(&server, "GET /unfin");
        server.wait_for(3, LATEST);
        assert_eq!(server.asked().len(), 3);
        streams[0].read_exact(&mut vec![0; 10 << 20]).unwrap();
        streams[1].read_exact(&mut [0; 3]).unwrap();
        let address = server.address();
        drop(server);
        assert_eq!(streams[1].read(&mut [0]).unwrap(), 0);
        assert!(TcpStream::connect(address).is_err());
    }

    #[test]
    #[should_panic(expected = "an answer has panicked")]
    fn an_answer_that_panics_is_told() {
        let server = Server::start(|request, _| panic!("{} has no answer", request.target));
        assert_eq!(
            ask(&server, "GET /a HTTP/1.1\r\n\r\n").map_err(|error| error.kind()),
            Err(io::ErrorKind::ConnectionReset)
        );
    }
}
