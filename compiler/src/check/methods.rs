//! `x.f(…)`: which function `f` is meant, by the type of `x`.

use super::body::Body;
use super::context::Context;
use super::names::ValueName;
use super::types::{Kind, T};
use crate::ast::Ident;
use crate::resolve::ModuleId;
use crate::typed::LocalId;

/// A function that can be called on a value.
pub(super) enum Method {
    Declared(ValueName),
    Local(LocalId),
}

impl Context<'_> {
    /// The standard module of this name, loaded if it has to be.
    pub(super) fn type_module(&mut self, name: &str) -> Option<ModuleId> {
        if let Some(known) = self.type_modules.get(name) {
            return *known;
        }
        let loaded = self.modules.load_stdlib(name);
        let id = loaded.as_ref().map(|(id, _)| *id);
        self.type_modules.insert(name.to_owned(), id);
        for module in loaded.into_iter().flat_map(|(_, new)| new) {
            super::declare::declare(self, module);
        }
        id
    }

    /// The modules in which the functions of a type are looked up.
    pub(super) fn home_modules(&mut self, kind: &Kind) -> Vec<ModuleId> {
        let head = match kind {
            Kind::Struct(id, _) => &self.items.strukt(*id).head,
            Kind::Enum(id, _) => &self.items.enumeration(*id).head,
            _ => return built_in_home(kind).and_then(|home| self.type_module(home)).into_iter().collect(),
        };
        let (module, name) = (head.module, head.name.name.clone());
        self.declared_home(module, &name)
    }

    /// The functions of what the prelude declares are in a module of the type's name.
    fn declared_home(&mut self, module: ModuleId, name: &str) -> Vec<ModuleId> {
        let own = (Some(module) == self.prelude).then(|| self.type_module(&home_name(name))).flatten();
        // What inputs declare is found by its name alone, which the last one that declares it has.
        own.into_iter().chain((!self.is_input(module)).then_some(module)).collect()
    }
}

/// The standard module that holds the functions of a type that the language itself has.
pub(super) fn built_in_home(kind: &Kind) -> Option<&'static str> {
    Some(match kind {
        Kind::Unit => "unit",
        Kind::Int => "int",
        Kind::Float => "float",
        Kind::Bool => "bool",
        Kind::Str => "str",
        Kind::Bytes => "bytes",
        Kind::Tuple(_) => "tuple",
        Kind::List(_) => "list",
        Kind::Map(..) => "map",
        Kind::Set(_) => "set",
        Kind::Addr(_) => "addr",
        Kind::Inbox(_) => "inbox",
        Kind::Fn(..) => "func",
        Kind::Struct(..) | Kind::Enum(..) => return None,
        Kind::Error | Kind::Never | Kind::Param(_) | Kind::Var(_) => return None,
    })
}

/// The standard module that holds the functions of a type of the prelude: for `MoveError`, `move_error`.
pub(super) fn home_name(name: &str) -> String {
    let mut snake = String::new();
    for c in name.chars() {
        if c.is_uppercase() && !snake.is_empty() {
            snake.push('_');
        }
        snake.extend(c.to_lowercase());
    }
    snake
}

impl Body<'_, '_> {
    /// The function of this name for values of this type: in the module that declares the type, else in scope.
    pub(super) fn method(&mut self, t: T, name: &Ident) -> Option<Method> {
        let kind = self.kind(t).clone();
        for home in self.cx.home_modules(&kind) {
            if let Some(declared) = self.cx.names[home.0 as usize].values.get(&name.name)
                && (declared.public || home == self.module)
                && matches!(declared.what, ValueName::Function(_) | ValueName::Extern(_))
            {
                return Some(Method::Declared(declared.what));
            }
        }
        if let Some(local) = self.locals.find(&name.name)
            && matches!(self.kind(self.locals.local(local).ty), Kind::Fn(..))
        {
            return Some(Method::Local(local));
        }
        match self.cx.value_named(self.module, &name.name) {
            Some(value @ (ValueName::Function(_) | ValueName::Extern(_))) => Some(Method::Declared(value)),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::home_name;

    #[test]
    fn types_are_found_in_modules_of_their_names() {
        assert_eq!(home_name("Option"), "option");
        assert_eq!(home_name("MoveError"), "move_error");
    }
}
