//! Expressions: which construct is generated where, and values in registers.

use mob_vm::bytecode::{ARGS_PER_WORD, Instr, Op, SMALL_MAX, SMALL_MIN, Type, TypeId};

use super::arith::folded;
use super::function::FunctionGen;
use super::goal::{Goal, Value};
use super::hoist::Number;
use super::module::PoolConstant;
use super::registers::Reg;
use super::scan::is_calm;
use crate::typed::{Binary, Expr, ExprKind, LocalId, Ty, Unary};

impl<'p> FunctionGen<'_, 'p> {
    /// Generates an expression towards a goal. Nothing is generated where no run can get.
    pub(super) fn gen_expr(&mut self, expr: &'p Expr, goal: Goal) {
        if !self.code.is_reachable() {
            return;
        }
        self.at(expr.span);
        match &expr.kind {
            ExprKind::Block(block) => self.block(block, goal),
            ExprKind::If(condition, then, otherwise) => {
                self.if_else(condition, then, otherwise.as_deref(), goal);
            }
            ExprKind::Match(subject, arms) => self.matching(subject, arms, goal),
            ExprKind::Return(value) => self.leave_with(|this, goal| this.gen_expr(value, goal)),
            ExprKind::Break => self.leave(|innermost| innermost.end),
            ExprKind::Continue => self.leave(|innermost| innermost.next),
            ExprKind::Panic(message) => self.panic(message),
            ExprKind::Assert(condition, text) => self.assert(condition, text, goal),
            ExprKind::Unit => self.give_unit(goal),
            ExprKind::Bool(value) => self.give_bool(*value, goal),
            ExprKind::And(left, right) => self.short_circuit(left, right, false, goal),
            ExprKind::Or(left, right) => self.short_circuit(left, right, true, goal),
            ExprKind::Unary(Unary::Not, of) if self.is_branch(goal) => self.branch_not(of, goal),
            ExprKind::Binary(op, left, right) if self.is_branch(goal) => {
                self.branch_binary(expr, *op, left, right, goal);
            }
            ExprKind::Local(_) if self.is_argument(expr) => self.gen_argument(expr, goal),
            ExprKind::Call(target, args) => self.call(expr, target, args, goal),
            ExprKind::CallValue(callee, args) => self.call_value(expr, callee, args, goal),
            ExprKind::Try(of) => self.try_expr(expr, of, goal),
            _ => self.give_value(expr, goal),
        }
        if expr.ty == Ty::NEVER {
            self.code.emit_end(Instr::new(Op::Unreachable, 0, 0, 0, 0));
        }
    }

    /// The expression's value in a register: a local's own one, or a temporary.
    pub(super) fn operand(&mut self, expr: &'p Expr) -> Value {
        if let ExprKind::Local(id) = expr.kind
            && !self.is_boxed(id)
            && self.known(expr).is_none()
        {
            return Value::of_local(self.binding(id));
        }
        if let Some(value) = self.hoisted_number(number(expr)) {
            return value;
        }
        if let ExprKind::Interpolate(parts) = &expr.kind
            && let [only] = &parts[..]
            && self.is_str(only)
        {
            return self.operand(only);
        }
        let ty = self.ty(&expr.ty);
        let value = self.temporary(ty);
        self.gen_expr(expr, Goal::To(value.reg));
        value
    }

    /// The values of several expressions, evaluated in order: one that is read early is safe from those after it.
    pub(super) fn operands<I>(&mut self, exprs: I) -> Vec<Value>
    where
        I: IntoIterator<Item = &'p Expr>,
    {
        let exprs: Vec<&'p Expr> = exprs.into_iter().collect();
        let last_stir = exprs.iter().rposition(|expr| !is_calm(expr)).unwrap_or(0);
        let indexed = exprs.iter().enumerate();
        indexed
            .map(|(index, expr)| {
                let value = self.operand(expr);
                if index < last_stir { self.settle(expr, value) } else { value }
            })
            .collect()
    }

    /// The values of two expressions, as [`Self::operands`].
    pub(super) fn operand_pair(&mut self, left: &'p Expr, right: &'p Expr) -> (Value, Value) {
        let first = self.operand(left);
        let first = if is_calm(right) { first } else { self.settle(left, first) };
        (first, self.operand(right))
    }

    /// The value, out of reach of assignments to the local that it may be.
    pub(super) fn settle(&mut self, expr: &Expr, value: Value) -> Value {
        let is_stable = !matches!(expr.kind, ExprKind::Local(id) if !self.is_constant(id));
        if value.is_temporary || is_stable {
            return value;
        }
        let ty = self.registers.ty(value.reg);
        let copy = self.temporary(ty);
        self.move_to(copy.reg, value.reg);
        copy
    }

    /// What has to be done when a value stands in a register.
    pub(super) fn give(&mut self, value: Reg, goal: Goal) {
        match goal {
            Goal::Discard => {}
            Goal::To(reg) => self.move_to(reg, value),
            Goal::Branch { target, when } => self.jump_on(value, when, target),
            Goal::Return => self.code.emit_end(Instr::new(Op::Return, 0, value.0, 0, 0)),
            Goal::Split(split) => self.take_apart(value, split),
        }
    }

    /// Lets `make` put a value of this type where the goal wants it.
    pub(super) fn give_made(&mut self, ty: TypeId, goal: Goal, make: impl FnOnce(&mut Self, Reg)) {
        if let Goal::To(reg) = goal {
            return make(self, reg);
        }
        let value = self.temporary(ty);
        make(self, value.reg);
        self.release(value);
        self.give(value.reg, goal);
    }

    /// `()` as a value.
    pub(super) fn give_unit(&mut self, goal: Goal) {
        if goal != Goal::Discard {
            let ty = self.unit_ty();
            self.give_made(ty, goal, |this, reg| this.emit(Op::ConstUnit, reg, 0, 0));
        }
    }

    /// A Bool that is known.
    pub(super) fn give_bool(&mut self, value: bool, goal: Goal) {
        match goal {
            Goal::Branch { target, when } if value == when => self.jump(target),
            Goal::Branch { .. } | Goal::Discard => {}
            Goal::To(_) | Goal::Return | Goal::Split(_) => {
                let ty = self.bool_ty();
                self.give_made(ty, goal, |this, reg| this.const_bool(reg, value));
            }
        }
    }

    fn is_branch(&self, goal: Goal) -> bool {
        matches!(goal, Goal::Branch { .. })
    }

    /// Generates an expression that makes one value.
    fn give_value(&mut self, expr: &'p Expr, goal: Goal) {
        match (goal, &expr.kind) {
            (Goal::To(reg), _) => self.value(expr, reg),
            (Goal::Discard, _) if is_pure(expr) => {}
            (Goal::Discard, ExprKind::Variant(_, parts) | ExprKind::Tuple(parts)) => {
                parts.iter().for_each(|part| self.effects(part));
            }
            (Goal::Split(split), ExprKind::Variant(tag, parts)) => self.land(split, *tag, parts),
            (Goal::Split(split), ExprKind::Tuple(parts)) => self.land(split, 0, parts),
            _ => {
                let value = self.operand_of_value(expr);
                self.release(value);
                self.give(value.reg, goal);
            }
        }
    }

    fn operand_of_value(&mut self, expr: &'p Expr) -> Value {
        if matches!(expr.kind, ExprKind::Local(_)) {
            return self.operand(expr);
        }
        let ty = self.ty(&expr.ty);
        let value = self.temporary(ty);
        self.value(expr, value.reg);
        value
    }

    /// Puts the value of an expression without control flow of its own into a register.
    fn value(&mut self, expr: &'p Expr, to: Reg) {
        match &expr.kind {
            ExprKind::Int(value) => self.const_int(to, *value),
            ExprKind::Float(value) => self.const_float(to, *value),
            ExprKind::Str(text) => self.constant(to, PoolConstant::Str(text.clone())),
            ExprKind::Bytes(bytes) => self.constant(to, PoolConstant::Bytes(bytes.clone())),
            ExprKind::Local(id) => match self.known(expr) {
                Some(known) => self.make_known(known, to),
                None => self.read_local(*id, to),
            },
            ExprKind::Function(id, args) => self.function_value(expr, *id, args, to),
            ExprKind::Extern(id, args) => self.extern_value(expr, *id, args, to),
            ExprKind::StructFn => self.constructor_value(expr, None, to),
            ExprKind::VariantFn(tag) => self.constructor_value(expr, Some(*tag), to),
            ExprKind::Interpolate(parts) => self.interpolate(parts, to),
            ExprKind::Tuple(fields) | ExprKind::Struct(fields) => self.fields(expr, fields, to),
            ExprKind::List(elements) => self.list(expr, elements, to),
            ExprKind::Map(parts) | ExprKind::Set(parts) => self.table(expr, parts, to),
            ExprKind::StructUpdate(base, changed) => self.struct_update(expr, base, changed, to),
            ExprKind::Variant(tag, carried) => self.variant(expr, *tag, carried, to),
            ExprKind::Field(of, index) => self.field(of, *index, to),
            ExprKind::Index(list, index) => self.index(list, index, to),
            ExprKind::Unary(op, of) => self.unary(*op, of, to),
            ExprKind::Binary(Binary::Add, ..) if expr.ty == Ty::STR => self.join(expr, to),
            ExprKind::Binary(op, left, right) => self.binary(expr, *op, left, right, to),
            ExprKind::Closure(closure) => self.closure(expr, closure, to),
            // The rest has control flow, and never comes here.
            _ => self.gen_expr(expr, Goal::To(to)),
        }
    }

    fn read_local(&mut self, id: LocalId, to: Reg) {
        let from = self.binding(id);
        if self.is_boxed(id) {
            self.emit(Op::GetCell, to, from.0, 0);
        } else {
            self.move_to(to, from);
        }
    }

    /// Puts an Int into a register.
    pub(super) fn const_int(&mut self, to: Reg, value: i64) {
        match i32::try_from(value) {
            Ok(small) => self.code.emit(Instr::with_bc(Op::ConstInt, to.0, small as u32)),
            Err(_) => self.constant(to, PoolConstant::Int(value)),
        }
    }

    /// Puts a Float into a register.
    pub(super) fn const_float(&mut self, to: Reg, value: f64) {
        self.constant(to, PoolConstant::Float(mob_vm::layout::float_bits(value)));
    }

    fn const_bool(&mut self, to: Reg, value: bool) {
        self.code.emit(Instr::with_bc(Op::ConstBool, to.0, u32::from(value)));
    }

    /// Puts a constant of the pool into a register.
    pub(super) fn constant(&mut self, to: Reg, constant: PoolConstant) {
        if self.code.is_reachable() {
            let id = self.module.constant(constant);
            self.code.emit(Instr::with_bc(Op::Const, to.0, id));
        }
    }

    fn fields(&mut self, expr: &Expr, fields: &'p [Expr], to: Reg) {
        let values = self.operands(fields);
        let ty = self.ty(&expr.ty);
        self.at(expr.span);
        self.new_fields(to, ty, &values);
        self.release_all(&values);
    }

    /// A new struct or tuple.
    pub(super) fn new_fields(&mut self, to: Reg, ty: TypeId, values: &[Value]) {
        let first = values.first().map_or(0, |value| value.reg.0);
        self.code.emit(Instr::with_xb(Op::New, to.0, ty.0, first));
        self.args(values.get(1..).unwrap_or_default());
    }

    fn variant(&mut self, expr: &Expr, tag: u32, carried: &'p [Expr], to: Reg) {
        let values = self.operands(carried);
        let ty = self.ty(&expr.ty);
        self.at(expr.span);
        self.new_variant(to, ty, tag, &values);
        self.release_all(&values);
    }

    /// A new variant of an enum.
    pub(super) fn new_variant(&mut self, to: Reg, ty: TypeId, tag: u32, values: &[Value]) {
        self.code.emit(Instr::with_xb(Op::NewVariant, to.0, ty.0, tag as u16));
        self.args(values);
    }

    fn list(&mut self, expr: &Expr, elements: &'p [Expr], to: Reg) {
        const ELEMENTS_AT_ONCE: usize = 96;
        let ty = self.ty(&expr.ty);
        let (first, rest) = elements.split_at(elements.len().min(ELEMENTS_AT_ONCE));
        let values = self.operands(first);
        self.at(expr.span);
        // While a long list grows it must not be seen, and its elements may read what it is assigned to.
        let growing = if rest.is_empty() { Value::of_local(to) } else { self.temporary(ty) };
        self.code.emit(Instr::with_xb(Op::NewList, growing.reg.0, ty.0, values.len() as u16));
        self.args(&values);
        self.release_all(&values);
        for element in rest {
            let value = self.operand(element);
            self.emit(Op::ListPush, growing.reg, value.reg.0, 0);
            self.release(value);
        }
        self.move_to(to, growing.reg);
        self.release(growing);
    }

    /// A struct with some fields of another one. The base is evaluated first.
    fn struct_update(&mut self, expr: &Expr, base: &'p Expr, changed: &'p [(u32, Expr)], to: Reg) {
        let ty = self.ty(&expr.ty);
        let values = self.operands(std::iter::once(base).chain(changed.iter().map(|(_, value)| value)));
        let Some((base, given)) = values.split_first() else { return };
        let types = self.module.types.field_types(ty);
        let mut copied = Vec::new();
        let mut fields = Vec::with_capacity(types.len());
        for (index, field_ty) in (0u32..).zip(types) {
            let position = changed.iter().position(|(field, _)| *field == index);
            let value = position.and_then(|position| given.get(position)).copied().unwrap_or_else(|| {
                let value = self.temporary(field_ty);
                self.emit(Op::GetField, value.reg, base.reg.0, index as u16);
                copied.push(value);
                value
            });
            fields.push(value);
        }
        self.new_fields(to, ty, &fields);
        self.release_all(&copied);
        self.release_all(&values);
    }

    fn field(&mut self, of: &'p Expr, index: u32, to: Reg) {
        let value = self.operand(of);
        self.emit(Op::GetField, to, value.reg.0, index as u16);
        self.release(value);
    }

    /// The element of a list, the byte of `Bytes` or the value of a map at an index.
    pub(super) fn element_of(&mut self, to: Reg, of: Reg, index: Reg) {
        match self.module.types.get(self.registers.ty(of)) {
            Type::Map(..) => self.emit(Op::MapGet, to, of.0, index.0),
            Type::Bytes => self.emit(Op::BytesGet, to, of.0, index.0),
            _ => self.emit(Op::ListGet, to, of.0, index.0),
        }
    }

    fn index(&mut self, list: &'p Expr, index: &'p Expr, to: Reg) {
        let (list, index) = self.operand_pair(list, index);
        self.element_of(to, list.reg, index.reg);
        self.release_all(&[list, index]);
    }

    /// The words that name further arguments of the instruction before.
    pub(super) fn args(&mut self, values: &[Value]) {
        for chunk in values.chunks(ARGS_PER_WORD) {
            let reg = |index: usize| chunk.get(index).map_or(0, |value| value.reg.0);
            self.code.emit(Instr::new(Op::Args, chunk.len() as u8, reg(0), reg(1), reg(2)));
        }
    }
}

/// The constant, if it fits the forms with a constant operand.
pub(super) fn small(value: i64) -> Option<i16> {
    (SMALL_MIN..=SMALL_MAX).contains(&value).then_some(value as i16)
}

/// The number that the expression is, if no instruction can hold it.
fn number(expr: &Expr) -> Option<Number> {
    match expr.kind {
        ExprKind::Float(value) => Some(Number::float(value)),
        _ => folded(expr).and_then(Number::int),
    }
}

/// Whether evaluating the expression does nothing but give a value.
fn is_pure(expr: &Expr) -> bool {
    matches!(
        expr.kind,
        ExprKind::Int(_)
            | ExprKind::Float(_)
            | ExprKind::Str(_)
            | ExprKind::Bytes(_)
            | ExprKind::Local(_)
            | ExprKind::Function(..)
            | ExprKind::Extern(..)
            | ExprKind::StructFn
            | ExprKind::VariantFn(_)
            | ExprKind::Closure(_)
    )
}
