//! Running the tests of one file, each by itself: whatever one does, the others run.

use std::path::Path;
use std::time::Instant;

use mvm::compiler::{Compiled, Options};
use mvm::vm::bytecode::TestEntry;
use mvm::{Agent, Engine, Outcome, Program};

use super::super::allow::Allow;
use super::super::failure::Failure;
use super::super::input::Source;
use super::super::interrupt::Interrupt;
use super::super::keyboard;
use super::super::local::{self, SLICE_FUEL};
use super::capture::Capture;
use super::fault::Fault;
use super::random::Random;
use super::report::{Event, Report};

/// How tests are run.
#[derive(Debug)]
pub(super) struct Runner<'a> {
    /// What the names of tests must contain.
    pub(super) filter: Option<&'a str>,
    /// The most fuel of each test.
    pub(super) fuel: u64,
    /// From what the random numbers of each test follow.
    pub(super) seed: u64,
    pub(super) allow: &'a Allow,
    pub(super) interrupt: &'a Interrupt,
}

impl Runner<'_> {
    /// Runs the tests of a file, and tells what happens. Fails only if all of it has to stop.
    pub(super) fn run_file(
        &self,
        file: &Path,
        tell: &impl Fn(Event) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let name = file.to_string_lossy().replace('\\', "/");
        let options = Options { tests: true, main_required: false, stdlib: false };
        let broken = |failure| tell(Event::Broken { file: name.clone(), failure });
        let compiled = match Source::read(file).and_then(|source| source.compile_with_warnings(&options)) {
            Ok((compiled, warnings)) => {
                tell(Event::Warnings(warnings))?;
                compiled
            }
            Err(failure) => return broken(failure),
        };
        let Compiled { module, sources, .. } = compiled;
        let mut engine = Engine::new();
        engine.allow_standard();
        let output = Capture::install(&mut engine, self.interrupt);
        let random = Random::install(&mut engine);
        self.allow.apply(&mut engine, &[])?;
        let program = match engine.load(module) {
            Ok(program) => program,
            Err(error) => return broken(local::refused(error)),
        };
        for test in &program.inner().module().tests {
            if self.filter.is_some_and(|filter| !test.name.contains(filter)) {
                tell(Event::LeftOut)?;
                continue;
            }
            let begin = Instant::now();
            random.restart(self.seed);
            let (fuel, fault) = self.run_test(&program, test, &sources)?;
            tell(Event::Test(Report {
                file: name.clone(),
                test: test.name.to_string(),
                fault,
                output: output.take(),
                fuel,
                time: begin.elapsed(),
            }))?;
        }
        Ok(())
    }

    /// Runs a test: the fuel that it used, and why it failed.
    fn run_test(
        &self,
        program: &Program,
        test: &TestEntry,
        sources: &mvm::compiler::source::SourceMap,
    ) -> Result<(u64, Option<Fault>), Failure> {
        let mut agent = match Agent::start_at(program, test.function, &[]) {
            Ok(agent) => agent,
            Err(error) => return Ok((0, Some(Fault::new(error.to_string(), &[], sources)))),
        };
        loop {
            self.interrupt.check()?;
            let left = self.fuel.saturating_sub(agent.fuel_used());
            let ran = agent.run(left.min(SLICE_FUEL));
            let fault = match ran {
                Ok(Outcome::Done) => None,
                Ok(Outcome::OutOfFuel) if left > 0 => continue,
                Ok(Outcome::OutOfFuel) => {
                    let message = format!(
                        "the test did not end within {} units of fuel; raise that with --fuel N",
                        self.fuel
                    );
                    Some(Fault::new(message, &agent.stack_trace(), sources))
                }
                Ok(Outcome::Asleep(time)) => {
                    // That the user interrupted is told by the check.
                    let _ = keyboard::wait(time, self.interrupt);
                    continue;
                }
                Ok(Outcome::Depart(node)) => match local::depart(&mut agent, &node) {
                    Ok(()) => continue,
                    Err(failure) => Some(Fault::new(failure.message(), &agent.stack_trace(), sources)),
                },
                Err(trap) => {
                    self.interrupt.check()?;
                    Some(Fault::of_trap(&trap, sources))
                }
            };
            return Ok((agent.fuel_used(), fault));
        }
    }
}
