//! Arithmetic: operators into registers, with their forms for small constants.

use mob_vm::bytecode::{Op, Type};

use super::expr::small;
use super::function::FunctionGen;
use super::goal::Goal;
use super::registers::Reg;
use crate::typed::{Binary, Expr, ExprKind, Ty, Unary};

impl<'p> FunctionGen<'_, 'p> {
    /// An operator on one operand.
    pub(super) fn unary(&mut self, op: Unary, of: &'p Expr, to: Reg) {
        if let (Unary::Neg, Some(value)) = (op, folded(of).and_then(i64::checked_neg)) {
            return self.const_int(to, value);
        }
        if let (Unary::Neg, ExprKind::Float(value)) = (op, &of.kind) {
            return self.const_float(to, -value);
        }
        let ty = self.ty(&of.ty);
        let value = self.operand(of);
        let op = match (op, self.module.types.get(ty)) {
            (Unary::Neg, Type::Float) => Op::NegFloat,
            (Unary::Neg, _) => Op::NegInt,
            (Unary::Not, Type::Int) => Op::NotInt,
            (Unary::Not, _) => Op::NotBool,
        };
        self.emit(op, to, value.reg.0, 0);
        self.release(value);
    }

    /// An operator on two operands.
    pub(super) fn binary(&mut self, expr: &'p Expr, op: Binary, left: &'p Expr, right: &'p Expr, to: Reg) {
        if is_comparison(op) {
            return self.comparison(expr, op, left, right, to);
        }
        if let Some(value) = folded(expr) {
            return self.const_int(to, value);
        }
        if let Some((op, left, constant)) = constant_form(op, left, right) {
            let value = self.operand(left);
            self.at(expr.span);
            self.emit(op, to, value.reg.0, constant as u16);
            return self.release(value);
        }
        let (left, right) = self.operand_pair(left, right);
        self.at(expr.span);
        self.binary_values(op, left.reg, right.reg, to);
        self.release_all(&[left, right]);
    }

    /// `local op= value`, in place where the local is a register.
    pub(super) fn binary_in_place(&mut self, op: Binary, target: Reg, value: &'p Expr) {
        let constant = folded(value).and_then(|value| constant_operation(op, value));
        if let Some((op, constant)) = constant {
            return self.emit(op, target, target.0, constant as u16);
        }
        if *self.module.types.get(self.registers.ty(target)) == Type::Str {
            return self.append(target, value);
        }
        let value = self.operand(value);
        self.binary_values(op, target, value.reg, target);
        self.release(value);
    }

    /// An operator, not a comparison, on values in registers.
    pub(super) fn binary_values(&mut self, op: Binary, left: Reg, right: Reg, to: Reg) {
        let op = match self.module.types.get(self.registers.ty(left)) {
            Type::Float => float_op(op),
            _ => int_op(op),
        };
        self.emit(op, to, left.0, right.0);
    }

    /// Puts an operand's value there and drops it, for the effects of what can trap.
    pub(super) fn effects(&mut self, expr: &'p Expr) {
        self.gen_expr(expr, Goal::Discard);
    }
}

/// Whether the operator gives a Bool.
pub(super) fn is_comparison(op: Binary) -> bool {
    matches!(op, Binary::Eq | Binary::Ne | Binary::Lt | Binary::Le | Binary::Gt | Binary::Ge)
}

fn int_op(op: Binary) -> Op {
    match op {
        Binary::Sub => Op::SubInt,
        Binary::Mul => Op::MulInt,
        Binary::Div => Op::DivInt,
        Binary::Rem => Op::RemInt,
        Binary::BitAnd => Op::AndInt,
        Binary::BitOr => Op::OrInt,
        Binary::BitXor => Op::XorInt,
        Binary::Shl => Op::ShlInt,
        Binary::Shr => Op::ShrInt,
        _ => Op::AddInt,
    }
}

fn float_op(op: Binary) -> Op {
    match op {
        Binary::Sub => Op::SubFloat,
        Binary::Mul => Op::MulFloat,
        Binary::Div => Op::DivFloat,
        Binary::Rem => Op::RemFloat,
        _ => Op::AddFloat,
    }
}

/// The value of an Int expression of literals, unless it would trap.
pub(super) fn folded(expr: &Expr) -> Option<i64> {
    match &expr.kind {
        ExprKind::Int(value) => Some(*value),
        ExprKind::Unary(op, of) if expr.ty == Ty::INT => {
            let value = folded(of)?;
            match op {
                Unary::Neg => value.checked_neg(),
                Unary::Not => Some(!value),
            }
        }
        ExprKind::Binary(op, left, right) if expr.ty == Ty::INT => fold(*op, folded(left)?, folded(right)?),
        _ => None,
    }
}

fn fold(op: Binary, left: i64, right: i64) -> Option<i64> {
    let shift = u32::try_from(right).ok().filter(|shift| *shift < 64);
    match op {
        Binary::Add => left.checked_add(right),
        Binary::Sub => left.checked_sub(right),
        Binary::Mul => left.checked_mul(right),
        Binary::Div => left.checked_div(right),
        Binary::Rem => left.checked_rem(right),
        Binary::BitAnd => Some(left & right),
        Binary::BitOr => Some(left | right),
        Binary::BitXor => Some(left ^ right),
        Binary::Shl => shift.map(|shift| left << shift),
        Binary::Shr => shift.map(|shift| left >> shift),
        _ => None,
    }
}

/// The operation with a constant that this one is, and its other operand.
fn constant_form<'p>(op: Binary, left: &'p Expr, right: &'p Expr) -> Option<(Op, &'p Expr, i16)> {
    if left.ty != Ty::INT {
        return None;
    }
    let on_right = folded(right).and_then(|value| constant_operation(op, value));
    if let Some((op, constant)) = on_right {
        return Some((op, left, constant));
    }
    let commutes = matches!(op, Binary::Add | Binary::Mul);
    let on_left = folded(left).filter(|_| commutes).and_then(|value| constant_operation(op, value));
    on_left.map(|(op, constant)| (op, right, constant))
}

fn constant_operation(op: Binary, right: i64) -> Option<(Op, i16)> {
    match op {
        Binary::Add => Some((Op::AddIntSmall, small(right)?)),
        Binary::Sub => Some((Op::AddIntSmall, small(right.checked_neg()?)?)),
        Binary::Mul => Some((Op::MulIntSmall, small(right)?)),
        Binary::Div if right != 0 => Some((Op::DivIntSmall, small(right)?)),
        Binary::Rem if right != 0 && right != -1 => Some((Op::RemIntSmall, small(right)?)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folding_leaves_traps_to_the_run() {
        assert_eq!(fold(Binary::Add, i64::MAX, 1), None);
        assert_eq!(fold(Binary::Div, 1, 0), None);
        assert_eq!(fold(Binary::Shl, 1, 64), None);
        assert_eq!(fold(Binary::Mul, 6, 7), Some(42));
    }

    #[test]
    fn subtraction_of_a_constant_is_an_addition() {
        assert_eq!(constant_operation(Binary::Sub, 1), Some((Op::AddIntSmall, -1)));
        assert_eq!(constant_operation(Binary::Sub, i64::MIN), None);
        assert_eq!(constant_operation(Binary::Rem, -1), None);
    }
}
