use std::ops::Range;

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfkc_quick};

/// What of a text is compared with other texts: its pairs of neighbouring words, each once.
///
/// A text is folded first: case, width, punctuation and spacing make no
/// difference. In scripts without spaces, and in Korean, whose spacing varies
/// between copies, four letters stand in for two words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fingerprint {
    /// Hashes in order, each once.
    pairs: Vec<u64>,
}

/// The passages of a text, to see how much of it stands in another.
///
/// A passage is four words side by side, or eight letters of a script without
/// spaces: long enough that two texts do not share it by chance.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Passages {
    /// How many words and single letters the text has.
    units: usize,
    /// Hashes in order, each with the units that it covers.
    runs: Vec<(u64, Range<u32>)>,
}

/// A word, or a letter of a script that is compared by letters.
#[derive(Debug, Clone, Copy)]
struct Unit {
    hash: u64,
    /// In letters: a word counts as two.
    weight: u8,
}

/// The weight of two words, and of four letters.
const PAIR: u32 = 4;

/// The weight of a passage: four words, eight letters.
const PASSAGE: u32 = 8;

/// A text is compared by so many words or letters from its beginning; few books are longer.
const MOST_UNITS: usize = 200_000;

impl Fingerprint {
    /// The fewest pairs by which a text is compared; a shorter one is alike only to itself.
    pub const FEWEST: usize = 16;

    /// The fingerprint of a text.
    pub fn of(text: &str) -> Self {
        let units = units(text);
        let mut pairs: Vec<u64> = runs(&units, PAIR).map(|(hash, _)| hash).collect();
        pairs.sort_unstable();
        pairs.dedup();
        pairs.shrink_to_fit();
        Self { pairs }
    }

    /// How alike two texts are, from 0 to 1: the share of their pairs that both have.
    ///
    /// That is the coefficient of Dice (1945) and Sørensen (1948), twice the
    /// common pairs over those of both: where every fifth sentence is another, it is 0.8.
    pub fn likeness(&self, other: &Self) -> f64 {
        let all = self.pairs.len() + other.pairs.len();
        if all == 0 { 0.0 } else { 2.0 * self.common(other) as f64 / all as f64 }
    }

    /// Whether the text is too short to be compared.
    pub fn is_short(&self) -> bool {
        self.pairs.len() < Self::FEWEST
    }

    pub(crate) fn pairs(&self) -> &[u64] {
        &self.pairs
    }

    fn common(&self, other: &Self) -> usize {
        let (mut one, mut two) = (self.pairs.as_slice(), other.pairs.as_slice());
        let mut common = 0;
        while let (Some(first), Some(second)) = (one.first(), two.first()) {
            common += usize::from(first == second);
            if first <= second {
                one = &one[1..];
            }
            if second <= first {
                two = &two[1..];
            }
        }
        common
    }
}

impl Passages {
    /// The passages of a text.
    pub fn of(text: &str) -> Self {
        let units = units(text);
        let mut runs: Vec<(u64, Range<u32>)> = runs(&units, PASSAGE).collect();
        runs.sort_unstable_by_key(|(hash, range)| (*hash, range.start));
        Self { units: units.len(), runs }
    }

    /// Whether the text has no whole passage: nothing can be said of it.
    pub fn is_empty(&self) -> bool {
        self.runs.is_empty()
    }

    /// How much of this text stands in another, from 0 to 1, in words or letters.
    pub fn share_in(&self, other: &Self) -> f64 {
        if self.units == 0 {
            return 0.0;
        }
        let mut covered = vec![false; self.units];
        let mut rest = other.runs.as_slice();
        for (hash, range) in &self.runs {
            let skip = rest.partition_point(|(known, _)| known < hash);
            rest = &rest[skip..];
            if rest.first().is_some_and(|(known, _)| known == hash) {
                covered[range.start as usize..range.end as usize].fill(true);
            }
        }
        covered.iter().filter(|covered| **covered).count() as f64 / self.units as f64
    }
}

/// The runs of units that just reach a weight, one from each unit on.
fn runs(units: &[Unit], weight: u32) -> impl Iterator<Item = (u64, Range<u32>)> {
    (0..units.len()).map_while(move |start| {
        let (mut sum, mut hash) = (0, 0);
        for (place, unit) in units[start..].iter().enumerate() {
            sum += u32::from(unit.weight);
            hash = mix(hash ^ unit.hash);
            if sum >= weight {
                return Some((hash, start as u32..(start + place + 1) as u32));
            }
        }
        None
    })
}

fn units(text: &str) -> Vec<Unit> {
    let mut cutter = Cutter::default();
    // Most texts are normal already, and the quick look costs a fifth of normalising.
    if is_nfkc_quick(text.chars()) == IsNormalized::Yes {
        text.chars().for_each(|letter| cutter.push(letter));
    } else {
        text.nfkc().for_each(|letter| cutter.push(letter));
    }
    cutter.end_word();
    cutter.units
}

#[derive(Default)]
struct Cutter {
    units: Vec<Unit>,
    /// The word so far: FNV-1a of its letters.
    word: Option<u64>,
}

impl Cutter {
    fn push(&mut self, letter: char) {
        if self.units.len() >= MOST_UNITS {
            self.word = None;
        } else if letter.is_ascii() {
            self.push_folded(letter.to_ascii_lowercase());
        } else if has_no_case(letter) {
            self.push_folded(letter);
        } else {
            letter.to_lowercase().for_each(|letter| self.push_folded(letter));
        }
    }

    fn push_folded(&mut self, letter: char) {
        if stands_alone(letter) {
            self.end_word();
            self.units.push(Unit { hash: mix(letter as u64), weight: 1 });
        } else if matches!(letter, 'a'..='z' | '0'..='9' | 'а'..='я') || letter.is_alphanumeric() {
            let word = self.word.unwrap_or(0xcbf2_9ce4_8422_2325);
            self.word = Some((word ^ letter as u64).wrapping_mul(0x0000_0100_0000_01b3));
        } else if !matches!(letter, '\'' | '’' | '\u{ad}') {
            self.end_word();
        }
    }

    fn end_word(&mut self) {
        if let Some(word) = self.word.take() {
            self.units.push(Unit { hash: mix(word), weight: 2 });
        }
    }
}

/// Letters that are compared one by one: of scripts that put no spaces between words, and Hangul.
fn stands_alone(letter: char) -> bool {
    let block = matches!(letter,
        '\u{0e00}'..='\u{109f}' // Thai, Lao, Tibetan, Burmese
        | '\u{1100}'..='\u{11ff}' // Hangul Jamo
        | '\u{1780}'..='\u{17ff}' // Khmer
        | '\u{2e80}'..='\u{9fff}' // radicals, Kana, Han
        | '\u{a960}'..='\u{a97f}' | '\u{ac00}'..='\u{d7ff}' // Hangul
        | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}'); // Han
    // Asking Unicode's tables about each letter costs a sixth of all.
    block && (has_no_case(letter) || letter.is_alphanumeric())
}

/// Letters for certain, without upper and lower case: the syllables of Hangul and the main block of Han.
fn has_no_case(letter: char) -> bool {
    matches!(letter, '\u{ac00}'..='\u{d7a3}' | '\u{4e00}'..='\u{9fff}')
}

/// Spreads the bits of a number over all of it: the finalizer of SplitMix64 (Steele, Lea and Flood 2014).
pub(crate) fn mix(number: u64) -> u64 {
    let number = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const WIRE: &str = "The new power station on the upper reaches of the river went into operation on Friday, \
                        and its three generators now supply the factories of the province with electricity.";

    #[track_caller]
    fn check(one: &str, other: &str, expected: f64) {
        let likeness = Fingerprint::of(one).likeness(&Fingerprint::of(other));
        assert!((likeness - expected).abs() < 0.005, "{likeness} for {one:?} and {other:?}");
        let turned = Fingerprint::of(other).likeness(&Fingerprint::of(one));
        assert_eq!(likeness, turned, "likeness has no direction");
    }

    #[test]
    fn texts_are_as_alike_as_the_pairs_they_share() {
        check(WIRE, WIRE, 1.0);
        check(WIRE, "", 0.0);
        check("", "", 0.0);
        check("a b c d e", "a b c d f", 0.75);
        check("a b c d e", "e d c b a", 0.0);
        check("one and one and one", "one and one", 1.0); // each pair counts once
        check("발전소가 준공되였다", "발전소가 착공되였다", 2.0 / 6.0);
        check("水电站星期五投入运行", "水电站星期六投入运行", 3.0 / 7.0);
    }

    #[test]
    fn case_width_spacing_and_punctuation_make_no_difference() {
        check("The \"Three Generators\"", "the ‘three’ — GENERATORS…", 1.0);
        check("Kim Jong-un's visit", "Kim Jong Un’s visit", 1.0);
        check("ＫＣＮＡ １２月 平壤", "KCNA 12月平壤", 1.0);
        check("위성발사에서 성공", "위성 발사에서 성공", 1.0);
        check("e\u{301}tat d’urgence", "état durgence", 1.0);
    }

    #[track_caller]
    fn check_share(one: &str, other: &str, expected: f64) {
        let share = Passages::of(one).share_in(&Passages::of(other));
        assert!((share - expected).abs() < 0.005, "{share} of {one:?} in {other:?}");
    }

    #[test]
    fn a_part_stands_in_the_whole() {
        let (part, _) = WIRE.split_once(',').unwrap();
        check_share(part, WIRE, 1.0);
        check_share(WIRE, part, 16.0 / 29.0);
        check_share(WIRE, &WIRE.replace("Friday", "Monday"), 28.0 / 29.0);
        check_share("too short a", WIRE, 0.0);
        check_share(WIRE, "", 0.0);
        check_share("水电站星期五投入运行", "新的水电站星期五投入", 8.0 / 10.0);
    }

    #[test]
    fn a_text_without_pairs_is_short() {
        assert!(Fingerprint::of("CONTENT NOTFOUND").is_short());
        assert!(!Fingerprint::of(WIRE).is_short());
    }

    proptest! {
        #[test]
        fn any_text_has_a_fingerprint(one in "\\PC*", other in any::<String>()) {
            let prints = [&one, &other].map(|text| Fingerprint::of(text));
            prop_assert!((0.0..=1.0).contains(&prints[0].likeness(&prints[1])));
            let same = prints[0].likeness(&prints[0]);
            prop_assert!(same == 1.0 || prints[0].pairs.is_empty());
            let passages = [&one, &other].map(|text| Passages::of(text));
            prop_assert!((0.0..=1.0).contains(&passages[0].share_in(&passages[1])));
        }
    }
}
