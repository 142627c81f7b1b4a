//! The end of checking a body: every type has been found, or that is an error, and the tree gets its final types.

use foldhash::{HashMap, HashMapExt};

use super::body::{Body, Expr, ExprKind, Pattern, Stmt};
use super::locals::{Local, LocalKind};
use super::types::{Kind, T, parts};
use super::unify::{Clash, Unknown};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use crate::typed::{self, Arm, PatternKind, Place, StmtKind, Target};

/// Replaces the types in a body's tree by their final ones, in place.
pub(super) struct Finish<'b, 'c, 's> {
    pub(super) body: &'b mut Body<'c, 's>,
    /// The final types of those that have variables in them.
    known: HashMap<T, T>,
}

impl<'b, 'c, 's> Finish<'b, 'c, 's> {
    pub(super) fn new(body: &'b mut Body<'c, 's>) -> Self {
        Self { body, known: HashMap::new() }
    }

    /// The final type. Where a part of it was not found, that is reported at its birth, or else at `span`.
    pub(super) fn ty(&mut self, t: T, span: Span) -> T {
        if !self.body.cx.types.has_var(t) {
            return t;
        }
        if let Some(found) = self.known.get(&t) {
            return *found;
        }
        let found = match self.body.vars.resolve(&mut self.body.cx.types, t) {
            Ok(resolved) => self.without_vars(resolved),
            Err(clash) => {
                let what = if clash == Clash::TooLarge { "larger than the limit" } else { "infinite" };
                let message = format!("the type of this is {what}");
                self.body.error(Code::TypeTooLarge, message, span, "");
                T::ERROR
            }
        };
        self.known.insert(t, found);
        found
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

    fn types(&mut self, types: &mut [T], span: Span) {
        for t in types {
            *t = self.ty(*t, span);
        }
    }

    /// The locals with their final types.
    pub(super) fn locals(&mut self) -> Vec<typed::Local> {
        let locals = std::mem::take(&mut self.body.locals);
        let finish = |local: &Local| typed::Local {
            name: local.name.clone(),
            ty: self.ty(local.ty, local.span),
            boxed: local.boxed && local.kind == LocalKind::Var,
        };
        let finished = locals.iter().map(finish).collect();
        self.body.locals = locals;
        finished
    }

    pub(super) fn expr(&mut self, e: &mut Expr) {
        e.ty = self.ty(e.ty, e.span);
        self.kind(&mut e.kind, e.span);
    }

    fn all(&mut self, es: &mut [Expr]) {
        for e in es {
            self.expr(e);
        }
    }

    fn kind(&mut self, kind: &mut ExprKind, span: Span) {
        match kind {
            ExprKind::Unit
            | ExprKind::Int(_)
            | ExprKind::Float(_)
            | ExprKind::Bool(_)
            | ExprKind::Str(_)
            | ExprKind::Bytes(_)
            | ExprKind::Local(_)
            | ExprKind::StructFn
            | ExprKind::VariantFn(_)
            | ExprKind::Break
            | ExprKind::Continue => {}
            ExprKind::Function(_, args) | ExprKind::Extern(_, args) => self.types(args, span),
            ExprKind::Interpolate(parts)
            | ExprKind::Tuple(parts)
            | ExprKind::List(parts)
            | ExprKind::Map(parts)
            | ExprKind::Set(parts)
            | ExprKind::Struct(parts)
            | ExprKind::Variant(_, parts) => self.all(parts),
            ExprKind::StructUpdate(base, fields) => {
                self.expr(base);
                fields.iter_mut().for_each(|(_, e)| self.expr(e));
            }
            ExprKind::Call(target, args) => {
                let (Target::Function(_, types) | Target::Extern(_, types)) = target;
                self.types(types, span);
                self.all(args);
            }
            ExprKind::CallValue(callee, args) => {
                self.expr(callee);
                self.all(args);
            }
            ExprKind::Field(of, _)
            | ExprKind::Unary(_, of)
            | ExprKind::Try(of)
            | ExprKind::Return(of)
            | ExprKind::Panic(of)
            | ExprKind::Assert(of, _) => self.expr(of),
            ExprKind::Index(left, right)
            | ExprKind::Binary(_, left, right)
            | ExprKind::And(left, right)
            | ExprKind::Or(left, right) => {
                self.expr(left);
                self.expr(right);
            }
            ExprKind::Block(block) => self.block(block),
            ExprKind::If(condition, then, otherwise) => {
                self.expr(condition);
                self.expr(then);
                otherwise.iter_mut().for_each(|e| self.expr(e));
            }
            ExprKind::Match(value, arms) => self.match_expr(value, arms, span),
            ExprKind::Closure(closure) => {
                self.expr(&mut closure.body);
                closure.result = self.ty(closure.result, span);
            }
        }
    }

    fn match_expr(&mut self, value: &mut Expr, arms: &mut [Arm], span: Span) {
        self.body.check_match(value, arms, span);
        self.expr(value);
        for arm in arms {
            self.pattern(&mut arm.pattern);
            arm.guard.iter_mut().for_each(|guard| self.expr(guard));
            self.expr(&mut arm.body);
        }
    }

    fn block(&mut self, block: &mut typed::Block) {
        block.stmts.iter_mut().for_each(|stmt| self.stmt(stmt));
        block.value.iter_mut().for_each(|value| self.expr(value));
    }

    fn stmt(&mut self, stmt: &mut Stmt) {
        match &mut stmt.kind {
            StmtKind::Let(pattern, value) => {
                // A closure's parameter that is taken apart became a `let` at the same place.
                let is_param = value.span == pattern.span;
                self.irrefutable(pattern, if is_param { "closure's parameter" } else { "`let`" });
                self.expr(value);
            }
            StmtKind::LetElse(pattern, value, otherwise) => {
                self.pattern(pattern);
                self.expr(value);
                self.expr(otherwise);
            }
            StmtKind::Assign(place, value) | StmtKind::AssignOp(place, _, value) => {
                self.place(place);
                self.expr(value);
            }
            StmtKind::Expr(e) => self.expr(e),
            StmtKind::While(condition, body) => {
                self.expr(condition);
                self.expr(body);
            }
            StmtKind::WhileLet(pattern, value, body) => {
                self.pattern(pattern);
                self.expr(value);
                self.expr(body);
            }
            StmtKind::ForRange { pattern, start, end, body, .. } => {
                self.irrefutable(pattern, "`for`");
                self.expr(start);
                self.expr(end);
                self.expr(body);
            }
            StmtKind::ForList(pattern, over, body)
            | StmtKind::ForTable(pattern, over, body)
            | StmtKind::ForInbox(pattern, over, body)
            | StmtKind::ForFn(pattern, over, body) => {
                self.irrefutable(pattern, "`for`");
                self.expr(over);
                self.expr(body);
            }
        }
    }

    fn place(&mut self, place: &mut Place) {
        match place {
            Place::Local(_) => {}
            Place::Field(base, _) => self.expr(base),
            Place::Index(base, index) => {
                self.expr(base);
                self.expr(index);
            }
        }
    }

    fn irrefutable(&mut self, pattern: &mut Pattern, what: &str) {
        self.body.check_irrefutable(pattern, what);
        self.pattern(pattern);
    }

    fn pattern(&mut self, pattern: &mut Pattern) {
        pattern.ty = self.ty(pattern.ty, pattern.span);
        match &mut pattern.kind {
            PatternKind::Wildcard
            | PatternKind::Bind(_, None)
            | PatternKind::Int(_)
            | PatternKind::Float(_)
            | PatternKind::Bool(_)
            | PatternKind::Str(_)
            | PatternKind::Bytes(_)
            | PatternKind::Unit => {}
            PatternKind::Bind(_, Some(inner)) => self.pattern(inner),
            PatternKind::Fields(fields) | PatternKind::Variant(_, fields) => {
                fields.iter_mut().for_each(|(_, pattern)| self.pattern(pattern));
            }
            PatternKind::List { front, back, .. } => {
                front.iter_mut().chain(back).for_each(|pattern| self.pattern(pattern));
            }
            PatternKind::Or(alternatives) => {
                alternatives.iter_mut().for_each(|pattern| self.pattern(pattern));
            }
        }
    }
}
