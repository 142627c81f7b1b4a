//! Expressions.

use super::arguments::Huggable;
use super::doc::{Doc, docs};
use super::printer::Printer;
use crate::ast::{ClosureParam, Expr, ExprKind};
use crate::lexer::Token;

impl<'a> Printer<'a> {
    /// An expression, with the parentheses around it.
    pub(super) fn expr(&mut self, expr: &Expr) -> Doc<'a> {
        self.expr_until(expr, expr.span.end)
    }

    /// An expression that has its place for itself, and needs no parentheses there.
    pub(super) fn value(&mut self, expr: &Expr) -> Doc<'a> {
        let is_tuple = matches!(expr.kind, ExprKind::Tuple(_));
        if is_tuple || !self.cursor.is_parenthesised_until(expr.span.end) {
            return self.expr(expr);
        }
        self.without_parentheses(expr, expr.span.end)
    }

    /// A value that a `{` may follow, or a guard: it keeps the parentheses around what has braces or reaches far.
    pub(super) fn operand_alone(&mut self, expr: &Expr) -> Doc<'a> {
        use ExprKind::{Block, Break, Closure, Continue, For, If, Match, Return, While};
        match expr.kind {
            Closure { .. }
            | Return(_)
            | Break
            | Continue
            | Block(_)
            | If { .. }
            | Match { .. }
            | For { .. }
            | While { .. } => self.expr(expr),
            _ => self.value(expr),
        }
    }

    fn without_parentheses(&mut self, expr: &Expr, end: u32) -> Doc<'a> {
        if !self.cursor.is_parenthesised_until(end) || self.cursor.has_comments_at_brackets() {
            return self.expr_until(expr, end);
        }
        let inner_end = self.cursor.contents_end().unwrap_or(end);
        self.cursor.skip();
        let inner = self.without_parentheses(expr, inner_end);
        self.skip_all(&Token::Comma);
        self.cursor.skip();
        inner
    }

    /// An expression whose text ends at `end`, which is before the end of its span inside of parentheses.
    fn expr_until(&mut self, expr: &Expr, end: u32) -> Doc<'a> {
        let is_tuple = matches!(expr.kind, ExprKind::Tuple(_));
        if self.cursor.has_parentheses(is_tuple, end) {
            return self.parenthesised(is_tuple, |printer, end| printer.expr_until(expr, end));
        }
        self.bare(expr, end)
    }

    fn bare(&mut self, expr: &Expr, end: u32) -> Doc<'a> {
        match &expr.kind {
            ExprKind::Interpolated(parts) => self.interpolated(parts),
            ExprKind::List(elements) => self.list_literal(elements).doc,
            ExprKind::Map(entries) => self.map_literal(entries).doc,
            ExprKind::Tuple(elements) => self.tuple(elements).doc,
            ExprKind::Unary { op, operand } => self.unary(*op, operand),
            ExprKind::Binary { .. } => self.binary(expr),
            ExprKind::Range { start, end, .. } => self.range(start, end),
            ExprKind::Call { .. }
            | ExprKind::TypeArgs { .. }
            | ExprKind::Field { .. }
            | ExprKind::TupleField { .. }
            | ExprKind::Index { .. }
            | ExprKind::Try(_) => self.chain(expr).doc,
            ExprKind::Closure { params, body } => self.closure(params, body).doc,
            ExprKind::Block(block) => self.block(block),
            ExprKind::If { branches, otherwise } => self.if_chain(branches, otherwise.as_deref()),
            ExprKind::Match { scrutinee, arms } => self.match_on(scrutinee, arms),
            ExprKind::While { condition, body } => self.while_loop(condition, body),
            ExprKind::For { pattern, iterable, body } => self.for_loop(pattern, iterable, body),
            ExprKind::Assign { .. } => self.assignment(expr),
            ExprKind::Return(Some(value)) => {
                // The value has to begin on the line of `return`: a comment that waits for the line's end ends it here.
                docs![Doc::fence(), self.token(), " ", self.value(value)]
            }
            ExprKind::Int(_)
            | ExprKind::Float(_)
            | ExprKind::Bool(_)
            | ExprKind::Str(_)
            | ExprKind::Bytes(_)
            | ExprKind::Name(_)
            | ExprKind::Return(None)
            | ExprKind::Break
            | ExprKind::Continue
            | ExprKind::Error => self.tokens_until(end),
        }
    }

    /// ` e` behind `=` or `->`: on the same line where it can be broken inside, else on the next if it must.
    pub(super) fn value_after_line(&mut self, expr: &Expr) -> Doc<'a> {
        if self.cursor.next_comment().is_some() {
            let comments = docs![self.trailing_comments(), Doc::hard_line(), self.leading_comments()];
            return docs![comments, self.value(expr)].indent();
        }
        let moves = self.moves_to_next_line(expr);
        let value = self.value(expr);
        if moves { value.space_or_next_line() } else { docs![" ", value] }
    }

    /// Whether an expression that doesn't fit on a line is better moved to the next than broken.
    fn moves_to_next_line(&self, expr: &Expr) -> bool {
        match &expr.kind {
            ExprKind::Str(_) | ExprKind::Interpolated(_) => !self.is_at_multi_line_string(),
            ExprKind::Name(_) | ExprKind::Bytes(_) | ExprKind::Unary { .. } | ExprKind::Binary { .. } => true,
            _ => false,
        }
    }

    fn is_at_multi_line_string(&self) -> bool {
        let start = self.cursor.start();
        self.cursor.text(start, start.saturating_add(3)) == "\"\"\""
    }

    /// `|x| e`
    pub(super) fn closure(&mut self, params: &[ClosureParam], body: &Expr) -> Huggable<'a> {
        let params = self.closure_params(params);
        match body.kind {
            ExprKind::Assign { .. } => Huggable::rigid(docs![params, " ", self.assignment(body)]),
            _ if self.moves_to_next_line(body) => {
                Huggable::rigid(docs![params, self.value(body).space_or_next_line()])
            }
            _ => self.huggable(body).after(&docs![params, " "]),
        }
    }

    fn closure_params(&mut self, params: &[ClosureParam]) -> Doc<'a> {
        if self.cursor.is_at(&Token::PipePipe) {
            return self.token();
        }
        let mut docs = vec![self.token()];
        for (at, param) in params.iter().enumerate() {
            if at > 0 {
                docs.push(", ".into());
            }
            docs.push(self.pattern(&param.pattern));
            if let Some(ty) = &param.ty {
                docs.push(self.annotation(ty));
            }
            self.skip_all(&Token::Comma);
        }
        docs.push(self.token());
        Doc::concat(docs)
    }
}
