//! Functions in place of their calls: small ones, and those that are given functions which are known.
//!
//! A call is replaced if the function is so small that calling it takes longer than what it does, or if a function value
//! that is known where the call stands becomes a direct one within it. What that adds to a function's code is within a
//! fixed measure for each call that is written, so code grows in proportion to the source.
//!
//! Arguments are evaluated once and in order, as for a call; a parameter that is never assigned to is the register that its
//! argument is in. Stack traces show the call as if it had been made: the line table says which code stands in place of which.

use mob_vm::bytecode::{InlinedCall, TypeId};

use super::body::closure_name;
use super::frame::{Exit, Frame, Names, Source};
use super::function::FunctionGen;
use super::goal::{Goal, Value};
use super::known::Known;
use crate::mono::TypeArgs;
use crate::source::Span;
use crate::typed::{Closure, Expr, FunctionId, LocalId, Program};

/// How many bodies may stand in each other's place.
const DEPTH_MAX: usize = 12;
/// How many nodes may come to stand in place of one call, those of calls within it included.
const BUDGET: usize = 100;
/// How many words a function may have before calls in it stay calls.
const CODE_WORDS_MAX: usize = 8192;

/// A body that stands in place of a call.
struct Callee<'p> {
    source: Source<'p>,
    params: &'p [LocalId],
    body: &'p Expr,
    result: TypeId,
    /// What stack traces call it; none if no trace can be taken in it.
    name: Option<String>,
}

impl<'p> FunctionGen<'_, 'p> {
    /// Generates the body of a function in place of a call, and says whether it did.
    pub(super) fn call_in_place(
        &mut self,
        expr: &'p Expr,
        id: FunctionId,
        types: &TypeArgs,
        args: &'p [Expr],
        goal: Goal,
    ) -> bool {
        let program: &'p Program = self.module.program;
        let Some(function) = program.functions.get(id.index()) else { return false };
        if args.len() != function.params.len() {
            return false;
        }
        let facts = self.module.facts(id, function);
        let known = self.known_arguments(id, args);
        let is_worth_it =
            known.iter().any(Option::is_some) || (facts.is_small && self.has_room_for(id, facts.size));
        if !is_worth_it {
            return false;
        }
        let Some(source) = Source::of(self.module, id, types) else { return false };
        let source = Source { names: self.names.len(), is_original: false, ..source };
        let result = self.module.types.intern(&function.result, types);
        let name = facts.can_stop.then(|| self.module.types.name_with(&function.name, types));
        let callee = Callee { source, params: &function.params, body: &function.body, result, name };
        let (before, is_original) = (self.inline_budget, self.frame.source.is_original);
        self.inline_budget = self.budget().saturating_sub(facts.size);
        self.names.push(Names::new());
        self.replace_call(expr, callee, &known, args, goal);
        self.names.pop();
        if is_original {
            self.inline_budget = before;
        }
        true
    }

    /// Generates the body of a closure in place of a call of it.
    pub(super) fn closure_in_place(
        &mut self,
        expr: &'p Expr,
        (made_at, closure, source): (&'p Expr, &'p Closure, Source<'p>),
        args: &'p [Expr],
        goal: Goal,
    ) {
        let result = self.module.types.intern(&closure.result, &source.args);
        let name =
            source.function.map(|function| closure_name(self.module, function, &source.args, made_at.span));
        let callee = Callee { source, params: &closure.params, body: &closure.body, result, name };
        self.replace_call(expr, callee, &[], args, goal);
    }

    /// How much may come to stand in place of a call here.
    pub(super) fn budget(&self) -> usize {
        if self.frame.source.is_original { BUDGET } else { self.inline_budget }
    }

    /// Whether one more body may stand within those that are being generated.
    pub(super) fn is_shallow(&self) -> bool {
        self.callers.len() < DEPTH_MAX && self.code.len() < CODE_WORDS_MAX
    }

    /// Whether a function of this size may stand in place of a call. One that calls itself may do so twice within itself.
    pub(super) fn has_room_for(&self, id: FunctionId, size: usize) -> bool {
        let around = self.callers.iter().chain([&self.frame]);
        let active = around.filter(|frame| frame.source.function == Some(id)).count();
        size <= self.budget() && self.is_shallow() && active <= 2
    }

    fn replace_call(
        &mut self,
        expr: &'p Expr,
        callee: Callee<'p>,
        known: &[Option<Known<'p>>],
        args: &'p [Expr],
        goal: Goal,
    ) {
        let is_known = |index: usize| known.get(index).is_some_and(Option::is_some);
        let given = args.iter().enumerate().filter(|(index, _)| !is_known(*index)).map(|(_, arg)| arg);
        let values = self.operands(given);
        if self.code.is_reachable() {
            let (inlined, hidden_at) = match callee.name {
                Some(name) => (Some(self.inlined_call(name, expr.span)), None),
                None => (self.frame.inlined, self.frame.hidden_at.or(Some(expr.span))),
            };
            let exit = Exit { goal, end: self.code.label() };
            let frame = Frame {
                source: callee.source,
                result: callee.result,
                exit: Some(exit),
                call: expr.span,
                inlined,
                hidden_at,
            };
            let scope = self.open_scope();
            self.callers.push(std::mem::replace(&mut self.frame, frame));
            self.parameters_in_place(callee.params, known, &values);
            self.body_value(callee.body, goal);
            self.code.bind(exit.end);
            if let Some(caller) = self.callers.pop() {
                self.frame = caller;
            }
            self.close_scope(scope);
            self.at(expr.span);
        }
        self.release_all(&values);
    }

    fn inlined_call(&mut self, function: String, span: Span) -> u32 {
        let (file, line) = self.module.place(self.frame.hidden_at.unwrap_or(span));
        self.code.inlined_call(InlinedCall { function, caller: self.frame.inlined, file, line })
    }

    /// Gives parameters to their arguments: `values` are those that are not known functions.
    fn parameters_in_place(&mut self, params: &[LocalId], known: &[Option<Known<'p>>], values: &[Value]) {
        let mut values = values.iter();
        for (index, param) in params.iter().enumerate() {
            if let Some(Some(function)) = known.get(index) {
                let names = &mut self.names[self.frame.source.names];
                names.known.insert(*param, function.clone());
                continue;
            }
            let Some(value) = values.next() else { return };
            if self.is_boxed(*param) {
                self.declare_cell(*param, value.reg);
            } else if self.is_constant(*param) {
                self.bind_local(*param, value.reg);
            } else {
                let own = self.declare(*param);
                self.move_to(own, value.reg);
            }
        }
    }
}
