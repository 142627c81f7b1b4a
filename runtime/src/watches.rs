//! How many watches there are on all agents of a place: strangers may make them, and each agent has room for many.

use std::sync::atomic::{AtomicUsize, Ordering};

/// So many there may be in any case.
const WATCHES_MIN: usize = 1 << 20;
/// And so many for each agent that there may be.
const WATCHES_PER_AGENT: usize = 2;

/// A count of watches, and what it may come to.
#[derive(Debug)]
pub(crate) struct Watches {
    count: AtomicUsize,
    max: usize,
}

impl Watches {
    /// None, at a place where so many agents may be.
    pub(crate) fn new(agents_max: usize) -> Self {
        let max = agents_max.saturating_mul(WATCHES_PER_AGENT).max(WATCHES_MIN);
        Self { count: AtomicUsize::new(0), max }
    }

    /// Whether there may be one more.
    pub(crate) fn has_room(&self) -> bool {
        self.count.load(Ordering::Relaxed) < self.max
    }

    /// Where there were so many, there are so many now.
    pub(crate) fn change(&self, before: usize, after: usize) {
        // Most agents are never watched, and begin and end on all cores at once: these leave the count alone.
        if after > before {
            self.count.fetch_add(after - before, Ordering::Relaxed);
        } else if after < before {
            self.count.fetch_sub(before - after, Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_room_until_there_are_too_many_and_again_when_there_are_not() {
        let watches = Watches::new(3);
        watches.change(0, WATCHES_MIN - 1);
        assert!(watches.has_room());
        watches.change(7, 8);
        assert!(!watches.has_room());
        watches.change(2, 0);
        assert!(watches.has_room());
    }
}
