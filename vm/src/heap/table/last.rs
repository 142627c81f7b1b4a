//! What the last look-up found, since programs ask for a key and then for its value, or write what they have just read.
//!
//! It is good as long as no table changes its entries and no object moves, so both forget it; a key that is the same
//! slot is the same key until then. It decides nothing but how long a look-up takes: the work that is charged is what
//! looking up again would take.

use super::super::Heap;
use super::Probe;

/// A look-up and its result.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct LastLookUp {
    /// Where the table is; 0, where no object is, if there was no look-up.
    table: u32,
    key: u64,
    mark: u32,
    probe: Probe,
}

impl Heap {
    /// A key's mark and what came of looking it up in a table, if that was the last look-up.
    #[inline]
    pub(crate) fn last_look_up(&self, table: u32, key: u64) -> Option<(u32, Probe)> {
        let last = &self.last;
        (last.table == table && last.key == key).then_some((last.mark, last.probe))
    }

    /// Remembers a look-up.
    #[inline]
    pub(crate) fn remember_look_up(&mut self, table: u32, key: u64, mark: u32, probe: Probe) {
        self.last = LastLookUp { table, key, mark, probe };
    }

    /// Forgets the last look-up: a table's entries change, or objects move.
    #[inline]
    pub(in crate::heap) fn forget_look_up(&mut self) {
        self.last.table = 0;
    }
}
