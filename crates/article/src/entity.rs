use std::fmt;

use serde::{Deserialize, Serialize};

/// What sort of thing a name names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EntityKind {
    /// A human being, living or not.
    Person,
    /// A body: party, army, ministry, company, medium.
    Organization,
    /// A country, region, town, river, building.
    Place,
}

impl EntityKind {
    /// Every kind, in the order in which facets are printed.
    pub const ALL: [Self; 3] = [Self::Person, Self::Organization, Self::Place];

    /// The name of the kind's facet and filter.
    pub fn name(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Organization => "organization",
            Self::Place => "place",
        }
    }
}

impl fmt::Display for EntityKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The stable id of an entity, such as `kim-jong-un`.
///
/// A name that the gazetteer does not know is its own identity: `name:` and
/// its folded spelling.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct EntityId(String);

impl EntityId {
    /// The id of a gazetteer row.
    pub fn known(id: &str) -> Self {
        Self(id.to_owned())
    }

    /// The id of a name without a row.
    pub fn unknown(name: &str) -> Self {
        Self(format!("name:{}", crate::fold_title(name)))
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for EntityId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A person, organisation or place that articles mention.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entity {
    /// The stable id.
    pub id: EntityId,
    /// What it is.
    pub kind: EntityKind,
    /// ISO 3166 alpha-2 code where the entity is itself a country.
    pub country: Option<String>,
    /// The name in print, in English.
    pub label: String,
}

/// One place in a text where an entity is named.
///
/// # Invariants
///
/// `start..end` are byte offsets of the text given, on character boundaries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mention {
    /// Offset of the first byte.
    pub start: usize,
    /// Offset behind the last byte.
    pub end: usize,
    /// What sort of thing is named.
    pub kind: EntityKind,
    /// Who or what it is.
    pub id: EntityId,
}
