use sha2::{Digest, Sha256};

use crate::warc::hexadecimal;

/// What came in, before it has a place in the archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payload {
    /// What the bytes are.
    pub kind: PayloadKind,
    /// The record's target: a `file:` name with its part, or a URL.
    pub target: String,
    /// What groups captures that came in together: the parts of one file.
    pub origin: String,
    /// How the capture is to be read, for the reader of captures; one line.
    pub reading: String,
    /// The bytes as they came.
    pub bytes: Vec<u8>,
}

/// What the bytes of a payload are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PayloadKind {
    /// An imported file, or a part of one.
    File,
    /// An HTTP response: status line, header, body.
    Response,
    /// The head of an HTTP response whose body is that of an earlier one, or was not sent again (304).
    Revisit,
    /// Why a request got no answer, in words.
    Failure,
}

impl Payload {
    /// SHA-256 of the bytes as they came, without the head of a response; in hexadecimal.
    pub fn digest(&self) -> String {
        hexadecimal(&Sha256::digest(self.body()))
    }

    /// The bytes without the head of a response.
    pub fn body(&self) -> &[u8] {
        match self.kind {
            PayloadKind::File | PayloadKind::Failure => &self.bytes,
            PayloadKind::Response | PayloadKind::Revisit => &self.bytes[self.head().len()..],
        }
    }

    /// The status line and header of a response, with the empty line that ends them; nothing of a file.
    pub fn head(&self) -> &[u8] {
        match self.kind {
            PayloadKind::File | PayloadKind::Failure => &[],
            PayloadKind::Response | PayloadKind::Revisit => {
                let end = self.bytes.windows(4).position(|window| window == b"\r\n\r\n");
                &self.bytes[..end.map_or(self.bytes.len(), |end| end + 4)]
            }
        }
    }

    /// The status of a response; `None` where its first line tells none.
    pub fn status(&self) -> Option<u16> {
        let line = self.head().split(|byte| *byte == b'\r').next()?;
        let status = line.split(|byte| *byte == b' ').nth(1).filter(|status| status.len() == 3)?;
        std::str::from_utf8(status).ok()?.parse().ok()
    }

    /// The media type of a response, without parameters and in small letters.
    pub fn mime(&self) -> Option<String> {
        let mime = self.header("content-type")?.split(';').next().unwrap_or_default().trim();
        (!mime.is_empty()).then(|| mime.to_ascii_lowercase())
    }

    /// The first value of a field of a response's header, in any case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let head = self.head().split(|byte| *byte == b'\n').skip(1);
        head.filter_map(|line| std::str::from_utf8(line).ok()?.split_once(':'))
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.trim())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_response_is_head_and_body() {
        let mut payload = Payload {
            kind: PayloadKind::Response,
            target: "http://a.example/".into(),
            origin: String::new(),
            reading: String::new(),
            bytes:
                b"HTTP/1.1 200 OK\r\nContent-Type: Text/HTML; charset=x\r\nX: a\r\nx: b\r\n\r\n<p>\r\n\r\n"
                    .to_vec(),
        };
        assert_eq!(payload.body(), b"<p>\r\n\r\n");
        assert_eq!((payload.status(), payload.header("x")), (Some(200), Some("a")));
        assert_eq!(payload.mime().as_deref(), Some("text/html"));
        for (bytes, status) in [
            ("", None),
            ("HTTP/1.1 20", None),
            ("HTTP/1.0 404 \r\n", Some(404)),
            ("HTTP/2 200\r\n", Some(200)),
            ("x\r\n\r\n", None),
        ] {
            payload.bytes = bytes.into();
            assert_eq!((payload.status(), payload.header("x")), (status, None), "{bytes}");
        }
        payload.kind = PayloadKind::File;
        assert_eq!((payload.head(), payload.body()), (&b""[..], &b"x\r\n\r\n"[..]));
    }
}
