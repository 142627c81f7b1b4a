//! From names to what they mean, and back to all that use it.

use foldhash::HashMap;

use super::declarations::type_param;
use super::{Analysis, Symbol, SymbolKind};
use crate::check::Facts;
use crate::source::{FileId, Span};

/// All references by place, each once.
pub(super) fn references(facts: &Facts) -> Vec<(Span, Span)> {
    let modules: HashMap<_, _> = facts.modules.iter().map(|module| (module.ast.file, module)).collect();
    let type_params = facts.type_params.iter().filter_map(|used| {
        let module = modules.get(&used.file)?;
        Some((*used, type_param(module, &facts.map, *used)?))
    });
    let mut all: Vec<_> = facts.references.iter().copied().chain(type_params).collect();
    all.sort_unstable();
    all.dedup();
    all
}

impl Analysis {
    /// What the name at a place means, and where that name stands. A place just past a name belongs to it.
    #[must_use]
    pub fn symbol_at(&self, file: FileId, offset: u32) -> Option<(&Symbol, Span)> {
        let (used, definition) = self.reference_at(file, offset)?;
        self.symbols.get(&definition).map(|symbol| (symbol, used))
    }

    /// The name at a place, used or declared there, and where what it means is declared.
    fn reference_at(&self, file: FileId, offset: u32) -> Option<(Span, Span)> {
        let touches = |span: Span| span.file == file && span.start <= offset && offset <= span.end;
        // Names don't overlap, so that those around the place are among the last that begin before it.
        let end = self.references.partition_point(|(used, _)| (used.file, used.start) <= (file, offset));
        let near = self.references[..end].iter().rev().copied();
        let near = near.take_while(|(used, _)| touches(*used));
        let used = near.filter(|(_, definition)| self.symbols.contains_key(definition));
        let used = used.min_by_key(|(used, _)| offset == used.end);
        let declared = self.symbols.values().filter(|symbol| {
            symbol.kind != SymbolKind::Module && symbol.kind != SymbolKind::Test && touches(symbol.name_span)
        });
        let declared = declared.map(|symbol| (symbol.name_span, symbol.name_span));
        let declared = declared.min_by_key(|(span, _)| (offset == span.end, span.start));
        match (used, declared) {
            (Some(used), Some(declared)) if offset == used.0.end && offset < declared.0.end => Some(declared),
            (Some(used), _) => Some(used),
            (None, declared) => declared,
        }
    }

    /// Where what the name at a place means is declared.
    #[must_use]
    pub fn definition(&self, file: FileId, offset: u32) -> Option<Span> {
        self.symbol_at(file, offset).map(|(symbol, _)| symbol.name_span)
    }

    /// All names that mean what the name at a place means, by place; the declaration's own among them.
    #[must_use]
    pub fn references(&self, file: FileId, offset: u32) -> Vec<Span> {
        match self.symbol_at(file, offset) {
            Some((symbol, _)) => self.uses(symbol),
            None => Vec::new(),
        }
    }

    /// All names that mean this symbol, its declaration's own among them, by place.
    pub(super) fn uses(&self, symbol: &Symbol) -> Vec<Span> {
        let definition = symbol.name_span;
        let uses = self.references.iter().filter(|(_, means)| *means == definition).map(|(used, _)| *used);
        let own = (symbol.kind != SymbolKind::Module).then_some(definition);
        let mut all: Vec<_> = uses.chain(own).collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// What the name at this very span means.
    pub(super) fn meaning(&self, used: Span) -> Option<&Symbol> {
        let at = self.references.partition_point(|(other, _)| *other < used);
        let (other, definition) = self.references.get(at)?;
        (*other == used).then(|| self.symbols.get(definition)).flatten()
    }
}
