//! How fast a host is asked, told by its own log.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use sinmun_test_server::{Reply, Server};

use crate::desk::{Desk, list, story, wire};

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
