use sinmun_article::{Article, ArticleId, EntityKind, Mention};
use sinmun_index_schema::IndexSchema;
use tantivy::TantivyDocument;
use tantivy::schema::Field;

/// What an article mentions, each value once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mentioned {
    /// Ids of people.
    pub people: Vec<String>,
    /// Ids of organisations.
    pub organizations: Vec<String>,
    /// Ids of places.
    pub places: Vec<String>,
    /// ISO 3166 codes of countries.
    pub countries: Vec<String>,
}

impl Mentioned {
    /// Adds mentions; `country_of` says which country an entity is, where it is one.
    pub fn add<'a>(&mut self, mentions: &[Mention], country_of: impl Fn(&Mention) -> Option<&'a str>) {
        for mention in mentions {
            let list = match mention.kind {
                EntityKind::Person => &mut self.people,
                EntityKind::Organization => &mut self.organizations,
                EntityKind::Place => &mut self.places,
            };
            add_once(list, mention.id.as_str());
            if let Some(country) = country_of(mention) {
                add_once(&mut self.countries, country);
            }
        }
    }
}

fn add_once(list: &mut Vec<String>, value: &str) {
    if !list.iter().any(|known| known == value) {
        list.push(value.to_owned());
    }
}

/// The fields that every document has, looked up once.
pub(crate) struct Documents {
    schema: IndexSchema,
    pub(crate) id: Field,
    source: Field,
    language: Field,
    person: Field,
    organization: Field,
    place: Field,
    country: Field,
    month: Field,
    first_day: Field,
    last_day: Field,
    moment: Field,
    story: Field,
    cluster: Field,
}

impl Documents {
    pub(crate) fn of(schema: &IndexSchema) -> Self {
        let field = |name| schema.known(name);
        Self {
            id: field("id"),
            source: field("source"),
            language: field("language"),
            person: field("person"),
            organization: field("organization"),
            place: field("place"),
            country: field("country"),
            month: field("month"),
            first_day: field("first_day"),
            last_day: field("last_day"),
            moment: field("moment"),
            story: field("story"),
            cluster: field("cluster"),
            schema: schema.clone(),
        }
    }

    pub(crate) fn make(
        &self,
        article: &Article,
        face: Option<ArticleId>,
        mentioned: &Mentioned,
    ) -> TantivyDocument {
        let mut document = TantivyDocument::default();
        document.add_u64(self.id, article.id.number());
        document.add_text(self.source, article.source.as_str());
        document.add_text(self.language, article.language.code());
        document.add_u64(self.story, article.story);
        if let Some(face) = face {
            document.add_u64(self.cluster, face.number());
        }
        if let Some(date) = &article.date {
            let (first, last) = date.days();
            let month = date.known_month().map_or(0, |(_, month)| month);
            document.add_u64(self.month, date.known_year() as u64 * 100 + month as u64);
            document.add_i64(self.first_day, first);
            document.add_i64(self.last_day, last);
            document.add_i64(self.moment, date.moment());
        }
        let lists = [
            (self.person, &mentioned.people),
            (self.organization, &mentioned.organizations),
            (self.place, &mentioned.places),
            (self.country, &mentioned.countries),
        ];
        for (field, values) in lists {
            for value in values {
                document.add_text(field, value);
            }
        }
        let fields = self.schema.fields_for(article.language);
        document.add_text(fields.title, &article.title);
        // Twice, so that a word of the title counts double; Tantivy leaves a gap between values.
        document.add_text(fields.text, &article.title);
        document.add_text(fields.text, &article.title);
        if !article.body.is_empty() {
            document.add_text(fields.text, &article.body);
        }
        if let Some(grams) = fields.grams {
            document.add_text(grams, &article.title);
            if !article.body.is_empty() {
                document.add_text(grams, &article.body);
            }
        }
        document
    }
}
