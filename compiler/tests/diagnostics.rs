//! What people read when something is wrong: each file under `diagnostics/` is a program and stands for a code, and its
//! golden file shows the program and all that is said about it.
//!
//! `// file: NAME` in a program begins another file, which the first one can use.
#![allow(clippy::unwrap_used)]

mod support;

use std::fs;
use std::path::{Path, PathBuf};

use mob_compiler::{Options, check};
use support::{program, rendered};

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
        let (root, library) = program(&text);
        let checked = check("main.mob", root, &library, &Options::default());
        let said = rendered(&checked);
        let code = stem(&path).split('_').next().unwrap();
        if !checked.diagnostics.iter().any(|d| d.code().as_str() == code) {
            others.push(format!("{code} is not said:\n{said}"));
        }
        insta::assert_snapshot!(stem(&path), format!("{text}\n{}\n{said}", "-".repeat(80)));
    }
    assert!(others.is_empty(), "{}", others.join("\n"));
}
