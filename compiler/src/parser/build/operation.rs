//! Chains of operands and operators become trees.

use super::Builder;
use crate::ast::{BinaryOp, Expr, ExprKind};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;

/// An operator, and the operand to its right.
pub(in crate::parser) struct Operation {
    pub(in crate::parser) op: (Span, BinaryOp),
    pub(in crate::parser) right: Expr,
}

impl Builder<'_> {
    /// `first op right op right …` as a tree: operators that bind equally tightly belong to the left.
    pub(in crate::parser) fn operation(&mut self, first: Expr, rest: Vec<Operation>) -> Expr {
        // Operands whose right neighbour is still to come, each with the operator between the two: each binds more
        // tightly than the one before it.
        let mut waiting: Vec<(Expr, (Span, BinaryOp))> = Vec::new();
        let mut operand = first;
        for Operation { op, right } in rest {
            operand = self.close(&mut waiting, operand, tightness(op.1));
            waiting.push((operand, op));
            operand = right;
        }
        self.close(&mut waiting, operand, 0)
    }

    /// Gives the operand to the operators before it that bind at least as tightly as what follows it.
    fn close(&mut self, waiting: &mut Vec<(Expr, (Span, BinaryOp))>, mut operand: Expr, next: u8) -> Expr {
        while let Some((left, op)) = waiting.pop_if(|(_, op)| tightness(op.1) >= next) {
            operand = self.binary(left, op, operand);
        }
        operand
    }

    fn binary(&mut self, left: Expr, (op_span, op): (Span, BinaryOp), right: Expr) -> Expr {
        if tightness(op) == COMPARISON {
            self.refuse_chain(&left, op_span);
        }
        let span = left.span.to(right.span);
        let (left, right) = (Box::new(left), Box::new(right));
        Expr { kind: ExprKind::Binary { op, op_span, left, right }, span }
    }

    /// Reports `a < b < c`, given `a < b` and where the second operator stands.
    fn refuse_chain(&mut self, left: &Expr, op_span: Span) {
        if let ExprKind::Binary { op, op_span: first, left: operand, .. } = &left.kind
            && tightness(*op) == COMPARISON
            // In parentheses it would begin before its first operand.
            && operand.span.start == left.span.start
        {
            self.report(
                Diagnostic::error(Code::ChainedComparison, "comparisons can't be chained")
                    .primary(op_span, "this compares the result of another comparison")
                    .secondary(*first, "this one")
                    .help("write `a < b && b < c`, or put one comparison in parentheses"),
            );
        }
    }
}

/// How tightly comparisons bind.
const COMPARISON: u8 = 3;

/// How tightly an operator binds: more tightly than those with lower numbers, which begin with 1.
fn tightness(op: BinaryOp) -> u8 {
    use BinaryOp::*;
    match op {
        Or => 1,
        And => 2,
        Eq | Ne | Lt | Le | Gt | Ge => COMPARISON,
        BitOr => 4,
        BitXor => 5,
        BitAnd => 6,
        Shl | Shr => 7,
        Add | Sub => 8,
        Mul | Div | Rem => 9,
    }
}
