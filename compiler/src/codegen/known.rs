//! Arguments that are not evaluated before a body that stands in place of its call, but known in it.
//!
//! Closures and functions that are given to a function which calls them are never made; a call of one is a direct call, or
//! the body itself. What a function takes apart before it does anything else is evaluated there, and may never be made either.
//!
//! A parameter can stand for such a function if all that is done with it is to call it, or to give it to functions of which
//! the same is true. So nobody can tell that it has no identity.

use super::frame::Source;
use super::function::FunctionGen;
use super::goal::Goal;
use super::registers::Reg;
use super::scan::{Node, size, walk};
use crate::mono::TypeArgs;
use crate::typed::{Closure, Expr, ExprKind, FunctionId, LocalId, Program, Target};

/// How many functions may hand a function on to each other.
const HANDED_MAX: usize = 3;

/// A function value that is known.
#[derive(Debug, Clone)]
pub(super) enum Known<'p> {
    /// A closure.
    Closure {
        /// Where it is written.
        expr: &'p Expr,
        /// It.
        closure: &'p Closure,
        /// What its names mean.
        source: Source<'p>,
    },
    /// A function of the program.
    Function {
        /// Where its name is written.
        expr: &'p Expr,
        /// Its id.
        id: FunctionId,
        /// The types that stand for its type parameters.
        types: TypeArgs,
    },
    /// An argument that is evaluated where the parameter is mentioned, which is the first thing that is done.
    Argument(&'p Expr),
}

/// What a function does with a parameter that stands for a function.
#[derive(Debug, Clone, Copy)]
struct Uses {
    /// In how many places it is called.
    calls: usize,
    /// The size of the function, and of those that it hands it on to.
    size: usize,
}

impl<'p> FunctionGen<'_, 'p> {
    /// The function that an expression stands for without ever being made, if it does.
    pub(super) fn known(&self, expr: &Expr) -> Option<Known<'p>> {
        match expr.kind {
            ExprKind::Local(id) => self.names[self.frame.source.names].known.get(&id).cloned(),
            _ => None,
        }
    }

    /// The bodies of the closures that the innermost function's parameters stand for.
    pub(super) fn known_bodies(&self) -> Vec<&'p Expr> {
        let known = self.names[self.frame.source.names].known.values();
        let bodies = known.filter_map(|known| match known {
            Known::Closure { closure, .. } => Some(&closure.body),
            Known::Function { .. } | Known::Argument(_) => None,
        });
        bodies.collect()
    }

    /// Makes a function value after all.
    pub(super) fn make_known(&mut self, known: Known<'p>, to: Reg) {
        match known {
            Known::Closure { expr, closure, source } => {
                let here = std::mem::replace(&mut self.frame.source, source);
                self.closure(expr, closure, to);
                self.frame.source = here;
            }
            Known::Function { expr, id, types } => self.function_of(expr, id, types, to),
            Known::Argument(argument) => self.in_caller(|this| this.gen_expr(argument, Goal::To(to))),
        }
    }

    /// Whether the expression is a parameter whose argument has not been evaluated yet.
    pub(super) fn is_argument(&self, expr: &Expr) -> bool {
        matches!(self.known(expr), Some(Known::Argument(_)))
    }

    /// Evaluates the argument that the parameter stands for.
    pub(super) fn gen_argument(&mut self, parameter: &Expr, goal: Goal) {
        if let Some(Known::Argument(argument)) = self.known(parameter) {
            self.in_caller(|this| this.gen_expr(argument, goal));
        }
    }

    /// Generates code of the body in which the innermost one stands in place of a call.
    fn in_caller(&mut self, generate: impl FnOnce(&mut Self)) {
        let Some(caller) = self.callers.pop() else { return };
        let callee = std::mem::replace(&mut self.frame, caller);
        generate(self);
        self.callers.push(std::mem::replace(&mut self.frame, callee));
    }

    /// Which arguments of a call need not be made before the function's body, if that stands in the call's place. Those
    /// that stand for functions already are among them.
    pub(super) fn known_arguments(&mut self, callee: FunctionId, args: &'p [Expr]) -> Vec<Option<Known<'p>>> {
        let takes_apart = self.takes_apart(callee);
        let is_function = |arg: &Expr| {
            matches!(arg.kind, ExprKind::Closure(_) | ExprKind::Function(..)) || self.known(arg).is_some()
        };
        if !takes_apart && !args.iter().any(is_function) {
            return Vec::new();
        }
        let known = args.iter().enumerate().map(|(index, arg)| self.known_argument(callee, index, arg));
        let mut known: Vec<Option<Known<'p>>> = known.collect();
        if let (true, Some(first)) = (takes_apart, args.first())
            && self.split_types(first).is_some()
            && args.iter().zip(&known).skip(1).all(|(arg, known)| known.is_some() || self.is_settled(arg))
        {
            known[0] = Some(Known::Argument(first));
        }
        known
    }

    fn known_argument(&mut self, callee: FunctionId, index: usize, arg: &'p Expr) -> Option<Known<'p>> {
        match &arg.kind {
            ExprKind::Closure(closure) if self.is_shallow() => {
                let uses = self.uses(callee, index, 0)?;
                let copies = uses.calls.saturating_sub(1);
                let added = if copies == 0 { 0 } else { copies * size(&closure.body) };
                let source = self.frame.source.clone();
                let is_original = source.is_original && copies == 0;
                let known = Known::Closure { expr: arg, closure, source: Source { is_original, ..source } };
                (uses.size + added <= self.budget()).then_some(known)
            }
            ExprKind::Function(id, types) if self.is_shallow() => {
                let program: &'p Program = self.module.program;
                if !self.module.facts(*id, program.functions.get(id.index())?).is_small {
                    return None;
                }
                let uses = self.uses(callee, index, 0)?;
                let types = self.tys(types).into();
                (uses.size <= self.budget()).then_some(Known::Function { expr: arg, id: *id, types })
            }
            _ => self.known(arg).filter(|known| !matches!(known, Known::Argument(_))),
        }
    }

    /// Whether a function that can stand in place of a call takes its first parameter apart before it does anything else.
    fn takes_apart(&mut self, callee: FunctionId) -> bool {
        let program: &'p Program = self.module.program;
        let Some(function) = program.functions.get(callee.index()) else { return false };
        let facts = self.module.facts(callee, function);
        facts.takes_apart && self.has_room_for(callee, facts.size)
    }

    /// Whether the expression has the same value whenever it is evaluated, and no effect.
    fn is_settled(&self, expr: &Expr) -> bool {
        match &expr.kind {
            ExprKind::Local(id) => self.is_constant(*id),
            ExprKind::Int(_)
            | ExprKind::Float(_)
            | ExprKind::Bool(_)
            | ExprKind::Str(_)
            | ExprKind::Unit
            | ExprKind::Function(..) => true,
            _ => false,
        }
    }

    /// What a function does with a parameter, if it does nothing but call it and hand it on.
    fn uses(&mut self, function: FunctionId, index: usize, handed: usize) -> Option<Uses> {
        let program: &'p Program = self.module.program;
        let declared = program.functions.get(function.index())?;
        let param = *declared.params.get(index)?;
        let facts = self.module.facts(function, declared);
        if facts.size > self.budget() || handed > HANDED_MAX || facts.assigned.contains(&param) {
            return None;
        }
        let mentions = Mentions::of(param, &declared.body)?;
        let mut uses = Uses { calls: mentions.calls, size: facts.size };
        for (callee, index) in mentions.handed_to {
            let within = self.uses(callee, index, handed + 1)?;
            uses.calls += within.calls;
            uses.size += within.size;
            if uses.size > self.budget() {
                return None;
            }
        }
        Some(uses)
    }
}

/// Where a function mentions a parameter.
struct Mentions {
    /// How often it is called.
    calls: usize,
    /// The functions that it is given to, and as which parameter.
    handed_to: Vec<(FunctionId, usize)>,
}

impl Mentions {
    /// None if the parameter is used in another way, or by a closure.
    fn of(param: LocalId, body: &Expr) -> Option<Self> {
        let mut found = Self { calls: 0, handed_to: Vec::new() };
        let (mut mentions, mut is_captured) = (0, false);
        let is_param = |expr: &Expr| matches!(expr.kind, ExprKind::Local(id) if id == param);
        walk(body, &mut |node| {
            let Node::Expr(expr) = node else { return true };
            match &expr.kind {
                ExprKind::Local(id) => mentions += usize::from(*id == param),
                ExprKind::CallValue(callee, _) => found.calls += usize::from(is_param(callee)),
                ExprKind::Call(Target::Function(id, _), args) => {
                    let given = args.iter().enumerate().filter(|(_, arg)| is_param(arg));
                    found.handed_to.extend(given.map(|(index, _)| (*id, index)));
                }
                ExprKind::Closure(closure) => is_captured |= closure.captures.contains(&param),
                _ => {}
            }
            true
        });
        (!is_captured && mentions == found.calls + found.handed_to.len()).then_some(found)
    }
}
