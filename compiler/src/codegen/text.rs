//! Text: joining strings and showing values.

use mob_vm::bytecode::{Instr, Op, Type};
use mob_vm::natives::native_index;

use super::demand::SHOWN;
use super::function::FunctionGen;
use super::goal::Value;
use super::module::PoolConstant;
use super::registers::Reg;
use super::scan::is_calm;
use crate::typed::{Binary, Expr, ExprKind, Ty};

/// How many pieces are joined by one instruction: each is in a register until then.
const PIECES_AT_ONCE: usize = 64;

/// A part of a text.
#[derive(Debug)]
enum Piece<'p> {
    Text(String),
    Value(&'p Expr),
}

impl<'p> FunctionGen<'_, 'p> {
    /// `"a {b} c"`.
    pub(super) fn interpolate(&mut self, parts: &'p [Expr], to: Reg) {
        let mut pieces = Vec::new();
        parts.iter().for_each(|part| flatten(part, &mut pieces));
        self.join_pieces(pieces, to);
    }

    /// `a + b` on strings; a chain of them is joined at once.
    pub(super) fn join(&mut self, expr: &'p Expr, to: Reg) {
        let mut pieces = Vec::new();
        flatten(expr, &mut pieces);
        self.join_pieces(pieces, to);
    }

    /// `target += value` on a string in a register.
    pub(super) fn append(&mut self, target: Reg, value: &'p Expr) {
        let mut pieces = Vec::new();
        flatten(value, &mut pieces);
        let mut parts = vec![Value::of_local(target)];
        parts.extend(self.pieces(pieces));
        self.concat(&parts, target);
        self.release_all(&parts);
    }

    /// Whether the expression is a string.
    pub(super) fn is_str(&mut self, expr: &Expr) -> bool {
        let ty = self.ty(&expr.ty);
        *self.module.types.get(ty) == Type::Str
    }

    fn join_pieces(&mut self, pieces: Vec<Piece<'p>>, to: Reg) {
        if let [Piece::Value(only)] = pieces[..]
            && !self.is_str(only)
        {
            let value = self.operand(only);
            self.demand_data(value.reg, only.span, SHOWN);
            self.show(value.reg, to);
            return self.release(value);
        }
        let values = self.pieces(pieces);
        match values[..] {
            [] => self.constant(to, PoolConstant::Str("".into())),
            [only] => self.move_to(to, only.reg),
            _ => self.concat(&values, to),
        }
        self.release_all(&values);
    }

    /// The pieces as strings in registers, evaluated in order. Where there are many, the first ones are joined already.
    fn pieces(&mut self, pieces: Vec<Piece<'p>>) -> Vec<Value> {
        let is_stir = |piece: &Piece<'_>| matches!(piece, Piece::Value(expr) if !is_calm(expr));
        let last_stir = pieces.iter().rposition(is_stir).unwrap_or(0);
        let mut values = Vec::new();
        for (index, piece) in pieces.into_iter().enumerate() {
            if values.len() >= PIECES_AT_ONCE {
                let str_ty = self.str_ty();
                let joined = self.temporary(str_ty);
                self.concat(&values, joined.reg);
                self.release_all(&values);
                values = vec![joined];
            }
            values.push(match piece {
                Piece::Text(text) => self.text(text),
                Piece::Value(expr) => self.shown(expr, index < last_stir),
            });
        }
        values
    }

    fn text(&mut self, text: String) -> Value {
        let str_ty = self.str_ty();
        let value = self.temporary(str_ty);
        self.constant(value.reg, PoolConstant::Str(text.into()));
        value
    }

    /// An expression's value as a string, evaluated and shown at once; out of reach of assignments, if it has to be.
    fn shown(&mut self, expr: &'p Expr, must_settle: bool) -> Value {
        let value = self.operand(expr);
        let ty = self.registers.ty(value.reg);
        if *self.module.types.get(ty) == Type::Str {
            return if must_settle { self.settle(expr, value) } else { value };
        }
        self.demand_data(value.reg, expr.span, SHOWN);
        let str_ty = self.str_ty();
        let shown = self.temporary(str_ty);
        self.show(value.reg, shown.reg);
        self.release(value);
        shown
    }

    /// Makes text of a value.
    pub(super) fn show(&mut self, value: Reg, to: Reg) {
        let ty = self.registers.ty(value);
        self.code.emit(Instr::with_xc(Op::Show, to.0, value.0, ty.0));
    }

    /// Makes text of a value as it is shown within others: a string in quotes.
    pub(super) fn show_quoted(&mut self, value: Value, to: Reg) {
        let ty = self.registers.ty(value.reg);
        match native_index("str.quote") {
            Some(quote) if *self.module.types.get(ty) == Type::Str => {
                self.emit_call(Op::CallNative, to, quote, &[value]);
            }
            _ => self.show(value.reg, to),
        }
    }

    /// Joins strings.
    pub(super) fn concat(&mut self, parts: &[Value], to: Reg) {
        self.code.emit(Instr::with_bc(Op::Concat, to.0, parts.len() as u32));
        self.args(parts);
    }
}

/// The pieces of a text, those of texts within it included; literals side by side become one.
fn flatten<'p>(expr: &'p Expr, pieces: &mut Vec<Piece<'p>>) {
    match &expr.kind {
        ExprKind::Interpolate(parts) => parts.iter().for_each(|part| flatten(part, pieces)),
        ExprKind::Binary(Binary::Add, left, right) if expr.ty == Ty::STR => {
            flatten(left, pieces);
            flatten(right, pieces);
        }
        ExprKind::Str(text) => match pieces.last_mut() {
            Some(Piece::Text(before)) => before.push_str(text),
            _ if text.is_empty() => {}
            _ => pieces.push(Piece::Text(text.as_ref().to_owned())),
        },
        _ => pieces.push(Piece::Value(expr)),
    }
}
