//! Blocks and statements.

use super::function::FunctionGen;
use super::goal::Goal;
use crate::typed::{Block, Expr, ExprKind, LocalId, Pattern, PatternKind, Stmt, StmtKind};

impl<'p> FunctionGen<'_, 'p> {
    /// Statements, and the value of the last expression.
    pub(super) fn block(&mut self, block: &'p Block, goal: Goal) {
        let scope = self.open_scope();
        for stmt in &block.stmts {
            if !self.code.is_reachable() {
                break;
            }
            self.stmt(stmt);
        }
        match &block.value {
            Some(value) => self.gen_expr(value, goal),
            None => self.give_unit(goal),
        }
        self.close_scope(scope);
    }

    pub(super) fn stmt(&mut self, stmt: &'p Stmt) {
        self.at(stmt.span);
        match &stmt.kind {
            StmtKind::Let(pattern, value) => self.let_pattern(pattern, value),
            StmtKind::LetElse(pattern, value, otherwise) => self.let_else(pattern, value, otherwise),
            StmtKind::Assign(place, value) => self.assign(place, value),
            StmtKind::AssignOp(place, op, value) => self.assign_op(place, *op, value),
            StmtKind::Expr(expr) => self.gen_expr(expr, Goal::Discard),
            StmtKind::While(condition, body) => self.while_loop(condition, body),
            StmtKind::WhileLet(pattern, value, body) => self.while_let(pattern, value, body),
            StmtKind::ForRange { pattern, start, end, inclusive, body } => {
                self.for_range(pattern, (start, end, *inclusive), body);
            }
            StmtKind::ForList(pattern, list, body) => self.for_list(pattern, list, body),
            StmtKind::ForTable(pattern, table, body) => self.for_table(pattern, table, body),
            StmtKind::ForInbox(pattern, inbox, body) => self.for_inbox(pattern, inbox, body),
            StmtKind::ForFn(pattern, function, body) => self.for_fn(pattern, function, body),
        }
    }

    fn let_pattern(&mut self, pattern: &'p Pattern, value: &'p Expr) {
        match &pattern.kind {
            PatternKind::Wildcard => self.gen_expr(value, Goal::Discard),
            PatternKind::Bind(id, None) => self.let_local(*id, value),
            _ if self.split_let(pattern, value, None) => {}
            _ => {
                let mut subject = self.subject(value, [pattern]);
                self.test(pattern, &mut subject, None);
                self.bind(pattern, &mut subject);
            }
        }
    }

    fn let_local(&mut self, id: LocalId, value: &'p Expr) {
        if self.is_boxed(id) {
            let first = self.operand(value);
            self.declare_cell(id, first.reg);
            return self.release(first);
        }
        if let ExprKind::Local(of) = value.kind
            && self.is_constant(of)
            && self.is_constant(id)
        {
            let shared = self.binding(of);
            return self.bind_local(id, shared);
        }
        let reg = self.declare(id);
        self.gen_expr(value, Goal::To(reg));
    }

    fn let_else(&mut self, pattern: &'p Pattern, value: &'p Expr, otherwise: &'p Expr) {
        let (fails, done) = (self.code.label(), self.code.label());
        if self.split_let(pattern, value, Some(fails)) {
            self.jump(done);
            self.code.bind(fails);
            self.gen_expr(otherwise, Goal::Discard);
            return self.code.bind(done);
        }
        let mut subject = self.subject(value, [pattern]);
        if self.test_or_go_on(pattern, &mut subject, done) {
            self.gen_expr(otherwise, Goal::Discard);
            self.code.bind(done);
            return self.bind(pattern, &mut subject);
        }
        self.test(pattern, &mut subject, Some(fails));
        self.bind(pattern, &mut subject);
        self.jump(done);
        self.code.bind(fails);
        self.gen_expr(otherwise, Goal::Discard);
        self.code.bind(done);
    }
}
