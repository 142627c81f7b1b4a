//! Where names lead, seen from one module's page.

use mvm::compiler::ast::{ItemKind, UseItem, UseName};

use super::library::{Key, Library, Module};

/// The types that the language itself has, with the modules of their functions.
const BUILT_IN: [(&str, &str); 8] = [
    ("Bool", "bool"),
    ("Bytes", "bytes"),
    ("Float", "float"),
    ("Int", "int"),
    ("List", "list"),
    ("Map", "map"),
    ("Set", "set"),
    ("Str", "str"),
];

/// The names that can be used in one module.
#[derive(Debug, Clone, Copy)]
pub(super) struct Links<'a> {
    pub(super) library: &'a Library,
    pub(super) module: &'a Module,
}

impl Links<'_> {
    /// Where `name` or `module.name` leads, if it is on one of the pages.
    pub(super) fn of(&self, name: &str) -> Option<String> {
        match name.split_once('.') {
            Some((module, name)) => self.of_member(module, name),
            None => self.of_own(name).or_else(|| self.of_imported(name)).or_else(|| self.of_prelude(name)),
        }
    }

    fn of_own(&self, name: &str) -> Option<String> {
        self.module.exports_name(name).then(|| format!("#{name}"))
    }

    fn of_member(&self, module: &str, name: &str) -> Option<String> {
        let is_it = |it: &&UseItem| {
            let called = it.alias.as_ref().or_else(|| it.path.last());
            it.names.is_none() && called.is_some_and(|called| called.as_str() == module)
        };
        let used = self.uses().find(is_it).and_then(|it| self.library.used_by(self.module, &it.path));
        let standard = || self.library.get(&Key::Standard(module.to_owned()));
        self.to(used.or_else(standard)?, name)
    }

    fn of_imported(&self, name: &str) -> Option<String> {
        self.uses().find_map(|it| {
            let is_it = |used: &&UseName| used.alias.as_ref().unwrap_or(&used.name).as_str() == name;
            let used = it.names.iter().flatten().find(is_it)?;
            self.to(self.library.used_by(self.module, &it.path)?, used.name.as_str())
        })
    }

    fn of_prelude(&self, name: &str) -> Option<String> {
        let standard = |name: &str| self.library.get(&Key::Standard(name.to_owned()));
        if let Some(link) = standard("prelude").and_then(|prelude| self.to(prelude, name)) {
            return Some(link);
        }
        let (_, module) = BUILT_IN.iter().find(|(built_in, _)| *built_in == name)?;
        Some(page_link(&standard(module)?.page))
    }

    fn uses(&self) -> impl Iterator<Item = &UseItem> {
        self.module.tree.items.iter().filter_map(|item| match &item.kind {
            ItemKind::Use(it) => Some(it),
            _ => None,
        })
    }

    fn to(self, module: &Module, name: &str) -> Option<String> {
        module.exports_name(name).then(|| format!("{}#{name}", page_link(&module.page)))
    }
}

/// The way from one module's page to another's.
fn page_link(page: &str) -> String {
    format!("../{page}")
}
