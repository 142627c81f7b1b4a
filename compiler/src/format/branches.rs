//! `if`, `match` and loops.

use super::doc::{Doc, docs};
use super::printer::Printer;
use crate::ast::{Block, Condition, Expr, ExprKind, IfBranch, MatchArm, Pattern, PatternKind};
use crate::lexer::Token;

/// How far the lines of a condition are indented beyond its keyword, in steps: further than the block's.
const CONDITION_STEPS: u16 = 2;

impl<'a> Printer<'a> {
    /// A chain of `if`s: all blocks on one line, or all with their statements on lines of their own.
    pub(super) fn if_chain(&mut self, branches: &[IfBranch], otherwise: Option<&Block>) -> Doc<'a> {
        let mut chain = Vec::new();
        let mut is_spread = false;
        for (at, branch) in branches.iter().enumerate() {
            if at > 0 {
                chain.push(self.otherwise());
            }
            chain.extend([self.token(), self.condition(&branch.condition), " ".into()]);
            let braces = self.braces(&branch.body);
            is_spread |= braces.is_spread;
            chain.push(braces.contents());
        }
        if let Some(block) = otherwise {
            chain.push(self.otherwise());
            let braces = self.braces(block);
            is_spread |= braces.is_spread;
            chain.push(braces.contents());
        }
        let chain = Doc::concat(chain);
        if is_spread { chain.broken_group() } else { chain.group() }
    }

    /// ` else `, on a new line if there are comments before it.
    fn otherwise(&mut self) -> Doc<'a> {
        let comments = self.inner_comments();
        let gap = if comments.is_nil() { " ".into() } else { Doc::hard_line() };
        docs![comments, gap, self.token(), " "]
    }

    /// ` condition`
    fn condition(&mut self, condition: &Condition) -> Doc<'a> {
        let condition = match condition {
            Condition::Expr(expr) => self.operand_alone(expr),
            Condition::Let { pattern, value, .. } => {
                let head = docs![self.token(), " ", self.pattern(pattern), " ", self.token()];
                docs![head, " ", self.operand_alone(value)]
            }
        };
        docs![" ", condition].indent_by(CONDITION_STEPS - 1)
    }

    pub(super) fn while_loop(&mut self, condition: &Condition, body: &Block) -> Doc<'a> {
        docs![self.token(), self.condition(condition), " ", self.block(body)]
    }

    pub(super) fn for_loop(&mut self, pattern: &Pattern, iterable: &Expr, body: &Block) -> Doc<'a> {
        let head = docs![self.token(), " ", self.pattern(pattern), " ", self.token(), " "];
        let iterable = self.operand_alone(iterable).indent_by(CONDITION_STEPS - 1);
        docs![head, iterable, " ", self.block(body)]
    }

    pub(super) fn match_on(&mut self, scrutinee: &Expr, arms: &[MatchArm]) -> Doc<'a> {
        let head = docs![self.token(), " ", self.operand_alone(scrutinee), " "];
        let arms = self.list(|printer, at| arms.get(at).map_or(Doc::nil(), |arm| printer.arm(arm)));
        docs![head, arms.braced()]
    }

    fn arm(&mut self, arm: &MatchArm) -> Doc<'a> {
        self.skip_all(&Token::Pipe);
        let mut head = self.arm_pattern(&arm.pattern);
        if let Some(guard) = &arm.guard {
            let guard =
                docs![self.inner_comments(), Doc::line(), self.token(), " ", self.operand_alone(guard)];
            head = docs![head, guard.indent().group()];
        }
        docs![head, " ", self.token(), self.arm_body(&arm.body)]
    }

    /// The alternatives of an arm may stand on lines of their own.
    fn arm_pattern(&mut self, pattern: &Pattern) -> Doc<'a> {
        let PatternKind::Or(alternatives) = &pattern.kind else { return self.pattern(pattern) };
        let mut docs = Vec::new();
        for (at, alternative) in alternatives.iter().enumerate() {
            if at > 0 {
                docs.extend([self.inner_comments(), Doc::line(), self.token(), " ".into()]);
            }
            docs.push(self.pattern(alternative));
        }
        Doc::concat(docs).group()
    }

    /// What stands behind the arrow: on its line, or on the next if that is enough to have it on one line.
    fn arm_body(&mut self, body: &Expr) -> Doc<'a> {
        if self.cursor.next_comment().is_some() {
            return self.value_after_line(body);
        }
        let printed = match body.kind {
            ExprKind::Assign { .. } => self.assignment(body),
            _ => self.value(body),
        };
        match body.kind {
            ExprKind::Block(_) | ExprKind::Closure { .. } => docs![" ", printed],
            _ => printed.space_or_next_line(),
        }
    }
}
