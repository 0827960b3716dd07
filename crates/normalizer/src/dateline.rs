//! Where and when a text says that it was sent.

mod agency;
mod eastern;
mod western;

use jiff::civil::date;

use crate::date::{DateRules, FoundDate, Refusal};

/// Where, when and by whom a text was sent, as it says at its beginning.
///
/// Known are the forms of the DPRK's agency in its languages, those of other state agencies, and those that are made
/// like them. A first sentence with a place and a day stays a sentence: without an agency there has to be a dash
/// behind the day and a place in capitals.
///
/// ```
/// use sinmun_normalizer::Dateline;
///
/// let (dateline, body) = Dateline::read("Pyongyang, November 6 (KCNA) -- A canal was opened.\n\nIt is long.").unwrap();
/// assert_eq!(dateline.printed, "Pyongyang, November 6 (KCNA)");
/// assert_eq!((dateline.place.as_deref(), dateline.agency.as_deref()), (Some("Pyongyang"), Some("KCNA")));
/// assert_eq!(body, "A canal was opened.\n\nIt is long.");
/// assert_eq!(Dateline::read("Pyongyang, November 6 is the day on which it opens."), None);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dateline {
    /// All of it, without the dashes behind it.
    pub printed: String,
    /// The place.
    pub place: Option<String>,
    /// The day as printed, mostly without a year.
    pub day: Option<String>,
    /// The agency, or the paper.
    pub agency: Option<String>,
}

/// A dateline within the line at whose beginning it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Found<'t> {
    /// Where it ends, in bytes.
    end: usize,
    place: Option<&'t str>,
    date: Option<&'t str>,
    agency: Option<&'t str>,
}

/// How much of a paragraph is looked at, in characters.
const HEAD: usize = 200;

/// Subheads that may stand above it, and how long one is at most, in bytes.
const MOST_ABOVE: usize = 2;
const LONGEST_ABOVE: usize = 150;

impl Dateline {
    /// The dateline of a body and the body without it.
    ///
    /// It stands at the beginning, or below a subhead or two. A paragraph that is a dateline and nothing else goes with it.
    pub fn read(body: &str) -> Option<(Self, String)> {
        let mut start = 0;
        for _ in 0..=MOST_ABOVE {
            let paragraph = body[start..].split("\n\n").next().unwrap_or_default();
            if let Some(found) = find(paragraph) {
                let text = |part: Option<&str>| part.map(str::to_owned);
                let dateline = Self {
                    printed: paragraph[..found.end].trim().to_owned(),
                    place: text(found.place),
                    day: text(found.date),
                    agency: text(found.agency),
                };
                let is_joint =
                    |letter: char| matches!(letter, ' ' | '-' | '–' | '—' | '―' | '－' | '.' | '\n' | '=');
                let rest = body[start + found.end..].trim_start_matches(is_joint);
                return Some((dateline, format!("{}{rest}", &body[..start]).trim_end().to_owned()));
            }
            start += paragraph.len() + 2;
            if paragraph.len() > LONGEST_ABOVE || start >= body.len() {
                return None;
            }
        }
        None
    }

    /// The day, by what the rules know of its year.
    ///
    /// # Errors
    ///
    /// [`Refusal::NoDate`] where it names none, and what the rules refuse.
    pub fn date(&self, rules: &DateRules<'_>) -> Result<FoundDate, Refusal> {
        rules.read(self.day.as_deref().unwrap_or_default())
    }
}

fn find(paragraph: &str) -> Option<Found<'_>> {
    let head = paragraph.char_indices().nth(HEAD).map_or(paragraph, |(end, _)| &paragraph[..end]);
    let first = head.chars().next()?;
    if first.is_uppercase() || first.is_ascii_digit() {
        return western::read(head);
    }
    eastern::read(head).or_else(|| if first == '(' { western::read(head) } else { None })
}

/// Whether a text says a day, with or without its year.
fn is_day(text: &str) -> bool {
    // Any day will do: the year of the day does not matter here.
    let rules = DateRules { seen: Some(date(2024, 12, 31).at(12, 0, 0, 0)), ..DateRules::default() };
    !matches!(rules.read(text), Err(Refusal::NoDate | Refusal::NoSuchDay | Refusal::Ambiguous))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A body that begins with a dateline, what is printed of it, its place, its day of 2024 and its agency.
    #[track_caller]
    fn check(body: &str, printed: &str, parts: [&str; 3], rest: &str) {
        let (dateline, left) = Dateline::read(body).unwrap_or_else(|| panic!("no dateline: {body}"));
        let rules = DateRules { seen: Some(date(2024, 12, 31).at(12, 0, 0, 0)), ..DateRules::default() };
        let day = dateline.date(&rules).map(|found| found.date.to_string()).unwrap_or_default();
        let text = |part: &Option<String>| part.clone().unwrap_or_default();
        assert_eq!(dateline.printed, printed);
        assert_eq!([text(&dateline.place), day, text(&dateline.agency)], parts);
        assert_eq!(left, rest);
    }

    #[track_caller]
    fn check_none(body: &str) {
        assert_eq!(Dateline::read(body), None);
    }

    #[test]
    fn of_the_dprks_agency() {
        let kcna = ["Pyongyang", "2024-11-06", "KCNA"];
        check("Pyongyang, November 6 (KCNA) -- A canal.", "Pyongyang, November 6 (KCNA)", kcna, "A canal.");
        check("Pyongyang, Nov. 6 (KCNA)\n\nA canal.", "Pyongyang, Nov. 6 (KCNA)", kcna, "A canal.");
        check("Pyongyang, November 6 (KCNA)-- A", "Pyongyang, November 6 (KCNA)", kcna, "A");
        check("Pyongyang, November 6 (KCNA) – A", "Pyongyang, November 6 (KCNA)", kcna, "A");
        let dated = "Pyongyang, November 6, Juche 113 (2024) (KCNA)";
        check(&format!("{dated} -- A"), dated, kcna, "A");
        check(
            "Pyongyang, November 6, Juche 113 (KCNA) -- A",
            "Pyongyang, November 6, Juche 113 (KCNA)",
            kcna,
            "A",
        );
        check("(Pyongyang, November 6, KCNA) A", "(Pyongyang, November 6, KCNA)", kcna, "A");
        let korean = ["평양", "2024-08-21", "조선중앙통신"];
        check("(평양 8월 21일발 조선중앙통신)\n\n운하", "(평양 8월 21일발 조선중앙통신)", korean, "운하");
        check("(평양 8월 21일발 조선중앙통신)운하", "(평양 8월 21일발 조선중앙통신)", korean, "운하");
        check("【평양 8월 21일발 조선중앙통신】운하", "【평양 8월 21일발 조선중앙통신】", korean, "운하");
        let dated = "(평양 주체113(2024)년 8월 21일발 조선중앙통신)";
        check(
            "부제\n\n(평양 8월 21일발 조선중앙통신)\n\n운하",
            "(평양 8월 21일발 조선중앙통신)",
            korean,
            "부제\n\n운하",
        );
        check(dated, dated, korean, "");
        let japanese = ["平壌", "2024-07-05", "朝鮮中央通信"];
        check("【平壌７月５日発朝鮮中央通信】運河", "【平壌７月５日発朝鮮中央通信】", japanese, "運河");
        check("【平壌7月5日発=朝鮮中央通信】運河", "【平壌7月5日発=朝鮮中央通信】", japanese, "運河");
        check("朝中社平壤10月9日电 运河", "朝中社平壤10月9日电", ["平壤", "2024-10-09", "朝中社"], "运河");
        let spanish = ["Pyongyang", "2024-10-18", "ACNC"];
        check("Pyongyang, 18 de octubre (ACNC) -- Un", "Pyongyang, 18 de octubre (ACNC)", spanish, "Un");
        let old = ["Pyongyang", "2024-10-18", "ATCC"];
        check("Pyongyang, 18 de octubre (ATCC) - Un", "Pyongyang, 18 de octubre (ATCC)", old, "Un");
        let russian = ["Пхеньян", "2024-11-06", "ЦТАК"];
        check("Пхеньян, 6 ноября. /ЦТАК/ Канал", "Пхеньян, 6 ноября. /ЦТАК/", russian, "Канал");
        check("Пхеньян, 6 ноября. /ЦТАК/--Канал", "Пхеньян, 6 ноября. /ЦТАК/", russian, "Канал");
    }

    #[test]
    fn of_other_agencies() {
        let xinhua = ["BEIJING", "2024-11-06", "Xinhua"];
        check("BEIJING, Nov. 6 (Xinhua) -- A", "BEIJING, Nov. 6 (Xinhua)", xinhua, "A");
        check("新华社北京11月6日电 运河", "新华社北京11月6日电", ["北京", "2024-11-06", "新华社"], "运河");
        check(
            "新华社北京11月6日电（记者李）运",
            "新华社北京11月6日电",
            ["北京", "2024-11-06", "新华社"],
            "（记者李）运",
        );
        check("（新华社北京11月6日电）运", "（新华社北京11月6日电）", ["北京", "2024-11-06", "新华社"], "运");
        check("中新网11月6日电 运", "中新网11月6日电", ["", "2024-11-06", "中新网"], "运");
        check("本报平壤11月6日讯 运", "本报平壤11月6日讯", ["平壤", "2024-11-06", "本报"], "运");
        check(
            "МОСКВА, 6 ноября. /ТАСС/. Канал",
            "МОСКВА, 6 ноября. /ТАСС/",
            ["МОСКВА", "2024-11-06", "ТАСС"],
            "Канал",
        );
        check(
            "MOSCOW, November 6. /TASS/. A",
            "MOSCOW, November 6. /TASS/",
            ["MOSCOW", "2024-11-06", "TASS"],
            "A",
        );
        let interfax = ["Москва", "2024-11-06", "ИНТЕРФАКС"];
        check("Москва. 6 ноября. ИНТЕРФАКС - Канал", "Москва. 6 ноября. ИНТЕРФАКС", interfax, "Канал");
        let ria = ["МОСКВА", "2024-11-06", "РИА Новости"];
        check("МОСКВА, 6 ноя - РИА Новости. Канал", "МОСКВА, 6 ноя - РИА Новости", ria, "Канал");
        check("МОСКВА, 6 ноя — РИА Новости. Канал", "МОСКВА, 6 ноя — РИА Новости", ria, "Канал");
        let belta = ["Минск", "2024-11-06", "Корр. БЕЛТА"];
        check("6 ноября, Минск /Корр. БЕЛТА/. Канал", "6 ноября, Минск /Корр. БЕЛТА/", belta, "Канал");
        check(
            "SEOUL, Nov. 6 (Yonhap) -- A",
            "SEOUL, Nov. 6 (Yonhap)",
            ["SEOUL", "2024-11-06", "Yonhap"],
            "A",
        );
        check("(서울=연합뉴스) 운하", "(서울=연합뉴스)", ["서울", "", "연합뉴스"], "운하");
        check("【ソウル聯合ニュース】運河", "【ソウル聯合ニュース】", ["ソウル", "", "聯合ニュース"], "運河");
        let prensa = ["La Habana", "2024-11-06", "Prensa Latina"];
        check("La Habana, 6 nov (Prensa Latina) El", "La Habana, 6 nov (Prensa Latina)", prensa, "El");
        check("BERLIN (dpa) - Ein", "BERLIN (dpa)", ["BERLIN", "", "dpa"], "Ein");
        check("MOSCOW (Sputnik) — A", "MOSCOW (Sputnik)", ["MOSCOW", "", "Sputnik"], "A");
        check("BEIJING, Sept. 18 -- A", "BEIJING, Sept. 18", ["BEIJING", "2024-09-18", ""], "A");
        check("BEIJING, Oct. 15-- A", "BEIJING, Oct. 15", ["BEIJING", "2024-10-15", ""], "A");
        check(
            "BEIJING, Oct.5 (Xinhua) -- A",
            "BEIJING, Oct.5 (Xinhua)",
            ["BEIJING", "2024-10-05", "Xinhua"],
            "A",
        );
        let oslo = ["OSLO", "2024-05-01", "Sample Wire"];
        check("OSLO, May 1 (Sample Wire) -- A", "OSLO, May 1 (Sample Wire)", oslo, "A");
        let washington = ["WASHINGTON, D.C.", "2024-11-06", "Xinhua"];
        check("WASHINGTON, D.C., Nov. 6 (Xinhua) -- A", "WASHINGTON, D.C., Nov. 6 (Xinhua)", washington, "A");
    }

    #[test]
    fn a_sentence_stays() {
        check_none("");
        check_none("Pyongyang, November 6 is the day on which it opens.");
        check_none("Pyongyang, November 6 (Wednesday) -- the day on which it opens.");
        check_none("Paris, May 8 – a day to remember.");
        check_none("Moscow (TASS) says that it is so.");
        check_none("On November 6 (KCNA) reported that it is so.");
        check_none("Kim Il Sung (1912-1994) -- the founder");
        check_none("The Korean Central News Agency (KCNA) - the DPRK's only one - reports.");
        check_none("CHAPTER, Article 6 -- The rules");
        check_none("(사진설명) 운하");
        check_none("(개발 계획) 운하");
        check_none("【写真】運河が開通した");
        check_none("【央视快评】运河");
        check_none("央视网消息（新闻联播）：11月6日，国家主席致电");
        check_none("新华社北京11月6日电话采访");
        check_none("В Москве 6 ноября (ТАСС) сообщает");
        check_none("A long paragraph that is no subhead and has no end. ".repeat(4).as_str());
    }

    proptest! {
        #[test]
        fn any_text_is_read(body in r"[(（【\[]?([A-ZПа-я平壌11월月日일発电(/), .\n=-]|KCNA|November 6){0,30}") {
            if let Some((dateline, rest)) = Dateline::read(&body) {
                prop_assert!(body.contains(&dateline.printed));
                prop_assert!(rest.len() < body.len());
            }
        }
    }
}
