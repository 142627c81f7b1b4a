//! Operations on whole values.

use std::cmp::Ordering;

use crate::agent::Agent;
use crate::bytecode::{Instr, Type, TypeId};
use crate::data::{self, TooLong};
use crate::trap::TrapKind;

impl Agent {
    /// `equal`.
    #[inline(never)]
    pub(super) fn equal(&mut self, i: Instr) -> Result<(), TrapKind> {
        let ty = self.program.register_type(self.stack.top.pc, i.b());
        let (a, b) = (self.stack.reg(i.b()), self.stack.reg(i.c()));
        let (equal, work) = data::equal(&self.program, self.heap.view(&self.program), a, b, ty);
        self.charge(work);
        self.stack.set_reg(i.a(), equal.into());
        Ok(())
    }

    /// `compare`.
    #[inline(never)]
    pub(super) fn compare(&mut self, i: Instr) -> Result<(), TrapKind> {
        let ty = self.program.register_type(self.stack.top.pc, i.b());
        let (a, b) = (self.stack.reg(i.b()), self.stack.reg(i.c()));
        let (order, work) = data::compare(&self.program, self.heap.view(&self.program), a, b, ty);
        self.charge(work);
        let order: i64 = match order {
            Ordering::Less => -1,
            Ordering::Equal => 0,
            Ordering::Greater => 1,
        };
        self.stack.set_reg(i.a(), order as u64);
        Ok(())
    }

    /// `show`.
    #[inline(never)]
    pub(super) fn show(&mut self, i: Instr) -> Result<(), TrapKind> {
        let (slot, ty) = (self.stack.reg(i.b()), TypeId(i.xc()));
        if let Type::Int = self.program.ty(ty) {
            let made = self.new_int_text(slot as i64)?;
            self.stack.set_reg(i.a(), made);
            return Ok(());
        }
        let view = self.heap.view(&self.program);
        let text = data::show(&self.program, view, slot, ty, self.limits.heap_bytes);
        let text = text.map_err(|TooLong| self.heap_limit())?;
        let made = self.new_text(&text)?;
        self.stack.set_reg(i.a(), made);
        Ok(())
    }
}
