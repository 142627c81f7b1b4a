//! What is said about a name when somebody points at it.

use std::sync::Arc;

use super::{Analysis, SymbolKind};
use crate::source::{FileId, Span};

/// What is known of the name at a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hover {
    /// The name.
    pub span: Span,
    /// The declaration in Mob, without a body.
    pub signature: String,
    /// The type that a generic field or function has here, where that says more than the signature.
    pub here: Option<String>,
    /// The documentation, as Markdown.
    pub doc: Option<Arc<str>>,
    /// The module that declares it, if that is another one.
    pub module: Option<Arc<str>>,
}

impl Analysis {
    /// What is known of the name at a place.
    #[must_use]
    pub fn hover(&self, file: FileId, offset: u32) -> Option<Hover> {
        let Some((symbol, span)) = self.symbol_at(file, offset) else {
            return self.built_in_hover(file, offset);
        };
        let signature = match (&symbol.container, symbol.kind) {
            (Some(container), SymbolKind::Field) => format!("{container}.{}", symbol.signature),
            (Some(container), SymbolKind::Variant) => format!("{container}.{}", symbol.signature),
            _ => symbol.signature.clone(),
        };
        let is_other = symbol.name_span.file != file && symbol.kind != SymbolKind::Module;
        let here = matches!(symbol.kind, SymbolKind::Field).then(|| self.type_ending_at(span)).flatten();
        Some(Hover {
            span,
            here: here.filter(|ty| !signature.ends_with(&format!(": {ty}"))),
            signature,
            doc: symbol.doc.clone(),
            module: is_other.then(|| symbol.module.clone()),
        })
    }

    /// The type of the expression that ends with a name, as `x.name` does.
    fn type_ending_at(&self, name: Span) -> Option<String> {
        let ends_here =
            |span: Span| span.file == name.file && span.end == name.end && span.start < name.start;
        let smallest = self.facts.expressions(ends_here).max_by_key(|(span, _)| span.start);
        smallest.filter(|(_, ty)| !self.facts.is_unknown(*ty)).map(|(_, ty)| self.facts.show(ty))
    }
}
