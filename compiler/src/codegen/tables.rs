//! Maps and sets: literals, entries, and loops over them.

use mob_vm::bytecode::{Instr, Op, Type, TypeId};

use super::function::{FunctionGen, Loop};
use super::goal::Value;
use super::registers::Reg;
use super::scan::is_plain_operand;
use crate::typed::{Binary, Expr, Pattern, PatternKind};

impl<'p> FunctionGen<'_, 'p> {
    /// A map of keys and values in turn, or a set of elements.
    pub(super) fn table(&mut self, expr: &Expr, parts: &'p [Expr], to: Reg) {
        let ty = self.ty(&expr.ty);
        self.demand_key(ty, expr.span);
        // While it grows it must not be seen, and its parts may read what it is assigned to.
        let growing = if parts.is_empty() { Value::of_local(to) } else { self.temporary(ty) };
        self.code.emit(Instr::with_xb(Op::NewTable, growing.reg.0, ty.0, 0));
        if self.is_map(growing.reg) {
            for entry in parts.chunks_exact(2) {
                let values = self.operands(entry);
                if let [key, value] = values[..] {
                    self.emit(Op::MapSet, growing.reg, key.reg.0, value.reg.0);
                }
                self.release_all(&values);
            }
        } else {
            let bool_ty = self.bool_ty();
            for element in parts {
                let value = self.operand(element);
                let is_new = self.temporary(bool_ty);
                self.emit(Op::SetAdd, is_new.reg, growing.reg.0, value.reg.0);
                self.release_all(&[value, is_new]);
            }
        }
        self.move_to(to, growing.reg);
        self.release(growing);
    }

    /// Whether a register holds maps.
    pub(super) fn is_map(&self, register: Reg) -> bool {
        matches!(self.module.types.get(self.registers.ty(register)), Type::Map(..))
    }

    /// `map[key] op= value`. The key is looked up once, if the value can't change the map meanwhile.
    pub(super) fn assign_op_entry(&mut self, map: Reg, key: Reg, op: Binary, value: &'p Expr) {
        let ty = self.module.types.map_value(self.registers.ty(map)).unwrap_or(TypeId(0));
        if is_plain_operand(value) {
            let int = self.int_ty();
            let place = self.temporary(int);
            self.emit(Op::TablePlace, place.reg, map.0, key.0);
            let read = |this: &mut Self, to: Reg| this.emit(Op::MapValue, to, map.0, place.reg.0);
            let write = |this: &mut Self, from: Reg| this.emit(Op::MapPut, map, place.reg.0, from.0);
            self.change(ty, op, value, read, write);
            return self.release(place);
        }
        let read = |this: &mut Self, to: Reg| this.emit(Op::MapGet, to, map.0, key.0);
        let write = |this: &mut Self, from: Reg| this.emit(Op::MapSet, map, key.0, from.0);
        self.change(ty, op, value, read, write);
    }

    /// `for (k, v) in map { … }`, `for x in set { … }`.
    pub(super) fn for_table(&mut self, pattern: &'p Pattern, table: &'p Expr, body: &'p Expr) {
        let scope = self.open_scope();
        let hoisted = self.hoist_numbers(&[body]);
        let table = self.kept(table);
        let int = self.int_ty();
        let place = self.scoped(int);
        let (next, end) = (self.code.label(), self.code.label());
        self.const_int(place, -1);
        self.jump(next);
        let top = self.code.label_reached_from_below();
        let round = self.open_scope();
        self.bind_entry(pattern, table, place);
        self.loop_body(body, Loop { end, next });
        self.close_scope(round);
        self.code.bind(next);
        self.jump_if(Op::TableNext, place, table.0, top);
        self.code.bind(end);
        self.end_hoisting(&hoisted);
        self.close_scope(scope);
    }

    /// Binds a loop's pattern to an entry. A pair that is taken apart at once is never made.
    fn bind_entry(&mut self, pattern: &'p Pattern, table: Reg, place: Reg) {
        let ty = self.registers.ty(table);
        let key = self.module.types.key(ty).unwrap_or(TypeId(0));
        let load_key = |this: &mut Self, to: Reg| this.emit(Op::TableKey, to, table.0, place.0);
        let Some(value) = self.module.types.map_value(ty) else {
            return self.bind_loaded(pattern, key, load_key);
        };
        let load_value = |this: &mut Self, to: Reg| this.emit(Op::MapValue, to, table.0, place.0);
        if let PatternKind::Fields(fields) = &pattern.kind {
            for (field, pattern) in fields {
                match field {
                    0 => self.bind_loaded(pattern, key, load_key),
                    _ => self.bind_loaded(pattern, value, load_value),
                }
            }
            return;
        }
        let pair = self.module.types.structural(Type::Tuple(vec![key, value]));
        self.bind_loaded(pattern, pair, |this, to| {
            let parts = [this.temporary(key), this.temporary(value)];
            load_key(this, parts[0].reg);
            load_value(this, parts[1].reg);
            this.new_fields(to, pair, &parts);
            this.release_all(&parts);
        });
    }
}
