//! What a specialisation must be able to do with its types: comparing and showing work on data, not on functions.

use mob_vm::bytecode::TypeId;

use super::function::FunctionGen;
use super::registers::Reg;
use crate::check::KEYS;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;

/// What a comparison does with a value.
pub(super) const COMPARED: &str = "compared";
/// What showing does with a value.
pub(super) const SHOWN: &str = "made into text";

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
        let diagnostic = diagnostic.note("an inbox is its agent's own: nobody else can receive from it");
        self.module.diagnostics.push(diagnostic.help("send its address, `inbox.addr()`"));
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
