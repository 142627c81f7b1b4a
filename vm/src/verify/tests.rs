//! One forged module for each thing that the verifier refuses, and random mutations that must not make it panic.

#![allow(clippy::unwrap_used)]

use super::{Fault, Place, VerifyError, verify};
use crate::bytecode::{Constant, Function, InlinedCall, Instr, LineEntry, Module, Op, Type, TypeId};
use crate::testing::{Build, SAMPLES, everything};
use proptest::prelude::*;

fn refusal(module: &Module) -> VerifyError {
    verify(module).unwrap_err()
}

/// A function `(Int, Int) -> Int` with an Int, a Str and a Float besides, in registers 2, 3, 4.
fn with_code(code: &str) -> Module {
    let mut b = Build::new("forged");
    let (int, str, float) = (b.ty(Type::Int), b.ty(Type::Str), b.ty(Type::Float));
    b.function("f", (&[int, int], &[], int), &[int, str, float], code);
    b.module
}

fn fault_of(code: &str) -> (u32, Fault) {
    match refusal(&with_code(code)) {
        VerifyError { place: Place::Instruction { pc, .. }, fault } => (pc, fault),
        other => panic!("{other}"),
    }
}

#[test]
fn samples_are_accepted() {
    for (name, sample) in SAMPLES {
        assert!(verify(&sample()).is_ok(), "{name}: {}", refusal(&sample()));
    }
}

#[test]
fn an_error_says_where_and_what() {
    let error = refusal(&with_code("add.i64 r2 r0 r4\nreturn r2"));
    assert_eq!(
        error.to_string(),
        "the module is not valid: function 0 `f`, instruction 0: register 4 is not Int"
    );
}

#[test]
fn registers_have_to_exist_and_be_of_their_types() {
    assert_eq!(fault_of("add.i64 r9 r0 r1\nreturn r9").1, Fault::OutOfRange { what: "register", index: 9 });
    assert_eq!(fault_of("add.f64 r4 r4 r0\nreturn r0").1, Fault::RegisterKind { register: 0, want: "Float" });
    let mismatch = Fault::RegisterType { register: 3, have: TypeId(1), want: TypeId(0) };
    assert_eq!(fault_of("move r3 r0\nreturn r0").1, mismatch);
    assert_eq!(fault_of("return r3").1, mismatch);
}

#[test]
fn code_stays_in_its_function_and_on_instructions() {
    assert_eq!(fault_of("add.i64 r2 r0 r1"), (0, Fault::RunsOut));
    let mut module = with_code("jump @end\nend:\nreturn r0");
    for offset in [1, 2, -2, i32::MAX, i32::MIN] {
        module.functions[0].code[0] = Instr::with_bc(Op::Jump, 0, offset as u32);
        let target = 1 + i64::from(offset);
        assert_eq!(refusal(&module).fault, Fault::JumpTarget(target));
    }
    let into_args = "call r2 f0 (r0 r1)\njump @end\nend:\nreturn r2";
    let mut module = with_code(into_args);
    assert!(verify(&module).is_ok());
    module.functions[0].code[2] = Instr::with_bc(Op::Jump, 0, -2_i32 as u32);
    assert_eq!(refusal(&module).fault, Fault::JumpTarget(1));
    assert_eq!(fault_of("args 1 (r0)\nreturn r0"), (0, Fault::StrayArgs));
    module.functions[0].lines.clear();
    module.functions[0].code = vec![Instr(0xff)];
    assert_eq!(refusal(&module).fault, Fault::Opcode(0xff));
    module.functions[0].code = vec![];
    assert_eq!(refusal(&module).fault, Fault::NoCode);
}

#[test]
fn calls_pass_what_their_callee_takes() {
    assert_eq!(fault_of("call r2 f0 (r0)\nreturn r2").1, Fault::Arguments { want: 2 });
    assert_eq!(fault_of("call r2 f0 (r0 r1 r1)\nreturn r2").1, Fault::Arguments { want: 2 });
    let mismatch = Fault::RegisterType { register: 3, have: TypeId(1), want: TypeId(0) };
    assert_eq!(fault_of("call r2 f0 (r0 r3)\nreturn r2").1, mismatch);
    assert_eq!(fault_of("call r3 f0 (r0 r1)\nreturn r2").1, mismatch);
    assert_eq!(fault_of("call r2 f7 (r0 r1)\nreturn r2").1, Fault::OutOfRange { what: "function", index: 7 });
    assert_eq!(
        fault_of("call.native r2 999 (r0)\nreturn r2").1,
        Fault::OutOfRange { what: "native function", index: 999 }
    );
}

#[test]
fn registers_are_written_before_they_are_read() {
    assert_eq!(fault_of("return r2"), (0, Fault::Uninitialised { register: 2 }));
    let on_one_path = "jlt.i64 r0 r1 @skip\nmove r2 r0\nskip:\nreturn r2";
    assert_eq!(fault_of(on_one_path), (2, Fault::Uninitialised { register: 2 }));
    let on_both = "jlt.i64 r0 r1 @other\nmove r2 r0\njump @end\nother:\nmove r2 r1\nend:\nreturn r2";
    assert!(verify(&with_code(on_both)).is_ok());
    let around_a_loop = "jump @test\nbody:\nmove r0 r2\nmove r2 r1\ntest:\njlt.i64 r0 r1 @body\nreturn r0";
    assert_eq!(fault_of(around_a_loop), (1, Fault::Uninitialised { register: 2 }));
    let before_itself = "start:\naddk.i64 r2 r2 1\njump @start";
    assert_eq!(fault_of(before_itself), (0, Fault::Uninitialised { register: 2 }));
}

#[test]
fn constants_that_the_opcode_does_not_take_are_refused() {
    assert_eq!(fault_of("divk.i64 r2 r0 0\nreturn r2").1, Fault::Immediate(0));
    assert_eq!(fault_of("remk.i64 r2 r0 -1\nreturn r2").1, Fault::Immediate(-1));
    let mut module = with_code("return r0");
    module.constants.push(Constant::Float(u64::MAX));
    assert_eq!(refusal(&module).fault, Fault::Nan);
    module.functions[0].code[0].0 |= 1 << 60;
    module.constants.clear();
    assert_eq!(refusal(&module).fault, Fault::UnusedBits("return"));
}

/// Changes the sample with a bit of everything, and gives what it is refused for.
fn forged(change: impl FnOnce(&mut Module)) -> Fault {
    let mut module = everything();
    change(&mut module);
    refusal(&module).fault
}

#[test]
fn tables_have_to_be_well_formed() {
    assert_eq!(forged(|m| m.types.push(Type::Tuple(vec![TypeId(0)]))), Fault::ShortTuple);
    assert_eq!(forged(|m| m.types.push(Type::Int)), Fault::DuplicateType(TypeId(0)));
    assert_eq!(
        forged(|m| m.types.push(Type::List(TypeId(99)))),
        Fault::OutOfRange { what: "type", index: 99 }
    );
    let this = everything().types.len() as u32;
    assert_eq!(forged(|m| m.types.push(Type::List(TypeId(this)))), Fault::EndlessType);
    assert_eq!(forged(|m| m.capabilities.clear()), Fault::Capabilities);
    assert_eq!(forged(|m| m.capabilities.push("zzz".into())), Fault::Capabilities);
    assert_eq!(forged(|m| m.capabilities.reverse()), Fault::Capabilities);
    assert_eq!(forged(|m| m.imports[0].name = "nodename".into()), Fault::ImportName("nodename".into()));
    assert_eq!(forged(|m| m.imports.push(m.imports[0].clone())), Fault::DuplicateImport(0));
    assert_eq!(forged(|m| m.functions[0].signature = TypeId(0)), Fault::Signature);
    assert_eq!(forged(|m| m.functions[0].captures = 9), Fault::FewRegisters { have: 4, need: 10 });
    assert_eq!(forged(|m| m.functions[1].registers[0] = TypeId(2)), Fault::ParameterType(0));
    assert_eq!(
        forged(|m| m.functions[0].lines.insert(0, LineEntry { pc: 3, file: 0, line: 1, inlined: None })),
        Fault::Line(1)
    );
    let inlined = |caller, line| {
        forged(|m| {
            m.functions[0].inlined = vec![InlinedCall { function: "f".into(), caller, file: 0, line }];
        })
    };
    assert_eq!(inlined(None, 0), Fault::InlinedCall(0));
    assert_eq!(inlined(Some(0), 1), Fault::InlinedCall(0));
    assert_eq!(
        forged(|m| m.functions[0].lines[0].inlined = Some(0)),
        Fault::OutOfRange { what: "inlined call", index: 0 }
    );
    assert_eq!(forged(|m| m.main = Some(crate::bytecode::FuncId(0))), Fault::EntrySignature);
    let unused = |m: &mut Module| {
        m.imports.push(crate::bytecode::Import {
            name: "node.load".into(),
            params: vec![],
            result: TypeId(0),
        });
    };
    assert_eq!(forged(unused), Fault::UnusedImport);
}

#[test]
fn functions_are_not_compared_or_shown() {
    let mut module = everything();
    let adder =
        module.types.iter().position(|ty| matches!(ty, Type::Fn(params, _) if params.len() == 1)).unwrap();
    let list = TypeId(module.types.len() as u32);
    module.types.push(Type::List(TypeId(adder as u32)));
    let main = module.functions.last_mut().unwrap();
    let register = main.registers.len() as u16;
    main.registers.push(list);
    let new = Instr::with_xb(Op::NewList, register, list.0, 0);
    let show = Instr::with_xc(Op::Show, 4, register, list.0);
    main.code.splice(0..0, [new, show]);
    main.lines.clear();
    assert_eq!(refusal(&module).fault, Fault::NotData(list));
}

#[test]
fn a_function_that_would_take_too_long_is_refused() {
    // Every register is live across every block.
    let mut b = Build::new("dense");
    let int = b.ty(Type::Int);
    let count = 8000_u16;
    let mut code: Vec<Instr> = (1..count).map(|r| Instr::with_bc(Op::ConstInt, r, 0)).collect();
    code.extend((0..count).map(|_| Instr::with_bc(Op::JumpEqSmall, 0, 0)));
    code.extend((1..count).map(|r| Instr::new(Op::AddInt, 0, 0, 0, r)));
    code.push(Instr::new(Op::Return, 0, 0, 0, 0));
    let signature = b.function_type(&[int], int);
    let registers = vec![int; count.into()];
    b.module.functions.push(Function {
        name: "f".into(),
        signature,
        captures: 0,
        registers,
        code,
        lines: vec![],
        inlined: vec![],
    });
    assert_eq!(refusal(&b.module).fault, Fault::TooComplex);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn mutated_code_never_panics(sample in 0..SAMPLES.len(), changes in prop::collection::vec((any::<u16>(), any::<u8>(), any::<u8>()), 1..4)) {
        let mut module = SAMPLES[sample].1();
        for (place, byte, value) in changes {
            let index = usize::from(place) % module.functions.len();
            let code = &mut module.functions[index].code;
            let word = usize::from(place >> 3) % code.len();
            let shift = u32::from(byte % 8) * 8;
            code[word].0 = code[word].0 & !(0xff << shift) | u64::from(value) << shift;
        }
        let _ = verify(&module);
    }

    #[test]
    fn mutated_bodies_never_panic(sample in 0..SAMPLES.len(), changes in prop::collection::vec((any::<usize>(), any::<u8>()), 1..4)) {
        let mut body = SAMPLES[sample].1().encode().split_off(crate::bytecode::HEADER_BYTES);
        for (place, value) in changes {
            let index = place % body.len();
            body[index] = value;
        }
        let header = [&b"MOBC"[..], &1_u16.to_le_bytes(), blake3::hash(&body).as_bytes()].concat();
        if let Ok(module) = Module::decode(&[header, body].concat()) {
            let _ = verify(&module);
        }
    }
}
