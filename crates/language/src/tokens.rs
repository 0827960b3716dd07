use std::ops::Range;

/// The terms of a text, in one buffer that is used again for the next text.
#[derive(Debug, Clone, Default)]
pub struct Tokens {
    letters: String,
    spans: Vec<Span>,
}

#[derive(Debug, Clone, Copy)]
struct Span {
    letters_end: usize,
    start: usize,
    end: usize,
    position: usize,
}

/// One term and where in the text it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token<'a> {
    /// The term as it is looked up.
    pub text: &'a str,
    /// The bytes of the text that it was made from, on character boundaries.
    pub range: Range<usize>,
    /// Its place among the terms, counted from 0; a gap stands for something that no phrase may span.
    pub position: usize,
}

impl Tokens {
    /// Forgets all terms and keeps the memory.
    pub fn clear(&mut self) {
        self.letters.clear();
        self.spans.clear();
    }

    /// How many terms there are.
    pub fn len(&self) -> usize {
        self.spans.len()
    }

    /// Whether there is no term.
    pub fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }

    /// The term at an index.
    pub fn get(&self, index: usize) -> Option<Token<'_>> {
        let span = self.spans.get(index)?;
        let from = index.checked_sub(1).map_or(0, |before| self.spans[before].letters_end);
        let text = &self.letters[from..span.letters_end];
        Some(Token { text, range: span.start..span.end, position: span.position })
    }

    /// The terms in order.
    pub fn iter(&self) -> impl Iterator<Item = Token<'_>> {
        (0..self.len()).filter_map(|index| self.get(index))
    }

    /// Their texts in order.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.iter().map(|token| token.text)
    }

    /// The position that the next term gets.
    pub(crate) fn next_position(&self) -> usize {
        self.spans.last().map_or(0, |span| span.position + 1)
    }

    /// Adds a term made of letters that `write` appends; nothing where it appends none.
    pub(crate) fn push_with(
        &mut self,
        range: Range<usize>,
        position: usize,
        write: impl FnOnce(&mut String),
    ) {
        let before = self.letters.len();
        write(&mut self.letters);
        if self.letters.len() > before {
            let letters_end = self.letters.len();
            self.spans.push(Span { letters_end, start: range.start, end: range.end, position });
        }
    }

    /// Adds a term at the next position.
    pub(crate) fn push(&mut self, range: Range<usize>, text: &str) {
        let position = self.next_position();
        self.push_with(range, position, |letters| letters.push_str(text));
    }
}
