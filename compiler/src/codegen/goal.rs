//! What is to become of an expression's value.

use super::asm::Label;
use super::registers::Reg;

/// What is to become of an expression's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Goal {
    /// It is dropped.
    Discard,
    /// It goes to this register, as the last thing that is done on each path: until then the register may be read.
    To(Reg),
    /// It is a Bool: jump to `target` if it is `when`, else go on with the next instruction.
    Branch {
        /// Where to.
        target: Label,
        /// On which value.
        when: bool,
    },
    /// It is the function's result.
    Return,
    /// It is an enum or tuple that is taken apart at once: its parts go to registers, and the code goes on at the landing of
    /// its variant.
    Split(Split),
}

/// Where a value's parts go: an index into [`super::function::FunctionGen::splits`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Split(pub(super) u32);

/// A value in a register.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Value {
    /// The register.
    pub(super) reg: Reg,
    /// Whether the register is free again once the value has been used. Otherwise it is a local's.
    pub(super) is_temporary: bool,
}

impl Value {
    /// The value of a local.
    pub(super) fn of_local(reg: Reg) -> Self {
        Self { reg, is_temporary: false }
    }
}
