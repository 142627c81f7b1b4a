//! Snapshots that are written and read in pieces.

#![allow(clippy::unwrap_used)]

use proptest::prelude::*;

use super::envelope::HEADER_BYTES;
use super::tests::{halfway, program, rehash};
use super::{Restoring, SnapshotError};
use crate::bytecode::{Constant, Type};
use crate::testing::{Build, ROOMY};
use crate::{Agent, Limits, Program, Step};

/// Feeds bytes in pieces of the lengths given, over and over.
fn fed(bytes: &[u8], lengths: &[usize]) -> Result<Agent, SnapshotError> {
    let mut restoring = Restoring::new(program("everything"), ROOMY);
    let mut rest = bytes;
    for length in lengths.iter().cycle() {
        let (piece, later) = rest.split_at((*length).min(rest.len()));
        restoring.feed(piece)?;
        rest = later;
        if rest.is_empty() {
            break;
        }
    }
    restoring.finish()
}

#[test]
fn pieces_and_places_are_the_same_bytes() {
    let mut agent = halfway();
    let whole = agent.snapshot().unwrap();
    let borrowed = agent.snapshot_bytes().unwrap();
    assert_eq!(borrowed.total(), whole.len());
    assert_eq!(borrowed.hash()[..], whole[HEADER_BYTES - 32..HEADER_BYTES]);
    assert!(borrowed.pieces().collect::<Vec<_>>().concat() == whole);
    for at in 0..whole.len() + 3 {
        let mut few = [0xee; 21];
        let count = borrowed.read(at, &mut few);
        let expected = whole.get(at..).unwrap_or(&[]);
        assert_eq!(few[..count], expected[..expected.len().min(21)], "from byte {at}");
    }
    let frozen = agent.freeze().unwrap();
    assert!(frozen.bytes().pieces().collect::<Vec<_>>().concat() == whole);
    assert!(frozen.thaw().snapshot().unwrap() == whole);
}

#[test]
fn an_agent_that_is_too_large_to_freeze_comes_back() {
    let mut agent = halfway();
    agent.limits.snapshot_bytes = 100;
    let (mut agent, error) = *agent.freeze().unwrap_err();
    assert!(matches!(error, SnapshotError::TooLong { limit_bytes: 100, .. }));
    assert!(matches!(agent.run(1), Step::HostCall(_)));
}

#[test]
fn bytes_that_end_early_or_go_on_are_refused() {
    let bytes = halfway().snapshot().unwrap();
    assert_eq!(fed(&[], &[1]).unwrap_err(), SnapshotError::NotASnapshot);
    for length in 1..bytes.len() {
        assert_eq!(fed(&bytes[..length], &[64]).unwrap_err(), SnapshotError::CutOff { bytes: length });
    }
    for more in 1..20 {
        let longer = rehash([&bytes[..], &vec![0; more]].concat());
        assert!(matches!(fed(&longer, &[bytes.len()]), Err(SnapshotError::Malformed { .. })));
        assert!(matches!(fed(&longer, &[5]), Err(SnapshotError::Malformed { .. })));
    }
}

#[test]
fn a_damaged_snapshot_is_called_damaged_if_all_of_it_is_there() {
    let bytes = halfway().snapshot().unwrap();
    for at in HEADER_BYTES + 4..bytes.len() {
        let mut damaged = bytes.clone();
        damaged[at] ^= 0x10;
        let error = Agent::restore(&damaged, program("everything"), ROOMY).unwrap_err();
        let may_hide_it = matches!(error, SnapshotError::CutOff { .. } | SnapshotError::TooLong { .. });
        assert!(error == SnapshotError::WrongHash || may_hide_it, "byte {at}: {error}");
    }
}

/// A list that is longer than what is taken at a time.
#[test]
fn a_heap_of_many_pieces_arrives_whole() {
    let mut b = Build::new("long");
    let int = b.ty(Type::Int);
    let list = b.ty(Type::List(int));
    let count = b.constant(Constant::Int(100_000));
    let main = b.function(
        "main",
        (&[], &[], list),
        &[list, int, int],
        &format!(
            "list r0 t{list} 0
             const.i64 r1 0
             const r2 k{count}
             body:
             list.push r0 r1
             addk.i64 r1 r1 1
             jlt.i64 r1 r2 @body
             return r0",
            list = list.0,
        ),
    );
    let program = Program::load(b.main(main)).unwrap();
    let limits = Limits { heap_bytes: 4 << 20, snapshot_bytes: 4 << 20, ..ROOMY };
    let mut agent = Agent::new(program.clone(), limits);
    agent.start(program.main().unwrap(), &[]).unwrap();
    assert_eq!(agent.run(1 << 40), Step::Done);
    let bytes = agent.snapshot().unwrap();
    assert!(bytes.len() > 700_000);
    for length in [1000, 4099, 131_072, 131_073] {
        let mut restoring = Restoring::new(program.clone(), limits);
        for piece in bytes.chunks(length) {
            restoring.feed(piece).unwrap();
        }
        assert!(restoring.finish().unwrap().snapshot().unwrap() == bytes);
    }
}

proptest! {
    #[test]
    fn pieces_of_any_length_give_the_agent(lengths in prop::collection::vec(1..90_usize, 1..20)) {
        let bytes = halfway().snapshot().unwrap();
        prop_assert!(fed(&bytes, &lengths).unwrap().snapshot().unwrap() == bytes);
    }

    #[test]
    fn pieces_say_no_where_the_whole_does(
        lengths in prop::collection::vec(1..90_usize, 1..20),
        at: usize,
        bits in 1..=255_u8,
    ) {
        let mut bytes = halfway().snapshot().unwrap();
        let at = HEADER_BYTES + at % (bytes.len() - HEADER_BYTES);
        bytes[at] ^= bits;
        let bytes = rehash(bytes);
        let whole = Agent::restore(&bytes, program("everything"), ROOMY);
        // Of two faults the pieces may show another one first.
        prop_assert_eq!(fed(&bytes, &lengths).is_ok(), whole.is_ok());
    }
}
