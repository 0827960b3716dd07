use sinmun_article::Genre::{self, *};

use super::Words;

/// What English titles and texts say of their kind.
pub(super) const WORDS: Words = Words { titles: TITLES, first: FIRST, reports: REPORTS, official: OFFICIAL };

/// A title that tells of a text is not that text: `Statement Issued`, `Letter Sent to`.
const REPORTS: &str = r"(?i)\b(?:supported|backed|welcomed|hailed|praised|lauded|applauded|denounced|flailed|blasted|condemned|refuted|rejected|issued|released|published|announced|made public|adopted|sent|received|conveyed|exchanged|presented|handed|forwarded|read out|distributed|circulated|disseminated|introduced|carried|studied|discussed|observed|marked|commemorated|responded|called for|reviewed|reported|translated|issues?|releases?|sends?|makes?|adopts?|receives?|publish(?:es)?|supports?|denounces?|delivers?|gives?|hails?|welcomes?|rejects?|calls?|urges?|says|finds|exposes|shows|reveals|warns)\b|\b\w{3,}ed(?: (?:in|at|by|abroad|over|with|on|to|from) .*)?$";

/// Verbs of the list above with `by` behind them say whose text it is.
pub(super) const BY: &str = r"(?i)\b(?:issued|made|released|published|delivered|adopted|sent) by\b";

/// What speaks for a state or a party.
const OFFICIAL: &str = r"(?i)\b(?:spokes\w+|ministry|minister|fm|government|gov't|cabinet|committee|commission|command|staff|kpa|army|ndc|crpp|cprk|spa|wpk|party|assembly|presidium|kcna|agency|delegation|delegate|mission|embassy|ambassador|association|federation|front|union|society|council|department|director|bureau|institute|organi[sz]ations?|chairman|president|premier|secretary|dprk|north and south)\b";

/// Forms of titles, in the order in which they count; a group `speaker` says who speaks.
const TITLES: &[(&str, Genre)] = &[
    (r"^(?:exclusive )?interviews?(?: ?[:|]| with )", Interview),
    (
        r"^(?P<speaker>.{3,120}?),? (?:gives? )?(?:answers?|replies) (?:to )?(?:a )?questions? (?:put|raised|posed|asked)\b",
        Interview,
    ),
    (r"^answers? (?:of|by|given by) (?P<speaker>.{3,120}?) to (?:a )?questions?\b", Interview),
    (
        r"^(?:photos?|photo (?:news|story|gallery)|in (?:pics?|photos|pictures)|(?:photo )?(?:album|gallery)) ?[:|]",
        Caption,
    ),
    (
        r"^(?:xinhua|kcna|cgtn|people's daily|global times|china daily|pd|gt)? ?(?:commentary|opinion|op-ed) ?[:|]",
        Commentary,
    ),
    (r"^(?P<speaker>kcna|acnc) commentary\b", Commentary),
    (r"-+ ?(?P<speaker>kcna|rodong sinmun|minju joson|xinhua) commentary ?-*$", Commentary),
    (r"^commentary (?:of|by) (?P<speaker>.{3,60})$", Commentary),
    (r"^(?:xinhua|people's daily|global times|china daily|pd|gt)? ?editorial ?[:|]", Editorial),
    (r"^(?:joint )?(?:new year )?editorial$", Editorial),
    (r"^(?:joint )?(?:new year )?editorial of (?P<speaker>.{3,80})$", Editorial),
    (
        r"^(?:joint )?press statement (?:issued by|released by|made by|of|by|from) (?P<speaker>.{3,160}?)(?: on .{3,120})?$",
        PressStatement,
    ),
    (r"^(?P<issuer>.{2,80}?)(?:['’]s?)? press statement$", PressStatement),
    (
        r"^(?:(?:joint|special|official) )?statement (?:issued by|released by|made by|of|by|from) (?P<speaker>.{3,160}?)(?: on .{3,120})?$",
        Statement,
    ),
    (r"^(?P<issuer>.{2,80}?)(?:['’]s?)? (?:special )?statement(?: on .{3,100})?$", Statement),
    (
        r"^(?:(?:joint|special|press|final) )*communiqu[eé](?: (?:issued by|of|by) (?P<speaker>.{3,120})| on .{3,120})?$",
        Communique,
    ),
    (r"^(?:full )?text(?: of|:) .{0,80}\b(?:speech|address|remarks)\b", Speech),
    (r"^(?:full )?text(?: of|:) .{0,80}\breport\b", Report),
    (r"^(?:full )?text(?: of|:) .{0,40}\bpress statement\b", PressStatement),
    (r"^(?:full )?text(?: of|:) .{0,80}\b(?:statement|declaration)\b", Statement),
    (
        r"^(?:(?:opening|closing|keynote|congratulatory|policy|commemorative|memorial|welcoming|concluding) )?(?:speech|address) (?:made by|delivered by|of|by) (?P<speaker>.{3,80}?)(?: (?:at|to|on|before|in) .{3,120})?$",
        Speech,
    ),
    (
        r"^(?P<person>.{3,60}?)['’]s (?:(?:opening|closing|keynote|congratulatory|policy|full) )?(?:speech|address) (?:at|on|to|before) .{3,120}$",
        Speech,
    ),
    (r"^new year (?:address|speech)(?: (?:made by|of|by) (?P<speaker>.{3,80}))?$", Speech),
    (
        r"^(?:(?:joint|open|verbal|oral|telephone|reply|personal) )?(?:messages?|letters?|telegrams?|cables?) of (?:congratulations?|greetings?|condolences?|sympathy|thanks|gratitude|consolation|complaint|solidarity|felicitations?|loyalty|reply|inquiry|appreciation)\b(?:.{0,120}? from (?P<speaker>.{3,120}))?",
        Message,
    ),
    (
        r"^(?:congratulatory|condolatory|condolence|greetings?|sympathy|thank-you|reply|open|verbal|oral|telephone|personal) (?:messages?|letters?|telegrams?|cables?)(?: to [^:]{2,100}?)? from (?P<speaker>[^:]{3,120})$",
        Message,
    ),
    (
        r"^(?:congratulatory|condolatory|condolence|greetings?|sympathy|thank-you|reply|open|verbal|oral|telephone|personal) (?:messages?|letters?|telegrams?|cables?) to [^:]{2,120}$",
        Message,
    ),
    (r"^(?:messages?|letters?|telegrams?)(?: to [^:]{2,100}?)? from (?P<speaker>[^:]{3,120})$", Message),
    (r"^(?:messages?|letters?|telegrams?) to [^:]{3,120}$", Message),
    (
        r"^(?:(?:detailed|special|important|crucial|joint|information|open) )*(?:report|bulletin) (?:issued by|released by|made by|of|by|from) (?P<official>.{3,120})$",
        Report,
    ),
    (r"^(?P<speaker>kcna) (?:(?:detailed|special) )?report\b", Report),
    (r"^(?:kcna )?(?:detailed )?report on .{3,140}$", Report),
];

/// Beginnings of texts that say what follows.
const FIRST: &[(&str, Genre)] = &[
    (
        r"^(?:the |a |an )?(?P<official>(?:[^.:]|\b\w\.){3,160}?),?(?: (?:mon|tues|wednes|thurs|fri|satur|sun)day)?(?: (?:on|in) [^.:]{3,80}?)? (?:issued|released|published|made public|made|gave) (?:the following|a) press statement\b[^.]{0,160}:?",
        PressStatement,
    ),
    (
        r"^(?:the |a |an )?(?P<official>(?:[^.:]|\b\w\.){3,160}?),?(?: (?:mon|tues|wednes|thurs|fri|satur|sun)day)?(?: (?:on|in) [^.:]{3,80}?)? (?:issued|released|published|made public|made) the following (?:joint )?statement\b",
        Statement,
    ),
    (
        r"^(?:the |a |an )?(?P<official>(?:[^.:]|\b\w\.){3,160}?),?(?: (?:mon|tues|wednes|thurs|fri|satur|sun)day)?(?: (?:on|in) [^.:]{3,80}?)? (?:gave|made) the following (?:answer|reply)\b",
        Interview,
    ),
    (
        r"^(?:the |a |an )?(?P<official>(?:[^.:]|\b\w\.){3,160}?),?(?: (?:mon|tues|wednes|thurs|fri|satur|sun)day)?(?: (?:on|in) [^.:]{3,80}?)? (?:issued|released|published|made public) the following commentary\b",
        Commentary,
    ),
    (
        r"^(?:the |a |an )?(?P<official>(?:[^.:]|\b\w\.){3,160}?),?(?: (?:mon|tues|wednes|thurs|fri|satur|sun)day)?(?: (?:on|in) [^.:]{3,80}?)? (?:issued|released|published|made public) the following (?:detailed |special )?(?:report|bulletin)\b",
        Report,
    ),
    (
        r"^(?:the )?following is the (?:full )?text of (?:the |a )?(?:[\w-]+ ){0,3}?(?:speech|address) ",
        Speech,
    ),
    (
        r"^(?:the )?following is the (?:full )?text of (?:the |a )?(?:[\w-]+ ){0,3}?(?:message|letter|telegram) ",
        Message,
    ),
    (r"^(?:the )?following is the (?:full )?text of (?:the |a )?(?:[\w-]+ ){0,3}?statement ", Statement),
    (r"^photo (?:taken|shows|released|by)\b", Caption),
];
