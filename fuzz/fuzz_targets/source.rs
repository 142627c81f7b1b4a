//! A program's text, with the standard library at hand: no panic in the compiler, and whatever it makes is verified.

#![no_main]

mod common;

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use mob_compiler::sources::MemorySources;
use mob_compiler::{Options, compile};
use mob_vm::bytecode::Module;
use mob_vm::{Agent, Program};

static SOURCES: LazyLock<MemorySources> = LazyLock::new(|| {
    mob_stdlib::names().iter().fold(MemorySources::new(), |sources, name| {
        sources.with_stdlib(*name, mob_stdlib::source(name).unwrap_or_default())
    })
});

fuzz_target!(|text: &str| {
    let options = Options { tests: true, ..Options::default() };
    let Ok(compiled) = compile("fuzz.mob", text, &*SOURCES, &options) else { return };
    let module = Module::decode(&compiled.module.encode()).expect("what was encoded can be decoded");
    let program = Program::load(module).expect("what the compiler makes is verified");
    let Some(main) = program.main() else { return };
    let mut agent = Agent::new(program.clone(), common::LIMITS);
    if agent.start(main, &[]).is_ok() {
        common::run(agent, &program);
    }
});
