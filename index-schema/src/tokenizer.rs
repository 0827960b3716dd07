use std::sync::{Arc, OnceLock};

use sinmun_language::{Analyzer, Analyzers, Error, Tokens};
use tantivy::tokenizer::{TextAnalyzer, Token, TokenStream, Tokenizer, TokenizerManager};

use crate::IndexSchema;

/// The first text that could not be cut, where there was one.
///
/// Tantivy lets no tokenizer fail; a writer asks here before it commits.
#[derive(Clone, Default)]
pub struct Failure(Arc<OnceLock<Error>>);

impl Failure {
    /// What went wrong.
    pub fn get(&self) -> Option<&Error> {
        self.0.get()
    }
}

/// The tokenizers of a schema, by the names of its analyzers.
pub fn tokenizers(schema: &IndexSchema, analyzers: &Analyzers) -> (TokenizerManager, Failure) {
    // Tantivy asks for its own tokenizers too, also on behalf of numeric fields.
    let manager = TokenizerManager::default();
    let failure = Failure::default();
    for name in schema.description().fields.iter().filter_map(|field| field.analyzer.as_deref()) {
        if let Some(analyzer) = analyzers.get(name) {
            let adapter = Adapter {
                analyzer,
                failure: failure.clone(),
                tokens: Tokens::default(),
                token: Token::default(),
            };
            manager.register(name, TextAnalyzer::from(adapter));
        }
    }
    (manager, failure)
}

#[derive(Clone)]
struct Adapter {
    analyzer: Analyzer,
    failure: Failure,
    tokens: Tokens,
    token: Token,
}

impl Tokenizer for Adapter {
    type TokenStream<'a> = Stream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Stream<'a> {
        if let Err(error) = self.analyzer.analyze(text, &mut self.tokens) {
            self.tokens.clear();
            let _ = self.failure.0.set(error);
        }
        Stream { tokens: &self.tokens, token: &mut self.token, next: 0 }
    }
}

struct Stream<'a> {
    tokens: &'a Tokens,
    token: &'a mut Token,
    next: usize,
}

impl TokenStream for Stream<'_> {
    fn advance(&mut self) -> bool {
        let Some(token) = self.tokens.get(self.next) else { return false };
        self.next += 1;
        self.token.text.clear();
        self.token.text.push_str(token.text);
        self.token.offset_from = token.range.start;
        self.token.offset_to = token.range.end;
        self.token.position = token.position;
        self.token.position_length = 1;
        true
    }

    fn token(&self) -> &Token {
        self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        self.token
    }
}
