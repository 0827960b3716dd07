use std::collections::HashMap;
use std::sync::Arc;

use tantivy::columnar::{Column, StrColumn};
use tantivy::{Searcher, SegmentReader};

/// One facet's values, numbered alike over all segments of a reader.
///
/// Each segment numbers its own values; the numbers are brought together once,
/// when a facet is first counted after a commit. From then on counting is an
/// addition a value, and exact for any number of values and segments.
#[derive(Debug)]
pub(crate) struct Numbering {
    /// The values, by their common number.
    pub(crate) values: Vec<String>,
    /// For each segment, the common number of each of its own.
    by_segment: Vec<Vec<u32>>,
}

impl Numbering {
    pub(crate) fn of(searcher: &Searcher, name: &str) -> tantivy::Result<Self> {
        let mut numbers: HashMap<String, u32> = HashMap::new();
        let mut values: Vec<String> = Vec::new();
        let mut by_segment = Vec::new();
        for segment in searcher.segment_readers() {
            let mut own = Vec::new();
            if let Some(column) = segment.fast_fields().str(name)? {
                let mut stream = column.dictionary().stream()?;
                while stream.advance() {
                    let value = String::from_utf8_lossy(stream.key()).into_owned();
                    let number = *numbers.entry(value).or_insert_with_key(|value| {
                        values.push(value.clone());
                        values.len() as u32 - 1
                    });
                    own.push(number);
                }
            }
            by_segment.push(own);
        }
        Ok(Self { values, by_segment })
    }
}

/// Which facet a counter counts.
#[derive(Debug, Clone)]
pub(crate) enum Counted {
    /// Values of a keyword column.
    Keyword { name: String, numbering: Arc<Numbering> },
    /// Years, or months where they are known.
    Time { by_month: bool },
}

/// Counts one facet over the documents of one segment.
pub(crate) enum SegmentCounter {
    Keyword { column: Option<StrColumn>, ordinals: Vec<u32> },
    Time { column: Option<Column<u64>>, by_month: bool, least: u64, counts: Vec<u32>, unknown: u32 },
}

/// The key of what has no value in a facet by time.
pub(crate) const UNKNOWN: u32 = u32::MAX;

impl SegmentCounter {
    pub(crate) fn new(counted: &Counted, segment: &SegmentReader) -> tantivy::Result<Self> {
        Ok(match counted {
            Counted::Keyword { name, .. } => {
                let column = segment.fast_fields().str(name)?;
                let size = column.as_ref().map_or(0, |column| column.dictionary().num_terms());
                Self::Keyword { column, ordinals: vec![0; size] }
            }
            Counted::Time { by_month } => {
                let column = segment.fast_fields().column_opt::<u64>("month")?;
                let (least, most) =
                    column.as_ref().map_or((0, 0), |column| (column.min_value(), column.max_value()));
                let counts = vec![0; (most.saturating_sub(least) + 1).min(2_000_000) as usize];
                Self::Time { column, by_month: *by_month, least, counts, unknown: 0 }
            }
        })
    }

    #[inline]
    pub(crate) fn count(&mut self, document: u32) {
        match self {
            Self::Keyword { column: Some(column), ordinals } => {
                for ordinal in column.ords().values_for_doc(document) {
                    if let Some(count) = ordinals.get_mut(ordinal as usize) {
                        *count += 1;
                    }
                }
            }
            Self::Keyword { column: None, .. } => {}
            Self::Time { column, least, counts, unknown, .. } => {
                let month = column.as_ref().and_then(|column| column.first(document));
                match month.and_then(|month| counts.get_mut((month - *least) as usize)) {
                    Some(count) => *count += 1,
                    None => *unknown += 1,
                }
            }
        }
    }

    /// The keys of a document: for counting stories, where one key counts once.
    pub(crate) fn keys(&self, document: u32, translate: &[u32], keys: &mut Vec<u32>) {
        keys.clear();
        match self {
            Self::Keyword { column: Some(column), .. } => {
                keys.extend(
                    column
                        .ords()
                        .values_for_doc(document)
                        .filter_map(|own| translate.get(own as usize).copied()),
                );
            }
            Self::Keyword { column: None, .. } => {}
            Self::Time { column, by_month, .. } => {
                let month = column.as_ref().and_then(|column| column.first(document));
                keys.push(month.map_or(UNKNOWN, |month| time_key(month, *by_month)));
            }
        }
    }

    /// Adds what was counted to the common counts.
    pub(crate) fn harvest(self, translate: &[u32], counts: &mut HashMap<u32, u64>) {
        match self {
            Self::Keyword { ordinals, .. } => {
                for (own, count) in ordinals.into_iter().enumerate().filter(|(_, count)| *count > 0) {
                    if let Some(&number) = translate.get(own) {
                        *counts.entry(number).or_default() += u64::from(count);
                    }
                }
            }
            Self::Time { by_month, least, counts: own, unknown, .. } => {
                for (place, count) in own.into_iter().enumerate().filter(|(_, count)| *count > 0) {
                    let key = time_key(least + place as u64, by_month);
                    *counts.entry(key).or_default() += u64::from(count);
                }
                if unknown > 0 {
                    *counts.entry(UNKNOWN).or_default() += u64::from(unknown);
                }
            }
        }
    }
}

/// The key of a value of the column `month`: year times 100 plus month, 0 where the month is unknown.
fn time_key(month: u64, by_month: bool) -> u32 {
    match (by_month, month % 100) {
        (true, 0) => UNKNOWN,
        (true, _) => month as u32,
        (false, _) => (month / 100) as u32,
    }
}

impl Counted {
    /// The common numbers of a segment's own.
    pub(crate) fn translation(&self, segment: u32) -> &[u32] {
        match self {
            Self::Keyword { numbering, .. } => {
                numbering.by_segment.get(segment as usize).map_or(&[], Vec::as_slice)
            }
            Self::Time { .. } => &[],
        }
    }

    /// The value behind a key.
    pub(crate) fn value(&self, key: u32) -> String {
        match self {
            Self::Keyword { numbering, .. } => {
                numbering.values.get(key as usize).cloned().unwrap_or_default()
            }
            Self::Time { .. } if key == UNKNOWN => "unknown".to_owned(),
            Self::Time { by_month: true } => format!("{:04}-{:02}", key / 100, key % 100),
            Self::Time { by_month: false } => format!("{key:04}"),
        }
    }
}
