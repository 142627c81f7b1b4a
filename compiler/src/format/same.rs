//! Whether two texts say the same, as far as tokens can tell.

use crate::diagnostic::Diagnostics;
use crate::lexer::{self, Comment, Token};
use crate::parser;
use crate::source::FileId;

/// What a formatter must not change: the tokens that aren't separators, and the text of the comments.
#[derive(Debug, PartialEq)]
pub(super) struct Content {
    tokens: Vec<Token>,
    comments: Vec<String>,
}

impl Content {
    /// The content of a text without syntax errors; none if it has some.
    pub(super) fn of(file: FileId, text: &str) -> Option<Self> {
        let mut diagnostics = Diagnostics::new();
        parser::parse(file, text, &mut diagnostics);
        if diagnostics.has_errors() {
            return None;
        }
        let lexed = lexer::lex(file, text, &mut diagnostics);
        Some(Self::new(lexed.tokens.into_iter().map(|token| token.token), &lexed.comments, text))
    }

    /// The content of these tokens, and of these comments in `text`.
    pub(super) fn new(tokens: impl IntoIterator<Item = Token>, comments: &[Comment], text: &str) -> Self {
        let tokens = tokens.into_iter().filter(|token| !is_separator(token)).flat_map(split).collect();
        let text_of =
            |comment: &Comment| text.get(comment.span.range()).unwrap_or_default().trim_end().to_owned();
        Self { tokens, comments: comments.iter().map(text_of).collect() }
    }
}

fn is_separator(token: &Token) -> bool {
    matches!(token, Token::Newline | Token::Comma | Token::Semicolon)
}

/// `||` and `| |` both are parameters of a closure that has none.
fn split(token: Token) -> Vec<Token> {
    match token {
        Token::PipePipe => vec![Token::Pipe, Token::Pipe],
        token => vec![token],
    }
}
