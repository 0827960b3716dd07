//! URLs as the keys of an index, in the form that public replay tools look them up by.

use url::Url;

/// A URL in the order that sorts a site's pages together: `com,example)/path?query`, in small letters.
///
/// It is the key that the Python package `surt` makes, as its users (pywb among
/// them) find a page only under that: no scheme, `www`, fragment, session id or
/// last slash, parameters sorted, escapes as few as possible. Session ids of
/// ColdFusion and in the paths of ASP.NET stay.
pub(crate) fn surt(text: &str) -> String {
    let Ok(url) = Url::parse(text) else { return text.replace(' ', "%20") };
    let host = url.host_str().unwrap_or_default().trim_matches(['.', '[', ']']);
    let labels: Vec<&str> = without_www(host).rsplit('.').collect();
    let port = url.port().map_or(String::new(), |port| format!(":{port}"));
    let path = escape(&without_dots(&unescape(url.path().as_bytes()))).to_lowercase();
    let path = path.strip_suffix('/').filter(|path| !path.is_empty()).unwrap_or(&path);
    let mut key = format!("{}{port}){path}", labels.join(","));
    let query = escape(&unescape(url.query().unwrap_or_default().as_bytes())).to_lowercase();
    let query = without_session(query);
    if !query.is_empty() {
        let mut pairs: Vec<&str> = query.split('&').collect();
        pairs.sort_by_key(|pair| (pair.split('=').next(), pair.split_once('=').map(|(_, value)| value)));
        key += &format!("?{}", pairs.join("&"));
    }
    key
}

/// A host without the label `www`, whatever its number.
fn without_www(host: &str) -> &str {
    host.strip_prefix("www")
        .and_then(|rest| rest.trim_start_matches(|letter: char| letter.is_ascii_digit()).strip_prefix('.'))
        .unwrap_or(host)
}

/// A path without empty, `.` and `..` segments; escaped ones show only now.
fn without_dots(path: &[u8]) -> Vec<u8> {
    let mut kept: Vec<&[u8]> = Vec::new();
    for segment in path.split(|byte| *byte == b'/').skip(1) {
        match segment {
            b"." => {}
            b".." if kept.pop().is_some() => {}
            segment => kept.push(segment),
        }
    }
    let last = kept.pop().unwrap_or_default();
    let mut path = b"/".to_vec();
    for segment in kept.into_iter().filter(|segment| !segment.is_empty()) {
        path.extend_from_slice(segment);
        path.push(b'/');
    }
    path.extend_from_slice(last);
    path
}

/// A query in small letters without the last session id of each kind.
fn without_session(mut query: String) -> String {
    for (name, letters, value) in
        [("jsessionid", 0, 32), ("phpsessid", 0, 32), ("sid", 0, 32), ("aspsessionid", 8, 24)]
    {
        let length = name.len() + letters + 1 + value;
        let is_session = |at: &usize| {
            let Some(found) = query.get(*at..at + length) else { return false };
            let (key, rest) = found.split_at(name.len() + letters);
            let ends = query.as_bytes().get(at + length).is_none_or(|byte| *byte == b'&');
            ends && key.bytes().all(|byte| byte.is_ascii_alphabetic())
                && rest.starts_with('=')
                && rest[1..].bytes().all(|byte| byte.is_ascii_alphanumeric())
        };
        let last = query.rmatch_indices(name).map(|(at, _)| at).find(is_session);
        if let Some(at) = last {
            let end = (at + length + 1).min(query.len());
            query.replace_range(at..end, "");
        }
    }
    query
}

/// Takes off every escape, also those of escapes.
fn unescape(text: &[u8]) -> Vec<u8> {
    let mut text = text.to_vec();
    loop {
        let plain = unescape_once(&text);
        if plain.len() == text.len() {
            return text;
        }
        text = plain;
    }
}

/// Takes off one layer of `%` escapes.
pub(crate) fn unescape_once(text: &[u8]) -> Vec<u8> {
    let digit = |at: usize| text.get(at).and_then(|byte| char::from(*byte).to_digit(16));
    let mut plain = Vec::with_capacity(text.len());
    let mut at = 0;
    while at < text.len() {
        match (text[at], digit(at + 1), digit(at + 2)) {
            (b'%', Some(high), Some(low)) => {
                plain.push((high * 16 + low) as u8);
                at += 3;
            }
            (byte, ..) => {
                plain.push(byte);
                at += 1;
            }
        }
    }
    plain
}

/// Escapes what is no visible ASCII, `#` and `%`.
fn escape(text: &[u8]) -> String {
    let mut escaped = String::with_capacity(text.len());
    for byte in text {
        match byte {
            b'#' | b'%' => escaped += &format!("%{byte:02X}"),
            byte if byte.is_ascii_graphic() => escaped.push(char::from(*byte)),
            byte => escaped += &format!("%{byte:02X}"),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_those_of_the_public_tools() {
        // As `surt.surt` of surt 0.3.1 prints them.
        for (url, key) in [
            ("http://www.Example.org/A/b.html?z=1&a=2#x", "org,example)/a/b.html?a=2&z=1"),
            ("http://www2.wire.example/a//b/../c/", "example,wire)/a/c"),
            ("https://tv.example.cn:8443/", "cn,example,tv:8443)/"),
            ("https://wire.example:443/x", "example,wire)/x"),
            ("http://wire.example./x", "example,wire)/x"),
            ("http://192.0.2.7/x", "7,2,0,192)/x"),
            ("http://[::1]/x", "::1)/x"),
            ("http://wire.example", "example,wire)/"),
            ("http://wire.example/a/?", "example,wire)/a"),
            ("http://wire.example/%ED%95%9C?q=%ec%a1%b0+x", "example,wire)/%ed%95%9c?q=%ec%a1%b0+x"),
            ("http://wire.example/한글", "example,wire)/%ed%95%9c%ea%b8%80"),
            ("http://bücher.example/", "example,xn--bcher-kva)/"),
            ("http://wire.example/%7Efoo/%20%2f", "example,wire)/~foo/%20"),
            ("http://wire.example/%25e3", "example,wire)/%e3"),
            ("http://wire.example/a?x=%", "example,wire)/a?x=%25"),
            ("http://wire.example/a?x=1&&y=2", "example,wire)/a?&x=1&y=2"),
            ("http://wire.example/a?X=1&x=0&a[]=3&x", "example,wire)/a?a[]=3&x&x=0&x=1"),
            ("http://wire.example/kr/?MTVAMjA==", "example,wire)/kr?mtvamja=="),
            ("http://wire.example/a?sid=0123456789abcdef0123456789abcdef&x", "example,wire)/a?x"),
            ("http://wire.example/a?x=1&PHPSESSID=0123456789abcdef0123456789abcdef", "example,wire)/a?&x=1"),
            ("http://wire.example/a?ASPSESSIONIDABCDEFGH=abcdefghijklmnopqrstuvwx", "example,wire)/a"),
            ("http://wire.example/a?sid=1", "example,wire)/a?sid=1"),
        ] {
            assert_eq!(surt(url), key, "{url}");
        }
        assert_eq!(surt("not a url"), "not%20a%20url");
    }
}
