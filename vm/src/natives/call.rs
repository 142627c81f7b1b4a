//! What a native function sees of the agent that calls it.

use std::borrow::Cow;

use super::{NATIVES, Native};
use crate::agent::Agent;
use crate::bytecode::{ARGS_PER_WORD, Instr};
use crate::heap::{Heap, View};
use crate::layout::{float_bits, low};
use crate::trap::TrapKind;

/// How many parameters a native function has at most.
const PARAMS_MAX: usize = ARGS_PER_WORD;

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
        let mut registers = [0; PARAMS_MAX];
        let names = self.program.args(self.stack.top.pc, native.params.len(), Some(i.c()));
        registers.iter_mut().zip(names).for_each(|(register, name)| *register = name);
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

    /// The elements of a `List[Str]` argument.
    pub(super) fn texts(&self, index: usize) -> impl Iterator<Item = Cow<'_, str>> + Clone {
        let view = self.view();
        view.elements(low(self.slot(index))).iter().map(move |slot| view.text(low(*slot)))
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

    /// The slot of a new `List[Str]` of the pieces that a first argument of text is cut into.
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
        for (index, piece) in pieces(source).enumerate() {
            let text = agent.heap.push_text(&agent.program, piece);
            agent.heap.elements_mut(list)[index] = text.into();
        }
        Ok(list.into())
    }
}

/// The slot of a Float, its NaN as it comes.
pub(super) fn float_slot(value: f64) -> u64 {
    float_bits(value)
}
