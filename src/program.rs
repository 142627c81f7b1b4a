//! A program that is ready to run in an engine.

use std::collections::BTreeMap;
use std::sync::Arc;

use mob_vm::Limits;
use mob_vm::bytecode::{ModuleHash, Op};

use crate::host::ErasedFunction;

/// A verified program, connected with the host functions that it calls. Cheap to clone; any number of agents, on any
/// threads, may run one.
#[derive(Debug, Clone)]
pub struct Program {
    pub(crate) inner: Arc<mob_vm::Program>,
    pub(crate) functions: Arc<BTreeMap<String, ErasedFunction>>,
    pub(crate) limits: Limits,
}

impl Program {
    pub(crate) fn new(
        inner: Arc<mob_vm::Program>,
        functions: BTreeMap<String, ErasedFunction>,
        limits: Limits,
    ) -> Self {
        Self { inner, functions: Arc::new(functions), limits }
    }

    /// The capabilities that the program uses, in alphabetical order. It can do nothing else to the outside.
    #[must_use]
    pub fn capabilities(&self) -> &[String] {
        &self.inner.module().capabilities
    }

    /// The hash that names the program's code.
    #[must_use]
    pub fn hash(&self) -> ModuleHash {
        self.inner.hash()
    }

    /// The program as a file: what `mvm build` writes, and [`Engine::load_bytes`](crate::Engine::load_bytes) reads.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        self.inner.module().encode()
    }

    /// Whether the program can begin agents beside its own.
    #[must_use]
    pub fn begins_agents(&self) -> bool {
        let functions = &self.inner.module().functions;
        functions.iter().any(|function| function.code.iter().any(|instr| instr.op() == Some(Op::Spawn)))
    }

    /// The verified module, for tools.
    #[must_use]
    pub fn inner(&self) -> &Arc<mob_vm::Program> {
        &self.inner
    }
}
