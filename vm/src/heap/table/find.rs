//! Looking a key up.

use super::Table;
use crate::layout::low;

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

impl Table<'_> {
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
        let slots = self.slots();
        if slots == 0 {
            probe.found = (0..self.used()).find(|index| is_entry(*index, &mut probe));
            return probe;
        }
        let mut seen = 0_usize;
        let mut slot = self.home(mark);
        // At least half of the slots are empty, so this comes to an end.
        while let Some(index) = self.slot(slot) {
            if is_entry(index, &mut probe) {
                probe.found = Some(index);
                break;
            }
            seen += 1;
            slot = (slot + 1) & (slots - 1);
        }
        probe.work += seen.saturating_sub(SLOTS_FREE) as u64;
        probe
    }

    /// The slot from which an entry with this mark is sought.
    #[inline]
    pub(super) fn home(self, mark: u32) -> usize {
        (mark >> 1) as usize & (self.slots() - 1)
    }

    /// The index of the entry in a slot.
    #[inline]
    pub(super) fn slot(self, slot: usize) -> Option<usize> {
        let word = self.words[low(self.words[self.at + 2]) as usize + 1 + slot / 2];
        (((word >> (32 * (slot & 1))) as u32) as usize).checked_sub(1)
    }
}
