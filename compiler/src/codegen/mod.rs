//! Code generation: from the typed tree to a module.
//!
//! A worklist begins with the roots, `main` and the tests; generating a function asks for the functions that it calls.
//! Within a function, an expression is generated towards a [`goal::Goal`]: into a register, into a branch, into the function's
//! result, or for its effects alone. So no value is moved that could have been made where it is wanted.

mod arith;
mod asm;
mod assign;
mod body;
mod call;
mod closure;
mod compare;
mod condition;
mod demand;
mod expr;
mod frame;
mod function;
mod goal;
mod hoist;
mod inline;
mod input;
mod intrinsics;
mod known;
mod landing;
mod link;
mod loops;
mod matching;
mod module;
mod pattern;
mod registers;
mod scan;
mod split;
mod stmt;
mod subject;
mod tables;
#[cfg(test)]
mod tests;
mod text;

use mob_vm::bytecode::{Function, Import, Module, TestEntry};

use crate::compile::Options;
use crate::diagnostic::Diagnostics;
use crate::mono::{Body, Jobs};
use crate::source::SourceMap;
use crate::typed::{FunctionId, Program};
pub(crate) use input::{LinkedFunction, generate_input};
use module::ModuleBuilder;

/// Makes the module called `name` of a checked program: `main`, the tests if they are asked for, and what these reach.
///
/// # Errors
/// What only a specialisation shows: a comparison or text of functions, endlessly many types, a function or program that
/// is too large.
pub(crate) fn generate(
    program: &Program,
    sources: &SourceMap,
    name: &str,
    options: &Options,
) -> Result<Module, Diagnostics> {
    let mut builder = ModuleBuilder::new(program, sources, Jobs::default());
    let mut root =
        |function: FunctionId| builder.jobs.request(Body::Function(function, [].into()), None, None);
    let main = program.main.map(&mut root);
    let wanted = program.tests.iter().filter(|_| options.tests);
    let tests =
        wanted.map(|test| TestEntry { name: test.name.clone(), function: root(test.function) }).collect();
    let functions = generate_functions(&mut builder);
    builder.check_sizes(&functions);
    if builder.diagnostics.has_errors() {
        return Err(builder.diagnostics);
    }
    let tables = builder.into_tables();
    Ok(Module {
        name: name.to_owned(),
        capabilities: capabilities(&tables.imports),
        types: tables.types,
        constants: tables.constants,
        imports: tables.imports,
        functions,
        main,
        tests,
        files: tables.files,
        links: Vec::new(),
    })
}

fn generate_functions(builder: &mut ModuleBuilder<'_>) -> Vec<Function> {
    let mut functions = Vec::new();
    while let Some(job) = builder.jobs.next() {
        let function = body::generate(builder, &job);
        functions.resize_with(builder.jobs.len(), || None);
        functions[job.id.0 as usize] = function;
        if !builder.is_within_limits(&job) {
            break;
        }
    }
    functions.into_iter().flatten().collect()
}

/// What a run of these imports needs leave for: sorted, each once.
fn capabilities(imports: &[Import]) -> Vec<String> {
    let mut capabilities: Vec<_> = imports.iter().map(|import| import.capability().to_owned()).collect();
    capabilities.sort();
    capabilities.dedup();
    capabilities
}
