//! The start of a process that compiles, verifies and runs next to nothing, beside Lua's if that is installed.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::clock;

/// How often each process is started; they take turns.
const RUNS: usize = 300;

/// Programs by what they need, in the order of the memory that they need.
const PROGRAMS: [(&str, &str); 3] = [
    ("does nothing", "fn main() {}\n"),
    ("prints a text", "fn main() { print(\"hello\") }\n"),
    (
        "uses lists and texts",
        "fn main() { print([3, 1, 2].sort().map(|x| \"{x}\".pad_start(3, \"0\")).join(\", \")) }\n",
    ),
];

/// What `does nothing` is compared with.
const LUA: &str = "lua5.4";

/// One process, and what its runs took.
struct Row {
    name: String,
    command: Command,
    /// From before the process was made until it had ended.
    times: Vec<Duration>,
    /// CPU time, that of the system on its behalf included.
    cpu: Duration,
    /// The most memory that it had, in KiB, if that can be known.
    peak_kib: Option<u64>,
}

/// Measures each program, and prints its times and memory.
pub(crate) fn report() -> Result<(), String> {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let mut rows = rows(folder.path())?;
    for _ in 0..RUNS {
        for row in &mut rows {
            row.run()?;
        }
    }
    println!(
        "\n{:<28}{:>12}{:>12}{:>12}{:>12}",
        "start to exit", "least, ms", "median, ms", "CPU, ms", "peak, MiB"
    );
    for row in &mut rows {
        row.times.sort();
        let milliseconds = |time: Duration| time.as_secs_f64() * 1e3;
        println!(
            "{:<28}{:>12.2}{:>12.2}{:>12.2}{:>12}",
            row.name,
            milliseconds(row.times[0]),
            milliseconds(row.times[RUNS / 2]),
            milliseconds(row.cpu),
            row.peak_kib.map_or(String::new(), |kib| format!("{:.1}", kib as f64 / 1024.0))
        );
    }
    Ok(())
}

fn rows(folder: &Path) -> Result<Vec<Row>, String> {
    let mut rows = Vec::new();
    let installed = Command::new(LUA).arg("-v").stdout(Stdio::null()).stderr(Stdio::null()).status();
    if installed.is_ok_and(|status| status.success()) {
        let mut lua = Command::new(LUA);
        lua.args(["-e", ""]);
        rows.push(Row::new(LUA, lua));
    }
    for ((name, _), file) in PROGRAMS.iter().zip(write_programs(folder)?) {
        let mut mvm = Command::new(env!("CARGO_BIN_EXE_mvm"));
        mvm.arg("run").arg(file);
        rows.push(Row::new(name, mvm));
    }
    Ok(rows)
}

/// Writes the programs into files in `folder`.
pub(crate) fn write_programs(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let write = |(n, (_, program)): (usize, &(&str, &str))| {
        let file = folder.join(format!("{n}.mob"));
        std::fs::write(&file, program).map_err(|error| error.to_string())?;
        Ok(file)
    };
    PROGRAMS.iter().enumerate().map(write).collect()
}

impl Row {
    fn new(name: &str, mut command: Command) -> Self {
        command.stdin(Stdio::null()).stdout(Stdio::null());
        Self { name: name.to_owned(), command, times: Vec::new(), cpu: Duration::MAX, peak_kib: None }
    }

    fn run(&mut self) -> Result<(), String> {
        let (start, cpu) = (Instant::now(), clock::of_children());
        let status = self.command.status().map_err(|error| error.to_string())?;
        self.times.push(start.elapsed());
        self.cpu = self.cpu.min(clock::of_children().saturating_sub(cpu));
        if self.times.len() == 1 {
            // The largest of all children so far, and of this process, since it makes them as copies of itself.
            self.peak_kib = clock::peak_kib_of_children().filter(|kib| Some(*kib) > clock::peak_kib());
        }
        if status.success() { Ok(()) } else { Err(status.to_string()) }
    }
}
