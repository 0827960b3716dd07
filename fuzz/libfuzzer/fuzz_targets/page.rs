//! A page of any source holds what every page must.
#![no_main]

use std::sync::OnceLock;

use libfuzzer_sys::fuzz_target;
use sinmun_fuzz::Checker;

static CHECKER: OnceLock<Checker> = OnceLock::new();

fuzz_target!(|bytes: &[u8]| {
    let Some((rules, page)) = bytes.split_first() else { return };
    CHECKER.get_or_init(Checker::new).check_one(page, usize::from(*rules));
});
