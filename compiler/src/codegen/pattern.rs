//! Patterns: their tests, then what they bind.
//!
//! A pattern is gone through twice. `test` asks what it has to and jumps away where the value doesn't match; `bind` gives
//! names to parts, loading those that no test needed. Where only one outcome is left there is nothing to test: then
//! `test` is told no place to go to.

use mob_vm::bytecode::{Instr, Op, TypeId};

use super::asm::Label;
use super::expr::small;
use super::function::FunctionGen;
use super::module::PoolConstant;
use super::registers::Reg;
use super::subject::{Part, Subject};
use crate::typed::{LocalId, Pattern, PatternKind};

impl<'p> FunctionGen<'_, 'p> {
    /// Goes to `fails` unless the subject matches. Without such a place the subject is known to match. The names of
    /// alternatives are bound here, since only here it is known which of them matched.
    pub(super) fn test(&mut self, pattern: &'p Pattern, subject: &mut Subject, fails: Option<Label>) {
        match &pattern.kind {
            PatternKind::Wildcard | PatternKind::Unit | PatternKind::Bind(_, None) => {}
            PatternKind::Bind(_, Some(inner)) => self.test(inner, subject, fails),
            PatternKind::Fields(fields) => {
                self.test_parts(
                    fields.iter().map(|(index, pattern)| (Part::Field(*index), pattern)),
                    subject,
                    fails,
                );
            }
            PatternKind::Variant(tag, _) => {
                if let (Some(fails), Some(reg)) = (fails, subject.reg())
                    && self.module.types.variant_count(self.registers.ty(reg)) > 1
                {
                    self.jump_if(Op::JumpNotTag, reg, *tag as u16, fails);
                }
                self.test_payload(pattern, subject, fails);
            }
            PatternKind::List { front, rest, back } => {
                self.test_list((front, rest.is_some(), back), subject, fails);
            }
            PatternKind::Or(alternatives) => self.test_alternatives(alternatives, subject, fails),
            PatternKind::Int(_)
            | PatternKind::Float(_)
            | PatternKind::Bool(_)
            | PatternKind::Str(_)
            | PatternKind::Bytes(_) => {
                if let (Some(fails), Some(reg)) = (fails, subject.reg()) {
                    self.test_literal(&pattern.kind, reg, (fails, false));
                }
            }
        }
    }

    /// The tests of what a variant carries, its tag being known.
    pub(super) fn test_payload(&mut self, pattern: &'p Pattern, subject: &mut Subject, fails: Option<Label>) {
        match &pattern.kind {
            PatternKind::Bind(_, Some(inner)) => self.test_payload(inner, subject, fails),
            PatternKind::Variant(tag, carried) => {
                let parts = carried.iter().map(|(field, pattern)| (Part::Payload(*tag, *field), pattern));
                self.test_parts(parts, subject, fails);
            }
            _ => {}
        }
    }

    fn test_parts(
        &mut self,
        parts: impl Iterator<Item = (Part, &'p Pattern)>,
        subject: &mut Subject,
        fails: Option<Label>,
    ) {
        for (part, pattern) in parts.filter(|(_, pattern)| is_tested(pattern, fails.is_some())) {
            let ty = self.ty(&pattern.ty);
            if let Some(part) = self.part(subject, part, ty) {
                self.test(pattern, part, fails);
            }
        }
    }

    /// Goes to a place if the subject is the literal, or where the flag is false, if it is not.
    fn test_literal(&mut self, literal: &PatternKind, reg: Reg, (target, when): (Label, bool)) {
        let constant = match literal {
            PatternKind::Bool(value) => return self.jump_on(reg, *value == when, target),
            PatternKind::Int(value) => match small(*value) {
                Some(value) => {
                    let op = if when { Op::JumpEqSmall } else { Op::JumpNeSmall };
                    return self.jump_if(op, reg, value as u16, target);
                }
                None => PoolConstant::Int(*value),
            },
            PatternKind::Float(value) => PoolConstant::Float(mob_vm::layout::float_bits(*value)),
            PatternKind::Str(text) => PoolConstant::Str(text.clone()),
            PatternKind::Bytes(bytes) => PoolConstant::Bytes(bytes.clone()),
            _ => return,
        };
        let ty = self.registers.ty(reg);
        let value = self.temporary(ty);
        self.constant(value.reg, constant);
        self.branch_values(crate::typed::Binary::Eq, reg, value.reg, (target, when));
        self.release(value);
    }

    fn test_list(
        &mut self,
        (front, has_rest, back): (&'p [Pattern], bool, &'p [Pattern]),
        subject: &mut Subject,
        fails: Option<Label>,
    ) {
        let int = self.int_ty();
        let count = (front.len() + back.len()) as i64;
        if let Some(fails) = fails
            && (count > 0 || !has_rest)
            && let Some(length) = self.part(subject, Part::Length, int).and_then(|length| length.reg())
        {
            self.test_length(length, count, has_rest, fails);
        }
        self.test_parts(list_parts(front, back), subject, fails);
    }

    fn test_length(&mut self, length: Reg, count: i64, has_rest: bool, fails: Label) {
        if let Some(count) = small(count) {
            let op = if has_rest { Op::JumpLtSmall } else { Op::JumpNeSmall };
            return self.jump_if(op, length, count as u16, fails);
        }
        let int = self.int_ty();
        let wanted = self.temporary(int);
        self.const_int(wanted.reg, count);
        let op = if has_rest { Op::JumpLtInt } else { Op::JumpNeWord };
        self.jump_if(op, length, wanted.reg.0, fails);
        self.release(wanted);
    }

    fn test_alternatives(
        &mut self,
        alternatives: &'p [Pattern],
        subject: &mut Subject,
        fails: Option<Label>,
    ) {
        let Some((last, others)) = alternatives.split_last() else { return };
        let binds = binds_names(last);
        if fails.is_none() && !binds {
            return;
        }
        let matched = self.code.label();
        for alternative in others {
            let mut subject = subject.afresh();
            if !binds && self.test_or_go_on(alternative, &mut subject, matched) {
                continue;
            }
            let next = self.code.label();
            self.test(alternative, &mut subject, Some(next));
            self.bind_alternative(alternative, &mut subject);
            self.jump(matched);
            self.code.bind(next);
        }
        let mut subject = subject.afresh();
        self.test(last, &mut subject, fails);
        self.bind_alternative(last, &mut subject);
        self.code.bind(matched);
    }

    /// Names of alternatives have registers of their own, the same whichever matched.
    fn bind_alternative(&mut self, alternative: &'p Pattern, subject: &mut Subject) {
        self.bind_each(alternative, subject, true);
    }

    /// Goes to `matched` if the subject matches, if that takes one jump; otherwise does nothing and says `false`.
    pub(super) fn test_or_go_on(
        &mut self,
        pattern: &'p Pattern,
        subject: &mut Subject,
        matched: Label,
    ) -> bool {
        let Some(reg) = subject.reg() else { return false };
        match &pattern.kind {
            PatternKind::Variant(tag, carried)
                if !carried.iter().any(|(_, inner)| is_tested(inner, true)) =>
            {
                self.jump_if(Op::JumpTag, reg, *tag as u16, matched);
                true
            }
            PatternKind::Int(_) | PatternKind::Bool(_) | PatternKind::Str(_) | PatternKind::Bytes(_) => {
                self.test_literal(&pattern.kind, reg, (matched, true));
                true
            }
            _ => false,
        }
    }

    /// Gives the pattern's names to what they stand for. The tests have been made.
    pub(super) fn bind(&mut self, pattern: &'p Pattern, subject: &mut Subject) {
        self.bind_each(pattern, subject, false);
    }

    fn bind_each(&mut self, pattern: &'p Pattern, subject: &mut Subject, is_alternative: bool) {
        match &pattern.kind {
            PatternKind::Bind(id, inner) => {
                self.bind_name(*id, subject, is_alternative);
                if let Some(inner) = inner {
                    self.bind_each(inner, subject, is_alternative);
                }
            }
            PatternKind::Fields(fields) => {
                let parts = fields.iter().map(|(index, pattern)| (Part::Field(*index), pattern));
                self.bind_parts(parts, subject, is_alternative);
            }
            PatternKind::Variant(tag, carried) => {
                let parts = carried.iter().map(|(field, pattern)| (Part::Payload(*tag, *field), pattern));
                self.bind_parts(parts, subject, is_alternative);
            }
            PatternKind::List { front, rest, back } => {
                self.bind_parts(list_parts(front, back), subject, is_alternative);
                if let Some(Some(id)) = rest {
                    self.bind_rest(*id, (front.len(), back.len()), subject, is_alternative);
                }
            }
            // Those of alternatives are bound where they are tested.
            _ => {}
        }
    }

    fn bind_parts(
        &mut self,
        parts: impl Iterator<Item = (Part, &'p Pattern)>,
        subject: &mut Subject,
        is_alternative: bool,
    ) {
        for (part, pattern) in parts.filter(|(_, pattern)| binds_names(pattern) && !is_or(pattern)) {
            let ty = self.ty(&pattern.ty);
            if let Some(part) = self.part(subject, part, ty) {
                self.bind_each(pattern, part, is_alternative);
            }
        }
    }

    fn bind_name(&mut self, id: LocalId, subject: &Subject, is_alternative: bool) {
        let Some(reg) = subject.reg() else { return };
        if self.is_boxed(id) {
            let cell = self.own_register(id, is_alternative);
            let ty = self.registers.ty(cell);
            self.code.emit(Instr::with_xb(Op::NewCell, cell.0, ty.0, reg.0));
        } else if !is_alternative && subject.may_be_shared(self.is_constant(id)) {
            self.bind_local(id, reg);
        } else {
            let own = self.own_register(id, is_alternative);
            self.move_to(own, reg);
        }
    }

    fn bind_rest(
        &mut self,
        id: LocalId,
        (front, back): (usize, usize),
        subject: &mut Subject,
        is_alternative: bool,
    ) {
        let Some(list) = subject.reg() else { return };
        let (int, list_ty) = (self.int_ty(), self.registers.ty(list));
        let (from, to, rest) = (self.temporary(int), self.temporary(int), self.temporary(list_ty));
        self.const_int(from.reg, front as i64);
        self.emit(Op::ListLen, to.reg, list.0, 0);
        if back > 0 {
            self.subtract(to.reg, back as i64);
        }
        self.emit(Op::ListSlice, rest.reg, list.0, from.reg.0);
        self.args(&[to]);
        self.release_all(&[from, to]);
        let rest = self.keep(rest);
        self.bind_name(id, &Subject::own(rest), is_alternative);
    }

    fn own_register(&mut self, id: LocalId, is_alternative: bool) -> Reg {
        if is_alternative { self.binding(id) } else { self.declare(id) }
    }

    /// What a variant carries in a field.
    pub(super) fn get_payload(&mut self, to: Reg, from: Reg, tag: u32, field: u32) {
        self.code.emit(Instr::new(Op::GetPayload, field as u8, to.0, from.0, tag as u16));
    }

    /// The type of an element, for patterns of lists.
    pub(super) fn element_ty(&self, list: Reg) -> TypeId {
        self.module.types.element(self.registers.ty(list)).unwrap_or(TypeId(0))
    }
}

fn list_parts<'p>(front: &'p [Pattern], back: &'p [Pattern]) -> impl Iterator<Item = (Part, &'p Pattern)> {
    let fronts = (0u32..).map(Part::Front).zip(front);
    let backs = (1..=back.len() as u32).rev().map(Part::Back).zip(back);
    fronts.chain(backs)
}

/// Whether there is something for `test` to do: a question, or where there is none to ask, alternatives that bind names.
pub(super) fn is_tested(pattern: &Pattern, asks: bool) -> bool {
    match &pattern.kind {
        PatternKind::Wildcard | PatternKind::Unit | PatternKind::Bind(_, None) => false,
        PatternKind::Bind(_, Some(inner)) => is_tested(inner, asks),
        PatternKind::Fields(fields) => fields.iter().any(|(_, inner)| is_tested(inner, asks)),
        PatternKind::Variant(_, carried) => asks || carried.iter().any(|(_, inner)| is_tested(inner, asks)),
        PatternKind::List { front, back, .. } => {
            asks || front.iter().chain(back).any(|inner| is_tested(inner, asks))
        }
        PatternKind::Or(alternatives) => asks || alternatives.iter().any(binds_names),
        _ => asks,
    }
}

/// Whether the pattern binds any name.
pub(super) fn binds_names(pattern: &Pattern) -> bool {
    match &pattern.kind {
        PatternKind::Bind(..) => true,
        PatternKind::Fields(inner) | PatternKind::Variant(_, inner) => {
            inner.iter().any(|(_, inner)| binds_names(inner))
        }
        PatternKind::List { front, rest, back } => {
            matches!(rest, Some(Some(_))) || front.iter().chain(back).any(binds_names)
        }
        PatternKind::Or(alternatives) => alternatives.iter().any(binds_names),
        _ => false,
    }
}

fn is_or(pattern: &Pattern) -> bool {
    matches!(pattern.kind, PatternKind::Or(_))
}
