//! `mvm man FOLDER`: man pages, from the same declarations as parsing, help and completions.

use std::fs;
use std::path::PathBuf;

use clap::CommandFactory;

use super::{Cli, Failure};

/// Writes the man pages of mvm and each of its subcommands into a folder
#[derive(Debug, clap::Args)]
pub(super) struct Man {
    /// The folder, made if it isn't there
    folder: PathBuf,
}

impl Man {
    pub(super) fn execute(&self) -> Result<(), Failure> {
        fs::create_dir_all(&self.folder).map_err(|error| Failure::file("make", &self.folder, &error))?;
        let written = clap_mangen::generate_to(Cli::command(), &self.folder);
        written.map_err(|error| Failure::file("write to", &self.folder, &error))
    }
}
