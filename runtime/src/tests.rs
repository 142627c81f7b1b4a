//! Agents that do nothing, in an office whose letters for elsewhere are kept.
#![allow(clippy::unwrap_used)]

use std::sync::{Arc, Mutex};
use std::task::Waker;

use mob_vm::bytecode::{FuncId, Function, Instr, Module, Op, Type, TypeId};
use mob_vm::{Address, Agent, AgentName, Limits, Program};
use proptest::prelude::*;

use crate::*;

/// Agents elsewhere, and what was sent to them.
#[derive(Clone, Default)]
struct Elsewhere(Arc<Mutex<Vec<(AgentName, Signal)>>>);

impl Beyond for Elsewhere {
    fn send(&self, _: AgentName, to: AgentName, letter: Letter) -> Result<(), Unsent> {
        match letter {
            Letter::Signal(signal) => self.0.lock().unwrap().push((to, signal)),
            message => return Err(Unsent::Nobody(message)),
        }
        Ok(())
    }

    fn wake_on_room(&self, _: AgentName, waker: &Waker) {
        waker.wake_by_ref();
    }
}

impl Elsewhere {
    fn take(&self) -> Vec<(AgentName, Signal)> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

fn office(agents: usize) -> (Arc<Office>, Elsewhere) {
    let elsewhere = Elsewhere::default();
    let limits = OfficeLimits { agents, ..OfficeLimits::default() };
    (Arc::new(Office::new(Arc::new(Counter::from(1)), Box::new(elsewhere.clone()), limits)), elsewhere)
}

/// A program that returns at once.
fn program() -> Arc<Program> {
    let function = Function {
        name: "main".to_owned(),
        signature: TypeId(1),
        captures: 0,
        registers: vec![TypeId(0)],
        code: vec![Instr::with_bc(Op::ConstUnit, 0, 0), Instr::new(Op::Return, 0, 0, 0, 0)],
        lines: vec![],
        inlined: vec![],
    };
    let module = Module {
        name: "nothing".to_owned(),
        types: vec![Type::Unit, Type::Fn(vec![], TypeId(0))],
        constants: vec![],
        imports: vec![],
        capabilities: vec![],
        functions: vec![function],
        main: Some(FuncId(0)),
        tests: vec![],
        files: vec![],
        links: vec![],
    };
    Program::load(module).unwrap()
}

fn agent(number: u64) -> Agent {
    let mut agent = Agent::new(program(), Limits::default());
    agent.set_name(Counter::name(number));
    agent
}

fn enter(office: &Arc<Office>, agent: &Agent) -> Option<Course> {
    Course::begin(office, agent, Signals::default(), Rest::None)
}

fn address(number: u64) -> Address {
    Address { agent: Counter::name(number), inbox: 3 }
}

/// What becomes of an agent when it has its turn.
fn turn(course: &mut Course, agent: &mut Agent) -> Next {
    course.advance(agent, &mut 1_000, || 0, Waker::noop())
}

#[test]
fn there_is_one_agent_of_a_name_and_not_too_many() {
    let (office, _) = office(2);
    let (one, other, third) = (agent(1), agent(2), agent(3));
    let course = enter(&office, &one).unwrap();
    assert!(enter(&office, &one).is_none());
    assert!(enter(&office, &other).is_some());
    assert!(enter(&office, &third).is_none());
    course.end(&Reason::Finished);
    assert!(enter(&office, &third).is_some());
    assert_eq!(office.len(), 2);
}

#[test]
fn watchers_are_told_once_and_those_who_look_late_at_once() {
    let (office, elsewhere) = office(9);
    let watched = agent(1);
    let course = enter(&office, &watched).unwrap();
    office.signal(Counter::name(8), watched.name(), Signal::Monitor { into: address(8), number: 5 });
    office.signal(Counter::name(8), watched.name(), Signal::Monitor { into: address(8), number: 6 });
    office.signal(
        Counter::name(8),
        watched.name(),
        Signal::Unmonitor { watcher: Counter::name(8), number: 6 },
    );
    course.end(&Reason::Failed("why".to_owned()));
    let down = |number, reason| (Counter::name(8), Signal::Down { inbox: 3, number, reason });
    assert_eq!(elsewhere.take(), [down(5, Reason::Failed("why".to_owned()))]);
    office.undeliverable(watched.name(), &Signal::Monitor { into: address(8), number: 7 }, &Reason::Gone);
    assert_eq!(elsewhere.take(), [down(7, Reason::Gone)]);
}

#[test]
fn a_link_ends_both_if_one_fails_and_else_neither() {
    let (office, elsewhere) = office(9);
    for (reason, is_failure) in [(Reason::Finished, false), (Reason::Failed("why".to_owned()), true)] {
        let linked = agent(1);
        let course = enter(&office, &linked).unwrap();
        office.signal(Counter::name(8), linked.name(), Signal::Link { from: Counter::name(8) });
        course.end(&reason);
        let told = elsewhere.take();
        assert!(told.iter().all(|(to, _)| *to == Counter::name(8)));
        assert!(told.iter().any(|(_, signal)| *signal == Signal::Unlink { from: linked.name() }));
        let ends = told.iter().any(|(_, signal)| {
            let Signal::Exit { reason: Reason::Failed(text) } = signal else { return false };
            text == "a linked agent ended: why"
        });
        assert_eq!(ends, is_failure);
    }
}

#[test]
fn what_comes_while_an_agent_is_held_waits_for_what_comes_of_that() {
    let (office, elsewhere) = office(9);
    let kill = || Signal::Kill { reason: "enough".to_owned() };
    // It stays.
    let mut staying = agent(1);
    staying.start(FuncId(0), &[]).unwrap();
    let mut course = enter(&office, &staying).unwrap();
    course.resident().hold();
    office.signal(Counter::name(8), staying.name(), kill());
    office.stay(course.resident());
    assert!(matches!(turn(&mut course, &mut staying), Next::Trap(_)));
    // It leaves: what came is sent after it.
    let leaving = agent(2);
    let course = enter(&office, &leaving).unwrap();
    course.resident().hold();
    office.signal(Counter::name(8), leaving.name(), kill());
    assert_eq!(office.leave(course.resident()), [kill()]);
    office.signal(Counter::name(8), leaving.name(), kill());
    assert_eq!(elsewhere.take(), [(leaving.name(), kill())]);
    // It has left and come back before that was known.
    let before = enter(&office, &leaving).unwrap();
    before.resident().hold();
    office.signal(Counter::name(8), leaving.name(), kill());
    let mut back = agent(2);
    back.start(FuncId(0), &[]).unwrap();
    let mut course = enter(&office, &back).unwrap();
    assert!(office.leave(before.resident()).is_empty());
    assert!(matches!(turn(&mut course, &mut back), Next::Trap(_)));
}

#[test]
fn who_comes_asks_where_those_are_whom_it_watches_and_tells_those_who_watch_it() {
    let (office, elsewhere) = office(9);
    let agent = agent(1);
    let course = enter(&office, &agent).unwrap();
    office.signal(Counter::name(7), agent.name(), Signal::Monitor { into: address(7), number: 1 });
    office.signal(Counter::name(8), agent.name(), Signal::Link { from: Counter::name(8) });
    let signals = course.resident().hold();
    office.leave(course.resident());
    Course::begin(&office, &agent, signals, Rest::None).unwrap();
    let told = elsewhere.take();
    let here = Signal::Here { agent: agent.name() };
    assert!(told.contains(&(Counter::name(7), here.clone())) && told.contains(&(Counter::name(8), here)));
    assert!(told.contains(&(Counter::name(8), Signal::Where { from: agent.name() })));
    // Then nothing is known any more of the one that it is linked with.
    office.lost(Counter::name(8), &Reason::Lost("its node".to_owned()));
    assert!(office.find(agent.name()).unwrap().take_order().unwrap().contains("its node"));
}

#[test]
fn names_are_their_agents_until_these_end() {
    let (office, _) = office(9);
    let owner = agent(1);
    let course = enter(&office, &owner).unwrap();
    let names = office.published();
    assert!(names.add("a", address(1)) && names.add("a", address(1)) && !names.add("a", address(2)));
    assert!(!names.add(&"x".repeat(257), address(1)));
    assert_eq!((names.find("a"), names.find("b")), (Some(address(1)), None));
    assert!(!names.remove("a", Counter::name(2)));
    course.end(&Reason::Finished);
    assert_eq!(names.find("a"), None);
}

proptest! {
    #[test]
    fn any_bytes_are_a_letter_or_none(bytes: Vec<u8>, kind in 0..3_u8) {
        let agent = agent(1);
        let _ = Letter::decode(&bytes, agent.mailbox());
        let _ = Letter::decode(&[&[kind], &bytes[..]].concat(), agent.mailbox());
    }

    #[test]
    fn signals_come_back(number: i64, text: String, inbox in 0..1_u64 << 48) {
        let into = Address { agent: Counter::name(7), inbox };
        for signal in [
            Signal::Monitor { into, number },
            Signal::Down { inbox, number, reason: Reason::Lost(text.clone()) },
            Signal::Exit { reason: Reason::Exited(text.clone()) },
            Signal::Kill { reason: text },
        ] {
            let bytes = Letter::from(signal.clone()).encode(Counter::name(1)).unwrap();
            prop_assert_eq!(Signal::decode(&bytes), Some(signal.clone()));
            let agent = agent(1);
            let Ok(Letter::Signal(decoded)) = Letter::decode(&bytes, agent.mailbox()) else { panic!() };
            prop_assert_eq!(decoded, signal);
        }
    }
}
