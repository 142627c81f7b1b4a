//! The REPL as a user meets it: a session, and what was set about it.

use mvm::{Engine, Session};

use super::folders::Folders;
use crate::cli::interrupt::Interrupt;
use crate::cli::local::Console;

/// Whether the user goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
    /// To the next line.
    Go,
    /// The user leaves.
    Leave,
}

/// A session with what was set about it.
pub(super) struct Repl<'s> {
    pub(super) engine: Engine,
    pub(super) session: Session<'s>,
    pub(super) folders: &'s Folders,
    pub(super) console: Console,
    pub(super) interrupt: Interrupt,
    /// The most fuel that an input may use.
    pub(super) fuel_max: Option<u64>,
    /// The fuel that the last input used.
    pub(super) fuel_last: u64,
    /// The files that were loaded, in order, each once.
    pub(super) loaded: Vec<String>,
    /// The code of the last input.
    pub(super) last_code: Option<LastCode>,
    /// Whether something that was asked for could not be done.
    pub(super) has_failed: bool,
}

/// The module of the last input, and the text of the lines that it speaks of.
pub(super) struct LastCode {
    pub(super) module: mvm::vm::bytecode::Module,
    pub(super) sources: mvm::compiler::source::SourceMap,
}

impl<'s> Repl<'s> {
    pub(super) fn new(
        engine: Engine,
        folders: &'s Folders,
        console: Console,
        interrupt: Interrupt,
        fuel_max: Option<u64>,
    ) -> Self {
        let session = engine.session(folders);
        Self {
            engine,
            session,
            folders,
            console,
            interrupt,
            fuel_max,
            fuel_last: 0,
            loaded: Vec::new(),
            last_code: None,
            has_failed: false,
        }
    }

    /// Does what one or more whole lines say.
    pub(super) fn line(&mut self, text: &str) -> Next {
        match text.trim_start().strip_prefix(':') {
            Some(command) => self.command(command),
            None => {
                self.evaluate(&self.session.names().next_name(), text);
                Next::Go
            }
        }
    }
}
