use sinmun_archive::SourceCount;

/// What a data directory holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// Articles by source and language.
    pub sources: Vec<SourceCount>,
    /// Lines that were no record, by reason.
    pub rejections: Vec<(String, u64)>,
    /// Bytes of the archive.
    pub archive_bytes: u64,
    /// Bytes of the catalogue.
    pub catalogue_bytes: u64,
    /// Bytes of the index.
    pub index_bytes: u64,
    /// Whether the index holds what the catalogue holds.
    pub index: IndexState,
}

/// Whether the index holds what the catalogue holds.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum IndexState {
    /// It does.
    Current,
    /// It has not taken in the last changes: an import did not come to its end.
    Behind {
        /// Changes of the catalogue that wait.
        changes: u64,
    },
    /// It cannot be read, for this reason.
    Unusable(String),
}

impl Status {
    /// Articles in all.
    pub fn articles(&self) -> u64 {
        self.sources.iter().map(|count| count.articles).sum()
    }

    /// Whether nothing needs doing.
    pub fn is_sound(&self) -> bool {
        self.index == IndexState::Current
    }
}
