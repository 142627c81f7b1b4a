#![allow(clippy::unwrap_used)]

use super::{Agent, Step};
use crate::bytecode::{Module, Type};
use crate::limits::Limits;
use crate::program::Program;
use crate::testing::SAMPLES;
use crate::value::Value;

/// What can be seen of a run from outside.
#[derive(Debug, Clone, PartialEq)]
struct Outcome {
    printed: Vec<String>,
    end: String,
    fuel: u64,
}

/// How a run is disturbed.
#[derive(Clone, Copy)]
struct Disturbance {
    slice: u64,
    collect_always: bool,
    compact: bool,
}

const NONE: Disturbance = Disturbance { slice: 1 << 40, collect_always: false, compact: false };

fn start(module: Module, limits: Limits) -> Agent {
    let program = Program::load(module).unwrap();
    let main = program.main().unwrap();
    let mut agent = Agent::new(program, limits);
    agent.start(main, &[]).unwrap();
    agent
}

fn outcome(mut agent: Agent, how: Disturbance) -> Outcome {
    agent.collect_always(how.collect_always);
    let mut printed = Vec::new();
    let end = loop {
        if how.compact {
            agent.compact();
        }
        match agent.run(how.slice) {
            Step::OutOfFuel => {}
            Step::Done => break agent.result_text().unwrap(),
            Step::Trap(trap) => break trap.to_string(),
            Step::HostCall(call) => {
                printed.push(format!("{} {:?}", call.name, call.args));
                let answer = match agent.program().ty(call.result) {
                    Type::Str => Value::Str("nodé".into()),
                    _ => Value::Unit,
                };
                agent.resume(&answer).unwrap();
            }
            Step::Depart(_) => agent.resume(&Value::ok(Value::Unit)).unwrap(),
        }
    };
    Outcome { printed, end, fuel: agent.fuel_used() }
}

#[test]
fn a_run_is_the_same_however_it_is_disturbed() {
    for (name, sample) in SAMPLES {
        let run = |how| outcome(start(sample(), Limits::default()), how);
        let undisturbed = run(NONE);
        for slice in [1, 2, 3, 7, 50] {
            for (collect_always, compact) in [(false, false), (true, false), (false, true)] {
                let disturbed = run(Disturbance { slice, collect_always, compact });
                assert_eq!(disturbed, undisturbed, "{name}, slices of {slice}");
            }
        }
    }
}

#[test]
fn samples_give_their_results() {
    let end = |name: &str| {
        let (_, sample) = SAMPLES.iter().find(|(sample, _)| *sample == name).unwrap();
        outcome(start(sample(), Limits::default()), NONE).end
    };
    assert_eq!(end("sum"), "499500");
    assert_eq!(end("fib"), "610");
    assert_eq!(end("ring"), "27");
}
