//! Lists that grow until the limit stands in the way: what they hold, and when that is.

#![allow(clippy::unwrap_used)]

use std::sync::Arc;

use proptest::prelude::*;

use super::arena::WORDS_SMALL;
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

    /// Pushes a reference to nothing.
    fn push_nothing(&mut self, to: usize) -> Result<(), HeapFull> {
        let list = |lists: &Lists| low(lists.0[to]);
        self.heap.grow_list(list, 1, &self.program, &mut self.lists)?;
        let list = low(self.lists.0[to]);
        let len = self.heap.len(list);
        self.heap.set_len(list, len + 1);
        self.heap.elements_mut(list)[len] = 0;
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

/// Makes garbage until the heap has been collected so often.
fn churn(fixture: &mut Fixture, collections: usize) {
    let mut seen = 0;
    while seen < collections {
        let before = fixture.heap.top;
        fixture.reserve(Heap::list_words(1)).unwrap();
        seen += usize::from(fixture.heap.top < before);
        fixture.heap.push_list(fixture.inner, 1);
    }
}

#[test]
fn memory_is_bounded_by_what_is_live_while_that_grows_and_shrinks() {
    let mut fixture = Fixture::new(2, 256 << 20);
    let check = |heap: &Heap| {
        let (memory, live) = (heap.memory_words(), heap.floor);
        assert!(memory <= live / 2 * 5 + WORDS_SMALL + 8, "{memory} words for {live}");
    };
    for value in 0..1_600_000 {
        fixture.push(value as usize % 2, value).unwrap();
        check(&fixture.heap);
    }
    for _ in 0..2 {
        fixture.lists.0.pop();
        churn(&mut fixture, 3);
        check(&fixture.heap);
    }
    fixture.heap.compact(&fixture.program, &mut fixture.lists);
    assert!(fixture.heap.memory_words() < 8);
}

#[test]
fn spaces_are_used_again_while_as_much_is_live() {
    for live in [10_000, 1_000_000] {
        let mut fixture = Fixture::new(1, 256 << 20);
        for value in 0..live {
            fixture.push(0, value).unwrap();
        }
        churn(&mut fixture, 3);
        let spaces = |heap: &Heap| (heap.words.as_ptr(), heap.spare.words.as_ptr());
        let before = spaces(&fixture.heap);
        churn(&mut fixture, 3);
        assert_eq!(spaces(&fixture.heap), before);
        assert_ne!(fixture.heap.spare.written, 0);
    }
}

#[test]
fn filling_a_heap_to_its_limit_copies_it_a_few_times() {
    let mut fixture = Fixture::new(1, 8 << 20);
    while fixture.push(0, 7).is_ok() {}
    let limit = (8 << 20) / 8;
    let work = fixture.heap.take_excess_work();
    assert!(work < 20 * limit, "{work} words of work for a heap of {limit}");
}

#[test]
fn many_lists_that_grow_in_turn_fill_a_heap_with_few_copies_of_it() {
    for count in [1, 30, 1000] {
        let mut fixture = Fixture::new(count, 8 << 20);
        let mut next = (0..count).cycle();
        // Elements that take no memory of their own, so that the lists are all that is live.
        while fixture.push_nothing(next.next().unwrap()).is_ok() {}
        let limit = (8 << 20) / 8;
        let work = fixture.heap.take_excess_work();
        assert!(work < 40 * limit, "{count} lists: {} times the limit of words of work", work / limit);
    }
}
