//! Runs the generated parser over an item as often as it takes to report each of its mistakes.
//!
//! When the parser stumbles, the innermost element that holds the place (an argument, a field, a statement, an
//! arm: what stands between separators inside some bracket) is replaced by an error token, which the grammar
//! accepts there, and the item is parsed again. Brackets are balanced by then, so an element is never cut at a
//! separator that isn't its own. If an element that is an error already is in the way, the one around it is
//! replaced. A mistake outside all brackets costs the item's outline, but not its body. The number of rounds is limited, so the time stays in proportion to the item's length.

use std::borrow::Cow;
use std::ops::Range;

use lalrpop_util::ParseError;

use super::build::Builder;
use super::grammar::ItemParser;
use super::hints;
use crate::ast::Item;
use crate::diagnostic::Diagnostics;
use crate::lexer::{SpannedToken, Token};
use crate::source::FileId;

/// How often an item is parsed at most.
const ROUNDS_MAX: usize = 32;

/// Where an item comes from.
pub(super) struct Source<'a> {
    pub(super) file: FileId,
    pub(super) text: &'a str,
    /// A bracket of the item lacked its partner. What the parser finds then follows from that.
    pub(super) is_repaired: bool,
}

/// Parses the tokens of one item. None if not even its outline could be read.
pub(super) fn parse_item(
    source: &Source<'_>,
    tokens: &[SpannedToken],
    diagnostics: &mut Diagnostics,
) -> Option<Item> {
    let parser = ItemParser::new();
    let mut tokens = Cow::Borrowed(tokens);
    let mut is_outline_lost = false;
    for _ in 0..ROUNDS_MAX {
        let mut builder = Builder::new(source.file, diagnostics);
        let stream = tokens.iter().map(|token| (token.start, token.token.clone(), token.end));
        let (at, expected) = match parser.parse(&mut builder, stream) {
            Ok(item) => return Some(*item),
            Err(error) => locate(error, &tokens)?,
        };
        let is_outside = enclosing_bracket(&tokens, at).is_none();
        let is_known = tokens.get(at).is_some_and(|token| token.token == Token::Error);
        let follows = source.is_repaired || is_outside && is_outline_lost;
        if !is_known && !follows {
            diagnostics.push(hints::unexpected(source, &tokens, at, &expected));
        }
        if let Some(element) = replaceable_element(&tokens, at) {
            replace(tokens.to_mut(), element);
        } else if !is_outline_lost {
            is_outline_lost = true;
            let body = body_after(&tokens, at)?;
            tokens.to_mut().drain(at..body);
        } else {
            return None;
        }
    }
    None
}

/// The position of the token at which the parser stumbled, or just past the last, and what it expected.
fn locate<E>(error: ParseError<u32, Token, E>, tokens: &[SpannedToken]) -> Option<(usize, Vec<String>)> {
    match error {
        ParseError::UnrecognizedToken { token: (start, token, _), expected } => {
            // Tokens that were put in may be empty, so that several begin at the same place.
            let at = tokens.iter().position(|t| t.start == start && t.token == token)?;
            Some((at, expected))
        }
        ParseError::UnrecognizedEof { expected, .. } => Some((tokens.len(), expected)),
        ParseError::ExtraToken { .. } | ParseError::InvalidToken { .. } | ParseError::User { .. } => None,
    }
}

/// The innermost element around the token `at` that isn't an error token already.
fn replaceable_element(tokens: &[SpannedToken], mut at: usize) -> Option<Range<usize>> {
    loop {
        let opener = enclosing_bracket(tokens, at)?;
        let element = element(tokens, opener, at);
        match tokens.get(element.clone())? {
            [token] if token.token == Token::Error => at = opener,
            _ => return Some(element),
        }
    }
}

/// The position of the brace, outside all brackets, with which an item's body begins after `at`. What stands before
/// it can be left out, to look for mistakes in the body.
fn body_after(tokens: &[SpannedToken], at: usize) -> Option<usize> {
    let outside = |at: &usize| enclosing_bracket(tokens, *at).is_none();
    let mut braces =
        (at..tokens.len()).filter(|at| tokens.get(*at).is_some_and(|token| token.token == Token::BraceOpen));
    braces.next().filter(outside)
}

/// The position of the bracket that is open at `at`. A closing bracket is still inside.
pub(super) fn enclosing_bracket(tokens: &[SpannedToken], at: usize) -> Option<usize> {
    let mut depth = 0usize;
    tokens.get(..at)?.iter().rposition(|token| {
        if token.token.is_closer() {
            depth += 1;
        } else if token.token.closer().is_some() {
            match depth.checked_sub(1) {
                Some(less) => depth = less,
                None => return true,
            }
        }
        false
    })
}

/// The element around `at`, among those of the bracket at `opener`. A separator belongs to the element before.
pub(super) fn element(tokens: &[SpannedToken], opener: usize, at: usize) -> Range<usize> {
    let mut start = opener + 1;
    let mut depth = 0usize;
    for (position, token) in tokens.iter().enumerate().skip(opener + 1) {
        if depth == 0 && (token.token.is_closer() || is_separator(&token.token)) {
            if position >= at {
                return start..position;
            }
            start = position + 1;
        } else if token.token.closer().is_some() {
            depth += 1;
        } else if token.token.is_closer() {
            depth -= 1;
        }
    }
    start..tokens.len()
}

fn is_separator(token: &Token) -> bool {
    matches!(token, Token::Comma | Token::Newline | Token::Semicolon)
}

fn replace(tokens: &mut Vec<SpannedToken>, element: Range<usize>) {
    let at = tokens.get(element.start).map_or(0, |token| token.start);
    let last = element.end.checked_sub(1).and_then(|last| tokens.get(last));
    let end = last.map_or(at, |token| token.end).max(at);
    tokens.splice(element, [SpannedToken { token: Token::Error, start: at, end }]);
}
