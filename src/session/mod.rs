//! Sessions: inputs evaluated one after the other by one agent, as the REPL does.

mod file;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use mob_compiler::CompileError;
use mob_compiler::diagnostic::Diagnostics;
use mob_compiler::session::{self as compiler, ENTRY, Input, Statements};
use mob_compiler::source::SourceMap;
use mob_compiler::sources::Sources;
use mob_vm::bytecode::Module;
use mob_vm::{CallError, KeptId, LinkError, Trap};

pub use file::{SESSION_VERSION, SessionError};

use crate::agent::{Agent, Outcome};
use crate::engine::{Engine, LoadError};

/// A session: what was typed so far, and the agent that holds its variables.
///
/// An input is begun ([`Session::begin`]), which compiles and links it, and then run in slices ([`Session::run`]). If it
/// traps, or is given up, the session goes on with the names and variables that it had before; what the input changed in
/// place stays changed.
///
/// ```
/// let sources = mvm::StdlibSources;
/// let mut session = mvm::Engine::new().session(&sources);
/// session.begin("[1]", "var n = 20")?;
/// session.run(1_000)?;
/// session.begin("[2]", "n += 1\nn * 2")?;
/// let mvm::Progress::Done(evaluated) = session.run(1_000)? else { panic!("it ends soon") };
/// assert_eq!(evaluated.value.unwrap().text, "42");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Session<'s> {
    engine: Engine,
    compiler: compiler::Session<'s>,
    agent: Agent,
    /// Which kept value each variable is.
    variables: BTreeMap<String, KeptId>,
    /// The modules linked so far, those of inputs that failed included, for a file.
    modules: Vec<Vec<u8>>,
    running: Option<Running<'s>>,
}

/// An input that is being run.
struct Running<'s> {
    /// The session that it makes, if it comes to its end.
    next: compiler::Session<'s>,
    statements: Statements,
}

/// An input that was compiled and linked.
#[derive(Debug, Clone)]
pub struct Begun {
    /// What is worth saying about it.
    pub warnings: Diagnostics,
    /// The texts that the warnings speak of.
    pub sources: SourceMap,
    /// The functions of its module, beside those that it links.
    pub module: Module,
}

/// Why an input was not begun. The session is as it was.
#[derive(Debug, thiserror::Error)]
pub enum InputError {
    /// It, or a file that it uses, does not compile.
    #[error(transparent)]
    Compile(#[from] Box<CompileError>),
    /// It wants what the engine doesn't give.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// It could not be linked: the session has become too large, or the compiler is at fault.
    #[error("the input could not be linked: {0}")]
    Link(#[from] LinkError),
    /// Its function could not be called: there is another that has not ended, or the stack's limit is too low.
    #[error(transparent)]
    Call(#[from] CallError),
}

/// Where a run of an input stopped.
#[derive(Debug, Clone, PartialEq)]
pub enum Progress {
    /// It came to its end.
    Done(Evaluated),
    /// The fuel is used up. Run again to go on.
    OutOfFuel,
    /// It asked to go on at the node of this name. Tell it with [`Session::stay`] that it can't, then run on.
    Depart(String),
    /// All agents wait, and nothing happens before so much time has passed. Then run on.
    Asleep(Duration),
}

/// What came of an input.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Evaluated {
    /// The value of its last expression; none if that is `()` or there is none.
    pub value: Option<Shown>,
    /// The variables that it declared.
    pub variables: Vec<NewVariable>,
}

/// A value as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// As the language shows it inside of another value, cut short after the limit on values.
    pub text: String,
    /// Its type.
    pub ty: String,
}

/// A variable that an input declared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewVariable {
    /// Its name.
    pub name: String,
    /// Whether it is a `var`.
    pub mutable: bool,
    /// What it holds at the input's end.
    pub value: Shown,
}

impl<'s> Session<'s> {
    pub(crate) fn new(engine: Engine, sources: &'s dyn Sources) -> Self {
        let (agent, modules) = (
            Agent::resting(file::first_agent(engine.limits), engine.mourner().into_iter().collect()),
            Vec::new(),
        );
        let compiler = compiler::Session::new(sources);
        Self { engine, compiler, agent, variables: BTreeMap::new(), modules, running: None }
    }

    /// The names and types of the session, for questions about what could be typed next.
    #[must_use]
    pub fn names(&self) -> &compiler::Session<'s> {
        &self.compiler
    }

    /// Compiles and links an input. Nothing of it has run. An input without statements has come to its end with that.
    ///
    /// `name` is what diagnostics and stack traces call it; files that it uses are asked for relative to it.
    ///
    /// # Errors
    /// [`InputError`]: it is not correct, or may not be run here.
    pub fn begin(&mut self, name: &str, text: &str) -> Result<Begun, InputError> {
        if self.running.is_some() {
            return Err(CallError::Busy.into());
        }
        let (next, input) = self.compiler.input(name, text)?;
        self.link(&input.module)?;
        let Input { module, statements, warnings, sources } = input;
        match statements {
            Some(statements) => {
                self.call(&module, &statements)?;
                self.running = Some(Running { next, statements });
            }
            None => self.compiler = next,
        }
        Ok(Begun { warnings, sources, module })
    }

    /// Links a module, if the engine gives what it imports.
    fn link(&mut self, module: &Module) -> Result<(), InputError> {
        let mut functions = BTreeMap::clone(&self.agent.functions);
        for import in &module.imports {
            if let Some(function) = self.engine.resolve(module, import)? {
                functions.insert(import.name.clone(), function);
            }
        }
        let before = self.agent.inner.program().modules().len();
        self.agent.inner.link(module)?;
        if self.agent.inner.program().modules().len() > before {
            self.modules.push(module.encode());
        }
        self.agent.functions = Arc::new(functions);
        Ok(())
    }

    fn call(&mut self, module: &Module, statements: &Statements) -> Result<(), InputError> {
        // A function that is not there is refused by the call; the compiler put it into the module.
        let missing = CallError::NoSuchFunction(u32::MAX);
        let entry = self.agent.inner.program().function(module.hash(), ENTRY).ok_or(missing)?;
        let kept = |name: &String| self.variables.get(name).copied().unwrap_or(KeptId(u32::MAX));
        let takes: Vec<KeptId> = statements.takes.iter().map(kept).collect();
        Ok(self.agent.inner.call(entry, &takes)?)
    }

    /// Runs the input that was begun, with at most this much fuel.
    ///
    /// # Errors
    /// If it traps or reaches a limit. The session goes on without it.
    pub fn run(&mut self, fuel: u64) -> Result<Progress, Trap> {
        if self.running.is_none() {
            return Ok(Progress::Done(Evaluated::default()));
        }
        match self.agent.run(fuel) {
            Ok(Outcome::Done) => Ok(Progress::Done(self.end())),
            Ok(Outcome::OutOfFuel) => Ok(Progress::OutOfFuel),
            Ok(Outcome::Depart(node)) => Ok(Progress::Depart(node)),
            Ok(Outcome::Asleep(time)) => Ok(Progress::Asleep(time)),
            Err(trap) => {
                self.stop();
                Err(trap)
            }
        }
    }

    /// Keeps what the input gave, and lets what it declared be seen from here on.
    fn end(&mut self) -> Evaluated {
        let (Some(Running { next, statements }), Some(result)) =
            (self.running.take(), self.agent.inner.keep_result())
        else {
            return Evaluated::default();
        };
        self.compiler = next;
        let agent = &mut self.agent.inner;
        let is_alone = statements.gives.is_empty();
        let value = if is_alone { Some(result) } else { agent.keep_field(result, 0) };
        let mut variables = Vec::new();
        for (index, given) in (1..).zip(statements.gives) {
            let Some(kept) = agent.keep_field(result, index) else { continue };
            let value = Shown { text: text_of(agent, kept), ty: given.ty };
            if let Some(before) = self.variables.insert(given.name.clone(), kept) {
                agent.release(before);
            }
            variables.push(NewVariable { name: given.name, mutable: given.mutable, value });
        }
        let shown = statements.value.zip(value).map(|(ty, id)| Shown { text: text_of(agent, id), ty });
        agent.release(result);
        if let Some(value) = value {
            agent.release(value);
        }
        Evaluated { value: shown, variables }
    }

    /// Gives up the input that is being run, if there is one. The session goes on without it.
    pub fn stop(&mut self) {
        self.agent.rest();
        self.running = None;
    }

    /// Tells an input that asked to leave that there is no such node, and why: its `go` gives an `Err`.
    pub fn stay(&mut self, reason: impl Into<String>) {
        // It is only refused if nothing asked to leave, and then there is nobody to tell.
        self.agent.stay(reason).unwrap_or_default();
    }

    /// Lets inputs from here on read the files again that they use.
    pub fn refresh_files(&mut self) {
        self.compiler = self.compiler.with_fresh_files();
    }

    /// Fuel used by all inputs so far.
    #[must_use]
    pub fn fuel_used(&self) -> u64 {
        self.agent.fuel_used()
    }

    /// Bytes of heap in use, garbage included.
    #[must_use]
    pub fn heap_bytes(&self) -> usize {
        self.agent.heap_bytes()
    }

    /// The active calls of the input that is being run, the innermost first.
    #[must_use]
    pub fn stack_trace(&self) -> Vec<mob_vm::TraceLine> {
        self.agent.stack_trace()
    }

    /// What a variable holds, and its type; none if there is no such variable.
    #[must_use]
    pub fn variable(&self, name: &str) -> Option<Shown> {
        let id = self.variables.get(name)?;
        let found = self.compiler.variables().into_iter().find(|variable| variable.name == name)?;
        Some(Shown { text: text_of(&self.agent.inner, *id), ty: found.ty })
    }
}

fn text_of(agent: &mob_vm::Agent, kept: KeptId) -> String {
    agent.kept_text(kept).unwrap_or_default()
}
