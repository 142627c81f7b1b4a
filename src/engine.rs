//! The engine: what programs may use and call, and where they are loaded.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use mob_compiler::sources::Sources;
use mob_compiler::{CompileError, Options};
use mob_host::{Folder, Variables};
use mob_vm::bytecode::{DecodeError, Import, Module};
use mob_vm::{GO, Limits, VerifyError};

use crate::agent::{Agent, CONSOLE_ERROR, RunError};
use crate::group::AGENT_FUNCTIONS;
use crate::host::{
    ErasedFunction, FromValue, HostFunction, STANDARD_CAPABILITIES, declared_signature, file_functions,
    standard_functions, variable_functions,
};
use crate::program::Program;
use crate::session::{Session, SessionError};
use crate::sources::{FileSources, StdlibSources, read_source};

/// Where programs are compiled and loaded, with what they may call and use.
///
/// A new engine lets programs print and nothing else. [`register`](Self::register) gives them functions of the host,
/// [`allow`](Self::allow) the standard capabilities `clock`, `random`, `node` and `agent`.
///
/// ```
/// let mut engine = mvm::Engine::new();
/// engine.register("shop.price", |item: String, count: i64| item.len() as i64 * count);
/// let source = r#"
///     extern "shop.price" fn price(item: Str, count: Int) -> Int
///     fn main() -> Int { price("apple", 2) }
/// "#;
/// assert_eq!(engine.eval::<i64>(source, 1_000_000)?, 10);
/// # Ok::<(), mvm::RunError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Engine {
    functions: BTreeMap<String, ErasedFunction>,
    allowed: BTreeSet<String>,
    pub(crate) limits: Limits,
}

/// Why a program could not be loaded.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The source does not compile. The text is the diagnostics with the lines that they are about.
    #[error("{}", .0.diagnostics.render(&.0.sources, mob_compiler::diagnostic::Style::Plain))]
    Compile(#[from] Box<CompileError>),
    /// The source file can't be read.
    #[error("cannot read {path}: {error}")]
    Read {
        /// The file.
        path: String,
        /// Why.
        error: mob_compiler::sources::ReadError,
    },
    /// The bytes are no module.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// The module is not one that a compiler makes.
    #[error("the module was refused: {0}")]
    Verify(#[from] VerifyError),
    /// The program needs a capability that is not allowed.
    #[error("the program needs the capability `{capability}`, to call `{function}`, and it is not allowed")]
    Forbidden {
        /// The capability.
        capability: String,
        /// The host function for which it is needed.
        function: String,
    },
    /// The program calls a host function that doesn't exist here.
    #[error("the program calls the host function `{function}`, and there is none of that name")]
    Unknown {
        /// The function.
        function: String,
    },
    /// The program declares a host function with another signature than it has.
    #[error("the program declares the host function `{function}` as {declared}, and it is {registered}")]
    Signature {
        /// The function.
        function: String,
        /// As the program has it.
        declared: String,
        /// As the host has it.
        registered: String,
    },
}

impl Engine {
    /// An engine with default [`Limits`] whose programs may print to the process's own streams.
    #[must_use]
    pub fn new() -> Self {
        let functions = standard_functions().into_iter().map(|(name, function)| (name.to_owned(), function));
        let allowed = BTreeSet::from(["console".to_owned()]);
        Self { functions: functions.collect(), allowed, limits: Limits::default() }
    }

    /// Gives programs a function, by the name with which they declare it `extern`: a capability, a dot, and the
    /// function's own name. Registering allows the capability. A function of the same name is replaced.
    pub fn register<S>(&mut self, name: impl Into<String>, function: impl HostFunction<S>) -> &mut Self {
        self.put(name.into(), function.erase());
        self
    }

    fn put(&mut self, name: String, function: ErasedFunction) {
        let (capability, _) = name.rsplit_once('.').unwrap_or((&name, ""));
        self.allowed.insert(capability.to_owned());
        self.functions.insert(name, function);
    }

    /// [`register`](Self::register), for a function that may wait for the outside: a file, a device, a person. Where agents run on
    /// several threads, the others go on meanwhile.
    pub fn register_blocking<S>(
        &mut self,
        name: impl Into<String>,
        function: impl HostFunction<S>,
    ) -> &mut Self {
        self.put(name.into(), function.erase().blocking());
        self
    }

    /// Allows a capability. Those that there are without registering anything are `console`, `clock`, `random`,
    /// `node` and `agent`.
    pub fn allow(&mut self, capability: impl Into<String>) -> &mut Self {
        self.allowed.insert(capability.into());
        self
    }

    /// Allows `console`, `clock`, `random`, `node` and `agent`.
    pub fn allow_standard(&mut self) -> &mut Self {
        self.allowed.extend(STANDARD_CAPABILITIES.map(str::to_owned));
        self
    }

    /// Allows `fs`: programs may read and change all that is in this folder of the machine, and nothing outside of it.
    ///
    /// ```
    /// let folder = std::env::temp_dir();
    /// let mut engine = mvm::Engine::new();
    /// engine.allow_folder(&folder)?;
    /// let source = r#"
    ///     use fs
    ///     fn main() -> Bool { fs.read_text("../outside").is_err() }
    /// "#;
    /// assert!(engine.eval::<bool>(source, 1_000_000)?);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// If there is no such folder, or it can't be opened.
    pub fn allow_folder(&mut self, path: impl AsRef<Path>) -> std::io::Result<&mut Self> {
        let folder = Folder::open(path.as_ref())?;
        self.offer("fs", file_functions(&folder));
        Ok(self)
    }

    /// Allows `env`: programs may read the environment variables of these names, or all if there is no list, and they see
    /// these arguments.
    pub fn allow_variables(&mut self, names: Option<&[&str]>, args: &[&str]) -> &mut Self {
        let variables = names.map_or_else(Variables::all, |names| Variables::only(names.iter().copied()));
        let args = args.iter().map(|arg| (*arg).to_owned()).collect();
        self.offer("env", variable_functions(variables, args));
        self
    }

    fn offer(&mut self, capability: &str, functions: Vec<(&'static str, ErasedFunction)>) {
        self.allowed.insert(capability.to_owned());
        self.functions.extend(functions.into_iter().map(|(name, function)| (name.to_owned(), function)));
    }

    /// Takes a capability away, `console` included.
    pub fn forbid(&mut self, capability: &str) -> &mut Self {
        self.allowed.remove(capability);
        self
    }

    /// Sets what agents may use from here on.
    pub fn limits(&mut self, limits: Limits) -> &mut Self {
        self.limits = limits;
        self
    }

    /// Hands what programs print to `sink`, as they print it: `print` ends with a newline, `console.write` does not.
    pub fn on_print(&mut self, sink: impl FnMut(&str) + Send + 'static) -> &mut Self {
        let sink = Arc::new(Mutex::new(sink));
        let write = Arc::clone(&sink);
        self.functions.insert(
            "console.print".to_owned(),
            (move |text: String| sink.lock().unwrap_or_else(PoisonError::into_inner)(&(text + "\n"))).erase(),
        );
        self.functions.insert(
            "console.write".to_owned(),
            (move |text: String| write.lock().unwrap_or_else(PoisonError::into_inner)(&text)).erase(),
        );
        self
    }

    /// Keeps what programs print instead of printing it.
    pub fn capture(&mut self) -> Captured {
        let captured = Captured::default();
        let text = Arc::clone(&captured.text);
        self.on_print(move |printed| text.lock().unwrap_or_else(PoisonError::into_inner).push_str(printed));
        captured
    }

    /// Compiles and loads a program that consists of one source text and what it uses of the standard library. `name`
    /// stands for it in diagnostics and stack traces.
    ///
    /// # Errors
    /// If the source doesn't compile, or the program wants what the engine doesn't give.
    pub fn compile(&self, name: &str, source: &str) -> Result<Program, LoadError> {
        self.compile_with(name, source, &StdlibSources)
    }

    /// Compiles and loads the program in a file, and the files beside it that it uses.
    ///
    /// # Errors
    /// As [`compile`](Self::compile), or if the file can't be read.
    pub fn compile_file(&self, path: impl AsRef<Path>) -> Result<Program, LoadError> {
        let path = path.as_ref();
        let name = path.to_string_lossy().replace('\\', "/");
        let text =
            read_source(path).map_err(|error| LoadError::Read { path: path.display().to_string(), error })?;
        self.compile_with(&name, &text, &FileSources::beside(path))
    }

    /// Compiles and loads a program whose files come from anywhere.
    ///
    /// # Errors
    /// As [`compile`](Self::compile).
    pub fn compile_with(&self, name: &str, text: &str, sources: &dyn Sources) -> Result<Program, LoadError> {
        let options = Options { tests: false, main_required: true, stdlib: false };
        let compiled = mob_compiler::compile(name, text, sources, &options)?;
        self.load(compiled.module)
    }

    /// Loads a module as `mvm build` writes it. It may come from anybody: it is verified.
    ///
    /// # Errors
    /// If the bytes are not a correct module, or the program wants what the engine doesn't give.
    pub fn load_bytes(&self, bytes: &[u8]) -> Result<Program, LoadError> {
        self.load(Module::decode(bytes)?)
    }

    /// Verifies a module, and connects it with the host functions that it calls.
    ///
    /// # Errors
    /// If the module is not correct, or the program wants what the engine doesn't give.
    pub fn load(&self, module: Module) -> Result<Program, LoadError> {
        let program = mob_vm::Program::load(module)?;
        let mut functions = BTreeMap::new();
        for import in &program.module().imports {
            if let Some(function) = self.resolve(program.module(), import)? {
                functions.insert(import.name.clone(), function);
            }
        }
        functions.extend(self.mourner());
        Ok(Program::new(program, functions, self.limits))
    }

    /// What says how an agent ended that another one began: `console.error`, where programs may print.
    pub(crate) fn mourner(&self) -> Option<(String, ErasedFunction)> {
        let found = self.functions.get_key_value(CONSOLE_ERROR).filter(|_| self.allowed.contains("console"));
        found.map(|(name, function)| (name.clone(), function.clone()))
    }

    /// The function that an import stands for; `None` for `agent.go`, which is no function but a way to leave, and for
    /// those that have to do with other agents.
    pub(crate) fn resolve(
        &self,
        module: &Module,
        import: &Import,
    ) -> Result<Option<ErasedFunction>, LoadError> {
        let function = import.name.clone();
        if !self.allowed.contains(import.capability()) {
            let capability = import.capability().to_owned();
            return Err(LoadError::Forbidden { capability, function });
        }
        if import.name == GO || AGENT_FUNCTIONS.contains(&import.name.as_str()) {
            return Ok(None);
        }
        let Some(found) = self.functions.get(&import.name) else {
            return Err(LoadError::Unknown { function });
        };
        if found.fits(&module.types, import) {
            return Ok(Some(found.clone()));
        }
        let declared = declared_signature(&module.types, import);
        Err(LoadError::Signature { function, declared, registered: found.signature() })
    }

    /// A session of programs that use files and the standard library from there; see [`Session`].
    #[must_use]
    pub fn session<'s>(&self, sources: &'s dyn Sources) -> Session<'s> {
        Session::new(self.clone(), sources)
    }

    /// The session that [`Session::save`] wrote. The bytes may come from anybody: they are checked, and the session's code
    /// can do no more than this engine lets it.
    ///
    /// # Errors
    /// If the bytes are no session, or one of another version of `mvm`, or it exceeds a limit.
    pub fn restore_session<'s>(
        &self,
        sources: &'s dyn Sources,
        bytes: &[u8],
    ) -> Result<Session<'s>, SessionError> {
        Session::restore(self.clone(), sources, bytes)
    }

    /// Compiles a program, runs it with at most this much fuel, and gives what its `main` returns.
    ///
    /// # Errors
    /// If the source doesn't compile or load, the program traps, runs out of fuel, or returns something else than a `T`.
    pub fn eval<T: FromValue>(&self, source: &str, fuel: u64) -> Result<T, RunError> {
        let program = self.compile("main.mob", source)?;
        let mut agent = Agent::start(&program, &[])?;
        agent.finish(fuel)
    }
}

impl Default for Engine {
    fn default() -> Self {
        Self::new()
    }
}

/// What programs have printed; see [`Engine::capture`].
#[derive(Debug, Clone, Default)]
pub struct Captured {
    text: Arc<Mutex<String>>,
}

impl Captured {
    /// What was printed since the last time, which is forgotten.
    #[must_use]
    pub fn take(&self) -> String {
        std::mem::take(&mut *self.text.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
