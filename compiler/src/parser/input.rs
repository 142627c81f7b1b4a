//! Inputs of a session: items and statements in any order, as a person types them line by line.

use super::{brackets, layout, parse_item};
use crate::ast::{Block, File, ItemKind};
use crate::diagnostic::{DIAGNOSTICS_MAX, Diagnostics};
use crate::lexer::{self, SpannedToken, Token};
use crate::source::FileId;

/// What an input says.
#[derive(Debug, Clone, PartialEq)]
pub struct Input {
    /// The items that it declares.
    pub file: File,
    /// Its statements, and the last expression; none if there are only items.
    pub body: Option<Block>,
}

/// Parses an input. What can't be parsed is reported, and the rest is returned, as by [`super::parse`].
pub fn parse_input(file: FileId, text: &str, diagnostics: &mut Diagnostics) -> Input {
    let mut input = Input { file: File { file, items: Vec::new() }, body: None };
    if super::is_too_long(file, text, diagnostics) {
        return input;
    }
    let lexed = lexer::lex(file, text, diagnostics);
    let balanced = brackets::balance(file, text, lexed, diagnostics);
    let tokens = layout::apply(balanced.tokens);
    let mut statements = Vec::new();
    for piece in layout::items(&tokens) {
        if !begins_item(piece) {
            statements.push(piece);
        } else if diagnostics.error_count() < DIAGNOSTICS_MAX {
            input.file.items.extend(parse_item(file, text, piece, &balanced.repairs, diagnostics));
        }
    }
    if !statements.is_empty() {
        let function = as_function(&statements);
        let item = parse_item(file, text, &function, &balanced.repairs, diagnostics);
        input.body = item.and_then(|item| match item.kind {
            ItemKind::Function(function) => Some(function.body),
            _ => None,
        });
    }
    input
}

/// Whether what stands between two separators is an item, and no statement.
fn begins_item(tokens: &[SpannedToken]) -> bool {
    let token = |at: usize| tokens.get(at).map(|token| &token.token);
    match token(0) {
        Some(
            Token::Doc(_)
            | Token::Pub
            | Token::Use
            | Token::Struct
            | Token::Enum
            | Token::Type
            | Token::Const
            | Token::Fn
            | Token::Extern,
        ) => true,
        Some(Token::Test) => matches!(token(1), Some(Token::Str(_))),
        _ => false,
    }
}

/// The statements as the body of a function, which is all that the grammar knows them in. The tokens around them are
/// empty and stand at their ends.
fn as_function(statements: &[&[SpannedToken]]) -> Vec<SpannedToken> {
    let start = statements.first().and_then(|tokens| tokens.first()).map_or(0, |token| token.start);
    let end = statements.last().and_then(|tokens| tokens.last()).map_or(start, |token| token.end);
    let head =
        [Token::Fn, Token::Lower("input".into()), Token::ParenOpen, Token::ParenClose, Token::BraceOpen];
    let mut function: Vec<_> =
        head.into_iter().map(|token| SpannedToken { token, start, end: start }).collect();
    for (n, statement) in statements.iter().enumerate() {
        if n > 0 {
            let at = function.last().map_or(start, |token| token.end);
            function.push(SpannedToken { token: Token::Newline, start: at, end: at });
        }
        function.extend_from_slice(statement);
    }
    function.push(SpannedToken { token: Token::BraceClose, start: end, end });
    function
}
