//! When a heap collects, and how buffers grow.
//!
//! Near the limit there is little room for allocation. There buffers are trimmed, a buffer that grows gets its share of the
//! room, and the work that allocation does not pay for is charged as fuel. A buffer that is replaced by a larger one is
//! known not to be live, so the arena may be larger than the limit by what such buffers take: lists that grow in turn need
//! few collections, though each collection leaves them without room.
//!
//! Whether the limit is reached depends on nothing but what is live: not on when collections happened.

use super::collect::{Buffers, Copied, Growth};
use super::{Heap, HeapFull, Roots};
use crate::layout::{self, high, low};
use crate::program::Program;

/// A heap is tight when less than this part of its limit is free.
const TIGHT_DIVISOR: usize = 8;

/// Words of copying that allocating a word pays for.
const WORK_PER_WORD: usize = 4;

impl Heap {
    /// Whether the arena has room for so many words as it stands.
    fn has_room(&self, words: usize) -> bool {
        words <= self.end - self.top
    }

    /// Whether no more than the limit would be live with so many more words, and if so many that are there are not live.
    fn is_below_limit(&self, words: usize, replaced: usize) -> bool {
        self.top.saturating_add(words) <= self.limit + self.replaced + replaced
    }

    /// How many words the buffer of a list or table takes.
    fn buffer_words(&self, owner: u32) -> usize {
        match low(self.words[owner as usize + 1]) as usize {
            0 => 0,
            buffer => 1 + high(self.words[buffer]) as usize,
        }
    }

    /// Makes room for so many words, by a collection if it must be: then every object moves.
    pub(crate) fn reserve(
        &mut self,
        words: usize,
        program: &Program,
        roots: &mut impl Roots,
    ) -> Result<(), HeapFull> {
        if self.has_room(words) && !self.stress {
            return Ok(());
        }
        self.make_room(words, program, roots)?;
        if self.stress {
            self.open = self.top + words;
        }
        Ok(())
    }

    /// Collects to make room for so many words. Buffers are trimmed only when that is not enough, so that lists need
    /// not grow again after each collection; and at once where that will hardly be enough.
    fn make_room(&mut self, words: usize, program: &Program, roots: &mut impl Roots) -> Result<(), HeapFull> {
        if !self.is_tight || self.is_below_limit(words, 0) {
            self.collect(words, Buffers::Kept, program, roots);
            if self.has_room(words) {
                return Ok(());
            }
        }
        self.collect(words, Buffers::Trimmed, program, roots);
        if self.has_room(words) { Ok(()) } else { Err(HeapFull) }
    }

    /// Collects, and sees to an arena with room for so many words, if the limit admits them.
    fn collect(&mut self, words: usize, buffers: Buffers, program: &Program, roots: &mut impl Roots) {
        let allocated = self.top - self.floor;
        let copied = self.copy_live(0, buffers, None, program, roots);
        self.end_collection(&copied, words, allocated);
    }

    /// Ends a collection after which so many words are wanted, and before which so many had been allocated.
    fn end_collection(&mut self, copied: &Copied, wanted: usize, allocated: usize) {
        self.settle(wanted, copied.written);
        self.is_tight = self.limit.saturating_sub(self.top) < self.limit / TIGHT_DIVISOR;
        self.excess_work += copied.work.saturating_sub(WORK_PER_WORD * allocated) as u64;
    }

    /// Sees to it that a list can take so many more elements. The list is given by the root that holds it, since a
    /// collection moves it. Whether this fails depends only on what is live, not on when collections happened.
    pub(crate) fn grow_list<R: Roots>(
        &mut self,
        list: impl Fn(&R) -> u32,
        more: usize,
        program: &Program,
        roots: &mut R,
    ) -> Result<(), HeapFull> {
        let len = self.len(list(roots));
        self.grow_buffer(list, len, more, program, roots)
    }

    /// Sees to it that the buffer of a list or table, of which `len` words are in use, can take so many more. The same
    /// holds as for [`Heap::grow_list`].
    pub(super) fn grow_buffer<R: Roots>(
        &mut self,
        owner: impl Fn(&R) -> u32,
        len: usize,
        more: usize,
        program: &Program,
        roots: &mut R,
    ) -> Result<(), HeapFull> {
        if len + more <= self.capacity(owner(roots)) {
            return Ok(());
        }
        let wanted = self.capacity_for(len, more);
        if self.replace_buffer(owner(roots), len, wanted) {
            if self.is_tight {
                // It is copied more often than buffers that double.
                self.excess_work += len as u64;
            }
            return Ok(());
        }
        let more = more..=wanted - len;
        if !self.is_tight || self.is_below_limit(1 + wanted, self.buffer_words(owner(roots))) {
            let growth = Growth { owner: owner(roots), len };
            if self.collect_and_grow(growth, &more, Buffers::Kept, program, roots).is_ok() {
                return Ok(());
            }
        }
        let growth = Growth { owner: owner(roots), len };
        self.collect_and_grow(growth, &more, Buffers::Trimmed, program, roots)
    }

    /// How large a buffer should be of which `len` words are in use, and which has to take so many more.
    fn capacity_for(&self, len: usize, more: usize) -> usize {
        let double = (len + more).max(2 * len).max(4);
        if !self.is_tight {
            return double;
        }
        let live = self.top - self.replaced;
        double.min(len + share(self.limit.saturating_sub(live), len, live).max(more))
    }

    /// Collects, and gives a buffer on the way room for more words: as many as wanted, or as its share is of what is left
    /// below the limit.
    fn collect_and_grow(
        &mut self,
        growth: Growth,
        more: &std::ops::RangeInclusive<usize>,
        buffers: Buffers,
        program: &Program,
        roots: &mut impl Roots,
    ) -> Result<(), HeapFull> {
        let allocated = self.top - self.floor;
        // One word for the header of a buffer that was not there.
        let buffer = 1 + growth.len + *more.end();
        let copied = self.copy_live(buffer, buffers, Some(growth), program, roots);
        let live = self.top + growth.len + usize::from(growth.len > 0);
        let room = (self.limit - live).saturating_sub(usize::from(growth.len == 0));
        let fits = *more.start() <= room;
        let spare = if fits { share(room, growth.len, live).min(*more.end()).max(*more.start()) } else { 0 };
        self.place_buffer(copied.owner, copied.apart, growth.len, growth.len + spare);
        self.end_collection(&copied, 0, allocated);
        if fits { Ok(()) } else { Err(HeapFull) }
    }

    /// Gives a list or table a buffer at the top, and in it the elements that stand apart.
    fn place_buffer(&mut self, owner: u32, apart: usize, len: usize, capacity: usize) {
        let mut buffer = 0;
        if capacity > 0 {
            buffer = self.top;
            self.words[buffer] = layout::header(layout::BUFFER, capacity as u32);
            self.words.copy_within(apart..apart + len, buffer + 1);
            self.top += 1 + capacity;
        }
        let word = &mut self.words[owner as usize + 1];
        *word = layout::header(buffer as u32, high(*word));
    }

    /// Gives a list or table a new buffer at the top, if there is room for it once the old one is not live.
    fn replace_buffer(&mut self, owner: u32, len: usize, capacity: usize) -> bool {
        let old = low(self.words[owner as usize + 1]) as usize;
        let replaced = self.buffer_words(owner);
        if self.stress || 1 + capacity > self.end_with(replaced) - self.top {
            return false;
        }
        self.replaced += replaced;
        self.update_end();
        let buffer = self.take_reserved(1 + capacity) as usize;
        self.words[buffer] = layout::header(layout::BUFFER, capacity as u32);
        if len > 0 {
            self.words.copy_within(old + 1..old + 1 + len, buffer + 1);
        }
        let word = &mut self.words[owner as usize + 1];
        *word = layout::header(buffer as u32, high(*word));
        true
    }
}

/// How much of the room that is left a buffer gets of which `len` of the `live` words are: as if what comes were like
/// what is there, so that this room and the other are used up together; but never all.
fn share(room: usize, len: usize, live: usize) -> usize {
    let alike = (room as u64 * len as u64 / live.max(1) as u64) as usize;
    alike.min(room - room / 8)
}

#[cfg(test)]
mod tests {
    use super::share;

    #[test]
    fn a_share_is_what_a_buffer_has_of_all_but_not_all() {
        assert_eq!(share(800, 0, 1000), 0);
        assert_eq!(share(800, 500, 1000), 400);
        assert_eq!(share(800, 1000, 1000), 700);
        assert_eq!(share(1, 1, 1), 1);
        assert_eq!(share(0, 5, 10), 0);
    }
}
