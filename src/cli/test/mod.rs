//! `mvm test [PATH…]`.

mod capture;
mod discover;
mod fault;
mod report;
mod run;

use std::path::PathBuf;
use std::time::Instant;

use super::allow::Allow;
use super::failure::Failure;
use super::interrupt::Interrupt;
use discover::find_files;
use report::{Reporter, Tally};
use run::Runner;

/// The most fuel that one test may use, unless another bound is given: some seconds.
const FUEL_MAX: u64 = 1_000_000_000;

/// Runs the `test` blocks of programs
///
/// Exits with 1 if a test fails, and with 2 if a file does not compile; the other tests run all the same. What a test
/// prints is shown if it fails.
#[derive(Debug, clap::Args)]
pub(super) struct Test {
    /// Source files, or folders to search for them [default: the current folder]
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Run only tests whose names contain this
    #[arg(long, value_name = "TEXT")]
    filter: Option<String>,
    /// The most fuel that each test may use
    #[arg(long, value_name = "N", default_value_t = FUEL_MAX)]
    fuel: u64,
    #[command(flatten)]
    allow: Allow,
    /// Write each result as a line of JSON to standard output
    #[arg(long)]
    json: bool,
}

impl Test {
    pub(super) fn execute(&self) -> Result<(), Failure> {
        let begin = Instant::now();
        let interrupt = Interrupt::listen();
        let runner = Runner {
            filter: self.filter.as_deref(),
            fuel: self.fuel,
            allow: &self.allow,
            interrupt: &interrupt,
        };
        let mut reporter = Reporter::new(self.json);
        for file in find_files(&self.paths)? {
            runner.run_file(&file, &mut reporter)?;
        }
        match reporter.finish(begin.elapsed())? {
            Tally { broken: 1.., .. } => Err(Failure::NotTested),
            Tally { failed: 1.., .. } => Err(Failure::Found),
            _ => Ok(()),
        }
    }
}
