//! What a specialisation must be able to do with its types: comparing and showing work on data, not on functions.

use mob_vm::bytecode::TypeId;

use super::function::FunctionGen;
use super::registers::Reg;
use super::scan::{Node, walk};
use crate::check::KEYS;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use crate::typed::{Expr, ExprKind, LocalId};

/// What a comparison does with a value.
pub(super) const COMPARED: &str = "compared";
/// What showing does with a value.
pub(super) const SHOWN: &str = "made into text";

/// Why inboxes stay where they are.
const OWN: &str = "an inbox is its agent's own: nobody else can receive from it";

impl FunctionGen<'_, '_> {
    /// Reports a value with functions in it that is to be [`COMPARED`] or [`SHOWN`]. The error is at the
    /// call that caused it: the outermost one that stands in a function without type parameters.
    pub(super) fn demand_data(&mut self, value: Reg, span: Span, used: &str) {
        let ty = self.registers.ty(value);
        if !self.code.is_reachable() || !self.module.types.has_functions(ty) {
            return;
        }
        let name = self.module.types.name(ty);
        let diagnostic = Diagnostic::error(Code::FunctionsWithin, format!("`{name}` can't be {used}"));
        let chain = self.causes(span);
        let diagnostic = match chain.split_last() {
            Some((cause, [])) => diagnostic.primary(*cause, "has functions in it"),
            Some((cause, [first, ..])) => diagnostic
                .primary(*cause, format!("here the type is `{name}`, which has functions in it"))
                .secondary(*first, format!("it is {used} here")),
            None => diagnostic,
        };
        let diagnostic = diagnostic.note(format!("functions can't be {used}, nor what holds functions"));
        self.module.diagnostics.push(diagnostic);
    }

    /// Reports a map or set of keys that can't be keys, at the call that caused it.
    pub(super) fn demand_key(&mut self, table: TypeId, span: Span) {
        let Some(key) = self.module.types.key(table) else { return };
        let Some(unfit) = self.module.types.unfit_for_key(key) else { return };
        if !self.code.is_reachable() {
            return;
        }
        let (name, part) = (self.module.types.name(key), self.module.types.name(unfit));
        let diagnostic = Diagnostic::error(Code::BadKey, format!("`{name}` can't be a key"));
        let chain = self.causes(span);
        let diagnostic = match chain.split_last() {
            Some((cause, [])) => {
                diagnostic.primary(*cause, format!("`{part}` can change or is not equal for good"))
            }
            Some((cause, [first, ..])) => diagnostic
                .primary(*cause, format!("here the keys are `{name}`"))
                .secondary(*first, "a map or set is made here"),
            None => diagnostic,
        };
        self.module.diagnostics.push(diagnostic.help(KEYS));
    }

    /// Reports a message with an inbox in it, at the call that caused it.
    pub(super) fn demand_message(&mut self, message: Reg, span: Span) {
        let ty = self.registers.ty(message);
        if !self.code.is_reachable() || !self.module.types.has_inbox(ty) {
            return;
        }
        let name = self.module.types.name(ty);
        let diagnostic = Diagnostic::error(Code::InboxSent, format!("`{name}` can't be sent"));
        let chain = self.causes(span);
        let diagnostic = match chain.split_last() {
            Some((cause, [])) => diagnostic.primary(*cause, "has an inbox in it"),
            Some((cause, [first, ..])) => diagnostic
                .primary(*cause, format!("here messages are `{name}`, which has an inbox in it"))
                .secondary(*first, "it is sent here"),
            None => diagnostic,
        };
        self.module.diagnostics.push(diagnostic.note(OWN).help("send its address, `inbox.addr()`"));
    }

    /// Reports a closure that a new agent is to run, if it uses an inbox of the agent that begins it.
    pub(super) fn demand_agent(&mut self, function: &Expr, span: Span) {
        let ExprKind::Closure(closure) = &function.kind else { return };
        let captured = closure.captures.iter().find(|id| {
            let ty = self.local_ty(**id);
            self.module.types.has_inbox(ty)
        });
        let Some((id, local)) = captured.and_then(|id| Some((*id, self.local(*id)?))) else { return };
        if !self.code.is_reachable() {
            return;
        }
        let name = &local.name;
        let chain = self.causes(span);
        let diagnostic = Diagnostic::error(Code::InboxSent, format!("a new agent can't have `{name}`"));
        let diagnostic = match chain.split_last() {
            Some((cause, [_, ..])) => diagnostic
                .primary(*cause, "what it is given here has an inbox in it")
                .secondary(function.span, "a new agent runs this"),
            _ => diagnostic.primary(
                first_use(id, &closure.body).unwrap_or(function.span),
                "has an inbox in it, of the agent that begins the new one",
            ),
        };
        let help = "let the closure use its address: `let to = inbox.addr()` before the agent is begun";
        self.module.diagnostics.push(diagnostic.note(OWN).help(help));
    }

    /// The place, and the calls through generic functions that led to it: the last is in a function as it was written.
    fn causes(&self, span: Span) -> Vec<Span> {
        let mut causes = vec![span];
        let mut frame = &self.frame;
        for caller in self.callers.iter().rev() {
            if frame.source.args.is_empty() {
                return causes;
            }
            causes.push(frame.call);
            frame = caller;
        }
        causes.extend(self.module.chain(self.id));
        causes
    }

    /// A place as the function as it was written has it: for code that is put in place of a call, the call.
    pub(super) fn site(&self, span: Span) -> Span {
        let outermost = self.callers.get(1).or_else(|| self.callers.first().map(|_| &self.frame));
        outermost.map_or(span, |inlined| inlined.call)
    }
}

/// Where a local is used first.
fn first_use(local: LocalId, within: &Expr) -> Option<Span> {
    let mut found = None;
    walk(within, &mut |node| {
        if let Node::Expr(expr) = node
            && found.is_none()
            && matches!(expr.kind, ExprKind::Local(id) if id == local)
        {
            found = Some(expr.span);
        }
        found.is_none()
    });
    found
}
