//! Lists as sites sent them: what is found on them is what their articles are called elsewhere.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use sinmun_discovery::{Discovered, Method, PageKind, PageRequest, Scope, Warning, read, seeds, session};
use sinmun_sources::{Definition, Sources};

fn shared(name: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared").join(name);
    if path.exists() {
        return Some(path);
    }
    eprintln!("skipped: ../shared/{name} is missing");
    None
}

fn source(id: &str) -> Definition {
    Sources::built_in().get(&id.parse().expect("it is sound")).expect("it is sound").clone()
}

fn days(first: &str, last: &str) -> Scope {
    Scope::days(first.parse().expect("it is sound"), last.parse().expect("it is sound"))
}

fn read_file(source: &Definition, request: &PageRequest, path: &Path, content_type: &str) -> Discovered {
    read(source, request, &std::fs::read(path).expect("it is sound"), Some(content_type))
}

#[test]
fn every_article_of_the_cctv_lists_is_found() {
    let Some(folder) = shared("corpus/pages/cctv-zh") else { return };
    let source = source("cctv-xinwen-lianbo");
    let requests = seeds(&source, &days("2022-05-01", "2022-05-14"));
    assert_eq!(requests.len(), 14);
    assert_eq!(requests[0].url, "https://tv.cctv.com/lm/xwlb/day/20220514.shtml", "the newest comes first");
    let mut found = BTreeSet::new();
    for request in &requests {
        let name = request.url.rsplit('/').next().unwrap();
        let list = read_file(&source, request, &folder.join("lists").join(name), "text/html");
        assert_eq!((list.lists.len(), list.warnings.len()), (0, 0), "{name}: {:?}", list.warnings);
        for article in list.articles {
            assert_eq!(article.kind, PageKind::Article);
            assert_eq!(article.edition.unwrap().code(), "zh");
            assert_eq!(article.url, article.address);
            assert!(found.insert(article.url), "no article stands in two lists");
        }
    }
    let pages = std::fs::read_dir(folder.join("articles")).unwrap().flatten();
    let on_disk: BTreeSet<String> =
        pages.map(|page| page.file_name().to_string_lossy().into_owned()).collect();
    let names: BTreeSet<&str> = found.iter().map(|url| url.rsplit('/').next().unwrap()).collect();
    let missed: Vec<&String> = on_disk.iter().filter(|name| !names.contains(name.as_str())).collect();
    assert!(missed.is_empty(), "{missed:?}");
    eprintln!("{} articles, {} of them on disk", found.len(), on_disk.len());
}

#[test]
fn every_article_of_the_rodong_list_is_found() {
    let Some(folder) = shared("corpus/pages/rodong-en-2022") else { return };
    let source = source("rodong-sinmun");
    let requests =
        seeds(&source, &Scope { edition: Some("en".parse().unwrap()), ..days("2022-03-11", "2022-03-11") });
    let urls: Vec<&str> = requests.iter().map(|request| request.url.as_str()).collect();
    assert!(
        urls.contains(&"http://www.rodong.rep.kp/en/index.php?strPageID=SF01_01_03&strDate=2022-03-11"),
        "{urls:?}"
    );
    let wanted = |request: &&PageRequest| request.url.ends_with("SF01_01_02&iMenuID=2");
    let request = requests.iter().find(wanted).unwrap();
    let list = read_file(&source, request, &folder.join("list-SF01_01_02-iMenuID-2.html"), "text/html");
    assert_eq!((list.articles.len(), list.warnings.len()), (40, 0), "{:?}", list.warnings);
    let article = list.articles.iter().find(|article| article.url.ends_with("2022-03-10-0004")).unwrap();
    assert_eq!(
        article.url,
        "http://www.rodong.rep.kp/en/index.php?strPageID=SF01_02_01&newsID=2022-03-10-0004"
    );
    assert_eq!(
        article.address,
        "http://www.rodong.rep.kp/en/index.php?newsID=2022-03-10-0004&strPageID=SF01_02_01"
    );
    assert_eq!(article.printed_date.as_deref(), Some("2022.03.10"));
    assert_eq!(article.edition.unwrap().code(), "en");
}

#[test]
fn the_columns_of_kcna_lead_to_articles_by_post() {
    let Some(folder) = shared("corpus/pages/kcna-kp-2017-ja") else { return };
    let source = source("kcna");
    let japanese = Scope { edition: Some("ja".parse().unwrap()), ..days("2017-07-01", "2017-07-07") };
    let requests = seeds(&source, &japanese);
    let request = requests.iter().find(|request| request.method == Method::Post).unwrap();
    let body = request.body.as_deref().unwrap();
    assert!(
        body.starts_with("page_start=0&") && body.ends_with("fromDate=2017-07-01&toDate=2017-07-07"),
        "{body}"
    );
    assert_eq!(request.content_type.as_deref(), Some("application/x-www-form-urlencoded"));
    let first = session(&source, request).unwrap();
    assert!(first.kind == PageKind::Session && first.body.unwrap().ends_with("lang=jpn"));

    let list = read_file(&source, request, &folder.join("articles1.xml"), "text/xml; charset=UTF-8");
    assert_eq!((list.articles.len(), list.warnings.len()), (10, 0), "{:?}", list.warnings);
    let article = &list.articles[0];
    assert_eq!(article.address, "AR0099896");
    assert_eq!(article.body.as_deref(), Some("article_code=AR0099896&kwContent="));
    assert_eq!(article.url, "http://www.kcna.kp/kcna.user.article.retrieveArticleInfoFromArticleCode.kcmsf");
    assert_eq!(article.printed_date.as_deref(), Some("2017-07-07"));
    assert_eq!(article.edition, japanese.edition);
    let next = &list.lists[0];
    assert!(next.body.as_deref().unwrap().starts_with("page_start=10&") && next.only_after_new);

    let list = read_file(&source, next, &folder.join("articles2.xml"), "text/xml");
    assert_eq!((list.articles.len(), list.lists[0].page), (10, Some(20)));
    let list = read_file(&source, next, &folder.join("articles_empty.xml"), "text/xml");
    assert_eq!(list.warnings, [Warning::NothingFound]);
    assert!(list.articles.is_empty() && list.lists.iter().all(|list| list.only_after_new));
}

#[test]
fn every_url_of_the_corpus_is_an_article_of_its_source() {
    let Some(folder) = shared("corpus/articles") else { return };
    let sources = Sources::built_in();
    // Some records name a list: the day of a section, or no page at all ("NA").
    for (file, least) in [
        ("cctv-zh-2022-2023.jsonl", 1.0),
        ("channel-one-ru-2019-2021.jsonl", 0.999),
        ("kcna-headlines-1997-2011.jsonl", 0.99),
        ("kcnawatch-listing-2011q3.jsonl", 1.0),
        ("peoples-daily-en-2014-2018.jsonl", 1.0),
        ("rodong-en-2018-2021.jsonl", 1.0),
    ] {
        let text = std::fs::read_to_string(folder.join(file)).unwrap();
        let (mut all, mut known, mut in_another, mut forms) = (0, 0, 0, BTreeSet::new());
        for line in text.lines().step_by(7) {
            let record: serde_json::Value = serde_json::from_str(line).unwrap();
            let Some(url) = record["url"].as_str() else { continue };
            let source = sources.get(&sources.resolve(record["outlet"].as_str().unwrap()).unwrap()).unwrap();
            let form = source.canonical_url(url).unwrap();
            assert_eq!(source.canonical_url(&form).as_ref(), Some(&form), "twice");
            all += 1;
            known += u32::from(source.is_article(&form));
            if let (Some(said), Some(language)) = (source.language_of(url), record["lang"].as_str()) {
                in_another += u32::from(said.code() != language);
            }
            forms.insert(form);
        }
        assert!(f64::from(known) >= least * f64::from(all), "{file}: {known} of {all}");
        assert!(in_another * 1000 <= all, "{file}: the URL says another language in {in_another} of {all}");
        eprintln!("{file}: {known} of {all} are articles, {} forms", forms.len());
    }
}

#[test]
fn the_selectors_find_something_on_every_real_page() {
    use scraper::{Html, Selector};
    use sinmun_sources::Selectors;

    let pages = [
        ("cctv-xinwen-lianbo", "cctv-zh/articles", "https://tv.cctv.com/2022/05/01/"),
        (
            "rodong-sinmun",
            "rodong-en-2022",
            "http://www.rodong.rep.kp/en/index.php?strPageID=SF01_02_01&newsID=",
        ),
    ];
    for (id, folder, url) in pages {
        let Some(folder) = shared("corpus/pages").map(|pages| pages.join(folder)) else { return };
        let source = source(id);
        let (mut read, mut with_body) = (0, 0);
        for page in std::fs::read_dir(folder).unwrap().flatten() {
            let name = page.file_name().to_string_lossy().into_owned();
            let Some(number) = name.strip_prefix("article-").or(name.strip_prefix("VIDE")) else { continue };
            let url = format!("{url}{}", number.trim_end_matches(".html"));
            let selectors: &Selectors = source.selectors_for(&url).next().unwrap();
            let tree = Html::parse_document(&String::from_utf8_lossy(&std::fs::read(page.path()).unwrap()));
            let text = |list: &[String]| {
                let found = list.iter().map(|selector| {
                    let selector = Selector::parse(selector).unwrap();
                    tree.select(&selector).flat_map(|element| element.text()).collect::<String>()
                });
                found.into_iter().find(|text| !text.trim().is_empty()).unwrap_or_default()
            };
            assert!(!text(&selectors.title).is_empty(), "{name}");
            with_body += usize::from(!text(&selectors.body).is_empty());
            let date = text(&selectors.date);
            assert!(
                selectors.date_pattern.as_ref().is_none_or(|pattern| pattern.is_match(&date)),
                "{name}: {date:?}"
            );
            assert!(!date.is_empty(), "{name}");
            read += 1;
        }
        // A day's whole broadcast has a page and no text.
        assert!(read >= 3 && with_body >= read - read / 16, "{id}: {read} pages, {with_body} with a body");
    }
}
