//! What checking a program found out, kept for questions about it.
//!
//! The answers are plain: names, places, and types as text. Whoever asks knows nothing of the checker's tables.

use std::sync::Arc;

use foldhash::HashMap;

use super::context::Context;
use super::items::Items;
use super::locals::LocalKind;
use super::names::Names;
use super::record::Record;
use super::show::Show;
use super::types::{T, Types};
use super::unify::Vars;
use crate::diagnostic::Diagnostics;
use crate::resolve::{Module, ModuleId};
use crate::source::{SourceMap, Span};

/// The tables of a program that was checked with notes taken.
pub(crate) struct Facts {
    pub(crate) modules: Vec<Module>,
    pub(crate) map: SourceMap,
    pub(crate) diagnostics: Diagnostics,
    /// Names that are used, with what they mean: see [`Record::references`].
    pub(crate) references: Vec<(Span, Span)>,
    /// Uses of type parameters.
    pub(crate) type_params: Vec<Span>,
    record: Record,
    pub(super) types: Types,
    pub(super) items: Items,
    pub(super) names: Vec<Names>,
    pub(super) prelude: Option<ModuleId>,
    pub(super) type_modules: HashMap<String, Option<ModuleId>>,
}

/// A type of the program. It speaks of the type parameters of the body that it was found in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Found {
    pub(super) ty: T,
    body: usize,
}

/// A local as it was found.
pub(crate) struct FoundLocal<'a> {
    pub(crate) name: &'a Arc<str>,
    /// Where it is declared.
    pub(crate) span: Span,
    pub(crate) kind: LocalKind,
    pub(crate) ty: Found,
}

impl Facts {
    /// Takes the tables of a program that has been checked.
    pub(super) fn new(cx: Context<'_>) -> Self {
        let mut record = cx.record.unwrap_or_default();
        let (modules, map, diagnostics) = cx.modules.into_parts();
        Self {
            modules,
            map,
            diagnostics,
            references: std::mem::take(&mut record.references),
            type_params: std::mem::take(&mut record.type_params),
            record,
            types: cx.types,
            items: cx.items,
            names: cx.names,
            prelude: cx.prelude,
            type_modules: cx.type_modules,
        }
    }

    /// All locals.
    pub(crate) fn locals(&self) -> impl Iterator<Item = FoundLocal<'_>> {
        self.record.bodies.iter().enumerate().flat_map(|(body, record)| {
            record.locals.iter().map(move |local| FoundLocal {
                name: &local.name,
                span: local.span,
                kind: local.kind,
                ty: Found { ty: local.ty, body },
            })
        })
    }

    /// The types of all expressions whose place fits.
    pub(crate) fn expressions(&self, fits: impl Fn(Span) -> bool) -> impl Iterator<Item = (Span, Found)> {
        self.record.bodies.iter().enumerate().flat_map(move |(body, record)| {
            let types = record.types.iter().filter(|(span, _)| fits(*span));
            let found: Vec<_> = types.map(|(span, ty)| (*span, Found { ty: *ty, body })).collect();
            found
        })
    }

    /// A type as people write it.
    pub(crate) fn show(&self, found: Found) -> String {
        self.text(found.ty, self.generics(found))
    }

    /// Whether nothing is known of a type.
    pub(crate) fn is_unknown(&self, found: Found) -> bool {
        found.ty == T::ERROR
    }

    pub(super) fn generics(&self, found: Found) -> &[Arc<str>] {
        self.record.bodies.get(found.body).map_or(&[], |record| &record.generics)
    }

    pub(super) fn text(&self, t: T, generics: &[Arc<str>]) -> String {
        Show { types: &self.types, items: &self.items, vars: &Vars::default(), generics }.text(t)
    }
}
