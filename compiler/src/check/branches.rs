//! `if` and `match`: several branches, one of which gives the value.

use super::body::{Ability, Body, Expr, ExprKind};
use super::locals::LocalKind;
use super::types::T;
use super::why::{Expect, Why};
use crate::ast::{self, Condition, IfBranch, MatchArm};
use crate::source::Span;
use crate::typed::{Arm, PatternKind};

/// With how many conditions a chain of `else if` is long.
const LONG_CHAIN_MIN: usize = 16;

/// What the branches seen so far have in common.
struct Joined<'w> {
    /// What the whole is expected to be.
    expect: Expect<'w>,
    /// The type and the place of the first branch that gives a value.
    first: Option<(T, Span)>,
    /// Whether all branches so far never come to their ends.
    never: bool,
}

impl<'w> Joined<'w> {
    fn new(body: &Body<'_, '_>, expect: Expect<'w>) -> Self {
        // Where `()` is expected, the branches' values are not used.
        let expect = match expect {
            Expect::Type(t, _) if body.shallow(t) == T::UNIT => Expect::Drop,
            _ => expect,
        };
        Self { expect, first: None, never: true }
    }

    fn result(&self) -> T {
        match (self.never, self.expect, self.first) {
            (true, ..) => T::NEVER,
            (false, Expect::Drop, _) => T::UNIT,
            (false, Expect::Type(t, _), _) => t,
            (false, Expect::Any, Some((t, _))) => t,
            (false, Expect::Any, None) => T::UNIT,
        }
    }

    /// Checks one more branch.
    fn branch(&mut self, body: &mut Body<'_, '_>, e: Branch<'_>) -> Expr {
        let checked = match (self.expect, self.first) {
            (Expect::Drop, _) => match e {
                Branch::Block(block) => body.block(block, Expect::Drop),
                Branch::Expr(e) => body.dropped(e),
            },
            (Expect::Any, Some((t, span))) => e.check(body, Expect::Type(t, &Why::Branch(span))),
            (expect, _) => e.check(body, expect),
        };
        if !body.is_never(checked.ty) {
            self.never = false;
            self.first = self.first.or(Some((checked.ty, e.span())));
        }
        checked
    }
}

/// What stands in a branch.
#[derive(Clone, Copy)]
enum Branch<'a> {
    Block(&'a ast::Block),
    Expr(&'a ast::Expr),
}

impl Branch<'_> {
    fn check(self, body: &mut Body<'_, '_>, expect: Expect<'_>) -> Expr {
        match self {
            Self::Block(block) => body.block(block, expect),
            Self::Expr(e) => body.expr(e, expect),
        }
    }

    /// The place that its value comes from.
    fn span(self) -> Span {
        match self {
            Self::Block(block) => block.value.as_ref().map_or(block.span, |value| value.span),
            Self::Expr(e) => e.span,
        }
    }
}

impl Body<'_, '_> {
    /// `if`, its `else if`s and its `else`.
    pub(super) fn if_chain(
        &mut self,
        branches: &[IfBranch],
        otherwise: Option<&ast::Block>,
        span: Span,
        expect: Expect<'_>,
    ) -> Expr {
        let Some(otherwise) = otherwise else {
            let mut joined = Joined::new(self, Expect::Drop);
            joined.never = false;
            let found = self.if_rest(branches, None, span, &mut joined);
            return match expect {
                Expect::Type(t, why) => self.if_without_else(found, t, why),
                Expect::Any | Expect::Drop => found,
            };
        };
        let mut joined = Joined::new(self, expect);
        let mut checked = self.if_rest(branches, Some(otherwise), span, &mut joined);
        checked.ty = joined.result();
        checked
    }

    fn if_without_else(&mut self, found: Expr, t: T, why: &Why) -> Expr {
        if self.vars.unify(&self.cx.types, t, T::UNIT).is_ok() {
            return found;
        }
        let message =
            format!("this `if` has no `else`, so its value is `()`, and `{}` is expected", self.show(t));
        let diagnostic = crate::diagnostic::Diagnostic::error(crate::diagnostic::Code::WrongType, message)
            .primary(found.span, "")
            .help("add an `else` with the value for the other case");
        let diagnostic = match why.origin(&self.show(t)) {
            Some((origin, text)) => diagnostic.secondary(origin, text),
            None => diagnostic,
        };
        self.cx.report(diagnostic);
        Expr { ty: T::ERROR, ..found }
    }

    fn if_rest(
        &mut self,
        branches: &[IfBranch],
        otherwise: Option<&ast::Block>,
        span: Span,
        joined: &mut Joined<'_>,
    ) -> Expr {
        let Some((branch, rest)) = branches.split_first() else {
            return match otherwise {
                Some(block) => joined.branch(self, Branch::Block(block)),
                None => super::body::unit(span.at_end()),
            };
        };
        let plain =
            branches.iter().take_while(|branch| matches!(branch.condition, Condition::Expr(_))).count();
        self.depth += 2;
        let checked = if self.too_deep(branch.body.span) {
            super::body::wrong(span)
        } else if plain >= LONG_CHAIN_MIN {
            let (flat, rest) = branches.split_at(plain);
            self.long_chain(flat, (rest, otherwise), span, joined)
        } else {
            self.if_one(branch, rest, otherwise, span, joined)
        };
        self.depth -= 2;
        checked
    }

    /// Many conditions, one after the other: the arms of a match that asks nothing but its guards. So the tree is flat,
    /// however long the chain.
    fn long_chain(
        &mut self,
        flat: &[IfBranch],
        (rest, otherwise): (&[IfBranch], Option<&ast::Block>),
        span: Span,
        joined: &mut Joined<'_>,
    ) -> Expr {
        let anything = |place: Span| super::body::Pattern {
            kind: PatternKind::Wildcard,
            ty: T::UNIT,
            span: place.at_start(),
        };
        let mut arms = Vec::with_capacity(flat.len() + 1);
        for branch in flat {
            let Condition::Expr(condition) = &branch.condition else { continue };
            let guard = Some(self.expr_of(condition, T::BOOL, &Why::Condition));
            let body = joined.branch(self, Branch::Block(&branch.body));
            arms.push(Arm { pattern: anything(branch.body.span), guard, body });
        }
        let body = self.if_rest(rest, otherwise, span, joined);
        arms.push(Arm { pattern: anything(body.span), guard: None, body });
        let value = Box::new(super::body::unit(span.at_start()));
        Expr { kind: ExprKind::Match(value, arms), ty: joined.result(), span }
    }

    fn if_one(
        &mut self,
        branch: &IfBranch,
        rest: &[IfBranch],
        otherwise: Option<&ast::Block>,
        span: Span,
        joined: &mut Joined<'_>,
    ) -> Expr {
        let has_else = !rest.is_empty() || otherwise.is_some();
        match &branch.condition {
            Condition::Expr(condition) => {
                let condition = self.expr_of(condition, T::BOOL, &Why::Condition);
                let then = joined.branch(self, Branch::Block(&branch.body));
                let rest = has_else.then(|| Box::new(self.if_rest(rest, otherwise, span, joined)));
                let kind = ExprKind::If(Box::new(condition), Box::new(then), rest);
                Expr { kind, ty: joined.result(), span }
            }
            Condition::Let { pattern, value, .. } => {
                let value = self.expr(value, Expect::Any);
                let mark = self.locals.enter();
                let pattern = self.pattern(pattern, value.ty, value.span, LocalKind::Pattern);
                let body = joined.branch(self, Branch::Block(&branch.body));
                self.locals.leave(mark);
                let rest_body = self.if_rest(rest, otherwise, span, joined);
                let others = super::body::Pattern {
                    kind: PatternKind::Wildcard,
                    ty: value.ty,
                    span: branch.body.span.at_end(),
                };
                let arms = vec![
                    Arm { pattern, guard: None, body },
                    Arm { pattern: others, guard: None, body: rest_body },
                ];
                let kind = ExprKind::Match(Box::new(value), arms);
                Expr { kind, ty: joined.result(), span }
            }
        }
    }

    /// `match`.
    pub(super) fn match_expr(
        &mut self,
        scrutinee: &ast::Expr,
        arms: &[MatchArm],
        span: Span,
        expect: Expect<'_>,
    ) -> Expr {
        let value = self.expr(scrutinee, Expect::Any);
        let mut joined = Joined::new(self, expect);
        let mut typed = Vec::with_capacity(arms.len());
        for arm in arms {
            let mark = self.locals.enter();
            let pattern = self.pattern(&arm.pattern, value.ty, scrutinee.span, LocalKind::Pattern);
            let guard = arm.guard.as_ref().map(|guard| self.expr_of(guard, T::BOOL, &Why::Condition));
            let body = joined.branch(self, Branch::Expr(&arm.body));
            self.locals.leave(mark);
            typed.push(Arm { pattern, guard, body });
        }
        let ty = if self.is_never(value.ty) { T::NEVER } else { joined.result() };
        if let Expect::Drop = expect {
            self.demand(ty, span, Ability::Dropped);
        }
        Expr { kind: ExprKind::Match(Box::new(value), typed), ty, span }
    }
}
