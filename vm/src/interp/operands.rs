//! The operands of an instruction, where they stand in the code.

#![allow(unsafe_op_in_unsafe_fn, reason = "all functions demand the same, which the type's comment states")]

use crate::bytecode::Instr;
use crate::program::Given;

/// The operands of an instruction. Each is read by itself, which costs less than to take a word apart.
///
/// # Safety
/// Of all methods: the pointer is that of an instruction.
#[derive(Debug, Clone, Copy)]
pub(super) struct Operands {
    at: *const Instr,
    /// Which of them the instruction before has written, and what.
    given: Given,
    value: u64,
}

/// A register that an instruction names.
#[derive(Debug, Clone, Copy)]
pub(super) struct Register {
    pub(super) number: u16,
    /// What it holds, where that is known without looking.
    pub(super) value: Option<u64>,
}

impl Operands {
    /// Those of the instruction at a place in the code.
    #[inline(always)]
    pub(super) unsafe fn at(pc: *const Instr) -> Self {
        Self { at: pc, given: Given::None, value: 0 }
    }

    /// The same, of which one is the register that the instruction before has written.
    #[inline(always)]
    pub(super) unsafe fn given(self, given: Given, value: u64) -> Self {
        Self { given, value, ..self }
    }

    #[inline(always)]
    unsafe fn lane(self, lane: usize) -> u16 {
        let lane = if cfg!(target_endian = "little") { lane } else { 3 - lane };
        *self.at.cast::<u16>().add(lane)
    }

    #[inline(always)]
    unsafe fn byte(self, byte: usize) -> u8 {
        let byte = if cfg!(target_endian = "little") { byte } else { 7 - byte };
        *self.at.cast::<u8>().add(byte)
    }

    #[inline(always)]
    unsafe fn register(self, lane: usize, operand: Given) -> Register {
        let value = if self.given == operand { Some(self.value) } else { None };
        Register { number: self.lane(lane), value }
    }

    /// The whole word.
    #[inline(always)]
    pub(super) unsafe fn word(self) -> Instr {
        *self.at
    }

    #[inline(always)]
    pub(super) unsafe fn op_byte(self) -> u8 {
        self.byte(0)
    }

    /// The first register.
    #[inline(always)]
    pub(super) unsafe fn a(self) -> Register {
        self.register(1, Given::A)
    }

    /// The second register.
    #[inline(always)]
    pub(super) unsafe fn b(self) -> Register {
        self.register(2, Given::B)
    }

    /// The third register.
    #[inline(always)]
    pub(super) unsafe fn c(self) -> Register {
        self.register(3, Given::C)
    }

    #[inline(always)]
    pub(super) unsafe fn ux(self) -> u8 {
        self.byte(1)
    }

    #[inline(always)]
    pub(super) unsafe fn ub(self) -> u16 {
        self.lane(2)
    }

    #[inline(always)]
    pub(super) unsafe fn uc(self) -> u16 {
        self.lane(3)
    }

    #[inline(always)]
    pub(super) unsafe fn sb(self) -> i64 {
        i64::from(self.ub() as i16)
    }

    #[inline(always)]
    pub(super) unsafe fn sc(self) -> i64 {
        i64::from(self.uc() as i16)
    }

    #[inline(always)]
    pub(super) unsafe fn bc(self) -> u32 {
        let half = usize::from(cfg!(target_endian = "little"));
        *self.at.cast::<u32>().add(half)
    }

    #[inline(always)]
    pub(super) unsafe fn sbc(self) -> i64 {
        i64::from(self.bc() as i32)
    }

    #[inline(always)]
    pub(super) unsafe fn sxb(self) -> isize {
        isize::from(self.ux() as i8) << 16 | self.ub() as isize
    }

    #[inline(always)]
    pub(super) unsafe fn xb(self) -> u32 {
        u32::from(self.ux()) << 16 | u32::from(self.ub())
    }
}
