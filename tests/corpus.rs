//! The whole real corpus, against a brute-force count over its JSON Lines.

use std::collections::{BTreeMap, HashMap};

use serde_json::Value;
use sinmun::Query;
use sinmun_tests::{Shelf, files, query, records, shared};

/// One article as the records tell it, without the library's help.
struct Told {
    source: String,
    language: String,
    date: Option<String>,
    has_body: bool,
    text: String,
}

struct World {
    shelf: Shelf,
    articles: Vec<Told>,
    joined: u64,
    summary: sinmun::ImportSummary,
    lines: u64,
    ids: Vec<String>,
}

#[test]
fn the_whole_corpus_is_told_alike() {
    let Some(world) = build() else { return };
    every_record_is_accounted_for(&world);
    sources_and_languages_equal_a_count_over_the_records(&world);
    facets_equal_a_count_over_the_records(&world);
}

/// Letters and digits, in small letters: the same story in two files differs in punctuation at most.
fn folded(title: &str) -> String {
    let words: Vec<String> = title
        .to_lowercase()
        .split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect();
    words.join(" ")
}

fn build() -> Option<World> {
    let corpus = shared("corpus/articles")?;
    let files = files(&corpus);
    let shelf = Shelf::default();
    let summary = shelf.library.import_with(&files, &Default::default(), &|_| {}).expect("an import works");
    let all: Vec<Value> = files.iter().flat_map(|file| records(file)).collect();
    let field =
        |record: &Value, key: &str| record.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let mut articles: Vec<Told> = Vec::new();
    let mut stories: HashMap<(String, String, String, String), Vec<usize>> = HashMap::new();
    let mut joined = 0;
    for record in &all {
        let (title, body) = (field(record, "title"), field(record, "body"));
        let date = match record.get("date").and_then(Value::as_str) {
            Some(date) => Some(date.to_owned()),
            None => day_of(&field(record, "date_raw")),
        };
        let told = Told {
            source: slug(&field(record, "outlet")),
            language: field(record, "lang"),
            date,
            has_body: !body.trim().is_empty(),
            text: format!("{title}\n{body}"),
        };
        let day = told.date.clone().unwrap_or_default();
        let same = stories.entry((told.source.clone(), told.language.clone(), day.clone(), folded(&title)));
        let same = same.or_default();
        // A headline joins the one article of its story, and a body fills the one headline.
        match same[..] {
            [one] if !(day.is_empty() || told.has_body && articles[one].has_body) => {
                joined += 1;
                if told.has_body {
                    articles[one] = told;
                }
            }
            _ => {
                same.push(articles.len());
                articles.push(told);
            }
        }
    }
    let ids = all.iter().map(|record| field(record, "id")).collect();
    let lines = all.len() as u64;
    Some(World { shelf, articles, joined, summary, lines, ids })
}

/// The day of "2022-03-27 11:01:45", "14:32, 07-Jul-2022" or "Apr 24, 2022 11:20 PM".
fn day_of(raw: &str) -> Option<String> {
    const MONTHS: &str = "janfebmaraprmayjunjulaugsepoctnovdec";
    let words = raw.split_whitespace().filter(|word| !word.contains(':'));
    let parts: Vec<&str> =
        words.flat_map(|word| word.split(|letter: char| !letter.is_alphanumeric())).collect();
    let (years, rest): (Vec<usize>, Vec<usize>) =
        parts.iter().filter_map(|part| part.parse::<usize>().ok()).partition(|number| *number > 1900);
    let named = parts.iter().find_map(|part| MONTHS.find(&part.get(..3)?.to_lowercase()));
    // Where a date of publication and one of an update stand there, the first counts.
    match (&years[..], &rest[..], named) {
        ([year, ..], [day, ..], Some(place)) => Some(format!("{year}-{:02}-{day:02}", place / 3 + 1)),
        ([year, ..], [month, day, ..], None) => Some(format!("{year}-{month:02}-{day:02}")),
        _ => None,
    }
}

fn slug(outlet: &str) -> String {
    folded(&outlet.replace('\'', "")).replace(' ', "-")
}

fn every_record_is_accounted_for(world: &World) {
    let counts = &world.summary.counts;
    assert_eq!(counts.records + counts.rejections(), world.lines);
    assert_eq!(counts.rejections(), 0, "{:?}", counts.rejected);
    assert_eq!(counts.new + counts.joined + counts.unchanged + counts.revised, counts.records);
    assert_eq!((counts.revised, counts.merged), (0, 0));
    assert_eq!((counts.joined, counts.new), (world.joined, world.articles.len() as u64));
    let total = world.shelf.library.search(&Query::all()).expect("the query is sound").total;
    assert_eq!(total, counts.new);
    for id in world.ids.iter().step_by(97) {
        assert_eq!(world.shelf.library.show(id).expect("the catalogue can be read").len(), 1, "{id}");
    }
}

/// Words whose matching a plain search for substrings can tell: names and words without inflection.
const QUERIES: &[(&str, &str)] = &[
    ("zh", "习近平"),
    ("zh", "北京"),
    ("zh", "新冠肺炎"),
    ("zh", "乌克兰"),
    ("zh", "俄罗斯"),
    ("zh", "航天员"),
    ("zh", "朝鲜"),
    ("zh", "一带一路"),
    ("ko", "로씨야"),
    ("ko", "김정일"),
    ("ko", "김정은"),
    ("ko", "사회주의"),
    ("ko", "제국주의"),
    ("en", "Pyongyang"),
    ("en", "Moscow"),
    ("en", "Songun"),
    ("en", "Xinjiang"),
    ("en", "Obama"),
    ("en", "Cuba"),
    ("en", "Mongolia"),
    ("ru", "COVID"),
    ("ru", "ООН"),
    ("ru", "США"),
    ("ru", "НАТО"),
    ("ru", "МЧС"),
    ("ru", "МКС"),
    ("zh", ""),
    ("ko", ""),
    ("en", ""),
    ("ru", ""),
    ("ru", "YouTube"),
    ("ru", "Twitter"),
];

/// Whether a text has a word: anywhere in Chinese and Korean, between boundaries elsewhere. Every text has no word.
fn has(told: &Told, word: &str) -> bool {
    if word.is_empty() || matches!(told.language.as_str(), "zh" | "ko") {
        return told.text.contains(word);
    }
    let (text, word) = (told.text.to_lowercase(), word.to_lowercase());
    text.match_indices(&word).any(|(start, part)| {
        let letter = |letter: char| letter.is_alphanumeric() || letter == '_';
        let before = text[..start].chars().next_back();
        let rest = &text[start + part.len()..];
        let ending = if told.language == "en" {
            rest.strip_prefix(['\'', '’']).and_then(|rest| rest.strip_prefix('s'))
        } else {
            None
        };
        let mut behind = ending.unwrap_or(rest).chars();
        // A Latin word in a Russian text may carry a Russian ending.
        let is_latin = word.is_ascii() && told.language == "ru";
        let next = behind.next();
        let ends = next.is_none_or(|next| !letter(next))
            || is_latin && next.is_some_and(|next| ('а'..='я').contains(&next));
        before.is_none_or(|before| !letter(before)) && ends
    })
}

fn facets_equal_a_count_over_the_records(world: &World) {
    let mut wrong = Vec::new();
    for (language, word) in QUERIES {
        let hits: Vec<&Told> =
            world.articles.iter().filter(|told| told.language == *language && has(told, word)).collect();
        let asked = query(word)
            .language(language.parse().expect("the code is sound"))
            .whole_facet("source")
            .whole_facet("year")
            .whole_facet("month")
            .whole_facet("language");
        let results = world.shelf.library.search(&asked.limit(0)).expect("the query is sound");
        let count = |key: &dyn Fn(&Told) -> String| {
            let mut counts: BTreeMap<String, u64> = BTreeMap::new();
            for told in &hits {
                *counts.entry(key(told)).or_default() += 1;
            }
            counts
        };
        let counted = |facet: usize| -> BTreeMap<String, u64> {
            results.facets[facet].values.iter().map(|value| (value.value.clone(), value.count)).collect()
        };
        let years = count(&|told| told.date.as_deref().map_or("unknown".into(), |date| date[..4].to_owned()));
        let months =
            count(&|told| told.date.as_deref().map_or("unknown".into(), |date| date[..7].to_owned()));
        let (sources, languages) = (count(&|told| told.source.clone()), count(&|told| told.language.clone()));
        let by_date = counted(1) == years && counted(2) == months;
        if counted(0) != sources || counted(3) != languages || !by_date {
            wrong.push(format!("{language} {word}: {} found, {} counted", results.total, hits.len()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn sources_and_languages_equal_a_count_over_the_records(world: &World) {
    let results = world
        .shelf
        .library
        .search(&Query::all().whole_facet("source").whole_facet("language"))
        .expect("the query is sound");
    for (facet, key) in
        results.facets.iter().zip([|told: &Told| told.source.clone(), |told: &Told| told.language.clone()])
    {
        let mut counts: BTreeMap<String, u64> = BTreeMap::new();
        for told in &world.articles {
            *counts.entry(key(told)).or_default() += 1;
        }
        let counted: BTreeMap<String, u64> =
            facet.values.iter().map(|value| (value.value.clone(), value.count)).collect();
        assert_eq!(counted, counts, "{}", facet.name);
    }
}
