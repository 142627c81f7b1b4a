//! The agents that an agent began, and those begun by them: run in turns by one thread, in an order that depends on
//! nothing but what they do.
//!
//! The first agent belongs to whoever drives the group; all others are here. Time is whoever drives it: what waits for a
//! limited time says how long.

mod kept;
mod ready;

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::sync::Arc;
use std::task::Waker;

use mob_runtime::{Begun, Counter, Course, Credential, Next, Nowhere, Office, Reason, Rest, Signals};
use mob_vm::{Agent, Step, Trap, Value};

pub(crate) use kept::Kept;
pub(crate) use mob_runtime::AGENT_FUNCTIONS;
use ready::{Call, Ready};

/// Fuel of a turn where there are several agents.
const TURN_FUEL: u64 = 20_000;

/// How many agents there may be in a group at once.
const AGENTS_MAX: usize = 1 << 20;

/// Which agent of a group: the first is 0.
pub(crate) type Number = u64;

/// The first agent's number.
pub(crate) const FIRST: Number = 0;

/// The agents of a group but for the first, and who waits for what.
#[derive(Debug)]
pub(crate) struct Group {
    office: Arc<Office>,
    names: Arc<Counter>,
    /// The first one's, once it has had a turn.
    first: Option<Course>,
    others: BTreeMap<Number, Box<Begun>>,
    ready: Arc<Ready>,
    /// The turn in which all fuel was used up, and what it has left: whoever had it goes on with it.
    unfinished: Option<(Number, u64)>,
    /// When those who wait began to, as the number of those who had begun to wait before.
    waiting: HashMap<Number, u64>,
    waits: u64,
    /// Until when those rest that do, and the same in the order of time.
    rests: HashMap<Number, u64>,
    deadlines: BTreeSet<(u64, Number)>,
    /// Those who have ended by what whoever drives the group did, and how.
    ended: VecDeque<(Number, Trap)>,
    /// Whether the first is in no turn: it has not begun, or what it did has ended.
    first_rests: bool,
}

/// Why the turns ended.
#[derive(Debug)]
pub(crate) enum Turn {
    /// The first agent's last step is for whoever drives the group: all but what has to do with messages.
    First(Step),
    /// Another agent calls the host; it is to be answered, and is ready again.
    Other(Number),
    /// Another agent has failed: this is to be told.
    Failed(Number, String),
    /// The fuel is used up.
    OutOfFuel,
    /// All wait, the first of them until this time.
    Asleep(u64),
    /// All wait for messages that nobody is left to send.
    Stuck,
}

impl Default for Group {
    fn default() -> Self {
        let names = Arc::new(Counter::from(FIRST + 1));
        Self {
            office: Arc::new(Office::new(names.clone(), Box::new(Nowhere), AGENTS_MAX)),
            names,
            first: None,
            others: BTreeMap::new(),
            ready: Arc::default(),
            unfinished: None,
            waiting: HashMap::new(),
            waits: 0,
            rests: HashMap::new(),
            deadlines: BTreeSet::new(),
            ended: VecDeque::new(),
            first_rests: true,
        }
    }
}

impl Group {
    /// Lets agents take turns until something ends that. `fuel` is what all of them may use; what they used is taken off.
    pub(crate) fn run(&mut self, first: &mut Agent, fuel: &mut u64, now_ms: impl Fn() -> u64) -> Turn {
        if self.first.is_none() {
            self.first =
                Course::begin(&self.office, first, Credential::default(), Signals::default(), Rest::None);
        }
        if std::mem::take(&mut self.first_rests) {
            self.ready.push(FIRST);
        }
        loop {
            if let Some((number, trap)) = self.ended.pop_front()
                && let Some(turn) = self.bury(number, trap)
            {
                return turn;
            }
            while let Some((time, number)) = self.deadlines.first().copied()
                && time <= now_ms()
            {
                self.stop_resting(number);
                self.ready.push(number);
            }
            let Some(number) = self.ready.pop() else {
                return self.deadlines.first().map_or(Turn::Stuck, |(time, _)| Turn::Asleep(*time));
            };
            if *fuel == 0 {
                self.ready.push_front(number);
                return Turn::OutOfFuel;
            }
            if let Some(turn) = self.turn(number, first, fuel, &now_ms) {
                return turn;
            }
        }
    }

    /// Lets an agent take its turn. Gives why all turns end, if they do.
    fn turn(
        &mut self,
        number: Number,
        first: &mut Agent,
        fuel: &mut u64,
        now_ms: &impl Fn() -> u64,
    ) -> Option<Turn> {
        self.stop_resting(number);
        self.waiting.remove(&number);
        let unfinished = self.unfinished.take().filter(|(interrupted, _)| *interrupted == number);
        // Nobody waits for the end of its turn while it is alone.
        let whole = if self.others.is_empty() { u64::MAX } else { TURN_FUEL };
        let mut left = unfinished.map_or(whole, |(_, left)| left);
        let waker = self.waker(number);
        loop {
            let (agent, course) = match number {
                FIRST => (&mut *first, self.first.as_mut()?),
                _ => self.others.get_mut(&number).map(|other| (&mut other.agent, &mut other.course))?,
            };
            let given = left.min(*fuel);
            let mut unused = given;
            let next = course.advance(agent, &mut unused, now_ms, &waker);
            *fuel -= given - unused;
            left -= given - unused;
            match next {
                // Where turns end doesn't depend on how much fuel there is for all.
                Next::Yield if *fuel == 0 && left > 0 => {
                    self.unfinished = Some((number, left));
                    self.ready.push_front(number);
                    return None;
                }
                Next::Yield => {
                    self.ready.push(number);
                    return None;
                }
                Next::Park(until) => {
                    self.park(number, until);
                    return None;
                }
                Next::Begun(begun) => {
                    left = left.min(TURN_FUEL);
                    let new = self.names.value() - 1;
                    self.others.insert(new, begun);
                    self.ready.push(new);
                }
                Next::Host(_) | Next::Depart(_) if number != FIRST => return Some(Turn::Other(number)),
                Next::Host(call) => return Some(Turn::First(Step::HostCall(call))),
                Next::Depart(departure) => return Some(Turn::First(Step::Depart(departure))),
                Next::Done if number == FIRST => {
                    self.first_rests = true;
                    return Some(Turn::First(Step::Done));
                }
                Next::Done => {
                    let reason = Reason::of_return(agent);
                    self.remove(number, &reason);
                    return matches!(reason, Reason::Failed(_)).then(|| Turn::Failed(number, reason.text()));
                }
                Next::Trap(trap) => return self.bury(number, trap),
            }
        }
    }

    /// Any agent of the group.
    pub(crate) fn agent<'a>(&'a mut self, number: Number, first: &'a mut Agent) -> Option<&'a mut Agent> {
        match number {
            FIRST => Some(first),
            _ => self.others.get_mut(&number).map(|other| &mut other.agent),
        }
    }

    /// Sees to what follows from the end of an agent, and says so if it should be told.
    fn bury(&mut self, number: Number, trap: Trap) -> Option<Turn> {
        if number == FIRST {
            self.first_rests = true;
            return Some(Turn::First(Step::Trap(trap)));
        }
        let reason = Reason::of_trap(&trap);
        self.remove(number, &reason);
        // That an agent ended because another one wanted it to is no news.
        matches!(reason, Reason::Failed(_)).then(|| Turn::Failed(number, trap.to_string()))
    }

    /// An agent that was answered has trapped of it.
    pub(crate) fn has_ended(&mut self, number: Number, trap: Trap) {
        self.ended.push_back((number, trap));
    }

    /// Lets an agent have its turn before all others: it was answered.
    pub(crate) fn go_on(&mut self, number: Number) {
        self.ready.push_front(number);
    }

    /// What the first did is given up.
    pub(crate) fn rest_first(&mut self) {
        self.stop_resting(FIRST);
        self.waiting.remove(&FIRST);
        self.ready.forget(FIRST);
        if let Some(course) = &mut self.first {
            course.forget_rest();
        }
        self.first_rests = true;
    }

    /// How many others were begun.
    pub(crate) fn others_begun(&self) -> u64 {
        self.names.value() - FIRST - 1
    }

    /// Whether there are others than the first.
    pub(crate) fn has_others(&self) -> bool {
        !self.others.is_empty()
    }

    /// Lets an agent whose call of the host waits for that have `()` as answer at that time.
    pub(crate) fn sleep(&mut self, number: Number, until: u64) {
        let course = match number {
            FIRST => self.first.as_mut(),
            _ => self.others.get_mut(&number).map(|other| &mut other.course),
        };
        if let Some(course) = course {
            course.sleep(until, Value::Unit);
            self.ready.push_front(number);
        }
    }

    /// An agent is over: it takes no more turns.
    fn remove(&mut self, number: Number, reason: &Reason) {
        self.stop_resting(number);
        self.waiting.remove(&number);
        self.ready.forget(number);
        if let Some(other) = self.others.remove(&number) {
            other.course.end(reason);
        }
    }

    /// An agent waits from now on, until that time at most.
    fn park(&mut self, number: Number, until: Option<u64>) {
        self.begin_to_wait(number);
        if let Some(until) = until {
            self.rest_until(number, until);
        }
    }

    fn begin_to_wait(&mut self, number: Number) {
        self.waiting.insert(number, self.waits);
        self.waits += 1;
    }

    fn rest_until(&mut self, number: Number, until: u64) {
        self.rests.insert(number, until);
        self.deadlines.insert((until, number));
    }

    /// What calls an agent to its turn.
    fn waker(&self, number: Number) -> Waker {
        Waker::from(Arc::new(Call { number, ready: self.ready.clone() }))
    }

    fn stop_resting(&mut self, number: Number) {
        if let Some(until) = self.rests.remove(&number) {
            self.deadlines.remove(&(until, number));
        }
    }
}
