//! The results as text: times, and below them the ratios with their means.

use std::fmt::Write;

use super::engine::REFERENCE;
use super::results::{MEANS, Results};

/// Two tables, of a line a program and a column an engine.
pub(crate) fn render(results: &Results) -> String {
    let engines = 0..results.engines.len();
    let mut text = String::new();
    line(&mut text, "user ms", results.engines.iter().map(|name| (*name).to_owned()));
    for row in &results.rows {
        let times = row.times.iter();
        let cells =
            times.map(|time| time.map_or(String::new(), |time| format!("{:.0}", time.as_secs_f64() * 1e3)));
        line(&mut text, row.program.name, cells);
    }
    let _ = writeln!(text, "\nin parts of {REFERENCE}");
    for row in &results.rows {
        line(&mut text, row.program.name, engines.clone().map(|engine| cell(results.ratio(row, engine))));
    }
    for (name, kind) in MEANS {
        let cells = engines.clone().map(|engine| cell(results.mean(kind, engine)));
        line(&mut text, &format!("mean, {name}"), cells);
    }
    text
}

fn cell(ratio: Option<f64>) -> String {
    ratio.map_or(String::new(), |ratio| format!("{ratio:.2}"))
}

fn line(text: &mut String, name: &str, cells: impl Iterator<Item = String>) {
    let _ = write!(text, "{name:<16}");
    for cell in cells {
        let _ = write!(text, "{cell:>14}");
    }
    text.push('\n');
}
