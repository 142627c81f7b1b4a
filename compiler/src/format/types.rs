//! Types as they are written.

use super::doc::{Doc, docs};
use super::printer::Printer;
use crate::ast::{TypeExpr, TypeKind};
use crate::lexer::Token;

impl<'a> Printer<'a> {
    pub(super) fn ty(&mut self, ty: &TypeExpr) -> Doc<'a> {
        self.ty_until(ty, ty.span.end)
    }

    /// A type whose text ends at `end`, which is before the end of its span inside of parentheses.
    fn ty_until(&mut self, ty: &TypeExpr, end: u32) -> Doc<'a> {
        let is_tuple = matches!(ty.kind, TypeKind::Tuple(_));
        if self.cursor.has_parentheses(is_tuple, end) {
            return self.parenthesised(is_tuple, |printer, end| printer.ty_until(ty, end));
        }
        match &ty.kind {
            TypeKind::Named { path, args } => {
                let name = self.tokens_until(path.span.end);
                if self.cursor.is_at(&Token::SquareOpen) && self.cursor.start() < end {
                    docs![name, self.types(args)]
                } else {
                    name
                }
            }
            TypeKind::Tuple(elements) => self.types(elements),
            TypeKind::Function { params, result } => {
                let head = docs![self.token(), self.types(params)];
                match result {
                    Some(result) => docs![head, " ", self.token(), " ", self.ty(result)],
                    None => head,
                }
            }
            TypeKind::Error => self.tokens_until(end),
        }
    }

    /// Types between brackets, of which the opening one is the next token.
    pub(super) fn types(&mut self, types: &[TypeExpr]) -> Doc<'a> {
        let list = self.list(|printer, at| match types.get(at) {
            Some(ty) => printer.ty(ty),
            None => Doc::nil(),
        });
        list.group()
    }

    /// `: Type`
    pub(super) fn annotation(&mut self, ty: &TypeExpr) -> Doc<'a> {
        docs![self.token(), " ", self.ty(ty)]
    }

    /// What stands in parentheses, whose opening one is the next token. They are left out where another pair follows
    /// right inside. `print` takes what is between them, given where it ends.
    pub(super) fn parenthesised(
        &mut self,
        is_tuple: bool,
        mut print: impl FnMut(&mut Self, u32) -> Doc<'a>,
    ) -> Doc<'a> {
        let end = self.cursor.contents_end().unwrap_or(u32::MAX);
        let has_comments = self.cursor.has_comments_at_brackets();
        let is_superfluous = is_tuple || self.cursor.is_doubly_parenthesised();
        if is_superfluous && !has_comments {
            self.cursor.skip();
            let inner = print(self, end);
            self.skip_all(&Token::Comma);
            self.cursor.skip();
            return inner;
        }
        let list = self.list(|printer, _| print(printer, end));
        list.parenthesis()
    }
}
