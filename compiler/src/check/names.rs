//! The names that a module declares and imports.

use std::sync::Arc;

use foldhash::{HashMap, HashSet};

use super::items::{AliasId, ConstId, FnItemId};
use crate::resolve::ModuleId;
use crate::source::Span;
use crate::typed::{EnumId, ExternId, StructId};

/// What a name in the place of a type means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TypeName {
    Struct(StructId),
    Enum(EnumId),
    Alias(AliasId),
}

/// What a name in the place of a value means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ValueName {
    Function(FnItemId),
    Extern(ExternId),
    Const(ConstId),
    /// A struct's constructor.
    Struct(StructId),
    /// A variant's constructor.
    Variant(EnumId, u32),
    /// Several enums of the module have a variant of this name.
    Ambiguous,
}

/// A declared name.
#[derive(Debug, Clone, Copy)]
pub(super) struct Declared<X> {
    pub(super) what: X,
    pub(super) public: bool,
    pub(super) span: Span,
}

/// An imported name.
#[derive(Debug, Clone, Copy)]
pub(super) struct Imported<X> {
    pub(super) what: X,
    /// Which of the module's imports brought it in.
    pub(super) import: usize,
}

/// A name that a `use` brings in, and whether anything uses it.
#[derive(Debug, Clone)]
pub(super) struct Import {
    pub(super) name: Arc<str>,
    pub(super) span: Span,
    pub(super) used: bool,
}

/// The names of one module.
#[derive(Debug, Clone, Default)]
pub(super) struct Names {
    pub(super) types: HashMap<Arc<str>, Declared<TypeName>>,
    pub(super) values: HashMap<Arc<str>, Declared<ValueName>>,
    pub(super) imported_types: HashMap<Arc<str>, Imported<TypeName>>,
    pub(super) imported_values: HashMap<Arc<str>, Imported<ValueName>>,
    pub(super) modules: HashMap<Arc<str>, Imported<ModuleId>>,
    pub(super) imports: Vec<Import>,
    /// What was to be brought in from modules that can't be had, which has been reported.
    pub(super) missing: HashSet<Arc<str>>,
}

impl Names {
    /// The type that a name means, if it is declared or imported here.
    pub(super) fn type_name(&mut self, name: &str) -> Option<TypeName> {
        if let Some(declared) = self.types.get(name) {
            return Some(declared.what);
        }
        let imported = *self.imported_types.get(name)?;
        self.imports[imported.import].used = true;
        Some(imported.what)
    }

    /// The value that a name means, if it is declared or imported here.
    pub(super) fn value_name(&mut self, name: &str) -> Option<ValueName> {
        if let Some(declared) = self.values.get(name) {
            return Some(declared.what);
        }
        let imported = *self.imported_values.get(name)?;
        self.imports[imported.import].used = true;
        Some(imported.what)
    }

    /// The module that a name means, if it is imported here.
    pub(super) fn module_name(&mut self, name: &str) -> Option<ModuleId> {
        let imported = *self.modules.get(name)?;
        self.imports[imported.import].used = true;
        Some(imported.what)
    }
}
