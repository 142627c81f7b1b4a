//! The statements of a session's input.
//!
//! They are checked as a closure would be that stands among the session's variables: it captures those that it uses, the
//! `var`s by reference. What it binds at its own top level becomes variables of the session.

use std::rc::Rc;
use std::sync::Arc;

use foldhash::{HashSet, HashSetExt};

use super::body::{Body, Frame};
use super::context::Context;
use super::finish::Finish;
use super::locals::LocalKind;
use super::types::T;
use super::why::Expect;
use crate::ast::{self, Ident};
use crate::diagnostic::{Code, Diagnostic};
use crate::resolve::ModuleId;
use crate::source::Span;
use crate::typed::{self, LocalId};

/// A variable of a session.
#[derive(Debug, Clone)]
pub(super) struct Variable {
    pub(super) name: Arc<str>,
    /// Whether it was declared with `var`.
    pub(super) mutable: bool,
    pub(super) ty: T,
    /// Where it is declared.
    pub(super) span: Span,
}

/// Statements that have been checked.
pub(super) struct CheckedStatements {
    pub(super) input: typed::Input,
    /// The places, among the variables given, of those that are captured: in the order of `input.captures`.
    pub(super) captured: Vec<usize>,
    /// The new variables, in the order of `input.exports`.
    pub(super) variables: Vec<Variable>,
    /// The type of the last expression.
    pub(super) value: T,
}

/// Checks the statements of an input, with the session's variables in scope.
pub(super) fn check_statements(
    cx: &mut Context<'_>,
    module: ModuleId,
    block: &ast::Block,
    variables: &[Variable],
) -> CheckedStatements {
    let function = cx.new_function();
    let mut body = Body::new(cx, module, Rc::from([]), Frame::new(T::ERROR, None));
    for variable in variables {
        body.session_variable(variable);
    }
    body.frames.push(Frame { is_input: true, ..Frame::new(T::ERROR, None) });
    let mark = body.locals.enter();
    let errors = body.cx.error_count();
    let mut tree = body.block_here(block, Expect::Any);
    let exports = body.exports(mark);
    body.locals.leave(mark);
    let captures = body.frames.pop().map(|frame| frame.captures).unwrap_or_default();
    let value = tree.ty;
    body.check_demands();
    body.note_body();
    let is_wrong = body.cx.error_count() > errors;
    let mut finish = Finish::new(&mut body);
    let locals = if is_wrong {
        tree = super::body::unit(block.span);
        Vec::new()
    } else {
        finish.expr(&mut tree);
        finish.locals()
    };
    let result = tree.ty;
    let new = exports.iter().map(|id| body.exported(*id)).collect();
    let value = body.vars.resolve(&mut body.cx.types, value).unwrap_or(T::ERROR);
    if !is_wrong {
        body.warn_unused();
    }
    let typed = typed::Function {
        name: "input".to_owned(),
        type_params: Rc::default(),
        params: Vec::new(),
        result,
        locals,
        body: tree,
        span: block.span,
    };
    cx.functions[function.index()] = Some(typed);
    let captured = captures.iter().map(|id| id.index()).collect();
    CheckedStatements { input: typed::Input { function, captures, exports }, captured, variables: new, value }
}

impl Body<'_, '_> {
    /// Brings a variable of the session into scope. They are the first locals, so that their ids are their places.
    fn session_variable(&mut self, variable: &Variable) {
        let name = Ident { name: variable.name.clone(), span: variable.span };
        let kind = if variable.mutable { LocalKind::Var } else { LocalKind::Let };
        let local = self.locals.add(&name, variable.ty, kind, 0);
        self.locals.local_mut(local).used = true;
        self.locals.show(local);
    }

    /// What came into scope at the input's top level and is still visible. A `var` among it lives on in a cell.
    fn exports(&mut self, mark: super::locals::Mark) -> Vec<LocalId> {
        let names: Vec<Arc<str>> = self.locals.since(mark).cloned().collect();
        let mut seen = HashSet::new();
        let mut exports = Vec::new();
        for name in names {
            if let Some(id) = self.locals.find(&name)
                && seen.insert(id)
            {
                let local = self.locals.local_mut(id);
                local.used = true;
                local.boxed |= local.kind == LocalKind::Var;
                exports.push(id);
            }
        }
        exports
    }

    fn exported(&mut self, id: LocalId) -> Variable {
        let local = self.locals.local(id).clone();
        let ty = self.vars.resolve(&mut self.cx.types, local.ty).unwrap_or(T::ERROR);
        Variable { name: local.name, mutable: local.kind == LocalKind::Var, ty, span: local.span }
    }

    /// Reports what leaves the function around it, where that is an input. Gives whether it did.
    pub(super) fn leaves_input(&mut self, what: &str, span: Span, help: &str) -> bool {
        let is_input = self.frames.last().is_some_and(|frame| frame.is_input);
        if is_input {
            let message = format!("{what} leaves a function, and there is none around this");
            self.cx.report(Diagnostic::error(Code::BadTry, message).primary(span, "").help(help));
        }
        is_input
    }
}
