//! The agents that an agent began, and those began by them: run in turns by one thread, in an order that depends on
//! nothing but what they do.
//!
//! The first agent belongs to whoever drives the group; all others are here. They share nothing but messages. Time is
//! whoever drives it: what waits for a limited time says how long.

use std::collections::{BTreeSet, HashMap, VecDeque};

mod signals;

use mob_vm::{Address, Agent, AgentName, Sending, Sent, Step, Trap, TrapKind, Undelivered, Value};

pub(crate) use self::signals::AGENT_FUNCTIONS;
use self::signals::{Reason, Signals};
use crate::host::MobType;

/// Fuel of a turn where there are several agents.
const TURN_FUEL: u64 = 20_000;

/// How many agents there may be in a group at once.
const AGENTS_MAX: usize = 1 << 20;

/// Which agent of a group: the first is 0.
pub(crate) type Number = u64;

/// The agents of a group but for the first, and who waits for what.
#[derive(Debug)]
pub(crate) struct Group {
    others: HashMap<Number, Agent>,
    /// Those whose turn it is, in order. Each stands here at most once.
    ready: VecDeque<Number>,
    waits: HashMap<Number, Wait>,
    /// Those who wait for room in the inboxes of an agent.
    senders: HashMap<Number, Vec<Number>>,
    /// Those whose wait ends, by time.
    deadlines: BTreeSet<(u64, Number)>,
    /// Those who have ended and are still to be buried, and how.
    ended: VecDeque<(Number, Trap)>,
    signals: Signals,
    begun: Number,
    /// Whether the first is in no turn: it has not begun, or what it did has ended.
    first_rests: bool,
}

/// What an agent that is not ready waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wait {
    /// A message, until that time if there is one.
    Message(Option<u64>),
    /// That time.
    Sleep(u64),
    /// Room in another one's inboxes.
    Room,
}

/// Why the turns ended.
#[derive(Debug)]
pub(crate) enum Turn {
    /// The first agent's last step is for whoever drives the group: all but what has to do with messages.
    First(Step),
    /// Another agent calls the host; it is to be answered, and is ready again.
    Other(Number),
    /// Another agent has ended so.
    Ended(Number, Box<Trap>),
    /// The fuel is used up.
    OutOfFuel,
    /// All wait, the first of them until this time.
    Asleep(u64),
    /// All wait for messages that nobody is left to send.
    Stuck,
}

/// The first agent's number.
pub(crate) const FIRST: Number = 0;

impl Default for Group {
    fn default() -> Self {
        Self {
            others: HashMap::new(),
            ready: VecDeque::new(),
            waits: HashMap::new(),
            senders: HashMap::new(),
            deadlines: BTreeSet::new(),
            ended: VecDeque::new(),
            signals: Signals::default(),
            begun: 1,
            first_rests: true,
        }
    }
}

impl Group {
    /// Lets agents take turns until something ends that. `fuel` is what all of them may use; what they used is taken off.
    pub(crate) fn run(&mut self, first: &mut Agent, fuel: &mut u64, now_ms: impl Fn() -> u64) -> Turn {
        if std::mem::take(&mut self.first_rests) {
            self.ready.push_back(FIRST);
        }
        loop {
            while let Some((number, trap)) = self.ended.pop_front() {
                if let Some(turn) = self.bury(number, trap, first) {
                    return turn;
                }
            }
            let Some(number) = self.next(first, &now_ms) else {
                return self.deadlines.first().map_or(Turn::Stuck, |(time, _)| Turn::Asleep(*time));
            };
            if *fuel == 0 {
                self.ready.push_front(number);
                return Turn::OutOfFuel;
            }
            let turn = self.turn(number, first, fuel, &now_ms);
            // It may have made room.
            self.wake_senders(number);
            if let Some(turn) = turn {
                return turn;
            }
        }
    }

    /// The agent whose turn it is.
    fn next(&mut self, first: &mut Agent, now_ms: &impl Fn() -> u64) -> Option<Number> {
        while let Some((time, number)) = self.deadlines.first().copied()
            && time <= now_ms()
        {
            let wait = self.wake(number);
            let Some(agent) = self.agent(number, first) else { continue };
            match wait {
                // A call of the host that gives something else has been answered wrongly; that is told by its next step.
                Some(Wait::Sleep(_)) => drop(agent.resume(&Value::Unit)),
                _ => agent.time_out(),
            }
        }
        self.ready.pop_front()
    }

    /// Lets an agent take its turn. Gives why all turns end, if they do.
    fn turn(
        &mut self,
        number: Number,
        first: &mut Agent,
        fuel: &mut u64,
        now_ms: &impl Fn() -> u64,
    ) -> Option<Turn> {
        // Nobody waits for the end of its turn while it is alone.
        let mut left = if self.others.is_empty() { *fuel } else { TURN_FUEL };
        loop {
            let agent = self.agent(number, first)?;
            let before = agent.fuel_used();
            let step = agent.run(left.min(*fuel));
            let used = agent.fuel_used() - before;
            (left, *fuel) = (left.saturating_sub(used), fuel.saturating_sub(used));
            match step {
                Step::OutOfFuel => {
                    self.ready.push_back(number);
                    return None;
                }
                Step::Receive { within_ms } => {
                    let until = within_ms.map(|ms| now_ms().saturating_add(ms));
                    self.wait(number, Wait::Message(until));
                    return None;
                }
                Step::Send(sending) => {
                    if !self.send(number, sending, first) {
                        return None;
                    }
                }
                Step::Spawn => {
                    left = left.min(TURN_FUEL);
                    if let Some(trap) = self.spawn(number, first) {
                        self.ended.push_back((number, trap));
                        return None;
                    }
                }
                Step::HostCall(call) if AGENT_FUNCTIONS.contains(&call.name.as_str()) => {
                    self.control(number, &call, first);
                    if !self.ended.is_empty() {
                        self.ready.push_back(number);
                        return None;
                    }
                }
                Step::HostCall(_) | Step::Depart(_) if number != FIRST => return Some(Turn::Other(number)),
                Step::Done if number != FIRST => {
                    let reason = returned(agent);
                    self.remove(number, &reason, first);
                    return None;
                }
                Step::Trap(trap) => {
                    self.ended.push_back((number, trap));
                    return None;
                }
                step => {
                    self.first_rests = step == Step::Done;
                    return Some(Turn::First(step));
                }
            }
        }
    }

    /// Any agent of the group.
    pub(crate) fn agent<'a>(&'a mut self, number: Number, first: &'a mut Agent) -> Option<&'a mut Agent> {
        if number == FIRST { Some(first) } else { self.others.get_mut(&number) }
    }

    /// Sees to what follows from the end of an agent, and says so if it should be told.
    fn bury(&mut self, number: Number, trap: Trap, first: &mut Agent) -> Option<Turn> {
        let reason = match &trap.kind {
            TrapKind::Exited(reason) => Reason::Exited(reason.clone()),
            kind => Reason::Failed(kind.to_string()),
        };
        self.remove(number, &reason, first);
        if number == FIRST {
            return Some(Turn::First(Step::Trap(trap)));
        }
        // That an agent ended because another one wanted it to is no news.
        matches!(reason, Reason::Failed(_)).then(|| Turn::Ended(number, Box::new(trap)))
    }

    /// An agent that was answered has trapped of it.
    pub(crate) fn has_ended(&mut self, number: Number, trap: Trap) {
        self.ended.push_back((number, trap));
    }

    /// Does something to each agent, in the order of their numbers.
    pub(crate) fn for_each<E>(
        &mut self,
        first: &mut Agent,
        mut what: impl FnMut(&mut Agent) -> Result<(), E>,
    ) -> Result<(), E> {
        what(first)?;
        let mut others: Vec<_> = self.others.iter_mut().collect();
        others.sort_unstable_by_key(|(number, _)| **number);
        others.into_iter().try_for_each(|(_, agent)| what(agent))
    }

    /// Lets an agent have its turn before all others: it was answered.
    pub(crate) fn go_on(&mut self, number: Number) {
        self.ready.push_front(number);
    }

    /// What the first did is given up.
    pub(crate) fn rest_first(&mut self) {
        self.forget_turns(FIRST);
        self.first_rests = true;
    }

    /// How many others were begun.
    pub(crate) fn others_begun(&self) -> u64 {
        self.begun - 1
    }

    /// Whether there are others than the first.
    pub(crate) fn has_others(&self) -> bool {
        !self.others.is_empty()
    }

    /// Lets an agent whose call of the host waits for that have `()` as answer at that time.
    pub(crate) fn sleep(&mut self, number: Number, until: u64) {
        self.wait(number, Wait::Sleep(until));
    }

    /// Hands over a message. `false` if its sender has to wait for room.
    fn send(&mut self, number: Number, sending: Sending, first: &mut Agent) -> bool {
        let Some(message) = self.agent(number, first).and_then(Agent::outgoing) else { return true };
        let to = number_of(sending.to.agent);
        let delivered = match to.and_then(|to| self.agent(to, first)) {
            Some(receiver) => {
                let delivered = receiver.mailbox().deliver(sending.to.inbox, message, sending.urgent);
                delivered.map(|()| receiver.has_what_it_waits_for())
            }
            None => Err(Undelivered::NoInbox(message)),
        };
        let sent = match (delivered, to) {
            (Ok(wakes), Some(to)) => {
                if wakes {
                    self.wake_for_message(to);
                }
                Sent::Taken
            }
            (Err(Undelivered::Full(_)), Some(to)) if sending.waits => {
                self.wait(number, Wait::Room);
                self.senders.entry(to).or_default().push(number);
                return false;
            }
            (Err(Undelivered::Full(_)), _) => Sent::Full,
            _ => Sent::NoInbox,
        };
        if let Some(agent) = self.agent(number, first) {
            agent.sent(sent);
        }
        true
    }

    /// Makes the agent that one wants to begin. Gives how that ended the other, if it did.
    fn spawn(&mut self, number: Number, first: &mut Agent) -> Option<Trap> {
        let agent = self.agent(number, first)?;
        let limits = *agent.limits();
        let function = agent.outgoing()?;
        if self.others.len() >= AGENTS_MAX {
            let message = format!("there are {AGENTS_MAX} agents already");
            return self.agent(number, first)?.fail(message);
        }
        let new = self.begun;
        match Agent::spawned(function, limits, name(new)) {
            Ok(spawned) => {
                self.begun += 1;
                self.others.insert(new, spawned);
                self.ready.push_back(new);
                let begun = self.agent(number, first)?.begun(Address { agent: name(new), inbox: 0 });
                begun.err().and_then(|error| self.agent(number, first)?.fail(error.to_string()))
            }
            Err(error) => self.agent(number, first)?.fail(error.to_string()),
        }
    }

    fn wait(&mut self, number: Number, wait: Wait) {
        if let Wait::Message(Some(until)) | Wait::Sleep(until) = wait {
            self.deadlines.insert((until, number));
        }
        self.waits.insert(number, wait);
    }

    /// An agent need wait no longer. Gives what it waited for.
    fn wake(&mut self, number: Number) -> Option<Wait> {
        let wait = self.stop_waiting(number);
        self.ready.push_back(number);
        wait
    }

    fn stop_waiting(&mut self, number: Number) -> Option<Wait> {
        let wait = self.waits.remove(&number);
        if let Some(Wait::Message(Some(until)) | Wait::Sleep(until)) = wait {
            self.deadlines.remove(&(until, number));
        }
        wait
    }

    /// An agent is over: it takes no more turns, who waits for room in its inboxes finds that there are none, and those who
    /// watch it are told.
    fn remove(&mut self, number: Number, reason: &Reason, first: &mut Agent) {
        self.forget_turns(number);
        if number == FIRST {
            self.first_rests = true;
        } else {
            self.others.remove(&number);
        }
        self.wake_senders(number);
        self.mourn(number, reason, first);
    }

    /// Takes an agent's turns and waits away.
    fn forget_turns(&mut self, number: Number) {
        self.stop_waiting(number);
        self.ready.retain(|ready| *ready != number);
        self.senders.values_mut().for_each(|senders| senders.retain(|sender| *sender != number));
    }

    /// Lets an agent go on that waits for a message, if it does.
    fn wake_for_message(&mut self, number: Number) {
        if matches!(self.waits.get(&number), Some(Wait::Message(_))) {
            self.wake(number);
        }
    }

    /// Lets those try again who wait for room in an agent's inboxes.
    fn wake_senders(&mut self, to: Number) {
        for sender in self.senders.remove(&to).unwrap_or_default() {
            self.wake(sender);
        }
    }
}

/// How an agent ended whose function returned.
fn returned(agent: &Agent) -> Reason {
    let types = &agent.program().module().types;
    let is_result = agent.returned_type().is_some_and(|ty| Result::<Value, Value>::matches(types, ty));
    match agent.result_text().filter(|text| is_result && text.starts_with("Err(")) {
        Some(text) => Reason::Failed(format!("it returned {text}")),
        None => Reason::Finished,
    }
}

/// What the agent of a number is called: the number, behind zeros.
fn name(number: Number) -> AgentName {
    let mut name = AgentName::NOBODY;
    name.0[AgentName::LEN - 8..].copy_from_slice(&number.to_be_bytes());
    name
}

/// The number of the agent that is called so, if one can be.
fn number_of(name: AgentName) -> Option<Number> {
    let (zeros, number) = name.0.split_last_chunk::<8>()?;
    zeros.iter().all(|byte| *byte == 0).then(|| Number::from_be_bytes(*number))
}
