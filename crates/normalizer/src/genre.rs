//! What kind of text it is, and who speaks in it.

mod chinese;
mod english;
mod japanese;
mod korean;
mod russian;
mod spanish;

use std::sync::LazyLock;

use regex::{Captures, Regex, RegexBuilder};
use sinmun_article::{Genre, Language};

/// What titles and texts of a language say of their kind, as regular expressions.
struct Words {
    /// Forms of titles, in the order in which they count. A group says who speaks: `speaker` anybody, `official` what
    /// holds an official's word, `person` names alone, and `issuer` names with such a word.
    titles: &'static [(&'static str, Genre)],
    /// Beginnings of texts that say what follows.
    first: &'static [(&'static str, Genre)],
    /// Words of titles that tell of a text, and are not that text's.
    reports: &'static str,
    /// What speaks for a state, a party or an agency.
    official: &'static str,
}

/// The words of a language, ready for use.
struct Forms {
    titles: Vec<(Regex, Genre)>,
    first: Vec<(Regex, Genre)>,
    reports: Regex,
    official: Regex,
}

impl Forms {
    fn new(words: &Words) -> Self {
        let build =
            |form: &str| RegexBuilder::new(form).case_insensitive(true).build().expect("the form is sound");
        let all = |forms: &[(&str, Genre)]| forms.iter().map(|(form, genre)| (build(form), *genre)).collect();
        // Capitals tell verbs from names.
        let plain = |form: &str| Regex::new(form).expect("the form is sound");
        Self {
            titles: all(words.titles),
            first: all(words.first),
            reports: plain(words.reports),
            official: plain(words.official),
        }
    }

    /// Who speaks, if it is said; `None` where it is somebody who cannot be it.
    fn speaker(&self, groups: &Captures<'_>) -> Option<Option<String>> {
        let group = |name: &str| groups.name(name).map(|group| group.as_str());
        if let Some(name) = group("person").or(group("issuer")) {
            let is_sound = self.is_name(name) && (group("issuer").is_none() || self.official.is_match(name));
            return is_sound.then(|| speaker_of(name));
        }
        if let Some(official) = group("official") {
            return speaker_of(official).filter(|speaker| self.official.is_match(speaker)).map(Some);
        }
        Some(group("speaker").and_then(speaker_of))
    }

    /// Whether a text has nothing but names and officials' words: no verb, as far as that can be seen.
    fn is_name(&self, text: &str) -> bool {
        const JOINING: [&str; 10] =
            ["of", "and", "for", "the", "foreign", "general", "national", "central", "supreme", "joint"];
        let is_capital = |word: &str| {
            let is_verb = word.ends_with('s') && word.contains(char::is_lowercase);
            word.starts_with(char::is_uppercase) && !is_verb
        };
        let words: Vec<&str> = text.split(' ').filter(|word| !word.is_empty()).collect();
        let is_sound = |word: &&str| {
            let is_part = is_capital(word) || JOINING.contains(word) || self.official.is_match(word);
            is_part && !word.ends_with([',', ':', ';'])
        };
        words.len() <= 8 && words.iter().all(is_sound)
    }

    /// The forms of the language in which a title is: by its script, and in Latin script as it is said.
    fn of(title: &str, language: Language) -> Option<&'static Self> {
        let mut forms = None;
        for letter in title.chars().filter(|letter| letter.is_alphabetic()) {
            match letter {
                '가'..='힣' => return Some(&KOREAN),
                'ぁ'..='ヿ' => return Some(&JAPANESE),
                'Ѐ'..='ӿ' => return Some(&RUSSIAN),
                '\u{3400}'..='\u{9fff}' if language == Language::JAPANESE => return Some(&JAPANESE),
                '\u{3400}'..='\u{9fff}' => forms = Some(&CHINESE),
                _ => {}
            }
        }
        let latin = match language {
            Language::ENGLISH | Language::UNKNOWN => Some(&ENGLISH),
            _ => (language.code() == "es").then_some(&SPANISH),
        };
        forms.or(latin).map(|forms| &**forms)
    }
}

static CHINESE: LazyLock<Forms> = LazyLock::new(|| Forms::new(&chinese::WORDS));
static ENGLISH: LazyLock<Forms> = LazyLock::new(|| Forms::new(&english::WORDS));
static JAPANESE: LazyLock<Forms> = LazyLock::new(|| Forms::new(&japanese::WORDS));
static KOREAN: LazyLock<Forms> = LazyLock::new(|| Forms::new(&korean::WORDS));
static RUSSIAN: LazyLock<Forms> = LazyLock::new(|| Forms::new(&russian::WORDS));
static SPANISH: LazyLock<Forms> = LazyLock::new(|| Forms::new(&spanish::WORDS));

/// Verbs of reports that say whose text it is where `by` is behind them.
static ISSUED_BY: LazyLock<Regex> = LazyLock::new(|| Regex::new(english::BY).expect("the form is sound"));

/// What says only that there is a film: it may stand before any title.
const LABELS: [&str; 5] = ["[视频]", "【视频】", "[동영상]", "[Video]", "[VIDEO]"];

/// A longer title is a sentence.
const LONGEST_TITLE: usize = 400;
/// How much of a first paragraph is looked at, in characters.
const HEAD: usize = 300;
/// A speaker has at most so many characters.
const LONGEST_SPEAKER: usize = 120;

/// The kind of a text and who speaks in it, as its title or else its first paragraph says.
///
/// That a text *tells* of a statement makes it none: a title with a verb of telling says nothing. Most texts say
/// nothing of the kind.
pub(crate) fn genre(title: &str, body: &str, language: Language) -> (Option<Genre>, Option<String>) {
    let title = LABELS.iter().find_map(|label| title.trim_start().strip_prefix(label)).unwrap_or(title);
    let title = title
        .trim_matches(|letter: char| letter.is_whitespace() || matches!(letter, '·' | '•' | '"' | '“' | '”'));
    let first = body.split("\n\n").next().unwrap_or_default();
    let head = first.char_indices().nth(HEAD).map_or(first, |(end, _)| &first[..end]);
    let of_title = (title.len() <= LONGEST_TITLE)
        .then(|| Forms::of(title, language).and_then(|forms| of_title(forms, title, body)))
        .flatten();
    of_title
        .or_else(|| Forms::of(head, language).and_then(|forms| of_first(forms, head, body)))
        .map_or((None, None), |(genre, speaker)| (Some(genre), speaker))
}

fn of_title(forms: &Forms, title: &str, body: &str) -> Option<(Genre, Option<String>)> {
    let (groups, genre) =
        forms.titles.iter().find_map(|(form, genre)| Some((form.captures(title)?, *genre)))?;
    if genre == Genre::Caption && !is_caption(body) {
        return None;
    }
    let told = match genre {
        // An opinion's title goes on behind it, whatever it tells.
        Genre::Commentary | Genre::Caption | Genre::Interview => false,
        Genre::Editorial if title.contains([':', '：', '|', '丨', ']', '】']) => false,
        _ => forms.reports.is_match(&ISSUED_BY.replace_all(title, "by")),
    };
    let told = told || genre == Genre::Message && !is_letter(body);
    if told { None } else { Some((genre, forms.speaker(&groups)?)) }
}

fn of_first(forms: &Forms, head: &str, body: &str) -> Option<(Genre, Option<String>)> {
    let (groups, genre) =
        forms.first.iter().find_map(|(form, genre)| Some((form.captures(head)?, *genre)))?;
    if genre == Genre::Caption && !is_caption(body) {
        return None;
    }
    Some((genre, forms.speaker(&groups)?))
}

/// What tells of a message that was sent, in the first sentences of a text.
static TELLS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?i)\b(?:sent|sends|received|receives|conveyed|extended|addressed|adopted|presented|handed|came|envi[oó]|recibi[oó]|направил\p{L}*|получил\p{L}*)\b|보내시였|보내였|보냈|받으시였|받으셨|받았|送った|送られた|受け取った|致电|致函|发去|收到",
    )
    .expect("the form is sound")
});

/// Whether a body may be a message itself. Titles name messages of which the text only tells that they were sent: in a
/// year of the DPRK's agency 149 of 157 do, so that a title alone says nothing.
fn is_letter(body: &str) -> bool {
    let head = body.char_indices().nth(HEAD).map_or(body, |(end, _)| &body[..end]);
    !head.is_empty() && !TELLS.is_match(head)
}

/// Whether a body can stand under a picture: it is empty or one paragraph.
fn is_caption(body: &str) -> bool {
    body.len() < 1_000 && !body.contains("\n\n")
}

/// Who speaks, without an article before and marks around.
fn speaker_of(text: &str) -> Option<String> {
    let text = text.trim_matches(|letter: char| {
        letter.is_whitespace() || matches!(letter, ',' | ':' | '-' | '–' | '"' | '[' | '【')
    });
    let bare = ["The ", "the ", "A ", "a ", "An ", "El ", "La ", "el ", "la "]
        .iter()
        .find_map(|article| text.strip_prefix(article));
    let speaker = bare.unwrap_or(text);
    let speaker = speaker.strip_suffix("'s").or(speaker.strip_suffix("’s")).unwrap_or(speaker);
    (!speaker.is_empty() && speaker.chars().count() <= LONGEST_SPEAKER).then(|| speaker.to_owned())
}

#[cfg(test)]
mod tests;
