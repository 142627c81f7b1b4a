//! Time, as the state machines see it: a number that whoever drives them gives.

/// Milliseconds since some beginning that the driver has chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(pub u64);

impl Moment {
    /// So many milliseconds later.
    #[must_use]
    pub fn after(self, ms: u64) -> Self {
        Self(self.0.saturating_add(ms))
    }
}

/// How long each side waits, in milliseconds.
#[derive(Debug, Clone, Copy)]
pub struct Timing {
    /// S waits so long for an answer to its offer, and so long for PREPARED once all is sent.
    pub answer_ms: u64,
    /// T waits so long for the transfer after it has accepted, and gives up then.
    pub transfer_ms: u64,
    /// Who is in doubt asks again after so long, then after twice that, and so on.
    pub ask_first_ms: u64,
    /// But at least this often.
    pub ask_max_ms: u64,
}

impl Default for Timing {
    /// 10 s for answers, an hour for a transfer (each chunk has its own limit), in doubt after 100 ms up to 5 s.
    fn default() -> Self {
        Self { answer_ms: 10_000, transfer_ms: 3_600_000, ask_first_ms: 100, ask_max_ms: 5_000 }
    }
}

/// When to ask again.
#[derive(Debug, Clone, Copy)]
pub(super) struct Patience {
    pub(super) next: Moment,
    wait_ms: u64,
}

impl Patience {
    pub(super) fn begin(now: Moment, timing: &Timing) -> Self {
        Self { next: now.after(timing.ask_first_ms), wait_ms: timing.ask_first_ms }
    }

    pub(super) fn asked(&mut self, now: Moment, timing: &Timing) {
        self.wait_ms = (self.wait_ms * 2).min(timing.ask_max_ms);
        self.next = now.after(self.wait_ms);
    }
}
