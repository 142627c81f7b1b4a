//! Types as they are written become types.

use std::sync::Arc;

use super::context::Context;
use super::items::{AliasId, AliasState};
use super::names::TypeName;
use super::types::{Kind, T};
use crate::ast::{self, ItemKind, TypeExpr, TypeKind};
use crate::diagnostic::{Code, Diagnostic, Edit};
use crate::resolve::{ModuleId, nearest};
use crate::source::Span;

/// The names of the types that the language itself has.
pub(crate) const BUILT_IN: [&str; 10] =
    ["Int", "Float", "Bool", "Str", "Bytes", "List", "Map", "Set", "Addr", "Inbox"];

/// The names of types that the language has but this compiler doesn't support.
pub(super) const UNSUPPORTED: [&str; 0] = [];

/// How many aliases may stand for each other in a chain, and how many constants.
pub(super) const CHAIN_MAX: u32 = 64;

/// Where a type is written: what its names can mean.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) module: ModuleId,
    pub(super) generics: &'a [Arc<str>],
}

impl Context<'_> {
    /// The type that is written; the error type if something is wrong with it, which is reported.
    pub(super) fn written(&mut self, place: Place<'_>, ty: &TypeExpr) -> T {
        let t = match &ty.kind {
            TypeKind::Named { path, args } => self.written_name(place, path, args, ty.span),
            TypeKind::Tuple(elements) if elements.is_empty() => T::UNIT,
            TypeKind::Tuple(elements) => {
                let elements = self.written_all(place, elements);
                self.types.tuple(&elements)
            }
            TypeKind::Function { params, result } => {
                let params = self.written_all(place, params);
                let result = result.as_ref().map_or(T::UNIT, |result| self.written(place, result));
                self.types.function(&params, result)
            }
            TypeKind::Error => T::ERROR,
        };
        self.checked_size(t, ty.span)
    }

    fn written_all(&mut self, place: Place<'_>, types: &[TypeExpr]) -> Vec<T> {
        types.iter().map(|ty| self.written(place, ty)).collect()
    }

    /// Reports a type that became too large while it was put together at this place.
    pub(super) fn checked_size(&mut self, t: T, span: Span) -> T {
        if std::mem::take(&mut self.types.overflowed) {
            let message = "this type is larger than the limit";
            let limit = format!("types have at most {} parts", super::types::TYPE_PARTS_MAX);
            self.report(Diagnostic::error(Code::TypeTooLarge, message).primary(span, "").note(limit));
            return T::ERROR;
        }
        t
    }

    fn written_name(&mut self, place: Place<'_>, path: &ast::Path, args: &[TypeExpr], span: Span) -> T {
        let args_written = args;
        let args = self.written_all(place, args);
        if let [name] = path.segments.as_slice() {
            if let Some(n) = place.generics.iter().position(|generic| *generic == name.name) {
                self.note_type_param(name.span);
                self.check_arity(&name.name, 0, args_written.len(), span);
                return self.types.intern(Kind::Param(u32::try_from(n).unwrap_or(u32::MAX)));
            }
            if let Some(t) = self.built_in(&name.name, &args, span) {
                return t;
            }
        }
        let Some(name) = self.type_path(place, path) else { return T::ERROR };
        let head = self.type_head(name);
        let (label, wanted) = (head.name.name.clone(), head.generics.len());
        if !self.check_arity(&label, wanted, args.len(), span) {
            return T::ERROR;
        }
        match name {
            TypeName::Struct(id) => self.types.intern(Kind::Struct(id, args.into())),
            TypeName::Enum(id) => self.types.intern(Kind::Enum(id, args.into())),
            TypeName::Alias(id) => {
                let target = self.alias_target(id);
                self.types.substitute(target, &args)
            }
        }
    }

    fn built_in(&mut self, name: &str, args: &[T], span: Span) -> Option<T> {
        let atom = match name {
            "Int" => T::INT,
            "Float" => T::FLOAT,
            "Bool" => T::BOOL,
            "Str" => T::STR,
            "Bytes" => T::BYTES,
            "List" => {
                let element = self.only_argument(name, args, span);
                return Some(self.types.list(element));
            }
            "Addr" => {
                let message = self.only_argument(name, args, span);
                return Some(self.types.intern(Kind::Addr(message)));
            }
            "Inbox" => {
                let message = self.only_argument(name, args, span);
                return Some(self.types.intern(Kind::Inbox(message)));
            }
            "Map" => {
                let (key, value) = match args {
                    [key, value] => (*key, *value),
                    _ => (T::ERROR, T::ERROR),
                };
                self.check_arity(name, 2, args.len(), span);
                return Some(self.written_table(Kind::Map(key, value), span));
            }
            "Set" => {
                let element = self.only_argument(name, args, span);
                return Some(self.written_table(Kind::Set(element), span));
            }
            _ => return None,
        };
        self.check_arity(name, 0, args.len(), span);
        Some(atom)
    }

    /// The type argument of a type that takes one.
    fn only_argument(&mut self, name: &str, args: &[T], span: Span) -> T {
        let is_right = self.check_arity(name, 1, args.len(), span);
        args.first().copied().filter(|_| is_right).unwrap_or(T::ERROR)
    }

    /// A map or set that is written here. Whether its keys can be keys is checked once all types are declared.
    fn written_table(&mut self, kind: Kind, span: Span) -> T {
        let table = self.types.intern(kind);
        self.written_tables.push((table, span));
        table
    }

    fn check_arity(&mut self, name: &str, wanted: usize, given: usize, span: Span) -> bool {
        if wanted == given {
            return true;
        }
        let message = match wanted {
            0 => format!("`{name}` takes no type arguments"),
            1 => format!("`{name}` takes one type argument"),
            _ => format!("`{name}` takes {wanted} type arguments"),
        };
        let given = match given {
            0 => "none are given".to_owned(),
            1 => "one is given".to_owned(),
            _ => format!("{given} are given"),
        };
        self.report(Diagnostic::error(Code::WrongTypeArguments, message).primary(span, given));
        false
    }

    /// What a path in the place of a type names: `Reading`, `stats.Reading`.
    pub(super) fn type_path(&mut self, place: Place<'_>, path: &ast::Path) -> Option<TypeName> {
        match path.segments.as_slice() {
            [name] => {
                let found = self.type_named(place.module, &name.name);
                match found {
                    Some(found) => self.note_type(name.span, found),
                    None => self.report_unknown_type(place, name),
                }
                found
            }
            [module, name] => {
                let Some(of) = self.module_named(place.module, &module.name) else {
                    if self.is_missing_import(place.module, &module.name) {
                        return None;
                    }
                    let message = format!("there is no module `{}` here", module.name);
                    let help = format!("bring it in with `use {}`", module.name);
                    self.report(
                        Diagnostic::error(Code::UnknownName, message).primary(module.span, "").help(help),
                    );
                    return None;
                };
                self.note_module(module.span, of);
                self.member_type(place.module, of, name)
            }
            _ => {
                let message = "a type is named by its module and its name, and nothing else";
                self.report(Diagnostic::error(Code::UnknownType, message).primary(path.span, ""));
                None
            }
        }
    }

    fn report_unknown_type(&mut self, place: Place<'_>, name: &ast::Ident) {
        if self.is_missing_import(place.module, &name.name) {
            return;
        }
        if UNSUPPORTED.contains(&name.as_str()) {
            let message = format!("`{}` is not supported yet", name.name);
            self.report(Diagnostic::error(Code::NotSupported, message).primary(name.span, ""));
            return;
        }
        let message = format!("there is no type `{}` here", name.name);
        let diagnostic = Diagnostic::error(Code::UnknownType, message).primary(name.span, "");
        let near = self.near_type(place.module, place.generics, &name.name);
        let ours = foreign_name(&name.name);
        let near = near.or_else(|| {
            let foreign = nearest(&name.name, FOREIGN_NAMES.iter().map(|(foreign, _)| *foreign))?;
            foreign_name(foreign).map(str::to_owned)
        });
        self.report(match ours {
            Some(ours) => {
                diagnostic.suggest(format!("Mob calls it `{ours}`"), [Edit::replace(name.span, ours)])
            }
            None => diagnostic.did_you_mean(name.span, near),
        });
    }

    /// What an alias stands for, with its type parameters by number.
    pub(super) fn alias_target(&mut self, id: AliasId) -> T {
        let alias = &mut self.items.aliases[id.0 as usize];
        match alias.state {
            AliasState::Done(t) => t,
            AliasState::Begun => {
                let name = alias.head.name.clone();
                alias.state = AliasState::Done(T::ERROR);
                let message = format!("the type alias `{}` stands for itself", name.name);
                self.report(
                    Diagnostic::error(Code::RecursiveAlias, message)
                        .primary(name.span, "")
                        .help("a type that contains itself is a `struct` or an `enum`"),
                );
                T::ERROR
            }
            AliasState::Waiting => {
                alias.state = AliasState::Begun;
                self.chain += 1;
                let t = if self.chain > CHAIN_MAX { self.alias_too_long(id) } else { self.resolve_alias(id) };
                self.chain -= 1;
                self.items.aliases[id.0 as usize].state = AliasState::Done(t);
                t
            }
        }
    }

    fn resolve_alias(&mut self, id: AliasId) -> T {
        let alias = &self.items.aliases[id.0 as usize];
        let (module, generics, item) = (alias.head.module, alias.head.generics.clone(), alias.item);
        let file = self.modules.module(module).ast.clone();
        match file.items.get(item).map(|item| &item.kind) {
            Some(ItemKind::Alias(item)) => self.written(Place { module, generics: &generics }, &item.ty),
            _ => T::ERROR,
        }
    }

    fn alias_too_long(&mut self, id: AliasId) -> T {
        let span = self.items.aliases[id.0 as usize].head.name.span;
        let message = format!("more than {CHAIN_MAX} aliases stand for each other");
        self.report(Diagnostic::error(Code::TypeTooLarge, message).primary(span, ""));
        T::ERROR
    }
}

/// Types that other languages have, and what Mob calls them.
const FOREIGN_NAMES: [(&str, &str); 15] = [
    ("String", "Str"),
    ("Text", "Str"),
    ("Integer", "Int"),
    ("Long", "Int"),
    ("Double", "Float"),
    ("Number", "Float"),
    ("Boolean", "Bool"),
    ("Vec", "List"),
    ("Array", "List"),
    ("Dict", "Map"),
    ("HashMap", "Map"),
    ("Unit", "()"),
    ("Void", "()"),
    ("Maybe", "Option"),
    ("Optional", "Option"),
];

/// What Mob calls a type that other languages call by this name.
fn foreign_name(name: &str) -> Option<&'static str> {
    FOREIGN_NAMES.iter().find(|(foreign, _)| *foreign == name).map(|(_, ours)| *ours)
}
