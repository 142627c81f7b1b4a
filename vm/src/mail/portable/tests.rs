//! Messages between programs, one case at a time.

#![allow(clippy::unwrap_used)]

use std::sync::Arc;

use super::MessageError;
use crate::agent::{Agent, KeptValues, Step};
use crate::bytecode::{Constant, Type, TypeId};
use crate::data;
use crate::heap::{Heap, View};
use crate::layout::{CONSTANT_BIT, header, low};
use crate::mail::{AgentName, Message};
use crate::testing::{Build, ROOMY};
use crate::{Program, Value};

/// A message of a value, as an agent would send it.
pub(super) fn made(program: &Arc<Program>, ty: TypeId, value: &Value) -> Message {
    let words = data::value_words(program, value, ty, 1 << 20).unwrap();
    let mut heap = Heap::new(8 * (words + 1));
    heap.reserve(words, program, &mut KeptValues::default()).unwrap();
    let slot = data::place_value(program, &mut heap, value, ty);
    let parcel = heap.pack(program, slot, ty, usize::MAX).unwrap();
    Message { program: program.clone(), ty, seed: heap.seed, parcel }
}

/// The value of a message.
pub(super) fn value_of(message: &Message) -> Value {
    let program = &message.program;
    let view = View::new(message.parcel.words(), &program.constant_area);
    data::to_value(program, view, message.parcel.slot, message.ty, 1 << 20).unwrap()
}

fn loaded(build: impl FnOnce(&mut Build) -> TypeId) -> (Arc<Program>, TypeId) {
    let mut b = Build::new("types");
    let ty = build(&mut b);
    (Program::load(b.module).unwrap(), ty)
}

const SEED: [u64; 2] = [1, 2];

fn decoded(bytes: &[u8], program: &Arc<Program>, ty: TypeId) -> Result<Message, MessageError> {
    Message::decode(bytes, program, ty, SEED, 1 << 16)
}

/// The bytes as words of hexadecimal digits, the head apart.
fn shown(bytes: &[u8]) -> String {
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let head = if bytes[1] == 0 { 34 } else { 70 };
    let words: Vec<String> = bytes[head..].chunks(8).map(hex).collect();
    format!("{}\n{}\n{}", hex(&bytes[..2]), hex(&bytes[2..head]), words.join("\n"))
}

/// `enum Request { Get(key: Str), Put(Str, T) }`
fn request(b: &mut Build, value: &Type) -> TypeId {
    let str = b.ty(Type::Str);
    let value = b.ty(value.clone());
    b.enum_type("Request", &[("Get", &[str]), ("Put", &[str, value])])
}

#[test]
fn messages_are_written_as_ever() {
    let (program, int) = loaded(|b| b.ty(Type::Int));
    let int = made(&program, int, &Value::Int(-2)).encode().unwrap();
    assert_eq!(int.len(), 42);
    let (program, ty) = loaded(|b| request(b, &Type::Float));
    let put = Value::Variant(1, vec![Value::Str("nöde".into()), Value::Float(f64::NAN)]);
    let put = made(&program, ty, &put).encode().unwrap();
    let (program, ty) = loaded(|b| {
        let (int, str) = (b.ty(Type::Int), b.ty(Type::Str));
        let map = b.ty(Type::Map(str, int));
        b.ty(Type::List(map))
    });
    let map = |count: i64| {
        Value::Map((0..count).map(|key| (Value::Str(format!("key {key}")), Value::Int(key))).collect())
    };
    let maps = made(&program, ty, &Value::List(vec![map(1), map(9)])).encode().unwrap();
    insta::assert_snapshot!([int, put, maps].map(|bytes| shown(&bytes)).join("\n\n"));
}

#[test]
fn a_type_is_the_same_in_the_root_and_in_a_module() {
    let of = |name: &str| {
        loaded(|b| {
            let int = b.ty(Type::Int);
            b.struct_type(name, &[("x", int)])
        })
    };
    let (root, ty) = of("Point");
    let bytes = made(&root, ty, &Value::Fields(vec![Value::Int(3)])).encode().unwrap();
    for (name, is_same) in
        [("shapes.Point", true), ("a.b.Point", true), ("Points", false), ("shapes.point", false)]
    {
        let (program, ty) = of(name);
        assert_eq!(decoded(&bytes, &program, ty).is_ok(), is_same, "{name}");
    }
}

#[test]
fn another_type_is_refused_with_both_shown() {
    let (sender, sent) = loaded(|b| request(b, &Type::Int));
    let (receiver, wanted) = loaded(|b| request(b, &Type::Float));
    let message = made(&sender, sent, &Value::Variant(0, vec![Value::Str("a".into())]));
    let blind = decoded(&message.encode().unwrap(), &receiver, wanted).unwrap_err();
    let error = message.for_program(&receiver, wanted, SEED).unwrap_err();
    insta::assert_snapshot!(format!("{blind}\n\n{error}"));
}

#[test]
fn differences_are_said() {
    type Made = fn(&mut Build) -> TypeId;
    let pairs: &[(Made, Made)] = &[
        (|b| b.ty(Type::Int), |b| b.ty(Type::Str)),
        (|b| request(b, &Type::Int), |b| b.ty(Type::Int)),
        (
            |b| {
                let int = b.ty(Type::Int);
                b.struct_type("Point", &[("x", int), ("y", int)])
            },
            |b| {
                let int = b.ty(Type::Int);
                b.struct_type("Point", &[("x", int), ("z", int)])
            },
        ),
        (
            |b| {
                let int = b.ty(Type::Int);
                let point = b.struct_type("Point", &[("x", int), ("y", int)]);
                b.ty(Type::List(point))
            },
            |b| {
                let int = b.ty(Type::Int);
                let point = b.struct_type("Point", &[("x", int)]);
                b.ty(Type::List(point))
            },
        ),
        (
            |b| {
                let int = b.ty(Type::Int);
                b.enum_type("Ask", &[("A", &[int]), ("B", &[])])
            },
            |b| b.enum_type("Ask", &[("A", &[]), ("B", &[])]),
        ),
        (
            |b| b.enum_type("Ask", &[("A", &[]), ("B", &[])]),
            |b| b.enum_type("Ask", &[("B", &[]), ("A", &[])]),
        ),
        (|b| b.enum_type("Ask", &[]), |b| b.struct_type("Ask", &[])),
        (
            |b| {
                let ask = b.enum_type("Ask", &[("A", &[])]);
                b.ty(Type::Tuple(vec![ask, ask]))
            },
            |b| {
                let (one, other) = (b.enum_type("Ask", &[("A", &[])]), b.enum_type("x.Ask", &[("A", &[])]));
                b.ty(Type::Tuple(vec![one, other]))
            },
        ),
    ];
    let said: Vec<String> = pairs
        .iter()
        .map(|(sent, wanted)| {
            let ((sender, sent), (receiver, wanted)) = (loaded(sent), loaded(wanted));
            assert_ne!(sender.type_hash(sent), receiver.type_hash(wanted));
            let (sent, wanted) = (sender.type_description(sent), receiver.type_description(wanted));
            let difference = super::Difference::between(&sent, &wanted);
            difference.map_or_else(|| "nothing is found".to_owned(), |difference| difference.to_string())
        })
        .collect();
    insta::assert_snapshot!(said.join("\n"));
}

#[test]
fn sharing_within_a_message_stays() {
    let (program, ty) = loaded(|b| {
        let int = b.ty(Type::Int);
        let list = b.ty(Type::List(int));
        b.ty(Type::List(list))
    });
    let (outer, inner) = (header(ty.0, 2), header(1, 1));
    let buffer = |len| header(u32::MAX, len);
    let words = vec![0, outer, 3, buffer(2), 6, 6, inner, 8, buffer(1), 42];
    let parcel = super::super::Parcel { slot: 1, words, has_tables: false };
    let message = Message { program: program.clone(), ty, seed: data::HashSeed(SEED), parcel };
    let again = decoded(&message.encode().unwrap(), &program, ty).unwrap();
    assert_eq!(again.parcel, message.parcel);
}

/// An agent that sends a list of texts of its program, and wants to begin another with one of them.
fn sender() -> Agent {
    let mut b = Build::new("sender");
    let (unit, int, str, addr_of) = (b.ty(Type::Unit), b.ty(Type::Int), b.ty(Type::Str), Type::Addr);
    let list = b.ty(Type::List(str));
    let (addr, inbox) = (b.ty(addr_of(list)), b.ty(Type::Inbox(list)));
    let worker = b.function_type(&[inbox], unit);
    let (one, two) = (b.constant(Constant::Str("one".into())), b.constant(Constant::Str("twö".into())));
    let serve = b.function("serve", (&[inbox], &[str], unit), &[unit], "const.unit r2\nreturn r2");
    let main = b.function(
        "main",
        (&[], &[], int),
        &[inbox, addr, str, str, list, int, worker, addr],
        &format!(
            "inbox r0 t{inbox}
             inbox.addr r1 r0 t{addr}
             const r2 k{one}
             const r3 k{two}
             list r4 t{list} 3 (r3 r2 r3)
             send r5 r1 r4
             closure r6 f{serve} (r3)
             spawn r7 r6
             return r5",
            inbox = inbox.0,
            addr = addr.0,
            list = list.0,
            serve = serve.0
        ),
    );
    let program = Program::load(b.main(main)).unwrap();
    let mut agent = Agent::new(program.clone(), ROOMY);
    agent.start(program.main().unwrap(), &[]).unwrap();
    agent
}

fn texts(texts: &[&str]) -> Value {
    Value::List(texts.iter().map(|text| Value::Str((*text).into())).collect())
}

#[test]
fn texts_of_the_program_travel() {
    let mut agent = sender();
    assert!(matches!(agent.run(1000), Step::Send(_)));
    let message = agent.outgoing().unwrap();
    assert!(message.parcel.words.iter().any(|word| low(*word) & CONSTANT_BIT != 0 && low(*word) != u32::MAX));
    let (program, ty) = loaded(|b| {
        let str = b.ty(Type::Str);
        b.ty(Type::List(str))
    });
    let bytes = message.encode().unwrap();
    let decoded = decoded(&bytes, &program, ty).unwrap();
    assert_eq!(value_of(&decoded), texts(&["twö", "one", "twö"]));
    // Each text is there once.
    assert_eq!(decoded.parcel.heap_words(), 6 + 3 + 3);
}

#[test]
fn a_message_cannot_refer_to_texts_of_the_receivers_program() {
    let mut agent = sender();
    assert!(matches!(agent.run(1000), Step::Send(_)));
    let (message, program) = (agent.outgoing().unwrap(), agent.program().clone());
    let (ty, mut bytes) = (message.ty, message.encode().unwrap());
    let first = bytes.len() - 8 * (6 + 3 + 3) + 8 * 3;
    bytes[first..first + 8].copy_from_slice(&u64::from(CONSTANT_BIT | 1).to_le_bytes());
    let what = "holds what is no value of its field's type";
    assert_eq!(decoded(&bytes, &program, ty).unwrap_err(), MessageError::Malformed { at: 1, what });
}

#[test]
fn functions_are_for_programs_that_have_them() {
    let mut agent = sender();
    assert!(matches!(agent.run(1000), Step::Send(_)));
    agent.sent(crate::Sent::Taken);
    assert_eq!(agent.run(1000), Step::Spawn);
    let (message, program) = (agent.outgoing().unwrap(), agent.program().clone());
    let (ty, bytes) = (message.ty, message.encode().unwrap());
    let name = AgentName([7; AgentName::LEN]);
    let decoded_here = decoded(&bytes, &program, ty).unwrap();
    let mut begun = Agent::spawned(decoded_here, ROOMY, name).unwrap();
    assert_eq!(begun.run(1000), Step::Done);
    // More modules behind make no difference; those that are missing do.
    let longer = program.link(&crate::testing::tables()).unwrap();
    assert!(decoded(&bytes, &longer, ty).is_ok());
    let shorter = Message { program: longer, ..message.clone() }.encode().unwrap();
    assert_eq!(decoded(&shorter, &program, ty).unwrap_err(), MessageError::OtherProgram);
    let mut other = agent.program().module().clone();
    other.functions[0].name = "another".into();
    let other = Program::load(other).unwrap();
    assert_eq!(decoded(&bytes, &other, ty).unwrap_err(), MessageError::OtherProgram);
    assert_eq!(message.for_program(&other, ty, SEED).unwrap_err(), MessageError::OtherProgram);
    // A function can't come in as one for any program.
    let mut forged = bytes.clone();
    forged[1] = 0;
    forged.drain(34..70);
    forged[42..46].fill(0);
    assert_eq!(decoded(&forged, &program, ty).unwrap_err(), MessageError::OtherProgram);
}

#[test]
fn only_messages_with_functions_are_for_one_program() {
    let (program, ty) = loaded(|b| b.ty(Type::Int));
    let mut bytes = made(&program, ty, &Value::Int(3)).encode().unwrap();
    bytes[1] = 1;
    bytes.splice(34..34, [&program.modules_hash()[..], &ty.0.to_le_bytes()].concat());
    let what = "is of a kind that only messages with functions are";
    assert_eq!(decoded(&bytes, &program, ty).unwrap_err(), MessageError::Malformed { at: 0, what });
}

/// The bytes of a map of Ints, and the program.
fn map_of(count: i64) -> (Arc<Program>, TypeId, Vec<u8>) {
    let (program, ty) = loaded(|b| {
        let int = b.ty(Type::Int);
        b.ty(Type::Map(int, int))
    });
    let entries = (0..count).map(|key| (Value::Int(key), Value::Int(key * key))).collect();
    let bytes = made(&program, ty, &Value::Map(entries)).encode().unwrap();
    (program, ty, bytes)
}

#[test]
fn equal_keys_are_refused() {
    for count in [3, 40] {
        let (program, ty, mut bytes) = map_of(count);
        assert!(decoded(&bytes, &program, ty).is_ok());
        // Objects begin at 42: the map's three words, a header, then entries of three words.
        let key = |place: usize| 42 + 8 * (3 + 1 + 3 * place + 1);
        bytes[key(2)] = 1;
        assert_eq!(decoded(&bytes, &program, ty).unwrap_err(), MessageError::EqualKeys);
    }
}

#[test]
fn a_message_does_not_tell_its_senders_seed() {
    let (program, ty, bytes) = map_of(40);
    let message = decoded(&bytes, &program, ty).unwrap();
    assert_eq!(message.encode().unwrap(), bytes);
    let other = Message::decode(&bytes, &program, ty, [8, 9], 1 << 16).unwrap();
    assert_ne!(other.parcel, message.parcel);
    assert_eq!(other.encode().unwrap(), bytes);
    let mut forged = bytes.clone();
    let mark = 42 + 8 * (3 + 1);
    forged[mark] = 3;
    let what = "is a table with a mark that no key has";
    assert_eq!(decoded(&forged, &program, ty).unwrap_err(), MessageError::Malformed { at: 1, what });
    *forged.last_mut().unwrap() = 1;
    forged[mark] = 1;
    let what = "is a table with an index that is not blank";
    assert_eq!(decoded(&forged, &program, ty).unwrap_err(), MessageError::Malformed { at: 1, what });
}

#[test]
fn keys_that_take_too_long_are_refused() {
    let (program, ty) = loaded(|b| {
        let (int, str) = (b.ty(Type::Int), b.ty(Type::Str));
        let key = b.ty(Type::Tuple(vec![str, int]));
        b.ty(Type::Set(key))
    });
    // All keys share a text that is longer than what is hashed of a key, so all have the same mark.
    let count = 3000;
    let text = Value::Str("x".repeat(8 * 600));
    let keys = (0..count).map(|key| Value::Fields(vec![text.clone(), Value::Int(key)])).collect();
    let small = made(&program, ty, &Value::Set(vec![Value::Fields(vec![text, Value::Int(0)])]));
    assert!(decoded(&small.encode().unwrap(), &program, ty).is_ok());
    let words = data::value_words(&program, &Value::Set(keys), ty, 1 << 26).unwrap();
    assert!(words > 1 << 20);
    let shared = shared_keys(&program, ty, count as usize, small.parcel.words());
    let message = Message { parcel: shared, ..small };
    let error = Message::decode(&message.encode().unwrap(), &program, ty, SEED, 1 << 22).unwrap_err();
    assert_eq!(error, MessageError::CostlyKeys);
}

/// A set of tuples of the one text that another set has in a tuple, and of a number.
fn shared_keys(program: &Program, ty: TypeId, count: usize, one: &[u64]) -> super::super::Parcel {
    let (tuple, str) = (2, program.well_known.str);
    let text_at = one.iter().position(|word| low(*word) == str && *word >> 32 == 4800).unwrap();
    let slots = (count * 2).next_power_of_two();
    let entries = 5;
    let index = entries + 2 * count;
    let tuples = index + 1 + slots / 2;
    let text = tuples + 3 * count;
    let mut words =
        vec![0, header(ty.0, count as u32), header(4, count as u32), header(index as u32, count as u32)];
    words.push(header(u32::MAX, 2 * count as u32));
    words.extend((0..count).flat_map(|at| [header(1, at as u32), (tuples + 3 * at) as u64]));
    words.push(header(u32::MAX, slots as u32 / 2));
    words.resize(tuples, 0);
    words.extend((0..count).flat_map(|at| [header(tuple, 0), text as u64, at as u64]));
    words.extend_from_slice(&one[text_at..text_at + 602]);
    super::super::Parcel { slot: 1, words, has_tables: true }
}

#[test]
fn what_is_too_large_or_of_another_version_is_refused() {
    let (program, ty, bytes) = map_of(40);
    let error = Message::decode(&bytes, &program, ty, SEED, 100).unwrap_err();
    assert_eq!(error, MessageError::TooLarge { bytes: bytes.len() - 42, limit_bytes: 800 });
    for end in [0, 1, 33, 41, 43] {
        assert_eq!(decoded(&bytes[..end], &program, ty).unwrap_err(), MessageError::CutOff { bytes: end });
    }
    let newer = [&[2], &bytes[1..]].concat();
    assert_eq!(decoded(&newer, &program, ty).unwrap_err(), MessageError::UnknownVersion { version: 2 });
}

#[test]
fn types_that_would_take_too_long_have_no_hash() {
    let mut b = Build::new("dense");
    let count = 2000_u32;
    for index in 0..count {
        let fields = (0..count).map(|part| crate::bytecode::Field { name: String::new(), ty: TypeId(part) });
        let ty =
            crate::bytecode::StructType { name: format!("S{index}"), args: vec![], fields: fields.collect() };
        b.module.types.push(Type::Struct(ty));
    }
    let program = Program::load(b.module).unwrap();
    assert_eq!(program.type_hash(TypeId(0)), None);
    assert_eq!(program.type_hash(TypeId(count)), None);
    let description = program.describe_type(TypeId(0));
    assert_eq!(description, "S0\n…");
}

#[test]
fn descriptions_travel_and_are_bounded() {
    let (program, ty) = loaded(|b| request(b, &Type::Int));
    let description = program.type_description(ty);
    let bytes = rmp_serde::to_vec(&description).unwrap();
    assert_eq!(rmp_serde::from_slice::<super::TypeDescription>(&bytes).unwrap(), description);
    for (at, value) in (0..bytes.len()).flat_map(|at| [0x1b, 0xff, 0x00].map(|value| (at, value))) {
        let mut forged = bytes.clone();
        forged[at] = value;
        if let Ok(forged) = rmp_serde::from_slice::<super::TypeDescription>(&forged) {
            let text = format!("{forged}{:?}", super::Difference::between(&description, &forged));
            assert!(text.len() < 10_000 && !forged.to_string().contains('\u{1b}'));
        }
    }
    let many = loaded(|b| {
        let int = b.ty(Type::Int);
        (0..2000).fold(int, |inner, index| b.struct_type(&format!("S{index}"), &[("next", inner)]))
    });
    let text = many.0.describe_type(many.1);
    assert!(text.len() < 4100 && text.ends_with('…'), "{text}");
}
