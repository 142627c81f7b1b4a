//! The results as a table: times, and how they relate to the first engine's.

use std::fmt::Write;
use std::time::Duration;

use super::engine::Engine;

/// The least time of each engine on one program.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) program: String,
    /// One for each engine; none where it has no such program.
    pub(crate) times: Vec<Option<Duration>>,
}

/// One line a program: times in milliseconds, then the first engine's time in parts of each other's.
pub(crate) fn render(engines: &[Engine], rows: &[Row]) -> String {
    let mut text = format!("{:<12}", "user ms");
    for engine in engines {
        let _ = write!(text, "{:>14}", engine.name);
    }
    for engine in engines.iter().skip(1) {
        let _ = write!(text, "{:>20}", ratio_name(engines, engine));
    }
    text.push('\n');
    for row in rows {
        let _ = write!(text, "{:<12}", row.program);
        for time in &row.times {
            let _ = write!(text, "{:>14}", time.map(milliseconds).unwrap_or_default());
        }
        for time in row.times.iter().skip(1) {
            let first = row.times.first().copied().flatten();
            let _ = write!(text, "{:>20}", first.zip(*time).map(ratio).unwrap_or_default());
        }
        text.push('\n');
    }
    text
}

fn ratio_name(engines: &[Engine], other: &Engine) -> String {
    format!("{} / {}", engines.first().map_or("", |first| first.name), other.name)
}

fn milliseconds(time: Duration) -> String {
    format!("{:.0}", time.as_secs_f64() * 1e3)
}

fn ratio((first, other): (Duration, Duration)) -> String {
    format!("{:.2}", first.as_secs_f64() / other.as_secs_f64())
}
