//! `mvm build FILE`.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use mvm::compiler::Options;
use mvm::vm::bytecode::module_hash;

use super::failure::Failure;
use super::input::Source;

/// Compiles a program into a module file, and prints its hash
#[derive(Debug, clap::Args)]
pub(super) struct Build {
    /// Source file; - is standard input
    file: PathBuf,
    /// Where to write the module [default: FILE with the ending .mobc]
    #[arg(short, long, value_name = "OUT")]
    output: Option<PathBuf>,
}

impl Build {
    pub(super) fn execute(&self) -> Result<(), Failure> {
        let output = self.output_path()?;
        let options = Options { tests: false, main_required: true, stdlib: false };
        let bytes = Source::read(&self.file)?.compile(&options)?.module.encode();
        let hash = module_hash(&bytes).map_err(Failure::usage)?;
        fs::write(&output, bytes).map_err(|error| Failure::file("write", &output, &error))?;
        Ok(writeln!(io::stdout(), "{hash}")?)
    }

    fn output_path(&self) -> Result<PathBuf, Failure> {
        match &self.output {
            Some(output) => Ok(output.clone()),
            None if self.file == Path::new("-") => {
                Err(Failure::usage("a program from standard input needs -o, to say where its module goes"))
            }
            None => Ok(self.file.with_extension("mobc")),
        }
    }
}
