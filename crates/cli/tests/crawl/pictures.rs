//! The pictures of articles are recorded, and fetched and kept where a source says so.

use std::time::Duration;

use serde_json::{Value, json};
use sinmun_test_server::{Reply, Server};

use crate::desk::{Desk, list, story, wire};
use crate::evidence::{of_kind, records};

const FAR: &str = "http://cdn.example/far.png";

/// The definition of an outlet whose pages have pictures, with what is said of keeping them.
fn illustrated(keep: &str) -> String {
    format!("{keep}\n{}image = \"figure img\"\ncaption = \"figcaption\"\n", wire(&["/list"]))
}

const KEEP: &str = "keep = [\"images\"]";

/// A story with pictures, each with its own URL as caption.
fn with_pictures(name: &str, pictures: &[&str]) -> Reply {
    let figure = |url: &&str| format!("<figure><img src=\"{url}\"><figcaption>{url}</figcaption></figure>");
    let figures: String = pictures.iter().map(figure).collect();
    Reply::page(story(name).replace("</div>", &format!("</div>{figures}")))
}

fn picture(kind: &str) -> Reply {
    Reply::page(format!("the bytes of a {kind}")).with("Content-Type", format!("image/{kind}"))
}

/// Two stories with a picture in common, that stands at another site; one is missing, and some are no pictures of the web.
fn site() -> Server {
    Server::start(|request, _| match request.target.as_str() {
        "/list" => Reply::page(list(&["one", "two"], None)),
        "/story/one" => with_pictures(
            "one",
            &["/own.jpg", FAR, "data:image/gif;base64,R0lGODlh", "ftp://cdn.example/a.jpg", "http://"],
        ),
        "/story/two" => with_pictures("two", &["http://cdn.example/far.png#again", "/gone.jpg"]),
        "/own.jpg" => picture("jpeg"),
        "/far.png" => picture("png"),
        _ => Reply::status(404),
    })
}

fn desk(keep: &str) -> Desk {
    let desk = Desk::new();
    desk.define("sample-wire.toml", &illustrated(keep));
    desk
}

fn crawled() -> (Desk, Server, Value) {
    let (desk, server) = (desk(KEEP), site());
    let summary = desk.crawl(&server, &["sample-wire"]);
    (desk, server, summary)
}

/// What `show` says of an article by its URL, or of a picture.
fn shown(desk: &Desk, url: &str) -> Value {
    desk.run(&["show", url, "--format", "json"]).json()
}

#[track_caller]
fn assert_rebuilt_alike(desk: &Desk) {
    let dump = || {
        let named = "SELECT group_concat(key, ' ') FROM (SELECT key FROM page WHERE kind = 2 ORDER BY key)";
        let named = desk.catalogue().query_row(named, [], |row| row.get::<_, Option<String>>(0));
        let library = sinmun::Library::open(desk.data()).expect("the library opens");
        (library.dump().expect("the catalogue can be read"), named.expect("the catalogue can be read"))
    };
    let before = dump();
    assert_eq!(desk.run(&["rebuild"]).code, Some(0));
    assert_eq!(dump(), before);
}

#[test]
fn each_picture_is_fetched_once_and_after_the_articles() {
    let (desk, server, summary) = crawled();
    assert_eq!((&summary["new"], &summary["fetched"], &summary["images"]), (&json!(2), &json!(3), &json!(2)));
    assert_eq!(
        (&summary["missing"], &summary["failed"], &summary["ended"]),
        (&1.into(), &0.into(), &true.into())
    );
    assert_eq!(summary["requests"], server.asked().len());
    assert_eq!(
        (&summary["rejected"], &summary["warnings"]["kept without a text"]),
        (&json!({}), &Value::Null)
    );
    for (host, images) in [("wire.example", 1), ("cdn.example", 1)] {
        assert_eq!(summary["hosts"][host]["images"], images, "{summary}");
    }
    let mut asked = server.pages();
    assert_eq!(asked[..3], ["/list", "/story/one", "/story/two"]);
    asked[3..].sort();
    assert_eq!(asked[3..], ["/far.png", "/gone.jpg", "/own.jpg"]);

    server.forget();
    let summary = desk.crawl(&server, &["sample-wire"]);
    assert_eq!((server.pages(), &summary["images"]), (vec!["/list".to_owned()], &0.into()));
    // A picture that was not there is looked for again when articles are looked at again.
    server.forget();
    desk.crawl(&server, &["sample-wire", "--revisit", "0"]);
    assert_eq!(server.pages(), ["/story/one", "/story/two", "/list", "/gone.jpg"]);
    desk.assert_sound();
    assert_rebuilt_alike(&desk);
}

#[test]
fn what_is_kept_is_told() {
    let (desk, _, summary) = crawled();
    let article = shown(&desk, "http://wire.example/story/one");
    let images = article["images"].as_array().unwrap();
    let said = |place: usize, key: &str| images[place][key].as_str().unwrap_or_default();
    assert_eq!((images.len(), said(0, "url"), said(1, "url")), (2, "http://wire.example/own.jpg", FAR));
    assert_eq!((said(1, "caption"), said(0, "type"), said(1, "type")), (FAR, "image/jpeg", "image/png"));
    let page = &shown(&desk, FAR)["pages"][0];
    assert_eq!(
        (&page["kind"], &page["status"], &page["missed"]),
        (&"image".into(), &200.into(), &Value::Null)
    );
    assert!(said(1, "kept") == page["seen"] && said(1, "kept").starts_with("20"), "{article} {page}");

    let article = shown(&desk, "http://wire.example/story/two");
    let gone = &article["images"][1];
    assert_eq!((&gone["kept"], &gone["type"]), (&Value::Null, &Value::Null), "{article}");
    let page = &shown(&desk, "http://wire.example/gone.jpg")["pages"][0];
    assert_eq!((&page["status"], &page["seen"]), (&404.into(), &Value::Null), "{page}");
    assert!(page["missed"].is_string(), "{page}");

    let text = desk.run(&["show", "http://wire.example/story/one"]).out;
    assert!(text.contains(&format!("\nPicture: {FAR}\n  {FAR}\n  in the archive since 20")), "{text}");
    assert!(text.contains("(image/png)\n"), "{text}");
    let text = desk.run(&["show", FAR]).out;
    assert!(text.contains(&format!("As a picture of sample-wire: {FAR}\n")), "{text}");
    assert!(text.contains("last named by an article"), "{text}");
    assert_eq!(summary["indexed"], 2, "a picture is no article");
}

#[test]
fn the_health_of_a_source_is_that_of_its_pages() {
    let ((kept, ..), plain) = (crawled(), desk(""));
    plain.crawl(&site(), &["sample-wire"]);
    let health = |desk: &Desk| {
        let source = desk.source("sample-wire");
        ["articles", "seen", "missing", "waiting", "last_error"].map(|key| source[key].clone())
    };
    assert_eq!(health(&kept), health(&plain));
}

#[test]
fn a_source_that_says_nothing_keeps_no_pictures() {
    let (desk, server) = (desk(""), site());
    let crawl = |format| {
        let base = server.url("");
        desk.run(&[
            "crawl",
            "sample-wire",
            "--from-base",
            &base,
            "--allow-private",
            "--delay",
            "0",
            "--format",
            format,
        ])
    };
    let text = crawl("text").out;
    assert!(text.contains("unchanged") && !text.contains("pictures"), "{text}");
    assert_eq!(server.pages(), ["/list", "/story/one", "/story/two"]);
    let article = shown(&desk, "http://wire.example/story/one");
    assert_eq!(
        article["images"][1],
        json!({"url": FAR, "caption": FAR, "kept": null, "type": null}),
        "{article}"
    );

    // Said later, it holds for articles that are read from then on, and after a rebuild for all.
    desk.define("sample-wire.toml", &illustrated(KEEP));
    server.forget();
    assert_eq!(crawl("json").json()["images"], 0);
    assert_eq!(desk.run(&["rebuild"]).code, Some(0));
    let text = crawl("text").out;
    assert!(text.contains("  pictures  "), "{text}");
    assert_eq!(server.pages().iter().filter(|target| *target == "/far.png").count(), 1);

    // And is over when it is said no more, whatever waits.
    let (desk, server) = (self::desk(KEEP), site());
    desk.crawl(&server, &["sample-wire", "--limit", "4"]);
    desk.define("sample-wire.toml", &illustrated(""));
    server.forget();
    let summary = desk.crawl(&server, &["sample-wire"]);
    assert_eq!((&summary["ended"], &summary["images"]), (&true.into(), &0.into()), "{summary}");
    assert!(!server.pages().iter().any(|target| target.ends_with("jpg")));
}

#[test]
fn a_budget_goes_to_articles_first() {
    let (desk, server) = (desk(KEEP), site());
    let summary = desk.crawl(&server, &["sample-wire", "--limit", "5"]);
    assert_eq!((&summary["new"], &summary["ended"]), (&2.into(), &false.into()), "{summary}");
    let summary = desk.crawl(&server, &["sample-wire"]);
    assert_eq!((&summary["resumed"], &summary["ended"]), (&true.into(), &true.into()), "{summary}");
    let mut asked = server.pages();
    asked.sort();
    assert_eq!(asked, ["/far.png", "/gone.jpg", "/list", "/own.jpg", "/story/one", "/story/two"]);
}

#[test]
fn a_picture_that_failed_comes_again_in_the_next_crawl() {
    let server = Server::start(|request, before| match request.target.as_str() {
        "/list" => Reply::page(list(&["one"], None)),
        "/story/one" => with_pictures("one", &["/page.jpg", "/weak.jpg", "/closed.jpg"]),
        "/page.jpg" => Reply::page("<!DOCTYPE html><h1>No hotlinks</h1>").with("Content-Type", "text/html"),
        "/weak.jpg" if before < 10 => Reply::status(500),
        "/weak.jpg" => picture("jpeg"),
        "/closed.jpg" => Reply::status(403),
        _ => Reply::status(404),
    });
    let desk = desk(KEEP);
    let quick = &["sample-wire", "--retry-wait", "0.01"];
    let mut images = 0;
    for _ in 0..10 {
        images += desk.crawl(&server, quick)["images"].as_u64().unwrap();
    }
    assert_eq!(images, 2);
    let count = |name: &str| server.pages().iter().filter(|target| *target == name).count();
    assert_eq!((count("/weak.jpg"), count("/page.jpg"), count("/closed.jpg")), (11, 1, 1));
    let article = shown(&desk, "http://wire.example/story/one");
    assert_eq!(article["images"][0]["type"], "text/html", "what came in its place is kept, and called so");
    assert_eq!(article["images"][2]["kept"], Value::Null);
    assert_eq!(desk.total(&[]), 1, "a page in place of a picture is no article");
    assert_rebuilt_alike(&desk);
}

/// Without `--from-base`, under which all hosts are one.
#[test]
fn other_hosts_have_their_own_rules_and_private_ones_are_refused() {
    let cdn = Server::start(|request, _| match request.target.as_str() {
        "/robots.txt" => Reply::page("User-agent: *\nDisallow: /closed/"),
        _ => picture("jpeg"),
    });
    let inside = Server::start_at("127.0.0.2", |_, _| picture("jpeg"));
    let (far, hidden) = (cdn.url(""), inside.url(""));
    let (moved, lured) = (format!("{far}/moved.jpg"), format!("{hidden}/lured.jpg"));
    let pictures = [
        format!("{far}/far.jpg"),
        format!("{far}/closed/far.jpg"),
        format!("{hidden}/hidden.jpg"),
        "/moves.jpg".to_owned(),
        "/lures.jpg".to_owned(),
    ];
    let server = Server::start(move |request, _| match request.target.as_str() {
        "/list" => Reply::page(list(&["one"], None)),
        "/story/one" => with_pictures("one", &pictures.each_ref().map(String::as_str)),
        "/moves.jpg" => Reply::redirect(&moved),
        "/lures.jpg" => Reply::redirect(&lured),
        _ => Reply::status(404),
    });
    let desk = Desk::new();
    let definition = illustrated(KEEP).replace("http://wire.example", &server.url(""));
    desk.define("sample-wire.toml", &definition.replace("\"wire.example\"", "\"127.0.0.1\""));
    let crawl = ["crawl", "sample-wire", "--allow-private", "--delay", "0", "--format", "json"];
    let answer = desk.run(&crawl);
    assert_eq!(answer.code, Some(0), "{answer:?}");
    let summary = answer.json();
    let mut asked = cdn.pages();
    asked.sort();
    assert_eq!(asked, ["/far.jpg", "/moved.jpg"], "{summary}");
    assert_eq!(inside.asked().len(), 0, "neither robots.txt nor a picture took the way inside");
    assert_eq!((&summary["images"], &summary["disallowed"]), (&2.into(), &1.into()), "{summary}");
    desk.assert_sound();
    assert_rebuilt_alike(&desk);

    let article = shown(&desk, &format!("{}/story/one", server.url("")));
    let kept: Vec<bool> =
        article["images"].as_array().unwrap().iter().map(|image| image["kept"].is_string()).collect();
    assert_eq!(kept, [true, false, false, true, false], "{article}");

    // What is exported has the redirect and its end, and the news that others did not come.
    let path = desk.beside("x.warc.gz");
    let answer = desk.run(&["archive", "export", "farm one", "--output", path.to_str().unwrap()]);
    assert_eq!(answer.code, Some(0), "{answer:?}");
    let exported = records(&path);
    let targets = |kind: &str| -> Vec<String> {
        let line = format!("\r\nWARC-Type: {kind}\r\n");
        let found = exported.iter().filter(|(head, _)| head.contains(&line));
        let target = |head: &str| {
            Some(head.lines().find_map(|line| line.strip_prefix("WARC-Target-URI: "))?.to_owned())
        };
        let mut targets: Vec<String> = found.filter_map(|(head, _)| target(head)).collect();
        targets.sort();
        targets
    };
    let mut expected = [
        format!("{}/story/one", server.url("")),
        format!("{}/moves.jpg", server.url("")),
        format!("{}/lures.jpg", server.url("")),
        format!("{far}/far.jpg"),
        format!("{far}/moved.jpg"),
    ];
    expected.sort();
    assert_eq!(targets("response"), expected);
    assert_eq!(targets("request"), expected);
    assert_eq!(of_kind(&exported, "metadata"), 2, "the two that were refused");
}

#[test]
fn an_export_has_the_pictures_that_a_page_showed_before() {
    let server = Server::start(|request, before| match request.target.as_str() {
        "/list" => Reply::page(list(&["one", "two"], None)),
        "/story/one" if before == 0 => with_pictures("one", &["/first.jpg"]),
        "/story/one" if before == 1 => with_pictures("one", &["/second.jpg"]),
        // What a site may put in the place of an article.
        "/story/one" => Reply::page("<!DOCTYPE html><p>Nothing is here."),
        "/story/two" => with_pictures("two", &["/other.jpg"]),
        "/robots.txt" => Reply::status(404),
        _ => picture("jpeg"),
    });
    let desk = desk(KEEP);
    for _ in 0..3 {
        desk.crawl(&server, &["sample-wire", "--revisit", "0"]);
    }
    let page = &shown(&desk, "http://wire.example/first.jpg")["pages"][0];
    assert_eq!(page["unlisted"][0]["list"], "http://wire.example/story/one", "{page}");
    let path = desk.beside("x.warc.gz");
    let answer = desk.run(&["archive", "export", "farm one", "--output", path.to_str().unwrap()]);
    assert_eq!(answer.code, Some(0), "{answer:?}");
    let exported = records(&path);
    let has = |name: &str| {
        let line = format!("\r\nWARC-Target-URI: http://wire.example/{name}\r\n");
        exported.iter().filter(|(head, _)| head.contains(&line) && head.contains("msgtype=response")).count()
    };
    assert_eq!([has("story/one"), has("first.jpg"), has("second.jpg"), has("other.jpg")], [3, 1, 1, 0]);
    assert_rebuilt_alike(&desk);
}

#[test]
fn a_crawl_that_is_killed_among_pictures_goes_on_with_them() {
    let names: Vec<String> = (0..8).map(|number| format!("/{number}.jpg")).collect();
    let shown = names.clone();
    let server = Server::start(move |request, _| match request.target.as_str() {
        "/list" => Reply::page(list(&["one"], None)),
        "/story/one" => with_pictures("one", &shown.iter().map(String::as_str).collect::<Vec<_>>()),
        "/robots.txt" => Reply::status(404),
        _ => picture("jpeg"),
    });
    let desk = desk(KEEP);
    for kept in [5, 8] {
        let mut child = desk.start_crawl(&server, &["sample-wire"]);
        server.wait_for(kept, Duration::from_secs(20));
        child.kill().expect("it is a child of ours");
        child.wait().expect("it is a child of ours");
    }
    let summary = desk.crawl(&server, &["sample-wire"]);
    assert_eq!((&summary["ended"], &summary["failed"]), (&true.into(), &0.into()), "{summary}");
    let pages = server.pages();
    let count = |name: &String| pages.iter().filter(|target| *target == name).count();
    assert!(names.iter().all(|name| count(name) >= 1), "{pages:?}");
    assert!(
        names.iter().map(count).sum::<usize>() <= names.len() + 2,
        "one in flight at each kill: {pages:?}"
    );
    let article = self::shown(&desk, "http://wire.example/story/one");
    assert!(article["images"].as_array().unwrap().iter().all(|image| image["kept"].is_string()), "{article}");
    desk.assert_sound();
    assert_rebuilt_alike(&desk);
}
