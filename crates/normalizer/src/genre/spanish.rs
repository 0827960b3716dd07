use sinmun_article::Genre::{self, *};

use super::Words;

/// What Spanish titles and texts say of their kind.
pub(super) const WORDS: Words = Words { titles: TITLES, first: FIRST, reports: REPORTS, official: OFFICIAL };

/// A title that tells of a text is not that text.
const REPORTS: &str = r"(?i)\b(?:publicad[oa]s?|publican?|emite|emitid[oa]|recibe|recibid[oa]|envia|envía|enviad[oa]|apoyad[oa]|apoyan?|denuncian?|condenan?|acogid[oa]|es|son|sirve|provoca|causa|revela)\b";

const OFFICIAL: &str = r"(?i)\b(?:portavoz|vocero|ministerio|minrex|canciller\w*|ministro|gobierno|comit[eé]|comisi[oó]n|cc|cdn|ejercito|ejército|epc|estado mayor|asamblea|presidente|presidium|partido|ptc|atcc|acnc|agencia|embajada|embajador|delegaci[oó]n|frente|asociaci[oó]n|federaci[oó]n|consejo|departamento|director|jefe|crpp|rpdc)\b";

/// Forms of titles, in the order in which they count.
const TITLES: &[(&str, Genre)] = &[
    (r"(?i)^entrevista(?: con| a | concedida|[:.] )", Interview),
    (
        r"(?i)^(?P<speaker>.{3,100}?) (?:responde|contesta) a (?:la |las )?preguntas? (?:de|formulada|hecha)",
        Interview,
    ),
    (r"(?i)^(?:fotos?|en fotos|galer[ií]a|fotorreportaje) ?[:|]", Caption),
    (
        r"(?i)[-–,(] ?comentario de (?:la )?(?P<speaker>atcc|acnc|rodong sinmun|minju joson) ?[-–)]?$",
        Commentary,
    ),
    (r"(?i)^comentario de (?:la )?(?P<speaker>atcc|acnc|rodong sinmun|minju joson)\b", Commentary),
    (r"(?i)^(?:comentario|opini[oó]n) ?[:|]", Commentary),
    (
        r"(?i)^editorial(?: ?[:|]| (?:conjunto )?de (?P<speaker>rodong sinmun.{0,80}|(?:los )?peri[oó]dicos?.{0,40}|(?:el )?diario .{2,40}))",
        Editorial,
    ),
    (
        r"(?i)^declaraci[oó]n (?:de|a la|para la) prensa(?: del?(?: la)? (?P<speaker>.{3,120}))?$",
        PressStatement,
    ),
    (
        r"(?i)^declaraci[oó]n (?:conjunta |especial )?(?:del?|de la|de los|de las) (?P<official>.{3,140}?)(?: a (?:la )?(?:atcc|acnc))?$",
        Statement,
    ),
    (
        r"(?i)^comunicado (?:conjunto|especial|de prensa|final)?(?: ?(?:del?|de la) (?P<speaker>.{3,100}))?$",
        Communique,
    ),
    (
        r"(?i)^discurso (?:de a[nñ]o nuevo )?(?:del?|pronunciado por|de la) (?P<speaker>.{3,80}?)(?: (?:en|ante|pronunciado|con motivo) .{3,120})?$",
        Speech,
    ),
    (
        r"(?i)^(?:mensaje|telegrama|carta) de (?:felicitaci[oó]n|condolencias?|p[eé]same|consuelo|agradecimiento|saludo|solidaridad|respuesta|simpat[ií]a)",
        Message,
    ),
    (r"(?i)^(?:mensaje|telegrama|carta)(?: abierta)? (?:al?|para) .{3,100}$", Message),
    (r"(?i)^informe (?:detallado )?de (?:la )?(?P<speaker>atcc|acnc)\b", Report),
];

/// Beginnings of texts that say what follows.
const FIRST: &[(&str, Genre)] = &[
    (
        r"(?i)^(?:el |la |un |una )?(?P<speaker>[^.:]{3,140}?) (?:public[oó]|emiti[oó]|dio a conocer|hizo p[uú]blica|hizo) (?:el [^.:]{3,30} )?la (?:siguiente declaraci[oó]n|declaraci[oó]n siguiente)",
        Statement,
    ),
    (
        r"(?i)^(?:el |la |un |una )?(?P<speaker>[^.:]{3,140}?) (?:public[oó]|emiti[oó]|dio a conocer) (?:el [^.:]{3,30} )?el (?:siguiente comentario|comentario siguiente)",
        Commentary,
    ),
];
