//! The modules that a node keeps, by hash: verified once, run by many.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use mob_vm::Program;
use mob_vm::bytecode::{Module, ModuleHash};

use crate::protocol::CodeRef;

/// A module in both of its forms.
#[derive(Clone)]
pub(super) struct Code {
    /// As it is sent.
    pub(super) bytes: Arc<[u8]>,
    /// As it is run.
    pub(super) program: Arc<Program>,
}

impl Code {
    /// What it is called, and its size.
    pub(super) fn reference(&self) -> CodeRef {
        CodeRef { hash: self.program.hash(), len: self.bytes.len() as u64 }
    }
}

/// Modules by hash. Those that no agent runs make room when it gets tight, the longest unused first.
pub(super) struct Codes {
    bytes_max: u64,
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    codes: HashMap<ModuleHash, (Code, u64)>,
    bytes: u64,
    uses: u64,
}

impl Codes {
    pub(super) fn new(bytes_max: u64) -> Self {
        Self { bytes_max, kept: Mutex::default() }
    }

    /// The module of that name, if it is here.
    pub(super) fn find(&self, hash: ModuleHash) -> Option<Code> {
        let mut kept = self.kept();
        kept.uses += 1;
        let now = kept.uses;
        let (code, used) = kept.codes.get_mut(&hash)?;
        *used = now;
        Some(code.clone())
    }

    /// Checks and verifies what should be the module called `hash`, and keeps it.
    ///
    /// # Errors
    /// A text that says what is wrong with it.
    pub(super) fn insert(&self, hash: ModuleHash, bytes: Vec<u8>) -> Result<Code, String> {
        if let Some(code) = self.find(hash) {
            return Ok(code);
        }
        let module = Module::decode(&bytes).map_err(|error| format!("the module can't be read: {error}"))?;
        if module.hash() != hash {
            return Err("the module does not have the hash that it was announced with".to_owned());
        }
        let program = Program::load(module).map_err(|error| format!("the module is not valid: {error}"))?;
        let code = Code { bytes: bytes.into(), program };
        self.keep(hash, &code);
        Ok(code)
    }

    fn keep(&self, hash: ModuleHash, code: &Code) {
        let mut kept = self.kept();
        kept.make_room(self.bytes_max.saturating_sub(code.bytes.len() as u64));
        kept.uses += 1;
        let used = kept.uses;
        if kept.codes.insert(hash, (code.clone(), used)).is_none() {
            kept.bytes += code.bytes.len() as u64;
        }
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    fn make_room(&mut self, bytes_max: u64) {
        while self.bytes > bytes_max {
            let unused = self.codes.iter().filter(|(_, (code, _))| Arc::strong_count(&code.program) == 1);
            let Some(oldest) = unused.min_by_key(|(_, (_, used))| *used).map(|(hash, _)| *hash) else {
                return;
            };
            if let Some((code, _)) = self.codes.remove(&oldest) {
                self.bytes -= code.bytes.len() as u64;
            }
        }
    }
}
