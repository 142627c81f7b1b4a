//! Tables that come from elsewhere, whose keys are hashed with another seed, or not at all.

use std::convert::Infallible;

use super::super::{Heap, Packed};
use crate::data::{HashSeed, equal, key_mark};
use crate::layout::{header, high, low};
use crate::mail::end_of;
use crate::program::{Keys, ObjectLayout, Program, TableLayout};

/// How much work the keys of a message's tables may take to hash and compare, besides what is in proportion to its size:
/// keys may share parts, so that there is more to hash than there is in memory.
const WORK_FREE: u64 = 1 << 22;
/// How much of it a word may take.
const WORK_PER_WORD: u64 = 16;

/// Why the keys of tables from a stranger are not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BadKeys {
    /// Two keys of a table are equal.
    Equal,
    /// To hash and compare them would take too long.
    Costly,
}

/// Where the parts of a table stand.
struct Parts {
    at: usize,
    stride: usize,
    /// The first entry.
    first: usize,
    /// How many there are, removed ones included.
    used: usize,
    /// The index's header, or 0.
    index: usize,
}

impl Heap {
    /// Words with objects as in a compacted heap, in which the keys of maps and sets are hashed with another seed.
    pub(crate) fn rehashed(words: Vec<u64>, program: &Program, seed: HashSeed) -> Vec<u64> {
        let mut heap = Self::of_objects(words);
        let Ok(()) = heap.for_each_table::<Infallible>(program, |heap, parts, layout| {
            heap.clear_index(parts);
            for place in 0..parts.used {
                let entry = parts.first + place * parts.stride;
                if low(heap.words[entry]) != 0 {
                    let key = heap.words[entry + 1];
                    let (mark, _) = key_mark(program, heap.view(program), seed, key, layout.keys);
                    heap.enter(parts, place, mark);
                }
            }
            Ok(())
        });
        heap.words
    }

    /// Words with objects as in a compacted heap, in whose tables each mark is 1 and the index blank: there the keys are
    /// hashed with a seed, and looked at whether they all differ. Whoever made the keys doesn't know the seed.
    pub(crate) fn hashed(words: Vec<u64>, program: &Program, seed: HashSeed) -> Result<Vec<u64>, BadKeys> {
        let mut work_left = WORK_FREE + WORK_PER_WORD * words.len() as u64;
        let mut heap = Self::of_objects(words);
        heap.for_each_table(program, |heap, parts, layout| {
            for place in 0..parts.used {
                let entry = parts.first + place * parts.stride;
                if low(heap.words[entry]) != 0 {
                    let mark = heap.mark_of_new(program, parts, layout, (place, seed), &mut work_left)?;
                    heap.enter(parts, place, mark);
                }
            }
            Ok(())
        })?;
        Ok(heap.words)
    }

    /// A heap that is not for running a program.
    fn of_objects(words: Vec<u64>) -> Self {
        let mut heap = Self::new(0);
        let end = words.len();
        (heap.words, heap.top) = (words, end);
        heap
    }

    fn for_each_table<E>(
        &mut self,
        program: &Program,
        mut visit: impl FnMut(&mut Self, &Parts, &TableLayout) -> Result<(), E>,
    ) -> Result<(), E> {
        let (mut at, end) = (1, self.top);
        while at < end {
            let next = end_of(program, &self.words, at);
            if let ObjectLayout::Table(layout) = &program.layouts[low(self.words[at]) as usize].object {
                let parts = Parts {
                    at,
                    stride: layout.stride(),
                    first: low(self.words[at + 1]) as usize + 1,
                    used: high(self.words[at + 1]) as usize,
                    index: low(self.words[at + 2]) as usize,
                };
                visit(self, &parts, layout)?;
            }
            at = next;
        }
        Ok(())
    }

    fn clear_index(&mut self, parts: &Parts) {
        if parts.index != 0 {
            let words = high(self.words[parts.index]) as usize;
            self.words[parts.index + 1..][..words].fill(0);
        }
    }

    /// Gives an entry its mark, and enters it into the index.
    fn enter(&mut self, parts: &Parts, place: usize, mark: u32) {
        let entry = &mut self.words[parts.first + place * parts.stride];
        *entry = header(mark, high(*entry));
        self.take_slot(parts.at, mark, place);
    }

    /// The mark of an entry's key, which none of the entries before it has.
    fn mark_of_new(
        &self,
        program: &Program,
        parts: &Parts,
        layout: &TableLayout,
        (place, seed): (usize, HashSeed),
        work_left: &mut u64,
    ) -> Result<u32, BadKeys> {
        let (view, table) = (self.view(program), self.table(parts.at as u32, parts.stride));
        let key = table.entry(place)[1];
        let (mark, work) = key_mark(program, view, seed, key, layout.keys);
        *work_left = work_left.saturating_sub(1 + work);
        let probe = table.find(mark, |other| {
            if *work_left == 0 {
                return (true, 0);
            }
            let (is_equal, work) = match layout.keys {
                Keys::Words => (other == key, 0),
                Keys::Texts => same_bytes(view.packed_text(low(other)), view.packed_text(low(key))),
                Keys::Bytes => same_bytes(view.packed_bytes(low(other)), view.packed_bytes(low(key))),
                Keys::Data(ty) => equal(program, view, other, key, ty),
            };
            *work_left = work_left.saturating_sub(1 + work);
            (is_equal, 0)
        });
        *work_left = work_left.saturating_sub(probe.work);
        match probe.found {
            _ if *work_left == 0 => Err(BadKeys::Costly),
            // A table without an index also shows the entry itself and those behind it, whose marks are 1.
            Some(found) if found.index < place => Err(BadKeys::Equal),
            _ => Ok(mark),
        }
    }
}

/// Whether both are the same bytes, and the work that it takes to find out.
fn same_bytes(one: Packed<'_>, other: Packed<'_>) -> (bool, u64) {
    (one.is(other), one.words.len() as u64)
}
