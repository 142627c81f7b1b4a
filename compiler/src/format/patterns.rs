//! Patterns.

use super::cursor::Gap;
use super::doc::{Doc, docs};
use super::printer::Printer;
use crate::ast::{Pattern, PatternKind};
use crate::lexer::Token;

impl<'a> Printer<'a> {
    pub(super) fn pattern(&mut self, pattern: &Pattern) -> Doc<'a> {
        self.pattern_until(pattern, pattern.span.end)
    }

    fn pattern_until(&mut self, pattern: &Pattern, end: u32) -> Doc<'a> {
        let is_tuple = matches!(pattern.kind, PatternKind::Tuple(_));
        if self.cursor.has_parentheses(is_tuple, end) {
            return self.parenthesised(is_tuple, |printer, end| printer.pattern_until(pattern, end));
        }
        match &pattern.kind {
            PatternKind::Bind { pattern: Some(inner), .. } => {
                docs![self.token(), " ", self.token(), " ", self.pattern(inner)]
            }
            PatternKind::Constructor { path, fields: Some(fields), .. } => {
                let name = self.tokens_until(path.span.end);
                let list = self.list(|printer, at| match fields.get(at) {
                    Some(field) if field.label.is_some() => {
                        docs![printer.token(), printer.token(), " ", printer.pattern(&field.pattern)]
                    }
                    Some(field) => printer.pattern(&field.pattern),
                    None => printer.token(),
                });
                docs![name, list.group()]
            }
            PatternKind::Tuple(elements) => {
                let list = self.list(|printer, at| match elements.get(at) {
                    Some(element) => printer.pattern(element),
                    None => Doc::nil(),
                });
                list.group()
            }
            PatternKind::List { before, after, .. } => {
                let mut elements = before.iter().chain(after);
                let list = self.list(|printer, _| {
                    if printer.cursor.is_at(&Token::DotDot) {
                        return printer.rest();
                    }
                    elements.next().map_or(Doc::nil(), |element| printer.pattern(element))
                });
                list.group()
            }
            PatternKind::Or(alternatives) => self.alternatives(alternatives),
            PatternKind::Wildcard
            | PatternKind::Bind { pattern: None, .. }
            | PatternKind::Int(_)
            | PatternKind::Float(_)
            | PatternKind::Bool(_)
            | PatternKind::Str(_)
            | PatternKind::Bytes(_)
            | PatternKind::Constructor { fields: None, .. }
            | PatternKind::Error => self.tokens_until(end),
        }
    }

    /// `..` or `..rest`
    fn rest(&mut self) -> Doc<'a> {
        let dots = self.token();
        let has_name = !self.cursor.is_at(&Token::Comma) && !self.cursor.is_at(&Token::SquareClose);
        if has_name && self.cursor.gap_before(self.cursor.start()) == Gap::None {
            docs![dots, self.token()]
        } else {
            dots
        }
    }

    /// `a | b`, broken behind the `|`, before which a line break would separate.
    fn alternatives(&mut self, alternatives: &[Pattern]) -> Doc<'a> {
        let mut docs = Vec::new();
        for (at, alternative) in alternatives.iter().enumerate() {
            if at > 0 {
                docs.extend([" ".into(), self.token(), self.inner_comments(), Doc::line()]);
            }
            docs.push(self.pattern(alternative));
        }
        Doc::concat(docs).indent().group()
    }
}
