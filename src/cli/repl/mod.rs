//! `mvm repl`.

mod command;
mod complete;
mod editor;
mod evaluate;
mod folders;
mod highlight;
mod script;
mod show;
mod user;

use std::io::{self, IsTerminal};

use mvm::Engine;
use mvm::net::home::Home;

use super::allow::Allow;
use super::failure::Failure;
use super::interrupt::Interrupt;
use super::local::Console;
use folders::Folders;
use user::Repl;

/// Evaluates what is typed, line by line
///
/// Definitions and variables stay. Lines that begin with a colon are commands; :help lists them. From a file or a pipe,
/// it does what the lines say and writes the values of expressions to standard output.
#[derive(Debug, clap::Args)]
pub(super) struct ReplCommand {
    #[command(flatten)]
    allow: Allow,
    /// The most fuel that one input may use, about one unit an instruction
    #[arg(long, value_name = "N")]
    fuel: Option<u64>,
}

impl ReplCommand {
    pub(super) fn execute(&self, home: impl FnOnce() -> Result<Home, Failure>) -> Result<(), Failure> {
        let mut engine = Engine::new();
        engine.allow_standard();
        let interrupt = Interrupt::listen_patiently();
        let console = Console::install(&mut engine, &interrupt);
        self.allow.apply(&mut engine, &[])?;
        let folders = Folders::new();
        let mut repl = Repl::new(engine, &folders, console, interrupt, self.fuel);
        if io::stdin().is_terminal() {
            editor::run(&mut repl, home().ok().as_ref())
        } else {
            script::run(&mut repl)
        }
    }
}
