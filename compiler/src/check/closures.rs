//! Closures.

use super::body::{Body, Expr, ExprKind, Frame, Stmt};
use super::locals::LocalKind;
use super::types::{Kind, T};
use super::unify::Unknown;
use super::why::{Expect, Why};
use crate::ast::{self, ClosureParam, PatternKind as AstPattern};
use crate::diagnostic::{Code, Diagnostic, Edit};
use crate::source::Span;
use crate::typed::{self, LocalId, StmtKind};

impl Body<'_, '_> {
    /// `|params| body`. Where a function is expected, it says what types the parameters have.
    pub(super) fn closure(
        &mut self,
        params: &[ClosureParam],
        body: &ast::Expr,
        span: Span,
        hint: Option<T>,
    ) -> Expr {
        let expected = hint.and_then(|hint| match self.kind(hint) {
            Kind::Fn(params, result) => Some((params.clone(), *result)),
            _ => None,
        });
        let (hints, result) = match expected {
            Some((hints, result)) if hints.len() == params.len() => (Some(hints), Some(result)),
            Some((hints, _)) => {
                let takes = super::calls::count(hints.len());
                let message = format!(
                    "this closure takes {}, and one that takes {takes} is expected",
                    super::calls::count(params.len())
                );
                let diagnostic = Diagnostic::error(Code::WrongArguments, message).primary(span, "");
                let diagnostic = match params {
                    [] => self.advise_parameters(diagnostic, span, &hints),
                    _ => self.advise_pair(diagnostic, params, &hints),
                };
                self.cx.report(diagnostic);
                (None, Some(T::ERROR))
            }
            None => (None, None),
        };
        let is_wrong = result == Some(T::ERROR) && hints.is_none();
        let result = result.unwrap_or_else(|| self.fresh(span, Unknown::ClosureResult));
        self.frames.push(Frame::new(result, None));
        let mark = self.locals.enter();
        let mut bound = Bound::default();
        for (n, param) in params.iter().enumerate() {
            let hint = hints.as_ref().and_then(|hints| hints.get(n)).copied();
            self.closure_param(param, if is_wrong { Some(T::ERROR) } else { hint }, &mut bound);
        }
        let value = self.closure_body(body, result);
        self.locals.leave(mark);
        let captures = self.frames.pop().map(|frame| frame.captures).unwrap_or_default();
        let body = with_lets(bound.lets, value);
        let ty = self.cx.types.function(&bound.types, result);
        let closure = typed::Closure { params: bound.params, captures, body, result };
        let ty = if is_wrong { T::ERROR } else { ty };
        Expr { kind: ExprKind::Closure(Box::new(closure)), ty, span }
    }

    /// Several parameters where one tuple comes are meant to be its elements.
    fn advise_pair(&self, diagnostic: Diagnostic, params: &[ClosureParam], hints: &[T]) -> Diagnostic {
        let ([hint], [first, .., last]) = (hints, params) else { return diagnostic };
        match self.kind(*hint) {
            Kind::Tuple(elements) if elements.len() == params.len() => {
                let last = last.ty.as_ref().map_or(last.pattern.span, |ty| ty.span);
                let edits = [Edit::before(first.pattern.span, "("), Edit::after(last, ")")];
                diagnostic.suggest("one tuple is passed: take it apart with `|(a, b)|`", edits)
            }
            _ => diagnostic,
        }
    }

    /// What is passed has to be taken, also if it isn't needed: agents get their inbox.
    fn advise_parameters(&self, diagnostic: Diagnostic, span: Span, hints: &[T]) -> Diagnostic {
        let bars = Span { end: span.start + "||".len() as u32, ..span };
        let is_unknown = |message: T| matches!(self.kind(message), Kind::Var(_));
        match hints {
            [hint] if matches!(self.kind(*hint), Kind::Inbox(message) if is_unknown(*message)) => {
                let (message, taken) =
                    ("an agent takes its inbox, also one to which nothing is sent", "|_: Inbox[()]|");
                diagnostic.suggest(format!("{message}: `{taken} ..`"), [Edit::replace(bars, taken)])
            }
            hints => {
                let taken = format!("|{}|", vec!["_"; hints.len()].join(", "));
                diagnostic
                    .suggest(format!("take what isn't needed as `{taken} ..`"), [Edit::replace(bars, taken)])
            }
        }
    }

    fn closure_param(&mut self, param: &ClosureParam, hint: Option<T>, bound: &mut Bound) {
        let span = param.pattern.span;
        let ty = match (&param.ty, hint) {
            (Some(written), Some(hint)) => {
                let t = self.written(written);
                self.fits(t, hint, written.span, &Why::Param(None, None));
                t
            }
            (Some(written), None) => self.written(written),
            (None, Some(hint)) => hint,
            (None, None) => self.fresh(span, Unknown::ClosureParam),
        };
        bound.types.push(ty);
        let depth = self.closure_depth();
        if let AstPattern::Bind { name, pattern: None } = &param.pattern.kind {
            let local = self.locals.add(name, ty, LocalKind::Param, depth);
            self.locals.show(local);
            bound.params.push(local);
            return;
        }
        let local = self.locals.temporary(ty, span, depth);
        bound.params.push(local);
        let pattern = self.pattern(&param.pattern, ty, span, LocalKind::Param);
        let value = Expr { kind: ExprKind::Local(local), ty, span };
        bound.lets.push(Stmt { kind: StmtKind::Let(pattern, value), span });
    }

    fn closure_body(&mut self, body: &ast::Expr, result: T) -> Expr {
        match self.kind(result) {
            Kind::Unit => self.dropped(body),
            // Branches that differ are better explained by each other than by what a first `return` gave.
            Kind::Var(_) => {
                let value = self.expr(body, Expect::Any);
                self.coerce(value, result, &Why::Result(None))
            }
            _ => self.expr(body, Expect::Type(result, &Why::Result(None))),
        }
    }
}

/// What a closure's parameters become.
#[derive(Default)]
struct Bound {
    params: Vec<LocalId>,
    types: Vec<T>,
    /// For parameters that are taken apart.
    lets: Vec<Stmt>,
}

fn with_lets(stmts: Vec<Stmt>, value: Expr) -> Expr {
    if stmts.is_empty() {
        return value;
    }
    let (ty, span) = (value.ty, value.span);
    Expr { kind: ExprKind::Block(typed::Block { stmts, value: Some(Box::new(value)) }), ty, span }
}
