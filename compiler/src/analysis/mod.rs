//! Answers about places in source text, for editors and for the REPL: what is wrong, what a name means and where it is
//! declared, who uses it, what can be written here.
//!
//! An [`Analysis`] is made of one or more root files, and of all that they use, by the compiler's own checker with
//! notes taken ([`Analysis::new`]). It works on text with errors in it: what can't be parsed is left out, and bodies
//! that are wrong have been looked at as far as they make sense. Places are a file and an offset in bytes.
//!
//! ```
//! use mob_compiler::analysis::{Analysis, Root};
//! use mob_compiler::sources::MemorySources;
//!
//! let text = "fn twice(n: Int) -> Int { n + n }\n";
//! let root = Root { name: "main.mob", text };
//! let analysis = Analysis::new(&[root], &MemorySources::new(), false);
//! let file = analysis.file("main.mob").unwrap();
//! let hover = analysis.hover(file, text.find("n + n").unwrap() as u32).unwrap();
//! assert_eq!(hover.signature, "n: Int");
//! ```

mod built_in;
mod complete;
mod declarations;
mod hover;
mod inlay;
mod navigate;
mod outline;
mod rename;
mod signature;
mod symbol;

use foldhash::HashMap;

pub use complete::{Completion, CompletionKind, Completions, SignatureHelp};
pub(crate) use complete::{has_name, mark};
pub use hover::Hover;
pub use inlay::Inlay;
pub use outline::Outline;
pub use rename::{Rename, RenameError};
pub use symbol::{Symbol, SymbolKind};

pub use crate::check::Root;
use crate::check::{Facts, examine};
use crate::codegen;
use crate::compile::Options;
use crate::diagnostic::Diagnostics;
use crate::source::{FileId, SourceMap, Span};
use crate::sources::Sources;

/// What is known of some root files and of all that they use.
///
/// It keeps the texts, the syntax trees and the checker's tables, and answers from them; it is as large as the program.
pub struct Analysis {
    facts: Facts,
    /// What is declared, by where its name stands.
    symbols: HashMap<Span, Symbol>,
    /// Names that are used and where what they mean is declared, by place.
    references: Vec<(Span, Span)>,
}

impl Analysis {
    /// Analyses these roots. With several, each is checked, and what they share is the same in all.
    ///
    /// With `stdlib`, a root stands for the standard library's module of its name, as the text that an editor shows of
    /// it does. Files that roots use are asked for relative to them, as in [`crate::compile`].
    #[must_use]
    pub fn new(roots: &[Root<'_>], sources: &dyn Sources, stdlib: bool) -> Self {
        let options = Options { tests: true, main_required: false, stdlib };
        let (mut facts, program) = examine(roots, sources, &options);
        if let (Some(program), [root]) = (program, roots)
            && let Err(found) = codegen::generate(&program, &facts.map, root.name, &options)
        {
            found.iter().cloned().for_each(|diagnostic| facts.diagnostics.push(diagnostic));
        }
        Self::of(facts)
    }

    /// Puts together what the checker noted.
    pub(crate) fn of(facts: Facts) -> Self {
        let symbols = declarations::declared(&facts);
        let references = navigate::references(&facts);
        Self { facts, symbols, references }
    }

    /// The texts of all files that were read: roots, files that they use, and standard modules.
    #[must_use]
    pub fn sources(&self) -> &SourceMap {
        &self.facts.map
    }

    /// All names of a file, used or declared there, with what they mean, by place.
    #[must_use]
    pub fn names(&self, file: FileId) -> Vec<(Span, &Symbol)> {
        let used = self.references.iter().filter(|(used, _)| used.file == file);
        let used = used.filter_map(|(used, definition)| Some((*used, self.symbols.get(definition)?)));
        let declared = self.symbols.values().filter(|symbol| {
            symbol.name_span.file == file && !matches!(symbol.kind, SymbolKind::Module | SymbolKind::Test)
        });
        let mut all: Vec<_> = used.chain(declared.map(|symbol| (symbol.name_span, symbol))).collect();
        all.sort_by_key(|(span, _)| *span);
        all.dedup_by_key(|(span, _)| *span);
        all
    }

    /// The files of the analysis that are none of the standard library's.
    pub fn own_files(&self) -> impl Iterator<Item = FileId> {
        self.facts.map.iter().map(|(file, _)| file).filter(|file| self.stdlib_module(*file).is_none())
    }

    /// The file of this name.
    #[must_use]
    pub fn file(&self, name: &str) -> Option<FileId> {
        self.facts.map.iter().find(|(_, file)| file.name() == name).map(|(id, _)| id)
    }

    /// All errors and warnings, those of files that the roots use included: what `mvm check` says.
    #[must_use]
    pub fn diagnostics(&self) -> &Diagnostics {
        &self.facts.diagnostics
    }

    /// The name of the standard module whose text a file is.
    #[must_use]
    pub fn stdlib_module(&self, file: FileId) -> Option<&str> {
        let name = self.facts.map.get(file)?.name();
        crate::resolve::is_stdlib_path(name)
            .then(|| name.rsplit('/').next().and_then(|last| last.strip_suffix(".mob")))
            .flatten()
    }
}
