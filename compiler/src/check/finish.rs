//! The end of checking a body: every type has been found, or that is an error, and the tree gets its final types.

use std::collections::HashMap;

use super::body::{Body, Expr, ExprKind, Pattern, Stmt};
use super::locals::{Local, LocalKind};
use super::types::{Kind, T, parts};
use super::unify::{Clash, Unknown};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use crate::typed::{self, Arm, Closure, PatternKind, Place, StmtKind, Target, Ty};

/// Turns a tree whose types are those of the checker into one whose types are final.
pub(super) struct Finish<'b, 'c, 's> {
    pub(super) body: &'b mut Body<'c, 's>,
    known: HashMap<T, Ty>,
}

impl<'b, 'c, 's> Finish<'b, 'c, 's> {
    pub(super) fn new(body: &'b mut Body<'c, 's>) -> Self {
        Self { body, known: HashMap::new() }
    }

    /// The final type. Where a part of it was not found, that is reported at its birth, or else at `span`.
    pub(super) fn ty(&mut self, t: T, span: Span) -> Ty {
        if let Some(ty) = self.known.get(&t) {
            return ty.clone();
        }
        let resolved = match self.body.vars.resolve(&mut self.body.cx.types, t) {
            Ok(resolved) => self.without_vars(resolved),
            Err(clash) => {
                let what = if clash == Clash::TooLarge { "larger than the limit" } else { "infinite" };
                let message = format!("the type of this is {what}");
                self.body.error(Code::TypeTooLarge, message, span, "");
                T::ERROR
            }
        };
        let ty = self.body.cx.types.written_out(resolved);
        self.known.insert(t, ty.clone());
        ty
    }

    /// Decides on what was not found: an error, or anything at all where no value ever comes.
    fn without_vars(&mut self, t: T) -> T {
        while let Some((t, n)) = self.first_var(t) {
            if self.body.vars.may_be_never(n) {
                let _ = self.body.vars.unify(&self.body.cx.types, t, T::UNIT);
            } else {
                self.report_unknown(n);
                self.body.vars.give_up(n);
            }
        }
        self.body.vars.resolve(&mut self.body.cx.types, t).unwrap_or(T::ERROR)
    }

    fn first_var(&self, t: T) -> Option<(T, u32)> {
        let mut waiting = vec![t];
        while let Some(t) = waiting.pop() {
            let t = self.body.shallow(t);
            match self.body.cx.types.kind(t) {
                Kind::Var(n) => return Some((t, *n)),
                kind if self.body.cx.types.has_var(t) => waiting.extend(parts(kind)),
                _ => {}
            }
        }
        None
    }

    fn report_unknown(&mut self, n: u32) {
        let Some(birth) = self.body.vars.birth(n).cloned() else { return };
        let (message, help) = match birth.what {
            Unknown::Elements => (
                "nothing says what this list holds".to_owned(),
                "write its type where it is declared: `let xs: List[Int] = []`".to_owned(),
            ),
            Unknown::Entries => (
                "nothing says what this map holds".to_owned(),
                "write its type where it is declared: `let m: Map[Str, Int] = [:]`".to_owned(),
            ),
            Unknown::TypeParam(name) => (
                format!("nothing says what `{name}` is here"),
                "write the type where the value is declared: `let x: Type = …`".to_owned(),
            ),
            Unknown::ClosureParam => {
                ("nothing says what type this parameter has".to_owned(), "write it: `|x: Int| …`".to_owned())
            }
            Unknown::ClosureResult => (
                "nothing says what type this closure gives".to_owned(),
                "write the type where the closure is declared: `let f: fn(Int) -> Int = …`".to_owned(),
            ),
            Unknown::Value => (
                "nothing says what type this has".to_owned(),
                "write the type where the value is declared: `let x: Type = …`".to_owned(),
            ),
        };
        let diagnostic = Diagnostic::error(Code::CannotInfer, message).primary(birth.span, "");
        self.body.cx.report(diagnostic.help(help));
    }

    fn types(&mut self, types: Vec<T>, span: Span) -> Vec<Ty> {
        types.into_iter().map(|t| self.ty(t, span)).collect()
    }

    /// The locals with their final types.
    pub(super) fn locals(&mut self) -> Vec<typed::Local> {
        let locals: Vec<Local> = self.body.locals.iter().cloned().collect();
        let finish = |local: Local| typed::Local {
            name: local.name.to_string(),
            ty: self.ty(local.ty, local.span),
            boxed: local.boxed && local.kind == LocalKind::Var,
        };
        locals.into_iter().map(finish).collect()
    }

    pub(super) fn expr(&mut self, e: Expr) -> typed::Expr {
        let span = e.span;
        let ty = self.ty(e.ty, span);
        let kind = self.kind(e.kind, span);
        typed::Expr { kind, ty, span }
    }

    #[expect(clippy::boxed_local, reason = "trees have their parts in boxes")]
    fn boxed(&mut self, e: Box<Expr>) -> Box<typed::Expr> {
        Box::new(self.expr(*e))
    }

    fn all(&mut self, es: Vec<Expr>) -> Vec<typed::Expr> {
        es.into_iter().map(|e| self.expr(e)).collect()
    }

    fn kind(&mut self, kind: ExprKind, span: Span) -> typed::ExprKind {
        use typed::ExprKind as K;
        match kind {
            ExprKind::Unit => K::Unit,
            ExprKind::Int(value) => K::Int(value),
            ExprKind::Float(value) => K::Float(value),
            ExprKind::Bool(value) => K::Bool(value),
            ExprKind::Str(value) => K::Str(value),
            ExprKind::Bytes(value) => K::Bytes(value),
            ExprKind::Local(local) => K::Local(local),
            ExprKind::Function(id, args) => K::Function(id, self.types(args, span)),
            ExprKind::Extern(id, args) => K::Extern(id, self.types(args, span)),
            ExprKind::StructFn => K::StructFn,
            ExprKind::VariantFn(tag) => K::VariantFn(tag),
            ExprKind::Interpolate(parts) => K::Interpolate(self.all(parts)),
            ExprKind::Tuple(elements) => K::Tuple(self.all(elements)),
            ExprKind::List(elements) => K::List(self.all(elements)),
            ExprKind::Map(parts) => K::Map(self.all(parts)),
            ExprKind::Set(elements) => K::Set(self.all(elements)),
            ExprKind::Struct(fields) => K::Struct(self.all(fields)),
            ExprKind::StructUpdate(base, fields) => {
                let base = self.boxed(base);
                K::StructUpdate(base, fields.into_iter().map(|(n, e)| (n, self.expr(e))).collect())
            }
            ExprKind::Variant(tag, fields) => K::Variant(tag, self.all(fields)),
            ExprKind::Call(target, args) => K::Call(self.target(target, span), self.all(args)),
            ExprKind::CallValue(callee, args) => K::CallValue(self.boxed(callee), self.all(args)),
            ExprKind::Field(base, index) => K::Field(self.boxed(base), index),
            ExprKind::Index(base, index) => K::Index(self.boxed(base), self.boxed(index)),
            ExprKind::Unary(op, operand) => K::Unary(op, self.boxed(operand)),
            ExprKind::Binary(op, left, right) => K::Binary(op, self.boxed(left), self.boxed(right)),
            ExprKind::And(left, right) => K::And(self.boxed(left), self.boxed(right)),
            ExprKind::Or(left, right) => K::Or(self.boxed(left), self.boxed(right)),
            ExprKind::Try(operand) => K::Try(self.boxed(operand)),
            ExprKind::Block(block) => K::Block(self.block(block)),
            ExprKind::If(condition, then, otherwise) => {
                let (condition, then) = (self.boxed(condition), self.boxed(then));
                K::If(condition, then, otherwise.map(|e| self.boxed(e)))
            }
            ExprKind::Match(value, arms) => self.match_expr(value, arms, span),
            ExprKind::Closure(closure) => K::Closure(Box::new(self.closure(*closure, span))),
            ExprKind::Return(value) => K::Return(self.boxed(value)),
            ExprKind::Break => K::Break,
            ExprKind::Continue => K::Continue,
            ExprKind::Panic(message) => K::Panic(self.boxed(message)),
            ExprKind::Assert(condition, text) => K::Assert(self.boxed(condition), text),
        }
    }

    fn target(&mut self, target: Target<T>, span: Span) -> Target {
        match target {
            Target::Function(id, args) => Target::Function(id, self.types(args, span)),
            Target::Extern(id, args) => Target::Extern(id, self.types(args, span)),
        }
    }

    fn match_expr(&mut self, value: Box<Expr>, arms: Vec<Arm<T>>, span: Span) -> typed::ExprKind {
        self.body.check_match(&value, &arms, span);
        let value = self.boxed(value);
        let arms = arms.into_iter().map(|arm| Arm {
            pattern: self.pattern(arm.pattern),
            guard: arm.guard.map(|guard| self.expr(guard)),
            body: self.expr(arm.body),
        });
        typed::ExprKind::Match(value, arms.collect())
    }

    fn closure(&mut self, closure: Closure<T>, span: Span) -> Closure {
        Closure {
            params: closure.params,
            captures: closure.captures,
            body: self.expr(closure.body),
            result: self.ty(closure.result, span),
        }
    }

    fn block(&mut self, block: typed::Block<T>) -> typed::Block {
        let stmts = block.stmts.into_iter().map(|stmt| self.stmt(stmt)).collect();
        typed::Block { stmts, value: block.value.map(|value| self.boxed(value)) }
    }

    fn stmt(&mut self, stmt: Stmt) -> typed::Stmt {
        let kind = match stmt.kind {
            StmtKind::Let(pattern, value) => {
                // A closure's parameter that is taken apart became a `let` at the same place.
                let is_param = value.span == pattern.span;
                let pattern =
                    self.irrefutable(pattern, if is_param { "closure's parameter" } else { "`let`" });
                StmtKind::Let(pattern, self.expr(value))
            }
            StmtKind::LetElse(pattern, value, otherwise) => {
                StmtKind::LetElse(self.pattern(pattern), self.expr(value), self.expr(otherwise))
            }
            StmtKind::Assign(place, value) => StmtKind::Assign(self.place(place), self.expr(value)),
            StmtKind::AssignOp(place, op, value) => {
                StmtKind::AssignOp(self.place(place), op, self.expr(value))
            }
            StmtKind::Expr(e) => StmtKind::Expr(self.expr(e)),
            StmtKind::While(condition, body) => StmtKind::While(self.expr(condition), self.expr(body)),
            StmtKind::WhileLet(pattern, value, body) => {
                StmtKind::WhileLet(self.pattern(pattern), self.expr(value), self.expr(body))
            }
            StmtKind::ForRange { pattern, start, end, inclusive, body } => StmtKind::ForRange {
                pattern: self.irrefutable(pattern, "`for`"),
                start: self.expr(start),
                end: self.expr(end),
                inclusive,
                body: self.expr(body),
            },
            StmtKind::ForList(pattern, list, body) => {
                let pattern = self.irrefutable(pattern, "`for`");
                StmtKind::ForList(pattern, self.expr(list), self.expr(body))
            }
            StmtKind::ForTable(pattern, table, body) => {
                let pattern = self.irrefutable(pattern, "`for`");
                StmtKind::ForTable(pattern, self.expr(table), self.expr(body))
            }
            StmtKind::ForFn(pattern, next, body) => {
                let pattern = self.irrefutable(pattern, "`for`");
                StmtKind::ForFn(pattern, self.expr(next), self.expr(body))
            }
        };
        typed::Stmt { kind, span: stmt.span }
    }

    fn place(&mut self, place: Place<T>) -> Place {
        match place {
            Place::Local(local) => Place::Local(local),
            Place::Field(base, index) => Place::Field(self.expr(base), index),
            Place::Index(base, index) => Place::Index(self.expr(base), self.expr(index)),
        }
    }

    fn irrefutable(&mut self, pattern: Pattern, what: &str) -> typed::Pattern {
        self.body.check_irrefutable(&pattern, what);
        self.pattern(pattern)
    }

    fn pattern(&mut self, pattern: Pattern) -> typed::Pattern {
        let span = pattern.span;
        let kind = match pattern.kind {
            PatternKind::Wildcard => PatternKind::Wildcard,
            PatternKind::Bind(local, inner) => {
                PatternKind::Bind(local, inner.map(|inner| Box::new(self.pattern(*inner))))
            }
            PatternKind::Int(value) => PatternKind::Int(value),
            PatternKind::Float(value) => PatternKind::Float(value),
            PatternKind::Bool(value) => PatternKind::Bool(value),
            PatternKind::Str(value) => PatternKind::Str(value),
            PatternKind::Bytes(value) => PatternKind::Bytes(value),
            PatternKind::Unit => PatternKind::Unit,
            PatternKind::Fields(fields) => PatternKind::Fields(self.fields(fields)),
            PatternKind::Variant(tag, fields) => PatternKind::Variant(tag, self.fields(fields)),
            PatternKind::List { front, rest, back } => {
                PatternKind::List { front: self.patterns(front), rest, back: self.patterns(back) }
            }
            PatternKind::Or(alternatives) => PatternKind::Or(self.patterns(alternatives)),
        };
        typed::Pattern { kind, ty: self.ty(pattern.ty, span), span }
    }

    fn patterns(&mut self, patterns: Vec<Pattern>) -> Vec<typed::Pattern> {
        patterns.into_iter().map(|pattern| self.pattern(pattern)).collect()
    }

    fn fields(&mut self, fields: Vec<(u32, Pattern)>) -> Vec<(u32, typed::Pattern)> {
        fields.into_iter().map(|(n, pattern)| (n, self.pattern(pattern))).collect()
    }
}
