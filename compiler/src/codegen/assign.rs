//! Assignment.

use mob_vm::bytecode::{Op, TypeId};

use super::function::FunctionGen;
use super::goal::{Goal, Value};
use super::registers::Reg;
use super::scan::is_calm;
use crate::typed::{Binary, Expr, LocalId, Place};

impl<'p> FunctionGen<'_, 'p> {
    /// `place = value`.
    pub(super) fn assign(&mut self, place: &'p Place, value: &'p Expr) {
        match place {
            Place::Local(id) if !self.is_boxed(*id) => {
                let reg = self.binding(*id);
                self.gen_expr(value, Goal::To(reg));
            }
            Place::Local(id) => {
                let value = self.operand(value);
                let cell = self.binding(*id);
                self.emit(Op::SetCell, cell, value.reg.0, 0);
                self.release(value);
            }
            Place::Field(of, field) => {
                let (of, value) = self.operand_pair(of, value);
                self.emit(Op::SetField, of.reg, *field as u16, value.reg.0);
                self.release_all(&[of, value]);
            }
            Place::Index(list, index) => {
                let values = self.operands([list, index, value]);
                if let [list, index, value] = values[..] {
                    let op = if self.is_map(list.reg) { Op::MapSet } else { Op::ListSet };
                    self.emit(op, list.reg, index.reg.0, value.reg.0);
                }
                self.release_all(&values);
            }
        }
    }

    /// `place op= value`: the place's parts are evaluated once and first, then its value is read.
    pub(super) fn assign_op(&mut self, place: &'p Place, op: Binary, value: &'p Expr) {
        match place {
            Place::Local(id) if self.is_boxed(*id) => {
                let ty = self.local_ty(*id);
                let cell = self.binding(*id);
                let read = |this: &mut Self, to: Reg| this.emit(Op::GetCell, to, cell.0, 0);
                let write = |this: &mut Self, from: Reg| this.emit(Op::SetCell, cell, from.0, 0);
                self.change(ty, op, value, read, write);
            }
            Place::Local(id) => self.assign_op_local(*id, op, value),
            Place::Field(of, field) => {
                let object = self.operand(of);
                let object = if is_calm(value) { object } else { self.settle(of, object) };
                let types = self.module.types.field_types(self.registers.ty(object.reg));
                let ty = types.get(*field as usize).copied().unwrap_or(TypeId(0));
                let (reg, field) = (object.reg, *field as u16);
                let read = |this: &mut Self, to: Reg| this.emit(Op::GetField, to, reg.0, field);
                let write = |this: &mut Self, from: Reg| this.emit(Op::SetField, reg, field, from.0);
                self.change(ty, op, value, read, write);
                self.release(object);
            }
            Place::Index(list, index) => {
                let mut parts = self.operand_pair(list, index);
                if !is_calm(value) {
                    parts = (self.settle(list, parts.0), self.settle(index, parts.1));
                }
                let (list, index) = (parts.0.reg, parts.1.reg);
                if self.is_map(list) {
                    self.assign_op_entry(list, index, op, value);
                    return self.release_all(&[parts.0, parts.1]);
                }
                let ty = self.element_ty(list);
                let read = |this: &mut Self, to: Reg| this.emit(Op::ListGet, to, list.0, index.0);
                let write = |this: &mut Self, from: Reg| this.emit(Op::ListSet, list, index.0, from.0);
                self.change(ty, op, value, read, write);
                self.release_all(&[parts.0, parts.1]);
            }
        }
    }

    fn assign_op_local(&mut self, id: LocalId, op: Binary, value: &'p Expr) {
        let target = self.binding(id);
        if is_calm(value) {
            return self.binary_in_place(op, target, value);
        }
        let ty = self.local_ty(id);
        let read = |this: &mut Self, to: Reg| this.move_to(to, target);
        let write = |this: &mut Self, from: Reg| this.move_to(target, from);
        self.change(ty, op, value, read, write);
    }

    /// Reads a value of this type, applies the operator, writes the result.
    pub(super) fn change(
        &mut self,
        ty: TypeId,
        op: Binary,
        value: &'p Expr,
        read: impl FnOnce(&mut Self, Reg),
        write: impl FnOnce(&mut Self, Reg),
    ) {
        let held: Value = self.temporary(ty);
        read(self, held.reg);
        self.binary_in_place(op, held.reg, value);
        write(self, held.reg);
        self.release(held);
    }
}
