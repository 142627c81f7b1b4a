//! A module's body: decode, disassemble, verify, and run what is let through.

#![no_main]

mod common;

use libfuzzer_sys::fuzz_target;
use mob_vm::bytecode::Module;
use mob_vm::{Agent, Program};

fuzz_target!(|body: &[u8]| {
    let _ = Module::decode(body);
    let Ok(module) = Module::decode(&common::with_header(b"MOBC", body)) else { return };
    let _ = mob_vm::disasm(&module, |_| None);
    let Ok(program) = Program::load(module) else { return };
    let Some(main) = program.main() else { return };
    let mut agent = Agent::new(program.clone(), common::LIMITS);
    if agent.start(main, &[]).is_ok() {
        common::run(agent, &program);
    }
});
