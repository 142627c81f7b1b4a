//! Expressions, statements and blocks.

use std::sync::Arc;

use super::pattern::alternatives;
use super::{Builder, Place};
use crate::ast::{
    BinaryOp, Block, ClosureParam, Expr, ExprKind, IfBranch, MatchArm, Pattern, Stmt, TextPart, UnaryOp,
};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;

/// What may stand between the brackets of a list or map.
pub(in crate::parser) enum ElementOfList {
    /// An element of a list.
    Single(Expr),
    /// An entry of a map: key and value.
    Entry(Box<(Expr, Expr)>),
}

impl Builder<'_> {
    pub(in crate::parser) fn expr(&self, kind: ExprKind, (start, end): Place) -> Expr {
        Expr { kind, span: self.span(start, end) }
    }

    pub(in crate::parser) fn unary(&self, op: UnaryOp, operand: Expr, place: Place) -> Expr {
        match operand.kind {
            // The lexer gives this literal only where a minus sign stands before it.
            ExprKind::Int(i64::MIN) if op == UnaryOp::Neg => self.expr(ExprKind::Int(i64::MIN), place),
            _ => self.expr(ExprKind::Unary { op, operand: Box::new(operand) }, place),
        }
    }

    pub(in crate::parser) fn range(&self, start: Expr, end: Expr, inclusive: bool, place: Place) -> Expr {
        self.expr(ExprKind::Range { start: Box::new(start), end: Box::new(end), inclusive }, place)
    }

    #[expect(clippy::vec_box, reason = "the parser moves single parameters, which are large")]
    pub(in crate::parser) fn closure(
        &self,
        params: Vec<Box<ClosureParam>>,
        body: Expr,
        place: Place,
    ) -> Expr {
        let params = params.into_iter().map(|param| *param).collect();
        self.expr(ExprKind::Closure { params, body: Box::new(body) }, place)
    }

    pub(in crate::parser) fn tuple_field(
        &mut self,
        base: Expr,
        (index_span, index): (Span, i64),
        place: Place,
    ) -> Expr {
        let Ok(index) = u32::try_from(index) else {
            self.report(
                Diagnostic::error(Code::BadNumber, "no tuple has that many elements").primary(index_span, ""),
            );
            return self.expr(ExprKind::Error, place);
        };
        self.expr(ExprKind::TupleField { base: Box::new(base), index, index_span }, place)
    }

    /// `(a, b)`, or `(a)`, which is `a` with a span that says so.
    pub(in crate::parser) fn parenthesised(&self, mut elements: Vec<Expr>, place: Place) -> Expr {
        match elements.pop() {
            Some(only) if elements.is_empty() => self.expr(only.kind, place),
            last => {
                elements.extend(last);
                self.expr(ExprKind::Tuple(elements), place)
            }
        }
    }

    pub(in crate::parser) fn list_or_map(&mut self, elements: Vec<ElementOfList>, place: Place) -> Expr {
        let is_map = matches!(elements.first(), Some(ElementOfList::Entry(..)));
        let (mut list, mut map) = (Vec::new(), Vec::new());
        for element in elements {
            match element {
                ElementOfList::Single(Expr { kind: ExprKind::Error, .. }) if is_map => {}
                ElementOfList::Single(value) if is_map => self.report(
                    Diagnostic::error(Code::UnexpectedToken, "an entry of a map lacks its value")
                        .primary(value.span, "")
                        .help("entries are written `key: value`"),
                ),
                ElementOfList::Single(value) => list.push(value),
                ElementOfList::Entry(entry) if is_map => map.push(*entry),
                ElementOfList::Entry(entry) => self.report(
                    Diagnostic::error(Code::UnexpectedToken, "an entry of a map among elements of a list")
                        .primary(entry.0.span.to(entry.1.span), ""),
                ),
            }
        }
        self.expr(if is_map { ExprKind::Map(map) } else { ExprKind::List(list) }, place)
    }

    pub(in crate::parser) fn assignment(
        &mut self,
        target: Expr,
        (op_span, op): (Span, Option<BinaryOp>),
        value: Expr,
        place: Place,
    ) -> Expr {
        if !is_assignable(&target) {
            let diagnostic = Diagnostic::error(Code::BadAssignmentTarget, "this can't be assigned to")
                .primary(target.span, "")
                .note("what stands left of `=` is a variable, a field, or an element `xs[i]`");
            self.report(match op {
                None => diagnostic.help("`==` compares"),
                Some(_) => diagnostic,
            });
        }
        self.expr(ExprKind::Assign { target: Box::new(target), op, op_span, value: Box::new(value) }, place)
    }

    pub(in crate::parser) fn block(
        &self,
        mut stmts: Vec<Stmt>,
        last: Option<Stmt>,
        (start, end): Place,
    ) -> Block {
        let value = match last.or_else(|| stmts.pop()) {
            Some(Stmt::Expr(value)) => Some(Box::new(value)),
            last => {
                stmts.extend(last);
                None
            }
        };
        Block { stmts, value, span: self.span(start, end) }
    }

    pub(in crate::parser) fn statement(&mut self, doc: Option<(Span, Arc<str>)>, stmt: Stmt) -> Stmt {
        self.refuse_doc(doc.map(|(span, _)| span), "a statement");
        stmt
    }

    pub(in crate::parser) fn match_arm(
        &mut self,
        doc: Option<(Span, Arc<str>)>,
        patterns: Vec<Pattern>,
        guard: Option<Expr>,
        body: Expr,
        (start, end): Place,
    ) -> MatchArm {
        self.refuse_doc(doc.map(|(span, _)| span), "an arm");
        MatchArm { pattern: alternatives(patterns), guard, body, span: self.span(start, end) }
    }

    fn refuse_doc(&mut self, doc: Option<Span>, what: &str) {
        if let Some(span) = doc {
            self.report(
                Diagnostic::error(Code::MisplacedDoc, format!("{what} can't be documented"))
                    .primary(span, "")
                    .help("begin the comment with `//`"),
            );
        }
    }
}

fn is_assignable(target: &Expr) -> bool {
    use ExprKind::{Error, Field, Index, Name, TupleField};
    matches!(target.kind, Name(_) | Field { .. } | TupleField { .. } | Index { .. } | Error)
}

#[expect(clippy::vec_box, reason = "the parser moves single branches, which are large")]
pub(in crate::parser) fn if_chain(
    first: Box<IfBranch>,
    more: Vec<Box<IfBranch>>,
    otherwise: Option<Block>,
) -> ExprKind {
    let mut branches = Vec::with_capacity(1 + more.len());
    branches.push(*first);
    branches.extend(more.into_iter().map(|branch| *branch));
    ExprKind::If { branches, otherwise: otherwise.map(Box::new) }
}

pub(in crate::parser) fn interpolated(mut parts: Vec<TextPart>) -> ExprKind {
    parts.retain(|part| !matches!(part, TextPart::Text(text) if text.is_empty()));
    ExprKind::Interpolated(parts)
}
