//! `mvm run --profile FILE`: where a program uses its fuel, as a flame graph.
//!
//! The program runs in short slices; after each, what it used is put down to the calls that are active. There are no
//! signals and no clock, so the same program gives the same picture.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use inferno::flamegraph::{self, Options};
use mvm::{Agent, TraceLine};

use super::failure::Failure;

/// The mean fuel of the first slices.
const SLICE_FUEL: u64 = 1_000;
/// Slices grow with what was used, so that a long run takes no more than some ten thousands of samples for each
/// tenfold of fuel.
const SAMPLES: u64 = 10_000;
/// Calls that are drawn of those that recursion repeats.
const REPEATED_MAX: u64 = 24;

/// The samples of a run.
#[derive(Debug)]
pub(crate) struct Profile {
    path: PathBuf,
    /// The active calls, the outermost first, and the fuel that was put down to them.
    stacks: BTreeMap<String, u64>,
    /// The stack of the last sample.
    last: String,
    /// What the agent had used then.
    used: u64,
    /// Lengths of slices vary, so that they don't keep step with the program's loops.
    random: u64,
}

impl Profile {
    /// A profile for this file, of an agent that stands at its beginning.
    pub(crate) fn new(path: &Path, agent: &Agent) -> Self {
        let last = folded(&agent.stack_trace());
        Self { path: path.to_owned(), stacks: BTreeMap::new(), last, used: 0, random: 1 }
    }

    /// How much fuel the next slice should have.
    pub(crate) fn slice_fuel(&mut self) -> u64 {
        // The constants are those of Knuth's MMIX; the high half is random enough.
        self.random =
            self.random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let mean = SLICE_FUEL.max(self.used / SAMPLES);
        mean / 2 + (self.random >> 33) % mean
    }

    /// Puts down what was used since the last sample to where the agent stands; after its end, to where it stood.
    pub(crate) fn sample(&mut self, agent: &Agent) {
        let trace = agent.stack_trace();
        if !trace.is_empty() {
            self.last = folded(&trace);
        }
        let used = agent.fuel_used();
        *self.stacks.entry(self.last.clone()).or_default() += used - self.used;
        self.used = used;
    }

    /// Draws the flame graph and writes the file.
    pub(crate) fn write(&self) -> Result<(), Failure> {
        let mut options = Options::default();
        "Fuel".clone_into(&mut options.title);
        "units of fuel".clone_into(&mut options.count_name);
        options.deterministic = true;
        let lines: Vec<String> = self.stacks.iter().map(|(stack, fuel)| format!("{stack} {fuel}")).collect();
        let mut svg = Vec::new();
        let drawn = flamegraph::from_lines(&mut options, lines.iter().map(String::as_str), &mut svg);
        drawn
            .and_then(|()| fs::write(&self.path, svg))
            .map_err(|error| Failure::file("write", &self.path, &error))
    }
}

/// A stack in the form that flame graphs are made of: the outermost call first, with `;` between calls.
fn folded(trace: &[TraceLine]) -> String {
    let mut calls: Vec<String> = Vec::new();
    for line in trace {
        match line {
            TraceLine::Call { function, line: 0, .. } => calls.push(plain(function)),
            TraceLine::Call { function, file, line } => {
                calls.push(plain(&format!("{function} ({file}:{line})")));
            }
            // The number would tell apart stacks that differ only in how deep they are.
            TraceLine::Elided(_) => calls.push("…".to_owned()),
            TraceLine::Repeated { lines, calls: more } => repeat(&mut calls, *lines as usize, *more),
        }
    }
    calls.reverse();
    calls.join(";")
}

/// Adds so many calls that are those of the last `lines` again. Of many the graph would be too high.
fn repeat(calls: &mut Vec<String>, lines: usize, more: u64) {
    let begin = calls.len().saturating_sub(lines);
    for at in begin..begin + more.min(REPEATED_MAX) as usize {
        let Some(call) = calls.get(at).cloned() else { return };
        calls.push(call);
    }
    if more > REPEATED_MAX {
        calls.push("…".to_owned());
    }
}

fn plain(text: &str) -> String {
    text.replace([';', '\n', '\r'], "_")
}

#[cfg(test)]
mod tests {
    use mvm::TraceLine;

    use super::folded;

    #[test]
    fn stacks_are_folded_from_the_outermost_call_on() {
        let call = |function: &str, file: &str, line| TraceLine::Call {
            function: function.into(),
            file: file.into(),
            line,
        };
        let trace = [call("inner", "a;b.mob", 3), TraceLine::Elided(7), call("main", "", 0)];
        assert_eq!(folded(&trace), "main;…;inner (a_b.mob:3)");
        let repeated = |calls| TraceLine::Repeated { lines: 2, calls };
        let (even, odd) = (call("even", "", 0), call("odd", "", 0));
        let trace = [even, odd, repeated(3), call("main", "", 0)];
        assert_eq!(folded(&trace), "main;even;odd;even;odd;even");
        assert_eq!(folded(&[trace[0].clone(), repeated(1_000)]).matches("even").count(), 25);
    }
}
