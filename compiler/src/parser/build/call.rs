//! Calls, indexing and explicit type arguments.

use super::{Builder, Place};
use crate::ast::{Argument, Expr, ExprKind, Ident, Path, TypeExpr, TypeKind};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;

/// What may stand between the parentheses of a call.
pub(in crate::parser) enum CallElement {
    /// An argument.
    Argument(Argument),
    /// `..r`, and where.
    Base(Expr, Span),
}

/// What may stand between brackets after an expression.
pub(in crate::parser) enum IndexArg {
    /// An index, or a type that looks like an expression.
    Value(Expr),
    /// What can only be a type.
    Type(TypeExpr),
}

impl Builder<'_> {
    pub(in crate::parser) fn call(&mut self, callee: Expr, elements: Vec<CallElement>, place: Place) -> Expr {
        let mut base = None;
        let mut args = Vec::with_capacity(elements.len());
        for (at, element) in elements.into_iter().enumerate() {
            match element {
                CallElement::Argument(argument) => args.push(argument),
                CallElement::Base(value, _) if at == 0 => base = Some(Box::new(value)),
                CallElement::Base(_, span) => self.report(
                    Diagnostic::error(Code::BadRecordUpdate, "the record to be copied stands first")
                        .primary(span, "this stands after an argument"),
                ),
            }
        }
        let callee = Box::new(with_type_args(callee));
        self.expr(ExprKind::Call { callee, base, args }, place)
    }

    /// `base[args]`, taken for indexing unless only types can be meant; [`Builder::call`] may think otherwise.
    pub(in crate::parser) fn index(&mut self, base: Expr, mut args: Vec<IndexArg>, place: Place) -> Expr {
        let base = Box::new(base);
        match (args.pop(), args.is_empty()) {
            (Some(IndexArg::Value(index)), true) => {
                self.expr(ExprKind::Index { base, index: Box::new(index) }, place)
            }
            (None, _) => {
                let span = self.span(place.0, place.1);
                self.report(
                    Diagnostic::error(Code::UnexpectedToken, "an index is missing")
                        .primary(span, "between these brackets"),
                );
                self.expr(ExprKind::Error, place)
            }
            (last, _) => {
                let args = args.into_iter().chain(last).map(|arg| self.type_arg(arg)).collect();
                self.expr(ExprKind::TypeArgs { base, args }, place)
            }
        }
    }

    fn type_arg(&mut self, arg: IndexArg) -> TypeExpr {
        match arg {
            IndexArg::Type(ty) => ty,
            IndexArg::Value(value) => {
                let span = value.span;
                type_from(value).unwrap_or_else(|| {
                    self.report(
                        Diagnostic::error(Code::NotAType, "a type is expected here").primary(span, "").note(
                            "`[…]` after an expression holds one index, or the types of a function's `[T]`",
                        ),
                    );
                    TypeExpr { kind: TypeKind::Error, span }
                })
            }
        }
    }
}

/// `f[T](x)` looks like a call of what is at the index `T` until the types are seen as such. In `(m[Red])(x)`
/// the parentheses say that it is an index.
fn with_type_args(callee: Expr) -> Expr {
    match callee.kind {
        ExprKind::Index { base, index } if base.span.start == callee.span.start && is_type(&index) => {
            let args = type_from(*index).into_iter().collect();
            Expr { kind: ExprKind::TypeArgs { base, args }, span: callee.span }
        }
        kind => Expr { kind, span: callee.span },
    }
}

/// Whether an expression reads as a type: names with an upper-case letter at their head, unless they are those of
/// constants, tuples of such, and such with types in brackets.
fn is_type(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Name(name) => is_type_name(name.as_str()),
        ExprKind::Field { base, name } => {
            matches!(base.kind, ExprKind::Name(_)) && is_type_name(name.as_str())
        }
        ExprKind::Tuple(elements) => elements.iter().all(is_type),
        ExprKind::Index { base, index } => is_type(base) && is_type(index),
        ExprKind::TypeArgs { base, .. } => is_type(base),
        _ => false,
    }
}

fn is_type_name(name: &str) -> bool {
    let is_constant = name.len() > 1 && !name.contains(|c: char| c.is_ascii_lowercase());
    name.starts_with(|c: char| c.is_ascii_uppercase()) && !is_constant
}

fn type_from(expr: Expr) -> Option<TypeExpr> {
    let span = expr.span;
    let kind = match expr.kind {
        _ if !is_type(&expr) => return None,
        ExprKind::Tuple(elements) => {
            TypeKind::Tuple(elements.into_iter().map(type_from).collect::<Option<_>>()?)
        }
        ExprKind::Index { base, index } => {
            TypeKind::Named { path: path_from(*base)?, args: vec![type_from(*index)?] }
        }
        ExprKind::TypeArgs { base, args } => TypeKind::Named { path: path_from(*base)?, args },
        kind => TypeKind::Named { path: path_from(Expr { kind, span })?, args: Vec::new() },
    };
    Some(TypeExpr { kind, span })
}

fn path_from(expr: Expr) -> Option<Path> {
    let segments: Vec<Ident> = match expr.kind {
        ExprKind::Name(name) => vec![name],
        ExprKind::Field { base, name } => match base.kind {
            ExprKind::Name(module) => vec![module, name],
            _ => return None,
        },
        _ => return None,
    };
    Some(Path { segments, span: expr.span })
}
