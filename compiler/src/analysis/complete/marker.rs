//! Puts a name at the cursor, so that what is being written can be parsed and checked.

use crate::diagnostic::Diagnostics;
use crate::lexer::{self, Token};
use crate::source::FileId;

/// Names that nobody gives to anything. The syntax tells types from values by their case, and so does who writes.
const NAMES: [&str; 2] = ["mvm_completes_this", "MvmCompletesThis"];

/// What may be missing after the name, most likely first: nothing, the rest of an arm, the body of a loop, a branch or
/// a function, and the rest of a function's head.
const MISSING: [&str; 5] = ["", " -> ()", " {}", ") {}", ": ()"];

/// A text with a name at the cursor.
pub(crate) struct Marked {
    pub(crate) text: String,
    /// Where the name begins.
    pub(crate) at: u32,
}

/// Puts a name at the cursor, in the place of the one that it touches. None where no name can stand: in text, numbers
/// and comments, and where no text with a name there parses so that `has_name` finds it at its offset.
pub(crate) fn mark(text: &str, offset: usize, has_name: impl Fn(&str, u32) -> bool) -> Option<Marked> {
    if text.len() > crate::source::SOURCE_BYTES_MAX || !text.is_char_boundary(offset) {
        return None;
    }
    let (start, end) = (offset - name_before(text, offset).len(), offset + name_after(text, offset));
    let first = text[start..].chars().next().filter(|_| start < offset);
    if first.is_some_and(|c| c.is_ascii_digit()) || !is_code(text, start) {
        return None;
    }
    let is_upper = first.is_some_and(|c| c.is_ascii_uppercase());
    let names = NAMES.into_iter().skip(usize::from(is_upper));
    let mut candidates = names.flat_map(|name| MISSING.into_iter().map(move |missing| (name, missing)));
    let at = u32::try_from(start).ok()?;
    candidates.find_map(|(name, missing)| {
        let text = [&text[..start], name, missing, &text[end..]].concat();
        has_name(&text, at).then_some(Marked { text, at })
    })
}

/// The part of a name that stands just before an offset.
fn name_before(text: &str, offset: usize) -> &str {
    let before = &text[..offset];
    let length = before.bytes().rev().take_while(|byte| is_name(*byte)).count();
    &before[offset - length..]
}

fn name_after(text: &str, offset: usize) -> usize {
    text[offset..].bytes().take_while(|byte| is_name(*byte)).count()
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// Whether an offset is neither in a comment nor in text.
fn is_code(text: &str, offset: usize) -> bool {
    let lexed = lexer::lex(FileId::default(), text, &mut Diagnostics::new());
    let offset = u32::try_from(offset).unwrap_or(u32::MAX);
    let in_comment =
        lexed.comments.iter().any(|comment| comment.span.start < offset && offset <= comment.span.end);
    let in_text = lexed.tokens.iter().any(|token| {
        let is_text = matches!(token.token, Token::Str(_) | Token::StrText(_) | Token::Bytes(_));
        let ends_before = matches!(token.token, Token::Doc(_)) && offset == token.end;
        let is_around = token.start < offset && offset < token.end;
        is_text && is_around || matches!(token.token, Token::Doc(_)) && (is_around || ends_before)
    });
    !in_comment && !in_text
}
