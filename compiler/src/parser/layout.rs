//! The newline rule: which newlines separate statements and elements.
//!
//! A newline separates when the token before it can end a statement and the token after it doesn't go on with
//! the line. It is the same rule inside brackets, where a separating newline is like a comma. Newlines that
//! don't separate are left out, and so are those next to a separator or before a closing bracket.

use crate::lexer::{SpannedToken, Token};

/// Leaves only the newlines that separate, and tells the `else` of `let` from that of `if`.
pub(super) fn apply(tokens: Vec<SpannedToken>) -> Vec<SpannedToken> {
    let mut kept: Vec<SpannedToken> = Vec::with_capacity(tokens.len());
    let mut tokens = tokens.into_iter().peekable();
    while let Some(mut token) = tokens.next() {
        let before = kept.last().map(|token| &token.token);
        match token.token {
            Token::Newline => {
                let after = tokens.peek().map(|token| &token.token);
                let ends = before.is_some_and(Token::ends_statement) || ends_in_step(&kept);
                if !ends || after.is_none_or(Token::continues_line) {
                    continue;
                }
            }
            Token::Semicolon if matches!(before, Some(Token::Semicolon | Token::Newline)) => continue,
            Token::Else if before != Some(&Token::BraceClose) => token.token = Token::LetElse,
            _ => {}
        }
        kept.push(token);
    }
    kept
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
