//! Lists, maps, tuples and the arguments of calls; and what may stand on the line of the brackets around it.

use super::doc::{Doc, docs};
use super::list::List;
use super::printer::Printer;
use crate::ast::{Argument, Expr, ExprKind};

/// The longest element of a list, in bytes, of which several stand on a line.
const SHORT_MAX: u32 = 12;

/// An expression that can be broken inside of its brackets while what is around them is not.
pub(super) struct Huggable<'a> {
    /// As it is best by itself.
    pub(super) doc: Doc<'a>,
    /// Broken right after its opening bracket; none if it doesn't end in one.
    pub(super) broken: Option<Doc<'a>>,
}

impl<'a> Huggable<'a> {
    /// What doesn't end in a bracket.
    pub(super) fn rigid(doc: Doc<'a>) -> Self {
        Self { doc, broken: None }
    }

    fn list(list: &List<'a>) -> Self {
        let broken = (list.len() > 0).then(|| list.broken());
        Self { doc: list.group(), broken }
    }

    /// With something before it.
    pub(super) fn after(self, head: &Doc<'a>) -> Self {
        Self {
            doc: docs![head.clone(), self.doc],
            broken: self.broken.map(|broken| docs![head.clone(), broken]),
        }
    }
}

impl<'a> Printer<'a> {
    /// A value, with the layout that it has as the last argument of a call.
    pub(super) fn huggable(&mut self, expr: &Expr) -> Huggable<'a> {
        if self.cursor.is_parenthesised_until(expr.span.end) && !matches!(expr.kind, ExprKind::Tuple(_)) {
            return Huggable::rigid(self.value(expr));
        }
        match &expr.kind {
            ExprKind::List(elements) => self.list_literal(elements),
            ExprKind::Map(entries) => self.map_literal(entries),
            ExprKind::Tuple(elements) if !self.cursor.has_parentheses(true, expr.span.end) => {
                self.tuple(elements)
            }
            ExprKind::Closure { params, body } => self.closure(params, body),
            ExprKind::Block(block) => {
                let braces = self.braces(block);
                Huggable { doc: braces.group(), broken: Some(braces.broken()) }
            }
            ExprKind::Match { .. } => {
                let doc = self.value(expr);
                Huggable { broken: doc.must_break().then(|| doc.clone()), doc }
            }
            ExprKind::Call { .. } => self.chain(expr),
            _ => Huggable::rigid(self.value(expr)),
        }
    }

    /// `(a, b)` behind what is called.
    pub(super) fn arguments(&mut self, base: Option<&Expr>, args: &[Argument]) -> Huggable<'a> {
        let mut last = None;
        let before = usize::from(base.is_some());
        let list = self.list(|printer, at| {
            last = None;
            if let (0, Some(base)) = (at, base) {
                return docs![printer.token(), printer.value(base)];
            }
            let Some(argument) = args.get(at - before) else { return Doc::nil() };
            let label = match argument.label {
                Some(_) => docs![printer.token(), printer.token(), " "],
                None => Doc::nil(),
            };
            let value = printer.huggable(&argument.value).after(&label);
            if args.len() + before == 1 || is_bracketed(&argument.value) {
                last = value.broken;
            }
            value.doc
        });
        if list.len() == 0 {
            return Huggable::rigid(list.group());
        }
        let mut layouts = Vec::new();
        let group = list.group();
        if !group.must_break() {
            layouts.push(group);
        }
        if let Some(last) = last.filter(|_| list.can_hug()) {
            layouts.push(list.hugging(last));
        }
        layouts.push(list.broken());
        Huggable {
            doc: Doc::first_fitting(layouts.clone()),
            broken: Some(Doc::first_fitting(broken(layouts))),
        }
    }

    /// `[a, b]`
    pub(super) fn list_literal(&mut self, elements: &[Expr]) -> Huggable<'a> {
        let are_short = !elements.is_empty() && elements.iter().all(is_short);
        let list =
            self.list(|printer, at| elements.get(at).map_or(Doc::nil(), |element| printer.value(element)));
        if are_short && list.len() > 1 && !list.has_comments() {
            let doc = list.filled();
            return Huggable { broken: Some(doc.clone().broken_group()), doc };
        }
        Self::bracketed(&list)
    }

    /// `["a": 1]`, `[:]`
    pub(super) fn map_literal(&mut self, entries: &[(Expr, Expr)]) -> Huggable<'a> {
        let list = self.list(|printer, at| match entries.get(at) {
            Some((key, value)) => docs![printer.expr(key), printer.token(), " ", printer.value(value)],
            None => printer.token(),
        });
        if entries.is_empty() {
            return Huggable::rigid(list.parenthesis());
        }
        Self::bracketed(&list)
    }

    pub(super) fn tuple(&mut self, elements: &[Expr]) -> Huggable<'a> {
        let list =
            self.list(|printer, at| elements.get(at).map_or(Doc::nil(), |element| printer.value(element)));
        Huggable::list(&list)
    }

    /// A literal whose elements stand on lines of their own if its author began a new line after the bracket.
    fn bracketed(list: &List<'a>) -> Huggable<'a> {
        let huggable = Huggable::list(list);
        match (list.is_spread, huggable.broken) {
            (true, Some(broken)) => Huggable { doc: broken.clone(), broken: Some(broken) },
            (_, broken) => Huggable { broken, ..huggable },
        }
    }
}

/// The layouts that have to break.
fn broken(layouts: Vec<Doc<'_>>) -> Vec<Doc<'_>> {
    layouts.into_iter().filter(Doc::must_break).collect()
}

/// Whether an argument can stand broken on the line of a call's parenthesis even beside others.
fn is_bracketed(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Closure { body, .. } => is_bracketed(body) || matches!(body.kind, ExprKind::Call { .. }),
        ExprKind::List(_) | ExprKind::Map(_) | ExprKind::Block(_) | ExprKind::Match { .. } => true,
        _ => false,
    }
}

/// Whether an element is so short that several stand on a line.
fn is_short(expr: &Expr) -> bool {
    use ExprKind::{Bool, Bytes, Float, Int, Name, Str};
    let is_literal = match &expr.kind {
        ExprKind::Unary { operand, .. } => matches!(operand.kind, Int(_) | Float(_)),
        kind => matches!(kind, Int(_) | Float(_) | Bool(_) | Str(_) | Bytes(_) | Name(_)),
    };
    is_literal && expr.span.end - expr.span.start <= SHORT_MAX
}
