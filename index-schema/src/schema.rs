use std::collections::HashMap;
use std::sync::OnceLock;

use sinmun_article::Language;
use tantivy::schema::{Field, IndexRecordOption, NumericOptions, Schema, TextFieldIndexing, TextOptions};

use crate::description::{Description, FieldDescription, FieldType, Role};

/// The Tantivy schema and what each of its fields is for.
#[derive(Debug, Clone)]
pub struct IndexSchema {
    description: Description,
    schema: Schema,
    by_language: HashMap<String, LanguageFields>,
}

/// The fields that hold the articles of one language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LanguageFields {
    /// Title, title again, body.
    pub text: Field,
    /// Title.
    pub title: Field,
    /// Pairs of letters, where the script needs them.
    pub grams: Option<Field>,
}

/// The key of the fields for languages without an analyzer of their own.
const OTHER: &str = "other";

impl IndexSchema {
    /// The schema of `articles.toml`.
    pub fn built_in() -> Self {
        static SCHEMA: OnceLock<IndexSchema> = OnceLock::new();
        let read = || {
            let description =
                Description::parse(crate::ARTICLES).expect("articles.toml is sound, as a test shows");
            Self::of(description)
        };
        SCHEMA.get_or_init(read).clone()
    }

    fn of(description: Description) -> Self {
        let mut builder = Schema::builder();
        let mut parts: HashMap<String, [Option<Field>; 3]> = HashMap::new();
        for field in &description.fields {
            let added = match field.field_type {
                FieldType::U64 => builder.add_u64_field(&field.name, numeric(field)),
                FieldType::I64 => builder.add_i64_field(&field.name, numeric(field)),
                FieldType::Keyword => builder.add_text_field(&field.name, keyword(field)),
                FieldType::Text => builder.add_text_field(&field.name, text(field)),
            };
            if let (Some(language), Some(role)) = (&field.language, field.role) {
                parts.entry(language.clone()).or_default()[role as usize] = Some(added);
            }
        }
        let by_language = parts.into_iter().filter_map(|(language, [text, title, grams])| {
            Some((language, LanguageFields { text: text?, title: title?, grams }))
        });
        Self { by_language: by_language.collect(), schema: builder.build(), description }
    }

    /// Counts every change that makes older indexes unreadable.
    pub fn version(&self) -> u32 {
        self.description.version
    }

    /// What each field is for.
    pub fn description(&self) -> &Description {
        &self.description
    }

    /// The schema as Tantivy has it.
    pub fn tantivy(&self) -> &Schema {
        &self.schema
    }

    /// A field by its name.
    pub fn field(&self, name: &str) -> Option<Field> {
        self.schema.get_field(name).ok()
    }

    /// A field that the program itself names.
    ///
    /// # Panics
    ///
    /// Where `articles.toml` has no such field.
    pub fn known(&self, name: &str) -> Field {
        self.field(name).unwrap_or_else(|| panic!("articles.toml has no field {name}"))
    }

    /// The fields of a language, or those of all others.
    pub fn fields_for(&self, language: Language) -> LanguageFields {
        self.by_language.get(self.slot(language)).copied().expect("articles.toml has fields for every slot")
    }

    /// The name under which a language's fields go: its code, or `other`.
    pub fn slot(&self, language: Language) -> &str {
        self.by_language.get_key_value(language.code()).map_or(OTHER, |(code, _)| code)
    }

    /// The name of a field's analyzer.
    pub fn analyzer_of(&self, field: Field) -> Option<&str> {
        let name = self.schema.get_field_name(field);
        self.description.fields.iter().find(|field| field.name == name)?.analyzer.as_deref()
    }
}

fn numeric(field: &FieldDescription) -> NumericOptions {
    let mut options = NumericOptions::default();
    if field.indexed {
        options = options.set_indexed();
    }
    if field.fast {
        options = options.set_fast();
    }
    if field.stored { options.set_stored() } else { options }
}

fn keyword(field: &FieldDescription) -> TextOptions {
    let mut options = TextOptions::default();
    if field.indexed {
        let indexing = TextFieldIndexing::default()
            .set_tokenizer("raw")
            .set_index_option(IndexRecordOption::Basic)
            .set_fieldnorms(false);
        options = options.set_indexing_options(indexing);
    }
    if field.fast {
        options = options.set_fast("raw");
    }
    if field.stored { options.set_stored() } else { options }
}

fn text(field: &FieldDescription) -> TextOptions {
    let indexing = TextFieldIndexing::default()
        .set_tokenizer(field.analyzer.as_deref().unwrap_or("words"))
        .set_index_option(IndexRecordOption::WithFreqsAndPositions)
        .set_fieldnorms(field.role != Some(Role::Title));
    let options = TextOptions::default().set_indexing_options(indexing);
    if field.stored { options.set_stored() } else { options }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_says_what_it_is_for() {
        let schema = IndexSchema::built_in();
        assert!(schema.description().fields.iter().all(|field| field.purpose.ends_with('.')));
        for field in &schema.description().fields {
            assert_eq!(field.analyzer.is_some(), field.field_type == FieldType::Text, "{}", field.name);
            assert!(field.indexed || field.fast, "{} serves nothing", field.name);
        }
    }

    #[test]
    fn every_language_has_its_fields() {
        let schema = IndexSchema::built_in();
        for code in ["en", "ru", "es", "fr", "de", "ar", "zh", "ko", "ja"] {
            assert_eq!(schema.slot(code.parse().unwrap()), code);
        }
        assert_eq!(schema.slot("vi".parse().unwrap()), OTHER);
        assert!(schema.fields_for(Language::KOREAN).grams.is_some());
        assert_eq!(schema.fields_for(Language::ENGLISH).grams, None);
        assert_eq!(schema.analyzer_of(schema.known("grams_ko")), Some("grams"));
    }
}
