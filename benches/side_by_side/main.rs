//! Mob beside other interpreters: `cargo bench --bench side_by_side`, with words to choose programs, `--runs N`, and
//! `--json FILE` and `--svg FILE` for the results in these forms.
//!
//! Each program of `benches/programs` stands there once for each language. In one run, all that are installed take
//! turns on it, so that a machine that gets slower gets slower for all. What counts is the least user CPU time of
//! several runs, start and compilation included. Programs whose output differs are an error.

mod chart;
mod engine;
mod json;
mod measure;
mod programs;
mod results;
mod table;
mod wasm;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;

use engine::Engine;
use programs::{PROGRAMS, Program};
use results::{Results, Row};

/// Mob beside other interpreters.
#[derive(Debug, Parser)]
struct Arguments {
    /// Only programs whose names contain one of these words
    programs: Vec<String>,
    /// How often each engine runs each program
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    runs: u32,
    /// Writes the results to this file as JSON
    #[arg(long)]
    json: Option<PathBuf>,
    /// Writes the ratios to this file as a chart
    #[arg(long)]
    svg: Option<PathBuf>,
    /// What cargo says to every benchmark
    #[arg(long, hide = true)]
    bench: bool,
    /// Runs this program with this size in wasmi: what the benchmark starts itself with
    #[arg(long, hide = true, num_args = 2)]
    wasm: Vec<String>,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let result = match arguments.wasm.as_slice() {
        [file, size] => wasm::run(Path::new(file), size),
        _ => compare(&arguments),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

fn compare(arguments: &Arguments) -> Result<(), String> {
    let engines = engine::installed()?;
    let chosen = |program: &&Program| {
        let words = &arguments.programs;
        words.is_empty() || words.iter().any(|word| program.name.contains(word.as_str()))
    };
    let rows = PROGRAMS.iter().filter(chosen).map(|program| row(&engines, program, arguments.runs));
    let names = engines.iter().map(|engine| engine.name).collect();
    let results = Results { engines: names, runs: arguments.runs, rows: rows.collect::<Result<_, _>>()? };
    print!("{}", table::render(&results));
    if let Some(file) = &arguments.json {
        write(file, &json::render(&results))?;
    }
    if let Some(file) = &arguments.svg {
        write(file, &chart::render(&results))?;
    }
    Ok(())
}

fn write(file: &Path, text: &str) -> Result<(), String> {
    std::fs::write(file, text).map_err(|error| format!("{}: {error}", file.display()))
}

/// Runs one program on all engines in turn, and keeps the least time of each.
fn row(engines: &[Engine], program: &'static Program, runs: u32) -> Result<Row, String> {
    let mut best = vec![None; engines.len()];
    let mut output: Option<Vec<u8>> = None;
    for _ in 0..runs {
        for (engine, best) in engines.iter().zip(&mut best) {
            let Some(run) = engine.run(program)? else { continue };
            let first = output.get_or_insert_with(|| run.output.clone());
            if *first != run.output {
                let (said, first) = (String::from_utf8_lossy(&run.output), String::from_utf8_lossy(first));
                return Err(format!("{}: {} prints\n{said}instead of\n{first}", program.name, engine.name));
            }
            *best = Some(best.map_or(run.time, |best| run.time.min(best)));
        }
    }
    Ok(Row { program, times: best })
}
