use std::collections::HashMap;
use std::fmt;

use sinmun_article::{Entity, EntityId, EntityKind, Language, fold_word};

/// The names of people, organisations and places, in several languages.
///
/// Read from tab-separated tables whose header names the columns: `id`,
/// `iso2`, a column a language, `notes`. A cell holds the label and, behind
/// `|`, the aliases.
#[derive(Debug, Clone, Default)]
pub struct Gazetteer {
    rows: Vec<Row>,
    by_id: HashMap<String, usize>,
    by_name: HashMap<(EntityKind, String), Vec<usize>>,
}

/// One entity and its names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Who or what it is; the label is the English one.
    pub entity: Entity,
    /// Language, label first, then aliases.
    pub names: Vec<(Language, Vec<String>)>,
    /// What else is known, in a few words.
    pub notes: String,
}

impl Gazetteer {
    /// Adds the rows of one table.
    ///
    /// # Errors
    ///
    /// A missing column, a row without id or English label, an id that is
    /// taken: with the line.
    pub fn add(&mut self, kind: EntityKind, table: &str) -> Result<(), GazetteerError> {
        let mut lines = table.lines().enumerate();
        let (_, header) =
            lines.next().ok_or(GazetteerError { line: 1, message: "the table is empty".into() })?;
        let columns: Vec<&str> = header.trim_start_matches('\u{feff}').split('\t').collect();
        for needed in ["id", "en"] {
            if !columns.contains(&needed) {
                return Err(GazetteerError { line: 1, message: format!("there is no column {needed}") });
            }
        }
        for (number, line) in lines.filter(|(_, line)| !line.trim().is_empty()) {
            let row = read_row(kind, &columns, line)
                .map_err(|message| GazetteerError { line: number + 1, message })?;
            let id = row.entity.id.as_str().to_owned();
            let place = self.rows.len();
            if self.by_id.insert(id.clone(), place).is_some() {
                return Err(GazetteerError {
                    line: number + 1,
                    message: format!("the id {id} is taken already"),
                });
            }
            for name in row.names.iter().flat_map(|(_, names)| names).chain([&id]) {
                let known = self.by_name.entry((kind, fold_word(name))).or_default();
                if !known.contains(&place) {
                    known.push(place);
                }
            }
            self.rows.push(row);
        }
        Ok(())
    }

    /// Every row.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// The row of an id.
    pub fn get(&self, id: &str) -> Option<&Row> {
        self.by_id.get(id).map(|&place| &self.rows[place])
    }

    /// The entities that an id or a name in any language and spelling of the table means.
    ///
    /// Case, spaces, hyphens and width do not count.
    pub fn resolve(&self, kind: EntityKind, name: &str) -> Vec<&Row> {
        let by_id = self.get(name).filter(|row| row.entity.kind == kind);
        match by_id {
            Some(row) => vec![row],
            None => {
                let places = self.by_name.get(&(kind, fold_word(name)));
                places.into_iter().flatten().map(|&place| &self.rows[place]).collect()
            }
        }
    }
}

fn read_row(kind: EntityKind, columns: &[&str], line: &str) -> Result<Row, String> {
    let (mut id, mut country, mut notes, mut names) = ("", None, "", Vec::new());
    for (column, cell) in columns.iter().zip(line.split('\t')) {
        let cell = cell.trim();
        match *column {
            "id" => id = cell,
            "iso2" => country = (!cell.is_empty()).then(|| cell.to_ascii_uppercase()),
            "notes" => notes = cell,
            code => {
                let Ok(language) = code.parse::<Language>() else { continue };
                let spellings: Vec<String> = cell
                    .split('|')
                    .map(str::trim)
                    .filter(|name| !name.is_empty())
                    .map(str::to_owned)
                    .collect();
                if !spellings.is_empty() {
                    names.push((language, spellings));
                }
            }
        }
    }
    if id.is_empty() {
        return Err("there is no id".into());
    }
    let english = names.iter().find(|(language, _)| *language == Language::ENGLISH);
    let label =
        english.map(|(_, names)| names[0].clone()).ok_or_else(|| format!("{id} has no English label"))?;
    let entity = Entity { id: EntityId::known(id), kind, country, label };
    Ok(Row { entity, names, notes: notes.to_owned() })
}

/// A table of the gazetteer that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GazetteerError {
    line: usize,
    message: String,
}

impl fmt::Display for GazetteerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "gazetteer, line {}: {}", self.line, self.message)
    }
}

impl std::error::Error for GazetteerError {}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "id\tiso2\ten\tko\tnotes\nkim-jong-un\t\tKim Jong Un|Kim Jong-un\t김정은\tleader\n";

    #[test]
    fn a_name_in_any_spelling_leads_to_the_id() {
        let mut gazetteer = Gazetteer::default();
        gazetteer.add(EntityKind::Person, TABLE).unwrap();
        for name in ["kim-jong-un", "김정은", "KIM JONG-UN", "Kim Jongun"] {
            let found = gazetteer.resolve(EntityKind::Person, name);
            assert_eq!(found.len(), 1, "{name}");
            assert_eq!(found[0].entity.label, "Kim Jong Un");
        }
        assert!(gazetteer.resolve(EntityKind::Place, "kim-jong-un").is_empty());
    }

    #[test]
    fn a_mistake_names_its_line() {
        for (table, message) in [
            ("", "line 1: the table is empty"),
            ("id\tko\n", "line 1: there is no column en"),
            ("id\ten\nx\t\n", "line 2: x has no English label"),
            ("id\ten\nx\tX\n\nx\tX\n", "line 4: the id x is taken already"),
        ] {
            let error = Gazetteer::default().add(EntityKind::Person, table).unwrap_err().to_string();
            assert!(error.ends_with(message), "{error}");
        }
    }
}
