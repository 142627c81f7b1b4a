//! `mvm completions SHELL`.

use std::io::{self, Write};

use clap::CommandFactory;
use clap_complete::Shell;

use super::{Cli, Failure};

/// Writes a completion script for a shell
///
/// For example: mvm completions bash > ~/.local/share/bash-completion/completions/mvm
#[derive(Debug, clap::Args)]
pub(super) struct Completions {
    /// The shell
    shell: Shell,
}

impl Completions {
    pub(super) fn execute(&self) -> Result<(), Failure> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Cli::command(), "mvm", &mut script);
        Ok(io::stdout().write_all(&script)?)
    }
}
