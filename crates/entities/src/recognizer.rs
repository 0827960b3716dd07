use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use daachorse::{CharwiseDoubleArrayAhoCorasick, CharwiseDoubleArrayAhoCorasickBuilder, MatchKind};
use sinmun_article::{EntityKind, Language, Mention};
use sinmun_language::Gazetteer;

/// Finds the names of a gazetteer in texts.
///
/// Cheap to clone and shared between threads.
#[derive(Clone)]
pub struct Recognizer {
    gazetteer: Arc<Gazetteer>,
    by_language: Arc<HashMap<Language, Automaton>>,
}

struct Automaton {
    names: CharwiseDoubleArrayAhoCorasick<u32>,
    /// The row of each name.
    rows: Vec<usize>,
}

/// The gazetteer that comes with the program.
pub fn built_in_gazetteer() -> Arc<Gazetteer> {
    static GAZETTEER: OnceLock<Arc<Gazetteer>> = OnceLock::new();
    let read = || {
        let mut gazetteer = Gazetteer::default();
        let tables = [
            (EntityKind::Person, sinmun_gazetteer::PEOPLE),
            (EntityKind::Organization, sinmun_gazetteer::ORGANIZATIONS),
            (EntityKind::Place, sinmun_gazetteer::PLACES),
        ];
        for (kind, table) in tables {
            gazetteer
                .add(kind, table)
                .expect("the tables that come with the program are sound, as a test shows");
        }
        Arc::new(gazetteer)
    };
    Arc::clone(GAZETTEER.get_or_init(read))
}

impl Recognizer {
    /// The recogniser of the gazetteer that comes with the program.
    pub fn built_in() -> Self {
        static RECOGNIZER: OnceLock<Recognizer> = OnceLock::new();
        RECOGNIZER.get_or_init(|| Self::new(built_in_gazetteer())).clone()
    }

    /// A recogniser of other names.
    pub fn new(gazetteer: Arc<Gazetteer>) -> Self {
        let mut names: HashMap<Language, HashMap<&str, usize>> = HashMap::new();
        for (place, row) in gazetteer.rows().iter().enumerate() {
            for (language, spellings) in &row.names {
                for name in spellings {
                    // Where two rows share a name the first keeps it: a checker reports such rows.
                    names.entry(*language).or_default().entry(name).or_insert(place);
                }
            }
        }
        let mut by_language = HashMap::new();
        for (language, names) in names {
            let (names, rows): (Vec<&str>, Vec<usize>) = names.into_iter().unzip();
            let automaton =
                CharwiseDoubleArrayAhoCorasickBuilder::new().match_kind(MatchKind::Standard).build(&names);
            if let Ok(names) = automaton {
                by_language.insert(language, Automaton { names, rows });
            }
        }
        Self { gazetteer, by_language: Arc::new(by_language) }
    }

    /// The names that it knows.
    pub fn gazetteer(&self) -> &Gazetteer {
        &self.gazetteer
    }

    /// The mentions in a text, in order, none inside another.
    ///
    /// A text in a language without names of its own is searched for the
    /// English ones.
    pub fn mentions(&self, text: &str, language: Language) -> Vec<Mention> {
        let automaton = self.by_language.get(&language).or_else(|| self.by_language.get(&Language::ENGLISH));
        let Some(automaton) = automaton else { return Vec::new() };
        let mut found: Vec<(usize, usize, u32)> = automaton
            .names
            .find_overlapping_iter(text)
            .map(|found| (found.start(), found.end(), found.value()))
            .collect();
        found.sort_unstable_by_key(|&(start, end, _)| (start, std::cmp::Reverse(end)));
        let mut mentions: Vec<Mention> = Vec::new();
        let mut behind = 0;
        for (start, end, name) in found {
            let glued = start > 0 && start == behind;
            if start < behind || !stands_alone(text, start, end, language, glued) {
                continue;
            }
            let entity = &self.gazetteer.rows()[automaton.rows[name as usize]].entity;
            mentions.push(Mention { start, end, kind: entity.kind, id: entity.id.clone() });
            behind = end;
        }
        mentions
    }
}

/// Whether a name at `start..end` is a name there and not part of another word.
///
/// Chinese and Japanese have no boundaries. A Korean name begins a word (or
/// follows another name) and may carry a particle. Elsewhere letters and
/// digits end at both sides.
fn stands_alone(text: &str, start: usize, end: usize, language: Language, glued: bool) -> bool {
    let before = text[..start].chars().next_back();
    let behind = text[end..].chars().next();
    let is_letter = |letter: Option<char>| letter.is_some_and(char::is_alphanumeric);
    match language {
        Language::CHINESE | Language::JAPANESE => {
            let is_latin = |letter: Option<char>| letter.is_some_and(|letter| letter.is_ascii_alphanumeric());
            let name = &text[start..end];
            let latin_start = name.starts_with(|letter: char| letter.is_ascii_alphanumeric());
            let latin_end = name.ends_with(|letter: char| letter.is_ascii_alphanumeric());
            !(latin_start && is_latin(before) || latin_end && is_latin(behind))
        }
        // Behind a closing quote stands a particle: 《계획》이란 does not name Iran.
        Language::KOREAN => {
            glued || !is_letter(before) && !before.is_some_and(|letter| "》〉”’」』\"".contains(letter))
        }
        _ => !is_letter(before) && !is_letter(behind),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn recognizer() -> Recognizer {
        let mut gazetteer = Gazetteer::default();
        let people = "id\ten\tko\tzh\nkim\tKim Il Sung\t김일성\t金日成\nxi\tXi Jinping\t\t习近平\n";
        let bodies = "id\ten\tko\nkisu\tKim Il Sung University\t김일성종합대학\n";
        let places = "id\tiso2\ten\tko\tru\nnk\tKP\tDPRK\t조선\t\nru\tRU\tRussia\t로씨야\tРоссия|России\n";
        gazetteer.add(EntityKind::Person, people).unwrap();
        gazetteer.add(EntityKind::Organization, bodies).unwrap();
        gazetteer.add(EntityKind::Place, places).unwrap();
        Recognizer::new(Arc::new(gazetteer))
    }

    #[track_caller]
    fn check(language: &str, text: &str, expected: &[&str]) {
        let mentions = recognizer().mentions(text, language.parse().unwrap());
        let found: Vec<&str> = mentions.iter().map(|mention| mention.id.as_str()).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn the_longest_name_at_a_boundary_wins() {
        check("en", "Kim Il Sung University in the DPRK, Kim Il Sungs", &["kisu", "nk"]);
        check("en", "Kim Il Sung University's", &["kisu"]);
        check("ko", "김일성종합대학에서 김일성동지께서 조선로씨야친선", &["kisu", "kim", "nk", "ru"]);
        check("ko", "북조선은 《계획》조선", &[]);
        check("zh", "国家主席习近平同志和金日成", &["xi", "kim"]);
        check("ru", "В России, Россиянин", &["ru"]);
        check("fr", "la Russia", &["ru"]);
    }

    #[test]
    fn the_tables_that_ship_are_sound() {
        assert!(built_in_gazetteer().rows().len() >= 150);
    }

    proptest! {
        #[test]
        fn mentions_are_in_order_and_on_characters(text in "(김일성|로씨야|Kim Il Sung| |은|DPRK|习近平|x){0,20}") {
            for language in ["en", "ko", "zh", "und"] {
                let mut behind = 0;
                for mention in recognizer().mentions(&text, language.parse().unwrap()) {
                    prop_assert!(mention.start >= behind && text.get(mention.start..mention.end).is_some());
                    behind = mention.end;
                }
            }
        }
    }
}
