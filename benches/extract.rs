//! How many pages a second become articles: without rules over pages of many sites, and by rules over those of one.

use std::path::Path;
use std::time::{Duration, Instant};

use scraper::Html;
use sinmun_normalizer::{Page, PageReading, read_page};
use sinmun_sources::{Definition, Sources};

/// A page and where it is.
struct Fetched {
    url: String,
    bytes: Vec<u8>,
}

fn main() {
    let Some(folder) = sinmun_benches::shared("corpus/pages") else { return };
    let sources = Sources::built_in();
    let any = Definition::parse("any.toml", "id = 'any'\nname = 'Any'").expect("the definition is sound");
    println!("| pages | what | pages/s | ratio |");
    println!("|---|---|--:|--:|");

    let pages = generic(&folder.join("generic"));
    assert_eq!(pages.len(), 120);
    let all = measure("of many sites, without rules", &pages, |page| read(page, &any, &sources));
    let with_all = |reading: &&PageReading| {
        reading.record.as_ref().is_some_and(|record| record.date.is_some() && !record.body.is_empty())
    };
    assert!(all.iter().filter(with_all).count() >= 115, "pages have a title, a date and a body");

    let cctv = sources.of_url("https://tv.cctv.com/lm/xwlb/").expect("the source is known");
    let pages = of_cctv(&folder.join("cctv-zh/articles"));
    assert_eq!(pages.len(), 240);
    let all = measure("of CCTV, by its rules", &pages, |page| read(page, cctv, &sources));
    assert_eq!(all.iter().filter(with_all).count(), 240, "every page has a title, a date and a body");
}

fn read(page: &Fetched, definition: &Definition, sources: &Sources) -> PageReading {
    let page = Page { address: &page.url, url: &page.url, body: &page.bytes, ..Page::default() };
    read_page(&page, definition, sources)
}

fn generic(folder: &Path) -> Vec<Fetched> {
    let gold = std::fs::read(folder.join("gold.json")).expect("the corpus can be read");
    let gold: serde_json::Map<String, serde_json::Value> =
        serde_json::from_slice(&gold).expect("the list of the pages is sound");
    let page = |(url, gold): (&String, &serde_json::Value)| {
        let file = gold["file"].as_str().expect("each page has a file");
        let bytes = std::fs::read(folder.join(file)).expect("the corpus can be read");
        Fetched { url: url.clone(), bytes }
    };
    gold.iter().map(page).collect()
}

fn of_cctv(folder: &Path) -> Vec<Fetched> {
    let entries = std::fs::read_dir(folder).expect("the corpus can be read").flatten();
    let page = |entry: std::fs::DirEntry| Fetched {
        url: format!("https://tv.cctv.com/2022/05/01/{}", entry.file_name().to_string_lossy()),
        bytes: std::fs::read(entry.path()).expect("the corpus can be read"),
    };
    entries.map(page).collect()
}

/// Prints rows for the parsing alone and for the reading, and returns what was read.
fn measure(what: &str, pages: &[Fetched], read: impl Fn(&Fetched) -> PageReading) -> Vec<PageReading> {
    let texts: Vec<String> =
        pages.iter().map(|page| String::from_utf8_lossy(&page.bytes).into_owned()).collect();
    let parsed = fastest(|| {
        let nodes: usize = texts.iter().map(|text| Html::parse_document(text).tree.nodes().count()).sum();
        assert!(nodes > pages.len(), "every page has elements");
    });
    let first: Vec<PageReading> = pages.iter().map(&read).collect();
    let read_all = fastest(|| {
        let again: Vec<PageReading> = pages.iter().map(&read).collect();
        assert!(again == first, "a page is read alike each time");
    });
    let rate = |seconds: f64| pages.len() as f64 / seconds;
    println!("| {what} | scraper's parsing alone | {:.0} | 1.00 |", rate(parsed));
    println!("| {what} | `read_page` | {:.0} | {:.2} |", rate(read_all), read_all / parsed);
    first
}

/// Seconds of the fastest round: what else the machine does only slows a round down.
fn fastest(round: impl Fn()) -> f64 {
    let (mut fastest, began) = (f64::MAX, Instant::now());
    while began.elapsed() < Duration::from_secs(5) {
        let start = Instant::now();
        round();
        fastest = fastest.min(start.elapsed().as_secs_f64());
    }
    fastest
}
