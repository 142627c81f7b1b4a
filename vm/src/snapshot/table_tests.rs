//! Maps and sets in snapshots that were tampered with.

#![allow(clippy::unwrap_used)]

use std::sync::Arc;

use proptest::prelude::*;

use super::SnapshotError;
use super::envelope::{HEADER_BYTES, Head};
use crate::layout::{FREED_SLOT, SERIAL_MAX, header, high, low};
use crate::testing::{ROOMY, tables_of};
use crate::{Agent, Program, Step};

/// The sample in the middle of its loop, when its map has 20 entries and an index.
fn halfway() -> (Arc<Program>, Vec<u8>) {
    let program = Program::load(tables_of(28)).unwrap();
    let mut agent = Agent::new(program.clone(), ROOMY);
    agent.start(program.main().unwrap(), &[]).unwrap();
    loop {
        assert_eq!(agent.run(8), Step::OutOfFuel);
        let bytes = agent.snapshot().unwrap();
        if heap_of(&bytes).get(1).is_some_and(|head| high(*head) == 20) {
            return (program, bytes);
        }
    }
}

fn heap_of(bytes: &[u8]) -> Vec<u64> {
    let head = Head::read(&bytes[..Head::bytes(bytes).unwrap()]).unwrap();
    let words = &bytes[bytes.len() - head.description.heap as usize * 8..];
    words.as_chunks().0.iter().map(|word| u64::from_le_bytes(*word)).collect()
}

/// The snapshot with another heap of the same length, and a hash that fits.
fn with_heap(bytes: &[u8], heap: &[u64]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let start = bytes.len() - heap.len() * 8;
    for (place, word) in bytes[start..].as_chunks_mut::<8>().0.iter_mut().zip(heap) {
        *place = word.to_le_bytes();
    }
    let hash = blake3::hash(&bytes[HEADER_BYTES..]);
    bytes[HEADER_BYTES - 32..HEADER_BYTES].copy_from_slice(hash.as_bytes());
    bytes
}

/// Where things stand in the heap: the map, its first entry, its index's first word.
fn places(heap: &[u64]) -> (usize, usize, usize) {
    let map = 1;
    (map, low(heap[map + 1]) as usize + 1, low(heap[map + 2]) as usize + 1)
}

/// What is said of the map after a change of the heap.
fn said(change: impl FnOnce(&mut [u64], (usize, usize, usize))) -> String {
    let (program, bytes) = halfway();
    let mut heap = heap_of(&bytes);
    let at = places(&heap);
    change(&mut heap, at);
    match Agent::restore(&with_heap(&bytes, &heap), program, ROOMY) {
        Err(SnapshotError::Object { what, .. }) => what.to_owned(),
        Err(other) => panic!("{other:?}"),
        Ok(_) => panic!("it is let through"),
    }
}

#[test]
fn the_sample_has_what_is_tampered_with() {
    let heap = heap_of(&halfway().1);
    let (map, entries, index) = places(&heap);
    assert_eq!((high(heap[map]), high(heap[map + 1])), (20, 20));
    assert_eq!(high(heap[entries - 1]), 3 * high(heap[map]));
    assert_eq!(high(heap[index - 1]), 16);
}

#[test]
fn damaged_tables_are_refused() {
    let one_up = header(0, 1);
    // Counts, serial numbers and marks.
    assert_eq!(said(|heap, (map, ..)| heap[map] += one_up), "is a table with a wrong count");
    assert_eq!(
        said(|heap, (map, ..)| heap[map + 2] = header(low(heap[map + 2]), 0)),
        "is a table with a wrong count"
    );
    assert_eq!(
        said(|heap, (map, ..)| heap[map + 2] = header(low(heap[map + 2]), SERIAL_MAX + 1)),
        "is a table with a wrong count"
    );
    assert_eq!(
        said(|heap, (_, entry, _)| heap[entry] += 9 * one_up),
        "is a table whose entries are out of order"
    );
    assert_eq!(said(|heap, (_, entry, _)| heap[entry] ^= 1), "is a table with a mark that no key has");
    assert_eq!(
        said(|heap, (_, entry, _)| heap[entry] = header(0, high(heap[entry]))),
        "is a table that holds on to a removed entry"
    );
    // References to what belongs to a table alone.
    assert_eq!(said(|heap, (map, ..)| heap[map + 1] += 1), "is a table without its entries right behind it");
    assert_eq!(said(|heap, (map, ..)| heap[map + 2] += 1), "is a table without its index right behind it");
    assert_eq!(
        said(|heap, (map, ..)| heap[map + 2] = header(0, high(heap[map + 2]))),
        "is a table that needs an index"
    );
    assert_eq!(
        said(|heap, (map, ..)| heap[map + 1] = header(low(heap[map + 1]), u32::MAX)),
        "reaches beyond the heap"
    );
    // The index: its size, a slot of no entry, one entry in two slots, none in its own, no empty slot.
    assert_eq!(
        said(|heap, (.., index)| heap[index - 1] = header(low(heap[index - 1]), 15)),
        "is a table with an index of a wrong size"
    );
    let first_taken =
        |heap: &[u64], index: usize| index + heap[index..].iter().position(|word| *word != 0).unwrap();
    let wrong = "is a table whose index is not of its entries";
    assert_eq!(
        said(|heap, (.., index)| {
            let at = first_taken(heap, index);
            heap[at] = if low(heap[at]) != 0 { header(1000, high(heap[at])) } else { header(0, 1000) };
        }),
        wrong
    );
    assert_eq!(
        said(|heap, (.., index)| heap[index..index + 16].fill(header(1, 1))),
        "is a table with a full index"
    );
    assert_eq!(
        said(|heap, (.., index)| {
            for word in &mut heap[index..index + 16] {
                let full = |slot| if slot == 0 { FREED_SLOT } else { slot };
                *word = header(full(low(*word)), full(high(*word)));
            }
            let last = index + 16 - 1;
            heap[last] = header(low(heap[last]), 0);
        }),
        "is a table with a full index"
    );
    assert_eq!(
        said(|heap, (.., index)| heap[index..index + 16].fill(0)),
        "is a table whose index lacks an entry"
    );
    assert_eq!(
        said(|heap, (.., index)| heap[index..index + 16].rotate_left(8)),
        "is a table whose index doesn't lead to an entry"
    );
    // A value that is none of its type, in an object that is no table's.
    let what = "holds what is no value of its field's type";
    assert_eq!(said(|heap, (_, entry, _)| heap[entry + 1] += 1), what);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn tampered_tables_are_refused_or_run_safely(
        changes in prop::collection::vec((any::<usize>(), 0..8_usize, any::<u8>()), 1..4),
        swaps in prop::collection::vec((any::<usize>(), any::<usize>()), 0..3),
    ) {
        let (program, bytes) = halfway();
        let mut heap = heap_of(&bytes);
        let words = heap.len() - 1;
        for (place, byte, value) in changes {
            let word = &mut heap[1 + place % words];
            let mut bytes = word.to_le_bytes();
            bytes[byte] = value;
            *word = u64::from_le_bytes(bytes);
        }
        for (one, other) in swaps {
            heap.swap(1 + one % words, 1 + other % words);
        }
        if let Ok(mut agent) = Agent::restore(&with_heap(&bytes, &heap), program.clone(), ROOMY) {
            agent.collect_always(true);
            for _ in 0..50 {
                if agent.run(1000) != Step::OutOfFuel {
                    break;
                }
            }
            let bytes = agent.snapshot().unwrap();
            prop_assert!(Agent::restore(&bytes, program, ROOMY).is_ok());
        }
    }
}
