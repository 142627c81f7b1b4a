//! Running modules in tests: undisturbed, in slices, with a collection at every allocation, compacted on the way.

#![allow(clippy::unwrap_used)]

use crate::bytecode::{FuncId, Module, Type, TypeId};
use crate::{Agent, Limits, Program, Step, Trap, TrapKind, Value};

use super::{Build, post};

/// Small limits, so that programs that want more are soon done.
pub(crate) const SMALL: Limits = Limits {
    heap_bytes: 64 << 10,
    stack_bytes: 32 << 10,
    snapshot_bytes: 1 << 20,
    mail_bytes: 1 << 16,
    inboxes: 16,
    value_bytes: 64 << 10,
};

/// Limits that the samples don't reach.
pub(crate) const ROOMY: Limits = Limits {
    heap_bytes: 1 << 20,
    stack_bytes: 1 << 16,
    snapshot_bytes: 1 << 21,
    mail_bytes: 1 << 16,
    inboxes: 16,
    value_bytes: 1 << 16,
};

/// What can be seen of a run from outside.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Outcome {
    pub(crate) calls: Vec<String>,
    pub(crate) end: Result<String, Trap>,
    pub(crate) fuel: u64,
}

impl Outcome {
    /// What the program did that it may not.
    pub(crate) fn trap(&self) -> &TrapKind {
        &self.end.as_ref().unwrap_err().kind
    }
}

/// How a run is disturbed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Disturbance {
    pub(crate) slice: u64,
    pub(crate) collect_always: bool,
    pub(crate) compact: bool,
}

impl Disturbance {
    pub(crate) const NONE: Self = Self { slice: 1 << 40, collect_always: false, compact: false };
}

/// An agent at the beginning of a module's `main`, or of its last function.
pub(crate) fn started(module: Module, args: &[Value], limits: Limits) -> Agent {
    let program = Program::load(module).unwrap();
    let last = FuncId(program.module().functions.len() as u32 - 1);
    let main = program.main().unwrap_or(last);
    let mut agent = Agent::new(program, limits);
    agent.start(main, args).unwrap();
    agent
}

/// Runs to the end, answering the host calls.
pub(crate) fn outcome(mut agent: Agent, how: Disturbance) -> Outcome {
    agent.collect_always(how.collect_always);
    let mut calls = Vec::new();
    let end = loop {
        if how.compact {
            agent.compact();
        }
        match agent.run(how.slice) {
            Step::OutOfFuel => {}
            Step::Done => break Ok(agent.result_text().unwrap()),
            Step::Trap(trap) => break Err(trap),
            Step::HostCall(call) => {
                calls.push(format!("{} {:?}", call.name, call.args));
                let answer = match agent.program().ty(call.result) {
                    Type::Str => Value::Str("nodé".into()),
                    _ => Value::Unit,
                };
                agent.resume(&answer).unwrap();
            }
            Step::Depart(_) => agent.resume(&Value::ok(Value::Unit)).unwrap(),
            step @ (Step::Send(_) | Step::Spawn | Step::Receive { .. }) => assert!(post(&mut agent, &step)),
        }
    };
    Outcome { calls, end, fuel: agent.fuel_used() }
}

/// Runs a module's `main`, or its last function, to the end.
pub(crate) fn run(module: Module, args: &[Value], limits: Limits) -> Outcome {
    outcome(started(module, args, limits), Disturbance::NONE)
}

/// Runs one function from Ints to an Int, with the registers that it has beside its parameters.
pub(crate) fn run_code(params: usize, locals: &[Type], args: &[i64], code: &str) -> Outcome {
    let mut b = Build::new("code");
    let int = b.ty(Type::Int);
    let locals: Vec<TypeId> = locals.iter().map(|ty| b.ty(ty.clone())).collect();
    b.function("main", (&vec![int; params], &[], int), &locals, code);
    let args: Vec<Value> = args.iter().map(|arg| Value::Int(*arg)).collect();
    run(b.module, &args, SMALL)
}
