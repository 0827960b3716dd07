use std::fmt;

use crate::date::Refusal;

/// What is missing on a page, or odd about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum PageWarning {
    /// No title: the page is no article.
    NoTitle,
    /// No text: only a headline.
    NoBody,
    /// No date.
    NoDate,
    /// What is printed as its date is refused.
    BadDate(Refusal),
    /// A part of its date is not said, such as the year.
    GuessedDate,
    /// The language is not told.
    NoLanguage,
    /// The text is in another language than the page says: the text's counts.
    OtherLanguage,
    /// At an aggregator, no outlet is named.
    NoOutlet,
    /// The page is larger or deeper than is read.
    TooLarge,
    /// The site's rules found no title or no body, and the page was read without them: the site may have changed.
    RulesMissed,
    /// The text was read in another encoding than it was written in, on its way to the page or on the page.
    Garbled,
    /// The text is in two languages, one after the other: the larger part's is the article's.
    MixedLanguages,
    /// The page's date and the dateline of its text are more than three days apart.
    OtherDay,
}

impl fmt::Display for PageWarning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoTitle => "a page without a title",
            Self::NoBody => "kept without a text: the page has none where it should be",
            Self::NoDate => "kept without a date",
            Self::BadDate(why) => return write!(f, "what is printed as the date is none: {}", why.text()),
            Self::GuessedDate => "a date that is said in part, and guessed",
            Self::NoLanguage => "kept without a language",
            Self::OtherLanguage => "a text in another language than its page says",
            Self::NoOutlet => "a copy that names no outlet",
            Self::TooLarge => "a page larger than is read",
            Self::RulesMissed => {
                "read without the site's rules, which found no title or no body: the site may have changed"
            }
            Self::Garbled => "a text that was read in another encoding than it was written in",
            Self::MixedLanguages => "a text in two languages, one after the other",
            Self::OtherDay => "a dateline of another day than its page says",
        })
    }
}
