use std::io::Read;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// How much of a page is read; more is cut off.
pub const LARGEST: usize = 16 << 20;

/// The text of a page, and whether it was cut.
///
/// The charset is that of a byte order mark, else of the content type, else of
/// what the page says of itself in its first kilobytes. Where nothing says it, or
/// what is said is plainly wrong, it is UTF-8 where the bytes are that, else what
/// the statistics of the bytes tell (EUC-KR, GB18030, Shift_JIS, KOI8-R and others). What is
/// compressed as a file (a sitemap may be) is unpacked, up to the same size.
pub fn text(body: &[u8], content_type: Option<&str>) -> (String, bool) {
    let unpacked = body.starts_with(&[0x1f, 0x8b]).then(|| unpack(body));
    let body = unpacked.as_deref().unwrap_or(body);
    let cut = body.len() > LARGEST;
    let body = &body[..body.len().min(LARGEST)];
    let said = content_type
        .and_then(|text| charset(text.as_bytes()))
        .or_else(|| charset(&body[..body.len().min(4096)]));
    (decoded(body, said), cut)
}

/// How many bytes are looked at to tell a charset that nothing says.
const MOST_GUESSED: usize = 1 << 18;

fn decoded(body: &[u8], said: Option<&'static Encoding>) -> String {
    if Encoding::for_bom(body).is_some() {
        return UTF_8.decode(body).0.into_owned(); // the mark goes before what is said here
    }
    if let Some(wide) = sixteen_bits(body) {
        return wide.decode(body).0.into_owned();
    }
    // A label of one byte a letter fits any bytes, but hardly ever do such texts make UTF-8.
    let said = said.filter(|said| !(said.is_single_byte() && is_plainly_utf8(body)));
    let (text, is_good) = decoded_by(said.unwrap_or(UTF_8), body);
    // What calls itself Latin, or ASCII, may be anything: it is what servers say that were not told.
    let is_sure = is_good && (said != Some(WINDOWS_1252) || body.is_ascii());
    if is_sure {
        return text;
    }
    let (in_utf8, is_utf8) = decoded_by(UTF_8, body);
    if is_utf8 {
        return in_utf8;
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(&body[..body.len().min(MOST_GUESSED)], body.len() <= MOST_GUESSED);
    let guess = detector.guess(None, Utf8Detection::Deny);
    let (guessed, fits) = decoded_by(guess, body);
    // What fits everything is no better than what was said.
    if fits && (said.is_none() || !guess.is_single_byte()) { guessed } else { text }
}

/// The text, and whether hardly any byte of it has no place in the charset.
fn decoded_by(encoding: &'static Encoding, body: &[u8]) -> (String, bool) {
    let (text, had_errors) = encoding.decode_without_bom_handling(body);
    let is_good = !had_errors || {
        let bad = text.chars().filter(|letter| *letter == '\u{fffd}').count();
        let foreign = text.chars().filter(|letter| !letter.is_ascii()).count();
        bad * 20 <= foreign
    };
    (text.into_owned(), is_good)
}

fn is_plainly_utf8(body: &[u8]) -> bool {
    let text = match std::str::from_utf8(body) {
        Ok(text) => text,
        // A page that was cut off may end within a letter.
        Err(error) if error.error_len().is_none() => {
            std::str::from_utf8(&body[..error.valid_up_to()]).unwrap_or_default()
        }
        Err(_) => return false,
    };
    text.chars().filter(|letter| !letter.is_ascii()).take(4).count() == 4
}

/// UTF-16 without a mark: every second byte of markup is zero.
fn sixteen_bits(body: &[u8]) -> Option<&'static Encoding> {
    let beginning = &body[..body.len().min(1024)];
    let zeros = |start: usize| beginning.iter().skip(start).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    let many = beginning.len() / 5;
    match beginning.len() >= 8 {
        true if odd > many && even * 8 < odd => Some(UTF_16LE),
        true if even > many && odd * 8 < even => Some(UTF_16BE),
        _ => None,
    }
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
        assert_eq!(text(body, content_type).0, expected);
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
        check(b"a\xffb", Some("text/html; charset=utf-8"), "a\u{fffd}b");
    }

    #[test]
    fn what_nothing_says_is_told_by_the_bytes() {
        let korean = "조선중앙통신은 우리 나라의 여러곳에서 가을걷이가 끝났다고 전하였다.";
        let chinese = "新华社记者从农业部获悉，今年秋粮收获已经基本结束，各地正在准备冬播。";
        let japanese = "各地の農場では秋の取り入れが終わり、冬の種まきの準備が進められている。";
        let russian = "Корреспондент сообщает, что во всех районах страны закончена уборка урожая.";
        let cases = [
            (encoding_rs::EUC_KR, korean),
            (encoding_rs::GB18030, chinese),
            (encoding_rs::SHIFT_JIS, japanese),
            (encoding_rs::EUC_JP, japanese),
            (encoding_rs::KOI8_R, russian),
            (encoding_rs::WINDOWS_1251, russian),
            (UTF_8, korean),
        ];
        for (encoding, text) in cases {
            let page = format!("<html><head><title>{text}</title></head><body><p>{text}</p></body></html>");
            let (bytes, _, had_errors) = encoding.encode(&page);
            assert!(!had_errors);
            check(&bytes, Some("text/html"), &page);
            if !encoding.is_single_byte() {
                check(&bytes, Some("text/html; charset=us-ascii"), &page);
            }
        }
        for (text, label) in [(korean, "iso-8859-1"), (russian, "windows-1251"), (korean, "shift_jis")] {
            let content_type = format!("text/html; charset={label}");
            check(text.as_bytes(), Some(&content_type), text);
        }
        let french =
            "<p>Les élèves de l'école ont été reçus à l'hôtel de ville, où la fête a été célébrée.</p>";
        check(&WINDOWS_1252.encode(french).0, Some("text/html; charset=iso-8859-1"), french);
        let page = format!("<html><title>{korean}</title></html>");
        let little: Vec<u8> = page.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = page.encode_utf16().flat_map(u16::to_be_bytes).collect();
        check(&little, None, &page);
        check(&big, Some("text/html"), &page);
        check(&[b"\xff\xfe".as_slice(), &little].concat(), Some("text/html; charset=utf-8"), &page);
        // A few bad bytes do not make another charset of it.
        let (bytes, _, _) = encoding_rs::EUC_KR.encode(korean);
        check(
            &[&bytes[..], b"\xff"].concat(),
            Some("text/html; charset=euc-kr"),
            &format!("{korean}\u{fffd}"),
        );
    }

    #[test]
    fn what_is_compressed_is_unpacked_up_to_a_size() {
        use std::io::Write;
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packer.write_all(&vec![b'x'; LARGEST + 100]).unwrap();
        let bomb = packer.finish().unwrap();
        let (text, cut) = text(&bomb, None);
        assert!(cut && text.len() == LARGEST);
        check(&bomb[..4], None, "");
    }
}
