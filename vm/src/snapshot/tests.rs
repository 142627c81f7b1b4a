//! Agents that are moved at every step, and snapshots that were tampered with.

#![allow(clippy::unwrap_used)]

use std::sync::Arc;

use proptest::prelude::*;

use super::envelope::HEADER_BYTES;
use super::{SnapshotError, SnapshotInfo, SnapshotStatus};
use crate::testing::{Build, ROOMY, SAMPLES, everything, post};
use crate::{Agent, Limits, Program, Step, Value};

pub(super) fn program(name: &str) -> Arc<Program> {
    let sample = SAMPLES.iter().find(|(other, _)| *other == name).unwrap();
    Program::load(sample.1()).unwrap()
}

fn started(program: &Arc<Program>) -> Agent {
    let mut agent = Agent::new(program.clone(), ROOMY);
    agent.start(program.main().unwrap(), &[]).unwrap();
    agent
}

/// What a host answers: the same for the same call.
fn answer(agent: &mut Agent, step: &Step) {
    let Step::HostCall(call) = step else { return };
    let answer = match (&call.name[..], &call.args[..]) {
        ("node.name", [Value::Int(number)]) => Value::Str(format!("nöde {number}")),
        ("console.print", [Value::Str(_)]) => Value::Unit,
        other => panic!("{other:?}"),
    };
    agent.resume(&answer).unwrap();
}

/// Runs to the end in slices, with something done to the agent before each.
fn run(mut agent: Agent, fuel: u64, mut between: impl FnMut(Agent) -> Agent) -> Agent {
    for _ in 0..1_000_000 {
        match agent.run(fuel) {
            Step::Done | Step::Trap(_) => return agent,
            step @ Step::HostCall(_) => {
                agent = between(agent);
                assert_eq!(agent.pending(), Some(step.clone()));
                answer(&mut agent, &step);
            }
            Step::OutOfFuel => {}
            step @ (Step::Send(_) | Step::Spawn | Step::Receive { .. }) => {
                agent = between(agent);
                assert_eq!(agent.pending(), Some(step.clone()));
                assert!(post(&mut agent, &step));
            }
            other @ Step::Depart(_) => panic!("{other:?}"),
        }
        agent = between(agent);
    }
    panic!("the program does not end");
}

/// Takes a snapshot, restores it, and sees that this changed nothing.
fn moved(mut agent: Agent) -> Agent {
    let bytes = agent.snapshot().unwrap();
    let mut restored = Agent::restore(&bytes, agent.program().clone(), ROOMY).unwrap();
    assert!(restored.snapshot().unwrap() == bytes, "a restored agent gives another snapshot");
    assert_eq!(restored.stack_trace(), agent.stack_trace());
    assert_eq!(
        SnapshotInfo::read(&bytes).unwrap().stack_trace(agent.program().module()),
        agent.stack_trace()
    );
    restored
}

fn outcome(mut agent: Agent) -> (Option<String>, u64, Vec<u8>) {
    (agent.result_text(), agent.fuel_used(), agent.snapshot().unwrap())
}

#[test]
fn moving_at_every_step_changes_nothing() {
    for (name, _) in SAMPLES {
        let program = program(name);
        let undisturbed = outcome(run(started(&program), 1 << 40, |agent| agent));
        assert!(undisturbed.0.is_some(), "{name} has a result");
        for fuel in [1, 7, 100, 1 << 40] {
            assert!(
                outcome(run(started(&program), fuel, moved)) == undisturbed,
                "{name} with slices of {fuel}"
            );
        }
    }
}

#[test]
fn an_agent_goes_on_as_if_no_snapshot_had_been_taken() {
    let program = program("everything");
    let undisturbed = outcome(run(started(&program), 10, |agent| agent));
    let disturbed = run(started(&program), 10, |mut agent| {
        agent.snapshot().unwrap();
        agent
    });
    assert_eq!(outcome(disturbed), undisturbed);
}

#[test]
fn an_agent_is_moved_before_its_start_and_after_its_end() {
    let program = program("fib");
    let mut fresh = moved(Agent::new(program.clone(), ROOMY));
    fresh.start(program.main().unwrap(), &[]).unwrap();
    let done = moved(run(fresh, 50, moved));
    assert_eq!(done.result_text().as_deref(), Some("610"));
    let mut b = Build::new("trap");
    let int = b.ty(crate::bytecode::Type::Int);
    let main = b.function("main", (&[], &[], int), &[int], "const.i64 r0 0\ndiv.i64 r0 r0 r0\nreturn r0");
    let program = Program::load(b.main(main)).unwrap();
    let mut trapped = moved(run(started(&program), 50, moved));
    assert!(matches!(trapped.run(50), Step::Trap(trap) if trap.to_string().contains("division by zero")));
    let info = SnapshotInfo::read(&trapped.snapshot().unwrap()).unwrap();
    assert!(matches!(info.status, SnapshotStatus::Trapped(_)));
}

/// The sample with a bit of everything, in the middle of its loop, in the middle of a host call.
pub(super) fn halfway() -> Agent {
    let program = program("everything");
    let mut agent = started(&program);
    for _ in 0..7 {
        let step = agent.run(1 << 20);
        answer(&mut agent, &step);
    }
    assert!(matches!(agent.run(1 << 20), Step::HostCall(_)));
    agent
}

fn restore(bytes: &[u8]) -> Result<Agent, SnapshotError> {
    Agent::restore(bytes, program("everything"), ROOMY)
}

/// Lets the header fit what follows it.
pub(super) fn rehash(mut bytes: Vec<u8>) -> Vec<u8> {
    let hash = blake3::hash(&bytes[HEADER_BYTES..]);
    bytes[HEADER_BYTES - 32..HEADER_BYTES].copy_from_slice(hash.as_bytes());
    bytes
}

#[test]
fn every_truncation_and_every_bit_flip_is_an_error() {
    let bytes = halfway().snapshot().unwrap();
    for length in 0..bytes.len() {
        assert!(restore(&bytes[..length]).is_err());
        if length >= HEADER_BYTES {
            assert!(restore(&rehash(bytes[..length].to_vec())).is_err());
        }
    }
    for bit in 0..bytes.len() * 8 {
        let mut flipped = bytes.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        assert!(restore(&flipped).is_err(), "bit {bit}");
    }
}

#[test]
fn bad_headers_say_what_to_do() {
    let bytes = halfway().snapshot().unwrap();
    assert_eq!(restore(b"MOBC").unwrap_err(), SnapshotError::NotASnapshot);
    let newer = [&b"MOBS\x02\x00"[..], &bytes[6..]].concat();
    assert!(restore(&newer).unwrap_err().to_string().contains("use a newer mvm"));
    let other = Agent::restore(&bytes, program("fib"), ROOMY).unwrap_err();
    assert_eq!(other, SnapshotError::WrongProgram { wanted: everything().hash() });
}

#[test]
fn limits_hold_before_anything_is_taken() {
    let bytes = halfway().snapshot().unwrap();
    let with = |limits: Limits| Agent::restore(&bytes, program("everything"), limits).unwrap_err();
    let short = bytes.len() - 1;
    let over = SnapshotError::TooLong { bytes: bytes.len(), limit_bytes: short };
    assert_eq!(with(Limits { snapshot_bytes: short, ..ROOMY }), over);
    assert_eq!(with(Limits { stack_bytes: 64, ..ROOMY }), SnapshotError::StackLimit { limit_bytes: 64 });
    assert!(matches!(
        with(Limits { heap_bytes: 64, ..ROOMY }),
        SnapshotError::HeapLimit { limit_bytes: 64, .. }
    ));
    let mut agent = halfway();
    agent.limits.snapshot_bytes = 100;
    assert!(matches!(agent.snapshot(), Err(SnapshotError::TooLong { limit_bytes: 100, .. })));
}

#[test]
fn forged_counts_are_refused() {
    for forged in [u64::MAX, 1 << 60, 1 << 61, (1 << 61) + 1, u64::from(u32::MAX)] {
        for field in 0..3 {
            let bytes = halfway().snapshot().unwrap();
            let mut description = super::envelope::Envelope::open(&bytes).unwrap().head.description;
            let old = description.head().len();
            *[&mut description.frames, &mut description.registers, &mut description.heap][field] = forged;
            let bytes = rehash([&description.head()[..], &bytes[old..]].concat());
            let error = restore(&bytes).unwrap_err();
            let is_over = matches!(error, SnapshotError::TooLong { .. } | SnapshotError::HeapLimit { .. });
            assert!(is_over, "{error}");
        }
    }
}

#[test]
fn forged_words_are_refused() {
    let bytes = halfway().snapshot().unwrap();
    let description = super::envelope::Envelope::open(&bytes).unwrap().head.description;
    let (frames, registers) = (description.frames as usize, description.registers as usize);
    let start = description.head().len();
    let changed = |word: usize, change: fn(u64) -> u64| {
        let mut bytes = bytes.clone();
        let word = bytes[start..].as_chunks_mut::<8>().0.get_mut(word).unwrap();
        *word = change(u64::from_le_bytes(*word)).to_le_bytes();
        restore(&rehash(bytes)).unwrap_err()
    };
    let heap = frames + registers;
    // A caller's pc one on, another function, a pc beyond the end, a host call that is none.
    assert!(matches!(changed(0, |w| w + (1 << 32)), SnapshotError::Frame { frame: 0, .. }));
    assert!(matches!(changed(0, |_| 0), SnapshotError::Frame { frame: 0, .. }));
    assert!(matches!(changed(1, |w| w | 0xffff << 32), SnapshotError::Frame { frame: 1, .. }));
    assert!(matches!(changed(1, |w| w - (1 << 32)), SnapshotError::Frame { frame: 1, .. }));
    // The list in the inner frame: not at an object's start, in the constant area, nowhere, with a high half.
    for change in [|w| w + 1, |w| w | 1 << 31, |_| 0, |w| w | 1 << 32] {
        assert!(matches!(changed(frames + 1, change), SnapshotError::Register { frame: 1, .. }));
    }
    // The unused first word, the first object's type, its extra, a type beyond the table.
    assert!(matches!(changed(heap, |_| 1), SnapshotError::Object { at: 0, .. }));
    for change in [|w| w ^ 1, |w| w | 1 << 62, |w| w | 0xffff] {
        assert!(matches!(changed(heap + 1, change), SnapshotError::Object { .. }));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn tampered_snapshots_are_refused_or_run_safely(
        changes in prop::collection::vec((any::<usize>(), any::<u8>()), 1..4),
        small in prop::collection::vec((any::<usize>(), -2_i8..3), 0..3),
    ) {
        let mut bytes = halfway().snapshot().unwrap();
        let len = bytes.len() - HEADER_BYTES;
        for (place, value) in changes {
            bytes[HEADER_BYTES + place % len] = value;
        }
        for (place, delta) in small {
            let byte = &mut bytes[HEADER_BYTES + place % len];
            *byte = byte.wrapping_add_signed(delta);
        }
        if let Ok(mut agent) = restore(&rehash(bytes)) {
            for _ in 0..50 {
                match agent.run(1000) {
                    step @ Step::HostCall(_) => answer(&mut agent, &step),
                    Step::OutOfFuel => {}
                    _ => break,
                }
            }
            let bytes = agent.snapshot().unwrap();
            prop_assert!(restore(&bytes).is_ok());
        }
    }
}
