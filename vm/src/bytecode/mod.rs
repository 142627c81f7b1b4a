//! What the compiler makes and the engine runs: types, instructions, modules. Plain data, no behaviour of the engine.

mod codec;
mod instr;
mod list;
mod module;
mod op;
mod types;

pub use codec::{DecodeError, HEADER_BYTES, MODULE_BYTES_MAX, module_hash};
pub use instr::{ARGS_PER_WORD, Instr, SMALL_MAX, SMALL_MIN, WIDE_INDEX_MAX};
pub use module::{
    Constant, FORMAT_VERSION, Function, Import, InlinedCall, LineEntry, Link, MAGIC, Module, ModuleHash,
    SourceFile, TestEntry,
};
pub use op::{Op, OpInfo, Operand, Role, Slot, Ty};
pub use types::{EnumType, Field, FuncId, StructType, Type, TypeId, Variant, type_name};
