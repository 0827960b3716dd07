use std::collections::BTreeMap;

use base64::Engine;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde::Deserialize;
use url::Url;

use crate::error::Mistake;
use crate::template::{Escape, Place, Template, Values};
use crate::{Pattern, read};

/// How the many URLs of one article are brought into one form.
///
/// For every site: scheme, host, port and escapes are written alike, names and
/// passwords, session ids and tracking keys dropped, and the keys of a query put
/// in order. The fragment is dropped where nothing else is said.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Canonical {
    /// The scheme of every URL, where a site answers by both.
    pub scheme: Option<Scheme>,
    /// The host by which another is known: `"example.net" = "www.example.org"`.
    pub hosts: BTreeMap<String, String>,
    /// Whether the fragment tells articles apart.
    pub keep_fragment: bool,
    /// The only keys of a query that are kept.
    pub keep_query: Option<Vec<String>>,
    /// The keys of a query that are dropped.
    #[serde(deserialize_with = "read::one_or_many")]
    pub drop_query: Vec<String>,
    /// A query that is base64 of a text in which the article's number stands.
    pub base64_query: Option<Base64Query>,
    /// What else is written in another way; the first rule that matches counts.
    pub rewrite: Vec<Rewrite>,
}

/// The scheme of a URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scheme {
    /// `http`.
    Http,
    /// `https`.
    Https,
}

/// A query that is base64 of a text.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Base64Query {
    /// What the text must look like.
    pub pattern: Pattern,
    /// The text that stands for all that match, made of the groups.
    pub form: Template,
}

/// A URL that is written in another way.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rewrite {
    /// What the URL must look like, once everything else is done.
    pub pattern: Pattern,
    /// The URL that stands for all that match, made of the groups.
    pub url: Template,
}

/// Keys of a query that say from where a reader came or in which visit, in small letters.
const TRACKING: &[&str] = &[
    "_ga",
    "_gl",
    "_hsenc",
    "_hsmi",
    "asp.net_sessionid",
    "dclid",
    "fbclid",
    "gbraid",
    "gclid",
    "gclsrc",
    "igshid",
    "jsessionid",
    "mc_cid",
    "mc_eid",
    "mkt_tok",
    "msclkid",
    "phpsessid",
    "spm", // in links of Chinese sites, CCTV's among them
    "twclid",
    "wbraid",
    "yclid",
    "ysclid",
];

/// How keys of that kind begin that have a name of their own behind it.
const TRACKING_STARTS: &[&str] = &["utm_", "aspsessionid"];

/// Padding or none, and bits that are left over: sites are careless.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

impl Canonical {
    /// The form of a URL; `None` where it is no http(s) URL.
    ///
    /// Doing it twice changes nothing: where the rules of a file would write
    /// their own result in yet another way, they are not applied.
    pub(crate) fn form(&self, text: &str) -> Option<String> {
        let plain = self.plain(text)?;
        let ruled = self.ruled(&plain);
        match ruled {
            Some(ruled) if ruled != plain => {
                let settled = self.plain(&ruled).is_some_and(|again| {
                    again == ruled && self.ruled(&ruled).is_none_or(|again| again == ruled)
                });
                Some(if settled { ruled } else { plain })
            }
            _ => Some(plain),
        }
    }

    fn plain(&self, text: &str) -> Option<String> {
        let mut url = Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
        let _ = (url.set_username(""), url.set_password(None));
        if let Some(host) = url.host_str().and_then(|host| host.strip_suffix('.')).map(str::to_owned) {
            let host = host.trim_end_matches('.');
            url.set_host(Some(host)).ok()?;
        }
        if let Some(host) = url.host_str().and_then(|host| self.hosts.get(host)).cloned() {
            url.set_host(Some(&host)).ok()?;
        }
        if let Some(scheme) = self.scheme {
            let scheme = if scheme == Scheme::Http { "http" } else { "https" };
            url.set_scheme(scheme).ok()?;
        }
        let path = escaped_alike(url.path());
        let path = without_session(&path).unwrap_or(path);
        if path != url.path() {
            url.set_path(&path);
        }
        if !self.keep_fragment || url.fragment() == Some("") {
            url.set_fragment(None);
        }
        if let Some(query) = url.query() {
            let query = self.query(&escaped_alike(query));
            url.set_query((!query.is_empty()).then_some(query.as_str()));
        }
        Some(url.to_string())
    }

    fn query(&self, query: &str) -> String {
        let mut kept: Vec<&str> = query.split('&').filter(|pair| self.keeps(pair)).collect();
        if kept.iter().all(|pair| pair.contains('=')) {
            kept.sort_by_key(|pair| key(pair));
        }
        kept.join("&")
    }

    fn keeps(&self, pair: &str) -> bool {
        let key = key(pair);
        let folded = key.to_ascii_lowercase();
        !pair.is_empty()
            && !TRACKING.contains(&folded.as_str())
            && !TRACKING_STARTS.iter().any(|start| folded.starts_with(start))
            && !self.drop_query.iter().any(|dropped| dropped == key)
            && self.keep_query.as_ref().is_none_or(|kept| kept.iter().any(|kept| kept == key))
    }

    /// The URL by the rules of the file; `None` where none matches.
    fn ruled(&self, plain: &str) -> Option<String> {
        if let Some(query) = self.base64_query.as_ref().and_then(|rule| rule.query(plain)) {
            let mut url = Url::parse(plain).ok()?;
            url.set_query(Some(&query));
            return Some(url.to_string());
        }
        self.rewrite.iter().find_map(|rule| {
            let written = filled(&rule.pattern, &rule.url, plain)?;
            self.plain(&written)
        })
    }

    /// Every pattern with its key.
    pub(crate) fn patterns(&self) -> impl Iterator<Item = (String, &Pattern)> {
        let base64 =
            self.base64_query.iter().map(|rule| ("canonical.base64_query.pattern".to_owned(), &rule.pattern));
        let rewrites = self.rewrite.iter().enumerate();
        base64.chain(
            rewrites.map(|(place, rule)| (format!("canonical.rewrite[{place}].pattern"), &rule.pattern)),
        )
    }

    pub(crate) fn check(&self) -> Result<(), Mistake> {
        for (alias, host) in &self.hosts {
            let reads = |name: &str| {
                Url::parse(&format!("http://{name}/")).is_ok_and(|url| url.host_str() == Some(name))
            };
            if !reads(alias) || !reads(host) {
                return Err(Mistake::new(
                    "canonical.hosts",
                    format!("{alias:?} = {host:?} are not two host names in small letters"),
                ));
            }
            if self.hosts.contains_key(host) {
                return Err(Mistake::new(
                    "canonical.hosts",
                    format!("{host:?} is itself known by another host"),
                ));
            }
        }
        let rewrites = self.rewrite.iter().enumerate();
        let rules = rewrites
            .map(|(place, rule)| (format!("canonical.rewrite[{place}].url"), &rule.pattern, &rule.url))
            .chain(
                self.base64_query
                    .iter()
                    .map(|rule| ("canonical.base64_query.form".to_owned(), &rule.pattern, &rule.form)),
            );
        for (key, pattern, template) in rules {
            for place in template.places() {
                match place {
                    Place::Group(number) if number < pattern.groups() => {}
                    _ => {
                        return Err(Mistake::new(
                            key,
                            "it is made of the groups {0} to {9} that the pattern has",
                        ));
                    }
                }
            }
        }
        Ok(())
    }
}

impl Base64Query {
    fn query(&self, url: &str) -> Option<String> {
        let (_, query) = url.split('#').next()?.split_once('?')?;
        let query = query.replace("%3D", "=").replace("%3d", "=").replace("%2B", "+").replace("%2F", "/");
        let text = String::from_utf8(LENIENT.decode(query.trim_end_matches('&')).ok()?).ok()?;
        Some(LENIENT.encode(filled(&self.pattern, &self.form, &text)?))
    }
}

fn filled(pattern: &Pattern, template: &Template, text: &str) -> Option<String> {
    let captures = pattern.captures(text)?;
    let groups: Vec<&str> = captures.iter().map(|group| group.map_or("", |group| group.as_str())).collect();
    template.fill(&Values { groups: &groups, ..Values::default() }, Escape::Plain)
}

fn key(pair: &str) -> &str {
    pair.split('=').next().unwrap_or_default()
}

/// A path without the session id that Java servers write into it; `None` where there is none.
fn without_session(path: &str) -> Option<String> {
    let start = path.to_ascii_lowercase().find(";jsessionid=")?;
    let end = path[start..].find('/').map_or(path.len(), |length| start + length);
    let path = format!("{}{}", &path[..start], &path[end..]);
    Some(without_session(&path).unwrap_or(path))
}

/// A part of a URL with its escapes in capitals, and none of a letter, digit or mark that needs none.
fn escaped_alike(text: &str) -> String {
    let mut text = text.to_owned();
    // What an escape stands for may be the end of another: each round makes the text shorter, or is the last.
    loop {
        let mut written = String::with_capacity(text.len());
        let mut rest = text.as_str();
        while let Some(place) = rest.find('%') {
            written.push_str(&rest[..place]);
            let hex = rest.get(place + 1..place + 3);
            let Some(byte) = hex.and_then(|hex| {
                let is_hex = hex.bytes().all(|digit| digit.is_ascii_hexdigit());
                u8::from_str_radix(hex, 16).ok().filter(|_| is_hex)
            }) else {
                written.push('%');
                rest = &rest[place + 1..];
                continue;
            };
            if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
                written.push(char::from(byte));
            } else {
                written.push('%');
                written.push_str(&rest[place + 1..place + 3].to_ascii_uppercase());
            }
            rest = &rest[place + 3..];
        }
        written.push_str(rest);
        if written.len() == text.len() {
            return written;
        }
        text = written;
    }
}

/// The host without `www.`; `None` where there is none.
pub(crate) fn host(text: &str) -> Option<String> {
    let url = Url::parse(text).ok()?;
    let host = url.host_str()?;
    let host = host.trim_end_matches('.');
    Some(host.strip_prefix("www.").unwrap_or(host).to_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(rules: &str, text: &str, form: Option<&str>) {
        let canonical: Canonical = toml::from_str(rules).unwrap();
        canonical.check().unwrap();
        let once = canonical.form(text);
        assert_eq!(once.as_deref(), form);
        assert_eq!(once.as_deref().and_then(|once| canonical.form(once)), once, "twice");
    }

    #[test]
    fn urls_are_written_alike() {
        check("", "HTTP://Example.ORG:80/a?utm_source=x&id=1#top", Some("http://example.org/a?id=1"));
        check("", "https://example.org/신문?fbclid=x", Some("https://example.org/%EC%8B%A0%EB%AC%B8"));
        check("", "http://user:word@a.b/c;jsessionid=8F.x/d", Some("http://a.b/c/d"));
        check("", "http://a.b/?c=2&b=1&&a=3", Some("http://a.b/?a=3&b=1&c=2"));
        check("", "http://a.b/?c&b=1", Some("http://a.b/?c&b=1"));
        check("", "http://a.b./c", Some("http://a.b/c"));
        check("hosts = {\"a.b\" = \"www.a.b\"}", "http://A.B.:80/c", Some("http://www.a.b/c"));
        check("", "http://a.b:8080/c", Some("http://a.b:8080/c"));
        check("scheme = \"https\"", "http://a.b:443/c", Some("https://a.b/c"));
        check("", "http://a.b/%7eri/%ec%8b%a0?q=%41%2fb", Some("http://a.b/~ri/%EC%8B%A0?q=A%2Fb"));
        check("", "http://a.b/100%/%4/%%34%31", Some("http://a.b/100%/%4/A"));
        check("", "http://a.b/?PHPSESSID=8f&id=1&UTM_Source=x&spm=C1.2", Some("http://a.b/?id=1"));
        check("", "http://a.b/c;JSESSIONID=8F?jsessionid=8F", Some("http://a.b/c"));
        check("", "http://a.b/?ASPSESSIONIDQQ=8F", Some("http://a.b/"));
        check("", "AR0099775", None);
        check("", "file:///etc/passwd", None);
    }

    #[test]
    fn a_file_may_say_more() {
        check("keep_fragment = true", "http://a.b/01.htm#2", Some("http://a.b/01.htm#2"));
        check("keep_query = [\"id\"]", "http://a.b/?s=1&id=2", Some("http://a.b/?id=2"));
        check("drop_query = \"s\"", "http://a.b/?s=1&id=2", Some("http://a.b/?id=2"));
        check(
            "scheme = \"https\"\nhosts = {\"a.c\" = \"www.a.b\"}",
            "http://a.c/x",
            Some("https://www.a.b/x"),
        );
        let rewrite = r"rewrite = [{pattern = '^(http://a\.b/)story/(\d+)/.*', url = '{1}story/{2}'}]";
        check(rewrite, "http://a.b/story/12/so-it-goes?x=1", Some("http://a.b/story/12"));
    }

    #[test]
    fn a_rule_that_never_settles_is_not_applied() {
        let growing = r"rewrite = [{pattern = '^(.*)$', url = '{1}x'}]";
        check(growing, "http://a.b/c", Some("http://a.b/c"));
        let swapping =
            r"rewrite = [{pattern = '/a$', url = 'http://a.b/c'}, {pattern = '/c$', url = 'http://a.b/a'}]";
        check(swapping, "http://a.b/a", Some("http://a.b/a"));
        check(r"rewrite = [{pattern = '/a$', url = 'mailto:x'}]", "http://a.b/a", Some("http://a.b/a"));
    }

    #[test]
    fn numbers_hidden_in_base64_are_found() {
        let rule = r"base64_query = {pattern = '^(?:12|8)@(\d{4}-\d\d-\d\d-\d+)@', form = '12@{1}@'}";
        let form = format!("http://a.b/ko/index.php?{}", LENIENT.encode("12@2026-09-15-016@"));
        for text in ["12@2026-09-15-016@3@1@@0@1@", "8@2026-09-15-016@19@@word@2", "12@2026-09-15-016@"] {
            check(rule, &format!("http://a.b/ko/index.php?{}", LENIENT.encode(text)), Some(&form));
        }
        let bare = "http://a.b/ko/index.php?MTJAMjAyNi0wOS0xNS0wMTZAM0AxQEAwQDFA";
        check(rule, bare, Some(&form));
        for other in ["MUBAMkAxQA==", "id=12", "%%%", "&"] {
            let url = format!("http://a.b/ko/index.php?{other}");
            check(rule, &url, toml::from_str::<Canonical>("").unwrap().form(&url).as_deref());
        }
    }

    #[test]
    fn mistakes_name_their_key() {
        for (rules, key) in [
            ("hosts = {\"A.b\" = \"c.d\"}", "canonical.hosts"),
            ("hosts = {\"a.b\" = \"c.d\", \"c.d\" = \"e.f\"}", "canonical.hosts"),
            ("rewrite = [{pattern = 'x', url = '{1}'}]", "canonical.rewrite[0].url"),
        ] {
            let canonical: Canonical = toml::from_str(rules).unwrap();
            assert_eq!(canonical.check().unwrap_err().key(), key);
        }
    }

    proptest! {
        #[test]
        fn twice_changes_nothing(
            text in "https?://([a-z]{1,3}@)?[a-z]{1,8}\\.[a-z]{2,3}\\.{0,2}(:[0-9]{1,4})?(/([a-zA-Z0-9;#?&=_.-]|%|%[0-9a-f]{2}|;jsessionid=|PHPSESSID=){0,20}){0,3}",
            keep: bool,
            pattern in "\\^?(a|b|\\.|/|\\(\\.\\*\\)|\\?){0,4}",
            url in "(http://a\\.b/|\\{0\\}){1,2}[ab?=&]{0,3}",
            payload in "(12|8)?@?[0-9@-]{0,12}",
        ) {
            let mut canonical = Canonical { keep_fragment: keep, ..Canonical::default() };
            let hidden = format!("http://a.b/?{}", LENIENT.encode(&payload));
            canonical.base64_query = Some(Base64Query {
                pattern: Pattern::new(r"^(?:12|8)@([0-9-]+)@").expect("it is sound"),
                form: Template::new("12@{1}@").expect("it is sound"),
            });
            for text in [&text, &hidden] {
                if let Some(once) = canonical.form(text) {
                    prop_assert_eq!(canonical.form(&once), Some(once.clone()));
                }
            }
            if let (Ok(pattern), Ok(url)) = (Pattern::new(&pattern), Template::new(&url)) {
                canonical.rewrite = vec![Rewrite { pattern, url }];
            }
            for text in [&text, &hidden] {
                if let Some(once) = canonical.form(text) {
                    prop_assert_eq!(canonical.form(&once), Some(once.clone()));
                }
            }
        }
    }
}
