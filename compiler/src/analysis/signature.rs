//! The parameters of what can be called.

use super::Analysis;
use crate::ast::{Ident, Item, ItemKind};
use crate::source::Span;

/// A parameter of a function, or a field of a constructor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Parameter {
    /// Its label; empty if it has none.
    pub(super) name: String,
    /// Label and type, as they are written.
    pub(super) text: String,
}

impl Analysis {
    /// The parameters of the function or constructor whose name is declared at a place; none if something else is.
    pub(super) fn parameters(&self, definition: Span) -> Option<Vec<Parameter>> {
        let module = self.facts.modules.iter().find(|module| module.ast.file == definition.file)?;
        let items = &module.ast.items;
        let after = items.partition_point(|item| item.span.start <= definition.start);
        let item = items.get(after.checked_sub(1)?)?;
        self.declared_parameters(item, definition)
    }

    fn declared_parameters(&self, item: &Item, definition: Span) -> Option<Vec<Parameter>> {
        let parameter = |name: Option<&Ident>, span: Span| Parameter {
            name: name.map(ToString::to_string).unwrap_or_default(),
            text: self.facts.map.text(span).to_owned(),
        };
        let parameters = match &item.kind {
            ItemKind::Function(f) if f.name.span == definition => {
                f.params.iter().map(|param| parameter(Some(&param.name), param.span)).collect()
            }
            ItemKind::Extern(f) if f.name.span == definition => {
                f.params.iter().map(|param| parameter(Some(&param.name), param.span)).collect()
            }
            ItemKind::Struct(item) if item.name.span == definition => {
                item.fields.iter().map(|field| parameter(Some(&field.name), field.span)).collect()
            }
            ItemKind::Enum(item) => {
                let variant = item.variants.iter().find(|variant| variant.name.span == definition)?;
                variant.fields.iter().map(|field| parameter(field.label.as_ref(), field.span)).collect()
            }
            _ => return None,
        };
        Some(parameters)
    }
}
