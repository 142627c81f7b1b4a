//! What a command is given as FILE: source text, a built module, or either on standard input.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use mvm::FileSources;
use mvm::compiler::diagnostic::{Diagnostics, Style};
use mvm::compiler::source::{SOURCE_BYTES_MAX, SourceMap};
use mvm::compiler::{Compiled, Options};
use mvm::vm::bytecode::{MAGIC, MODULE_BYTES_MAX, Module};

use super::failure::Failure;
use super::terminal;

/// A file's content, told apart by its first bytes and not by its name.
#[derive(Debug)]
pub(crate) enum Input {
    /// Source text.
    Source(Source),
    /// An encoded module.
    Module(Vec<u8>),
}

/// The text of a program's root file.
#[derive(Debug)]
pub(crate) struct Source {
    path: PathBuf,
    text: String,
}

/// The path that stands for standard input.
const STDIN: &str = "-";

impl Input {
    /// Reads a file, or standard input for `-`.
    pub(crate) fn read(path: &Path) -> Result<Self, Failure> {
        Self::from_bytes(path, read_bytes(path, SOURCE_BYTES_MAX.max(MODULE_BYTES_MAX))?)
    }

    /// What these bytes of a file are.
    pub(crate) fn from_bytes(path: &Path, bytes: Vec<u8>) -> Result<Self, Failure> {
        if bytes.starts_with(&MAGIC) {
            return Ok(Self::Module(bytes));
        }
        Source::decode(path, bytes).map(Self::Source)
    }

    /// The module: compiled, with warnings shown, or decoded.
    pub(crate) fn into_module(self, options: &Options) -> Result<Module, Failure> {
        match self {
            Self::Source(source) => Ok(source.compile(options)?.module),
            Self::Module(bytes) => Module::decode(&bytes).map_err(Failure::usage),
        }
    }
}

impl Source {
    /// Reads a file that must be source text.
    pub(crate) fn read(path: &Path) -> Result<Self, Failure> {
        match Input::read(path)? {
            Input::Source(source) => Ok(source),
            Input::Module(_) => {
                Err(Failure::usage(format!("{} is a built module, not source", path.display())))
            }
        }
    }

    fn decode(path: &Path, bytes: Vec<u8>) -> Result<Self, Failure> {
        let shown = name(path);
        if bytes.len() > SOURCE_BYTES_MAX {
            let mib = SOURCE_BYTES_MAX >> 20;
            return Err(Failure::usage(format!("{shown} is longer than a source file may be, {mib} MiB")));
        }
        let text = String::from_utf8(bytes).map_err(|error| {
            let offset = error.utf8_error().valid_up_to();
            let before = &error.as_bytes()[..offset];
            let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
            Failure::usage(format!(
                "{shown} is not UTF-8: line {line} has a byte that can't be decoded (offset {offset})"
            ))
        })?;
        Ok(Self { path: path.to_owned(), text })
    }

    /// The path as diagnostics show it.
    pub(crate) fn name(&self) -> String {
        name(&self.path)
    }

    /// The text.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// All of the program's errors and warnings, also those that only code generation finds.
    pub(crate) fn check(&self) -> (Diagnostics, SourceMap) {
        let options = Options { tests: true, main_required: false, ..Options::default() };
        match mvm::compiler::compile(&self.name(), &self.text, &self.sources(), &options) {
            Ok(compiled) => (compiled.warnings, compiled.sources),
            Err(error) => (error.diagnostics, error.sources),
        }
    }

    /// Compiles the program, and shows its warnings.
    pub(crate) fn compile(&self, options: &Options) -> Result<Compiled, Failure> {
        let (compiled, warnings) = self.compile_with_warnings(options)?;
        terminal::say(&warnings);
        Ok(compiled)
    }

    /// Compiles the program, and gives its warnings as text.
    pub(crate) fn compile_with_warnings(&self, options: &Options) -> Result<(Compiled, String), Failure> {
        match mvm::compiler::compile(&self.name(), &self.text, &self.sources(), options) {
            Ok(compiled) => {
                let warnings = compiled.warnings.render(&compiled.sources, style());
                Ok((compiled, warnings))
            }
            Err(error) => Err(Failure::Diagnostics(error.diagnostics.render(&error.sources, style()))),
        }
    }

    fn sources(&self) -> FileSources {
        FileSources::beside(&self.path)
    }
}

/// A path as messages show it.
fn name(path: &Path) -> String {
    match path.to_str() {
        Some(STDIN) => "stdin".to_owned(),
        _ => path.to_string_lossy().replace('\\', "/"),
    }
}

/// How diagnostics are to look on standard error.
pub(crate) fn style() -> Style {
    if terminal::is_coloured() { Style::Coloured } else { Style::Plain }
}

/// A file's bytes, or standard input's for `-`. Not more than `bytes_max` are read.
pub(crate) fn read_bytes(path: &Path, bytes_max: usize) -> Result<Vec<u8>, Failure> {
    match path.to_str() {
        Some(STDIN) => read_all(io::stdin(), path, bytes_max),
        _ => read_file(path, bytes_max),
    }
}

/// A file's bytes. Not more than `bytes_max` are read.
pub(crate) fn read_file(path: &Path, bytes_max: usize) -> Result<Vec<u8>, Failure> {
    let file = File::open(path).map_err(|error| Failure::file("read", path, &error))?;
    read_all(file, path, bytes_max)
}

fn read_all(stream: impl Read, path: &Path, bytes_max: usize) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let read = stream.take(bytes_max as u64 + 1).read_to_end(&mut bytes);
    read.map_err(|error| Failure::file("read", path, &error))?;
    if bytes.len() <= bytes_max {
        return Ok(bytes);
    }
    let (shown, limit) = (name(path), super::size::show(bytes_max as u64));
    Err(Failure::usage(format!("{shown} is too long: no file that mvm takes here has more than {limit}")))
}
