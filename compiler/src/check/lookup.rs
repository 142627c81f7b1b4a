//! How a name is found: in its module, among the imports, in the prelude, or in another module after a dot.

use super::context::Context;
use super::environment::Environment;
use super::items::Head;
use super::names::{Declared, TypeName, ValueName};
use crate::ast::Ident;
use crate::diagnostic::{Code, Diagnostic};
use crate::resolve::{ModuleId, nearest};

impl Context<'_> {
    /// The type that a name means in a module, without a dot.
    pub(super) fn type_named(&mut self, module: ModuleId, name: &str) -> Option<TypeName> {
        let here = self.names[module.0 as usize].type_name(name);
        let here = here.or_else(|| self.environment_of(module)?.types.get(name).copied());
        here.or_else(|| {
            let declared = self.prelude_names()?.types.get(name)?;
            declared.public.then_some(declared.what)
        })
    }

    /// The value that a name means in a module, without a dot. Locals are not looked at.
    pub(super) fn value_named(&mut self, module: ModuleId, name: &str) -> Option<ValueName> {
        let here = self.names[module.0 as usize].value_name(name);
        let here = here.or_else(|| self.environment_of(module)?.values.get(name).copied());
        here.or_else(|| {
            let declared = self.prelude_names()?.values.get(name)?;
            declared.public.then_some(declared.what)
        })
    }

    /// The module that a name means in a module.
    pub(super) fn module_named(&mut self, module: ModuleId, name: &str) -> Option<ModuleId> {
        let here = self.names[module.0 as usize].module_name(name);
        here.or_else(|| self.environment_of(module)?.modules.get(name).copied())
    }

    /// What an input sees of those before it; nothing for a module that is none.
    fn environment_of(&self, module: ModuleId) -> Option<&Environment> {
        self.is_input(module).then_some(&self.environment)
    }

    /// Whether a name was to come from a module that can't be had.
    pub(super) fn is_missing_import(&self, module: ModuleId, name: &str) -> bool {
        self.names[module.0 as usize].missing.contains(name)
    }

    fn prelude_names(&self) -> Option<&super::names::Names> {
        self.prelude.and_then(|prelude| self.names.get(prelude.0 as usize))
    }

    /// The type `name` of the module `of`, seen from `from`. What is wrong is reported.
    pub(super) fn member_type(&mut self, from: ModuleId, of: ModuleId, name: &Ident) -> Option<TypeName> {
        let found = self.names[of.0 as usize].types.get(&name.name).copied();
        let ty = self.member(from, of, name, found)?;
        self.note_type(name.span, ty);
        Some(ty)
    }

    /// The value `name` of the module `of`, seen from `from`. What is wrong is reported.
    pub(super) fn member_value(&mut self, from: ModuleId, of: ModuleId, name: &Ident) -> Option<ValueName> {
        let found = self.names[of.0 as usize].values.get(&name.name).copied();
        let value = self.member(from, of, name, found)?;
        self.note_value(name.span, value);
        Some(value)
    }

    fn member<X>(
        &mut self,
        from: ModuleId,
        of: ModuleId,
        name: &Ident,
        found: Option<Declared<X>>,
    ) -> Option<X> {
        match found {
            Some(declared) if declared.public || from == of => Some(declared.what),
            Some(declared) => {
                self.report_private(of, name, declared.span);
                None
            }
            None => {
                self.report_no_member(of, name);
                None
            }
        }
    }

    pub(super) fn report_private(&mut self, of: ModuleId, name: &Ident, declared: crate::source::Span) {
        let module = &self.modules.module(of).name;
        let message = format!("`{}` of module `{module}` is private", name.name);
        let mut diagnostic = Diagnostic::error(Code::PrivateName, message)
            .primary(name.span, "")
            .secondary(declared, "declared here, without `pub`");
        if !self.is_stdlib(of) {
            diagnostic = diagnostic.help("put `pub` before its declaration to export it");
        }
        self.report(diagnostic);
    }

    fn report_no_member(&mut self, of: ModuleId, name: &Ident) {
        let module = self.modules.module(of).name.clone();
        let names = &self.names[of.0 as usize];
        let types = names.types.iter().filter(|(_, declared)| declared.public).map(|(name, _)| &**name);
        let values = names.values.iter().filter(|(_, declared)| declared.public).map(|(name, _)| &**name);
        let near = nearest(&name.name, types.chain(values)).map(str::to_owned);
        let message = format!("module `{module}` has no `{}`", name.name);
        let diagnostic = Diagnostic::error(Code::UnknownMember, message).primary(name.span, "");
        if near.is_some() || self.has_enough_errors() {
            return self.report(diagnostic.did_you_mean(name.span, near));
        }
        let other = self.standard_module_with(name);
        self.report(match other {
            Some(other) => diagnostic.help(format!("module `{other}` has it: `{other}.{}`", name.name)),
            None => diagnostic,
        });
    }

    /// The first standard module that exports a value of this name.
    fn standard_module_with(&mut self, name: &Ident) -> Option<String> {
        let standard: Vec<_> = self.modules.stdlib_names().into_iter().map(str::to_owned).collect();
        standard.into_iter().find(|called| {
            let values = self.type_module(called).map(|module| &self.names[module.0 as usize].values);
            values.and_then(|values| values.get(&name.name)).is_some_and(|declared| declared.public)
        })
    }

    /// The name in scope, as a type, that is nearest to one that isn't.
    pub(super) fn near_type(
        &self,
        module: ModuleId,
        generics: &[std::sync::Arc<str>],
        name: &str,
    ) -> Option<String> {
        if self.has_enough_errors() {
            return None;
        }
        let names = &self.names[module.0 as usize];
        let prelude = self.prelude_names().into_iter().flat_map(|names| names.types.keys());
        let before = self.environment_of(module).into_iter().flat_map(|before| before.types.keys());
        let all = names.types.keys().chain(names.imported_types.keys()).chain(before);
        let all = all.chain(prelude).chain(generics);
        nearest(name, all.map(|name| &**name).chain(super::annotate::BUILT_IN)).map(str::to_owned)
    }

    /// The name in scope, as a value or module, that is nearest to one that isn't; `locals` are looked at too.
    pub(super) fn near_value<'a>(
        &'a self,
        module: ModuleId,
        locals: impl Iterator<Item = &'a str>,
        name: &str,
    ) -> Option<String> {
        if self.has_enough_errors() {
            return None;
        }
        let names = &self.names[module.0 as usize];
        let prelude = self.prelude_names().into_iter().flat_map(|names| &names.values);
        let prelude = prelude.filter(|(_, declared)| declared.public).map(|(name, _)| name);
        let all = names.values.keys().chain(names.imported_values.keys()).chain(names.modules.keys());
        let before = self.environment_of(module).into_iter();
        let before = before.flat_map(|before| before.values.keys().chain(before.modules.keys()));
        nearest(name, locals.chain(all.chain(prelude).chain(before).map(|name| &**name))).map(str::to_owned)
    }

    /// The name, module and type parameters of what a type name means.
    pub(super) fn type_head(&self, name: TypeName) -> &Head {
        match name {
            TypeName::Struct(id) => &self.items.strukt(id).head,
            TypeName::Enum(id) => &self.items.enumeration(id).head,
            TypeName::Alias(id) => &self.items.aliases[id.0 as usize].head,
        }
    }
}
