/// A title as one line: control characters and runs of white space become single spaces.
pub fn title(text: &str) -> String {
    let mut cleaned = String::with_capacity(text.len());
    for word in
        text.split(|letter: char| letter.is_whitespace() || letter.is_control() || letter == '\u{feff}')
    {
        if !word.is_empty() {
            if !cleaned.is_empty() {
                cleaned.push(' ');
            }
            cleaned.push_str(word);
        }
    }
    cleaned
}

/// A body as paragraphs joined by a blank line.
///
/// The text stays as it came but for what no reader sees: byte order marks,
/// NUL and other control characters, `\r`, and white space around lines. A
/// single line break counts as a paragraph's end too.
pub fn body(text: &str) -> String {
    let mut cleaned = String::with_capacity(text.len());
    for line in text.split(['\n', '\r', '\u{2028}', '\u{2029}']) {
        let line = line.trim_matches(|letter: char| letter.is_whitespace() || letter == '\u{feff}');
        if line.is_empty() {
            continue;
        }
        if !cleaned.is_empty() {
            cleaned.push_str("\n\n");
        }
        if line.contains(|letter: char| letter.is_control() || letter == '\u{feff}') {
            let visible = |letter: &char| (!letter.is_control() || *letter == '\t') && *letter != '\u{feff}';
            cleaned.extend(line.chars().filter(visible));
        } else {
            cleaned.push_str(line);
        }
    }
    cleaned
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_reader_sees_goes() {
        assert_eq!(title("\u{feff} A\u{0}  title\r\n of two lines "), "A title of two lines");
        assert_eq!(body("\u{feff}One.\r\nTwo.\r\n\r\n  Three\u{0}.  "), "One.\n\nTwo.\n\nThree.");
        assert_eq!(body(" \n \r\n"), "");
    }
}
