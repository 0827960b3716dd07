use sinmun_normalizer::{Page, PageReading, read_pages};
use sinmun_sources::{Definition, Sources};

/// Sites by whose rules a page is read: each built-in one that reads pages in a way of its own.
const URLS: &[&str] = &[
    "https://tv.cctv.com/2022/05/01/VIDEx220501.shtml",
    "http://www.rodong.rep.kp/en/index.php?newsID=2022-03-10-0002&strPageID=SF01_02_01",
    "http://www.kcna.kp/kcna.user.article.retrieveArticleInfoFromArticleCode.kcmsf",
    "http://www.kcna.co.jp/item/1999/9905/news05/01.htm#2",
    "https://kcnawatch.org/newstream/1451890222-580175281/a/",
    "http://www.vok.rep.kp/index.php/detail_com/comde/ien241106001/18/en",
];

const BARE: &str = "id = 'bare'\nname = 'Bare'";

/// Rules that use every key, with selectors that find much.
const FULL: &str = r"
id = 'full'
name = 'Full'
hosts = ['full.example']
keep_fragment = true
[[selectors]]
story_start = ['a[name]', 'h2, h3', '[id]']
title = 'h1, h2, h3, b'
title_drop = '^\W+'
date = ['.date', 'p, td, span']
date_pattern = '\d{1,4}\D\d{1,2}\D\d{1,4}'
body = 'p, div, td'
byline = 'i, p'
image = 'img'
caption = 'figcaption, p'
drop = ['a, b', 'div div']
end_pattern = '^(?i:copyright|more)'
";

/// Reads pages by the rules of several sources and holds them to what must be true of each.
pub struct Checker {
    sources: Sources,
    definitions: Vec<(&'static str, Definition)>,
}

impl Default for Checker {
    fn default() -> Self {
        Self::new()
    }
}

impl Checker {
    /// With the sources that are built in, one without rules, and one with all there can be.
    ///
    /// # Panics
    ///
    /// Where a definition is unsound.
    pub fn new() -> Self {
        let sources = Sources::built_in();
        let own = |text: &str| Definition::parse("fuzz.toml", text).expect("the definition is sound");
        let mut definitions =
            vec![("https://bare.example/2024/11/06/a", own(BARE)), ("https://full.example/a#1", own(FULL))];
        definitions
            .extend(URLS.iter().map(|url| (*url, sources.of_url(url).expect("the site is known").clone())));
        Self { sources, definitions }
    }

    /// Reads bytes as a page of each source.
    ///
    /// # Panics
    ///
    /// Where an invariant does not hold.
    pub fn check(&self, bytes: &[u8]) {
        for place in 0..self.definitions.len() {
            self.check_one(bytes, place);
        }
    }

    /// Reads bytes as a page of one source; the number may be any.
    ///
    /// # Panics
    ///
    /// Where an invariant does not hold.
    pub fn check_one(&self, bytes: &[u8], place: usize) {
        let (url, definition) = &self.definitions[place % self.definitions.len()];
        let address = definition.canonical_url(url).expect("it is a web address");
        let readings = self.read(bytes, &address, url, definition);
        assert!((1..=200).contains(&readings.len()), "{} readings", readings.len());
        for reading in &readings {
            self.hold(reading);
        }
        assert_eq!(readings, self.read(bytes, &address, url, definition), "a page is read alike each time");
        // Asked for by its canonical URL, a page says the same, up to the URL that it came by.
        let again = self.read(bytes, &address, &address, definition);
        let told = |readings: &[PageReading]| -> Vec<_> {
            let records = readings.iter().filter_map(|reading| reading.record.as_ref());
            records
                .map(|record| (record.canonical_url.clone(), record.title.clone(), record.body.clone()))
                .collect()
        };
        assert_eq!(told(&readings), told(&again), "by the canonical URL");
    }

    fn read(&self, bytes: &[u8], address: &str, url: &str, definition: &Definition) -> Vec<PageReading> {
        let seen = "2026-07-01T10:00:00Z".parse().ok();
        read_pages(&Page { address, url, body: bytes, seen, ..Page::default() }, definition, &self.sources)
    }

    fn hold(&self, reading: &PageReading) {
        let Some(record) = &reading.record else { return };
        let title = &record.title;
        assert!(
            !title.is_empty() && title.trim() == title && !title.contains(char::is_control),
            "title {title:?}"
        );
        let is_odd = |letter: char| letter.is_control() && !matches!(letter, '\n' | '\t');
        assert!(!record.body.contains(is_odd), "control characters in a body");
        assert!(
            record.body.is_empty() || record.body.split("\n\n").all(|line| !line.trim().is_empty()),
            "an empty paragraph"
        );
        if let Some(byline) = &record.byline {
            assert!(!byline.is_empty() && !byline.contains(char::is_control), "byline {byline:?}");
        }
        if let Some(url) = &record.canonical_url {
            let again = self.sources.canonical_url(&record.source, url);
            assert_eq!(again.as_ref(), Some(url), "a canonical URL is written alike again");
        }
        assert!(record.images.len() <= 200, "{} pictures", record.images.len());
        for image in &record.images {
            assert!(image.url.starts_with("http://") || image.url.starts_with("https://"), "{}", image.url);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Mutator, SAMPLES};

    #[test]
    fn the_samples_hold_and_some_of_their_kin() {
        let checker = Checker::new();
        let samples: Vec<Vec<u8>> = SAMPLES.iter().map(|sample| sample.as_bytes().to_vec()).collect();
        for sample in &samples {
            checker.check(sample);
        }
        let mut mutator = Mutator::new(1997);
        for number in 0..200 {
            checker.check_one(&mutator.page(&samples), number);
        }
    }
}
