//! How fast a site on this machine is crawled, with archive, catalogue and index written, and nothing waited for.
//!
//! `SINMUN_BENCH_PAGES=100000` says how many articles the site has; 5,000 by default.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use sinmun::{CrawlEvent, CrawlOptions, CrawlSummary, Library};
use sinmun_benches::peak_memory;
use url::Url;

/// Articles that one list names.
const LISTED: u64 = 100;

const DEFINITION: &str = r#"
id = "sample-wire"
name = "Sample Wire"
hosts = ["wire.example"]
languages = ["en"]
articles = '^/story/\d+\.html$'

[politeness]
delay = 0
concurrency = 16

[[discovery]]
kind = "list"
url = "http://wire.example/list/{page}.html"
pages = { from = 1, last = LAST }

[[selectors]]
title = "h1"
date = ".date"
body = ".text p"
"#;

/// Answers with lists and articles made from their numbers; counts the requests and the bytes of bodies.
fn serve(pages: u64) -> (Url, Arc<AtomicU64>, Arc<AtomicU64>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has a free port");
    let base = format!("http://{}", listener.local_addr().expect("it is bound"));
    let (asked, sent) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
    let counters = (Arc::clone(&asked), Arc::clone(&sent));
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let (asked, sent) = (Arc::clone(&counters.0), Arc::clone(&counters.1));
            std::thread::spawn(move || answer(stream, pages, &asked, &sent));
        }
    });
    (base.parse().expect("it is a URL"), asked, sent)
}

fn answer(mut stream: TcpStream, pages: u64, asked: &AtomicU64, sent: &AtomicU64) -> Option<()> {
    stream.set_nodelay(true).ok()?;
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    loop {
        let (mut line, mut first) = (String::new(), String::new());
        while reader.read_line(&mut line).ok()? > 2 {
            if first.is_empty() {
                first.clone_from(&line);
            }
            line.clear();
        }
        let path = first.split(' ').nth(1)?;
        asked.fetch_add(1, Ordering::Relaxed);
        let body = page(path, pages);
        let status = if body.is_some() { "200 OK" } else { "404 Not Found" };
        let body = body.unwrap_or_default();
        sent.fetch_add(body.len() as u64, Ordering::Relaxed);
        let head = format!(
            "HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        stream.write_all(&[head.as_bytes(), body.as_bytes()].concat()).ok()?;
    }
}

fn page(path: &str, pages: u64) -> Option<String> {
    if let Some(list) = path.strip_prefix("/list/") {
        let number: u64 = list.strip_suffix(".html")?.parse().ok()?;
        let links = ((number - 1) * LISTED..(number * LISTED).min(pages))
            .map(|story| format!("<a href=/story/{story}.html>{story}</a>\n"));
        return Some(links.collect());
    }
    let story: u64 = path.strip_prefix("/story/")?.strip_suffix(".html")?.parse().ok()?;
    let paragraph = |part: u64| {
        let words = (0..60).map(|word| format!("word{} ", (story * 31 + part * 17 + word * 7) % 20_000));
        format!("<p>{}</p>\n", words.collect::<String>())
    };
    let menu = "<li><a href=/about>About the sample wire</a></li>\n".repeat(40);
    let text: String = (0..8).map(paragraph).collect();
    let day = story % 28 + 1;
    Some(format!(
        "<html><body><ul>{menu}</ul><h1>Sample story {story}</h1><i class=date>2026-06-{day:02}</i><div class=text>{text}</div></body></html>"
    ))
}

/// A crawl, and how far it had come in what time and memory.
struct Course {
    summary: CrawlSummary,
    /// Pages fetched, seconds gone and peak memory, several times a second, until all was collected and nothing indexed yet.
    moments: Vec<(u64, f64, Option<u64>)>,
}

fn crawl(data: &Path, base: &Url) -> Course {
    let began = Instant::now();
    let library = Library::open(data).expect("a library opens");
    let options = CrawlOptions {
        sources: vec!["sample-wire".to_owned()],
        from_base: Some(base.clone()),
        allow_private: true,
        delay: Some(Duration::ZERO),
        revisit: Vec::new(),
        ..CrawlOptions::default()
    };
    let moments = Mutex::new((Vec::new(), false));
    let told = |event| {
        let mut moments = moments.lock().expect("nobody panics with it");
        let fetched = match &event {
            CrawlEvent::Trouble { url, reason } => return println!("{url}: {reason}"),
            CrawlEvent::Hosts(hosts) => hosts.values().map(|host| host.fetched).sum(),
            CrawlEvent::Indexed { total, .. } if !moments.1 => {
                moments.1 = true;
                *total
            }
            _ => return,
        };
        moments.0.push((fetched, began.elapsed().as_secs_f64(), peak_memory()));
    };
    let summary = library.crawl(&options, &told).expect("the crawl comes to its end");
    Course { summary, moments: moments.into_inner().expect("nobody panicked with it").0 }
}

fn main() {
    let pages: u64 =
        std::env::var("SINMUN_BENCH_PAGES").ok().and_then(|pages| pages.parse().ok()).unwrap_or(5_000);
    let lists = pages.div_ceil(LISTED);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let sources = folder.path().join("sources");
    std::fs::create_dir_all(&sources).expect("the folder can be made");
    std::fs::write(sources.join("sample-wire.toml"), DEFINITION.replace("LAST", &lists.to_string()))
        .expect("the definition can be written");
    let (base, asked, sent) = serve(pages);

    let start = Instant::now();
    let Course { summary, moments } = crawl(folder.path(), &base);
    let seconds = start.elapsed().as_secs_f64();
    assert!(summary.ended, "{summary:?}");
    assert_eq!(summary.total().fetched, pages + lists, "every page that the server has came once");
    assert_eq!(asked.load(Ordering::Relaxed), pages + lists + 1, "and robots.txt");
    assert_eq!((summary.counts.new, summary.indexed), (pages, pages));
    let bytes = sent.load(Ordering::Relaxed);
    println!("pages           {:>10}   {:.1} MB", pages + lists, bytes as f64 / 1e6);
    for quarter in 1..=4 {
        let Some((fetched, seconds, memory)) = moments.iter().find(|moment| moment.0 >= pages * quarter / 4)
        else {
            continue;
        };
        let memory = memory
            .map_or("memory is not told by this system".into(), |memory| format!("peak memory {memory} MB"));
        println!("collected       {fetched:>10}   {seconds:.2} s   {memory}");
    }
    let (_, collected, _) = moments.last().expect("it was told when it began to index");
    println!("                {:>10.0} pages/s", (pages + lists) as f64 / collected);
    println!("and indexed     {seconds:>10.2} s");
    let start = Instant::now();
    let again = crawl(folder.path(), &base).summary;
    // It is asked whether the first list has changed; where that names nothing new, the next is not asked for.
    assert_eq!((again.total().unchanged, again.total().fetched, again.counts.new), (1, 0, 0));
    println!("second crawl    {:>10.2} s", start.elapsed().as_secs_f64());
}
