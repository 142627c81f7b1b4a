//! The results as tables.

use std::fmt::Write;
use std::time::Duration;

use super::stages::{Measured, STAGES};

/// A line a stage and a column a program: nanoseconds a line of source, so that equal numbers mean linear growth.
pub(crate) fn stages(programs: &[Measured]) -> String {
    let mut text = String::new();
    row(&mut text, "ns a line", programs, |program| program.name.clone());
    row(&mut text, "lines", programs, |program| program.lines.to_string());
    row(&mut text, "bytes a line", programs, |program| per_line(program, program.bytes as f64));
    row(&mut text, "instructions a line", programs, |program| per_line(program, program.words as f64));
    for (n, stage) in STAGES.iter().enumerate() {
        row(&mut text, &format!("  {stage}"), programs, |program| nanos(program, program.stages[n]));
    }
    row(&mut text, "text to verified module", programs, |program| nanos(program, program.total));
    row(&mut text, "(writing it)", programs, |program| nanos(program, program.encode));
    row(&mut text, "ms", programs, |program| format!("{:.1}", program.total.as_secs_f64() * 1e3));
    row(&mut text, "lines a second", programs, |program| {
        format!("{:.0}", program.lines as f64 / program.total.as_secs_f64())
    });
    row(&mut text, "peak memory, MiB", programs, |program| {
        program.peak_kib.map_or(String::new(), |kib| format!("{}", kib / 1024))
    });
    text
}

/// A line a shape: the time of two programs, the second with twice as much, and their ratio.
pub(crate) fn growth(rows: &[(&str, Duration, Duration)]) -> String {
    let mut text = format!("\n{:<28}{:>12}{:>12}{:>12}\n", "ms", "once", "twice", "ratio");
    for (name, once, twice) in rows {
        let (once, twice) = (once.as_secs_f64() * 1e3, twice.as_secs_f64() * 1e3);
        let _ = writeln!(text, "{name:<28}{once:>12.1}{twice:>12.1}{:>12.2}", twice / once);
    }
    text
}

fn row(text: &mut String, name: &str, programs: &[Measured], cell: impl Fn(&Measured) -> String) {
    let _ = write!(text, "{name:<26}");
    for program in programs {
        let _ = write!(text, "{:>12}", cell(program));
    }
    text.push('\n');
}

fn nanos(program: &Measured, time: Duration) -> String {
    per_line(program, time.as_secs_f64() * 1e9)
}

fn per_line(program: &Measured, amount: f64) -> String {
    let each = amount / program.lines as f64;
    if each < 100.0 { format!("{each:.1}") } else { format!("{each:.0}") }
}
