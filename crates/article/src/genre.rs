use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// What kind of text an article is, where it says so itself.
///
/// A report *about* a statement is no statement: the genre is that of the text which the article is. Most news
/// say nothing of the kind and have none.
///
/// ```
/// use sinmun_article::Genre;
///
/// assert_eq!("press-statement".parse(), Ok(Genre::PressStatement));
/// assert_eq!(Genre::PressStatement.name(), "press-statement");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Genre {
    /// What a government, a ministry or its spokesperson declares: 성명, 声明, заявление, declaración.
    Statement,
    /// A declaration of lower rank, made to the press: 담화, 談話, 谈话.
    PressStatement,
    /// An outlet's opinion on an event: 론평, 評論.
    Commentary,
    /// An outlet's opinion as such: 사설, 社論, передовая.
    Editorial,
    /// What somebody said before others: 연설, 演説, речь.
    Speech,
    /// A letter or telegram, such as of congratulation or of sympathy: 축전, 祝電, телеграмма.
    Message,
    /// What a body makes known of its findings or its work: 보도, 報道, доклад.
    Report,
    /// What a meeting or two sides agreed to make known: 공보, 公报, коммюнике.
    Communique,
    /// Questions and answers, also those that a spokesperson gives to an agency.
    Interview,
    /// A picture and what stands under it.
    Caption,
}

impl Genre {
    /// Every genre, in the order of the enumeration.
    pub const ALL: [Self; 10] = [
        Self::Statement,
        Self::PressStatement,
        Self::Commentary,
        Self::Editorial,
        Self::Speech,
        Self::Message,
        Self::Report,
        Self::Communique,
        Self::Interview,
        Self::Caption,
    ];

    /// The name as it stands in JSON and in filters.
    pub fn name(self) -> &'static str {
        match self {
            Self::Statement => "statement",
            Self::PressStatement => "press-statement",
            Self::Commentary => "commentary",
            Self::Editorial => "editorial",
            Self::Speech => "speech",
            Self::Message => "message",
            Self::Report => "report",
            Self::Communique => "communique",
            Self::Interview => "interview",
            Self::Caption => "caption",
        }
    }
}

impl fmt::Display for Genre {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A word that names no genre.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GenreError(String);

impl fmt::Display for GenreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = Genre::ALL.iter().map(|genre| genre.name()).collect();
        write!(f, "`{}` is no genre: use one of {}", self.0, names.join(", "))
    }
}

impl std::error::Error for GenreError {}

impl FromStr for Genre {
    type Err = GenreError;

    fn from_str(name: &str) -> Result<Self, GenreError> {
        Self::ALL.into_iter().find(|genre| genre.name() == name).ok_or_else(|| GenreError(name.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_back() {
        for genre in Genre::ALL {
            assert_eq!(genre.name().parse(), Ok(genre));
        }
        assert!("telegram".parse::<Genre>().unwrap_err().to_string().contains("message"));
    }
}
