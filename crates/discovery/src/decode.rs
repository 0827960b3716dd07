use std::io::Read;

use encoding_rs::{Encoding, UTF_8};

/// How much of a page is read; more is cut off.
pub(crate) const LARGEST: usize = 16 << 20;

/// The text of a page, and whether it was cut.
///
/// The charset is that of a byte order mark, else of the content type, else of
/// what the page says of itself in its first kilobytes, else UTF-8. What is
/// compressed as a file (a sitemap may be) is unpacked, up to the same size.
pub(crate) fn decode(body: &[u8], content_type: Option<&str>) -> (String, bool) {
    let unpacked = body.starts_with(&[0x1f, 0x8b]).then(|| unpack(body));
    let body = unpacked.as_deref().unwrap_or(body);
    let cut = body.len() > LARGEST;
    let body = &body[..body.len().min(LARGEST)];
    let said = content_type
        .and_then(|text| charset(text.as_bytes()))
        .or_else(|| charset(&body[..body.len().min(4096)]));
    let (text, _, _) = said.unwrap_or(UTF_8).decode(body);
    (text.into_owned(), cut)
}

/// What a gzip file holds, as far as it can be read; a byte more than the largest where it is cut.
fn unpack(body: &[u8]) -> Vec<u8> {
    let mut unpacked = Vec::new();
    // A file that breaks off gives what came before.
    let _ = flate2::read::MultiGzDecoder::new(body).take(LARGEST as u64 + 1).read_to_end(&mut unpacked);
    unpacked
}

/// The encoding after `charset=` or `encoding=`.
fn charset(bytes: &[u8]) -> Option<&'static Encoding> {
    let text = bytes.to_ascii_lowercase();
    [&b"charset"[..], b"encoding"].into_iter().find_map(|key| {
        let mut rest = &text[..];
        while let Some(place) = rest.windows(key.len()).position(|window| window == key) {
            rest = &rest[place + key.len()..];
            let value = rest.trim_ascii_start().strip_prefix(b"=").unwrap_or_default().trim_ascii_start();
            let value =
                value.trim_ascii_start().strip_prefix(b"\"").or(value.strip_prefix(b"'")).unwrap_or(value);
            let end = value.iter().position(|byte| !(byte.is_ascii_alphanumeric() || b"-_:".contains(byte)));
            if let Some(encoding) = Encoding::for_label(&value[..end.unwrap_or(value.len())]) {
                return Some(encoding);
            }
        }
        None
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(body: &[u8], content_type: Option<&str>, expected: &str) {
        assert_eq!(decode(body, content_type).0, expected);
    }

    #[test]
    fn charsets_are_said_in_many_places() {
        let (korean, _, _) = encoding_rs::EUC_KR.encode("신문");
        check("신문".as_bytes(), None, "신문");
        check(&korean, Some("text/html; charset=EUC-KR"), "신문");
        check(&korean, Some("text/html; charset = \"euc-kr\""), "신문");
        let page = [b"<meta charset='euc-kr'>".as_slice(), &korean].concat();
        check(&page, Some("text/html"), "<meta charset='euc-kr'>신문");
        let page = [b"<?xml version='1.0' encoding=\"EUC-KR\"?>".as_slice(), &korean].concat();
        check(&page, Some("text/xml; charset=unheard-of"), "<?xml version='1.0' encoding=\"EUC-KR\"?>신문");
        check("\u{feff}신문".as_bytes(), Some("text/html; charset=euc-kr"), "신문");
        check(b"a\xffb", None, "a\u{fffd}b");
    }

    #[test]
    fn what_is_compressed_is_unpacked_up_to_a_size() {
        use std::io::Write;
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packer.write_all(&vec![b'x'; LARGEST + 100]).unwrap();
        let bomb = packer.finish().unwrap();
        let (text, cut) = decode(&bomb, None);
        assert!(cut && text.len() == LARGEST);
        check(&bomb[..4], None, "");
    }
}
