//! A module: what `mvm build` writes, what nodes keep by hash, and what the verifier reads.

use serde::{Deserialize, Serialize};
use std::fmt;

use super::instr::Instr;
use super::types::{FuncId, Type, TypeId};

/// The first bytes of an encoded module.
pub const MAGIC: [u8; 4] = *b"MOBC";
/// The version of the module format that this build writes. It reads this one and no other.
pub const FORMAT_VERSION: u16 = 1;

/// The BLAKE3 hash of a module's encoded body: its name wherever modules are kept or sent.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ModuleHash(#[serde(with = "serde_bytes")] pub [u8; 32]);

impl fmt::Display for ModuleHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for ModuleHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ModuleHash({self})")
    }
}

/// A compiled program. Decoding gives one of these; only [`crate::Program`] holds a verified one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Module {
    /// A label for people: the root source file's stem. It carries no meaning.
    pub name: String,
    /// The type table; each type once.
    pub types: Vec<Type>,
    /// The constant pool.
    pub constants: Vec<Constant>,
    /// The host functions that the code can call.
    pub imports: Vec<Import>,
    /// The exact capabilities that the imports need: sorted, each once.
    pub capabilities: Vec<String>,
    /// The functions.
    pub functions: Vec<Function>,
    /// The function that a run begins with, if the module is a program: it takes nothing or one `List[Str]`.
    pub main: Option<FuncId>,
    /// The `test` blocks, if they were compiled: functions without parameters.
    pub tests: Vec<TestEntry>,
    /// The source files that lines refer to.
    pub files: Vec<SourceFile>,
    /// The functions of other modules that the code can call, which [`Program::link`](crate::Program::link) finds. Code
    /// names them by the indices that follow those of [`Module::functions`]. Without any, nothing of this is encoded.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<Link>,
}

/// A function of a module that was linked before.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Link {
    /// The module that has it.
    pub module: ModuleHash,
    /// Its name there, which no other function of that module has.
    pub function: String,
    /// Its [`Type::Fn`], in this module's table.
    pub signature: TypeId,
}

/// One constant.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Constant {
    /// An `Int` that the immediate forms can't hold.
    Int(i64),
    /// A `Float`, as bits; a NaN is the canonical one.
    Float(u64),
    /// A `Str`.
    Str(String),
    /// A `Bytes`.
    Bytes(#[serde(with = "serde_bytes")] Vec<u8>),
}

/// A host function that the code can call.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Import {
    /// `capability.function`, as in `console.print`.
    pub name: String,
    /// The parameters' types.
    pub params: Vec<TypeId>,
    /// The result's type.
    pub result: TypeId,
}

impl Import {
    /// What a caller needs leave for: the name before its last dot.
    pub fn capability(&self) -> &str {
        self.name.rsplit_once('.').map_or(self.name.as_str(), |(capability, _)| capability)
    }
}

/// One function's code.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Function {
    /// Its name for people: `survey`, `list.map[Int, Str]`, `survey.closure@12`.
    pub name: String,
    /// Its [`Type::Fn`], as a caller sees it: without captures.
    pub signature: TypeId,
    /// How many captures a closure of it holds.
    pub captures: u16,
    /// The type of each register. The first hold the parameters, the next ones the captures.
    pub registers: Vec<TypeId>,
    /// The instructions.
    #[serde(with = "super::codec::code_bytes")]
    pub code: Vec<Instr>,
    /// Which line each instruction came from: sorted by `pc`, each entry good up to the next.
    pub lines: Vec<LineEntry>,
    /// Calls that the compiler put the called function's code in place of. Without any, nothing of this is encoded.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub inlined: Vec<InlinedCall>,
}

/// From this instruction on, code came from this line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineEntry {
    /// The first instruction that it speaks of.
    pub pc: u32,
    /// Index into [`Module::files`].
    pub file: u32,
    /// The line, from 1.
    pub line: u32,
    /// Index into [`Function::inlined`]: the call in whose place the code stands. None for the function's own code, for
    /// which nothing of this is encoded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inlined: Option<u32>,
}

/// A call that the called function's code stands in place of. Stack traces show it like any other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InlinedCall {
    /// The called function's name.
    pub function: String,
    /// The call in whose place the code with this call stands: an index below this one's own. None if the code is the
    /// function's own.
    pub caller: Option<u32>,
    /// The call's file: an index into [`Module::files`].
    pub file: u32,
    /// The call's line, from 1.
    pub line: u32,
}

/// A `test` block.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TestEntry {
    /// What the block is called.
    pub name: String,
    /// Its function.
    pub function: FuncId,
}

/// A source file that lines refer to. The text doesn't travel, only its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceFile {
    /// The path as it was given to the compiler, with `/` between its parts.
    pub name: String,
}
