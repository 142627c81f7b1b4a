//! What the inputs of a session have declared and imported: names for the inputs that follow.

use std::sync::Arc;

use foldhash::{HashMap, HashSet};

use super::names::{Imported, Names, TypeName, ValueName};
use crate::resolve::ModuleId;

/// Names that an input sees although it doesn't declare them. A later declaration of a name takes the place of an
/// earlier one; code that was checked before keeps what it meant then.
#[derive(Debug, Clone, Default)]
pub(super) struct Environment {
    pub(super) types: HashMap<Arc<str>, TypeName>,
    pub(super) values: HashMap<Arc<str>, ValueName>,
    pub(super) modules: HashMap<Arc<str>, ModuleId>,
    /// The variables of the session: statements see them, and functions don't.
    variables: HashSet<Arc<str>>,
    /// Types that an input before the one that declares them had another type's name for. They are known by their input
    /// as well, so that a name in a type table always means one type of the session.
    renamed: HashSet<(ModuleId, Arc<str>)>,
}

impl Environment {
    /// Adds what an input declares and imports.
    pub(super) fn add(&mut self, names: &Names) {
        let types = names.imported_types.iter().map(|(name, imported)| (name, imported.what));
        for (name, what) in types.chain(names.types.iter().map(|(name, declared)| (name, declared.what))) {
            if let Some(before) = self.types.insert(name.clone(), what) {
                self.forget_constructors(name, before);
            }
        }
        let values = names.imported_values.iter().map(|(name, imported)| (name, imported.what));
        let values = values.chain(names.values.iter().map(|(name, declared)| (name, declared.what)));
        self.values.extend(values.map(|(name, what)| (name.clone(), what)));
        self.modules.extend(names.modules.iter().map(|(name, imported)| (name.clone(), imported.what)));
    }

    /// Notes which variables there are.
    pub(super) fn set_variables(&mut self, names: impl Iterator<Item = Arc<str>>) {
        self.variables = names.collect();
    }

    /// Whether the session has a variable of this name.
    pub(super) fn has_variable(&self, name: &str) -> bool {
        self.variables.contains(name)
    }

    /// Notes which types of an input, whose names are declared and not added yet, take the name of another.
    pub(super) fn note_renamed(&mut self, module: ModuleId, names: &Names) {
        let taken = names.types.keys().filter(|name| self.types.contains_key(*name));
        self.renamed.extend(taken.map(|name| (module, name.clone())));
    }

    /// Whether a type of an input took the name of another.
    pub(super) fn is_renamed(&self, module: ModuleId, name: &Arc<str>) -> bool {
        !self.renamed.is_empty() && self.renamed.contains(&(module, name.clone()))
    }

    /// The constructors of a type whose name means another one now.
    fn forget_constructors(&mut self, name: &str, before: TypeName) {
        match before {
            TypeName::Struct(id) => {
                if self.values.get(name) == Some(&ValueName::Struct(id)) {
                    self.values.remove(name);
                }
            }
            TypeName::Enum(id) => {
                self.values.retain(|_, value| !matches!(value, ValueName::Variant(of, _) if *of == id));
            }
            TypeName::Alias(_) => {}
        }
    }

    /// Makes these names imports of an input that has been checked, for whoever asks what it sees.
    pub(super) fn import_into(&self, names: &mut Names) {
        let import = names.imports.len();
        for (name, what) in &self.types {
            names.imported_types.entry(name.clone()).or_insert(Imported { what: *what, import });
        }
        for (name, what) in &self.values {
            names.imported_values.entry(name.clone()).or_insert(Imported { what: *what, import });
        }
        for (name, what) in &self.modules {
            names.modules.entry(name.clone()).or_insert(Imported { what: *what, import });
        }
    }

    /// Forgets a value, since a variable has its name now.
    pub(super) fn remove_value(&mut self, name: &str) {
        self.values.remove(name);
    }
}
