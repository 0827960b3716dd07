use jiff::Timestamp;
use sinmun_article::{Language, SourceId};
use sinmun_sources::{Selectors, Sources};

use crate::page::Page;

/// What an aggregator's page says of the outlet whose article it carries.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Carried {
    /// The outlet and its name as printed.
    pub(crate) outlet: Option<(SourceId, String)>,
    /// The language of its label, which may be wrong.
    pub(crate) language: Option<Language>,
}

/// Lines of a body above which the line that names the outlet is looked for.
const HEAD: usize = 12;

impl Carried {
    /// Reads the line that names the outlet, in the body's text or else anywhere on the page.
    pub(crate) fn read(body: &str, page: &str, selectors: &Selectors, sources: &Sources) -> Self {
        let Some(pattern) = &selectors.outlet_pattern else { return Self::default() };
        let groups =
            [body, page].into_iter().flat_map(str::lines).find_map(|line| pattern.captures(line.trim()));
        let Some(groups) = groups else { return Self::default() };
        let group = |place: usize| groups.get(place).map_or("", |group| group.as_str().trim());
        let name = group(1);
        Self {
            outlet: sources.resolve(name).map(|source| (source, name.to_owned())),
            language: group(2).parse().ok(),
        }
    }
}

/// When an aggregator first saw an article, as its URL says; nothing that is before the web or after the capture.
pub(crate) fn first_seen(page: &Page<'_>, selectors: &Selectors) -> Option<Timestamp> {
    let groups = selectors.seen_pattern.as_ref()?.captures(page.url)?;
    let seen = Timestamp::from_second(groups.get(1)?.as_str().parse().ok()?).ok()?;
    let is_possible = seen.as_second() > WEB && page.seen.is_none_or(|capture| seen < capture);
    is_possible.then_some(seen)
}

/// 1990, in seconds since 1970: nothing was on the web before.
const WEB: i64 = 631_152_000;

/// The body without the line that names the outlet and what stands above it, and without all from where the body ends.
pub(crate) fn body(text: &str, selectors: &Selectors) -> String {
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let names_outlet =
        |line: &&str| selectors.outlet_pattern.as_ref().is_some_and(|pattern| pattern.is_match(line));
    let start = lines.iter().take(HEAD).position(names_outlet).map_or(0, |place| place + 1);
    selectors.before_end(&lines[start..].join("\n")).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_aggregators_url_says_since_when_it_has_an_article() {
        let sources = Sources::built_in();
        let check = |url: &str, expected: Option<&str>| {
            let definition = sources.of_url("https://kcnawatch.org/").expect("it has a definition");
            let selectors = definition.selectors_for(url).next().expect("it has rules");
            let page = Page { url, seen: "2024-12-01T00:00:00Z".parse().ok(), ..Page::default() };
            assert_eq!(
                first_seen(&page, selectors).map(|seen| seen.to_string()).as_deref(),
                expected,
                "{url}"
            );
        };
        check("https://kcnawatch.org/newstream/1730867400-123456789/a/", Some("2024-11-06T04:30:00Z"));
        check("https://kcnawatch.org/newstream/1762403400-123456789/a/", None);
        check("https://kcnawatch.org/newstream/173086740-123456789/a/", None);
        check("https://kcnawatch.org/newstream/a/", None);
    }
}
