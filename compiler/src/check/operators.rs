//! Operators, and assignment.

use super::body::{Ability, Body, Expr, ExprKind, wrong};
use super::locals::LocalKind;
use super::names::ValueName;
use super::types::{Kind, T};
use super::why::{Expect, Why};
use crate::ast::{self, BinaryOp, ExprKind as Ast, UnaryOp};
use crate::diagnostic::{Code, Diagnostic, Edit};
use crate::source::Span;
use crate::typed::{Binary, Place, StmtKind, Unary};

/// What an operator asks of its operands.
enum Rule {
    /// `&&`, `||`
    Logic,
    /// Both `Int`.
    Bits(Binary),
    /// Both of one type that has arithmetic.
    Arithmetic(Binary),
    /// Both of one type.
    Comparison(Binary),
}

fn rule(op: BinaryOp) -> Rule {
    match op {
        BinaryOp::Or | BinaryOp::And => Rule::Logic,
        BinaryOp::Eq => Rule::Comparison(Binary::Eq),
        BinaryOp::Ne => Rule::Comparison(Binary::Ne),
        BinaryOp::Lt => Rule::Comparison(Binary::Lt),
        BinaryOp::Le => Rule::Comparison(Binary::Le),
        BinaryOp::Gt => Rule::Comparison(Binary::Gt),
        BinaryOp::Ge => Rule::Comparison(Binary::Ge),
        BinaryOp::BitOr => Rule::Bits(Binary::BitOr),
        BinaryOp::BitXor => Rule::Bits(Binary::BitXor),
        BinaryOp::BitAnd => Rule::Bits(Binary::BitAnd),
        BinaryOp::Shl => Rule::Bits(Binary::Shl),
        BinaryOp::Shr => Rule::Bits(Binary::Shr),
        BinaryOp::Add => Rule::Arithmetic(Binary::Add),
        BinaryOp::Sub => Rule::Arithmetic(Binary::Sub),
        BinaryOp::Mul => Rule::Arithmetic(Binary::Mul),
        BinaryOp::Div => Rule::Arithmetic(Binary::Div),
        BinaryOp::Rem => Rule::Arithmetic(Binary::Rem),
    }
}

impl Body<'_, '_> {
    pub(super) fn unary(&mut self, op: UnaryOp, operand: &ast::Expr, span: Span) -> Expr {
        let value = self.expr(operand, Expect::Any);
        let (ty, unary) = match op {
            UnaryOp::Neg => {
                self.demand(value.ty, operand.span, Ability::Arithmetic("-"));
                (value.ty, Unary::Neg)
            }
            UnaryOp::Not => match self.kind(value.ty) {
                Kind::Int => (T::INT, Unary::Not),
                _ => {
                    let value = self.coerce(value, T::BOOL, &Why::Operator("!"));
                    return Expr { kind: ExprKind::Unary(Unary::Not, Box::new(value)), ty: T::BOOL, span };
                }
            },
        };
        Expr { kind: ExprKind::Unary(unary, Box::new(value)), ty, span }
    }

    pub(super) fn binary(
        &mut self,
        op: BinaryOp,
        op_span: Span,
        left: &ast::Expr,
        right: &ast::Expr,
        span: Span,
    ) -> Expr {
        let name = op.as_str();
        match rule(op) {
            Rule::Logic => {
                let between = Span::new(span.file, left.span.end, op_span.start);
                let begins_line = op == BinaryOp::Or && self.cx.modules.map.text(between).contains('\n');
                let why = if begins_line { Why::OrBeginsLine } else { Why::Operator(name) };
                let left = Box::new(self.expr_of(left, T::BOOL, &why));
                if begins_line && left.ty == T::ERROR {
                    // What follows was meant as a closure, and would only be misunderstood.
                    return wrong(span);
                }
                let right = Box::new(self.expr_of(right, T::BOOL, &why));
                let kind =
                    if op == BinaryOp::And { ExprKind::And(left, right) } else { ExprKind::Or(left, right) };
                Expr { kind, ty: T::BOOL, span }
            }
            Rule::Bits(binary) => {
                let (left, right) = (self.expr(left, Expect::Any), self.expr(right, Expect::Any));
                if self.is_logic_meant(op, op_span, &left, &right) {
                    return wrong(span);
                }
                let why = Why::Operator(name);
                let (left, right) = (self.coerce(left, T::INT, &why), self.coerce(right, T::INT, &why));
                let is_wrong = left.ty == T::ERROR || right.ty == T::ERROR;
                let ty = if is_wrong { T::ERROR } else { T::INT };
                Expr { kind: ExprKind::Binary(binary, Box::new(left), Box::new(right)), ty, span }
            }
            Rule::Arithmetic(binary) => {
                let (left, right) = self.operands(name, left, right);
                let ty = if left.ty == T::NEVER { right.ty } else { left.ty };
                self.demand(ty, op_span, Ability::Arithmetic(name));
                Expr { kind: ExprKind::Binary(binary, Box::new(left), Box::new(right)), ty, span }
            }
            Rule::Comparison(binary) => {
                let (left, right) = self.operands(name, left, right);
                self.demand(left.ty, op_span, Ability::Compared(name));
                Expr { kind: ExprKind::Binary(binary, Box::new(left), Box::new(right)), ty: T::BOOL, span }
            }
        }
    }

    /// Whether `&` or `|` stands between two `Bool`s, which is reported.
    fn is_logic_meant(&mut self, op: BinaryOp, op_span: Span, left: &Expr, right: &Expr) -> bool {
        let meant = match op {
            BinaryOp::BitAnd => "&&",
            BinaryOp::BitOr => "||",
            _ => return false,
        };
        let is_bool = |body: &Self, e: &Expr| matches!(body.kind(e.ty), Kind::Bool | Kind::Error);
        if !is_bool(self, left) || !is_bool(self, right) {
            return false;
        }
        if self.shallow(left.ty) == T::BOOL || self.shallow(right.ty) == T::BOOL {
            let name = op.as_str();
            let message = format!("`{name}` works on the bits of an `Int`, and these are `Bool`s");
            let diagnostic = Diagnostic::error(Code::BadOperand, message)
                .primary(op_span, "")
                .suggest(format!("`{meant}` joins conditions"), [Edit::replace(op_span, meant)]);
            self.cx.report(diagnostic);
        }
        true
    }

    fn operands(&mut self, op: &'static str, left: &ast::Expr, right: &ast::Expr) -> (Expr, Expr) {
        let left = self.expr(left, Expect::Any);
        let why = Why::Operand(op, left.span);
        let right = self.expr_of(right, left.ty, &why);
        if right.ty == T::ERROR {
            return (Expr { ty: T::ERROR, ..left }, right);
        }
        (left, right)
    }

    /// `target = value`, `target += value`.
    pub(super) fn assign(
        &mut self,
        target: &ast::Expr,
        op: Option<BinaryOp>,
        op_span: Span,
        value: &ast::Expr,
    ) -> StmtKind {
        let place = self.place(target);
        let Some((place, ty)) = place else {
            self.expr(value, Expect::Any);
            return StmtKind::Expr(wrong(target.span));
        };
        let Some(op) = op else {
            let value = self.expr_of(value, ty, &Why::Assigned(target.span));
            return StmtKind::Assign(place, value);
        };
        let value = self.expr_of(value, ty, &Why::Operand(op.as_str(), target.span));
        match rule(op) {
            Rule::Arithmetic(binary) => {
                self.demand(ty, op_span, Ability::Arithmetic(op.as_str()));
                StmtKind::AssignOp(place, binary, value)
            }
            Rule::Bits(binary) | Rule::Comparison(binary) => StmtKind::AssignOp(place, binary, value),
            Rule::Logic => StmtKind::Assign(place, value),
        }
    }

    /// What is assigned to, and its type; none if it can't be, which is reported.
    fn place(&mut self, target: &ast::Expr) -> Option<(Place, T)> {
        match &target.kind {
            Ast::Name(name) => self.local_place(name),
            Ast::Field { base, name } => {
                if self.qualifier(base).is_some() {
                    let message = "only what is inside of a body can be assigned to";
                    self.error(Code::NotAssignable, message, target.span, "this is declared by a module");
                    return None;
                }
                let base = self.expr(base, Expect::Any);
                match self.field_of(base.ty, name) {
                    Some((index, ty)) => Some((Place::Field(Box::new(base), index), ty)),
                    None => {
                        self.report_no_field(&base, name);
                        None
                    }
                }
            }
            Ast::Index { base, index } => {
                let (base, index, ty) = self.indexed(base, index);
                if let Kind::Bytes = self.kind(base.ty) {
                    let message = "`Bytes` can't be changed";
                    let diagnostic = Diagnostic::error(Code::NotAssignable, message).primary(target.span, "");
                    let help = "change a list, `let xs = b.to_list()`, and make new ones of it: `bytes.from_list(xs)`";
                    self.cx.report(diagnostic.help(help));
                    return None;
                }
                Some((Place::Index(Box::new(base), Box::new(index)), ty?))
            }
            Ast::TupleField { base, .. } => {
                self.expr(base, Expect::Any);
                let message = "a tuple can't be changed";
                let diagnostic = Diagnostic::error(Code::NotAssignable, message).primary(target.span, "");
                self.cx.report(diagnostic.help("make a new one, or declare a `struct`"));
                None
            }
            _ => {
                self.expr(target, Expect::Any);
                None
            }
        }
    }

    fn local_place(&mut self, name: &ast::Ident) -> Option<(Place, T)> {
        let Some(id) = self.locals.find(&name.name) else {
            if self.cx.value_named(self.module, &name.name).is_none() {
                self.report_undeclared(name);
                return None;
            }
            if let Some(value) = self.resolve_name(name, None) {
                let what = match value {
                    ValueName::Const(_) => "a constant",
                    ValueName::Function(_) | ValueName::Extern(_) => "a function",
                    _ => "a constructor",
                };
                let message = format!("`{}` is {what} and can't be assigned to", name.name);
                self.error(Code::NotAssignable, message, name.span, "");
            }
            return None;
        };
        self.capture(id, name.span);
        let local = self.locals.local(id);
        if local.kind != LocalKind::Var {
            let (what, help) = match local.kind {
                LocalKind::Param => ("a parameter", format!("begin with `var {0} = {0}`", name.name)),
                LocalKind::Let => ("bound once", format!("declare it with `var {}`", name.name)),
                _ => ("bound by a pattern", format!("begin with `var {0} = {0}`", name.name)),
            };
            let message = format!("`{}` is {what} and can't be assigned to", name.name);
            let diagnostic = Diagnostic::error(Code::NotAssignable, message)
                .primary(name.span, "")
                .secondary(local.span, "declared here");
            let declared = self.let_keyword(local.span).filter(|_| local.kind == LocalKind::Let);
            let (kind, ty) = (LocalKind::Var, local.ty);
            self.cx.report(match declared {
                Some(keyword) => diagnostic.suggest(help, [Edit::replace(keyword, "var")]),
                None => diagnostic.help(help),
            });
            // Said once: from here on it counts as what it should have been.
            self.locals.local_mut(id).kind = kind;
            return Some((Place::Local(id), ty));
        }
        Some((Place::Local(id), local.ty))
    }

    /// The `let` before a name, if it stands just before it.
    fn let_keyword(&self, name: Span) -> Option<Span> {
        let before = Span::new(name.file, 0, name.start);
        let before = self.cx.modules.map.text(before).trim_end();
        let start = u32::try_from(before.strip_suffix("let")?.len()).ok()?;
        Some(Span::new(name.file, start, start + 3))
    }
}
