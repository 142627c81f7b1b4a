//! What people read when something is wrong: each file under `diagnostics/` is a program and stands for a code, and its
//! golden file shows the program and all that is said about it.
//!
//! `// file: NAME` in a program begins another file, which the first one can use.
#![allow(clippy::unwrap_used)]

mod support;

use std::fs;
use std::path::{Path, PathBuf};

use mob_compiler::diagnostic::Code;
use mob_compiler::sources::MemorySources;
use mob_compiler::{Options, check};
use support::{Library, rendered};

fn programs() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/diagnostics");
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

fn stem(path: &Path) -> &str {
    path.file_stem().unwrap().to_str().unwrap()
}

#[test]
fn programs_get_these_diagnostics() {
    let mut others = Vec::new();
    for path in programs() {
        let text = fs::read_to_string(&path).unwrap();
        let mut files = text.split("// file: ");
        let root = files.next().unwrap();
        let mut sources = MemorySources::new();
        for file in files {
            let (name, text) = file.split_once('\n').unwrap();
            sources = sources.with_file(name, text);
        }
        let checked = check("main.mob", root, &Library { files: sources }, &Options::default());
        let said = rendered(&checked);
        let code = stem(&path).split('_').next().unwrap();
        if !checked.diagnostics.iter().any(|d| d.code().as_str() == code) {
            others.push(format!("{code} is not said:\n{said}"));
        }
        insta::assert_snapshot!(stem(&path), format!("{text}\n{}\n{said}", "-".repeat(80)));
    }
    assert!(others.is_empty(), "{}", others.join("\n"));
}

/// Those of characters and syntax have golden files of their own; these come from code generation.
const ELSEWHERE: [Code; 4] =
    [Code::EndlessSpecialisation, Code::TooLarge, Code::SourceTooLong, Code::TooDeep];

/// These take too large a program to be read.
const LARGE: [Code; 2] = [Code::MatchTooComplex, Code::TooMany];

#[test]
fn every_code_of_the_checker_has_a_program() {
    let programs = programs();
    let codes: Vec<_> = programs.iter().map(|path| stem(path).split('_').next().unwrap()).collect();
    let is_here = |code: &&Code| !code.as_str().starts_with("E01") && !code.as_str().starts_with("E02");
    let missing = Code::ALL
        .iter()
        .filter(is_here)
        .filter(|code| !codes.contains(&code.as_str()) && !ELSEWHERE.contains(code) && !LARGE.contains(code));
    assert_eq!(missing.collect::<Vec<_>>(), Vec::<&Code>::new());
}
