//! The standard host functions as a program has them where it runs by itself, without a node: console, clock,
//! random numbers, and a node of its own with nowhere to go.

use std::io::{self, Write};
use std::sync::LazyLock;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use super::failure::Failure;
use super::function::{ErasedFunction, HostFunction};

/// The capabilities of the standard host functions.
pub(crate) const STANDARD_CAPABILITIES: [&str; 5] = ["agent", "clock", "console", "node", "random"];

/// What `node.name` gives where there is no node.
pub const LOCAL_NODE: &str = "local";

/// The standard host functions by name. Those of `console` write to the process's streams.
pub(crate) fn standard_functions() -> Vec<(&'static str, ErasedFunction)> {
    vec![
        ("console.print", (|text: String| write_to(io::stdout(), &text, "\n")).erase()),
        ("console.write", (|text: String| write_to(io::stdout(), &text, "")).erase()),
        ("console.error", (|text: String| write_to(io::stderr(), &text, "\n")).erase()),
        ("clock.now_ms", now_ms.erase()),
        ("clock.elapsed_us", elapsed_us.erase()),
        ("random.bits", random_bits.erase()),
        ("node.name", (|| LOCAL_NODE).erase()),
        ("node.load", load.erase()),
        ("node.peers", (|| Vec::<String>::new()).erase()),
    ]
}

fn write_to(mut stream: impl Write, text: &str, end: &str) -> Result<(), Failure> {
    stream.write_all(text.as_bytes())?;
    stream.write_all(end.as_bytes())?;
    Ok(stream.flush()?)
}

/// Milliseconds since 1970, negative before.
fn now_ms() -> i64 {
    let millis = |duration: std::time::Duration| i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
    match SystemTime::now().duration_since(UNIX_EPOCH) {
        Ok(after) => millis(after),
        Err(before) => -millis(before.duration()),
    }
}

/// Microseconds since the process first asked.
fn elapsed_us() -> i64 {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    i64::try_from(START.elapsed().as_micros()).unwrap_or(i64::MAX)
}

fn random_bits() -> Result<i64, Failure> {
    let mut bytes = [0; 8];
    getrandom::fill(&mut bytes).map_err(|error| Failure::new(format!("no random numbers: {error}")))?;
    Ok(i64::from_le_bytes(bytes))
}

/// How many processes wanted to run, on average over the last minute; 0 where the system doesn't say.
fn load() -> f64 {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').next().and_then(|first| first.parse().ok()).unwrap_or(0.0)
}
