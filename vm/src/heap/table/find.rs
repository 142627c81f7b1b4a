//! Looking a key up.

use super::Table;
use crate::layout::{high, low};

/// After so many slots of an index, looking further is charged for. At most seven of eight slots are taken, so without
/// foul play hardly any key is as far from home.
const SLOTS_FREE: usize = 256;

/// After so many keys that have the wanted one's mark and are not equal to it, comparing further is charged for.
const MISTAKEN_FREE: usize = 4;

/// What became of looking a key up.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Probe {
    /// The entry's index.
    pub(crate) found: Option<usize>,
    /// Work to be charged beyond the key's own.
    pub(crate) work: u64,
}

/// A key that is looked for.
trait Sought {
    /// Whether an entry, of which mark and key are given, is its own. No key has the mark 0 of a removed entry.
    fn is_of(&mut self, mark: u32, key: u64) -> bool;
}

/// A key of which equal ones are the same slot.
struct Word {
    mark: u32,
    key: u64,
}

impl Sought for Word {
    #[inline(always)]
    fn is_of(&mut self, mark: u32, key: u64) -> bool {
        key == self.key && mark == self.mark
    }
}

/// A key that is compared by a function, which also gives the work that it did.
struct Compared<F> {
    mark: u32,
    is_key: F,
    /// How many keys of the same mark were different.
    mistaken: usize,
    /// The work on those to be charged.
    wasted: u64,
}

impl<F: FnMut(u64) -> (bool, u64)> Sought for Compared<F> {
    #[inline(always)]
    fn is_of(&mut self, mark: u32, key: u64) -> bool {
        if mark != self.mark {
            return false;
        }
        let (is_equal, work) = (self.is_key)(key);
        self.mistaken += usize::from(!is_equal);
        if self.mistaken > MISTAKEN_FREE {
            self.wasted += 1 + work;
        }
        is_equal
    }
}

impl<'a> Table<'a> {
    /// Looks for the entry of a key that is one word, and has this mark.
    #[inline(always)]
    pub(crate) fn find_word(self, mark: u32, key: u64) -> Probe {
        self.find_entry(mark, &mut Word { mark, key })
    }

    /// Looks for the entry whose key has this mark and satisfies `is_key`, which also gives the work that it did.
    #[inline(always)]
    pub(crate) fn find(self, mark: u32, is_key: impl FnMut(u64) -> (bool, u64)) -> Probe {
        let mut sought = Compared { mark, is_key, mistaken: 0, wasted: 0 };
        let mut probe = self.find_entry(mark, &mut sought);
        probe.work += sought.wasted;
        probe
    }

    /// Looks for the entry of a key with this mark.
    #[inline(always)]
    fn find_entry(self, mark: u32, sought: &mut impl Sought) -> Probe {
        let entries = self.entry_words();
        let Some(index) = self.index() else {
            let found =
                entries.chunks_exact(self.stride).position(|entry| sought.is_of(low(entry[0]), entry[1]));
            return Probe { found, work: 0 };
        };
        let last = index.slots() - 1;
        let mut seen = 0_usize;
        let mut at = index.home(mark);
        // Some slots are empty, so this comes to an end.
        let found = loop {
            let slot = index.slot(at);
            if slot == 0 {
                break None;
            }
            if index.may_be(slot, mark) {
                let place = index.place(slot);
                let entry = &entries[place * self.stride..][..2];
                if sought.is_of(low(entry[0]), entry[1]) {
                    break Some(place);
                }
            }
            seen += 1;
            at = (at + 1) & last;
        };
        Probe { found, work: seen.saturating_sub(SLOTS_FREE) as u64 }
    }

    /// Its index, if it has one.
    #[inline(always)]
    pub(super) fn index(self) -> Option<Index<'a>> {
        match low(self.words[self.at + 2]) as usize {
            0 => None,
            at => Some(Index { words: &self.words[at + 1..][..high(self.words[at]) as usize] }),
        }
    }
}

/// The index of a table: a power of two of slots, two a word.
#[derive(Debug, Clone, Copy)]
pub(super) struct Index<'a> {
    words: &'a [u64],
}

impl Index<'_> {
    /// How many slots there are.
    #[inline(always)]
    pub(super) fn slots(self) -> usize {
        2 * self.words.len()
    }

    /// The slot from which an entry with this mark is sought.
    #[inline(always)]
    pub(super) fn home(self, mark: u32) -> usize {
        (mark >> 1) as usize & (self.slots() - 1)
    }

    /// The slot that follows.
    #[inline(always)]
    pub(super) fn behind(self, at: usize) -> usize {
        (at + 1) & (self.slots() - 1)
    }

    /// What is in a slot: 0, or an [`index_slot`](crate::layout::index_slot).
    #[inline(always)]
    pub(super) fn slot(self, at: usize) -> u32 {
        (self.words[at / 2] >> (32 * (at & 1))) as u32
    }

    /// Whether a slot that is taken is of an entry that may have this mark.
    #[inline(always)]
    fn may_be(self, slot: u32, mark: u32) -> bool {
        ((slot ^ mark) as usize) < self.slots()
    }

    /// The place among the entries that a slot that is taken tells.
    #[inline(always)]
    pub(super) fn place(self, slot: u32) -> usize {
        (slot as usize & (self.slots() - 1)).wrapping_sub(1)
    }
}
