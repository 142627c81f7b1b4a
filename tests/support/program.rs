//! Runs one program, whole or in slices, and compares what it does with what its comments say.

use std::path::Path;
use std::sync::LazyLock;

use mvm::compiler::diagnostic::{Diagnostics, Style};
use mvm::compiler::source::{SourceMap, Span};
use mvm::compiler::{Options, compile};
use mvm::vm::bytecode::Type;
use mvm::vm::bytecode::{FuncId, Module};
use mvm::{Agent, Engine, FileSources, LoadError, Outcome, Program, TraceLine, Trap, Value};

use tokio::runtime::Runtime;

use super::expected::{ELSEWHERE, Expected, Said, compare};
use super::world::World;

/// The most fuel that a program of the tests may use.
const FUEL_MAX: u64 = 2_000_000_000;

/// The most bytes that the collections of a slice may copy in which there is one at every allocation.
const COLLECTED_BYTES: u64 = 4 << 20;

/// How a program is run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// In one go.
    Whole,
    /// In slices of random fuel. After each it becomes a snapshot, and goes on from that with a program which was
    /// loaded anew from the module's bytes, as another process would have it.
    Sliced {
        /// Where the random numbers begin.
        seed: u64,
    },
    /// In slices of random fuel, with a collection at every allocation as long as the heap is not too large for that.
    Collecting {
        /// Where the random numbers begin.
        seed: u64,
    },
    /// On several threads, the agents that it begins beside it. What they do may not be the same each time.
    Threads,
}

/// What a run did.
#[derive(Debug, PartialEq)]
pub(crate) struct Ran {
    pub(crate) output: String,
    /// 0 if there were several agents.
    pub(crate) fuel: u64,
    pub(crate) end: End,
}

/// How a run ended.
#[derive(Debug, PartialEq)]
pub(crate) enum End {
    Done { is_err: bool, result: Option<String> },
    Trap(Trap),
    OutOfFuel,
}

/// Compiles a file of the repository and compares all that it says and does with its comments.
pub(crate) fn check_file(path: &str, mode: Mode) -> Result<(), String> {
    let source = std::fs::read_to_string(super::root().join(path)).map_err(|error| error.to_string())?;
    let mut expected = Expected::of(&source)?;
    let full_path = super::root().join(path);
    expected.prints.extend(side_lines(&full_path, "txt"));
    expected.input.extend(side_lines(&full_path, "in"));
    let name = full_path.to_string_lossy().replace('\\', "/");
    let module = compile_file(&name, &source, &expected)?;
    match module {
        Some(module) => {
            check_run(&name, module, &expected, mode).map_err(|problem| format!("{mode:?}: {problem}"))
        }
        None => Ok(()),
    }
}

/// The lines of the file with this extension in the folder `expected` beside the program, if there is one.
fn side_lines(program: &Path, extension: &str) -> Vec<String> {
    let name = program.with_extension(extension);
    let file = program.with_file_name("expected").join(name.file_name().unwrap());
    let text = std::fs::read_to_string(file).unwrap_or_default();
    text.lines().map(|line| line.trim_end().to_owned()).collect()
}

/// Whether running the file in slices says more than compiling it does.
pub(crate) fn runs(path: &str) -> bool {
    let source = std::fs::read_to_string(super::root().join(path)).unwrap();
    Expected::of(&source).is_ok_and(|expected| expected.compiles())
}

fn compile_file(name: &str, source: &str, expected: &Expected) -> Result<Option<Module>, String> {
    let options = Options { tests: true, main_required: false, stdlib: false };
    let sources = FileSources::beside(Path::new(name));
    let (module, diagnostics, sources) = match compile(name, source, &sources, &options) {
        Ok(compiled) => (Some(compiled.module), compiled.warnings, compiled.sources),
        Err(error) => (None, error.diagnostics, error.sources),
    };
    let found = said(&diagnostics, &sources, name);
    compare(&expected.diagnostics, &found)
        .map_err(|problem| format!("{problem}\n{}", diagnostics.render(&sources, Style::Plain)))?;
    if expected.compiles() != module.is_some() {
        return Err(format!("compiled: {}, expected: {}", module.is_some(), expected.compiles()));
    }
    Ok(module)
}

fn said(diagnostics: &Diagnostics, sources: &SourceMap, name: &str) -> Vec<Said> {
    let line = |span: Span| {
        let file = sources.get(span.file).filter(|file| file.name() == name)?;
        Some(file.line(span.start))
    };
    let said = diagnostics.iter().map(|diagnostic| Said {
        kind: diagnostic.severity().as_str().to_owned(),
        line: diagnostic.span().and_then(line).unwrap_or(ELSEWHERE),
        code: Some(diagnostic.code().as_str().to_owned()),
        text: diagnostic.render(sources, Style::Plain),
    });
    said.collect()
}

fn check_run(name: &str, module: Module, expected: &Expected, mode: Mode) -> Result<(), String> {
    let mut engine = Engine::new();
    engine.allow_standard();
    let captured = engine.capture();
    let world = World::install(&mut engine, &expected.input);
    let main = module.main;
    let tests = module.tests.clone();
    let programs = loaded_twice(&engine, module).map_err(|error| error.to_string())?;
    let mut traps = Vec::new();
    if let Some(main) = main {
        let args = main_arguments(&programs[0], main, &expected.args);
        let ran = run_checked(&programs, main, &args, mode, || world.begin(&captured))?;
        compare_output(&expected.prints, &ran.output)?;
        check_end(expected, &ran.end)?;
        traps.extend(trap_said(&ran.end, name));
    }
    for test in &tests {
        let ran = run_checked(&programs, test.function, &[], mode, || world.begin(&captured))?;
        traps.extend(trap_said(&ran.end, name));
    }
    compare(&expected.traps, &traps)
}

/// A program as two processes have it, the second from the bytes of the first.
fn loaded_twice(engine: &Engine, module: Module) -> Result<[Program; 2], LoadError> {
    let program = engine.load(module)?;
    let elsewhere = engine.load_bytes(&program.encode())?;
    Ok([program, elsewhere])
}

/// Runs a function in this mode; if that is not whole, also whole, and compares.
fn run_checked(
    programs: &[Program; 2],
    function: FuncId,
    args: &[Value],
    mode: Mode,
    output: impl Fn() -> String,
) -> Result<Ran, String> {
    if mode == Mode::Threads {
        return Ok(run_on_threads(&programs[0], function, args)?.with_output(output()));
    }
    let whole = run(programs, function, args, Mode::Whole)?.with_output(output());
    if mode == Mode::Whole {
        return Ok(whole);
    }
    let sliced = run(programs, function, args, mode)?.with_output(output());
    if whole == sliced { Ok(sliced) } else { Err(format!("whole: {whole:#?}\n{mode:?}: {sliced:#?}")) }
}

fn run(programs: &[Program; 2], function: FuncId, args: &[Value], mode: Mode) -> Result<Ran, String> {
    let mut elsewhere = programs.iter().cycle().skip(1);
    let mut agent = Agent::start_at(&programs[0], function, args).map_err(|error| error.to_string())?;
    let mut slices = Slices::new(mode);
    let end = loop {
        if agent.fuel_used() >= FUEL_MAX {
            break End::OutOfFuel;
        }
        let fuel = slices.next_fuel();
        if let Mode::Collecting { .. } = mode {
            agent.compact();
            agent.collect_always((agent.heap_bytes() as u64).saturating_mul(fuel) < COLLECTED_BYTES);
        }
        match agent.run(fuel) {
            Ok(Outcome::Done) => break End::Done { is_err: agent.is_err(), result: agent.result_text() },
            Ok(Outcome::OutOfFuel) => {}
            Ok(Outcome::Asleep(time)) => agent.skip_time(time),
            Ok(Outcome::Depart(node)) if node == mvm::LOCAL_NODE => agent.arrive().unwrap(),
            Ok(Outcome::Depart(_)) => agent.stay("there are no other nodes").unwrap(),
            Err(trap) => break End::Trap(trap),
        }
        if let (Mode::Sliced { .. }, Some(program)) = (mode, elsewhere.next()) {
            moved(program, &mut agent)?;
        }
    };
    // What one of several agents does may depend on whose turn it was.
    let fuel = if agent.agents_begun() == 0 { agent.fuel_used() } else { 0 };
    Ok(Ran { output: String::new(), fuel, end })
}

/// Runs a function and what it begins on threads that all tests share.
fn run_on_threads(program: &Program, function: FuncId, args: &[Value]) -> Result<Ran, String> {
    static THREADS: LazyLock<Runtime> = LazyLock::new(|| {
        tokio::runtime::Builder::new_multi_thread().worker_threads(4).enable_time().build().unwrap()
    });
    let agent = Agent::start_at(program, function, args).map_err(|error| error.to_string())?;
    let (agent, ended) = THREADS.block_on(agent.run_on_all_threads(FUEL_MAX));
    let end = match ended {
        Ok(Outcome::Done) => End::Done { is_err: agent.is_err(), result: agent.result_text() },
        Ok(_) => End::OutOfFuel,
        Err(trap) => End::Trap(trap),
    };
    Ok(Ran { output: String::new(), fuel: 0, end })
}

/// Makes the agent what its snapshot makes of it, with those that it began. Its snapshot must be the same bytes then.
fn moved(program: &Program, agent: &mut Agent) -> Result<(), String> {
    let snapshot = agent.snapshot().map_err(|error| format!("snapshot: {error}"))?;
    *agent = Agent::restore(program, &snapshot).map_err(|error| format!("restore: {error}"))?;
    let again = agent.snapshot().map_err(|error| format!("snapshot of the restored: {error}"))?;
    if again == snapshot { Ok(()) } else { Err("the restored agent gives another snapshot".to_owned()) }
}

impl Ran {
    fn with_output(self, output: String) -> Self {
        Self { output, ..self }
    }
}

/// How much fuel each slice gets. Slices grow, so that a long program is not cut into millions.
struct Slices {
    state: Option<u64>,
    taken: u32,
}

impl Slices {
    fn new(mode: Mode) -> Self {
        let state = match mode {
            Mode::Whole | Mode::Threads => None,
            Mode::Sliced { seed } | Mode::Collecting { seed } => Some(seed),
        };
        Self { state, taken: 0 }
    }

    fn next_fuel(&mut self) -> u64 {
        let Some(state) = &mut self.state else { return FUEL_MAX };
        // The constants are those of Knuth's MMIX; the high half is random enough.
        *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.taken += 1;
        let fuel_max = 40_u64 << (self.taken / 64).min(24);
        1 + (*state >> 33) % fuel_max
    }
}

fn main_arguments(program: &Program, main: FuncId, args: &[String]) -> Vec<Value> {
    let module = program.inner().module();
    let signature = module.functions[main.0 as usize].signature;
    match &module.types[signature.0 as usize] {
        Type::Fn(params, _) if params.is_empty() => Vec::new(),
        _ => vec![Value::List(args.iter().cloned().map(Value::Str).collect())],
    }
}

fn compare_output(expected: &[String], output: &str) -> Result<(), String> {
    let found: Vec<_> = output.lines().map(str::trim_end).collect();
    if expected == found {
        return Ok(());
    }
    let same = expected.iter().zip(&found).take_while(|(a, b)| a == *b).count();
    Err(format!(
        "line {} of the output differs\n  expected: {:?}\n     found: {:?}\nall of it:\n{output}",
        same + 1,
        expected.get(same),
        found.get(same)
    ))
}

fn check_end(expected: &Expected, end: &End) -> Result<(), String> {
    let limit = match end {
        End::OutOfFuel => Some("fuel"),
        End::Trap(trap) => trap.kind.limit(),
        End::Done { .. } => None,
    };
    if expected.limit.as_deref() != limit {
        return Err(format!("expected the limit {:?}, and it ended so: {end:#?}", expected.limit));
    }
    let err = match end {
        End::Done { is_err: true, result } => Some(result.clone().unwrap_or_default()),
        _ => None,
    };
    match (&expected.returns_err, &err) {
        (None, None) => Ok(()),
        (Some(expected), Some(found)) if found.contains(expected) => Ok(()),
        (expected, found) => Err(format!("expected main to return Err {expected:?}, found {found:?}")),
    }
}

/// A trap that is a fault of the program, with the innermost line of its file.
fn trap_said(end: &End, name: &str) -> Option<Said> {
    let End::Trap(trap) = end else { return None };
    if trap.kind.limit().is_some() {
        return None;
    }
    let line = trap.trace.iter().find_map(|line| match line {
        TraceLine::Call { file, line, .. } if file == name => Some(*line),
        _ => None,
    });
    let text = trap.kind.to_string();
    Some(Said { kind: "trap".to_owned(), line: line.unwrap_or_default(), code: None, text })
}
