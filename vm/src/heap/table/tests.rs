//! Tables against a model, with collections, compactions and checks as for a snapshot in between.

#![allow(clippy::unwrap_used)]

use std::sync::Arc;

use proptest::prelude::*;

use super::Place;
use crate::bytecode::{Type, TypeId};
use crate::data::{HashSeed, look_up};
use crate::heap::{Heap, Roots};
use crate::layout::{SERIAL_MAX, header, high, low};
use crate::program::Program;
use crate::snapshot::check_heap;
use crate::testing::Build;

/// A heap with one map, the way an agent would hold it.
struct Fixture {
    program: Arc<Program>,
    heap: Heap,
    root: Root,
    texts: bool,
}

/// The map and a key on its way into it.
struct Root {
    map: u64,
    key: u64,
}

impl Roots for Root {
    fn for_each(&mut self, _: &Program, mut visit: impl FnMut(&mut u64)) {
        visit(&mut self.map);
        visit(&mut self.key);
    }
}

const STRIDE: usize = 3;

impl Fixture {
    /// With `Str` or `Int` as keys. Few bits of the hash are different if `collide`, so that runs in the index are long.
    fn new(texts: bool) -> Self {
        let mut b = Build::new("map");
        let (int, str) = (b.ty(Type::Int), b.ty(Type::Str));
        let map = b.ty(Type::Map(if texts { str } else { int }, int));
        let program = Program::load(b.module).unwrap();
        let mut heap = Heap::new(1 << 20);
        heap.seed = HashSeed([3, 4]);
        let map = heap.push_table(map.0, 0, STRIDE);
        Self { program, heap, root: Root { map: map.into(), key: 0 }, texts }
    }

    fn map(&self) -> u32 {
        low(self.root.map)
    }

    /// Makes a key, and looks it up.
    fn find(&mut self, key: u16) -> (u32, Option<usize>) {
        self.root.key = 0;
        if self.texts {
            let text = format!("key {key}");
            self.heap.reserve(Heap::text_words(text.len()), &self.program, &mut self.root).unwrap();
            self.root.key = self.heap.push_text(&self.program, &text).into();
        }
        let slot = if self.texts { self.root.key } else { key.into() };
        let ty = low(self.heap.words()[self.map() as usize]);
        let layout = *self.program.table(ty);
        let view = self.heap.view(&self.program);
        let (mark, probe) = look_up(&self.program, view, self.heap.seed, self.map(), &layout, slot);
        (mark, probe.found.map(|place| place.index))
    }

    fn insert(&mut self, key: u16, value: u64) {
        match self.find(key) {
            (_, Some(index)) => self.heap.set_entry_value(self.map(), index, value),
            (mark, None) => {
                let root = |root: &Root| low(root.map);
                self.heap.grow_table(root, STRIDE, &self.program, &mut self.root).unwrap();
                let slot = if self.texts { self.root.key } else { key.into() };
                self.heap.add_entry(self.map(), mark, slot, Some(value));
            }
        }
    }

    fn remove(&mut self, key: u16) -> bool {
        let (_, found) = self.find(key);
        if let Some(index) = found {
            self.heap.remove_entry(self.map(), STRIDE, index);
        }
        found.is_some()
    }

    fn key_of(&self, slot: u64) -> u16 {
        if self.texts {
            let text = self.heap.view(&self.program).text(low(slot));
            text.strip_prefix("key ").unwrap().parse().unwrap()
        } else {
            slot as u16
        }
    }

    fn entries(&self) -> Vec<(u16, u64)> {
        let entries = self.heap.table(self.map(), STRIDE).entries();
        entries.map(|entry| (self.key_of(entry[1]), entry[2])).collect()
    }

    /// Compacts the heap, and checks it as if it had come in a snapshot.
    fn compact(&mut self) {
        self.root.key = 0;
        self.heap.compact(&self.program, &mut self.root);
        assert_eq!(check_heap(&self.program, self.heap.words()), Ok(()));
    }
}

#[derive(Debug, Clone)]
enum Step {
    Insert(u16),
    Remove(u16),
    Clear,
    Compact,
    /// Goes on with the loop that is under way, or begins one.
    Next,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        12 => (0..60_u16).prop_map(Step::Insert),
        8 => (0..60_u16).prop_map(Step::Remove),
        1 => Just(Step::Clear),
        2 => Just(Step::Compact),
        6 => Just(Step::Next),
    ];
    prop::collection::vec(step, 0..300)
}

proptest! {
    #[test]
    fn a_map_does_as_its_model(steps in steps(), texts: bool, stress: bool) {
        let mut map = Fixture::new(texts);
        map.heap.set_stress(stress);
        // Keys and values in the order of insertion, each with the number of its insertion.
        let mut model: Vec<(u16, u64, usize)> = Vec::new();
        // Where a loop stands: in the map, and by the number of the insertion.
        let (mut place, mut visited): (Option<Place>, Option<usize>) = (None, None);
        for (number, step) in steps.iter().enumerate() {
            match *step {
                Step::Insert(key) => {
                    map.insert(key, number as u64);
                    match model.iter_mut().find(|entry| entry.0 == key) {
                        Some(entry) => entry.1 = number as u64,
                        None => model.push((key, number as u64, number)),
                    }
                }
                Step::Remove(key) => {
                    let before = model.len();
                    model.retain(|entry| entry.0 != key);
                    prop_assert_eq!(map.remove(key), model.len() < before);
                }
                Step::Clear => {
                    let at = map.map();
                    map.heap.clear_table(at);
                    model.clear();
                }
                Step::Compact => map.compact(),
                Step::Next => {
                    let table = map.heap.table(map.map(), STRIDE);
                    let next = table.next(place).0;
                    let key = next.map(|index| map.key_of(table.entry(index)[1]));
                    place = next.map(|index| table.place(index));
                    let expected = model.iter().find(|entry| visited.is_none_or(|last| entry.2 > last));
                    prop_assert_eq!(key, expected.map(|entry| entry.0));
                    visited = expected.map(|entry| entry.2);
                    if let Some(place) = place {
                        prop_assert_eq!(table.index_of(place), next);
                        prop_assert_eq!(Place::from_slot(place.to_slot()), Some(place));
                    }
                }
            }
            let expected: Vec<_> = model.iter().map(|entry| (entry.0, entry.1)).collect();
            prop_assert_eq!(map.entries(), expected);
            prop_assert_eq!(map.heap.len(map.map()), model.len());
        }
        for key in 0..60 {
            prop_assert_eq!(map.find(key).1.is_some(), model.iter().any(|entry| entry.0 == key));
        }
        map.compact();
    }
}

#[test]
fn a_map_is_laid_out_the_same_whenever_it_was_collected() {
    let run = |stress: bool, compact: bool| {
        let mut map = Fixture::new(false);
        map.heap.set_stress(stress);
        for key in 0..500_u16 {
            map.insert(key * 7 % 501, key.into());
            if key % 3 == 0 {
                map.remove(key / 2);
            }
            if compact && key % 50 == 0 {
                map.compact();
            }
        }
        map.compact();
        map.heap.words().to_vec()
    };
    let undisturbed = run(false, false);
    assert_eq!(run(true, false), undisturbed);
    assert_eq!(run(false, true), undisturbed);
}

#[test]
fn a_queue_stays_small() {
    let mut map = Fixture::new(false);
    for key in 0..10_000_u16 {
        map.insert(key, 0);
        if key >= 10 {
            assert!(map.remove(key - 10));
        }
    }
    map.compact();
    assert!(map.heap.words().len() < 200, "{}", map.heap.words().len());
}

#[test]
fn serial_numbers_begin_anew_before_they_run_out() {
    let mut map = Fixture::new(false);
    for key in 0..5 {
        map.insert(key, 0);
    }
    map.remove(1);
    map.compact();
    let at = map.map() as usize;
    let mut words = map.heap.words().to_vec();
    words[at + 2] = header(low(words[at + 2]), SERIAL_MAX - 1);
    map.heap = Heap::from_words(words, 1 << 20).unwrap();
    for key in 10..30 {
        map.insert(key, 0);
    }
    map.compact();
    let keys: Vec<u16> = map.entries().into_iter().map(|(key, _)| key).collect();
    assert_eq!(keys, [vec![0, 2, 3, 4], (10..30).collect()].concat());
    assert!(high(map.heap.words()[map.map() as usize + 2]) < 100);
}

#[test]
fn a_map_at_the_heap_s_limit_is_as_large_with_any_number_of_collections() {
    let fill = |stress: bool| {
        let mut map = Fixture::new(false);
        map.heap = Heap::new(4 << 10);
        let ty = map.program.module().types.iter().position(|ty| matches!(ty, Type::Map(..))).unwrap();
        map.root.map = map.heap.push_table(TypeId(ty as u32).0, 0, STRIDE).into();
        map.heap.set_stress(stress);
        for key in 0.. {
            let (mark, _) = map.find(key);
            let grown = map.heap.grow_table(|root: &Root| low(root.map), STRIDE, &map.program, &mut map.root);
            if grown.is_err() {
                return key;
            }
            map.heap.add_entry(map.map(), mark, key.into(), Some(0));
        }
        unreachable!("the heap has a limit");
    };
    let full = fill(false);
    assert!(full > 64, "{full}");
    assert_eq!(fill(true), full);
}

#[test]
fn a_map_that_could_not_grow_for_the_heap_s_limit_is_whole() {
    for limit_words in 200..600 {
        let mut map = Fixture::new(false);
        map.heap = Heap::new(limit_words * 8);
        let ty = map.program.module().types.iter().position(|ty| matches!(ty, Type::Map(..))).unwrap();
        map.root.map = map.heap.push_table(TypeId(ty as u32).0, 0, STRIDE).into();
        let mut keys = 0..;
        let full = loop {
            let key = keys.next().unwrap();
            // Some are removed, so that entries move when the index is made anew.
            if key % 5 == 4 {
                assert!(map.remove(key - 3));
            }
            let (mark, _) = map.find(key);
            let root = |root: &Root| low(root.map);
            if map.heap.grow_table(root, STRIDE, &map.program, &mut map.root).is_err() {
                break key;
            }
            map.heap.add_entry(map.map(), mark, key.into(), Some(0));
        };
        for key in 0..full {
            assert_eq!(map.find(key).1.is_some(), key % 5 != 1 || key + 3 > full, "{key} of {full}");
        }
        map.compact();
    }
}
