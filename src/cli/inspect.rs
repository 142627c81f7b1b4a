//! `mvm inspect FILE`.

use std::io::{self, Write};
use std::path::PathBuf;

use mvm::compiler::Options;
use mvm::vm::Program;
use mvm::vm::bytecode::{FORMAT_VERSION, Function, Module};

use super::failure::Failure;
use super::input::Input;
use super::size;

/// Shows what a module is made of: hash, capabilities, functions, sizes
#[derive(Debug, clap::Args)]
pub(super) struct Inspect {
    /// Built module or source file; - is standard input
    file: PathBuf,
}

impl Inspect {
    pub(super) fn execute(&self) -> Result<(), Failure> {
        let options = Options { tests: false, main_required: false };
        let module = Input::read(&self.file)?.into_module(&options)?;
        let program = Program::load(module).map_err(Failure::usage)?;
        let mut out = io::stdout().lock();
        Ok(write_module(&mut out, &program)?)
    }
}

fn write_module(out: &mut impl Write, program: &Program) -> io::Result<()> {
    let module = program.module();
    let bytes = module.encode().len() as u64;
    writeln!(out, "module        {}", module.name)?;
    writeln!(out, "hash          {}", program.hash())?;
    writeln!(out, "format        {FORMAT_VERSION}")?;
    writeln!(out, "size          {}", size::show(bytes))?;
    writeln!(out, "capabilities  {}", or_none(&module.capabilities.join(", ")))?;
    writeln!(out, "types         {}", module.types.len())?;
    writeln!(out, "constants     {}", module.constants.len())?;
    let files: Vec<_> = module.files.iter().map(|file| file.name.as_str()).collect();
    writeln!(out, "sources       {}", or_none(&files.join(", ")))?;
    let code: usize = module.functions.iter().map(|function| function.code.len()).sum();
    writeln!(out, "functions     {}, {code} instructions in all", module.functions.len())?;
    write_host_functions(out, module)?;
    module.functions.iter().try_for_each(|function| write_function(out, program, function))
}

fn write_host_functions(out: &mut impl Write, module: &Module) -> io::Result<()> {
    let names: Vec<_> = module.imports.iter().map(|import| import.name.as_str()).collect();
    writeln!(out, "host calls    {}\n", or_none(&names.join(", ")))
}

fn write_function(out: &mut impl Write, program: &Program, function: &Function) -> io::Result<()> {
    let (name, signature) = (&function.name, program.type_name(function.signature));
    let (code, registers) = (function.code.len(), function.registers.len());
    writeln!(out, "{code:>7} instructions {registers:>4} registers  {name}: {signature}")
}

fn or_none(text: &str) -> &str {
    if text.is_empty() { "none" } else { text }
}
