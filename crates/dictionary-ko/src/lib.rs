//! The Korean dictionary, as data.
//!
//! mecab-ko-dic 2.1.1 in source form, packed; `sinmun-dictionary` opens it.
//! README.md tells where it comes from and how it was made.

/// The pack: one zstd frame that holds the source of the dictionary.
pub const PACK: &[u8] = include_bytes!("../ko-dic.pack");

/// The SHA-256 of [`PACK`] in hexadecimal, so that nobody has to hash 8 MB to know it.
pub const SHA256: &str = "60b37aecc00846a485be3a8776a3af4a8602e8c10bde125ac3b329d7a787f89c";
