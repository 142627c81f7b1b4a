//! Control by conditions: `if`, `&&`, `||`, `!`, `assert`, `panic`, and `?`.

use mob_vm::bytecode::{Instr, Op, TypeId};

use super::arith::is_comparison;
use super::asm::Label;
use super::function::{FunctionGen, Loop};
use super::goal::{Goal, Value};
use super::module::PoolConstant;
use crate::typed::{Binary, Expr, ExprKind, Kind, Program, Ty};

impl<'p> FunctionGen<'_, 'p> {
    /// Jumps to `target` if the condition is `when`, else goes on.
    pub(super) fn branch(&mut self, condition: &'p Expr, target: Label, when: bool) {
        self.gen_expr(condition, Goal::Branch { target, when });
    }

    /// `if`, with or without `else`.
    pub(super) fn if_else(
        &mut self,
        condition: &'p Expr,
        then: &'p Expr,
        otherwise: Option<&'p Expr>,
        goal: Goal,
    ) {
        let end = self.code.label();
        let Some(otherwise) = otherwise else {
            self.branch(condition, end, false);
            self.gen_expr(then, Goal::Discard);
            self.code.bind(end);
            return self.give_unit(goal);
        };
        let other = self.code.label();
        self.branch(condition, other, false);
        self.gen_expr(then, goal);
        self.jump(end);
        self.code.bind(other);
        self.gen_expr(otherwise, goal);
        self.code.bind(end);
    }

    /// `&&`, or `||` where `decisive` is true: the value of the left side that makes the right one unneeded.
    pub(super) fn short_circuit(&mut self, left: &'p Expr, right: &'p Expr, decisive: bool, goal: Goal) {
        match goal {
            Goal::Branch { target, when } if when == decisive => {
                self.branch(left, target, decisive);
                self.branch(right, target, decisive);
            }
            Goal::Branch { target, when } => {
                let skip = self.code.label();
                self.branch(left, skip, decisive);
                self.branch(right, target, when);
                self.code.bind(skip);
            }
            Goal::To(_) | Goal::Return | Goal::Split(_) | Goal::Discard => {
                let (decided, end) = (self.code.label(), self.code.label());
                self.branch(left, decided, decisive);
                self.gen_expr(right, goal);
                self.jump(end);
                self.code.bind(decided);
                self.give_bool(decisive, goal);
                self.code.bind(end);
            }
        }
    }

    /// `!` of a Bool, towards a branch.
    pub(super) fn branch_not(&mut self, of: &'p Expr, goal: Goal) {
        if let Goal::Branch { target, when } = goal {
            self.branch(of, target, !when);
        }
    }

    /// An operator that gives a Bool, towards a branch.
    pub(super) fn branch_binary(
        &mut self,
        expr: &'p Expr,
        op: Binary,
        left: &'p Expr,
        right: &'p Expr,
        goal: Goal,
    ) {
        if let Goal::Branch { target, when } = goal {
            self.branch_comparison(expr, op, (left, right), (target, when));
        }
    }

    /// `break` or `continue` of the innermost loop.
    pub(super) fn leave(&mut self, to: impl FnOnce(&Loop) -> Label) {
        if let Some(label) = self.loops.last().map(to) {
            self.jump(label);
        }
    }

    /// `panic(message)`.
    pub(super) fn panic(&mut self, message: &'p Expr) {
        let value = self.operand(message);
        self.code.emit_end(Instr::new(Op::Panic, 0, value.reg.0, 0, 0));
        self.release(value);
    }

    /// `assert(condition)`.
    pub(super) fn assert(&mut self, condition: &'p Expr, text: &str, goal: Goal) {
        let holds = self.code.label();
        match &condition.kind {
            ExprKind::Binary(op, left, right) if is_comparison(*op) => {
                let (left, right) = self.compared_values(condition, left, right);
                self.branch_values(*op, left.reg, right.reg, (holds, true));
                self.fail_comparison(text, left, right);
                self.release_all(&[left, right]);
            }
            _ => {
                self.branch(condition, holds, true);
                self.fail(format!("assertion failed: {text}"));
            }
        }
        self.code.bind(holds);
        self.give_unit(goal);
    }

    fn fail(&mut self, message: String) {
        let str_ty = self.str_ty();
        let value = self.temporary(str_ty);
        self.constant(value.reg, PoolConstant::Str(message.into()));
        self.code.emit_end(Instr::new(Op::Panic, 0, value.reg.0, 0, 0));
        self.release(value);
    }

    /// Traps with both sides, each on a line of its own; `mvm test` takes the message apart there.
    fn fail_comparison(&mut self, text: &str, left: Value, right: Value) {
        let str_ty = self.str_ty();
        let mut parts = Vec::new();
        for (before, side) in
            [(format!("assertion failed: {text}\n   left: "), left), ("\n  right: ".to_owned(), right)]
        {
            let (words, shown) = (self.temporary(str_ty), self.temporary(str_ty));
            self.constant(words.reg, PoolConstant::Str(before.into()));
            self.show_quoted(side, shown.reg);
            parts.extend([words, shown]);
        }
        let message = self.temporary(str_ty);
        self.concat(&parts, message.reg);
        self.code.emit_end(Instr::new(Op::Panic, 0, message.reg.0, 0, 0));
        self.release(message);
        self.release_all(&parts);
    }

    /// `e?`: what the good variant carries, or an early return of the bad one.
    pub(super) fn try_expr(&mut self, expr: &'p Expr, of: &'p Expr, goal: Goal) {
        let Some(tags) = try_tags(self.module.program, &of.ty) else {
            return self.effects(of);
        };
        if self.split_try(of, tags, goal) {
            return;
        }
        let value = self.operand(of);
        self.at(expr.span);
        let ty = self.registers.ty(value.reg);
        let good = self.code.label();
        self.jump_if(Op::JumpTag, value.reg, tags.good as u16, good);
        self.return_bad(value, ty, tags.bad);
        self.code.bind(good);
        if goal != Goal::Discard
            && let Some(carried) = self.module.types.payload(ty, tags.good, 0)
        {
            self.give_made(carried, goal, |this, reg| {
                this.get_payload(reg, value.reg, tags.good, 0);
            });
        }
        self.release(value);
    }

    /// Returns the bad variant: the value itself where the function's result is of its type, else one that carries the same.
    fn return_bad(&mut self, value: Value, ty: TypeId, bad: u32) {
        let result = self.frame.result;
        if ty == result {
            return self.leave_with(|this, goal| this.give(value.reg, goal));
        }
        self.leave_with(|this, goal| {
            let carried = this.module.types.payload(ty, bad, 0).map(|carried| {
                let error = this.temporary(carried);
                this.get_payload(error.reg, value.reg, bad, 0);
                error
            });
            this.give_variant(result, bad, carried.as_slice(), goal);
            this.release_all(carried.as_slice());
        });
    }

    /// Leaves the function, or the code that stands in place of a call of it, with the result that `give` gives.
    pub(super) fn leave_with(&mut self, give: impl FnOnce(&mut Self, Goal)) {
        match self.frame.exit {
            None => give(self, Goal::Return),
            Some(exit) => {
                give(self, exit.goal);
                self.jump(exit.end);
            }
        }
    }
}

/// The tags of an `Option` or `Result`.
#[derive(Debug, Clone, Copy)]
pub(super) struct TryTags {
    /// What the expression goes on with.
    pub(super) good: u32,
    /// What the function returns.
    pub(super) bad: u32,
}

fn try_tags(program: &Program, ty: &Ty) -> Option<TryTags> {
    let Kind::Enum(id, _) = program.types.kind(*ty) else { return None };
    let (good, bad) = if program.option == Some(*id) { ("Some", "None") } else { ("Ok", "Err") };
    let variants = &program.enums.get(id.index())?.variants;
    let tag =
        |name: &str| (0u32..).zip(variants).find(|(_, variant)| variant.name == name).map(|(tag, _)| tag);
    Some(TryTags { good: tag(good)?, bad: tag(bad)? })
}
