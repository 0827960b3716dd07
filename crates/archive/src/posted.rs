//! What was posted, as parameters of a URL: so public replay tools tell the answers to several forms at one URL apart.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use crate::surt::unescape_once;

/// Longer parameters are cut, in characters.
const LONGEST: usize = 4096;

/// The parameters that stand for the body of a `POST`; `None` of any other request.
///
/// After the [rules of the Webrecorder tools](https://specs.webrecorder.net/request-body-canonicalization/latest/),
/// as pywb follows them. A `multipart` body is taken as bytes: no source is asked in that way.
pub(crate) fn parameters(request: &[u8]) -> Option<String> {
    if !request.starts_with(b"POST ") {
        return None;
    }
    let end = request.windows(4).position(|window| window == b"\r\n\r\n").unwrap_or(request.len());
    let (head, body) = (&request[..end], request.get(end + 4..).unwrap_or_default());
    let mime = String::from_utf8_lossy(head)
        .lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.eq_ignore_ascii_case("content-type"))
        .map(|(_, mime)| mime.trim().to_owned())
        .unwrap_or_default();
    let is = |kind: &str| mime.starts_with(kind);
    let parameters = if body.is_empty() {
        String::new()
    } else if is("application/x-www-form-urlencoded") && std::str::from_utf8(body).is_ok() {
        let spaced: Vec<u8> = body.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect();
        String::from_utf8_lossy(&unescape_once(&spaced)).into_owned()
    } else if is("application/json") {
        from_json(body).unwrap_or_default()
    } else if is("text/plain") {
        from_json(body).unwrap_or_else(|| from_bytes(body))
    } else {
        from_bytes(body)
    };
    Some(parameters.chars().take(LONGEST).collect())
}

fn from_bytes(body: &[u8]) -> String {
    format!("__wb_post_data={}", STANDARD.encode(body))
}

/// Every named value in it, however deep; a name that comes again is numbered.
fn from_json(body: &[u8]) -> Option<String> {
    let mut named: Vec<(String, String)> = Vec::new();
    collect(&serde_json::from_slice(body).ok()?, "", &mut named);
    let pairs = named.iter().map(|(name, value)| format!("{}={}", quote(name), quote(value)));
    Some(pairs.collect::<Vec<_>>().join("&"))
}

fn collect(value: &Value, name: &str, named: &mut Vec<(String, String)>) {
    let text = match value {
        Value::Object(fields) => return fields.iter().for_each(|(name, value)| collect(value, name, named)),
        Value::Array(values) => return values.iter().for_each(|value| collect(value, name, named)),
        Value::String(text) => text.clone(),
        Value::Number(number) => {
            let number = number.to_string();
            number.strip_suffix(".0").unwrap_or(&number).to_owned()
        }
        other => other.to_string(),
    };
    if !name.is_empty() {
        let numbered = |number: &usize| match number {
            1 => name.to_owned(),
            number => format!("{name}.{number}_"),
        };
        let is_free = |key: &String| named.iter().all(|(known, _)| known != key);
        let key =
            (1..).map(|number| numbered(&number)).find(is_free).expect("there are more numbers than names");
        named.push((key, text));
    }
}

/// As in a query: a space is `+`, and what is neither letter, digit nor `_.-~` is escaped.
fn quote(text: &str) -> String {
    let mut quoted = String::new();
    for byte in text.bytes() {
        match byte {
            b' ' => quoted.push('+'),
            b'_' | b'.' | b'-' | b'~' => quoted.push(char::from(byte)),
            byte if byte.is_ascii_alphanumeric() => quoted.push(char::from(byte)),
            byte => quoted += &format!("%{byte:02X}"),
        }
    }
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(mime: &str, body: &str, expected: &str) {
        let request = format!("POST /x HTTP/1.1\r\nHost: a\r\nContent-Type: {mime}\r\n\r\n{body}");
        assert_eq!(parameters(request.as_bytes()).as_deref(), Some(expected));
    }

    #[test]
    fn a_posted_body_becomes_parameters() {
        // As `MethodQueryCanonicalizer` of pywb 2.10.0 has them.
        check("application/x-www-form-urlencoded; charset=utf-8", "p=1&q=%EC%A1%B0+x", "p=1&q=조 x");
        check(
            "application/json",
            r#"{"b":{"a":true,"c":null},"d":[1,2.0,2.5]}"#,
            "a=true&c=null&d=1&d.2_=2&d.3_=2.5",
        );
        check("application/json", "{", "");
        check("text/plain", r#"{"조":"x y"}"#, "%EC%A1%B0=x+y");
        check("text/plain", "four", "__wb_post_data=Zm91cg==");
        check("", "four", "__wb_post_data=Zm91cg==");
        check("text/plain", "", "");
        assert_eq!(parameters(b"GET /x HTTP/1.1\r\n\r\n"), None);
    }
}
