//! Making text.

use std::ops::Range;

use crate::agent::Agent;
use crate::bytecode::{Instr, Type};
use crate::data::{self, TooLong};
use crate::heap::Heap;
use crate::layout::low;
use crate::trap::TrapKind;

impl Agent {
    /// A new `Str`, as a slot. Every object may move.
    #[inline]
    pub(crate) fn new_text(&mut self, text: &str) -> Result<u64, TrapKind> {
        self.reserve_charged(Heap::text_words(text.len()))?;
        Ok(self.heap.push_text(&self.program, text).into())
    }

    /// A new `Str` with an Int in decimal, as a slot. Every object may move.
    pub(crate) fn new_int_text(&mut self, value: i64) -> Result<u64, TrapKind> {
        let mut buffer = itoa::Buffer::new();
        let text = buffer.format(value);
        self.reserve_charged(Heap::text_words(text.len()))?;
        Ok(self.heap.push_counted_text(&self.program, text, text.len() as u64).into())
    }

    /// A new `Str` of a part of the one in a register, as a slot: from a byte up to another, with so many characters. Every
    /// object may move.
    pub(crate) fn new_part(
        &mut self,
        register: u16,
        bytes: Range<usize>,
        chars: u64,
    ) -> Result<u64, TrapKind> {
        self.reserve_charged(Heap::text_words(bytes.len()))?;
        let mut made = self.heap.begin_text(&self.program, bytes.len(), chars);
        let source = low(self.stack.reg(register));
        self.heap.append_part(&self.program, &mut made, source, bytes);
        Ok(made.finish(&self.heap).into())
    }

    /// A new `Str` of the texts of a list, with another between them, as a slot; both are in registers. Every object may move.
    pub(crate) fn new_joined(&mut self, list: u16, separator: u16) -> Result<u64, TrapKind> {
        let view = self.heap.view(&self.program);
        let (texts, between) = (view.elements(low(self.stack.reg(list))), low(self.stack.reg(separator)));
        let separators = texts.len().saturating_sub(1);
        let mut bytes = (view.extra(between) as usize).checked_mul(separators);
        let mut chars = view.char_count(between).wrapping_mul(separators as u64);
        for text in texts.iter().copied().map(low) {
            bytes = bytes.and_then(|bytes| bytes.checked_add(view.extra(text) as usize));
            chars = chars.wrapping_add(view.char_count(text));
        }
        let bytes = bytes.ok_or_else(|| self.heap_limit())?;
        self.admit_bytes(bytes)?;
        self.reserve_charged(Heap::text_words(bytes))?;
        let (list, between) = (low(self.stack.reg(list)), low(self.stack.reg(separator)));
        let between_bytes = self.heap.view(&self.program).extra(between) as usize;
        let mut made = self.heap.begin_text(&self.program, bytes, chars);
        for index in 0..self.heap.len(list) {
            if index > 0 {
                self.heap.append_part(&self.program, &mut made, between, 0..between_bytes);
            }
            let view = self.heap.view(&self.program);
            let text = low(view.elements(list)[index]);
            let bytes = view.extra(text) as usize;
            self.heap.append_part(&self.program, &mut made, text, 0..bytes);
        }
        Ok(made.finish(&self.heap).into())
    }

    /// A new `Bytes`, as a slot. Every object may move.
    pub(crate) fn new_bytes(&mut self, bytes: &[u8]) -> Result<u64, TrapKind> {
        self.reserve_charged(Heap::bytes_words(bytes.len()))?;
        Ok(self.heap.push_bytes(&self.program, bytes).into())
    }

    /// Checks that text or bytes of so many bytes can be made at all, before scratch space is used for them.
    pub(crate) fn admit_bytes(&self, bytes: usize) -> Result<(), TrapKind> {
        if self.heap.admits(Heap::text_words(bytes)) { Ok(()) } else { Err(self.heap_limit()) }
    }

    /// `bytes.len`.
    #[inline]
    pub(super) fn byte_count(&self, bytes: u32) -> u64 {
        self.heap.view(&self.program).extra(bytes).into()
    }

    /// `bytes.get`, where there is the index.
    #[inline]
    pub(super) fn byte_at(&self, bytes: u32, index: u64) -> Option<u8> {
        self.heap.view(&self.program).byte(bytes, index).ok()
    }

    /// `bytes.get` of an index out of range.
    #[cold]
    #[inline(never)]
    pub(super) fn no_such_byte(&mut self, i: Instr) -> Result<(), TrapKind> {
        let index = self.stack.reg(i.c()) as i64;
        Err(TrapKind::IndexOutOfRange { index, len: self.byte_count(low(self.stack.reg(i.b()))) })
    }

    /// `concat`.
    #[inline(never)]
    pub(super) fn concat(&mut self, i: Instr) -> Result<(), TrapKind> {
        let (pc, count) = (self.stack.top.pc, i.bc() as usize);
        let view = self.heap.view(&self.program);
        let (mut bytes, mut chars) = (0_usize, 0);
        for register in self.program.args(pc, count, None) {
            let text = low(self.stack.reg(register));
            bytes = bytes.saturating_add(view.extra(text) as usize);
            chars += view.char_count(text);
        }
        self.admit_bytes(bytes)?;
        self.reserve_charged(Heap::text_words(bytes))?;
        let mut made = self.heap.begin_text(&self.program, bytes, chars);
        for register in self.program.args(pc, count, None) {
            let text = low(self.stack.reg(register));
            let bytes = self.heap.view(&self.program).extra(text) as usize;
            self.heap.append_part(&self.program, &mut made, text, 0..bytes);
        }
        self.stack.set_reg(i.a(), made.finish(&self.heap).into());
        Ok(())
    }

    /// `join`.
    #[inline(never)]
    pub(super) fn join(&mut self, i: Instr) -> Result<(), TrapKind> {
        let ty = self.program.register_type(self.stack.top.pc, i.b());
        let made = match self.program.ty(ty) {
            Type::List(element) if *self.program.ty(*element) != Type::Str => {
                let view = self.heap.view(&self.program);
                let elements = view.elements(low(self.stack.reg(i.b())));
                let separator = view.text(low(self.stack.reg(i.c())));
                let max = self.limits.heap_bytes;
                let text = data::show_joined(&self.program, view, elements, *element, &separator, max);
                let text = text.map_err(|TooLong| self.heap_limit())?;
                self.new_text(&text)?
            }
            _ => self.new_joined(i.b(), i.c())?,
        };
        self.stack.set_reg(i.a(), made);
        Ok(())
    }

    /// `panic`: the trap.
    #[cold]
    pub(super) fn panic(&self, i: Instr) -> Result<(), TrapKind> {
        let message = self.heap.view(&self.program).text(low(self.stack.reg(i.a())));
        Err(TrapKind::Panic(message.chars().take(PANIC_CHARS_MAX).collect()))
    }
}

/// A trap's message is kept and sent about, so it is cut at so many characters.
const PANIC_CHARS_MAX: usize = 10_000;
