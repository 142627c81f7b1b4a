//! `mvm run FILE`.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use mvm::compiler::Options;
use mvm::net::client;
use mvm::{Agent, Engine, Limits, LoadError, Program, StartError};

use super::allow::Allow;
use super::failure::Failure;
use super::input::Input;
use super::interrupt::Interrupt;
use super::local::{self, Console};
use super::nodes::Journey;
use super::profile::Profile;
use super::send::label;
use super::{size, terminal};

/// Compiles and runs a program
///
/// It may use the console, the clock, random numbers and nodes; anything else has to be allowed.
#[derive(Debug, clap::Args)]
pub(super) struct Run {
    /// Source file or built module; - is standard input
    file: PathBuf,
    /// The program's arguments
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    args: Vec<String>,
    /// Start nodes of these names in this process, and run the program on the first
    #[arg(long, value_name = "A,B,C", value_delimiter = ',')]
    nodes: Vec<String>,
    /// The most fuel that the program may use, about one unit an instruction
    #[arg(long, value_name = "N")]
    fuel: Option<u64>,
    /// The most memory for the program's data, as in 512K, 64M or 2G
    #[arg(long, value_name = "SIZE", value_parser = size::parse)]
    heap: Option<u64>,
    /// The most memory for calls that are nested
    #[arg(long, value_name = "SIZE", value_parser = size::parse)]
    stack: Option<u64>,
    #[command(flatten)]
    allow: Allow,
    /// Show fuel, time and memory used on standard error
    #[arg(long)]
    stats: bool,
    /// Write a flame graph of where the program uses its fuel, by function and line, as an SVG
    #[arg(long, value_name = "FILE", conflicts_with = "nodes")]
    profile: Option<PathBuf>,
}

impl Run {
    pub(super) fn execute(&self) -> Result<(), Failure> {
        let begin = Instant::now();
        let options = Options { tests: false, main_required: true, stdlib: false };
        let module = Input::read(&self.file)?.into_module(&options)?;
        let args: Vec<&str> = self.args.iter().map(String::as_str).collect();
        let mut engine = self.engine();
        let interrupt = Interrupt::listen();
        let console = Console::install(&mut engine, &interrupt);
        if !self.nodes.is_empty() {
            return self.run_on_nodes(&engine.load(module).map_err(refused_on_nodes)?);
        }
        self.allow.apply(&mut engine, &args)?;
        let program = engine.load(module).map_err(local::refused)?;
        let mut agent = Agent::start(&program, &args).map_err(not_started)?;
        let loaded = begin.elapsed();
        let mut profile = self.profile.as_ref().map(|path| Profile::new(path, &agent));
        let flush = || console.flush();
        let ended = if program.begins_agents() && profile.is_none() {
            let (ran, ended) = local::run_on_all_cores(agent, self.fuel, &interrupt, flush)?;
            agent = ran;
            ended
        } else {
            local::run(&mut agent, self.fuel, &interrupt, profile.as_mut(), flush)
        };
        if self.stats {
            show_stats(&agent, loaded, begin.elapsed() - loaded);
        }
        let profiled = profile.map_or(Ok(()), |profile| profile.write());
        ended?;
        profiled?;
        main_result(&agent)
    }

    fn run_on_nodes(&self, program: &Program) -> Result<(), Failure> {
        if self.allow.is_given() {
            return Err(Failure::usage("--allow is for programs that run by themselves, without --nodes"));
        }
        let sent = client::Program { module: &program.encode(), name: &label(&self.file), args: &self.args };
        Journey {
            nodes: &self.nodes,
            program: sent,
            limits: self.limits(),
            fuel: self.fuel,
            stats: self.stats,
        }
        .run()
    }

    fn engine(&self) -> Engine {
        let mut engine = Engine::new();
        engine.allow_standard().limits(self.limits());
        engine
    }

    fn limits(&self) -> Limits {
        let default = Limits::default();
        let bytes =
            |given: Option<u64>, default| given.map_or(default, |n| usize::try_from(n).unwrap_or(usize::MAX));
        Limits {
            heap_bytes: bytes(self.heap, default.heap_bytes),
            stack_bytes: bytes(self.stack, default.stack_bytes),
            ..default
        }
    }
}

/// Flags don't help here: it is for whoever runs a node to say what programs have there.
fn refused_on_nodes(error: LoadError) -> Failure {
    match error {
        LoadError::Forbidden { .. } => Failure::Network(format!("{error} on nodes; run it without --nodes")),
        error => Failure::usage(error),
    }
}

fn not_started(error: StartError) -> Failure {
    Failure::usage(error)
}

/// An `Err` of `main` is the program's way to say that it failed.
fn main_result(agent: &Agent) -> Result<(), Failure> {
    if !agent.is_err() {
        return Ok(());
    }
    let text = agent.result_text().unwrap_or_else(|| "Err".to_owned());
    terminal::say(&format!("main returned {text}\n"));
    Err(Failure::Found)
}

fn show_stats(agent: &Agent, loaded: Duration, ran: Duration) {
    let fuel = agent.fuel_used();
    let heap = size::show(agent.heap_bytes() as u64);
    terminal::note(&format!("fuel {fuel}, heap {heap}, loaded in {loaded:.1?}, ran for {ran:.1?}"));
}
