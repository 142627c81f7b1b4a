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

impl<'a> Table<'a> {
    /// Looks for the entry of a key that is one word, and has this mark.
    #[inline(always)]
    pub(crate) fn find_word(self, mark: u32, key: u64) -> Probe {
        self.find_entry(mark, |entry| entry[1] == key && low(entry[0]) == mark)
    }

    /// Looks for the entry whose key has this mark and satisfies `is_key`, which also gives the work that it did.
    #[inline(always)]
    pub(crate) fn find(self, mark: u32, mut is_key: impl FnMut(u64) -> (bool, u64)) -> Probe {
        let (mut mistaken, mut wasted) = (0, 0);
        let mut probe = self.find_entry(mark, |entry| {
            if low(entry[0]) != mark {
                return false;
            }
            let (is_equal, work) = is_key(entry[1]);
            mistaken += usize::from(!is_equal);
            if mistaken > MISTAKEN_FREE {
                wasted += 1 + work;
            }
            is_equal
        });
        probe.work += wasted;
        probe
    }

    /// Looks for the entry that satisfies `is_entry` among those whose mark this may be.
    #[inline(always)]
    fn find_entry(self, mark: u32, mut is_entry: impl FnMut(&[u64]) -> bool) -> Probe {
        let entries = self.entry_words();
        let entry = |place: usize| &entries[place * self.stride..][..2];
        let Some(index) = self.index() else {
            let found = (0..self.used()).find(|place| is_entry(entry(*place)));
            return Probe { found, work: 0 };
        };
        let mut seen = 0_usize;
        let mut at = index.home(mark);
        // Some slots are empty, so this comes to an end.
        let found = loop {
            let slot = index.slot(at);
            if slot == 0 {
                break None;
            }
            let place = index.place(slot);
            if index.may_be(slot, mark) && is_entry(entry(place)) {
                break Some(place);
            }
            seen += 1;
            at = index.behind(at);
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
