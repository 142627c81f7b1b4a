//! Lists that grow until the limit stands in the way: what they hold, and when that is.

#![allow(clippy::unwrap_used)]

use std::sync::Arc;

use proptest::prelude::*;

use super::{Heap, HeapFull, Roots};
use crate::bytecode::Type;
use crate::layout::low;
use crate::program::Program;
use crate::snapshot::check_heap;
use crate::testing::Build;

/// Lists of lists of Ints, as an agent would hold them.
struct Fixture {
    program: Arc<Program>,
    heap: Heap,
    lists: Lists,
    /// The type of a list of Ints.
    inner: u32,
}

struct Lists(Vec<u64>);

impl Roots for Lists {
    fn for_each(&mut self, _: &Program, visit: impl FnMut(&mut u64)) {
        self.0.iter_mut().for_each(visit);
    }
}

impl Fixture {
    fn new(count: usize, limit_bytes: usize) -> Self {
        let mut b = Build::new("lists");
        let int = b.ty(Type::Int);
        let inner = b.ty(Type::List(int));
        let outer = b.ty(Type::List(inner));
        let program = Program::load(b.module).unwrap();
        let mut fixture =
            Self { program, heap: Heap::new(limit_bytes), lists: Lists(vec![]), inner: inner.0 };
        for _ in 0..count {
            fixture.reserve(2).unwrap();
            fixture.lists.0.push(fixture.heap.push_list(outer.0, 0).into());
        }
        fixture
    }

    fn reserve(&mut self, words: usize) -> Result<(), HeapFull> {
        self.heap.reserve(words, &self.program, &mut self.lists)
    }

    /// Pushes a new list of this one Int.
    fn push(&mut self, to: usize, value: u64) -> Result<(), HeapFull> {
        self.reserve(Heap::list_words(1))?;
        let element = self.heap.push_list(self.inner, 1);
        self.heap.elements_mut(element)[0] = value;
        // The last root holds the element while the list grows.
        self.lists.0.push(element.into());
        let list = |lists: &Lists| low(lists.0[to]);
        let grown = self.heap.grow_list(list, 1, &self.program, &mut self.lists);
        let element = self.lists.0.pop().unwrap();
        grown?;
        let list = low(self.lists.0[to]);
        let len = self.heap.len(list);
        self.heap.set_len(list, len + 1);
        self.heap.elements_mut(list)[len] = element;
        Ok(())
    }

    fn values(&self, list: usize) -> Vec<u64> {
        let view = self.heap.view(&self.program);
        let elements = view.elements(low(self.lists.0[list]));
        elements.iter().map(|element| view.elements(low(*element))[0]).collect()
    }
}

proptest! {
    #[test]
    fn lists_hold_what_was_pushed_until_all_that_is_live_is_the_limit(
        order in prop::collection::vec(0..3_usize, 1..600),
        limit_words in 100..2000_usize,
        stress: bool,
    ) {
        let mut fixture = Fixture::new(3, limit_words * 8);
        fixture.heap.set_stress(stress);
        let mut model = [vec![], vec![], vec![]];
        // Word 0 and three lists without a buffer.
        let mut live = 1 + 3 * 2;
        for (value, &to) in order.iter().enumerate() {
            let slot = if model[to].is_empty() { 2 } else { 1 };
            let fits = live + slot + Heap::list_words(1) <= limit_words;
            prop_assert_eq!(fixture.push(to, value as u64).is_ok(), fits);
            if !fits {
                break;
            }
            live += slot + Heap::list_words(1);
            model[to].push(value as u64);
        }
        for (list, model) in model.iter().enumerate() {
            prop_assert_eq!(&fixture.values(list), model);
        }
        fixture.heap.compact(&fixture.program, &mut fixture.lists);
        prop_assert_eq!(fixture.heap.words().len(), live);
        prop_assert_eq!(check_heap(&fixture.program, fixture.heap.words()), Ok(()));
    }
}

#[test]
fn an_arena_is_at_most_twice_as_large_as_what_is_live_and_the_room_that_a_list_got() {
    let mut fixture = Fixture::new(1, 64 << 20);
    for value in 0..300_000 {
        fixture.push(0, value).unwrap();
        let (arena, floor) = (fixture.heap.arena_words(), fixture.heap.floor);
        assert!(arena <= (2 * floor).max(64 << 10) + 3, "{arena} words for {floor} at push {value}");
    }
    fixture.lists.0.clear();
    fixture.heap.compact(&fixture.program, &mut fixture.lists);
    assert!(fixture.heap.arena_words() < 8);
}

#[test]
fn filling_a_heap_to_its_limit_copies_it_a_few_times() {
    let mut fixture = Fixture::new(1, 8 << 20);
    while fixture.push(0, 7).is_ok() {}
    let limit = (8 << 20) / 8;
    let work = fixture.heap.take_excess_work();
    assert!(work < 20 * limit, "{work} words of work for a heap of {limit}");
}
