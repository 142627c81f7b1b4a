//! The REPL without a terminal: what its standard input says is done, as if it had been typed. An input that reads a line
//! itself gets the one that follows it.

use mvm::compiler::parser::is_incomplete;

use super::user::{Next, Repl};
use crate::cli::failure::Failure;

/// Does what standard input says, to its end. Fails at the end if something in between did.
pub(super) fn run(repl: &mut Repl<'_>) -> Result<(), Failure> {
    let mut input = String::new();
    while let Some(line) = next_line(repl)? {
        input.push_str(&line);
        input.push('\n');
        let is_command = input.trim_start().starts_with(':');
        if !is_command && is_incomplete(&input) {
            continue;
        }
        if repl.line(&std::mem::take(&mut input)) == Next::Leave {
            return end(repl);
        }
    }
    if !input.trim().is_empty() {
        repl.line(&input);
    }
    end(repl)
}

fn next_line(repl: &Repl<'_>) -> Result<Option<String>, Failure> {
    let line = repl.console.read_line();
    line.map_err(|error| match repl.interrupt.check() {
        Ok(()) => Failure::usage(format!("cannot read standard input: {error}")),
        Err(interrupted) => interrupted,
    })
}

fn end(repl: &Repl<'_>) -> Result<(), Failure> {
    if repl.has_failed { Err(Failure::Found) } else { Ok(()) }
}
