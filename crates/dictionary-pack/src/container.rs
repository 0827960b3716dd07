use std::fmt::Write as _;
use std::io::Write as _;

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

/// The first line of what a pack unpacks to.
const HEADER: &str = "sinmun dictionary 1\n";

/// The pack before it is compressed.
///
/// A header line; for each member a line with its name and its length, then
/// its bytes; a line `end`. All of it is one zstd frame with a checksum. The
/// reader is `sinmun-dictionary`, which does not depend on this crate (it
/// carries the packs that this one makes).
pub struct Container {
    content: Vec<u8>,
}

impl Container {
    pub fn new() -> Self {
        Self { content: HEADER.as_bytes().to_vec() }
    }

    pub fn add(&mut self, name: &str, bytes: &[u8]) {
        self.content.extend(format!("{name} {}\n", bytes.len()).into_bytes());
        self.content.extend(bytes);
    }

    /// The pack: level 22 with a window of 128 MiB, which takes a minute or two.
    pub fn compress(mut self) -> Result<Vec<u8>> {
        self.content.extend(b"end\n");
        let mut encoder = zstd::Encoder::new(Vec::new(), 22)?;
        encoder.long_distance_matching(true)?;
        encoder.window_log(27)?;
        encoder.include_checksum(true)?;
        encoder.set_pledged_src_size(Some(self.content.len() as u64))?;
        encoder.write_all(&self.content)?;
        encoder.finish().context("cannot compress")
    }
}

/// The SHA-256 of `bytes` in hexadecimal.
pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
