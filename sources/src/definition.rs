use std::borrow::Cow;

use serde::Deserialize;
use sinmun_article::{Day, Language, Source, SourceId};

use crate::canonical::{self, Canonical};
use crate::discovery::Discovery;
use crate::edition::{Edition, Session};
use crate::error::{Error, ErrorKind, Mistake};
use crate::politeness::Politeness;
use crate::selectors::Selectors;
use crate::{Pattern, Zone, read};

/// One source file.
///
/// All but the id and the name may be absent: an outlet whose articles are only
/// imported needs no more.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Definition {
    /// The stable id.
    pub id: SourceId,
    /// The name as printed.
    pub name: String,
    /// Other names, in any language, under which records and readers know it.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// ISO 3166 alpha-2 code of the outlet's country.
    pub country: Option<String>,
    /// The collection it belongs to.
    pub collection: Option<String>,
    /// Hosts on which it publishes, without `www.`.
    #[serde(default)]
    pub hosts: Vec<String>,
    /// Whether a URL's fragment tells articles apart; the same key as in `[canonical]`.
    #[serde(default)]
    pub keep_fragment: bool,
    /// Whether its hosts carry copies of other outlets' articles.
    #[serde(default)]
    pub aggregator: bool,
    /// The languages in which it publishes.
    #[serde(default)]
    pub languages: Vec<Language>,
    /// The page that a reader would begin with.
    pub home: Option<String>,
    /// The time zone of its dates and of its visiting hours; UTC where nothing is said.
    pub time_zone: Option<Zone>,
    /// The first day from which anything can be had.
    #[serde(default, deserialize_with = "read::day")]
    pub active: Option<Day>,
    /// The day from which the site answers no more; what it published lives in archives.
    #[serde(default, deserialize_with = "read::day")]
    pub gone: Option<Day>,
    /// Its editions, each with the URLs that are in it.
    #[serde(default)]
    pub editions: Vec<Edition>,
    /// How it wants to be visited.
    #[serde(default)]
    pub politeness: Politeness,
    /// Canonical URLs that are articles; a pattern that begins with `http` sees the whole URL and may
    /// name another host, any other sees what comes after the host.
    #[serde(default, deserialize_with = "read::one_or_many")]
    pub articles: Vec<Pattern>,
    /// Canonical URLs that are none, though a pattern above says so.
    #[serde(default, deserialize_with = "read::one_or_many")]
    pub not_articles: Vec<Pattern>,
    /// How its URLs are brought into one form.
    #[serde(default)]
    pub canonical: Canonical,
    /// The ways to find its articles.
    #[serde(default)]
    pub discovery: Vec<Discovery>,
    /// Where on its pages the parts of an article are.
    #[serde(default)]
    pub selectors: Vec<Selectors>,
    /// What is kept beside the pages.
    #[serde(default)]
    pub keep: Vec<Keep>,
    /// Which versions of TLS its server may be spoken to by.
    #[serde(default)]
    pub tls: Tls,
    /// The request that begins a session, where it needs one.
    pub session: Option<Session>,
    /// Whether its operator has to be asked before it is visited.
    #[serde(default)]
    pub permission: Permission,
    #[serde(skip)]
    origin: Origin,
}

/// What is kept beside the pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Keep {
    /// The pictures of the articles.
    Images,
}

/// Which versions of TLS a site's server may be spoken to by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Tls {
    /// TLS 1.2 and later.
    #[default]
    Modern,
    /// Also TLS 1.0 and 1.1 and ciphers that are given up elsewhere: whoever sits on the line may read and change
    /// what comes, given some effort. What was agreed on is recorded with each capture.
    Old,
}

/// Whether the operator of a site has to be asked before it is visited.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Permission {
    /// It is open to the public; robots.txt and its terms hold all the same.
    #[default]
    NotNeeded,
    /// Its terms allow no use without permission: nothing is asked for until the user's settings say
    /// that he has it. Pages that were saved are read.
    Required,
}

/// The file that a definition was read from, for errors that are found later.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Origin {
    file: String,
    text: String,
}

impl Definition {
    /// Reads one file; `name` is said in the error.
    ///
    /// # Errors
    ///
    /// Names the file, the line and the key that cannot be read.
    pub fn parse(name: &str, text: &str) -> Result<Self, Error> {
        let definition = Self::unchecked(name, text)?;
        definition.check()?;
        Ok(definition)
    }

    /// Reads a built-in file, which a test has checked.
    pub(crate) fn unchecked(name: &str, text: &str) -> Result<Self, Error> {
        let mut definition: Self =
            toml::from_str(text).map_err(|error| Error::new(ErrorKind::Mistake, name, error.to_string()))?;
        definition.origin = Origin { file: name.to_owned(), text: text.to_owned() };
        Ok(definition)
    }

    /// Whether the patterns can be read and what the keys say fits together; [`parse`](Self::parse)
    /// has done it already.
    ///
    /// What a CSS selector says is checked where selectors are used, in the crate `sinmun-discovery`.
    ///
    /// # Errors
    ///
    /// Names the file, the line and the key.
    pub fn check(&self) -> Result<(), Error> {
        self.mistakes().map_err(|mistake| self.error(&mistake))
    }

    fn mistakes(&self) -> Result<(), Mistake> {
        for (key, pattern) in self.patterns() {
            pattern.check().map_err(|why| Mistake::new(key, why))?;
        }
        if let Some(home) = &self.home
            && canonical::host(home).is_none()
        {
            return Err(Mistake::new("home", format!("{home:?} is no URL")));
        }
        if let (Some(active), Some(gone)) = (self.active, self.gone)
            && active > gone
        {
            return Err(Mistake::new("gone", "it is gone before it is there"));
        }
        for (place, host) in self.hosts.iter().enumerate() {
            if canonical::host(&format!("http://{host}/")).as_ref() != Some(host) {
                let message =
                    format!("{host:?} is no host: write small letters, no scheme, no path, no www.");
                return Err(Mistake::new(format!("hosts[{place}]"), message));
            }
        }
        for (place, edition) in self.editions.iter().enumerate() {
            if !self.languages.is_empty() && !self.languages.contains(&edition.language) {
                let message = format!("{} is not among the languages of the source", edition.language);
                return Err(Mistake::new(format!("editions[{place}].language"), message));
            }
        }
        self.canonical.check()?;
        self.session.iter().try_for_each(|session| session.check("session"))?;
        for (place, discovery) in self.discovery.iter().enumerate() {
            let at = format!("discovery[{place}]");
            discovery.check(&at)?;
            for language in &discovery.editions {
                if self.edition(*language).is_none() {
                    return Err(Mistake::new(
                        format!("{at}.editions"),
                        format!("there is no edition in {language}"),
                    ));
                }
            }
            if discovery.has_editions() && self.editions.is_empty() {
                return Err(Mistake::new(
                    at,
                    "{edition} stands for the code of one of [[editions]], and there is none",
                ));
            }
        }
        Ok(())
    }

    /// Every pattern with its key.
    fn patterns(&self) -> Vec<(String, &Pattern)> {
        let mut found = Vec::new();
        for (key, list) in [("articles", &self.articles), ("not_articles", &self.not_articles)] {
            found
                .extend(list.iter().enumerate().map(|(place, pattern)| (format!("{key}[{place}]"), pattern)));
        }
        for (place, edition) in self.editions.iter().enumerate() {
            found.extend(edition.urls.iter().map(|pattern| (format!("editions[{place}].urls"), pattern)));
        }
        found.extend(self.canonical.patterns());
        for (place, discovery) in self.discovery.iter().enumerate() {
            found.extend(discovery.patterns(&format!("discovery[{place}]")));
        }
        for (place, selectors) in self.selectors.iter().enumerate() {
            let patterns = [
                ("urls", &selectors.urls),
                ("story_name", &selectors.story_name),
                ("title_drop", &selectors.title_drop),
                ("date_pattern", &selectors.date_pattern),
                ("url_date_pattern", &selectors.url_date_pattern),
                ("outlet_pattern", &selectors.outlet_pattern),
                ("seen_pattern", &selectors.seen_pattern),
                ("end_pattern", &selectors.end_pattern),
            ];
            for (key, pattern) in patterns {
                found.extend(pattern.iter().map(|pattern| (format!("selectors[{place}].{key}"), pattern)));
            }
        }
        found
    }

    /// The text of its file: where that is the same, pages are read in the same way.
    pub fn text(&self) -> &str {
        &self.origin.text
    }

    /// An error that names the file and the line of a mistake which another crate found in this definition.
    pub fn error(&self, mistake: &Mistake) -> Error {
        let file = if self.origin.file.is_empty() { self.id.as_str() } else { &self.origin.file };
        Error::at(file, &self.origin.text, mistake)
    }

    /// Whether the pictures of its articles are fetched and kept too.
    pub fn keeps_images(&self) -> bool {
        self.keep.contains(&Keep::Images)
    }

    /// The outlet that the definition describes.
    pub fn source(&self) -> Source {
        Source {
            id: self.id.clone(),
            name: self.name.clone(),
            country: self.country.clone(),
            collection: self.collection.clone(),
        }
    }

    /// A URL in the form by which the articles of this source are told apart; `None` where it is no
    /// http(s) URL.
    ///
    /// Doing it twice changes nothing.
    pub fn canonical_url(&self, url: &str) -> Option<String> {
        if self.keep_fragment && !self.canonical.keep_fragment {
            return Canonical { keep_fragment: true, ..self.canonical.clone() }.form(url);
        }
        self.canonical.form(url)
    }

    /// Whether a URL lies on one of the source's own hosts.
    pub fn is_own(&self, url: &str) -> bool {
        canonical::host(url).is_some_and(|host| self.hosts.contains(&host))
    }

    /// Whether a URL, in canonical form, is that of an article.
    ///
    /// Where the file names no pattern, every page on the source's own hosts may be one.
    pub fn is_article(&self, canonical: &str) -> bool {
        let own = self.is_own(canonical);
        let path = after_host(canonical);
        let matches = |pattern: &Pattern| match pattern.names_a_host() {
            true => pattern.is_match(canonical),
            false => own && pattern.is_match(path),
        };
        let wanted = if self.articles.is_empty() { own } else { self.articles.iter().any(matches) };
        wanted && !self.not_articles.iter().any(matches)
    }

    /// The edition in a language.
    pub fn edition(&self, language: Language) -> Option<&Edition> {
        self.editions.iter().find(|edition| edition.language == language)
    }

    /// The language that a URL says, or the only one in which the source publishes.
    pub fn language_of(&self, url: &str) -> Option<Language> {
        let canonical = self.canonical_url(url);
        let url = canonical.as_deref().unwrap_or(url);
        let by_url =
            self.editions.iter().find(|edition| edition.urls.as_ref().is_some_and(|urls| urls.is_match(url)));
        match (by_url, self.languages.as_slice()) {
            (Some(edition), _) => Some(edition.language),
            (None, [language]) => Some(*language),
            (None, _) => None,
        }
    }

    /// The selectors for a page, the most particular first: those whose pattern its URL matches, then
    /// those without a pattern.
    pub fn selectors_for(&self, url: &str) -> impl Iterator<Item = &Selectors> {
        let canonical = self.canonical_url(url).unwrap_or_else(|| url.to_owned());
        let particular = self
            .selectors
            .iter()
            .filter(move |selectors| selectors.urls.as_ref().is_some_and(|urls| urls.is_match(&canonical)));
        particular.chain(self.selectors.iter().filter(|selectors| selectors.urls.is_none()))
    }

    /// The title of an article at a URL without what its rules say is none of it; a title is never emptied.
    ///
    /// Holds for titles of pages and of imported records alike: what differs by a label is the same piece.
    pub fn bare_title<'t>(&self, url: &str, title: &'t str) -> Cow<'t, str> {
        // Imports ask it of every line: a URL is looked at only where some selectors have the rule.
        if self.selectors.iter().all(|selectors| selectors.title_drop.is_none()) {
            return Cow::Borrowed(title);
        }
        let rule = self.selectors_for(url).find_map(|selectors| selectors.title_drop.as_ref());
        let bare = rule.and_then(|rule| rule.without(title));
        bare.filter(|bare| !bare.trim().is_empty()).map_or(Cow::Borrowed(title), Cow::Owned)
    }
}

/// The path and the query of a URL.
fn after_host(url: &str) -> &str {
    let host = url.find("://").map_or(0, |place| place + 3);
    let rest = &url[host..];
    rest.find('/').map_or("/", |place| &rest[place..])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn definition(rest: &str) -> Result<Definition, Error> {
        Definition::parse("x.toml", &format!("id = \"x\"\nname = \"X\"\n{rest}"))
    }

    #[track_caller]
    fn mistake(rest: &str, line: usize, key: &str) {
        let error = definition(rest).unwrap_err();
        let text = error.to_string();
        assert_eq!(error.kind(), ErrorKind::Mistake);
        for part in ["x.toml", &format!("line {line}"), key] {
            assert!(text.contains(part), "{part:?} is not in: {text}");
        }
    }

    #[test]
    fn a_mistake_names_file_line_and_key() {
        mistake("hots = []", 3, "hots");
        mistake("hosts = [\"a.b\", \"http://c\"]", 3, "hosts[1]");
        mistake("home = \"a.b\"", 3, "home");
        mistake("time_zone = \"Asia/Pyongjang\"", 3, "time_zone");
        mistake("active = 2020-01-01\ngone = \"2019-01-01\"", 4, "gone");
        mistake("gone = \"2019-02-30\"", 3, "2019-02-30");
        mistake("articles = [\n \"a\",\n \"(\"]", 5, "articles[1]");
        mistake("[politeness]\ndelay = -1", 4, "delay");
        mistake("tls = \"older\"", 3, "tls");
        mistake("[[discovery]]\nkind = \"dya\"\nurl = \"http://a.b/\"", 4, "kind");
        mistake("[[discovery]]\nkind = \"list\"\nurl = \"http://a.b/{pge}\"", 5, "url");
        mistake("[[discovery]]\nkind = \"list\"\nurl = \"http://a.b/{dd}\"", 5, "discovery[0].url");
        mistake("[[discovery]]\nkind = \"day\"\nurl = \"http://a.b/\"", 5, "discovery[0].url");
        mistake("[[discovery]]\nkind = \"post\"\nurl = \"http://a.b/\"", 4, "discovery[0].kind");
        mistake(
            "[[discovery]]\nkind = \"feed\"\nurl = \"http://a.b/\"\nbody = \"x\"",
            6,
            "discovery[0].body",
        );
        mistake("[[discovery]]\nkind = \"feed\"\nurl = \"http://a.b/\"\npages = {}", 6, "discovery[0].pages");
        mistake("[[discovery]]\nkind = \"list\"\nurl = \"http://a.b/{edition}\"", 3, "discovery[0]");
        mistake(
            "[[discovery]]\nkind = \"list\"\nurl = \"http://a.b/\"\n[[discovery.links]]\npattern = 'a(b)'\nurl = '{2}'",
            8,
            "discovery[0].links[0].url",
        );
        mistake("[[selectors]]\ndate_pattern = '['", 4, "selectors[0].date_pattern");
        mistake("[canonical]\nrewrite = [{pattern = '(', url = ''}]", 4, "canonical.rewrite[0].pattern");
        mistake(
            "[[discovery]]\nkind = \"list\"\nurl = \"http://a.b/\"\n[discovery.next]\npattern = '('",
            7,
            "discovery[0].next.pattern",
        );
        mistake("languages = [\"ko\"]\n[[editions]]\nlanguage = \"en\"", 5, "editions[0].language");
        mistake("[canonical]\nhosts = {\"a.b\" = \"http://c\"}", 4, "canonical.hosts");
    }

    #[test]
    fn articles_are_told_by_their_urls() {
        let rules =
            "hosts = [\"a.b\"]\narticles = ['^/story/\\d+$', '^https?://c\\.d/']\nnot_articles = '/0$'";
        let source = definition(rules).unwrap();
        for (url, is) in [
            ("http://www.a.b/story/12", true),
            ("http://a.b/story/0", false),
            ("http://a.b/list", false),
            ("http://e.f/story/12", false),
            ("https://c.d/", true),
        ] {
            assert_eq!(source.is_article(url), is, "{url}");
        }
    }

    #[test]
    fn a_url_says_its_language() {
        let rules =
            "languages = [\"ko\", \"ja\"]\n[[editions]]\nlanguage = \"ja\"\ncode = \"jp\"\nurls = '/jp/'";
        let source = definition(rules).unwrap();
        assert_eq!(source.language_of("http://a.b/jp/x"), Some(Language::JAPANESE));
        assert_eq!(source.language_of("http://a.b/x"), None);
        assert_eq!(definition("languages = [\"zh\"]").unwrap().language_of(""), Some(Language::CHINESE));
    }

    #[test]
    fn particular_selectors_come_first() {
        let rules = "[[selectors]]\ntitle = \"h1\"\n[[selectors]]\nurls = '/old/'\ntitle = [\"b\", \"i\"]";
        let source = definition(rules).unwrap();
        let titles = |url: &str| -> Vec<usize> {
            source.selectors_for(url).map(|selectors| selectors.title.len()).collect()
        };
        assert_eq!(titles("http://a.b/old/1"), [2, 1]);
        assert_eq!(titles("http://a.b/new/1"), [1]);
    }

    #[test]
    fn what_stands_around_a_text_is_none_of_it() {
        let rules = "[[selectors]]\ntitle_drop = '^\\[Video\\]'\nend_pattern = '^More from'";
        let source = definition(rules).unwrap();
        let url = "http://a.b/1";
        assert_eq!(source.bare_title(url, "[Video] A canal"), " A canal");
        assert_eq!(source.bare_title(url, "[Video]"), "[Video]");
        let rules = source.selectors_for(url).next().unwrap();
        assert_eq!(rules.before_end("One.\n\n More from here\n\nTwo."), "One.");
        assert_eq!(rules.before_end("One. More from here"), "One. More from here");
        assert_eq!(rules.before_end("More from here"), "");
    }
}
