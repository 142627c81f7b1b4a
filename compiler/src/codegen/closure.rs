//! Function values: closures, and functions, externs and constructors as values.

use mob_vm::bytecode::{Instr, Op};

use super::function::FunctionGen;
use super::goal::Value;
use super::registers::Reg;
use crate::mono::{Body, TypeArgs};
use crate::typed::{Closure, Expr, ExternId, FunctionId, Ty};

impl<'p> FunctionGen<'_, 'p> {
    /// `|x| …`. Captures are copied, boxed locals by their cells.
    pub(super) fn closure(&mut self, expr: &'p Expr, closure: &'p Closure, to: Reg) {
        let Some(around) = self.frame.source.function else { return };
        let captures: Vec<Value> =
            closure.captures.iter().map(|id| Value::of_local(self.binding(*id))).collect();
        let body = Body::Closure(closure, around, self.frame.source.args.clone(), expr.span);
        self.function_object(expr, body, false, &captures, to);
    }

    /// A function as a value.
    pub(super) fn function_value(&mut self, expr: &Expr, id: FunctionId, types: &[Ty], to: Reg) {
        let types = self.tys(types).into();
        self.function_of(expr, id, types, to);
    }

    /// A function with these types for its type parameters, as a value.
    pub(super) fn function_of(&mut self, expr: &Expr, id: FunctionId, types: TypeArgs, to: Reg) {
        self.function_object(expr, Body::Function(id, types), false, &[], to);
    }

    /// An extern as a value: a function that calls it.
    pub(super) fn extern_value(&mut self, expr: &Expr, id: ExternId, types: &[Ty], to: Reg) {
        let types = self.tys(types).into();
        self.function_object(expr, Body::Extern(id, types), true, &[], to);
    }

    /// A constructor as a value: a function that makes a struct, or the variant of this tag.
    pub(super) fn constructor_value(&mut self, expr: &Expr, tag: Option<u32>, to: Reg) {
        let body = tag.map_or(Body::Struct, Body::Variant);
        self.function_object(expr, body, true, &[], to);
    }

    fn function_object(
        &mut self,
        expr: &Expr,
        body: Body<'p>,
        is_wrapper: bool,
        captures: &[Value],
        to: Reg,
    ) {
        if !self.code.is_reachable() {
            return;
        }
        let signature = is_wrapper.then(|| self.ty(&expr.ty));
        let asked = Some((self.site(expr.span), self.id));
        let function = self.module.jobs.request(body, signature, asked);
        let first = captures.first().map_or(0, |capture| capture.reg.0);
        self.code.emit(Instr::with_xb(Op::NewClosure, to.0, function.0, first));
        self.args(captures.get(1..).unwrap_or_default());
    }
}
