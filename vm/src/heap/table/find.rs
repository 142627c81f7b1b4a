//! Looking a key up.

use super::Table;
use crate::layout::{high, low};

/// After so many slots of an index, looking further is charged for. At most half of the slots are taken, so without
/// foul play no key is as far from home.
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
    /// Looks for the entry whose key has this mark and satisfies `is_key`, which also gives the work that it did.
    #[inline]
    pub(crate) fn find(self, mark: u32, mut is_key: impl FnMut(u64) -> (bool, u64)) -> Probe {
        let mut probe = Probe::default();
        let mut mistaken = 0;
        let mut is_entry = |index: usize, probe: &mut Probe| {
            let entry = self.entry(index);
            if low(entry[0]) != mark {
                return false;
            }
            let (is_equal, work) = is_key(entry[1]);
            mistaken += usize::from(!is_equal);
            if mistaken > MISTAKEN_FREE {
                probe.work += 1 + work;
            }
            is_equal
        };
        let Some(index) = self.index() else {
            probe.found = (0..self.used()).find(|index| is_entry(*index, &mut probe));
            return probe;
        };
        let mut seen = 0_usize;
        let mut at = index.home(mark);
        // At least half of the slots are empty, so this comes to an end.
        loop {
            let slot = index.slot(at);
            if slot == 0 {
                break;
            }
            if index.may_be(slot, mark) && is_entry(index.place(slot), &mut probe) {
                probe.found = Some(index.place(slot));
                break;
            }
            seen += 1;
            at = index.behind(at);
        }
        probe.work += seen.saturating_sub(SLOTS_FREE) as u64;
        probe
    }

    /// Its index, if it has one.
    #[inline]
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
    #[inline]
    pub(super) fn slots(self) -> usize {
        2 * self.words.len()
    }

    /// The slot from which an entry with this mark is sought.
    #[inline]
    pub(super) fn home(self, mark: u32) -> usize {
        (mark >> 1) as usize & (self.slots() - 1)
    }

    /// The slot that follows.
    #[inline]
    pub(super) fn behind(self, at: usize) -> usize {
        (at + 1) & (self.slots() - 1)
    }

    /// What is in a slot: 0, or an [`index_slot`](crate::layout::index_slot).
    #[inline]
    pub(super) fn slot(self, at: usize) -> u32 {
        (self.words[at / 2] >> (32 * (at & 1))) as u32
    }

    /// Whether a slot that is taken is of an entry that may have this mark.
    #[inline]
    fn may_be(self, slot: u32, mark: u32) -> bool {
        ((slot ^ mark) as usize) < self.slots()
    }

    /// The place among the entries that a slot that is taken tells.
    #[inline]
    pub(super) fn place(self, slot: u32) -> usize {
        (slot as usize & (self.slots() - 1)).wrapping_sub(1)
    }
}
