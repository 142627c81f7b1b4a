//! Notes on a program for whoever asks about places in its text: which name means what, and which expression has which
//! type. They are taken while checking, also of bodies with errors, and only if they were asked for.

use std::rc::Rc;
use std::sync::Arc;

use super::body::Body;
use super::context::Context;
use super::items::Param;
use super::locals::LocalKind;
use super::names::{TypeName, ValueName};
use super::types::{Kind, T, Types};
use crate::resolve::ModuleId;
use crate::source::Span;

/// What has been noted so far.
#[derive(Clone, Default)]
pub(crate) struct Record {
    /// Names that are used, each with the place where what it means is declared: its name there, or for a module the
    /// empty span at the beginning of its file.
    pub(crate) references: Vec<(Span, Span)>,
    /// Uses of type parameters, which are declared by the item around them.
    pub(crate) type_params: Vec<Span>,
    /// What was noted of each body, in the order in which they were checked.
    pub(super) bodies: Vec<BodyRecord>,
    /// The types of the expressions and patterns of the body that is being checked.
    types: Vec<(Span, T)>,
}

/// What was noted of a body.
#[derive(Clone)]
pub(super) struct BodyRecord {
    /// The names of the type parameters that its types speak of.
    pub(super) generics: Rc<[Arc<str>]>,
    /// Its expressions and patterns, in no certain order.
    pub(super) types: Vec<(Span, T)>,
    pub(super) locals: Vec<LocalRecord>,
}

/// What was noted of a local.
#[derive(Clone)]
pub(super) struct LocalRecord {
    pub(super) name: Arc<str>,
    pub(super) span: Span,
    pub(super) kind: LocalKind,
    pub(super) ty: T,
}

impl Context<'_> {
    /// Notes that the name at `used` means what is declared at `definition`.
    pub(super) fn note(&mut self, used: Span, definition: Span) {
        if let Some(record) = &mut self.record {
            record.references.push((used, definition));
        }
    }

    /// Notes that the name at `used` means this value.
    pub(super) fn note_value(&mut self, used: Span, value: ValueName) {
        if self.record.is_some()
            && let Some(definition) = self.items.value_span(value)
        {
            self.note(used, definition);
        }
    }

    /// Notes that the name at `used` means this type.
    pub(super) fn note_type(&mut self, used: Span, ty: TypeName) {
        if self.record.is_some() {
            let definition = self.type_head(ty).name.span;
            self.note(used, definition);
        }
    }

    /// Notes that the name at `used` means this module.
    pub(super) fn note_module(&mut self, used: Span, module: ModuleId) {
        if self.record.is_some() {
            let file = self.modules.module(module).ast.file;
            self.note(used, Span::new(file, 0, 0));
        }
    }

    /// Notes that the name at `used` means a type parameter of the item around it.
    pub(super) fn note_type_param(&mut self, used: Span) {
        if let Some(record) = &mut self.record {
            record.type_params.push(used);
        }
    }

    /// Notes that the label or field at `used` is this parameter or field.
    pub(super) fn note_param(&mut self, used: Span, param: &Param) {
        if self.record.is_some()
            && let Some(definition) = param_span(param)
        {
            self.note(used, definition);
        }
    }
}

impl super::items::Items {
    /// Where a value's name is declared.
    pub(super) fn value_span(&self, value: ValueName) -> Option<Span> {
        Some(match value {
            ValueName::Function(id) => self.function(id).head.name.span,
            ValueName::Extern(id) => self.external(id).head.name.span,
            ValueName::Const(id) => self.consts[id.0 as usize].head.name.span,
            ValueName::Struct(id) => self.strukt(id).head.name.span,
            ValueName::Variant(id, tag) => self.variant(id, tag).name.span,
            ValueName::Ambiguous => return None,
        })
    }
}

/// Where a parameter's or field's name stands; none if it has no name. Its span begins with it.
pub(super) fn param_span(param: &Param) -> Option<Span> {
    let length = u32::try_from(param.name.as_ref()?.len()).ok()?;
    Some(Span { end: param.span.start + length, ..param.span })
}

impl Body<'_, '_> {
    /// Notes the type of an expression, or of what a pattern is matched against.
    pub(super) fn note_expr(&mut self, span: Span, ty: T) {
        if let Some(record) = &mut self.cx.record {
            record.types.push((span, ty));
        }
    }

    /// Notes what has been found out of the body's types, at its end.
    pub(super) fn note_body(&mut self) {
        let Some(mut record) = self.cx.record.take() else { return };
        let types = std::mem::take(&mut record.types);
        let types = types.into_iter().map(|(span, t)| (span, self.found(t))).collect();
        let locals: Vec<_> = self.locals.iter().filter(|local| !local.name.is_empty()).cloned().collect();
        let locals = locals.into_iter().map(|local| LocalRecord {
            ty: self.found(local.ty),
            name: local.name,
            span: local.span,
            kind: local.kind,
        });
        let locals = locals.collect();
        record.bodies.push(BodyRecord { generics: self.generics.clone(), types, locals });
        self.cx.record = Some(record);
    }

    /// What is known of a type; what is not becomes the error type, since variables mean nothing outside of the body.
    fn found(&mut self, t: T) -> T {
        let resolved = self.vars.resolve(&mut self.cx.types, t).unwrap_or(T::ERROR);
        without_vars(&mut self.cx.types, resolved)
    }
}

fn without_vars(types: &mut Types, t: T) -> T {
    match types.kind(t) {
        Kind::Var(_) => T::ERROR,
        _ if types.has_var(t) => types.map(t, without_vars),
        _ => t,
    }
}
