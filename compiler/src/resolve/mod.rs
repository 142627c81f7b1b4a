//! From `use` to modules: which files and standard modules a program is made of, and how names are found when they
//! are misspelt.

mod load;
mod path;
mod suggest;

pub(crate) use load::{Module, ModuleId, ModuleKind, Modules, is_stdlib_path};
pub(crate) use suggest::nearest;
