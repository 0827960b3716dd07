//! What a level of gzip costs and saves on the records of real pages, each a member of its own as in the archive.

use std::io::{Read, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;

/// As much as a response record says before the page.
const HEAD: &str = "WARC/1.1\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:5b52cacf-caa9-8a81-8544-338ffc33b062>\r\n\
    WARC-Date: 2026-01-02T03:04:05.000007Z\r\nWARC-Target-URI: http://wire.example/2026/01/02/a.shtml\r\n\
    WARC-Block-Digest: sha256:cb58b4e8299acac4c94f98e2c85b237ed7b00eba071b8ef81ffb907fbe33779e\r\n\
    WARC-Payload-Digest: sha256:307477e32984d9f16339bdeb3db3dcd7ca7720aa5e1d055e1f4dab8e11fdd0eb\r\n\
    Content-Type: application/http; msgtype=response\r\nContent-Length: 51234\r\n\r\nHTTP/1.1 200 OK\r\n\
    date: Fri, 02 Jan 2026 03:04:05 GMT\r\ncontent-type: text/html; charset=utf-8\r\n\r\n";

fn main() {
    let Some(folder) = sinmun_benches::shared("corpus/pages/cctv-zh") else { return };
    let mut pages = Vec::new();
    collect(&folder, &mut pages);
    assert!(!pages.is_empty(), "there are pages");
    pages.sort();
    measure("plain", &pages);
    // As a server packs them that does; what stands in the archive is then that.
    let packed: Vec<Vec<u8>> = pages.iter().map(|page| pack(&[page], 6)).collect();
    measure("packed by the server", &packed);
}

fn collect(folder: &Path, pages: &mut Vec<Vec<u8>>) {
    for entry in std::fs::read_dir(folder).expect("the corpus can be read").flatten() {
        match entry.path() {
            path if path.is_dir() => collect(&path, pages),
            path => pages.push(std::fs::read(path).expect("the corpus can be read")),
        }
    }
}

fn pack(parts: &[&[u8]], level: u32) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::new(level));
    for part in parts {
        encoder.write_all(part).expect("memory takes it");
    }
    encoder.finish().expect("memory takes it")
}

/// Prints a row for each level: bytes a page, pages a second on one core, microseconds a page to read back.
fn measure(what: &str, pages: &[Vec<u8>]) {
    let plain: usize = pages.iter().map(|page| HEAD.len() + page.len()).sum();
    println!("{what}: {} pages, {} bytes a record", pages.len(), plain / pages.len());
    println!("| level | bytes a record | of level 1 | records/s | MB/s | µs to read |");
    let mut first = 0;
    for level in [1, 2, 3, 4, 6, 9] {
        // The fastest round: what else the machine does only slows a round down.
        let (mut a_round, mut members) = (f64::MAX, Vec::new());
        let began = Instant::now();
        while began.elapsed() < Duration::from_secs(4) {
            let round = Instant::now();
            members = pages.iter().map(|page| pack(&[HEAD.as_bytes(), page], level)).collect();
            a_round = a_round.min(round.elapsed().as_secs_f64());
        }
        let bytes: usize = members.iter().map(Vec::len).sum();
        first = if level == 1 { bytes } else { first };
        let began = Instant::now();
        for (member, page) in members.iter().zip(pages) {
            let mut back = Vec::with_capacity(HEAD.len() + page.len());
            GzDecoder::new(&member[..]).read_to_end(&mut back).expect("it was just packed");
            assert!(back[HEAD.len()..] == page[..], "what is read is what was written");
        }
        println!(
            "| {level} | {} | {:.3} | {:.0} | {:.0} | {:.0} |",
            bytes / pages.len(),
            bytes as f64 / first as f64,
            pages.len() as f64 / a_round,
            plain as f64 / a_round / 1e6,
            began.elapsed().as_secs_f64() * 1e6 / pages.len() as f64
        );
    }
}
