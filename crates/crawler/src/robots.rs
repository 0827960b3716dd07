use std::time::Duration;

use url::Url;

/// The name by which a robots.txt speaks to this crawler.
pub const USER_AGENT_TOKEN: &str = "sinmun";

/// What a site's robots.txt allows this crawler (RFC 9309).
///
/// ```
/// use sinmun_crawler::Robots;
///
/// let robots = Robots::parse(b"User-agent: *\nDisallow: /private\nCrawl-delay: 5\n", 200);
/// assert!(robots.allows("/news?page=2"));
/// assert!(!robots.allows("/private/1"));
/// assert_eq!(robots.crawl_delay().map(|delay| delay.as_secs()), Some(5));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Robots {
    rules: robotxt::Robots,
    is_final: bool,
}

impl Robots {
    /// What the body of a response to `/robots.txt` says, unpacked, with the status it came with.
    ///
    /// No file (any 4xx, or redirects without end) means no rules, and so does
    /// a web page in its place. A server in trouble (5xx, and 429) means that
    /// nothing is allowed for now, see [`Robots::is_final`]. Of a long file the
    /// lines of the first 500 KiB count, which is what the standard wants at least.
    pub fn parse(body: &[u8], status: u16) -> Self {
        match status {
            200..=299 if is_markup(body) => Self::allow_all(),
            200..=299 => Self { rules: robotxt::Robots::parse(body, USER_AGENT_TOKEN), is_final: true },
            429 | 500.. => Self::unreachable(),
            _ => Self::allow_all(),
        }
    }

    /// No rules.
    pub fn allow_all() -> Self {
        Self { rules: robotxt::Robots::allow_all(), is_final: true }
    }

    /// No answer came: nothing is allowed until one does.
    pub fn unreachable() -> Self {
        Self { rules: robotxt::Robots::disallow_all(), is_final: false }
    }

    /// Whether this is what the site says. Where not, it could not be asked, and is to be asked again.
    pub fn is_final(&self) -> bool {
        self.is_final
    }

    /// Whether a path with its query may be asked for. `/robots.txt` always may.
    pub fn allows(&self, path_and_query: &str) -> bool {
        self.rules.is_allowed(path_and_query)
    }

    /// As [`Robots::allows`], for the path and query of a URL.
    pub fn allows_url(&self, url: &Url) -> bool {
        self.rules.is_url_allowed(url)
    }

    /// How long the site wants between two requests.
    pub fn crawl_delay(&self) -> Option<Duration> {
        self.rules.crawl_delay()
    }

    /// The sitemaps that the file names, whoever it speaks to.
    pub fn sitemaps(&self) -> &[Url] {
        self.rules.sitemaps()
    }
}

/// A page that a server sends for any path it does not know.
fn is_markup(body: &[u8]) -> bool {
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    body.trim_ascii_start().starts_with(b"<")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(body: &str, path: &str, expected: bool) {
        assert_eq!(Robots::parse(body.as_bytes(), 200).allows(path), expected, "{path} under\n{body}");
    }

    #[track_caller]
    fn check_status(status: u16, allowed: bool, is_final: bool) {
        let robots = Robots::parse(b"User-agent: *\nDisallow: /x", status);
        assert_eq!((robots.allows("/y"), robots.is_final()), (allowed, is_final), "{status}");
    }

    #[test]
    fn rules() {
        let file =
            "User-agent: *\nDisallow: /all\n\nUser-agent: Sinmun\nDisallow: /ours\nAllow: /ours/open$\n";
        check(file, "/all", true);
        check(file, "/ours", false);
        check(file, "/ours/open", true);
        check(file, "/ours/open/2", false);
        check(file, "/robots.txt", true);
        check("User-agent: other\nDisallow: /", "/a", true);
        check("User-agent: sinmunbot\nDisallow: /", "/a", true);
        check("User-agent: *\nDisallow:", "/a", true);
        check("User-agent: *\r\nDisallow: /*.php?id=\r\n", "/a.php?id=3", false);
        check("\u{feff}User-agent: *\nDisallow: /", "/a", false);
        check("User-agent: *\nDisallow: /조선", "/%EC%A1%B0%EC%84%A0/1", false);
        check("User-agent: a\nUser-agent: sinmun\nDisallow: /x\n\nUser-agent: *\nDisallow: /", "/y", true);
        check("", "/a", true);
        check("\0\u{1}garbage: ::", "/a", true);
    }

    #[test]
    fn a_page_is_no_rules() {
        check("<!DOCTYPE html><title>User-agent: *</title>\nUser-agent: *\nDisallow: /", "/a", true);
        check("\u{feff}\r\n <html>\nUser-agent: *\nDisallow: /", "/a", true);
    }

    #[test]
    fn statuses() {
        check_status(200, true, true);
        check_status(301, true, true);
        check_status(401, true, true);
        check_status(404, true, true);
        check_status(429, false, false);
        check_status(500, false, false);
        check_status(503, false, false);
        assert!(Robots::unreachable().allows("/robots.txt"));
    }

    #[test]
    fn delays_and_sitemaps() {
        let file = "Sitemap: https://a.example/s.xml\nUser-agent: *\nCrawl-delay: 2.5\nSitemap: /relative\n";
        let robots = Robots::parse(file.as_bytes(), 200);
        assert_eq!(robots.crawl_delay(), Some(Duration::from_millis(2500)));
        assert_eq!(
            robots.sitemaps().iter().map(Url::as_str).collect::<Vec<_>>(),
            ["https://a.example/s.xml"]
        );
        for bad in ["-1", "inf", "NaN", "soon", "1e400"] {
            let robots = Robots::parse(format!("User-agent: *\nCrawl-delay: {bad}").as_bytes(), 200);
            assert_eq!(robots.crawl_delay(), None, "{bad}");
        }
    }

    #[test]
    fn a_long_file_is_cut() {
        let mut file = "User-agent: *\n# ".to_owned() + &"x".repeat(500 * 1024) + "\n";
        file += "Disallow: /";
        check(&file, "/a", true);
    }

    #[test]
    fn any_bytes_never_panic() {
        let mut state = 7u64;
        for length in 0..3000 {
            let body: Vec<u8> = (0..length % 97)
                .map(|_| {
                    state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                    b"user-agent:*/\n disallow %$\xff\xec"[(state >> 33) as usize % 28]
                })
                .collect();
            assert!(Robots::parse(&body, 200).allows("/robots.txt"));
        }
    }
}
