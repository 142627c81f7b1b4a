//! What can be written at a place.
//!
//! A name is put at the cursor ([`marker`]), so that `xs.` is a member of `xs` and no mistake; the text is analysed with
//! it, [`place`] says what kind of name it is, and [`offer`] what names there are of that kind.

mod marker;
mod offer;
mod place;
mod signature;

use std::sync::Arc;

pub use signature::SignatureHelp;

use super::{Analysis, Root, SymbolKind};
use crate::ast::{self, Block, Ident};
use crate::diagnostic::Diagnostics;
use crate::parser;
use crate::source::FileId;
use crate::sources::Sources;
pub(crate) use marker::mark;
use place::{Located, locate};

/// Something that can be written at a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completion {
    /// What is written: a name or a keyword.
    pub name: String,
    /// What it is.
    pub kind: CompletionKind,
    /// Its declaration or type, as Mob has it.
    pub detail: Option<String>,
    /// Its documentation, as Markdown.
    pub doc: Option<Arc<str>>,
    /// How many arguments are still to be given if it is called or constructs something; none if it does neither.
    pub arguments: Option<usize>,
    /// How near it is: what is more likely meant has a smaller number.
    pub rank: u8,
    /// The standard module that has to be brought in with `use` first.
    pub import: Option<String>,
}

/// The kinds of [`Completion`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CompletionKind {
    /// Something that is declared.
    Symbol(SymbolKind),
    /// A function after a dot.
    Method,
    /// A type that the language itself has.
    BuiltInType,
    /// A word of the language.
    Keyword,
    /// The label of an argument; a colon follows.
    Label,
}

/// What can be written at a place.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Completions {
    /// Where the name begins that is being written; it ends at the cursor.
    pub start: u32,
    /// Where the `use` of a module can be put in that is not used yet.
    pub import_at: u32,
    /// What it can become, whatever is written of it: best first, then by name.
    pub items: Vec<Completion>,
}

impl Analysis {
    /// What can be written at an offset of a root's text. `sources` and `stdlib` are those of [`Analysis::new`]; the text
    /// is analysed anew, with a name at that place.
    #[must_use]
    pub fn complete(root: &Root<'_>, offset: u32, sources: &dyn Sources, stdlib: bool) -> Completions {
        let Some(marked) = mark_file(root.text, offset) else { return Completions::default() };
        let analysis = Self::new(&[Root { name: root.name, text: &marked.text }], sources, stdlib);
        let file = analysis.file(root.name).unwrap_or_default();
        let items = analysis.completions_at(file, (None, &[]), marked.at, &sources.stdlib_names());
        Completions { start: marked.at, import_at: import_at(root.text), items }
    }

    /// What can be written in the place of the name that begins at an offset of a file, or of the statements that stand
    /// beside its items, which see these variables.
    pub(crate) fn completions_at(
        &self,
        file: FileId,
        (body, variables): (Option<&Block>, &[Ident]),
        at: u32,
        stdlib: &[&str],
    ) -> Vec<Completion> {
        let Some(mut located) = self.located(file, body, at) else { return Vec::new() };
        located.locals.splice(0..0, variables);
        offer::offer(self, file, at, &located, stdlib)
    }

    fn located<'a>(&'a self, file: FileId, body: Option<&'a Block>, at: u32) -> Option<Located<'a>> {
        let module = self.facts.modules.iter().find(|module| module.ast.file == file)?;
        locate(&module.ast, body, at)
    }
}

/// A file's text with a name at an offset.
fn mark_file(text: &str, offset: u32) -> Option<marker::Marked> {
    mark(text, offset as usize, |text, at| {
        let file = parser::parse(FileId::default(), text, &mut Diagnostics::new());
        has_name(&file, None, at)
    })
}

/// Whether a name begins at an offset of a file, or of the statements beside its items.
pub(crate) fn has_name(file: &ast::File, body: Option<&Block>, at: u32) -> bool {
    locate(file, body, at).is_some()
}

/// Where a `use` can be put in: before the first item and its documentation.
fn import_at(text: &str) -> u32 {
    let file = parser::parse(FileId::default(), text, &mut Diagnostics::new());
    let first = file.items.first();
    first.map_or(0, |item| item.doc.as_ref().map_or(item.span.start, |doc| doc.span.start))
}
