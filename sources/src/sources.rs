use std::collections::HashMap;
use std::path::Path;
use std::sync::OnceLock;

use sinmun_article::{Source, SourceId, fold_word};

use crate::canonical::{self, Canonical};
use crate::error::Mistake;
use crate::{Definition, Error, folder};

/// All source definitions, by id, by name and by host.
#[derive(Debug, Clone)]
pub struct Sources {
    definitions: Vec<Definition>,
    by_name: HashMap<String, usize>,
    by_host: HashMap<String, usize>,
}

macro_rules! files {
    ($($name:literal),* $(,)?) => { &[$(($name, include_str!(concat!("../", $name, ".toml")))),*] };
}

const BUILT_IN: &[(&str, &str)] = files![
    "cctv-xinwen-lianbo",
    "cgtn",
    "channel-one-russia-1tv-ru",
    "chinadaily",
    "choson-sinbo",
    "globaltimes",
    "kcna",
    "kcna-watch-listing",
    "kyongje-yongu",
    "meari",
    "mfa-dprk",
    "minju-choson",
    "naenara",
    "new-year-address-joint-editorial",
    "peoples-daily-online",
    "pyongyang-times",
    "rodong-sinmun",
    "ryugyong",
    "uriminzokkiri",
    "voice-of-korea",
    "xinhuanet",
];

impl Sources {
    /// The definitions that come with the program.
    pub fn built_in() -> Self {
        static SOURCES: OnceLock<Sources> = OnceLock::new();
        let read = || {
            let read = |(name, text): &(&str, &str)| Definition::unchecked(&format!("{name}.toml"), text);
            let definitions: Result<Vec<_>, _> = BUILT_IN.iter().map(read).collect();
            definitions.and_then(Self::of).expect("the built-in definitions are sound, as a test shows")
        };
        SOURCES.get_or_init(read).clone()
    }

    /// The built-in definitions and those of a folder, where each `*.toml` is one.
    ///
    /// A file whose id is that of a built-in definition replaces it; any other
    /// is added. A folder that is not there has none.
    ///
    /// # Errors
    ///
    /// A file with a mistake, named with line and key; one that is a symbolic
    /// link, is over 1 MiB or cannot be read; an id that two of them have.
    pub fn with_folder(path: impl AsRef<Path>) -> Result<Self, Error> {
        let mut definitions = Self::built_in().definitions;
        let built_in = definitions.len();
        for definition in folder::read(path.as_ref())? {
            match definitions.iter().position(|other| other.id == definition.id) {
                Some(place) if place < built_in => definitions[place] = definition,
                Some(_) => return Err(claimed(&definition, "id", definition.id.as_str())),
                None => definitions.push(definition),
            }
        }
        Self::of(definitions)
    }

    /// Definitions from elsewhere.
    ///
    /// # Errors
    ///
    /// A name or host that two definitions claim.
    pub fn of(definitions: Vec<Definition>) -> Result<Self, Error> {
        let mut sources = Self { definitions, by_name: HashMap::new(), by_host: HashMap::new() };
        for (place, definition) in sources.definitions.iter().enumerate() {
            let names = [("id", definition.id.as_str()), ("name", &definition.name)];
            let aliases = definition.aliases.iter().map(|alias| ("aliases", alias.as_str()));
            for (key, name) in names.into_iter().chain(aliases) {
                if sources.by_name.insert(fold_word(name), place).is_some_and(|other| other != place) {
                    return Err(claimed(definition, key, name));
                }
            }
            for host in &definition.hosts {
                if sources.by_host.insert(host.clone(), place).is_some() {
                    return Err(claimed(definition, "hosts", host));
                }
            }
        }
        Ok(sources)
    }

    /// The definition with this id.
    pub fn get(&self, id: &SourceId) -> Option<&Definition> {
        self.definitions.iter().find(|definition| definition.id == *id)
    }

    /// The definition on one of whose own hosts a URL lies.
    pub fn of_url(&self, url: &str) -> Option<&Definition> {
        let place = *self.by_host.get(&canonical::host(url)?)?;
        self.definitions.get(place)
    }

    /// The source of an id, name or alias; a name that no definition knows becomes its own slug.
    ///
    /// `None` where the name has no letter or digit.
    pub fn resolve(&self, name: &str) -> Option<SourceId> {
        match self.by_name.get(&fold_word(name)) {
            Some(&place) => Some(self.definitions[place].id.clone()),
            None => SourceId::of_name(name),
        }
    }

    /// What is known of a source; one without a definition is called by its id.
    pub fn source(&self, id: &SourceId) -> Source {
        match self.get(id) {
            Some(definition) => definition.source(),
            None => Source { id: id.clone(), name: id.to_string(), country: None, collection: None },
        }
    }

    /// A URL in the form by which the articles of a source are told apart.
    ///
    /// What is no URL, such as a site's own article number, is kept within the
    /// source: `kcna:AR0099775`. Doing it twice changes nothing.
    pub fn canonical_url(&self, source: &SourceId, url: &str) -> Option<String> {
        if url.is_empty() {
            return None;
        }
        let by_host = canonical::host(url).and_then(|host| self.by_host.get(&host));
        let definition = by_host.map(|&place| &self.definitions[place]).or_else(|| self.get(source));
        let form = match definition {
            Some(definition) => definition.canonical_url(url),
            None => Canonical::default().form(url),
        };
        let is_kept = url.strip_prefix(source.as_str()).is_some_and(|rest| rest.starts_with(':'));
        Some(form.unwrap_or_else(|| if is_kept { url.to_owned() } else { format!("{source}:{url}") }))
    }

    /// Whether a URL lies at an aggregator that is not the source itself.
    pub fn is_copy(&self, source: &SourceId, url: &str) -> bool {
        let place = canonical::host(url).and_then(|host| self.by_host.get(&host).copied());
        place.is_some_and(|place| self.definitions[place].aggregator && self.definitions[place].id != *source)
    }

    /// Every definition.
    pub fn iter(&self) -> impl Iterator<Item = &Definition> {
        self.definitions.iter()
    }
}

fn claimed(definition: &Definition, key: &str, what: &str) -> Error {
    definition.error(&Mistake::new(key, format!("{what:?} belongs to another source already")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_definitions_are_sound() {
        let sources = Sources::built_in();
        assert_eq!(sources.iter().count(), BUILT_IN.len());
        for (definition, (name, _)) in sources.iter().zip(BUILT_IN) {
            assert_eq!(definition.id.as_str(), *name, "a file is called after its id");
            definition.check().unwrap();
        }
    }

    #[test]
    fn names_in_any_language_lead_to_the_id() {
        let sources = Sources::built_in();
        for name in ["kcna", "조선중앙통신", "Korean central news agency", "ЦТАК"] {
            assert_eq!(sources.resolve(name).unwrap().as_str(), "kcna", "{name}");
        }
        assert_eq!(sources.resolve("--"), None);
    }

    #[test]
    fn a_fragment_counts_where_the_source_says_so() {
        let sources = Sources::built_in();
        let kcna = "kcna".parse().unwrap();
        let form = |url: &str| sources.canonical_url(&kcna, url).unwrap();
        assert_eq!(form("http://www.kcna.co.jp/a.htm#2"), "http://www.kcna.co.jp/a.htm#2");
        assert_eq!(form("http://www.1tv.ru/a#2"), "https://www.1tv.ru/a");
        assert_eq!(form("AR0099775"), "kcna:AR0099775");
        assert!(sources.is_copy(&kcna, "https://kcnawatch.xyz/newstream/1/x"));
        assert!(!sources.is_copy(&kcna, "http://kcna.kp/x"));
    }

    #[test]
    fn a_mistake_names_file_line_and_key() {
        let error =
            Definition::parse("x.toml", "id = \"x\"\nname = \"X\"\nhots = []\n").unwrap_err().to_string();
        assert!(error.contains("x.toml") && error.contains("line 3") && error.contains("hots"), "{error}");
        let twice = Sources::of(vec![
            Definition::parse("a", "id = \"a\"\nname = \"A\"").unwrap(),
            Definition::parse("b", "id = \"b\"\nname = \"A\"").unwrap(),
        ]);
        assert!(twice.unwrap_err().to_string().contains("\"A\""));
    }
}
