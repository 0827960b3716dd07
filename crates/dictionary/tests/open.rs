//! Both dictionaries, from their packs to tokens.

#![expect(clippy::unwrap_used, reason = "these are tests, helpers included")]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use lindera::mode::Mode;
use lindera::segmenter::Segmenter;
use sinmun_dictionary::{Dictionary, ErrorKind, Progress};

/// Opens the dictionary and returns what was told meanwhile.
fn open(dictionary: Dictionary, cache: &Path) -> (Segmenter, Vec<Progress>) {
    let told = Mutex::new(Vec::new());
    let opened = dictionary.open(cache, &|progress| told.lock().unwrap().push(progress)).unwrap();
    (Segmenter::new(Mode::Normal, opened, None), told.into_inner().unwrap())
}

#[track_caller]
fn check_tokens(segmenter: &Segmenter, text: &str, expected: &str) {
    let tokens: Vec<String> = segmenter
        .segment(text.into())
        .unwrap()
        .into_iter()
        .map(|mut token| format!("{}/{}", token.surface.clone(), token.get_detail(0).unwrap_or_default()))
        .collect();
    assert_eq!(tokens.join(" "), expected);
}

/// The one folder in `cache` that holds a dictionary, after checking that no other is left.
fn folder(cache: &Path) -> PathBuf {
    let mut folders: Vec<PathBuf> = fs::read_dir(cache)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .collect();
    assert_eq!(folders.len(), 1, "{folders:?}");
    folders.remove(0)
}

#[test]
fn korean_is_built_once_and_cuts_words() {
    let cache = tempfile::tempdir().unwrap();
    // As mecab-ko cuts it; without a full stop it takes the last word for a connective ending.
    let expected = "로동/NNG 신문/NNG 은/JX 위성/NNG 을/JKO 발사/NNG 하/XSV 였/EP 다/EC";
    let (segmenter, told) = open(Dictionary::Korean, cache.path());
    assert_eq!(told, [Progress::Building(Dictionary::Korean)]);
    check_tokens(&segmenter, "로동신문은 위성을 발사하였다", expected);

    let (segmenter, told) = open(Dictionary::Korean, cache.path());
    assert_eq!(told, []);
    check_tokens(&segmenter, "로동신문은 위성을 발사하였다", expected);

    let name = folder(cache.path()).file_name().unwrap().to_string_lossy().into_owned();
    assert!(name.starts_with("ko-dic-") && name.ends_with("-lindera6.2"), "{name}");
}

#[test]
fn japanese_cuts_words() {
    let cache = tempfile::tempdir().unwrap();
    let (segmenter, told) = open(Dictionary::Japanese, cache.path());
    assert_eq!(told, [Progress::Building(Dictionary::Japanese)]);
    check_tokens(&segmenter, "平壌で発表した", "平壌/名詞 で/助詞 発表/名詞 し/動詞 た/助動詞");
}

#[test]
fn of_two_at_once_one_builds() {
    let cache = tempfile::tempdir().unwrap();
    let told = std::thread::scope(|scope| {
        let threads = [(); 2].map(|()| {
            scope.spawn(|| {
                let (segmenter, told) = open(Dictionary::Japanese, cache.path());
                check_tokens(&segmenter, "発表", "発表/名詞");
                told
            })
        });
        threads.map(|thread| thread.join().unwrap()).concat()
    });
    let builds = told.iter().filter(|told| **told == Progress::Building(Dictionary::Japanese)).count();
    assert_eq!(builds, 1, "{told:?}");
    folder(cache.path());
}

#[test]
fn a_damaged_cache_is_built_anew() {
    let cache = tempfile::tempdir().unwrap();
    open(Dictionary::Japanese, cache.path());
    let folder = folder(cache.path());
    // What lindera would notice only in its answers, and what it would refuse to load.
    let damages: [&dyn Fn(); 4] = [
        &|| fs::remove_file(folder.join("dict.words")).unwrap(),
        &|| fs::File::options().write(true).open(folder.join("dict.vals")).unwrap().set_len(1000).unwrap(),
        &|| fs::write(folder.join("sizes.txt"), "").unwrap(),
        &|| {
            let length = fs::metadata(folder.join("metadata.json")).unwrap().len();
            fs::write(folder.join("metadata.json"), vec![0; length as usize]).unwrap();
        },
    ];
    for damage in damages {
        damage();
        let (segmenter, told) = open(Dictionary::Japanese, cache.path());
        assert_eq!(told, [Progress::Building(Dictionary::Japanese)]);
        check_tokens(&segmenter, "発表", "発表/名詞");
    }
}

#[test]
fn what_a_killed_builder_left_is_removed() {
    let cache = tempfile::tempdir().unwrap();
    open(Dictionary::Japanese, cache.path());
    let built = folder(cache.path());
    let mut building = built.clone().into_os_string();
    building.push(".building");
    fs::rename(&built, &building).unwrap();
    open(Dictionary::Japanese, cache.path());
    assert_eq!(folder(cache.path()), built);
}

#[test]
fn a_path_that_lindera_cannot_search_is_refused() {
    let parent = tempfile::tempdir().unwrap();
    let error = Dictionary::Japanese.open(&parent.path().join("[cache]"), &|_| ()).err().unwrap();
    assert_eq!(error.kind(), ErrorKind::CachePath, "{error}");
}

#[test]
fn a_cache_that_cannot_be_made_is_an_error() {
    let parent = tempfile::tempdir().unwrap();
    let file = parent.path().join("file");
    fs::write(&file, "").unwrap();
    let error = Dictionary::Japanese.open(&file, &|_| ()).err().unwrap();
    assert_eq!(error.kind(), ErrorKind::Io, "{error}");
}
