use serde::Deserialize;

/// What `articles.toml` says.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Description {
    /// Counts every change that makes older indexes unreadable.
    pub version: u32,
    /// The fields, in the order of the schema.
    #[serde(rename = "field")]
    pub fields: Vec<FieldDescription>,
}

/// What one field is, and what for.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FieldDescription {
    /// The name in the schema.
    pub name: String,
    /// The type of its values.
    #[serde(rename = "type")]
    pub field_type: FieldType,
    /// The analyzer, for a text.
    pub analyzer: Option<String>,
    /// The language whose articles have it.
    pub language: Option<String>,
    /// What part of an article it holds.
    pub role: Option<Role>,
    /// Whether it can be searched.
    #[serde(default)]
    pub indexed: bool,
    /// Whether it is a column.
    #[serde(default)]
    pub fast: bool,
    /// Whether its values are kept as they came.
    #[serde(default)]
    pub stored: bool,
    /// Whether an article may have several values.
    #[serde(default)]
    pub many: bool,
    /// Whether hits can be counted by it.
    #[serde(default)]
    pub facet: bool,
    /// One sentence on what it is for.
    pub purpose: String,
}

/// The type of a field's values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FieldType {
    /// Unsigned number.
    U64,
    /// Signed number.
    I64,
    /// A value as it is.
    Keyword,
    /// Terms.
    Text,
}

/// What part of an article a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Title and body, where query words are looked up.
    Text,
    /// The title alone.
    Title,
    /// Pairs of letters of title and body.
    Grams,
}

impl Description {
    /// Reads the file.
    ///
    /// # Errors
    ///
    /// Names the line and the key that cannot be read.
    pub fn parse(text: &str) -> Result<Self, toml::de::Error> {
        toml::from_str(text)
    }
}
