//! When a heap collects, how large it lets its arena be, and how buffers grow.
//!
//! After a collection the arena is twice as large as what is live, so that a word that is allocated pays for about one
//! word of copying. Near the limit there is less room than that. There buffers are trimmed, a buffer that grows gets a
//! share of the room, and the work that allocation does not pay for is charged as fuel.
//!
//! Whether the limit is reached depends on nothing but what is live: not on when collections happened.

use super::collect::{Buffers, Growth};
use super::{Heap, HeapFull, Roots};
use crate::layout::{self, high, low};
use crate::program::Program;

/// An arena that fills up again and again grows to this, however little of it is live, so that collections are rare.
const WORDS_BUSY: usize = 32 << 10;

/// A heap is tight when less than this part of its limit is free.
const TIGHT_DIVISOR: usize = 8;

/// Words of copying that allocating a word pays for.
const WORK_PER_WORD: usize = 4;

impl Heap {
    /// Whether the arena has room for so many words as it stands.
    fn has_room(&self, words: usize) -> bool {
        words <= self.end - self.top
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
    /// not grow again after each collection; and at once where it was not enough the last time.
    fn make_room(&mut self, words: usize, program: &Program, roots: &mut impl Roots) -> Result<(), HeapFull> {
        if !self.is_tight {
            self.collect(words, Buffers::Kept, program, roots);
            if self.has_room(words) {
                return Ok(());
            }
        }
        self.collect(words, Buffers::Trimmed, program, roots);
        if self.has_room(words) { Ok(()) } else { Err(HeapFull) }
    }

    /// Copies what is live to an arena with room for so many words, if the limit admits them.
    fn collect(&mut self, words: usize, buffers: Buffers, program: &Program, roots: &mut impl Roots) {
        let allocated = self.top - self.floor;
        let arena = self.arena_for(self.top, words);
        let copied = self.copy_live(arena, buffers, None, program, roots);
        self.settle(self.arena_for(self.top, words), copied.work, allocated);
    }

    /// Ends a collection that took so much work, when so many words had been allocated since the last one.
    fn settle(&mut self, arena: usize, work: usize, allocated: usize) {
        self.shrink_arena(arena);
        self.is_tight = self.limit - self.top < self.limit / TIGHT_DIVISOR;
        self.excess_work += work.saturating_sub(WORK_PER_WORD * allocated) as u64;
    }

    /// How large an arena should be in which so many words are live and so many more are wanted at once.
    fn arena_for(&self, live: usize, wanted: usize) -> usize {
        let busy = (2 * self.end).min(WORDS_BUSY);
        (2 * live).saturating_add(wanted).max(busy).min(self.limit)
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
        let wanted = (len + more).max(2 * len).max(4);
        if self.has_room(1 + wanted) && !self.stress {
            self.move_buffer(owner(roots), len, wanted);
            return Ok(());
        }
        let more = more..=wanted - len;
        if !self.is_tight {
            let growth = Growth { owner: owner(roots), len };
            if self.collect_and_grow(growth, &more, Buffers::Kept, program, roots).is_ok() {
                return Ok(());
            }
        }
        let growth = Growth { owner: owner(roots), len };
        self.collect_and_grow(growth, &more, Buffers::Trimmed, program, roots)
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
        let arena = self.arena_for(self.top + 1, *more.end());
        let copied = self.copy_live(arena, buffers, Some(growth), program, roots);
        let live = self.top + growth.len + usize::from(growth.len > 0);
        let room = (self.limit - live).saturating_sub(usize::from(growth.len == 0));
        let fits = *more.start() <= room;
        let spare = if fits { share(room, growth.len, live).min(*more.end()).max(*more.start()) } else { 0 };
        self.place_buffer(copied.owner, copied.apart, growth.len, growth.len + spare);
        self.settle(self.arena_for(live + 1, spare), copied.work, allocated);
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

    /// Gives a list or table a new buffer at the top. There is room for it.
    fn move_buffer(&mut self, owner: u32, len: usize, capacity: usize) {
        let buffer = self.take_reserved(1 + capacity) as usize;
        let old = low(self.words[owner as usize + 1]) as usize;
        self.words[buffer] = layout::header(layout::BUFFER, capacity as u32);
        if len > 0 {
            self.words.copy_within(old + 1..old + 1 + len, buffer + 1);
        }
        let word = &mut self.words[owner as usize + 1];
        *word = layout::header(buffer as u32, high(*word));
    }
}

/// How much of the room that is left a buffer gets of which `len` of the `live` words are: as if what comes were like
/// what is there, so that this room and the other are used up together; but always a quarter, and never all.
fn share(room: usize, len: usize, live: usize) -> usize {
    let alike = (room as u64 * len as u64 / live.max(1) as u64) as usize;
    alike.clamp(room / 4, room - room / 8)
}

#[cfg(test)]
mod tests {
    use super::share;

    #[test]
    fn a_share_is_neither_nothing_nor_all() {
        assert_eq!(share(800, 0, 1000), 200);
        assert_eq!(share(800, 500, 1000), 400);
        assert_eq!(share(800, 1000, 1000), 700);
        assert_eq!(share(1, 1, 1), 1);
        assert_eq!(share(0, 5, 10), 0);
    }
}
