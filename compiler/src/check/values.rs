//! Names and paths that stand for values: locals, functions, constants, constructors, and what follows a dot.

use std::rc::Rc;

use super::body::{Body, Expr, ExprKind, wrong};
use super::items::Signature;
use super::locals::LocalKind;
use super::names::{TypeName, ValueName};
use super::types::{Kind, T};
use super::unify::Unknown;
use super::why::Expect;
use crate::ast::{self, ExprKind as Ast, Ident};
use crate::diagnostic::{Code, Diagnostic};
use crate::resolve::ModuleId;
use crate::source::Span;
use crate::typed::{EnumId, LocalId};

/// What stands before a dot, if it is no value.
pub(super) enum Qualifier {
    Module(ModuleId),
    Enum(EnumId),
    /// Something is wrong with it, and has been reported.
    Wrong,
}

impl Body<'_, '_> {
    /// A local's value. Closures between here and its declaration capture it.
    pub(super) fn use_local(&mut self, id: LocalId, span: Span) -> Expr {
        self.capture(id, span);
        let local = self.locals.local_mut(id);
        local.used = true;
        Expr { kind: ExprKind::Local(id), ty: local.ty, span }
    }

    /// Notes that a local is used at a place.
    pub(super) fn capture(&mut self, id: LocalId, span: Span) {
        let local = self.locals.local_mut(id);
        let depth = local.depth;
        self.cx.note(span, local.span);
        if depth >= self.frames.len() {
            return;
        }
        if depth + 1 < self.frames.len() && local.kind == LocalKind::Var {
            local.boxed = true;
        }
        for frame in &mut self.frames[depth + 1..] {
            if frame.captured.insert(id) {
                frame.captures.push(id);
            }
        }
    }

    /// What a name that is no local means; none if nothing, which is reported.
    pub(super) fn resolve_name(&mut self, name: &Ident, hint: Option<T>) -> Option<ValueName> {
        let value = self.find_name(name, hint)?;
        self.cx.note_value(name.span, value);
        Some(value)
    }

    fn find_name(&mut self, name: &Ident, hint: Option<T>) -> Option<ValueName> {
        match self.cx.value_named(self.module, &name.name) {
            Some(ValueName::Ambiguous) => self.variant_by_hint(name, hint).or_else(|| {
                let message = format!("several enums have a variant `{}`", name.name);
                let help = format!("put the enum's name before it: `Enum.{}`", name.name);
                let diagnostic = Diagnostic::error(Code::AmbiguousName, message);
                self.cx.report(diagnostic.primary(name.span, "").help(help));
                None
            }),
            Some(value) => Some(value),
            None => self.variant_by_hint(name, hint).or_else(|| {
                self.report_unknown_value(name);
                None
            }),
        }
    }

    /// The variant of this name of the enum that is expected.
    pub(super) fn variant_by_hint(&self, name: &Ident, hint: Option<T>) -> Option<ValueName> {
        match self.kind(hint?) {
            Kind::Enum(id, _) => self.variant_named(*id, name).map(|tag| ValueName::Variant(*id, tag)),
            _ => None,
        }
    }

    /// The tag of an enum's variant.
    pub(super) fn variant_named(&self, id: EnumId, name: &Ident) -> Option<u32> {
        let item = self.cx.items.enumeration(id);
        // Most often the name means this variant in the module of the enum.
        let values = &self.cx.names[item.head.module.0 as usize].values;
        if let Some(ValueName::Variant(of, tag)) = values.get(&name.name).map(|declared| declared.what)
            && of == id
        {
            return Some(tag);
        }
        (0u32..).zip(&item.variants).find(|(_, variant)| variant.name.name == name.name).map(|(tag, _)| tag)
    }

    /// A declared name as a value by itself, not called.
    pub(super) fn value_of(&mut self, value: ValueName, span: Span) -> Expr {
        match value {
            ValueName::Function(id) => {
                let signature = self.cx.items.function(id).signature.clone();
                let (ty, args) = self.instance_as_function(&signature, span);
                self.cx.uses.function(id);
                let id = self.cx.typed_function(id);
                Expr { kind: ExprKind::Function(id, args), ty, span }
            }
            ValueName::Extern(id) => {
                let signature = self.cx.items.external(id).signature.clone();
                let (ty, args) = self.instance_as_function(&signature, span);
                Expr { kind: ExprKind::Extern(id, args), ty, span }
            }
            ValueName::Const(id) => self.constant(id, span),
            ValueName::Struct(id) => {
                let signature = self.cx.items.strukt(id).constructor.clone();
                let (ty, _) = self.instance_as_function(&signature, span);
                Expr { kind: ExprKind::StructFn, ty, span }
            }
            ValueName::Variant(id, tag) => {
                let signature = self.cx.items.variant(id, tag).constructor.clone();
                if signature.params.is_empty() {
                    let args = self.instantiate(&signature, span);
                    let ty = self.cx.types.substitute(signature.result, &args);
                    return Expr { kind: ExprKind::Variant(tag, Vec::new()), ty, span };
                }
                let (ty, _) = self.instance_as_function(&signature, span);
                Expr { kind: ExprKind::VariantFn(tag), ty, span }
            }
            ValueName::Ambiguous => wrong(span),
        }
    }

    /// Variables for the type parameters of a signature.
    pub(super) fn instantiate(&mut self, signature: &Signature, span: Span) -> Vec<T> {
        let generics = signature.generics.iter();
        generics.map(|name| self.fresh(span, Unknown::TypeParam(name.clone()))).collect()
    }

    fn instance_as_function(&mut self, signature: &Rc<Signature>, span: Span) -> (T, Vec<T>) {
        let args = self.instantiate(signature, span);
        let params: Vec<_> =
            signature.params.iter().map(|param| self.cx.types.substitute(param.ty, &args)).collect();
        let result = self.cx.types.substitute(signature.result, &args);
        (self.cx.types.function(&params, result), args)
    }

    /// What stands before a dot, if it is a module or an enum and not a value.
    pub(super) fn qualifier(&mut self, base: &ast::Expr) -> Option<Qualifier> {
        match &base.kind {
            Ast::Name(name) if self.locals.find(&name.name).is_none() => {
                if let Some(module) = self.cx.module_named(self.module, &name.name) {
                    self.cx.note_module(name.span, module);
                    return Some(Qualifier::Module(module));
                }
                if self.cx.is_missing_import(self.module, &name.name) {
                    return Some(Qualifier::Wrong);
                }
                let ty = self.cx.type_named(self.module, &name.name)?;
                let qualifier = self.enum_qualifier(ty)?;
                self.cx.note_type(name.span, ty);
                Some(qualifier)
            }
            Ast::Field { base, name } if name.name.starts_with(char::is_uppercase) => {
                let Some(Qualifier::Module(module)) = self.qualifier(base) else { return None };
                let ty = self.cx.names[module.0 as usize].types.get(&name.name)?;
                let ty = ty.what;
                let qualifier = self.enum_qualifier(ty)?;
                if self.cx.member_type(self.module, module, name).is_none() {
                    return Some(Qualifier::Wrong);
                }
                Some(qualifier)
            }
            _ => None,
        }
    }

    fn enum_qualifier(&mut self, ty: TypeName) -> Option<Qualifier> {
        match ty {
            TypeName::Enum(id) => Some(Qualifier::Enum(id)),
            TypeName::Struct(_) => None,
            TypeName::Alias(id) => {
                let target = self.cx.alias_target(id);
                match self.cx.types.kind(target) {
                    Kind::Enum(id, _) => Some(Qualifier::Enum(*id)),
                    _ => None,
                }
            }
        }
    }

    /// What a name after a module or enum means; none if nothing, which is reported.
    pub(super) fn qualified(&mut self, qualifier: &Qualifier, name: &Ident) -> Option<ValueName> {
        match qualifier {
            Qualifier::Wrong => None,
            Qualifier::Module(module) => {
                let found = self.cx.member_value(self.module, *module, name)?;
                if found == ValueName::Ambiguous {
                    let message = format!("several enums of this module have a variant `{}`", name.name);
                    self.error(Code::AmbiguousName, message, name.span, "put the enum's name before it");
                    return None;
                }
                Some(found)
            }
            Qualifier::Enum(id) => {
                let Some(tag) = self.variant_named(*id, name) else {
                    self.report_no_variant(*id, name);
                    return None;
                };
                let variant = ValueName::Variant(*id, tag);
                self.cx.note_value(name.span, variant);
                Some(variant)
            }
        }
    }

    /// `base.name`, not called.
    pub(super) fn field(&mut self, base: &ast::Expr, name: &Ident, span: Span, hint: Option<T>) -> Expr {
        if let Some(qualifier) = self.qualifier(base) {
            // `Enum.Variant` of a type that is expected needs no other check than any name.
            let _ = hint;
            return match self.qualified(&qualifier, name) {
                Some(value) => self.value_of(value, span),
                None => wrong(span),
            };
        }
        let base = self.expr(base, Expect::Any);
        match self.field_of(base.ty, name) {
            Some((index, ty)) => Expr { kind: ExprKind::Field(Box::new(base), index), ty, span },
            None => {
                self.report_no_field(&base, name);
                wrong(span)
            }
        }
    }

    /// A struct's field of this name: its index and type.
    pub(super) fn field_of(&mut self, t: T, name: &Ident) -> Option<(u32, T)> {
        let Kind::Struct(id, args) = self.kind(t).clone() else { return None };
        let signature = self.cx.items.strukt(id).constructor.clone();
        let index = signature.position(&name.name)?;
        let field = signature.params.get(index)?;
        self.cx.note_param(name.span, field);
        Some((u32::try_from(index).ok()?, self.cx.types.substitute(field.ty, &args)))
    }
}
