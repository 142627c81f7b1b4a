//! What the engine needs to know of a function, beside its code.

use super::fuse::fuse;
use super::types::{FieldsLayout, TypeLayout};
use crate::bytecode::{Function, Instr, Module, Type, TypeId};

/// What a call reads of a function.
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
}

/// All code in a row, and the tables beside it.
pub(super) fn lay_out(
    module: &Module,
    layouts: &[TypeLayout],
) -> (Vec<Instr>, Vec<Entry>, Vec<FunctionInfo>) {
    let mut code = Vec::with_capacity(module.functions.iter().map(|f| f.code.len()).sum());
    let mut entries = Vec::with_capacity(module.functions.len());
    let mut functions = Vec::with_capacity(module.functions.len());
    for function in &module.functions {
        let (params, result) = match module.types.get(function.signature.0 as usize) {
            Some(Type::Fn(params, result)) => (params.len(), *result),
            _ => (0, TypeId(0)),
        };
        entries.push(Entry::new(function, code.len(), params));
        let captured = function.registers.iter().skip(params).take(function.captures.into());
        let closure = FieldsLayout::new(captured.copied(), |ty| layouts[ty.0 as usize].slot);
        functions.push(FunctionInfo { signature: function.signature.0, result, closure });
        code.extend_from_slice(&function.code);
    }
    fuse(&mut code);
    (code, entries, functions)
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
