//! What months, eras and days are called.

/// The names of the months and their short forms, in lower case: English, Spanish, French, German, Portuguese,
/// Italian, Dutch, Russian, and both sets of Arabic names.
const MONTHS: [&[&str]; 12] = [
    &[
        "january",
        "gennaio",
        "januari",
        "jan",
        "enero",
        "ene",
        "janvier",
        "janv",
        "januar",
        "jänner",
        "janeiro",
        "января",
        "январь",
        "янв",
        "يناير",
        "كانون الثاني",
    ],
    &[
        "february",
        "febbraio",
        "februari",
        "feb",
        "febrero",
        "février",
        "fevrier",
        "févr",
        "fév",
        "februar",
        "feber",
        "fevereiro",
        "февраля",
        "февраль",
        "фев",
        "февр",
        "فبراير",
        "شباط",
    ],
    &[
        "march",
        "maart",
        "mar",
        "marzo",
        "mars",
        "märz",
        "maerz",
        "mär",
        "mrz",
        "março",
        "марта",
        "март",
        "мар",
        "مارس",
        "آذار",
    ],
    &[
        "april",
        "aprile",
        "apr",
        "abril",
        "abr",
        "avril",
        "avr",
        "апреля",
        "апрель",
        "апр",
        "أبريل",
        "ابريل",
        "نيسان",
    ],
    &["may", "maggio", "mei", "mayo", "mai", "maio", "мая", "май", "مايو", "أيار"],
    &["june", "giugno", "jun", "junio", "juin", "juni", "junho", "июня", "июнь", "июн", "يونيو", "حزيران"],
    &[
        "july",
        "luglio",
        "jul",
        "julio",
        "juillet",
        "juil",
        "juli",
        "julho",
        "июля",
        "июль",
        "июл",
        "يوليو",
        "تموز",
    ],
    &[
        "august",
        "augustus",
        "aug",
        "agosto",
        "ago",
        "août",
        "aout",
        "августа",
        "август",
        "авг",
        "أغسطس",
        "اغسطس",
        "آب",
    ],
    &[
        "september",
        "settembre",
        "sep",
        "sept",
        "septiembre",
        "setiembre",
        "septembre",
        "setembro",
        "сентября",
        "сентябрь",
        "сен",
        "сент",
        "سبتمبر",
        "أيلول",
    ],
    &[
        "october",
        "ottobre",
        "oct",
        "octubre",
        "octobre",
        "oktober",
        "okt",
        "outubro",
        "октября",
        "октябрь",
        "окт",
        "أكتوبر",
        "اكتوبر",
        "تشرين الأول",
    ],
    &[
        "november",
        "nov",
        "noviembre",
        "novembre",
        "novembro",
        "ноября",
        "ноябрь",
        "ноя",
        "нояб",
        "نوفمبر",
        "تشرين الثاني",
    ],
    &[
        "december",
        "dicembre",
        "dec",
        "diciembre",
        "dic",
        "décembre",
        "decembre",
        "déc",
        "dezember",
        "dez",
        "dezembro",
        "декабря",
        "декабрь",
        "дек",
        "ديسمبر",
        "كانون الأول",
    ],
];

/// The month that a word names, counted from 1.
pub(super) fn month(word: &str) -> Option<i8> {
    MONTHS.iter().position(|names| names.contains(&word)).map(|place| place as i8 + 1)
}

/// The month that two words name together, counted from 1.
pub(super) fn month_of_two(first: &str, second: &str) -> Option<i8> {
    let is_it = |name: &&str| name.split_once(' ') == Some((first, second));
    MONTHS.iter().position(|names| names.iter().any(is_it)).map(|place| place as i8 + 1)
}

/// The Juche calendar: its year 1 is 1912, in which Kim Il Sung was born.
pub(super) const JUCHE: i32 = 1911;

/// The year before the first of an era, by the word before the number.
///
/// The eras of Japan since 1868, the republic of China's, and the Juche years of the DPRK.
pub(super) fn era(word: &str) -> Option<i32> {
    const ERAS: [(&str, i32); 13] = [
        ("令和", 2018),
        ("平成", 1988),
        ("昭和", 1925),
        ("大正", 1911),
        ("明治", 1867),
        ("民國", 1911),
        ("民国", 1911),
        ("주체", JUCHE),
        ("主体", JUCHE),
        ("主體", JUCHE),
        ("チュチェ", JUCHE),
        ("juche", JUCHE),
        ("чучхе", JUCHE),
    ];
    ERAS.iter().find(|(name, _)| word.ends_with(name)).map(|(_, before)| *before)
}

/// How many days ago a day was that has a name of its own.
pub(super) fn days_ago(word: &str) -> Option<i32> {
    const DAYS: [&[&str]; 3] = [
        &["today", "오늘", "今天", "今日", "сегодня", "hoy", "aujourd", "heute", "اليوم"],
        &["yesterday", "어제", "昨天", "昨日", "вчера", "ayer", "hier", "gestern", "أمس"],
        &["그제", "그저께", "前天", "一昨日", "позавчера", "anteayer", "vorgestern"],
    ];
    DAYS.iter().position(|names| names.contains(&word)).map(|days| days as i32)
}

/// A stretch of time that is said to have passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    Minutes,
    Hours,
    Days,
    Weeks,
    Months,
}

/// The unit that a word begins with or is; what is left of a word that says "ago" too.
pub(super) fn unit(word: &str) -> Option<(Unit, &str)> {
    const STEMS: [(&str, Unit); 41] = [
        ("minute", Unit::Minutes),
        ("min", Unit::Minutes),
        ("hour", Unit::Hours),
        ("day", Unit::Days),
        ("week", Unit::Weeks),
        ("month", Unit::Months),
        ("시간", Unit::Hours),
        ("분", Unit::Minutes),
        ("일", Unit::Days),
        ("주", Unit::Weeks),
        ("개월", Unit::Months),
        ("달", Unit::Months),
        ("分钟", Unit::Minutes),
        ("分鐘", Unit::Minutes),
        ("分", Unit::Minutes),
        ("小时", Unit::Hours),
        ("小時", Unit::Hours),
        ("時間", Unit::Hours),
        ("天", Unit::Days),
        ("日", Unit::Days),
        ("周", Unit::Weeks),
        ("週間", Unit::Weeks),
        ("週", Unit::Weeks),
        ("个月", Unit::Months),
        ("個月", Unit::Months),
        ("か月", Unit::Months),
        ("ヶ月", Unit::Months),
        ("минут", Unit::Minutes),
        ("час", Unit::Hours),
        ("дн", Unit::Days),
        ("день", Unit::Days),
        ("недел", Unit::Weeks),
        ("месяц", Unit::Months),
        ("hora", Unit::Hours),
        ("día", Unit::Days),
        ("semana", Unit::Weeks),
        ("heure", Unit::Hours),
        ("jour", Unit::Days),
        ("semaine", Unit::Weeks),
        ("stunde", Unit::Hours),
        ("tag", Unit::Days),
    ];
    const WHOLE: [(&str, Unit); 6] = [
        ("mes", Unit::Months),
        ("meses", Unit::Months),
        ("mois", Unit::Months),
        ("woche", Unit::Weeks),
        ("wochen", Unit::Weeks),
        ("monaten", Unit::Months),
    ];
    if let Some((_, unit)) = WHOLE.iter().find(|(name, _)| *name == word) {
        return Some((*unit, ""));
    }
    STEMS.iter().find_map(|(stem, unit)| word.strip_prefix(stem).map(|rest| (*unit, rest)))
}

/// What stands after a stretch of time that has passed.
pub(super) fn says_ago(word: &str) -> bool {
    matches!(word, "ago" | "전" | "前" | "назад")
}

/// What stands before a stretch of time that has passed; in French the last of three words.
pub(super) fn announces_ago(word: &str) -> bool {
    matches!(word, "hace" | "vor" | "a" | "قبل" | "منذ")
}

/// The half of the day that a word tells: whether it is the later.
pub(super) fn half_of_day(word: &str) -> Option<bool> {
    match word {
        "am" | "오전" | "上午" | "午前" => Some(false),
        "pm" | "오후" | "下午" | "午後" | "晚上" => Some(true),
        _ => None,
    }
}

/// How far a named zone is ahead of UTC, in minutes.
pub(super) fn zone(word: &str) -> Option<i32> {
    Some(match word {
        "z" | "gmt" | "utc" => 0,
        "kst" | "jst" => 9 * 60,
        "msk" | "мск" => 3 * 60,
        _ => return None,
    })
}
