//! `mvm test [PATH…]`.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

use mvm::compiler::Options;
use mvm::vm::bytecode::TestEntry;
use mvm::{Agent, Engine, Program};
use serde::Serialize;

use super::check::count;
use super::failure::Failure;
use super::input::Source;
use super::interrupt::Interrupt;
use super::{local, terminal};

/// The most fuel that one test may use, unless another bound is given: some tens of seconds.
const FUEL_MAX: u64 = 10_000_000_000;
/// The deepest that folders are searched.
const DEPTH_MAX: usize = 32;

/// Runs the `test` blocks of programs
///
/// Exits with 1 if a test fails. What a test prints is shown if it fails.
#[derive(Debug, clap::Args)]
pub(super) struct Test {
    /// Source files, or folders to search for them [default: the current folder]
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Run only tests whose names contain this
    #[arg(long, value_name = "TEXT")]
    filter: Option<String>,
    /// The most fuel that each test may use
    #[arg(long, value_name = "N", default_value_t = FUEL_MAX, hide_default_value = true)]
    fuel: u64,
    /// Write each result as a line of JSON to standard output
    #[arg(long)]
    json: bool,
}

/// One test's result, as `--json` gives it.
#[derive(Debug, Serialize)]
struct Report<'a> {
    file: &'a str,
    test: &'a str,
    /// `passed` or `failed`.
    outcome: &'static str,
    /// Why it failed, with the stack trace.
    message: Option<String>,
    /// What it printed.
    output: String,
    fuel: u64,
    milliseconds: u64,
}

#[derive(Debug, Default)]
struct Tally {
    passed: usize,
    failed: usize,
    broken: usize,
}

impl Test {
    pub(super) fn execute(&self) -> Result<(), Failure> {
        let interrupt = Interrupt::listen();
        let mut tally = Tally::default();
        for file in self.files()? {
            self.run_file(&file, &interrupt, &mut tally)?;
        }
        let Tally { passed, failed, broken } = tally;
        if !self.json {
            writeln!(io::stdout(), "{passed} passed, {failed} failed")?;
        }
        match (failed, broken) {
            (0, 0) => Ok(()),
            (_, 0) => Err(Failure::Found),
            _ => Err(Failure::usage(format!("{} could not be tested", count(broken, "file")))),
        }
    }

    fn files(&self) -> Result<Vec<PathBuf>, Failure> {
        let here = [PathBuf::from(".")];
        let paths = if self.paths.is_empty() { &here[..] } else { &self.paths };
        let mut files = Vec::new();
        for path in paths {
            if path.is_dir() {
                find_sources(path, DEPTH_MAX, &mut files)?;
            } else {
                files.push(path.clone());
            }
        }
        Ok(files)
    }

    fn run_file(&self, file: &Path, interrupt: &Interrupt, tally: &mut Tally) -> Result<(), Failure> {
        let options = Options { tests: true, main_required: false, stdlib: false };
        let source = Source::read(file)?;
        let module = match source.compile(&options) {
            Ok(compiled) => compiled.module,
            Err(failure) => {
                terminal::report(&failure);
                tally.broken += 1;
                return Ok(());
            }
        };
        let mut engine = Engine::new();
        engine.allow_standard();
        let output = engine.capture();
        let program = engine.load(module).map_err(local::refused)?;
        for test in &program.inner().module().tests {
            let is_wanted = self.filter.as_ref().is_none_or(|filter| test.name.contains(filter));
            if !is_wanted {
                continue;
            }
            let begin = Instant::now();
            let (fuel, ended) = self.run_test(&program, test, interrupt);
            let message = match ended {
                Ok(()) => None,
                Err(Failure::Interrupted) => return Err(Failure::Interrupted),
                Err(failure) => Some(failure.message()),
            };
            let report = Report {
                file: &source.name(),
                test: &test.name,
                outcome: if message.is_none() { "passed" } else { "failed" },
                message,
                output: output.take(),
                fuel,
                milliseconds: u64::try_from(begin.elapsed().as_millis()).unwrap_or(u64::MAX),
            };
            *(if report.message.is_none() { &mut tally.passed } else { &mut tally.failed }) += 1;
            self.show(&report)?;
        }
        Ok(())
    }

    fn run_test(
        &self,
        program: &Program,
        test: &TestEntry,
        interrupt: &Interrupt,
    ) -> (u64, Result<(), Failure>) {
        match Agent::start_at(program, test.function, &[]) {
            Ok(mut agent) => {
                let ended = local::run(&mut agent, Some(self.fuel), interrupt, || Ok(()));
                (agent.fuel_used(), ended)
            }
            Err(error) => (0, Err(Failure::usage(error))),
        }
    }

    fn show(&self, report: &Report<'_>) -> Result<(), Failure> {
        let mut out = io::stdout().lock();
        if self.json {
            serde_json::to_writer(&mut out, report).map_err(io::Error::from)?;
            return Ok(writeln!(out)?);
        }
        writeln!(out, "{} {}: {}", report.outcome, report.file, report.test)?;
        let Some(message) = &report.message else { return Ok(()) };
        for line in message.lines().chain(report.output.lines()) {
            writeln!(out, "    {line}")?;
        }
        Ok(())
    }
}

/// All source files below a folder, in alphabetical order; hidden folders are left out.
fn find_sources(folder: &Path, depth_left: usize, files: &mut Vec<PathBuf>) -> Result<(), Failure> {
    let failed = |error| Failure::file("search", folder, &error);
    let entries: Result<Vec<_>, _> = fs::read_dir(folder).map_err(failed)?.collect();
    let mut paths: Vec<_> = entries.map_err(failed)?.into_iter().map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        let is_hidden = path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
        if path.is_dir() && !is_hidden && !path.is_symlink() && depth_left > 0 {
            find_sources(&path, depth_left - 1, files)?;
        } else if path.is_file() && path.extension().is_some_and(|extension| extension == "mob") {
            files.push(path);
        }
    }
    Ok(())
}
