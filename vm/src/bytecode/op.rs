//! The shape of an opcode's declaration, and what is generated from the one list in `list.rs`.
//!
//! A declaration says, for each operand, in which [`Slot`] of the word it lies and which [`Role`] it plays. Encoder,
//! disassembler, verifier, liveness and the documentation's table read that and nothing else, so an opcode is
//! declared once. Rules that a [`Ty`] can't express are the verifier's, in one function an opcode.

use super::instr::Instr;

/// Where in the instruction word an operand lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Slot {
    /// The 8-bit operand.
    X,
    /// The first 16-bit operand.
    A,
    /// The second 16-bit operand.
    B,
    /// The third 16-bit operand.
    C,
    /// 32 bits over b and c.
    BC,
    /// 24 bits over x and b.
    XB,
    /// 24 bits over x and c.
    XC,
}

impl Slot {
    /// The operand's bits in a word, zero-extended.
    #[inline]
    pub const fn read(self, word: Instr) -> u32 {
        match self {
            Self::X => word.x() as u32,
            Self::A => word.a() as u32,
            Self::B => word.b() as u32,
            Self::C => word.c() as u32,
            Self::BC => word.bc(),
            Self::XB => word.xb(),
            Self::XC => word.xc(),
        }
    }

    /// The operand as a signed number: a constant or a jump's offset.
    #[inline]
    pub const fn read_signed(self, word: Instr) -> i64 {
        match self {
            Self::X => word.x() as i8 as i64,
            Self::A => word.a() as i16 as i64,
            Self::B => word.sb() as i64,
            Self::C => word.sc() as i64,
            Self::BC => word.sbc() as i64,
            Self::XB => (word.xb() << 8) as i32 as i64 >> 8,
            Self::XC => (word.xc() << 8) as i32 as i64 >> 8,
        }
    }

    /// The word with another operand, whose bits beyond the slot's are lost.
    #[inline]
    pub const fn put(self, word: Instr, value: u32) -> Instr {
        let (low, high) = ((value & 0xffff) as u64, (value >> 16 & 0xff) as u64);
        let bits = match self {
            Self::X => (value as u64 & 0xff) << 8,
            Self::A => low << 16,
            Self::B => low << 32,
            Self::C => low << 48,
            Self::BC => (value as u64) << 32,
            Self::XB => high << 8 | low << 32,
            Self::XC => high << 8 | low << 48,
        };
        Instr(word.0 & !self.mask() | bits)
    }

    /// The bits of the word that the operand takes.
    pub const fn mask(self) -> u64 {
        match self {
            Self::X => 0xff << 8,
            Self::A => 0xffff << 16,
            Self::B => 0xffff << 32,
            Self::C => 0xffff << 48,
            Self::BC => 0xffff_ffff << 32,
            Self::XB => Self::X.mask() | Self::B.mask(),
            Self::XC => Self::X.mask() | Self::C.mask(),
        }
    }
}

/// What the list demands of a register's type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ty {
    /// `Int`.
    Int,
    /// `Float`.
    Float,
    /// `Bool`.
    Bool,
    /// `Str`.
    Str,
    /// `Bytes`.
    Bytes,
    /// `()`.
    Unit,
    /// `Int`, `Bool`, or an enum none of whose variants carries anything: equal slots are equal values.
    Word,
    /// Anything; the opcode's own rule in the verifier says more.
    Any,
    /// Any list.
    List,
    /// Any map.
    Map,
    /// Any set.
    Set,
    /// Any map or set.
    Table,
    /// Any enum.
    Enum,
    /// Any function value.
    Fn,
    /// Any cell.
    Cell,
    /// Any address.
    Addr,
    /// Any inbox.
    Inbox,
}

/// What an operand is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// A register that is written.
    Def(Ty),
    /// A register that is read.
    Use(Ty),
    /// A register that is read and then written.
    UseDef(Ty),
    /// A register that is read, if the instruction has at least one argument; further ones are in `args` words.
    Arg,
    /// A signed constant.
    Imm,
    /// A jump's offset in words from the next instruction.
    Jump,
    /// A function's index.
    Func,
    /// A type's index.
    Type,
    /// A constant's index.
    Const,
    /// A field's index.
    Field,
    /// A variant's tag.
    Tag,
    /// An import's index.
    Import,
    /// A native function's index.
    Native,
    /// How many registers the `args` words that follow name, or how many `jump` words follow a `switch`.
    Count,
}

/// One operand of an opcode.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Operand {
    /// Where it lies.
    pub slot: Slot,
    /// What it is.
    pub role: Role,
}

/// All that is declared about an opcode.
#[derive(Debug)]
pub struct OpInfo {
    /// The opcode.
    pub op: Op,
    /// Its name in disassembly.
    pub mnemonic: &'static str,
    /// Its operands, in the order in which the disassembly shows them.
    pub operands: &'static [Operand],
    /// One line of semantics: `R[a] := R[b] + R[c]`.
    pub semantics: &'static str,
}

impl Op {
    /// Whether an agent may have to wait at this instruction for something from outside.
    pub const fn yields(self) -> bool {
        matches!(
            self,
            Self::CallHost
                | Self::Receive
                | Self::InboxReady
                | Self::InboxesReady
                | Self::Send
                | Self::SendUrgent
                | Self::TrySend
                | Self::Spawn
        )
    }
}

impl Instr {
    /// The word with other entries of tables in place of those that it names: functions, types, constants and imports.
    /// `None` if `entry` gives none for one of them.
    pub fn map_entries(self, mut entry: impl FnMut(Role, u32) -> Option<u32>) -> Option<Self> {
        let operands = self.op().map_or(&[][..], |op| op.info().operands);
        operands.iter().try_fold(self, |word, operand| match operand.role {
            role @ (Role::Func | Role::Type | Role::Const | Role::Import) => {
                Some(operand.slot.put(word, entry(role, operand.slot.read(word))?))
            }
            _ => Some(word),
        })
    }
}

macro_rules! define_ops {
    ($( $(#[$section:meta])* $name:ident = $byte:literal, $mnemonic:literal,
        [$($slot:ident : $role:ident $(($ty:ident))?),*], $semantics:literal; )*) => {
        /// The opcodes. Each variant's documentation is its line of semantics.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[repr(u8)]
        pub enum Op { $( #[doc = concat!("`", $semantics, "`")] $name = $byte, )* }

        impl Op {
            /// Every opcode, in the order of the list.
            pub const ALL: &'static [Self] = &[$( Self::$name, )*];

            /// The opcode of this byte, if it is one.
            #[inline]
            pub const fn from_byte(byte: u8) -> Option<Self> {
                match byte { $( $byte => Some(Self::$name), )* _ => None }
            }

            /// What is declared about it.
            pub const fn info(self) -> &'static OpInfo {
                match self { $( Self::$name => {
                    const INFO: OpInfo = OpInfo {
                        op: Op::$name,
                        mnemonic: $mnemonic,
                        operands: &[$( Operand { slot: Slot::$slot, role: Role::$role $((Ty::$ty))? }, )*],
                        semantics: $semantics,
                    };
                    &INFO
                } )* }
            }
        }
    };
}
pub(super) use define_ops;

pub use super::list::Op;
