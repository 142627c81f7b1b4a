//! `mvm test [PATH…]`.

mod capture;
mod fault;
mod random;
mod report;
mod run;
mod work;

use std::path::PathBuf;
use std::thread;
use std::time::Instant;

use super::allow::Allow;
use super::discover;
use super::failure::Failure;
use super::interrupt::Interrupt;
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
    /// From what the random numbers of each test follow
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,
    /// How many files are tested at once [default: one for each processor; 1 with --allow]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    jobs: Option<u16>,
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
            seed: self.seed,
            allow: &self.allow,
            interrupt: &interrupt,
        };
        let mut reporter = Reporter::new(self.json);
        work::run_files(&runner, &self.files()?, self.jobs(), |event| reporter.take(event))?;
        match reporter.finish(begin.elapsed())? {
            Tally { uncompiled: 1.., .. } | Tally { broken: 1.., .. } => Err(Failure::Incomplete),
            Tally { failed: 1.., .. } => Err(Failure::Found),
            _ => Ok(()),
        }
    }

    /// The files to test, each once.
    fn files(&self) -> Result<Vec<PathBuf>, Failure> {
        let here = [PathBuf::from(".")];
        let paths = if self.paths.is_empty() { &here[..] } else { &self.paths };
        let mut files = Vec::new();
        for path in paths {
            for file in discover::sources(path)? {
                if !files.contains(&file) {
                    files.push(file);
                }
            }
        }
        Ok(files)
    }

    /// How many files to test at once. Tests of different files could get into each other's way in a folder that they may
    /// change.
    fn jobs(&self) -> usize {
        match self.jobs {
            Some(jobs) => jobs.into(),
            None if self.allow.is_given() => 1,
            None => thread::available_parallelism().map_or(1, usize::from),
        }
    }
}
