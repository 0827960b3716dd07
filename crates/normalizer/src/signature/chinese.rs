//! Names over and under Chinese texts.

use std::sync::LazyLock;

use regex::Regex;

/// Common Chinese family names, simplified and, where they differ, traditional.
const FAMILIES: &str = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边姬和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝張劉陳楊黃趙吳孫馬羅鄭謝許韓馮鄧蔣葉蘇魏呂盧鍾譚陸賈韋鄒龍賀顧龔萬錢嚴湯溫齊喬龐顏莊聶魯";

/// `记者 王五`, `本报记者 王五、李四`, `新华社记者王五 通讯员 李四`, in brackets or not.
const SIGNED: &str = r"[(（]?(?P<role>(?:本报|本刊|本社|新华社|人民日报|中新社|央视|总台)?(?:驻\p{Han}{1,6})?(?:见习|特约|特派|首席)?(?:记者|記者|通讯员))(?P<gap>[:： ]*)(?P<names>\p{Han}{2,4}(?:[、，,/ ]+(?:(?:特约|本报)?(?:通讯员|记者|摄影|摄像)[:： ]*)?\p{Han}{2,4}){0,7})(?P<close>[)）]?)";

static BEGINNING: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(&format!("^{SIGNED}")).expect("the form is sound"));
static WHOLE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(&format!("^{SIGNED}$")).expect("the form is sound"));

fn read(form: &Regex, text: &str, needs_brackets: bool) -> Option<(String, usize)> {
    let groups = form.captures(text)?;
    let is_bracketed = !groups["close"].is_empty();
    let opens = text.starts_with(['(', '（']);
    // Without a family's name first, 记者招待会 would be somebody.
    let is_name = groups["names"].starts_with(|first: char| FAMILIES.contains(first));
    if opens != is_bracketed || (needs_brackets && !opens) || !is_name {
        return None;
    }
    let (role, names) = (&groups["role"], &groups["names"]);
    let is_plain = matches!(role, "记者" | "記者");
    Some((if is_plain { names.to_owned() } else { format!("{role} {names}") }, groups[0].len()))
}

/// Who wrote, where a paragraph says that and nothing else.
pub(super) fn whole(paragraph: &str) -> Option<String> {
    read(&WHOLE, paragraph, false).map(|(names, _)| names)
}

/// Who wrote, in brackets before the text; and how many bytes that takes.
pub(super) fn beginning(text: &str) -> Option<(String, usize)> {
    let head = text.char_indices().nth(80).map_or(text, |(end, _)| &text[..end]);
    read(&BEGINNING, head, true)
}

/// Who wrote, in brackets behind the last sentence; and where these begin.
pub(super) fn end(text: &str) -> Option<(String, usize)> {
    let close = text.ends_with([')', '）']);
    let start = text.rfind(['(', '（']).filter(|start| close && text.len() - start < 200)?;
    read(&WHOLE, &text[start..], true).map(|(names, _)| (names, start))
}
