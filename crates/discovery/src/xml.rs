use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use sinmun_sources::LinkRule;

use crate::links::{Collector, Link};
use crate::read::Warning;

/// A piece of an XML page, in order.
pub(crate) enum Piece<'a> {
    /// An element begins; its name without a prefix.
    Open(&'a str, &'a BytesStart<'a>),
    /// Text or CDATA.
    Text(&'a str),
    /// An element ends.
    Close(&'a str),
}

/// Hands out the pieces of an XML page, as far as it can be read.
///
/// # Errors
///
/// What is wrong with the rest.
pub(crate) fn walk(text: &str, mut take: impl FnMut(Piece<'_>)) -> Result<(), Warning> {
    let mut reader = Reader::from_str(text);
    let config = reader.config_mut();
    config.check_end_names = false;
    config.allow_unmatched_ends = true;
    config.allow_dangling_amp = true;
    loop {
        let event = reader.read_event().map_err(|error| Warning::Malformed(error.to_string()))?;
        match event {
            Event::Start(tag) => take(Piece::Open(tag.local_name().as_ref(), &tag)),
            Event::Empty(tag) => {
                take(Piece::Open(tag.local_name().as_ref(), &tag));
                take(Piece::Close(tag.local_name().as_ref()));
            }
            Event::End(tag) => take(Piece::Close(tag.local_name().as_ref())),
            Event::Text(text) => take(Piece::Text(&text)),
            Event::CData(text) => take(Piece::Text(&text)),
            Event::GeneralRef(name) => {
                let mut buffer = [0; 4];
                let character = name.resolve_char_ref().ok().flatten();
                let text = match character {
                    Some(character) => character.encode_utf8(&mut buffer),
                    None => quick_xml::escape::resolve_predefined_entity(&name).unwrap_or_default(),
                };
                take(Piece::Text(text));
            }
            Event::Eof => return Ok(()),
            _ => {}
        }
    }
}

/// The texts of the elements of one name, in order.
pub(crate) fn texts(text: &str, name: &str) -> Result<Vec<String>, (Vec<String>, Warning)> {
    let mut found: Vec<String> = Vec::new();
    let mut inside = false;
    let end = walk(text, |piece| match piece {
        Piece::Open(open, _) if open == name => {
            inside = true;
            found.push(String::new());
        }
        Piece::Text(piece) if inside => {
            if let Some(last) = found.last_mut() {
                last.push_str(piece);
            }
        }
        Piece::Close(close) if close == name => inside = false,
        _ => {}
    });
    match end {
        Ok(()) => Ok(found),
        Err(warning) => Err((found, warning)),
    }
}

/// Finds the links of an XML page whose elements stand in columns: all numbers, then all titles, then all dates.
pub(crate) fn read(text: &str, collector: &mut Collector<'_>) {
    let discovery = collector.list().discovery;
    for rule in &discovery.links {
        for link in links(text, rule, collector) {
            collector.article(rule, &link);
        }
    }
    for rule in &discovery.lists {
        for link in links(text, rule, collector) {
            collector.list_link(rule, &link);
        }
    }
    if let Some(rule) = &discovery.next {
        for link in links(text, rule, collector) {
            collector.next(rule, &link);
        }
    }
}

fn links(text: &str, rule: &LinkRule, collector: &mut Collector<'_>) -> Vec<Link> {
    let mut column = |name: &Option<String>| match name.as_ref().map(|name| texts(text, name)) {
        None => Vec::new(),
        Some(Ok(found)) => found,
        Some(Err((found, warning))) => {
            collector.warn(warning);
            found
        }
    };
    if rule.element.is_none() {
        return Vec::new();
    }
    let numbers = column(&rule.element);
    let dates = column(&rule.date);
    // Columns of different length say nothing of which date belongs to which number.
    let together = numbers.len() == dates.len();
    let mut dates = dates.into_iter().filter(|_| together);
    numbers
        .into_iter()
        .map(|text| Link { text, date: dates.next().filter(|date| !date.is_empty()) })
        .collect()
}
