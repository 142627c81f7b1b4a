//! Golden files of the bytecode that programs become, beside their lines.
#![allow(clippy::unwrap_used)]

mod common;
mod support;

use common::sources;
use mob_compiler::diagnostic::Style;
use mob_compiler::{Options, compile};
use mob_vm::bytecode::Module;
use support::Library;

fn compiled(name: &str, text: &str) -> Module {
    let options = Options { main_required: true, ..Options::default() };
    match compile(&format!("{name}.mob"), text, &Library::default(), &options) {
        Ok(compiled) => compiled.module,
        Err(error) => panic!("{}", error.diagnostics.render(&error.sources, Style::Plain)),
    }
}

/// Where a function of the standard library stands in its file is not what these listings are about.
fn without_stdlib_lines(listing: &str) -> String {
    let file = |line: &str| match line.trim_start().starts_with("std/") {
        true => line.split(':').next().unwrap().to_owned(),
        false => line.to_owned(),
    };
    listing.lines().map(file).collect::<Vec<_>>().join("\n")
}

/// Each source in `tests/bytecode`: its module is accepted by the verifier, and this is its code.
#[test]
fn listings() {
    for (name, text) in sources("bytecode") {
        let module = compiled(&name, &text);
        mob_vm::Program::load(module.clone()).unwrap();
        // The hash in the first line would change with what the listing doesn't show.
        let listing = mob_vm::disasm(&module, |_| Some(text.clone()));
        let (_, listing) = listing.split_once('\n').unwrap();
        insta::assert_snapshot!(format!("bytecode__{name}"), without_stdlib_lines(listing));
    }
}

/// The same text gives the same module, byte for byte.
#[test]
fn compiling_is_deterministic() {
    for (name, text) in sources("bytecode") {
        assert_eq!(compiled(&name, &text).encode(), compiled(&name, &text).encode());
    }
}
