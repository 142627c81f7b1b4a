//! How much is here of letters of which parts are missing, from all nodes together: each may begin many, and end none.

use std::sync::atomic::{AtomicUsize, Ordering};

/// What all lanes that come in share.
#[derive(Debug)]
pub(super) struct Parts {
    max: usize,
    kept: AtomicUsize,
}

impl Parts {
    /// None, where there may be so many bytes.
    pub(super) fn new(max: usize) -> Self {
        Self { max, kept: AtomicUsize::new(0) }
    }

    /// Whether there is room for so many more bytes from a lane that has `own` of all that are here. Each may have as many as it
    /// leaves free, so that there is always some room for those who have little; and one that is alone may have what one lane may.
    /// Lanes that ask at the same time may each get the same room, one part more than there should be.
    pub(super) fn has_room(&self, own: usize, more: usize) -> bool {
        let kept = self.kept.load(Ordering::Relaxed);
        let left = self.max.saturating_sub(kept.saturating_add(more));
        kept <= own || own.saturating_add(more) <= left
    }

    pub(super) fn keep(&self, bytes: usize) {
        self.kept.fetch_add(bytes, Ordering::Relaxed);
    }

    pub(super) fn let_go(&self, bytes: usize) {
        self.kept.fetch_sub(bytes, Ordering::Relaxed);
    }

    #[cfg(test)]
    pub(super) fn kept(&self) -> usize {
        self.kept.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PART: usize = 1 << 16;

    /// How many parts a lane gets.
    fn fill(parts: &Parts, lane_max: usize) -> usize {
        let mut own = 0;
        while own < lane_max && parts.has_room(own, PART) {
            parts.keep(PART);
            own += PART;
        }
        own / PART
    }

    #[test]
    fn all_together_keep_no_more_than_there_may_be_and_leave_some() {
        let parts = Parts::new(256 * PART);
        let shares: Vec<_> = (0..8).map(|_| fill(&parts, 64 * PART)).collect();
        assert_eq!(shares, [64, 64, 64, 32, 16, 8, 4, 2]);
    }

    #[test]
    fn a_lane_that_is_alone_has_room_for_a_letter_that_is_longer_than_its_share() {
        let parts = Parts::new(10 * PART);
        assert_eq!(fill(&parts, 16 * PART), 16);
        assert!(!parts.has_room(0, 1));
        parts.let_go(16 * PART);
        assert!(parts.has_room(0, 1));
    }
}
