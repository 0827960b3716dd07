use url::Url;

use crate::error::{Error, ErrorKind};

/// A server that stands in for a site: a mirror, or one made for a test.
#[derive(Debug, Clone)]
pub(crate) struct Base(Url);

impl Base {
    /// Of a URL only scheme, host and port count.
    ///
    /// # Errors
    ///
    /// It is none of the web's.
    pub(crate) fn new(url: Url) -> Result<Self, Error> {
        if !matches!(url.scheme(), "http" | "https") {
            let message = format!("from-base {url}: a base begins with http:// or https://");
            return Err(Error::of(ErrorKind::BadOption, message));
        }
        Ok(Self(url))
    }

    /// Where a page of the site is to be had.
    pub(crate) fn of_site(&self, page: &Url) -> Url {
        moved(page, &self.0)
    }

    /// The site's own URL of a page that the base named: one of the base's goes back to the site.
    pub(crate) fn to_site(&self, named: Url, site: &Url) -> Url {
        if named.origin() == self.0.origin() { moved(&named, site) } else { named }
    }
}

/// A URL with the scheme, host and port of another.
fn moved(url: &Url, to: &Url) -> Url {
    let mut moved = to.clone();
    moved.set_path(url.path());
    moved.set_query(url.query());
    moved.set_fragment(url.fragment());
    moved
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(base: &str, page: &str, expected: &str) {
        let page: Url = page.parse().unwrap();
        let base = Base::new(base.parse().unwrap()).unwrap();
        let sent = base.of_site(&page);
        assert_eq!(sent.as_str(), expected);
        assert_eq!(
            base.to_site(sent, &"http://site.example:81/x?y".parse().unwrap()).origin().ascii_serialization(),
            "http://site.example:81"
        );
        assert_eq!(base.to_site(page.clone(), &page), page);
    }

    #[test]
    fn there_and_back() {
        check("http://127.0.0.1:8000", "https://a.example/p?q=1&r=%20", "http://127.0.0.1:8000/p?q=1&r=%20");
        check("http://[::1]:8000/ignored?x#y", "http://a.example:8080/", "http://[::1]:8000/");
        check(
            "https://mirror.example",
            "http://a.example/%EC%A1%B0//b/",
            "https://mirror.example/%EC%A1%B0//b/",
        );
        assert!(Base::new("file:///tmp".parse().unwrap()).is_err());
    }
}
