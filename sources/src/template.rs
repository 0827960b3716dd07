use std::fmt;

use serde::{Deserialize, Deserializer, de};
use sinmun_article::Day;

/// A URL or a request's body with places to be filled in: `/day/{yyyy}{mm}{dd}.shtml`.
///
/// A name in braces is a place; any other brace stands for itself, so that a
/// body may be JSON.
#[derive(Clone, PartialEq, Eq)]
pub struct Template {
    text: String,
    parts: Vec<Part>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    Place(Place),
}

/// What may stand in braces.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Place {
    /// `{yyyy}`, `{from-yyyy}`, `{to-yyyy}`: the year in four digits.
    Year(Which),
    /// `{yy}`: its last two digits.
    ShortYear(Which),
    /// `{mm}`: the month in two digits.
    Month(Which),
    /// `{m}`: the month without a leading zero.
    PlainMonth(Which),
    /// `{dd}`: the day of the month in two digits.
    DayOfMonth(Which),
    /// `{d}`: the day of the month without a leading zero.
    PlainDay(Which),
    /// `{date}`, `{from}`, `{to}`: the whole day, `2022-05-01`.
    Date(Which),
    /// `{page}` or `{offset}`: the running number of a list's pages.
    Page,
    /// `{edition}`: the edition's code at the site.
    Edition,
    /// `{0}` the whole match, `{1}` to `{9}` the groups of a pattern.
    Group(usize),
}

/// Which day a place of a template speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Which {
    /// The day of a day's page.
    The,
    /// The first day that is asked for.
    From,
    /// The last day that is asked for.
    To,
}

/// How a value is written into a template.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Escape {
    /// As it stands: a URL is read and checked as a whole afterwards.
    Plain,
    /// For a body of `application/x-www-form-urlencoded`.
    Form,
    /// For the inside of a JSON string.
    Json,
}

/// What fills the places of a template.
#[derive(Debug, Clone, Copy, Default)]
pub struct Values<'a> {
    /// The day of a day's page.
    pub day: Option<Day>,
    /// The first and the last day that are asked for.
    pub range: Option<(Day, Day)>,
    /// The running number of a list's pages.
    pub page: Option<u64>,
    /// The edition's code at the site.
    pub edition: Option<&'a str>,
    /// The whole match and its groups.
    pub groups: &'a [&'a str],
}

impl Template {
    /// Reads a template.
    ///
    /// # Errors
    ///
    /// A name in braces that no place has.
    pub fn new(text: &str) -> Result<Self, String> {
        let mut parts = Vec::new();
        let mut rest = text;
        let mut literal = String::new();
        while let Some(open) = rest.find('{') {
            let (before, after) = rest.split_at(open);
            literal.push_str(before);
            let name = after[1..].split('}').next().unwrap_or_default();
            let closed = after.len() > name.len() + 1;
            let is_name =
                !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
            if closed && is_name {
                let place = Place::named(name).ok_or_else(|| {
                    format!(
                        "{{{name}}} is no place of a template: see the table of places in sources/README.md"
                    )
                })?;
                if !literal.is_empty() {
                    parts.push(Part::Text(std::mem::take(&mut literal)));
                }
                parts.push(Part::Place(place));
                rest = &after[name.len() + 2..];
            } else {
                literal.push('{');
                rest = &after[1..];
            }
        }
        literal.push_str(rest);
        if !literal.is_empty() {
            parts.push(Part::Text(literal));
        }
        Ok(Self { text: text.to_owned(), parts })
    }

    /// The template as written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The places that are to be filled.
    pub fn places(&self) -> impl Iterator<Item = Place> {
        self.parts.iter().filter_map(|part| match part {
            Part::Text(_) => None,
            Part::Place(place) => Some(*place),
        })
    }

    /// The text with every place filled; `None` where a value is missing.
    pub fn fill(&self, values: &Values<'_>, escape: Escape) -> Option<String> {
        let mut filled = String::with_capacity(self.text.len());
        for part in &self.parts {
            match part {
                Part::Text(text) => filled.push_str(text),
                Part::Place(place) => escape.write(&place.value(values)?, &mut filled),
            }
        }
        Some(filled)
    }
}

impl Place {
    fn named(name: &str) -> Option<Self> {
        let (which, unit) = match name {
            "from" => (Which::From, "date"),
            "to" => (Which::To, "date"),
            _ => name
                .strip_prefix("from-")
                .map(|unit| (Which::From, unit))
                .or_else(|| name.strip_prefix("to-").map(|unit| (Which::To, unit)))
                .unwrap_or((Which::The, name)),
        };
        Some(match unit {
            "yyyy" => Self::Year(which),
            "yy" => Self::ShortYear(which),
            "mm" => Self::Month(which),
            "m" => Self::PlainMonth(which),
            "dd" => Self::DayOfMonth(which),
            "d" => Self::PlainDay(which),
            "date" => Self::Date(which),
            _ if which != Which::The => return None,
            "page" | "offset" => Self::Page,
            "edition" => Self::Edition,
            _ => match unit.as_bytes() {
                [digit @ b'0'..=b'9'] => Self::Group(usize::from(digit - b'0')),
                _ => return None,
            },
        })
    }

    /// Whether a day has to be known.
    pub fn is_day(self) -> bool {
        self.which() == Some(Which::The)
    }

    /// Whether the range of days has to be known.
    pub fn is_range(self) -> bool {
        self.which().is_some_and(|which| which != Which::The)
    }

    fn which(self) -> Option<Which> {
        match self {
            Self::Year(which)
            | Self::ShortYear(which)
            | Self::Month(which)
            | Self::PlainMonth(which)
            | Self::DayOfMonth(which)
            | Self::PlainDay(which)
            | Self::Date(which) => Some(which),
            Self::Page | Self::Edition | Self::Group(_) => None,
        }
    }

    fn value(self, values: &Values<'_>) -> Option<String> {
        let day = match self.which() {
            None => None,
            Some(Which::The) => Some(values.day?),
            Some(Which::From) => Some(values.range?.0),
            Some(Which::To) => Some(values.range?.1),
        };
        Some(match (self, day) {
            (Self::Year(_), Some(day)) => format!("{:04}", day.year()),
            (Self::ShortYear(_), Some(day)) => format!("{:02}", day.year().rem_euclid(100)),
            (Self::Month(_), Some(day)) => format!("{:02}", day.month()),
            (Self::PlainMonth(_), Some(day)) => day.month().to_string(),
            (Self::DayOfMonth(_), Some(day)) => format!("{:02}", day.day()),
            (Self::PlainDay(_), Some(day)) => day.day().to_string(),
            (Self::Date(_), Some(day)) => day.to_string(),
            (Self::Page, _) => values.page?.to_string(),
            (Self::Edition, _) => values.edition?.to_owned(),
            (Self::Group(number), _) => (*values.groups.get(number)?).to_owned(),
            (_, None) => return None,
        })
    }
}

impl Escape {
    /// How a body of this content type is written.
    pub fn of_content_type(content_type: &str) -> Self {
        let kind = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        match kind.as_str() {
            "application/x-www-form-urlencoded" => Self::Form,
            _ if kind.ends_with("json") => Self::Json,
            _ => Self::Plain,
        }
    }

    fn write(self, value: &str, out: &mut String) {
        match self {
            Self::Plain => out.push_str(value),
            Self::Form => out.extend(url::form_urlencoded::byte_serialize(value.as_bytes())),
            Self::Json => {
                for character in value.chars() {
                    match character {
                        '"' => out.push_str("\\\""),
                        '\\' => out.push_str("\\\\"),
                        control if control < ' ' => out.push_str(&format!("\\u{:04x}", u32::from(control))),
                        other => out.push(other),
                    }
                }
            }
        }
    }
}

impl fmt::Debug for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Template({:?})", self.text)
    }
}

impl<'de> Deserialize<'de> for Template {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(&String::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(template: &str, escape: Escape, filled: Option<&str>) {
        let day = "2022-05-01".parse().unwrap();
        let values = Values {
            day: Some(day),
            range: Some((day, "2022-12-31".parse().unwrap())),
            page: Some(20),
            edition: None,
            groups: &["whole", "a \"b\"&c"],
        };
        assert_eq!(Template::new(template).unwrap().fill(&values, escape).as_deref(), filled);
    }

    #[test]
    fn places_are_filled() {
        check("/{yyyy}/{yy}{mm}{dd}/{m}-{d}.htm", Escape::Plain, Some("/2022/220501/5-1.htm"));
        check("start={from-dd}-{from-mm}&end={to}", Escape::Plain, Some("start=01-05&end=2022-12-31"));
        check("page_start={offset}&id={1}", Escape::Form, Some("page_start=20&id=a+%22b%22%26c"));
        check(r#"{"n":{page},"q":"{1}"}"#, Escape::Json, Some(r#"{"n":20,"q":"a \"b\"&c"}"#));
        check("{edition}", Escape::Plain, None);
        check("{2}", Escape::Plain, None);
        check("{", Escape::Plain, Some("{"));
    }

    #[test]
    fn an_unknown_place_is_a_mistake() {
        for text in ["{yyy}", "x{pge}", "{from-page}", "{12}"] {
            assert!(Template::new(text).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in ".{0,40}") {
            if let Ok(template) = Template::new(&text) {
                prop_assert_eq!(template.as_str(), text.as_str());
                if template.places().next().is_none() {
                    prop_assert_eq!(template.fill(&Values::default(), Escape::Plain), Some(text));
                }
            }
        }
    }
}
