//! The formatter: golden files of its style, and what it must never do to any program.
#![allow(clippy::unwrap_used)]

mod common;
mod format_support;

use common::sources;
use format_support::{Disk, assert_faithful, corpus, formatted};
use mob_compiler::{Options, compile};
use mob_vm::bytecode::Module;

/// Each source in `tests/format`, and what becomes of it.
#[test]
fn style() {
    for (name, text) in sources("format") {
        insta::assert_snapshot!(format!("format__{name}"), formatted(&name, &text));
        assert_faithful(&name, &text);
    }
}

/// All programs that there are stay what they are, comments included.
#[test]
fn corpus_stays_the_same_program() {
    let corpus = corpus();
    assert!(corpus.len() > 200);
    for source in ["benches/", "docs/", "examples/", "stdlib/", "tests/lang/"] {
        assert!(corpus.iter().any(|(path, _)| path.starts_with(source)), "{source}");
    }
    for (path, text) in corpus {
        assert_faithful(&path, &text);
    }
}

/// Formatted programs compile to the same bytecode, but for the lines that it came from.
#[test]
fn corpus_stays_the_same_bytecode() {
    let mut compiled = 0;
    let stdlib = mob_stdlib::names()
        .iter()
        .map(|name| (format!("stdlib/{name}.mob"), mob_stdlib::source(name).unwrap().to_owned()));
    for (path, text) in corpus().into_iter().chain(stdlib) {
        let Some(before) = bytecode(&path, &text) else { continue };
        compiled += 1;
        assert!(Some(before) == bytecode(&path, &formatted(&path, &text)), "{path}");
    }
    assert!(compiled > 100);
}

/// The module of a program without the numbers of lines; none if the program is wrong.
fn bytecode(path: &str, text: &str) -> Option<Module> {
    let stdlib = path.starts_with("stdlib/");
    let options = Options { tests: true, main_required: false, stdlib };
    let mut module = compile(path, text, &Disk, &options).ok()?.module;
    for function in &mut module.functions {
        function.lines.clear();
        function.inlined.clear();
        // `f.closure@12`
        let parts =
            function.name.split('@').map(|part| part.trim_start_matches(|c: char| c.is_ascii_digit()));
        function.name = parts.collect();
    }
    Some(module)
}
