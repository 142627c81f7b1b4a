//! What is asked about a function's tree before code is made of it.

use foldhash::{HashSet, HashSetExt};

use super::hoist::Number;
use crate::typed::{Binary, Expr, ExprKind, Function, LocalId, Place, Stmt, StmtKind, Target, Ty, Unary};

/// The largest body that is put in place of a call, in nodes.
pub(super) const INLINE_SIZE_MAX: usize = 24;

/// What code generation wants to know about a function of the program.
#[derive(Debug)]
pub(super) struct Facts {
    /// Locals that are assigned to after their declaration.
    pub(super) assigned: HashSet<LocalId>,
    /// Its size in nodes, if it may be put in place of a call.
    pub(super) inline_size: Option<usize>,
    /// Whether it does what can trap, so that its name and lines belong into a stack trace.
    pub(super) can_trap: bool,
}

impl Facts {
    /// Those of a function without a body.
    pub(super) fn none() -> Self {
        Self { assigned: HashSet::new(), inline_size: None, can_trap: true }
    }

    /// Reads the function's body once.
    pub(super) fn of(function: &Function) -> Self {
        let mut assigned = HashSet::new();
        let mut size = 0;
        let mut is_plain = !function.locals.iter().any(|local| local.boxed);
        let mut can_trap = false;
        walk(&function.body, &mut |node| {
            size += 1;
            match node {
                Node::Expr(expr) => {
                    is_plain &= is_plain_expr(expr);
                    can_trap |= is_trapping_expr(expr);
                }
                Node::Stmt(stmt) => {
                    can_trap |=
                        matches!(stmt.kind, StmtKind::AssignOp(..) | StmtKind::Assign(Place::Index(..), _));
                    assigned.extend(assigned_local(stmt));
                    is_plain &=
                        matches!(stmt.kind, StmtKind::Let(..) | StmtKind::Assign(..) | StmtKind::Expr(_));
                }
            }
            true
        });
        let may_inline = is_plain && size <= INLINE_SIZE_MAX && assigned.is_empty();
        Self { assigned, inline_size: may_inline.then_some(size), can_trap }
    }
}

/// Whether the expression does without what belongs to the function around it: its frame, its result, its stack trace.
fn is_plain_expr(expr: &Expr) -> bool {
    !matches!(
        expr.kind,
        ExprKind::Closure(_)
            | ExprKind::Return(_)
            | ExprKind::Try(_)
            | ExprKind::Break
            | ExprKind::Continue
            | ExprKind::Panic(_)
            | ExprKind::Assert(..)
    )
}

/// Whether the expression itself can trap, or calls what can.
fn is_trapping_expr(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Index(..) | ExprKind::Call(..) | ExprKind::CallValue(..) => true,
        ExprKind::Unary(Unary::Neg, _) => expr.ty != Ty::FLOAT,
        ExprKind::Binary(op, ..) => is_arithmetic(*op) && expr.ty != Ty::FLOAT,
        _ => false,
    }
}

/// Whether the operator can trap on Ints.
fn is_arithmetic(op: Binary) -> bool {
    use Binary::{Add, Div, Mul, Rem, Shl, Shr, Sub};
    matches!(op, Add | Sub | Mul | Div | Rem | Shl | Shr)
}

fn assigned_local(stmt: &Stmt) -> Option<LocalId> {
    match &stmt.kind {
        StmtKind::Assign(Place::Local(local), _) | StmtKind::AssignOp(Place::Local(local), ..) => {
            Some(*local)
        }
        _ => None,
    }
}

/// Whether evaluating the expression can't assign to a local of the function around it, boxed ones aside.
pub(super) fn is_calm(expr: &Expr) -> bool {
    let mut is_calm = true;
    walk(expr, &mut |node| {
        match node {
            Node::Expr(expr) if matches!(expr.kind, ExprKind::Closure(_)) => return false,
            Node::Expr(_) => {}
            Node::Stmt(stmt) => is_calm &= assigned_local(stmt).is_none(),
        }
        is_calm
    });
    is_calm
}

/// Whether evaluating the expression changes nothing anywhere: it does without calls and statements.
pub(super) fn is_plain_operand(expr: &Expr) -> bool {
    let mut is_plain = true;
    walk(expr, &mut |node| {
        is_plain &= match node {
            Node::Expr(expr) => {
                !matches!(expr.kind, ExprKind::Call(..) | ExprKind::CallValue(..)) && is_plain_expr(expr)
            }
            Node::Stmt(_) => false,
        };
        is_plain
    });
    is_plain
}

/// Whether a condition is so small that having it twice is better than a jump: a few operators on locals and numbers.
pub(super) fn is_small_condition(expr: &Expr) -> bool {
    let mut size = 0;
    walk(expr, &mut |node| {
        let is_small = matches!(node, Node::Expr(expr) if matches!(expr.kind,
            ExprKind::Local(_) | ExprKind::Int(_) | ExprKind::Float(_) | ExprKind::Bool(_)
            | ExprKind::Unary(..) | ExprKind::Binary(..)));
        size += if is_small { 1 } else { 100 };
        size < 8
    });
    size < 8
}

/// Adds the numbers that an expression mentions outside of closures and that no instruction can hold; at most so many.
pub(super) fn numbers(expr: &Expr, max: usize, found: &mut Vec<Number>) {
    walk(expr, &mut |node| {
        let Node::Expr(expr) = node else { return true };
        let number = match expr.kind {
            ExprKind::Float(value) => Some(Number::float(value)),
            ExprKind::Int(value) => Number::int(value),
            _ => None,
        };
        found.extend(number.filter(|number| found.len() < max && !found.contains(number)));
        !matches!(expr.kind, ExprKind::Closure(_))
    });
}

/// A node of the tree.
enum Node<'a> {
    Expr(&'a Expr),
    Stmt(&'a Stmt),
}

/// Visits an expression and, where `visit` says so, what is in it.
fn walk<'a>(expr: &'a Expr, visit: &mut dyn FnMut(Node<'a>) -> bool) {
    if visit(Node::Expr(expr)) {
        walk_children(expr, visit);
    }
}

fn walk_all<'a>(exprs: impl IntoIterator<Item = &'a Expr>, visit: &mut dyn FnMut(Node<'a>) -> bool) {
    exprs.into_iter().for_each(|expr| walk(expr, visit));
}

fn walk_children<'a>(expr: &'a Expr, visit: &mut dyn FnMut(Node<'a>) -> bool) {
    match &expr.kind {
        ExprKind::Interpolate(parts)
        | ExprKind::Tuple(parts)
        | ExprKind::List(parts)
        | ExprKind::Map(parts)
        | ExprKind::Set(parts)
        | ExprKind::Struct(parts) => {
            walk_all(parts, visit);
        }
        ExprKind::Variant(_, parts) | ExprKind::Call(Target::Function(..) | Target::Extern(..), parts) => {
            walk_all(parts, visit);
        }
        ExprKind::CallValue(callee, args) => {
            walk(callee, visit);
            walk_all(args, visit);
        }
        ExprKind::StructUpdate(base, fields) => {
            walk(base, visit);
            walk_all(fields.iter().map(|(_, value)| value), visit);
        }
        ExprKind::Field(of, _)
        | ExprKind::Unary(_, of)
        | ExprKind::Try(of)
        | ExprKind::Return(of)
        | ExprKind::Panic(of)
        | ExprKind::Assert(of, _) => walk(of, visit),
        ExprKind::Index(left, right)
        | ExprKind::Binary(_, left, right)
        | ExprKind::And(left, right)
        | ExprKind::Or(left, right) => walk_all([&**left, right], visit),
        ExprKind::Block(block) => {
            block.stmts.iter().for_each(|stmt| walk_stmt(stmt, visit));
            walk_all(block.value.as_deref(), visit);
        }
        ExprKind::If(condition, then, otherwise) => {
            walk_all([&**condition, then], visit);
            walk_all(otherwise.as_deref(), visit);
        }
        ExprKind::Match(subject, arms) => {
            walk(subject, visit);
            for arm in arms {
                walk_all(arm.guard.iter().chain([&arm.body]), visit);
            }
        }
        ExprKind::Closure(closure) => walk(&closure.body, visit),
        ExprKind::Unit
        | ExprKind::Int(_)
        | ExprKind::Float(_)
        | ExprKind::Bool(_)
        | ExprKind::Str(_)
        | ExprKind::Bytes(_)
        | ExprKind::Local(_)
        | ExprKind::Function(..)
        | ExprKind::Extern(..)
        | ExprKind::StructFn
        | ExprKind::VariantFn(_)
        | ExprKind::Break
        | ExprKind::Continue => {}
    }
}

fn walk_stmt<'a>(stmt: &'a Stmt, visit: &mut dyn FnMut(Node<'a>) -> bool) {
    if !visit(Node::Stmt(stmt)) {
        return;
    }
    match &stmt.kind {
        StmtKind::Let(_, value) | StmtKind::Expr(value) => walk(value, visit),
        StmtKind::LetElse(_, value, otherwise) => walk_all([&**value, otherwise], visit),
        StmtKind::Assign(place, value) | StmtKind::AssignOp(place, _, value) => {
            match place {
                Place::Local(_) => {}
                Place::Field(of, _) => walk(of, visit),
                Place::Index(list, index) => walk_all([&**list, index], visit),
            }
            walk(value, visit);
        }
        StmtKind::While(condition, body) => walk_all([&**condition, body], visit),
        StmtKind::WhileLet(_, value, body) => walk_all([&**value, body], visit),
        StmtKind::ForRange { start, end, body, .. } => walk_all([&**start, end, body], visit),
        StmtKind::ForList(_, over, body)
        | StmtKind::ForTable(_, over, body)
        | StmtKind::ForFn(_, over, body) => walk_all([&**over, body], visit),
    }
}
