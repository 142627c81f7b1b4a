//! `while`, `for`, and what leaves a loop or a function: `break`, `continue`, `return`, `?`.

use super::body::{Body, Expr, ExprKind, unit, wrong};
use super::locals::LocalKind;
use super::types::{Kind, T};
use super::unify::Unknown;
use super::why::{Expect, Why};
use crate::ast::{self, Condition, ExprKind as Ast};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use crate::typed::{EnumId, StmtKind};

/// Makes a loop of what an element is bound to, what is gone through, and what is done.
type Loop = fn(super::body::Pattern, Box<Expr>, Box<Expr>) -> StmtKind;

impl Body<'_, '_> {
    /// `while`. One that is never left has the type of what never comes to its end.
    pub(super) fn while_loop(&mut self, condition: &Condition, block: &ast::Block) -> (StmtKind, T) {
        match condition {
            Condition::Expr(e) => {
                let condition = self.expr_of(e, T::BOOL, &Why::Condition);
                let (body, has_break) = self.loop_body(block);
                let endless = matches!(e.kind, Ast::Bool(true)) && !has_break;
                (
                    StmtKind::While(Box::new(condition), Box::new(body)),
                    if endless { T::NEVER } else { T::UNIT },
                )
            }
            Condition::Let { pattern, value, .. } => {
                let value = self.expr(value, Expect::Any);
                let mark = self.locals.enter();
                let pattern = self.pattern(pattern, value.ty, value.span, LocalKind::Pattern);
                let (body, _) = self.loop_body(block);
                self.locals.leave(mark);
                (StmtKind::WhileLet(pattern, Box::new(value), Box::new(body)), T::UNIT)
            }
        }
    }

    fn loop_body(&mut self, block: &ast::Block) -> (Expr, bool) {
        let frame = self.frames.len() - 1;
        self.frames[frame].loops.push(false);
        let body = self.block(block, Expect::Drop);
        let has_break = self.frames[frame].loops.pop().unwrap_or(false);
        (body, has_break)
    }

    /// `for`.
    pub(super) fn for_loop(
        &mut self,
        pattern: &ast::Pattern,
        iterable: &ast::Expr,
        block: &ast::Block,
    ) -> StmtKind {
        if let Ast::Range { start, end, inclusive } = &iterable.kind {
            let start = self.expr_of(start, T::INT, &Why::Range);
            let end = self.expr_of(end, T::INT, &Why::Range);
            let (pattern, body) = self.for_body(pattern, T::INT, iterable.span, block);
            let (start, end, body) = (Box::new(start), Box::new(end), Box::new(body));
            return StmtKind::ForRange { pattern, start, end, inclusive: *inclusive, body };
        }
        let value = self.expr(iterable, Expect::Any);
        let (element, make) = self.iterated(&value);
        let element = self.told_from_pair(pattern, element, &value);
        let (pattern, body) = self.for_body(pattern, element, iterable.span, block);
        make(pattern, Box::new(value), Box::new(body))
    }

    /// `for (i, x) in xs` where an element is no tuple: it is the index that is asked for. Gives the element's type, or that of
    /// what has been reported.
    fn told_from_pair(&mut self, pattern: &ast::Pattern, element: T, value: &Expr) -> T {
        let is_pair = matches!(&pattern.kind, ast::PatternKind::Tuple(parts) if parts.len() == 2);
        let may_be_pair =
            matches!(self.kind(element), Kind::Tuple(_) | Kind::Var(_) | Kind::Error | Kind::Never);
        if !is_pair || may_be_pair {
            return element;
        }
        let shown = self.show(element);
        let message = format!("a round has one value here, `{shown}`, and this pattern takes a pair");
        let diagnostic = Diagnostic::error(Code::WrongType, message).primary(pattern.span, "");
        let diagnostic = diagnostic.secondary(value.span, format!("this is `{}`", self.show(value.ty)));
        self.cx.report(match self.kind(value.ty) {
            Kind::List(_) => diagnostic.help("`.enumerate()` gives the index with each element"),
            _ => diagnostic,
        });
        T::ERROR
    }

    fn for_body(
        &mut self,
        pattern: &ast::Pattern,
        element: T,
        source: Span,
        block: &ast::Block,
    ) -> (super::body::Pattern, Expr) {
        let mark = self.locals.enter();
        let pattern = self.pattern(pattern, element, source, LocalKind::Pattern);
        let (body, _) = self.loop_body(block);
        self.locals.leave(mark);
        (pattern, body)
    }

    /// The type of what a value gives one by one, and the loop that goes through it.
    fn iterated(&mut self, value: &Expr) -> (T, Loop) {
        match self.kind(value.ty).clone() {
            Kind::List(element) => (element, StmtKind::ForList),
            Kind::Bytes => (T::INT, StmtKind::ForList),
            Kind::Set(element) => (element, StmtKind::ForTable),
            Kind::Inbox(message) => (message, StmtKind::ForInbox),
            Kind::Map(key, value) => (self.cx.types.tuple(&[key, value]), StmtKind::ForTable),
            Kind::Fn(params, result) if params.is_empty() => match self.kind(result).clone() {
                Kind::Enum(id, args) if Some(id) == self.cx.option => {
                    (args.first().copied().unwrap_or(T::ERROR), StmtKind::ForFn)
                }
                Kind::Var(_) if self.cx.option.is_some() => {
                    let element = self.fresh(value.span, Unknown::Value);
                    let option = self.prelude_enum(self.cx.option, &[element]);
                    let _ = self.vars.unify(&self.cx.types, result, option);
                    (element, StmtKind::ForFn)
                }
                _ => (self.not_iterable(value), StmtKind::ForList),
            },
            Kind::Error | Kind::Never => (T::ERROR, StmtKind::ForList),
            Kind::Var(_) => {
                self.needs_type(value, "what it consists of");
                (T::ERROR, StmtKind::ForList)
            }
            _ => (self.not_iterable(value), StmtKind::ForList),
        }
    }

    fn not_iterable(&mut self, value: &Expr) -> T {
        let message = format!("a `for` can't go through `{}`", self.show(value.ty));
        let diagnostic = Diagnostic::error(Code::NotIterable, message).primary(value.span, "");
        let help = match self.kind(value.ty) {
            Kind::Int => "write a range: `for i in 0..n`",
            Kind::Unit => {
                "`{}` is an empty block, and its value `()`; an empty map is `[:]` and an empty list `[]`"
            }
            Kind::Str => "go through its `.chars()` or `.lines()`",
            _ => {
                "it goes through ranges, lists, maps, sets, bytes, inboxes, and functions that give an `Option`"
            }
        };
        self.cx.report(diagnostic.help(help));
        T::ERROR
    }

    /// `Option` or `Result` with these type arguments.
    pub(super) fn prelude_enum(&mut self, id: Option<EnumId>, args: &[T]) -> T {
        id.map_or(T::ERROR, |id| self.cx.types.intern(Kind::Enum(id, args.into())))
    }

    pub(super) fn break_expr(&mut self, span: Span) -> Expr {
        match self.frames.last_mut().and_then(|frame| frame.loops.last_mut()) {
            Some(has_break) => *has_break = true,
            None => self.error(Code::OutsideLoop, "`break` stands only in a loop", span, ""),
        }
        Expr { kind: ExprKind::Break, ty: T::NEVER, span }
    }

    pub(super) fn continue_expr(&mut self, span: Span) -> Expr {
        if self.frames.last().is_none_or(|frame| frame.loops.is_empty()) {
            self.error(Code::OutsideLoop, "`continue` stands only in a loop", span, "");
        }
        Expr { kind: ExprKind::Continue, ty: T::NEVER, span }
    }

    pub(super) fn return_expr(&mut self, value: Option<&ast::Expr>, span: Span) -> Expr {
        if self.leaves_input("`return`", span, "the value of an input is that of its last expression") {
            return wrong(span);
        }
        let (result, declared) = self.result();
        let why = Why::Result(declared);
        let value = match value {
            Some(value) => self.expr_of(value, result, &why),
            None => {
                let nothing = unit(span);
                self.coerce(nothing, result, &why)
            }
        };
        Expr { kind: ExprKind::Return(Box::new(value)), ty: T::NEVER, span }
    }

    /// What the function or closure around gives, and where that is declared.
    fn result(&self) -> (T, Option<Span>) {
        self.frames.last().map_or((T::ERROR, None), |frame| (frame.result, frame.declared))
    }

    /// `e?`.
    pub(super) fn try_expr(&mut self, operand: &ast::Expr, span: Span) -> Expr {
        let help = "look at both cases with `match`, or put a default in place of the other with `.or(…)`";
        if self.leaves_input("`?`", span, help) {
            return wrong(span);
        }
        let value = self.expr(operand, Expect::Any);
        let (option, result) = (self.cx.option, self.cx.result);
        let payload = match self.kind(value.ty).clone() {
            Kind::Enum(id, args) if Some(id) == result => self.try_result(&args, span),
            Kind::Enum(id, args) if Some(id) == option => self.try_option(&args, span),
            Kind::Error | Kind::Never => None,
            Kind::Var(_) => {
                self.needs_type(&value, "whether it is a `Result` or an `Option`");
                None
            }
            _ => {
                let message =
                    format!("`?` works on `Result` and `Option`, and this is `{}`", self.show(value.ty));
                self.error(Code::BadTry, message, value.span, "");
                None
            }
        };
        match payload {
            Some(ty) => Expr { kind: ExprKind::Try(Box::new(value)), ty, span },
            None => wrong(span),
        }
    }

    fn try_result(&mut self, args: &[T], span: Span) -> Option<T> {
        let &[payload, error] = args else { return None };
        let (around, declared) = self.result();
        match self.kind(around).clone() {
            Kind::Enum(id, args) if Some(id) == self.cx.result => {
                let expected = args.get(1).copied().unwrap_or(T::ERROR);
                if self.vars.unify(&self.cx.types, expected, error).is_err() {
                    self.report_try_error(expected, error, span, declared);
                    return None;
                }
            }
            Kind::Var(_) => {
                let ok = self.fresh(span, Unknown::ClosureResult);
                let result = self.prelude_enum(self.cx.result, &[ok, error]);
                let _ = self.vars.unify(&self.cx.types, around, result);
            }
            _ => self.report_try_around("Result", around, span, declared)?,
        }
        Some(payload)
    }

    fn try_option(&mut self, args: &[T], span: Span) -> Option<T> {
        let payload = args.first().copied()?;
        let (around, declared) = self.result();
        match self.kind(around).clone() {
            Kind::Enum(id, _) if Some(id) == self.cx.option => {}
            Kind::Var(_) => {
                let some = self.fresh(span, Unknown::ClosureResult);
                let option = self.prelude_enum(self.cx.option, &[some]);
                let _ = self.vars.unify(&self.cx.types, around, option);
            }
            _ => self.report_try_around("Option", around, span, declared)?,
        }
        Some(payload)
    }

    fn report_try_error(&mut self, expected: T, error: T, span: Span, declared: Option<Span>) {
        let (expected, error) = (self.show(expected), self.show(error));
        let message = format!("`?` would return the error `{error}` where the error is `{expected}`");
        let diagnostic =
            Diagnostic::error(Code::BadTry, message).primary(span, format!("this fails with `{error}`"));
        let diagnostic = match declared {
            Some(declared) => diagnostic.secondary(declared, "the result's type is declared here"),
            None => diagnostic,
        };
        self.cx.report(diagnostic.help("turn one into the other first: `.map_err(|e| …)?`"));
    }

    /// Gives none, or a wrong thing to go on with if what is around is wrong itself.
    fn report_try_around(&mut self, what: &str, around: T, span: Span, declared: Option<Span>) -> Option<()> {
        if matches!(self.kind(around), Kind::Error | Kind::Never) {
            return Some(());
        }
        let place = if self.closure_depth() > 0 { "closure" } else { "function" };
        let around = self.show(around);
        let message =
            format!("`?` on {} needs a {place} that gives {}", with_article(what), with_article(what));
        let diagnostic = Diagnostic::error(Code::BadTry, message).primary(span, "");
        let diagnostic = match declared {
            Some(declared) => diagnostic.secondary(declared, format!("this {place} gives `{around}`")),
            None => diagnostic.note(format!("this {place} gives `{around}`")),
        };
        let help = match what {
            "Option" => {
                "handle `None` here with `match` or `.or(default)`, or make it a `Result` with `.ok_or(error)`"
            }
            _ => "handle the error here with `match`, or declare the result as a `Result`",
        };
        self.cx.report(diagnostic.help(help));
        None
    }
}

fn with_article(what: &str) -> String {
    let article = if what.starts_with('O') { "an" } else { "a" };
    format!("{article} `{what}`")
}
