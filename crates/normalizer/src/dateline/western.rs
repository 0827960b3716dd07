//! Datelines in Latin and Cyrillic script.

use std::sync::LazyLock;

use regex::Regex;

use super::{Found, agency, is_day};

/// A place in capitals or with a capital first, in up to five words, and what it is in behind a comma.
const PLACE: &str = r"\p{Lu}[\p{L}\p{M}'’.\-]*(?: (?:\p{Lu}[\p{L}\p{M}'’.\-]*|de|del|la|da|do|am|an|sur|upon|of|al)){0,4}(?:, (?:the )?\p{Lu}[\p{L}'’.\- ]{1,30}?)?";

/// `November 6`, `Nov. 6, Juche 113 (2024)`, `18 de octubre`, `6 ноября`, `le 6 novembre`, `6. November 2024`.
const DATE: &str = r"(?:\p{L}{3,12}(?:\. ?| )\d{1,2}(?:st|nd|rd|th)?|(?:le )?\d{1,2}(?:er|\.)?(?: de)? \p{L}{3,12}\.?)(?:,? (?:del? )?(?:Juche \d{2,3}|\d{4})(?: ?\((?:Juche ?\d{2,3}|\d{4})\))?(?: г\.| года)?)?";

const DASH: &str = r"(?:--+|[–—―]|- )";

fn form(text: &str) -> Regex {
    let text = text.replace("PLACE", &format!("(?P<place>{PLACE})"));
    let text = text.replace("DATE", &format!("(?P<date>{DATE})")).replace("DASH", DASH);
    Regex::new(&format!("^{text}")).expect("the form is sound")
}

/// Which agencies and places a form takes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Needs {
    /// A known agency.
    Known,
    /// A known agency, and a place that is in capitals or of two words at most: no day says that it is a dateline.
    Short,
    /// A place in capitals, with any agency or none.
    Capitals,
}

/// The forms, the surer first. What is printed ends before the group `rest`.
static FORMS: LazyLock<Vec<(Regex, Needs)>> = LazyLock::new(|| {
    [
        // Pyongyang, November 6 (KCNA) --   MOSCOW, November 6. /TASS/.   Москва. 6 ноября (Интерфакс) -
        (r"PLACE[,.] DATE[,.]? ?[(/](?P<agency>[^()/\n]{2,40})[)/](?P<rest>)", Needs::Known),
        (r"PLACE[,.] DATE[,.]? ?\((?P<agency>\p{Lu}[\p{L}\-]*(?: [\p{L}\-]+){0,3})\)(?P<rest>) ?DASH", Needs::Capitals),
        // Москва. 6 ноября. ИНТЕРФАКС-АВН -   МОСКВА, 6 ноя - РИА Новости.
        (
            r"PLACE[,.] DATE[,.]?(?: ?[\-–—])? (?P<agency>(?:ИНТЕРФАКС|INTERFAX)(?:-\p{Lu}+)*|РИА Новости|RIA Novosti|ТАСС|TASS)(?P<rest>)(?: ?DASH|[.,])",
            Needs::Known,
        ),
        // 6 ноября, Минск /Корр. БЕЛТА/.
        (r"DATE, PLACE ?/(?P<agency>[^()/\n]{2,40})/(?P<rest>)", Needs::Known),
        // (Pyongyang, November 6, KCNA)
        (r"\(PLACE,? DATE,? (?P<agency>[\p{L} \-]{2,30})\)(?P<rest>)", Needs::Known),
        // BERLIN (dpa) -
        (r"PLACE,? [(/](?P<agency>[^()/\n]{2,40})[)/](?P<rest>)\.? ?DASH", Needs::Short),
        // BEIJING, Sept. 18 --
        (r"PLACE, DATE(?P<rest>) ?DASH", Needs::Capitals),
    ]
    .map(|(text, needs)| (form(text), needs))
    .into()
});

/// The dateline at the beginning of a line in Latin or Cyrillic script.
pub(super) fn read(head: &str) -> Option<Found<'_>> {
    FORMS.iter().find_map(|(form, needs)| {
        let groups = form.captures(head)?;
        let group = |name: &str| groups.name(name).map(|group| group.as_str().trim());
        let (place, agency) = (group("place").map(without_stop), group("agency"));
        let is_it = match needs {
            Needs::Known => agency.is_some_and(agency::is_known),
            Needs::Short => {
                agency.is_some_and(agency::is_known)
                    && place.is_some_and(|place| is_in_capitals(place) || place.split(' ').count() <= 2)
            }
            Needs::Capitals => place.is_some_and(is_in_capitals),
        };
        let date = group("date");
        // "Article 6" and "Moscow, Office 5" are no days.
        let is_sound = is_it && date.is_none_or(is_day);
        is_sound.then(|| Found {
            end: groups.name("rest").map_or(0, |rest| rest.start()),
            place,
            date,
            agency,
        })
    })
}

/// A place without a full stop that ends it; `D.C.` keeps its own.
fn without_stop(place: &str) -> &str {
    place.strip_suffix('.').filter(|name| !name.contains('.')).unwrap_or(place)
}

/// Whether a place is printed in capitals, but for what stands behind a comma.
fn is_in_capitals(place: &str) -> bool {
    let name = place.split(',').next().unwrap_or(place);
    name.chars().filter(|letter| letter.is_alphabetic()).count() >= 3 && !name.chars().any(char::is_lowercase)
}
