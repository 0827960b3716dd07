use sinmun_article::{Language, SourceId};
use sinmun_sources::{Selectors, Sources};

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

/// The body without the line that names the outlet and what stands above it, and without all from where the body ends.
pub(crate) fn body(text: &str, selectors: &Selectors) -> String {
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let names_outlet = |line: &&str| {
        selectors.outlet_pattern.as_ref().is_some_and(|pattern| pattern.captures(line).is_some())
    };
    let start = lines.iter().take(HEAD).position(names_outlet).map_or(0, |place| place + 1);
    let ends =
        |line: &&str| selectors.end_pattern.as_ref().is_some_and(|pattern| pattern.captures(line).is_some());
    let kept = &lines[start..];
    kept[..kept.iter().position(ends).unwrap_or(kept.len())].join("\n")
}
