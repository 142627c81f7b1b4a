//! Equality, order and text of whole values: shared, cyclic, deep.

#![allow(clippy::unwrap_used)]

use std::cmp::Ordering;
use std::sync::Arc;

use proptest::prelude::*;

use super::{compare, equal, look_up, place_value, show, to_value, value_words};
use crate::agent::ValueError;
use crate::bytecode::{Type, TypeId};
use crate::heap::Heap;
use crate::layout::header;
use crate::program::Program;
use crate::testing::Build;
use crate::value::Value;

const LIMIT: usize = 1 << 20;

/// A program without code, for its types.
fn types(declare: impl FnOnce(&mut Build) -> TypeId) -> (Arc<Program>, TypeId) {
    let mut b = Build::new("types");
    let ty = declare(&mut b);
    (Program::load(b.module).unwrap(), ty)
}

/// `enum Data { Nothing, Leaf(Int, Float, Str, Bytes, Bool), Row(List[Data], (Data, ())) }`, in which all kinds of data
/// occur.
fn data_type(b: &mut Build) -> TypeId {
    let data = TypeId(9);
    let (int, float, text) = (b.ty(Type::Int), b.ty(Type::Float), b.ty(Type::Str));
    let (bytes, bool, unit) = (b.ty(Type::Bytes), b.ty(Type::Bool), b.ty(Type::Unit));
    let list = b.ty(Type::List(data));
    let pair = b.ty(Type::Tuple(vec![data, unit]));
    let leaf = b.struct_type(
        "types.Leaf",
        &[("number", int), ("load", float), ("name", text), ("raw", bytes), ("up", bool)],
    );
    let variants: &[(&str, &[TypeId])] = &[("Nothing", &[]), ("One", &[leaf]), ("Row", &[list, pair])];
    let made = b.enum_type("Data", variants);
    assert_eq!(made, data);
    data
}

fn leaf(number: i64, load: f64, name: &str) -> Value {
    let (raw, up) = (Value::Bytes(name.as_bytes().to_vec()), Value::Bool(number > 0));
    let fields = vec![Value::Int(number), Value::Float(load), Value::Str(name.into()), raw, up];
    Value::Variant(1, vec![Value::Fields(fields)])
}

fn row(items: Vec<Value>) -> Value {
    let last = items.last().cloned().unwrap_or(Value::Variant(0, vec![]));
    Value::Variant(2, vec![Value::List(items), Value::Fields(vec![last, Value::Unit])])
}

fn data() -> impl Strategy<Value = Value> {
    let load = prop_oneof![Just(0.0), Just(-0.0), Just(1.5), Just(f64::INFINITY)];
    let one = (-2..3_i64, load, "[a-c€]{0,2}").prop_map(|(number, load, name)| leaf(number, load, &name));
    prop_oneof![Just(Value::Variant(0, vec![])), one]
        .prop_recursive(4, 24, 4, |inner| prop::collection::vec(inner, 0..4).prop_map(row))
}

/// Values placed in one heap.
fn placed(program: &Program, ty: TypeId, values: &[Value]) -> (Heap, Vec<u64>) {
    let mut heap = Heap::new(LIMIT);
    let words: usize = values.iter().map(|value| value_words(program, value, ty, LIMIT).unwrap()).sum();
    heap.reserve(words, program, &mut crate::stack::Stack::new(1 << 10)).unwrap();
    let slots = values.iter().map(|value| place_value(program, &mut heap, value, ty)).collect();
    (heap, slots)
}

proptest! {
    #[test]
    fn a_value_comes_out_of_a_heap_as_it_went_in(value in data()) {
        let (program, ty) = types(data_type);
        let (heap, slots) = placed(&program, ty, std::slice::from_ref(&value));
        prop_assert_eq!(to_value(&program, heap.view(&program), slots[0], ty, LIMIT), Ok(value));
    }

    #[test]
    fn order_is_total_and_agrees_with_equality(values in prop::collection::vec(data(), 3)) {
        let (program, ty) = types(data_type);
        let (heap, slots) = placed(&program, ty, &values);
        let order = |a: usize, b: usize| compare(&program, heap.view(&program), slots[a], slots[b], ty).0;
        for (a, b) in [(0, 1), (1, 2), (0, 2), (0, 0)] {
            let same = equal(&program, heap.view(&program), slots[a], slots[b], ty).0;
            prop_assert_eq!(order(a, b) == Ordering::Equal, same);
            prop_assert_eq!(order(a, b), order(b, a).reverse());
            prop_assert_eq!(same, values[a] == values[b]);
        }
        if order(0, 1).is_le() && order(1, 2).is_le() {
            prop_assert!(order(0, 2).is_le());
        }
    }
}

#[test]
fn values_are_shown_as_they_are_written() {
    let (program, ty) = types(data_type);
    let value = row(vec![Value::Variant(0, vec![]), leaf(-1, 0.5, "a\"{\n\u{7}€")]);
    let (heap, slots) = placed(&program, ty, &[value]);
    let text = show(&program, heap.view(&program), slots[0], ty, LIMIT).unwrap();
    let one = "One(Leaf(number: -1, load: 0.5, name: \"a\\\"\\{\\n\\u{7}€\", raw: b\"a\\\"{\\n\\x07\\xe2\\x82\\xac\", up: false))";
    assert_eq!(text, format!("Row([Nothing, {one}], ({one}, ()))"));
    assert!(show(&program, heap.view(&program), slots[0], ty, 20).is_err());
}

/// `struct Node { next: List[Node] }`.
fn nodes(b: &mut Build) -> TypeId {
    let node = b.struct_type("Node", &[("next", TypeId(1))]);
    b.ty(Type::List(node));
    node
}

/// Nodes in a circle of so many.
fn circle(heap: &mut Heap, length: usize) -> u64 {
    let lists: Vec<u32> = (0..length).map(|_| heap.push_list(1, 1)).collect();
    let nodes: Vec<u32> = lists.iter().map(|list| heap.push(header(0, 0), &[u64::from(*list)])).collect();
    for (index, list) in lists.iter().enumerate() {
        heap.elements_mut(*list)[0] = nodes[(index + 1) % length].into();
    }
    nodes[0].into()
}

#[test]
fn keys_that_differ_beyond_what_is_hashed_are_compared_at_a_charge() {
    let (program, map) = types(|b| {
        let (text, int) = (b.ty(Type::Str), b.ty(Type::Int));
        let key = b.ty(Type::Tuple(vec![text, int]));
        b.ty(Type::Map(key, int))
    });
    let Type::Map(key, _) = program.ty(map) else { panic!("a map") };
    let words = 4_000;
    let long = Value::Str("mobility".repeat(words));
    let value = |number| Value::Fields(vec![long.clone(), Value::Int(number)]);
    let entries = vec![(value(1), Value::Int(0)), (value(2), Value::Int(0))];
    let mut heap = Heap::new(LIMIT);
    heap.reserve(LIMIT / 16, &program, &mut crate::stack::Stack::new(1 << 10)).unwrap();
    let table = place_value(&program, &mut heap, &Value::Map(entries), map) as u32;
    let layout = program.table(map.0);
    for (number, compared) in [(1, 1), (2, 2), (3, 2)] {
        let slot = place_value(&program, &mut heap, &value(number), *key);
        let view = heap.view(&program);
        let (_, probe) = look_up(&program, view, heap.seed, table, layout, slot);
        assert_eq!(probe.found.is_some(), number < 3);
        assert!(probe.work >= compared * words as u64, "{}", probe.work);
    }
}

#[test]
fn circles_are_equal_if_no_walk_tells_them_apart() {
    let (program, ty) = types(nodes);
    let mut heap = Heap::new(LIMIT);
    heap.reserve(LIMIT / 16, &program, &mut crate::stack::Stack::new(1 << 10)).unwrap();
    let (long, other) = (circle(&mut heap, 997), circle(&mut heap, 1009));
    let (same, work) = equal(&program, heap.view(&program), long, other, ty);
    // The circles meet in the same two nodes only after 997 times 1009 steps.
    assert!(same && work < 20_000, "{work}");
    let small = circle(&mut heap, 1);
    assert_eq!(show(&program, heap.view(&program), small, ty, LIMIT).unwrap(), "Node(next: […])");
    assert_eq!(to_value(&program, heap.view(&program), small, ty, LIMIT), Err(ValueError::TooDeep));
}

#[test]
fn parts_that_are_shared_many_times_are_compared_once() {
    let (program, ty) = types(nodes);
    let mut heap = Heap::new(LIMIT);
    heap.reserve(LIMIT / 16, &program, &mut crate::stack::Stack::new(1 << 10)).unwrap();
    let mut tower = |height: usize| {
        let mut node = None;
        for _ in 0..height {
            let list = heap.push_list(1, node.map_or(0, |_| 2));
            heap.elements_mut(list).fill(node.unwrap_or(0));
            node = Some(u64::from(heap.push(header(0, 0), &[u64::from(list)])));
        }
        node.unwrap()
    };
    // Each storey doubles the number of ways down.
    let (a, b) = (tower(64), tower(64));
    let view = heap.view(&program);
    let (same, work) = equal(&program, view, a, b, ty);
    assert!(same && work < 10_000, "{work}");
    assert!(show(&program, view, a, ty, LIMIT).is_err());
    assert_eq!(to_value(&program, view, a, ty, LIMIT), Err(ValueError::TooLarge { limit_bytes: LIMIT }));
}

#[test]
fn a_chain_as_long_as_the_heap_is_walked_without_recursion() {
    let (program, ty) = types(nodes);
    let mut heap = Heap::new(64 << 20);
    heap.reserve(3_000_000, &program, &mut crate::stack::Stack::new(1 << 10)).unwrap();
    let mut chain = |length: usize| {
        let mut node = 0;
        for depth in 0..length {
            let list = heap.push_list(1, usize::from(depth > 0));
            heap.elements_mut(list).fill(node);
            node = heap.push(header(0, 0), &[u64::from(list)]).into();
        }
        node
    };
    let (node, same, longer) = (chain(100_000), chain(100_000), chain(100_001));
    let view = heap.view(&program);
    assert!(equal(&program, view, node, same, ty).0);
    assert!(!equal(&program, view, node, longer, ty).0);
    assert_eq!(compare(&program, view, node, longer, ty).0, Ordering::Less);
    assert_eq!(show(&program, view, node, ty, 8 << 20).unwrap().len(), 100_000 * "Node(next: [])".len());
}
