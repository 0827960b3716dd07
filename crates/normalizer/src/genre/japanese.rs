use sinmun_article::Genre::{self, *};

use super::Words;

/// What Japanese titles and texts say of their kind.
pub(super) const WORDS: Words = Words { titles: TITLES, first: FIRST, reports: REPORTS, official: OFFICIAL };

/// A title that tells of a text is not that text.
const REPORTS: &str = r"(?:を発表|発表|を送る|を伝達|支持|歓迎|反響)$";

const OFFICIAL: &str = r"政府|外務省|国防省|内閣|委員会|代弁人|報道官|スポークスマン|総参謀部|司令部|通信社|協会|総局|局長|部長|総連|研究所|大使館|代表部";

/// Forms of titles, in the order in which they count.
const TITLES: &[(&str, Genre)] = &[
    (r"^(?P<speaker>.{2,60}?)(?:が|、)?.{0,30}記者の(?:提起した)?質問に(?:回答|答える|答えた)", Interview),
    (r"^【?(?:インタビュー|独占インタビュー)】?[:：｜|]?|へのインタビュー$|とのインタビュー$", Interview),
    (r"^【?(?:写真特集|写真)】?[:：｜|】]", Caption),
    (
        r"^(?P<speaker>朝鮮中央通信社?|労働新聞|民主朝鮮)?(?:の)?(?:論評|論評員)(?:$|[:：「『 ])|^【?論評】|^(?P<other>朝鮮中央通信社?)が?の?論評",
        Commentary,
    ),
    (r"^【?(?:社説|共同社説)】?(?:$|[:：「『 ])|(?:新年共同|共同)社説$", Editorial),
    (r"^(?P<speaker>.{2,80}?)(?:の|が)?談話(?:文)?$", PressStatement),
    (r"^(?P<official>.{2,80}?)(?:の|が)?(?:共同|特別)?声明$", Statement),
    (r"(?:での|で行った|で行われた|における).{0,10}演説(?:全文)?$|^新年の辞$|^施政演説$", Speech),
    (
        r"(?:への|あての|宛ての|に送った|に送る)(?:祝電|弔電|答電|慰問電|電報|書簡|公開書簡|祝賀文|手紙)$",
        Message,
    ),
    (r"^(?P<speaker>朝鮮中央通信社)(?:の)?(?:詳報|報道|告発状)$|^重大報道$", Report),
    (r"^(?P<official>.{2,60}?(?:総参謀部|国防省|委員会|司令部|外務省|代弁人))(?:の)?(?:重大)?報道$", Report),
    (r"(?:コミュニケ|共同報道文)$", Communique),
];

/// Beginnings of texts that say what follows.
const FIRST: &[(&str, Genre)] = &[
    (r"^(?P<speaker>[^。は]{2,60}?)は.{0,80}次のような談話を発表", PressStatement),
    (r"^(?P<speaker>[^。は]{2,60}?)は.{0,80}次のような声明を発表", Statement),
    (r"^(?P<speaker>[^。は]{2,60}?)は.{0,100}質問に次のように(?:回答|答え)", Interview),
    (r"^(?P<speaker>[^。は]{2,60}?)は.{0,80}次のような論評を発表", Commentary),
];
