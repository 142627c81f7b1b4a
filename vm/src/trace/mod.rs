//! Stack traces: the calls that are active, those included whose code stands in their caller's.

mod fold;

use serde::{Deserialize, Serialize};
use std::fmt;

use crate::bytecode::{FuncId, Function, InlinedCall, LineEntry, Module};
use fold::{Fold, Item};

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
    /// So many more calls, which are those of the lines before, over and over: recursion.
    Repeated {
        /// How many lines these are.
        lines: u32,
        /// How many calls.
        calls: u64,
    },
}

/// The trace of frames: each by its function and the instruction that it stands at, which counts from the function's
/// first; the innermost first. What is the same over and over is shown once, and of other deep stacks the middle is elided. What the
/// module lacks shows as `?`.
pub(crate) fn trace(module: &Module, frames: impl Iterator<Item = (FuncId, u32)>) -> Vec<TraceLine> {
    let mut fold = Fold::default();
    for (function, pc) in frames {
        Standing::new(module, function, pc).calls(|call| fold.push(call));
    }
    let shown = fold.finish().into_iter().map(|item| match item {
        Item::Line(call) => call.line(module),
        Item::Repeated { lines, calls } => TraceLine::Repeated { lines: lines as u32, calls },
        Item::Elided(calls) => TraceLine::Elided(calls),
    });
    shown.collect()
}

/// A call, and the place that it stands at: a file and a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Call<'a> {
    function: &'a str,
    place: Option<(u32, u32)>,
}

impl Call<'_> {
    fn line(self, module: &Module) -> TraceLine {
        let file = self.place.and_then(|(file, _)| module.files.get(file as usize));
        TraceLine::Call {
            function: self.function.to_owned(),
            file: file.map_or_else(String::new, |file| file.name.clone()),
            line: self.place.map_or(0, |(_, line)| line),
        }
    }
}

/// Where a frame stands.
struct Standing<'a> {
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
        Self { function, entry }
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

    /// Its calls, the innermost first.
    fn calls(&self, mut take: impl FnMut(Call<'a>)) {
        let mut place = self.entry.map(|entry| (entry.file, entry.line));
        for call in self.inlined() {
            take(Call { function: &call.function, place });
            place = Some((call.file, call.line));
        }
        take(Call { function: self.function.map_or("?", |function| &function.name), place });
    }
}

impl fmt::Display for TraceLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Call { function, file, line: 0 } if file.is_empty() => write!(f, "in {function}"),
            Self::Call { function, file, line } => write!(f, "in {function} at {file}:{line}"),
            Self::Elided(calls) => write!(f, "… {calls} more calls"),
            Self::Repeated { lines: 1, calls } => write!(f, "… {calls} more of the same"),
            Self::Repeated { lines, calls } => write!(f, "… {calls} more of the same {lines}"),
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
    fn what_is_repeated_is_counted_in_calls_and_not_in_frames() {
        let module = with_inlined_calls();
        let lines = trace(&module, std::iter::repeat_n((FuncId(0), 1), 20));
        assert_eq!(lines.len(), 4);
        assert_eq!(lines[3].to_string(), "… 57 more of the same 3");
    }
}
