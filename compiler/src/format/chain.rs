//! Calls, fields, indices and `?`, one behind the other.

use super::arguments::Huggable;
use super::doc::{Doc, docs};
use super::printer::Printer;
use crate::ast::{Expr, ExprKind};

/// A call of a method, with what stands between it and the next.
struct Link<'a> {
    /// Comments before the dot.
    comments: Doc<'a>,
    doc: Doc<'a>,
    /// The link broken right after the opening parenthesis of its last call, if it ends in one.
    broken: Option<Doc<'a>>,
}

impl<'a> Printer<'a> {
    /// What begins with anything and goes on with `.name`, `(…)`, `[…]` or `?`. Two or more calls of methods stand on
    /// lines of their own if they don't fit on one, or if the author began a new line before the first.
    pub(super) fn chain(&mut self, expr: &Expr) -> Huggable<'a> {
        let mut steps = Vec::new();
        let mut base = expr;
        while let Some(inner) = base_of(base)
            && (std::ptr::eq(base, expr) || !self.cursor.is_parenthesised_until(base.span.end))
        {
            steps.push(base);
            base = inner;
        }
        steps.reverse();
        let mut first_call = first_method(&steps);
        if self.names_module(base) && first_call == 0 {
            first_call = steps.len().min(1 + first_method(steps.get(1..).unwrap_or_default()));
        }
        let (head, methods) = steps.split_at(first_call);
        let mut head_link = Link { comments: Doc::nil(), doc: self.expr(base), broken: None };
        self.steps(&mut head_link, head);
        let is_spread = self.is_on_new_line();
        let links = self.links(methods);
        chained(head_link, links, is_spread)
    }

    fn links(&mut self, mut steps: &[&Expr]) -> Vec<Link<'a>> {
        let mut links = Vec::new();
        while let Some((_, after)) = steps.split_first() {
            let (link, rest) = steps.split_at(1 + first_method(after));
            let mut printed = Link { comments: self.inner_comments(), doc: Doc::nil(), broken: None };
            self.steps(&mut printed, link);
            links.push(printed);
            steps = rest;
        }
        links
    }

    fn steps(&mut self, link: &mut Link<'a>, steps: &[&Expr]) {
        for step in steps {
            let huggable = self.step(step);
            let so_far = std::mem::replace(&mut link.doc, Doc::nil());
            link.broken = huggable.broken.map(|broken| docs![so_far.clone(), broken]);
            link.doc = docs![so_far, huggable.doc];
        }
    }

    /// What a node of the chain adds to what stands before it.
    fn step(&mut self, expr: &Expr) -> Huggable<'a> {
        match &expr.kind {
            ExprKind::Call { base, args, .. } => self.arguments(base.as_deref(), args),
            ExprKind::TypeArgs { args, .. } => Huggable::rigid(self.types(args)),
            ExprKind::Index { index, .. } => {
                Huggable::rigid(self.list(|printer, _| printer.expr(index)).parenthesis())
            }
            ExprKind::Field { .. } | ExprKind::TupleField { .. } => {
                Huggable::rigid(docs![self.token(), self.token()])
            }
            // `?` stays with what it follows.
            _ => Huggable::rigid(self.token()),
        }
    }

    /// Whether an expression is the name of a type or of a module that the file uses, which a line is too long for.
    fn names_module(&self, expr: &Expr) -> bool {
        let ExprKind::Name(name) = &expr.kind else { return false };
        let name = name.as_str();
        name.starts_with(|c: char| c.is_ascii_uppercase()) || self.modules.contains(&name)
    }
}

/// How many steps there are before the first that names a method that is called.
fn first_method(steps: &[&Expr]) -> usize {
    let names_method = |pair: &[&Expr]| {
        let [step, next] = pair else { return false };
        is_method_name(step) && matches!(next.kind, ExprKind::Call { .. } | ExprKind::TypeArgs { .. })
    };
    steps.windows(2).position(names_method).unwrap_or(steps.len())
}

fn is_method_name(step: &Expr) -> bool {
    matches!(step.kind, ExprKind::Field { .. })
}

/// What stands before the last step of a chain.
fn base_of(expr: &Expr) -> Option<&Expr> {
    match &expr.kind {
        ExprKind::Call { callee, .. } => Some(callee),
        ExprKind::TypeArgs { base, .. }
        | ExprKind::Field { base, .. }
        | ExprKind::TupleField { base, .. }
        | ExprKind::Index { base, .. }
        | ExprKind::Try(base) => Some(base),
        _ => None,
    }
}

/// On one line, with the last call broken inside its parentheses if it must be, or a link a line.
fn chained<'a>(head: Link<'a>, mut links: Vec<Link<'a>>, is_spread: bool) -> Huggable<'a> {
    let has_comments = links.iter().any(|link| !link.comments.is_nil());
    let Some(last) = links.pop() else { return Huggable { doc: head.doc, broken: head.broken } };
    if links.is_empty() && !has_comments {
        let broken = last.broken.map(|broken| docs![&head.doc, broken]);
        return Huggable { doc: docs![head.doc, last.doc], broken };
    }
    let before: Vec<_> =
        std::iter::once(&head.doc).chain(links.iter().map(|link| &link.doc)).cloned().collect();
    let before = Doc::concat(before);
    links.push(last);
    let mut lines = Vec::new();
    for link in &links {
        lines.extend([link.comments.clone(), Doc::hard_line(), link.doc.clone()]);
    }
    let spread = docs![&head.doc, Doc::concat(lines).indent()];
    if is_spread || has_comments || before.must_break() {
        return Huggable::rigid(spread);
    }
    let last = links.pop().map_or(Doc::nil(), |link| link.doc);
    let one_line = docs![before, last];
    let layouts = if one_line.must_break() { vec![one_line, spread] } else { vec![one_line.group(), spread] };
    Huggable::rigid(Doc::first_fitting(layouts))
}
