//! Types as people write them, for messages.

use std::fmt::Write;
use std::sync::Arc;

use super::items::Items;
use super::types::{Kind, T, Types};
use super::unify::Vars;

/// How many characters of a type are shown before the rest becomes `…`.
const LENGTH_MAX: usize = 200;

/// What is needed to show a type.
pub(super) struct Show<'a> {
    pub(super) types: &'a Types,
    pub(super) items: &'a Items,
    pub(super) vars: &'a Vars,
    /// The names of the type parameters in scope.
    pub(super) generics: &'a [Arc<str>],
}

impl Show<'_> {
    /// The type as text; `_` stands for what is not known.
    pub(super) fn text(&self, t: T) -> String {
        let mut out = String::new();
        self.write(t, &mut out);
        out
    }

    fn write(&self, t: T, out: &mut String) {
        if out.len() > LENGTH_MAX {
            if !out.ends_with('…') {
                out.push('…');
            }
            return;
        }
        match self.types.kind(self.vars.shallow(self.types, t)) {
            Kind::Error | Kind::Var(_) => out.push('_'),
            Kind::Never => out.push_str("nothing"),
            Kind::Unit => out.push_str("()"),
            Kind::Int => out.push_str("Int"),
            Kind::Float => out.push_str("Float"),
            Kind::Bool => out.push_str("Bool"),
            Kind::Str => out.push_str("Str"),
            Kind::Bytes => out.push_str("Bytes"),
            Kind::Tuple(elements) => self.write_list("(", elements, ")", out),
            Kind::List(element) => self.write_list("List[", &[*element], "]", out),
            Kind::Map(key, value) => self.write_list("Map[", &[*key, *value], "]", out),
            Kind::Set(element) => self.write_list("Set[", &[*element], "]", out),
            Kind::Addr(message) => self.write_list("Addr[", &[*message], "]", out),
            Kind::Inbox(message) => self.write_list("Inbox[", &[*message], "]", out),
            Kind::Struct(id, args) => self.write_named(&self.items.strukt(*id).head.name.name, args, out),
            Kind::Enum(id, args) => self.write_named(&self.items.enumeration(*id).head.name.name, args, out),
            Kind::Fn(params, result) => {
                self.write_list("fn(", params, ")", out);
                if self.vars.shallow(self.types, *result) != T::UNIT {
                    out.push_str(" -> ");
                    self.write(*result, out);
                }
            }
            Kind::Param(n) => match self.generics.get(*n as usize) {
                Some(name) => out.push_str(name),
                None => {
                    let _ = write!(out, "T{n}");
                }
            },
        }
    }

    fn write_named(&self, name: &str, args: &[T], out: &mut String) {
        out.push_str(name);
        if !args.is_empty() {
            self.write_list("[", args, "]", out);
        }
    }

    fn write_list(&self, open: &str, parts: &[T], close: &str, out: &mut String) {
        out.push_str(open);
        for (n, part) in parts.iter().enumerate() {
            if n > 0 {
                out.push_str(", ");
            }
            self.write(*part, out);
        }
        out.push_str(close);
    }
}
