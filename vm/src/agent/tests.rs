//! What a run looks like from outside: the same in any slices, bounded by its limits, and answered by its host.

#![allow(clippy::unwrap_used)]

use super::{Agent, Departure, Sent, StartError, Step, Undelivered, ValueError};
use crate::bytecode::{Constant, FuncId, Module, Type, TypeId};
use crate::limits::Limits;
use crate::mail::AgentName;
use crate::program::Program;
use crate::testing::{Build, Disturbance, SAMPLES, SMALL, outcome, run, started};
use crate::trace::TraceLine;
use crate::trap::TrapKind;
use crate::value::Value;

#[test]
fn a_run_is_the_same_however_it_is_disturbed() {
    for (name, sample) in SAMPLES {
        let run = |how| outcome(started(sample(), &[], Limits::default()), how);
        let undisturbed = run(Disturbance::NONE);
        assert!(undisturbed.end.is_ok(), "{name}");
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
        run(sample(), &[], Limits::default()).end.unwrap()
    };
    assert_eq!(end("sum"), "499500");
    assert_eq!(end("fib"), "610");
    assert_eq!(end("ring"), "27");
}

/// `main(n)` calls itself with n + 1, for ever.
fn endless_recursion() -> Module {
    let mut b = Build::new("deep");
    let int = b.ty(Type::Int);
    b.function("main", (&[int], &[], int), &[], "addk.i64 r0 r0 1\ncall r0 f0 (r0)\nreturn r0");
    b.module
}

#[test]
fn endless_recursion_reaches_the_stack_limit() {
    let outcome = run(endless_recursion(), &[Value::Int(0)], SMALL);
    let trap = outcome.end.unwrap_err();
    assert_eq!(trap.kind, TrapKind::StackLimit { limit_bytes: SMALL.stack_bytes as u64 });
    assert_eq!(trap.kind.limit(), Some("stack"));
    assert_eq!(trap.trace[0].to_string(), "in main at deep.mob:2");
    assert!(matches!(trap.trace[1..], [TraceLine::Repeated { lines: 1, calls: 1_000.. }]), "{trap}");
}

#[test]
fn an_endless_loop_uses_the_fuel_it_is_given_and_no_more() {
    let mut b = Build::new("loop");
    let unit = b.ty(Type::Unit);
    let main = b.function("main", (&[], &[], unit), &[], "again:\njump @again");
    let mut agent = started(b.main(main), &[], SMALL);
    for used in [1_000, 2_000, 3_000] {
        assert_eq!(agent.run(1_000), Step::OutOfFuel);
        // One unit of overdraft ends the slice and is taken off the next.
        assert_eq!(agent.fuel_used(), used + 1);
    }
    assert_eq!(agent.run(0), Step::OutOfFuel);
    assert_eq!(agent.fuel_used(), 3_001);
}

/// `main()` appends to a list for ever.
fn endless_allocation() -> Module {
    let mut b = Build::new("full");
    let int = b.ty(Type::Int);
    let list = b.ty(Type::List(int));
    let main = b.function(
        "main",
        (&[], &[], int),
        &[list, int],
        &format!("list r0 t{} 0\nconst.i64 r1 1\nagain:\nlist.push r0 r1\njump @again", list.0),
    );
    b.main(main)
}

#[test]
fn endless_allocation_reaches_the_heap_limit_at_the_same_element_however_often_was_collected() {
    let limits = Limits { heap_bytes: 4096, ..SMALL };
    let run = |how| outcome(started(endless_allocation(), &[], limits), how);
    let undisturbed = run(Disturbance::NONE);
    assert_eq!(undisturbed.trap(), &TrapKind::HeapLimit { limit_bytes: 4096 });
    for (slice, collect_always) in [(1, false), (1000, false), (1 << 40, true)] {
        for compact in [false, true] {
            assert_eq!(run(Disturbance { slice, collect_always, compact }), undisturbed);
        }
    }
    // A header, the buffer's reference and its header are all that the elements don't have of the heap.
    let elements = (undisturbed.fuel - 4) / 2;
    assert_eq!(elements, 4096 / 8 - 4);
}

#[test]
fn filling_the_heap_to_its_limit_takes_bounded_work() {
    let mut b = Build::new("fill");
    let int = b.ty(Type::Int);
    let str = b.ty(Type::Str);
    let list = b.ty(Type::List(str));
    let main = b.function(
        "main",
        (&[], &[], int),
        &[list, int, str],
        &format!(
            "list r0 t{} 0\nagain:\nlist.len r1 r0\nshow r2 r1 t{}\nconcat r2 2 (r2 r2)\nlist.push r0 r2\njump @again",
            list.0, int.0
        ),
    );
    let mut agent = started(b.main(main), &[], Limits { heap_bytes: 1 << 20, ..SMALL });
    let (mut slices, slice) = (0, 1_000);
    let trap = loop {
        slices += 1;
        if let Step::Trap(trap) = agent.run(slice) {
            break trap;
        }
    };
    assert_eq!(trap.kind.limit(), Some("heap"));
    // Collections that allocation does not pay for shorten slices: the last words of room take a hundred of them or so,
    // not one for each element.
    assert!(slices * slice < 32 * agent.fuel_used(), "{slices} slices for {}", agent.fuel_used());
}

#[test]
fn an_idle_agent_costs_less_than_two_kibibytes() {
    let mut agent = started(endless_recursion(), &[Value::Int(0)], Limits::default());
    agent.compact();
    let owned = (agent.heap.memory_words() + agent.stack.memory_words()) * 8;
    assert!(size_of::<Agent>() + owned < 2048, "{} + {owned}", size_of::<Agent>());
}

/// `main(text)` gives it to the host and returns what comes back.
fn asks(name: &str, param: Type, result: impl FnOnce(&mut Build) -> TypeId) -> Agent {
    let mut b = Build::new("ask");
    let param = b.ty(param);
    let result = result(&mut b);
    let import = b.import(name, &[param], result);
    let code = format!("call.host r1 i{import} (r0)\nreturn r1");
    b.function("main", (&[param], &[], result), &[result], &code);
    let mut agent = Agent::new(Program::load(b.module).unwrap(), SMALL);
    agent.start(FuncId(0), &[Value::Str("x".into())]).unwrap();
    agent
}

#[test]
fn an_answer_must_be_of_the_type_that_the_import_declares() {
    let mut agent = asks("kv.get", Type::Str, |b| {
        let int = b.ty(Type::Int);
        b.ty(Type::List(int))
    });
    assert_eq!(agent.resume(&Value::Unit), Err(ValueError::NothingPending));
    let step = agent.run(1_000);
    let Step::HostCall(call) = &step else { panic!("{step:?}") };
    assert_eq!((&call.name[..], &call.args[..]), ("kv.get", &[Value::Str("x".into())][..]));
    let wrong = Value::List(vec![Value::Int(1), Value::Bool(true)]);
    assert_eq!(agent.resume(&wrong), Err(ValueError::WrongType { wanted: "Int".into() }));
    let large = Value::List(vec![Value::Int(1); SMALL.value_bytes]);
    assert_eq!(agent.resume(&large), Err(ValueError::TooLarge { limit_bytes: SMALL.value_bytes }));
    assert_eq!(agent.pending(), Some(step));
    agent.resume(&Value::List(vec![Value::Int(1), Value::Int(2)])).unwrap();
    assert_eq!(agent.run(1_000), Step::Done);
    assert_eq!(agent.result_text().unwrap(), "[1, 2]");
    assert_eq!(agent.result(), Some(Value::List(vec![Value::Int(1), Value::Int(2)])));
}

#[test]
fn a_departure_is_answered_like_a_host_call() {
    let mut agent = asks("agent.go", Type::Str, |b| {
        let (unit, str) = (b.ty(Type::Unit), b.ty(Type::Str));
        b.enum_type("Result", &[("Ok", &[unit]), ("Err", &[str])])
    });
    let step = agent.run(1_000);
    assert!(matches!(&step, Step::Depart(Departure { node, .. }) if node == "x"), "{step:?}");
    agent.resume(&Value::err(Value::Str("gone".into()))).unwrap();
    assert_eq!(agent.run(1_000), Step::Done);
    assert_eq!(agent.result_text().unwrap(), "Err(\"gone\")");
}

#[test]
fn a_host_call_that_fails_ends_the_agent_where_it_stands() {
    let mut agent = asks("fs.read", Type::Str, |b| b.ty(Type::Str));
    assert_eq!(agent.fail("no".into()), None);
    agent.run(1_000);
    let trap = agent.fail("fs is not allowed".into()).unwrap();
    assert_eq!(trap.to_string(), "fs is not allowed\n  in main at ask.mob:1");
    assert_eq!(agent.run(1_000), Step::Trap(trap));
}

#[test]
fn cyclic_data_does_not_leave_the_heap() {
    let mut b = Build::new("cycle");
    let unit = b.ty(Type::Unit);
    let node = b.struct_type("Node", &[("next", TypeId(2))]);
    let nodes = b.ty(Type::List(node));
    assert_eq!((node.0, nodes.0), (1, 2));
    let import = b.import("console.dump", &[node], unit);
    let code = format!(
        "list r1 t2 0
         new r0 t1 (r1)
         list.push r1 r0
         call.host r2 i{import} (r0)
         return r2"
    );
    let main = b.function("main", (&[], &[], unit), &[node, nodes, unit], &code);
    assert_eq!(run(b.main(main), &[], SMALL).trap(), &TrapKind::NotTransferable);
}

#[test]
fn only_a_function_that_exists_and_takes_the_arguments_can_be_started() {
    let start = |function, args: &[Value]| {
        let program = Program::load(endless_recursion()).unwrap();
        Agent::new(program, SMALL).start(FuncId(function), args)
    };
    assert_eq!(start(7, &[]), Err(StartError::NoSuchFunction(7)));
    let arity = StartError::WrongArity { function: "main".into(), wanted: 1, given: 0 };
    assert_eq!(start(0, &[]), Err(arity));
    let error = ValueError::WrongType { wanted: "Int".into() };
    assert_eq!(start(0, &[Value::Unit]), Err(StartError::BadArgument { index: 0, error }));
    let mut agent = started(endless_recursion(), &[Value::Int(1)], SMALL);
    assert_eq!(agent.start(FuncId(0), &[Value::Int(1)]), Err(StartError::AlreadyStarted));
}

#[test]
fn a_panic_carries_its_message_and_the_lines_of_all_calls() {
    let mut b = Build::new("panic");
    let (unit, str) = (b.ty(Type::Unit), b.ty(Type::Str));
    let message = b.constant(Constant::Str("out of cheese".into()));
    b.function("inner", (&[], &[], unit), &[str], &format!("const r0 k{message}\npanic r0"));
    let main = b.function("main", (&[], &[], unit), &[unit], "const.unit r0\ncall r0 f0\nreturn r0");
    let trap = run(b.main(main), &[], SMALL).end.unwrap_err();
    assert_eq!(trap.to_string(), "panic: out of cheese\n  in inner at panic.mob:2\n  in main at panic.mob:2");
    assert_eq!(trap.kind.limit(), None);
}

/// `main` sends the numbers from 0 on to the address that it is given.
fn endless_sender() -> Module {
    let mut b = Build::new("sender");
    let (int, unit) = (b.ty(Type::Int), b.ty(Type::Unit));
    let addr = b.ty(Type::Addr(int));
    let code = "const.i64 r1 0\nagain:\nsend r2 r0 r1\naddk.i64 r1 r1 1\njump @again";
    b.function("main", (&[addr], &[], unit), &[int, int], code);
    b.module
}

#[test]
fn messages_to_an_agent_that_it_is_connected_with_end_no_step_as_long_as_they_are_taken() {
    let program = Program::load(endless_sender()).unwrap();
    let limits = Limits { mail_bytes: 4_000, ..Limits::default() };
    let name = AgentName([3; AgentName::LEN]);
    let mut receiver = Agent::new(program.clone(), limits);
    receiver.set_name(name);
    let int = program.module().types.iter().position(|ty| *ty == Type::Int).unwrap();
    receiver.mailbox.lock().inboxes.add(TypeId(int as u32), 1).unwrap();
    let to = receiver.mailbox().first_address();
    let mut sender = Agent::new(program, Limits::default());
    sender.start(FuncId(0), &[Value::Addr(to)]).unwrap();

    let sends = |step: Step| matches!(step, Step::Send(sending) if sending.to == to);
    assert!(sends(sender.run(1_000)), "nobody has connected them");
    let first = sender.outgoing().unwrap();
    receiver.mailbox().deliver(to.inbox, first, false).unwrap();
    sender.sent(Sent::Taken);
    sender.connect(name, receiver.mailbox());
    assert_eq!(sender.run(30), Step::OutOfFuel);
    let taken = receiver.mailbox().status().messages;
    assert!(taken > 5);

    assert!(sends(sender.run(1 << 20)), "its inboxes are full");
    let mut copy =
        Agent::restore(&sender.snapshot().unwrap(), sender.program().clone(), Limits::default()).unwrap();
    for waiting in [&mut sender, &mut copy] {
        let message = waiting.outgoing().unwrap();
        let refused = receiver.mailbox().deliver(to.inbox, message, false);
        assert!(matches!(refused, Err(Undelivered::Full(_))), "{refused:?}");
    }
    for number in 0..receiver.mailbox().status().messages as u64 {
        let parcel = receiver.mailbox.take(0, &mut receiver.batch);
        assert_eq!(parcel.map(|parcel| parcel.slot), Some(number));
    }
    receiver.mailbox.end_slice(&mut receiver.batch);

    sender.connect(name, receiver.mailbox());
    receiver.mailbox().hold();
    assert!(sends(sender.run(1_000)), "it is about to leave");
    sender.connect(name, receiver.mailbox());
    receiver.mailbox().close();
    sender.sent(Sent::Taken);
    assert!(sends(sender.run(1_000)), "it is gone");
}
