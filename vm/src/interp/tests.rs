//! What single instructions do at their edges, and that random programs run the same however they are disturbed.

#![allow(clippy::unwrap_used)]

use proptest::prelude::*;

use crate::bytecode::{Type, TypeId};
use crate::limits::Limits;
use crate::testing::{Build, Disturbance, SMALL, outcome, run, run_code, started};
use crate::trap::TrapKind;

/// What `main(a, b)` gives whose result an instruction leaves in register 2.
fn binary(instruction: &str, a: i64, b: i64) -> Result<i64, TrapKind> {
    let outcome = run_code(2, &[Type::Int], &[a, b], &format!("{instruction}\nreturn r2"));
    outcome.end.map(|text| text.parse().unwrap()).map_err(|trap| trap.kind)
}

#[test]
fn arithmetic_is_checked() {
    let overflow = Err(TrapKind::Overflow);
    assert_eq!(binary("add.i64 r2 r0 r1", i64::MAX, 1), overflow);
    assert_eq!(binary("sub.i64 r2 r0 r1", i64::MIN, 1), overflow);
    assert_eq!(binary("mul.i64 r2 r0 r1", i64::MAX, 2), overflow);
    assert_eq!(binary("div.i64 r2 r0 r1", i64::MIN, -1), overflow);
    assert_eq!(binary("rem.i64 r2 r0 r1", i64::MIN, -1), overflow);
    assert_eq!(binary("neg.i64 r2 r0", i64::MIN, 0), overflow);
    assert_eq!(binary("addk.i64 r2 r0 -1", i64::MIN, 0), overflow);
    assert_eq!(binary("divk.i64 r2 r0 -1", i64::MIN, 0), overflow);
    assert_eq!(binary("div.i64 r2 r0 r1", 1, 0), Err(TrapKind::DivideByZero));
    assert_eq!(binary("rem.i64 r2 r0 r1", 1, 0), Err(TrapKind::DivideByZero));
    assert_eq!(binary("shl.i64 r2 r0 r1", 1, 64), Err(TrapKind::BadShift { amount: 64 }));
    assert_eq!(binary("shr.i64 r2 r0 r1", 1, -1), Err(TrapKind::BadShift { amount: -1 }));
}

#[test]
fn arithmetic_gives_what_the_language_says() {
    assert_eq!(binary("div.i64 r2 r0 r1", -7, 2), Ok(-3));
    assert_eq!(binary("rem.i64 r2 r0 r1", -7, 2), Ok(-1));
    assert_eq!(binary("remk.i64 r2 r0 4", -7, 0), Ok(-3));
    assert_eq!(binary("addw.i64 r2 r0 r1", i64::MAX, 1), Ok(i64::MIN));
    assert_eq!(binary("shl.i64 r2 r0 r1", 1, 63), Ok(i64::MIN));
    assert_eq!(binary("shr.i64 r2 r0 r1", -8, 1), Ok(-4));
    assert_eq!(binary("not.i64 r2 r0", 0, 0), Ok(-1));
    assert_eq!(binary("compare r2 r0 r1", 3, -5), Ok(1));
}

#[test]
fn floats_that_are_no_ints_do_not_become_ints() {
    let convert =
        |code: &str| run_code(1, &[Type::Float, Type::Int], &[0], code).end.map_err(|trap| trap.kind);
    let fault = |value: &str| Err(TrapKind::NotAnInt { value: value.into() });
    assert_eq!(convert("to.f64 r1 r0\ndiv.f64 r1 r1 r1\nto.i64 r2 r1\nreturn r2"), fault("NaN"));
    let power = |shift: &str, sign: &str| {
        convert(&format!("const.i64 r2 1\n{shift}\nto.f64 r1 r2\n{sign}\nto.i64 r2 r1\nreturn r2"))
    };
    assert_eq!(power("const.i64 r0 63\nshl.i64 r2 r2 r0", ""), Ok(i64::MIN.to_string()));
    assert_eq!(power("const.i64 r0 63\nshl.i64 r2 r2 r0", "neg.f64 r1 r1"), fault("9.223372036854776e18"));
}

/// What `main(index)` gives on a list of 10, 11, 12, after an instruction that may leave its result in register 0.
fn on_list(index: i64, code: &str) -> Result<String, TrapKind> {
    let mut b = Build::new("list");
    let int = b.ty(Type::Int);
    let list = b.ty(Type::List(int));
    let code = format!(
        "const.i64 r2 10
         const.i64 r3 11
         const.i64 r4 12
         list r1 t{0} 3 (r2 r3 r4)
         {code}
         return r1",
        list.0
    );
    b.function("main", (&[int], &[], list), &[list, int, int, int], &code);
    let outcome = run(b.module, &[crate::Value::Int(index)], SMALL);
    outcome.end.map_err(|trap| trap.kind)
}

#[test]
fn lists_check_their_indices() {
    let out_of = |index| Err(TrapKind::IndexOutOfRange { index, len: 3 });
    for index in [-1, 3, i64::MIN] {
        assert_eq!(on_list(index, "list.get r2 r1 r0"), out_of(index));
        assert_eq!(on_list(index, "list.set r1 r0 r2"), out_of(index));
        assert_eq!(on_list(index, "list.remove r2 r1 r0"), out_of(index));
    }
    assert_eq!(on_list(4, "list.insert r1 r0 r2"), out_of(4));
    assert_eq!(on_list(-1, "list.insert r1 r0 r2"), out_of(-1));
    assert_eq!(on_list(-1, "list.truncate r1 r0"), Err(TrapKind::NegativeLength { value: -1 }));
    let range = |from, to| Err(TrapKind::RangeOutOfRange { from, to, len: 3 });
    assert_eq!(on_list(0, "list.len r2 r1\nlist.slice r1 r1 r2 (r0)"), range(3, 0));
    assert_eq!(on_list(4, "const.i64 r2 0\nlist.slice r1 r1 r2 (r0)"), range(0, 4));
    let empty = "const.i64 r2 0\nlist.truncate r1 r2\nlist.pop r2 r1";
    assert_eq!(on_list(0, empty), Err(TrapKind::EmptyList));
}

#[test]
fn lists_do_what_their_operations_say() {
    let gives =
        |index, code: &str, text: &str| assert_eq!(on_list(index, code).as_deref(), Ok(text), "{code}");
    gives(0, "list.insert r1 r0 r4", "[12, 10, 11, 12]");
    gives(3, "list.insert r1 r0 r2", "[10, 11, 12, 10]");
    gives(1, "list.remove r2 r1 r0", "[10, 12]");
    gives(2, "list.truncate r1 r0", "[10, 11]");
    gives(9, "list.truncate r1 r0", "[10, 11, 12]");
    gives(0, "list.extend r1 r1", "[10, 11, 12, 10, 11, 12]");
    gives(3, "const.i64 r2 1\nlist.slice r1 r1 r2 (r0)", "[11, 12]");
    gives(0, "list.slice r1 r1 r0 (r0)", "[]");
    gives(2, "list.pop r2 r1\nlist.push r1 r0", "[10, 11, 2]");
    gives(2, "list.fill r1 t1 (r0 r3)", "[11, 11]");
}

#[test]
fn a_list_as_long_as_no_heap_is_not_made() {
    for len in [1 << 14, 1 << 33, i64::MAX] {
        let limit_bytes = SMALL.heap_bytes as u64;
        assert_eq!(on_list(len, "list.fill r1 t1 (r0 r3)"), Err(TrapKind::HeapLimit { limit_bytes }));
    }
    assert_eq!(on_list(-1, "list.fill r1 t1 (r0 r3)"), Err(TrapKind::NegativeLength { value: -1 }));
}

#[test]
fn a_payload_is_only_taken_of_its_variant() {
    let mut b = Build::new("payload");
    let int = b.ty(Type::Int);
    let ty = b.enum_type("Option", &[("None", &[]), ("Some", &[int])]);
    let code = format!("variant r0 t{} 0\npayload r1 r0 0 1\nreturn r1", ty.0);
    let main = b.function("main", (&[], &[], int), &[ty, int], &code);
    assert_eq!(run(b.main(main), &[], SMALL).trap(), &TrapKind::WrongVariant);
}

/// Instructions for the registers of `random_program`: Ints in 0 to 3, lists of Ints in 4 and 5, text in 6 and 7,
/// lists of text in 8, pairs of a text and a list in 9, an Option of such a pair in 10.
fn random_instruction() -> impl Strategy<Value = String> {
    let int = 0..4_u8;
    let binary = prop::sample::select(vec!["add.i64", "addw.i64", "mulw.i64", "xor.i64", "compare"]);
    let list = 4..6_u8;
    let text = 6..8_u8;
    prop_oneof![
        (binary, int.clone(), int.clone(), int.clone())
            .prop_map(|(op, a, b, c)| format!("{op} r{a} r{b} r{c}")),
        (int.clone(), -9..9_i64).prop_map(|(a, value)| format!("const.i64 r{a} {value}")),
        (list.clone(), int.clone()).prop_map(|(a, b)| format!("list.push r{a} r{b}")),
        (list.clone(), list.clone()).prop_map(|(a, b)| format!("move r{a} r{b}")),
        (list.clone(), int.clone()).prop_map(|(a, b)| format!("list r{a} t1 2 (r{b} r0)")),
        (list.clone(), list.clone()).prop_map(|(a, b)| format!("list.extend r{a} r{b}")),
        (int.clone(), list.clone()).prop_map(|(a, b)| format!("list.len r{a} r{b}")),
        (list.clone(), int.clone(), int.clone()).prop_map(|(a, b, c)| format!("list.insert r{a} r{b} r{c}")),
        (int.clone(), list.clone(), int.clone()).prop_map(|(a, b, c)| format!("list.get r{a} r{b} r{c}")),
        (text.clone(), list.clone()).prop_map(|(a, b)| format!("show r{a} r{b} t1")),
        (text.clone(), text.clone()).prop_map(|(a, b)| format!("concat r{a} 2 (r{b} r6)")),
        text.clone().prop_map(|a| format!("list.push r8 r{a}")),
        (text.clone(), text.clone())
            .prop_map(|(a, b)| format!("call.native r{a} n:str.replace (r{b} r6 r7)")),
        text.clone().prop_map(|a| format!("call.native r8 n:str.split (r{a} r7)")),
        (text.clone(), list).prop_map(|(a, b)| format!("new r9 t4 (r{a} r{b})\nvariant r10 t5 1 (r9)")),
        text.clone().prop_map(|a| format!("jtag r10 0 @skip\npayload r9 r10 0 1\nget r{a} r9 0\nskip:")),
        text.prop_map(|a| format!("show r{a} r10 t5")),
        int.prop_map(|a| format!("equal r12 r4 r5\njump.true r12 @skip\naddw.i64 r{a} r{a} r{a}\nskip:")),
    ]
}

/// A loop over random instructions.
fn random_program() -> impl Strategy<Value = crate::bytecode::Module> {
    prop::collection::vec(random_instruction(), 1..25).prop_map(|body| {
        let mut b = Build::new("random");
        let int = b.ty(Type::Int);
        let list = b.ty(Type::List(int));
        let text = b.ty(Type::Str);
        let texts = b.ty(Type::List(text));
        let pair = b.ty(Type::Tuple(vec![text, list]));
        let maybe = b.enum_type("Option", &[("None", &[]), ("Some", &[pair])]);
        let bool = b.ty(Type::Bool);
        assert_eq!([list, pair, maybe], [TypeId(1), TypeId(4), TypeId(5)]);
        let body: String =
            (0..).zip(body).map(|(n, line)| line.replace("skip", &format!("skip{n}")) + "\n").collect();
        let code = format!(
            "const.i64 r0 1\nconst.i64 r1 2\nconst.i64 r2 3\nconst.i64 r3 4\nlist r4 t1 0\nlist r5 t1 0
             show r6 r0 t0\nshow r7 r1 t0\nlist r8 t3 0\nnew r9 t4 (r6 r4)\nvariant r10 t5 0
             const.i64 r11 0\nconst.i64 r13 20
             again:
             {body}
             loop.lt r11 r13 @again
             concat r6 2 (r6 r7)
             return r6"
        );
        let locals = [int, int, int, int, list, list, text, text, texts, pair, maybe, int, bool, int];
        let main = b.function("main", (&[], &[], text), &locals, &code);
        b.main(main)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, ..ProptestConfig::default() })]

    /// Traps, limits included, are part of the outcome, and so is the fuel.
    #[test]
    fn random_programs_run_the_same_however_they_are_disturbed(
        module in random_program(),
        slice in 1..200_u64,
        compact: bool,
    ) {
        let limits = Limits { heap_bytes: 8 << 10, ..SMALL };
        let run = |how| outcome(started(module.clone(), &[], limits), how);
        let undisturbed = run(Disturbance::NONE);
        for collect_always in [false, true] {
            let disturbed = run(Disturbance { slice, collect_always, compact });
            prop_assert_eq!(&disturbed, &undisturbed);
        }
    }
}
