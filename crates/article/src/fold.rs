use unicode_normalization::UnicodeNormalization;

/// A title as stories are told apart by: letters and digits only, case and width folded.
///
/// Punctuation, quotes and spacing differ between copies of one piece; they
/// become single spaces. The fold is part of the catalogue's keys, so a change
/// of it is a migration.
pub fn fold_title(title: &str) -> String {
    words(title, ' ', false)
}

/// One word as names and aliases are compared by: like a title, with spaces dropped.
pub fn fold_word(word: &str) -> String {
    word.nfkc().flat_map(char::to_lowercase).filter(|letter| letter.is_alphanumeric()).collect()
}

/// A name as an id: letters and digits of any script in lower case, joined by hyphens.
///
/// Apostrophes vanish, so that `People's` becomes `peoples`.
pub fn slug(name: &str) -> String {
    words(name, '-', true)
}

fn words(text: &str, separator: char, drop_apostrophes: bool) -> String {
    let mut folded = String::with_capacity(text.len());
    let mut pending = false;
    for letter in text.nfkc().flat_map(char::to_lowercase) {
        if letter.is_alphanumeric() {
            if pending && !folded.is_empty() {
                folded.push(separator);
            }
            pending = false;
            folded.push(letter);
        } else if !(drop_apostrophes && matches!(letter, '\'' | '’')) {
            pending = true;
        }
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_fold() {
        for (title, folded) in [
            ("Musk ditches $44-billion Twitter takeover", "musk ditches 44 billion twitter takeover"),
            ("  《로동신문》 제９기 ", "로동신문 제9기"),
            ("", ""),
            ("--", ""),
        ] {
            assert_eq!(fold_title(title), folded);
            assert_eq!(fold_title(&fold_title(title)), folded, "folding twice changes nothing");
        }
        assert_eq!(fold_word("Kim Jong-un"), "kimjongun");
        assert_eq!(slug("People's Daily Online"), "peoples-daily-online");
    }
}
