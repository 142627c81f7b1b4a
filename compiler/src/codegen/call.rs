//! Calls: of functions, of function values, of the host, and intrinsics.

use mob_vm::bytecode::{Instr, Op, Slot, Type, TypeId};

use super::demand::{COMPARED, SHOWN};
use super::function::FunctionGen;
use super::goal::{Goal, Value};
use super::intrinsics::{Lowering, SPAWN, Shape, needs_data};
use super::known::Known;
use super::registers::Reg;
use crate::mono::{Body, TypeArgs};
use crate::source::Span;
use crate::typed::{Expr, ExternId, FunctionId, Program, Target, Ty};

impl<'p> FunctionGen<'_, 'p> {
    /// A call of what is known at compile time.
    pub(super) fn call(&mut self, expr: &'p Expr, target: &'p Target, args: &'p [Expr], goal: Goal) {
        match target {
            Target::Function(id, types) => {
                let types: TypeArgs = self.tys(types).into();
                if !self.call_in_place(expr, *id, &types, args, goal) {
                    self.call_function(expr, *id, types, args, goal);
                }
            }
            Target::Extern(id, types) => {
                let declared = self.module.program.externs.get(id.index());
                if let ([function], Some(SPAWN)) = (args, declared.map(|declared| &*declared.name)) {
                    self.demand_agent(function, expr.span);
                }
                let values = self.operands(args);
                let types = self.tys(types);
                let result = self.extern_result(*id, &types);
                self.at(expr.span);
                self.call_extern(*id, &values, result, goal, expr.span);
                self.release_all(&values);
            }
        }
    }

    fn call_function(&mut self, expr: &Expr, id: FunctionId, types: TypeArgs, args: &'p [Expr], goal: Goal) {
        let program: &'p Program = self.module.program;
        let Some(callee) = program.functions.get(id.index()) else { return };
        let values = self.operands(args);
        if self.code.is_reachable() {
            let result = self.module.types.intern(&callee.result, &types);
            let asked = Some((self.site(expr.span), self.id));
            let function = self.module.jobs.request(Body::Function(id, types), None, asked);
            self.at(expr.span);
            self.give_made(result, goal, |this, to| this.emit_call(Op::Call, to, function.0, &values));
        }
        self.release_all(&values);
    }

    /// A call instruction with its arguments.
    pub(super) fn emit_call(&mut self, op: Op, to: Reg, callee: u32, args: &[Value]) {
        let first = args.first().map_or(0, |arg| arg.reg.0);
        self.code.emit(Instr::with_xb(op, to.0, callee, first));
        self.args(args.get(1..).unwrap_or_default());
    }

    /// A call of a function value.
    pub(super) fn call_value(&mut self, expr: &'p Expr, callee: &'p Expr, args: &'p [Expr], goal: Goal) {
        match self.known(callee) {
            Some(Known::Closure { expr: made_at, closure, source }) => {
                self.closure_in_place(expr, (made_at, closure, source), args, goal);
            }
            Some(Known::Function { id, types, .. }) => {
                if !self.call_in_place(expr, id, &types, args, goal) {
                    self.call_function(expr, id, types, args, goal);
                }
            }
            Some(Known::Argument(_)) | None => self.call_unknown(expr, callee, args, goal),
        }
    }

    fn call_unknown(&mut self, expr: &'p Expr, callee: &'p Expr, args: &'p [Expr], goal: Goal) {
        let values = self.operands(std::iter::once(callee).chain(args));
        if let Some((callee, args)) = values.split_first()
            && self.code.is_reachable()
        {
            let result = self.ty(&expr.ty);
            let first = args.first().map_or(0, |arg| arg.reg.0);
            self.give_made(result, goal, |this, to| {
                this.emit(Op::CallClosure, to, callee.reg.0, first);
                this.args(args.get(1..).unwrap_or_default());
            });
        }
        self.release_all(&values);
    }

    fn extern_result(&mut self, id: ExternId, types: &[TypeId]) -> TypeId {
        let program: &'p Program = self.module.program;
        let result = program.externs.get(id.index()).map_or(&Ty::UNIT, |declared| &declared.result);
        self.module.types.intern(result, types)
    }

    /// A call of an extern with arguments in registers.
    pub(super) fn call_extern(
        &mut self,
        id: ExternId,
        args: &[Value],
        result: TypeId,
        goal: Goal,
        span: Span,
    ) {
        if !self.code.is_reachable() {
            return;
        }
        let params: Vec<TypeId> = args.iter().map(|arg| self.registers.ty(arg.reg)).collect();
        match self.module.lowering(id, &params, result) {
            Some(Lowering::Op(op)) => self.call_opcode(op, args, result, goal, span),
            Some(Lowering::Native(index)) => {
                self.give_made(result, goal, |this, to| this.emit_call(Op::CallNative, to, index, args));
            }
            Some(Lowering::Host) => {
                let program: &'p Program = self.module.program;
                let Some(declared) = program.externs.get(id.index()) else { return };
                let import = self.module.import(&declared.name, params, result);
                self.give_made(result, goal, |this, to| this.emit_call(Op::CallHost, to, import, args));
            }
            // It has been reported.
            None => {}
        }
    }

    fn call_opcode(&mut self, op: Op, args: &[Value], result: TypeId, goal: Goal, span: Span) {
        // What never changes is the same if it is equal.
        let op = match args.first() {
            Some(arg) if op == Op::Same && !self.has_identity(arg.reg) => Op::Equal,
            _ => op,
        };
        if needs_data(op)
            && let Some(arg) = args.first()
        {
            let used = if matches!(op, Op::Show | Op::Join) { SHOWN } else { COMPARED };
            self.demand_data(arg.reg, span, used);
        }
        if matches!(op, Op::Send | Op::SendUrgent | Op::TrySend)
            && let Some(message) = args.get(1)
        {
            self.demand_message(message.reg, span);
        }
        if op == Op::NewTable {
            self.demand_key(result, span);
        }
        let shape = Shape::of(op);
        let ty =
            if op == Op::Show { args.first().map(|arg| self.registers.ty(arg.reg)) } else { Some(result) };
        let mut word = Instr::new(op, 0, 0, 0, 0);
        if let (Some(slot), Some(ty)) = (shape.ty, ty) {
            word = put(word, slot, ty.0);
        }
        for (slot, arg) in shape.uses.iter().zip(args) {
            word = put(word, *slot, arg.reg.0.into());
        }
        let rest = args.get(shape.uses.len()..).unwrap_or_default();
        match shape.result {
            Some(slot) => self.give_made(result, goal, |this, to| {
                this.code.emit(put(word, slot, to.0.into()));
                this.args(rest);
            }),
            None => {
                self.code.emit(word);
                self.args(rest);
                self.give_unit(goal);
            }
        }
    }
}

impl FunctionGen<'_, '_> {
    /// Whether a register holds what can be told apart from its equals: it changes, or is a function.
    fn has_identity(&self, register: Reg) -> bool {
        let ty = self.module.types.get(self.registers.ty(register));
        matches!(ty, Type::Struct(_) | Type::List(_) | Type::Map(..) | Type::Set(_) | Type::Fn(..))
    }
}

/// The word with an operand in one of its slots, which was 0.
fn put(word: Instr, slot: Slot, value: u32) -> Instr {
    let (low, high) = (u64::from(value & 0xffff), u64::from(value >> 16));
    Instr(
        word.0
            | match slot {
                Slot::X => low << 8,
                Slot::A => low << 16,
                Slot::B => low << 32,
                Slot::C => low << 48,
                Slot::BC => u64::from(value) << 32,
                Slot::XB => (high & 0xff) << 8 | low << 32,
                Slot::XC => (high & 0xff) << 8 | low << 48,
            },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operands_are_put_where_they_are_read() {
        let word = put(Instr::new(Op::Show, 0, 1, 2, 0), Slot::XC, 0x12_3456);
        assert_eq!(word, Instr::with_xc(Op::Show, 1, 2, 0x12_3456));
        let word = put(Instr::new(Op::New, 0, 1, 0, 2), Slot::XB, 0x12_3456);
        assert_eq!(word, Instr::with_xb(Op::New, 1, 0x12_3456, 2));
    }
}
