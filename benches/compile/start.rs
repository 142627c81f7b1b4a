//! The start of a process that compiles, verifies and runs one line.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// How often the process is started.
const RUNS: usize = 200;

/// Programs of one line, by what they need.
const PROGRAMS: [(&str, &str); 2] = [
    ("prints a text", "fn main() { print(\"hello\") }\n"),
    (
        "uses lists and texts",
        "fn main() { print([3, 1, 2].sort().map(|x| \"{x}\".pad_start(3, \"0\")).join(\", \")) }\n",
    ),
];

/// Measures each program, and prints its least and its median time.
pub(crate) fn report() -> Result<(), String> {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let file = folder.path().join("one.mob");
    println!("\n{:<28}{:>12}{:>12}", "start to exit, ms", "least", "median");
    for (name, program) in PROGRAMS {
        std::fs::write(&file, program).map_err(|error| error.to_string())?;
        let mut times = Vec::with_capacity(RUNS);
        for _ in 0..RUNS {
            times.push(run(Command::new(env!("CARGO_BIN_EXE_mvm")).arg("run").arg(&file))?);
        }
        times.sort();
        let milliseconds = |time: Duration| time.as_secs_f64() * 1e3;
        println!("{name:<28}{:>12.2}{:>12.2}", milliseconds(times[0]), milliseconds(times[RUNS / 2]));
    }
    Ok(())
}

/// From before the process is made until it has ended.
fn run(command: &mut Command) -> Result<Duration, String> {
    command.stdin(Stdio::null()).stdout(Stdio::null());
    let start = Instant::now();
    let status = command.status().map_err(|error| error.to_string())?;
    let time = start.elapsed();
    if status.success() { Ok(time) } else { Err(status.to_string()) }
}
