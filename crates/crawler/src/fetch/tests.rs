use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime};

use flate2::Compression;
use flate2::write::GzEncoder;
use sinmun_test_server::{Reply, Request, Server};
use url::Url;

use crate::{
    Exchange, Failure, FailureKind, FetchOptions, Fetcher, Job, Known, Outcome, Redirects, Truncation,
    Verdict,
};

/// A page of the server's.
fn at(server: &Server, path: &str) -> Url {
    server.url(path).parse().expect("it is a URL")
}

fn ok(body: impl AsRef<[u8]>) -> Vec<u8> {
    answer("200 OK", "", body)
}

fn answer(status: &str, fields: &str, body: impl AsRef<[u8]>) -> Vec<u8> {
    let body = body.as_ref();
    let length = body.len();
    let head = format!("HTTP/1.1 {status}\r\n{fields}Content-Length: {length}\r\nConnection: close\r\n\r\n");
    [head.as_bytes(), body].concat()
}

fn options() -> FetchOptions {
    FetchOptions { allow_private: vec!["127.0.0.1".into()], ..FetchOptions::default() }
}

/// Little where the server falls silent; else as much as a busy machine may need.
fn patience_for(reply: &Reply) -> FetchOptions {
    match reply {
        Reply::Silence(_) => FetchOptions {
            connect_timeout: Duration::from_millis(100),
            stall_timeout: Duration::from_millis(100),
            ..options()
        },
        _ => options(),
    }
}

fn fetch_with(options: FetchOptions, job: Job) -> Outcome {
    let fetcher = Fetcher::start(options).expect("the options are sound");
    fetcher.send(job).expect("there is room");
    fetcher.receive(Duration::from_secs(20)).expect("every job ends")
}

fn fetch(job: Job) -> Outcome {
    fetch_with(options(), job)
}

fn kind(outcome: &Outcome) -> Option<FailureKind> {
    outcome.result.as_ref().err().map(|failure| failure.kind)
}

fn statuses(outcome: &Outcome) -> Vec<u16> {
    outcome.hops.iter().map(|hop| hop.response.status).collect()
}

/// What one answer of the server's becomes.
#[track_caller]
fn check(
    reply: fn() -> Reply,
    status: u16,
    body: &[u8],
    failure: Option<FailureKind>,
    truncated: Option<Truncation>,
) {
    let server = Server::start(move |_, _| reply());
    let options = FetchOptions { longest_body: 100_000, ..patience_for(&reply()) };
    let outcome = fetch_with(options, Job::post(7, at(&server, "/"), "text/plain", "unread"));
    assert_eq!(kind(&outcome), failure, "{:?}", outcome.result);
    assert_eq!(outcome.id, 7);
    let response = &outcome.last().expect("there was an answer").response;
    assert_eq!((response.status, response.truncated), (status, truncated));
    assert!(response.body == body, "the body is {:?}", String::from_utf8_lossy(&response.body));
}

#[test]
fn answers() {
    use FailureKind::*;
    check(|| Reply::Close(ok(b"\0\xff one\r\n")), 200, b"\0\xff one\r\n", None, None);
    check(|| Reply::Close(b"HTTP/1.0 200 OK\r\n\r\nto the end".into()), 200, b"to the end", None, None);
    check(|| Reply::Close(answer("404 Not Found", "", "no")), 404, b"no", None, None);
    check(|| Reply::Close(answer("500 Oh", "", "")), 500, b"", None, None);
    check(|| Reply::Close(answer("301 Moved", "", "nowhere")), 301, b"nowhere", None, None);
    check(
        || {
            Reply::Close(
                b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nfour\r\n1;x=y\r\n!\r\n0\r\n\r\n"
                    .into(),
            )
        },
        200,
        b"four!",
        None,
        None,
    );
    check(
        || Reply::Close(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nonly this".into()),
        200,
        b"only this",
        Some(Disconnected),
        Some(Truncation::Disconnect),
    );
    check(
        || Reply::Close(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nfour\r\n9\r\ncut".into()),
        200,
        b"fourcut",
        Some(Disconnected),
        Some(Truncation::Disconnect),
    );
    check(
        || Reply::Close(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfour and more".into()),
        200,
        b"four",
        None,
        None,
    );
    check(
        || Reply::Reset(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nonly this".into()),
        200,
        b"only this",
        Some(Disconnected),
        Some(Truncation::Disconnect),
    );
    check(
        || Reply::Silence(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nonly this".into()),
        200,
        b"only this",
        Some(TimedOut),
        Some(Truncation::Time),
    );
    check(
        || Reply::Endless(b"HTTP/1.1 200 OK\r\n\r\n".into()),
        200,
        &[b' '; 100_000],
        Some(TooLong),
        Some(Truncation::Length),
    );
    check(
        || Reply::Endless(b"HTTP/1.1 200 OK\r\nContent-Length: 10000000000\r\n\r\n".into()),
        200,
        &[b' '; 100_000],
        Some(TooLong),
        Some(Truncation::Length),
    );
    check(|| Reply::Close(ok([b'x'; 100_000])), 200, &[b'x'; 100_000], None, None);
}

/// What comes of a server that does not answer.
#[track_caller]
fn check_silence(reply: fn() -> Reply, expected: FailureKind) {
    let server = Server::start(move |_, _| reply());
    let options = patience_for(&reply());
    let outcome = fetch_with(options, Job::get(1, at(&server, "/")));
    assert_eq!(kind(&outcome), Some(expected), "{:?}", outcome.result);
    assert!(outcome.hops.is_empty());
    assert_eq!(outcome.report(SystemTime::now()).verdict, Verdict::Failed);
}

#[test]
fn no_answers() {
    check_silence(|| Reply::Silence(Vec::new()), FailureKind::TimedOut);
    check_silence(|| Reply::Silence(b"HTTP/1.1 200 OK\r\nHalf: a he".into()), FailureKind::TimedOut);
    check_silence(|| Reply::Close(Vec::new()), FailureKind::Disconnected);
    check_silence(|| Reply::Close(b"SSH-2.0-server\r\n\r\n".into()), FailureKind::Malformed);
    check_silence(|| Reply::Endless(b"HTTP/1.1 200 OK\r\nEndless: ".into()), FailureKind::Malformed);
}

#[test]
fn nobody_listens() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let outcome = fetch(Job::get(1, format!("http://127.0.0.1:{port}/").parse().unwrap()));
    assert_eq!(kind(&outcome), Some(FailureKind::NoConnection), "{:?}", outcome.result);
}

#[test]
fn a_server_without_tls() {
    let server = Server::start(|_, _| Reply::Close(ok("")));
    let url = format!("https://{}/", server.address()).parse().unwrap();
    let options = FetchOptions { connect_timeout: Duration::from_millis(200), ..options() };
    // The listener waits for the end of a head that never ends.
    assert_eq!(kind(&fetch_with(options, Job::get(1, url))), Some(FailureKind::TimedOut));
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://{}/", server.local_addr().unwrap()).parse().unwrap();
    std::thread::spawn(move || {
        server.accept().map(|(mut stream, _)| stream.write_all(b"220 mail ready\r\n"))
    });
    let outcome = fetch(Job::get(1, url));
    assert_eq!(kind(&outcome), Some(FailureKind::Tls), "{:?}", outcome.result);
}

#[test]
fn what_was_said_is_kept() {
    let server = Server::start(|_, _| {
        Reply::Close(answer("200 Very Well", "X-B: 1\r\nServer: old\r\nX-A: \u{e9}\r\nx-b: 2\r\n", "body"))
    });
    let before = SystemTime::now();
    let mut job =
        Job::post(1, at(&server, "/a%20b?q=%EC%A1%B0#part"), "application/x-www-form-urlencoded", "page=1");
    job.headers.push(("X-Requested-With".into(), "XMLHttpRequest".into()));
    job.headers.push(("accept".into(), "application/xml".into()));
    let outcome = fetch(job);
    let Exchange { url, started, remote, request, response, .. } = outcome.last().unwrap();
    assert_eq!(*url, at(&server, "/a%20b?q=%EC%A1%B0"));
    assert!(*started >= before && *started <= SystemTime::now());
    assert_eq!(*remote, Some(server.address()));
    let mut wire = request.head();
    wire.extend_from_slice(&request.body);
    let asked = &server.asked()[0];
    assert_eq!(String::from_utf8(wire).unwrap(), format!("{}{}", asked.head, asked.body));
    assert_eq!(
        String::from_utf8(request.head()).unwrap(),
        format!(
            "POST /a%20b?q=%EC%A1%B0 HTTP/1.1\r\nHost: {}\r\n\
             User-Agent: Sinmun/{} (+https://github.com/sinmun/sinmun)\r\nAccept: application/xml\r\n\
             Accept-Encoding: gzip\r\nX-Requested-With: XMLHttpRequest\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 6\r\n\r\n",
            server.address(),
            env!("CARGO_PKG_VERSION")
        )
    );
    assert_eq!(
        String::from_utf8(response.head()).unwrap(),
        "HTTP/1.1 200 Very Well\r\nx-b: 1\r\nx-b: 2\r\nserver: old\r\nx-a: \u{e9}\r\ncontent-length: 4\r\nconnection: close\r\n\r\n"
    );
}

#[test]
fn a_careless_head_is_read() {
    let head =
        "HTTP/1.1 200 OK\r\nno field\r\nServer : old\r\nX-Folded: one\r\n two\r\nContent-Length: 2\r\n\r\nok";
    let server = Server::start(move |_, _| Reply::Close(head.into()));
    let outcome = fetch(Job::get(1, at(&server, "/")));
    let response = &outcome.last().expect("it is read").response;
    assert_eq!(response.body, b"ok");
    assert_eq!(response.headers.get("server"), Some("old"));
    assert!(response.headers.get("x-folded").is_some_and(|value| value.contains("two")));
}

#[test]
fn a_connection_that_was_closing_is_told_apart_and_nothing_sent_twice() {
    // The server closes after each answer without saying so.
    let server = Server::start(|_, _| Reply::Close(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".into()));
    let fetcher = Fetcher::start(options()).unwrap();
    let (mut answered, mut was_lost) = (0, false);
    for id in 0..200 {
        fetcher.send(Job::post(id, at(&server, "/"), "text/plain", "x")).unwrap();
        match fetcher.receive(Duration::from_secs(20)).unwrap().result {
            Ok(()) => (answered, was_lost) = (answered + 1, false),
            Err(failure) => {
                assert_eq!(failure.kind, FailureKind::Closed, "{failure}");
                assert!(!was_lost, "the next goes over a connection of its own");
                was_lost = true;
            }
        }
        assert_eq!(server.asked().len(), answered);
    }
}

#[test]
fn an_empty_reason_stays_empty() {
    let server = Server::start(|_, _| Reply::Close(b"HTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n".into()));
    assert_eq!(fetch(Job::get(1, at(&server, "/"))).last().unwrap().response.reason, b"");
}

#[test]
fn a_packed_body_is_kept_packed() {
    let mut packed = GzEncoder::new(Vec::new(), Compression::best());
    packed.write_all(&b"news ".repeat(1000)).unwrap();
    let packed = packed.finish().unwrap();
    let sent = packed.clone();
    let server =
        Server::start(move |_, _| Reply::Close(answer("200 OK", "Content-Encoding: gzip\r\n", &sent)));
    let outcome = fetch(Job::get(1, at(&server, "/")));
    let response = &outcome.last().unwrap().response;
    assert_eq!(response.body, packed);
    assert_eq!(response.headers.get("content-encoding"), Some("gzip"));
}

fn redirect(to: &str) -> Reply {
    Reply::Close(answer("302 Found", &format!("Location: {to}\r\n"), "moved"))
}

fn chain(request: &Request, _: usize) -> Reply {
    match request.target.as_str() {
        "/1" => redirect("/2?x=1#part"),
        "/2?x=1" => redirect("3"),
        "/3" => redirect("//127.0.0.1:1/../gone"),
        "/loop" => redirect("/pool"),
        "/pool" => redirect("/loop"),
        "/self" => redirect("#same"),
        "/mail" => redirect("mailto:a@b.example"),
        "/data" => redirect("data:text/html,x"),
        "/file" => redirect("file:///etc/passwd"),
        "/bad" => redirect("http://[bad/"),
        "/inside" => redirect("http://192.168.0.1/"),
        "/local" => redirect("http://localhost/"),
        "/mapped" => redirect("http://[::ffff:10.0.0.1]/"),
        "/secret" => redirect("http://me:word@192.168.0.1/"),
        path => match path.strip_prefix("/count/").and_then(|count| count.parse::<u32>().ok()) {
            Some(0) | None => Reply::Close(ok("end")),
            Some(count) => redirect(&format!("/count/{}", count - 1)),
        },
    }
}

#[track_caller]
fn check_chain(path: &str, hops: usize, expected: Option<FailureKind>) {
    let server = Server::start(chain);
    let outcome = fetch(Job::get(1, at(&server, path)));
    assert_eq!(kind(&outcome), expected, "{:?}", outcome.result);
    assert_eq!(outcome.hops.len(), hops);
    assert_eq!(server.asked().len(), hops);
    for hop in &outcome.hops[..hops - 1] {
        assert_eq!((hop.response.status, hop.response.body.as_slice()), (302, b"moved".as_slice()));
    }
}

#[test]
fn redirects() {
    use FailureKind::*;
    check_chain("/1", 3, Some(NoConnection));
    check_chain("/loop", 2, Some(RedirectLoop));
    check_chain("/self", 1, Some(RedirectLoop));
    check_chain("/count/10", 11, None);
    check_chain("/count/11", 11, Some(TooManyRedirects));
    check_chain("/mail", 1, Some(BadRedirect));
    check_chain("/data", 1, Some(BadRedirect));
    check_chain("/file", 1, Some(BadRedirect));
    check_chain("/bad", 1, Some(BadRedirect));
    check_chain("/inside", 1, Some(PrivateAddress));
    check_chain("/local", 1, Some(PrivateAddress));
    check_chain("/mapped", 1, Some(PrivateAddress));
}

#[test]
fn each_redirect_bears_its_url() {
    let server = Server::start(chain);
    let outcome = fetch(Job::get(1, at(&server, "/count/2")));
    let urls: Vec<Url> = outcome.hops.iter().map(|hop| hop.url.clone()).collect();
    assert_eq!(urls, ["/count/2", "/count/1", "/count/0"].map(|path| at(&server, path)));
    assert_eq!(statuses(&outcome), [302, 302, 200]);
    assert_eq!(outcome.report(SystemTime::now()).requests, 3);
}

#[test]
fn redirects_are_handed_back_where_asked() {
    let server = Server::start(chain);
    let fetcher = Fetcher::start(options()).unwrap();
    let mut job = Job { redirects: Redirects::HandBack, ..Job::get(1, at(&server, "/loop")) };
    for expected in ["/pool", "/loop"] {
        fetcher.send(job).unwrap();
        let outcome = fetcher.receive(Duration::from_secs(20)).unwrap();
        assert_eq!((outcome.id, outcome.hops.len(), kind(&outcome)), (1, 1, None));
        job = *outcome.onward.unwrap();
        assert_eq!(job.url, at(&server, expected));
    }
    fetcher.send(job).unwrap();
    let outcome = fetcher.receive(Duration::from_secs(20)).unwrap();
    assert_eq!(kind(&outcome), Some(FailureKind::RedirectLoop));
    assert_eq!(server.asked().len(), 2);

    let job = Job { redirects: Redirects::HandBack, ..Job::get(1, at(&server, "/inside")) };
    fetcher.send(job).unwrap();
    let outcome = fetcher.receive(Duration::from_secs(20)).unwrap();
    assert_eq!((kind(&outcome), outcome.onward), (Some(FailureKind::PrivateAddress), None));
}

#[test]
fn a_redirected_form() {
    let server = Server::start(|request, _| match request.target.as_str() {
        "/see" => Reply::Close(answer("303 See Other", "Location: /there\r\n", "")),
        "/keep" => Reply::Close(answer("307 Temporary Redirect", "Location: /there\r\n", "")),
        _ => Reply::Close(ok("")),
    });
    for (path, expected) in [("/see", "GET /there"), ("/keep", "POST /there")] {
        fetch(Job::post(1, at(&server, path), "text/plain", "body"));
        let last = server.asked().pop().unwrap();
        assert!(last.head.starts_with(expected), "{last:?}");
        assert_eq!(last.body, if path == "/keep" { "body" } else { "" }, "{last:?}");
    }
}

#[track_caller]
fn check_refused(url: &str, allowed: &[&str]) {
    let allow_private = allowed.iter().map(|host| host.to_string()).collect();
    let options = FetchOptions { allow_private, ..FetchOptions::default() };
    let outcome = fetch_with(options, Job::get(1, url.parse().unwrap()));
    assert_eq!(kind(&outcome), Some(FailureKind::PrivateAddress), "{:?}", outcome.result);
    assert_eq!(outcome.report(SystemTime::now()).verdict, Verdict::Refused);
}

#[test]
fn private_addresses_are_refused() {
    let server = Server::start(|_, _| Reply::Close(ok("")));
    let port = server.address().port();
    check_refused(&format!("http://127.0.0.1:{port}/"), &[]);
    check_refused(&format!("http://127.1:{port}/"), &["127.0.0.2"]);
    check_refused(&format!("http://localhost:{port}/"), &["127.0.0.1"]);
    check_refused(&format!("http://[::ffff:127.0.0.1]:{port}/"), &[]);
    assert!(server.asked().is_empty());
}

#[test]
fn a_name_that_resolves_to_a_private_address_is_refused() {
    // Behind its front door: the name check lets it through as it does any name.
    let guard = Arc::new(crate::address::Guard::new(&[], None));
    let resolver = crate::address::GuardedResolver(guard);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let resolved = runtime.block_on(reqwest::dns::Resolve::resolve(&resolver, "localhost".parse().unwrap()));
    let error = resolved.err().expect("localhost is private");
    assert!(error.is::<crate::address::PrivateAddress>(), "{error}");
}

#[test]
fn an_allowed_name_may_be_private() {
    let server = Server::start(|_, _| Reply::Close(ok("")));
    let options = FetchOptions { allow_private: vec!["localhost".into()], ..FetchOptions::default() };
    let url = format!("http://localhost:{}/", server.address().port()).parse().unwrap();
    assert_eq!(statuses(&fetch_with(options, Job::get(1, url))), [200]);
}

#[test]
fn cookies_are_sent_within_a_session_and_never_kept() {
    let server = Server::start(|request, _| match request.target.as_str() {
        "/in" => Reply::Close(answer("302 Found", "Set-Cookie: id=secret; Path=/\r\nLocation: /in\r\n", "")),
        _ => Reply::Close(ok("")),
    });
    let fetcher = Fetcher::start(options()).unwrap();
    let ask = |path: &str, session: Option<&str>| {
        let mut job = Job { session: session.map(Into::into), ..Job::get(1, at(&server, path)) };
        job.headers.push(("Authorization".into(), "Basic c2VjcmV0".into()));
        fetcher.send(job).unwrap();
        fetcher.receive(Duration::from_secs(20)).unwrap()
    };
    // The same URL again is no loop while a cookie changes; then it is.
    let outcome = ask("/in", Some("one"));
    assert_eq!((outcome.hops.len(), kind(&outcome)), (2, Some(FailureKind::RedirectLoop)));
    ask("/", Some("one"));
    ask("/", Some("two"));
    ask("/", None);
    let sent: Vec<bool> =
        server.asked().iter().map(|request| request.head.contains("\r\nCookie: id=secret\r\n")).collect();
    assert_eq!(sent, [false, true, true, false, false]);
    assert!(server.asked()[0].head.contains("Authorization: Basic c2VjcmV0"));

    let kept = &outcome.hops[1];
    let names: Vec<&str> = kept.request.headers.iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["Host", "User-Agent", "Accept", "Accept-Encoding", "Authorization", "Cookie"]);
    assert_eq!(kept.request.headers.get("cookie"), Some(""));
    assert_eq!(kept.request.headers.get("authorization"), Some(""));
    assert_eq!(kept.response.headers.get("set-cookie"), Some(""));
    assert!(!format!("{:?}", outcome.hops).contains("secret"));
}

#[test]
fn credentials_in_a_url_are_dropped() {
    let server = Server::start(chain);
    let mut url = at(&server, "/count/0");
    url.set_username("me").unwrap();
    url.set_password(Some("word")).unwrap();
    let outcome = fetch(Job::get(1, url));
    assert_eq!(outcome.last().unwrap().url, at(&server, "/count/0"));
    assert!(!server.asked()[0].head.contains("Authorization"));
    let outcome = fetch(Job::get(1, at(&server, "/secret")));
    assert!(!outcome.result.unwrap_err().message.contains("word"));
}

#[test]
fn an_unchanged_page_sends_no_body() {
    let server = Server::start(|request, _| match request.target.as_str() {
        "/old" => redirect("/page"),
        _ => Reply::Close(b"HTTP/1.1 304 Not Modified\r\nETag: \"1\"\r\n\r\n".into()),
    });
    let known = Known {
        url: at(&server, "/page"),
        etag: Some("\"1\"".into()),
        last_modified: Some("Sun, 06 Nov 1994 08:49:37 GMT".into()),
    };
    let outcome = fetch(Job { known: Some(known), ..Job::get(1, at(&server, "/old")) });
    assert_eq!(statuses(&outcome), [302, 304]);
    assert_eq!(outcome.result, Ok(()));
    let asked = server.asked();
    assert_eq!(asked[0].header("If-None-Match"), None);
    assert_eq!(asked[1].header("If-None-Match"), Some("\"1\""));
    assert_eq!(asked[1].header("If-Modified-Since"), Some("Sun, 06 Nov 1994 08:49:37 GMT"));
}

#[test]
fn a_base_stands_for_the_site() {
    let server = Server::start(|request, before| match request.target.as_str() {
        "/own" => redirect("https://site.example/count/1"),
        "/relative" => redirect("count/1"),
        "/other" => redirect("https://other.example:8443/count/1"),
        _ => chain(request, before),
    });
    let options = FetchOptions { from_base: Some(at(&server, "/ignored")), ..options() };
    let fetcher = Fetcher::start(options).unwrap();
    let site = "https://site.example:444";
    for (path, expected) in [
        ("/own", "https://site.example/count/0"),
        ("/relative", "https://site.example:444/count/0"),
        ("/other", "https://other.example:8443/count/0"),
    ] {
        fetcher.send(Job::get(1, format!("{site}{path}").parse().unwrap())).unwrap();
        let outcome = fetcher.receive(Duration::from_secs(20)).unwrap();
        assert_eq!(outcome.result, Ok(()));
        assert_eq!(outcome.hops[0].url.as_str(), format!("{site}{path}"));
        assert_eq!(outcome.last().unwrap().url.as_str(), expected);
        assert_eq!(outcome.last().unwrap().request.headers.get("host"), Some(&*server.address().to_string()));
    }
}

#[test]
fn a_base_that_names_itself_is_understood() {
    let own = Arc::new(Mutex::new(String::new()));
    let told = Arc::clone(&own);
    let server = Server::start(move |request, _| match request.target.as_str() {
        "/a" => redirect(&format!("{}b?c=1", told.lock().expect("no test panics with it"))),
        _ => Reply::Close(ok("")),
    });
    *own.lock().unwrap() = at(&server, "/").to_string();
    let options = FetchOptions { from_base: Some(at(&server, "/")), ..options() };
    let outcome = fetch_with(options, Job::get(1, "https://site.example/a".parse().unwrap()));
    let urls: Vec<&str> = outcome.hops.iter().map(|hop| hop.url.as_str()).collect();
    assert_eq!(urls, ["https://site.example/a", "https://site.example/b?c=1"]);
    let location = outcome.hops[0].response.headers.get("location").unwrap();
    assert_eq!(location, at(&server, "/b?c=1").as_str(), "what came is kept as it came");
}

#[test]
fn a_base_may_be_private_only_where_allowed() {
    let server = Server::start(chain);
    let options = FetchOptions { from_base: Some(at(&server, "/")), ..FetchOptions::default() };
    let outcome = fetch_with(options, Job::get(1, "https://site.example/a".parse().unwrap()));
    assert_eq!(kind(&outcome), Some(FailureKind::PrivateAddress));
    assert!(server.asked().is_empty());
}

#[test]
fn a_busy_server_is_reported() {
    let server = Server::start(|request, _| match request.target.as_str() {
        "/later" => Reply::Close(answer("429 Too Many Requests", "Retry-After: 7\r\n", "")),
        "/sometime" => Reply::Close(answer("503 Busy", "Retry-After: soon\r\n", "")),
        _ => Reply::Close(answer("500 Broken", "", "")),
    });
    let report = |path: &str| fetch(Job::get(1, at(&server, path))).report(SystemTime::now());
    assert_eq!(report("/later").verdict, Verdict::Busy(Some(Duration::from_secs(7))));
    assert_eq!(report("/sometime").verdict, Verdict::Busy(None));
    assert_eq!(report("/broken").verdict, Verdict::Failed);
}

#[test]
fn a_proxy_is_asked_and_hosts_are_still_looked_at() {
    let proxy = Server::start(|_, _| Reply::Close(ok("by proxy")));
    let options = FetchOptions { proxy: Some(at(&proxy, "/")), ..FetchOptions::default() };
    let outcome = fetch_with(options.clone(), Job::get(1, "http://site.example/a?b".parse().unwrap()));
    assert_eq!(outcome.last().unwrap().response.body, b"by proxy");
    assert_eq!(outcome.last().unwrap().request.target, "/a?b");
    assert!(
        proxy.asked()[0].head.starts_with("GET http://site.example/a?b HTTP/1.1\r\n"),
        "{:?}",
        proxy.asked()
    );
    for inside in ["http://10.0.0.1/", "http://localhost/"] {
        let outcome = fetch_with(options.clone(), Job::get(1, inside.parse().unwrap()));
        assert_eq!(kind(&outcome), Some(FailureKind::PrivateAddress));
    }
    assert_eq!(proxy.asked().len(), 1);
}

#[test]
fn a_socks_proxy_is_asked() {
    // The least of RFC 1928: no authentication, one connection, and the page over it.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let proxy: Url = format!("socks5h://{}", listener.local_addr().unwrap()).parse().unwrap();
    let asked = std::thread::spawn(move || -> std::io::Result<Vec<u8>> {
        let (mut stream, _) = listener.accept()?;
        let mut greeting = [0; 2];
        stream.read_exact(&mut greeting)?;
        stream.read_exact(&mut vec![0; greeting[1].into()])?;
        stream.write_all(&[5, 0])?;
        let mut request = [0; 5];
        stream.read_exact(&mut request)?;
        let mut host = vec![0; usize::from(request[4]) + 2];
        stream.read_exact(&mut host)?;
        stream.write_all(&[5, 0, 0, 1, 0, 0, 0, 0, 0, 0])?;
        let (mut head, mut byte) = (Vec::new(), [0]);
        while !head.ends_with(b"\r\n\r\n") {
            stream.read_exact(&mut byte)?;
            head.push(byte[0]);
        }
        stream.write_all(&ok("by socks"))?;
        Ok(host)
    });
    let options = FetchOptions { proxy: Some(proxy), ..FetchOptions::default() };
    let outcome = fetch_with(options, Job::get(1, "http://site.example:81/".parse().unwrap()));
    assert_eq!(
        outcome.last().map(|hop| hop.response.body.as_slice()),
        Some(b"by socks".as_slice()),
        "{outcome:?}"
    );
    assert_eq!(asked.join().unwrap().unwrap(), b"site.example\0\x51");
}

#[test]
fn jobs_that_cannot_be_sent() {
    let url: Url = "http://127.0.0.1:1/".parse().unwrap();
    let with = |name: &str, value: &str| Job {
        headers: vec![(name.into(), value.into())],
        ..Job::get(1, url.clone())
    };
    for job in [
        with("User-Agent", "Mozilla"),
        with("cookie", "a=b"),
        with("Transfer-Encoding", "chunked"),
        with("X-A", "a\r\nX-B: forged"),
        with("bad name", ""),
        Job::post(1, url.clone(), "a\nb", ""),
        Job::get(1, "ftp://example.com/".parse().unwrap()),
        Job::get(1, "mailto:a@b.example".parse().unwrap()),
    ] {
        let outcome = fetch(job);
        assert_eq!(kind(&outcome), Some(FailureKind::BadJob), "{:?}", outcome.result);
    }
}

#[test]
fn old_tls_changes_nothing_where_there_is_no_tls() {
    let server = Server::start(|_, _| Reply::Close(ok("plain")));
    let outcome = fetch(Job { old_tls: true, ..Job::get(1, at(&server, "/")) });
    assert_eq!((statuses(&outcome), &outcome.hops[0].handshake), (vec![200], &None));
}

#[test]
#[cfg(not(feature = "old-tls"))]
fn without_its_feature_old_tls_is_refused() {
    let url = "https://127.0.0.1:1/".parse().unwrap();
    let outcome = fetch(Job { old_tls: true, ..Job::get(1, url) });
    assert_eq!(kind(&outcome), Some(FailureKind::BadJob));
    assert!(outcome.result.unwrap_err().message.ends_with("`--features old-tls`"));
}

#[test]
fn options_that_make_no_sense() {
    let url = |text: &str| Some(text.parse::<Url>().unwrap());
    for options in [
        FetchOptions { parallel: 0, ..options() },
        FetchOptions { contact: "a\nb".into(), ..options() },
        FetchOptions { contact: " ".into(), ..options() },
        FetchOptions { from_base: url("file:///pages"), ..options() },
        FetchOptions { proxy: url("ftp://proxy.example"), ..options() },
    ] {
        let error = Fetcher::start(options.clone()).expect_err("it is refused");
        assert_eq!(error.kind(), crate::ErrorKind::BadOption, "{options:?}");
    }
}

#[test]
fn no_more_at_once_than_asked_and_none_lost() {
    let server = Server::start(|_, _| Reply::Keep(ok("x")));
    let fetcher = Fetcher::start(FetchOptions { parallel: 4, ..options() }).unwrap();
    let mut ended = Vec::new();
    for id in 0..50 {
        let mut job = Job::get(id, at(&server, &format!("/{id}")));
        while let Err(back) = fetcher.send(job) {
            assert!(!fetcher.has_room() && fetcher.under_way() == 4);
            job = *back;
            ended.push(fetcher.receive(Duration::from_secs(20)).unwrap().id);
        }
    }
    while fetcher.under_way() > 0 {
        ended.push(fetcher.receive(Duration::from_secs(20)).unwrap().id);
    }
    ended.sort_unstable();
    assert_eq!(ended, (0..50).collect::<Vec<_>>());
    assert_eq!(server.asked().len(), 50);
    assert_eq!(fetcher.receive(Duration::ZERO), None);
}

#[test]
fn dropping_does_not_wait_for_the_slow() {
    let server = Server::start(|_, _| Reply::Silence(Vec::new()));
    let fetcher = Fetcher::start(options()).unwrap();
    fetcher.send(Job::get(1, at(&server, "/"))).unwrap();
    let clock = Instant::now();
    drop(fetcher);
    assert!(clock.elapsed() < Duration::from_secs(10));
}

#[test]
fn a_failure_names_the_page() {
    let url: Url = "http://192.168.0.1/page".parse().unwrap();
    let Outcome { result: Err(Failure { message, .. }), .. } = fetch(Job::get(1, url)) else {
        panic!("it is refused");
    };
    assert_eq!(
        message,
        "http://192.168.0.1/page: the address of 192.168.0.1 is private; `--allow-private` lets the hosts of the crawl have such"
    );
}
