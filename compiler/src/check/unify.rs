//! Type variables of the body that is being checked, and the unification that finds out what they stand for.

use super::types::{Kind, T, TYPE_DEPTH_MAX, TYPE_PARTS_MAX, Types, parts};
use crate::source::Span;

/// A type that is to be inferred.
struct Var {
    /// What it was found to be.
    bound: Option<T>,
    /// Where it comes from.
    birth: Birth,
    /// A value that never comes was put where this type is wanted. If nothing else says what it is, it may be anything.
    may_be_never: bool,
}

/// Where a variable comes from, for the message if it is never found.
#[derive(Debug, Clone)]
pub(super) struct Birth {
    /// The place to point at.
    pub(super) span: Span,
    /// What has the type.
    pub(super) what: Unknown,
}

/// What it is that has a type that is to be inferred.
#[derive(Debug, Clone)]
pub(super) enum Unknown {
    /// The elements of an empty list.
    Elements,
    /// The keys or values of a map.
    Entries,
    /// A type parameter of what is called, by its name.
    TypeParam(std::sync::Arc<str>),
    /// A closure's parameter.
    ClosureParam,
    /// A closure's result.
    ClosureResult,
    /// Something of which no more can be said.
    Value,
}

/// Two types that can't be made one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Clash {
    /// They are different.
    Different,
    /// One would contain itself.
    Infinite,
    /// They are larger than the limits.
    TooLarge,
}

/// The variables of one body.
#[derive(Default)]
pub(super) struct Vars {
    list: Vec<Var>,
}

impl Vars {
    /// A new variable.
    pub(super) fn fresh(&mut self, types: &mut Types, birth: Birth) -> T {
        let number = u32::try_from(self.list.len()).unwrap_or(u32::MAX);
        self.list.push(Var { bound: None, birth, may_be_never: false });
        types.intern(Kind::Var(number))
    }

    /// The type itself, or what it was found to be if it is a variable. Its parts may still be variables.
    pub(super) fn shallow(&self, types: &Types, mut t: T) -> T {
        while let Kind::Var(n) = types.kind(t) {
            match self.list.get(*n as usize).and_then(|var| var.bound) {
                Some(bound) => t = bound,
                None => break,
            }
        }
        t
    }

    /// Where an unbound variable comes from.
    pub(super) fn birth(&self, n: u32) -> Option<&Birth> {
        self.list.get(n as usize).map(|var| &var.birth)
    }

    /// Whether a value that never comes was put where this variable's type is wanted.
    pub(super) fn may_be_never(&self, n: u32) -> bool {
        self.list.get(n as usize).is_some_and(|var| var.may_be_never)
    }

    /// Notes that a value that never comes was put where `t` is wanted.
    pub(super) fn note_never(&mut self, types: &Types, t: T) {
        if let Kind::Var(n) = types.kind(self.shallow(types, t))
            && let Some(var) = self.list.get_mut(*n as usize)
        {
            var.may_be_never = true;
        }
    }

    /// Makes a variable that can't be found wrong, so that nothing more is said of it.
    pub(super) fn give_up(&mut self, n: u32) {
        if let Some(var) = self.list.get_mut(n as usize) {
            var.bound = Some(T::ERROR);
        }
    }

    /// Makes two types one, by finding out what variables stand for. After a clash, some may have been found already.
    ///
    /// # Errors
    /// If they can't be.
    pub(super) fn unify(&mut self, types: &Types, a: T, b: T) -> Result<(), Clash> {
        self.unify_within(types, a, b, &mut Budget::new(), 0)
    }

    fn unify_within(
        &mut self,
        types: &Types,
        a: T,
        b: T,
        budget: &mut Budget,
        depth: u32,
    ) -> Result<(), Clash> {
        let (a, b) = (self.shallow(types, a), self.shallow(types, b));
        if a == b {
            return Ok(());
        }
        if a == T::ERROR || b == T::ERROR {
            self.absorb(types, if a == T::ERROR { b } else { a }, budget, depth);
            return Ok(());
        }
        if a == T::NEVER || b == T::NEVER {
            self.note_never(types, if a == T::NEVER { b } else { a });
            return Ok(());
        }
        budget.spend(depth)?;
        let (a_kind, b_kind) = (types.kind(a), types.kind(b));
        match (a_kind, b_kind) {
            (Kind::Var(n), _) => return self.bind(types, *n, b),
            (_, Kind::Var(n)) => return self.bind(types, *n, a),
            (Kind::Tuple(x), Kind::Tuple(y)) if x.len() == y.len() => {}
            (Kind::Fn(x, _), Kind::Fn(y, _)) if x.len() == y.len() => {}
            (Kind::Struct(x, _), Kind::Struct(y, _)) if x == y => {}
            (Kind::Enum(x, _), Kind::Enum(y, _)) if x == y => {}
            (Kind::List(_), Kind::List(_)) => {}
            (Kind::Map(..), Kind::Map(..)) | (Kind::Set(_), Kind::Set(_)) => {}
            (Kind::Addr(_), Kind::Addr(_)) | (Kind::Inbox(_), Kind::Inbox(_)) => {}
            _ => return Err(Clash::Different),
        }
        for (x, y) in parts(a_kind).zip(parts(b_kind)) {
            self.unify_within(types, x, y, budget, depth + 1)?;
        }
        Ok(())
    }

    /// What is to be the same as something wrong can't be found out: its variables count as wrong as well.
    fn absorb(&mut self, types: &Types, t: T, budget: &mut Budget, depth: u32) {
        let t = self.shallow(types, t);
        if !types.has_var(t) || budget.spend(depth).is_err() {
            return;
        }
        if let Kind::Var(n) = types.kind(t) {
            self.give_up(*n);
        }
        for part in parts(types.kind(t)) {
            self.absorb(types, part, budget, depth + 1);
        }
    }

    fn bind(&mut self, types: &Types, n: u32, t: T) -> Result<(), Clash> {
        if types.has_var(t) && self.occurs(types, n, t, &mut Budget::new(), 0)? {
            return Err(Clash::Infinite);
        }
        let may_be_never = self.may_be_never(n);
        if let Some(var) = self.list.get_mut(n as usize) {
            var.bound = Some(t);
        }
        if may_be_never {
            self.note_never(types, t);
        }
        Ok(())
    }

    fn occurs(&self, types: &Types, n: u32, t: T, budget: &mut Budget, depth: u32) -> Result<bool, Clash> {
        let t = self.shallow(types, t);
        if !types.has_var(t) {
            return Ok(false);
        }
        budget.spend(depth)?;
        if types.kind(t) == &Kind::Var(n) {
            return Ok(true);
        }
        for part in parts(types.kind(t)) {
            if self.occurs(types, n, part, budget, depth + 1)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The type with all variables that were found replaced.
    ///
    /// # Errors
    /// If it is larger than the limits.
    pub(super) fn resolve(&self, types: &mut Types, t: T) -> Result<T, Clash> {
        let resolved = self.resolve_within(types, t, &mut Budget::new(), 0)?;
        if std::mem::take(&mut types.overflowed) { Err(Clash::TooLarge) } else { Ok(resolved) }
    }

    fn resolve_within(&self, types: &mut Types, t: T, budget: &mut Budget, depth: u32) -> Result<T, Clash> {
        let t = self.shallow(types, t);
        if !types.has_var(t) {
            return Ok(t);
        }
        budget.spend(depth)?;
        let mut failed = None;
        let resolved = types.map(t, |types, part| {
            self.resolve_within(types, part, budget, depth + 1).unwrap_or_else(|clash| {
                failed = Some(clash);
                T::ERROR
            })
        });
        failed.map_or(Ok(resolved), Err)
    }
}

/// How far a walk over a type may go: types share parts, and a walk sees each as often as it occurs.
struct Budget {
    parts: u32,
}

impl Budget {
    fn new() -> Self {
        Self { parts: TYPE_PARTS_MAX }
    }

    fn spend(&mut self, depth: u32) -> Result<(), Clash> {
        self.parts = self.parts.checked_sub(1).ok_or(Clash::TooLarge)?;
        if depth > TYPE_DEPTH_MAX { Err(Clash::TooLarge) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn fresh(vars: &mut Vars, types: &mut Types) -> T {
        vars.fresh(types, Birth { span: Span::default(), what: Unknown::Value })
    }

    #[test]
    fn variables_are_found_through_each_other() {
        let (mut types, mut vars) = (Types::new(), Vars::default());
        let (a, b) = (fresh(&mut vars, &mut types), fresh(&mut vars, &mut types));
        let list = types.list(b);
        vars.unify(&types, a, list).unwrap();
        vars.unify(&types, b, T::INT).unwrap();
        let expected = types.list(T::INT);
        assert_eq!(vars.resolve(&mut types, a), Ok(expected));
    }

    #[test]
    fn a_type_cannot_contain_itself() {
        let (mut types, mut vars) = (Types::new(), Vars::default());
        let a = fresh(&mut vars, &mut types);
        let list = types.list(a);
        assert_eq!(vars.unify(&types, a, list), Err(Clash::Infinite));
    }

    #[test]
    fn types_that_double_through_variables_are_refused_in_time() {
        let (mut types, mut vars) = (Types::new(), Vars::default());
        let first = fresh(&mut vars, &mut types);
        let mut a = first;
        let mut last = Ok(());
        for _ in 0..40 {
            let b = fresh(&mut vars, &mut types);
            let pair = types.tuple(&[b, b]);
            last = last.and(vars.unify(&types, a, pair));
            a = b;
        }
        assert_eq!(last.and_then(|()| vars.resolve(&mut types, first).map(|_| ())), Err(Clash::TooLarge));
    }
}
