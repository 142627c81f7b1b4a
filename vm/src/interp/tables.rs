//! Operations on maps and sets.
//!
//! Those that neither allocate nor trap get the slots that they work on, and need not know where the frame stands.

use crate::agent::Agent;
use crate::bytecode::Instr;
use crate::data;
use crate::heap::{Heap, HeapFull, NOWHERE, Place};
use crate::layout::low;
use crate::program::Keys;
use crate::stack::Stack;
use crate::trap::TrapKind;

/// How much of a key a trap shows, in bytes.
const KEY_SHOWN_BYTES: usize = 200;

/// How many words an entry of a map takes.
const MAP_STRIDE: usize = 3;

impl Agent {
    /// `table`: an empty map or set.
    #[inline(never)]
    pub(super) fn new_table(&mut self, i: Instr) -> Result<(), TrapKind> {
        let stride = self.program.table(i.xb()).stride();
        self.reserve(Heap::table_words(0, stride))?;
        let table = self.heap.push_table(i.xb(), 0, stride);
        self.stack.set_reg(i.a(), table.into());
        Ok(())
    }

    /// Looks a key up in a table, and leaves in the heap what came of it.
    #[inline(never)]
    pub(super) fn look_up_anew(&mut self, table: u32, key: u64) {
        let layout = self.program.table(low(self.heap.words()[table as usize]));
        match layout.keys {
            Keys::Words => self.heap.look_word_up(table, layout.stride(), key),
            _ => self.look_object_up(table, key),
        }
    }

    /// The same, of a key that is more than a word. It needs far more of the machine's registers.
    #[inline(never)]
    pub(super) fn look_object_up(&mut self, table: u32, key: u64) {
        let layout = self.program.table(low(self.heap.words()[table as usize]));
        let view = self.heap.view(&self.program);
        let (mark, probe) = data::look_up(&self.program, view, self.heap.seed, table, layout, key);
        self.heap.remember_look_up(table, key, mark, probe);
    }

    /// `table.key`, where there is the entry.
    #[inline(never)]
    pub(super) fn key_at(&self, table: u64, place: u64) -> Option<u64> {
        let (table, stride) = self.table(table);
        let table = self.heap.table(table, stride);
        Some(table.entry(table.index_of(Place::from_slot(place)?)?)[1])
    }

    /// `map.value` of an entry that isn't at its place any more.
    #[cold]
    #[inline(never)]
    pub(super) fn moved_value(&mut self, i: Instr) -> Result<(), TrapKind> {
        let (map, place) = (low(self.stack.reg(i.b())), self.stack.reg(i.c()));
        let index = self.moved_entry(map, place)?;
        self.stack.set_reg(i.a(), self.heap.table(map, MAP_STRIDE).entry(index)[2]);
        Ok(())
    }

    /// `map.put` of an entry that isn't at its place any more.
    #[cold]
    #[inline(never)]
    pub(super) fn put_moved(&mut self, i: Instr) -> Result<(), TrapKind> {
        let (map, place) = (low(self.stack.reg(i.a())), self.stack.reg(i.b()));
        let index = self.moved_entry(map, place)?;
        self.heap.set_entry_value(map, index, self.stack.reg(i.c()));
        Ok(())
    }

    fn moved_entry(&self, map: u32, place: u64) -> Result<usize, TrapKind> {
        let place = Place::from_slot(place);
        place.and_then(|place| self.heap.table(map, MAP_STRIDE).index_of(place)).ok_or(TrapKind::EntryRemoved)
    }

    /// `table.remove`, where there is the entry.
    #[inline(never)]
    pub(super) fn remove_at(&mut self, table: u64, place: u64) -> Option<()> {
        let (table, stride) = self.table(table);
        let index = self.heap.table(table, stride).index_of(Place::from_slot(place)?)?;
        self.heap.remove_entry(table, stride, index);
        Some(())
    }

    /// `table.clear`.
    pub(super) fn table_clear(&mut self, table: u64) {
        self.heap.clear_table(low(table));
    }

    /// `table.next`: the place behind a place. Charges.
    #[inline(never)]
    pub(super) fn place_behind(&mut self, table: u64, place: u64) -> u64 {
        let (table, stride) = self.table(table);
        let table = self.heap.table(table, stride);
        let (next, passed) = table.next(Place::from_slot(place));
        let place = next.map_or(NOWHERE, |index| table.place(index).to_slot());
        self.charge(passed);
        place
    }

    /// `map.set` of a key that was just looked up and is not there.
    #[inline(never)]
    pub(super) fn add_to_map(&mut self, i: Instr) -> Result<(), TrapKind> {
        self.add(i.a(), i.b(), Some(i.c()))
    }

    /// `set.add` of what is not there.
    #[inline(never)]
    pub(super) fn add_to_set(&mut self, i: Instr) -> Result<(), TrapKind> {
        self.add(i.b(), i.c(), None)?;
        self.stack.set_reg(i.a(), 1);
        Ok(())
    }

    /// Appends an entry to the table in a register, with key and value of other registers. The key was the last that was looked
    /// up, and not there.
    fn add(&mut self, table: u16, key: u16, value: Option<u16>) -> Result<(), TrapKind> {
        let mark = self.heap.last.mark;
        let stride = 2 + usize::from(value.is_some());
        let root = |stack: &Stack| low(stack.reg(table));
        let grown = self.heap.grow_table(root, stride, &self.program, &mut self.stack);
        let work = grown.map_err(|HeapFull| self.heap_limit())?;
        self.charge(work);
        let value = value.map(|value| self.stack.reg(value));
        self.heap.add_entry(low(self.stack.reg(table)), mark, self.stack.reg(key), value);
        Ok(())
    }

    /// Where a map or set is, and how many words its entries take.
    #[inline]
    fn table(&self, table: u64) -> (u32, usize) {
        let at = low(table);
        (at, self.program.table(low(self.heap.words()[at as usize])).stride())
    }

    /// `map.get` and `table.place` of a key that is not there.
    #[cold]
    #[inline(never)]
    pub(super) fn no_such_key(&mut self, i: Instr) -> Result<(), TrapKind> {
        let ty = self.program.register_type(self.stack.top.pc, i.c());
        let view = self.heap.view(&self.program);
        let key = data::show_within(&self.program, view, self.stack.reg(i.c()), ty, KEY_SHOWN_BYTES);
        Err(TrapKind::NoSuchKey { key })
    }
}
