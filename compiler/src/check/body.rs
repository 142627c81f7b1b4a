//! The state of checking one body: a function's, a test's, or a constant's value.

use std::rc::Rc;
use std::sync::Arc;

use foldhash::{HashSet, HashSetExt};

use super::context::Context;
use super::locals::Locals;
use super::show::Show;
use super::types::{Kind, T};
use super::unify::{Birth, Unknown, Vars};
use super::why::Why;
use crate::ast;
use crate::diagnostic::{Code, Diagnostic};
use crate::resolve::ModuleId;
use crate::source::Span;
use crate::typed::{self, LocalId};

/// A typed expression whose types may still be variables.
pub(super) type Expr = typed::Expr;
/// What such an expression computes.
pub(super) type ExprKind = typed::ExprKind;
/// A typed pattern whose types may still be variables.
pub(super) type Pattern = typed::Pattern;
/// A typed statement whose types may still be variables.
pub(super) type Stmt = typed::Stmt;

/// Checks one body.
pub(super) struct Body<'c, 's> {
    pub(super) cx: &'c mut Context<'s>,
    pub(super) module: ModuleId,
    /// The type parameters in scope.
    pub(super) generics: Rc<[Arc<str>]>,
    pub(super) vars: Vars,
    pub(super) locals: Locals,
    /// The function, and the closures around the place that is being checked.
    pub(super) frames: Vec<Frame>,
    /// What can only be checked once all types are known.
    pub(super) demands: Vec<Demand>,
    /// How deep the tree is that is being built.
    pub(super) depth: usize,
}

/// The function or a closure around the place that is being checked.
pub(super) struct Frame {
    /// What it gives.
    pub(super) result: T,
    /// Where that is declared.
    pub(super) declared: Option<Span>,
    /// The loops around the place, and whether each is left by a `break`.
    pub(super) loops: Vec<bool>,
    /// What it captures, in order of first use; nothing for the function itself.
    pub(super) captures: Vec<LocalId>,
    pub(super) captured: HashSet<LocalId>,
    /// Whether it is the input of a session, which nothing returns from.
    pub(super) is_input: bool,
}

impl Frame {
    pub(super) fn new(result: T, declared: Option<Span>) -> Self {
        Self {
            result,
            declared,
            loops: Vec::new(),
            captures: Vec::new(),
            captured: HashSet::new(),
            is_input: false,
        }
    }
}

/// Something that a type must be capable of.
#[derive(Debug, Clone)]
pub(super) struct Demand {
    pub(super) ty: T,
    pub(super) span: Span,
    pub(super) what: Ability,
}

/// What a type can be demanded to be capable of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ability {
    /// An operand of this arithmetic operator.
    Arithmetic(&'static str),
    /// Compared by this operator.
    Compared(&'static str),
    /// Shown as text.
    Shown,
    /// Not used, and not a pity: no `Result`.
    Dropped,
    /// The key of a map or set.
    Key,
}

impl<'c, 's> Body<'c, 's> {
    pub(super) fn new(
        cx: &'c mut Context<'s>,
        module: ModuleId,
        generics: Rc<[Arc<str>]>,
        frame: Frame,
    ) -> Self {
        Self {
            cx,
            module,
            generics,
            vars: Vars::default(),
            locals: Locals::default(),
            frames: vec![frame],
            demands: Vec::new(),
            depth: 0,
        }
    }

    /// Adds an error of one place, for which a message and a label are enough.
    pub(super) fn error(
        &mut self,
        code: Code,
        message: impl Into<String>,
        span: Span,
        label: impl Into<String>,
    ) {
        self.cx.report(Diagnostic::error(code, message).primary(span, label));
    }

    /// Reports what this compiler doesn't do.
    pub(super) fn unsupported(&mut self, what: &str, span: Span) -> Expr {
        self.error(Code::NotSupported, format!("{what} not supported yet"), span, "");
        wrong(span)
    }

    /// A variable for a type that is to be inferred.
    pub(super) fn fresh(&mut self, span: Span, what: Unknown) -> T {
        self.vars.fresh(&mut self.cx.types, Birth { span, what })
    }

    /// The type itself, or what it was found to be if it is a variable.
    pub(super) fn shallow(&self, t: T) -> T {
        self.vars.shallow(&self.cx.types, t)
    }

    /// What the type is made of, as far as it is known.
    pub(super) fn kind(&self, t: T) -> &Kind {
        self.cx.types.kind(self.shallow(t))
    }

    /// The type as people write it.
    pub(super) fn show(&self, t: T) -> String {
        let (types, items) = (&self.cx.types, &self.cx.items);
        Show { types, items, vars: &self.vars, generics: &self.generics }.text(t)
    }

    /// Makes an expression one of type `t`, which is expected for this reason.
    pub(super) fn coerce(&mut self, mut found: Expr, t: T, why: &Why) -> Expr {
        if self.fits(found.ty, t, found.span, why) {
            return found;
        }
        found.ty = T::ERROR;
        found
    }

    /// Whether a value of type `found` fits where `t` is expected; if not, that is reported.
    pub(super) fn fits(&mut self, found: T, t: T, span: Span, why: &Why) -> bool {
        match self.vars.unify(&self.cx.types, t, found) {
            Ok(()) => true,
            Err(clash) => {
                self.report_mismatch(t, found, span, why, clash);
                false
            }
        }
    }

    /// How many closures are around the place that is being checked.
    pub(super) fn closure_depth(&self) -> usize {
        self.frames.len() - 1
    }

    /// Where a type is written in this body.
    pub(super) fn written(&mut self, ty: &ast::TypeExpr) -> T {
        let generics = self.generics.clone();
        self.cx.written(super::annotate::Place { module: self.module, generics: &generics }, ty)
    }
}

/// The expression that stands where something is wrong.
pub(super) fn wrong(span: Span) -> Expr {
    Expr { kind: ExprKind::Unit, ty: T::ERROR, span }
}

/// `()`, at a place.
pub(super) fn unit(span: Span) -> Expr {
    Expr { kind: ExprKind::Unit, ty: T::UNIT, span }
}
