//! Numbers that a loop needs in registers, loaded once before it.
//!
//! Instructions hold small Ints; Floats and large Ints have to be in registers. What the outermost loop and those in it
//! mention is loaded before it begins, and stays as long as the loop runs.

use super::expr::small;
use super::function::{FunctionGen, ScopeMark};
use super::goal::Value;
use super::registers::Reg;
use super::scan::{called, numbers};
use crate::typed::{Expr, Program};

/// How many numbers a loop gets registers for.
const NUMBERS_MAX: usize = 24;
/// How many of the functions that a loop calls are asked for numbers.
const CALLEES_MAX: usize = 24;

/// A number that no instruction can hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Number {
    /// A large Int.
    Int(i64),
    /// A Float, by its bits.
    Float(u64),
}

impl Number {
    /// An Int, if it is too large to be part of an instruction.
    pub(super) fn int(value: i64) -> Option<Self> {
        small(value).is_none().then_some(Self::Int(value))
    }

    /// A Float.
    pub(super) fn float(value: f64) -> Self {
        Self::Float(mob_vm::layout::float_bits(value))
    }
}

/// What was loaded before a loop, to be forgotten behind it.
#[derive(Debug)]
pub(super) struct Hoisted(Option<ScopeMark>);

impl<'p> FunctionGen<'_, 'p> {
    /// Loads the numbers that these parts of a loop mention, unless a loop around it has done so.
    pub(super) fn hoist_numbers(&mut self, parts: &[&'p Expr]) -> Hoisted {
        if !self.loops.is_empty() || !self.hoisted.is_empty() {
            return Hoisted(None);
        }
        let scope = self.open_scope();
        let mut found = Vec::new();
        for part in parts {
            numbers(part, NUMBERS_MAX, &mut found);
        }
        self.numbers_of_callees(parts, &mut found);
        for number in found {
            let reg = match number {
                Number::Int(value) => {
                    let int = self.int_ty();
                    let reg = self.scoped(int);
                    self.const_int(reg, value);
                    reg
                }
                Number::Float(bits) => {
                    let float = self.float_ty();
                    let reg = self.scoped(float);
                    self.const_float(reg, f64::from_bits(bits));
                    reg
                }
            };
            self.hoisted.push((number, reg));
        }
        Hoisted(Some(scope))
    }

    /// Adds the numbers of functions that may come to stand in place of calls in the loop.
    fn numbers_of_callees(&mut self, parts: &[&'p Expr], found: &mut Vec<Number>) {
        let program: &'p Program = self.module.program;
        let mut callees = Vec::new();
        parts.iter().for_each(|part| called(part, CALLEES_MAX, &mut callees));
        for id in callees {
            let Some(function) = program.functions.get(id.index()) else { continue };
            let facts = self.module.facts(id, function);
            for number in &facts.numbers {
                if found.len() < NUMBERS_MAX && !found.contains(number) {
                    found.push(*number);
                }
            }
        }
        for body in self.known_bodies() {
            numbers(body, NUMBERS_MAX, found);
        }
    }

    /// The loop is over.
    pub(super) fn end_hoisting(&mut self, hoisted: &Hoisted) {
        if let Some(scope) = hoisted.0 {
            self.hoisted.clear();
            self.close_scope(scope);
        }
    }

    /// The register that holds the number since before the loop.
    pub(super) fn hoisted_number(&self, number: Option<Number>) -> Option<Value> {
        let wanted = number?;
        let found = self.hoisted.iter().find(|(number, _)| *number == wanted);
        found.map(|(_, reg): &(Number, Reg)| Value::of_local(*reg))
    }
}
