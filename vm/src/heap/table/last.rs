//! What the last look-up found, since programs ask for a key and then for its value, or write what they have just read.
//!
//! It is good as long as no table changes its entries and no object moves, so both forget it; a key that is the same
//! slot is the same key until then. It decides nothing but how long a look-up takes: the work that is charged is what
//! looking up again would take.

use super::super::Heap;
use super::{Place, Probe};

/// No place, as a program has it.
pub(crate) const NOWHERE: u64 = -1_i64 as u64;

/// A look-up and its result.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LastLookUp {
    /// Where the table is; 0, where no object is, if there was no look-up.
    table: u32,
    key: u64,
    /// The key's mark.
    pub(crate) mark: u32,
    /// The place of its entry, as a program has it, or [`NOWHERE`].
    pub(crate) place: u64,
    /// The work that it took.
    pub(crate) work: u64,
}

impl LastLookUp {
    /// As long as there was no look-up.
    pub(in crate::heap) const NONE: Self = Self { table: 0, key: 0, mark: 0, place: NOWHERE, work: 0 };

    /// One that found nothing, without work to be charged.
    #[inline(always)]
    pub(crate) fn in_vain(table: u32, key: u64, mark: u32) -> Self {
        Self { table, key, mark, place: NOWHERE, work: 0 }
    }

    /// Whether it was of this key in this table.
    #[inline(always)]
    pub(crate) fn is_of(&self, table: u32, key: u64) -> bool {
        self.table == table && self.key == key
    }
}

impl Heap {
    /// Looks a key of one word up in a table with entries of this size, and remembers what came of it.
    #[inline]
    pub(crate) fn look_word_up(&mut self, table: u32, stride: usize, key: u64) {
        let mark = self.seed.word_mark(key);
        let probe = self.table(table, stride).find_word(mark, key);
        self.remember_look_up(table, key, mark, probe);
    }

    /// Remembers a look-up in a table.
    #[inline(always)]
    pub(crate) fn remember_look_up(&mut self, table: u32, key: u64, mark: u32, probe: Probe) {
        let place = probe.found.map_or(NOWHERE, Place::to_slot);
        self.last = LastLookUp { table, key, mark, place, work: probe.work };
    }

    /// Forgets the last look-up: a table's entries change, or objects move.
    #[inline]
    pub(crate) fn forget_look_up(&mut self) {
        self.last.table = 0;
    }
}
