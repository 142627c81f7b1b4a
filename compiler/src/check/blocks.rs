//! Blocks and `let`.

use super::body::{Body, Expr, ExprKind, Stmt, unit};
use super::locals::LocalKind;
use super::types::T;
use super::why::{Expect, Why};
use crate::ast::{self, LetStmt};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use crate::typed::{self, StmtKind};

impl Body<'_, '_> {
    /// A block, in a scope of its own.
    pub(super) fn block(&mut self, block: &ast::Block, expect: Expect<'_>) -> Expr {
        let mark = self.locals.enter();
        let checked = self.block_here(block, expect);
        self.locals.leave(mark);
        checked
    }

    /// A block, in the scope that the caller has begun.
    pub(super) fn block_here(&mut self, block: &ast::Block, expect: Expect<'_>) -> Expr {
        let span = block.span;
        let mut stmts = Vec::with_capacity(block.stmts.len());
        let mut ends = false;
        for stmt in &block.stmts {
            let (stmt, never) = self.stmt(stmt);
            self.warn_unreachable(&mut ends, never, stmt.span, block);
            stmts.push(stmt);
        }
        let Some(value) = &block.value else {
            let ty = if ends { T::NEVER } else { T::UNIT };
            let found = Expr { kind: ExprKind::Block(typed::Block { stmts, value: None }), ty, span };
            return match expect {
                Expect::Type(t, why) => self.fit_empty_block(found, t, why, block),
                Expect::Any | Expect::Drop => found,
            };
        };
        if is_unit_context(self, expect) {
            let (kind, ty) = self.statement(value);
            if let StmtKind::Expr(value) = &kind {
                self.warn_uncalled(value);
            }
            stmts.push(Stmt { kind, span: value.span });
            let ty = if ends { T::NEVER } else { ty };
            return Expr { kind: ExprKind::Block(typed::Block { stmts, value: None }), ty, span };
        }
        let value = Box::new(self.expr(value, expect));
        let ty = value.ty;
        Expr { kind: ExprKind::Block(typed::Block { stmts, value: Some(value) }), ty, span }
    }

    /// A block without a value, where one is expected.
    fn fit_empty_block(&mut self, found: Expr, t: T, why: &Why, block: &ast::Block) -> Expr {
        let end = Span::new(block.span.file, block.span.end.saturating_sub(1), block.span.end);
        if self.fits(found.ty, t, end, why) { found } else { Expr { ty: T::ERROR, ..found } }
    }

    fn warn_unreachable(&mut self, ends: &mut bool, never: bool, span: Span, block: &ast::Block) {
        if !never || *ends {
            return;
        }
        *ends = true;
        let following = block.stmts.iter().map(stmt_span).chain(block.value.as_ref().map(|value| value.span));
        if let Some(next) = following.into_iter().find(|next| next.start >= span.end) {
            let message = "this is never reached";
            let diagnostic = Diagnostic::warning(Code::Unreachable, message).primary(next, "");
            self.cx.report(diagnostic.secondary(span, "nothing goes on after this"));
        }
    }

    /// A statement, and whether it never comes to its end.
    fn stmt(&mut self, stmt: &ast::Stmt) -> (Stmt, bool) {
        match stmt {
            ast::Stmt::Let(stmt) => self.let_stmt(stmt),
            ast::Stmt::Expr(e) => {
                let (kind, ty) = self.statement(e);
                if let StmtKind::Expr(value) = &kind {
                    self.warn_pointless(value);
                }
                (Stmt { kind, span: e.span }, ty == T::NEVER)
            }
        }
    }

    fn let_stmt(&mut self, stmt: &LetStmt) -> (Stmt, bool) {
        let value = match &stmt.ty {
            Some(written) => {
                let t = self.written(written);
                let value = self.expr_of(&stmt.value, t, &Why::Annotation(written.span));
                Expr { ty: if self.is_never(value.ty) { value.ty } else { t }, ..value }
            }
            None => self.expr(&stmt.value, Expect::Any),
        };
        let never = self.is_never(value.ty);
        let otherwise = stmt.otherwise.as_ref().map(|block| self.diverging(block));
        let kind = if stmt.mutable { LocalKind::Var } else { LocalKind::Let };
        let pattern = self.pattern(&stmt.pattern, value.ty, stmt.value.span, kind);
        let kind = match otherwise {
            Some(otherwise) => StmtKind::LetElse(pattern, Box::new(value), Box::new(otherwise)),
            None => StmtKind::Let(pattern, value),
        };
        (Stmt { kind, span: stmt.span }, never)
    }

    fn diverging(&mut self, block: &ast::Block) -> Expr {
        let checked = self.block(block, Expect::Any);
        if !self.is_never(checked.ty) && self.shallow(checked.ty) != T::ERROR {
            let message = "the `else` of a `let` must not go on to what follows";
            let diagnostic =
                Diagnostic::error(Code::LetElseGoesOn, message).primary(block.span, "this comes to its end");
            self.cx.report(diagnostic.help("end it with `return`, `break`, `continue` or `panic(…)`"));
        }
        checked
    }

    /// An expression whose value is dropped, so that `()` comes of it.
    pub(super) fn dropped(&mut self, e: &ast::Expr) -> Expr {
        let value = self.expr(e, Expect::Drop);
        let span = value.span;
        if self.shallow(value.ty) == T::UNIT || self.is_never(value.ty) {
            return value;
        }
        let stmts = vec![Stmt { kind: StmtKind::Expr(value), span }];
        let value = Some(Box::new(unit(span)));
        Expr { kind: ExprKind::Block(typed::Block { stmts, value }), ty: T::UNIT, span }
    }
}

/// Whether a block's value is not used: nothing is done with it, or `()` is expected, which any value may become.
fn is_unit_context(body: &Body<'_, '_>, expect: Expect<'_>) -> bool {
    match expect {
        Expect::Any => false,
        Expect::Drop => true,
        Expect::Type(t, _) => body.shallow(t) == T::UNIT,
    }
}

fn stmt_span(stmt: &ast::Stmt) -> Span {
    match stmt {
        ast::Stmt::Let(stmt) => stmt.span,
        ast::Stmt::Expr(e) => e.span,
    }
}
