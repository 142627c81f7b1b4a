//! Blocks and statements.

use super::cursor::Gap;
use super::doc::{Doc, docs};
use super::printer::Printer;
use crate::ast::{Block, Expr, ExprKind, LetStmt, Stmt};
use crate::lexer::Token;

/// A block in pieces, for those who lay several out together.
pub(super) struct Braces<'a> {
    open: Doc<'a>,
    /// What is between the braces, beginning with a line; nothing if that is empty.
    inside: Doc<'a>,
    close: Doc<'a>,
    /// Its statements stand on lines of their own, whether there is room or not.
    pub(super) is_spread: bool,
}

impl<'a> Printer<'a> {
    /// `{ … }`: on one line if its author wrote it so, it holds one statement, and there is room.
    pub(super) fn block(&mut self, block: &Block) -> Doc<'a> {
        self.braces(block).group()
    }

    pub(super) fn braces(&mut self, block: &Block) -> Braces<'a> {
        let open = self.token();
        let is_spread = self.is_on_new_line() && !self.cursor.is_at(&Token::BraceClose);
        let mut inside = vec![self.trailing_comments()];
        self.skip_all(&Token::Semicolon);
        for (at, stmt) in block.stmts.iter().enumerate() {
            self.statement(at, &mut inside, |printer| printer.stmt(stmt));
        }
        if let Some(value) = &block.value {
            self.statement(block.stmts.len(), &mut inside, |printer| printer.statement_value(value));
        }
        let is_spread = is_spread
            || (block.stmts.len() + usize::from(block.value.is_some()) > 1 && self.single_lines == 0);
        inside.push(self.dangling_comments());
        let inside = if inside.iter().all(Doc::is_nil) { Doc::nil() } else { Doc::concat(inside) };
        Braces { open, inside, close: self.token(), is_spread }
    }

    /// Adds a statement, and what separates it from the one before.
    fn statement(&mut self, at: usize, docs: &mut Vec<Doc<'a>>, print: impl FnOnce(&mut Self) -> Doc<'a>) {
        if at == 0 {
            docs.push(Doc::line());
        } else {
            let separator = if self.begins_with_bars() { ";" } else { "" };
            let gap = if self.cursor.gap() == Gap::Empty { Doc::empty_line() } else { Doc::nil() };
            docs.push(Doc::if_broken(docs![separator, gap, Doc::hard_line()], "; ".into()));
        }
        docs.push(self.leading_comments());
        docs.push(print(self));
        docs.push(self.trailing_comments());
        self.skip_all(&Token::Semicolon);
        docs.push(self.trailing_comments());
    }

    /// Whether what follows begins with `||`, which would go on with the line before.
    pub(super) fn begins_with_bars(&self) -> bool {
        self.cursor.is_at(&Token::PipePipe)
            || (self.cursor.is_at(&Token::Pipe) && self.cursor.is_before(&Token::Pipe))
    }

    fn stmt(&mut self, stmt: &Stmt) -> Doc<'a> {
        match stmt {
            Stmt::Let(stmt) => self.let_stmt(stmt),
            Stmt::Expr(expr) => self.statement_value(expr),
        }
    }

    /// An expression as a statement.
    fn statement_value(&mut self, expr: &Expr) -> Doc<'a> {
        match expr.kind {
            ExprKind::Assign { .. } => self.assignment(expr),
            _ => self.expr(expr),
        }
    }

    fn let_stmt(&mut self, stmt: &LetStmt) -> Doc<'a> {
        let mut head = docs![self.token(), " ", self.pattern(&stmt.pattern)];
        if let Some(ty) = &stmt.ty {
            head = docs![head, self.annotation(ty)];
        }
        let equals = docs![head, " ", self.token()];
        let Some(otherwise) = &stmt.otherwise else {
            return docs![equals, self.value_after_line(&stmt.value)];
        };
        // The value keeps its parentheses: without them its last brace could take the `else` for its own.
        let value = docs![equals, " ", self.expr(&stmt.value)];
        docs![value, " ", self.token(), " ", self.block(otherwise)]
    }
}

impl<'a> Braces<'a> {
    /// By itself.
    pub(super) fn group(&self) -> Doc<'a> {
        if self.is_spread { self.contents().broken_group() } else { self.contents().group() }
    }

    /// With its statements on lines of their own.
    pub(super) fn broken(&self) -> Doc<'a> {
        self.contents().broken_group()
    }

    /// For a group around it.
    pub(super) fn contents(&self) -> Doc<'a> {
        if self.inside.is_nil() {
            return docs![&self.open, &self.close];
        }
        docs![&self.open, self.inside.clone().indent(), Doc::line(), &self.close]
    }
}
