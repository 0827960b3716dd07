//! Real pages, served under the paths of their sites and crawled by the definitions that come with the program.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::{Arc, Mutex};

use sinmun_test_server::{Reply, Request, Server};

use crate::desk::{Desk, shared};

const CCTV: &[&str] = &["cctv-xinwen-lianbo", "--since", "2022-05-01", "--until", "2022-05-14"];
const RODONG: &[&str] = &["rodong-sinmun", "--since", "2022-03-10", "--until", "2022-03-11"];
const KCNA: &[&str] = &["kcna", "--since", "2017-07-01", "--until", "2017-07-07"];

/// The files of a folder by name.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = std::fs::read_dir(folder).expect("the folder can be read").flatten();
    let file = |path: &Path| std::fs::read(path).expect("the file can be read");
    let named = entries.map(|entry| (entry.file_name().to_string_lossy().into_owned(), file(&entry.path())));
    named.collect()
}

/// Holds that each of these was asked for once, and returns how many they are.
#[track_caller]
fn once_each<'r>(asked: impl IntoIterator<Item = &'r String>) -> usize {
    let mut seen = BTreeSet::new();
    for target in asked {
        assert!(seen.insert(target), "{target} was asked for twice");
    }
    seen.len()
}

#[test]
fn cctv_is_fetched_once_and_then_only_asked_whether_it_changed() {
    let Some(folder) = shared("corpus/pages/cctv-zh") else { return };
    let pages: BTreeMap<String, Vec<u8>> =
        [files(&folder.join("lists")), files(&folder.join("articles"))].into_iter().flatten().collect();
    let removed: Arc<Mutex<BTreeSet<String>>> = Arc::default();
    let gone = Arc::clone(&removed);
    let server = Server::start(move |request, _| {
        let name = request.target.rsplit('/').next().unwrap_or_default();
        let is_gone = gone.lock().expect("no test panics with it").contains(name);
        match pages.get(name) {
            Some(page) if !is_gone => Reply::page(page.clone()),
            _ => Reply::status(404),
        }
    });
    let desk = Desk::new();

    let summary = desk.crawl(&server, CCTV);
    assert_eq!(
        (&summary["fetched"], &summary["new"], &summary["failed"]),
        (&254.into(), &240.into(), &0.into())
    );
    assert_eq!((&summary["ended"], &summary["missing"]), (&true.into(), &0.into()), "{summary}");
    let asked = server.pages();
    assert_eq!(once_each(&asked), 14 + 240);
    assert_eq!(asked.iter().filter(|target| target.starts_with("/lm/xwlb/day/202205")).count(), 14);
    assert_eq!(desk.total(&["--source", "cctv-xinwen-lianbo"]), 240);
    assert!(desk.total(&["新闻联播"]) > 0 && desk.total(&["习近平", "--from", "2022-05-01"]) > 0);

    // At once again: the lists, and nothing comes.
    server.forget();
    let summary = desk.crawl(&server, CCTV);
    let asked = server.asked();
    assert_eq!((&summary["unchanged"], &summary["fetched"]), (&14.into(), &0.into()), "{summary}");
    assert_eq!(asked.iter().filter(|request| request.status == 304).count(), 14);
    assert_eq!(asked.len(), 15, "the lists and robots.txt");

    // Two days later: every article again, and seven are gone.
    desk.catalogue()
        .execute_batch(
            "UPDATE page SET found = strftime('%Y-%m-%dT%H:%M:%S.000000Z', 'now', '-2 days'), \
             fetched = strftime('%Y-%m-%dT%H:%M:%S.000000Z', 'now', '-47 hours') WHERE NOT is_list",
        )
        .unwrap();
    let names: Vec<String> = files(&folder.join("articles")).into_keys().step_by(35).collect();
    removed.lock().unwrap().extend(names.iter().cloned());
    server.forget();
    let summary = desk.crawl(&server, CCTV);
    assert_eq!((&summary["missing"], &summary["fetched"]), (&7.into(), &0.into()), "{summary}");
    assert_eq!(once_each(&server.pages()), 254);
    assert_eq!(server.asked().iter().filter(|request| request.status == 304).count(), 14 + 233);
    let health = desk.source("cctv-xinwen-lianbo");
    assert_eq!(
        (&health["missing"], &health["seen"], &health["articles"]),
        (&7.into(), &233.into(), &240.into())
    );

    // What is gone is not asked for again before its next day, and is kept.
    server.forget();
    desk.crawl(&server, CCTV);
    assert_eq!(server.pages().len(), 14);
    assert_eq!(desk.total(&["--source", "cctv-xinwen-lianbo"]), 240);
    desk.assert_sound();
}

#[test]
fn rodong_is_read_by_its_lists() {
    let Some(folder) = shared("corpus/pages/rodong-en-2022") else { return };
    let pages = files(&folder);
    let list = pages["list-SF01_01_02-iMenuID-2.html"].clone();
    let server = Server::start(move |request, _| {
        if request.target == "/en/index.php?strPageID=SF01_01_02&iMenuID=2" {
            return Reply::page(list.clone());
        }
        let number = request.target.split("newsID=").nth(1).unwrap_or_default();
        let page = request.target.starts_with("/en/").then(|| pages.get(&format!("article-{number}.html")));
        page.flatten().map_or(Reply::status(404), |page| Reply::page(page.clone()))
    });
    let desk = Desk::new();
    let summary = desk.crawl(&server, RODONG);
    let asked = server.pages();
    let articles: Vec<&String> = asked.iter().filter(|target| target.contains("newsID=")).collect();
    assert_eq!((once_each(&asked), articles.len()), (asked.len(), 40));
    // The list and three articles; two days and two lists in each of three editions are asked for.
    assert_eq!((&summary["fetched"], &summary["new"]), (&4.into(), &3.into()), "{summary}");
    assert_eq!(asked.len() - articles.len(), 3 * (2 + 2), "{asked:?}");
    assert_eq!(summary["missing"], asked.len() - 4);
    assert_eq!(desk.source("rodong-sinmun")["missing"], 37);
    assert_eq!(desk.total(&["--source", "rodong-sinmun", "--language", "en", "--from", "2022-03-10"]), 3);
    assert_eq!(desk.total(&["railway"]), 1);

    server.forget();
    let summary = desk.crawl(&server, RODONG);
    assert_eq!((&summary["fetched"], &summary["unchanged"]), (&0.into(), &1.into()), "{summary}");
    assert!(server.asked().iter().all(|request| matches!(request.status, 304 | 404)));
    desk.assert_sound();
}

/// As kcna.kp was in 2017: the language is that of the session, lists and articles are asked for by POST.
fn kcna_in_2017(pages: &BTreeMap<String, Vec<u8>>, request: &Request) -> Reply {
    let file = |name: &str| Reply::page(pages[name].clone()).with("Content-Type", "text/xml; charset=UTF-8");
    let in_japanese = request.header("cookie").is_some_and(|cookie| cookie.contains("session=jpn"));
    match request.target.as_str() {
        "/kcna.user.home.retrieveHomeInfoList.kcmsf" => {
            let language = request.body.rsplit("lang=").next().unwrap_or_default();
            file("articles_empty.xml").with("Set-Cookie", format!("session={language}"))
        }
        "/kcna.user.article.retrieveArticleListForPage.kcmsf" => {
            let start = request.body.split('&').next().unwrap_or_default();
            match start.strip_prefix("page_start=") {
                Some("0") if in_japanese => file("articles1.xml"),
                Some("10") if in_japanese => file("articles2.xml"),
                _ => file("articles_empty.xml"),
            }
        }
        "/kcna.user.article.retrieveArticleInfoFromArticleCode.kcmsf" => {
            let is_there = request.body.contains("article_code=AR0099775&") && in_japanese;
            if is_there { file("ar0099775_ja.xml") } else { Reply::status(404) }
        }
        _ => Reply::status(404),
    }
}

#[test]
fn kcna_is_read_by_post_in_a_session_for_each_language() {
    let Some(folder) = shared("corpus/pages/kcna-kp-2017-ja") else { return };
    let pages = files(&folder);
    // The one article that is there stands in neither list: it takes the place of another.
    let mut pages = pages;
    let list = String::from_utf8(pages["articles2.xml"].clone()).unwrap();
    let code = list.split("AR").nth(1).and_then(|rest| rest.get(..7)).expect("the list has codes");
    pages.insert("articles2.xml".into(), list.replace(&format!("AR{code}"), "AR0099775").into_bytes());
    let server = Server::start(move |request, _| kcna_in_2017(&pages, request));
    let desk = Desk::new();
    let summary = desk.crawl(&server, KCNA);
    let asked = server.asked();
    let sent = |path: &str| -> Vec<String> {
        let on_it = asked.iter().filter(|request| request.target.contains(path));
        on_it.map(|request| request.body.clone()).collect()
    };
    let articles = sent("retrieveArticleInfo");
    assert_eq!((articles.len(), once_each(&articles)), (20, 20));
    assert_eq!(once_each(&sent("retrieveHomeInfoList")), 6, "a session for each language");
    let lists = sent("retrieveArticleList");
    assert_eq!(lists.iter().filter(|body| body.starts_with("page_start=0&")).count(), 6);
    assert_eq!(lists.len(), 6 + 2, "of the Japanese ones two pages more, the last of them empty");
    assert_eq!(summary["new"], 1, "{summary}");
    assert_eq!(desk.source("kcna")["missing"], 19);
    assert_eq!(desk.total(&["--source", "kcna", "--language", "ja"]), 1);
    let cookies = asked
        .iter()
        .filter(|request| request.header("cookie").is_some_and(|cookie| cookie.contains("session=")));
    assert_eq!(cookies.count(), articles.len() + lists.len());
    let records = desk.assert_sound();

    // A form is asked for as it is: a condition on it would be answered with 412.
    server.forget();
    let summary = desk.crawl(&server, KCNA);
    assert!(
        server
            .asked()
            .iter()
            .all(|request| { request.method == "GET" || request.header("if-none-match").is_none() })
    );
    assert_eq!((&summary["fetched"], &summary["new"]), (&0.into(), &0.into()), "{summary}");
    assert!(desk.assert_sound() > records);
}
