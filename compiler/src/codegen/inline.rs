//! Small functions in place of their calls, so that a wrapper around one intrinsic costs what the intrinsic costs.
//!
//! Code in place of a call has the call's line, and its function is missing from stack traces. That is as it should be for
//! the standard library; a function of the program that can trap stays a function.

use super::body;
use super::function::FunctionGen;
use super::goal::Goal;
use crate::mono::TypeArgs;
use crate::typed::{Expr, FunctionId, Program};

/// How many functions may stand in each other's place.
const DEPTH_MAX: usize = 5;
/// How many nodes may come to stand in place of one call, those of calls within it included.
const BUDGET: usize = 80;

impl<'p> FunctionGen<'_, 'p> {
    /// Generates the body of a small function in place of a call, and says whether it did. Arguments are evaluated once,
    /// into the registers that stand for the parameters, which a small function never assigns to.
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
        let facts = self.module.facts(id, function);
        let Some(size) = facts.inline_size else { return false };
        if facts.can_trap && !self.module.is_library(function) {
            return false;
        }
        let budget = if self.callers.is_empty() { BUDGET } else { self.inline_budget };
        let is_active = self.callers.iter().chain([&self.frame]).any(|frame| frame.function == Some(id));
        let fits = size <= budget && self.callers.len() < DEPTH_MAX && args.len() == function.params.len();
        if is_active || !fits {
            return false;
        }
        let Some(mut frame) = body::frame(self.module, id, types, expr.span) else { return false };
        let values = self.operands(args);
        frame.bindings.extend(function.params.iter().zip(&values).map(|(param, value)| (*param, value.reg)));
        let scope = self.open_scope();
        self.inline_budget = budget - size;
        self.callers.push(std::mem::replace(&mut self.frame, frame));
        let result = self.ty(&function.result);
        self.body_value(&function.body, result, goal);
        if let Some(caller) = self.callers.pop() {
            self.frame = caller;
        }
        self.close_scope(scope);
        self.release_all(&values);
        true
    }
}
