//! `mvm disasm FILE`.

use std::io::{self, Write};
use std::path::PathBuf;

use mvm::compiler::Options;
use mvm::compiler::source::SourceMap;
use mvm::vm::bytecode::Module;
use mvm::vm::disasm;

use super::failure::Failure;
use super::input::Input;

/// Shows a program's bytecode beside its source lines
///
/// A built module doesn't hold its source; lines are then shown by their numbers.
#[derive(Debug, clap::Args)]
pub(super) struct Disasm {
    /// Source file or built module; - is standard input
    file: PathBuf,
}

impl Disasm {
    pub(super) fn execute(&self) -> Result<(), Failure> {
        let text = match Input::read(&self.file)? {
            Input::Source(source) => {
                let compiled =
                    source.compile(&Options { tests: true, main_required: false, stdlib: false })?;
                disasm(&compiled.module, |name| text_of(&compiled.sources, name))
            }
            Input::Module(bytes) => disasm(&Module::decode(&bytes).map_err(Failure::usage)?, |_| None),
        };
        Ok(io::stdout().write_all(text.as_bytes())?)
    }
}

fn text_of(sources: &SourceMap, name: &str) -> Option<String> {
    sources.iter().find(|(_, file)| file.name() == name).map(|(_, file)| file.text().to_owned())
}
