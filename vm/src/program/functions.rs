//! What the engine needs to know of a function, beside its code.

use super::fuse::fuse;
use super::types::{FieldsLayout, Keys, ObjectLayout, TypeLayout};
use crate::bytecode::{Function, Instr, Module, Op, Type, TypeId, WIDE_INDEX_MAX};
use crate::verify::messages;

/// How many words stand before the code of each function. They are a [`Prologue`].
pub(crate) const PROLOGUE_WORDS: u32 = 1;

/// What a call has to know of a function besides where it begins.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Prologue {
    /// Fuel charged on entry: how many instructions it has.
    pub(crate) fuel: u32,
    /// How many words a frame of it has: its registers, and a header before them.
    pub(crate) frame: u32,
}

impl Prologue {
    const fn word(self) -> Instr {
        Instr(self.fuel as u64 | (self.frame as u64) << 32)
    }

    #[inline(always)]
    pub(crate) const fn of_word(word: Instr) -> Self {
        Self { fuel: word.0 as u32, frame: (word.0 >> 32) as u32 }
    }
}

/// What the engine looks up of a function.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Entry {
    /// Its first instruction in [`Program::code`](super::Program::code).
    pub(crate) start: u32,
    /// Fuel charged on entry: how many instructions it has.
    pub(crate) fuel: u32,
    /// How many words a frame of it has: its registers, and a header before them.
    pub(crate) frame: u32,
    /// How many of them hold parameters; they come first.
    pub(crate) params: u16,
    /// How many of them hold captures; they follow the parameters.
    pub(crate) captures: u16,
}

/// What else there is to know of a function.
#[derive(Debug, Clone)]
pub(crate) struct FunctionInfo {
    /// The type id of its function values.
    pub(crate) signature: u32,
    /// What it returns.
    pub(crate) result: TypeId,
    /// How a closure object of it lies: one field a capture.
    pub(crate) closure: FieldsLayout,
    /// Whether an inbox can be reached from its captures, other than through functions.
    pub(crate) captures_inbox: bool,
}

/// All code in a row, and the tables beside it.
pub(super) fn lay_out(
    module: &Module,
    layouts: &[TypeLayout],
) -> (Vec<Instr>, Vec<Entry>, Vec<FunctionInfo>) {
    let mut code =
        Vec::with_capacity(module.functions.iter().map(|f| PROLOGUE_WORDS as usize + f.code.len()).sum());
    let mut entries = Vec::with_capacity(module.functions.len());
    let mut functions = Vec::with_capacity(module.functions.len());
    let is_message = messages(&module.types);
    for function in &module.functions {
        let (params, result) = match module.types.get(function.signature.0 as usize) {
            Some(Type::Fn(params, result)) => (params.len(), *result),
            _ => (0, TypeId(0)),
        };
        let entry = Entry::new(function, code.len() + PROLOGUE_WORDS as usize, params);
        code.push(Prologue { fuel: entry.fuel, frame: entry.frame }.word());
        entries.push(entry);
        let captured = function.registers.iter().skip(params).take(function.captures.into());
        let captures_inbox = captured.clone().any(|ty| !is_message[ty.0 as usize]);
        let closure = FieldsLayout::new(captured.copied(), |ty| layouts[ty.0 as usize].slot);
        functions.push(FunctionInfo { signature: function.signature.0, result, closure, captures_inbox });
        code.extend(function.code.iter().map(|word| with_stride(*word, &function.registers, layouts)));
    }
    for entry in &entries {
        let code = &mut code[entry.start as usize..][..entry.fuel as usize];
        aim_calls(entry.start, code, &entries);
        fuse(code);
    }
    (code, entries, functions)
}

/// Lets an instruction that looks a key up say how many words the table's entries take, if its keys are one word each: to find
/// that out by the table's type would take as long as half of the look-up.
fn with_stride(word: Instr, registers: &[TypeId], layouts: &[TypeLayout]) -> Instr {
    let (op, table) = match word.op() {
        Some(op @ (Op::TableFind | Op::TablePlace | Op::MapGet | Op::SetAdd)) => (op, word.b()),
        Some(op @ Op::MapSet) => (op, word.a()),
        _ => return word,
    };
    let stride = match &layouts[registers[usize::from(table)].0 as usize].object {
        ObjectLayout::Table(table) if table.keys == Keys::Words => table.stride(),
        _ => 0,
    };
    Instr::new(op, stride as u8, word.a(), word.b(), word.c())
}

/// Lets calls say how far away the function's first word is from theirs: to look that up would keep them waiting. The
/// verifier's `CODE_WORDS_MAX` and `FUNCTIONS_MAX` see to it that 24 bits are enough.
fn aim_calls(start: u32, code: &mut [Instr], entries: &[Entry]) {
    for (pc, word) in (start..).zip(code) {
        if word.op() == Some(Op::Call) {
            let distance = entries[word.xb() as usize].start.wrapping_sub(pc);
            *word = Instr::with_xb(Op::Call, word.a(), distance & WIDE_INDEX_MAX, word.c());
        }
    }
}

impl Entry {
    fn new(function: &Function, start: usize, params: usize) -> Self {
        Self {
            start: start as u32,
            fuel: function.code.len() as u32,
            frame: 1 + function.registers.len() as u32,
            params: params as u16,
            captures: function.captures,
        }
    }

    /// How many registers it has.
    pub(crate) fn registers(&self) -> u32 {
        self.frame - 1
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::types::layouts;
    use super::*;
    use crate::Program;
    use crate::testing::everything;

    #[test]
    fn instructions_that_look_up_say_how_long_entries_of_words_are() {
        let (int, str) = (TypeId(0), TypeId(1));
        let types = [Type::Int, Type::Str, Type::Map(int, str), Type::Set(int), Type::Map(str, int)];
        let registers: Vec<TypeId> = (0..types.len() as u32).map(TypeId).collect();
        let stride = |op, a, b| with_stride(Instr::new(op, 0, a, b, 0), &registers, &layouts(&types)).x();
        for op in [Op::TableFind, Op::TablePlace, Op::MapGet, Op::SetAdd] {
            assert_eq!([2, 3, 4].map(|table| stride(op, 0, table)), [3, 2, 0], "{op:?}");
        }
        assert_eq!([2, 4].map(|table| stride(Op::MapSet, table, 0)), [3, 0]);
        assert_eq!(stride(Op::TableNext, 0, 2), 0);
    }

    #[test]
    fn calls_go_where_they_went_in_the_module() {
        let program = Program::load(everything()).unwrap();
        let mut calls = 0;
        for (entry, function) in program.entries.iter().zip(&program.module().functions) {
            for (pc, word) in (entry.start..).zip(&function.code) {
                if word.op() == Some(Op::Call) {
                    let aimed = program.code[pc as usize].xb();
                    let distance = (aimed << 8).cast_signed() >> 8;
                    let target = &program.entries[word.xb() as usize];
                    assert_eq!(pc.wrapping_add_signed(distance), target.start);
                    let before = Prologue::of_word(program.code[target.start as usize - 1]);
                    assert_eq!((before.fuel, before.frame), (target.fuel, target.frame));
                    calls += 1;
                }
            }
        }
        assert!(calls > 0);
    }
}
