//! Every kind of list, each with an invented outlet.

use sinmun_article::Day;
use sinmun_discovery::{
    Discovered, Method, PageKind, PageRequest, Scope, Warning, check, read, seeds, session,
};
use sinmun_sources::Definition;

const HEAD: &str =
    "id = \"sample-wire\"\nname = \"Sample Wire\"\nhosts = [\"wire.example\"]\narticles = '^/story/'\n";

fn source(rest: &str) -> Definition {
    let source = Definition::parse("sample-wire.toml", &format!("{HEAD}{rest}")).expect("it is sound");
    check(&source).expect("it is sound");
    source
}

fn scope() -> Scope {
    Scope::days("2022-04-30".parse().expect("it is sound"), "2022-05-02".parse().expect("it is sound"))
}

fn first(source: &Definition) -> PageRequest {
    seeds(source, &scope()).remove(0)
}

fn urls(requests: &[PageRequest]) -> Vec<&str> {
    requests.iter().map(|request| request.url.trim_start_matches("http://wire.example")).collect()
}

fn found(source: &Definition, body: &str) -> Discovered {
    read(source, &first(source), body.as_bytes(), None)
}

#[test]
fn days_months_and_years_are_asked_for_once_each() {
    let days = |url: &str, rest: &str| {
        let source =
            source(&format!("[[discovery]]\nkind = \"day\"\nurl = \"http://wire.example{url}\"\n{rest}"));
        urls(&seeds(&source, &scope())).join(" ")
    };
    assert_eq!(days("/{yyyy}{mm}{dd}", ""), "/20220502 /20220501 /20220430");
    assert_eq!(days("/{yy}-{m}", ""), "/22-5 /22-4");
    assert_eq!(days("/{yyyy}", ""), "/2022");
    assert_eq!(days("/{date}", "first = 2022-05-02"), "/2022-05-02");
    assert_eq!(days("/{date}", "last = 2021-05-02"), "");
    let gone = source("gone = 2022-04-30\n[[discovery]]\nkind = \"day\"\nurl = \"http://wire.example/{dd}\"");
    assert_eq!(urls(&seeds(&gone, &scope())), ["/30"]);
}

#[test]
fn a_range_of_days_without_end_is_bounded() {
    let source = source("[[discovery]]\nkind = \"day\"\nurl = \"http://wire.example/{date}\"");
    let forever = Scope::days(Day::MIN, Day::MAX);
    assert_eq!(seeds(&source, &forever).len(), 150_000);
    assert!(seeds(&source, &Scope::days(forever.last, forever.first)).is_empty());
}

#[test]
fn a_list_leads_to_articles_and_to_its_next_page() {
    let source = source(
        "[[discovery]]\nkind = \"list\"\nurl = \"http://wire.example/news/\"\n\
         [[discovery.links]]\nrow = \"li\"\nselector = \"a\"\ndate = \".day\"\n\
         [discovery.next]\nselector = \"a.next\"",
    );
    let page = "<base href='/news/x/'><ul><li><a href='../../story/1#top'>One</a> <i class=day> 1  May </i>\
                <li><a href=/story/2>Two</a><li><a href='HTTP://WIRE.example:80/story/1?utm_source=x'>One again</a>\
                <li><a href=/about>About</a><li><a href=http://other.example/story/3>Elsewhere</a>\
                <li><a href='javascript:void(0)'>x</a><li><a href='ftp://wire.example/story/4'>x</a></ul>\
                <a href=/story/5>outside</a><a class=next href='?page=2'>older</a><a class=next href=//other.example/>x</a>";
    let found = found(&source, page);
    assert_eq!(urls(&found.articles), ["/story/1", "/story/2"]);
    assert_eq!(found.articles[0].printed_date.as_deref(), Some("1 May"));
    assert_eq!(found.articles[1].printed_date, None);
    assert_eq!(urls(&found.lists), ["/news/x/?page=2"]);
    assert!(found.lists[0].only_after_new && found.lists[0].kind == PageKind::List);
    assert!(found.warnings.is_empty());
}

#[test]
fn numbered_pages_follow_one_another() {
    let source = source(
        "[[discovery]]\nkind = \"list\"\nurl = \"http://wire.example/news?p={page}\"\npages = {from = 0, step = 10, last = 20}",
    );
    let mut request = first(&source);
    let mut asked = Vec::new();
    loop {
        asked.push(request.url.clone());
        match read(&source, &request, b"<a href=/story/1>x</a>", None).lists.pop() {
            Some(next) => request = next,
            None => break,
        }
    }
    assert_eq!(asked.join(" ").replace("http://wire.example/news?p=", ""), "0 10 20");
}

#[test]
fn lists_whose_addresses_change_are_found_and_paged() {
    let source = source(
        "[[discovery]]\nkind = \"list\"\nurl = \"http://wire.example/\"\n\
         [[discovery.lists]]\nselector = \".menu a\"\npattern = '/list/\\w+$'\n[discovery.next]\nurl = \"?page={page}\"",
    );
    let page = "<p class=menu><a href=/list/8f>Home</a><a href=/list/9e>World</a><a href=/contact>x</a></p>";
    let lists = found(&source, page).lists;
    assert_eq!(urls(&lists), ["/list/8f", "/list/9e", "/?page=2"]);
    assert_eq!(lists.iter().map(|list| list.only_after_new).collect::<Vec<_>>(), [false, false, true]);
    let second = read(&source, &lists[1], b"<a href=/story/7>x</a>", None).lists;
    let third = read(&source, &second[0], b"<a href=/story/8>x</a>", None).lists;
    assert_eq!((urls(&second), urls(&third)), (vec!["/list/9e?page=2"], vec!["/list/9e?page=3"]));
}

#[test]
fn a_page_with_which_two_ways_begin_is_read_by_both() {
    let way = |first: &str, last: &str, link: &str| {
        format!(
            "[[discovery]]\nkind = \"list\"\nurl = \"http://wire.example/home\"\nfirst = {first}\nlast = {last}\n\
             [[discovery.links]]\nselector = \"{link}\"\n[discovery.next]\nselector = \"{link}.next\"\n"
        )
    };
    let ways = way("2022-01-01", "2022-12-31", "a") + &way("2020-01-01", "2022-05-01", "b");
    let ways = ways + &way("2010-01-01", "2021-12-31", "i");
    let source = source(&ways);
    assert_eq!(urls(&seeds(&source, &scope())), ["/home"]);
    let list = found(
        &source,
        "<a href=/story/1></a><b href=/story/2></b><i href=/story/3></i><b class=next href=/two></b>",
    );
    assert_eq!(urls(&list.articles), ["/story/1", "/story/2"], "the third is for other days");
    assert_eq!((urls(&list.lists), list.lists[0].discovery), (vec!["/two"], 1));
    assert_eq!(list.warnings, []);
    assert_eq!(found(&source, "").warnings, [Warning::NothingFound]);
}

#[test]
fn links_hidden_in_scripts_are_made_of_their_parts() {
    let source = source(
        "[[discovery]]\nkind = \"list\"\nurl = \"http://wire.example/\"\n\
         [[discovery.links]]\nselector = \"[onclick]\"\nattribute = \"onclick\"\npattern = 'show\\(\"(\\w+)\",\\s*\"(\\w*)\"'\n\
         url = \"/story/{1}?part={2}\"\n\
         [[discovery.links]]\nselector = \"a\"\npattern = \"open\\\\('([^']+)'\\\\)\"\nurl = \"{1}\"\n\
         [discovery.next]\nselector = \"a\"\npattern = 'page\\((\\d+)\\)'\nurl = \"\"\nbody = \"page={1}\"",
    );
    let page = "<p onclick='show(\"AR01\", \"a\")'>x</p><span onclick='hide(\"AR02\")'></span>\
                <a href=\"javascript:open('story/3')\">x</a><a href='javascript:page(2)'>2</a><a href='javascript:page(3)'>3</a>";
    let found = found(&source, page);
    assert_eq!(urls(&found.articles), ["/story/AR01?part=a", "/story/3"]);
    let bodies: Vec<_> =
        found.lists.iter().map(|list| (list.method, list.body.as_deref().unwrap())).collect();
    assert_eq!(bodies, [(Method::Post, "page=2"), (Method::Post, "page=3")]);
}

#[test]
fn lists_and_articles_may_be_asked_for_by_post() {
    let source = source(
        "languages = [\"en\", \"ja\"]\n[[editions]]\nlanguage = \"en\"\n[[editions]]\nlanguage = \"ja\"\ncode = \"jp\"\n\
         [session]\nurl = \"http://wire.example/start\"\nbody = \"lang={edition}\"\n\
         [[discovery]]\nkind = \"post\"\nurl = \"http://wire.example/list\"\nbody = '{\"from\":\"{from}\",\"start\":{offset}}'\n\
         content_type = \"application/json\"\npages = {from = 0, step = 10}\n\
         [[discovery.links]]\nelement = \"code\"\ndate = \"sent\"\npattern = '^A\\d+$'\nurl = \"/article\"\nbody = \"id={0}\"\naddress = \"{0}\"",
    );
    let requests = seeds(&source, &scope());
    assert_eq!(
        requests.iter().map(|request| request.edition.unwrap().code().to_owned()).collect::<Vec<_>>(),
        ["en", "ja"]
    );
    let japanese = &requests[1];
    assert_eq!(japanese.body.as_deref(), Some("{\"from\":\"2022-04-30\",\"start\":0}"));
    assert_eq!(session(&source, japanese).unwrap().body.as_deref(), Some("lang=jp"));
    let xml = "<?xml version='1.0'?><r><code><![CDATA[A1]]></code><code>A&#50;</code><code>x</code><sent>2022.5.1</sent><sent/><sent/></r>";
    let found = read(&source, japanese, xml.as_bytes(), Some("text/xml"));
    let known: Vec<_> = found.articles.iter().map(|article| article.address.as_str()).collect();
    assert_eq!(known, ["A1", "A2"]);
    assert_eq!(found.articles[0].body.as_deref(), Some("id=A1"));
    assert_eq!(found.articles[0].printed_date.as_deref(), Some("2022.5.1"));
    assert_eq!(found.articles[1].printed_date, None);
    assert_eq!(found.articles[0].edition, japanese.edition);
    assert_eq!(found.lists[0].body.as_deref(), Some("{\"from\":\"2022-04-30\",\"start\":10}"));
    let text = serde_json::to_string(&found.lists[0]).unwrap();
    assert_eq!(serde_json::from_str::<PageRequest>(&text).unwrap(), found.lists[0], "it can be written down");
}

#[test]
fn sitemaps_lead_to_sitemaps_and_articles() {
    let source = source("[[discovery]]\nkind = \"sitemap\"\nurl = \"http://wire.example/sitemap.xml\"");
    let index = "<sitemapindex xmlns='x'><sitemap><loc> http://wire.example/sitemap-1.xml.gz </loc><lastmod>2022-05-01</lastmod>\
                 </sitemap><sitemap><loc>http://other.example/sitemap.xml</loc></sitemap></sitemapindex>";
    let lists = found(&source, index).lists;
    assert_eq!((urls(&lists), lists[0].kind), (vec!["/sitemap-1.xml.gz"], PageKind::Sitemap));
    let map = "<urlset><url><loc>http://wire.example/story/1?a=1&amp;b=2</loc><lastmod>2022-05-02</lastmod>\
               <image:image><image:title>x</image:title></image:image></url><url><loc>http://wire.example/about</loc></url>\
               <url><loc>http://wire.example/story/2</loc></url";
    let mut packed = Vec::new();
    std::io::Write::write_all(
        &mut flate2::write::GzEncoder::new(&mut packed, flate2::Compression::fast()),
        map.as_bytes(),
    )
    .unwrap();
    for body in [map.as_bytes(), &packed] {
        let found = read(&source, &lists[0], body, Some("application/x-gzip"));
        assert_eq!(found.articles[0].url, "http://wire.example/story/1?a=1&b=2");
        assert_eq!(found.articles[0].printed_date.as_deref(), Some("2022-05-02"));
        assert!(matches!(found.warnings[..], [Warning::Malformed(_)]), "{:?}", found.warnings);
    }
}

#[test]
fn feeds_are_read_as_far_as_they_go() {
    let source = source("[[discovery]]\nkind = \"feed\"\nurl = \"http://wire.example/feed\"");
    let rss = "<rss><channel><link>http://wire.example/story/0</link><item><title>A & B</title><link>\nhttp://wire.example/story/1\n</link>\
               <pubDate>Sun, 01 May 2022 10:00:00 +0900</pubDate></item><item><guid>http://wire.example/story/2</guid></item>\
               <item><link>http://wire.example/story/3</link>";
    assert_eq!(urls(&found(&source, rss).articles), ["/story/1", "/story/2", "/story/3"]);
    assert_eq!(
        found(&source, rss).articles[0].printed_date.as_deref(),
        Some("Sun, 01 May 2022 10:00:00 +0900")
    );
    let atom = "<feed><entry><link rel='self' href='/api/1'/><link href='/story/1?a&amp;b'/><published>2022-05-01</published></entry></feed>";
    assert_eq!(urls(&found(&source, atom).articles), ["/story/1?a&b"]);
    assert_eq!(found(&source, "<html>no feed").warnings.len(), 1);
}

#[test]
fn posts_of_wordpress_are_paged_until_there_are_none() {
    let source = source(
        "[[discovery]]\nkind = \"wordpress\"\nurl = \"http://wire.example/wp-json/wp/v2/posts?page={page}&after={from}T00:00:00\"",
    );
    assert_eq!(urls(&seeds(&source, &scope())), ["/wp-json/wp/v2/posts?page=1&after=2022-04-30T00:00:00"]);
    let page = found(
        &source,
        r#"[{"id":1,"link":"http://wire.example/story/1","date":"2022-05-01T10:00:00"},{"id":2}]"#,
    );
    assert_eq!(urls(&page.articles), ["/story/1"]);
    assert_eq!(urls(&page.lists), ["/wp-json/wp/v2/posts?page=2&after=2022-04-30T00:00:00"]);
    for end in ["[]", r#"{"code":"rest_post_invalid_page_number"}"#, "<html>", ""] {
        let end = found(&source, end);
        assert!(end.lists.is_empty() && end.articles.is_empty() && !end.warnings.is_empty());
    }
}

#[test]
fn a_source_that_needs_permission_has_no_seeds_without() {
    let source = source(
        "permission = \"required\"\n[[discovery]]\nkind = \"feed\"\nurl = \"http://wire.example/feed\"",
    );
    assert!(seeds(&source, &scope()).is_empty());
    assert_eq!(seeds(&source, &Scope { permitted: true, ..scope() }).len(), 1);
}

#[test]
fn other_hosts_only_where_a_pattern_names_them() {
    let text = HEAD.replace("'^/story/'", "['^/story/', '^https?://mirror\\.example/story/']")
        + "[[discovery]]\nkind = \"list\"\nurl = \"http://wire.example/\"";
    let source = Definition::parse("x", &text).unwrap();
    let page = "<a href=http://mirror.example/story/1>x</a><a href=http://wire.example.evil.example/story/2>x</a>\
                <a href=http://user@wire.example/story/3>x</a>";
    assert_eq!(urls(&found(&source, page).articles), ["http://mirror.example/story/1", "/story/3"]);
}

#[test]
fn the_worked_example_of_the_readme_works() {
    let readme =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../sources/README.md")).unwrap();
    let (_, example) = readme.split_once("```toml\n").unwrap();
    let source = Definition::parse("README.md", example.split("```").next().unwrap()).unwrap();
    check(&source).unwrap();
    let requests = seeds(&source, &scope());
    assert_eq!(requests[0].url, "https://wire.example/en/2022/0502.html");
    assert_eq!(requests.len(), 6);
    let page = b"<li class=story><span onclick=x>1</span><a onclick=\"show('4711')\">Title</a><i class=day>2 May</i>";
    let found = read(&source, &requests[0], page, None);
    assert_eq!(found.articles[0].url, "https://wire.example/en/story/4711");
    assert_eq!(found.articles[0].printed_date.as_deref(), Some("2 May"));
}
