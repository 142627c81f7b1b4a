//! The 8-byte instruction word: packing and unpacking of its operands.
//!
//! ```text
//! bits  0..8   8..16  16..32  32..48  48..64
//!       op     x      a       b       c
//! ```
//! Wider operands share space: `bc` is 32 bits over b and c, `xb` 24 bits (x is the high byte), `xc` likewise.

use serde::{Deserialize, Serialize};

use super::op::Op;

/// The largest value of a 24-bit operand: type, function and import indices.
pub const WIDE_INDEX_MAX: u32 = (1 << 24) - 1;
/// The smallest constant that the small-immediate forms hold.
pub const SMALL_MIN: i64 = i16::MIN as i64;
/// The largest constant that the small-immediate forms hold.
pub const SMALL_MAX: i64 = i16::MAX as i64;
/// How many registers one `args` word names.
pub const ARGS_PER_WORD: usize = 3;

/// One instruction word. Any 64 bits are an `Instr`; only the verifier says whether they are a valid one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Instr(pub u64);

impl Instr {
    /// Packs an opcode and its four operands.
    #[inline]
    pub const fn new(op: Op, x: u8, a: u16, b: u16, c: u16) -> Self {
        Self(op as u64 | (x as u64) << 8 | (a as u64) << 16 | (b as u64) << 32 | (c as u64) << 48)
    }

    /// Packs an opcode, `a`, and one 32-bit operand over b and c.
    #[inline]
    pub const fn with_bc(op: Op, a: u16, bc: u32) -> Self {
        Self(op as u64 | (a as u64) << 16 | (bc as u64) << 32)
    }

    /// Packs an opcode, `a`, a 24-bit operand over x and b, and `c`.
    #[inline]
    pub const fn with_xb(op: Op, a: u16, xb: u32, c: u16) -> Self {
        Self::new(op, (xb >> 16) as u8, a, xb as u16, c)
    }

    /// Packs an opcode, `a`, `b`, and a 24-bit operand over x and c.
    #[inline]
    pub const fn with_xc(op: Op, a: u16, b: u16, xc: u32) -> Self {
        Self::new(op, (xc >> 16) as u8, a, b, xc as u16)
    }

    /// The opcode's byte, which need not be an [`Op`].
    #[inline]
    pub const fn op_byte(self) -> u8 {
        self.0 as u8
    }

    /// The same with another opcode's byte.
    #[inline]
    pub(crate) const fn with_op_byte(self, byte: u8) -> Self {
        Self(self.0 & !0xff | byte as u64)
    }

    /// The opcode, or `None` if the byte is none.
    #[inline]
    pub const fn op(self) -> Option<Op> {
        Op::from_byte(self.op_byte())
    }

    /// The 8-bit operand.
    #[inline]
    pub const fn x(self) -> u8 {
        (self.0 >> 8) as u8
    }

    /// The first 16-bit operand.
    #[inline]
    pub const fn a(self) -> u16 {
        (self.0 >> 16) as u16
    }

    /// The second 16-bit operand.
    #[inline]
    pub const fn b(self) -> u16 {
        (self.0 >> 32) as u16
    }

    /// The third 16-bit operand.
    #[inline]
    pub const fn c(self) -> u16 {
        (self.0 >> 48) as u16
    }

    /// The 32-bit operand over b and c.
    #[inline]
    pub const fn bc(self) -> u32 {
        (self.0 >> 32) as u32
    }

    /// The 24-bit operand over x and b.
    #[inline]
    pub const fn xb(self) -> u32 {
        (self.x() as u32) << 16 | self.b() as u32
    }

    /// The 24-bit operand over x and c.
    #[inline]
    pub const fn xc(self) -> u32 {
        (self.x() as u32) << 16 | self.c() as u32
    }

    /// `b` as a small signed constant.
    #[inline]
    pub const fn sb(self) -> i16 {
        self.b() as i16
    }

    /// `c` as a small signed constant or a jump's offset.
    #[inline]
    pub const fn sc(self) -> i16 {
        self.c() as i16
    }

    /// `bc` as a signed constant or a jump's offset.
    #[inline]
    pub const fn sbc(self) -> i32 {
        self.bc() as i32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operands_come_back_as_packed() {
        assert_eq!(size_of::<Instr>(), 8);
        let i = Instr::new(Op::AddInt, 0xab, 0x1234, 0x5678, 0x9abc);
        assert_eq!((i.op(), i.x(), i.a(), i.b(), i.c()), (Some(Op::AddInt), 0xab, 0x1234, 0x5678, 0x9abc));
        assert_eq!(Instr::with_bc(Op::Jump, 7, -5_i32 as u32).sbc(), -5);
        assert_eq!(Instr::with_xb(Op::New, 1, 0xfe_dcba, 3).xb(), 0xfe_dcba);
        assert_eq!(Instr::with_xc(Op::Show, 1, 2, 0xfe_dcba).xc(), 0xfe_dcba);
    }
}
