//! Generated values of generated types, through bytes, to programs that declare the types in another order.

#![allow(clippy::unwrap_used)]

use std::sync::Arc;

use proptest::prelude::*;

use super::tests::{made, value_of};
use super::{MessageError, WrongType};
use crate::bytecode::{EnumType, Field, Type, TypeId, Variant};
use crate::mail::{Address, AgentName, Message};
use crate::snapshot::{Form, SnapshotError, check_message};
use crate::testing::Build;
use crate::{Program, Value};

/// A type as a tree.
#[derive(Debug, Clone)]
enum Tree {
    Leaf(Type),
    Tuple(Vec<Tree>),
    Struct(u8, Vec<Tree>),
    Enum(u8, Vec<Vec<Tree>>),
    /// `enum Chain { End, More(T, Chain) }`
    Chain(Box<Tree>),
    List(Box<Tree>),
    Map(Box<Tree>, Box<Tree>),
    Set(Box<Tree>),
    Addr(Box<Tree>),
}

fn leaf(types: &'static [Type]) -> impl Strategy<Value = Tree> {
    prop::sample::select(types).prop_map(Tree::Leaf)
}

fn variants(part: impl Strategy<Value = Tree> + Clone) -> impl Strategy<Value = Tree> {
    let fields = prop::collection::vec(part, 0..3);
    (0..4_u8, prop::collection::vec(fields, 1..4)).prop_map(|(name, variants)| Tree::Enum(name, variants))
}

fn key() -> impl Strategy<Value = Tree> {
    let leaves = leaf(&[Type::Int, Type::Bool, Type::Str, Type::Bytes, Type::Unit]);
    leaves.prop_recursive(2, 8, 3, |part| {
        prop_oneof![
            prop::collection::vec(part.clone(), 2..4).prop_map(Tree::Tuple),
            variants(part.clone()),
            part.prop_map(|part| Tree::Addr(Box::new(part))),
        ]
    })
}

fn tree() -> impl Strategy<Value = Tree> {
    let leaves = leaf(&[Type::Int, Type::Float, Type::Bool, Type::Str, Type::Bytes, Type::Unit]);
    leaves.prop_recursive(4, 24, 4, |part| {
        let list = prop::collection::vec(part.clone(), 2..4);
        prop_oneof![
            list.clone().prop_map(Tree::Tuple),
            (0..4_u8, list).prop_map(|(name, fields)| Tree::Struct(name, fields)),
            variants(part.clone()),
            part.clone().prop_map(|part| Tree::Chain(Box::new(part))),
            part.clone().prop_map(|part| Tree::List(Box::new(part))),
            (key(), part.clone()).prop_map(|(key, value)| Tree::Map(Box::new(key), Box::new(value))),
            key().prop_map(|key| Tree::Set(Box::new(key))),
            part.prop_map(|part| Tree::Addr(Box::new(part))),
        ]
    })
}

/// Declares a type in a table, its parts in their order or the other way around, and gives its id.
fn declare(b: &mut Build, tree: &Tree, backwards: bool) -> TypeId {
    let mut all = |trees: &[Tree]| {
        let mut ids: Vec<TypeId> = Vec::new();
        let order = |index: usize| if backwards { trees.len() - 1 - index } else { index };
        (0..trees.len()).for_each(|index| ids.push(declare(b, &trees[order(index)], backwards)));
        if backwards {
            ids.reverse();
        }
        ids
    };
    match tree {
        Tree::Leaf(ty) => b.ty(ty.clone()),
        Tree::Tuple(parts) => {
            let parts = all(parts);
            b.ty(Type::Tuple(parts))
        }
        Tree::Struct(name, fields) => {
            let ids = all(fields);
            let names: Vec<String> = (0..ids.len()).map(|index| format!("f{index}")).collect();
            let fields: Vec<(&str, TypeId)> = names.iter().map(String::as_str).zip(ids).collect();
            b.struct_type(&format!("Struct{name}"), &fields)
        }
        Tree::Enum(name, variants) => {
            let ids: Vec<Vec<TypeId>> = variants.iter().map(|fields| all(fields)).collect();
            let names: Vec<String> = (0..ids.len()).map(|index| format!("V{index}")).collect();
            let variants: Vec<(&str, &[TypeId])> =
                names.iter().map(String::as_str).zip(ids.iter().map(Vec::as_slice)).collect();
            b.enum_type(&format!("Enum{name}"), &variants)
        }
        Tree::Chain(part) => {
            let part = declare(b, part, backwards);
            chain(b, part)
        }
        Tree::List(part) => {
            let part = declare(b, part, backwards);
            b.ty(Type::List(part))
        }
        Tree::Set(part) => {
            let part = declare(b, part, backwards);
            b.ty(Type::Set(part))
        }
        Tree::Addr(part) => {
            let part = declare(b, part, backwards);
            b.ty(Type::Addr(part))
        }
        Tree::Map(key, value) => {
            let ids = all(&[(**key).clone(), (**value).clone()]);
            b.ty(Type::Map(ids[0], ids[1]))
        }
    }
}

/// A list of parts, as an enum that holds itself. A table has one for each type of parts.
fn chain(b: &mut Build, part: TypeId) -> TypeId {
    let field = |ty| Field { name: String::new(), ty };
    let of = |id| {
        Type::Enum(EnumType {
            name: "Chain".into(),
            args: vec![part],
            variants: vec![
                Variant { name: "End".into(), fields: vec![] },
                Variant { name: "More".into(), fields: vec![field(part), field(id)] },
            ],
        })
    };
    let known = (0..).zip(&b.module.types).find(|(id, ty)| **ty == of(TypeId(*id)));
    known.map(|(id, _)| TypeId(id)).unwrap_or_else(|| b.ty(of(TypeId(b.module.types.len() as u32))))
}

/// Numbers that follow from a seed.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end
    }

    fn some<T>(&mut self, end: usize, mut make: impl FnMut(&mut Self) -> T) -> Vec<T> {
        (0..self.below(end)).map(|_| make(self)).collect()
    }

    fn value(&mut self, tree: &Tree) -> Value {
        let texts = ["", "a", "nöde", "eight ch", "more than eight characters"];
        match tree {
            Tree::Leaf(Type::Int) => Value::Int([0, -1, i64::MIN, 7, 1 << 40][self.below(5)]),
            Tree::Leaf(Type::Float) => Value::Float([0.0, -0.0, f64::NAN, 1.5, f64::INFINITY][self.below(5)]),
            Tree::Leaf(Type::Bool) => Value::Bool(self.below(2) == 0),
            Tree::Leaf(Type::Str) => Value::Str(format!("{}{}", texts[self.below(5)], self.below(20))),
            Tree::Leaf(Type::Bytes) => Value::Bytes(self.some(12, |numbers| numbers.below(256) as u8)),
            Tree::Leaf(_) => Value::Unit,
            Tree::Tuple(parts) | Tree::Struct(_, parts) => {
                Value::Fields(parts.iter().map(|part| self.value(part)).collect())
            }
            Tree::Enum(_, variants) => {
                let tag = self.below(variants.len());
                Value::Variant(tag as u32, variants[tag].iter().map(|part| self.value(part)).collect())
            }
            Tree::Chain(part) => {
                let parts = self.some(4, |numbers| numbers.value(part));
                let end = Value::Variant(0, vec![]);
                parts.into_iter().fold(end, |chain, part| Value::Variant(1, vec![part, chain]))
            }
            Tree::List(part) => Value::List(self.some(4, |numbers| numbers.value(part))),
            Tree::Map(key, value) => {
                Value::Map(self.some(20, |numbers| (numbers.value(key), numbers.value(value))))
            }
            Tree::Set(part) => Value::Set(self.some(20, |numbers| numbers.value(part))),
            Tree::Addr(_) => {
                let agent = AgentName([self.below(4) as u8; AgentName::LEN]);
                Value::Addr(Address { agent, inbox: self.below(100) as u64 })
            }
        }
    }
}

/// A program with a type, and others before it.
fn program(before: &[&Tree], tree: &Tree, backwards: bool) -> (Arc<Program>, TypeId) {
    let mut b = Build::new("types");
    before.iter().for_each(|tree| _ = declare(&mut b, tree, !backwards));
    let ty = declare(&mut b, tree, backwards);
    (Program::load(b.module).unwrap(), ty)
}

/// That a message is what an agent may hold: valid, and its tables indexed under its seed.
fn check(message: &Message) {
    let mut words = message.parcel.words.clone();
    let slot = (message.parcel.slot, message.ty);
    let checked: Result<(), SnapshotError> = check_message(&message.program, &mut words, slot, Form::Own, Ok);
    assert_eq!(checked, Ok(()));
    let mut rehashed = message.parcel.clone();
    rehashed.rehash(&message.program, message.seed);
    assert_eq!(rehashed, message.parcel);
}

const SEED: [u64; 2] = [0x5fc2_ba94_07d1_e63b, 0x9d37_6e2c_b05a_4f18];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn values_come_back_in_their_own_and_in_other_programs(
        tree in tree(), other in tree(), seed in any::<u64>(),
    ) {
        let (sender, ty) = program(&[], &tree, false);
        let message = made(&sender, ty, &Numbers(seed).value(&tree));
        let (value, bytes) = (value_of(&message), message.encode().unwrap());
        let receivers = [(sender, ty), program(&[&other], &tree, false), program(&[&other, &tree], &tree, true)];
        for (receiver, wanted) in receivers {
            let decoded = Message::decode(&bytes, &receiver, wanted, SEED, 1 << 16).unwrap();
            prop_assert_eq!(format!("{:?}", value_of(&decoded)), format!("{value:?}"));
            check(&decoded);
            prop_assert_eq!(decoded.encode().unwrap(), bytes.clone());
            let given = message.clone().for_program(&receiver, wanted, SEED).unwrap();
            prop_assert_eq!(given.parcel.heap_words(), decoded.parcel.heap_words());
            check(&given);
        }
    }

    #[test]
    fn another_type_is_refused_and_the_difference_said(
        tree in tree(), other in tree(), seed in any::<u64>(),
    ) {
        let ((sender, ty), (receiver, wanted)) = (program(&[], &tree, false), program(&[], &other, true));
        let message = made(&sender, ty, &Numbers(seed).value(&tree));
        let is_same = format!("{tree:?}") == format!("{other:?}");
        prop_assert_eq!(sender.type_hash(ty) == receiver.type_hash(wanted), is_same);
        match message.for_program(&receiver, wanted, SEED) {
            Ok(_) => prop_assert!(is_same),
            Err(MessageError::WrongType(error)) => {
                let WrongType { sent, wanted } = &*error;
                let difference = super::Difference::between(sent.as_ref().unwrap(), wanted);
                prop_assert!(difference.is_some(), "{error}");
            }
            Err(other) => prop_assert!(false, "{other}"),
        }
    }

    #[test]
    fn changed_bytes_are_refused_or_another_message(
        tree in tree(),
        seed in any::<u64>(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), prop_oneof![0..16_u8, any::<u8>()]), 1..4),
        cut in prop::option::of(any::<prop::sample::Index>()),
    ) {
        let (program, ty) = program(&[], &tree, false);
        let mut bytes = made(&program, ty, &Numbers(seed).value(&tree)).encode().unwrap();
        // What stands before is all compared; one byte of it is enough to be refused.
        for (place, value) in changes {
            let place = 34 + place.index(bytes.len() - 34);
            bytes[place] = value;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        if let Ok(message) = Message::decode(&bytes, &program, ty, SEED, 1 << 16) {
            check(&message);
            // Objects may be cyclic then, which is no value outside of a heap.
            let again = message.encode().unwrap();
            let decoded = Message::decode(&again, &program, ty, SEED, 1 << 16).unwrap();
            prop_assert_eq!(decoded.parcel, message.parcel);
        }
    }

    #[test]
    fn any_bytes_are_refused(tree in tree(), bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let (program, ty) = program(&[], &tree, false);
        prop_assert!(Message::decode(&bytes, &program, ty, SEED, 1 << 16).is_err());
    }
}
