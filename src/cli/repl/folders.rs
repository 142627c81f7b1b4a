//! Where inputs find files: in the folder in which the REPL was started, and beside each file that was loaded.

use std::cell::RefCell;
use std::path::Path;

use mvm::compiler::sources::{ReadError, Sources};
use mvm::{FileSources, StdlibSources};

/// The folders that inputs may read files of.
#[derive(Debug)]
pub(super) struct Folders(RefCell<Vec<FileSources>>);

impl Folders {
    /// The current folder.
    pub(super) fn new() -> Self {
        Self(RefCell::new(vec![FileSources::beside(Path::new(""))]))
    }

    /// The folder of this file, too.
    pub(super) fn add_beside(&self, file: &Path) {
        self.0.borrow_mut().push(FileSources::beside(file));
    }
}

impl Sources for Folders {
    fn file(&self, path: &str) -> Result<String, ReadError> {
        let mut refusal = ReadError::NotFound;
        for folder in self.0.borrow().iter().rev() {
            match folder.file(path) {
                Ok(text) => return Ok(text),
                Err(error) => refusal = error,
            }
        }
        Err(refusal)
    }

    fn stdlib(&self, name: &str) -> Option<&str> {
        StdlibSources.stdlib(name)
    }

    fn stdlib_names(&self) -> Vec<&str> {
        StdlibSources.stdlib_names()
    }
}
