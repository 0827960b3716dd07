use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use url::Url;

use super::site::Site;

/// What is said of a path that leads nowhere.
const NOTHING_HERE: &[u8] = b"There is nothing here.\n";

/// How long a request may be, and how long it may take to come.
const LONGEST: usize = 16 << 10;
const PATIENCE: Duration = Duration::from_secs(5);

/// Serves a site on this machine alone, one request after the other, until it is dropped.
pub struct Server {
    address: SocketAddr,
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

struct Shared {
    site: Mutex<Site>,
    /// Bytes of bodies.
    sent: AtomicU64,
    ends: AtomicBool,
}

impl Server {
    /// Begins to serve, on a port of the system's choice.
    ///
    /// # Errors
    ///
    /// The system gives no port or no thread.
    pub fn start(site: Site) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared {
            site: Mutex::new(site),
            sent: AtomicU64::new(0),
            ends: AtomicBool::new(false),
        });
        let served = Arc::clone(&shared);
        let thread = std::thread::Builder::new().name("demo server".into()).spawn(move || {
            for stream in listener.incoming() {
                if served.ends.load(Ordering::Acquire) {
                    break;
                }
                // Who hangs up in the middle is no concern of the others.
                let _ = stream.and_then(|stream| answer(stream, &served));
            }
        })?;
        Ok(Self { address, shared, thread: Some(thread) })
    }

    /// Where it is.
    pub fn base(&self) -> Url {
        Url::parse(&format!("http://{}/", self.address)).expect("an address makes a URL")
    }

    /// Serves another site from now on.
    pub fn serve(&self, site: Site) {
        *self.shared.site.lock().unwrap_or_else(PoisonError::into_inner) = site;
    }

    /// How many bytes of bodies it has sent.
    pub fn sent(&self) -> u64 {
        self.shared.sent.load(Ordering::Acquire)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.shared.ends.store(true, Ordering::Release);
        // It waits for a request: this is the last one.
        if TcpStream::connect(self.address).is_ok()
            && let Some(thread) = self.thread.take()
        {
            let _ = thread.join();
        }
    }
}

fn answer(mut stream: TcpStream, shared: &Shared) -> io::Result<()> {
    stream.set_read_timeout(Some(PATIENCE))?;
    let mut head = Vec::new();
    while !head.windows(4).any(|end| end == b"\r\n\r\n") {
        let mut part = [0; 2048];
        let count = stream.read(&mut part)?;
        if count == 0 || head.len() > LONGEST {
            return Ok(());
        }
        head.extend_from_slice(&part[..count]);
    }
    let head = String::from_utf8_lossy(&head);
    let path = head.split(' ').nth(1).unwrap_or_default();
    let known = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("if-none-match").then(|| value.trim())
    });
    let site = shared.site.lock().unwrap_or_else(PoisonError::into_inner);
    let (status, headers, body) = match site.page(path) {
        Some(page) if known == Some(page.etag.as_str()) => {
            ("304 Not Modified", format!("ETag: {}\r\n", page.etag), &[][..])
        }
        Some(page) => {
            let headers = format!(
                "ETag: {}\r\nContent-Type: {}\r\nContent-Length: {}\r\n",
                page.etag,
                page.content_type,
                page.body.len()
            );
            ("200 OK", headers, page.body.as_slice())
        }
        None => ("404 Not Found", format!("Content-Length: {}\r\n", NOTHING_HERE.len()), NOTHING_HERE),
    };
    shared.sent.fetch_add(body.len() as u64, Ordering::AcqRel);
    let head = format!("HTTP/1.1 {status}\r\n{headers}Connection: close\r\n\r\n");
    stream.write_all(&[head.as_bytes(), body].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(server: &Server, request: &str) -> String {
        let mut stream = TcpStream::connect(server.address).expect("it listens");
        stream.write_all(request.as_bytes()).expect("it takes a request");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("it answers and hangs up");
        answer
    }

    #[test]
    fn it_knows_what_was_sent_and_ends_with_its_owner() {
        let server = Server::start(Site::first()).unwrap();
        assert!(server.address.ip().is_loopback());
        let answer = ask(&server, "GET /feed.xml HTTP/1.1\r\n\r\n");
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        assert_eq!(server.sent(), body.len() as u64);
        let etag = head.lines().find_map(|line| line.strip_prefix("ETag: ")).unwrap();
        let again = format!("GET /feed.xml HTTP/1.1\r\nif-none-match: {etag}\r\n\r\n");
        assert!(ask(&server, &again).starts_with("HTTP/1.1 304 "));
        assert_eq!(server.sent(), body.len() as u64, "that had no body");
        assert!(ask(&server, "GET /absent HTTP/1.1\r\n\r\n").starts_with("HTTP/1.1 404 "));
        server.serve(Site::later());
        assert!(ask(&server, &again).starts_with("HTTP/1.1 200 "));

        let address = server.address;
        drop(server);
        assert!(TcpStream::connect(address).is_err());
    }
}
