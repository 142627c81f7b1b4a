//! Time as the agents of a group have it.

use std::time::{Duration, Instant};

/// A clock that begins with the group, or where it was restored.
#[derive(Debug)]
pub(crate) struct Clock {
    start: Instant,
    skipped: Duration,
    seen: Duration,
}

impl Clock {
    pub(crate) fn now_ms(&self) -> u64 {
        milliseconds(self.start.elapsed() + self.skipped)
    }

    /// What it said when the agents were run last, and what was skipped since: what they do depends on no other time.
    pub(crate) fn seen_ms(&self) -> u64 {
        milliseconds(self.seen)
    }

    /// Agents have run until now.
    pub(crate) fn look(&mut self) {
        self.seen = self.start.elapsed() + self.skipped;
    }

    /// Lets time pass at once.
    pub(crate) fn skip(&mut self, time: Duration) {
        self.skipped += time;
        self.seen += time;
    }
}

impl Default for Clock {
    fn default() -> Self {
        Self { start: Instant::now(), skipped: Duration::ZERO, seen: Duration::ZERO }
    }
}

fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
