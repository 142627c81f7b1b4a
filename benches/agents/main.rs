//! Agents beside Erlang's processes: `cargo bench --bench agents`, or behind `--` some of `idle`, `ping_pong`, `ring`, `flood` and `calls`.
//!
//! The programs in Mob lie beside this, and `agents.erl` does the same in Erlang, if `erl` and `erlc` are installed. Both run by
//! turns; what counts is the fastest run of each. A program measures itself, from when everything is there.

mod process;

use std::error::Error;

use process::{Runner, Running};

/// How often each program runs.
const RUNS: usize = 5;

/// A program, what it counts, and whether its memory is of interest.
const PROGRAMS: [(&str, &str, bool); 5] = [
    ("idle", "agents that wait", true),
    ("ping_pong", "messages between two", false),
    ("ring", "messages around a ring of 1,000", false),
    ("flood", "messages one way", false),
    ("calls", "calls of a server", false),
];

/// The best of several runs.
struct Best {
    /// Nanoseconds for each thing that is counted.
    nanoseconds: f64,
    /// Bytes of memory for each of them.
    bytes: f64,
}

fn main() -> Result<(), Box<dyn Error>> {
    let chosen: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let is_chosen = |name: &str| chosen.is_empty() || chosen.iter().any(|word| word == name);
    let folder = tempfile::tempdir()?;
    let runners = [Some(Runner::Mob), Runner::erlang(folder.path())?];
    println!("{:<34}{:<10}{:>12}{:>14}{:>14}", "", "", "ns each", "M a second", "bytes each");
    for (name, what, has_memory) in PROGRAMS.into_iter().filter(|(name, ..)| is_chosen(name)) {
        let none = || Best { nanoseconds: f64::INFINITY, bytes: f64::INFINITY };
        let mut best: Vec<(&Runner, Best)> =
            runners.iter().flatten().map(|runner| (runner, none())).collect();
        for _ in 0..RUNS {
            for (runner, best) in &mut best {
                let mut running = Running::start(runner, name)?;
                let said = running.said()?;
                best.nanoseconds = best.nanoseconds.min(1e3 * said.microseconds / said.count);
                if has_memory {
                    best.bytes = best.bytes.min(running.resident_bytes()? / said.count);
                }
            }
        }
        for (runner, best) in best {
            let bytes = if has_memory { format!("{:.0}", best.bytes) } else { String::new() };
            let millions = 1e3 / best.nanoseconds;
            println!("{what:<34}{:<10}{:>12.0}{millions:>14.2}{bytes:>14}", runner.name(), best.nanoseconds);
        }
    }
    Ok(())
}
