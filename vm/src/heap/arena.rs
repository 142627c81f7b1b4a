//! How large an arena is, and what is kept of the two spaces that a collection needs.
//!
//! A collection copies what is live to the spare space, and, if the arena's size suits what is live, straight back: so both
//! spaces are used again and again, and nobody has to make new pages for them. What is copied back lies in one piece, so
//! that costs little. Otherwise what is live gets an arena of another size.
//!
//! Arena and spare space together take at most 2.5 times the memory of what is live, and [`WORDS_SMALL`] besides. Only the
//! part of the spare space that was ever written counts, since the rest of it is nothing but addresses: memory that was
//! asked for as zeros and not touched. A compacted heap has no spare space, and an arena without a free word.

use super::pages::zeroed;
use super::{Heap, SLACK_WORDS};

/// An arena that fills up again and again grows to this, however little of it is live, so that collections are rare.
const WORDS_BUSY: usize = 32 << 10;

/// Free words, and words of the spare space, that an agent may have though its live data is smaller than that.
pub(super) const WORDS_SMALL: usize = 1 << 20;

/// The space that a collection copies to.
#[derive(Debug, Default)]
pub(super) struct Spare {
    /// Room for as many words as the arena has when it is full, or nothing.
    pub(super) words: Vec<u64>,
    /// How many words at its beginning have been written at any time.
    pub(super) written: usize,
}

impl Spare {
    /// The words of memory that it takes.
    #[cfg(test)]
    pub(super) fn memory_words(&self) -> usize {
        self.written
    }
}

impl Heap {
    /// A space of at least so many words to copy to, of which those that have been written are known.
    pub(super) fn space_for(&mut self, words: usize) -> Spare {
        let spare = std::mem::take(&mut self.spare);
        if spare.words.len() >= words + SLACK_WORDS {
            return spare;
        }
        drop(spare);
        // If all of it is live, it stays as the arena.
        let words = words.max(self.target(self.top, 0));
        Spare { words: zeroed(words + SLACK_WORDS), written: 0 }
    }

    /// After a collection: sees to it that so many words are free, if the limit admits them, and that the spaces are as
    /// large as what is live. So many words of the space that was copied to have been written.
    pub(super) fn settle(&mut self, wanted: usize, written: usize) {
        let mut before = std::mem::take(&mut self.spare.words);
        if !self.suits(before.len() - SLACK_WORDS, wanted) {
            drop(before);
            self.resize_arena(self.target(self.top, wanted));
            return;
        }
        before[..self.top].copy_from_slice(&self.words[..self.top]);
        let memory = before.len() + written;
        let copy = std::mem::replace(&mut self.words, before);
        if memory <= self.top + self.top / 2 * 3 + WORDS_SMALL {
            self.spare = Spare { words: copy, written };
        }
        self.set_arena_end();
    }

    /// Gives the arena so many words, in other memory if that is much less than it has.
    pub(super) fn resize_arena(&mut self, words: usize) {
        let words = words + SLACK_WORDS;
        let mut arena = std::mem::take(&mut self.words);
        if arena.len() / 2 > words || arena.len() < words {
            let mut other = zeroed(words);
            other[..self.top].copy_from_slice(&arena[..self.top]);
            arena = other;
        } else {
            arena.truncate(words);
            arena.shrink_to_fit();
        }
        self.words = arena;
        self.set_arena_end();
    }

    /// Whether an arena of so many words suits what is live, and so many more words that are wanted at once.
    fn suits(&self, words: usize, wanted: usize) -> bool {
        let live = self.top;
        let free = (live / 4 * 3).min((live / 4).max(WORDS_SMALL / 4 * 3));
        let least = (live + free).saturating_add(wanted).max(self.busy()).min(self.arena_max());
        let most = (live + live / 2 + WORDS_SMALL).saturating_add(wanted);
        (least..=most).contains(&words)
    }

    /// How large an arena should be in which so many words are live and so many more are wanted at once: twice as large as
    /// what is live, or less if that is large. So a word that is allocated pays for one to two and a half words of copying.
    fn target(&self, live: usize, wanted: usize) -> usize {
        let free = live.min((live / 5 * 2).max(WORDS_SMALL));
        (live + free).saturating_add(wanted).max(self.busy()).min(self.arena_max())
    }

    /// The largest arena: beyond the limit there is room for buffers that replace others.
    fn arena_max(&self) -> usize {
        self.limit + self.limit / 4
    }

    /// How large an arena should be because the one that there is has filled up.
    fn busy(&self) -> usize {
        (2 * self.end).min(WORDS_BUSY)
    }
}
