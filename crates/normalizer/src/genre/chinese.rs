use sinmun_article::Genre::{self, *};

use super::Words;

/// What Chinese titles and texts say of their kind.
pub(super) const WORDS: Words = Words { titles: TITLES, first: FIRST, reports: REPORTS, official: OFFICIAL };

/// A title that tells of a text is not that text.
const REPORTS: &str = r"播发|播出|刊发|发表|发布|發表|引发|引起|反响|通过|支持|致(?:贺|唁|慰问)?电|互致";

const OFFICIAL: &str = r"政府|外交部|国防部|国务院|中央|发言人|發言人|委员会|外务省|中国|朝鲜|中方|大使馆|办公室|人大|政协|通讯社|联合国|元首|两国";

/// Forms of titles, in the order in which they count.
const TITLES: &[(&str, Genre)] = &[
    (
        r"^(?:【[^】]{0,6}(?:央视快评|国际锐评|时评|锐评)】|(?:央视快评|国际锐评|新华时评|人民时评|国际观察|锐评)(?:[:：丨|]|$))",
        Commentary,
    ),
    (
        r"^(?P<speaker>人民日报|解放军报|新华社|本报|光明日报|经济日报)?(?:特约)?评论员(?:文章)?[:：丨|]",
        Commentary,
    ),
    (r"^【?(?:评论|评论员文章)】?[:：丨|]|^【评论(?:员文章)?】", Commentary),
    (
        r"^(?P<speaker>人民日报|解放军报|新华社|环球时报|劳动新闻)?(?:社论|社評|社评)[:：丨|]|^【(?:社论|社评)】",
        Editorial,
    ),
    (r"^【?(?:专访|独家专访|人物专访|高端访谈)(?:】|[:：丨|])", Interview),
    (r"^(?P<speaker>.{2,40}?)(?:就.{2,60})?答(?:.{0,10})?记者问$", Interview),
    (r"^(?:【?(?:图集|组图|高清组图|图片故事)】?(?:[:：丨| ]|$)|（图）)", Caption),
    (r"^(?P<speaker>.{2,40}?)(?:就.{2,60}的)?谈话$", PressStatement),
    (r"^(?P<official>.{2,40}?)(?:关于.{2,60}的?)?(?:联合|共同)?(?:声明|聲明)(?:（全文）)?$", Statement),
    (r"^.{2,40}统计公报$", Report),
    (r"^.{2,60}(?:新闻|联合|会议)公报(?:（全文）)?$|^.{2,40}全体会议公报$", Communique),
    (
        r"^(?:(?P<speaker>\p{Han}{2,4}))?在.{2,60}(?:上|时|期间)的(?:重要|主旨)?(?:讲话|致辞|演讲|发言)(?:（全文）)?$",
        Speech,
    ),
    (r"^(?:二〇\p{Han}{2}年|\d{4}年)?新年(?:贺词|致辞)$", Speech),
    (
        r"^(?P<speaker>.{2,40}?)(?:对|向|给|致).{2,60}的(?:贺电|贺信|慰问电|唁电|感谢信|公开信)$|^(?P<other>.{2,30})给.{2,60}的(?:回信|信)$",
        Message,
    ),
    (r"^政府工作报告$|^.{2,30}在.{2,60}上的报告$", Report),
];

/// Beginnings of texts that say what follows.
const FIRST: &[(&str, Genre)] = &[
    (
        r"^(?P<speaker>[^。，]{2,40}?)\d{0,2}月?\d{0,2}日?(?:就[^。]{2,80})?发表(?:了)?(?:如下|以下)?(?:谈话|新闻谈话)[^。]{0,20}(?:全文)?如下",
        PressStatement,
    ),
    (
        r"^(?P<speaker>[^。，]{2,40}?)\d{0,2}月?\d{0,2}日?(?:就[^。]{2,80})?发表(?:了)?(?:如下|以下)?声明[^。]{0,20}(?:全文)?如下",
        Statement,
    ),
    (r"^(?:图为|这是)[^。]{2,80}(?:拍摄|摄)", Caption),
];
