use jiff::Timestamp;

/// When what a capture shows was seen: its date, in the form in which times are compared as texts.
///
/// Nothing was seen after it was stored, whatever the clock of another program said.
pub(crate) fn seen(date: Option<&str>, time: &str) -> String {
    let date = date.and_then(|date| date.parse::<Timestamp>().ok()).map(|date| format!("{date:.6}"));
    date.filter(|date| date.as_str() < time).unwrap_or_else(|| time.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_counts_unless_it_lies_behind_the_storing() {
        let time = "2026-01-01T00:00:00.000001Z";
        for (date, expected) in [
            (None, time),
            (Some("2019-03-01T10:00:00Z"), "2019-03-01T10:00:00.000000Z"),
            (Some("2019-03-01T12:00:00.5+02:00"), "2019-03-01T10:00:00.500000Z"),
            (Some("2030-01-01T00:00:00Z"), time),
            (Some("in spring"), time),
        ] {
            assert_eq!(seen(date, time), expected);
        }
    }
}
