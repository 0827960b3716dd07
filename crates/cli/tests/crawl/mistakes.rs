//! What the user gets to hear who asks for something that cannot be.

use sinmun_test_server::{Reply, Server};

use crate::desk::{Desk, list, story, wire};

#[track_caller]
fn refused(desk: &Desk, arguments: &[&str], said: &[&str]) {
    let answer = desk.run(arguments);
    assert_eq!(answer.code, Some(2), "{answer:?}");
    assert_eq!(answer.out, "");
    for part in said {
        assert!(answer.errors.contains(part), "{part:?} in {:?}", answer.errors);
    }
}

#[test]
fn sources_that_cannot_be_crawled() {
    let desk = Desk::new();
    refused(&desk, &["crawl", "no-such-paper"], &["no-such-paper", "sinmun sources"]);
    refused(&desk, &["crawl", "KCNA Watch"], &["permission", "--permitted kcna-watch-listing"]);
    refused(&desk, &["crawl", "cctv-xinwen-lianbo", "--since", "yesterday"], &["--since", "yesterday"]);
    refused(&desk, &["crawl", "cctv-xinwen-lianbo", "--delay", "soon"], &["--delay", "soon"]);
    refused(&desk, &["crawl", "cctv-xinwen-lianbo", "--from-base", "file:///tmp"], &["from-base"]);
    assert!(!desk.data().join("archive").exists(), "nothing was begun");
}

#[test]
fn with_permission_the_lists_are_asked_for() {
    let desk = Desk::new();
    let plan = desk.run(&["crawl", "KCNA Watch", "--permitted", "KCNA Watch", "--dry-run"]);
    assert_eq!(plan.code, Some(0), "{plan:?}");
    assert!(plan.out.contains("GET https://kcnawatch.org/newstream/feed/"), "{plan:?}");
    let without = desk.run(&["crawl", "KCNA Watch", "--dry-run"]);
    assert!(without.errors.contains("settings.toml"), "{without:?}");
    let settings = desk.data().join("settings.toml");
    std::fs::create_dir_all(desk.data()).unwrap();
    std::fs::write(&settings, "# The operator wrote to us.\npermitted = [\"kcna-watch-listing\"]\n").unwrap();
    let by_settings = desk.run(&["crawl", "KCNA Watch", "--dry-run"]);
    assert_eq!((by_settings.code, by_settings.out), (Some(0), plan.out));
    std::fs::write(&settings, "contact = \"desk@wire.example\"\npermited = []\n").unwrap();
    refused(&desk, &["crawl", "KCNA Watch", "--dry-run"], &["settings.toml, line 2", "permited"]);
    std::fs::write(&settings, "proxy = \"nowhere\"\n").unwrap();
    refused(&desk, &["crawl", "KCNA Watch", "--dry-run"], &["settings.toml", "nowhere"]);
}

#[test]
fn a_mistake_in_a_definition_names_file_line_and_key() {
    let desk = Desk::new();
    let definition = wire(&["/list"]).replace("kind = \"list\"", "kind = \"lists\"");
    desk.define("sample-wire.toml", &definition);
    refused(&desk, &["crawl", "sample-wire"], &["sample-wire.toml", "line 9", "kind"]);
    desk.define("sample-wire.toml", &wire(&["/list"]).replace("a.story", "a..story"));
    refused(&desk, &["crawl", "sample-wire"], &["sample-wire.toml", "line 13", "selector"]);
    desk.define("sample-wire.toml", &wire(&["/list"]));
    assert_eq!(desk.run(&["crawl", "sample-wire", "--dry-run"]).code, Some(0));
}

#[test]
fn old_tls_is_spoken_or_refused_before_anything_is_asked() {
    let server = Server::start(|_, _| Reply::status(404));
    let desk = Desk::new();
    desk.define("sample-wire.toml", &wire(&["/list"]).replace("\narticles", "\ntls = \"old\"\narticles"));
    let base = server.url("");
    let crawl = ["crawl", "sample-wire", "--from-base", &base, "--allow-private"];
    if cfg!(feature = "old-tls") {
        let proxied = [&crawl, ["--proxy", &base].as_slice()].concat();
        refused(&desk, &proxied, &["sample-wire", "tls = \"old\"", "proxy"]);
    } else {
        for arguments in [crawl.as_slice(), &["crawl"], &["crawl", "sample-wire", "--dry-run"]] {
            refused(&desk, arguments, &["sample-wire", "tls = \"old\"", "--features old-tls"]);
        }
    }
    assert_eq!(server.asked().len(), 0);
    assert!(!desk.data().join("archive").exists(), "nothing was begun");
}

#[test]
fn a_dry_run_tells_the_first_requests_and_makes_none() {
    let server = Server::start(|_, _| Reply::status(404));
    let desk = Desk::new();
    let arguments = ["cctv-xinwen-lianbo", "--since", "2022-05-01", "--until", "2022-05-14", "--dry-run"];
    let summary = desk.crawl(&server, &arguments);
    let plan = summary["plan"].as_array().unwrap();
    assert_eq!(plan.len(), 14);
    assert_eq!(plan[0], "GET https://tv.cctv.com/lm/xwlb/day/20220514.shtml");
    assert_eq!(server.asked().len(), 0);
    assert!(!desk.data().join("catalogue.sqlite").exists());
}

#[test]
fn strict_says_that_a_site_has_changed() {
    let server = Server::start(|request, before| match request.target.as_str() {
        "/list" if before == 0 => Reply::page(list(&["one", "two"], None)),
        "/list" => Reply::page("<!DOCTYPE html><title>Stories</title><div id=app></div>"),
        target => target.strip_prefix("/story/").map_or(Reply::status(404), |name| Reply::page(story(name))),
    });
    let desk = Desk::new();
    desk.define("sample-wire.toml", &wire(&["/list"]));
    let base = server.url("");
    let arguments =
        ["crawl", "sample-wire", "--strict", "--from-base", &base, "--allow-private", "--delay", "0"];
    let first = desk.run(&arguments);
    assert_eq!(first.code, Some(0), "{first:?}");
    let second = desk.run(&arguments);
    assert_eq!(second.code, Some(2), "{second:?}");
    assert!(second.out.contains("has the site changed?"), "{second:?}");
    assert_eq!(desk.total(&["--source", "sample-wire"]), 2, "what was found stays");
    // It was told once: the list is empty from now on.
    assert_eq!(desk.run(&arguments).code, Some(0));
}

#[test]
fn this_machine_is_not_asked_unless_the_user_says_so() {
    let server = Server::start(|_, _| Reply::page(list(&[], None)));
    let desk = Desk::new();
    desk.define("sample-wire.toml", &wire(&["/list"]));
    let base = server.url("");
    let answer = desk.run(&["crawl", "sample-wire", "--from-base", &base, "--format", "json"]);
    assert_eq!(answer.code, Some(0), "{answer:?}");
    let summary = answer.json();
    assert_eq!((&summary["failed"], &summary["fetched"]), (&1.into(), &0.into()), "{summary}");
    assert!(answer.errors.contains("--allow-private"), "{answer:?}");
    assert_eq!(server.asked().len(), 0);
}

#[test]
fn a_redirect_leads_to_no_private_address() {
    let inside = Server::start_at("127.0.0.2", |_, _| Reply::page("User-agent: *\nDisallow: /"));
    let target = inside.url("");
    let server = Server::start(move |request, _| match request.target.as_str() {
        "/list" => Reply::page(list(&["near", "far"], None)),
        "/story/near" => Reply::page(story("near")),
        path => Reply::redirect(format!("{target}{path}")),
    });
    let desk = Desk::new();
    // Without --from-base, which would send the redirects to the same server.
    let definition = wire(&["/list"]).replace("http://wire.example", &server.url(""));
    desk.define("sample-wire.toml", &definition.replace("\"wire.example\"", "\"127.0.0.1\""));
    let answer = desk.run(&["crawl", "sample-wire", "--allow-private", "--delay", "0", "--format", "json"]);
    assert_eq!(answer.code, Some(0), "{answer:?}");
    let summary = answer.json();
    assert_eq!((&summary["fetched"], &summary["failed"], &summary["new"]), (&2.into(), &1.into(), &1.into()));
    assert_eq!(inside.asked().len(), 0, "neither robots.txt nor a page took the way inside");
    assert_eq!(server.pages(), ["/list", "/story/near", "/story/far"]);
    desk.assert_sound();
}
