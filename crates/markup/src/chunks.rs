use std::borrow::Cow;

/// A body with the transfer coding `chunked` taken off; `said` is the value of `Transfer-Encoding`.
///
/// Some programs archive the chunks as they came, others join them and leave
/// the header as it was. So a body is joined only where all of it is chunks, from the
/// first byte on; one that breaks off inside a chunk is joined as far as it goes.
/// Anything else is returned as it is. Never longer than what came.
pub fn joined<'a>(said: Option<&str>, body: &'a [u8]) -> Cow<'a, [u8]> {
    let mut codings = said.unwrap_or_default().split(',').map(str::trim);
    if !codings.any(|coding| coding.eq_ignore_ascii_case("chunked")) {
        return Cow::Borrowed(body);
    }
    chunks(body).map_or(Cow::Borrowed(body), Cow::Owned)
}

fn chunks(body: &[u8]) -> Option<Vec<u8>> {
    let mut whole = Vec::with_capacity(body.len());
    let mut rest = body;
    while !rest.is_empty() {
        let Some(end) = rest.iter().take(4096).position(|byte| *byte == b'\n') else {
            // A size that breaks off; a first line that is none is no chunk.
            return (!whole.is_empty() && is_size(rest)).then_some(whole);
        };
        let size = size(&rest[..end])?;
        rest = &rest[end + 1..];
        if size == 0 {
            return Some(whole);
        }
        let chunk = &rest[..size.min(rest.len())];
        whole.extend_from_slice(chunk);
        rest = &rest[chunk.len()..];
        rest = match rest {
            [] | [b'\r'] => &[],
            [b'\r', b'\n', rest @ ..] | [b'\n', rest @ ..] => rest,
            _ => return None,
        };
    }
    (!whole.is_empty()).then_some(whole)
}

/// The size before a chunk, in hexadecimal; what follows a semicolon is an extension.
fn size(line: &[u8]) -> Option<usize> {
    let line = std::str::from_utf8(line).ok()?;
    let digits = line.split(';').next().unwrap_or_default().trim();
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_number.then(|| usize::from_str_radix(digits, 16).ok()).flatten()
}

fn is_size(bytes: &[u8]) -> bool {
    bytes.len() <= 18 && bytes.iter().all(|byte| byte.is_ascii_hexdigit() || *byte == b'\r')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(body: &str, expected: &str) {
        assert_eq!(joined(Some("gzip, Chunked"), body.as_bytes()), expected.as_bytes(), "{body:?}");
        assert_eq!(joined(None, body.as_bytes()), body.as_bytes());
    }

    #[test]
    fn chunks_are_joined() {
        check("5\r\nhello\r\n6;x=y\r\n world\r\n0\r\n\r\n", "hello world");
        check("5\nhello\n0\n\n", "hello");
        check("0\r\n\r\n", "");
        check("005 \r\nhello\r\n0\r\nTrailer: x\r\n\r\n", "hello");
    }

    #[test]
    fn what_breaks_off_is_joined_as_far_as_it_goes() {
        check("5\r\nhel", "hel");
        check("5\r\nhello", "hello");
        check("5\r\nhello\r", "hello");
        check("5\r\nhello\r\n1f", "hello");
        check("ffffffffffffff\r\nhello", "hello");
    }

    #[test]
    fn what_is_no_chunks_stays() {
        for body in [
            "",
            "<html>",
            "<html>\r\n",
            "5\r\nhello!\r\n",
            "5\r\nhello\r\n<p>\r\n",
            "fffffffffffffffff\r\nx",
            "5",
        ] {
            check(body, body);
        }
    }
}
