//! Time, as the machine has it.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Milliseconds since the beginning of 1970, UTC; negative before.
#[must_use]
pub fn unix_ms() -> i64 {
    let millis = |duration: Duration| saturating(duration.as_millis());
    match SystemTime::now().duration_since(UNIX_EPOCH) {
        Ok(after) => millis(after),
        Err(before) => -millis(before.duration()),
    }
}

/// Time since some moment, which never goes back.
#[derive(Debug, Clone, Copy)]
pub struct Stopwatch(Instant);

impl Stopwatch {
    /// One that begins at 0.
    #[must_use]
    pub fn start() -> Self {
        Self(Instant::now())
    }

    /// Microseconds since the start.
    #[must_use]
    pub fn elapsed_us(&self) -> i64 {
        saturating(self.0.elapsed().as_micros())
    }
}

fn saturating(n: u128) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}
