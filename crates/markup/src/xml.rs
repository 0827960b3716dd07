use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// A piece of an XML page, in order.
pub enum Piece<'a> {
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
pub fn walk(text: &str, mut take: impl FnMut(Piece<'_>)) -> Result<(), String> {
    let mut reader = Reader::from_str(text);
    let config = reader.config_mut();
    config.check_end_names = false;
    config.allow_unmatched_ends = true;
    config.allow_dangling_amp = true;
    loop {
        let event = reader.read_event().map_err(|error| error.to_string())?;
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

/// The texts of the elements of one name, in order, as far as the page can be read; and what is wrong with the rest.
pub fn texts(text: &str, name: &str) -> (Vec<String>, Option<String>) {
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
    (found, end.err())
}
