//! Names over and under texts in Latin and Cyrillic script.

/// What stands before the names, in small letters; the second list needs a colon or brackets.
const BEFORE: &[&str] = &["by", "por", "par", "von"];
const LABELS: &[&str] = &[
    "reporter",
    "reporters",
    "writer",
    "writers",
    "author",
    "автор",
    "авторы",
    "autor",
    "redactor",
    "periodista",
];

/// Words within a name or between names.
const JOINING: &[&str] = &[
    "and",
    "y",
    "et",
    "und",
    "и",
    "de",
    "del",
    "la",
    "van",
    "von",
    "der",
    "den",
    "bin",
    "al",
    "da",
    "dos",
    "writer",
    "writers",
    "correspondent",
    "correspondents",
    "&",
];

/// A signature is no longer than this, in bytes.
const LONGEST: usize = 120;

/// Who wrote, where a paragraph says that and nothing else: `By Ri Kum Hyang`, `(Reporter: Ri Kum Hyang)`, `Автор: Иван Петров`.
pub(super) fn whole(paragraph: &str) -> Option<String> {
    if paragraph.len() > LONGEST {
        return None;
    }
    let inner = paragraph.strip_prefix('(').and_then(|text| text.strip_suffix(')'));
    let text = inner.unwrap_or(paragraph).trim();
    let (label, names) = text.split_once([' ', ':'])?;
    let has_colon = text[label.len()..].starts_with(':');
    let folded = label.to_lowercase();
    // An agency's own: "by Xinhua writers Li Si".
    let is_capital =
        label.starts_with(char::is_uppercase) || inner.is_some() || names.trim().contains(" writer");
    let is_by = BEFORE.contains(&folded.as_str()) && is_capital;
    let is_label = LABELS.contains(&folded.as_str()) && (has_colon || inner.is_some());
    let names = names.trim_start_matches([':', ' ']);
    ((is_by || is_label) && are_names(names)).then(|| names.to_owned())
}

/// Whether a text is names and nothing else: each of two words at least, with capitals first.
fn are_names(text: &str) -> bool {
    let parts = text.split(", ").flat_map(|part| part.split(" and ")).flat_map(|part| part.split(" и "));
    let mut count = 0;
    for name in parts.flat_map(|part| part.split(" y ")) {
        count += 1;
        let words: Vec<&str> = name.split(' ').filter(|word| !word.is_empty()).collect();
        let is_own = |word: &str| {
            word.starts_with(char::is_uppercase)
                && word
                    .chars()
                    .all(|letter| letter.is_alphabetic() || matches!(letter, '\'' | '’' | '-' | '.'))
        };
        let own = words.iter().filter(|word| is_own(word)).count();
        let is_sound = words.iter().all(|word| is_own(word) || JOINING.contains(word));
        // A full stop is that of an initial, else the sentence's.
        let ends = words.last().is_some_and(|word| word.ends_with('.') && word.chars().count() > 3);
        if !is_sound || ends || !(2..=6).contains(&own) || words.first().is_some_and(|word| is_article(word))
        {
            return false;
        }
    }
    (1..=6).contains(&count)
}

/// `By The River` and `Por La Paz` are headings.
fn is_article(word: &str) -> bool {
    matches!(
        word.to_lowercase().as_str(),
        "the"
            | "a"
            | "an"
            | "our"
            | "la"
            | "el"
            | "los"
            | "las"
            | "le"
            | "les"
            | "der"
            | "die"
            | "das"
            | "un"
            | "una"
    )
}
