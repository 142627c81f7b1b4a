//! What is asked about a function's tree before code is made of it.

use foldhash::{HashSet, HashSetExt};

use super::hoist::Number;
use crate::typed::{
    Binary, Expr, ExprKind, Function, FunctionId, LocalId, Place, Stmt, StmtKind, Target, Ty, Unary,
};

/// The largest body without loops that is put in place of any call of it, in nodes.
const SMALL_MAX: usize = 24;
/// How many numbers of a small function a loop around a call of it may load.
const NUMBERS_MAX: usize = 4;

/// What code generation wants to know about a function of the program.
#[derive(Debug)]
pub(super) struct Facts {
    /// Locals that are assigned to after their declaration.
    pub(super) assigned: HashSet<LocalId>,
    /// Its size in nodes.
    pub(super) size: usize,
    /// Whether it is so small that a call of it takes longer than what it does: without loops and closures.
    pub(super) is_small: bool,
    /// Whether a run can stop in it: at a trap, a call, a jump back or an allocation. Then its name and lines can be asked for.
    pub(super) can_stop: bool,
    /// Whether it is small, and the first thing that it does is to match its first parameter, or to hand it to a function
    /// that may; and it does nothing else with it.
    pub(super) takes_apart: bool,
    /// The numbers that it needs in registers, if it is small.
    pub(super) numbers: Vec<Number>,
}

impl Facts {
    /// Those of a function without a body.
    pub(super) fn none() -> Self {
        Self {
            assigned: HashSet::new(),
            size: 0,
            is_small: false,
            can_stop: true,
            takes_apart: false,
            numbers: Vec::new(),
        }
    }

    /// Reads the function's body.
    pub(super) fn of(function: &Function) -> Self {
        let mut facts = Self { is_small: true, can_stop: false, ..Self::none() };
        walk(&function.body, &mut |node| {
            facts.size += 1;
            match node {
                Node::Expr(expr) => {
                    facts.is_small &= !matches!(expr.kind, ExprKind::Closure(_));
                    facts.can_stop |= !is_quiet(expr);
                }
                Node::Stmt(stmt) => {
                    facts.is_small &= !is_loop(stmt);
                    facts.can_stop |= !matches!(stmt.kind, StmtKind::Let(..) | StmtKind::Expr(_));
                    facts.assigned.extend(assigned_local(stmt));
                }
            }
            true
        });
        facts.is_small &= facts.size <= SMALL_MAX;
        facts.can_stop |= function.locals.iter().any(|local| local.boxed);
        if facts.is_small {
            numbers(&function.body, NUMBERS_MAX, &mut facts.numbers);
            facts.takes_apart = function.params.first().is_some_and(|first| {
                function.locals.get(first.index()).is_none_or(|local| !local.boxed)
                    && begins_with(*first, &function.body)
                    && mentions(*first, &function.body) == 1
            });
        }
        facts
    }
}

/// Whether the first thing that is done is to match this local, or to hand it on in front of what needs no evaluation.
fn begins_with(local: LocalId, body: &Expr) -> bool {
    let is_local = |expr: &Expr| matches!(expr.kind, ExprKind::Local(id) if id == local);
    match &body.kind {
        ExprKind::Block(block) => match (&block.stmts[..], &block.value) {
            ([], Some(value)) => begins_with(local, value),
            _ => false,
        },
        ExprKind::Match(subject, _) => is_local(subject),
        ExprKind::Call(Target::Function(..), args) => args.first().is_some_and(is_local),
        ExprKind::Unary(_, of) => begins_with(local, of),
        _ => false,
    }
}

/// How often an expression mentions a local.
fn mentions(local: LocalId, within: &Expr) -> usize {
    let mut count = 0;
    walk(within, &mut |node| {
        let is_it = matches!(node, Node::Expr(Expr { kind: ExprKind::Local(id), .. }) if *id == local);
        count += usize::from(is_it);
        true
    });
    count
}

fn is_loop(stmt: &Stmt) -> bool {
    !matches!(
        stmt.kind,
        StmtKind::Let(..)
            | StmtKind::LetElse(..)
            | StmtKind::Assign(..)
            | StmtKind::AssignOp(..)
            | StmtKind::Expr(_)
    )
}

/// Whether no run can stop at the expression itself, whatever becomes of those within it.
fn is_quiet(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Unit
        | ExprKind::Int(_)
        | ExprKind::Float(_)
        | ExprKind::Bool(_)
        | ExprKind::Local(_)
        | ExprKind::Field(..)
        | ExprKind::And(..)
        | ExprKind::Or(..)
        | ExprKind::Block(_)
        | ExprKind::If(..)
        | ExprKind::Return(_) => true,
        ExprKind::Unary(op, _) => *op == Unary::Not || expr.ty == Ty::FLOAT,
        ExprKind::Binary(op, left, _) => {
            left.ty == Ty::FLOAT || (left.ty == Ty::INT && !is_arithmetic(*op)) || left.ty == Ty::BOOL
        }
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
        is_plain &= matches!(node, Node::Expr(expr) if !matches!(
            expr.kind,
            ExprKind::Call(..)
                | ExprKind::CallValue(..)
                | ExprKind::Closure(_)
                | ExprKind::Return(_)
                | ExprKind::Try(_)
                | ExprKind::Break
                | ExprKind::Continue
                | ExprKind::Panic(_)
                | ExprKind::Assert(..)
        ));
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

/// The functions that an expression calls outside of closures; at most so many.
pub(super) fn called(expr: &Expr, max: usize, found: &mut Vec<FunctionId>) {
    walk(expr, &mut |node| {
        let Node::Expr(expr) = node else { return true };
        if let ExprKind::Call(Target::Function(id, _), _) = &expr.kind
            && found.len() < max
            && !found.contains(id)
        {
            found.push(*id);
        }
        !matches!(expr.kind, ExprKind::Closure(_))
    });
}

/// How large an expression is, in nodes.
pub(super) fn size(expr: &Expr) -> usize {
    let mut size = 0;
    walk(expr, &mut |_| {
        size += 1;
        true
    });
    size
}

/// A node of the tree.
pub(super) enum Node<'a> {
    Expr(&'a Expr),
    Stmt(&'a Stmt),
}

/// Visits an expression and, where `visit` says so, what is in it.
pub(super) fn walk<'a>(expr: &'a Expr, visit: &mut dyn FnMut(Node<'a>) -> bool) {
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
        | StmtKind::ForInbox(_, over, body)
        | StmtKind::ForFn(_, over, body) => walk_all([&**over, body], visit),
    }
}
