//! Pages in the shape of KCNA Watch, written for this test: what an aggregator carries is read as its outlet's.

use sinmun_normalizer::{Page, PageReading, PageWarning, read_page};
use sinmun_sources::Sources;

const URL: &str = "https://kcnawatch.org/newstream/1730867400-123456789/a-title/";
const ORIGINAL: &str = "http://www.vok.rep.kp/index.php/detail_com/comde/ien241106001/18/en";

/// What differs from page to page.
struct Shape<'a> {
    title: &'a str,
    /// The line that names date, source and original; with `{link}` for the link.
    line: &'a str,
    body: &'a [&'a str],
    cards: usize,
    /// Whether the line stands above the part that holds the body.
    is_above: bool,
}

const USUAL: Shape<'_> = Shape {
    title: "Farm of Sample County brings in the harvest",
    line: "Date: 06/11/2024 | Source: Voice of Korea (EN) | {link}",
    body: &[
        "The farm of Sample County brought in what it had sown in the spring, and the yield was larger than that of the year before.",
        "The manager said that the water from the new canal had helped, and that seed for the next year had been set aside.",
    ],
    cards: 3,
    is_above: false,
};

fn html(shape: &Shape<'_>) -> String {
    let link = format!("<a href=\"{ORIGINAL}\" target=_blank>Read original version at source</a>");
    let line = format!("<p>{}</p>", shape.line.replace("{link}", &link));
    let (above, inside) = if shape.is_above { (line.as_str(), "") } else { ("", line.as_str()) };
    let body: String = shape.body.iter().map(|text| format!("<p>{text}</p>\n")).collect();
    let card = |number: usize| {
        format!(
            "<div class=article-desc><a href=/newstream/1-{number}/x/>Card {number}</a><h4>Card {number}</h4><p>Teaser of card \
             {number} that is no part of the article</p><span class=articled-date><span>March 22, 2026</span></span></div>"
        )
    };
    let cards: String = (0..shape.cards).map(card).collect();
    format!(
        "<!DOCTYPE html><html lang=en-US><head><title>{title} | KCNA Watch</title></head><body><!--[if lt IE 9]><p>Your browser \
         is out of date</p><![endif]--><header><img alt='KCNA Watch Logo'><nav><a href=/>Browse</a><a href=/pro>Upgrade to NK PRO</a>\
         </nav><span>March 22, 2026</span><span>Mar 22, 2026</span></header><main><div class=outlet>KCNA Voice of Korea (EN)</div>\
         <h1 class=entry-title>{title}</h1>{above}<div class=article-content>{inside}\n{body}<h3>More From Voice of Korea (EN)</h3>\
         {cards}<h3>More Articles</h3></div></main></body></html>",
        title = shape.title
    )
}

fn read(shape: &Shape<'_>) -> PageReading {
    let sources = Sources::built_in();
    let definition = sources.of_url(URL).expect("the aggregator has a definition");
    let html = html(shape);
    let page = Page {
        address: "https://kcnawatch.org/newstream/1730867400-123456789/",
        url: URL,
        content_type: Some("text/html; charset=UTF-8"),
        body: html.as_bytes(),
        seen: "2026-03-22T10:00:00Z".parse().ok(),
        ..Page::default()
    };
    read_page(&page, definition, &sources)
}

#[track_caller]
fn check(shape: &Shape<'_>, source: &str, language: &str, date: Option<&str>, warnings: &[PageWarning]) {
    let reading = read(shape);
    let record = reading.record.expect("there is an article");
    assert_eq!(record.title, shape.title.trim_start_matches('·'));
    assert_eq!((record.source.as_str(), record.language.code()), (source, language));
    assert_eq!(record.date.map(|date| date.to_string()).as_deref(), date);
    assert_eq!(record.body, shape.body.join("\n\n"));
    assert_eq!(reading.warnings, warnings);
    assert!(record.is_copy);
}

#[test]
fn an_article_is_its_outlets() {
    for is_above in [false, true] {
        check(&Shape { is_above, ..USUAL }, "voice-of-korea", "en", Some("2024-11-06"), &[]);
    }
    let record = read(&USUAL).record.unwrap();
    assert_eq!(record.outlet, "Voice of Korea");
    assert_eq!(record.url.as_deref(), Some(ORIGINAL));
    assert_eq!(record.canonical_url, Sources::built_in().canonical_url(&record.source, ORIGINAL));
}

#[test]
fn in_korean() {
    let shape = Shape {
        title: "·표본군 농장에서 가을걷이를 끝냈다",
        line: "Date: 06/11/2024 | Source: Rodong Sinmun (KO) | {link}",
        body: &[
            "표본군 농장에서 봄에 심은 곡식을 모두 거두어들였으며 수확고는 지난해보다 높다고 한다.",
            "관리위원장은 새 물길이 큰 도움이 되였으며 다음해 종자도 마련해놓았다고 말하였다.",
        ],
        ..USUAL
    };
    check(&shape, "rodong-sinmun", "ko", Some("2024-11-06"), &[]);
}

#[test]
fn however_many_cards_follow() {
    check(&Shape { cards: 400, ..USUAL }, "voice-of-korea", "en", Some("2024-11-06"), &[]);
    check(&Shape { cards: 0, ..USUAL }, "voice-of-korea", "en", Some("2024-11-06"), &[]);
}

#[test]
fn without_a_line_of_its_source() {
    let shape = Shape { line: "", ..USUAL };
    let reading = read(&shape);
    let record = reading.record.unwrap();
    assert_eq!(
        (record.source.as_str(), record.outlet.as_str()),
        ("kcna-watch-listing", "KCNA Watch listing")
    );
    assert_eq!(record.url.as_deref(), Some(URL));
    assert_eq!(record.date, None, "a day on the page that is not said to be the article's is none");
    assert_eq!(record.body, USUAL.body.join("\n\n"));
    assert_eq!(reading.warnings, [PageWarning::NoOutlet, PageWarning::NoDate]);
}

#[test]
fn with_a_broken_date() {
    let shape = Shape { line: "Date: 31/02/2024 | Source: Voice of Korea (EN) | {link}", ..USUAL };
    let refused = PageWarning::BadDate(sinmun_normalizer::Refusal::NoSuchDay);
    check(&shape, "voice-of-korea", "en", None, &[refused, PageWarning::NoDate]);
    let shape = Shape { line: "Date: 06/11/2034 | Source: Voice of Korea (EN) | {link}", ..USUAL };
    let refused = PageWarning::BadDate(sinmun_normalizer::Refusal::InFuture);
    check(&shape, "voice-of-korea", "en", None, &[refused, PageWarning::NoDate]);
}

#[test]
fn a_label_may_be_wrong_or_nameless() {
    let spanish: &[&str] = &[
        "Los trabajadores de la granja del condado Muestra recogieron lo que habían sembrado en la primavera.",
        "El director dijo que el agua del nuevo canal ayudó y que las semillas para el próximo año están listas.",
    ];
    let shape = Shape { line: "Date: 06/11/2024 | Source: (En) | {link}", body: spanish, ..USUAL };
    let warnings = [PageWarning::NoOutlet, PageWarning::OtherLanguage];
    check(&shape, "kcna-watch-listing", "es", Some("2024-11-06"), &warnings);
    let shape = Shape { line: "Date: 06/11/2024 | Source: KCNA.co.jp (En) | {link}", body: spanish, ..USUAL };
    check(&shape, "kcna", "es", Some("2024-11-06"), &[PageWarning::OtherLanguage]);
    let shape = Shape { line: "Date: 06/11/2024 | Source: Sample Wire | {link}", ..USUAL };
    check(&shape, "sample-wire", "en", Some("2024-11-06"), &[]);
}

#[test]
fn the_page_that_the_project_began_with() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared/seed/kcnawatch-article-page.txt");
    let Ok(text) = std::fs::read_to_string(path) else {
        eprintln!("skipped: ../shared/seed is missing");
        return;
    };
    let paragraphs: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let line = paragraphs.iter().position(|line| line.starts_with("Date: ")).unwrap();
    let end = paragraphs.iter().position(|line| line.starts_with("More From ")).unwrap();
    // All that the page says, the masthead and the cards too, as one part.
    let all: String = paragraphs.iter().map(|text| format!("<p>{text}</p>\n")).collect();
    let title = paragraphs[line - 1];
    let html = format!("<h1 class=entry-title>{title}</h1><div class=article-content>{all}</div>");
    let sources = Sources::built_in();
    let page = Page { address: URL, url: URL, body: html.as_bytes(), ..Page::default() };
    let reading = read_page(&page, sources.of_url(URL).unwrap(), &sources);
    let record = reading.record.unwrap();
    assert_eq!((record.title.as_str(), record.source.as_str()), (title, "voice-of-korea"));
    assert_eq!(record.language.code(), "en");
    assert_eq!(record.date.unwrap().to_string(), "2024-11-06");
    assert_eq!(record.body, paragraphs[line + 1..end].join("\n\n"));
    assert_eq!(reading.warnings, []);
}
