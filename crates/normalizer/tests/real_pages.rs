//! Real pages, read by the rules of their sources: against an imported record of the same article, or a list of what stands in them.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use sinmun_normalizer::{Defaults, Page, PageReading, read_line, read_page};
use sinmun_sources::Sources;

/// A folder of the shared corpus; `None` where it is missing, with a word of it.
fn corpus(name: &str) -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus").join(name);
    if !folder.exists() {
        eprintln!("skipped: ../shared/corpus/{name} is missing");
        return None;
    }
    Some(folder)
}

/// A text in which white space and the width of letters do not count.
fn letters(text: &str) -> String {
    let narrow = |letter: char| match letter {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(letter as u32 - 0xfee0).unwrap_or(letter),
        _ => letter,
    };
    text.chars().filter(|letter| !letter.is_whitespace()).map(narrow).collect()
}

fn read(url: &str, bytes: &[u8], sources: &Sources) -> PageReading {
    let definition = sources.of_url(url).expect("the site is known");
    let address = definition.canonical_url(url).expect("it is a web address");
    read_page(&Page { address: &address, url, body: bytes, ..Page::default() }, definition, sources)
}

#[test]
fn pages_of_cctv_are_as_they_were_imported() {
    let Some(pages) = corpus("pages/cctv-zh/articles") else { return };
    let Some(records) = corpus("articles/cctv-zh-2022-2023.jsonl") else { return };
    let sources = Sources::built_in();
    let mut imported = HashMap::new();
    for line in std::fs::read(records).unwrap().split(|byte| *byte == b'\n') {
        if let Ok(reading) = read_line(line, &Defaults::default(), &sources)
            && let Some(url) = reading.record.url.clone()
            && let Some((_, name)) = url.rsplit_once('/')
        {
            imported.insert(name.to_owned(), reading.record);
        }
    }
    let (mut all, mut right) = (0, 0);
    for entry in std::fs::read_dir(pages).unwrap().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let Some(expected) = imported.get(&name) else { continue };
        let url = expected.url.as_deref().unwrap();
        // Some records end in a rule and the line of the date, which whoever collected them took along.
        let rules = sources.of_url(url).unwrap().selectors_for(url).next().unwrap();
        let reading = read(url, &std::fs::read(entry.path()).unwrap(), &sources);
        let record = reading.record.unwrap();
        let parts = [
            ("title", letters(&record.title) == letters(&expected.title)),
            ("body", letters(&record.body) == letters(rules.before_end(&expected.body))),
            ("date", record.date.map(|date| date.first_day()) == expected.date.map(|date| date.first_day())),
            ("language", record.language == expected.language),
            ("url", record.canonical_url == expected.canonical_url && record.canonical_url.is_some()),
            ("source", record.source == expected.source),
        ];
        all += 1;
        right += usize::from(parts.iter().all(|(_, is_right)| *is_right));
        for (part, _) in parts.iter().filter(|(_, is_right)| !is_right) {
            println!("{name}: {part}: {:?} {:?}", record.title, expected.title);
        }
    }
    assert_eq!(all, 226);
    assert!(right * 100 >= all * 99, "{right} of {all} are as they were imported");
}

/// What a page should say; of its body how it begins and ends and of how many paragraphs it is.
struct Golden {
    url: &'static str,
    file: &'static str,
    title: &'static str,
    date: &'static str,
    byline: Option<&'static str>,
    language: &'static str,
    begins: &'static str,
    ends: &'static str,
    paragraphs: usize,
    canonical: &'static str,
    pictures: &'static [(&'static str, Option<&'static str>)],
}

#[track_caller]
fn check(expected: &Golden) {
    let Some(file) = corpus(expected.file) else { return };
    let reading =
        read(expected.url, &std::fs::read(file).expect("the corpus can be read"), &Sources::built_in());
    assert_eq!(reading.warnings, [], "{}", expected.file);
    let record = reading.record.expect("the page is an article");
    assert_eq!(letters(&record.title), letters(expected.title));
    assert_eq!(record.date.map(|date| date.to_string()).as_deref(), Some(expected.date));
    assert_eq!(record.byline.as_deref(), expected.byline);
    assert_eq!(record.language.code(), expected.language);
    let body = letters(&record.body);
    assert!(body.contains(&letters(expected.begins)), "{body}");
    assert!(body.find(&letters(expected.begins)) <= Some(LONGEST_DATELINE), "{body}");
    assert!(body.ends_with(&letters(expected.ends)), "{body}");
    assert_eq!(record.body.split("\n\n").count(), expected.paragraphs, "{}", record.body);
    assert_eq!(record.canonical_url.as_deref(), Some(expected.canonical));
    let pictures: Vec<_> =
        record.images.iter().map(|image| (image.url.as_str(), image.caption.as_deref())).collect();
    assert_eq!(pictures, expected.pictures);
}

/// In bytes: a dateline may stand before the first words or not.
const LONGEST_DATELINE: usize = 60;

#[test]
fn pages_of_rodong_sinmun_in_english() {
    let women = Golden {
        url: "http://www.rodong.rep.kp/en/index.php?strPageID=SF01_02_01&newsID=2022-03-10-0002",
        file: "pages/rodong-en-2022/article-2022-03-10-0002.html",
        title: "March 8 International Women's Day Marked in DPRK",
        date: "2022-03-10",
        byline: Some("Rodong Sinmun"),
        language: "en",
        begins: "The 112th anniversary of March 8",
        ends: "gifts and flowers from their husbands and children.",
        paragraphs: 11,
        canonical: "http://www.rodong.rep.kp/en/index.php?newsID=2022-03-10-0002&strPageID=SF01_02_01",
        pictures: &[("http://www.rodong.rep.kp/article_contents_en/2022/03/10/photo/4.jpg", None)],
    };
    check(&women);
    check(&Golden {
        url: "http://rodong.rep.kp/en/index.php?strPageID=SF01_02_01&newsID=2022-03-10-0004",
        file: "pages/rodong-en-2022/article-2022-03-10-0004.html",
        title: "Output of Their Organic Compound Fertilizer Increased",
        begins: "Cities and counties push briskly ahead",
        ends: "fertilizer producers follow suit.",
        paragraphs: 8,
        canonical: "http://www.rodong.rep.kp/en/index.php?newsID=2022-03-10-0004&strPageID=SF01_02_01",
        pictures: &[],
        ..women
    });
    check(&Golden {
        url: "https://www.rodong.rep.kp/en/index.php?newsID=2022-03-11-0003&strPageID=SF01_02_01#top",
        file: "pages/rodong-en-2022/article-2022-03-11-0003.html",
        title: "Strong Support to Railway",
        date: "2022-03-11",
        begins: "Support to the railway gains momentum",
        ends: "social atmosphere of support to railways.",
        paragraphs: 5,
        canonical: "http://www.rodong.rep.kp/en/index.php?newsID=2022-03-11-0003&strPageID=SF01_02_01",
        pictures: &[],
        ..women
    });
}

#[test]
fn a_page_of_kcna_in_japanese() {
    let Some(file) = corpus("pages/kcna-kp-2017-ja/ar0099775_ja.xml") else { return };
    let sources = Sources::built_in();
    let url = "http://www.kcna.kp/kcna.user.article.retrieveArticleInfoFromArticleCode.kcmsf";
    let page = Page { address: "AR0099775", url, body: &std::fs::read(file).unwrap(), ..Page::default() };
    let reading = read_page(&page, sources.of_url(url).unwrap(), &sources);
    assert_eq!(reading.warnings, []);
    let record = reading.record.unwrap();
    assert_eq!(record.title, "金日成主席回顧インドネシア委を結成");
    assert_eq!(record.date.unwrap().to_string(), "2017-07-05");
    assert_eq!((record.language.code(), record.source.as_str()), ("ja", "kcna"));
    assert_eq!(record.canonical_url.as_deref(), Some("kcna:AR0099775"));
    assert_eq!(record.images, []);
    let paragraphs: Vec<String> = record.body.split("\n\n").map(letters).collect();
    assert_eq!(paragraphs.len(), 3);
    assert!(
        paragraphs[0].contains("金日成主席回顧インドネシア委員会が")
            && paragraphs[0].ends_with("結成された。")
    );
    assert!(paragraphs[1].starts_with("同回顧委員会") && paragraphs[1].ends_with("選出された。"));
    assert!(paragraphs[2].starts_with("回顧委員会は") && paragraphs[2].ends_with("催すことにした。"));
}
