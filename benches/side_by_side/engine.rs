//! The interpreters that take part.

use std::path::Path;
use std::process::Command;

use super::measure::{Run, run};

/// An interpreter, and how it is told to run a file.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Engine {
    /// What the table calls it.
    pub(crate) name: &'static str,
    command: &'static str,
    arguments: &'static [&'static str],
    /// The ending of its programs' names.
    extension: &'static str,
}

/// All engines that are known; the first is the one that others are compared with.
const ENGINES: &[Engine] = &[
    Engine { name: "mob", command: env!("CARGO_BIN_EXE_mvm"), arguments: &["run"], extension: "mob" },
    Engine { name: "lua 5.4", command: "lua5.4", arguments: &[], extension: "lua" },
    Engine { name: "luajit -joff", command: "luajit", arguments: &["-joff"], extension: "lua" },
];

/// Those engines that can be started here.
pub(crate) fn installed() -> Vec<Engine> {
    ENGINES.iter().filter(|engine| engine.starts()).copied().collect()
}

impl Engine {
    fn starts(&self) -> bool {
        // Each of them fails on a file that isn't there; only one that is not installed can't be started.
        Command::new(self.command).args(self.arguments).arg("no such file").output().is_ok()
    }

    /// Runs a program's version in this engine's language; none if there is no such file.
    pub(crate) fn run(&self, program: &Path) -> Result<Option<Run>, String> {
        let file = program.with_extension(self.extension);
        if !file.exists() {
            return Ok(None);
        }
        let mut command = Command::new(self.command);
        command.args(self.arguments).arg(&file);
        run(&mut command).map(Some).map_err(|error| format!("{} {}: {error}", self.name, file.display()))
    }
}
