//! What a file declares, as a tree.

use super::{Analysis, SymbolKind};
use crate::ast::{Ident, ItemKind};
use crate::source::{FileId, Span};

/// A declaration with its parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outline {
    /// Its name; a test's is its text.
    pub name: String,
    /// What it is.
    pub kind: SymbolKind,
    /// Where its name stands.
    pub name_span: Span,
    /// The whole declaration.
    pub span: Span,
    /// Fields or variants.
    pub parts: Vec<Outline>,
}

impl Analysis {
    /// What a file declares, in order; nothing for a file that is none of the analysis.
    #[must_use]
    pub fn outline(&self, file: FileId) -> Vec<Outline> {
        let module = self.facts.modules.iter().find(|module| module.ast.file == file);
        let items = module.into_iter().flat_map(|module| &module.ast.items);
        let outlines = items.filter_map(|item| {
            let (kind, name, parts) = match &item.kind {
                ItemKind::Use(_) => return None,
                ItemKind::Test(test) => {
                    let (name, name_span) = (test.name.value.to_string(), test.name.span);
                    let (kind, span) = (SymbolKind::Test, item.span);
                    return Some(Outline { name, kind, name_span, span, parts: Vec::new() });
                }
                ItemKind::Struct(item) => (SymbolKind::Struct, &item.name, fields(item)),
                ItemKind::Enum(item) => (SymbolKind::Enum, &item.name, variants(item)),
                ItemKind::Alias(item) => (SymbolKind::Alias, &item.name, Vec::new()),
                ItemKind::Const(item) => (SymbolKind::Constant, &item.name, Vec::new()),
                ItemKind::Function(item) => (SymbolKind::Function, &item.name, Vec::new()),
                ItemKind::Extern(item) => (SymbolKind::Extern, &item.name, Vec::new()),
            };
            Some(Outline { parts, ..outline(kind, name, item.span) })
        });
        outlines.collect()
    }
}

fn outline(kind: SymbolKind, name: &Ident, span: Span) -> Outline {
    Outline { name: name.name.to_string(), kind, name_span: name.span, span, parts: Vec::new() }
}

fn fields(item: &crate::ast::StructItem) -> Vec<Outline> {
    item.fields.iter().map(|field| outline(SymbolKind::Field, &field.name, field.span)).collect()
}

fn variants(item: &crate::ast::EnumItem) -> Vec<Outline> {
    item.variants.iter().map(|variant| outline(SymbolKind::Variant, &variant.name, variant.span)).collect()
}
