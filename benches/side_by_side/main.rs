//! Mob beside other interpreters: `cargo bench --bench side_by_side`, with words to choose programs and `--runs N`.
//!
//! Each program of `benches/programs` stands there once for each language. In one run, all that are installed take
//! turns on it, so that a machine that gets slower gets slower for all. What counts is the least user CPU time of
//! several runs, start and compilation included. Programs whose output differs are an error.

mod engine;
mod measure;
mod table;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use engine::Engine;
use table::Row;

/// How often each engine runs each program unless `--runs` says otherwise.
const RUNS: u32 = 5;

fn main() -> ExitCode {
    let (runs, chosen) = arguments();
    let engines = engine::installed();
    let result = programs(&chosen).and_then(|programs| {
        let rows = programs.iter().map(|program| row(&engines, program, runs));
        rows.collect::<Result<Vec<_>, _>>()
    });
    match result {
        Ok(rows) => {
            print!("{}", table::render(&engines, &rows));
            ExitCode::SUCCESS
        }
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

/// The number of runs and the words that chosen programs' names contain. Cargo's own `--bench` is passed over.
fn arguments() -> (u32, Vec<String>) {
    let mut runs = RUNS;
    let mut chosen = Vec::new();
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--bench" => {}
            "--runs" => runs = arguments.next().and_then(|n| n.parse().ok()).unwrap_or(RUNS).max(1),
            _ => chosen.push(argument),
        }
    }
    (runs, chosen)
}

/// The programs in Mob, sorted; all if nothing was chosen.
fn programs(chosen: &[String]) -> Result<Vec<PathBuf>, String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/programs");
    let entries = std::fs::read_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut programs: Vec<_> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    programs.retain(|path| path.extension().is_some_and(|extension| extension == "mob"));
    programs.retain(|path| chosen.is_empty() || chosen.iter().any(|word| name(path).contains(word.as_str())));
    programs.sort();
    Ok(programs)
}

fn name(program: &Path) -> String {
    program.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default()
}

/// Runs one program on all engines in turn, and keeps the least time of each.
fn row(engines: &[Engine], program: &Path, runs: u32) -> Result<Row, String> {
    let mut best = vec![None; engines.len()];
    let mut output: Option<Vec<u8>> = None;
    for _ in 0..runs {
        for (engine, best) in engines.iter().zip(&mut best) {
            let Some(run) = engine.run(program)? else { continue };
            let first = output.get_or_insert_with(|| run.output.clone());
            if *first != run.output {
                let (said, first) = (String::from_utf8_lossy(&run.output), String::from_utf8_lossy(first));
                return Err(format!("{}: {} prints\n{said}instead of\n{first}", name(program), engine.name));
            }
            *best = Some(best.map_or(run.time, |best| run.time.min(best)));
        }
    }
    Ok(Row { program: name(program), times: best })
}
