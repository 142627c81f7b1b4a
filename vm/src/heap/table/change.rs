//! Making and changing tables.

use super::super::{Heap, HeapFull, Roots};
use super::index::Index;
use super::{index_words, slots_for};
use crate::layout::{BUFFER, SERIAL_MAX, UNINDEXED_MAX, header, high, low};
use crate::program::Program;

/// How many words a table takes that has room for so many entries of this size.
fn table_words(entries: usize, stride: usize) -> usize {
    let buffer = if entries == 0 { 0 } else { 1 + entries * stride };
    let slots = if entries > UNINDEXED_MAX { slots_for(entries) } else { 0 };
    3 + buffer + index_words(slots)
}

impl Heap {
    /// How many words a table takes that has room for so many entries of this size.
    pub(crate) fn table_words(entries: usize, stride: usize) -> usize {
        table_words(entries, stride)
    }

    /// Appends an empty table with room for so many entries of this size. The room was reserved.
    pub(crate) fn push_table(&mut self, type_id: u32, entries: usize, stride: usize) -> u32 {
        let at = self.take_reserved(3) as usize;
        self.words[at..at + 3].copy_from_slice(&[header(type_id, 0), 0, 0]);
        if entries > 0 {
            let buffer = self.take_reserved(1 + entries * stride);
            self.words[buffer as usize] = header(BUFFER, (entries * stride) as u32);
            self.words[at + 1] = header(buffer, 0);
        }
        if entries > UNINDEXED_MAX {
            self.push_index(at, slots_for(entries));
        }
        at as u32
    }

    /// Sees to it that a table can take one more entry, and gives the work that it took. The table is given by the root
    /// that holds it, since a collection moves it.
    pub(crate) fn grow_table<R: Roots>(
        &mut self,
        table: impl Fn(&R) -> u32,
        stride: usize,
        program: &Program,
        roots: &mut R,
    ) -> Result<u64, HeapFull> {
        self.forget_look_up();
        let mut at = table(roots);
        let mut work = 0;
        if self.table(at, stride).used() >= self.table(at, stride).room() {
            work = self.table(at, stride).used() as u64;
            self.drop_removed(at as usize, stride);
            let before = self.table(at, stride).index().map_or(0, Index::slots);
            let slots = slots_for(self.len(at));
            let mut grown = Ok(());
            if slots != before {
                // Without its old index it needs only room for the new one.
                self.set_index(at as usize, 0);
                let mut made = slots;
                if let Err(full) = self.reserve(index_words(slots), program, roots) {
                    // What is live is less than before by the old index: for that there is room.
                    self.reserve(index_words(before), program, roots)?;
                    (made, grown) = (before, Err(full));
                }
                at = table(roots);
                if made > 0 {
                    self.push_index(at as usize, made);
                }
            }
            self.fill_index(at as usize, stride);
            grown?;
        }
        if high(self.words[at as usize + 2]) == SERIAL_MAX {
            self.renumber(at as usize, stride);
        }
        let used = self.table(at, stride).used();
        self.grow_buffer(table, used * stride, stride, program, roots)?;
        Ok(work)
    }

    /// Appends an entry to a table that can take one more, and gives its index.
    #[inline]
    pub(crate) fn add_entry(&mut self, table: u32, mark: u32, key: u64, value: Option<u64>) -> usize {
        self.forget_look_up();
        let at = table as usize;
        let stride = 2 + usize::from(value.is_some());
        let (buffer, used) = (low(self.words[at + 1]) as usize, high(self.words[at + 1]));
        let (index, serial) = (low(self.words[at + 2]), high(self.words[at + 2]));
        let entry = buffer + 1 + used as usize * stride;
        self.words[entry] = header(mark, serial);
        self.words[entry + 1] = key;
        if let Some(value) = value {
            self.words[entry + 2] = value;
        }
        self.words[at] += header(0, 1);
        self.words[at + 1] = header(buffer as u32, used + 1);
        self.words[at + 2] = header(index, serial + 1);
        self.take_slot(at, mark, used as usize);
        used as usize
    }

    /// The value of an entry of a map.
    #[inline]
    pub(crate) fn set_entry_value(&mut self, map: u32, index: usize, value: u64) {
        let buffer = low(self.words[map as usize + 1]) as usize;
        self.words[buffer + 1 + index * 3 + 2] = value;
    }

    /// Takes an entry out of a table.
    pub(crate) fn remove_entry(&mut self, table: u32, stride: usize, index: usize) {
        self.forget_look_up();
        let at = table as usize;
        let buffer = low(self.words[at + 1]) as usize;
        let entry = &mut self.words[buffer + 1 + index * stride..][..stride];
        let mark = low(entry[0]);
        entry[0] = header(0, high(entry[0]));
        entry[1..].fill(0);
        self.words[at] -= header(0, 1);
        if high(self.words[at]) == 0 {
            self.words[at + 1] = header(buffer as u32, 0);
            return self.set_index(at, 0);
        }
        self.free_slot(at, mark, index);
    }

    /// Takes all entries out of a table.
    pub(crate) fn clear_table(&mut self, table: u32) {
        self.forget_look_up();
        let at = table as usize;
        self.words[at] = header(low(self.words[at]), 0);
        self.words[at + 1] = 0;
        self.set_index(at, 0);
    }

    /// Moves the entries together, so that there are no removed ones between them.
    fn drop_removed(&mut self, at: usize, stride: usize) {
        let (buffer, used) = (low(self.words[at + 1]) as usize, high(self.words[at + 1]) as usize);
        let entries = &mut self.words[buffer + 1..][..used * stride];
        let kept = if stride == 2 { keep_present::<2>(entries) } else { keep_present::<3>(entries) };
        self.words[at + 1] = header(buffer as u32, kept as u32);
    }

    /// Gives the entries the lowest serial numbers, once they have come to the highest.
    #[cold]
    fn renumber(&mut self, at: usize, stride: usize) {
        let (buffer, used) = (low(self.words[at + 1]) as usize, high(self.words[at + 1]));
        for serial in 0..used {
            let entry = buffer + 1 + serial as usize * stride;
            self.words[entry] = header(low(self.words[entry]), serial);
        }
        self.words[at + 2] = header(low(self.words[at + 2]), used);
    }

    /// Gives a table an index that is yet to be filled. The room was reserved.
    fn push_index(&mut self, at: usize, slots: usize) {
        let index = self.take_reserved(index_words(slots)) as usize;
        self.words[index..][..index_words(slots)].fill(0);
        self.words[index] = header(BUFFER, slots as u32 / 2);
        self.set_index(at, index as u32);
    }
}

/// Moves the entries, of so many words, together that were not removed, and gives how many there are. Which were removed is
/// no pattern that a machine could guess, so that decides no jump.
fn keep_present<const STRIDE: usize>(entries: &mut [u64]) -> usize {
    let entries = entries.as_chunks_mut::<STRIDE>().0;
    let mut kept = 0;
    for at in 0..entries.len() {
        let entry = entries[at];
        entries[kept] = entry;
        kept += usize::from(low(entry[0]) != 0);
    }
    kept
}
