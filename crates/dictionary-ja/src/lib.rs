//! The Japanese dictionary, as data.
//!
//! IPADIC 2.7.0 in source form, packed; `sinmun-dictionary` opens it.
//! README.md tells where it comes from and how it was made.

/// The pack: one zstd frame that holds the source of the dictionary.
pub const PACK: &[u8] = include_bytes!("../ipadic.pack");

/// The SHA-256 of [`PACK`] in hexadecimal, so that nobody has to hash megabytes to know it.
pub const SHA256: &str = "5e0a95bb880e7b053cf093af78926fb6b8a8413a9c79e3a972e1a272e473ba9e";
