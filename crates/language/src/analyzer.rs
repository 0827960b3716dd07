use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use frostem::{Algorithm, Stemmer};
use sinmun_article::Language;
use sinmun_dictionary::{Dictionary, Progress};

use crate::error::Error;
use crate::japanese::Japanese;
use crate::korean::Korean;
use crate::stems::{self, Fold};
use crate::tokens::Tokens;
use crate::{chinese, grams, japanese, korean};

/// Every analyzer, sharing the dictionaries.
///
/// Cheap to clone. The dictionaries of Korean and Japanese are compiled into
/// `cache` when a text first needs them (about 6 and 2 seconds, once on a
/// machine) and mapped into memory from then on.
#[derive(Clone)]
pub struct Analyzers {
    shared: Arc<Shared>,
}

struct Shared {
    cache: PathBuf,
    notify: Box<dyn Fn(Progress) + Send + Sync>,
    korean: OnceLock<Result<Korean, Error>>,
    japanese: OnceLock<Result<Japanese, Error>>,
}

/// Cuts the texts of one language into terms.
#[derive(Clone)]
pub struct Analyzer {
    kind: Kind,
    shared: Arc<Shared>,
}

#[derive(Clone)]
enum Kind {
    Words(Option<Arc<Stemmer>>, Fold),
    Chinese,
    Korean,
    Japanese,
    Grams,
}

impl Analyzers {
    /// Analyzers that keep compiled dictionaries in a folder.
    pub fn new(cache: impl Into<PathBuf>) -> Self {
        Self::with_notice(cache, |_| {})
    }

    /// The same, telling `notify` when a dictionary has to be compiled.
    pub fn with_notice(cache: impl Into<PathBuf>, notify: impl Fn(Progress) + Send + Sync + 'static) -> Self {
        let shared = Shared {
            cache: cache.into(),
            notify: Box::new(notify),
            korean: OnceLock::new(),
            japanese: OnceLock::new(),
        };
        Self { shared: Arc::new(shared) }
    }

    /// The analyzer of a name as the index schema has it; `None` where there is none of that name.
    pub fn get(&self, name: &str) -> Option<Analyzer> {
        let stemmed = |algorithm, fold| Kind::Words(Some(Arc::new(Stemmer::new(algorithm))), fold);
        let kind = match name {
            "english" => stemmed(Algorithm::English, Fold::Accents),
            "russian" => stemmed(Algorithm::Russian, Fold::Yo),
            "spanish" => stemmed(Algorithm::Spanish, Fold::Accents),
            "french" => stemmed(Algorithm::French, Fold::Accents),
            "german" => stemmed(Algorithm::German, Fold::Accents),
            "arabic" => stemmed(Algorithm::Arabic, Fold::Arabic),
            "words" => Kind::Words(None, Fold::Nothing),
            "chinese" => Kind::Chinese,
            "korean" => Kind::Korean,
            "japanese" => Kind::Japanese,
            "grams" => Kind::Grams,
            _ => return None,
        };
        Some(Analyzer { kind, shared: Arc::clone(&self.shared) })
    }

    /// Opens the dictionary of a language, where it has one that may fail to open.
    ///
    /// # Errors
    ///
    /// The dictionary cannot be compiled into the cache, or read from it.
    pub fn prepare(&self, language: Language) -> Result<(), Error> {
        match language {
            Language::KOREAN => self.shared.korean().map(|_| ()),
            Language::JAPANESE => self.shared.japanese().map(|_| ()),
            _ => Ok(()),
        }
    }
}

impl Shared {
    fn korean(&self) -> Result<&Korean, Error> {
        let open = || {
            let dictionary = Dictionary::Korean.open(&self.cache, &self.notify).map_err(Error::dictionary)?;
            Ok(Korean::of(dictionary))
        };
        self.korean.get_or_init(open).as_ref().map_err(Error::clone)
    }

    fn japanese(&self) -> Result<&Japanese, Error> {
        let open = || {
            let dictionary =
                Dictionary::Japanese.open(&self.cache, &self.notify).map_err(Error::dictionary)?;
            Ok(Japanese::of(dictionary))
        };
        self.japanese.get_or_init(open).as_ref().map_err(Error::clone)
    }
}

impl Analyzer {
    /// Puts the terms of a text into `tokens`, which is emptied first.
    ///
    /// # Errors
    ///
    /// The text needs a dictionary that cannot be opened.
    pub fn analyze(&self, text: &str, tokens: &mut Tokens) -> Result<(), Error> {
        tokens.clear();
        match &self.kind {
            Kind::Words(stemmer, fold) => stems::cut(text, stemmer.as_deref(), *fold, tokens),
            Kind::Chinese => chinese::cut(text, tokens),
            Kind::Korean => korean::cut(text, || self.shared.korean(), tokens)?,
            Kind::Japanese => japanese::cut(text, || self.shared.japanese(), tokens)?,
            Kind::Grams => grams::cut(text, tokens),
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn analyzers() -> &'static Analyzers {
        static ANALYZERS: OnceLock<Analyzers> = OnceLock::new();
        ANALYZERS.get_or_init(|| Analyzers::new(std::env::temp_dir().join("sinmun-test-dictionaries")))
    }

    #[track_caller]
    fn check(analyzer: &str, text: &str, expected: &[&str]) {
        let mut tokens = Tokens::default();
        analyzers().get(analyzer).unwrap().analyze(text, &mut tokens).unwrap();
        assert_eq!(tokens.texts().collect::<Vec<_>>(), expected, "{analyzer}: {text}");
    }

    #[test]
    fn words_are_cut_and_stemmed() {
        check(
            "english",
            "People's satellites, nuclear-armed; café",
            &["peopl", "satellit", "nuclear", "arm", "cafe"],
        );
        check("russian", "Ёлки запускают спутники", &["елк", "запуска", "спутник"]);
        check("russian", "с COVIDом", &["с", "covid", "ом"]);
        check("spanish", "satélites", &["satelit"]);
        check("arabic", "الأقمار", &["اقمار"]);
        check("words", "Xin chào 北京", &["xin", "chào", "北", "京"]);
    }

    #[test]
    fn chinese_is_cut_by_its_dictionary() {
        check("chinese", "国家发射卫星，COVID-19疫苗", &["国家", "发射卫星", "covid", "19", "疫苗"]);
        check("chinese", "卫星위성", &["卫星", "위", "성"]);
    }

    #[test]
    fn korean_keeps_what_has_meaning() {
        check("korean", "위성을 발사하였다.", &["위성", "발사"]);
        check("korean", "COVID-19", &["covid", "19"]);
        check("korean", "《제９기》", &["제", "9", "기"]);
    }

    #[test]
    fn japanese_drops_particles() {
        check("japanese", "平壌で発表した", &["平壌", "発表", "する"]);
    }

    #[test]
    fn a_latin_word_needs_no_dictionary() {
        // A file where the cache folder should be: no dictionary can be made there, by whoever runs this.
        let file = tempfile::NamedTempFile::new().unwrap();
        let nowhere = Analyzers::new(file.path().join("cache"));
        let mut tokens = Tokens::default();
        nowhere.get("korean").unwrap().analyze("launch 2011", &mut tokens).unwrap();
        assert_eq!(tokens.len(), 2);
        assert!(nowhere.get("korean").unwrap().analyze("위성", &mut tokens).is_err());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]
        #[test]
        fn ranges_lie_on_characters_in_order(text in "[a-zA-Zа-яё가-힣一-龥ぁ-んァ-ヶ０-９0-9 .,'’\\-\u{300}\u{640}\u{feff}]{0,60}") {
            for name in ["english", "russian", "arabic", "words", "chinese", "korean", "japanese", "grams"] {
                let mut tokens = Tokens::default();
                analyzers().get(name).unwrap().analyze(&text, &mut tokens).unwrap();
                let mut position = None;
                for token in tokens.iter() {
                    prop_assert!(text.get(token.range.clone()).is_some_and(|part| !part.is_empty()));
                    prop_assert!(position.is_none_or(|before| before < token.position));
                    position = Some(token.position);
                }
            }
        }
    }
}
