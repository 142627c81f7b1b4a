//! Looking keys up in maps and sets. A key of one word in a table with an index, which is what most programs look for, is
//! found here; the rest by the checked accessors in `tables`.
//!
//! What makes the unchecked accesses sound is said in `machine`. A table is as [`crate::layout`] says, since only the heap's
//! own operations change it and a snapshot's is checked: its index has a power of two of slots in whole groups, and its
//! entries' buffer has as many words as the used entries take.

#![allow(unsafe_op_in_unsafe_fn, reason = "all functions demand the same, which `machine` states")]

#[cfg(tail_calls)]
use super::dispatch::handlers;
use super::machine::{Left, Machine};
use super::operands::Register;
use crate::heap::{GROUPS_FREE, Group, LastLookUp, group};
use crate::layout::{GROUP_SLOTS, GROUP_WORDS, header, high, home_group, low};

/// The registers of an instruction that looks a key up, and how many words the table's entries take. It is passed in one
/// register of the machine.
#[cfg(tail_calls)]
#[derive(Debug, Clone, Copy)]
#[repr(C)]
pub(super) struct Sought {
    pub(super) table: u16,
    pub(super) key: u16,
    pub(super) stride: u8,
}

#[cfg(tail_calls)]
impl Sought {
    /// What the registers hold.
    ///
    /// # Safety
    /// They are registers of the innermost frame, whose first is given.
    #[inline(always)]
    pub(super) unsafe fn slots(self, regs: *const u64) -> (u64, u64) {
        (*regs.add(self.table.into()), *regs.add(self.key.into()))
    }
}

/// A slot of a group.
#[inline(always)]
unsafe fn slot(group: &Group, at: usize) -> u32 {
    let at = if cfg!(target_endian = "little") { at } else { at ^ 1 };
    *group.as_ptr().cast::<u32>().add(at)
}

/// # Safety
/// Of all methods: as of those in `machine`.
impl Machine {
    /// What came of looking a key up in a table, whose entries take so many words if its keys are one word each; 0 if they
    /// are not. Charges.
    #[inline(always)]
    pub(super) unsafe fn look_up(
        &mut self,
        stride: u8,
        table: Register,
        key: Register,
    ) -> Result<LastLookUp, Left> {
        let (at, slot) = (low(self.get(table)), self.get(key));
        if !self.agent().heap.last.is_of(at, slot) {
            self.look_up_anew(stride, table, key)?;
        }
        let found = self.agent().heap.last;
        self.fuel -= found.work as i64;
        Ok(found)
    }

    /// Looks up, and remembers what came of it.
    #[cfg(not(tail_calls))]
    unsafe fn look_up_anew(&mut self, stride: u8, table: Register, key: Register) -> Result<(), Left> {
        let (table, key) = (low(self.get(table)), self.get(key));
        if stride == 0 || !self.find_word(stride.into(), table, key) {
            self.agent().look_up_anew(table, key);
        }
        Ok(())
    }

    /// Leaves the instruction for a function that looks up and then goes on with this instruction again, which finds what is
    /// remembered. To call that from within would have the instruction save what it has in the machine's registers, also
    /// where nothing has to be looked up.
    #[cfg(tail_calls)]
    #[inline(always)]
    unsafe fn look_up_anew(&mut self, stride: u8, table: Register, key: Register) -> Result<(), Left> {
        let sought = Sought { table: table.number, key: key.number, stride };
        let Self { context, pc, regs, heap, fuel, .. } = *self;
        if stride == 0 {
            handlers::look_up_with_care(context, pc, regs, heap, fuel, sought);
        } else {
            handlers::look_up_word(context, pc, regs, heap, fuel, sought);
        }
        Err(Left)
    }

    /// Looks a key of one word up in a table whose entries take so many, and remembers what came of it; unless the table has
    /// no index, or the key is so far from home that it has to be charged for: then nothing that is remembered is right.
    #[inline(always)]
    pub(super) unsafe fn find_word(&mut self, stride: usize, table: u32, key: u64) -> bool {
        let object = self.at(table);
        let (entries, index) = (*object.add(1), low(*object.add(2)));
        if index == 0 {
            return false;
        }
        let first = self.at(low(entries)).add(1);
        let index = self.at(index);
        let (words, groups) = (high(*index), index.add(1).cast::<Group>());
        let places = 2 * words - 1;
        let heap = &mut self.agent().heap;
        let mark = heap.seed.word_mark(key);
        heap.last = LastLookUp::of_word(table, key, mark);
        let mut at = home_group(mark, words as usize / GROUP_WORDS);
        let mut passed = 0;
        loop {
            let group = &*groups.add(at);
            let mut candidates = group::matching(group, mark, !places);
            while candidates != 0 {
                let slot = slot(group, candidates.trailing_zeros() as usize);
                // Slots that are empty or free come out as places beyond all entries.
                let place = (slot & places).wrapping_sub(1);
                if place < high(entries) {
                    let entry = first.add(place as usize * stride);
                    if *entry.add(1) == key {
                        heap.last.place = header(place, high(*entry));
                        return true;
                    }
                }
                candidates &= candidates - 1;
            }
            if group::empty(group) != 0 {
                return true;
            }
            passed += 1;
            if passed == GROUPS_FREE {
                return false;
            }
            at = (at + 1) & (places as usize / GROUP_SLOTS);
        }
    }
}
