//! What a native function sees of the agent that calls it.

use std::borrow::Cow;
use std::ops::Range;

use super::{NATIVES, Native};
use crate::agent::Agent;
use crate::bytecode::Instr;
use crate::heap::{Heap, View};
use crate::layout::{float_bits, low};
use crate::trap::TrapKind;

/// How many parameters a native function has at most: one in the instruction's own word, and two in one that follows.
pub(super) const PARAMS_MAX: usize = 3;

/// A call in progress. Arguments stay in their registers, so they are read anew after an allocation moved them.
pub(super) struct Call<'a> {
    agent: &'a mut Agent,
    registers: [u16; PARAMS_MAX],
}

impl Agent {
    /// `call.native`.
    #[inline(never)]
    pub(crate) fn call_native(&mut self, i: Instr) -> Result<(), TrapKind> {
        let native: &Native = &NATIVES[i.xb() as usize];
        // What follows is an `args` word if there are so many parameters, and says nothing otherwise.
        let further = self.program.code.get(self.stack.top.pc as usize + 1).copied().unwrap_or(i);
        let registers = [i.c(), further.a(), further.b()];
        let slot = (native.run)(&mut Call { agent: self, registers })?;
        self.stack.set_reg(i.a(), slot);
        Ok(())
    }
}

impl Call<'_> {
    fn slot(&self, index: usize) -> u64 {
        self.agent.stack.reg(self.registers[index])
    }

    pub(super) fn int(&self, index: usize) -> i64 {
        self.slot(index) as i64
    }

    pub(super) fn float(&self, index: usize) -> f64 {
        f64::from_bits(self.slot(index))
    }

    fn view(&self) -> View<'_> {
        self.agent.heap.view(&self.agent.program)
    }

    /// A `Str` argument.
    pub(super) fn text(&self, index: usize) -> Cow<'_, str> {
        self.view().text(low(self.slot(index)))
    }

    /// How many characters a `Str` argument has.
    pub(super) fn char_count(&self, index: usize) -> u64 {
        self.view().char_count(low(self.slot(index)))
    }

    /// How many bytes a `Str` or `Bytes` argument has.
    pub(super) fn byte_len(&self, index: usize) -> usize {
        self.view().extra(low(self.slot(index))) as usize
    }

    /// A `Bytes` argument.
    pub(super) fn bytes(&self, index: usize) -> Cow<'_, [u8]> {
        self.view().bytes(low(self.slot(index)))
    }

    /// The elements of a `List[Int]` argument.
    pub(super) fn ints(&self, index: usize) -> &[u64] {
        self.view().elements(low(self.slot(index)))
    }

    /// Charges for bytes that are read.
    pub(super) fn charge_bytes(&mut self, bytes: usize) {
        self.agent.charge(bytes as u64 / 8);
    }

    /// Fails if text or bytes of this size can't be made at all. Asked before scratch space of that size is used.
    pub(super) fn admit(&self, bytes: Option<usize>) -> Result<usize, TrapKind> {
        let bytes = bytes.ok_or_else(|| self.agent.heap_limit())?;
        self.agent.admit_bytes(bytes)?;
        Ok(bytes)
    }

    /// The slot of a new `Str`.
    pub(super) fn new_text(&mut self, text: &str) -> Result<u64, TrapKind> {
        self.agent.new_text(text)
    }

    /// The slot of a new `Str` with an Int in decimal.
    pub(super) fn new_int_text(&mut self, value: i64) -> Result<u64, TrapKind> {
        self.agent.new_int_text(value)
    }

    /// The slot of a new `Str` of a part of one that is an argument: from a byte up to another, with so many characters.
    pub(super) fn new_part(
        &mut self,
        index: usize,
        bytes: Range<usize>,
        chars: usize,
    ) -> Result<u64, TrapKind> {
        self.agent.new_part(self.registers[index], bytes, chars as u64)
    }

    /// The slot of a new `Str` of the elements of a `List[Str]` argument, with another argument between them.
    pub(super) fn new_joined(&mut self, list: usize, separator: usize) -> Result<u64, TrapKind> {
        self.agent.new_joined(self.registers[list], self.registers[separator])
    }

    /// The slot of a new `Bytes`.
    pub(super) fn new_bytes(&mut self, bytes: &[u8]) -> Result<u64, TrapKind> {
        self.agent.new_bytes(bytes)
    }

    /// The slot of a new `List[Int]` of so many numbers.
    pub(super) fn new_ints(
        &mut self,
        count: usize,
        numbers: impl Iterator<Item = u64>,
    ) -> Result<u64, TrapKind> {
        let agent = &mut *self.agent;
        agent.reserve(Heap::list_words(count))?;
        agent.charge(Heap::list_words(count) as u64);
        let list = agent.heap.push_list(agent.program.well_known.list_int, count);
        agent.heap.elements_mut(list).iter_mut().zip(numbers).for_each(|(slot, number)| *slot = number);
        Ok(list.into())
    }

    /// The slot of a new `List[Str]` of the pieces that a text is cut into.
    pub(super) fn new_texts<'t, I: Iterator<Item = &'t str>>(
        &mut self,
        source: &'t str,
        pieces: impl Fn(&'t str) -> I,
    ) -> Result<u64, TrapKind> {
        let (mut count, mut words) = (0, 0);
        for piece in pieces(source) {
            count += 1;
            words += Heap::text_words(piece.len());
        }
        let agent = &mut *self.agent;
        agent.reserve(Heap::list_words(count) + words)?;
        agent.charge((Heap::list_words(count) + words) as u64);
        let list = agent.heap.push_list(agent.program.well_known.list_str, count);
        let is_ascii = source.is_ascii();
        for (index, piece) in pieces(source).enumerate() {
            let chars = if is_ascii { piece.len() } else { piece.chars().count() };
            let text = agent.heap.push_counted_text(&agent.program, piece, chars as u64);
            agent.heap.elements_mut(list)[index] = text.into();
        }
        Ok(list.into())
    }
}

/// The slot of a Float, its NaN as it comes.
pub(super) fn float_slot(value: f64) -> u64 {
    float_bits(value)
}
