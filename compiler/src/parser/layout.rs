//! The newline rule: which newlines separate statements and elements.
//!
//! A newline separates when the token before it can end a statement and the token after it doesn't go on with
//! the line. It is the same rule inside brackets, where a separating newline is like a comma. Newlines that
//! don't separate are left out, and so are those next to a separator or before a closing bracket.

use crate::lexer::{SpannedToken, Token};

/// Leaves only the newlines that separate, and tells the `else` of `let` from that of `if`.
pub(super) fn apply(mut tokens: Vec<SpannedToken>) -> Vec<SpannedToken> {
    // What is kept moves to the front, so that the tokens of a large file are not copied.
    let mut kept = 0;
    for at in 0..tokens.len() {
        let (before, rest) = tokens.split_at_mut(at);
        let Some((token, after)) = rest.split_first_mut() else { break };
        if keep(token, &before[..kept], after.first()) {
            tokens.swap(kept, at);
            kept += 1;
        }
    }
    tokens.truncate(kept);
    tokens
}

/// Whether a token stays, given those before it that did and the one after it. An `else` may become another token.
fn keep(token: &mut SpannedToken, before: &[SpannedToken], after: Option<&SpannedToken>) -> bool {
    let last = before.last().map(|token| &token.token);
    match token.token {
        Token::Newline => {
            let ends = last.is_some_and(Token::ends_statement) || ends_in_step(before);
            ends && !after.is_none_or(|after| after.token.continues_line())
        }
        Token::Semicolon => !matches!(last, Some(Token::Semicolon | Token::Newline)),
        Token::Else if last != Some(&Token::BraceClose) => {
            token.token = Token::LetElse;
            true
        }
        _ => true,
    }
}

/// Whether the tokens end in `++` or `--`, which Mob doesn't have: whoever writes it means it to end a statement,
/// and is told so there.
fn ends_in_step(tokens: &[SpannedToken]) -> bool {
    let [.., first, second] = tokens else { return false };
    first.token == second.token
        && matches!(first.token, Token::Plus | Token::Minus)
        && first.end == second.start
}

/// Cuts the tokens of a file into those of its items: what stands between separators outside all brackets.
pub(super) fn items(tokens: &[SpannedToken]) -> impl Iterator<Item = &[SpannedToken]> {
    let mut depth = 0usize;
    let pieces = tokens.split(move |token| {
        if token.token.closer().is_some() {
            depth += 1;
        } else if token.token.is_closer() {
            depth = depth.saturating_sub(1);
        }
        depth == 0 && matches!(token.token, Token::Newline | Token::Semicolon)
    });
    pieces.filter(|piece| !piece.is_empty())
}
