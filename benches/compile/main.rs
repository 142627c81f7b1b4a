//! What compiling costs: `cargo bench --bench compile`, with words to choose among `sizes`, `shapes` and `start`. With the
//! word `order` it measures nothing, and renews the list of functions that a start goes through.
//!
//! Generated programs of growing size, from text to verified module, stage by stage; programs of unlikely shape, where a
//! stage that looks at something again and again would show; and the start of a process that runs one line.

mod clock;
mod generate;
mod order;
mod shapes;
mod stages;
mod start;
mod table;

use std::process::ExitCode;

/// The allocator of `mvm`, which is what is measured here.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How many lines the generated programs have, about.
const LINES: [usize; 3] = [1_000, 10_000, 100_000];
/// In how many files the largest program stands besides in one.
const FILES: usize = 100;

/// Measures, and prints a table of results.
type Part = fn() -> Result<(), String>;

fn main() -> ExitCode {
    let chosen: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let is_chosen = |name: &str| chosen.iter().any(|word| word == name);
    let tables: [(&str, Part); 3] = [("sizes", sizes), ("shapes", hard_shapes), ("start", start::report)];
    let mut parts: Vec<Part> = tables
        .iter()
        .filter(|(name, _)| chosen.is_empty() || is_chosen(name))
        .map(|(_, part)| *part)
        .collect();
    if is_chosen("order") {
        parts.push(order::write);
    }
    for part in parts {
        if let Err(message) = part() {
            eprintln!("{message}");
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

fn sizes() -> Result<(), String> {
    let mut rows = Vec::new();
    for lines in LINES {
        rows.push(stages::measure(&generate::program(lines, 1))?);
    }
    rows.push(stages::measure(&generate::program(LINES[LINES.len() - 1], FILES))?);
    print!("{}", table::stages(&rows));
    Ok(())
}

fn hard_shapes() -> Result<(), String> {
    let mut rows = Vec::new();
    for shape in shapes::ALL {
        rows.push((
            shape.name,
            stages::total(&(shape.make)(shape.size))?,
            stages::total(&(shape.make)(2 * shape.size))?,
        ));
    }
    print!("{}", table::growth(&rows));
    Ok(())
}
