use serde::Deserialize;

use crate::{Pattern, read};

/// Where on an article's page its parts are.
///
/// Each part is looked for by one selector after the other, and the first that
/// finds something counts. In an XML page a selector is the name of an element.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Selectors {
    /// The URLs that these selectors are for, in canonical form; all where nothing is said.
    pub urls: Option<Pattern>,
    /// Whether the page is HTML or XML.
    pub format: Format,
    /// On a page of many articles, what each of them is in.
    #[serde(deserialize_with = "read::one_or_many")]
    pub story: Vec<String>,
    /// Where nothing is around each, what each of them begins with.
    #[serde(deserialize_with = "read::one_or_many")]
    pub story_start: Vec<String>,
    /// What the `name` or `id` of a story looks like, by which links call it; what is called otherwise is none.
    pub story_name: Option<Pattern>,
    /// The title.
    #[serde(deserialize_with = "read::one_or_many")]
    pub title: Vec<String>,
    /// Which of the elements with a text that a selector finds is the title, counted from 1; the first where nothing is said.
    pub title_place: Option<usize>,
    /// What stands in a title and is none of it, such as a label before it.
    pub title_drop: Option<Pattern>,
    /// The printed date.
    #[serde(deserialize_with = "read::one_or_many")]
    pub date: Vec<String>,
    /// The part of the text that is the date: its first group, or the whole match.
    pub date_pattern: Option<Pattern>,
    /// Which number comes first in a date such as 06/11/2024.
    pub date_order: Option<DateOrder>,
    /// The body, or each of its paragraphs.
    #[serde(deserialize_with = "read::one_or_many")]
    pub body: Vec<String>,
    /// Who wrote it.
    #[serde(deserialize_with = "read::one_or_many")]
    pub byline: Vec<String>,
    /// Its pictures.
    #[serde(deserialize_with = "read::one_or_many")]
    pub image: Vec<String>,
    /// What stands under them.
    #[serde(deserialize_with = "read::one_or_many")]
    pub caption: Vec<String>,
    /// The line of the body with which something else begins, such as cards of other articles.
    pub end_pattern: Option<Pattern>,
    /// What is inside the body and not part of it.
    #[serde(deserialize_with = "read::one_or_many")]
    pub drop: Vec<String>,
    /// At an aggregator, the line that names the outlet: its first group the name, its second the language.
    pub outlet_pattern: Option<Pattern>,
    /// Where a page's URL holds its day: groups for the year of four digits, the month and the day.
    pub url_date_pattern: Option<Pattern>,
    /// At an aggregator, what in a page's URL says when it first saw the article: its first group, in seconds since 1970.
    pub seen_pattern: Option<Pattern>,
    /// At an aggregator, the link to the outlet's own page.
    #[serde(deserialize_with = "read::one_or_many")]
    pub original: Vec<String>,
}

/// What an article's page is written in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// HTML.
    #[default]
    Html,
    /// XML, whose elements hold escaped HTML.
    Xml,
}

/// Which number comes first in a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DateOrder {
    /// 06/11/2024 is the sixth of November.
    DayFirst,
    /// 06/11/2024 is the eleventh of June.
    MonthFirst,
    /// 2024/11/06.
    YearFirst,
}

impl Selectors {
    /// Whether its pages may hold many articles.
    pub fn has_stories(&self) -> bool {
        self.format == Format::Html && !(self.story.is_empty() && self.story_start.is_empty())
    }

    /// A body up to the line with which something else begins.
    pub fn before_end<'t>(&self, body: &'t str) -> &'t str {
        let Some(end) = &self.end_pattern else { return body };
        let mut start = 0;
        for line in body.split_inclusive('\n') {
            if end.is_match(line.trim()) {
                return body[..start].trim_end();
            }
            start += line.len();
        }
        body
    }

    /// Every CSS selector with the key that holds it; none for XML.
    pub fn css(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let lists = [
            ("story", &self.story),
            ("story_start", &self.story_start),
            ("title", &self.title),
            ("date", &self.date),
            ("body", &self.body),
            ("byline", &self.byline),
            ("image", &self.image),
            ("caption", &self.caption),
            ("drop", &self.drop),
            ("original", &self.original),
        ];
        let is_html = self.format == Format::Html;
        lists
            .into_iter()
            .filter(move |_| is_html)
            .flat_map(|(key, list)| list.iter().map(move |selector| (key, selector.as_str())))
    }
}
