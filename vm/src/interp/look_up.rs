//! Looking keys up in maps and sets, and what mostly follows. A key of one word that stands in the group of an index where it
//! is sought first, which is what most programs look for, is found here, and an entry whose slot is in that group or can be
//! is added and taken out here; the rest by the checked accessors in `tables`.
//!
//! What makes the unchecked accesses sound is said in `machine`. A table is as [`crate::layout`] says, since only the heap's
//! own operations and these change it and a snapshot's is checked: its index has a power of two of slots in whole groups, and its
//! entries' buffer has at least as many words as the used entries take.

#![allow(unsafe_op_in_unsafe_fn, reason = "all functions demand the same, which `machine` states")]

#[cfg(tail_calls)]
use super::dispatch::handlers;
use super::machine::{Found, Left, LookUp, Machine};
use super::operands::Register;
use crate::heap::{Group, LastLookUp, NOWHERE, group};
use crate::layout::{
    FREED_SLOT, GROUP_WORDS, SERIAL_MAX, header, high, home_group, index_slot, low, room_of,
};

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

/// The group of an index, whose header is given, in which an entry with this mark is sought first.
#[inline(always)]
unsafe fn home(index: *mut u64, mark: u32) -> *mut Group {
    let groups = high(*index) as usize / GROUP_WORDS;
    index.add(1).cast::<Group>().add(home_group(mark, groups))
}

/// A slot of a group.
#[inline(always)]
unsafe fn slot_of(group: *mut Group, at: usize) -> *mut u32 {
    let at = if cfg!(target_endian = "little") { at } else { at ^ 1 };
    group.cast::<u32>().add(at)
}

/// # Safety
/// Of all methods: as of those in `machine`.
impl Machine {
    /// The place of a key's entry in a table, whose entries take so many words if its keys are one word each; 0 if they are
    /// not. [`NOWHERE`] if there is none. Charges, and remembers what came of it.
    #[inline(always)]
    pub(super) unsafe fn look_up(&mut self, stride: u8, table: Register, key: Register) -> Result<u64, Left> {
        let (at, slot) = (low(self.get(table)), self.get(key));
        if let Some(found) = self.found
            && found.table == at
            && found.key == Some(slot)
        {
            return Ok(found.place);
        }
        // Whoever looks up here has found out that it is not remembered, or doesn't expect it.
        let is_new = cfg!(tail_calls) && matches!(self.looks_up, LookUp::Here);
        if !is_new && self.agent().heap.last.is_of(at, slot) {
            return Ok(self.remembered());
        }
        if stride != 0 {
            #[cfg(tail_calls)]
            match self.looks_up {
                LookUp::Here => {}
                LookUp::By(handler) => {
                    handler(self.context, self.pc, self.regs, self.heap, self.fuel);
                    return Err(Left);
                }
                LookUp::ByItself => {
                    handlers::at(self.context, self.pc, self.regs, self.heap, self.fuel);
                    return Err(Left);
                }
            }
            if let Some(place) = self.find_at_home(stride.into(), at, slot) {
                return Ok(place);
            }
        }
        self.look_up_with_care(stride, table, key)?;
        Ok(self.remembered())
    }

    /// The place that was looked up last. Charges.
    #[inline(always)]
    unsafe fn remembered(&mut self) -> u64 {
        let LastLookUp { place, work, .. } = self.agent().heap.last;
        self.fuel -= work as i64;
        place
    }

    /// Looks a key up that is more than a word, away from its home, or in a table without an index.
    #[cfg(not(tail_calls))]
    unsafe fn look_up_with_care(&mut self, _: u8, table: Register, key: Register) -> Result<(), Left> {
        let (table, key) = (low(self.get(table)), self.get(key));
        self.agent().look_up_anew(table, key);
        Ok(())
    }

    /// The same, by leaving the instruction for a function that then goes on with this instruction again.
    #[cfg(tail_calls)]
    #[inline(always)]
    unsafe fn look_up_with_care(&mut self, stride: u8, table: Register, key: Register) -> Result<(), Left> {
        let sought = Sought { table: table.number, key: key.number, stride };
        handlers::look_up_with_care(self.context, self.pc, self.regs, self.heap, self.fuel, sought);
        Err(Left)
    }

    /// Looks a key of one word up in a table whose entries take so many, and remembers what came of it: the place of its
    /// entry, or [`NOWHERE`]. `None` if it is not in the group where it is sought first, and may be in another: then nothing
    /// that is remembered is right.
    #[inline(always)]
    unsafe fn find_at_home(&mut self, stride: usize, table: u32, key: u64) -> Option<u64> {
        let object = self.at(table);
        let index = low(*object.add(2));
        if index == 0 {
            return None;
        }
        let index = self.at(index);
        let places = 2 * high(*index) - 1;
        let heap = &mut self.agent().heap;
        let mark = heap.seed.word_mark(key);
        let group = home(index, mark);
        // What stands here need not be kept in the machine's registers.
        heap.last = LastLookUp::in_vain(table, key, mark);
        let candidates = group::matching(&*group, mark, !places);
        if candidates == 0 {
            return (group::empty(&*group) != 0).then_some(NOWHERE);
        }
        let slot = *slot_of(group, candidates.trailing_zeros() as usize);
        // Slots that are empty or free come out as places beyond all entries.
        let (place, entries) = ((slot & places).wrapping_sub(1), *object.add(1));
        if place >= high(entries) {
            return None;
        }
        let entry = self.at(low(entries)).add(1 + place as usize * stride);
        if *entry.add(1) != key {
            return None;
        }
        let place = header(place, high(*entry));
        self.agent().heap.last.place = place;
        self.found = Some(Found { table, key: Some(key), place, entry });
        Some(place)
    }

    /// Appends an entry to a table, for the key that was just looked up and is not there: if the table has room for it, and
    /// a slot in the group where it is sought first. Otherwise `false`, and nothing is done.
    #[inline(always)]
    pub(super) unsafe fn append(&mut self, table: Register, key: Register, value: Option<Register>) -> bool {
        let stride = if value.is_some() { 3 } else { 2 };
        let object = self.at(low(self.get(table)));
        let (entries, indexed) = (*object.add(1), *object.add(2));
        let (used, serial) = (high(entries), high(indexed));
        // Word 0 of the arena is 0: as a buffer or an index that a table has not, it has no words.
        let (buffer, index) = (self.at(low(entries)), self.at(low(indexed)));
        let slots = 2 * high(*index);
        let end = (used as usize + 1) * stride;
        if used as usize >= room_of(slots as usize) || end > high(*buffer) as usize || serial == SERIAL_MAX {
            return false;
        }
        let mark = self.agent().heap.last.mark;
        let group = home(index, mark);
        let vacant = group::vacant(&*group);
        if vacant == 0 {
            return false;
        }
        *slot_of(group, vacant.trailing_zeros() as usize) = index_slot(mark, used as usize, slots as usize);
        let entry = buffer.add(1 + end - stride);
        *entry = header(mark, serial);
        *entry.add(1) = self.get(key);
        if let Some(value) = value {
            *entry.add(2) = self.get(value);
        }
        *object += header(0, 1);
        *object.add(1) += header(0, 1);
        *object.add(2) += header(0, 1);
        self.agent().heap.forget_look_up();
        true
    }

    /// Takes an entry out of a table, if it is at its place, its slot in the group where it is sought first, and another entry
    /// there. Otherwise `false`, and nothing is done.
    #[inline(always)]
    pub(super) unsafe fn remove(&mut self, table: Register, place: Register) -> bool {
        let (object, place) = (self.object(table), self.get(place));
        let stride = self.program().table(low(*object)).stride();
        let index = self.at(low(*object.add(2)));
        let Some(entry) = self.entry_at(object, place, stride) else { return false };
        let slots = 2 * high(*index) as usize;
        if slots == 0 || high(*object) == 1 {
            return false;
        }
        let mark = low(*entry);
        let group = home(index, mark);
        let found = group::matching(&*group, index_slot(mark, low(place) as usize, slots), !0);
        if found == 0 {
            return false;
        }
        let freed = if group::empty(&*group) != 0 { 0 } else { FREED_SLOT };
        *slot_of(group, found.trailing_zeros() as usize) = freed;
        *entry = header(0, high(place));
        (1..stride).for_each(|word| *entry.add(word) = 0);
        *object -= header(0, 1);
        self.agent().heap.forget_look_up();
        true
    }
}
