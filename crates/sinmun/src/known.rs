use std::collections::BTreeSet;
use std::ops::Range;

use sinmun_archive::{Fingerprint, Passages};
use sinmun_article::{ArticleId, Language, PubDate, SourceId};
use sinmun_query::Expression;

use crate::error::{Error, ErrorKind};
use crate::library::Library;

/// What is known of a text.
#[derive(Debug, Clone, PartialEq)]
pub struct Known {
    /// How much of it is known.
    pub verdict: Verdict,
    /// The articles that have at least half of it, or of which at least half stands in it; those that have most of it first.
    pub articles: Vec<KnownArticle>,
    /// The earliest of those that have at least half of it; where none has, the earliest of all.
    pub earliest: Option<ArticleId>,
}

/// How much of a text is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Verdict {
    /// An article has at least 80 % of it.
    Known,
    /// An article has at least half of it, or stands in it with at least half of its own text.
    InPart,
    /// No article has much of it.
    Unknown,
}

impl Verdict {
    /// The verdict in words: `known`, `in part` or `not known`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Known => "known",
            Self::InPart => "in part",
            Self::Unknown => "not known",
        }
    }
}

/// An article that shares passages with a text.
///
/// A passage is four words side by side, or eight letters in Korean and in scripts without spaces.
#[derive(Debug, Clone, PartialEq)]
pub struct KnownArticle {
    /// The article.
    pub id: ArticleId,
    /// The id under which it was imported, where it was.
    pub imported_id: Option<String>,
    /// Its title.
    pub title: String,
    /// Who published it.
    pub source: SourceId,
    /// The outlet's name as printed.
    pub source_name: String,
    /// The language of its text.
    pub language: Language,
    /// When it was published.
    pub date: Option<PubDate>,
    /// Where it was published.
    pub url: Option<String>,
    /// When it was first seen: RFC 3339, UTC.
    pub first_seen: String,
    /// How much of the text stands in the article, from 0 to 1, by words.
    pub contained: f64,
    /// How much of the article stands in the text, from 0 to 1.
    pub covered: f64,
    /// How alike the two are, by the measure of clusters, from 0 to 1.
    pub alike: f64,
}

/// The least share that makes a text known.
const MOST: f64 = 0.8;
/// The least share that is told.
const HALF: f64 = 0.5;
/// How many passages are looked up in the index; what lies between them is not.
const LOOKED_UP: usize = 64;
/// How many articles are read for one text.
const MOST_READ: usize = 100;

impl Library {
    /// Is this text, or most of it, known here; where was it carried, and when first?
    ///
    /// Looks for articles whose texts are alike, and for those that share
    /// passages with it: the text may be a part of an article, or an article a part
    /// of it. Only texts that articles have now are looked at, not earlier revisions.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::BadRequest`] for a text of less than four words, or eight
    /// letters of a script without spaces; [`ErrorKind::Empty`] where nothing was imported yet.
    pub fn known(&self, text: &str, language: Option<Language>) -> Result<Known, Error> {
        let (fingerprint, passages) = (Fingerprint::of(text), Passages::of(text));
        if passages.is_empty() {
            let message = "the text is too short to look for: give at least four words, or eight letters of Chinese, \
                           Japanese or Korean";
            return Err(Error::of(ErrorKind::BadRequest, message));
        }
        let catalogue = self.open_catalogue()?;
        let mut ids: BTreeSet<ArticleId> = catalogue.probably_alike(&fingerprint)?.into_iter().collect();
        ids.extend(self.quoting(phrases(text), language, MOST_READ)?);
        let mut found = Vec::new();
        for id in ids {
            let Some(article) = catalogue.article(id)? else { continue };
            if language.is_some_and(|language| language != article.language) {
                continue;
            }
            let own = Passages::of(&article.body);
            let (contained, covered) = (passages.share_in(&own), own.share_in(&passages));
            let print = Fingerprint::of(&article.body);
            // That a few words such as a signature stand in a text says nothing about it.
            if contained < HALF && (covered < HALF || print.is_short()) {
                continue;
            }
            found.push(KnownArticle {
                id: article.id,
                imported_id: article.imported_id,
                title: article.title,
                source_name: self.source(&article.source).name,
                source: article.source,
                language: article.language,
                date: article.date,
                url: article.url,
                first_seen: article.first_seen,
                contained,
                covered,
                alike: fingerprint.likeness(&print),
            });
        }
        found.sort_by(|one, other| {
            let shares = |article: &KnownArticle| (article.contained, article.covered);
            let (first, second) = (shares(one), shares(other));
            second
                .partial_cmp(&first)
                .expect("shares are numbers")
                .then_with(|| by_age(one).cmp(&by_age(other)))
        });
        let most = found.first().map_or(0.0, |article| article.contained);
        let verdict = match (most >= MOST, found.is_empty()) {
            (true, _) => Verdict::Known,
            (false, false) => Verdict::InPart,
            (false, true) => Verdict::Unknown,
        };
        let carriers = found.iter().filter(|article| most < HALF || article.contained >= HALF);
        let earliest = carriers.min_by_key(|article| by_age(article)).map(|article| article.id);
        Ok(Known { verdict, articles: found, earliest })
    }
}

/// What puts the earliest first.
fn by_age(article: &KnownArticle) -> (bool, Option<(i64, i64)>, String, ArticleId) {
    let date = article.date.map(|date| date.surely_by());
    (date.is_none(), date, article.first_seen.clone(), article.id)
}

/// Passages of a text, spread over all of it, as phrases to look up: five words, or ten letters.
fn phrases(text: &str) -> Vec<Expression> {
    let pieces = pieces(text);
    let step = pieces.len().div_ceil(LOOKED_UP).max(1);
    let phrase = |start: usize| {
        let mut weight = 0;
        let length = pieces[start..].iter().position(|(_, own)| {
            weight += own;
            weight >= 10
        })?;
        let range = pieces[start].0.start..pieces[start + length].0.end;
        Some(Expression::Phrase(text[range].to_owned(), false))
    };
    let mut phrases: Vec<Expression> = (0..pieces.len()).step_by(step).filter_map(phrase).collect();
    if phrases.is_empty() {
        phrases.push(Expression::Phrase(text.trim().to_owned(), false));
    }
    phrases
}

/// Words between spaces, which weigh two, and letters of Chinese and Japanese, which weigh one.
fn pieces(text: &str) -> Vec<(Range<usize>, u32)> {
    let mut pieces: Vec<(Range<usize>, u32)> = Vec::new();
    let mut word: Option<usize> = None;
    let alone = |letter: char| matches!(letter, '\u{2e80}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}');
    for (place, letter) in text.char_indices() {
        let is_alone = alone(letter);
        if (is_alone || letter.is_whitespace())
            && let Some(start) = word.take()
        {
            pieces.push((start..place, 2));
        }
        if is_alone {
            pieces.push((place..place + letter.len_utf8(), 1));
        } else if word.is_none() && letter.is_alphanumeric() {
            word = Some(place);
        }
    }
    if let Some(start) = word {
        pieces.push((start..text.len(), 2));
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let cut: Vec<&str> = pieces(text).iter().map(|(range, _)| &text[range.clone()]).collect();
        assert_eq!(cut, expected);
    }

    #[test]
    fn a_text_is_cut_where_its_script_allows() {
        check("The plant, at last", &["The", "plant,", "at", "last"]);
        check("“Quoted” — words", &["Quoted”", "words"]);
        check("위성이 발사되였다.", &["위성이", "발사되였다."]);
        check("在AI大会", &["在", "AI", "大", "会"]);
        check("  ", &[]);
    }

    #[test]
    fn a_long_text_is_looked_up_all_over() {
        let text: String = (0..10_000).map(|word| format!("w{word} ")).collect();
        let phrases = phrases(&text);
        assert_eq!(phrases.len(), 64);
        assert_eq!(phrases[0], Expression::Phrase("w0 w1 w2 w3 w4".into(), false));
        assert_eq!(phrases[63], Expression::Phrase("w9891 w9892 w9893 w9894 w9895".into(), false));
        assert_eq!(super::phrases("one two "), [Expression::Phrase("one two".into(), false)]);
    }
}
