use std::borrow::Cow;
use std::io::Read;

use flate2::bufread::{DeflateDecoder, GzDecoder, ZlibDecoder};

use crate::error::{Error, ErrorKind};

/// How many times larger than what came a body may be, once it is larger than [`FLOOR`].
///
/// Deflate cannot pack tighter than 1 : 1,032, and a page of news packs about 1 : 5.
const RATIO: usize = 150;

/// Up to here, in bytes, the ratio does not count: a small body of blanks is no danger.
const FLOOR: usize = 1 << 20;

/// More codings than this on one body are an attack, or a mistake.
const MOST_CODINGS: usize = 3;

/// A body with its `Content-Encoding` taken off; `said` is the value of that field, which may list several.
///
/// The archive holds bodies as they came, so whoever reads one decodes it
/// first. gzip, deflate (with or without its zlib head) and brotli are known.
/// A body that was never packed, whatever its header says, is returned as it
/// is: servers do that.
///
/// # Errors
///
/// [`ErrorKind::TooLong`] where the body unpacks to more than `limit` bytes, or
/// is a bomb; [`ErrorKind::Damaged`] and [`ErrorKind::UnknownCoding`]. Memory
/// never holds more than about the limit for each coding.
pub fn unpacked<'a>(said: Option<&str>, body: &'a [u8], limit: usize) -> Result<Cow<'a, [u8]>, Error> {
    let listed: Vec<String> = said
        .unwrap_or_default()
        .split(',')
        .map(|coding| coding.trim().to_ascii_lowercase())
        .filter(|coding| !coding.is_empty() && coding != "identity")
        .collect();
    if listed.len() > MOST_CODINGS {
        return Err(Error::of(ErrorKind::TooLong, format!("the body is packed {} times", listed.len())));
    }
    let mut bytes = Cow::Borrowed(body);
    // The last one named was put on last.
    for coding in listed.iter().rev() {
        let unpacked = match coding.as_str() {
            "gzip" | "x-gzip" if !bytes.starts_with(&[0x1f, 0x8b]) => continue,
            "gzip" | "x-gzip" => gunzip(&bytes, limit)?,
            "deflate" => inflate(&bytes, limit)?,
            "br" => bounded(brotli_decompressor::Decompressor::new(&*bytes, 4096), bytes.len(), limit)?,
            _ => {
                let message = format!("content-encoding {coding:?} is not known");
                return Err(Error::of(ErrorKind::UnknownCoding, message));
            }
        };
        bytes = Cow::Owned(unpacked);
    }
    if bytes.len() > limit {
        return Err(too_long(limit));
    }
    Ok(bytes)
}

/// All members; what follows the last and is none is left out, as browsers do.
fn gunzip(packed: &[u8], limit: usize) -> Result<Vec<u8>, Error> {
    let mut rest = packed;
    let mut all = Vec::new();
    while rest.starts_with(&[0x1f, 0x8b]) {
        let member = bounded(GzDecoder::new(&mut rest), packed.len(), limit.saturating_sub(all.len()))?;
        all.extend_from_slice(&member);
        if all.len() > allowance(packed.len(), limit) {
            return Err(too_long(limit));
        }
    }
    Ok(all)
}

/// The standard wants a zlib head, and some servers leave it out.
fn inflate(packed: &[u8], limit: usize) -> Result<Vec<u8>, Error> {
    let has_head = matches!(packed, [first, second, ..]
        if first & 0x0f == 8 && u16::from_be_bytes([*first, *second]) % 31 == 0);
    if has_head {
        match bounded(ZlibDecoder::new(packed), packed.len(), limit) {
            Err(error) if error.kind() == ErrorKind::Damaged => {}
            done => return done,
        }
    }
    bounded(DeflateDecoder::new(packed), packed.len(), limit)
}

fn bounded(reader: impl Read, packed: usize, limit: usize) -> Result<Vec<u8>, Error> {
    let most = allowance(packed, limit);
    let mut bytes = Vec::new();
    let read = reader.take(most as u64 + 1).read_to_end(&mut bytes);
    // A bomb may be damaged behind the point where it is found out.
    if bytes.len() > most {
        return Err(too_long(limit));
    }
    match read {
        Ok(_) => Ok(bytes),
        Err(error) => {
            Err(Error::of(ErrorKind::Damaged, format!("the body is not what content-encoding says: {error}")))
        }
    }
}

fn allowance(packed: usize, limit: usize) -> usize {
    limit.min(packed.saturating_mul(RATIO).max(FLOOR))
}

fn too_long(limit: usize) -> Error {
    let message = format!("the body unpacks to more than {limit} bytes, or to {RATIO} times what came");
    Error::of(ErrorKind::TooLong, message)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};

    use super::*;

    const LIMIT: usize = 8 << 20;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(bytes).and_then(|()| encoder.finish()).expect("memory takes it")
    }

    fn zlib(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(bytes).and_then(|()| encoder.finish()).expect("memory takes it")
    }

    fn raw(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(bytes).and_then(|()| encoder.finish()).expect("memory takes it")
    }

    fn decode(coding: &str, body: &[u8]) -> Result<Vec<u8>, ErrorKind> {
        unpacked(Some(coding), body, LIMIT).map(Cow::into_owned).map_err(|error| error.kind())
    }

    #[track_caller]
    fn check(coding: &str, body: &[u8], expected: Result<&[u8], ErrorKind>) {
        let found = decode(coding, body);
        let length = found.as_ref().map(Vec::len); // the bytes may be too many to print
        assert!(found.as_deref().map_err(|kind| *kind) == expected, "{coding}: {length:?}");
    }

    #[test]
    fn codings() {
        let text = "평양 소식 ".repeat(100);
        let text = text.as_bytes();
        check("", text, Ok(text));
        check("identity", text, Ok(text));
        check("gzip", &gzip(text), Ok(text));
        check("X-GZIP", &gzip(text), Ok(text));
        check("gzip, identity", &gzip(text), Ok(text));
        check("deflate", &zlib(text), Ok(text));
        check("deflate", &raw(text), Ok(text));
        check("deflate, gzip", &gzip(&zlib(text)), Ok(text));
        check("gzip", &[gzip(b"one "), gzip(b"two")].concat(), Ok(b"one two"));
        check("gzip", &[gzip(b"one"), b"garbage".to_vec()].concat(), Ok(b"one"));
        // "hello" as one uncompressed brotli meta-block.
        check("br", b"\x0b\x02\x80hello\x03", Ok(b"hello"));
        check("gzip", b"<html>never packed</html>", Ok(b"<html>never packed</html>"));
        check("gzip", b"", Ok(b""));
    }

    #[test]
    fn damage() {
        let packed = gzip(&b"a text that packs into something to cut".repeat(9));
        check("gzip", &packed[..packed.len() / 2], Err(ErrorKind::Damaged));
        check("deflate", b"\xff\xff\xff\xff", Err(ErrorKind::Damaged));
        check("br", b"\xff\xff\xff\xff", Err(ErrorKind::Damaged));
        check("zstd", b"anything", Err(ErrorKind::UnknownCoding));
        check("gzip, gzip, gzip, gzip", b"anything", Err(ErrorKind::TooLong));
    }

    #[test]
    fn bombs() {
        let zeros = vec![0; LIMIT - 1];
        check("gzip", &gzip(&zeros), Err(ErrorKind::TooLong)); // under the limit, 1 : 1,000
        check("deflate", &zlib(&zeros), Err(ErrorKind::TooLong));
        check("gzip", &gzip(&gzip(&zeros)), Ok(&gzip(&zeros)));
        check("gzip", &gzip(&[0; 1 << 20]), Ok(&[0; 1 << 20]));
        check("gzip, gzip", &gzip(&gzip(&zeros)), Err(ErrorKind::TooLong));
        check("gzip", &gzip(&[0; 100_000]).repeat(20), Err(ErrorKind::TooLong)); // many small members
        check("", &vec![b'x'; LIMIT + 1], Err(ErrorKind::TooLong));
        check("gzip", &gzip(&[b' '; 300_000]), Ok(&[b' '; 300_000]));
    }

    #[test]
    fn any_bytes_never_panic() {
        let mut state = 1u64;
        for round in 0..2000 {
            let mut bytes = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0];
            for _ in 0..round % 60 {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                bytes.push((state >> 56) as u8);
            }
            for coding in ["gzip", "deflate", "br"] {
                let length = decode(coding, &bytes).map_or(0, |body| body.len());
                assert!(length <= LIMIT);
            }
        }
    }
}
