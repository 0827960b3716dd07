//! Little-endian numbers out of bytes, with the offset in the error.

use anyhow::{Context, Result};

/// The part of `bytes` that starts at `start` and is `length` long.
pub fn part(bytes: &[u8], start: usize, length: usize) -> Result<&[u8]> {
    start
        .checked_add(length)
        .and_then(|end| bytes.get(start..end))
        .with_context(|| format!("{length} bytes at {start} lie beyond the end ({})", bytes.len()))
}

/// The 16-bit number at `offset`.
pub fn u16_at(bytes: &[u8], offset: usize) -> Result<u16> {
    let bytes = part(bytes, offset, 2)?;
    Ok(u16::from_le_bytes([bytes[0], bytes[1]]))
}

/// The 32-bit number at `offset`.
pub fn u32_at(bytes: &[u8], offset: usize) -> Result<u32> {
    let bytes = part(bytes, offset, 4)?;
    Ok(u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
}

/// The text that starts at `offset` and ends before the next zero byte.
pub fn text_at(bytes: &[u8], offset: usize) -> Result<&str> {
    let rest = bytes.get(offset..).with_context(|| format!("text at {offset} lies beyond the end"))?;
    let end =
        rest.iter().position(|byte| *byte == 0).with_context(|| format!("text at {offset} has no end"))?;
    std::str::from_utf8(&rest[..end]).with_context(|| format!("text at {offset}"))
}
