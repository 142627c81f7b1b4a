//! The locals of a body and the scopes that they are visible in.

use std::sync::Arc;

use foldhash::HashMap;

use super::items::next;
use super::types::T;
use crate::ast::Ident;
use crate::source::Span;
use crate::typed::LocalId;

/// A parameter, `let`, `var` or pattern binding.
#[derive(Debug, Clone)]
pub(super) struct Local {
    /// Its name; empty for one that the checker made.
    pub(super) name: Arc<str>,
    pub(super) ty: T,
    /// Where it is declared.
    pub(super) span: Span,
    pub(super) kind: LocalKind,
    /// In how many closures its declaration stands.
    pub(super) depth: usize,
    /// Whether anything reads it.
    pub(super) used: bool,
    /// Whether it is a `var` that a closure captures.
    pub(super) boxed: bool,
}

/// How a local came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LocalKind {
    /// A parameter of a function or closure.
    Param,
    /// A binding of `let`.
    Let,
    /// A binding of a pattern elsewhere: of `match`, `for`, `if let`.
    Pattern,
    /// A binding of `var`.
    Var,
}

/// All locals of a body, and those that are in scope.
#[derive(Debug, Default)]
pub(super) struct Locals {
    list: Vec<Local>,
    /// The local that each name means.
    visible: HashMap<Arc<str>, LocalId>,
    /// The names that came into scope, in order.
    entered: Vec<Entered>,
}

#[derive(Debug)]
struct Entered {
    name: Arc<str>,
    /// What it meant before, and means again when the scope ends.
    before: Option<LocalId>,
}

/// What was in scope when a scope began.
#[derive(Debug, Clone, Copy)]
#[must_use]
pub(super) struct Mark(usize);

impl Locals {
    /// Adds a local that is not in scope.
    pub(super) fn add(&mut self, name: &Ident, ty: T, kind: LocalKind, depth: usize) -> LocalId {
        let id = LocalId(next(&self.list));
        let (name, span) = (name.name.clone(), name.span);
        self.list.push(Local { name, ty, span, kind, depth, used: false, boxed: false });
        id
    }

    /// Adds a local without a name, for the checker's own use.
    pub(super) fn temporary(&mut self, ty: T, span: Span, depth: usize) -> LocalId {
        let name = Ident { name: "".into(), span };
        self.add(&name, ty, LocalKind::Let, depth)
    }

    /// Brings a local into scope, in front of others of its name.
    pub(super) fn show(&mut self, id: LocalId) {
        let name = self.list[id.index()].name.clone();
        let before = self.visible.insert(name.clone(), id);
        self.entered.push(Entered { name, before });
    }

    /// Begins a scope.
    pub(super) fn enter(&self) -> Mark {
        Mark(self.entered.len())
    }

    /// Ends a scope: what came into scope since is no longer in it.
    pub(super) fn leave(&mut self, mark: Mark) {
        for Entered { name, before } in self.entered.drain(mark.0..).rev() {
            match before {
                Some(before) => self.visible.insert(name, before),
                None => self.visible.remove(&name),
            };
        }
    }

    /// The names that came into scope since a scope began.
    pub(super) fn since(&self, mark: Mark) -> impl Iterator<Item = &Arc<str>> {
        self.entered.iter().skip(mark.0).map(|entered| &entered.name)
    }

    /// The local that a name means here.
    pub(super) fn find(&self, name: &str) -> Option<LocalId> {
        self.visible.get(name).copied()
    }

    pub(super) fn local(&self, id: LocalId) -> &Local {
        &self.list[id.index()]
    }

    pub(super) fn local_mut(&mut self, id: LocalId) -> &mut Local {
        &mut self.list[id.index()]
    }

    /// The names in scope.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.entered.iter().map(|entered| &*entered.name)
    }

    /// All locals, in the order of their ids.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Local> {
        self.list.iter()
    }
}
