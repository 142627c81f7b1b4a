//! Verified modules, laid out for running. Shared by all agents that run them.

mod constants;
mod functions;
mod fuse;
mod identity;
mod link;
mod messages;
#[cfg(test)]
mod tests;
mod types;

use std::ops::Range;
use std::sync::Arc;

pub(crate) use functions::{Entry, FunctionInfo, PROLOGUE_WORDS, Prologue};
pub(crate) use fuse::{Given, Sequence, with_sequences};
pub use link::LinkError;
pub(crate) use messages::MessageType;
use messages::MessageTypes;
pub use messages::TypeHash;
pub(crate) use types::{FieldsLayout, Keys, ObjectLayout, SlotKind, TableLayout, TypeLayout, WellKnown};

use crate::bytecode::{ARGS_PER_WORD, FuncId, Instr, Module, ModuleHash, Type, TypeId};
use crate::liveness::Liveness;
use crate::snapshot::Shapes;
use crate::verify::{VerifyError, verify};

/// A verified program, ready to run: one module, or several that were linked one after the other.
#[derive(Debug)]
pub struct Program {
    /// All modules as one, whose tables begin with those of the first.
    module: Module,
    /// The modules that it consists of, in the order of linking.
    parts: Vec<Part>,
    /// The code of all functions as it is run, one after the other. A `pc` anywhere in the engine is an index into it. It
    /// differs from that of the module: each function has [`PROLOGUE_WORDS`] before it, a `call` says how far away the
    /// function is and not which, an instruction that looks a key up how long entries are, and words that begin a [`Sequence`] have its opcode.
    pub(crate) code: Vec<Instr>,
    /// What a call reads of each function.
    pub(crate) entries: Vec<Entry>,
    /// What else there is to know of each function.
    pub(crate) functions: Vec<FunctionInfo>,
    /// Each constant as the slot that `const` loads.
    pub(crate) constants: Vec<u64>,
    /// The objects of `Str` and `Bytes` constants, at the offsets that references with
    /// [`CONSTANT_BIT`](crate::layout::CONSTANT_BIT) name.
    pub(crate) constant_area: Vec<u64>,
    /// How objects of each type lie, by type id.
    pub(crate) layouts: Vec<TypeLayout>,
    /// How many fields each struct and tuple has, by type id.
    pub(crate) field_counts: Vec<u32>,
    /// The ids of types that the engine itself makes objects of.
    pub(crate) well_known: WellKnown,
    /// Which registers are live at each safepoint.
    pub(crate) liveness: Liveness,
    /// What a snapshot's slots and objects may hold.
    pub(crate) shapes: Shapes,
    /// What its types of messages are between programs.
    messages: MessageTypes,
}

/// One module of a program.
#[derive(Debug, Clone)]
struct Part {
    hash: ModuleHash,
    /// Where its functions stand among those of the program.
    functions: Range<u32>,
}

impl Program {
    /// Verifies a module and lays it out for running.
    ///
    /// # Errors
    /// [`VerifyError`] names the first fault found and its place.
    pub fn load(module: Module) -> Result<Arc<Self>, VerifyError> {
        let liveness = verify(&module)?;
        let part = Part { hash: module.hash(), functions: 0..module.functions.len() as u32 };
        Ok(Arc::new(Self::lay_out(module, vec![part], liveness)))
    }

    /// Lays out what has been verified.
    fn lay_out(module: Module, parts: Vec<Part>, liveness: Liveness) -> Self {
        let layouts = types::layouts(&module.types);
        let well_known = WellKnown::find(&module.types);
        let (constants, constant_area) = constants::lay_out(&module.constants, well_known);
        let shapes = Shapes::new(&module, &constants);
        let (code, entries, functions) = functions::lay_out(&module, &layouts);
        let field_counts = layouts.iter().map(TypeLayout::field_count).collect();
        Self {
            module,
            parts,
            code,
            entries,
            functions,
            constants,
            constant_area,
            layouts,
            field_counts,
            well_known,
            liveness,
            shapes,
            messages: MessageTypes::default(),
        }
    }

    /// The module that it was loaded from. Of a program of several modules, all of them as one: ids of types and
    /// functions anywhere in the engine are indices into its tables, which begin with those of the first module.
    pub fn module(&self) -> &Module {
        &self.module
    }

    /// The hash of the module that it was loaded from; of several, the first one's.
    pub fn hash(&self) -> ModuleHash {
        // There is always one, which `load` put there.
        self.parts.first().map_or(ModuleHash([0; 32]), |part| part.hash)
    }

    /// The hashes of its modules, in the order of linking.
    pub fn modules(&self) -> impl ExactSizeIterator<Item = ModuleHash> {
        self.parts.iter().map(|part| part.hash)
    }

    /// The function of this name that one of its modules has; the first, if several have the name. `None` if the program
    /// lacks the module or the module the function.
    pub fn function(&self, module: ModuleHash, name: &str) -> Option<FuncId> {
        let part = self.parts.iter().find(|part| part.hash == module)?;
        part.functions.clone().map(FuncId).find(|id| self.module.functions[id.0 as usize].name == name)
    }

    /// The function that a run begins with, if the module is a program.
    pub fn main(&self) -> Option<FuncId> {
        self.module.main
    }

    /// A type's name as the language writes it.
    pub fn type_name(&self, id: TypeId) -> String {
        crate::bytecode::type_name(&self.module.types, id)
    }

    /// A type of the module's table.
    pub(crate) fn ty(&self, id: TypeId) -> &Type {
        &self.module.types[id.0 as usize]
    }

    /// The function that an instruction belongs to.
    pub(crate) fn function_at(&self, pc: u32) -> FuncId {
        FuncId(self.entries.partition_point(|entry| entry.start <= pc).saturating_sub(1) as u32)
    }

    /// The type of a register of the function that an instruction belongs to.
    pub(crate) fn register_type(&self, pc: u32, register: u16) -> TypeId {
        self.module.functions[self.function_at(pc).0 as usize].registers[register as usize]
    }

    /// How the entries of a map or set lie, of a type that is one.
    #[inline]
    pub(crate) fn table(&self, ty: u32) -> &TableLayout {
        match &self.layouts[ty as usize].object {
            ObjectLayout::Table(table) => table,
            _ => unreachable!("the verifier let only maps and sets be used as such"),
        }
    }

    /// What the function that an instruction belongs to returns.
    pub(crate) fn result_type(&self, pc: u32) -> TypeId {
        self.functions[self.function_at(pc).0 as usize].result
    }

    /// The registers that the instruction at `pc` names as arguments: `first` in its own word, the others in `args`
    /// words after it.
    pub(crate) fn args(&self, pc: u32, count: usize, first: Option<u16>) -> impl Iterator<Item = u16> {
        let words = &self.code[pc as usize + 1..];
        let further = (0..count.saturating_sub(first.is_some().into())).map(|index| {
            let word = &words[index / ARGS_PER_WORD];
            [word.a(), word.b(), word.c()][index % ARGS_PER_WORD]
        });
        first.into_iter().take(count).chain(further)
    }

    /// How many `args` words follow an instruction with so many arguments, of which the first may be in its own word.
    pub(crate) const fn args_words(count: usize, first_in_word: bool) -> u32 {
        count.saturating_sub(first_in_word as usize).div_ceil(ARGS_PER_WORD) as u32
    }
}
