use std::fmt;

use toml::de::{DeTable, DeValue};

/// A source file that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    kind: ErrorKind,
    file: String,
    message: String,
}

/// What a caller can do about an [`Error`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The file says what it must not: correct it at the line and the key that the message names.
    Mistake,
    /// The file cannot be read at all, or is none that is read.
    Io,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, file: &str, message: impl Into<String>) -> Self {
        Self { kind, file: file.to_owned(), message: message.into() }
    }

    /// A mistake at a key of a text, whose line is looked up.
    pub(crate) fn at(file: &str, text: &str, mistake: &Mistake) -> Self {
        let line = line(text, &mistake.key).map(|line| format!("line {line}, ")).unwrap_or_default();
        Self::new(ErrorKind::Mistake, file, format!("{line}key {}: {}", mistake.key, mistake.message))
    }

    /// What can be done about it.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "source definition {}: {}", self.file, self.message.trim_end())
    }
}

impl std::error::Error for Error {}

/// A mistake at a key, before it is known in which file and line the key stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    key: String,
    message: String,
}

impl Mistake {
    /// A mistake at a key, written as a path: `discovery[0].links[1].selector`.
    pub fn new(key: impl Into<String>, message: impl Into<String>) -> Self {
        Self { key: key.into(), message: message.into() }
    }

    /// The key.
    pub fn key(&self) -> &str {
        &self.key
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "key {}: {}", self.key, self.message)
    }
}

/// The line of a key; where a part of its path is absent, that of the part before.
fn line(text: &str, key: &str) -> Option<usize> {
    let document = DeTable::parse(text).ok()?;
    let mut place = None;
    let mut table = Some(document.get_ref());
    for part in key.split('.') {
        let (name, numbers) = part.split_once('[').unwrap_or((part, ""));
        let Some((found, value)) =
            table.and_then(|table| table.iter().find(|(key, _)| key.get_ref() == name))
        else {
            break;
        };
        place = Some(found.span().start);
        let mut value = value;
        for number in numbers.split(['[', ']']).filter_map(|number| number.parse::<usize>().ok()) {
            let Some(item) = value.get_ref().as_array().and_then(|array| array.get(number)) else { break };
            place = Some(item.span().start);
            value = item;
        }
        table = match value.get_ref() {
            DeValue::Table(table) => Some(table),
            _ => None,
        };
    }
    let before = text.get(..place?)?;
    Some(before.matches('\n').count() + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_has_its_line() {
        let text = "id = 1\n\n[[list]]\nurl = 1\n\n[[list]]\nurl = [\n 1,\n 2]\nlinks = [{a = 1}, {a = 2}]\n";
        for (key, expected) in [
            ("id", Some(1)),
            ("list[0].url", Some(4)),
            ("list[1].url", Some(7)),
            ("list[1].url[1]", Some(9)),
            ("list[1].links[1].a", Some(10)),
            ("list[1].absent", Some(6)),
            ("absent", None),
        ] {
            assert_eq!(line(text, key), expected, "{key}");
        }
    }
}
