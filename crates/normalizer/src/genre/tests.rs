use proptest::prelude::*;
use sinmun_article::Genre::*;

use super::*;

#[track_caller]
fn check(language: &str, title: &str, expected: Genre, speaker: &str) {
    // A message is one only with its text.
    let body = if expected == Message { "..." } else { "" };
    let found = genre(title, body, language.parse().expect("it is a code"));
    assert_eq!(found, (Some(expected), Some(speaker.to_owned()).filter(|name| !name.is_empty())), "{title}");
}

#[track_caller]
fn check_none(language: &str, title: &str) {
    assert_eq!(genre(title, "", language.parse().expect("it is a code")), (None, None), "{title}");
}

#[track_caller]
fn check_first(language: &str, body: &str, expected: Genre, speaker: &str) {
    let found = genre("-", body, language.parse().expect("it is a code"));
    assert_eq!(found, (Some(expected), Some(speaker.to_owned()).filter(|name| !name.is_empty())), "{body}");
}

#[test]
fn english_titles() {
    let check = |title, expected, speaker| check("en", title, expected, speaker);
    let ministry = "Spokesperson for DPRK Foreign Ministry";
    check("Press Statement of Spokesperson for DPRK Foreign Ministry", PressStatement, ministry);
    check("Press Statement by Vice Foreign Minister", PressStatement, "Vice Foreign Minister");
    check(
        "Press Statement Issued by Director of Sample Department",
        PressStatement,
        "Director of Sample Department",
    );
    check("DPRK Foreign Ministry's Press Statement", PressStatement, "DPRK Foreign Ministry");
    check("Statement of DPRK Government", Statement, "DPRK Government");
    check("FM spokesman's statement", Statement, "FM spokesman");
    check("KPA Mission Statement on US-S. Korea Joint Military Exercises", Statement, "KPA Mission");
    check("Joint statement of WPK and Nepal party", Statement, "WPK and Nepal party");
    check("KCNA Commentary Slashes at War Exercises", Commentary, "KCNA");
    check("Where is truly instable region? -KCNA commentary-", Commentary, "KCNA");
    check("Xinhua Commentary: A canal for all", Commentary, "");
    check("Editorial: The canal is opened", Editorial, "");
    check("Joint New Year Editorial", Editorial, "");
    check("Speech of Kim Sample at Opening Ceremony", Speech, "Kim Sample");
    check("Kim Sample's speech at opening of canal", Speech, "Kim Sample");
    check("Full text of President's speech at opening", Speech, "");
    check("New Year Address Made by Kim Sample", Speech, "Kim Sample");
    check("Message of Sympathy to Kenyan President", Message, "");
    check("Congratulatory Message to Kim Sample from Hu Sample", Message, "Hu Sample");
    check("Message of Thanks to Kim Sample from Cambodian King", Message, "Cambodian King");
    check("Condolatory Messages from President of OCA", Message, "President of OCA");
    check("Letter to Japanese Diet", Message, "");
    check("Congratulatory Letter from Overseas Koreans", Message, "Overseas Koreans");
    check("Letter to Kim Sample from AINDF", Message, "AINDF");
    check("Kim Sample's answers to questions raised by president of Kyodo", Interview, "Kim Sample");
    check(
        "Statement by China's Ministry of Foreign Affairs on the canal",
        Statement,
        "China's Ministry of Foreign Affairs",
    );
    check("KCNA Detailed Report", Report, "KCNA");
    check("Report of KPA General Staff", Report, "KPA General Staff");
    check("Report on Plenary Meeting of Central Committee", Report, "");
    check("Special communique of KPA general staff", Communique, "KPA general staff");
    check("Interview: An expert lauds the canal", Interview, "");
    check("Interview with the engineer of the canal", Interview, "");
    check(
        "Spokesman for DPRK Foreign Ministry Answers Question Put by KCNA",
        Interview,
        "Spokesman for DPRK Foreign Ministry",
    );
    check("In pics: the canal", Caption, "");
}

#[test]
fn korean_titles() {
    let check = |title, expected, speaker| check("ko", title, expected, speaker);
    let ministry = "조선민주주의인민공화국 외무성 대변인";
    check("조선민주주의인민공화국 외무성 대변인담화", PressStatement, ministry);
    check("조선민주주의인민공화국 외무성 대변인 담화", PressStatement, ministry);
    check("조선민주주의인민공화국 정부 성명", Statement, "조선민주주의인민공화국 정부");
    check("조국평화통일위원회 성명", Statement, "조국평화통일위원회");
    check("사설", Editorial, "");
    check("[사설] 운하를 열다", Editorial, "");
    check("2009년 공동사설", Editorial, "");
    check("·조선중앙통신사 론평 무엇때문에 안달인가", Commentary, "조선중앙통신사");
    check("론평", Commentary, "");
    check("신년축하연회에서 한 연설", Speech, "");
    check("신년사", Speech, "");
    check("견본공화국 대통령에게 보낸 축전", Message, "");
    check("조선중앙통신사 보도", Report, "조선중앙통신사");
    check("조선인민군 총참모부 보도", Report, "조선인민군 총참모부");
    check(
        "조선외무성 대변인 조선중앙통신사 기자가 제기한 질문에 대답",
        Interview,
        "조선외무성 대변인 조선중앙통신사",
    );
}

#[test]
fn titles_in_other_languages() {
    check(
        "ja",
        "朝鮮民主主義人民共和国外務省代弁人談話",
        PressStatement,
        "朝鮮民主主義人民共和国外務省代弁人",
    );
    check("ja", "朝鮮政府声明", Statement, "朝鮮政府");
    check("ja", "朝鮮中央通信社論評", Commentary, "朝鮮中央通信社");
    check("ja", "社説", Editorial, "");
    check("ja", "見本国大統領への祝電", Message, "");
    check("zh", "外交部发言人谈话", PressStatement, "外交部发言人");
    check("zh", "中华人民共和国政府声明", Statement, "中华人民共和国政府");
    check("zh", "人民日报社论：团结奋斗", Editorial, "人民日报");
    check("zh", "人民日报评论员文章：更好统筹发展", Commentary, "人民日报");
    check("zh", "【央视快评】报效国家 服务人民", Commentary, "");
    check("zh", "[视频]央视快评：运河开通", Commentary, "");
    check("zh", "外交部发言人就运河开通答记者问", Interview, "外交部发言人");
    check("zh", "在运河开通仪式上的讲话", Speech, "");
    check("zh", "中共中央 国务院对运河开通的贺电", Message, "中共中央 国务院");
    check("zh", "中国共产党第十九届中央纪律检查委员会第六次全体会议公报", Communique, "");
    check("ru", "Заявление МИД КНДР", Statement, "МИД КНДР");
    check("ru", "Заявление для печати представителя МИД КНДР", PressStatement, "представителя МИД КНДР");
    check("ru", "Комментарий ЦТАК", Commentary, "ЦТАК");
    check("ru", "Интервью с директором канала", Interview, "");
    check("ru", "Речь товарища Ким на открытии выставки", Speech, "товарища Ким");
    check("ru", "Поздравительная телеграмма президенту", Message, "");
    check(
        "es",
        "Declaracion del portavoz del grupo de inspeccion del CDN",
        Statement,
        "portavoz del grupo de inspeccion del CDN",
    );
    check("es", "Acuerdo de Armisticio, comentario de la ATCC", Commentary, "ATCC");
    check("es", "Vendepatria de nuevo cuño -comentario de ATCC-", Commentary, "ATCC");
    check("es", "Discurso de Kim Sample pronunciado en el banquete", Speech, "Kim Sample");
    check("es", "Mensaje de felicitación al presidente", Message, "");
    check("es", "Entrevista con el ingeniero", Interview, "");
}

#[test]
fn titles_of_news_say_nothing() {
    for title in [
        "A Canal Is Opened",
        "Statement of KPA General Staff Spokesman Supported",
        "S. Korean Organization Issues Statement",
        "DPRK's Joint Statement Supported",
        "Joint statement issued on west sea incident",
        "Supreme Leader's Speech Introduced in DR Congo",
        "Keynote speech at opening ceremony published",
        "Messages of greetings exchanged",
        "Floral Basket and Congratulatory Letter to Kim Sample",
        "Third oil tank collapses: report",
        "Report: Rural incomes to double by 2035",
        "Chinese VIP Interviewed",
        "Papers Editorially Commemorate Day of Sun",
        "Youths Meet to Implement Joint New Year Editorial",
        "Report on International Religious Freedom Flailed",
        "Letter to Kim Sample Adopted at Meeting",
        "Messi statement on leaving",
        "Message of Greeting to Sample President",
        "Chinese FM firmly refutes G7 statement on Taiwan",
        "Army strikes after gunfire from enclave: statement",
        "Sample Party Backs Summit and Joint Statement",
        "Statement of General Staff of KPA Favored in Britain",
        "Joint New Year Editorial of DPRK Hailed",
        "Experts expound on Xi's address at HKSAR anniversary meeting",
        "Key quotes from Xi's speech at 2022 Boao Forum for Asia",
        "Message from Biden's address: U.S. divided at home",
    ] {
        check_none("en", title);
    }
    for title in [
        "핀란드정당기관지 대형물길굴공사 완공 보도",
        "김견본위원장 견본국독립 51돐 축전",
        "태권도의 번영에 이바지할 성대한 체육축전",
        "외무상 상회의에서 연설",
        "공화국창건 63돐 기념보도",
        "군대협조에 관한 공동보도문 발표",
        "외무성 성명 지지",
        "주조 꾸바대사관에서 봉쇄철회 기자회견",
        "정계 인사 공화국창건 63돐 담화",
        "생산의 전문화는 생산적지출감소의 필수적조건",
    ] {
        check_none("ko", title);
    }
    for title in [
        "习近平致电祝贺当选",
        "李强出席视频峰会并发表讲话",
        "国防部新闻发言人就军事行动发表谈话",
        "重要讲话引发热烈反响",
        "习近平向新任总统致贺电",
    ] {
        check_none("zh", title);
    }
    check_none("ja", "外務省代弁人が談話を発表");
    check_none("ru", "Заявление президента вызвало скандал");
    check_none("ru", "Послание Владимира Путина уже в работе");
    check_none("ru", "Российский лидер направил телеграмму соболезнований");
    check_none("es", "Kim Sample recibe mensaje de felicitacion de Hu Sample");
    check_none("es", "Publican declaraciones con motivo del fallecimiento");
    check_none("es", "Declaracion Conjunta es bandera de reunificacion");
    check_none("de", "Statement: Der Kanal");
}

#[test]
fn a_first_paragraph_says_what_follows() {
    check_first(
        "en",
        "A spokesperson for the Foreign Ministry of the DPRK on Wednesday issued the following statement:",
        Statement,
        "spokesperson for the Foreign Ministry of the DPRK",
    );
    check_first(
        "en",
        "Kim Sample, vice department director of the C.C., WPK, made public the following press statement on Nov. 6:",
        PressStatement,
        "Kim Sample, vice department director of the C.C., WPK",
    );
    check_first(
        "en",
        "A spokesman for the Foreign Ministry Tuesday gave the following answer to a question put by KCNA:",
        Interview,
        "spokesman for the Foreign Ministry",
    );
    check_first("en", "Photo taken on Nov. 3, 2018 shows the canal.", Caption, "");
    check_first("ko", "외무성 대변인은 6일 다음과 같은 담화를 발표하였다.", PressStatement, "외무성 대변인");
    check_first("ja", "外務省代弁人は6日、次のような談話を発表した。", PressStatement, "外務省代弁人");
    check_first("zh", "外交部发言人就运河发表谈话，全文如下：", PressStatement, "外交部发言人");
    let news = "Photo taken on Nov. 3 shows the canal.\n\nIt is long.";
    assert_eq!(genre("-", news, Language::ENGLISH), (None, None));
    let told = "He said that the ministry issued a statement on the canal.";
    assert_eq!(genre("-", told, Language::ENGLISH), (None, None));
}

#[test]
fn a_message_is_not_what_tells_of_one() {
    let read = |body: &str| genre("Message of Sympathy to Sample President", body, Language::ENGLISH).0;
    assert_eq!(read("I express deep sympathy to you and to all who suffered."), Some(Message));
    assert_eq!(read("Kim Sample on Tuesday sent a message of sympathy to the president."), None);
    assert_eq!(read(""), None);
}

proptest! {
    #[test]
    fn any_text_is_read(title in ".{0,60}", body in "(statement of |담화|。|issued the following |.){0,20}") {
        for language in [Language::ENGLISH, Language::KOREAN, Language::RUSSIAN] {
            let _ = genre(&title, &body, language);
            let _ = genre(&body, &title, language);
        }
    }
}
