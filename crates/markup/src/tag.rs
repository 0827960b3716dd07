/// How many attributes of an element are kept: a tree builder compares each with all before it.
const ATTRIBUTES: usize = 64;

/// A tag as it is read: its name in small letters and its attributes as they stand.
pub(crate) struct Tag<'a> {
    /// Empty where the tag is none, or has a name that no element has.
    pub(crate) name: String,
    /// Names and values; those with names that no selector could ask for are left out.
    pub(crate) attributes: Vec<(&'a str, &'a str)>,
}

impl<'a> Tag<'a> {
    /// Reads a tag whose name begins the text, and gives what comes after it.
    pub(crate) fn read(text: &'a str) -> (Self, &'a str) {
        let ends_name = |character: char| character.is_ascii_whitespace() || matches!(character, '/' | '>');
        let end = text.find(ends_name).unwrap_or(text.len());
        let mut name = text[..end].to_ascii_lowercase();
        if name.len() > 32 || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
            name.clear();
        }
        let mut tag = Self { name, attributes: Vec::new() };
        let mut rest = &text[end..];
        loop {
            rest = rest
                .trim_start_matches(|character: char| character.is_ascii_whitespace() || character == '/');
            if rest.is_empty() {
                // A tag that the page breaks off in is none.
                tag.name.clear();
                return (tag, rest);
            }
            if let Some(rest) = rest.strip_prefix('>') {
                return (tag, rest);
            }
            // An equals sign may begin a name.
            let first = rest.chars().next().map_or(0, char::len_utf8);
            let end = rest[first..].find(|character| ends_name(character) || character == '=');
            let (key, after) = rest.split_at(end.map_or(rest.len(), |end| first + end));
            let after_space = after.trim_ascii_start();
            let (value, after) = match after_space.strip_prefix('=') {
                Some(value) => attribute_value(value.trim_ascii_start()),
                None => ("", after),
            };
            if tag.attributes.len() < ATTRIBUTES && is_plain(key) {
                tag.attributes.push((key, value));
            }
            rest = after;
        }
    }
}

fn is_plain(key: &str) -> bool {
    key.len() <= 64 && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_:.@".contains(&byte))
}

fn attribute_value(text: &str) -> (&str, &str) {
    let quote = text.chars().next().filter(|first| matches!(first, '"' | '\''));
    match quote {
        Some(quote) => text[1..].split_once(quote).unwrap_or((&text[1..], "")),
        None => {
            let end = text.find(|character: char| character.is_ascii_whitespace() || character == '>');
            text.split_at(end.unwrap_or(text.len()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, name: &str, attributes: &[(&str, &str)], rest: &str) {
        let (tag, after) = Tag::read(text);
        assert_eq!((tag.name.as_str(), tag.attributes.as_slice(), after), (name, attributes, rest));
    }

    #[test]
    fn tags_are_read_as_browsers_read_them() {
        check("A href=x>y", "a", &[("href", "x")], "y");
        check("a HREF = 'a>b' x/y=\"\" z>", "a", &[("HREF", "a>b"), ("x", ""), ("y", ""), ("z", "")], "");
        check("br/>y", "br", &[], "y");
        check("a href=x/y/>z", "a", &[("href", "x/y/")], "z");
        check("a =b 'c'=d>", "a", &[], "");
        check("a<b>c", "", &[], "c");
        check("a href='x", "", &[("href", "x")], "");
    }

    #[test]
    fn a_tag_has_a_bounded_number_of_attributes() {
        let text = format!("a {}>y", "b=1 ".repeat(1000));
        assert_eq!(Tag::read(&text).0.attributes.len(), ATTRIBUTES);
    }
}
