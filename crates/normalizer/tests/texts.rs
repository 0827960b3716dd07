//! What a page's text says of itself: its characters, dateline, byline and kind.

use proptest::prelude::*;
use sinmun_article::{Genre, Record};
use sinmun_normalizer::{Page, PageReading, PageWarning, read_page};
use sinmun_sources::{Definition, Sources};

const URL: &str = "https://wire.example/1";

/// Reads a page of a source whose rules name title, date, byline and body, seen on 24 November 2024.
fn read(html: &str) -> PageReading {
    let rules = "id = 'wire'\nname = 'Wire'\nhosts = ['wire.example']\n[[selectors]]\ntitle = 'h1'\ndate = 'i'\n\
                 byline = 'b'\nbody = 'p'";
    let wire = Definition::parse("wire.toml", rules).expect("the definition is sound");
    let seen = "2024-11-24T00:00:00Z".parse().ok();
    let html = format!("<meta charset=utf-8>{html}");
    let page = Page { address: URL, url: URL, body: html.as_bytes(), seen, ..Page::default() };
    read_page(&page, &wire, &Sources::built_in())
}

fn record(html: &str) -> Record {
    read(html).record.expect("the page has a title")
}

#[test]
fn names_in_private_characters_are_read() {
    let record = record(
        "<h1>\u{f120}\u{f121}\u{f122}동지께서 제９차대회를</h1><b>ＫＣＮＡ</b><p>\u{f113}\u{f114}\u{f115}주석과\u{a0} \u{f099}나라.",
    );
    assert_eq!(record.title, "김정은동지께서 제9차대회를");
    assert_eq!(record.body, "김일성주석과 나라.");
    assert_eq!(record.byline.as_deref(), Some("KCNA"));
}

#[test]
fn a_dateline_is_told_from_the_body_and_gives_the_date() {
    #[track_caller]
    fn check(html: &str, date: Option<&str>, warnings: &[PageWarning]) {
        let reading = read(&format!("<h1>A canal</h1>{html}"));
        let record = reading.record.expect("there is a title");
        assert_eq!(record.dateline.as_deref(), Some("Pyongyang, November 6 (KCNA)"));
        assert_eq!(record.body, "It was opened.");
        let found = record.date.map(|date| format!("{date} {}", date.origin().name()));
        assert_eq!(found.as_deref(), date);
        let odd: Vec<PageWarning> =
            reading.warnings.into_iter().filter(|warning| *warning != PageWarning::NoLanguage).collect();
        assert_eq!(odd, warnings);
    }
    let text = "<p>Pyongyang, November 6 (KCNA) -- It was opened.";
    check(text, Some("2024-11-06 dateline"), &[PageWarning::GuessedDate]);
    check(&format!("<i>2024-11-07</i>{text}"), Some("2024-11-07 page"), &[]);
    check(&format!("<i>2019-11-07</i>{text}"), Some("2019-11-07 page"), &[]);
    check(&format!("<i>2024-11-20</i>{text}"), Some("2024-11-20 page"), &[PageWarning::OtherDay]);
    check(
        "<p>Pyongyang, November 6 (KCNA)<p>It was opened.",
        Some("2024-11-06 dateline"),
        &[PageWarning::GuessedDate],
    );
}

#[test]
fn the_days_before_and_behind_a_new_year_are_near() {
    let odd = |date: &str, day: &str| {
        let html = format!("<h1>A canal</h1><i>{date}</i><p>PYONGYANG, {day} (KCNA) -- It was opened.");
        read(&html).warnings.contains(&PageWarning::OtherDay)
    };
    assert!(!odd("2024-01-01", "December 31"));
    assert!(!odd("2023-12-31", "January 1"));
    assert!(odd("2024-01-01", "July 2"));
    assert!(!odd("2024", "July 2"));
    assert!(!odd("2024-03-01", "February 29"));
}

#[test]
fn a_signature_becomes_the_byline_where_none_is_named() {
    let unnamed = record("<h1>운하</h1><p>운하가 개통되였다.<p>본사기자 안성일");
    assert_eq!(
        (unnamed.byline.as_deref(), unnamed.body.as_str()),
        (Some("본사기자 안성일"), "운하가 개통되였다.")
    );
    let named = record("<h1>Canal</h1><b>Ri Un Nam</b><p>It is open.<p>By Kim Su<p>Ri Un Nam");
    assert_eq!(
        (named.byline.as_deref(), named.body.as_str()),
        (Some("Ri Un Nam"), "It is open.\n\nBy Kim Su")
    );
    let both = record("<h1>运河</h1><p>新华社平壤11月6日电（记者 王五）运河开通。");
    assert_eq!(both.dateline.as_deref(), Some("新华社平壤11月6日电"));
    assert_eq!((both.byline.as_deref(), both.body.as_str()), (Some("王五"), "运河开通。"));
}

#[test]
fn a_statement_says_so() {
    let statement = record(
        "<h1>Press Statement of Spokesperson for Sample Ministry</h1><p>Pyongyang, November 6 (KCNA) -- It is so.",
    );
    assert_eq!(statement.genre, Some(Genre::PressStatement));
    assert_eq!(statement.speaker.as_deref(), Some("Spokesperson for Sample Ministry"));
    let below = record(
        "<h1>The Canal Is Ours</h1><p>Pyongyang, November 6 (KCNA) -- A spokesperson for the Sample Ministry on Wednesday \
         issued the following statement:<p>It is so.",
    );
    assert_eq!(below.genre, Some(Genre::Statement));
    assert_eq!(record("<h1>A canal</h1><p>It is open.").genre, None);
}

#[test]
fn odd_texts_are_noticed() {
    let garbled = read("<h1>Canal</h1><p>Itâ€™s open, and thatâ€™s that.");
    assert!(garbled.warnings.contains(&PageWarning::Garbled));
    let english = "The workers of the farm brought in what they had sown, and that was more than was planned for the year. ";
    let korean = "농장의 일군들이 가을걷이를 끝냈으며 수확고는 지난해보다 많다고 한다. 성에서는 농장에 우승기를 수여하였다. ";
    let mixed = read(&format!("<h1>Farm</h1><p>{}<p>{}", english.repeat(3), korean.repeat(3)));
    assert!(mixed.warnings.contains(&PageWarning::MixedLanguages));
    assert_eq!(mixed.record.expect("there is a title").language.code(), "ko");
    let plain = read(&format!("<h1>Farm</h1><p>{}<p>김견본", english.repeat(3)));
    assert!(
        !plain.warnings.contains(&PageWarning::MixedLanguages)
            && !plain.warnings.contains(&PageWarning::Garbled)
    );
}

/// A long text takes no longer than its length: none of the rules looks at a part again and again.
#[test]
fn a_hostile_text_is_read() {
    for piece in [
        "By ",
        "（记者",
        "Pyongyang, ",
        "글 사진 ",
        "\u{f113}",
        "Ã©",
        "e\u{301}",
        "Statement of ",
        "(",
        "【",
        "\n\n<p>가",
    ] {
        let text = piece.repeat(20_000);
        let reading = read(&format!("<h1>T {text}</h1><p>{text}<p>{text}"));
        assert!(reading.record.is_some());
    }
}

proptest! {
    #[test]
    fn any_page_is_read(
        title in r"(Statement of |담화|社论：|\x{f113}\x{f114}\x{f115}|.){0,8}",
        body in r"(Pyongyang, November 6 \(KCNA\) --|（记者 王五）|본사기자 안성일|By Ri Kum|<p>|е|.){0,20}",
    ) {
        let _ = read(&format!("<h1>{title}</h1><p>{body}"));
    }
}
