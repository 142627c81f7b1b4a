//! A session as a file: its inputs, its modules, and a snapshot of its agent.
//!
//! ```text
//! MOBR   magic
//! 1      the version, 2 bytes, the lowest first
//! hash   BLAKE3 of the body
//! body   MessagePack: modules, inputs, variables, snapshot
//! ```
//! Whoever reads one trusts nothing of it: modules are verified and may only call what the engine gives, inputs are
//! compiled again, and the snapshot is checked against the program.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::sync::Arc;

use mob_compiler::session::{self as compiler, Past, ReplayError};
use mob_compiler::sources::Sources;
use mob_vm::bytecode::{DecodeError, Module};
use mob_vm::{KeptId, LinkError, SnapshotError};
use serde::{Deserialize, Serialize};

use super::{InputError, Session};
use crate::agent::Agent;
use crate::engine::{Engine, LoadError};
use crate::program::Program;

const MAGIC: [u8; 4] = *b"MOBR";
/// The version of the file format that this build writes and reads.
pub const SESSION_VERSION: u16 = 1;
const HEADER_BYTES: usize = MAGIC.len() + 2 + 32;
/// How deep the body may nest. Nothing in it is recursive.
const DEPTH_MAX: usize = 16;
/// How many inputs a file may hold.
const INPUTS_MAX: usize = 10_000;

/// Why a session could not be written or read.
#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    /// An input is being run.
    #[error("an input is being run: a session can be saved once it has ended")]
    Busy,
    /// The first bytes are not a session's.
    #[error("this is not a saved session: it does not begin with MOBR")]
    NotASession,
    /// Another build wrote it.
    #[error("the session has format version {version}, and this build reads version {SESSION_VERSION}")]
    OtherVersion {
        /// Its version.
        version: u16,
    },
    /// The bytes are not those that were written.
    #[error("the saved session is damaged or cut off")]
    Damaged,
    /// The body can't be read, or contradicts itself.
    #[error("the saved session is malformed: {0}")]
    Malformed(String),
    /// One of its modules is no module.
    #[error("a module of the saved session is refused: {0}")]
    Module(#[from] DecodeError),
    /// One of its modules wants what the engine doesn't give.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// One of its modules is not valid, or needs what the others lack.
    #[error("a module of the saved session is refused: {0}")]
    Link(#[from] LinkError),
    /// Its agent is refused.
    #[error(transparent)]
    Snapshot(#[from] SnapshotError),
    /// An input does not compile any more.
    #[error("{0}: it was saved by another version of mvm\n{rendered}", rendered = rendered(.0))]
    Replay(#[from] ReplayError),
    /// An input compiles to another module than it did.
    #[error("the input {0} means something else in this version of mvm, so the session can't go on")]
    OtherMeaning(String),
}

fn rendered(error: &ReplayError) -> String {
    error.error.diagnostics.render(&error.error.sources, mob_compiler::diagnostic::Style::Plain)
}

/// The body of a file.
#[derive(Serialize, Deserialize)]
struct Body {
    /// The modules in the order of linking, each as `mvm build` writes it.
    modules: Vec<serde_bytes::ByteBuf>,
    inputs: Vec<SavedInput>,
    /// Each variable with the id of the value that is kept for it.
    variables: Vec<(String, u32)>,
    snapshot: serde_bytes::ByteBuf,
}

/// An input as [`Past`] has it.
#[derive(Serialize, Deserialize)]
struct SavedInput {
    name: String,
    text: String,
    is_fresh: bool,
    files: Vec<(String, String)>,
}

/// The program with which every session begins: a module without anything in it.
pub(super) fn first_agent(limits: mob_vm::Limits) -> mob_vm::Agent {
    let module = Module {
        name: "session".to_owned(),
        types: Vec::new(),
        constants: Vec::new(),
        imports: Vec::new(),
        capabilities: Vec::new(),
        functions: Vec::new(),
        main: None,
        tests: Vec::new(),
        files: Vec::new(),
        links: Vec::new(),
    };
    match mob_vm::Program::load(module) {
        Ok(program) => mob_vm::Agent::new(program, limits),
        Err(error) => unreachable!("a module without functions has nothing that could be wrong: {error}"),
    }
}

impl<'s> Session<'s> {
    /// The session as the bytes of a file.
    ///
    /// # Errors
    /// If an input is being run, or the agent is larger than its limit on snapshots allows.
    pub fn save(&mut self) -> Result<Vec<u8>, SessionError> {
        if self.running.is_some() {
            return Err(SessionError::Busy);
        }
        let inputs = self.compiler.history().iter().map(|past| saved(past)).collect();
        let body = Body {
            modules: self.modules.iter().cloned().map(serde_bytes::ByteBuf::from).collect(),
            inputs,
            variables: self.variables.iter().map(|(name, id)| (name.clone(), id.0)).collect(),
            snapshot: serde_bytes::ByteBuf::from(self.agent.snapshot()?),
        };
        let mut bytes = Vec::new();
        // Writing to a Vec can't fail, and every length is known before it is written.
        body.serialize(&mut rmp_serde::Serializer::new(&mut bytes))
            .map_err(|error| SessionError::Malformed(error.to_string()))?;
        let version = SESSION_VERSION.to_le_bytes();
        Ok([&MAGIC[..], &version, blake3::hash(&bytes).as_bytes(), &bytes].concat())
    }

    pub(crate) fn restore(
        engine: Engine,
        sources: &'s dyn Sources,
        bytes: &[u8],
    ) -> Result<Self, SessionError> {
        let body = read(bytes)?;
        let mut session = Self::new(engine, sources);
        for bytes in &body.modules {
            session.link(&Module::decode(bytes)?).map_err(|error| match error {
                InputError::Load(error) => error.into(),
                InputError::Link(error) => error.into(),
                other => SessionError::Malformed(other.to_string()),
            })?;
        }
        let program = Program {
            inner: Arc::clone(session.agent.inner.program()),
            functions: Arc::clone(&session.agent.functions),
            limits: session.engine.limits,
        };
        session.agent = Agent::restore(&program, &body.snapshot)?;
        session.agent.rest();
        let history: Vec<Arc<Past>> = body.inputs.into_iter().map(|input| Arc::new(past(input))).collect();
        let (compiler, modules) = compiler::Session::replay(sources, &history)?;
        for (module, past) in modules.iter().zip(&history) {
            let hash = module.hash();
            if !program.inner.modules().any(|linked| linked == hash) {
                return Err(SessionError::OtherMeaning(past.name.clone()));
            }
        }
        session.compiler = compiler;
        session.variables = variables(&session.agent.inner, body.variables)?;
        Ok(session)
    }
}

/// The kept value of each variable. That it is of the variable's type is seen when it is used.
fn variables(
    agent: &mob_vm::Agent,
    saved: Vec<(String, u32)>,
) -> Result<BTreeMap<String, KeptId>, SessionError> {
    let mut variables = BTreeMap::new();
    for (name, id) in saved {
        let id = KeptId(id);
        if agent.kept_type(id).is_none() || variables.contains_key(&name) {
            return Err(SessionError::Malformed(format!("the variable `{name}` has no value of its own")));
        }
        variables.insert(name, id);
    }
    Ok(variables)
}

fn saved(past: &Past) -> SavedInput {
    let Past { name, text, is_fresh, files } = past.clone();
    SavedInput { name, text, is_fresh, files }
}

fn past(saved: SavedInput) -> Past {
    let SavedInput { name, text, is_fresh, files } = saved;
    Past { name, text, is_fresh, files }
}

fn read(bytes: &[u8]) -> Result<Body, SessionError> {
    if !bytes.starts_with(&MAGIC) {
        return Err(SessionError::NotASession);
    }
    let (header, body) = bytes.split_at_checked(HEADER_BYTES).ok_or(SessionError::Damaged)?;
    let version = u16::from_le_bytes([header[4], header[5]]);
    if version != SESSION_VERSION {
        return Err(SessionError::OtherVersion { version });
    }
    if header[6..] != *blake3::hash(body).as_bytes() {
        return Err(SessionError::Damaged);
    }
    let mut reader = rmp_serde::Deserializer::new(Cursor::new(body));
    reader.set_max_depth(DEPTH_MAX);
    let read = Body::deserialize(&mut reader).map_err(|error| SessionError::Malformed(error.to_string()))?;
    if reader.position() != body.len() as u64 {
        return Err(SessionError::Malformed("something follows its end".to_owned()));
    }
    if read.inputs.len() > INPUTS_MAX || read.modules.len() > 2 * INPUTS_MAX {
        return Err(SessionError::Malformed(format!("it has more than {INPUTS_MAX} inputs")));
    }
    Ok(read)
}
