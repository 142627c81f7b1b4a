//! Loops. They test at the bottom, so that each round has one jump.

use mob_vm::bytecode::{Op, Type, TypeId};

use super::arith::folded;
use super::function::{FunctionGen, Loop};
use super::goal::Goal;
use super::registers::Reg;
use super::scan::is_small_condition;
use super::subject::Subject;
use crate::typed::{Expr, Pattern, PatternKind};

impl<'p> FunctionGen<'_, 'p> {
    /// `while condition { … }`.
    pub(super) fn while_loop(&mut self, condition: &'p Expr, body: &'p Expr) {
        let hoisted = self.hoist_numbers(&[condition, body]);
        let (next, end) = (self.code.label(), self.code.label());
        let top = if is_small_condition(condition) {
            self.branch(condition, end, false);
            self.code.label_here()
        } else {
            self.jump(next);
            self.code.label_reached_from_below()
        };
        self.loop_body(body, Loop { end, next });
        self.code.bind(next);
        self.branch(condition, top, true);
        self.code.bind(end);
        self.end_hoisting(&hoisted);
    }

    /// `while let pattern = value { … }`.
    pub(super) fn while_let(&mut self, pattern: &'p Pattern, value: &'p Expr, body: &'p Expr) {
        let hoisted = self.hoist_numbers(&[value, body]);
        let next = self.code.label_here();
        let end = self.code.label();
        let scope = self.open_scope();
        if !self.split_let(pattern, value, Some(end)) {
            let mut subject = self.subject(value, [pattern]);
            self.test(pattern, &mut subject, Some(end));
            self.bind(pattern, &mut subject);
        }
        self.loop_body(body, Loop { end, next });
        self.close_scope(scope);
        self.jump(next);
        self.code.bind(end);
        self.end_hoisting(&hoisted);
    }

    /// `for i in start..end { … }`.
    pub(super) fn for_range(
        &mut self,
        pattern: &'p Pattern,
        (start, end, inclusive): (&'p Expr, &'p Expr, bool),
        body: &'p Expr,
    ) {
        let scope = self.open_scope();
        let hoisted = self.hoist_numbers(&[body]);
        let int = self.int_ty();
        // The counter is the loop's own, even where the start is a local.
        let counter = self.scoped(int);
        self.gen_expr(start, Goal::To(counter));
        let limit = self.kept(end);
        let (next, done) = (self.code.label(), self.code.label());
        if !runs_at_least_once(start, end, inclusive) {
            let jump = if inclusive { Op::JumpLtInt } else { Op::JumpLeInt };
            self.jump_if(jump, limit, counter.0, done);
        }
        let top = self.code.label_here();
        let round = self.open_scope();
        self.bind_round(pattern, counter);
        self.loop_body(body, Loop { end: done, next });
        self.close_scope(round);
        self.code.bind(next);
        self.jump_if(if inclusive { Op::LoopLe } else { Op::LoopLt }, counter, limit.0, top);
        self.code.bind(done);
        self.end_hoisting(&hoisted);
        self.close_scope(scope);
    }

    /// Binds a loop's pattern to its counter: the counter's register itself, if the name stays as it is.
    fn bind_round(&mut self, pattern: &'p Pattern, counter: Reg) {
        if let PatternKind::Bind(id, None) = pattern.kind
            && !self.is_constant(id)
        {
            if self.is_boxed(id) {
                return self.declare_cell(id, counter);
            }
            let reg = self.declare(id);
            return self.move_to(reg, counter);
        }
        let mut subject = Subject::constant(counter);
        self.bind(pattern, &mut subject);
    }

    /// What a loop goes through, in a register that stays as it is until the scope is closed.
    pub(super) fn kept(&mut self, expr: &'p Expr) -> Reg {
        let value = self.operand(expr);
        let value = self.settle(expr, value);
        self.keep(value)
    }

    /// How many elements a list has, or how many bytes.
    fn length_of(&mut self, to: Reg, of: Reg) {
        match self.module.types.get(self.registers.ty(of)) {
            Type::Bytes => self.emit(Op::BytesLen, to, of.0, 0),
            _ => self.emit(Op::ListLen, to, of.0, 0),
        }
    }

    /// `for x in list { … }`, by index; the same for `Bytes`, whose length can't change.
    pub(super) fn for_list(&mut self, pattern: &'p Pattern, list: &'p Expr, body: &'p Expr) {
        let scope = self.open_scope();
        let hoisted = self.hoist_numbers(&[body]);
        let list = self.kept(list);
        let int = self.int_ty();
        let is_fixed = matches!(self.module.types.get(self.registers.ty(list)), Type::Bytes);
        let element = if is_fixed { int } else { self.element_ty(list) };
        let (index, len) = (self.scoped(int), self.scoped(int));
        let (next, end) = (self.code.label(), self.code.label());
        self.length_of(len, list);
        self.jump_if(Op::JumpLeSmall, len, 0, end);
        self.const_int(index, 0);
        let (top, first) = (self.code.label_here(), self.code.len());
        let round = self.open_scope();
        let load = |this: &mut Self, to: Reg| this.element_of(to, list, index);
        self.bind_loaded(pattern, element, load);
        self.loop_body(body, Loop { end, next });
        self.close_scope(round);
        self.code.bind(next);
        if !is_fixed && self.code.ops_from(first).any(may_change_lengths) {
            self.length_of(len, list);
        }
        self.jump_if(Op::LoopLt, index, len.0, top);
        self.code.bind(end);
        self.end_hoisting(&hoisted);
        self.close_scope(scope);
    }

    /// Binds a pattern that always matches to a value that `load` puts into a register.
    pub(super) fn bind_loaded(
        &mut self,
        pattern: &'p Pattern,
        ty: TypeId,
        load: impl FnOnce(&mut Self, Reg),
    ) {
        if matches!(pattern.kind, PatternKind::Wildcard) {
            return;
        }
        let loaded = self.scoped(ty);
        load(self, loaded);
        let mut subject = Subject::own(loaded);
        self.test(pattern, &mut subject, None);
        self.bind(pattern, &mut subject);
    }

    /// `for m in inbox { … }`, until it is closed.
    pub(super) fn for_inbox(&mut self, pattern: &'p Pattern, inbox: &'p Expr, body: &'p Expr) {
        let scope = self.open_scope();
        let hoisted = self.hoist_numbers(&[body]);
        let inbox = self.kept(inbox);
        let int = self.int_ty();
        let waiting = self.scoped(int);
        let next = self.code.label_here();
        let end = self.code.label();
        self.emit(Op::InboxLen, waiting, inbox.0, 0);
        self.jump_if(Op::JumpLtSmall, waiting, 0, end);
        let round = self.open_scope();
        let message = self.module.types.message(self.registers.ty(inbox)).unwrap_or(TypeId(0));
        let received = self.scoped(message);
        self.emit(Op::Receive, received, inbox.0, 0);
        let mut subject = Subject::own(received);
        self.test(pattern, &mut subject, None);
        self.bind(pattern, &mut subject);
        self.loop_body(body, Loop { end, next });
        self.close_scope(round);
        self.jump(next);
        self.code.bind(end);
        self.end_hoisting(&hoisted);
        self.close_scope(scope);
    }

    /// `for x in f { … }`, until `f()` gives `None`.
    pub(super) fn for_fn(&mut self, pattern: &'p Pattern, function: &'p Expr, body: &'p Expr) {
        let scope = self.open_scope();
        let hoisted = self.hoist_numbers(&[body]);
        let function_reg = self.kept(function);
        let Some((given, some)) = self.option_result(function_reg) else {
            self.end_hoisting(&hoisted);
            return self.close_scope(scope);
        };
        let option = self.scoped(given);
        let next = self.code.label_here();
        let end = self.code.label();
        self.emit(Op::CallClosure, option, function_reg.0, 0);
        self.jump_if(Op::JumpNotTag, option, some as u16, end);
        let round = self.open_scope();
        let element = self.module.types.payload(given, some, 0).unwrap_or(TypeId(0));
        self.bind_loaded(pattern, element, |this, to| this.get_payload(to, option, some, 0));
        self.loop_body(body, Loop { end, next });
        self.close_scope(round);
        self.jump(next);
        self.code.bind(end);
        self.end_hoisting(&hoisted);
        self.close_scope(scope);
    }

    /// The `Option` that a function without parameters gives, and the tag of its `Some`.
    fn option_result(&self, function: Reg) -> Option<(TypeId, u32)> {
        let Type::Fn(_, given) = self.module.types.get(self.registers.ty(function)) else { return None };
        let Type::Enum(option) = self.module.types.get(*given) else { return None };
        let some = option.variants.iter().position(|variant| variant.name == "Some")?;
        Some((*given, some as u32))
    }

    pub(super) fn loop_body(&mut self, body: &'p Expr, labels: Loop) {
        self.loops.push(labels);
        self.gen_expr(body, Goal::Discard);
        self.loops.pop();
    }
}

/// Whether some list may have another length after this instruction.
fn may_change_lengths(op: Op) -> bool {
    matches!(
        op,
        Op::Call
            | Op::CallClosure
            | Op::CallHost
            | Op::CallNative
            | Op::ListPush
            | Op::ListPop
            | Op::ListInsert
            | Op::ListRemove
            | Op::ListTruncate
            | Op::ListExtend
    )
}

/// Whether both ends of a range are known and there is something between them.
fn runs_at_least_once(start: &Expr, end: &Expr, inclusive: bool) -> bool {
    match (folded(start), folded(end)) {
        (Some(start), Some(end)) => start < end || (inclusive && start == end),
        _ => false,
    }
}
