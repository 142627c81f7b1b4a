//! What is live where, in sample programs.

#![allow(clippy::unwrap_used)]

use crate::Program;
use crate::bytecode::Type;
use crate::program::PROLOGUE_WORDS;
use crate::testing::{Build, everything};

/// An instruction of the first function.
const fn pc(word: u32) -> u32 {
    PROLOGUE_WORDS + word
}

fn program(module: crate::bytecode::Module) -> std::sync::Arc<Program> {
    Program::load(module).unwrap()
}

#[test]
fn a_loop_keeps_what_its_body_and_its_exit_read() {
    let mut b = Build::new("loop");
    let (int, str) = (b.ty(Type::Int), b.ty(Type::Str));
    b.function(
        "f",
        (&[str, int], &[], str),
        &[int, str, int],
        "const.i64 r2 0
         move r3 r0
         body:
         concat r3 2 (r3 r0)
         addk.i64 r2 r2 1
         jlt.i64 r2 r1 @body
         return r3",
    );
    let program = program(b.module);
    let entry = program.liveness.at(pc(0)).unwrap();
    assert_eq!((entry.refs, entry.others), (&[0][..], &[1][..]));
    let body = program.liveness.at(pc(2)).unwrap();
    assert_eq!((body.refs, body.others), (&[0, 3][..], &[1, 2][..]));
    assert!(program.liveness.is_rest(pc(0)) && program.liveness.is_rest(pc(2)));
    assert!(program.liveness.at(pc(1)).is_none());
}

#[test]
fn where_a_call_returns_what_is_read_after_it_is_live() {
    let mut b = Build::new("call");
    let (int, str) = (b.ty(Type::Int), b.ty(Type::Str));
    b.function(
        "f",
        (&[str, str, int], &[], str),
        &[str],
        "call r3 f0 (r0 r1 r2)
         concat r3 2 (r3 r1)
         return r3",
    );
    let program = program(b.module);
    // The call's destination, register 3, is live where it returns to.
    let after = program.liveness.at(pc(2)).unwrap();
    assert_eq!((after.refs, after.others), (&[1, 3][..], &[][..]));
    assert!(program.liveness.is_return(pc(2)) && !program.liveness.is_rest(pc(2)));
    assert!(program.liveness.at(pc(1)).is_none());
}

#[test]
fn arguments_of_a_host_call_stay_live_until_its_answer() {
    let program = program(everything());
    let module = program.module();
    let survey = &module.functions[1];
    let call = survey.code.iter().position(|word| word.op() == Some(crate::bytecode::Op::CallHost)).unwrap();
    let pc = program.entries[1].start + call as u32;
    // The closure, the list and the bytes to store; the bound, the float to store, and the counter, which the host gets.
    let live = program.liveness.at(pc).unwrap();
    assert_eq!((live.refs, live.others), (&[1, 2, 6][..], &[0, 5, 8][..]));
}
