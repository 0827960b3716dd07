//! Who signs a text, over it or under it.

mod chinese;
mod korean;
mod western;

/// The names in a body that say who wrote it, as printed but for plain labels, and the body without them.
///
/// `본사기자` and `本报记者` are roles and stay; `By`, `글`, `记者` say nothing but that a name follows. What is not
/// surely a signature is left where it is: a bare name is none.
///
/// ```text
/// By Ri Kum Hyang   (Reporter: Ri Kum Hyang)   본사기자 안성일   글 및 사진 본사기자 안성일   （记者 王五）
/// ```
pub(crate) fn signature(body: &str) -> Option<(String, String)> {
    at_end(body).or_else(|| at_beginning(body))
}

fn at_end(body: &str) -> Option<(String, String)> {
    let (before, last) = body.rsplit_once("\n\n")?;
    if let Some(names) = whole(last) {
        // The writer may stand above the photographer.
        let (above, second) = before.rsplit_once("\n\n").unwrap_or(("", before));
        return Some(match whole(second).filter(|_| !above.is_empty()) {
            Some(writer) => (format!("{writer}, {names}"), above.to_owned()),
            None => (names, before.to_owned()),
        });
    }
    let (names, start) = chinese::end(last)?;
    let left = last[..start].trim_end();
    Some((names, if left.is_empty() { before.to_owned() } else { format!("{before}\n\n{left}") }))
}

fn at_beginning(body: &str) -> Option<(String, String)> {
    let (first, rest) = body.split_once("\n\n").unwrap_or((body, ""));
    if let Some(names) = whole(first).filter(|_| !rest.is_empty()) {
        return Some((names, rest.to_owned()));
    }
    let (names, length) = chinese::beginning(body).or_else(|| korean::beginning(body))?;
    Some((names, body[length..].trim_start().to_owned()))
}

/// Who wrote, where a paragraph says that and nothing else.
fn whole(paragraph: &str) -> Option<String> {
    // The longest name is short, and most paragraphs are not.
    if paragraph.len() > 200 {
        return None;
    }
    korean::whole(paragraph).or_else(|| chinese::whole(paragraph)).or_else(|| western::whole(paragraph))
}

/// A body without a byline that stands in it again as a paragraph of its own, over it or under it.
pub(crate) fn without(body: String, byline: &str) -> String {
    let is_it = |paragraph: &str| {
        let names = whole(paragraph);
        paragraph.trim() == byline || names.is_some_and(|names| names == byline || byline.ends_with(&names))
    };
    let body = match body.rsplit_once("\n\n") {
        Some((rest, last)) if is_it(last) => rest.to_owned(),
        _ => body,
    };
    match body.split_once("\n\n") {
        Some((first, rest)) if is_it(first) => rest.to_owned(),
        _ => body,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(paragraph: &str, expected: Option<&str>) {
        assert_eq!(whole(paragraph).as_deref(), expected);
        let body = format!("운하가 개통되였다.\n\n{paragraph}");
        let (names, rest) = signature(&body).unzip();
        assert_eq!(names.as_deref(), expected);
        assert!(rest.is_none_or(|rest| rest == "운하가 개통되였다."));
    }

    #[track_caller]
    fn check_within(body: &str, names: &str, rest: &str) {
        assert_eq!(signature(body), Some((names.to_owned(), rest.to_owned())));
    }

    #[test]
    fn korean_signatures() {
        check("본사기자 안성일", Some("본사기자 안성일"));
        check("특파기자 리철수", Some("특파기자 리철수"));
        check("본사기자 안성일, 리강혁", Some("본사기자 안성일, 리강혁"));
        check("글 본사기자 안성일", Some("본사기자 안성일"));
        check("글 본사기자 안성일 / 사진 본사기자 리강혁", Some("본사기자 안성일, 본사기자 리강혁"));
        check("글 본사기자 안성일 사진 본사기자 리강혁", Some("본사기자 안성일, 본사기자 리강혁"));
        check("글 및 사진 본사기자 안성일", Some("본사기자 안성일"));
        check("글 및 사진 안성일", Some("안성일"));
        check("글 안성일", Some("안성일"));
        check("본사정치보도반", Some("본사정치보도반"));
        check("조선중앙통신 기자 김진명", Some("조선중앙통신 기자 김진명"));
        check("홍길동 기자", Some("홍길동 기자"));
        check("홍길동 기자 hong@wire.example", Some("홍길동 기자"));
        check_within(
            "하나.\n\n글 본사기자 안성일\n\n사진 본사기자 리강혁",
            "본사기자 안성일, 본사기자 리강혁",
            "하나.",
        );
        check_within("홍길동 기자 = 운하가 열렸다.", "홍길동 기자", "운하가 열렸다.");
    }

    #[test]
    fn what_is_no_korean_signature() {
        check("안성일", None);
        check("기자 회견", None);
        check("기자", None);
        check("사진 전시회", None);
        check("글 읽기", None);
        check("글짓기 대회", None);
        check("본사기자 안성일이 전한다.", None);
        check("외신기자 회견장", None);
        check("종군기자 수첩", None);
    }

    #[test]
    fn chinese_signatures() {
        check("记者 王五", Some("王五"));
        check("（记者 王五）", Some("王五"));
        check("（记者王五、李四）", Some("王五、李四"));
        check("(记者：王五)", Some("王五"));
        check("本报记者 王五", Some("本报记者 王五"));
        check("新华社记者王五、李四", Some("新华社记者 王五、李四"));
        check("（本报驻平壤记者 王五）", Some("本报驻平壤记者 王五"));
        check("（记者 王五 通讯员 李四）", Some("王五 通讯员 李四"));
        check("记者招待会", None);
        check("记者会", None);
        check("记者节快乐", None);
        check("记者王五在平壤看到。", None);
        check("（记者看到的平壤）", None);
        check_within("（记者王五、李四）运河开通。\n\n二。", "王五、李四", "运河开通。\n\n二。");
        check_within("一。\n\n运河开通。（记者 王五）", "王五", "一。\n\n运河开通。");
    }

    #[test]
    fn western_signatures() {
        check("By Ri Kum Hyang", Some("Ri Kum Hyang"));
        check("By Ri Kum Hyang and Kim Su", Some("Ri Kum Hyang and Kim Su"));
        check("By Xinhua writers Li Si, Wang Wu", Some("Xinhua writers Li Si, Wang Wu"));
        check("by Xinhua writer Li Si", Some("Xinhua writer Li Si"));
        check("By Staff Reporter Ri Kum Hyang", Some("Staff Reporter Ri Kum Hyang"));
        check("(Reporter: Ri Kum Hyang)", Some("Ri Kum Hyang"));
        check("(By Ri Kum Hyang)", Some("Ri Kum Hyang"));
        check("(Writer Li Si)", Some("Li Si"));
        check("Reporter: Ri Kum Hyang", Some("Ri Kum Hyang"));
        check("Por Juan Pérez", Some("Juan Pérez"));
        check("Von Hans J. Müller", Some("Hans J. Müller"));
        check("Автор: Иван Петров", Some("Иван Петров"));
        check_within("By Ri Kum Hyang\n\nA canal was opened.", "Ri Kum Hyang", "A canal was opened.");
    }

    #[test]
    fn what_is_no_western_signature() {
        check("Ri Kum Hyang", None);
        check("By Land and Sea", None);
        check("By The River", None);
        check("By the end of the year", None);
        check("By November the canal is open.", None);
        check("By Ri Kum Hyang.", None);
        check("Por La Paz", None);
        check("Reporter Without Borders", None);
        check("by Ri Kum Hyang", None);
        check("", None);
        assert_eq!(signature("By Ri Kum Hyang"), None);
    }

    #[test]
    fn a_byline_that_is_known_goes_from_the_body() {
        assert_eq!(without("One.\n\nRi Un Nam".to_owned(), "Ri Un Nam"), "One.");
        assert_eq!(without("By Ri Un Nam\n\nOne.".to_owned(), "Ri Un Nam"), "One.");
        assert_eq!(without("One.\n\nBy Kim Su".to_owned(), "Ri Un Nam"), "One.\n\nBy Kim Su");
        assert_eq!(without("Ri Un Nam".to_owned(), "Ri Un Nam"), "Ri Un Nam");
    }

    proptest! {
        #[test]
        fn any_text_is_read(body in r"([(（]?(By|Reporter:|글|사진|본사기자|记者|안성일| Ri Kum|王五|、|/|[)）]|=|\n\n|é|.){0,8}){0,3}") {
            if let Some((names, rest)) = signature(&body) {
                prop_assert!(!names.is_empty() && rest.len() < body.len());
            }
            let _ = without(body, "Ri Kum");
        }
    }
}
