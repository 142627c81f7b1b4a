//! Patterns: what they ask of a value, and the locals that they bind.

use std::collections::BTreeSet;
use std::sync::Arc;

use foldhash::{HashMap, HashMapExt};

use super::body::{Body, Pattern};
use super::constants::Value;
use super::items::Signature;
use super::locals::LocalKind;
use super::names::ValueName;
use super::types::{Kind, T};
use super::values::Qualifier;
use super::why::Why;
use crate::ast::{self, FieldPattern, Ident, PatternKind as Ast};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use crate::typed::{LocalId, PatternKind};

/// The names that a pattern binds.
struct Bindings {
    kind: LocalKind,
    /// Where the value comes from that is matched.
    source: Span,
    /// The locals of all names, those of all alternatives of `a | b` included.
    locals: HashMap<Arc<str>, LocalId>,
    /// The names that are bound on the way to the place that is being checked.
    bound: BTreeSet<Arc<str>>,
    /// In a later alternative of `a | b`: a name stands for the local that an earlier one bound.
    reuse: bool,
}

impl Body<'_, '_> {
    /// Checks a pattern against a value of type `t` that comes from `source`, and brings what it binds into scope.
    pub(super) fn pattern(&mut self, p: &ast::Pattern, t: T, source: Span, kind: LocalKind) -> Pattern {
        if let Ast::Bind { name, pattern: None } = &p.kind {
            // Most patterns are a name alone, which needs no tables to be compared with others.
            self.note_expr(p.span, t);
            let local = self.new_local(name, t, kind);
            return Pattern { kind: PatternKind::Bind(local, None), ty: t, span: p.span };
        }
        let (locals, bound) = (HashMap::new(), BTreeSet::new());
        let mut bindings = Bindings { kind, source, locals, bound, reuse: false };
        self.sub_pattern(p, t, &mut bindings)
    }

    fn sub_pattern(&mut self, p: &ast::Pattern, t: T, bindings: &mut Bindings) -> Pattern {
        let span = p.span;
        self.note_expr(span, t);
        let kind = match &p.kind {
            Ast::Wildcard | Ast::Error => PatternKind::Wildcard,
            Ast::Bind { name, pattern } => self.bind_pattern(name, pattern.as_deref(), t, bindings),
            Ast::Int(value) => self.literal(PatternKind::Int(*value), T::INT, t, span, bindings),
            Ast::Float(value) => self.literal(PatternKind::Float(*value), T::FLOAT, t, span, bindings),
            Ast::Bool(value) => self.literal(PatternKind::Bool(*value), T::BOOL, t, span, bindings),
            Ast::Str(value) => self.literal(PatternKind::Str(value.clone()), T::STR, t, span, bindings),
            Ast::Bytes(value) => self.literal(PatternKind::Bytes(value.clone()), T::BYTES, t, span, bindings),
            Ast::Constructor { path, fields, rest } => {
                self.constructor_pattern(path, fields.as_deref(), *rest, t, span, bindings)
            }
            Ast::Tuple(elements) => self.tuple_pattern(elements, t, span, bindings),
            Ast::List { before, rest, after } => {
                self.list_pattern(before, rest.as_deref(), after, t, span, bindings)
            }
            Ast::Or(alternatives) => self.or_pattern(alternatives, t, span, bindings),
        };
        Pattern { kind, ty: t, span }
    }

    fn bind_pattern(
        &mut self,
        name: &Ident,
        inner: Option<&ast::Pattern>,
        t: T,
        bindings: &mut Bindings,
    ) -> PatternKind {
        let local = self.bind_name(name, t, bindings);
        let inner = inner.map(|inner| Box::new(self.sub_pattern(inner, t, bindings)));
        PatternKind::Bind(local, inner)
    }

    fn bind_name(&mut self, name: &Ident, t: T, bindings: &mut Bindings) -> LocalId {
        let known = bindings.locals.get(&name.name).copied();
        let is_double = !bindings.bound.insert(name.name.clone());
        if let Some(first) = known {
            let local = self.locals.local(first);
            let (ty, span) = (local.ty, local.span);
            if is_double {
                self.report_bound_twice(name, span);
            } else if bindings.reuse {
                self.cx.note(name.span, span);
                self.fits(t, ty, name.span, &Why::Branch(span));
                return first;
            }
        }
        let local = self.new_local(name, t, bindings.kind);
        bindings.locals.insert(name.name.clone(), local);
        local
    }

    /// A local that is in scope from here on.
    fn new_local(&mut self, name: &Ident, t: T, kind: LocalKind) -> LocalId {
        let local = self.locals.add(name, t, kind, self.closure_depth());
        self.locals.show(local);
        local
    }

    fn report_bound_twice(&mut self, name: &Ident, first: Span) {
        let message = format!("`{}` is bound twice in one pattern", name.name);
        let diagnostic = Diagnostic::error(Code::DuplicateBinding, message).primary(name.span, "");
        self.cx.report(diagnostic.secondary(first, "first bound here"));
    }

    fn literal(
        &mut self,
        kind: PatternKind,
        literal: T,
        t: T,
        span: Span,
        bindings: &Bindings,
    ) -> PatternKind {
        if self.matches(literal, t, span, bindings) { kind } else { PatternKind::Wildcard }
    }

    /// Whether a pattern of type `found` can match the value of type `t`; if not, that is reported.
    fn matches(&mut self, found: T, t: T, span: Span, bindings: &Bindings) -> bool {
        self.fits(found, t, span, &Why::Scrutinee(bindings.source))
    }

    fn tuple_pattern(
        &mut self,
        elements: &[ast::Pattern],
        t: T,
        span: Span,
        bindings: &mut Bindings,
    ) -> PatternKind {
        if elements.is_empty() {
            return self.literal(PatternKind::Unit, T::UNIT, t, span, bindings);
        }
        let known = match self.kind(t) {
            Kind::Tuple(known) if known.len() == elements.len() => Some(known.clone()),
            _ => None,
        };
        let types: Vec<T> = match known {
            Some(known) => known.to_vec(),
            None => {
                let fresh: Vec<_> =
                    elements.iter().map(|e| self.fresh(e.span, super::unify::Unknown::Value)).collect();
                let tuple = self.cx.types.tuple(&fresh);
                let is_right = self.matches(tuple, t, span, bindings);
                if is_right { fresh } else { vec![T::ERROR; elements.len()] }
            }
        };
        let parts = elements.iter().zip(types).map(|(e, t)| self.sub_pattern(e, t, bindings));
        let parts: Vec<_> = parts.collect();
        PatternKind::Fields((0..).zip(parts).collect())
    }

    fn list_pattern(
        &mut self,
        before: &[ast::Pattern],
        rest: Option<&ast::ListRest>,
        after: &[ast::Pattern],
        t: T,
        span: Span,
        bindings: &mut Bindings,
    ) -> PatternKind {
        let element = match self.kind(t) {
            Kind::List(element) => *element,
            _ => {
                let element = self.fresh(span, super::unify::Unknown::Elements);
                let list = self.cx.types.list(element);
                if self.matches(list, t, span, bindings) { element } else { T::ERROR }
            }
        };
        let front = before.iter().map(|p| self.sub_pattern(p, element, bindings)).collect();
        let list = self.cx.types.list(element);
        let rest = rest.map(|rest| rest.name.as_ref().map(|name| self.bind_name(name, list, bindings)));
        let back = after.iter().map(|p| self.sub_pattern(p, element, bindings)).collect();
        PatternKind::List { front, rest, back }
    }

    fn or_pattern(
        &mut self,
        alternatives: &[ast::Pattern],
        t: T,
        span: Span,
        bindings: &mut Bindings,
    ) -> PatternKind {
        let (before, reuse) = (bindings.bound.clone(), bindings.reuse);
        let mut typed = Vec::with_capacity(alternatives.len());
        let mut first: Option<BTreeSet<Arc<str>>> = None;
        for alternative in alternatives {
            bindings.bound.clone_from(&before);
            typed.push(self.sub_pattern(alternative, t, bindings));
            bindings.reuse = true;
            match &first {
                None => first = Some(bindings.bound.clone()),
                Some(first) => {
                    if let Some(name) = first.symmetric_difference(&bindings.bound).next() {
                        let message =
                            format!("the alternatives must bind the same names, and not all bind `{name}`");
                        self.error(Code::OrBindings, message, span, "");
                    }
                }
            }
        }
        bindings.bound = first.unwrap_or(before);
        bindings.reuse = reuse;
        PatternKind::Or(typed)
    }

    fn constructor_pattern(
        &mut self,
        path: &ast::Path,
        fields: Option<&[FieldPattern]>,
        rest: Option<Span>,
        t: T,
        span: Span,
        bindings: &mut Bindings,
    ) -> PatternKind {
        let value = self.pattern_path(path, t, fields.is_none());
        let (signature, tag) = match value {
            Some(ValueName::Struct(id)) => (self.cx.items.strukt(id).constructor.clone(), None),
            Some(ValueName::Variant(id, tag)) => {
                (self.cx.items.variant(id, tag).constructor.clone(), Some(tag))
            }
            Some(ValueName::Const(id)) if fields.is_none() => {
                return self.constant_pattern(id, t, span, bindings);
            }
            Some(_) => {
                let message = "a pattern names a constructor or a constant, and this is neither";
                self.error(Code::NotAConstructor, message, path.span, "");
                return self.wrong_fields(fields, bindings);
            }
            None => {
                if let ([name], None) = (path.segments.as_slice(), fields) {
                    self.bind_unknown(name, bindings);
                }
                return self.wrong_fields(fields, bindings);
            }
        };
        let args = self.instantiate(&signature, span);
        let result = self.cx.types.substitute(signature.result, &args);
        if !self.matches(result, t, span, bindings) {
            return self.wrong_fields(fields, bindings);
        }
        if fields.is_none() && (tag.is_none() || !signature.params.is_empty()) {
            self.report_bare(path, &signature, span);
        }
        let types: Vec<_> =
            signature.params.iter().map(|param| self.cx.types.substitute(param.ty, &args)).collect();
        let fields = fields.unwrap_or_default();
        let parts = self.field_patterns(path, &signature, &types, fields, rest, span, bindings);
        match tag {
            Some(tag) => PatternKind::Variant(tag, parts),
            None => PatternKind::Fields(parts),
        }
    }

    /// A name that should have been a constructor's may have been meant for a variable: what reads it is no second mistake.
    fn bind_unknown(&mut self, name: &Ident, bindings: &mut Bindings) {
        self.bind_name(name, T::ERROR, bindings);
        bindings.bound.remove(&name.name);
    }

    fn wrong_fields(&mut self, fields: Option<&[FieldPattern]>, bindings: &mut Bindings) -> PatternKind {
        for field in fields.unwrap_or_default() {
            self.sub_pattern(&field.pattern, T::ERROR, bindings);
        }
        PatternKind::Wildcard
    }

    fn report_bare(&mut self, path: &ast::Path, signature: &Signature, span: Span) {
        if signature.params.is_empty() {
            return;
        }
        let text = self.cx.modules.map.text(path.span).to_owned();
        let message = format!("`{text}` carries {}", values(signature.params.len()));
        let diagnostic = Diagnostic::error(Code::PatternFields, message).primary(span, "");
        self.cx.report(diagnostic.help(format!("name them, or leave them out: `{text}(..)`")));
    }

    /// What a path in a pattern means. A bare name is a variant of the enum that is matched, or else what is in scope.
    fn pattern_path(&mut self, path: &ast::Path, t: T, is_bare: bool) -> Option<ValueName> {
        let (name, before) = path.segments.split_last()?;
        if before.is_empty() {
            if let Some(variant) = self.variant_by_hint(name, Some(t)) {
                // An import of the name is used by this, even though the type alone would have told.
                let _ = self.cx.value_named(self.module, &name.name).is_some();
                self.cx.note_value(name.span, variant);
                return Some(variant);
            }
            if let Kind::Enum(id, _) = self.kind(t).clone()
                && self.cx.value_named(self.module, &name.name).is_none()
            {
                self.report_no_variant(id, name);
                return None;
            }
            if self.cx.value_named(self.module, &name.name).is_none() {
                self.report_no_constructor(name, is_bare);
                return None;
            }
            return self.resolve_name(name, Some(t));
        }
        let qualifier = self.pattern_qualifier(before)?;
        self.qualified(&qualifier, name)
    }

    fn pattern_qualifier(&mut self, before: &[Ident]) -> Option<Qualifier> {
        let mut names = before.iter();
        let first = names.next()?;
        let mut e = ast::Expr { kind: ast::ExprKind::Name(first.clone()), span: first.span };
        for name in names {
            let span = e.span.to(name.span);
            e = ast::Expr { kind: ast::ExprKind::Field { base: Box::new(e), name: name.clone() }, span };
        }
        let qualifier = self.qualifier(&e);
        if qualifier.is_none() {
            let text = self.cx.modules.map.text(e.span).to_owned();
            let message = format!("there is no module or enum `{text}` here");
            self.error(Code::UnknownName, message, e.span, "");
        }
        qualifier
    }

    fn constant_pattern(
        &mut self,
        id: super::items::ConstId,
        t: T,
        span: Span,
        bindings: &Bindings,
    ) -> PatternKind {
        self.cx.uses.constant(id);
        let Some(value) = self.cx.constant_value(id) else { return PatternKind::Wildcard };
        let (kind, ty) = match value {
            Value::Int(value) => (PatternKind::Int(value), T::INT),
            Value::Float(value) => (PatternKind::Float(value), T::FLOAT),
            Value::Bool(value) => (PatternKind::Bool(value), T::BOOL),
            Value::Str(value) => (PatternKind::Str(value.clone()), T::STR),
            Value::Bytes(value) => (PatternKind::Bytes(value.clone()), T::BYTES),
        };
        self.literal(kind, ty, t, span, bindings)
    }

    #[expect(clippy::too_many_arguments, reason = "what a constructor's pattern consists of, used once")]
    fn field_patterns(
        &mut self,
        path: &ast::Path,
        signature: &Signature,
        types: &[T],
        fields: &[FieldPattern],
        rest: Option<Span>,
        span: Span,
        bindings: &mut Bindings,
    ) -> Vec<(u32, Pattern)> {
        let mut seen = vec![false; types.len()];
        let mut parts = Vec::with_capacity(fields.len());
        let mut is_wrong = false;
        for (n, field) in fields.iter().enumerate() {
            let index = match &field.label {
                Some(label) => self.labelled_field(signature, label),
                None => Some(n),
            };
            let t = index.and_then(|index| types.get(index)).copied();
            let pattern = self.sub_pattern(&field.pattern, t.unwrap_or(T::ERROR), bindings);
            match (index, t) {
                (Some(index), Some(_)) if !std::mem::replace(&mut seen[index], true) => {
                    parts.push((u32::try_from(index).unwrap_or(u32::MAX), pattern));
                }
                (Some(_), Some(_)) => {
                    let message = "this field is matched twice";
                    self.error(Code::PatternFields, message, field.pattern.span, "");
                    is_wrong = true;
                }
                _ => is_wrong = is_wrong || index.is_none(),
            }
        }
        if is_wrong {
            return parts;
        }
        let too_many = fields.len() > types.len();
        if too_many || (rest.is_none() && seen.contains(&false) && !fields.is_empty()) {
            self.report_fields(path, signature, fields.len(), &seen, span);
        } else if fields.is_empty() && rest.is_none() && !types.is_empty() && self.has_parentheses(path, span)
        {
            self.report_fields(path, signature, 0, &seen, span);
        }
        parts.sort_by_key(|(index, _)| *index);
        parts
    }

    fn has_parentheses(&self, path: &ast::Path, span: Span) -> bool {
        path.span.end < span.end
    }

    fn labelled_field(&mut self, signature: &Signature, label: &Ident) -> Option<usize> {
        let found = signature.position(&label.name);
        match found.and_then(|found| signature.params.get(found)) {
            Some(param) => self.cx.note_param(label.span, param),
            None => self.report_no_label(&label.name, label.span, signature),
        }
        found
    }

    fn report_fields(
        &mut self,
        path: &ast::Path,
        signature: &Signature,
        given: usize,
        seen: &[bool],
        span: Span,
    ) {
        let text = self.cx.modules.map.text(path.span).to_owned();
        let verb = if given == 1 { "is" } else { "are" };
        let message =
            format!("`{text}` carries {}, and {given} {verb} matched", values(signature.params.len()));
        let missing = signature.params.iter().zip(seen).find(|(_, seen)| !**seen).map(|(param, _)| param);
        let diagnostic = Diagnostic::error(Code::PatternFields, message).primary(span, "");
        self.cx.report(match missing {
            Some(param) => diagnostic
                .secondary(param.span, "this one is not matched")
                .help("`..` at the end leaves the others out"),
            None => diagnostic,
        });
    }
}

fn values(n: usize) -> String {
    match n {
        0 => "nothing".to_owned(),
        1 => "1 value".to_owned(),
        n => format!("{n} values"),
    }
}
