//! What the tests of the compiler's front share: parsing a text, reading a folder of sources, showing a tree.

// Each test file is a program of its own, and none uses everything.
#![allow(dead_code)]

pub(crate) mod tree;

use std::fs;
use std::path::Path;

use mob_compiler::ast::File;
use mob_compiler::diagnostic::{Diagnostics, Style};
use mob_compiler::parser::parse;
use mob_compiler::source::SourceMap;

/// Parses a text: the tree, and the diagnostics as they would be shown.
pub(crate) fn parse_text(name: &str, text: &str) -> (File, String) {
    let mut sources = SourceMap::new();
    let file = sources.add(name, text);
    let mut diagnostics = Diagnostics::new();
    let tree = parse(file, text, &mut diagnostics);
    (tree, diagnostics.render(&sources, Style::Plain))
}

/// The sources in a folder below `tests/`, by name.
pub(crate) fn sources(folder: &str) -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(folder);
    let mut sources: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| {
            (path.file_stem().unwrap().to_str().unwrap().to_owned(), fs::read_to_string(&path).unwrap())
        })
        .collect();
    sources.sort();
    sources
}
