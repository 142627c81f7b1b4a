//! Maps and sets as they lie in the heap: entries in the order of insertion, and an index of them by hash.
//!
//! [`crate::layout`] has the layout. What a table's index looks like, and when removed entries are dropped, depends on
//! nothing but the operations on the table, in their order: neither on collections nor on snapshots.

mod change;
mod find;
pub(crate) mod group;
mod index;
mod last;
mod rehash;
#[cfg(test)]
mod tests;

pub(crate) use find::{Probe, SameKey};
pub(crate) use group::Group;
pub(crate) use last::{LastLookUp, NOWHERE};
pub(crate) use rehash::BadKeys;

use super::{Heap, View};
use crate::layout::{self, SLOTS_MIN, UNINDEXED_MAX, high, low, room_of};

/// Where an entry stands in its table, as long as it is there.
///
/// Entries move when removed ones are dropped before them, but keep their serial numbers; so a place is found again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    /// Its index among the entries when the place was taken.
    pub(crate) index: usize,
    /// Its serial number.
    pub(crate) serial: u32,
}

impl Place {
    /// As the program has it: an Int that is not negative.
    #[inline]
    pub(crate) fn to_slot(self) -> u64 {
        layout::header(self.index as u32, self.serial)
    }

    /// From the program, which may have made up any Int. `None` if it is negative.
    #[inline]
    pub(crate) fn from_slot(slot: u64) -> Option<Self> {
        (slot as i64 >= 0).then_some(Self { index: low(slot) as usize, serial: high(slot) })
    }
}

/// A table, to be read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Table<'a> {
    words: &'a [u64],
    at: usize,
    stride: usize,
}

impl<'a> Table<'a> {
    pub(super) fn new(words: &'a [u64], at: u32, stride: usize) -> Self {
        Self { words, at: at as usize, stride }
    }

    /// How many entries it has.
    #[inline]
    pub(crate) fn len(self) -> usize {
        high(self.words[self.at]) as usize
    }

    /// How many entries it uses, removed ones included.
    #[inline(always)]
    pub(crate) fn used(self) -> usize {
        high(self.words[self.at + 1]) as usize
    }

    /// The first entry's first word. Without a buffer it is word 1, and no entry is used.
    #[inline(always)]
    fn first(self) -> usize {
        low(self.words[self.at + 1]) as usize + 1
    }

    /// The words of its used entries, one entry after the other.
    #[inline(always)]
    pub(crate) fn entry_words(self) -> &'a [u64] {
        &self.words[self.first()..][..self.used() * self.stride]
    }

    /// An entry's words: mark and serial number, key, and in a map the value.
    #[inline]
    pub(crate) fn entry(self, index: usize) -> &'a [u64] {
        &self.words[self.first() + index * self.stride..][..self.stride]
    }

    /// Its entries in the order of insertion, removed ones left out.
    pub(crate) fn entries(self) -> impl Iterator<Item = &'a [u64]> + Clone {
        self.entry_words().chunks_exact(self.stride).filter(|entry| low(entry[0]) != 0)
    }

    /// The place of a used entry.
    #[inline]
    pub(crate) fn place(self, index: usize) -> Place {
        Place { index, serial: high(self.entry(index)[0]) }
    }

    /// The index of the entry of a place, if it is still there.
    #[inline]
    pub(crate) fn index_of(self, place: Place) -> Option<usize> {
        let index = if self.is_at(place.index, place.serial) {
            place.index
        } else {
            let index = self.first_from(place.serial);
            if !self.is_at(index, place.serial) {
                return None;
            }
            index
        };
        (low(self.entry(index)[0]) != 0).then_some(index)
    }

    /// The index of the first entry behind a place, or of the very first; and how many removed ones were passed.
    #[inline]
    pub(crate) fn next(self, behind: Option<Place>) -> (Option<usize>, u64) {
        let start = match behind {
            None => 0,
            Some(place) if self.is_at(place.index, place.serial) => place.index + 1,
            Some(place) => self.first_from(place.serial.saturating_add(1)),
        };
        let used = self.used();
        let mut index = start;
        while index < used && low(self.entry(index)[0]) == 0 {
            index += 1;
        }
        ((index < used).then_some(index), (index - start) as u64)
    }

    #[inline]
    fn is_at(self, index: usize, serial: u32) -> bool {
        index < self.used() && high(self.entry(index)[0]) == serial
    }

    /// The index of the first used entry with at least this serial number.
    #[cold]
    fn first_from(self, serial: u32) -> usize {
        let (mut low, mut end) = (0, self.used());
        while low < end {
            let middle = low + (end - low) / 2;
            if high(self.entry(middle)[0]) < serial {
                low = middle + 1;
            } else {
                end = middle;
            }
        }
        low
    }

    /// How many entries it can use before its index is made anew.
    fn room(self) -> usize {
        self.index().map_or(UNINDEXED_MAX, |index| room_of(index.slots()))
    }
}

impl Heap {
    /// A map or set, to be read.
    #[inline]
    pub(crate) fn table(&self, at: u32, stride: usize) -> Table<'_> {
        Table::new(&self.words, at, stride)
    }
}

impl<'a> View<'a> {
    /// A map or set.
    pub(crate) fn table(self, at: u32, stride: usize) -> Table<'a> {
        // No constant is a map or a set.
        Table::new(self.heap_words(), at, stride)
    }
}

/// How many slots the index gets that is made for a table of so many entries, or 0 if it needs none: so many that an eighth
/// of the room stays free, so that it is long until the next time.
fn slots_for(entries: usize) -> usize {
    if entries * 8 <= UNINDEXED_MAX * 7 {
        return 0;
    }
    let slots = (entries as u64 * 64).div_ceil(49).next_power_of_two() as usize;
    slots.max(SLOTS_MIN)
}

/// How many words an index of so many slots takes, its header included.
fn index_words(slots: usize) -> usize {
    if slots == 0 { 0 } else { 1 + slots / 2 }
}
