use std::fmt;

use crate::error::{Error, ErrorKind};

/// Where a page of hits ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Cursor {
    /// By date: the last hit's moment and id. Good for ever.
    Dated { moment: Option<i64>, id: u64 },
    /// By relevance: how many hits were shown, of which commit of which generation.
    Ranked { generation: String, commit: u64, shown: usize },
}

impl Cursor {
    /// Reads a cursor.
    pub(crate) fn parse(text: &str) -> Result<Self, Error> {
        let read = || -> Option<Self> {
            let mut parts = text.split('.');
            let kind = parts.next()?;
            let cursor = match kind {
                "d" => {
                    let moment = match parts.next()? {
                        "none" => None,
                        moment => Some(moment.parse().ok()?),
                    };
                    Self::Dated { moment, id: u64::from_str_radix(parts.next()?, 36).ok()? }
                }
                "r" => Self::Ranked {
                    generation: parts.next()?.to_owned(),
                    commit: parts.next()?.parse().ok()?,
                    shown: parts.next()?.parse().ok()?,
                },
                _ => return None,
            };
            parts.next().is_none().then_some(cursor)
        };
        let message =
            "the cursor is none that this program gave: take `next` of the page before as it stands";
        read().ok_or_else(|| Error::of(ErrorKind::BadCursor, message))
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Dated { moment: Some(moment), id } => write!(f, "d.{moment}.{}", base36(*id)),
            Self::Dated { moment: None, id } => write!(f, "d.none.{}", base36(*id)),
            Self::Ranked { generation, commit, shown } => write!(f, "r.{generation}.{commit}.{shown}"),
        }
    }
}

fn base36(mut number: u64) -> String {
    let mut digits = Vec::new();
    loop {
        digits.push(b"0123456789abcdefghijklmnopqrstuvwxyz"[(number % 36) as usize] as char);
        number /= 36;
        if number == 0 {
            return digits.into_iter().rev().collect();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_reads_back() {
        for cursor in [
            Cursor::Dated { moment: Some(-86_400), id: (1 << 60) - 1 },
            Cursor::Dated { moment: None, id: 0 },
            Cursor::Ranked { generation: "g000001".into(), commit: 7, shown: 30 },
        ] {
            assert_eq!(Cursor::parse(&cursor.to_string()), Ok(cursor));
        }
        for text in ["", "x", "d.1", "d.x.1", "r.g.1", "r.g.1.1.1", "d.1.é"] {
            assert_eq!(Cursor::parse(text).unwrap_err().kind(), ErrorKind::BadCursor, "{text}");
        }
    }
}
