//! Operators between and before operands, and assignments.

use super::doc::{Doc, docs};
use super::printer::Printer;
use crate::ast::{BinaryOp, Expr, ExprKind, UnaryOp};
use crate::lexer::Token;

impl<'a> Printer<'a> {
    /// A chain of operators that bind equally: on one line, or an operand a line.
    pub(super) fn binary(&mut self, expr: &Expr) -> Doc<'a> {
        let ExprKind::Binary { op, .. } = &expr.kind else { return Doc::nil() };
        let level = level(*op);
        let mut rights = Vec::new();
        let mut first = expr;
        while let ExprKind::Binary { op, left, right, .. } = &first.kind
            && self::level(*op) == level
            && (std::ptr::eq(first, expr) || !self.cursor.is_parenthesised_until(first.span.end))
        {
            rights.push((*op, &**right));
            first = left;
        }
        let first = self.operand(first);
        let mut rest = Vec::new();
        for (op, right) in rights.into_iter().rev() {
            let comments = self.inner_comments();
            if leads_its_line(op) {
                rest.extend([comments, Doc::line(), self.token(), " ".into()]);
            } else {
                rest.extend([" ".into(), self.token(), comments, self.inner_comments(), Doc::line()]);
            }
            rest.push(self.operand(right));
        }
        docs![first, Doc::concat(rest).indent()].group()
    }

    /// An operand of an operator, parentheses included.
    fn operand(&mut self, expr: &Expr) -> Doc<'a> {
        self.expr(expr)
    }

    pub(super) fn unary(&mut self, op: UnaryOp, operand: &Expr) -> Doc<'a> {
        let sign = self.token();
        let gap = if op == UnaryOp::Neg && self.cursor.is_at(&Token::Minus) { " " } else { "" };
        docs![sign, gap, self.expr(operand)]
    }

    /// `a..b`: never broken, since a line that begins or ends with `..` is one of its own.
    pub(super) fn range(&mut self, start: &Expr, end: &Expr) -> Doc<'a> {
        docs![self.expr(start), self.token(), self.expr(end)]
    }

    /// `a = e`, `a += e`
    pub(super) fn assignment(&mut self, expr: &Expr) -> Doc<'a> {
        let ExprKind::Assign { target, value, .. } = &expr.kind else { return Doc::nil() };
        docs![self.expr(target), " ", self.token(), self.value_after_line(value)]
    }
}

/// How tightly an operator binds, from 0.
fn level(op: BinaryOp) -> u8 {
    use BinaryOp::*;
    match op {
        Or => 0,
        And => 1,
        Eq | Ne | Lt | Le | Gt | Ge => 2,
        BitOr => 3,
        BitXor => 4,
        BitAnd => 5,
        Shl | Shr => 6,
        Add | Sub => 7,
        Mul | Div | Rem => 8,
    }
}

/// Whether an operator stands at the beginning of the line of its right operand, and not at the end of the line before.
/// It mustn't if it could begin an expression: a line that begins with `-` or `|` is one of its own.
fn leads_its_line(op: BinaryOp) -> bool {
    level(op) <= level(BinaryOp::Eq)
}
