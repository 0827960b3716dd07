use url::Url;

/// A URL in the form by which articles are told apart; `None` where it is no http(s) URL.
///
/// Scheme, host and escapes are written alike, `utm_…` keys and (unless the
/// source needs it) the fragment are dropped. Doing it twice changes nothing.
pub(crate) fn canonical(text: &str, keep_fragment: bool) -> Option<String> {
    let mut url = Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
    if !keep_fragment || url.fragment() == Some("") {
        url.set_fragment(None);
    }
    if let Some(query) = url.query() {
        let kept: Vec<&str> =
            query.split('&').filter(|pair| !pair.is_empty() && !pair.starts_with("utm_")).collect();
        let kept = kept.join("&");
        url.set_query((!kept.is_empty()).then_some(kept.as_str()));
    }
    Some(url.to_string())
}

/// The host without `www.`; `None` where there is none.
pub(crate) fn host(text: &str) -> Option<String> {
    let url = Url::parse(text).ok()?;
    let host = url.host_str()?;
    Some(host.strip_prefix("www.").unwrap_or(host).to_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn urls_are_written_alike() {
        for (text, form) in [
            ("HTTP://Example.ORG:80/a?utm_source=x&id=1#top", "http://example.org/a?id=1"),
            ("https://example.org/신문?utm_medium=x", "https://example.org/%EC%8B%A0%EB%AC%B8"),
        ] {
            assert_eq!(canonical(text, false).as_deref(), Some(form));
        }
        assert_eq!(canonical("http://a.b/01.htm#2", true).as_deref(), Some("http://a.b/01.htm#2"));
        assert_eq!(canonical("AR0099775", true), None);
        assert_eq!(canonical("file:///etc/passwd", true), None);
    }

    proptest! {
        #[test]
        fn twice_changes_nothing(text in "https?://[a-z]{1,8}\\.[a-z]{2,3}(/[a-zA-Z0-9%#?&=_.-]{0,20}){0,3}", keep: bool) {
            if let Some(once) = canonical(&text, keep) {
                prop_assert_eq!(canonical(&once, keep), Some(once.clone()));
            }
        }
    }
}
