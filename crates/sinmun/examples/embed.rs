//! A complete program around the library: import a file, search it, print what was found.

use std::error::Error;
use std::path::Path;

use sinmun::{Library, PubDate, Query};

const ARTICLES: &str = r#"
{"id": "1", "outlet": "KCNA", "lang": "en", "date": "2012-12-12", "title": "Satellite Launched", "body": "The satellite entered its orbit."}
{"id": "2", "outlet": "KCNA", "lang": "en", "date": "2012-12-22", "title": "Banquet for Scientists", "body": "Those who launched the satellites were honoured."}
{"id": "3", "outlet": "KCNA", "lang": "en", "date": "2016-02", "title": "Another Satellite Launch"}
"#;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::temp_dir().join(format!("sinmun-embed-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let outcome = run(&folder);
    std::fs::remove_dir_all(&folder)?;
    outcome
}

fn run(folder: &Path) -> Result<(), Box<dyn Error>> {
    let file = folder.join("articles.jsonl");
    std::fs::write(&file, ARTICLES)?;

    // One folder holds everything; the first import makes it.
    let library = Library::open(folder.join("data"))?;
    let summary = library.import(&file)?;
    assert_eq!((summary.counts.new, summary.indexed), (3, 3));

    let year: PubDate = "2012".parse()?;
    let query = Query::parse("satellite launch")?
        .source("kcna")
        .from(year.first_day())
        .to(year.last_day())
        .facet("month", 12)
        .limit(5);
    let results = library.search(&query)?;
    assert_eq!(results.total, 2);

    for hit in &results.hits {
        let date = hit.date.map_or_else(|| "no date".to_owned(), |date| date.to_string());
        println!("{} · {} · {date}", hit.title, hit.source_name);
        // Highlights are byte ranges of the snippet's text, in order and on character boundaries.
        for range in &hit.snippet.highlights {
            println!("    {}", &hit.snippet.text[range.clone()]);
        }
    }
    for value in &results.facets[0].values {
        println!("{}: {}", value.label, value.count);
    }
    Ok(())
}
