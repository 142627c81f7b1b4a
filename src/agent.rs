//! A running program, as an embedder drives it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use mob_runtime::why_stuck;
use mob_vm::bytecode::{FuncId, Module, Type, TypeId};
use mob_vm::{HostCall, Step, TraceLine, Trap, Value, ValueError};

use crate::clock::Clock;
use crate::engine::LoadError;
use crate::group::{FIRST, Group, Number, Turn};
use crate::host::{ErasedFunction, FromValue, IntoValue, LOCAL_NODE, MobType};
use crate::program::Program;

/// A running program with its own heap and stack. It does nothing by itself: [`run`](Self::run) gives it fuel and
/// answers its host calls.
///
/// Given the same answers an agent does the same and uses the same fuel, however its run is cut into slices, and
/// wherever it is snapshotted and restored between them.
#[derive(Debug)]
pub struct Agent {
    pub(crate) inner: mob_vm::Agent,
    pub(crate) functions: Arc<BTreeMap<String, ErasedFunction>>,
    /// The agents that it began.
    pub(crate) group: Group,
    /// How many agents began where they ran on several threads.
    begun_elsewhere: u64,
    pub(crate) clock: Clock,
}

/// Where a run stopped.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// `main` returned; [`Agent::result`] has what.
    Done,
    /// The fuel is used up. Run again to go on.
    OutOfFuel,
    /// The program asked to go on at the node of this name. Restore its snapshot there and call
    /// [`Agent::arrive`], or refuse with [`Agent::stay`]; then run on.
    Depart(String),
    /// The agent and all that it began wait, and nothing happens before so much time has passed. Then run on.
    Asleep(Duration),
}

/// Why a program did not come to its result.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// It could not be loaded.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// It could not be started.
    #[error(transparent)]
    Start(#[from] StartError),
    /// It trapped, or reached a limit.
    #[error(transparent)]
    Trap(#[from] Trap),
    /// The fuel was used up first.
    #[error("the program did not finish within {0} units of fuel")]
    OutOfFuel(u64),
    /// It asked to move.
    #[error("the program asked to move to the node `{0}`")]
    Departed(String),
    /// `main` returned something else than what was asked for.
    #[error("`main` returns {found}, and {wanted} was asked for")]
    WrongResult {
        /// What was asked for, as the language writes it.
        wanted: String,
        /// What `main` returns.
        found: String,
    },
}

/// Why a program could not be started.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StartError {
    /// The module is a library.
    #[error("the program has no `main`")]
    NoMain,
    /// There are arguments, and `main` takes none.
    #[error("`main` takes no arguments; declare it as `fn main(args: List[Str])`")]
    NoArguments,
    /// The engine refused.
    #[error(transparent)]
    Engine(#[from] mob_vm::StartError),
}

/// The tag of `MoveError.Unknown` as the prelude declares it.
const MOVE_ERROR_UNKNOWN: u32 = 2;

/// The host function that says what is no output.
pub(crate) const CONSOLE_ERROR: &str = "console.error";

/// A `Result` of any types.
type Outer = Result<Value, Value>;

impl Agent {
    pub(crate) fn alone(inner: mob_vm::Agent, functions: Arc<BTreeMap<String, ErasedFunction>>) -> Self {
        Self { inner, functions, group: Group::default(), begun_elsewhere: 0, clock: Clock::default() }
    }

    /// Gives up what it does. Those that it began go on with the next call.
    pub(crate) fn rest(&mut self) {
        self.inner.rest();
        self.group.rest_first();
    }

    /// An agent that is given its calls one by one.
    pub(crate) fn resting(inner: mob_vm::Agent, functions: BTreeMap<String, ErasedFunction>) -> Self {
        Self::alone(inner, Arc::new(functions))
    }

    /// An agent that stands at the beginning of the program's `main`. Nothing has been executed.
    ///
    /// # Errors
    /// If there is no `main`, it doesn't take arguments, or they don't fit within the limits.
    pub fn start(program: &Program, args: &[&str]) -> Result<Self, StartError> {
        let main = program.inner.main().ok_or(StartError::NoMain)?;
        let values = main_arguments(program.inner.module(), main, args)?;
        Self::start_at(program, main, &values)
    }

    /// [`start`](Self::start), for an agent whose maps and sets take keys from strangers: it hashes them with this seed, so
    /// that nobody who doesn't know the seed can choose keys that slow them down. Take it from the system's random
    /// numbers, another for each agent. It travels in snapshots. The order of maps does not depend on it, nor does anything else.
    ///
    /// Agents that are started otherwise take a seed that follows from the program.
    ///
    /// # Errors
    /// As [`start`](Self::start).
    pub fn start_seeded(program: &Program, args: &[&str], hash_seed: [u64; 2]) -> Result<Self, StartError> {
        let main = program.inner.main().ok_or(StartError::NoMain)?;
        let values = main_arguments(program.inner.module(), main, args)?;
        Self::start_function(program, main, &values, Some(hash_seed))
    }

    /// An agent that stands at the beginning of any function of the program, such as a `test` block.
    ///
    /// # Errors
    /// If the function doesn't exist, or the arguments aren't of its types.
    pub fn start_at(program: &Program, function: FuncId, args: &[Value]) -> Result<Self, StartError> {
        Self::start_function(program, function, args, None)
    }

    fn start_function(
        program: &Program,
        function: FuncId,
        args: &[Value],
        hash_seed: Option<[u64; 2]>,
    ) -> Result<Self, StartError> {
        let mut inner = mob_vm::Agent::new(Arc::clone(&program.inner), program.limits);
        if let Some(seed) = hash_seed {
            inner.set_hash_seed(seed);
        }
        inner.start(function, args)?;
        Ok(Self::alone(inner, Arc::clone(&program.functions)))
    }

    /// Runs until the program is done, wants to leave, or has used this much fuel. Host calls are answered on the way. The
    /// agents that it began run in turns with it, and use the same fuel; they are over when it is.
    ///
    /// # Errors
    /// If the program traps or reaches a limit. The trap says where, and what to do; the agent has ended.
    pub fn run(&mut self, mut fuel: u64) -> Result<Outcome, Trap> {
        loop {
            let clock = &self.clock;
            let turn = self.group.run(&mut self.inner, &mut fuel, || clock.now_ms());
            self.clock.look();
            match turn {
                Turn::First(Step::Done) => return Ok(Outcome::Done),
                Turn::First(Step::Depart(departure)) => return Ok(Outcome::Depart(departure.node)),
                Turn::First(Step::Trap(trap)) => return Err(trap),
                Turn::First(Step::HostCall(call)) => self.answer(FIRST, call)?,
                Turn::First(_) | Turn::OutOfFuel => return Ok(Outcome::OutOfFuel),
                Turn::Other(number) => self.answer_other(number),
                Turn::Failed(number, text) => self.tell(number, &text),
                Turn::Asleep(until) => {
                    let ms = until.saturating_sub(self.clock.now_ms());
                    return Ok(Outcome::Asleep(Duration::from_millis(ms)));
                }
                Turn::Stuck => {
                    if let Some(trap) = self.inner.fail(why_stuck(&self.inner).to_owned()) {
                        return Err(trap);
                    }
                }
            }
        }
    }

    /// Lets time that the agents wait for pass at once, instead of waiting for it: for tests.
    pub fn skip_time(&mut self, time: Duration) {
        self.clock.skip(time);
    }

    /// Runs to the end and gives what `main` returned.
    ///
    /// # Errors
    /// If the program doesn't end within this much fuel, or not with a `T`.
    pub fn finish<T: FromValue>(&mut self, fuel: u64) -> Result<T, RunError> {
        match self.run(fuel)? {
            Outcome::Done => self.result().ok_or_else(|| self.wrong_result::<T>()),
            Outcome::OutOfFuel | Outcome::Asleep(_) => Err(RunError::OutOfFuel(fuel)),
            Outcome::Depart(node) => Err(RunError::Departed(node)),
        }
    }

    /// What `main` returned, once it has; `None` before, and if it is not a `T`.
    #[must_use]
    pub fn result<T: FromValue>(&self) -> Option<T> {
        self.inner.result().and_then(T::from_value)
    }

    /// What `main` returned, as the language shows it.
    #[must_use]
    pub fn result_text(&self) -> Option<String> {
        self.inner.result_text()
    }

    /// Whether `main` returned the `Err` of a `Result`: the program's way to say that it failed.
    #[must_use]
    pub fn is_err(&self) -> bool {
        let program = self.inner.program();
        let result = program.main().and_then(|main| result_type(program, main));
        let is_result = result.is_some_and(|id| Outer::matches(&program.module().types, id));
        is_result && matches!(self.result::<Outer>(), Some(Err(_)))
    }

    /// Tells an agent that asked to leave that it has arrived. Call it where its snapshot was restored.
    ///
    /// # Errors
    /// If it didn't ask to leave.
    pub fn arrive(&mut self) -> Result<(), ValueError> {
        self.inner.resume(&Ok::<(), ()>(()).into_value())?;
        self.group.go_on(FIRST);
        Ok(())
    }

    /// Tells an agent that asked to leave that there is no such node, and why: its `go` gives an `Err`.
    ///
    /// # Errors
    /// If it didn't ask to leave.
    pub fn stay(&mut self, reason: impl Into<String>) -> Result<(), ValueError> {
        self.inner.resume(&no_such_node(reason.into()))?;
        self.group.go_on(FIRST);
        Ok(())
    }

    /// Fuel used since the start.
    #[must_use]
    pub fn fuel_used(&self) -> u64 {
        self.inner.fuel_used()
    }

    /// How many agents were begun by this one and those that it began.
    #[must_use]
    pub fn agents_begun(&self) -> u64 {
        self.group.others_begun() + self.begun_elsewhere
    }

    /// Bytes of heap in use, garbage included.
    #[must_use]
    pub fn heap_bytes(&self) -> usize {
        self.inner.heap_bytes()
    }

    /// Gives back memory that is not needed now, as for an agent that will not run for a while. The program can't notice.
    pub fn compact(&mut self) {
        self.inner.compact();
    }

    /// Collects at every allocation from now on, or no longer: for tests of what embeds it, at a price in speed.
    pub fn collect_always(&mut self, always: bool) {
        self.inner.collect_always(always);
    }

    /// The active calls, the innermost first.
    #[must_use]
    pub fn stack_trace(&self) -> Vec<TraceLine> {
        self.inner.stack_trace()
    }

    /// Counts agents that were begun while it ran on several threads.
    #[cfg(feature = "net")]
    pub(crate) fn add_begun(&mut self, begun: u64) {
        self.begun_elsewhere += begun;
    }

    fn answer(&mut self, number: Number, call: HostCall) -> Result<(), Trap> {
        if let ("clock.sleep", [Value::Int(ms)]) = (call.name.as_str(), call.args.as_slice())
            && self.group.has_others()
        {
            let until = self.clock.now_ms().saturating_add(u64::try_from(*ms).unwrap_or(0));
            self.group.sleep(number, until);
            return Ok(());
        }
        let answer = match self.functions.get(&call.name) {
            Some(function) => function.call(call.args).map_err(|failure| failure.to_string()),
            None => Err(format!("there is no host function `{}`", call.name)),
        };
        let Some(agent) = self.group.agent(number, &mut self.inner) else { return Ok(()) };
        let resumed = answer.and_then(|value| {
            let name = &call.name;
            agent.resume(&value).map_err(|error| format!("the answer of `{name}` was refused: {error}"))
        });
        match resumed.err().and_then(|message| agent.fail(message)) {
            Some(trap) => Err(trap),
            None => {
                self.group.go_on(number);
                Ok(())
            }
        }
    }

    /// Answers a host call or a departure of an agent that this one, or one of its own, began.
    fn answer_other(&mut self, number: Number) {
        let Some(agent) = self.group.agent(number, &mut self.inner) else { return };
        let ended = match agent.pending() {
            Some(Step::HostCall(call)) => self.answer(number, call).err(),
            Some(Step::Depart(departure)) => {
                let answered = agent.resume(&answer_to_go(&departure.node));
                let ended = answered.err().and_then(|error| agent.fail(error.to_string()));
                self.group.go_on(number);
                ended
            }
            _ => None,
        };
        if let Some(trap) = ended {
            self.group.has_ended(number, trap);
        }
    }

    /// Says how an agent failed that nobody waits for.
    fn tell(&self, number: Number, text: &str) {
        if let Some(function) = self.functions.get(CONSOLE_ERROR) {
            // Whoever can't be told is not there.
            let _ = function.call(vec![Value::Str(format!("agent {number} ended: {text}"))]);
        }
    }

    fn wrong_result<T: FromValue>(&self) -> RunError {
        let program = self.inner.program();
        let found = program.main().and_then(|main| result_type(program, main));
        let found = found.map(|id| program.type_name(id));
        RunError::WrongResult { wanted: T::describe(), found: found.unwrap_or_default() }
    }
}

/// What `go` gives an agent that nobody can take elsewhere.
pub(crate) fn answer_to_go(node: &str) -> Value {
    match node {
        LOCAL_NODE => Ok::<(), Value>(()).into_value(),
        node => no_such_node(format!("there is no node `{node}` for this agent")),
    }
}

/// What `go` gives where there is no such node.
fn no_such_node(reason: String) -> Value {
    let error = Value::Variant(MOVE_ERROR_UNKNOWN, vec![Value::Str(reason)]);
    Err::<(), Value>(error).into_value()
}

/// The arguments as `main` wants them: nothing, or one list.
fn main_arguments(module: &Module, main: FuncId, args: &[&str]) -> Result<Vec<Value>, StartError> {
    let function = module.functions.get(main.0 as usize);
    let signature = function.and_then(|function| module.types.get(function.signature.0 as usize));
    match signature {
        Some(Type::Fn(params, _)) if params.is_empty() && args.is_empty() => Ok(Vec::new()),
        Some(Type::Fn(params, _)) if params.is_empty() => Err(StartError::NoArguments),
        _ => Ok(vec![Value::List(args.iter().map(|arg| Value::Str((*arg).to_owned())).collect())]),
    }
}

fn result_type(program: &mob_vm::Program, function: FuncId) -> Option<TypeId> {
    let module = program.module();
    let function = module.functions.get(function.0 as usize)?;
    match module.types.get(function.signature.0 as usize)? {
        Type::Fn(_, result) => Some(*result),
        _ => None,
    }
}
