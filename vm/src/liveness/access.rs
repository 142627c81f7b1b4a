//! Which registers an instruction reads and writes, by the opcode list.

use crate::bytecode::{Instr, Op, Role, Slot};
use crate::verify::Shape;

/// A function's code, checked but for initialisation.
pub(super) struct Code<'a> {
    pub(super) code: &'a [Instr],
    pub(super) shape: &'a Shape,
}

impl Code<'_> {
    /// The opcode of the instruction that begins at `pc`.
    pub(super) fn op(&self, pc: usize) -> Op {
        // The verifier saw every byte of code to be an opcode.
        self.code[pc].op().unwrap_or(Op::Unreachable)
    }

    /// Visits the registers that the instruction reads.
    pub(super) fn for_each_use(&self, pc: usize, mut visit: impl FnMut(u16)) {
        let word = self.code[pc];
        for operand in self.op(pc).info().operands {
            match operand.role {
                Role::Use(_) | Role::UseDef(_) => visit(operand.slot.read(word) as u16),
                Role::Arg if self.shape.has_arg(pc) => visit(operand.slot.read(word) as u16),
                _ => {}
            }
        }
        let args = self.code[pc + 1..].iter().take_while(|word| word.op() == Some(Op::Args));
        for word in args {
            let slots = [Slot::A, Slot::B, Slot::C];
            slots[..usize::from(word.x())].iter().for_each(|slot| visit(slot.read(*word) as u16));
        }
    }

    /// The register that the instruction writes, if it writes one.
    pub(super) fn def(&self, pc: usize) -> Option<u16> {
        let word = self.code[pc];
        let operands = self.op(pc).info().operands;
        let def = operands.iter().find(|operand| matches!(operand.role, Role::Def(_) | Role::UseDef(_)));
        def.map(|operand| operand.slot.read(word) as u16)
    }
}
