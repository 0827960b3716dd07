use std::fmt;
use std::path::Path;

use crate::Error;
use crate::cache::Place;

/// A dictionary that the program carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Dictionary {
    /// mecab-ko-dic 2.1.1: 816,283 entries, the part of speech in detail 0 (`NNG`, `JKO`).
    Korean,
    /// IPADIC 2.7.0: 392,126 entries, the part of speech in detail 0 (`名詞`, `助詞`).
    Japanese,
}

/// Why opening a dictionary takes longer than usual; its text is fit to be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Progress {
    /// The dictionary is being built, because the cache has none that is whole.
    Building(Dictionary),
    /// Another process or thread is building it.
    Waiting(Dictionary),
}

impl Dictionary {
    /// Opens the dictionary from `cache`, and builds it there if need be.
    ///
    /// `cache` is created when it is missing. The built dictionary is one
    /// folder in it (82 MB, 46 MB), named for the pack it was made from, so
    /// that programs of different versions can share a cache; a lock file
    /// stays beside it, and a second folder while it is built. Several
    /// processes or threads may open at once: one builds, the others wait. A
    /// build that was killed is begun again, and a folder that lost files or
    /// was cut short is built anew. A whole folder is opened without writing,
    /// so the cache may be read-only.
    ///
    /// The dictionary is mapped into memory; its files must not be changed in
    /// place while it is in use (deleting them is safe, except on Windows).
    ///
    /// # Errors
    ///
    /// When the cache cannot be written ([`ErrorKind::Io`]) or its path cannot
    /// be used ([`ErrorKind::CachePath`]: lindera finds its input by a glob
    /// pattern), and when the pack is damaged.
    ///
    /// [`ErrorKind::Io`]: crate::ErrorKind::Io
    /// [`ErrorKind::CachePath`]: crate::ErrorKind::CachePath
    pub fn open(
        self,
        cache: &Path,
        notify: &dyn Fn(Progress),
    ) -> Result<lindera::dictionary::Dictionary, Error> {
        let place = Place::new(cache, self.name(), self.sha256());
        place.open(self.pack(), &|waiting| {
            notify(if waiting { Progress::Waiting(self) } else { Progress::Building(self) });
        })
    }

    fn name(self) -> &'static str {
        match self {
            Self::Korean => "ko-dic",
            Self::Japanese => "ipadic",
        }
    }

    fn pack(self) -> &'static [u8] {
        match self {
            Self::Korean => sinmun_dictionary_ko::PACK,
            Self::Japanese => sinmun_dictionary_ja::PACK,
        }
    }

    fn sha256(self) -> &'static str {
        match self {
            Self::Korean => sinmun_dictionary_ko::SHA256,
            Self::Japanese => sinmun_dictionary_ja::SHA256,
        }
    }

    /// How long a release build takes on two cores of a small server.
    fn seconds(self) -> u32 {
        match self {
            Self::Korean => 6,
            Self::Japanese => 2,
        }
    }
}

impl fmt::Display for Dictionary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Korean => "Korean",
            Self::Japanese => "Japanese",
        })
    }
}

impl fmt::Display for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Building(dictionary) => {
                write!(f, "building the {dictionary} dictionary, once, about {} s", dictionary.seconds())
            }
            Self::Waiting(dictionary) => {
                write!(f, "waiting for the {dictionary} dictionary, which another process is building")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use sha2::{Digest, Sha256};

    use super::*;

    #[test]
    fn progress_reads_as_a_sentence() {
        let building = Progress::Building(Dictionary::Korean);
        assert_eq!(building.to_string(), "building the Korean dictionary, once, about 6 s");
    }

    /// The cache's folder is named for the hash, so a new pack needs a new one.
    #[test]
    fn the_stated_hashes_are_those_of_the_packs() {
        for dictionary in [Dictionary::Korean, Dictionary::Japanese] {
            let hex = Sha256::digest(dictionary.pack()).iter().fold(String::new(), |mut hex, byte| {
                write!(hex, "{byte:02x}").unwrap();
                hex
            });
            assert_eq!(hex, dictionary.sha256(), "{dictionary}");
            assert!(dictionary.pack().len() < 10_000_000, "{dictionary}");
        }
    }
}
