//! Enters what a module's `use` items bring in.

use super::context::Context;
use super::names::{Declared, Import, Imported, TypeName, ValueName};
use crate::ast::{Ident, ItemKind, UseItem, UseName};
use crate::diagnostic::{Code, Diagnostic};
use crate::resolve::ModuleId;
use crate::source::Span;

/// Enters the imports of a module whose own names are entered.
pub(super) fn import(cx: &mut Context<'_>, module: ModuleId) {
    let file = cx.modules.module(module).ast.clone();
    let uses = file.items.iter().filter_map(|item| match &item.kind {
        ItemKind::Use(item) => Some(item),
        _ => None,
    });
    for (at, item) in uses.enumerate() {
        let Some(Some(of)) = cx.modules.module(module).uses.get(at).copied() else {
            enter_missing(cx, module, item);
            continue;
        };
        let mut importing = Importing { cx, module, of };
        importing.enter(item);
    }
}

/// Enters the names of what can't be had, so that nothing is said of their uses.
fn enter_missing(cx: &mut Context<'_>, module: ModuleId, item: &UseItem) {
    let names = item.names.iter().flatten().map(|name| name.alias.as_ref().unwrap_or(&name.name));
    let own = if item.names.is_none() { item.path.last() } else { None };
    let missing = names.chain(item.alias.as_ref().or(own)).map(|name| name.name.clone());
    cx.names[module.0 as usize].missing.extend(missing);
}

struct Importing<'a, 's> {
    cx: &'a mut Context<'s>,
    module: ModuleId,
    of: ModuleId,
}

impl Importing<'_, '_> {
    fn enter(&mut self, item: &UseItem) {
        let named = item.path.last().into_iter().chain(&item.alias);
        for name in named {
            self.cx.note_module(name.span, self.of);
        }
        match &item.names {
            Some(names) => {
                for name in names {
                    self.enter_name(name);
                }
                if let Some(alias) = &item.alias {
                    self.enter_module(alias);
                }
            }
            None => {
                if let Some(name) = item.alias.as_ref().or(item.path.last()) {
                    self.enter_module(name);
                }
            }
        }
    }

    fn enter_module(&mut self, name: &Ident) {
        let import = self.add(name);
        let names = &mut self.cx.names[self.module.0 as usize];
        let imported = Imported { what: self.of, import };
        let before = names.modules.insert(name.name.clone(), imported);
        if let Some(before) = before {
            let span = names.imports[before.import].span;
            self.report_double(name, span, "used twice");
        }
    }

    /// A name may mean a type and a value; both are brought in.
    fn enter_name(&mut self, used: &UseName) {
        let here = used.alias.as_ref().unwrap_or(&used.name);
        let of = &self.cx.names[self.of.0 as usize];
        let ty = of.types.get(&used.name.name).copied();
        let value = of.values.get(&used.name.name).copied();
        let visible = ty.is_some_and(|ty| ty.public) || value.is_some_and(|value| value.public);
        if !visible {
            // These report what is wrong: there is no such name, or it is private.
            match value {
                Some(_) => _ = self.cx.member_value(self.module, self.of, &used.name),
                None => _ = self.cx.member_type(self.module, self.of, &used.name),
            }
            return;
        }
        self.note(used, ty.filter(|ty| ty.public), value.filter(|value| value.public));
        let import = self.add(here);
        let names = &mut self.cx.names[self.module.0 as usize];
        let mut clash = None;
        if let Some(ty) = ty.filter(|ty| ty.public) {
            clash = names.types.get(&here.name).map(|own| own.span);
            let before = names.imported_types.insert(here.name.clone(), Imported { what: ty.what, import });
            clash = clash.or(before.map(|before| names.imports[before.import].span));
        }
        if let Some(value) = value.filter(|value| value.public) {
            clash = clash.or(names.values.get(&here.name).map(|own| own.span));
            let imported = Imported { what: value.what, import };
            let before = names.imported_values.insert(here.name.clone(), imported);
            clash = clash.or(before.map(|before| names.imports[before.import].span));
        }
        if let Some(span) = clash {
            self.report_double(here, span, "declared twice");
        }
    }

    fn note(&mut self, used: &UseName, ty: Option<Declared<TypeName>>, value: Option<Declared<ValueName>>) {
        for name in [Some(&used.name), used.alias.as_ref()].into_iter().flatten() {
            match (ty, value) {
                (Some(ty), _) => self.cx.note_type(name.span, ty.what),
                (None, Some(value)) => self.cx.note_value(name.span, value.what),
                (None, None) => {}
            }
        }
    }

    fn add(&mut self, name: &Ident) -> usize {
        let imports = &mut self.cx.names[self.module.0 as usize].imports;
        imports.push(Import { name: name.name.clone(), span: name.span, used: false });
        imports.len() - 1
    }

    fn report_double(&mut self, name: &Ident, before: Span, how: &str) {
        let message = format!("the name `{}` is {how}", name.name);
        let diagnostic = Diagnostic::error(Code::DuplicateName, message).primary(name.span, "");
        let help = "give one of them another name with `as`";
        self.cx.report(diagnostic.secondary(before, "first declared here").help(help));
    }
}
