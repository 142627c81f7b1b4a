//! From text to the syntax tree.
//!
//! The way of the tokens: the lexer makes them; `brackets` gives each bracket its partner; `layout`
//! decides which newlines separate; then a file is cut into items, and for each one `depth` refuses what is
//! nested too deep and `recovery` runs the generated parser, again and again without the element that it
//! stumbled over, so that each mistake is reported and the rest is still read.

mod brackets;
mod build;
mod depth;
mod expected;
mod hints;
mod incomplete;
mod input;
mod layout;
mod outline;
mod recovery;

pub(crate) use build::snake_case;
pub use depth::DEPTH_MAX;
pub use incomplete::is_incomplete;
pub use input::{Input, parse_input};
pub(crate) use outline::{parse_body, parse_outline};

use lalrpop_util::lalrpop_mod;

use crate::ast::{File, Item};
use crate::diagnostic::{Code, DIAGNOSTICS_MAX, Diagnostic, Diagnostics};
use crate::lexer::{self, SpannedToken};
use crate::source::{FileId, SOURCE_BYTES_MAX, Span};

lalrpop_mod!(
    #[allow(clippy::all, clippy::pedantic, clippy::unwrap_used, missing_docs, unused, unreachable_pub)]
    #[allow(unused_qualifications)]
    grammar
);

/// Parses a file. What can't be parsed is reported, and the rest is returned; if nothing was reported, the
/// tree is whole. Text longer than [`SOURCE_BYTES_MAX`] is refused.
pub fn parse(file: FileId, text: &str, diagnostics: &mut Diagnostics) -> File {
    parse_items(file, text, diagnostics, parse_item)
}

fn parse_items(
    file: FileId,
    text: &str,
    diagnostics: &mut Diagnostics,
    parse_item: impl Fn(FileId, &str, &[SpannedToken], &[u32], &mut Diagnostics) -> Option<Item>,
) -> File {
    if is_too_long(file, text, diagnostics) {
        return File { file, items: Vec::new() };
    }
    let lexed = lexer::lex(file, text, diagnostics);
    let balanced = brackets::balance(file, text, lexed, diagnostics);
    let tokens = layout::apply(balanced.tokens);
    let mut items = Vec::new();
    let mut is_stray = false;
    for tokens in layout::items(&tokens) {
        if diagnostics.error_count() >= DIAGNOSTICS_MAX {
            break;
        }
        // One mistake may leave many lines outside of all items: the first of them tells.
        let follows = is_stray;
        is_stray = tokens.first().is_some_and(|first| !hints::begins_item(&first.token));
        if is_stray && follows {
            continue;
        }
        items.extend(parse_item(file, text, tokens, &balanced.repairs, diagnostics));
    }
    File { file, items }
}

/// Whether a text is longer than a file may be, which is reported.
fn is_too_long(file: FileId, text: &str, diagnostics: &mut Diagnostics) -> bool {
    if text.len() <= SOURCE_BYTES_MAX {
        return false;
    }
    diagnostics.push(
        Diagnostic::error(Code::SourceTooLong, format!("this file has {} bytes", text.len()))
            .primary(Span::new(file, 0, 0), "")
            .note(format!("a source file has at most {SOURCE_BYTES_MAX} bytes"))
            .help("split it into several files"),
    );
    true
}

/// Parses the tokens of one item. `repairs` are the offsets, in order, where a bracket lacked its partner.
fn parse_item(
    file: FileId,
    text: &str,
    tokens: &[SpannedToken],
    repairs: &[u32],
    diagnostics: &mut Diagnostics,
) -> Option<Item> {
    let (first, last) = (tokens.first()?, tokens.last()?);
    depth::check(file, tokens, diagnostics).ok()?;
    let next_repair = repairs.get(repairs.partition_point(|at| *at < first.start));
    let is_repaired = next_repair.is_some_and(|at| *at <= last.end);
    recovery::parse_item(&recovery::Source { file, text, is_repaired }, tokens, diagnostics)
}
