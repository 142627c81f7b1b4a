//! The REPL without a terminal: what its standard input says is done, as if it had been typed.

use std::io::{self, BufRead};

use mvm::compiler::parser::is_incomplete;

use super::user::{Next, Repl};
use crate::cli::failure::Failure;

/// Does what standard input says, to its end. Fails at the end if something in between did.
pub(super) fn run(repl: &mut Repl<'_>) -> Result<(), Failure> {
    let mut input = String::new();
    for line in io::stdin().lock().lines() {
        let line = line.map_err(|error| Failure::usage(format!("cannot read standard input: {error}")))?;
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

fn end(repl: &Repl<'_>) -> Result<(), Failure> {
    if repl.has_failed { Err(Failure::Found) } else { Ok(()) }
}
