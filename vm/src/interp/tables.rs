//! Operations on maps and sets.

use crate::agent::Agent;
use crate::bytecode::Instr;
use crate::data;
use crate::heap::{Heap, HeapFull, Place};
use crate::layout::low;
use crate::program::TableLayout;
use crate::stack::Stack;
use crate::trap::TrapKind;

/// How much of a key a trap shows, in bytes.
const KEY_SHOWN_BYTES: usize = 200;

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

    /// `table.find`.
    #[inline(never)]
    pub(super) fn table_find(&mut self, i: Instr) -> Result<(), TrapKind> {
        let (table, layout) = self.table(i.b());
        let (_, found) = self.look_up(table, &layout, self.stack.reg(i.c()));
        let place = found
            .map_or(-1_i64 as u64, |index| self.heap.table(table, layout.stride()).place(index).to_slot());
        self.stack.set_reg(i.a(), place);
        Ok(())
    }

    /// `table.place`.
    #[inline(never)]
    pub(super) fn table_place(&mut self, i: Instr) -> Result<(), TrapKind> {
        let (table, layout) = self.table(i.b());
        let (_, found) = self.look_up(table, &layout, self.stack.reg(i.c()));
        let Some(index) = found else { return Err(self.no_such_key(i.c())) };
        let place = self.heap.table(table, layout.stride()).place(index).to_slot();
        self.stack.set_reg(i.a(), place);
        Ok(())
    }

    /// `table.key`.
    #[inline(never)]
    pub(super) fn table_key(&mut self, i: Instr) -> Result<(), TrapKind> {
        let (table, layout) = self.table(i.b());
        let index = self.entry_at(table, &layout, i.c())?;
        let key = self.heap.table(table, layout.stride()).entry(index)[1];
        self.stack.set_reg(i.a(), key);
        Ok(())
    }

    /// `map.value`.
    #[inline(never)]
    pub(super) fn map_value(&mut self, i: Instr) -> Result<(), TrapKind> {
        let (table, layout) = self.table(i.b());
        let index = self.entry_at(table, &layout, i.c())?;
        let value = self.heap.table(table, layout.stride()).entry(index)[2];
        self.stack.set_reg(i.a(), value);
        Ok(())
    }

    /// `map.put`.
    #[inline(never)]
    pub(super) fn map_put(&mut self, i: Instr) -> Result<(), TrapKind> {
        let (table, layout) = self.table(i.a());
        let index = self.entry_at(table, &layout, i.b())?;
        self.heap.set_entry_value(table, index, self.stack.reg(i.c()));
        Ok(())
    }

    /// `table.remove`.
    #[inline(never)]
    pub(super) fn table_remove(&mut self, i: Instr) -> Result<(), TrapKind> {
        let (table, layout) = self.table(i.a());
        let index = self.entry_at(table, &layout, i.b())?;
        self.heap.remove_entry(table, layout.stride(), index);
        Ok(())
    }

    /// `table.clear`.
    pub(super) fn table_clear(&mut self, table: u64) {
        self.heap.clear_table(low(table));
    }

    /// `table.next`: whether there is an entry.
    #[inline(never)]
    pub(super) fn table_next(&mut self, i: Instr) -> Result<bool, TrapKind> {
        let (at, layout) = self.table(i.b());
        let table = self.heap.table(at, layout.stride());
        let (next, passed) = table.next(Place::from_slot(self.stack.reg(i.a())));
        let place = next.map_or(-1_i64 as u64, |index| table.place(index).to_slot());
        self.stack.set_reg(i.a(), place);
        self.charge(passed);
        Ok(next.is_some())
    }

    /// `map.get`.
    #[inline(never)]
    pub(super) fn map_get(&mut self, i: Instr) -> Result<(), TrapKind> {
        let (table, layout) = self.table(i.b());
        let (_, found) = self.look_up(table, &layout, self.stack.reg(i.c()));
        let Some(index) = found else { return Err(self.no_such_key(i.c())) };
        let value = self.heap.table(table, layout.stride()).entry(index)[2];
        self.stack.set_reg(i.a(), value);
        Ok(())
    }

    /// `map.set`.
    #[inline(never)]
    pub(super) fn map_set(&mut self, i: Instr) -> Result<(), TrapKind> {
        let (table, layout) = self.table(i.a());
        match self.look_up(table, &layout, self.stack.reg(i.b())) {
            (_, Some(index)) => self.heap.set_entry_value(table, index, self.stack.reg(i.c())),
            (mark, None) => self.add(i.a(), i.b(), mark, Some(i.c()), &layout)?,
        }
        Ok(())
    }

    /// `set.add`.
    #[inline(never)]
    pub(super) fn set_add(&mut self, i: Instr) -> Result<(), TrapKind> {
        let (table, layout) = self.table(i.b());
        let (mark, found) = self.look_up(table, &layout, self.stack.reg(i.c()));
        if found.is_none() {
            self.add(i.b(), i.c(), mark, None, &layout)?;
        }
        self.stack.set_reg(i.a(), found.is_none().into());
        Ok(())
    }

    /// Appends an entry to the table in a register, with key and value of other registers.
    fn add(
        &mut self,
        table: u16,
        key: u16,
        mark: u32,
        value: Option<u16>,
        layout: &TableLayout,
    ) -> Result<(), TrapKind> {
        let root = |stack: &Stack| low(stack.reg(table));
        let grown = self.heap.grow_table(root, layout.stride(), &self.program, &mut self.stack);
        let work = grown.map_err(|HeapFull| self.heap_limit())?;
        self.charge(work);
        let value = value.map(|value| self.stack.reg(value));
        self.heap.add_entry(low(self.stack.reg(table)), mark, self.stack.reg(key), value);
        Ok(())
    }

    /// The map or set in a register, and how it lies.
    #[inline]
    fn table(&self, register: u16) -> (u32, TableLayout) {
        let at = low(self.stack.reg(register));
        (at, *self.program.table(low(self.heap.words()[at as usize])))
    }

    /// A key's mark, and the index of its entry.
    #[inline]
    fn look_up(&mut self, table: u32, layout: &TableLayout, key: u64) -> (u32, Option<usize>) {
        let view = self.heap.view(&self.program);
        let (mark, probe) = data::look_up(&self.program, view, self.heap.seed, table, layout, key);
        self.charge(probe.work);
        (mark, probe.found)
    }

    /// The index of the entry at the place in a register.
    #[inline]
    fn entry_at(&self, table: u32, layout: &TableLayout, place: u16) -> Result<usize, TrapKind> {
        let place = Place::from_slot(self.stack.reg(place));
        let index = place.and_then(|place| self.heap.table(table, layout.stride()).index_of(place));
        index.ok_or(TrapKind::EntryRemoved)
    }

    #[cold]
    fn no_such_key(&self, key: u16) -> TrapKind {
        let ty = self.program.register_type(self.stack.top.pc, key);
        let view = self.heap.view(&self.program);
        let shown = data::show_within(&self.program, view, self.stack.reg(key), ty, KEY_SHOWN_BYTES);
        TrapKind::NoSuchKey { key: shown }
    }
}
