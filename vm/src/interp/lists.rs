//! List operations that allocate or move many elements.

use crate::agent::Agent;
use crate::bytecode::Instr;
use crate::heap::{Heap, HeapFull};
use crate::layout::low;
use crate::stack::Stack;
use crate::trap::TrapKind;

impl Agent {
    /// `list`: a list of the elements in the arguments.
    #[inline(never)]
    pub(super) fn new_list(&mut self, i: Instr) -> Result<(), TrapKind> {
        let count = i.c() as usize;
        self.reserve(Heap::list_words(count))?;
        let list = self.heap.push_list(i.xb(), count);
        let registers = self.program.args(self.stack.top.pc, count, None);
        for (element, register) in self.heap.elements_mut(list).iter_mut().zip(registers) {
            *element = self.stack.reg(register);
        }
        self.stack.set_reg(i.a(), list.into());
        Ok(())
    }

    /// `list.fill`: a list of a length with one value everywhere.
    #[inline(never)]
    pub(super) fn fill_list(&mut self, i: Instr) -> Result<(), TrapKind> {
        let (len, value) = (self.arg(0), self.arg(1));
        let len = self.stack.reg(len) as i64;
        let len = length(len)?;
        let words = len.checked_add(3).filter(|words| self.heap.admits(*words));
        if words.is_none() {
            return Err(self.heap_limit());
        }
        self.reserve_charged(Heap::list_words(len))?;
        let list = self.heap.push_list(i.xb(), len);
        self.heap.elements_mut(list).fill(self.stack.reg(value));
        self.stack.set_reg(i.a(), list.into());
        Ok(())
    }

    /// `list.push` where the buffer is full.
    #[inline(never)]
    pub(super) fn push(&mut self, i: Instr) -> Result<(), TrapKind> {
        self.grow(i.a(), 1)?;
        let list = low(self.stack.reg(i.a()));
        let len = self.heap.len(list);
        self.heap.set_len(list, len + 1);
        self.heap.elements_mut(list)[len] = self.stack.reg(i.b());
        Ok(())
    }

    /// `list.insert`.
    #[inline(never)]
    pub(super) fn insert(&mut self, i: Instr) -> Result<(), TrapKind> {
        let len = self.heap.len(low(self.stack.reg(i.a())));
        let index = self.stack.reg(i.b()) as i64;
        let at = index_up_to(index, len)?;
        self.grow(i.a(), 1)?;
        let list = low(self.stack.reg(i.a()));
        self.heap.set_len(list, len + 1);
        let elements = self.heap.elements_mut(list);
        elements.copy_within(at..len, at + 1);
        elements[at] = self.stack.reg(i.c());
        self.charge((len - at) as u64);
        Ok(())
    }

    /// `list.remove`.
    #[inline(never)]
    pub(super) fn remove(&mut self, i: Instr) -> Result<(), TrapKind> {
        let list = low(self.stack.reg(i.b()));
        let index = self.stack.reg(i.c()) as i64;
        let elements = self.heap.elements_mut(list);
        let len = elements.len();
        let at = usize::try_from(index).ok().filter(|at| *at < len);
        let at = at.ok_or(TrapKind::IndexOutOfRange { index, len: len as u64 })?;
        let removed = elements[at];
        elements.copy_within(at + 1.., at);
        self.heap.set_len(list, len - 1);
        self.stack.set_reg(i.a(), removed);
        self.charge((len - at) as u64);
        Ok(())
    }

    /// `list.truncate`.
    #[inline(never)]
    pub(super) fn truncate_list(&mut self, i: Instr) -> Result<(), TrapKind> {
        let list = low(self.stack.reg(i.a()));
        let wanted = self.stack.reg(i.b()) as i64;
        let wanted = length(wanted)?;
        if wanted < self.heap.len(list) {
            self.heap.set_len(list, wanted);
        }
        Ok(())
    }

    /// `list.extend`. A list may be appended to itself.
    #[inline(never)]
    pub(super) fn extend(&mut self, i: Instr) -> Result<(), TrapKind> {
        let more = self.heap.len(low(self.stack.reg(i.b())));
        if more == 0 {
            return Ok(());
        }
        self.grow(i.a(), more)?;
        let (list, source) = (low(self.stack.reg(i.a())), low(self.stack.reg(i.b())));
        let len = self.heap.len(list);
        let from = self.heap.elements_at(source);
        self.heap.set_len(list, len + more);
        let to = self.heap.elements_at(list) + len;
        self.heap.copy_words(from, to, more);
        self.charge(more as u64);
        Ok(())
    }

    /// `list.slice`.
    #[inline(never)]
    pub(super) fn slice_list(&mut self, i: Instr) -> Result<(), TrapKind> {
        let source = self.stack.reg(i.b());
        let (from, to) = (self.stack.reg(i.c()) as i64, self.stack.reg(self.arg(0)) as i64);
        let range = range_within(from, to, self.heap.len(low(source)) as u64)?;
        self.reserve_charged(Heap::list_words(range.len()))?;
        let source = low(self.stack.reg(i.b()));
        let type_id = low(self.heap.words()[source as usize]);
        let list = self.heap.push_list(type_id, range.len());
        if !range.is_empty() {
            let first = self.heap.elements_at(source) + range.start;
            let to = self.heap.elements_at(list);
            self.heap.copy_words(first, to, range.len());
        }
        self.stack.set_reg(i.a(), list.into());
        Ok(())
    }

    /// `list.get` where the index is out of range.
    #[cold]
    pub(super) fn no_element_to_get(&mut self, i: Instr) -> Result<(), TrapKind> {
        Err(self.out_of_range(i.b(), i.c()))
    }

    /// `list.set` where the index is out of range.
    #[cold]
    pub(super) fn no_element_to_set(&mut self, i: Instr) -> Result<(), TrapKind> {
        Err(self.out_of_range(i.a(), i.b()))
    }

    fn out_of_range(&self, list: u16, index: u16) -> TrapKind {
        let len = self.heap.len(low(self.stack.reg(list))) as u64;
        TrapKind::IndexOutOfRange { index: self.stack.reg(index) as i64, len }
    }

    /// Sees to it that the list in a register can take so many more elements.
    fn grow(&mut self, register: u16, more: usize) -> Result<(), TrapKind> {
        let list = |stack: &Stack| low(stack.reg(register));
        let grown = self.heap.grow_list(list, more, &self.program, &mut self.stack);
        grown.map_err(|HeapFull| self.heap_limit())
    }
}

/// An index at which something can be inserted.
fn index_up_to(index: i64, len: usize) -> Result<usize, TrapKind> {
    let at = usize::try_from(index).ok().filter(|at| *at <= len);
    at.ok_or(TrapKind::IndexOutOfRange { index, len: len as u64 })
}

/// A length or count that is not negative. One that the machine can't count to becomes the largest that it can, which
/// no heap admits either, so that all machines agree.
pub(crate) fn length(value: i64) -> Result<usize, TrapKind> {
    let length = u64::try_from(value).map_err(|_| TrapKind::NegativeLength { value })?;
    Ok(usize::try_from(length).unwrap_or(usize::MAX))
}

/// A range that lies within a length.
pub(crate) fn range_within(from: i64, to: i64, len: u64) -> Result<std::ops::Range<usize>, TrapKind> {
    if from < 0 || from > to || to as u64 > len {
        return Err(TrapKind::RangeOutOfRange { from, to, len });
    }
    Ok(from as usize..to as usize)
}
