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
        let is_unseen = |letter: char| letter.is_whitespace() || letter.is_control() || letter == '\u{feff}';
        let line = line.trim_matches(is_unseen);
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

/// A body of a page without what stands at its ends and is none of it: marks of the end, rules, copyright lines.
///
/// ```text
/// -0-  -END-  (끝)  （完）  － － －  © 2024 Sample Wire  All rights reserved.
/// ```
pub fn ends(body: &str) -> String {
    let mut rest = body;
    while let Some((kept, last)) = rest.rsplit_once("\n\n").or(Some(("", rest)))
        && !rest.is_empty()
        && is_end(last)
    {
        rest = kept;
    }
    while let Some((first, kept)) = rest.split_once("\n\n")
        && is_rule(first)
    {
        rest = kept;
    }
    let mut rest = rest.trim_end();
    while let Some(shorter) = ENDS.iter().find_map(|end| without_suffix(rest, end)) {
        rest = shorter.trim_end();
    }
    rest.to_owned()
}

/// Marks that stand behind the last sentence.
const ENDS: &[&str] = &[
    "-0-",
    "－０－",
    "－－－",
    "---",
    "-end-",
    "(end)",
    "(끝)",
    "（끝）",
    "<끝>",
    "【끝】",
    "（完）",
    "(完)",
    "【完】",
    "（终）",
    "(fin)",
    "(конец)",
    "（了）",
    "(了)",
];

fn without_suffix<'t>(text: &'t str, suffix: &str) -> Option<&'t str> {
    let place = text.len().checked_sub(suffix.len())?;
    let (kept, end) = (text.get(..place)?, text.get(place..)?);
    (end.to_lowercase() == *suffix && !kept.is_empty()).then_some(kept)
}

fn is_rule(line: &str) -> bool {
    line.chars().all(|letter| !letter.is_alphanumeric())
}

/// Whether a line is none of the body where it stands last.
fn is_end(line: &str) -> bool {
    let folded = line.trim().to_lowercase();
    let begins = ["©", "(c) ", "copyright", "ⓒ", "저작권자", "무단전재", "版权所有", "著作権"];
    let says = ["all rights reserved", "무단 전재", "재배포 금지", "未经授权", "无断转载", "無断転載"];
    is_rule(line)
        || ENDS.contains(&folded.as_str())
        || matches!(folded.as_str(), "end" | "끝" | "完" | "fin")
        || folded.chars().count() < 160
            && (begins.iter().any(|start| folded.starts_with(start))
                || says.iter().any(|text| folded.contains(text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_reader_sees_goes() {
        assert_eq!(title("\u{feff} A\u{0}  title\r\n of two lines "), "A title of two lines");
        assert_eq!(body("\u{feff}One.\r\nTwo.\r\n\r\n  Three\u{0}.  "), "One.\n\nTwo.\n\nThree.");
        assert_eq!(body(" \n \r\n"), "");
        assert_eq!(body("One.\n \u{0} \u{1b}\nTwo."), "One.\n\nTwo.");
    }

    #[test]
    fn the_marks_of_an_end_go() {
        #[track_caller]
        fn check(text: &str, expected: &str) {
            assert_eq!(ends(text), expected);
        }
        check("One.\n\nTwo. -0-", "One.\n\nTwo.");
        check("One.\n\n-END-", "One.");
        check("로씨야에서 돌아왔다.(끝)", "로씨야에서 돌아왔다.");
        check("他走了。（完）", "他走了。");
        check("行事を催した。－－－", "行事を催した。");
        check("－－－\n\nOne.\n\n－－－", "One.");
        check("One.\n\n© 2024 Sample Wire\n\nAll rights reserved.", "One.");
        check("The score was 3-0", "The score was 3-0");
        check("In the end.", "In the end.");
        check("", "");
        check("-END-", "");
    }
}
