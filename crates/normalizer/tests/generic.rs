//! Pages of many sites without rules of their own: what the generic extractor reads of them.
//!
//! The pages are cut in two by a hash of their names. Rules are tuned on one half only; that the other
//! comes out alike tells that they are general.

use std::path::Path;

use serde_json::{Map, Value};
use sinmun_article::PubDate;
use sinmun_normalizer::{Page, PageReading, PageWarning, read_page};
use sinmun_sources::{Definition, Sources};

/// How often a part was right, of how many times.
#[derive(Debug, Default, Clone, Copy)]
struct Share {
    right: usize,
    all: usize,
}

impl Share {
    fn add(&mut self, is_right: bool) {
        self.right += usize::from(is_right);
        self.all += 1;
    }

    fn value(self) -> f64 {
        self.right as f64 / self.all.max(1) as f64
    }
}

/// The four figures of some pages.
#[derive(Debug, Default, Clone, Copy)]
struct Figures {
    wanted: Share,
    unwanted: Share,
    title: Share,
    date: Share,
    author: Share,
}

impl Figures {
    fn line(&self) -> String {
        format!(
            "wanted {:.3}, unwanted absent {:.3}, title {:.3}, date {:.3}, author {:.3}",
            self.wanted.value(),
            self.unwanted.value(),
            self.title.value(),
            self.date.value(),
            self.author.value()
        )
    }
}

/// FNV-1a.
fn hash(name: &str) -> u64 {
    name.bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// A text in which white space does not count.
fn spaced(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn letters(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_whitespace()).flat_map(char::to_lowercase).collect()
}

/// Whether two titles are the same but for case, white space and the site's own name at either end.
fn same_title(read: &str, expected: &str) -> bool {
    let (read, expected) = (letters(read), letters(expected));
    let is_name = |rest: &str| {
        let marks = ['|', '-', '–', '—', ':', '·', '•', '«', '»'];
        rest.is_empty() || rest.starts_with(marks) || rest.ends_with(marks)
    };
    let within = |long: &str, short: &str| {
        !short.is_empty()
            && (long.strip_prefix(short).is_some_and(is_name)
                || long.strip_suffix(short).is_some_and(is_name))
    };
    read == expected || within(&read, &expected)
}

fn texts<'g>(gold: &'g Map<String, Value>, key: &str) -> impl Iterator<Item = &'g str> {
    gold.get(key).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
}

#[test]
fn pages_of_many_sites() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus/pages/generic");
    let Ok(gold) = std::fs::read(folder.join("gold.json")) else {
        eprintln!("skipped: ../shared/corpus/pages/generic is missing");
        return;
    };
    let gold: Map<String, Value> = serde_json::from_slice(&gold).unwrap();
    let any = Definition::parse("any.toml", "id = 'any'\nname = 'Any'").unwrap();
    let sources = Sources::built_in();
    let mut halves = [Figures::default(); 2];
    for (url, gold) in &gold {
        let gold = gold.as_object().unwrap();
        let said = |key: &str| gold.get(key).and_then(Value::as_str).unwrap_or_default();
        let name = said("file");
        let bytes = std::fs::read(folder.join(name)).unwrap();
        let page = Page { address: url, url, body: &bytes, ..Page::default() };
        let half = (hash(name) % 2) as usize;
        let figures = &mut halves[half];
        let record = read_page(&page, &any, &sources).record;
        let body = record.as_ref().map(|record| spaced(&record.body)).unwrap_or_default();
        let tell = |what: &str, is_right: bool, expected: &str, read: &str| {
            if !is_right {
                println!("{half} {name}: {what}: {expected:?} {read:?}");
            }
        };
        for text in texts(gold, "with") {
            let is_there = body.contains(&spaced(text));
            figures.wanted.add(is_there);
            tell("is missing", is_there, text, "");
        }
        for text in texts(gold, "without") {
            let is_absent = !body.contains(&spaced(text));
            figures.unwanted.add(is_absent);
            tell("is there", is_absent, text, "");
        }
        let title = record.as_ref().map_or("", |record| &record.title);
        let is_right = same_title(title, said("title"));
        figures.title.add(is_right);
        tell("title", is_right, said("title"), title);
        let date =
            record.as_ref().and_then(|record| record.date).map_or(String::new(), |date| date.to_string());
        let is_right = date.get(..10) == Some(said("date"));
        figures.date.add(is_right);
        tell("date", is_right, said("date"), &date);
        if gold.contains_key("author") {
            let author = record.as_ref().and_then(|record| record.byline.as_deref()).unwrap_or_default();
            let is_right = letters(author) == letters(said("author"));
            figures.author.add(is_right);
            tell("author", is_right, said("author"), author);
        }
    }
    let sum = |share: fn(&Figures) -> Share| Share {
        right: halves.iter().map(|half| share(half).right).sum(),
        all: halves.iter().map(|half| share(half).all).sum(),
    };
    let all = Figures {
        wanted: sum(|half| half.wanted),
        unwanted: sum(|half| half.unwanted),
        title: sum(|half| half.title),
        date: sum(|half| half.date),
        author: sum(|half| half.author),
    };
    for (name, figures) in [("tuned half", halves[0]), ("other half", halves[1]), ("all", all)] {
        println!("{name}: {}", figures.line());
    }
    // Just under what is reached.
    let least = [
        ("wanted", all.wanted, 0.96),
        ("unwanted absent", all.unwanted, 0.96),
        ("title", all.title, 0.93),
        ("date", all.date, 0.90),
    ];
    for (name, share, least) in least {
        assert!(share.value() >= least, "{name}: {:.3} is less than {least}", share.value());
    }
}

/// Pages of one site that has rules, read without them: what these read is what they should say.
#[test]
fn pages_of_a_known_site_without_its_rules() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus/pages/cctv-zh/articles");
    let Ok(entries) = std::fs::read_dir(&folder) else {
        eprintln!("skipped: ../shared/corpus/pages/cctv-zh is missing");
        return;
    };
    let sources = Sources::built_in();
    let cctv = sources.of_url("https://tv.cctv.com/lm/xwlb/").unwrap();
    let any = Definition::parse("any.toml", "id = 'any'\nname = 'Any'").unwrap();
    let [mut title, mut body, mut date] = [Share::default(); 3];
    let mut missed = 0;
    for entry in entries.flatten() {
        let url = format!("https://tv.cctv.com/{}", entry.file_name().to_string_lossy());
        let bytes = std::fs::read(entry.path()).unwrap();
        let page = Page { address: &url, url: &url, body: &bytes, ..Page::default() };
        let by_rules = read_page(&page, cctv, &sources);
        // The page of a whole broadcast has no text of its own where its rules look for one.
        if by_rules.warnings.contains(&PageWarning::RulesMissed) {
            missed += 1;
            continue;
        }
        let by_rules = by_rules.record.unwrap();
        let without = read_page(&page, &any, &sources).record.unwrap();
        title.add(same_title(&cctv.bare_title(&url, &without.title), &by_rules.title));
        body.add(letters(&without.body) == letters(&by_rules.body));
        let day = |date: Option<PubDate>| date.map(|date| date.first_day());
        date.add(day(without.date) == day(by_rules.date));
    }
    assert_eq!(missed, 14);
    for (name, share) in [("title", title), ("body", body), ("date", date)] {
        assert!(share.value() >= 0.99, "{name}: {share:?}");
    }
}

#[test]
fn a_date_is_that_of_publishing() {
    #[track_caller]
    fn check(url: &str, html: &str, expected: Option<&str>) {
        let title = "<html lang=de><h1>The canal of Sample County</h1>";
        let text = "<p>It is opened in the presence of all who dug it, says the wire.</p>";
        let date = read(url, &format!("{title}{html}{text}")).record.and_then(|record| record.date);
        assert_eq!(date.map(|date| date.to_string()).as_deref(), expected);
    }
    let url = "https://wire.example/canal";
    let published = "<meta property=article:published_time content=";
    check(url, "", None);
    check(url, &format!("{published}2024-11-06T09:30:00+09:00>"), Some("2024-11-06T09:30:00"));
    check(url, "<i itemprop=datePublished content=2024-11-06>Wednesday</i>", Some("2024-11-06"));
    check(url, "<time datetime=2024-11-06>6.11.</time>", Some("2024-11-06"));
    check(url, "<span class=post-date>06.11.24</span>", Some("2024-11-06"));
    check(url, "<span>am 6/11/2024 um 9:30</span>", Some("2024-11-06T09:30:00"));
    // Greenwich has another day than the outlet.
    let utc = format!("{published}2024-11-06T23:30:00Z>");
    check(url, &utc, Some("2024-11-06T23:30:00"));
    check(url, &format!("{utc}<span class=date>7. November 2024</span>"), Some("2024-11-07"));
    check(url, &format!("{utc}<span class=date>7. Dezember 2024</span>"), Some("2024-11-06T23:30:00"));
    // Two that are told, and one of them printed.
    let two = "<meta name=date content=2024-11-06><meta name=dc.date content=2024-11-08>";
    check(url, two, Some("2024-11-06"));
    check(url, &format!("{two}<p>Stand: 08.11.2024</p>"), Some("2024-11-08"));
    // A page made anew, and a list of others.
    let dated = "https://wire.example/2024/11/06/canal";
    check(dated, "<time datetime=2026-01-01></time>", Some("2024-11-06"));
    check(dated, "<aside><time datetime=2023-01-01></time></aside>", Some("2024-11-06"));
}

#[test]
fn a_byline_is_a_name() {
    #[track_caller]
    fn check(html: &str, expected: Option<&str>) {
        let record = read("https://wire.example/1", &format!("<h1>The canal</h1>{html}")).record;
        assert_eq!(record.and_then(|record| record.byline).as_deref(), expected);
    }
    check("<p class=byline>By Ri Sample | Sample Wire", Some("Ri Sample"));
    check("<p class=author><span>Von</span><a href=/ri>Ri Sample</a>", Some("Ri Sample"));
    check("<a rel=author>Par Ri Sample</a>", Some("Ri Sample"));
    check("<meta name=author content='https://wire.example/ri'>", None);
    check("<meta name=author content=ri@wire.example>", None);
    check("<meta name=author content=wireadmin><p class=byline>By Ri Sample", Some("Ri Sample"));
    check("<p class=author>Posted on September 1", None);
    let site = "<meta property=og:site_name content='Sample Wire'><meta name=author content='Sample wire'>";
    check(&format!("{site}<p class=author>Ri Sample"), Some("Ri Sample"));
    check(site, Some("Sample wire"));
    check("<span itemprop=author>Byron Sample</span>", Some("Byron Sample"));
    check("<p>By Ri Sample", None);
    check("<div class=comments><p class=author-name>Ri Sample</div>", None);
}

fn read(url: &str, html: &str) -> PageReading {
    let any = Definition::parse("any.toml", "id = 'any'\nname = 'Any'").expect("the definition is sound");
    read_page(
        &Page { address: url, url, body: html.as_bytes(), ..Page::default() },
        &any,
        &Sources::built_in(),
    )
}

/// A page in the shape of many, written for this test.
const PAGE: &str = r##"<!DOCTYPE html><html lang="en-GB"><head><title>Sample Wire | A canal is opened</title>
<meta property="og:site_name" content="Sample Wire"><meta property="og:title" content="A canal is opened | Sample Wire">
<script type="application/ld+json">{"@graph": [{"@type": "Person", "@id": "#ri", "name": "Ri Sample"},
{"@type": "NewsArticle", "headline": "A canal is opened", "datePublished": "2024-11-06T09:30:00+09:00", "author": {"@id": "#ri"}}]}</script>
</head><body><header><a href=/>Sample Wire</a><nav><ul><li><a href=/a>News</a><li><a href=/b>Culture</a></ul></nav></header>
<div class="layout has-sidebar"><article><h1>A canal is opened</h1><p class=byline>By Ri Sample</p>
<p class=lead>The canal of Sample County was opened on Wednesday, a year before the plan.</p>
<figure><img src="/canal.jpg" width=640><figcaption>The canal from above (Sample Wire)</figcaption></figure>
<div class="share-bar"><a href=#>Share</a> <a href=#>Post</a></div>
<div class=text><p>It brings water to forty farms, which had to wait for the rain until now, the engineers say.</p>
<h2>What is next</h2><p>A second one is to follow in the spring. Its length is to be twelve kilometres, and seven bridges
lead over it.</p><ul><li>seven bridges</li><li>two locks</li></ul><p>The work goes on in all weathers, as the workers say themselves.</p>
<p>-END-</p><p>© 2024 Sample Wire. All rights reserved.</p></div>
<section class="related-posts"><h3>Read also</h3><div class=card><h4><a href=/2>A dam is mended after the long rains</a></h4><p>The dam of the
neighbouring county was mended by all who live there, and holds again.</p></div></section></article>
<aside><h3>Most read</h3><p>A text of another article that stands beside, long enough to be taken for one of its paragraphs.</p></aside></div>
<div id=comments><p>I have seen the canal myself, and it is as long as they say, if not longer than that.</p></div>
<footer><p>© Sample Wire</p></footer></body></html>"##;

#[test]
fn a_page_without_rules_is_read() {
    let reading = read("https://wire.example/1", PAGE);
    assert_eq!(reading.warnings, []);
    let record = reading.record.unwrap();
    assert_eq!(record.title, "A canal is opened");
    assert_eq!(record.date.unwrap().to_string(), "2024-11-06T09:30:00");
    assert_eq!(record.byline.as_deref(), Some("Ri Sample"));
    let paragraphs: Vec<&str> = record.body.split("\n\n").collect();
    assert_eq!(
        paragraphs,
        [
            "The canal of Sample County was opened on Wednesday, a year before the plan.",
            "It brings water to forty farms, which had to wait for the rain until now, the engineers say.",
            "What is next",
            "A second one is to follow in the spring. Its length is to be twelve kilometres, and seven bridges lead over it.",
            "seven bridges",
            "two locks",
            "The work goes on in all weathers, as the workers say themselves.",
        ]
    );
    let images: Vec<_> =
        record.images.iter().map(|image| (image.url.as_str(), image.caption.as_deref())).collect();
    assert_eq!(images, [("https://wire.example/canal.jpg", Some("The canal from above (Sample Wire)"))]);
}

#[test]
fn each_part_that_the_rules_do_not_give_is_read_without_them() {
    let read = |rules: &str| {
        let wire =
            Definition::parse("w.toml", &format!("id = 'w'\nname = 'W'\n[[selectors]]\n{rules}")).unwrap();
        let url = "https://wire.example/1";
        let page = Page { address: url, url, body: PAGE.as_bytes(), ..Page::default() };
        read_page(&page, &wire, &Sources::built_in())
    };
    let reading = read("title = 'h4'\nbody = '.card p'");
    let record = reading.record.unwrap();
    assert_eq!(record.title, "A dam is mended after the long rains");
    assert!(record.body.starts_with("The dam") && !record.body.contains("canal"));
    assert_eq!(
        (record.date.unwrap().to_string().as_str(), record.byline.as_deref()),
        ("2024-11-06T09:30:00", Some("Ri Sample"))
    );
    assert_eq!((reading.warnings, record.images.len()), (vec![], 1));

    let reading = read("title = 'h1'\nbody = '.gone p'");
    assert!(reading.record.unwrap().body.starts_with("The canal of Sample County"));
    assert_eq!(reading.warnings, [PageWarning::RulesMissed]);
    let reading = read("body = '.card p'");
    assert_eq!(reading.record.unwrap().title, "A canal is opened");
    assert_eq!(reading.warnings, []);
}

#[test]
fn a_headline_and_a_picture_have_no_text() {
    let wire = "id = 'w'\nname = 'W'\n[[selectors]]\ntitle = 'h1'\nbody = '.text p'";
    let wire = Definition::parse("w.toml", wire).unwrap();
    let url = "https://wire.example/1";
    let body = b"<h1>A canal in pictures</h1><img src=/1.jpg><div class=note><p>This page was made with care by the desk.</p></div>\
                 <footer><p>The whole text of this footer is no article, however long it may be, since it stands below every page of \
                 the site: who publishes it, where its office is, by whom it was founded, and that all rights in what stands here \
                 belong to it and to nobody else.</p></footer>";
    let reading =
        read_page(&Page { address: url, url, body, ..Page::default() }, &wire, &Sources::built_in());
    assert_eq!(reading.record.unwrap().body, "");
    assert!(
        reading.warnings.contains(&PageWarning::NoBody)
            && !reading.warnings.contains(&PageWarning::RulesMissed)
    );
}

#[test]
fn what_is_no_article_does_not_become_one_by_the_name_of_its_window() {
    let wire =
        Definition::parse("w.toml", "id = 'w'\nname = 'W'\n[[selectors]]\ntitle = '.headline'").unwrap();
    let url = "https://wire.example/1";
    let body = b"<title>Not found</title><h3>Nothing is here</h3><p>The page that you look for is not here any more, or never was.";
    let reading =
        read_page(&Page { address: url, url, body, ..Page::default() }, &wire, &Sources::built_in());
    assert_eq!(reading.warnings, [PageWarning::NoTitle]);
    let reading = read(url, "<title>404 | Sample Wire</title><p>Not found.");
    assert_eq!((reading.record, reading.warnings), (None, vec![PageWarning::NoTitle]));
}

#[test]
fn a_hostile_page_is_read_alike_each_time() {
    let pieces = [
        "<div>",
        "<p>x<h1>",
        "<a href=x>y",
        "<li><time>2020-01-01",
        "<article><h2><a href=x>t</a></h2>",
        "<span class=date>1",
        "<table><tr><td>",
        "<h3>A | B - C ",
        "<meta property=og:title content='a - b'>",
        "<p class='author'>by by by",
        "<script type=application/ld+json>[[[[",
        "<b><p>12",
        "&",
        "<figure><img src=a>",
    ];
    for piece in pieces {
        let html = format!("<title>{}</title>{}", " - a | b".repeat(1000), piece.repeat(10_000));
        let once = read("https://wire.example/1", &html);
        assert_eq!(once, read("https://wire.example/1", &html));
    }
}
