//! The forms in which the built-in sources' URLs are written.

use proptest::prelude::*;
use sinmun_sources::Sources;

#[track_caller]
fn check(source: &str, url: &str, form: &str) {
    let sources = Sources::built_in();
    let source = source.parse().expect("it is an id");
    assert_eq!(sources.canonical_url(&source, url).as_deref(), Some(form));
    assert_eq!(sources.canonical_url(&source, form).as_deref(), Some(form), "twice");
}

#[test]
fn one_article_of_rodong_has_one_form() {
    let form = "http://www.rodong.rep.kp/ko/index.php?MTJAMjAyNi0wOS0xNS0wMTZA";
    for query in [
        "MTJAMjAyNi0wOS0xNS0wMTZAM0AxQEAwQDFA", // 12@2026-09-15-016@3@1@@0@1@
        "MTJAMjAyNi0wOS0xNS0wMTZAMUA3QEAwQDNA", // 12@2026-09-15-016@1@7@@0@3@
        "OEAyMDI2LTA5LTE1LTAxNkAxOUBAd29yZEAyQA==", // 8@2026-09-15-016@19@@word@2@
        "OEAyMDI2LTA5LTE1LTAxNkAxOUBAd29yZEAyQA%3D%3D",
    ] {
        check("rodong-sinmun", &format!("https://rodong.rep.kp/ko/index.php?{query}"), form);
    }
    // The same number in another language is another article.
    let english = form.replace("/ko/", "/en/");
    check("rodong-sinmun", &english, &english);
    // 1@@4@1@, a list.
    let list = "http://www.rodong.rep.kp/ko/index.php?MUBANEAxQA==";
    check("rodong-sinmun", list, list);
    check(
        "rodong-sinmun",
        "http://www.rodong.rep.kp/en/index.php?strPageID=SF01_02_01&iMenuID=2&newsID=2020-03-24-0005#top",
        "http://www.rodong.rep.kp/en/index.php?newsID=2020-03-24-0005&strPageID=SF01_02_01",
    );
}

#[test]
fn mirrors_are_one_site() {
    let form = "https://kcnawatch.org/newstream/1451890222-580175281/";
    for url in [
        "https://kcnawatch.xyz/newstream/1451890222-580175281/senior-officials-enjoy-july-concert",
        "http://www.kcnawatch.co/newstream/1451890222-580175281/%c2%b7%EC%A4%91/?t=1",
        form,
    ] {
        check("kcna", url, form);
    }
    check(
        "cctv-xinwen-lianbo",
        "HTTP://tv.cctv.com.:80/2022/05/01/VIDEx220501.shtml?spm=C31267.P1.2&utm_source=app",
        "https://tv.cctv.com/2022/05/01/VIDEx220501.shtml",
    );
    check("kcna", "http://kcna.kp/en/x;jsessionid=0A1B", "http://www.kcna.kp/en/x");
    check(
        "kcna",
        "http://www.kcna.co.jp/item/1997/9701/news1/01.htm#2",
        "http://www.kcna.co.jp/item/1997/9701/news1/01.htm#2",
    );
}

proptest! {
    #[test]
    fn twice_changes_nothing(
        host in 0..60_usize, www: bool,
        rest in "(/(index\\.php|newstream|en|ko|item|1-2|a;jsessionid=b)){0,3}/?(\\?((newsID=2020-01-01-1|MTJAMjAyMC0wMS0wMS0xQDFA|OEAyMDIwLTAxLTAxLTFA|a=[b%+/=]|utm_a=b|[a-z]{0,3}=?)&?){0,4})?(#[a-z0-9]{0,3})?",
    ) {
        let sources = Sources::built_in();
        let hosts: Vec<&str> = sources.iter().flat_map(|source| &source.hosts).map(String::as_str).collect();
        let www = if www { "www." } else { "" };
        let url = format!("http://{www}{}{rest}", hosts[host % hosts.len()]);
        let id = "kcna".parse().expect("it is an id");
        let once = sources.canonical_url(&id, &url);
        prop_assert_eq!(once.as_ref().and_then(|once| sources.canonical_url(&id, once)), once);
    }
}
