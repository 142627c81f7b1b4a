//! The verifier: proves a module safe to run, in time linear in its size.
//!
//! What it proves, and the engine relies on:
//! - every index, in tables and instructions, is in range;
//! - each register, field, element and payload only ever holds values of its one type;
//! - code stays in its function, on the starts of instructions, and never runs off the end;
//! - every call passes what its callee takes, and gives what the caller expects;
//! - no register is read before it is written, on any path;
//! - the capability list is exactly what the code can call.
//!
//! What it can't know, the engine checks as it goes: tags, list indices, arithmetic, limits.

mod error;
mod flow;
mod function;
mod operands;
mod rules;
mod tables;
#[cfg(test)]
mod tests;
mod types;

pub use error::{Fault, Place, VerifyError};
pub(crate) use flow::{Shape, goes_on};
pub(crate) use function::FunctionCheck;
pub(crate) use types::messages;

use crate::bytecode::{FuncId, Module, Type, TypeId};
use crate::liveness::{self, Liveness};

/// How many types a module may have.
pub const TYPES_MAX: usize = 1 << 16;
/// How many functions a module may have.
pub const FUNCTIONS_MAX: usize = 1 << 18;
/// How many constants a module may have.
pub const CONSTANTS_MAX: usize = 1 << 20;
/// How many host functions a module may import.
pub const IMPORTS_MAX: usize = 1 << 12;
/// How many functions of other modules a module may need.
pub const LINKS_MAX: usize = 1 << 16;
/// How many registers a function may have.
pub const REGISTERS_MAX: usize = 1 << 15;
/// How many parameters a function may have, and how many captures.
pub const PARAMETERS_MAX: usize = 255;
/// How many fields a struct or tuple may have.
pub const FIELDS_MAX: usize = 1 << 15;
/// How many fields one variant may carry.
pub const PAYLOAD_MAX: usize = 255;
/// How many variants an enum may have.
pub const VARIANTS_MAX: usize = 1 << 15;
/// How long a name may be, in bytes.
pub const NAME_BYTES_MAX: usize = 4096;
/// How many calls that code stands in place of may be within each other.
pub const INLINED_DEPTH_MAX: usize = 32;
/// How many words of code the functions of a module may have together.
pub const CODE_WORDS_MAX: usize = 1 << 21;

/// Proves a module safe, and gives which registers are live where.
///
/// # Errors
/// [`VerifyError`]: the first fault found, with its place.
pub(crate) fn verify(module: &Module) -> Result<Liveness, VerifyError> {
    if !module.links.is_empty() {
        return Err(VerifyError { place: Place::Module, fault: Fault::Unlinked });
    }
    let mut is_imported = vec![false; module.imports.len()];
    verify_from(module, 0, Liveness::default(), &mut is_imported)
}

/// The same for a program whose functions before `first` have been verified, and have this liveness and these imports.
pub(crate) fn verify_from(
    module: &Module,
    first: usize,
    liveness: Liveness,
    is_imported: &mut [bool],
) -> Result<Liveness, VerifyError> {
    let facts = tables::check(module)?;
    let mut liveness = liveness::Builder::resume(liveness, &module.functions[..first]);
    for id in first..module.functions.len() {
        let check = FunctionCheck::new(module, &facts, FuncId(id as u32));
        let shape = check.run(is_imported)?;
        liveness.add(&check, &shape).map_err(|(pc, fault)| check.error(pc, fault))?;
    }
    match is_imported.iter().position(|used| !used) {
        Some(unused) => Err(VerifyError { place: Place::Import(unused as u32), fault: Fault::UnusedImport }),
        None => Ok(liveness.finish()),
    }
}

/// Checks all of a module but its code: what must hold before it is linked with others.
///
/// # Errors
/// As for [`verify`].
pub(crate) fn verify_tables(module: &Module) -> Result<(), VerifyError> {
    tables::check(module).map(|_| ())
}

/// What is worked out about each type, once.
pub(crate) struct TypeFacts {
    /// Whether equal slots are equal values.
    is_word: Vec<bool>,
    /// Whether values can be compared and shown: no function or cell can be reached from them.
    is_data: Vec<bool>,
    /// Whether values can be sent: no inbox can be reached from them but through functions, which are looked at when they
    /// are sent.
    is_message: Vec<bool>,
}

/// The entry of a checked table.
fn type_at(module: &Module, id: TypeId) -> &Type {
    &module.types[id.0 as usize]
}
