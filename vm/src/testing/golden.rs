//! Writes the golden files of the formats' current versions, when asked to by `MOB_WRITE_GOLDEN=1`, and checks that
//! modules and messages are still written just so. `tests/golden.rs` reads them.

#![allow(clippy::unwrap_used)]

use std::path::PathBuf;

use super::{SAMPLES, post};
use crate::{Agent, Limits, Message, Program, Step, Value};

fn path(name: &str, extension: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden/v1").join(format!("{name}.{extension}"))
}

/// A sample in the middle of its run.
fn halfway(program: std::sync::Arc<Program>) -> Agent {
    let main = program.main().unwrap();
    let mut agent = Agent::new(program, Limits::default());
    agent.start(main, &[]).unwrap();
    for _ in 0..6 {
        match agent.run(20) {
            Step::HostCall(call) => {
                let is_name = call.name == "node.name";
                agent.resume(&if is_name { Value::Str("nöde".into()) } else { Value::Unit }).unwrap();
            }
            step => drop(post(&mut agent, &step)),
        }
    }
    agent
}

#[test]
fn modules_are_written_as_ever() {
    for (name, sample) in SAMPLES {
        let bytes = sample().encode();
        if std::env::var_os("MOB_WRITE_GOLDEN").is_some() {
            std::fs::create_dir_all(path(name, "mobc").parent().unwrap()).unwrap();
            std::fs::write(path(name, "mobc"), &bytes).unwrap();
            let snapshot = halfway(Program::load(sample()).unwrap()).snapshot().unwrap();
            std::fs::write(path(name, "mobs"), snapshot).unwrap();
        }
        assert!(
            std::fs::read(path(name, "mobc")).unwrap() == bytes,
            "{name} is written in another way than before"
        );
    }
}

/// What the sample sends first: a list of one map twice, with an index.
fn first_message() -> Message {
    let program = Program::load(super::samples::mail()).unwrap();
    let main = program.main().unwrap();
    let mut agent = Agent::new(program, Limits::default());
    agent.start(main, &[]).unwrap();
    while !matches!(agent.run(100), Step::Send(_)) {}
    agent.outgoing().unwrap()
}

#[test]
fn messages_are_written_as_ever() {
    let bytes = first_message().encode().unwrap();
    if std::env::var_os("MOB_WRITE_GOLDEN").is_some() {
        std::fs::write(path("mail", "mobm"), &bytes).unwrap();
    }
    assert!(
        std::fs::read(path("mail", "mobm")).unwrap() == bytes,
        "it is written in another way than before"
    );
}
