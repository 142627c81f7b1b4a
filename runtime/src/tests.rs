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

    fn wake_on_room(&self, _: AgentName, _: AgentName, waker: &Waker) {
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
    (Arc::new(Office::new(Arc::new(Counter::from(1)), Box::new(elsewhere.clone()), agents)), elsewhere)
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
    Course::begin(office, agent, credential(), Signals::default(), Rest::None)
}

const OWNER: Owner = Owner::new([5; 32]);

fn credential() -> Credential {
    Credential { owner: OWNER, ..Credential::default() }
}

/// What the owner of an agent needs to end it.
fn pass(agent: &Agent) -> Pass {
    OWNER.pass(Right::End, agent.name())
}

/// How agent 8 links itself with an agent.
fn link(to: &Agent) -> Signal {
    let from = Counter::name(8);
    Signal::Link { from, pass: pass(to), back: OWNER.pass(Right::End, from) }
}

/// How an agent lets another one watch it.
fn monitor(watcher: u64, number: i64) -> Signal {
    Signal::Monitor { watcher: Counter::name(watcher), into: address(watcher), number }
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
    office.signal(Counter::name(8), watched.name(), monitor(8, 5));
    office.signal(Counter::name(8), watched.name(), monitor(8, 6));
    office.signal(
        Counter::name(8),
        watched.name(),
        Signal::Unmonitor { watcher: Counter::name(8), number: 6 },
    );
    course.end(&Reason::Failed("why".to_owned()));
    let down = |number, reason| (Counter::name(8), Signal::Down { inbox: 3, number, reason });
    assert_eq!(elsewhere.take(), [down(5, Reason::Failed("why".to_owned()))]);
    office.undeliverable(watched.name(), &monitor(8, 7), &Reason::Gone);
    assert_eq!(elsewhere.take(), [down(7, Reason::Gone)]);
}

#[test]
fn a_link_ends_both_if_one_fails_and_else_neither() {
    let (office, elsewhere) = office(9);
    for (reason, is_failure) in [(Reason::Finished, false), (Reason::Failed("why".to_owned()), true)] {
        let linked = agent(1);
        let course = enter(&office, &linked).unwrap();
        office.signal(Counter::name(8), linked.name(), link(&linked));
        course.end(&reason);
        let told = elsewhere.take();
        assert!(told.iter().all(|(to, _)| *to == Counter::name(8)));
        let unlink = Signal::Unlink { from: linked.name(), pass: OWNER.pass(Right::End, Counter::name(8)) };
        assert!(told.iter().any(|(_, signal)| *signal == unlink));
        let ends = told.iter().any(|(_, signal)| {
            let Signal::Exit { reason: Reason::Failed(text), .. } = signal else { return false };
            text == "a linked agent ended: why"
        });
        assert_eq!(ends, is_failure);
    }
}

#[test]
fn what_comes_while_an_agent_is_held_waits_for_what_comes_of_that() {
    let (office, elsewhere) = office(9);
    let kill = |agent: &Agent| Signal::Kill { reason: "enough".to_owned(), pass: pass(agent) };
    // It stays.
    let mut staying = agent(1);
    staying.start(FuncId(0), &[]).unwrap();
    let mut course = enter(&office, &staying).unwrap();
    course.resident().hold();
    office.signal(Counter::name(8), staying.name(), kill(&staying));
    office.stay(course.resident());
    assert!(matches!(turn(&mut course, &mut staying), Next::Trap(_)));
    // It leaves: what came is sent after it.
    let leaving = agent(2);
    let course = enter(&office, &leaving).unwrap();
    course.resident().hold();
    office.signal(Counter::name(8), leaving.name(), kill(&leaving));
    assert_eq!(office.leave(course.resident()), [kill(&leaving)]);
    office.signal(Counter::name(8), leaving.name(), kill(&leaving));
    assert_eq!(elsewhere.take(), [(leaving.name(), kill(&leaving))]);
    // It has left and come back before that was known.
    let before = enter(&office, &leaving).unwrap();
    before.resident().hold();
    office.signal(Counter::name(8), leaving.name(), kill(&leaving));
    let mut back = agent(2);
    back.start(FuncId(0), &[]).unwrap();
    let mut course = enter(&office, &back).unwrap();
    assert!(office.leave(before.resident()).is_empty());
    assert!(matches!(turn(&mut course, &mut back), Next::Trap(_)));
}

#[test]
fn an_order_that_an_agent_has_not_seen_goes_where_it_goes() {
    let (office, _) = office(9);
    let mut agent = agent(1);
    agent.start(FuncId(0), &[]).unwrap();
    let course = enter(&office, &agent).unwrap();
    let kill = Signal::Kill { reason: "enough".to_owned(), pass: pass(&agent) };
    office.signal(Counter::name(8), agent.name(), kill);
    let signals = course.resident().hold();
    office.leave(course.resident());
    let mut course = Course::begin(&office, &agent, credential(), signals, Rest::None).unwrap();
    assert!(matches!(turn(&mut course, &mut agent), Next::Trap(_)));
}

#[test]
fn there_are_only_so_many_watches_on_all_agents() {
    let (office, elsewhere) = office(20);
    let agents: Vec<_> = (1..=17).map(agent).collect();
    let courses: Vec<_> = agents.iter().map(|agent| enter(&office, agent).unwrap()).collect();
    let watch = |agent: &Agent, number| {
        office.signal(Counter::name(99), agent.name(), monitor(99, number));
        elsewhere.take().is_empty()
    };
    for agent in &agents[..16] {
        assert!((0..1 << 16).all(|number| watch(agent, number)));
    }
    assert!(!watch(&agents[16], 0));
    courses[0].end(&Reason::Finished);
    assert_eq!(elsewhere.take().len(), 1 << 16);
    assert!(watch(&agents[16], 0));
}

#[test]
fn what_waits_for_an_agent_that_is_held_has_a_bound() {
    let (office, elsewhere) = office(9);
    let held = agent(1);
    let course = enter(&office, &held).unwrap();
    course.resident().hold();
    let kill = || Signal::Kill { reason: "x".repeat(4000), pass: pass(&held) };
    for _ in 0..10_000 {
        office.signal(Counter::name(8), held.name(), kill());
    }
    office.signal(Counter::name(8), held.name(), monitor(8, 5));
    office.signal(Counter::name(8), held.name(), link(&held));
    let reason = Reason::Lost("too much waits for it while it is about to leave".to_owned());
    let down = Signal::Down { inbox: 3, number: 5, reason: reason.clone() };
    let exit = Signal::Exit { reason, pass: OWNER.pass(Right::End, Counter::name(8)) };
    assert_eq!(elsewhere.take(), [down, exit].map(|signal| (Counter::name(8), signal)));
    let kept = office.leave(course.resident()).len();
    assert!((8000..8400).contains(&kept), "{kept}");
}

#[test]
fn a_signal_that_is_longer_than_any_is_none() {
    let of_len = |len| {
        let kill = Signal::Kill { reason: "x".repeat(len), pass: Pass::default() };
        Letter::from(kill).encode(Counter::name(1), Pass::default()).unwrap()
    };
    assert!(Signal::decode(&of_len(60_000)).is_some());
    assert_eq!(Signal::decode(&of_len(70_000)), None);
}

#[test]
fn who_comes_asks_where_those_are_whom_it_watches_and_tells_those_who_watch_it() {
    let (office, elsewhere) = office(9);
    let agent = agent(1);
    let course = enter(&office, &agent).unwrap();
    office.signal(Counter::name(7), agent.name(), monitor(7, 1));
    office.signal(Counter::name(8), agent.name(), link(&agent));
    let signals = course.resident().hold();
    office.leave(course.resident());
    Course::begin(&office, &agent, credential(), signals, Rest::None).unwrap();
    let told = elsewhere.take();
    let watched = Presence::Watched { agent: agent.name(), number: 1 };
    let linked = Presence::Linked { agent: agent.name(), pass: OWNER.pass(Right::Locate, Counter::name(8)) };
    for (to, here) in [(7, watched), (8, linked)] {
        assert!(told.contains(&(Counter::name(to), Signal::Here(here))));
    }
    assert!(told.contains(&(Counter::name(8), Signal::Where { from: agent.name() })));
    // Then nothing is known any more of the one that it is linked with.
    office.lost(Counter::name(8), &Reason::Lost("its node".to_owned()));
    assert!(office.find(agent.name()).unwrap().take_order().unwrap().contains("its node"));
}

#[test]
fn a_stranger_can_not_end_an_agent_nor_link_with_it_nor_refuse_for_others() {
    let (office, elsewhere) = office(9);
    let mut agent = agent(1);
    agent.start(FuncId(0), &[]).unwrap();
    let mut course = enter(&office, &agent).unwrap();
    let (stranger, me) = (Owner::new([6; 32]), agent.name());
    let (wrong, back) = (stranger.pass(Right::End, me), stranger.pass(Right::End, Counter::name(8)));
    let wanted = agent.program().type_description(TypeId(0));
    for forged in [
        Signal::Kill { reason: "why not".to_owned(), pass: wrong },
        Signal::Kill { reason: "why not".to_owned(), pass: Pass::default() },
        Signal::Exit { reason: Reason::Gone, pass: wrong },
        // Good for something else.
        Signal::Exit { reason: Reason::Gone, pass: course.resident().refusing() },
        Signal::Refused { sent: [0; 32], wanted, pass: pass(&agent) },
    ] {
        assert!(matches!(office.deliver(me, forged.into()), Err(Unsent::Unfit(_))));
    }
    let link = Signal::Link { from: Counter::name(8), pass: wrong, back };
    office.deliver(me, link.into()).unwrap();
    let reason = Reason::Lost("a link was refused: the agent belongs to another owner".to_owned());
    assert_eq!(elsewhere.take(), [(Counter::name(8), Signal::Exit { reason, pass: back })]);
    // Nor does it learn where the agent is, or say where others are.
    office.deliver(me, Signal::Where { from: Counter::name(8) }.into()).unwrap();
    assert_eq!(elsewhere.take(), []);
    let elsewhere = Presence::Linked { agent: Counter::name(8), pass: wrong };
    assert!(!course.resident().is_told_of(&elsewhere));
    assert!(matches!(turn(&mut course, &mut agent), Next::Done));
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
    fn signals_come_back(number: i64, text: String, inbox in 0..1_u64 << 48, pass: [u8; Pass::LEN]) {
        let (watcher, pass) = (Counter::name(7), Pass::of_bytes(pass));
        let into = Address { agent: watcher, inbox };
        for signal in [
            Signal::Monitor { watcher, into, number },
            Signal::Link { from: watcher, pass, back: pass },
            Signal::Here(Presence::Linked { agent: watcher, pass }),
            Signal::Down { inbox, number, reason: Reason::Lost(text.clone()) },
            Signal::Exit { reason: Reason::Exited(text.clone()), pass },
            Signal::Kill { reason: text, pass },
        ] {
            let bytes = Letter::from(signal.clone()).encode(Counter::name(1), pass).unwrap();
            prop_assert_eq!(Signal::decode(&bytes), Some(signal.clone()));
            let agent = agent(1);
            let Ok(Letter::Signal(decoded)) = Letter::decode(&bytes, agent.mailbox()) else { panic!() };
            prop_assert_eq!(decoded, signal);
        }
    }
}
