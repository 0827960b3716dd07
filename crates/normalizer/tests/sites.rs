//! Pages in the shapes of sites that nobody can see any more, or not from here, with texts written for this test:
//! what the definitions that come with the program read of them.

use sinmun_normalizer::{Page, PageReading, PageWarning, read_page, read_pages};
use sinmun_sources::Sources;

/// A page of a site, and what it must give.
struct Sample<'a> {
    source: &'a str,
    /// What it is known by, where that is not its URL.
    address: Option<&'a str>,
    url: &'a str,
    html: &'a str,
    canonical: &'a str,
    title: &'a str,
    date: &'a str,
    language: &'a str,
    body: &'a [&'a str],
    byline: Option<&'a str>,
    images: &'a [&'a str],
}

const PLAIN: Sample<'_> = Sample {
    source: "kcna",
    address: None,
    url: "",
    html: "",
    canonical: "",
    title: TITLE,
    date: "2024-08-05",
    language: "en",
    body: TEXT,
    byline: None,
    images: &[],
};

const TITLE: &str = "Canal of Sample County Opened";
const TEXT: &[&str] = &[
    "The canal of Sample County was opened in the presence of those who dug it.",
    "It brings water to forty farms, which had to wait for the rain until now.",
];
const KOREAN_TITLE: &str = "표본군에서 새 물길을 완공";
const KOREAN: &[&str] = &[
    "표본군의 일군들과 근로자들이 새 물길을 훌륭히 완공하였다.",
    "물길은 마흔개의 농장에 물을 보내주게 된다.",
];

/// The places of a page's texts filled in.
fn filled(html: &str, title: &str, body: &[&str]) -> String {
    html.replace("{title}", title).replace("{1}", body[0]).replace("{2}", body[1])
}

fn page<'a>(sample: &'a Sample<'_>, html: &'a str) -> Page<'a> {
    Page {
        address: sample.address.unwrap_or(sample.url),
        url: sample.url,
        body: html.as_bytes(),
        seen: "2026-10-08T00:00:00Z".parse().ok(),
        ..Page::default()
    }
}

#[track_caller]
fn check(sample: &Sample<'_>) {
    let sources = Sources::built_in();
    let definition = sources.of_url(sample.url).expect("the site is known");
    let html = filled(sample.html, sample.title, sample.body);
    let PageReading { record, warnings, .. } = read_page(&page(sample, &html), definition, &sources);
    assert_eq!(warnings, [] as [PageWarning; 0]);
    let record = record.expect("there is an article");
    assert_eq!(record.source.as_str(), sample.source);
    assert_eq!(record.canonical_url.as_deref(), Some(sample.canonical));
    assert_eq!(record.title, sample.title);
    assert_eq!(record.date.map(|date| date.to_string()).as_deref(), Some(sample.date));
    assert_eq!(record.language.code(), sample.language);
    // A dateline may stand as a paragraph of its own.
    let paragraphs = record.body.split("\n\n").filter(|text| !text.starts_with("(평양"));
    assert_eq!(paragraphs.collect::<Vec<_>>(), sample.body);
    assert_eq!(record.byline.as_deref(), sample.byline);
    assert_eq!(record.images.iter().map(|image| image.url.as_str()).collect::<Vec<_>>(), sample.images);
}

#[test]
fn the_first_site_of_kcna() {
    let url = "http://www.kcna.kp/kcna.user.article.retrieveArticleInfoFromArticleCode.kcmsf";
    let xml = "<?xml version='1.0' encoding=\"UTF-8\"?><xsync><NData><articleCreateDate><![CDATA[2017.07.05]]></articleCreateDate>\
               <mainTitle><![CDATA[{title}]]></mainTitle><subTitle><![CDATA[]]></subTitle><content><![CDATA[{1}<br>\n{2}－－－]]>\
               </content></NData></xsync>";
    let first =
        Sample { address: Some("AR0123456"), url, canonical: "kcna:AR0123456", date: "2017-07-05", ..PLAIN };
    check(&Sample { html: xml, ..first });
    // Leaders' names in larger letters.
    let bold = xml.replace("{1}", "{1}<nobr><strong><font style='font-size:11pt;'></font></strong></nobr>");
    check(&Sample { html: &bold, language: "ko", title: KOREAN_TITLE, body: KOREAN, ..first });
    let html = "<html><body><form><input type=hidden id=mainTitle value=\"{title}\"><input type=hidden id=fCreateDate \
                value=2017.07.05><input type=hidden id=content value=\"{1}&lt;br&gt;{2}\"></form></body></html>";
    check(&Sample { html, ..first });
}

#[test]
fn the_second_site_of_kcna() {
    let html = "<html><head><title>KCNA</title></head><body><nav><a href=/en>Home</a></nav><div class=article-main-title>{title}</div>\
                <div class=publish-time>www.kcna.kp (2024.08.05.)</div><div class=content-wrapper><p>{1}</p><p>{2}</p><p>-0-</p></div>\
                <div class=footer><p>Copyright 2000-2024 KCNA</p></div></body></html>";
    let url = "http://www.kcna.kp/en/article/q/0123456789abcdef.kcmsf";
    check(&Sample {
        html,
        url: "http://kcna.kp/en/article/q/0123456789abcdef.kcmsf",
        canonical: url,
        ..PLAIN
    });
    let url = "http://www.kcna.kp/kp/article/q/0123456789abcdef.kcmsf";
    let korean = Sample { language: "ko", title: KOREAN_TITLE, body: KOREAN, ..PLAIN };
    check(&Sample { html: &html.replace("-0-", "(끝)"), url, canonical: url, ..korean });
}

#[test]
fn the_third_site_of_kcna() {
    let html = "<html><body><div class=menu><a href=/en>Home</a></div><article><h1>{title}</h1><nobr>[2026.7.9.]</nobr>\
                <p>{1}</p><img src=/siteFiles/photo/1.jpg><p>{2}</p><p>-0-</p></article><div>www.kcna.kp</div></body></html>";
    let url = "http://www.kcna.kp/en/article/detail/0123456789abcdef0123456789abcdef";
    let third = Sample { date: "2026-07-09", images: &["http://www.kcna.kp/siteFiles/photo/1.jpg"], ..PLAIN };
    check(&Sample { html, url, canonical: url, ..third });
    let html = html
        .replace("[2026.7.9.]", "[Juche113.1.2.]")
        .replace("<p>{1}", "<p>(평양 1월 2일발 조선중앙통신)</p><p>{1}");
    let url = "http://www.kcna.kp/kp/article/detail/0123456789abcdef0123456789abcdef";
    check(&Sample {
        html: &html.replace("-0-", "(끝)"),
        url,
        canonical: url,
        date: "2024-01-02",
        language: "ko",
        title: KOREAN_TITLE,
        body: KOREAN,
        ..third
    });
}

#[test]
fn the_later_pages_of_kcna_in_japan() {
    let html = "<html><head><title>KCNA</title></head><body><table><tr><td><b>KCNA</b></td><td><b>News</b></td></tr></table><table><tr><td>\
                <table><tr><td><b>Calendar</b><b>Past news</b></td></tr><tr><td>&gt;&gt; December 1. 2018 Juche 107</td></tr><tr><td>\
                <b>{title}</b><br><br>&nbsp;&nbsp;{1}<br>&nbsp;&nbsp;{2}</td></tr></table></td></tr></table><div>Copyright (C) KOREA NEWS \
                SERVICE(KNS) All Rights Reserved.</div></body></html>";
    let url = "http://www.kcna.co.jp/item/2018/201812/news01/20181201-01ee.html";
    check(&Sample {
        html,
        url: "http://kcna.co.jp/item/2018/201812/news01/20181201-01ee.html",
        canonical: url,
        date: "2018-12-01",
        ..PLAIN
    });
}

#[test]
fn rodong_before_2023() {
    let html = "<html><head><title>Rodong Sinmun</title></head><body><center><div class=ArticleMenuDate>Feb. 11,&nbsp;Juche 111 (2022)&nbsp;\
                &nbsp;Friday</div><img src=images/mark.PNG></center><table><tr><td><p class=ArticleContent align=center><font>{title}</font>\
                </p><p class=ArticleContent>&nbsp;</p><p class=ArticleContent>{1}</p><p class=ArticleContent style='text-align: center;'>\
                <img src=/article_contents_en/1.jpg></p><p class=ArticleContent>{2}</p><p class=ArticleContent align=right>Ri Sample</p>\
                </td></tr></table><div>Copyright @ 2022 by The Rodong Sinmun. All rights reserved.</div></body></html>";
    check(&Sample {
        source: "rodong-sinmun",
        html,
        url: "http://rodong.rep.kp/en/index.php?strPageID=SF01_02_01&newsID=2022-02-11-0001",
        canonical: "http://www.rodong.rep.kp/en/index.php?newsID=2022-02-11-0001&strPageID=SF01_02_01",
        date: "2022-02-11",
        byline: Some("Ri Sample"),
        images: &["http://rodong.rep.kp/article_contents_en/1.jpg"],
        ..PLAIN
    });
}

#[test]
fn rodong_from_2023() {
    let html = "<html><body><div id=menu><a href='?MUBANEAxQA=='>정치</a></div><div id=article-date>주체１１５(２０２６)년 ９월 １５일 화요일\
                </div><div id=articleContent><div id=ContDIV><p class={class}>{title}</p><p class=TextP>{1}</p><img src=/photo/1.jpg>\
                <p class=TextP>{2}</p></div></div></body></html>";
    let sample = Sample {
        source: "rodong-sinmun",
        // 12@2026-09-15-016@3@1@@0@1@
        url: "http://www.rodong.rep.kp/ko/index.php?MTJAMjAyNi0wOS0xNS0wMTZAM0AxQEAwQDFA",
        canonical: "http://www.rodong.rep.kp/ko/index.php?MTJAMjAyNi0wOS0xNS0wMTZA",
        date: "2026-09-15",
        language: "ko",
        title: KOREAN_TITLE,
        body: KOREAN,
        images: &["http://www.rodong.rep.kp/photo/1.jpg"],
        ..PLAIN
    };
    for class in ["TitleP", "RevoTitleP"] {
        check(&Sample { html: &html.replace("{class}", class), ..sample });
    }
    // 8@2026-09-15-016@19@@word@2@, found by a search
    let searched = "http://www.rodong.rep.kp/ko/index.php?OEAyMDI2LTA5LTE1LTAxNkAxOUBAd29yZEAyQA==";
    check(&Sample { html: &html.replace("{class}", "TitleP"), url: searched, ..sample });
}

#[test]
fn voice_of_korea() {
    let html = "<html><head><title>Voice of Korea</title></head><body><ul class=menu><li><a href=/index.php/home/main/en>Home</a></li></ul>\
                <div class=detail><h3>{title}</h3><p>{1}</p><p>{2}</p><p>(2026.10.7)</p></div></body></html>";
    let url = "http://vok.rep.kp/index.php/detail_com/comde/ien261007001/18/en";
    check(&Sample { source: "voice-of-korea", html, url, canonical: url, date: "2026-10-07", ..PLAIN });
}

#[test]
fn naenara() {
    let html = "<html><head><title>Naenara</title></head><body><div class=top><a href=/main/index/en/first>First page</a></div>\
                <div class=view><h3>{title}</h3><span>[ 2021-06-01 ]</span><p>{1}</p><p>{2}</p></div></body></html>";
    let url = "http://naenara.com.kp/main/view/en/news?12345";
    check(&Sample { source: "naenara", html, url, canonical: url, date: "2021-06-01", ..PLAIN });
}

#[test]
fn uriminzokkiri() {
    let html = "<html><head><title>우리민족끼리</title></head><body><div class=menu><a href=index.php>첫페지</a></div><h3>{title}</h3>\
                <div>주체107(2018)년 3월 21일 《우리민족끼리》</div><div class=text><p>{1}</p><p>{2}</p></div></body></html>";
    check(&Sample {
        source: "uriminzokkiri",
        html,
        url: "http://uriminzokkiri.com/index.php?ptype=ugisa1&no=1149315",
        canonical: "http://www.uriminzokkiri.com/index.php?no=1149315&ptype=ugisa1",
        date: "2018-03-21",
        language: "ko",
        title: KOREAN_TITLE,
        body: KOREAN,
        ..PLAIN
    });
}

/// Three stories on a page of the mirror of KCNA in Japan; `{name}` is the anchor and the title of one.
const DAY: &str = "<html><head><title>KCNA</title></head><body><h2>Korean News</h2><ul><li><a href='#1'>First</a><li><a href='#2'>Second\
                   </a></ul>{stories}<hr><p>Copyright (C) KOREA NEWS SERVICE(KNS) All Rights Reserved.</p></body></html>";

#[test]
fn the_early_pages_of_kcna_in_japan_carry_many_stories() {
    let anchors = [
        "<p><a name=\"{number}\"></a><b>{title}</b></p>",
        "<a name={number}><h3>{title}</h3></a>",
        "<h3><a name={number}>{title}</a></h3>",
        "<table><tr><td><a name={number}></a></td></tr><tr><td><b>{title}</b></td></tr></table>",
    ];
    let titles = ["Canal opened", "Dam mended", "Bridge built"];
    for anchor in anchors {
        let story = |number: usize| {
            let anchor =
                anchor.replace("{number}", &number.to_string()).replace("{title}", titles[number - 1]);
            format!(
                "{anchor}<p>&nbsp; Pyongyang, January 2 (KCNA) -- {} <br>&nbsp; On December 3, 1996 work {number} had begun.</p>\
                 <a href=#top>TOP</a>",
                TEXT[0]
            )
        };
        let html = DAY.replace("{stories}", &(1..=3).map(story).collect::<String>());
        let sources = Sources::built_in();
        let url = "http://www.kcna.co.jp/item/1997/9701/news1/02.htm";
        let page = Page { address: url, url, body: html.as_bytes(), ..Page::default() };
        let stories = read_pages(&page, sources.of_url(url).unwrap(), &sources);
        assert_eq!(stories.len(), 3, "{anchor}");
        for ((number, title), story) in (1..).zip(titles).zip(stories) {
            assert_eq!(story.warnings, []);
            let record = story.record.unwrap();
            assert_eq!(record.title, title, "{anchor}");
            assert_eq!(record.canonical_url, Some(format!("{url}#{number}")));
            assert_eq!(record.url, record.canonical_url);
            assert_eq!(record.date.unwrap().to_string(), "1997-01-02");
            assert!(!record.shares_url);
            let paragraphs: Vec<&str> = record.body.split("\n\n").collect();
            assert_eq!(paragraphs.len(), 2, "{paragraphs:?}");
            assert!(paragraphs[0].ends_with(TEXT[0]));
            assert_eq!(paragraphs[1], format!("On December 3, 1996 work {number} had begun."));
        }
    }
}

#[test]
fn a_page_without_stories_is_one_article() {
    let sources = Sources::built_in();
    let url = "http://www.kcna.co.jp/item/1997/9701/news1/02.htm";
    let html = format!("<h3>{TITLE}</h3><p>{}</p>", TEXT[0]);
    let page = Page { address: url, url, body: html.as_bytes(), ..Page::default() };
    let definition = sources.of_url(url).unwrap();
    assert_eq!(read_pages(&page, definition, &sources), [read_page(&page, definition, &sources)]);
    let page = Page { body: b"", ..page };
    assert_eq!(read_pages(&page, definition, &sources)[0].warnings, [PageWarning::NoTitle]);
}
