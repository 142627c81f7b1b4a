//! The interpreter. `dispatch` lists what each instruction does, in terms of `machine`, and by itself what is short and
//! frequent; `threads` lets one follow the other. The other files do what is rare or works on many words, through the
//! checked accessors of heap and stack.

mod arith;
mod dispatch;
mod lists;
mod look_up;
mod machine;
mod mail;
mod objects;
mod operands;
#[cfg(test)]
mod table_tests;
mod tables;
#[cfg(test)]
mod tests;
mod text;
mod threads;

pub(crate) use lists::{length, range_within};

use crate::agent::Agent;
use crate::trap::TrapKind;

/// Why the loop was left. The innermost frame's `pc` says where: at the instruction that comes next, or, for a wait
/// and a trap, at the one that wanted it.
#[derive(Debug)]
pub(crate) enum Exit {
    /// The first function returned this slot.
    Done(u64),
    /// The slice is used up.
    OutOfFuel,
    /// The instruction waits for something from outside.
    Wait,
    /// The program did what it may not.
    Trap(Box<TrapKind>),
}

impl Agent {
    /// The register that the `index`th argument in the `args` words names.
    fn arg(&self, index: usize) -> u16 {
        self.program.args(self.stack.top.pc, index + 1, None).last().unwrap_or(0)
    }

    /// Makes room for what an operation is about to make, and charges for it.
    pub(crate) fn reserve_charged(&mut self, words: usize) -> Result<(), TrapKind> {
        self.reserve(words)?;
        self.charge(words as u64);
        Ok(())
    }
}
