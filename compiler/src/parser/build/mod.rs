//! What the grammar does when it has recognised something: makes the nodes of the tree, and reports what is
//! well-formed but not allowed.

mod call;
mod expr;
mod item;
mod operation;
mod pattern;
mod types;

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::source::{FileId, Span};

pub(super) use call::{CallElement, IndexArg};
pub(super) use expr::{ElementOfList, if_chain, interpolated};
pub(crate) use item::snake_case;
pub(super) use item::{count, doc, ident, joined_path, longer_path, path, plain_text, present, underscore};
pub(super) use operation::Operation;
pub(super) use pattern::{PatternElement, alternatives};

/// The start and end of what was recognised.
pub(super) type Place = (u32, u32);

/// Makes nodes for one file.
pub(super) struct Builder<'d> {
    file: FileId,
    diagnostics: &'d mut Diagnostics,
}

impl<'d> Builder<'d> {
    pub(super) fn new(file: FileId, diagnostics: &'d mut Diagnostics) -> Self {
        Self { file, diagnostics }
    }

    pub(super) fn span(&self, start: u32, end: u32) -> Span {
        Span::new(self.file, start, end)
    }

    fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }
}
