//! What patterns are matched against: a value in a register, and what has been loaded of its parts.

use mob_vm::bytecode::{Op, TypeId};

use super::expr::small;
use super::function::FunctionGen;
use super::goal::Value;
use super::registers::Reg;
use crate::typed::{Expr, ExprKind, Pattern, PatternKind};

/// A part of a value that a pattern asks about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// A field of a struct or an element of a tuple.
    Field(u32),
    /// What a variant carries: its tag and the field.
    Payload(u32, u32),
    /// A list's length.
    Length,
    /// A list's element, from the front.
    Front(u32),
    /// A list's element, from the back: the last is 1.
    Back(u32),
}

/// How long a subject's register holds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hold {
    /// As long as the match is in scope; nothing else uses the register.
    Own,
    /// The same, but the register is another local's, which stays as it is.
    Constant,
    /// Until the local whose register it is, is assigned to.
    Variable,
}

/// What patterns are matched against.
#[derive(Debug)]
pub(super) enum Subject {
    /// A value in a register, with those of its parts that have been loaded.
    Whole {
        /// The register.
        reg: Reg,
        /// How long it holds the value.
        hold: Hold,
        /// The parts.
        parts: Vec<(Part, Subject)>,
    },
    /// A tuple that is never made: its elements.
    Tuple(Vec<Subject>),
}

impl Subject {
    fn whole(reg: Reg, hold: Hold) -> Self {
        Self::Whole { reg, hold, parts: Vec::new() }
    }

    /// A value whose register is the pattern's to use.
    pub(super) fn own(reg: Reg) -> Self {
        Self::whole(reg, Hold::Own)
    }

    /// A value in a register that doesn't change within the pattern's scope, but serves others.
    pub(super) fn constant(reg: Reg) -> Self {
        Self::whole(reg, Hold::Constant)
    }

    /// The same subject with no part loaded, for a path that the loads do not lie on.
    pub(super) fn afresh(&self) -> Self {
        match self {
            Self::Whole { reg, hold, .. } => Self::whole(*reg, *hold),
            Self::Tuple(elements) => Self::Tuple(elements.iter().map(Self::afresh).collect()),
        }
    }

    /// The register, unless it is a tuple that is never made.
    pub(super) fn reg(&self) -> Option<Reg> {
        match self {
            Self::Whole { reg, .. } => Some(*reg),
            Self::Tuple(_) => None,
        }
    }

    /// Whether a name may share the register.
    pub(super) fn may_be_shared(&self, name_is_constant: bool) -> bool {
        match self {
            Self::Whole { hold: Hold::Own, .. } => true,
            Self::Whole { hold: Hold::Constant, .. } => name_is_constant,
            _ => false,
        }
    }
}

impl<'p> FunctionGen<'_, 'p> {
    /// Evaluates what is to be matched against these patterns; it is there until the scope is closed.
    pub(super) fn subject<'a>(
        &mut self,
        expr: &'p Expr,
        patterns: impl IntoIterator<Item = &'a Pattern>,
    ) -> Subject {
        if let ExprKind::Tuple(elements) = &expr.kind
            && patterns.into_iter().all(takes_tuple_apart)
        {
            let values = self.operands(elements);
            let subjects =
                elements.iter().zip(values).map(|(element, value)| self.subject_of(element, value));
            return Subject::Tuple(subjects.collect());
        }
        let value = self.operand(expr);
        self.subject_of(expr, value)
    }

    fn subject_of(&mut self, expr: &Expr, value: Value) -> Subject {
        let hold = match expr.kind {
            _ if value.is_temporary => Hold::Own,
            ExprKind::Local(id) if !self.is_constant(id) => Hold::Variable,
            _ => Hold::Constant,
        };
        Subject::whole(self.keep(value), hold)
    }

    /// A part of the subject, of this type, loaded if it has not been.
    pub(super) fn part<'s>(
        &mut self,
        subject: &'s mut Subject,
        part: Part,
        ty: TypeId,
    ) -> Option<&'s mut Subject> {
        match (subject, part) {
            (Subject::Tuple(elements), Part::Field(index)) => elements.get_mut(index as usize),
            (Subject::Tuple(_), _) => None,
            (Subject::Whole { reg, parts, .. }, _) => {
                let position = parts.iter().position(|(loaded, _)| *loaded == part);
                let position = match position {
                    Some(position) => position,
                    None => {
                        let to = self.scoped(ty);
                        self.load(*reg, part, to, parts);
                        parts.push((part, Subject::own(to)));
                        parts.len() - 1
                    }
                };
                parts.get_mut(position).map(|(_, subject)| subject)
            }
        }
    }

    fn load(&mut self, from: Reg, part: Part, to: Reg, parts: &[(Part, Subject)]) {
        match part {
            Part::Field(index) => self.emit(Op::GetField, to, from.0, index as u16),
            Part::Payload(tag, field) => self.get_payload(to, from, tag, field),
            Part::Length => self.emit(Op::ListLen, to, from.0, 0),
            Part::Front(index) => {
                let int = self.int_ty();
                let at = self.temporary(int);
                self.const_int(at.reg, index.into());
                self.emit(Op::ListGet, to, from.0, at.reg.0);
                self.release(at);
            }
            Part::Back(distance) => {
                let int = self.int_ty();
                let at = self.temporary(int);
                let length = parts.iter().find(|(part, _)| *part == Part::Length);
                match length.and_then(|(_, length)| length.reg()) {
                    Some(length) => self.emit(Op::Move, at.reg, length.0, 0),
                    None => self.emit(Op::ListLen, at.reg, from.0, 0),
                }
                self.subtract(at.reg, distance.into());
                self.emit(Op::ListGet, to, from.0, at.reg.0);
                self.release(at);
            }
        }
    }

    /// Subtracts a constant in place.
    pub(super) fn subtract(&mut self, from: Reg, distance: i64) {
        match small(-distance) {
            Some(constant) => self.emit(Op::AddIntSmall, from, from.0, constant as u16),
            None => {
                let int = self.int_ty();
                let value = self.temporary(int);
                self.const_int(value.reg, distance);
                self.emit(Op::SubInt, from, from.0, value.reg.0);
                self.release(value);
            }
        }
    }
}

/// Whether the pattern asks only about a tuple's elements, never about the tuple.
fn takes_tuple_apart(pattern: &Pattern) -> bool {
    match &pattern.kind {
        PatternKind::Wildcard | PatternKind::Fields(_) => true,
        PatternKind::Or(alternatives) => alternatives.iter().all(takes_tuple_apart),
        _ => false,
    }
}
