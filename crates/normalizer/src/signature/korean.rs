//! Names under Korean texts.

use std::sync::LazyLock;

use regex::Regex;

/// The first syllables of Korean family names, in both spellings.
const FAMILIES: &str = "김리이박최정조강윤장임림한오서신권황안송류유전홍고문양량손배백허남심노로하곽성차주우구라나민진지엄채원천방공현함변염려여추도석선설마길연위표명기반왕금옥육륙인맹제모탁국어은편용";

/// A role with a name or names, `본사기자 안성일`, `특파기자 리철, 김수`, or a desk.
static WITH_ROLE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(?:[가-힣]{1,8} ?){0,2}(?:기자|특파원|통신원) (?P<names>[가-힣]{2,4}(?: ?[,、·] ?[가-힣]{2,4})*)$|^본사[가-힣]{0,8}(?:취재반|보도반)$")
        .expect("the form is sound")
});

/// A name and a role, perhaps with an address of e-mail: `홍길동 기자`.
static WITH_ROLE_BEHIND: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(?P<who>(?P<names>[가-힣]{2,4}(?: ?[,、·] ?[가-힣]{2,4})*) ?(?:특파원|기자))(?: ?[\w.+\-]+@[\w.\-]+)?$")
        .expect("the form is sound")
});

static NAMES: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^[가-힣]{3,4}(?: ?[,、·] ?[가-힣]{3,4})*$").expect("the form is sound"));

/// Whether all of some names begin with the name of a family.
fn are_names(names: &str) -> bool {
    names.split([',', '、', '·']).all(|name| name.trim().starts_with(|first: char| FAMILIES.contains(first)))
}

/// Who wrote and photographed, where a paragraph says that and nothing else.
///
/// ```text
/// 본사기자 안성일   글 본사기자 안성일 / 사진 본사기자 리강혁   글 및 사진 안성일   홍길동 기자
/// ```
pub(super) fn whole(paragraph: &str) -> Option<String> {
    let inner = paragraph.trim_matches(['[', ']', '(', ')', '（', '）', ' ']);
    const BOTH: [&str; 4] = ["글 및 사진", "글, 사진", "글·사진", "글과 사진"];
    if let Some(rest) = BOTH.iter().find_map(|label| inner.strip_prefix(label)) {
        return who(label_end(rest)?, true);
    }
    if let Some(rest) = inner.strip_prefix("글") {
        let rest = label_end(rest)?;
        return match rest.split_once("사진") {
            Some((writer, photographer)) => {
                let writer = who(writer.trim_end_matches([' ', '/', ',', '·']), true)?;
                Some(format!("{writer}, {}", who(label_end(photographer)?, true)?))
            }
            None => who(rest, true),
        };
    }
    match inner.strip_prefix("사진") {
        Some(rest) => who(label_end(rest)?, false),
        None => who(inner, false),
    }
}

/// What stands behind a label, which has to end there.
fn label_end(rest: &str) -> Option<&str> {
    let trimmed = rest.trim_start_matches([' ', ':', '：', '=', '/']);
    (trimmed.len() < rest.len()).then_some(trimmed)
}

fn who(text: &str, may_be_bare: bool) -> Option<String> {
    if let Some(groups) = WITH_ROLE.captures(text) {
        return groups.name("names").is_none_or(|names| are_names(names.as_str())).then(|| text.to_owned());
    }
    if let Some(groups) = WITH_ROLE_BEHIND.captures(text) {
        return are_names(&groups["names"]).then(|| groups["who"].to_owned());
    }
    (may_be_bare && NAMES.is_match(text) && are_names(text)).then(|| text.to_owned())
}

/// Who wrote, where the text begins with it: `홍길동 기자 = `; and how many bytes that takes.
pub(super) fn beginning(text: &str) -> Option<(String, usize)> {
    let head = text.char_indices().nth(40).map_or(text, |(end, _)| &text[..end]);
    let (name, _) = head.split_once('=')?;
    let groups = WITH_ROLE_BEHIND.captures(name.trim())?;
    are_names(&groups["names"]).then(|| (groups["who"].to_owned(), name.len() + 1))
}
