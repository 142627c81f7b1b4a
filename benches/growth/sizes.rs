//! What is measured over three decades of size.

use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

use mob_compiler::Options;
use mvm::vm::{Agent, Limits, Program, Step};

use super::generate::{self, Source};
use super::{clock, heap};

/// How often the size is multiplied by ten, and once more for the first.
pub(crate) const STEPS: usize = 4;

/// One thing, measured at several sizes.
pub(crate) struct Line {
    /// What is done.
    pub(crate) name: &'static str,
    /// What it is done to, of which there are so many.
    pub(crate) unit: &'static str,
    /// The first size; each one after it is ten times as large.
    pub(crate) first: usize,
    /// The least CPU time at each size.
    pub(crate) times: [Duration; STEPS],
}

/// How much time is spent on a measurement.
const BUDGET: Duration = Duration::from_millis(800);
/// How often something is measured at least.
const RUNS_MIN: usize = 5;
/// What takes less time than this is repeated, since the clock counts microseconds.
const SHORT: Duration = Duration::from_millis(1);

/// Measures all of them.
pub(crate) fn measure() -> Result<Vec<Line>, String> {
    Ok(vec![
        line("compile", "lines", 100, compile)?,
        line("run", "turns of a loop", 10_000, run)?,
        line("collect", "structs with a text and a list", 1_000, collect)?,
        line("snapshot", "structs with a text and a list", 1_000, snapshot)?,
        line("restore", "structs with a text and a list", 1_000, restore)?,
    ])
}

fn line(
    name: &'static str,
    unit: &'static str,
    first: usize,
    measure: fn(usize) -> Result<Duration, String>,
) -> Result<Line, String> {
    let mut times = [Duration::ZERO; STEPS];
    let mut size = first;
    for time in &mut times {
        *time = measure(size)?;
        size *= 10;
    }
    Ok(Line { name, unit, first, times })
}

/// From text to verified module.
fn compile(lines: usize) -> Result<Duration, String> {
    let source = generate::program(lines, 1);
    load(&source)?;
    Ok(least(|| drop(black_box(load(&source)))))
}

fn load(source: &Source) -> Result<Arc<Program>, String> {
    let options = Options { main_required: true, ..Options::default() };
    let compiled = mob_compiler::compile("main.mob", &source.root, source, &options);
    let module = compiled.map_err(|_| "a generated program has errors")?.module;
    Program::load(module).map_err(|error| error.to_string())
}

/// A loop that computes, reads and writes a list, and makes a struct that is soon garbage, from start to end.
fn run(turns: usize) -> Result<Duration, String> {
    let source = format!(
        r"
        struct Pair {{ left: Int, right: Int }}

        fn swapped(pair: Pair) -> Pair {{ Pair(pair.right, pair.left) }}

        fn main() -> Int {{
          let counts = [0, 0, 0, 0, 0, 0, 0, 0]
          var pair = Pair(1, 2)
          for i in 0..{turns} {{
            pair = swapped(pair)
            counts[i % 8] += pair.left
          }}
          counts[0]
        }}
        "
    );
    let program = heap::load(&source)?;
    let whole = || -> Result<(), String> {
        match heap::start(&program, Limits::default())?.run(heap::ENOUGH) {
            Step::Done => Ok(()),
            step => Err(format!("the program was to end, and: {step:?}")),
        }
    };
    whole()?;
    Ok(least(|| drop(black_box(whole()))))
}

/// A collection of everything, into memory that was not there before.
fn collect(objects: usize) -> Result<Duration, String> {
    let mut agent = heap::with_objects(objects)?;
    Ok(least(|| agent.compact()))
}

fn snapshot(objects: usize) -> Result<Duration, String> {
    let mut agent = heap::with_objects(objects)?;
    agent.snapshot().map_err(|error| error.to_string())?;
    Ok(least(|| drop(black_box(agent.snapshot()))))
}

/// With all checks.
fn restore(objects: usize) -> Result<Duration, String> {
    let mut agent = heap::with_objects(objects)?;
    let bytes = agent.snapshot().map_err(|error| error.to_string())?;
    let (program, limits) = (Arc::clone(agent.program()), *agent.limits());
    drop(agent);
    let restored = || Agent::restore(&bytes, Arc::clone(&program), limits);
    restored().map_err(|error| error.to_string())?;
    Ok(least(|| drop(black_box(restored()))))
}

/// The least CPU time that it takes in several runs. What others do on the machine only ever adds time.
fn least(mut run: impl FnMut()) -> Duration {
    let begin = clock::now();
    let mut repeats = 1;
    let mut best = Duration::MAX;
    let mut runs = 0;
    while runs < RUNS_MIN || clock::now().saturating_sub(begin) < BUDGET {
        let start = clock::now();
        (0..repeats).for_each(|_| run());
        let time = clock::now().saturating_sub(start);
        best = best.min(time / repeats);
        runs += 1;
        if time < SHORT {
            repeats *= 2;
        }
    }
    best
}
