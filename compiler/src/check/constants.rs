//! Constants: their values are computed when the program is compiled.

use std::sync::Arc;

use super::annotate::CHAIN_MAX;
use super::body::{Body, Expr, ExprKind, wrong};
use super::context::Context;
use super::items::ConstId;
use super::names::ValueName;
use super::types::T;
use crate::ast::{self, BinaryOp, ExprKind as Ast, ItemKind, TextPart, UnaryOp};
use crate::diagnostic::{Code, Diagnostic};
use crate::resolve::ModuleId;
use crate::source::Span;

/// A constant's value.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    Int(i64),
    Float(f64),
    Bool(bool),
    Str(Arc<str>),
    Bytes(Arc<[u8]>),
}

/// How far a constant is computed.
#[derive(Debug, Clone)]
pub(super) enum ConstState {
    /// Not yet looked at.
    Waiting,
    /// It is being computed.
    Begun,
    /// Its value; none if something is wrong with it, which has been reported.
    Done(Option<Value>),
}

/// The longest text that a constant can be, in bytes.
const TEXT_BYTES_MAX: usize = 1024 * 1024;

impl Value {
    fn ty(&self) -> T {
        match self {
            Self::Int(_) => T::INT,
            Self::Float(_) => T::FLOAT,
            Self::Bool(_) => T::BOOL,
            Self::Str(_) => T::STR,
            Self::Bytes(_) => T::BYTES,
        }
    }
}

impl Context<'_> {
    /// A constant's value; none if something is wrong with it, which is reported.
    pub(super) fn constant_value(&mut self, id: ConstId) -> Option<Value> {
        let index = id.0 as usize;
        match &self.items.consts[index].state {
            ConstState::Done(value) => value.clone(),
            ConstState::Begun => {
                self.report_constant_cycle(id);
                self.items.consts[index].state = ConstState::Done(None);
                None
            }
            ConstState::Waiting => {
                self.items.consts[index].state = ConstState::Begun;
                self.chain += 1;
                self.computing.push(id);
                let value = if self.chain > CHAIN_MAX { self.chain_too_long(id) } else { self.compute(id) };
                self.computing.pop();
                self.chain -= 1;
                self.items.consts[index].state = ConstState::Done(value.clone());
                value
            }
        }
    }

    /// Reports a constant that is needed to compute itself, with all those on the way.
    fn report_constant_cycle(&mut self, id: ConstId) {
        let cycle = self.computing.iter().skip_while(|begun| **begun != id);
        let names: Vec<_> = cycle.map(|id| self.items.consts[id.0 as usize].head.name.clone()).collect();
        let Some((first, others)) = names.split_first() else { return };
        let message = match others {
            [] => format!("the value of `{}` depends on itself", first.name),
            _ => {
                let chain = names.iter().chain([first]).map(|name| format!("`{}`", name.name));
                format!(
                    "the values of constants depend on each other: {}",
                    chain.collect::<Vec<_>>().join(" -> ")
                )
            }
        };
        let next = |n: usize| names.get(n + 1).unwrap_or(first).name.clone();
        let diagnostic = Diagnostic::error(Code::ConstantCycle, message)
            .primary(first.span, format!("needs `{}`", next(0)));
        let diagnostic = others.iter().zip(1..).fold(diagnostic, |diagnostic, (name, n)| {
            diagnostic.secondary(name.span, format!("needs `{}`", next(n)))
        });
        self.report(diagnostic.help("give one of them a value that needs none of the others"));
    }

    fn chain_too_long(&mut self, id: ConstId) -> Option<Value> {
        let name = self.items.consts[id.0 as usize].head.name.clone();
        let message = format!("more than {CHAIN_MAX} constants depend on each other");
        self.report(Diagnostic::error(Code::TooDeep, message).primary(name.span, ""));
        None
    }

    fn compute(&mut self, id: ConstId) -> Option<Value> {
        let item = &self.items.consts[id.0 as usize];
        let (module, index, ty) = (item.head.module, item.item, item.ty);
        let file = self.modules.module(module).ast.clone();
        let Some(ItemKind::Const(item)) = file.items.get(index).map(|item| &item.kind) else { return None };
        let value = Evaluator { cx: self, module }.value(&item.value)?;
        if ty == T::ERROR {
            return None;
        }
        if value.ty() != ty {
            let names = [T::INT, T::FLOAT, T::BOOL, T::STR, T::BYTES];
            let text = self.modules.map.text(item.ty.span).to_owned();
            let diagnostic = if names.contains(&ty) {
                let message = format!("expected `{text}`, found `{}`", type_name(&value));
                Diagnostic::error(Code::WrongType, message).primary(item.value.span, "")
            } else {
                let message = "a constant is an `Int`, `Float`, `Bool`, `Str` or `Bytes`";
                Diagnostic::error(Code::BadConstant, message).primary(item.value.span, "")
            };
            self.report(diagnostic.secondary(item.ty.span, "the constant is declared as this"));
            return None;
        }
        Some(value)
    }
}

impl Body<'_, '_> {
    /// A constant where its value is used.
    pub(super) fn constant(&mut self, id: ConstId, span: Span) -> Expr {
        self.cx.uses.constant(id);
        let Some(value) = self.cx.constant_value(id) else { return wrong(span) };
        let ty = value.ty();
        let kind = match value {
            Value::Int(value) => ExprKind::Int(value),
            Value::Float(value) => ExprKind::Float(value),
            Value::Bool(value) => ExprKind::Bool(value),
            Value::Str(value) => ExprKind::Str(value),
            Value::Bytes(value) => ExprKind::Bytes(value),
        };
        Expr { kind, ty, span }
    }
}

/// Computes the value of an expression that stands in a constant.
struct Evaluator<'c, 's> {
    cx: &'c mut Context<'s>,
    module: ModuleId,
}

impl Evaluator<'_, '_> {
    fn value(&mut self, e: &ast::Expr) -> Option<Value> {
        match &e.kind {
            Ast::Int(value) => Some(Value::Int(*value)),
            Ast::Float(value) => Some(Value::Float(*value)),
            Ast::Bool(value) => Some(Value::Bool(*value)),
            Ast::Str(value) => Some(Value::Str(value.clone())),
            Ast::Bytes(value) => Some(Value::Bytes(value.clone())),
            Ast::Name(name) => self.named(name, None),
            Ast::Field { base, name } => match &base.kind {
                Ast::Name(module) => match self.cx.module_named(self.module, &module.name) {
                    Some(of) => {
                        self.cx.note_module(module.span, of);
                        self.named(name, Some(of))
                    }
                    None if self.cx.is_missing_import(self.module, &module.name) => None,
                    None => self.not_constant(e.span),
                },
                _ => self.not_constant(e.span),
            },
            Ast::Unary { op, operand } => self.unary(*op, operand, e.span),
            Ast::Binary { op, op_span, left, right } => self.binary(*op, *op_span, left, right, e.span),
            Ast::Interpolated(parts) => self.text(parts, e.span),
            Ast::Error => None,
            _ => self.not_constant(e.span),
        }
    }

    /// A text with interpolations, whose values are constants that are shown as a run would show them.
    fn text(&mut self, parts: &[TextPart], span: Span) -> Option<Value> {
        let mut text = String::new();
        for part in parts {
            match part {
                TextPart::Text(part) => text.push_str(part),
                TextPart::Expr(e) => match self.value(e)? {
                    Value::Str(value) => text.push_str(&value),
                    Value::Int(value) => text.push_str(&value.to_string()),
                    Value::Bool(value) => text.push_str(&value.to_string()),
                    value => return self.not_shown(&value, e.span),
                },
            }
            if text.len() > TEXT_BYTES_MAX {
                return self.too_long(span);
            }
        }
        Some(Value::Str(text.into()))
    }

    fn not_shown(&mut self, value: &Value, span: Span) -> Option<Value> {
        let message = "the text of a constant shows only `Int`, `Bool` and `Str`";
        let diagnostic = Diagnostic::error(Code::BadConstant, message);
        self.cx.report(diagnostic.primary(span, format!("this is `{}`", type_name(value))));
        None
    }

    fn too_long(&mut self, span: Span) -> Option<Value> {
        let message = "this constant is longer than the limit";
        let label = format!("a text has at most {TEXT_BYTES_MAX} bytes");
        self.cx.report(Diagnostic::error(Code::BadConstant, message).primary(span, label));
        None
    }

    fn named(&mut self, name: &ast::Ident, of: Option<ModuleId>) -> Option<Value> {
        let value = match of {
            Some(of) => self.cx.member_value(self.module, of, name)?,
            None => match self.cx.value_named(self.module, &name.name) {
                Some(value) => {
                    self.cx.note_value(name.span, value);
                    value
                }
                None if self.cx.is_missing_import(self.module, &name.name) => return None,
                None => {
                    let message = format!("there is no constant `{}` here", name.name);
                    let near = self.cx.near_value(self.module, std::iter::empty(), &name.name);
                    let diagnostic = Diagnostic::error(Code::UnknownName, message).primary(name.span, "");
                    self.cx.report(diagnostic.did_you_mean(name.span, near));
                    return None;
                }
            },
        };
        match value {
            ValueName::Const(id) => {
                self.cx.uses.constant(id);
                self.cx.constant_value(id)
            }
            _ => self.not_constant(name.span),
        }
    }

    fn not_constant(&mut self, span: Span) -> Option<Value> {
        let message = "a constant consists of literals, other constants and operators";
        let diagnostic =
            Diagnostic::error(Code::BadConstant, message).primary(span, "this is computed by a run");
        let before = Span::new(span.file, span.start.saturating_sub(1), span.start);
        self.cx.report(match self.cx.modules.map.text(before) {
            "{" => diagnostic
                .help("`{…}` in a text is an interpolation; write `\\{` for a brace that is only text"),
            _ => diagnostic,
        });
        None
    }

    fn unary(&mut self, op: UnaryOp, operand: &ast::Expr, span: Span) -> Option<Value> {
        match (op, self.value(operand)?) {
            (UnaryOp::Neg, Value::Int(value)) => self.no_overflow(value.checked_neg(), span),
            (UnaryOp::Neg, Value::Float(value)) => Some(Value::Float(-value)),
            (UnaryOp::Not, Value::Bool(value)) => Some(Value::Bool(!value)),
            (UnaryOp::Not, Value::Int(value)) => Some(Value::Int(!value)),
            (_, value) => {
                let message = format!("`{}` doesn't work on `{}`", op.as_str(), type_name(&value));
                self.cx.report(Diagnostic::error(Code::BadOperand, message).primary(operand.span, ""));
                None
            }
        }
    }

    fn no_overflow(&mut self, value: Option<i64>, span: Span) -> Option<Value> {
        if value.is_none() {
            let message = "this constant's value doesn't fit into an `Int`, or can't be computed";
            self.cx.report(Diagnostic::error(Code::BadConstant, message).primary(span, "this would trap"));
        }
        value.map(Value::Int)
    }

    fn binary(
        &mut self,
        op: BinaryOp,
        op_span: Span,
        left: &ast::Expr,
        right: &ast::Expr,
        span: Span,
    ) -> Option<Value> {
        let (left, right) = (self.value(left), self.value(right));
        let (left, right) = (left?, right?);
        let names = (type_name(&left), type_name(&right));
        match (left, right) {
            (Value::Int(a), Value::Int(b)) => match int_compare(op, a, b) {
                Some(value) => Some(Value::Bool(value)),
                None if matches!(op, BinaryOp::And | BinaryOp::Or) => self.bad_operands(op, op_span, names),
                None => self.no_overflow(int(op, a, b), span),
            },
            (Value::Float(a), Value::Float(b)) => match float(op, a, b) {
                Some(value) => Some(value),
                None => self.bad_operands(op, op_span, names),
            },
            (Value::Bool(a), Value::Bool(b)) => match op {
                BinaryOp::And => Some(Value::Bool(a && b)),
                BinaryOp::Or => Some(Value::Bool(a || b)),
                _ => match int_compare(op, i64::from(a), i64::from(b)) {
                    Some(value) => Some(Value::Bool(value)),
                    None => self.bad_operands(op, op_span, names),
                },
            },
            (Value::Str(a), Value::Str(b)) if op == BinaryOp::Add => {
                if a.len() + b.len() > TEXT_BYTES_MAX {
                    return self.too_long(span);
                }
                Some(Value::Str([&*a, &*b].concat().into()))
            }
            (a, b) if op == BinaryOp::Eq && a.ty() == b.ty() => Some(Value::Bool(a == b)),
            (a, b) if op == BinaryOp::Ne && a.ty() == b.ty() => Some(Value::Bool(a != b)),
            _ => self.bad_operands(op, op_span, names),
        }
    }

    fn bad_operands(&mut self, op: BinaryOp, span: Span, (left, right): (&str, &str)) -> Option<Value> {
        let message = format!("`{}` doesn't work on `{left}` and `{right}`", op.as_str());
        self.cx.report(Diagnostic::error(Code::BadOperand, message).primary(span, ""));
        None
    }
}

fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Int(_) => "Int",
        Value::Float(_) => "Float",
        Value::Bool(_) => "Bool",
        Value::Str(_) => "Str",
        Value::Bytes(_) => "Bytes",
    }
}

fn int_compare(op: BinaryOp, a: i64, b: i64) -> Option<bool> {
    Some(match op {
        BinaryOp::Eq => a == b,
        BinaryOp::Ne => a != b,
        BinaryOp::Lt => a < b,
        BinaryOp::Le => a <= b,
        BinaryOp::Gt => a > b,
        BinaryOp::Ge => a >= b,
        _ => return None,
    })
}

fn int(op: BinaryOp, a: i64, b: i64) -> Option<i64> {
    let shift = u32::try_from(b).ok().filter(|shift| *shift < 64);
    match op {
        BinaryOp::Add => a.checked_add(b),
        BinaryOp::Sub => a.checked_sub(b),
        BinaryOp::Mul => a.checked_mul(b),
        BinaryOp::Div => a.checked_div(b),
        BinaryOp::Rem => a.checked_rem(b),
        BinaryOp::BitAnd => Some(a & b),
        BinaryOp::BitOr => Some(a | b),
        BinaryOp::BitXor => Some(a ^ b),
        BinaryOp::Shl => shift.map(|shift| a << shift),
        BinaryOp::Shr => shift.map(|shift| a >> shift),
        _ => None,
    }
}

fn float(op: BinaryOp, a: f64, b: f64) -> Option<Value> {
    Some(match op {
        BinaryOp::Add => Value::Float(a + b),
        BinaryOp::Sub => Value::Float(a - b),
        BinaryOp::Mul => Value::Float(a * b),
        BinaryOp::Div => Value::Float(a / b),
        BinaryOp::Rem => Value::Float(a % b),
        BinaryOp::Eq => Value::Bool(a == b),
        BinaryOp::Ne => Value::Bool(a != b),
        BinaryOp::Lt => Value::Bool(a < b),
        BinaryOp::Le => Value::Bool(a <= b),
        BinaryOp::Gt => Value::Bool(a > b),
        BinaryOp::Ge => Value::Bool(a >= b),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_trap_has_no_value() {
        assert_eq!(int(BinaryOp::Add, i64::MAX, 1), None);
        assert_eq!(int(BinaryOp::Div, 1, 0), None);
        assert_eq!(int(BinaryOp::Div, i64::MIN, -1), None);
        assert_eq!(int(BinaryOp::Shl, 1, 64), None);
        assert_eq!(int(BinaryOp::Shl, 1, 63), Some(i64::MIN));
        assert_eq!(int(BinaryOp::Shr, -8, 1), Some(-4));
    }
}
