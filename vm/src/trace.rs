//! Stack traces: the calls that are active, those included whose code stands in their caller's.

use serde::{Deserialize, Serialize};
use std::fmt;

use crate::bytecode::{FuncId, Function, InlinedCall, LineEntry, Module};

/// How many of the innermost calls a trace shows.
const INNERMOST: usize = 24;
/// How many of the outermost calls a trace shows.
const OUTERMOST: usize = 8;

/// One line of a stack trace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum TraceLine {
    /// A call that was active.
    Call {
        /// The function's name.
        function: String,
        /// The source file's name; empty if it isn't known.
        file: String,
        /// The line in it, from 1; 0 if it isn't known.
        line: u32,
    },
    /// So many calls, in the middle of a deep stack, are not shown.
    Elided(u64),
}

/// The trace of frames: each by its function and the instruction that it stands at, which counts from the function's
/// first; the innermost first. The middle of a deep stack is elided. What the module lacks shows as `?`.
pub(crate) fn trace<I>(module: &Module, frames: I) -> Vec<TraceLine>
where
    I: Iterator<Item = (FuncId, u32)> + Clone,
{
    let lines = |(function, pc)| Standing::new(module, function, pc).lines();
    let (mut depth, mut count) = (0_usize, 0_usize);
    for (function, pc) in frames.clone() {
        depth += Standing::new(module, function, pc).depth();
        count += 1;
    }
    let elided = depth.saturating_sub(INNERMOST + OUTERMOST);
    if elided == 0 {
        return frames.flat_map(lines).collect();
    }
    let mut shown: Vec<TraceLine> = frames.clone().flat_map(lines).take(INNERMOST).collect();
    shown.push(TraceLine::Elided(elided as u64));
    // Each frame has at least one line.
    let outer: Vec<TraceLine> = frames.skip(count.saturating_sub(OUTERMOST)).flat_map(lines).collect();
    shown.extend(outer.into_iter().rev().take(OUTERMOST).rev());
    shown
}

/// Where a frame stands.
struct Standing<'a> {
    module: &'a Module,
    function: Option<&'a Function>,
    entry: Option<LineEntry>,
}

impl<'a> Standing<'a> {
    fn new(module: &'a Module, function: FuncId, pc: u32) -> Self {
        let function = module.functions.get(function.0 as usize);
        let entry = function.and_then(|function| {
            let behind = function.lines.partition_point(|entry| entry.pc <= pc);
            function.lines.get(behind.checked_sub(1)?).copied()
        });
        Self { module, function, entry }
    }

    /// The inlined calls that the code stands in, the innermost first.
    fn inlined(&self) -> impl Iterator<Item = &'a InlinedCall> + use<'a> {
        let calls = self.function.map_or(&[][..], |function| &function.inlined);
        let call = move |index: u32| calls.get(index as usize);
        // The verifier has seen that callers stand before what they call.
        std::iter::successors(self.entry.and_then(|entry| entry.inlined).and_then(call), move |inner| {
            inner.caller.and_then(call)
        })
    }

    /// How many lines it takes.
    fn depth(&self) -> usize {
        self.inlined().count() + 1
    }

    /// Its lines, the innermost call first.
    fn lines(&self) -> Vec<TraceLine> {
        let mut place = self.entry.map(|entry| (entry.file, entry.line));
        let mut lines = Vec::with_capacity(1);
        for call in self.inlined() {
            lines.push(self.line(&call.function, place));
            place = Some((call.file, call.line));
        }
        lines.push(self.line(self.function.map_or("?", |function| &function.name), place));
        lines
    }

    fn line(&self, function: &str, place: Option<(u32, u32)>) -> TraceLine {
        let file = place.and_then(|(file, _)| self.module.files.get(file as usize));
        TraceLine::Call {
            function: function.to_owned(),
            file: file.map_or_else(String::new, |file| file.name.clone()),
            line: place.map_or(0, |(_, line)| line),
        }
    }
}

impl fmt::Display for TraceLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Call { function, file, line: 0 } if file.is_empty() => write!(f, "in {function}"),
            Self::Call { function, file, line } => write!(f, "in {function} at {file}:{line}"),
            Self::Elided(calls) => write!(f, "… {calls} more calls"),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::testing::everything;

    /// A module whose first function stands, from its first word on, in `inner`, which `outer` calls in line 5, which is
    /// called in line 9.
    fn with_inlined_calls() -> Module {
        let mut module = everything();
        let call =
            |function: &str, caller, line| InlinedCall { function: function.into(), caller, file: 0, line };
        module.functions[0].inlined = vec![call("outer", None, 9), call("inner", Some(0), 5)];
        module.functions[0].lines = vec![LineEntry { pc: 0, file: 0, line: 2, inlined: Some(1) }];
        module
    }

    #[test]
    fn inlined_calls_have_lines_of_their_own() {
        let module = with_inlined_calls();
        crate::verify::verify(&module).unwrap();
        let (name, file) = (&module.functions[0].name, &module.files[0].name);
        let lines = trace(&module, [(FuncId(0), 1)].into_iter());
        let lines: Vec<String> = lines.iter().map(TraceLine::to_string).collect();
        assert_eq!(
            lines,
            [
                format!("in inner at {file}:2"),
                format!("in outer at {file}:5"),
                format!("in {name} at {file}:9")
            ]
        );
    }

    #[test]
    fn the_middle_of_many_calls_is_counted_in_calls_and_not_in_frames() {
        let module = with_inlined_calls();
        let lines = trace(&module, std::iter::repeat_n((FuncId(0), 1), 20));
        assert_eq!(lines.len(), INNERMOST + 1 + OUTERMOST);
        assert_eq!(lines[INNERMOST], TraceLine::Elided(60 - 32));
        assert!(matches!(&lines[INNERMOST + 1], TraceLine::Call { function, .. } if function == "outer"));
        assert!(matches!(lines.last(), Some(TraceLine::Call { line: 9, .. })));
    }
}
