//! What pages that are made to hurt cost: each is read in a process of its own, so that its peak memory is known.

use std::process::Command;
use std::time::Instant;

use sinmun_normalizer::{Page, PageWarning, read_page, read_pages};
use sinmun_sources::{Definition, Sources};

/// A page and what reading it must give.
struct Case {
    name: &'static str,
    page: fn() -> Vec<u8>,
    /// Whether the article's own words are read.
    is_read: bool,
    /// Whether it is said that there was too much.
    is_cut: bool,
}

const HEAD: &str = "<title>A canal is opened</title><h1>A canal is opened</h1><p>The canal of Sample County was opened on \
                    Wednesday, a year before the plan, and brings water to forty farms.</p>";

/// The head of an article and so many times a piece.
fn many(piece: &str, times: usize) -> Vec<u8> {
    let mut page = Vec::with_capacity(HEAD.len() + piece.len() * times); // what makes the page is not to be the peak
    page.extend_from_slice(HEAD.as_bytes());
    (0..times).for_each(|_| page.extend_from_slice(piece.as_bytes()));
    page
}

const CASES: &[Case] = &[
    Case {
        name: "100 MB of paragraphs",
        page: || many(&format!("<p>{}.", "It is long and wide ".repeat(20)), 250_000),
        is_read: true,
        is_cut: true,
    },
    Case { name: "100 MB of one text", page: || many("water ", 17_000_000), is_read: true, is_cut: true },
    Case { name: "100,000 nested tags", page: || many("<div>", 100_000), is_read: true, is_cut: true },
    Case { name: "1,000,000 unclosed tags", page: || many("<p><b>x", 500_000), is_read: true, is_cut: true },
    Case {
        name: "an attribute of 50 MB",
        page: || many(&format!("<p class=\"{}\">x</p>", "a ".repeat(25_000_000)), 1),
        is_read: true,
        is_cut: true,
    },
    Case { name: "10,000,000 lone &", page: || many("&", 10_000_000), is_read: true, is_cut: false },
    Case { name: "10,000,000 &amp;", page: || many("&amp;", 10_000_000), is_read: true, is_cut: true },
    Case {
        name: "100,000 nested tables",
        page: || many("<table><tr><td>x", 100_000),
        is_read: false,
        is_cut: true,
    },
    Case {
        name: "200,000 misnested links",
        page: || many("<a href=x><table><a href=y>z<p></a><td>", 100_000),
        is_read: true,
        is_cut: true,
    },
    Case {
        name: "200,000 attributes",
        page: || [HEAD.as_bytes(), &attributes()].concat(),
        is_read: true,
        is_cut: false,
    },
    Case {
        name: "100,000 names of stories",
        page: || many("<a name=1><h3>x</h3>y", 100_000),
        is_read: true,
        is_cut: true,
    },
];

fn attributes() -> Vec<u8> {
    let list: String = (0..200_000).map(|number| format!(" a{number}=b")).collect();
    format!("<p{list}>x").into_bytes()
}

fn main() {
    match std::env::args().nth(1).and_then(|place| place.parse::<usize>().ok()) {
        Some(place) => read(&CASES[place]),
        None => {
            println!("| page | MB | `read_page` | `read_pages`, by marks | peak memory |");
            println!("|---|--:|--:|--:|--:|");
            let program = std::env::current_exe().expect("a program knows where it is");
            for (place, case) in CASES.iter().enumerate() {
                let status = Command::new(&program).arg(place.to_string()).status().expect("it runs");
                assert!(status.success(), "{}", case.name);
            }
        }
    }
}

fn read(case: &Case) {
    let any = Definition::parse("any.toml", "id = 'any'\nname = 'Any'").expect("the definition is sound");
    let body = (case.page)();
    let url = "https://wire.example/canal";
    let page = Page {
        address: url,
        url,
        content_type: Some("text/html; charset=utf-8"),
        body: &body,
        ..Page::default()
    };
    let sources = Sources::built_in();
    let start = Instant::now();
    let reading = read_page(&page, &any, &sources);
    let seconds = start.elapsed().as_secs_f64();
    let record = reading.record.as_ref();
    let is_read = record.is_some_and(|record| {
        record.title == "A canal is opened" && record.body.starts_with("The canal of Sample County")
    });
    assert_eq!(is_read, case.is_read, "{}: {:?}", case.name, reading.warnings);
    assert_eq!(reading.warnings.contains(&PageWarning::TooLarge), case.is_cut, "{}: is it cut", case.name);
    let cutting = "id = 'any'\nname = 'Any'\n[[selectors]]\nstory_start = 'p, div, a'\ntitle = 'h1'";
    let cutting = Definition::parse("any.toml", cutting).expect("the definition is sound");
    let start = Instant::now();
    assert!((1..=200).contains(&read_pages(&page, &cutting, &sources).len()), "{}", case.name);
    let cut_seconds = start.elapsed().as_secs_f64();
    let peak = sinmun_benches::peak_memory().expect("the system tells a process's peak memory");
    assert!(cut_seconds < 20.0, "{} takes {cut_seconds} s to cut into stories", case.name);
    println!(
        "| {} | {} | {seconds:.2} s | {cut_seconds:.2} s | {peak} MB |",
        case.name,
        body.len() / 1_000_000
    );
    assert!(seconds < 20.0, "{} takes {seconds} s", case.name);
    assert!(peak < 600, "{} takes {peak} MB", case.name);
}
