//! Running a program inside this process and without a node.

use std::io::{self, BufWriter, Write};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use mvm::{Agent, Engine, Failure as HostFailure, LoadError, Outcome, Trap};

use super::failure::Failure;
use super::interrupt::Interrupt;
use super::keyboard::{self, Keyboard};
use super::profile::Profile;

/// Fuel between looks at what the user wants: some hundredths of a second.
pub(crate) const SLICE_FUEL: u64 = 10_000_000;
/// Time between such looks, where the program runs on other threads.
const LOOK: Duration = Duration::from_millis(20);
/// Text that is kept back to be written at once.
const OUTPUT_BYTES: usize = 64 << 10;

/// Standard input and output as programs use them: output is buffered between slices.
#[derive(Debug, Clone)]
pub(crate) struct Console {
    output: Arc<Mutex<Output>>,
    keyboard: Arc<Mutex<Keyboard>>,
}

/// Standard output, and how a write to it failed.
#[derive(Debug)]
struct Output {
    stdout: BufWriter<io::Stdout>,
    failed: Option<io::Error>,
}

impl Console {
    /// Gives an engine's programs this console, and a clock that can wait.
    pub(crate) fn install(engine: &mut Engine, interrupt: &Interrupt) -> Self {
        let stdout = BufWriter::with_capacity(OUTPUT_BYTES, io::stdout());
        let console = Self {
            output: Arc::new(Mutex::new(Output { stdout, failed: None })),
            keyboard: Arc::new(Mutex::new(Keyboard::new(interrupt.clone()))),
        };
        let (print, write, error) = (console.clone(), console.clone(), console.clone());
        engine.register("console.print", move |text: String| print.write(&text, "\n"));
        engine.register("console.write", move |text: String| write.write(&text, ""));
        engine.register("console.error", move |text: String| {
            error.flush().ok();
            super::terminal::say(&(text + "\n"));
        });
        let prompt = console.clone();
        engine.register_blocking("console.read_line", move || {
            prompt.flush().ok();
            prompt.read_line().map_err(HostFailure::from)
        });
        let (waiting, interrupt) = (console.clone(), interrupt.clone());
        engine.register("clock.sleep", move |ms: i64| {
            waiting.flush().ok();
            keyboard::sleep(ms, &interrupt)
        });
        console
    }

    /// The next line of standard input; `None` at its end.
    pub(crate) fn read_line(&self) -> io::Result<Option<String>> {
        self.keyboard.lock().unwrap_or_else(PoisonError::into_inner).read_line()
    }

    fn write(&self, text: &str, end: &str) -> Result<(), HostFailure> {
        let mut output = self.output.lock().unwrap_or_else(PoisonError::into_inner);
        let stdout = &mut output.stdout;
        let written = stdout.write_all(text.as_bytes()).and_then(|()| stdout.write_all(end.as_bytes()));
        written.map_err(|error| {
            let failure = HostFailure::new(error.to_string());
            output.failed = Some(error);
            failure
        })
    }

    /// Writes what is kept back, and says whether everything could be written.
    pub(crate) fn flush(&self) -> Result<(), Failure> {
        let mut output = self.output.lock().unwrap_or_else(PoisonError::into_inner);
        match output.failed.take() {
            Some(error) => Err(error.into()),
            None => Ok(output.stdout.flush()?),
        }
    }
}

/// Runs an agent until it is done, or has used this much fuel if that is bounded. Whatever it printed is written, and
/// the profile takes its samples, if there is one.
pub(crate) fn run(
    agent: &mut Agent,
    fuel: Option<u64>,
    interrupt: &Interrupt,
    mut profile: Option<&mut Profile>,
    between: impl Fn() -> Result<(), Failure>,
) -> Result<(), Failure> {
    let ended = run_slices(agent, fuel, interrupt, &mut profile, &between);
    // A program that can't print traps; that standard output failed says more.
    between()?;
    ended
}

/// [`run`], on all cores, for a program that begins agents. Gives the agent back.
pub(crate) fn run_on_all_cores(
    agent: Agent,
    fuel: Option<u64>,
    interrupt: &Interrupt,
    between: impl Fn() -> Result<(), Failure>,
) -> Result<(Agent, Result<(), Failure>), Failure> {
    let threads = tokio::runtime::Builder::new_multi_thread().enable_time().build();
    let threads = threads.map_err(|error| Failure::usage(format!("no threads could be started: {error}")))?;
    let ended = threads.block_on(async {
        let run = agent.run_on_all_threads(fuel.unwrap_or(u64::MAX));
        let mut run = std::pin::pin!(run);
        loop {
            tokio::select! {
                ended = &mut run => return Ok(ended),
                () = tokio::time::sleep(LOOK) => {
                    between()?;
                    interrupt.check()?;
                }
            }
        }
    });
    // A thread that waits for the keyboard would wait on.
    threads.shutdown_background();
    let (agent, ended) = ended.or_else(|failure| between().and(Err(failure)))?;
    between()?;
    let ended = match ended {
        Ok(Outcome::OutOfFuel) => Err(out_of_fuel(&agent, fuel.unwrap_or_default())),
        Ok(_) => Ok(()),
        Err(trap) => interrupt.check().and(Err(trapped(&trap))),
    };
    Ok((agent, ended))
}

fn run_slices(
    agent: &mut Agent,
    fuel: Option<u64>,
    interrupt: &Interrupt,
    profile: &mut Option<&mut Profile>,
    between: &impl Fn() -> Result<(), Failure>,
) -> Result<(), Failure> {
    loop {
        let left = fuel.map_or(u64::MAX, |fuel| fuel.saturating_sub(agent.fuel_used()));
        if left == 0 {
            return Err(out_of_fuel(agent, fuel.unwrap_or_default()));
        }
        let slice = profile.as_mut().map_or(SLICE_FUEL, |profile| profile.slice_fuel());
        let ran = agent.run(left.min(slice));
        if let Some(profile) = profile {
            profile.sample(agent);
        }
        // What waits for the outside ends with a trap when the user interrupts.
        match ran.or_else(|trap| interrupt.check().and(Err(trapped(&trap))))? {
            Outcome::Done => return Ok(()),
            Outcome::OutOfFuel => {
                between()?;
                interrupt.check()?;
            }
            Outcome::Asleep(time) => {
                between()?;
                // That the user interrupted is told by the check.
                let _ = keyboard::wait(time, interrupt);
                interrupt.check()?;
            }
            Outcome::Depart(node) => depart(agent, &node)?,
        }
    }
}

/// The one node that there is here is where the agent is.
pub(crate) fn depart(agent: &mut Agent, node: &str) -> Result<(), Failure> {
    let answered = if node == mvm::LOCAL_NODE {
        agent.arrive()
    } else {
        agent.stay(format!("there is no node `{node}`: the program runs by itself, without --nodes"))
    };
    answered.map_err(|error| Failure::Trap(format!("`agent.go` could not be answered: {error}")))
}

/// A program that was not loaded, with the flag that would help.
pub(crate) fn refused(error: LoadError) -> Failure {
    match error {
        LoadError::Forbidden { ref capability, .. } => {
            let flag = match capability.as_str() {
                "fs" => "fs=DIR, or --allow fs for the current folder,",
                "env" => "env=NAME, or --allow env for all variables,",
                other => other,
            };
            Failure::Network(format!("{error}; run it with --allow {flag} to allow it"))
        }
        error => Failure::usage(error),
    }
}

/// A trap as the end of a command: a limit, with the flag that raises it, or a fault of the program.
pub(crate) fn trapped(trap: &Trap) -> Failure {
    match trap.kind.limit() {
        Some(limit) => Failure::Limit(format!("{trap}{}", raise(limit))),
        None => Failure::Trap(trap.to_string()),
    }
}

/// How a limit of `mvm run` is raised, as a line to follow the message.
pub(crate) fn raise(limit: &str) -> String {
    match limit {
        "fuel" => "\n  raise it with --fuel N".to_owned(),
        "heap" | "stack" => format!("\n  raise it with --{limit} SIZE, for example --{limit} 1G"),
        _ => String::new(),
    }
}

fn out_of_fuel(agent: &Agent, fuel: u64) -> Failure {
    let trace: String = agent.stack_trace().iter().map(|line| format!("\n  {line}")).collect();
    Failure::Limit(format!("fuel limit reached: {fuel} units are used up{trace}{}", raise("fuel")))
}
