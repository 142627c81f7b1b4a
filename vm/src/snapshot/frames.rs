//! Frames as words, which registers of a frame travel, and the calls that hold frames together.

use crate::agent::Kept;
use crate::bytecode::{FuncId, Instr, Op};
use crate::program::Program;

/// A frame as a word: the function in the low half, the instruction that comes next in the high half, counted from the
/// function's first.
pub(super) const fn pack(function: FuncId, pc: u32) -> u64 {
    function.0 as u64 | (pc as u64) << 32
}

/// A kept value's first word: its id in the low half, its type in the high half.
pub(super) const fn pack_kept(kept: &Kept) -> u64 {
    kept.id.0 as u64 | (kept.ty.0 as u64) << 32
}

/// The function and the pc of a frame's word.
pub(super) const fn unpack(word: u64) -> (FuncId, u32) {
    (FuncId(word as u32), (word >> 32) as u32)
}

/// The registers of a frame that travel, in their order: those that are live at `pc`, but for the destination of the
/// call that has not returned.
pub(super) fn live(program: &Program, pc: u32, dest: Option<u16>) -> impl Iterator<Item = u16> {
    let (refs, others) = program.liveness.at(pc).map_or((&[][..], &[][..]), |set| (set.refs, set.others));
    refs.iter().chain(others).copied().filter(move |register| Some(*register) != dest)
}

/// The call of a function that returns to `pc`, which is a point of return.
pub(super) fn call_before(program: &Program, caller: FuncId, pc: u32) -> Option<Instr> {
    let pc = pc - program.entries[caller.0 as usize].start;
    let words = program.module().functions[caller.0 as usize].code.get(..pc as usize)?;
    words.iter().rev().find(|word| word.op() != Some(Op::Args)).copied()
}

/// Whether the call can have begun the function, in a frame of `caller`.
pub(super) fn is_call_of(program: &Program, caller: FuncId, call: Instr, callee: FuncId) -> bool {
    let functions = &program.module().functions;
    match call.op() {
        Some(Op::Call) => call.xb() == callee.0,
        Some(Op::CallClosure) => {
            let closure = functions[caller.0 as usize].registers[usize::from(call.b())];
            functions[callee.0 as usize].signature == closure
        }
        _ => false,
    }
}
