use std::collections::BTreeMap;
use std::collections::hash_map::DefaultHasher;
use std::fmt::Write;
use std::hash::Hasher;

use serde_json::Value;

/// Invented articles of invented outlets; see `samples/README.md`.
const SAMPLES: &str = include_str!("../../../samples/articles.jsonl");

/// The definitions of the outlets, by their ids.
pub const SOURCES: [(&str, &str); 5] = [
    ("sample-economic-review", include_str!("../../../samples/sources/sample-economic-review.toml")),
    ("sample-news-agency", include_str!("../../../samples/sources/sample-news-agency.toml")),
    ("sample-radio", include_str!("../../../samples/sources/sample-radio.toml")),
    (
        "sample-television-evening-news",
        include_str!("../../../samples/sources/sample-television-evening-news.toml"),
    ),
    ("sample-workers-daily", include_str!("../../../samples/sources/sample-workers-daily.toml")),
];

/// The article that is corrected later: it stands twice among the samples.
pub const CORRECTED: &str = "https://workers-daily.example/en/2019-04-26/power-station";

/// The article that is taken down later.
pub const TAKEN_DOWN: &str = "https://radio.example/en/2024-02-21/mother-tongue-day";

/// What the robots.txt keeps to itself, though a list names it.
const FOR_SUBSCRIBERS: &str = "/subscribers/2024-12-31/year-in-review";

/// How many articles a page of the agency's lists has.
const A_PAGE: usize = 4;

/// The pages of all outlets, by path: no two outlets have one path in common.
#[derive(Debug, Default)]
pub struct Site {
    pages: BTreeMap<String, Page>,
}

/// A page as it is served.
#[derive(Debug)]
pub struct Page {
    pub content_type: &'static str,
    pub body: Vec<u8>,
    pub etag: String,
}

/// An article as the samples have it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Sample {
    url: String,
    language: String,
    date: Option<String>,
    title: String,
    body: String,
}

impl Site {
    /// The site with the text in which each article came out.
    pub fn first() -> Self {
        let mut samples: Vec<Sample> = Vec::new();
        for sample in all() {
            if samples.iter().all(|known| known.url != sample.url) {
                samples.push(sample);
            }
        }
        Self::of(&samples, &samples)
    }

    /// The site as it is later: what stands twice among the samples is corrected, and one article is gone.
    pub fn later() -> Self {
        let mut samples: Vec<Sample> = Vec::new();
        for sample in all() {
            match samples.iter_mut().find(|known| known.url == sample.url) {
                Some(known) => *known = sample,
                None => samples.push(sample),
            }
        }
        let there: Vec<Sample> = samples.iter().filter(|sample| sample.url != TAKEN_DOWN).cloned().collect();
        Self::of(&there, &samples)
    }

    /// The page of a path.
    pub fn page(&self, path: &str) -> Option<&Page> {
        self.pages.get(path)
    }

    /// The pages of what is there; their cards go on naming what ever was.
    fn of(there: &[Sample], ever: &[Sample]) -> Self {
        let mut site = Self::default();
        let robots = "User-agent: *\nDisallow: /subscribers/\n";
        site.add("/robots.txt", "text/plain", robots.into());
        for sample in there {
            let of_outlet = ever.iter().filter(|other| other.host() == sample.host());
            let more: String = of_outlet
                .filter(|other| other.language == sample.language && other.url != sample.url)
                .take(3)
                .map(|other| format!("<div class=\"card\"><p>{}</p></div>\n", other.link()))
                .collect();
            site.article(sample, &more);
        }
        let of = |host: &str| -> Vec<&Sample> {
            let mut samples: Vec<&Sample> = there.iter().filter(|sample| sample.host() == host).collect();
            samples.sort_by(|a, b| (&b.date, &b.url).cmp(&(&a.date, &a.url)));
            samples
        };
        site.agency_lists(&of("agency.example"));
        site.daily_lists(&of("workers-daily.example"));
        site.television_list(&of("television.example"));
        site.radio_feed(&of("radio.example"));
        site.review_sitemaps(&of("economic-review.example"));
        site
    }

    fn add(&mut self, path: &str, content_type: &'static str, body: Vec<u8>) {
        let mut hasher = DefaultHasher::new();
        hasher.write(&body);
        let etag = format!("\"{:016x}\"", hasher.finish());
        self.pages.insert(path.to_owned(), Page { content_type, body, etag });
    }

    fn article(&mut self, sample: &Sample, more: &str) {
        let (title, path) = (escaped(&sample.title), sample.path());
        let date = sample.date.as_deref().unwrap_or_default();
        let paragraphs: Vec<String> =
            sample.body.split("\n\n").filter(|text| !text.is_empty()).map(escaped).collect();
        let text: String = paragraphs.iter().map(|text| format!("<p>{text}</p>\n")).collect();
        let content = match sample.host() {
            "television.example" => {
                let day = date.replace('-', ". ");
                let text = paragraphs.join("<br><br>\n");
                return self.television(
                    path,
                    &title,
                    &format!(
                        "<tr><td class=\"headline\"><b>{title}</b></td></tr>\n<tr><td class=\"day\">{day}</td></tr>\n\
                         <tr><td class=\"text\">{text}</td></tr>\n<tr><td class=\"more\">{more}</td></tr>\n"
                    ),
                );
            }
            "radio.example" => {
                format!(
                    "<article>\n<h1>{title}</h1>\n<time datetime=\"{date}\">{date}</time>\n{text}</article>\n"
                )
            }
            host => {
                let date = if host == "workers-daily.example" { date.replace('-', ".") } else { date.into() };
                format!(
                    "<main>\n<h1>{title}</h1>\n<div class=\"date\">{date}</div>\n{text}\
                     <p class=\"share\">Share this page</p>\n</main>\n"
                )
            }
        };
        let content = format!("{content}<aside>\n<h2>More from this outlet</h2>\n{more}</aside>\n");
        self.html(path, &sample.language, &title, &content);
    }

    fn html(&mut self, path: &str, language: &str, title: &str, content: &str) {
        let page = format!(
            "<!DOCTYPE html>\n<html lang=\"{language}\">\n<head><title>{title}</title></head>\n<body>\n\
             <nav><p><a href=\"/\">Home</a> <a href=\"/about\">About this sample</a></p></nav>\n{content}\
             <footer><p>An invented outlet, served by sinmun demo.</p></footer>\n</body>\n</html>\n"
        );
        self.add(path, "text/html; charset=utf-8", page.into());
    }

    /// A page in an old charset, which only the page itself names.
    fn television(&mut self, path: &str, title: &str, rows: &str) {
        let page = format!(
            "<html><head><meta http-equiv=\"Content-Type\" content=\"text/html; charset=euc-kr\">\n\
             <title>{title}</title></head>\n<body><table>\n<tr><td><a href=\"/\">HOME</a> 견본텔레비죤</td></tr>\n\
             {rows}</table></body></html>\n"
        );
        let (bytes, _, _) = encoding_rs::EUC_KR.encode(&page);
        self.add(path, "text/html", bytes.into_owned());
    }

    /// Lists in four languages, a few articles a page.
    fn agency_lists(&mut self, samples: &[&Sample]) {
        for language in ["en", "ko", "ru", "zh"] {
            let own: Vec<&Sample> =
                samples.iter().copied().filter(|sample| sample.language == language).collect();
            let pages = own.len().div_ceil(A_PAGE);
            for (place, page) in own.chunks(A_PAGE).enumerate() {
                let mut list = items(page);
                if (place, language) == (0, "en") {
                    let _ = writeln!(
                        list,
                        "<li class=\"item\"><a href=\"{FOR_SUBSCRIBERS}\">For subscribers</a></li>"
                    );
                }
                let mut content = format!("<ul>\n{list}</ul>\n");
                if place + 1 < pages {
                    let next = place + 2;
                    let _ = writeln!(content, "<a class=\"next\" href=\"/{language}/news/{next}\">Older</a>");
                }
                let path = match place {
                    0 => format!("/{language}/news"),
                    _ => format!("/{language}/news/{}", place + 1),
                };
                self.html(&path, language, "News", &content);
            }
        }
    }

    /// A page a year and language, also for years without an article.
    fn daily_lists(&mut self, samples: &[&Sample]) {
        for language in ["en", "ko"] {
            for year in 2019..=2024 {
                let year = year.to_string();
                let is_own = |sample: &&Sample| {
                    sample.language == language
                        && sample.date.as_deref().is_some_and(|date| date.starts_with(&year))
                };
                let own: Vec<&Sample> = samples.iter().copied().filter(is_own).collect();
                let content = format!("<ul>\n{}</ul>\n", items(&own));
                self.html(&format!("/{language}/{year}/"), language, &year, &content);
            }
        }
    }

    fn television_list(&mut self, samples: &[&Sample]) {
        let rows: String = samples
            .iter()
            .map(|sample| {
                let (path, title) = (sample.path(), escaped(&sample.title));
                format!("<tr class=\"bulletin\"><td onclick=\"watch('{path}')\">{title}</td></tr>\n")
            })
            .collect();
        self.television("/bulletins", "Bulletins", &rows);
    }

    fn radio_feed(&mut self, samples: &[&Sample]) {
        let items: String = samples
            .iter()
            .map(|sample| {
                let (title, url) = (escaped(&sample.title), &sample.url);
                format!("<item><title>{title}</title><link>{url}</link></item>\n")
            })
            .collect();
        let feed = format!(
            "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<rss version=\"2.0\"><channel><title>Sample Radio</title>\n\
             <link>https://radio.example/</link>\n{items}</channel></rss>\n"
        );
        self.add("/feed.xml", "application/rss+xml", feed.into());
    }

    /// A sitemap in each language, and their index.
    fn review_sitemaps(&mut self, samples: &[&Sample]) {
        const HEAD: &str = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n";
        const SPACE: &str = "http://www.sitemaps.org/schemas/sitemap/0.9";
        let mut index = String::new();
        for language in ["en", "zh"] {
            let own = samples.iter().filter(|sample| sample.language == language);
            let urls: String = own.map(|sample| format!("<url><loc>{}</loc></url>\n", sample.url)).collect();
            let path = format!("/sitemap-{language}.xml");
            let _ = writeln!(index, "<sitemap><loc>https://economic-review.example{path}</loc></sitemap>");
            let map = format!("{HEAD}<urlset xmlns=\"{SPACE}\">\n{urls}</urlset>\n");
            self.add(&path, "application/xml", map.into());
        }
        let index = format!("{HEAD}<sitemapindex xmlns=\"{SPACE}\">\n{index}</sitemapindex>\n");
        self.add("/sitemap.xml", "application/xml", index.into());
    }
}

impl Sample {
    fn host(&self) -> &str {
        self.after_scheme().split('/').next().unwrap_or_default()
    }

    fn path(&self) -> &str {
        self.after_scheme().find('/').map_or("/", |place| &self.after_scheme()[place..])
    }

    fn after_scheme(&self) -> &str {
        self.url.strip_prefix("https://").unwrap_or(&self.url)
    }

    fn link(&self) -> String {
        format!("<a href=\"{}\">{}</a>", self.path(), escaped(&self.title))
    }
}

fn all() -> impl Iterator<Item = Sample> {
    SAMPLES.lines().map(|line| {
        let record: Value = serde_json::from_str(line).expect("the samples are JSON");
        let text = |key: &str| record[key].as_str().map(str::to_owned);
        Sample {
            url: text("url").unwrap_or_default(),
            language: text("lang").unwrap_or_default(),
            date: text("date"),
            title: text("title").unwrap_or_default(),
            body: text("body").unwrap_or_default(),
        }
    })
}

fn items(samples: &[&Sample]) -> String {
    samples.iter().map(|sample| format!("<li class=\"item\">{}</li>\n", sample.link())).collect()
}

fn escaped(text: impl AsRef<str>) -> String {
    text.as_ref().replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_article_has_a_path_of_its_own() {
        let urls: HashSet<String> = all().map(|sample| sample.url).collect();
        let paths: HashSet<String> = all().map(|sample| sample.path().to_owned()).collect();
        assert_eq!((urls.len(), paths.len(), all().count()), (52, 52, 53));
        let site = Site::first();
        assert!(paths.iter().all(|path| site.page(path).is_some()));
    }

    #[test]
    fn later_one_article_is_corrected_and_one_gone() {
        let (first, later) = (Site::first(), Site::later());
        let gone: Vec<&String> = first.pages.keys().filter(|path| later.page(path).is_none()).collect();
        assert_eq!(gone, ["/en/2024-02-21/mother-tongue-day"]);
        let changed = |(path, page): (&String, &Page)| {
            (first.page(path).map(|page| &page.etag) != Some(&page.etag)).then(|| path.clone())
        };
        let changed: Vec<String> = later.pages.iter().filter_map(changed).collect();
        assert_eq!(changed, ["/en/2019-04-26/power-station", "/feed.xml"]);
        assert!(TAKEN_DOWN.ends_with(gone[0].as_str()) && CORRECTED.ends_with(&changed[0]));
    }

    #[test]
    fn every_letter_of_television_is_in_its_charset() {
        for sample in all().filter(|sample| sample.host() == "television.example") {
            let text = format!("{}{}", sample.title, sample.body);
            assert!(!encoding_rs::EUC_KR.encode(&text).2, "{}", sample.url);
        }
    }
}
