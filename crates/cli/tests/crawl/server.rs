//! A web server on loopback that answers as a test wants it, and remembers what it was asked.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::{Duration, Instant};

/// A request as it came.
#[derive(Debug, Clone)]
pub struct Request {
    /// When its head had come.
    pub at: Instant,
    pub method: String,
    /// Path and query.
    pub target: String,
    /// All of its header, for a look at one field.
    pub head: String,
    pub body: String,
    /// The status of the answer; 0 where none was sent whole.
    pub status: u16,
}

/// What the server does.
pub enum Reply {
    /// A page. Without an `ETag` of its own it gets one, and one that the asker knows is not sent again.
    Page { status: u16, headers: Vec<(&'static str, String)>, body: Vec<u8> },
    /// Sends these bytes in eight pieces, with a pause before each.
    Slow(Vec<u8>, Duration),
    /// Sends these bytes and closes the connection.
    Close(Vec<u8>),
    /// Sends these bytes and resets the connection.
    Reset(Vec<u8>),
    /// Sends these bytes and falls silent until the other side goes away.
    Silence(Vec<u8>),
    /// Sends these bytes, then blanks until nobody takes them.
    Endless(Vec<u8>),
}

/// A server that lives as long as its test.
pub struct Server {
    pub address: SocketAddr,
    log: Arc<Log>,
}

#[derive(Default)]
struct Log {
    asked: Mutex<Vec<Request>>,
    grown: Condvar,
}

type Answer = dyn Fn(&Request, usize) -> Reply + Send + Sync;

impl Server {
    /// Answers each request; beside it stands how often the same was asked before.
    pub fn start(answer: impl Fn(&Request, usize) -> Reply + Send + Sync + 'static) -> Self {
        Self::start_at("127.0.0.1", answer)
    }

    /// Another address of this machine.
    pub fn start_at(host: &str, answer: impl Fn(&Request, usize) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind((host, 0)).expect("loopback gives a port");
        let address = listener.local_addr().expect("a listener has an address");
        let log = Arc::new(Log::default());
        let (kept, answer) = (Arc::clone(&log), Arc::new(answer));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (log, answer) = (Arc::clone(&kept), Arc::clone(&answer));
                // An error means that the asker has gone, which some tests want it to.
                std::thread::spawn(move || drop(talk(stream, &log, &*answer)));
            }
        });
        Self { address, log }
    }

    /// For `--from-base`.
    pub fn base(&self) -> String {
        format!("http://{}", self.address)
    }

    /// All that was asked so far.
    pub fn asked(&self) -> Vec<Request> {
        self.log.lock().clone()
    }

    /// The targets asked for, but for robots.txt, in their order.
    pub fn pages(&self) -> Vec<String> {
        let pages = self.asked().into_iter().filter(|request| request.target != "/robots.txt");
        pages.map(|request| request.target).collect()
    }

    /// What is asked from now on stands alone in the log.
    pub fn forget(&self) {
        self.log.lock().clear();
    }

    /// Returns when so many requests have come in all, or the time is over.
    pub fn wait_for(&self, count: usize, most: Duration) {
        let asked = self.log.lock();
        let is_short = |asked: &mut Vec<Request>| asked.len() < count;
        drop(self.log.grown.wait_timeout_while(asked, most, is_short).expect("no test panics with the log"));
    }
}

impl Log {
    fn lock(&self) -> MutexGuard<'_, Vec<Request>> {
        self.asked.lock().expect("no test panics with the log")
    }
}

impl Reply {
    pub fn page(body: impl Into<Vec<u8>>) -> Self {
        Self::Page { status: 200, headers: Vec::new(), body: body.into() }
    }

    pub fn status(status: u16) -> Self {
        Self::Page { status, headers: Vec::new(), body: format!("<p>{status}</p>").into_bytes() }
    }

    /// A page in eight pieces, with a pause before each.
    pub fn slow(body: impl AsRef<[u8]>, pause: Duration) -> Self {
        let body = body.as_ref();
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", body.len());
        Self::Slow([head.as_bytes(), body].concat(), pause)
    }

    pub fn redirect(to: impl Into<String>) -> Self {
        Self::Page { status: 302, headers: vec![("Location", to.into())], body: Vec::new() }
    }

    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        if let Self::Page { headers, .. } = &mut self {
            headers.push((name, value.into()));
        }
        self
    }
}

fn talk(mut stream: TcpStream, log: &Log, answer: &Answer) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    loop {
        // The last byte of the head stays unread until it is clear that the connection is not to be reset:
        // a socket that is closed over unread bytes makes the system send a reset.
        let mut head = Vec::new();
        let mut byte = [0];
        while !head.ends_with(b"\r\n\r") {
            stream.read_exact(&mut byte)?;
            head.push(byte[0]);
        }
        let head = String::from_utf8_lossy(&head).into_owned();
        let mut words = head.split(' ').map(str::to_owned);
        let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        let length = field(&head, "content-length").and_then(|value| value.parse().ok()).unwrap_or(0);
        let mut request =
            Request { at: Instant::now(), method, target, head, body: String::new(), status: 0 };
        if length > 0 {
            let mut body = vec![0; length + 1];
            stream.read_exact(&mut body)?;
            request.body = String::from_utf8_lossy(&body[1..]).into_owned();
        }
        let (place, before) = {
            let mut asked = log.lock();
            let is_same = |other: &&Request| (&other.target, &other.body) == (&request.target, &request.body);
            let before = asked.iter().filter(is_same).count();
            asked.push(request.clone());
            log.grown.notify_all();
            (asked.len() - 1, before)
        };
        let reply = answer(&request, before);
        if length == 0 && !matches!(reply, Reply::Reset(_)) {
            stream.read_exact(&mut byte)?;
        }
        match reply {
            Reply::Page { status, headers, body } => {
                let (status, bytes) = written(&request, status, &headers, &body);
                // Noted first, so that whoever has the answer finds it in the log.
                if let Some(noted) = log.lock().get_mut(place) {
                    noted.status = status;
                }
                stream.write_all(&bytes)?;
            }
            Reply::Slow(bytes, pause) => {
                for piece in bytes.chunks(bytes.len().div_ceil(8)) {
                    std::thread::sleep(pause); // it is slow, and nobody waits for it but the crawl
                    stream.write_all(piece)?;
                }
            }
            Reply::Close(bytes) | Reply::Reset(bytes) => return stream.write_all(&bytes),
            Reply::Silence(bytes) => {
                stream.write_all(&bytes)?;
                return stream.read_exact(&mut byte);
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

/// The whole answer, for one write.
fn written(request: &Request, status: u16, headers: &[(&str, String)], body: &[u8]) -> (u16, Vec<u8>) {
    let mut hasher = DefaultHasher::new();
    body.hash(&mut hasher);
    let tag = format!("\"{:x}\"", hasher.finish());
    let is_known = status == 200 && field(&request.head, "if-none-match") == Some(&tag);
    let (status, body) = if is_known { (304, [].as_slice()) } else { (status, body) };
    let mut head = format!("HTTP/1.1 {status} Said\r\nETag: {tag}\r\n");
    for (name, value) in headers {
        head += &format!("{name}: {value}\r\n");
    }
    if !headers.iter().any(|(name, _)| *name == "Content-Length") && status != 304 {
        head += &format!("Content-Length: {}\r\n", body.len());
    }
    let bytes = [head.as_bytes(), b"\r\n", body].concat();
    (status, bytes)
}

/// A field of a header.
fn field<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    let mut fields = head.lines().filter_map(|line| line.split_once(": "));
    fields.find(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
}
