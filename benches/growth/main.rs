//! How time grows with size: `cargo bench --bench growth`, with words to choose among `sizes` and `pauses`, and
//! `--svg FILE` for the sizes as a chart.
//!
//! `sizes` is compiling, running, collecting, taking and restoring a snapshot over three decades of size. `pauses` is
//! how long a collection stops an agent, for live data of one MiB up to one GiB, and what share of the time goes into
//! collecting.

mod chart;
#[path = "../compile/clock.rs"]
#[allow(dead_code, unused_imports, reason = "another benchmark asks for memory, too")]
mod clock;
#[path = "../compile/generate.rs"]
#[allow(dead_code, reason = "another benchmark asks for programs of several files, too")]
mod generate;
mod heap;
mod pauses;
mod sizes;
mod table;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;

/// The allocator of `mvm`, which is what is measured here.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How time grows with size.
#[derive(Debug, Parser)]
struct Arguments {
    /// Only these parts: sizes, pauses
    parts: Vec<String>,
    /// Writes the sizes to this file as a chart
    #[arg(long)]
    svg: Option<PathBuf>,
    /// What cargo says to every benchmark
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() -> ExitCode {
    match report(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

fn report(arguments: &Arguments) -> Result<(), String> {
    let is_chosen =
        |name: &str| arguments.parts.is_empty() || arguments.parts.iter().any(|part| part == name);
    if is_chosen("sizes") {
        let lines = sizes::measure()?;
        print!("{}", table::sizes(&lines));
        if let Some(file) = &arguments.svg {
            std::fs::write(file, chart::render(&lines))
                .map_err(|error| format!("{}: {error}", file.display()))?;
        }
    }
    if is_chosen("pauses") {
        print!("{}", table::pauses(&pauses::measure()?));
    }
    Ok(())
}
