//! `mvm inspect FILE`.

use std::io::{self, Write};
use std::path::PathBuf;

use mvm::Limits;
use mvm::compiler::Options;
use mvm::vm::bytecode::{FORMAT_VERSION, Function, Module};
use mvm::vm::snapshot::{MAGIC, SnapshotStatus};
use mvm::vm::{Program, SnapshotInfo};

use super::failure::Failure;
use super::input::{Input, read_bytes};
use super::size;

/// Shows what a module or a snapshot is made of: hash, capabilities, functions, sizes
#[derive(Debug, clap::Args)]
pub(super) struct Inspect {
    /// Built module, source file or snapshot; - is standard input
    file: PathBuf,
    /// The program that a snapshot is of, to show its stack trace in source lines
    #[arg(long, value_name = "FILE")]
    program: Option<PathBuf>,
}

impl Inspect {
    pub(super) fn execute(&self) -> Result<(), Failure> {
        let bytes = read_bytes(&self.file, Limits::default().snapshot_bytes)?;
        let mut out = io::stdout().lock();
        if bytes.starts_with(&MAGIC) {
            let info = SnapshotInfo::read(&bytes).map_err(Failure::usage)?;
            let module = self.program.as_ref().map(|file| Input::read(file).and_then(module)).transpose()?;
            return Ok(write_snapshot(&mut out, &info, module.as_ref())?);
        }
        let module = module(Input::from_bytes(&self.file, bytes)?)?;
        let program = Program::load(module).map_err(Failure::usage)?;
        Ok(write_module(&mut out, &program)?)
    }
}

fn module(input: Input) -> Result<Module, Failure> {
    input.into_module(&Options { tests: false, main_required: false, stdlib: false })
}

fn write_snapshot(out: &mut impl Write, info: &SnapshotInfo, module: Option<&Module>) -> io::Result<()> {
    let modules: Vec<_> = info.modules.iter().map(ToString::to_string).collect();
    let hash: String = info.hash.iter().map(|byte| format!("{byte:02x}")).collect();
    let state = match info.status {
        SnapshotStatus::New => "not started",
        SnapshotStatus::Ready => "can run",
        SnapshotStatus::Waiting => "waits for its host",
        SnapshotStatus::Done => "done",
        SnapshotStatus::Trapped(_) => "trapped",
    };
    writeln!(out, "snapshot      {hash}")?;
    writeln!(out, "program       {}", modules.join(", "))?;
    writeln!(out, "format        {}", info.version)?;
    writeln!(out, "size          {}", size::show(info.total_bytes as u64))?;
    writeln!(out, "heap          {}", size::show(info.heap_bytes as u64))?;
    writeln!(out, "registers     {}", size::show(info.register_bytes as u64))?;
    writeln!(out, "calls         {}", info.frames)?;
    writeln!(out, "fuel used     {}", info.fuel_used)?;
    writeln!(out, "state         {state}")?;
    match module {
        Some(module) if info.modules.contains(&module.hash()) => {
            info.stack_trace(module).iter().try_for_each(|line| writeln!(out, "  {line}"))
        }
        Some(_) => writeln!(out, "the program given is another one, so there is no stack trace"),
        None => writeln!(out, "give its program with --program to see its stack trace"),
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
