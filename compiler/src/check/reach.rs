//! What can be written at a place of a program: members of a value's type, and names in scope.

use std::mem::discriminant;
use std::sync::Arc;

use super::facts::{Facts, Found};
use super::methods::{built_in_home, home_name};
use super::names::{Names, TypeName, ValueName};
use super::record::param_span;
use super::types::{Kind, T, parts};
use crate::resolve::ModuleId;
use crate::source::{FileId, Span};
use crate::typed::EnumId;

/// A name that can be written somewhere, and where what it means is declared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Visible {
    pub(crate) name: Arc<str>,
    pub(crate) definition: Span,
}

impl Facts {
    /// The module whose text a file is.
    pub(crate) fn module_of(&self, file: FileId) -> Option<ModuleId> {
        let found = (0u32..).zip(&self.modules).find(|(_, module)| module.ast.file == file);
        found.map(|(id, _)| ModuleId(id))
    }

    /// The fields of a struct, or the elements of a tuple: names, types as text, and where a field is declared.
    pub(crate) fn fields(&self, found: Found) -> Vec<(String, String, Option<Span>)> {
        match self.types.kind(found.ty) {
            Kind::Struct(id, args) => {
                let args: Vec<Arc<str>> =
                    args.iter().map(|arg| self.text(*arg, self.generics(found)).into()).collect();
                let fields = &self.items.strukt(*id).constructor.params;
                let named = fields.iter().filter_map(|field| {
                    Some((field.name.as_ref()?.to_string(), self.text(field.ty, &args), param_span(field)))
                });
                named.collect()
            }
            Kind::Tuple(elements) => {
                let shown = elements.iter().map(|element| self.text(*element, self.generics(found)));
                shown.enumerate().map(|(n, ty)| (n.to_string(), ty, None)).collect()
            }
            _ => Vec::new(),
        }
    }

    /// The variants of an enum.
    pub(crate) fn variants(&self, found: Found) -> Vec<Visible> {
        match self.types.kind(found.ty) {
            Kind::Enum(id, _) => self.variants_of(*id),
            _ => Vec::new(),
        }
    }

    /// The variants of the enum that is declared at a place.
    pub(crate) fn variants_at(&self, definition: Span) -> Vec<Visible> {
        let enums = (0u32..).zip(&self.items.enums);
        let mut ids = enums.filter(|(_, item)| item.head.name.span == definition).map(|(id, _)| id);
        ids.next().map(|id| self.variants_of(EnumId(id))).unwrap_or_default()
    }

    fn variants_of(&self, id: EnumId) -> Vec<Visible> {
        let variants = self.items.enumeration(id).variants.iter();
        let visible = variants
            .map(|variant| Visible { name: variant.name.name.clone(), definition: variant.name.span });
        visible.collect()
    }

    /// The functions that can be called on a value: those of the modules that hold the functions of its type, and those
    /// that are in scope without a dot.
    pub(crate) fn methods(&self, found: Found, from: ModuleId) -> (Vec<Visible>, Vec<Visible>) {
        let mut of_type = Vec::new();
        for home in self.homes(found.ty) {
            let values = self.names_of(home).map(|names| &names.values);
            for (name, declared) in values.into_iter().flatten() {
                if (declared.public || home == from) && self.takes_first(declared.what, found.ty) {
                    of_type.extend(self.visible(name, declared.what));
                }
            }
        }
        let in_scope = self.values_named(from).filter(|(_, value)| self.takes_first(*value, found.ty));
        let in_scope = in_scope.filter_map(|(name, value)| self.visible(name, value));
        let in_scope = in_scope.filter(|visible| !of_type.iter().any(|other| other.name == visible.name));
        let in_scope = sorted(in_scope.collect());
        (sorted(of_type), in_scope)
    }

    fn homes(&self, t: T) -> Vec<ModuleId> {
        let standard = |name: &str| self.type_modules.get(name).copied().flatten();
        let head = match self.types.kind(t) {
            Kind::Struct(id, _) => &self.items.strukt(*id).head,
            Kind::Enum(id, _) => &self.items.enumeration(*id).head,
            kind => return built_in_home(kind).and_then(standard).into_iter().collect(),
        };
        let own =
            if Some(head.module) == self.prelude { standard(&home_name(&head.name.name)) } else { None };
        own.into_iter().chain([head.module]).collect()
    }

    fn takes_first(&self, value: ValueName, t: T) -> bool {
        let signature = match value {
            ValueName::Function(id) => &self.items.function(id).signature,
            ValueName::Extern(id) => &self.items.external(id).signature,
            _ => return false,
        };
        signature.params.first().is_some_and(|param| self.accepts(param.ty, t))
    }

    /// Whether a parameter of one type may take a value of the other. What is not known fits.
    fn accepts(&self, param: T, given: T) -> bool {
        match (self.types.kind(param), self.types.kind(given)) {
            (Kind::Param(_) | Kind::Error, _) | (_, Kind::Error | Kind::Never) => true,
            (Kind::Struct(x, _), Kind::Struct(y, _)) if x != y => false,
            (Kind::Enum(x, _), Kind::Enum(y, _)) if x != y => false,
            (a, b) => {
                discriminant(a) == discriminant(b)
                    && parts(a).count() == parts(b).count()
                    && parts(a).zip(parts(b)).all(|(a, b)| self.accepts(a, b))
            }
        }
    }

    /// What a module exports: values and types.
    pub(crate) fn exports(&self, of: ModuleId) -> Vec<Visible> {
        let Some(names) = self.names_of(of) else { return Vec::new() };
        let values = names.values.iter().filter(|(_, declared)| declared.public);
        let types = names.types.iter().filter(|(_, declared)| declared.public);
        let mut exports: Vec<_> =
            values.filter_map(|(name, declared)| self.visible(name, declared.what)).collect();
        exports.extend(types.map(|(name, declared)| self.visible_type(name, declared.what)));
        sorted(exports)
    }

    /// The values in scope in a module, locals aside.
    pub(crate) fn values_in(&self, module: ModuleId) -> Vec<Visible> {
        sorted(self.values_named(module).filter_map(|(name, value)| self.visible(name, value)).collect())
    }

    /// The declared types in scope in a module.
    pub(crate) fn types_in(&self, module: ModuleId) -> Vec<Visible> {
        let Some(names) = self.names_of(module) else { return Vec::new() };
        let own = names.types.iter().map(|(name, declared)| (name, declared.what));
        let imported = names.imported_types.iter().map(|(name, imported)| (name, imported.what));
        let prelude = self.prelude.and_then(|prelude| self.names_of(prelude)).into_iter();
        let prelude = prelude.flat_map(|names| &names.types).filter(|(_, declared)| declared.public);
        let prelude = prelude.map(|(name, declared)| (name, declared.what));
        let all = own.chain(imported).chain(prelude);
        sorted(all.map(|(name, ty)| self.visible_type(name, ty)).collect())
    }

    /// The modules that a module can name, each by the name that it has there.
    pub(crate) fn modules_in(&self, module: ModuleId) -> Vec<(Arc<str>, ModuleId)> {
        let names = self.names_of(module).into_iter().flat_map(|names| &names.modules);
        names.map(|(name, imported)| (name.clone(), imported.what)).collect()
    }

    fn values_named(&self, module: ModuleId) -> impl Iterator<Item = (&Arc<str>, ValueName)> {
        let names = self.names_of(module);
        let own = names.into_iter().flat_map(|names| &names.values);
        let imported = names.into_iter().flat_map(|names| &names.imported_values);
        let prelude = self.prelude.and_then(|prelude| self.names_of(prelude));
        let prelude = prelude.into_iter().flat_map(|names| &names.values);
        own.map(|(name, declared)| (name, declared.what))
            .chain(imported.map(|(name, imported)| (name, imported.what)))
            .chain(
                prelude.filter(|(_, declared)| declared.public).map(|(name, declared)| (name, declared.what)),
            )
    }

    fn names_of(&self, module: ModuleId) -> Option<&Names> {
        self.names.get(module.0 as usize)
    }

    fn visible(&self, name: &Arc<str>, value: ValueName) -> Option<Visible> {
        let definition = self.items.value_span(value)?;
        Some(Visible { name: name.clone(), definition })
    }

    fn visible_type(&self, name: &Arc<str>, ty: TypeName) -> Visible {
        let head = match ty {
            TypeName::Struct(id) => &self.items.strukt(id).head,
            TypeName::Enum(id) => &self.items.enumeration(id).head,
            TypeName::Alias(id) => &self.items.aliases[id.0 as usize].head,
        };
        Visible { name: name.clone(), definition: head.name.span }
    }
}

/// By name, each name once: the first of several is the one that is meant.
fn sorted(mut all: Vec<Visible>) -> Vec<Visible> {
    all.sort_by(|a, b| a.name.cmp(&b.name));
    all.dedup_by(|later, first| later.name == first.name);
    all
}
