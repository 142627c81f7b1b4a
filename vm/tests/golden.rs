//! Files of each released version of the formats, which must load for ever and go on to the same results.

#![allow(clippy::unwrap_used)]

mod common;

use std::path::Path;

use common::host;
use mob_vm::bytecode::{Module, Type};
use mob_vm::{Agent, Limits, Message, Program, SnapshotInfo};

/// Each sample, and what it gives in a run from its start and from its snapshot.
const VERSION_1: &[(&str, &str, &str)] = &[
    ("sum", "499500", "499500"),
    ("fib", "610", "610"),
    ("shapes", "1.0", "1.0"),
    ("ring", "27", "27"),
    ("tables", "([\"0\": 0, \"3\": 3, \"6\": 19,", "([\"0\": 0, \"3\": 3, \"6\": 19,"),
    ("mail", "((Addr(aaaaaaaaaaaaaaaa),", "((Addr(aaaaaaaaaaaaaaaa),"),
    ("everything", "[Reading(host: \"nöde 0\", load: 1.25,", "[Reading(host: \"nöde\", load: 1.25,"),
];

fn read(name: &str, extension: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/v1");
    std::fs::read(folder.join(format!("{name}.{extension}"))).unwrap()
}

#[test]
fn modules_of_version_1_load_and_run() {
    for (name, result, _) in VERSION_1 {
        let program = Program::load(Module::decode(&read(name, "mobc")).unwrap()).unwrap();
        let mut agent = Agent::new(program.clone(), Limits::default());
        agent.start(program.main().unwrap(), &[]).unwrap();
        let given = host::finish(&mut agent).unwrap();
        assert!(given.starts_with(result), "{name} gives {given}");
    }
}

#[test]
fn snapshots_of_version_1_load_and_go_on() {
    for (name, _, result) in VERSION_1 {
        let program = Program::load(Module::decode(&read(name, "mobc")).unwrap()).unwrap();
        let bytes = read(name, "mobs");
        assert_eq!(SnapshotInfo::read(&bytes).unwrap().modules, [program.hash()]);
        let mut agent = Agent::restore(&bytes, program, Limits::default()).unwrap();
        assert!(agent.snapshot().unwrap() == bytes, "{name} is written in another way than before");
        let given = host::finish(&mut agent).unwrap();
        assert!(given.starts_with(result), "{name} gives {given}");
    }
}

#[test]
fn messages_of_version_1_are_read_and_written_again() {
    let program = Program::load(Module::decode(&read("mail", "mobc")).unwrap()).unwrap();
    let types = &program.module().types;
    let lists = types.iter().find_map(|ty| match ty {
        Type::Inbox(message) if matches!(types[message.0 as usize], Type::List(_)) => Some(*message),
        _ => None,
    });
    let bytes = read("mail", "mobm");
    let message = Message::decode(&bytes, &program, lists.unwrap(), [1, 2], 1 << 10).unwrap();
    assert_eq!(message.encode().unwrap(), bytes);
}
