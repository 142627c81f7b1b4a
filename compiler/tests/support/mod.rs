//! What the tests of the checker share.

// Each test file is a program of its own, and none uses everything.
#![allow(dead_code)]

use mob_compiler::Checked;
use mob_compiler::diagnostic::Style;
use mob_compiler::sources::{MemorySources, ReadError, Sources};

/// Files in memory, beside the real standard library.
#[derive(Debug, Default)]
pub(crate) struct Library {
    /// The files.
    pub(crate) files: MemorySources,
}

impl Sources for Library {
    fn file(&self, path: &str) -> Result<String, ReadError> {
        self.files.file(path)
    }

    fn stdlib(&self, name: &str) -> Option<&str> {
        mob_stdlib::source(name)
    }

    fn stdlib_names(&self) -> Vec<&str> {
        mob_stdlib::names().to_vec()
    }
}

/// The diagnostics as people see them.
pub(crate) fn rendered(checked: &Checked) -> String {
    checked.diagnostics.render(&checked.sources, Style::Plain)
}

/// A program that is written in one text: its root file, and the files that begin with a line `// file: NAME`.
pub(crate) fn program(text: &str) -> (&str, Library) {
    let mut files = text.split("// file: ");
    let root = files.next().unwrap_or_default();
    let mut sources = MemorySources::new();
    for file in files {
        let (name, text) = file.split_once('\n').unwrap_or((file, ""));
        sources = sources.with_file(name, text);
    }
    (root, Library { files: sources })
}
