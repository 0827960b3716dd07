//! How fast a host is asked, told by its own log.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::time::{Duration, Instant, SystemTime};

use sinmun_test_server::{Reply, Server};

use crate::desk::{Desk, crawl_of, list, story, wire};

const DELAY: Duration = Duration::from_millis(200);

/// The times between requests, in order.
fn gaps(times: &[Instant]) -> Vec<Duration> {
    times.windows(2).map(|pair| pair[1] - pair[0]).collect()
}

#[test]
fn one_request_a_delay_whatever_the_host_does() {
    let server = Server::start(|request, before| match request.target.as_str() {
        "/list" => Reply::page(list(&["one", "moved", "torn", "busy", "two", "gone"], None)),
        "/story/moved" => Reply::redirect("/story/three"),
        "/story/torn" if before == 0 => {
            Reply::Reset(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nHa".to_vec())
        }
        "/story/busy" if before == 0 => Reply::status(429).with("Retry-After", "1"),
        "/story/gone" => Reply::status(404),
        "/robots.txt" => Reply::redirect("/robots"),
        "/robots" => Reply::page("User-agent: *\nDisallow:\n"),
        target => target.strip_prefix("/story/").map_or(Reply::status(404), |name| Reply::page(story(name))),
    });
    let desk = Desk::new();
    desk.define("sample-wire.toml", &wire(&["/list"]));
    let summary = desk.crawl(&server, &["sample-wire", "--delay", "0.2", "--retry-wait", "0.05"]);
    assert_eq!((&summary["new"], &summary["missing"]), (&5.into(), &1.into()), "{summary}");
    let asked = server.asked();
    let times: Vec<Instant> = asked.iter().map(|request| request.at).collect();
    let targets: Vec<&str> = asked.iter().map(|request| request.target.as_str()).collect();
    for ((gap, target), from) in gaps(&times).iter().zip(&targets[1..]).zip(&targets) {
        assert!(*gap >= DELAY, "{target} came {gap:?} after {from}: {targets:?}");
    }
    let busy: Vec<Instant> =
        asked.iter().filter(|request| request.target == "/story/busy").map(|request| request.at).collect();
    assert!(gaps(&busy)[0] >= Duration::from_secs(1), "Retry-After");
    let after = times.iter().position(|time| *time == busy[0]).map(|place| times[place + 1] - busy[0]);
    assert!(after.is_some_and(|after| after >= Duration::from_secs(1)), "for the host, not the page alone");
}

#[test]
fn a_crawl_delay_of_robots_txt_holds_over_the_users() {
    let server = Server::start(|request, _| match request.target.as_str() {
        "/robots.txt" => Reply::page("User-agent: *\nCrawl-delay: 0.3\n"),
        "/list" => Reply::page(list(&["one", "two"], None)),
        target => target.strip_prefix("/story/").map_or(Reply::status(404), |name| Reply::page(story(name))),
    });
    let desk = Desk::new();
    desk.define("sample-wire.toml", &wire(&["/list"]));
    desk.crawl(&server, &["sample-wire", "--delay", "0"]);
    let times: Vec<Instant> = server.asked().iter().map(|request| request.at).collect();
    assert_eq!(times.len(), 4);
    assert!(gaps(&times).iter().all(|gap| *gap >= Duration::from_millis(300)), "{:?}", gaps(&times));
}

/// The definition of an outlet in Pyongyang that is visited between two hours from now, and its hours as they are told.
fn visited(from: u64, to: u64) -> (String, String) {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("it is after 1970").as_secs();
    let clock = |hours: u64| {
        let minute = (now / 60 + (9 + hours) * 60) % (24 * 60);
        format!("{:02}:{:02}", minute / 60, minute % 60)
    };
    let (from, to) = (clock(from), clock(to));
    let definition = wire(&["/list"]).replacen('\n', "\ntime_zone = \"Asia/Pyongyang\"\n", 1);
    let definition = format!("{definition}\n[politeness]\nhours = \"{from}-{to}\"\n");
    (definition, format!("wire.example is asked only from {from} to {to} (Asia/Pyongyang)"))
}

#[test]
fn a_host_is_left_alone_outside_its_hours_and_the_user_is_told() {
    let server = Server::start(|request, _| match request.target.as_str() {
        "/list" | "/other" => Reply::page("<!DOCTYPE html><title>Nothing today</title>"),
        _ => Reply::status(404),
    });
    let desk = Desk::new();
    let (definition, hours) = visited(6, 8);
    desk.define("sample-wire.toml", &definition);
    let other = wire(&["/other"]).replace("sample-wire", "sample-post").replace("Sample Wire", "Sample Post");
    desk.define("sample-post.toml", &other.replace("wire.example", "post.example"));
    let mut child = desk.start_crawl(&server, &["sample-wire", "sample-post"]);
    let errors = BufReader::new(child.stderr.take().expect("it is piped"));
    let (tell, told) = std::sync::mpsc::channel();
    std::thread::spawn(move || errors.lines().map_while(Result::ok).try_for_each(|line| tell.send(line)));
    let line = told.recv_timeout(Duration::from_secs(20));
    // Who keeps hours keeps nobody waiting.
    server.wait_for(2, Duration::from_secs(20));
    let ended = child.try_wait();
    child.kill().expect("it is a child of ours");
    child.wait().expect("it is a child of ours");
    let line = line.expect("it says that it waits");
    assert!(line.starts_with(&hours) && line.contains(": waiting until "), "{line:?}, not {hours:?}");
    assert!(line.ends_with(", for 6 h 0 min") || line.ends_with(", for 5 h 59 min"), "{line:?}");
    assert_eq!(ended.expect("it is a child of ours"), None, "it waits");
    assert_eq!(told.iter().count(), 0, "it is told once");
    assert_eq!(server.asked().len(), 2);
    assert_eq!(server.pages(), ["/other"]);

    desk.define("sample-wire.toml", &visited(22, 2).0);
    let answer = desk.run(&crawl_of(&server.url(""), &["sample-wire"]));
    assert_eq!((answer.code, answer.errors.as_str()), (Some(0), ""));
    assert_eq!(server.pages(), ["/other", "/list"]);
    desk.assert_sound();
}

#[test]
fn many_slow_hosts_are_asked_side_by_side() {
    const HOSTS: usize = 24;
    let server = Server::start(|request, _| match request.target.as_str() {
        "/robots.txt" => Reply::slow("User-agent: *\nDisallow:\n", Duration::from_millis(80)),
        "/list" => Reply::page("<!DOCTYPE html><title>Nothing today</title>"),
        _ => Reply::status(404),
    });
    let hosts: Vec<String> = (0..HOSTS).map(|number| format!("w{number}.example")).collect();
    let lists: Vec<String> = hosts.iter().map(|host| format!("\"http://{host}/list\"")).collect();
    let definition = wire(&["/list"]).replace("\"http://wire.example/list\"", &lists.join(", ")).replace(
        "\"wire.example\"",
        &hosts.iter().map(|host| format!("{host:?}")).collect::<Vec<_>>().join(", "),
    );
    let desk = Desk::new();
    desk.define("sample-wire.toml", &definition);
    let summary = desk.crawl(&server, &["sample-wire"]);
    assert_eq!(summary["hosts"].as_object().unwrap().len(), HOSTS);
    assert_eq!(summary["fetched"], HOSTS, "{summary}");
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for request in server.asked() {
        *counts.entry(request.target).or_default() += 1;
    }
    assert_eq!(counts, BTreeMap::from([("/list".into(), HOSTS), ("/robots.txt".into(), HOSTS)]));
}
