//! Texts in two languages, one after the other.

use sinmun_article::Language;

use crate::tongue::language_of;

/// A part in another language has at least so many letters, and is at least a fifth of the text.
const LEAST: usize = 200;

/// A body in two languages, one after the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Mixture {
    /// The language of the larger part, where that is half of the body.
    pub(crate) larger: Option<Language>,
}

/// Whether a body is in two languages, one after the other, and which of them the larger part is in.
///
/// An English text followed by its Korean original is such a body, a Korean one with English names is not. A letter
/// of a script without an alphabet counts as three.
pub(crate) fn mixture(body: &str) -> Option<Mixture> {
    let runs = runs(body);
    let all: usize = runs.iter().map(|(_, letters)| letters).sum();
    let mut sums: Vec<(Language, usize)> = Vec::new();
    for (language, letters) in runs.iter().filter_map(|(language, letters)| Some(((*language)?, *letters))) {
        match sums.iter_mut().find(|(known, _)| *known == language) {
            Some((_, sum)) => *sum += letters,
            None => sums.push((language, letters)),
        }
    }
    sums.sort_by_key(|(language, letters)| (std::cmp::Reverse(*letters), language.code().to_owned()));
    let second = sums.get(1).map(|(_, letters)| *letters)?;
    let (first, letters) = sums[0];
    (second >= LEAST && second * 5 >= all).then(|| Mixture { larger: (letters * 2 >= all).then_some(first) })
}

/// The paragraphs with what language they are surely in and their letters; those too short to tell are taken together.
fn runs(body: &str) -> Vec<(Option<Language>, usize)> {
    let mut runs = Vec::new();
    let (mut start, mut end, mut letters) = (0, 0, 0);
    for paragraph in body.split("\n\n") {
        let language = language_of(paragraph);
        if language.is_some() {
            if letters > 0 {
                runs.push((language_of(&body[start..end]), letters));
            }
            runs.push((language, weight(paragraph)));
            (start, letters) = ((end + paragraph.len() + 2).min(body.len()), 0);
        } else {
            letters += weight(paragraph);
        }
        end = (end + paragraph.len() + 2).min(body.len());
    }
    if letters > 0 {
        runs.push((language_of(&body[start..]), letters));
    }
    runs
}

/// The letters of a text; one of a script without an alphabet counts as three.
pub(crate) fn weight(text: &str) -> usize {
    text.chars()
        .filter(|letter| letter.is_alphabetic())
        .map(|letter| if letter < '\u{1100}' { 1 } else { 3 })
        .sum()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ENGLISH: &str = "The workers of the farm brought in what they had sown, and that was more than was planned for the year, \
         which is why the head of the farm was praised by the ministry and the farm was given a flag for its work. It is to be the first of the county, says the paper, to use the new machines.";
    const KOREAN: &str = "농장의 일군들이 가을걷이를 끝냈으며 수확고는 지난해보다 많다고 한다. 성에서는 농장에 우승기를 수여하고 \
         모든 농장원들에게 감사를 보냈으며 래년에도 더 높은 성과를 거둘것을 호소하였다고 한다.";

    #[track_caller]
    fn check(paragraphs: &[&str], expected: Option<&str>) {
        let found = mixture(&paragraphs.join("\n\n")).and_then(|mixture| mixture.larger);
        assert_eq!(found.map(|language| language.code().to_owned()).as_deref(), expected);
    }

    #[test]
    fn two_long_parts_are_noticed() {
        check(&[ENGLISH, KOREAN], Some("ko"));
        check(&[ENGLISH, ENGLISH, ENGLISH, KOREAN], Some("en"));
        check(&[KOREAN, "- - -", ENGLISH, ENGLISH], Some("en"));
        // Short paragraphs are taken together.
        let lines: Vec<&str> = ENGLISH.split(", ").chain(KOREAN.split(". ")).collect();
        check(&lines, Some("ko"));
    }

    proptest! {
        #[test]
        fn any_text_is_read(body in "([A-z가나다. ]{0,40}\n{0,3}){0,8}") {
            let _ = mixture(&body);
        }
    }

    #[test]
    fn names_and_quotes_in_another_language_are_not() {
        check(&[], None);
        check(&[ENGLISH], None);
        check(&[ENGLISH, ENGLISH, "농장의 일군들이 가을걷이를 끝냈다."], None);
        check(
            &[
                ENGLISH, ENGLISH, ENGLISH, ENGLISH, ENGLISH, ENGLISH, ENGLISH, ENGLISH, ENGLISH, ENGLISH,
                ENGLISH, ENGLISH, KOREAN,
            ],
            None,
        );
        check(&["조선 (DPRK) Kim Jong Un Ri Sol Ju Choe Ryong Hae", KOREAN], None);
    }
}
