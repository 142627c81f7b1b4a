//! A message in bytes after its head, for a type of a sample program that its first byte chooses: read it, write it again, and
//! let an agent receive it.

#![no_main]

mod common;

use std::sync::{Arc, LazyLock};

use libfuzzer_sys::fuzz_target;
use mob_vm::bytecode::{Module, Type, TypeId};
use mob_vm::{Agent, Message, Program, Step};

const SEED: [u64; 2] = [0x5fc2_ba94_07d1_e63b, 0x9d37_6e2c_b05a_4f18];

static PROGRAM: LazyLock<Arc<Program>> = LazyLock::new(|| {
    let module = include_bytes!("../../vm/tests/golden/v1/mail.mobc");
    Program::load(Module::decode(module).expect("golden")).expect("golden")
});

/// The head of a message of a type, for any program or for this one alone.
fn head(program: &Program, ty: TypeId, is_for_any: bool) -> Vec<u8> {
    let mut head = vec![1, u8::from(!is_for_any)];
    head.extend_from_slice(&program.type_hash(ty).expect("of this program").0);
    if !is_for_any {
        let hashes: Vec<u8> = program.modules().flat_map(|module| module.0).collect();
        head.extend_from_slice(blake3::hash(&hashes).as_bytes());
        head.extend_from_slice(&ty.0.to_le_bytes());
    }
    head
}

/// An agent with the sample's inbox, which is about to receive from it.
fn receiver(program: &Arc<Program>) -> Agent {
    let mut agent = Agent::new(program.clone(), common::LIMITS);
    agent.start(program.main().expect("golden"), &[]).expect("golden");
    while !matches!(agent.run(500), Step::Send(_)) {}
    agent
}

fuzz_target!(|body: &[u8]| {
    let program = &*PROGRAM;
    let types = &program.module().types;
    let _ = Message::decode(body, program, TypeId(0), SEED, 1 << 16);
    let Some((choice, rest)) = body.split_first() else { return };
    let ty = TypeId(u32::from(choice >> 1) % types.len() as u32);
    let bytes = [&head(program, ty, choice & 1 == 0), rest].concat();
    let Ok(message) = Message::decode(&bytes, program, ty, SEED, 1 << 16) else { return };
    let written = message.encode().expect("what was read can be written");
    let again = Message::decode(&written, program, ty, SEED, 1 << 17).expect("what was written can be read");
    assert_eq!(again.encode().as_ref(), Ok(&written), "it is written in two ways");
    // The sample's first inbox is for messages of this type.
    if types.get(ty.0 as usize).is_some_and(|ty| matches!(ty, Type::List(_))) {
        let agent = receiver(program);
        let _ = agent.mailbox().deliver(0, message, true);
        common::run(agent, program);
    }
});
