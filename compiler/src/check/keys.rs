//! Which types can be keys of maps and elements of sets: those whose values never change and are equal or not for good.

use foldhash::{HashSet, HashSetExt};

use super::body::{Body, Demand};
use super::context::Context;
use super::show::Show;
use super::types::{Kind, T, parts};
use super::unify::Vars;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;

/// How many types are looked at within one, before it is taken to be fit. Types can refer to ever larger ones.
const VISITED_MAX: usize = 1_000;

/// What can be a key, for people.
pub(crate) const KEYS: &str = "keys are `Int`, `Bool`, `Str`, `Bytes`, `Addr`, and tuples and enums of those";

impl Context<'_> {
    /// Checks the types of maps and sets that are written in the program.
    pub(super) fn check_written_tables(&mut self) {
        for (table, span) in std::mem::take(&mut self.written_tables) {
            let key = parts(self.types.kind(table)).next();
            if let Some(key) = key {
                self.check_key(key, span);
            }
        }
    }

    /// Reports a type that can't be a key, at the place that wants one.
    fn check_key(&mut self, key: T, span: Span) {
        let Some(unfit) = self.unfit_within(key) else { return };
        let show = Show { types: &self.types, items: &self.items, vars: &Vars::default(), generics: &[] };
        let (shown, part) = (show.text(key), show.text(unfit));
        let diagnostic = Diagnostic::error(Code::BadKey, format!("`{shown}` can't be a key"));
        let reason = match self.types.kind(unfit) {
            Kind::Float => "a `Float` may be NaN, which equals nothing",
            Kind::Fn(..) => "functions are neither equal nor different",
            Kind::Inbox(_) => "an inbox can be closed; take its address, `.addr()`",
            Kind::Struct(..) => "a struct's fields can change, and then its entry would be lost",
            _ => "it can change, and then its entry would be lost",
        };
        let label = if key == unfit { reason.to_owned() } else { format!("it holds `{part}`: {reason}") };
        self.report(diagnostic.primary(span, label).help(KEYS));
    }

    /// What keeps a type from being a key. What a type parameter stands for is not known here.
    fn unfit_within(&mut self, t: T) -> Option<T> {
        let mut visited = HashSet::new();
        let mut waiting = vec![t];
        while let Some(t) = waiting.pop() {
            if visited.len() > VISITED_MAX || !visited.insert(t) {
                continue;
            }
            match self.types.kind(t).clone() {
                Kind::Addr(_) => {}
                Kind::Float
                | Kind::Inbox(_)
                | Kind::List(_)
                | Kind::Map(..)
                | Kind::Set(_)
                | Kind::Struct(..)
                | Kind::Fn(..) => {
                    return Some(t);
                }
                Kind::Enum(id, args) => {
                    let variants = self.items.enumeration(id).variants.iter();
                    let constructors: Vec<_> = variants.map(|variant| variant.constructor.clone()).collect();
                    for field in constructors.iter().flat_map(|constructor| &constructor.params) {
                        waiting.push(self.types.substitute(field.ty, &args));
                    }
                }
                kind => waiting.extend(parts(&kind)),
            }
        }
        self.types.overflowed = false;
        None
    }
}

impl Body<'_, '_> {
    /// Checks the type of the keys of a literal.
    pub(super) fn check_key(&mut self, demand: &Demand) {
        if let Ok(key) = self.vars.resolve(&mut self.cx.types, demand.ty) {
            self.cx.check_key(key, demand.span);
        }
    }
}
