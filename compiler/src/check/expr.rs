//! Expressions: which rule checks which, and those whose rule is short.

use super::body::{Ability, Body, Demand, Expr, ExprKind, wrong};
use super::types::{Kind, T};
use super::unify::Unknown;
use super::why::{Expect, Why};
use crate::ast::{self, ExprKind as Ast, Ident, TextPart};
use crate::diagnostic::Code;
use crate::source::Span;
use crate::typed::{Block, StmtKind};

/// How deep expressions can be nested in each other, in units of native stack: about 5 KiB without optimisation, so
/// that a thread's usual 2 MiB are enough. Most expressions count 1; [`stack_units`] says what counts more.
pub(super) const DEPTH_MAX: usize = 300;

/// How much native stack checking an expression takes, beside what is nested in it.
fn stack_units(e: &ast::Expr) -> usize {
    match &e.kind {
        // Labels may stand in another order than parameters, and then arguments go through statements of their own.
        Ast::Call { args, .. } if args.iter().any(|arg| arg.label.is_some()) => 4,
        Ast::Call { callee, .. } if matches!(callee.kind, Ast::Field { .. }) => 3,
        Ast::Call { .. } => 2,
        _ => 1,
    }
}

impl Body<'_, '_> {
    /// Checks an expression. If a type is expected, the result has it, or an error is reported.
    pub(super) fn expr(&mut self, e: &ast::Expr, expect: Expect<'_>) -> Expr {
        if self.too_deep(e.span) {
            return wrong(e.span);
        }
        let units = stack_units(e);
        self.depth += units;
        let checked = match &e.kind {
            // These hand the expectation on to their parts, where a mismatch is better explained.
            Ast::Block(block) => self.block(block, expect),
            Ast::If { branches, otherwise } => self.if_chain(branches, otherwise.as_deref(), e.span, expect),
            Ast::Match { scrutinee, arms } => self.match_expr(scrutinee, arms, e.span, expect),
            _ => {
                let found = self.plain(e, expect);
                self.note_expr(e.span, found.ty);
                self.fit(found, expect)
            }
        };
        self.depth -= units;
        checked
    }

    /// Checks an expression that must have a type.
    pub(super) fn expr_of(&mut self, e: &ast::Expr, t: T, why: &Why) -> Expr {
        self.expr(e, Expect::Type(t, why))
    }

    /// Makes an expression what is expected.
    pub(super) fn fit(&mut self, found: Expr, expect: Expect<'_>) -> Expr {
        match expect {
            Expect::Any => found,
            Expect::Drop => {
                self.demand(found.ty, found.span, Ability::Dropped);
                found
            }
            Expect::Type(t, why) => self.coerce(found, t, why),
        }
    }

    /// Notes what a type must be capable of, to be checked when all types are known.
    pub(super) fn demand(&mut self, ty: T, span: Span, what: Ability) {
        self.demands.push(Demand { ty, span, what });
    }

    fn plain(&mut self, e: &ast::Expr, expect: Expect<'_>) -> Expr {
        let span = e.span;
        let literal = |kind, ty| Expr { kind, ty, span };
        let checked = match &e.kind {
            Ast::Int(value) => literal(ExprKind::Int(*value), T::INT),
            Ast::Float(value) => literal(ExprKind::Float(*value), T::FLOAT),
            Ast::Bool(value) => literal(ExprKind::Bool(*value), T::BOOL),
            Ast::Str(value) => literal(ExprKind::Str(value.clone()), T::STR),
            Ast::Bytes(value) => literal(ExprKind::Bytes(value.clone()), T::BYTES),
            Ast::Interpolated(parts) => self.interpolated(parts, span),
            Ast::Name(name) => self.name(name, expect.hint()),
            Ast::List(elements) => self.list(elements, span, expect.hint()),
            Ast::Map(entries) => self.map(entries, span, expect.hint()),
            Ast::Tuple(elements) => self.tuple(elements, span, expect.hint()),
            Ast::Unary { op, operand } => self.unary(*op, operand, span),
            Ast::Binary { op, op_span, left, right } => self.binary(*op, *op_span, left, right, span),
            Ast::Range { .. } => self.stray_range(span),
            Ast::Call { callee, base, args } => self.call(callee, base.as_deref(), args, span, expect.hint()),
            Ast::TypeArgs { base, .. } => {
                self.expr(base, Expect::Any);
                let message = "type arguments stand only in a call";
                self.error(Code::WrongTypeArguments, message, span, "");
                wrong(span)
            }
            Ast::Field { base, name } => self.field(base, name, span, expect.hint()),
            Ast::TupleField { base, index, index_span } => self.tuple_field(base, *index, *index_span, span),
            Ast::Index { base, index } => self.index(base, index, span),
            Ast::Try(operand) => self.try_expr(operand, span),
            Ast::Closure { params, body } => self.closure(params, body, span, expect.hint()),
            Ast::While { .. } | Ast::For { .. } | Ast::Assign { .. } => self.statement_as_value(e),
            Ast::Return(value) => self.return_expr(value.as_deref(), span),
            Ast::Break => self.break_expr(span),
            Ast::Continue => self.continue_expr(span),
            Ast::Block(_) | Ast::If { .. } | Ast::Match { .. } | Ast::Error => wrong(span),
        };
        let ty = self.cx.checked_size(checked.ty, span);
        Expr { ty, ..checked }
    }

    fn interpolated(&mut self, parts: &[TextPart], span: Span) -> Expr {
        let mut texts = Vec::with_capacity(parts.len());
        for part in parts {
            texts.push(match part {
                TextPart::Text(text) => Expr { kind: ExprKind::Str(text.clone()), ty: T::STR, span },
                TextPart::Expr(e) => {
                    let value = self.expr(e, Expect::Any);
                    self.demand(value.ty, e.span, Ability::Shown);
                    value
                }
            });
        }
        Expr { kind: ExprKind::Interpolate(texts), ty: T::STR, span }
    }

    fn list(&mut self, elements: &[ast::Expr], span: Span, hint: Option<T>) -> Expr {
        let hint = hint.and_then(|hint| match self.kind(hint) {
            Kind::List(element) => Some((*element, false)),
            Kind::Set(element) => Some((*element, true)),
            _ => None,
        });
        let (hint, is_set) = hint.map_or((None, false), |(element, is_set)| (Some(element), is_set));
        let element = hint.unwrap_or_else(|| self.fresh(span, Unknown::Elements));
        let why = Why::Element(elements.first().map_or(span, |first| first.span));
        let elements = elements.iter().map(|e| self.expr_of(e, element, &why)).collect();
        if is_set {
            let ty = self.cx.types.intern(Kind::Set(element));
            return Expr { kind: ExprKind::Set(elements), ty, span };
        }
        let ty = self.cx.types.list(element);
        Expr { kind: ExprKind::List(elements), ty, span }
    }

    fn map(&mut self, entries: &[(ast::Expr, ast::Expr)], span: Span, hint: Option<T>) -> Expr {
        let hint = hint.and_then(|hint| match self.kind(hint) {
            Kind::Map(key, value) => Some((*key, *value)),
            _ => None,
        });
        let (key, value) = hint.unwrap_or_else(|| {
            let key = self.fresh(span, Unknown::Entries);
            // Where the type is known already, the place that says so is checked.
            self.demand(key, entries.first().map_or(span, |(key, _)| key.span), Ability::Key);
            (key, self.fresh(span, Unknown::Entries))
        });
        let (key_why, value_why) = match entries.first() {
            Some((key, value)) => (Why::Key(key.span), Why::Value(value.span)),
            None => (Why::Key(span), Why::Value(span)),
        };
        let mut parts = Vec::with_capacity(2 * entries.len());
        for (k, v) in entries {
            parts.push(self.expr_of(k, key, &key_why));
            parts.push(self.expr_of(v, value, &value_why));
        }
        let ty = self.cx.types.intern(Kind::Map(key, value));
        Expr { kind: ExprKind::Map(parts), ty, span }
    }

    fn tuple(&mut self, elements: &[ast::Expr], span: Span, hint: Option<T>) -> Expr {
        if elements.is_empty() {
            return Expr { kind: ExprKind::Unit, ty: T::UNIT, span };
        }
        let hints = hint.and_then(|hint| match self.kind(hint) {
            Kind::Tuple(hints) if hints.len() == elements.len() => Some(hints.clone()),
            _ => None,
        });
        let why = Why::Param(None, None);
        let mut values = Vec::with_capacity(elements.len());
        for (n, e) in elements.iter().enumerate() {
            let hint = hints.as_ref().and_then(|hints| hints.get(n)).copied();
            values.push(self.expr(e, hint.map_or(Expect::Any, |hint| Expect::Type(hint, &why))));
        }
        let types: Vec<_> = values.iter().map(|value| value.ty).collect();
        // What holds something wrong is wrong as a whole: nothing follows from it.
        let ty = if types.contains(&T::ERROR) { T::ERROR } else { self.cx.types.tuple(&types) };
        Expr { kind: ExprKind::Tuple(values), ty, span }
    }

    fn tuple_field(&mut self, base: &ast::Expr, index: u32, index_span: Span, span: Span) -> Expr {
        let base = self.expr(base, Expect::Any);
        let elements = match self.kind(base.ty) {
            Kind::Tuple(elements) => elements.clone(),
            Kind::Error | Kind::Never => return wrong(span),
            Kind::Var(_) => return self.needs_type(&base, "its elements"),
            _ => {
                let message = format!("`{}` is not a tuple", self.show(base.ty));
                self.error(Code::NoSuchField, message, index_span, "");
                return wrong(span);
            }
        };
        let Some(ty) = elements.get(index as usize).copied() else {
            let message = format!("a tuple of {} has no element `.{index}`", elements.len());
            let label = format!("the last one is `.{}`", elements.len() - 1);
            self.error(Code::NoSuchField, message, index_span, label);
            return wrong(span);
        };
        Expr { kind: ExprKind::Field(Box::new(base), index), ty, span }
    }

    fn index(&mut self, base: &ast::Expr, index: &ast::Expr, span: Span) -> Expr {
        match self.indexed(base, index) {
            (base, index, Some(ty)) => {
                Expr { kind: ExprKind::Index(Box::new(base), Box::new(index)), ty, span }
            }
            _ => wrong(span),
        }
    }

    /// What is indexed, the index, and the type of what that gives; none if it can't be indexed, which is reported.
    pub(super) fn indexed(&mut self, base: &ast::Expr, index: &ast::Expr) -> (Expr, Expr, Option<T>) {
        let base = self.expr(base, Expect::Any);
        if let Kind::Map(key, value) = *self.kind(base.ty) {
            let index = self.expr_of(index, key, &Why::KeyOf(base.span));
            return (base, index, Some(value));
        }
        let index = self.expr_of(index, T::INT, &Why::Index);
        let element = self.element(&base);
        (base, index, element)
    }

    /// The type of the elements of what is indexed by number; none if it can't be, which is reported.
    fn element(&mut self, base: &Expr) -> Option<T> {
        match self.kind(base.ty) {
            Kind::List(element) => Some(*element),
            Kind::Bytes => Some(T::INT),
            Kind::Error | Kind::Never => None,
            Kind::Var(_) => {
                self.needs_type(base, "what an index into it gives");
                None
            }
            Kind::Unit => {
                let message = "`()` can't be indexed";
                let label =
                    "this is `()`; `{}` is an empty block, an empty map is `[:]` and an empty list `[]`";
                self.error(Code::NotIndexable, message, base.span, label);
                None
            }
            Kind::Tuple(_) => {
                let message = format!("`{}` can't be indexed", self.show(base.ty));
                let label = "a tuple's elements are `.0`, `.1` and so on";
                self.error(Code::NotIndexable, message, base.span, label);
                None
            }
            Kind::Str => {
                let message = "a `Str` can't be indexed, since its characters differ in length";
                let label = "use `.slice(from, to)`, or `.chars()` for a list of them";
                self.error(Code::NotIndexable, message, base.span, label);
                None
            }
            _ => {
                let message = format!("`{}` can't be indexed", self.show(base.ty));
                self.error(Code::NotIndexable, message, base.span, "");
                None
            }
        }
    }

    /// Reports that something can only be done with a value whose type is known by then.
    pub(super) fn needs_type(&mut self, value: &Expr, what: &str) -> Expr {
        let message = "the type of this value must be known here";
        let diagnostic = crate::diagnostic::Diagnostic::error(Code::TypeNeeded, message)
            .primary(value.span, format!("{what} can't be looked up yet"));
        let help = match *self.kind(value.ty) {
            Kind::Var(n) => {
                let birth = self.vars.birth(n).map(|birth| (birth.span, birth.what.clone()));
                // Said once: the value counts as wrong from here on.
                self.vars.give_up(n);
                birth
            }
            _ => None,
        };
        let diagnostic = match help {
            Some((span, Unknown::ClosureParam)) => diagnostic
                .secondary(span, "nothing says what is passed here")
                .help("write the parameter's type: `|x: Int| …`"),
            Some((span, Unknown::Entries)) if span != value.span => diagnostic
                .secondary(span, "nothing says what this map holds")
                .help("write its type: `let m: Map[Str, Int] = [:]`"),
            Some((span, Unknown::Elements)) if span != value.span => diagnostic
                .secondary(span, "nothing says what this list holds")
                .help("write its type: `let xs: List[Int] = []`"),
            _ => diagnostic.help("write the type where the value is made: `let x: Type = …`"),
        };
        self.cx.report(diagnostic);
        wrong(value.span)
    }

    fn stray_range(&mut self, span: Span) -> Expr {
        let message = "a range stands only after `in` of a `for`";
        self.error(Code::StrayRange, message, span, "`list.range(from, to)` gives a list of numbers");
        wrong(span)
    }

    fn statement_as_value(&mut self, e: &ast::Expr) -> Expr {
        let span = e.span;
        let (kind, ty) = self.statement(e);
        let stmts = vec![crate::typed::Stmt { kind, span }];
        Expr { kind: ExprKind::Block(Block { stmts, value: None }), ty, span }
    }

    /// Checks `while`, `for`, an assignment, or an expression whose value is not used. Gives its type: `()`, or that of
    /// what never comes to its end.
    pub(super) fn statement(&mut self, e: &ast::Expr) -> (StmtKind, T) {
        match &e.kind {
            Ast::While { condition, body } => self.while_loop(condition, body),
            Ast::For { pattern, iterable, body } => (self.for_loop(pattern, iterable, body), T::UNIT),
            Ast::Assign { target, op, op_span, value } => {
                (self.assign(target, *op, *op_span, value), T::UNIT)
            }
            _ => {
                let value = self.expr(e, Expect::Drop);
                let ty = if self.is_never(value.ty) { T::NEVER } else { T::UNIT };
                (StmtKind::Expr(value), ty)
            }
        }
    }

    /// Whether it is the type of what never gives a value.
    pub(super) fn is_never(&self, t: T) -> bool {
        self.shallow(t) == T::NEVER
    }

    /// A name that stands for a value.
    fn name(&mut self, name: &Ident, hint: Option<T>) -> Expr {
        if let Some(local) = self.locals.find(&name.name) {
            return self.use_local(local, name.span);
        }
        match self.resolve_name(name, hint) {
            Some(value) => self.value_of(value, name.span),
            None => wrong(name.span),
        }
    }
}
