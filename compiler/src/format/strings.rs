//! Strings with interpolation.

use super::doc::{Doc, docs};
use super::printer::Printer;
use crate::ast::{Expr, TextPart};
use crate::lexer::Token;

impl<'a> Printer<'a> {
    /// Text as it is written, with formatted expressions in between. In a string that stands on one line they do, too.
    pub(super) fn interpolated(&mut self, parts: &[TextPart]) -> Doc<'a> {
        let start = self.cursor.start();
        let is_multi_line = self.cursor.text(start, start.saturating_add(3)) == "\"\"\"";
        let mut exprs = parts.iter().filter_map(|part| match part {
            TextPart::Expr(expr) => Some(expr),
            TextPart::Text(_) => None,
        });
        let mut docs = vec![self.token()];
        self.single_lines += usize::from(!is_multi_line);
        loop {
            match self.cursor.peek().map(|token| &token.token) {
                Some(Token::InterpolationOpen) => docs.push(self.interpolation(exprs.next())),
                Some(Token::StrText(_)) => docs.push(self.token()),
                _ => break,
            }
        }
        self.single_lines -= usize::from(!is_multi_line);
        let has_lines = self.cursor.text(start, self.cursor.start()).contains('\n');
        docs.push(self.token());
        // A comment that waits for the end of the line must not find it inside of the string.
        let fence = if has_lines && self.single_lines == 0 { Doc::fence() } else { Doc::nil() };
        docs![fence, Doc::concat(docs)]
    }

    /// `{e}`
    fn interpolation(&mut self, expr: Option<&Expr>) -> Doc<'a> {
        let open = self.token();
        let inner = docs![self.trailing_comments(), expr.map_or(Doc::nil(), |expr| self.value(expr))];
        let inner = docs![inner, self.inner_comments()];
        if inner.must_break() {
            docs![open, inner, Doc::fence(), self.token()]
        } else {
            docs![open, inner.flat(), self.token()]
        }
    }
}
