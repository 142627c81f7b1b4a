//! Why a module was refused: where, and what is wrong there.

use std::fmt;

use thiserror::Error;

use crate::bytecode::{FuncId, TypeId};

/// Why a module was refused.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("the module is not valid: {place}: {fault}")]
pub struct VerifyError {
    /// Where.
    pub place: Place,
    /// What is wrong there.
    pub fault: Fault,
}

/// A place in a module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// The module as a whole.
    Module,
    /// An entry of the type table.
    Type(u32),
    /// An entry of the constant pool.
    Constant(u32),
    /// An entry of the import table.
    Import(u32),
    /// A function that another module has.
    Link(u32),
    /// A `test` block's entry.
    Test(u32),
    /// A function's declaration.
    Function {
        /// Which.
        id: FuncId,
        /// Its name.
        name: String,
    },
    /// An instruction.
    Instruction {
        /// The function that it is in.
        function: FuncId,
        /// The function's name.
        name: String,
        /// Its word, counted from the function's first.
        pc: u32,
    },
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Module => f.write_str("module"),
            Self::Type(index) => write!(f, "type {index}"),
            Self::Constant(index) => write!(f, "constant {index}"),
            Self::Import(index) => write!(f, "import {index}"),
            Self::Link(index) => write!(f, "link {index}"),
            Self::Test(index) => write!(f, "test {index}"),
            Self::Function { id, name } => write!(f, "function {} `{name}`", id.0),
            Self::Instruction { function, name, pc } => {
                write!(f, "function {} `{name}`, instruction {pc}", function.0)
            }
        }
    }
}

/// What can be wrong with a module.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Fault {
    /// More of something than a module may have.
    #[error("{count} {what}, and the limit is {max}")]
    TooMany {
        /// Of what.
        what: &'static str,
        /// How many.
        count: usize,
        /// How many there may be.
        max: usize,
    },
    /// An index beyond a table's end.
    #[error("there is no {what} {index}")]
    OutOfRange {
        /// What is indexed.
        what: &'static str,
        /// The index.
        index: u32,
    },
    /// An operand that is an index beyond a table's end.
    #[error("it names an entry that its table lacks")]
    NoEntry,
    /// A type that stands in the table already.
    #[error("it repeats type {}", .0.0)]
    DuplicateType(TypeId),
    /// A tuple of less than two.
    #[error("a tuple has two elements or more")]
    ShortTuple,
    /// A type that contains itself with no struct or enum between.
    #[error("the type contains itself other than through a struct or enum")]
    EndlessType,
    /// A map or set of keys that can't be keys.
    #[error("type {} can't be a key: it can change, or holds Floats or functions", .0.0)]
    BadKey(TypeId),
    /// A NaN other than the canonical one.
    #[error("a NaN that is not the canonical one")]
    Nan,
    /// A name that is not `capability.function`.
    #[error("`{0}` is no name of a host function, such as `console.print`")]
    ImportName(String),
    /// The same host function twice.
    #[error("it repeats import {0}")]
    DuplicateImport(u32),
    /// A host function that no instruction calls, so that the module asks for more leave than it needs.
    #[error("no instruction calls it")]
    UnusedImport,
    /// `agent.go` with parameters other than one `Str`.
    #[error("agent.go takes one Str")]
    GoSignature,
    /// The capability list is not the imports' capabilities, sorted, each once.
    #[error("the capabilities are not exactly those of the imports")]
    Capabilities,
    /// Functions of other modules are needed, and there are no other modules.
    #[error("it needs functions of other modules, and is to be run by itself")]
    Unlinked,
    /// A function's signature is no function type.
    #[error("its signature is not a function type")]
    Signature,
    /// A function has fewer registers than parameters and captures.
    #[error("{have} registers don't hold {need} parameters and captures")]
    FewRegisters {
        /// How many it has.
        have: usize,
        /// How many it needs.
        need: usize,
    },
    /// A parameter's register is of another type than the signature says.
    #[error("register {0} is not of its parameter's type")]
    ParameterType(u32),
    /// `main` or a test has parameters that nobody gives, or captures.
    #[error("it takes nothing, or for main one List[Str], and captures nothing")]
    EntrySignature,
    /// A line entry out of order or beyond the code.
    #[error("line entry {0} is out of order, beyond the code, or of line 0")]
    Line(usize),
    /// An inlined call that does not stand behind its caller.
    #[error("inlined call {0} does not stand behind its caller, or is of line 0")]
    InlinedCall(usize),
    /// A function without code.
    #[error("it has no code")]
    NoCode,
    /// A byte that is no opcode.
    #[error("{0:#04x} is no opcode")]
    Opcode(u8),
    /// Bits of the word that its opcode does not use.
    #[error("the word has bits set that `{0}` does not use")]
    UnusedBits(&'static str),
    /// The words after an instruction do not name as many registers as it takes.
    #[error("it takes {want} arguments, and the words that follow do not name as many")]
    Arguments {
        /// How many it takes.
        want: usize,
    },
    /// An `args` or `switch` word where none belongs.
    #[error("an `args` word stands by itself")]
    StrayArgs,
    /// The words after a `switch` are not one jump for each variant.
    #[error("a switch is followed by one jump for each variant")]
    Switch,
    /// A jump out of the function, or into the middle of an instruction.
    #[error("it jumps to {0}, where no instruction begins")]
    JumpTarget(i64),
    /// Code runs past the function's end.
    #[error("the code runs past the function's end")]
    RunsOut,
    /// A register of a type that the opcode does not take.
    #[error("register {register} is not {want}")]
    RegisterKind {
        /// The register.
        register: u32,
        /// What it should be.
        want: &'static str,
    },
    /// A register of another type than the one that is due here.
    #[error("register {register} has type {have}, and type {want} is due", have = .have.0, want = .want.0)]
    RegisterType {
        /// The register.
        register: u32,
        /// Its type.
        have: TypeId,
        /// What is due.
        want: TypeId,
    },
    /// An operand names a type of the wrong kind.
    #[error("type {ty} is not {want}", ty = .ty.0)]
    TypeKind {
        /// The type.
        ty: TypeId,
        /// What it should be.
        want: &'static str,
    },
    /// A constant that the opcode does not take.
    #[error("{0} is not allowed here")]
    Immediate(i64),
    /// A call of a function that needs captures.
    #[error("function {} needs captures", .0.0)]
    NeedsCaptures(FuncId),
    /// Comparing or showing what has a function in it.
    #[error("type {} has functions in it", .0.0)]
    NotData(TypeId),
    /// Sending what has an inbox in it.
    #[error("type {} has an inbox in it, which can't leave its agent", .0.0)]
    NotMessage(TypeId),
    /// A register that may be read before it is written.
    #[error("register {register} may be read before it is written")]
    Uninitialised {
        /// The register.
        register: u32,
    },
    /// More live registers over more branches than liveness analysis goes into.
    #[error(
        "the function is too complex: too many values stay alive over too many calls and branches; divide it into smaller functions"
    )]
    TooComplex,
}
