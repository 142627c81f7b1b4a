//! The formatter: source text to the same program in the one canonical style.
//!
//! A file is parsed; the tree is walked beside the tokens and comments that it came from, which gives a `doc::Doc` for each
//! item; that is laid out in lines; and the result is compared with what came in, token by token, before
//! anyone gets to see it. The style is described in `docs/format.md`.

mod arguments;
mod blocks;
mod branches;
mod chain;
mod cursor;
mod doc;
mod expr;
mod file;
mod items;
mod layout;
mod list;
mod operators;
mod patterns;
mod printer;
mod same;
mod strings;
mod types;

use file::Printed;
use same::Content;

use crate::diagnostic::Diagnostics;
use crate::lexer;
use crate::parser;
use crate::source::SourceMap;

/// The columns that lines are to fit in, where they can. Comments and strings are never broken.
pub const WIDTH: usize = 100;

/// How often a file is formatted anew whose comments have moved: they may be written otherwise where they are then.
const ROUNDS_MAX: usize = 6;

/// Why a text was not formatted.
#[derive(Debug, Clone, thiserror::Error)]
pub enum FormatError {
    /// It has syntax errors.
    #[error("the source has syntax errors")]
    Syntax {
        /// The errors.
        diagnostics: Diagnostics,
        /// The text that they point into.
        sources: SourceMap,
    },
    /// What came out was not the same program. That is a bug of the formatter, found before it could do harm.
    #[error("formatting would change the program; this is a bug in the formatter, and nothing was changed")]
    Unfaithful,
}

/// Formats a file. `name` is what diagnostics call it.
///
/// What comes out has the same tokens and comments in the same order, but for separators and parentheses without a
/// meaning; formatting it again changes nothing.
///
/// # Errors
/// If the text has syntax errors; names and types are not looked at.
pub fn format(name: &str, text: &str) -> Result<String, FormatError> {
    let mut formatted = round(name, text)?;
    for _ in 1..ROUNDS_MAX {
        if !formatted.is_provisional {
            break;
        }
        let next = round(name, &formatted.text)?;
        if next.text == formatted.text {
            break;
        }
        formatted = next;
    }
    Ok(formatted.text)
}

/// Formats a file once, and makes sure that nothing was lost.
fn round(name: &str, text: &str) -> Result<Printed, FormatError> {
    let mut sources = SourceMap::new();
    let file = sources.add(name, text);
    let mut diagnostics = Diagnostics::new();
    let tree = parser::parse(file, text, &mut diagnostics);
    if diagnostics.has_errors() {
        return Err(FormatError::Syntax { diagnostics, sources });
    }
    let lexed = lexer::lex(file, text, &mut diagnostics);
    let comments = lexed.comments.clone();
    let mut printed = file::print(&tree, text, lexed);
    let before = Content::new(std::mem::take(&mut printed.tokens), &comments, text);
    if Content::of(file, &printed.text).is_none_or(|after| after != before) {
        return Err(FormatError::Unfaithful);
    }
    Ok(printed)
}
