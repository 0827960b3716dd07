use sinmun_article::Language;

/// Letters that are looked at.
const MOST: usize = 4_000;

/// Fewer letters than this tell nothing for sure.
const LEAST: usize = 24;

/// Words that hold sentences together, and are rare in the other languages.
const FUNCTION_WORDS: [(&str, &[&str]); 5] = [
    (
        "en",
        &[
            "the", "of", "and", "to", "that", "is", "with", "for", "was", "by", "were", "has", "its",
            "which", "from",
        ],
    ),
    (
        "es",
        &["de", "la", "el", "que", "los", "las", "del", "y", "con", "por", "una", "se", "su", "al", "como"],
    ),
    (
        "fr",
        &[
            "le", "la", "les", "des", "et", "du", "dans", "que", "pour", "une", "est", "par", "sur", "au",
            "aux", "de",
        ],
    ),
    (
        "de",
        &[
            "der", "die", "und", "den", "das", "im", "mit", "von", "zu", "dem", "auf", "ist", "für", "nicht",
            "eine",
        ],
    ),
    (
        "pt",
        &["de", "que", "do", "da", "os", "em", "não", "uma", "com", "dos", "das", "ao", "pelo", "são", "e"],
    ),
];

/// The language that a text is surely in, by its script and, in Latin script, by the words that hold sentences together.
///
/// `None` where it is too short or too mixed to tell: among them Japanese without kana, which looks Chinese and is
/// short, and languages that no list here has.
///
/// ```
/// use sinmun_normalizer::language_of;
///
/// let text = "The workers of the farm brought in what they had sown, and that was more than was planned.";
/// assert_eq!(language_of(text).unwrap().code(), "en");
/// assert_eq!(language_of("COVID"), None);
/// ```
pub fn language_of(text: &str) -> Option<Language> {
    let (mut hangul, mut kana, mut han, mut cyrillic, mut arabic, mut latin, mut other) =
        (0, 0, 0, 0, 0, 0, 0);
    for letter in text.chars().filter(|letter| letter.is_alphabetic()).take(MOST) {
        *match letter {
            '가'..='힣' | 'ᄀ'..='ᇿ' | 'ㄱ'..='ㆎ' => &mut hangul,
            'ぁ'..='ヿ' | 'ｦ'..='ﾟ' => &mut kana,
            '㐀'..='鿿' | '豈'..='﫿' | '\u{20000}'..='\u{323af}' => &mut han,
            'і' | 'ї' | 'є' | 'ґ' | 'ў' | 'ј' | 'љ' | 'њ' | 'پ' | 'چ' | 'ژ' | 'گ' => &mut other,
            'Ѐ'..='ӿ' => &mut cyrillic,
            'ء'..='ۿ' => &mut arabic,
            'A'..='Z' | 'a'..='z' | 'À'..='ɏ' => &mut latin,
            _ => &mut other,
        } += 1;
    }
    let all = hangul + kana + han + cyrillic + arabic + latin + other;
    let most_of = |count: usize| all >= LEAST && count * 10 >= all * 6;
    if most_of(hangul + han) && hangul > han {
        Some(Language::KOREAN)
    } else if most_of(kana + han) && kana * 10 >= han {
        Some(Language::JAPANESE)
    } else if most_of(han) && kana == 0 && han >= 2 * LEAST {
        Some(Language::CHINESE)
    } else if most_of(cyrillic) && other == 0 {
        Some(Language::RUSSIAN)
    } else if most_of(arabic) && other == 0 {
        Some(Language::ARABIC)
    } else if most_of(latin) {
        by_words(text)
    } else {
        None
    }
}

/// No word of the lists has more bytes.
const LONGEST_WORD: usize = 5;

fn by_words(text: &str) -> Option<Language> {
    let letters = text.char_indices().nth(MOST).map_or(text, |(end, _)| &text[..end]).to_lowercase();
    let mut counts = [0_usize; FUNCTION_WORDS.len()];
    let mut words = 0;
    for word in letters.split(|letter: char| !letter.is_alphabetic()).filter(|word| !word.is_empty()) {
        words += 1;
        if word.len() > LONGEST_WORD {
            continue;
        }
        for (count, (_, list)) in counts.iter_mut().zip(FUNCTION_WORDS) {
            *count += usize::from(list.contains(&word));
        }
    }
    let best = (0..counts.len()).max_by_key(|place| counts[*place])?;
    let second = (0..counts.len()).filter(|place| *place != best).map(|place| counts[place]).max()?;
    // One word of eight or more holds sentences together, and no other language has nearly as many of them.
    let is_sure = counts[best] >= 3 && counts[best] * 8 >= words && counts[best] * 4 >= second * 5;
    is_sure.then(|| FUNCTION_WORDS[best].0.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<&str>) {
        assert_eq!(
            language_of(text).map(|language| language.code().to_owned()).as_deref(),
            expected,
            "{text}"
        );
    }

    #[test]
    fn scripts_and_words_tell() {
        check(
            "The workers of the farm brought in what they had sown, and that was more than was planned.",
            Some("en"),
        );
        check(
            "Los trabajadores de la granja recogieron lo que habían sembrado, y fue más de lo que se esperaba.",
            Some("es"),
        );
        check(
            "Les ouvriers de la ferme ont rentré la récolte, et elle est plus grande que les années d'avant.",
            Some("fr"),
        );
        check(
            "Die Arbeiter der Farm brachten die Ernte ein, und sie war größer als in den Jahren zuvor.",
            Some("de"),
        );
        check(
            "Os trabalhadores da fazenda recolheram o que foi semeado, e não é pouco, com a ajuda dos vizinhos.",
            Some("pt"),
        );
        check("Рабочие хозяйства собрали урожай, и он больше, чем в прежние годы.", Some("ru"));
        check("농장의 일군들이 가을걷이를 끝냈으며 수확고는 지난해보다 많다고 한다.", Some("ko"));
        check("농장 일군들이 3대혁명의 기치밑에 社會主義農村을 건설하고있다고 한다.", Some("ko"));
        check("農場の人々は刈り入れを終え、収穫は昨年より多いという。", Some("ja"));
        let chinese = "农场的工人们完成了收割工作，据说今年的收成比去年多，而且质量也更好，农民们都非常高兴，准备庆祝这个好消息，明年还要扩大播种面积。";
        check(chinese, Some("zh"));
        check("أنهى عمال المزرعة الحصاد وكان المحصول أكثر من العام الماضي", Some("ar"));
    }

    #[test]
    fn what_is_short_or_mixed_is_left_open() {
        check("", None);
        check("COVID", None);
        check("Kim Jong Un", None);
        check("朝鮮労働党中央委員会", None);
        check("Працівники ферми зібрали врожай, і він більший, ніж торік.", None);
        check("کارگران مزرعه برداشت محصول را به پایان رساندند و گفتند", None);
        check("Gazdasági dolgozók betakarították a termést, ami nagyobb volt a tervezettnél.", None);
        check("1234567890 ---- !!!! 2345", None);
    }
}
