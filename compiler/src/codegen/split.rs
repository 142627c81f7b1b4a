//! Enums and tuples that are never made: what would be taken apart at once goes to where its parts are wanted.
//!
//! A match on the result of a function whose body stands in the call's place, or the `?` behind it, gives each variant a
//! landing: a place in the code, and a register for each part that is wanted. Where the body makes a variant, it puts the parts
//! there and jumps; where it has one as a whole, it is taken apart.

use mob_vm::bytecode::{Op, Type, TypeId};

use super::asm::Label;
use super::function::FunctionGen;
use super::goal::{Goal, Split, Value};
use super::known::Known;
use super::registers::Reg;
use crate::typed::{Expr, ExprKind, FunctionId, Program, Target};

/// The most variants that are told apart without a value of the enum.
const VARIANTS_MAX: usize = 4;
/// How many calls in tail position are followed to see what they give.
const FOLLOWED_MAX: usize = 3;

/// Where the parts of a value go.
#[derive(Debug, Clone)]
pub(super) struct Landing {
    /// The code that goes on with them.
    pub(super) label: Label,
    /// The register of each part; none for those that nobody wants, and for those behind the last.
    pub(super) parts: Vec<Option<Reg>>,
}

impl Landing {
    /// The register of a part, if somebody wants it.
    pub(super) fn part(&self, index: usize) -> Option<Reg> {
        self.parts.get(index).copied().flatten()
    }
}

impl<'p> FunctionGen<'_, 'p> {
    /// Generates an expression, whose parts go to the landing of its variant; a tuple has one landing.
    pub(super) fn gen_split(&mut self, expr: &'p Expr, landings: Vec<Landing>) {
        let split = Split(self.splits.len() as u32);
        self.splits.push(landings);
        self.gen_expr(expr, Goal::Split(split));
        self.splits.pop();
    }

    /// A variant or tuple with these parts, where it is taken apart.
    pub(super) fn land(&mut self, split: Split, tag: u32, parts: &'p [Expr]) {
        let Some(landing) = self.landing_of(split, tag) else { return };
        for (index, part) in parts.iter().enumerate() {
            self.gen_expr(part, landing.part(index).map_or(Goal::Discard, Goal::To));
        }
        self.jump(landing.label);
    }

    /// A variant with these parts in registers, towards a goal.
    pub(super) fn give_variant(&mut self, ty: TypeId, tag: u32, parts: &[Value], goal: Goal) {
        match goal {
            Goal::Discard => {}
            Goal::Split(split) => {
                let Some(landing) = self.landing_of(split, tag) else { return };
                for (index, part) in parts.iter().enumerate() {
                    if let Some(reg) = landing.part(index) {
                        self.move_to(reg, part.reg);
                    }
                }
                self.jump(landing.label);
            }
            _ => self.give_made(ty, goal, |this, to| this.new_variant(to, ty, tag, parts)),
        }
    }

    /// A value in a register, taken apart.
    pub(super) fn take_apart(&mut self, value: Reg, split: Split) {
        let count = self.splits.get(split.0 as usize).map_or(0, Vec::len) as u32;
        let is_enum = matches!(self.module.types.get(self.registers.ty(value)), Type::Enum(_));
        for tag in 0..count {
            let next = self.code.label();
            if tag + 1 < count {
                self.jump_if(Op::JumpNotTag, value, tag as u16, next);
            }
            let Some(landing) = self.landing_of(split, tag) else { return };
            for (index, reg) in (0u32..).zip(landing.parts) {
                match reg {
                    Some(reg) if is_enum => self.get_payload(reg, value, tag, index),
                    Some(reg) => self.emit(Op::GetField, reg, value.0, index as u16),
                    None => {}
                }
            }
            self.jump(landing.label);
            self.code.bind(next);
        }
    }

    fn landing_of(&self, split: Split, tag: u32) -> Option<Landing> {
        self.splits.get(split.0 as usize)?.get(tag as usize).cloned()
    }

    /// The types of the parts of each variant, or of the tuple, if the expression makes them. None for what is better
    /// taken as a whole.
    pub(super) fn split_types(&mut self, expr: &Expr) -> Option<Vec<Vec<TypeId>>> {
        if !self.makes_parts(expr) {
            return None;
        }
        let ty = self.ty(&expr.ty);
        match self.module.types.get(ty) {
            Type::Tuple(elements) => Some(vec![elements.clone()]),
            Type::Enum(ty) if (1..=VARIANTS_MAX).contains(&ty.variants.len()) => {
                let parts = ty.variants.iter().map(|variant| variant.fields.iter().map(|field| field.ty));
                Some(parts.map(Iterator::collect).collect())
            }
            _ => None,
        }
    }

    /// Whether the expression makes the variant or tuple that it gives, on some path.
    fn makes_parts(&mut self, expr: &Expr) -> bool {
        match self.known(expr) {
            Some(Known::Argument(_)) => return true,
            Some(_) => return false,
            None => {}
        }
        match &expr.kind {
            // Patterns take such a tuple apart themselves.
            ExprKind::Tuple(_) => false,
            ExprKind::CallValue(callee, _) => match self.known(callee) {
                Some(Known::Closure { closure, .. }) => self.ends_in_parts(&closure.body, FOLLOWED_MAX),
                Some(Known::Function { id, .. }) => self.function_makes_parts(id, FOLLOWED_MAX),
                _ => false,
            },
            _ => self.ends_in_parts(expr, FOLLOWED_MAX),
        }
    }

    fn ends_in_parts(&mut self, expr: &Expr, calls: usize) -> bool {
        match &expr.kind {
            ExprKind::Variant(..) | ExprKind::Tuple(_) => true,
            ExprKind::Block(block) => {
                block.value.as_ref().is_some_and(|value| self.ends_in_parts(value, calls))
            }
            ExprKind::If(_, then, Some(otherwise)) => {
                self.ends_in_parts(then, calls) || self.ends_in_parts(otherwise, calls)
            }
            ExprKind::Match(_, arms) => arms.iter().any(|arm| self.ends_in_parts(&arm.body, calls)),
            ExprKind::Call(Target::Function(id, _), _) if calls > 0 => {
                self.function_makes_parts(*id, calls - 1)
            }
            _ => false,
        }
    }

    fn function_makes_parts(&mut self, id: FunctionId, calls: usize) -> bool {
        let program: &'p Program = self.module.program;
        let Some(function) = program.functions.get(id.index()) else { return false };
        self.module.facts(id, function).is_small && self.ends_in_parts(&function.body, calls)
    }
}
