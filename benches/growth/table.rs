//! The results as tables.

use std::fmt::Write;
use std::time::Duration;

use super::pauses::Pauses;
use super::sizes::Line;

/// A line for each thing that was measured: nanoseconds for one unit, so that equal numbers mean linear growth.
pub(crate) fn sizes(lines: &[Line]) -> String {
    let mut text = format!(
        "{:<12}{:>10}{:>10}{:>10}{:>10}{:>12}\n",
        "ns a unit", "x 1", "x 10", "x 100", "x 1000", "longest, ms"
    );
    for line in lines {
        let _ = write!(text, "{:<12}", line.name);
        let mut size = line.first as f64;
        for time in line.times {
            let _ = write!(text, "{:>10}", digits(time.as_secs_f64() * 1e9 / size));
            size *= 10.0;
        }
        let longest = line.times.iter().max().copied().unwrap_or_default();
        let _ = writeln!(
            text,
            "{:>12}  {} to {} {}",
            digits(milliseconds(longest)),
            line.first,
            size / 10.0,
            line.unit
        );
    }
    text
}

/// A line for each size of live data.
pub(crate) fn pauses(all: &[Pauses]) -> String {
    let mut text = format!(
        "\n{:<10}{:>13}{:>13}{:>13}{:>12}{:>13}\n",
        "live, MiB", "median, ms", "longest, ms", "ms a MiB", "collections", "% collecting"
    );
    for pauses in all {
        let mib = pauses.live_bytes as f64 / f64::from(1 << 20);
        let _ = writeln!(
            text,
            "{:<10}{:>13}{:>13}{:>13}{:>12}{:>13}",
            digits(mib),
            digits(milliseconds(pauses.median)),
            digits(milliseconds(pauses.longest)),
            digits(milliseconds(pauses.median) / mib),
            pauses.collections,
            digits(100.0 * pauses.share)
        );
    }
    text
}

pub(crate) fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

/// A number to about three digits.
fn digits(number: f64) -> String {
    if number < 10.0 {
        format!("{number:.2}")
    } else if number < 100.0 {
        format!("{number:.1}")
    } else {
        format!("{number:.0}")
    }
}
