//! Linking: one more module for a program. A line of a session, code on demand, a closure from elsewhere and an upgrade
//! are all that.
//!
//! The program's tables only grow, so that every id in them keeps its meaning: what an agent's heap, frames and pending
//! call say of the program before is as true of the program after. A type that the program has is not added again; the
//! new module's code is rewritten to the ids that its types, functions, constants and imports come to have, and then
//! verified against the tables of the whole.

use std::collections::HashMap;
use std::sync::Arc;

use thiserror::Error;

use super::identity::{TooComplex, identities};
use super::{Part, Program};
use crate::bytecode::{
    FuncId, Function, Import, InlinedCall, LineEntry, Link, Module, ModuleHash, Role, TypeId, type_name,
};
use crate::verify::{Fault, Place, VerifyError, verify_from, verify_tables};

/// Why a module could not be linked.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum LinkError {
    /// The module is not valid by itself, or not in the program. In the latter case, places count in the program's tables.
    #[error(transparent)]
    Verify(#[from] VerifyError),
    /// It needs a module that the program lacks.
    #[error("it calls `{function}` of module {module}, which has to be linked before")]
    NoModule {
        /// The module that is wanted.
        module: ModuleHash,
        /// The function that is wanted of it.
        function: String,
    },
    /// It needs a function that a module lacks.
    #[error("it calls `{function}` of module {module}, which has no function of that name that it can call")]
    NoFunction {
        /// The module.
        module: ModuleHash,
        /// The function that is wanted of it.
        function: String,
    },
    /// It needs a function whose name several functions of its module have.
    #[error("it calls `{function}` of module {module}, which has several functions of that name")]
    Ambiguous {
        /// The module.
        module: ModuleHash,
        /// The function's name.
        function: String,
    },
    /// A function that it needs has other parameters, or another result.
    #[error("it calls `{function}` as {wanted}, and it is {found}")]
    Signature {
        /// The function.
        function: String,
        /// The type that the module takes it to have.
        wanted: String,
        /// The type that it has.
        found: String,
    },
    /// Its types hang together so closely that finding out which of them the program has would take too long.
    #[error("its types are too many and too closely connected to be linked")]
    TypesTooComplex,
}

impl Program {
    /// The program with one more module, which may call functions of those before it. The program itself is not changed,
    /// and its ids mean the same in the new one. A module that is in the program already is not added again.
    ///
    /// # Errors
    /// [`LinkError`]: the module is not valid, or needs what the program lacks.
    pub fn link(self: &Arc<Self>, module: &Module) -> Result<Arc<Self>, LinkError> {
        let hash = module.hash();
        if self.parts.iter().any(|part| part.hash == hash) {
            return Ok(Arc::clone(self));
        }
        verify_tables(module)?;
        let mut linked = self.module.clone();
        let first = linked.functions.len();
        let imports = Linking { program: self, module, linked: &mut linked }.add()?;
        let mut is_imported: Vec<bool> = (0..linked.imports.len()).map(|id| !imports.contains(&id)).collect();
        let liveness = verify_from(&linked, first, self.liveness.clone(), &mut is_imported)?;
        let mut parts = self.parts.clone();
        parts.push(Part { hash, functions: first as u32..linked.functions.len() as u32 });
        Ok(Arc::new(Self::lay_out(linked, parts, liveness)))
    }
}

/// A module on its way into a program.
struct Linking<'a> {
    program: &'a Program,
    module: &'a Module,
    linked: &'a mut Module,
}

/// Where the new module's entries stand in the tables of the whole.
struct Places {
    types: Vec<TypeId>,
    functions: Vec<FuncId>,
    imports: Vec<usize>,
    first_constant: u32,
    first_file: u32,
}

impl Linking<'_> {
    /// Adds the module's entries to the tables, and gives the indices of its imports.
    fn add(mut self) -> Result<Vec<usize>, LinkError> {
        let types = self.types()?;
        let functions = self.functions(&types)?;
        let imports = self.imports(&types);
        let first_constant = self.linked.constants.len() as u32;
        let first_file = self.linked.files.len() as u32;
        self.linked.constants.extend(self.module.constants.iter().cloned());
        self.linked.files.extend(self.module.files.iter().cloned());
        let places = Places { types, functions, imports, first_constant, first_file };
        for (id, function) in (0_u32..).zip(&self.module.functions) {
            self.linked.functions.push(places.function(FuncId(id), function)?);
        }
        Ok(places.imports)
    }

    /// Unifies the module's types with the program's, and adds those that are new.
    fn types(&mut self) -> Result<Vec<TypeId>, LinkError> {
        let too_complex = |TooComplex| LinkError::TypesTooComplex;
        let known = identities(&self.linked.types).map_err(too_complex)?;
        let mut ids: HashMap<_, TypeId> = known.into_iter().zip((0..).map(TypeId)).collect();
        let mut added = Vec::new();
        let mut types = Vec::with_capacity(self.module.types.len());
        for (ty, identity) in
            self.module.types.iter().zip(identities(&self.module.types).map_err(too_complex)?)
        {
            let new = TypeId((self.linked.types.len() + added.len()) as u32);
            let id = *ids.entry(identity).or_insert(new);
            if id == new {
                added.push(ty);
            }
            types.push(id);
        }
        let place = |id: TypeId| types[id.0 as usize];
        self.linked.types.extend(added.into_iter().map(|ty| ty.map_ids(place)));
        Ok(types)
    }

    /// The module's own functions, and behind them those that it needs of other modules.
    fn functions(&self, types: &[TypeId]) -> Result<Vec<FuncId>, LinkError> {
        let first = self.linked.functions.len() as u32;
        let own = (first..).map(FuncId).take(self.module.functions.len()).map(Ok);
        own.chain(self.module.links.iter().map(|link| self.needed(link, types))).collect()
    }

    fn needed(&self, link: &Link, types: &[TypeId]) -> Result<FuncId, LinkError> {
        let (module, function) = (link.module, link.function.clone());
        let Some(part) = self.program.parts.iter().find(|part| part.hash == link.module) else {
            return Err(LinkError::NoModule { module, function });
        };
        let functions = &self.program.module.functions;
        let mut found =
            part.functions.clone().filter(|id| functions[*id as usize].name == link.function).map(FuncId);
        let (first, second) = (found.next(), found.next());
        let Some(id) = first.filter(|id| functions[id.0 as usize].captures == 0) else {
            return Err(LinkError::NoFunction { module, function });
        };
        if second.is_some() {
            return Err(LinkError::Ambiguous { module, function });
        }
        let have = functions[id.0 as usize].signature;
        if have == types[link.signature.0 as usize] {
            return Ok(id);
        }
        let wanted = type_name(&self.module.types, link.signature);
        Err(LinkError::Signature { function, wanted, found: type_name(&self.linked.types, have) })
    }

    /// Unifies the host functions that the module calls with the program's, and their capabilities.
    fn imports(&mut self, types: &[TypeId]) -> Vec<usize> {
        let mut ids: HashMap<Import, usize> = self.linked.imports.iter().cloned().zip(0..).collect();
        let place = |id: &TypeId| types[id.0 as usize];
        let imports = self.module.imports.iter().map(|import| {
            let params = import.params.iter().map(place).collect();
            let import = Import { name: import.name.clone(), params, result: place(&import.result) };
            let new = self.linked.imports.len();
            let id = *ids.entry(import.clone()).or_insert(new);
            if id == new {
                self.linked.imports.push(import);
            }
            id
        });
        let imports = imports.collect();
        let capabilities = &mut self.linked.capabilities;
        capabilities.extend(self.module.capabilities.iter().cloned());
        capabilities.sort();
        capabilities.dedup();
        imports
    }
}

impl Places {
    fn function(&self, id: FuncId, function: &Function) -> Result<Function, LinkError> {
        let ty = |id: &TypeId| self.types[id.0 as usize];
        let line = |entry: &LineEntry| LineEntry { file: entry.file + self.first_file, ..*entry };
        let inlined = |call: &InlinedCall| InlinedCall { file: call.file + self.first_file, ..call.clone() };
        let mut code = function.code.clone();
        for (pc, word) in (0_u32..).zip(&mut code) {
            *word = word.map_entries(|role, index| self.entry(role, index)).ok_or_else(|| {
                let place = Place::Instruction { function: id, name: function.name.clone(), pc };
                VerifyError { place, fault: Fault::NoEntry }
            })?;
        }
        Ok(Function {
            name: function.name.clone(),
            signature: ty(&function.signature),
            captures: function.captures,
            registers: function.registers.iter().map(ty).collect(),
            code,
            lines: function.lines.iter().map(line).collect(),
            inlined: function.inlined.iter().map(inlined).collect(),
        })
    }

    /// What an index in the module's code is in the program's. An index beyond its table's end is none.
    fn entry(&self, role: Role, index: u32) -> Option<u32> {
        let at = index as usize;
        match role {
            Role::Func => self.functions.get(at).map(|id| id.0),
            Role::Type => self.types.get(at).map(|id| id.0),
            Role::Import => self.imports.get(at).map(|id| *id as u32),
            // The module's constants are the last ones, so the verifier sees whether there are as many.
            Role::Const => self.first_constant.checked_add(index),
            _ => None,
        }
    }
}
