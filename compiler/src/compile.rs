//! The way of a whole program through the compiler: what callers use.

use mob_vm::bytecode::Module;

use crate::check::{Outcome, check_program};
use crate::codegen;
use crate::diagnostic::Diagnostics;
use crate::source::SourceMap;
use crate::sources::Sources;
use crate::typed;

/// What to compile of a program, and what it must have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Options {
    /// Whether the root file's `test` blocks become part of the module. They are checked either way.
    pub tests: bool,
    /// Whether a root file without `main` is an error, as it is for a program that is to be run.
    pub main_required: bool,
    /// Whether the root file is the standard library's module of its name, as when that module's own tests are run.
    pub stdlib: bool,
}

/// A compiled program.
#[derive(Debug, Clone)]
pub struct Compiled {
    /// The module.
    pub module: Module,
    /// What is worth saying about the program though it could be compiled.
    pub warnings: Diagnostics,
    /// The text of all files that it is made of, for rendering the warnings.
    pub sources: SourceMap,
}

/// A program that could not be compiled.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{} in the program", count(.diagnostics.error_count(), "error"))]
pub struct CompileError {
    /// Why: at least one error, and warnings.
    pub diagnostics: Diagnostics,
    /// The text of all files that were read, for rendering the diagnostics.
    pub sources: SourceMap,
}

/// What checking a program gave.
#[derive(Debug, Clone)]
pub struct Checked {
    /// The program with its types, if nothing is wrong with it.
    pub program: Option<typed::Program>,
    /// Errors and warnings.
    pub diagnostics: Diagnostics,
    /// The text of all files that were read, for rendering the diagnostics.
    pub sources: SourceMap,
}

/// Compiles the program whose root file has this text.
///
/// `name` is the file's path as it is shown to people, with `/` between its parts; files that it uses are asked for
/// relative to it. The module is named by its last part without `.mob`.
///
/// # Errors
/// If the program, or a file that it uses, is not a correct one.
pub fn compile(
    name: &str,
    text: &str,
    sources: &dyn Sources,
    options: &Options,
) -> Result<Compiled, Box<CompileError>> {
    let Checked { program, diagnostics, sources } = check(name, text, sources, options);
    let Some(program) = program else { return Err(Box::new(CompileError { diagnostics, sources })) };
    match codegen::generate(&program, &sources, module_name(name), options) {
        Ok(module) => Ok(Compiled { module, warnings: diagnostics, sources }),
        Err(mut all) => {
            diagnostics.iter().cloned().for_each(|warning| all.push(warning));
            Err(Box::new(CompileError { diagnostics: all, sources }))
        }
    }
}

/// The last part of a path, without its ending.
fn module_name(path: &str) -> &str {
    let last = path.rsplit('/').next().unwrap_or(path);
    last.strip_suffix(".mob").unwrap_or(last)
}

/// Finds all errors and warnings in the program whose root file has this text, without generating code. The
/// arguments are those of [`compile`].
pub fn check(name: &str, text: &str, sources: &dyn Sources, options: &Options) -> Checked {
    let Outcome { program, diagnostics, map } = check_program(name, text, sources, options);
    Checked { program, diagnostics, sources: map }
}

fn count(n: usize, what: &str) -> String {
    if n == 1 { format!("1 {what}") } else { format!("{n} {what}s") }
}
