//! Comparisons: into a Bool, or straight into a branch.

use mob_vm::bytecode::{Op, Type, TypeId};

use super::arith::folded;
use super::asm::Label;
use super::demand::COMPARED;
use super::expr::small;
use super::function::FunctionGen;
use super::goal::Value;
use super::registers::Reg;
use crate::typed::{Binary, Expr, ExprKind};

/// How values of a type are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Manner {
    /// As Ints.
    Int,
    /// As Floats.
    Float,
    /// Equality by slots, order by structure.
    Word,
    /// By structure.
    Structure,
}

impl<'p> FunctionGen<'_, 'p> {
    /// A comparison as a Bool in a register.
    pub(super) fn comparison(
        &mut self,
        expr: &'p Expr,
        op: Binary,
        left: &'p Expr,
        right: &'p Expr,
        to: Reg,
    ) {
        let (left, right) = self.operand_pair(left, right);
        self.at(expr.span);
        self.demand_data(left.reg, expr.span, COMPARED);
        self.comparison_values(op, left.reg, right.reg, to);
        self.release_all(&[left, right]);
    }

    fn comparison_values(&mut self, op: Binary, left: Reg, right: Reg, to: Reg) {
        let (op, left, right) = upwards(op, left, right);
        let compare = match (op, self.manner(left)) {
            (Binary::Eq, Manner::Int | Manner::Word) => Op::EqWord,
            (Binary::Ne, Manner::Int | Manner::Word) => Op::NeWord,
            (Binary::Lt, Manner::Int) => Op::LtInt,
            (Binary::Le, Manner::Int) => Op::LeInt,
            (Binary::Eq, Manner::Float) => Op::EqFloat,
            (Binary::Ne, Manner::Float) => Op::NeFloat,
            (Binary::Lt, Manner::Float) => Op::LtFloat,
            (Binary::Le, Manner::Float) => Op::LeFloat,
            (Binary::Eq, Manner::Structure) => Op::Equal,
            (Binary::Ne, Manner::Structure) => {
                self.emit(Op::Equal, to, left.0, right.0);
                return self.emit(Op::NotBool, to, to.0, 0);
            }
            _ => return self.order_as_bool(op, left, right, to),
        };
        self.emit(compare, to, left.0, right.0);
    }

    /// `<` or `<=` by structure.
    fn order_as_bool(&mut self, op: Binary, left: Reg, right: Reg, to: Reg) {
        let int = self.int_ty();
        let (order, zero) = (self.temporary(int), self.temporary(int));
        self.emit(Op::Compare, order.reg, left.0, right.0);
        self.const_int(zero.reg, 0);
        let compare = if op == Binary::Lt { Op::LtInt } else { Op::LeInt };
        self.emit(compare, to, order.reg.0, zero.reg.0);
        self.release_all(&[order, zero]);
    }

    /// Jumps to `target` if the comparison gives `when`.
    pub(super) fn branch_comparison(
        &mut self,
        expr: &'p Expr,
        op: Binary,
        (left, right): (&'p Expr, &'p Expr),
        (target, when): (Label, bool),
    ) {
        if let (Some(left), Some(right)) = (folded(left), folded(right)) {
            if holds(op, left, right) == when {
                self.jump(target);
            }
            return;
        }
        if self.branch_on_constant(expr, op, left, right, (target, when))
            || self.branch_on_constant(expr, mirrored(op), right, left, (target, when))
        {
            return;
        }
        let (left, right) = self.operand_pair(left, right);
        self.at(expr.span);
        self.demand_data(left.reg, expr.span, COMPARED);
        self.branch_values(op, left.reg, right.reg, (target, when));
        self.release_all(&[left, right]);
    }

    /// The forms for a small Int, or for a variant that carries nothing, on the right. Says whether one fits.
    fn branch_on_constant(
        &mut self,
        expr: &'p Expr,
        op: Binary,
        left: &'p Expr,
        right: &'p Expr,
        (target, when): (Label, bool),
    ) -> bool {
        let (op, constant) = match (folded(right).and_then(small), &right.kind, op) {
            (Some(constant), ..) => (small_jump(op, when), constant as u16),
            (None, ExprKind::Variant(tag, carried), Binary::Eq | Binary::Ne) if carried.is_empty() => {
                ((if (op == Binary::Eq) == when { Op::JumpTag } else { Op::JumpNotTag }), *tag as u16)
            }
            _ => return false,
        };
        let value = self.operand(left);
        self.at(expr.span);
        self.demand_data(value.reg, expr.span, COMPARED);
        self.jump_if(op, value.reg, constant, target);
        self.release(value);
        true
    }

    /// Jumps to `target` if the comparison of two registers gives `when`.
    pub(super) fn branch_values(&mut self, op: Binary, left: Reg, right: Reg, (target, when): (Label, bool)) {
        match self.manner(left) {
            Manner::Float => self.branch_floats(op, left, right, (target, when)),
            Manner::Int => {
                // What does not hold of Ints, its opposite does.
                let op = if when { op } else { opposite(op) };
                let (op, left, right) = upwards(op, left, right);
                let jump = match op {
                    Binary::Eq => Op::JumpEqWord,
                    Binary::Ne => Op::JumpNeWord,
                    Binary::Lt => Op::JumpLtInt,
                    _ => Op::JumpLeInt,
                };
                self.jump_if(jump, left, right.0, target);
            }
            Manner::Word if op == Binary::Eq || op == Binary::Ne => {
                let jump = if (op == Binary::Eq) == when { Op::JumpEqWord } else { Op::JumpNeWord };
                self.jump_if(jump, left, right.0, target);
            }
            Manner::Structure if op == Binary::Eq || op == Binary::Ne => {
                let bool_ty = self.bool_ty();
                let equal = self.temporary(bool_ty);
                self.emit(Op::Equal, equal.reg, left.0, right.0);
                self.jump_on(equal.reg, (op == Binary::Eq) == when, target);
                self.release(equal);
            }
            Manner::Word | Manner::Structure => {
                let int = self.int_ty();
                let order = self.temporary(int);
                self.emit(Op::Compare, order.reg, left.0, right.0);
                self.jump_if(small_jump(op, when), order.reg, 0, target);
                self.release(order);
            }
        }
    }

    fn branch_floats(&mut self, op: Binary, left: Reg, right: Reg, (target, when): (Label, bool)) {
        let (op, left, right) = upwards(op, left, right);
        let jump = match (op, when) {
            (Binary::Eq, true) | (Binary::Ne, false) => Op::JumpEqFloat,
            (Binary::Ne, _) | (Binary::Eq, false) => Op::JumpNeFloat,
            (Binary::Lt, true) => Op::JumpLtFloat,
            (Binary::Lt, false) => Op::JumpNotLtFloat,
            (_, true) => Op::JumpLeFloat,
            (_, false) => Op::JumpNotLeFloat,
        };
        self.jump_if(jump, left, right.0, target);
    }

    fn manner(&self, reg: Reg) -> Manner {
        self.manner_of(self.registers.ty(reg))
    }

    fn manner_of(&self, ty: TypeId) -> Manner {
        match self.module.types.get(ty) {
            Type::Int => Manner::Int,
            Type::Float => Manner::Float,
            _ if self.module.types.is_word(ty) => Manner::Word,
            _ => Manner::Structure,
        }
    }

    /// Both sides of a comparison in registers, to be compared and then shown.
    pub(super) fn compared_values(
        &mut self,
        expr: &'p Expr,
        left: &'p Expr,
        right: &'p Expr,
    ) -> (Value, Value) {
        let pair = self.operand_pair(left, right);
        self.at(expr.span);
        self.demand_data(pair.0.reg, expr.span, COMPARED);
        pair
    }
}

/// The comparison without `>` and `>=`.
fn upwards(op: Binary, left: Reg, right: Reg) -> (Binary, Reg, Reg) {
    match op {
        Binary::Gt => (Binary::Lt, right, left),
        Binary::Ge => (Binary::Le, right, left),
        _ => (op, left, right),
    }
}

/// The comparison with its operands exchanged.
fn mirrored(op: Binary) -> Binary {
    match op {
        Binary::Lt => Binary::Gt,
        Binary::Le => Binary::Ge,
        Binary::Gt => Binary::Lt,
        Binary::Ge => Binary::Le,
        _ => op,
    }
}

/// What holds where the comparison does not, for what is totally ordered.
fn opposite(op: Binary) -> Binary {
    match op {
        Binary::Eq => Binary::Ne,
        Binary::Ne => Binary::Eq,
        Binary::Lt => Binary::Ge,
        Binary::Le => Binary::Gt,
        Binary::Gt => Binary::Le,
        _ => Binary::Lt,
    }
}

fn small_jump(op: Binary, when: bool) -> Op {
    match if when { op } else { opposite(op) } {
        Binary::Eq => Op::JumpEqSmall,
        Binary::Ne => Op::JumpNeSmall,
        Binary::Lt => Op::JumpLtSmall,
        Binary::Le => Op::JumpLeSmall,
        Binary::Gt => Op::JumpGtSmall,
        _ => Op::JumpGeSmall,
    }
}

fn holds(op: Binary, left: i64, right: i64) -> bool {
    match op {
        Binary::Eq => left == right,
        Binary::Ne => left != right,
        Binary::Lt => left < right,
        Binary::Le => left <= right,
        Binary::Gt => left > right,
        _ => left >= right,
    }
}
