use std::io::{self, Read};
use std::net::TcpStream;
use std::time::Instant;

/// A request as it came.
#[derive(Debug, Clone)]
pub struct Request {
    /// When its head had come.
    pub at: Instant,
    /// As on the request line.
    pub method: String,
    /// Path and query; the whole URL where a proxy is asked.
    pub target: String,
    /// Request line and header, up to and with the blank line.
    pub head: String,
    /// As much as `Content-Length` says.
    pub body: String,
    /// The status with which a page was answered; 0 for what was written byte by byte.
    pub status: u16,
}

impl Request {
    /// The first value of a field, whose name may be in any case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut fields = self.head.lines().skip(1).filter_map(|line| line.split_once(':'));
        fields.find(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
    }

    /// Takes a request off a connection, all but its last byte.
    pub(crate) fn read(mut stream: &TcpStream) -> io::Result<Self> {
        let (mut head, mut byte) = (Vec::new(), [0]);
        while !head.ends_with(b"\r\n\r") {
            stream.read_exact(&mut byte)?;
            head.push(byte[0]);
        }
        let at = Instant::now();
        head.push(b'\n');
        let head = String::from_utf8_lossy(&head).into_owned();
        let mut words = head.split(' ').map(str::to_owned);
        let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        let mut request = Self { at, method, target, head, body: String::new(), status: 0 };
        let length = request.header("content-length").and_then(|value| value.parse().ok()).unwrap_or(0);
        if length > 0 {
            stream.read_exact(&mut byte)?;
            let mut body = vec![0; length];
            stream.read_exact(&mut body[..length - 1])?;
            stream.peek(&mut body[length - 1..])?;
            request.body = String::from_utf8_lossy(&body).into_owned();
        }
        Ok(request)
    }
}
