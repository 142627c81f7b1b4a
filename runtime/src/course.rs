//! An agent's turns.

use std::sync::Arc;
use std::task::Waker;

use mob_vm::{Address, Agent, Departure, HostCall, Limits, Message, Sending, Sent, Step, Trap, Value};

use crate::control::{self, AGENT_FUNCTIONS};
use crate::letter::{Letter, Unsent};
use crate::office::Office;
use crate::owner::{Credential, Owner};
use crate::reason::Reason;
use crate::resident::Resident;
use crate::signals::Signals;

/// What takes one agent through its turns: all of an agent among others that is not the agent itself.
#[derive(Debug)]
pub struct Course {
    office: Arc<Office>,
    resident: Arc<Resident>,
    rest: Rest,
}

/// What an agent rests for, by the clock of whoever drives it.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Rest {
    /// Nothing that ends by itself.
    #[default]
    None,
    /// A message, until that time.
    Message(u64),
    /// That time, and then a call of the host has this answer.
    Time(u64, Box<Value>),
}

/// What an agent's turn ended with.
#[derive(Debug)]
pub enum Next {
    /// Its fuel is used up: it is ready for another turn.
    Yield,
    /// It waits: its next turn is when the waker is woken, or at this time if one is given.
    Park(Option<u64>),
    /// It has begun another agent, which is to be driven; its own turn is not over.
    Begun(Box<Begun>),
    /// It calls the host. Its turn goes on when that is answered.
    Host(HostCall),
    /// It wants to go on at another node. Its turn goes on when that is answered.
    Depart(Departure),
    /// Its function has returned.
    Done,
    /// It has ended against its will.
    Trap(Trap),
}

/// A new agent.
#[derive(Debug)]
pub struct Begun {
    /// The agent.
    pub agent: Agent,
    /// Its course, at the beginning.
    pub course: Course,
}

impl Course {
    /// The course of an agent that has its name and is here from now on, with what it brings from elsewhere. `None` if there
    /// are too many agents here, or one of its name.
    pub fn begin(
        office: &Arc<Office>,
        agent: &Agent,
        credential: Credential,
        signals: Signals,
        rest: Rest,
    ) -> Option<Self> {
        let resident = office.enter(agent.name(), agent.mailbox().clone(), credential, signals)?;
        Some(Self { office: office.clone(), resident, rest })
    }

    /// The agent, as the others see it.
    pub fn resident(&self) -> &Arc<Resident> {
        &self.resident
    }

    /// Where it is.
    pub fn office(&self) -> &Arc<Office> {
        &self.office
    }

    /// What it rests for.
    pub fn rest(&self) -> &Rest {
        &self.rest
    }

    /// Lets a call of the host that is pending be answered so at that time.
    pub fn sleep(&mut self, until: u64, answer: Value) {
        self.rest = Rest::Time(until, Box::new(answer));
    }

    /// It rests for nothing any more: it was told to do something else.
    pub fn forget_rest(&mut self) {
        self.rest = Rest::None;
    }

    /// Leaves the waker where it is woken when there is something for the agent, without a turn: for one that waited when it
    /// was elsewhere, together with all that it waits for. `false` if it need not wait any more.
    pub fn waits(&self, agent: &Agent, waker: &Waker) -> bool {
        if let Some(Step::Send(sending)) = agent.pending() {
            self.office.wake_on_room(self.resident.name(), sending.to.agent, waker);
        }
        self.parks(agent, waker)
    }

    /// Lets the agent have its turn: so much fuel, from which what it uses is taken, and all if that was too little. `now` is the time by the clock by which
    /// it rests; the waker is kept where it is woken when there is something for the agent.
    pub fn advance(
        &mut self,
        agent: &mut Agent,
        fuel: &mut u64,
        now: impl Fn() -> u64,
        waker: &Waker,
    ) -> Next {
        loop {
            if let Some(reason) = self.resident.take_order()
                && let Some(trap) = agent.exit(reason)
            {
                return Next::Trap(trap);
            }
            if let Some(until) = self.rests_until(agent, &now) {
                if self.parks(agent, waker) {
                    return Next::Park(Some(until));
                }
                continue;
            }
            let (used, owed) = (agent.fuel_used(), agent.fuel_owed());
            let step = agent.run(*fuel);
            // What was overdrawn is taken from the next turn, in which the agent makes up for it.
            let taken = (agent.fuel_used() - used + owed).saturating_sub(agent.fuel_owed());
            *fuel = if matches!(step, Step::OutOfFuel) { 0 } else { fuel.saturating_sub(taken) };
            let next = match step {
                Step::OutOfFuel => Some(Next::Yield),
                Step::Receive { within_ms } => self.wait_for_message(agent, within_ms, &now, waker),
                Step::Send(sending) => self.send(agent, sending, waker),
                Step::Spawn => Some(self.spawn(agent)),
                Step::HostCall(call) if AGENT_FUNCTIONS.contains(&&*call.name) => self.control(agent, &call),
                Step::HostCall(call) => Some(Next::Host(call)),
                Step::Depart(departure) => Some(Next::Depart(departure)),
                Step::Done => Some(Next::Done),
                Step::Trap(trap) => Some(Next::Trap(trap)),
            };
            if let Some(next) = next {
                return next;
            }
        }
    }

    /// The agent has ended. Its course is over.
    pub fn end(&self, reason: &Reason) {
        self.office.mourn(&self.resident, reason);
    }

    /// Until when the agent rests, if it does: a rest that is over ends here.
    fn rests_until(&mut self, agent: &mut Agent, now: impl Fn() -> u64) -> Option<u64> {
        let until = match &self.rest {
            Rest::None => return None,
            Rest::Message(_) if agent.has_what_it_waits_for() => 0,
            Rest::Message(until) | Rest::Time(until, _) => *until,
        };
        if until > now() {
            return Some(until);
        }
        match std::mem::take(&mut self.rest) {
            Rest::Time(_, answer) => {
                // An answer that doesn't fit is told by the next step.
                let _ = agent.resume(&answer);
            }
            _ if agent.has_what_it_waits_for() => {}
            _ => agent.time_out(),
        }
        None
    }

    /// Leaves the waker where it is woken when there is something for the agent. `false` if there is already: what came
    /// before the waker did has woken nobody.
    fn parks(&self, agent: &Agent, waker: &Waker) -> bool {
        agent.waits_in_vain(waker) && !self.resident.is_called()
    }

    fn wait_for_message(
        &mut self,
        agent: &Agent,
        within_ms: Option<u64>,
        now: impl Fn() -> u64,
        waker: &Waker,
    ) -> Option<Next> {
        let until = within_ms.map(|ms| now().saturating_add(ms));
        if let Some(until) = until {
            self.rest = Rest::Message(until);
        }
        self.parks(agent, waker).then_some(Next::Park(until))
    }

    fn send(&mut self, agent: &mut Agent, sending: Sending, waker: &Waker) -> Option<Next> {
        let message = agent.outgoing()?;
        let (from, to) = (self.resident.name(), sending.to.agent);
        let Address { inbox, .. } = sending.to;
        let letter = Letter::Message { inbox, urgent: sending.urgent, message };
        let sent = match self.office.bring(from, to, letter) {
            Err(Unsent::Full(_)) if sending.waits && from == to => {
                let text = "it waits for room in an inbox of its own, which nobody else can make";
                return agent.fail(text.to_owned()).map(Next::Trap);
            }
            Err(Unsent::Full(letter)) if sending.waits => {
                self.office.wake_on_room(from, to, waker);
                match self.office.bring(from, to, letter) {
                    Err(Unsent::Full(_)) => return self.parks(agent, waker).then_some(Next::Park(None)),
                    sent => sent,
                }
            }
            sent => sent,
        };
        match sent {
            Ok(taken_by) => {
                if let Some(resident) = taken_by {
                    agent.connect(to, resident.mailbox());
                }
                agent.sent(Sent::Taken);
            }
            Err(Unsent::Full(_)) => agent.sent(Sent::Full),
            Err(Unsent::Nobody(_)) => agent.sent(Sent::NoInbox),
            Err(Unsent::Unfit(why)) => return agent.fail(why).map(Next::Trap),
        }
        None
    }

    fn spawn(&mut self, agent: &mut Agent) -> Next {
        let (limits, owner) = (*agent.limits(), self.resident.credential().owner);
        let begun = match agent.outgoing() {
            Some(function) => Begun::new(&self.office, owner, function, limits),
            None => Err("there is nothing to begin".to_owned()),
        };
        let begun = begun.and_then(|begun| match agent.begun(begun.agent.mailbox().first_address()) {
            Ok(()) => Ok(begun),
            Err(error) => {
                self.office.mourn(&begun.course.resident, &Reason::Gone);
                Err(error.to_string())
            }
        });
        match begun {
            Ok(begun) => Next::Begun(begun),
            Err(message) => agent.fail(message).map_or(Next::Yield, Next::Trap),
        }
    }

    fn control(&mut self, agent: &mut Agent, call: &HostCall) -> Option<Next> {
        let answer = control::answer(&self.office, &self.resident, call);
        let error = agent.resume(&answer).err()?;
        agent.fail(format!("`{}` is not declared as it is: {error}", call.name)).map(Next::Trap)
    }
}

impl Begun {
    /// A new agent of this office, and of an owner, that runs a function.
    ///
    /// # Errors
    /// In words, if there are too many agents, or the function doesn't fit within the limits.
    pub fn new(
        office: &Arc<Office>,
        owner: Owner,
        function: Message,
        limits: Limits,
    ) -> Result<Box<Self>, String> {
        let name = office.new_name(owner);
        let (name, credential) = name.ok_or_else(|| "there is no name for a new agent".to_owned())?;
        let agent = Agent::spawned(function, limits, name).map_err(|error| error.to_string())?;
        let course = Course::begin(office, &agent, credential, Signals::default(), Rest::None);
        let course =
            course.ok_or_else(|| format!("there are {} agents here already", office.agents_max()))?;
        Ok(Box::new(Self { agent, course }))
    }
}

/// Why an agent can't go on where all agents wait, and none for a limited time: what it waits for, in words.
#[must_use]
pub fn why_stuck(agent: &Agent) -> &'static str {
    match agent.pending() {
        Some(Step::Send(_)) => {
            "it waits for room in the inboxes of the agent that it sends to, and no agent is left that could make some: that \
             one takes no messages out, and all others wait, too, or have ended"
        }
        _ => {
            "it waits for a message, and no agent is left that could send one: all others wait, too, or have ended"
        }
    }
}
