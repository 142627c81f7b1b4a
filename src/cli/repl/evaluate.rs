//! Evaluating an input: compiled, run until it ends, is interrupted or has used up its fuel, and its value shown.

use mvm::{InputError, LoadError, Progress, Trap};

use super::show;
use super::user::{LastCode, Repl};
use crate::cli::keyboard;
use crate::cli::local::SLICE_FUEL;
use crate::cli::terminal;

/// Why an input did not come to its end.
enum Stopped {
    Trap(Trap),
    OutOfFuel(u64),
    Interrupted,
}

impl Repl<'_> {
    /// Evaluates an input and shows what comes of it, mistakes included.
    pub(super) fn evaluate(&mut self, name: &str, text: &str) {
        let before = self.session.fuel_used();
        let begun = match self.session.begin(name, text) {
            Ok(begun) => begun,
            Err(error) => return self.fail(&refusal(&error)),
        };
        terminal::say(&begun.warnings.render(&begun.sources, show::style()));
        self.last_code = Some(LastCode { module: begun.module, sources: begun.sources });
        let ended = self.run(before);
        self.interrupt.forget();
        let written = self.console.flush();
        self.fuel_last = self.session.fuel_used() - before;
        match ended {
            Ok(evaluated) => show::evaluated(&evaluated),
            Err(stopped) => {
                let trace: String =
                    self.session.stack_trace().iter().map(|line| format!("\n  {line}")).collect();
                self.session.stop();
                self.fail(&stopped.message(&trace));
            }
        }
        if let Err(failure) = written {
            self.fail(&failure.message());
        }
    }

    fn run(&mut self, before: u64) -> Result<mvm::Evaluated, Stopped> {
        self.interrupt.forget();
        loop {
            let used = self.session.fuel_used() - before;
            let left = self.fuel_max.map_or(u64::MAX, |max| max.saturating_sub(used));
            if left == 0 {
                return Err(Stopped::OutOfFuel(self.fuel_max.unwrap_or_default()));
            }
            let ran = self.session.run(left.min(SLICE_FUEL));
            // What waits for the outside ends with a trap when the user interrupts.
            let interrupted = || self.interrupt.check().map_err(|_| Stopped::Interrupted);
            match ran.or_else(|trap| interrupted().and(Err(Stopped::Trap(trap))))? {
                Progress::Done(evaluated) => return Ok(evaluated),
                Progress::OutOfFuel => {
                    self.console.flush().unwrap_or_default();
                    self.interrupt.check().map_err(|_| Stopped::Interrupted)?;
                }
                Progress::Asleep(time) => {
                    keyboard::wait(time, &self.interrupt).map_err(|_| Stopped::Interrupted)?;
                }
                Progress::Depart(node) => {
                    let reason = format!("there is no node `{node}`: the REPL's agent stays where it is");
                    self.session.stay(reason);
                }
            }
        }
    }

    /// Says what went wrong. The session goes on.
    pub(super) fn fail(&mut self, message: &str) {
        self.has_failed = true;
        let end = if message.ends_with('\n') { "" } else { "\n" };
        terminal::say(&format!("{message}{end}"));
    }
}

impl Stopped {
    /// What is said about it; `trace` has the calls that were active.
    fn message(&self, trace: &str) -> String {
        match self {
            Self::Trap(trap) => show::wrong("trap", &trap.to_string()),
            Self::OutOfFuel(fuel) => {
                let text = format!(
                    "{fuel} units of fuel are used up{trace}\n  :fuel off lets inputs use any amount"
                );
                show::wrong("limit", &text)
            }
            Self::Interrupted => show::wrong("interrupted", trace.trim_start_matches('\n')),
        }
    }
}

/// Why an input was not run.
fn refusal(error: &InputError) -> String {
    match error {
        InputError::Compile(error) => error.diagnostics.render(&error.sources, show::style()),
        InputError::Load(LoadError::Forbidden { capability, .. }) => {
            show::wrong("error", &format!("{error}; start the REPL with --allow {capability} to allow it"))
        }
        other => show::wrong("error", &other.to_string()),
    }
}
