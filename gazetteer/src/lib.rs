//! Names of people, organisations and places in state media, as tables.
//!
//! The tables lie beside this crate as tab-separated text, to be read and
//! edited by people; `sinmun-language` reads them.

/// People.
pub const PEOPLE: &str = include_str!("../people.tsv");

/// Parties, armies, ministries, companies, media.
pub const ORGANIZATIONS: &str = include_str!("../organizations.tsv");

/// Countries, provinces, cities.
pub const PLACES: &str = include_str!("../places.tsv");
