//! Sample programs with random changes: whatever the verifier lets through has to run safely.

#![allow(clippy::unwrap_used)]

use proptest::prelude::*;
use proptest::strategy::ValueTree;

use super::{SAMPLES, post};
use crate::bytecode::{Instr, Module, Op, TypeId};
use crate::{Agent, Limits, Program, Step, Value};

const LIMITS: Limits = Limits {
    heap_bytes: 1 << 16,
    stack_bytes: 1 << 13,
    snapshot_bytes: 1 << 20,
    mail_bytes: 1 << 16,
    inboxes: 16,
    value_bytes: 1 << 12,
};

/// One change to a module.
#[derive(Debug, Clone)]
enum Change {
    /// An operand's byte gets another value, mostly a small one.
    Operand { function: usize, word: usize, byte: u32, value: u8 },
    /// An instruction gets another opcode.
    Opcode { function: usize, word: usize, op: usize },
    /// An instruction is copied over another.
    Copy { function: usize, from: usize, to: usize },
    /// A register gets another type.
    Register { function: usize, register: usize, ty: usize },
}

fn change() -> impl Strategy<Value = Change> {
    let index = any::<usize>();
    prop_oneof![
        6 => (index, index, 1..8_u32, prop_oneof![0..12_u8, any::<u8>()])
            .prop_map(|(function, word, byte, value)| Change::Operand { function, word, byte, value }),
        2 => (index, index, index).prop_map(|(function, word, op)| Change::Opcode { function, word, op }),
        2 => (index, index, index).prop_map(|(function, from, to)| Change::Copy { function, from, to }),
        1 => (index, index, index).prop_map(|(function, register, ty)| Change::Register { function, register, ty }),
    ]
}

fn apply(change: &Change, module: &mut Module) {
    let (functions, types) = (module.functions.len(), module.types.len());
    match *change {
        Change::Operand { function, word, byte, value } => {
            let code = &mut module.functions[function % functions].code;
            let index = word % code.len();
            let shift = byte * 8;
            code[index].0 = code[index].0 & !(0xff << shift) | u64::from(value) << shift;
        }
        Change::Opcode { function, word, op } => {
            let code = &mut module.functions[function % functions].code;
            let index = word % code.len();
            code[index] = Instr(code[index].0 & !0xff | Op::ALL[op % Op::ALL.len()] as u64);
        }
        Change::Copy { function, from, to } => {
            let code = &mut module.functions[function % functions].code;
            let len = code.len();
            code[to % len] = code[from % len];
        }
        Change::Register { function, register, ty } => {
            let registers = &mut module.functions[function % functions].registers;
            let index = register % registers.len();
            registers[index] = TypeId((ty % types) as u32);
        }
    }
}

/// Runs a little, with a collection at every allocation, answers the host, and moves the agent halfway.
fn run(program: &std::sync::Arc<Program>) {
    let mut agent = Agent::new(program.clone(), LIMITS);
    agent.collect_always(true);
    agent.start(program.main().unwrap(), &[]).unwrap();
    for step in 0..60 {
        match agent.run(200) {
            Step::HostCall(call) => {
                let answers = [Value::Str("nöde".into()), Value::Unit, Value::Int(3)];
                let answered = answers.iter().any(|answer| agent.resume(answer).is_ok());
                if !answered {
                    agent.fail(format!("{} has no answer", call.name));
                }
            }
            Step::OutOfFuel => {}
            step @ (Step::Send(_) | Step::Receive { within_ms: Some(_) }) => drop(post(&mut agent, &step)),
            Step::Receive { within_ms: None } | Step::Spawn => break,
            Step::Depart(_) | Step::Done | Step::Trap(_) => break,
        }
        if step % 8 == 3 {
            let bytes = agent.snapshot().unwrap();
            agent = Agent::restore(&bytes, program.clone(), LIMITS).unwrap();
            agent.collect_always(true);
        }
    }
    let _ = agent.result_text();
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn what_the_verifier_lets_through_runs_safely(
        sample in 0..SAMPLES.len(),
        changes in prop::collection::vec(change(), 1..3),
    ) {
        let mut module = SAMPLES[sample].1();
        changes.iter().for_each(|change| apply(change, &mut module));
        if let Ok(program) = Program::load(module) {
            run(&program);
        }
    }
}

#[test]
fn enough_mutants_are_let_through_for_the_property_to_mean_something() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut accepted = 0;
    for case in 0..1000 {
        let change = change().new_tree(&mut runner).unwrap().current();
        let mut module = SAMPLES[case % SAMPLES.len()].1();
        apply(&change, &mut module);
        accepted += usize::from(Program::load(module).is_ok());
    }
    assert!((100..900).contains(&accepted), "{accepted} of 1000");
}
