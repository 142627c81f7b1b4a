//! What a snapshot of a group has of it beside its agents.

use std::collections::HashSet;
use std::sync::Arc;

use mob_runtime::{Begun, Counter, Course, Credential, Nowhere, Office, Rest, Signals};
use mob_vm::{Address, Agent, Value};
use serde::{Deserialize, Serialize};

use super::{AGENTS_MAX, FIRST, Group, Number};

/// Where the numbers of agents and of watches end: far above what can be counted up to.
const NUMBERS_END: u64 = 1 << 53;

/// The number of a group's first watch.
const FIRST_WATCH: i64 = 1;

/// All that a group has of its agents that these don't have themselves.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Kept {
    /// The number that the next agent gets.
    next_agent: Number,
    /// The number that the next watch gets.
    next_watch: i64,
    /// Names under which agents can be found, in alphabetical order.
    published: Vec<(String, Address)>,
    /// Those whose turn it is, in order.
    ready: Vec<Number>,
    /// Fuel that the first of them has left of a turn that it is in the middle of.
    unfinished: Option<u64>,
    /// Those who wait to be called to their turn, in the order in which they began to.
    waiting: Vec<Number>,
    /// All agents, in the order of their numbers.
    pub(crate) agents: Vec<KeptAgent>,
}

/// What a group has of one agent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct KeptAgent {
    number: Number,
    /// How many bytes its snapshot has.
    pub(crate) bytes: u64,
    /// By how much its last turn was overdrawn.
    fuel_owed: u64,
    rest: KeptRest,
    signals: Signals,
}

/// What an agent rests for, and how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum KeptRest {
    /// Nothing that ends by itself.
    None,
    /// A message.
    Message {
        /// Milliseconds that are left.
        left_ms: u64,
    },
    /// The time itself.
    Time {
        /// Milliseconds that are left.
        left_ms: u64,
    },
}

impl Group {
    /// What is to be kept of the group at this time, with the bytes of snapshots still to be filled in. `None` if there is
    /// nothing to keep: the first agent is alone, and never had to do with another one.
    pub(crate) fn kept(&self, first: &Agent, now_ms: u64) -> Option<Kept> {
        let firsts = (FIRST, first, self.first.as_ref()?);
        let others = self.others.iter().map(|(number, other)| (*number, &other.agent, &other.course));
        let agents = std::iter::once(firsts).chain(others).map(|(number, agent, course)| KeptAgent {
            number,
            bytes: 0,
            fuel_owed: agent.fuel_owed(),
            rest: KeptRest::of(course.rest(), now_ms),
            signals: course.resident().signals(),
        });
        let ready = self.ready.all();
        let is_ready: HashSet<_> = ready.iter().collect();
        let waiting = self.waiting.iter().filter(|(number, _)| !is_ready.contains(number));
        let mut waiting: Vec<_> = waiting.map(|(number, since)| (*since, *number)).collect();
        waiting.sort_unstable();
        let unfinished = self.unfinished.filter(|(number, _)| ready.first() == Some(number));
        let kept = Kept {
            next_agent: self.names.value(),
            next_watch: self.names.next_watch(),
            published: self.office.published().all(),
            unfinished: unfinished.map(|(_, left)| left),
            waiting: waiting.into_iter().map(|(_, number)| number).collect(),
            ready,
            agents: agents.collect(),
        };
        (!kept.is_of_one_alone()).then_some(kept)
    }

    /// The agents, in the order in which [`Kept::agents`] speaks of them.
    pub(crate) fn agents_mut<'a>(&'a mut self, first: &'a mut Agent) -> impl Iterator<Item = &'a mut Agent> {
        std::iter::once(first).chain(self.others.values_mut().map(|other| &mut other.agent))
    }

    /// The group of which this was kept, with its agents. All of it may come from anybody, but that it was checked.
    ///
    /// # Errors
    /// In words, if there is no such group.
    pub(crate) fn restore(
        kept: Kept,
        first: &mut Agent,
        others: Vec<Agent>,
        now_ms: u64,
    ) -> Result<Self, &'static str> {
        let names = Arc::new(Counter::after(kept.next_agent, kept.next_watch));
        let office = Office::new(names.clone(), Box::new(Nowhere), AGENTS_MAX);
        let mut group = Self { office: Arc::new(office), names, ..Self::default() };
        let mut kept_agents = kept.agents.into_iter();
        let mut signals = Vec::new();
        let mut enter = |group: &mut Self, agent: &mut Agent| {
            let kept = kept_agents.next().ok_or("it has more agents than it says")?;
            let course = group.enter(&kept, agent, now_ms)?;
            signals.push((course.resident().clone(), kept.signals));
            Ok::<_, &'static str>((kept.number, course))
        };
        group.first = Some(enter(&mut group, first)?.1);
        for mut agent in others {
            let (number, course) = enter(&mut group, &mut agent)?;
            group.others.insert(number, Box::new(Begun { agent, course }));
        }
        // They are all here before any of them is of concern to another one.
        signals.into_iter().for_each(|(resident, signals)| resident.put_signals(signals));
        for (name, address) in kept.published {
            if !group.office.published().add(&name, address) {
                return Err("it publishes what can't be published");
            }
        }
        group.first_rests = !kept.ready.contains(&FIRST) && !kept.waiting.contains(&FIRST);
        group.unfinished = kept.ready.first().copied().zip(kept.unfinished);
        kept.ready.into_iter().for_each(|number| group.ready.push(number));
        kept.waiting.into_iter().for_each(|number| group.wait_again(number, first));
        Ok(group)
    }

    /// Lets an agent come in, and rest for what it rested for.
    fn enter(&mut self, kept: &KeptAgent, agent: &mut Agent, now_ms: u64) -> Result<Course, &'static str> {
        if agent.name() != Counter::name(kept.number) {
            return Err("an agent has another name than it says");
        }
        agent.owe_fuel(kept.fuel_owed);
        let rest = kept.rest.from(now_ms);
        if let Rest::Message(until) | Rest::Time(until, _) = rest {
            self.rest_until(kept.number, until);
        }
        Course::begin(&self.office, agent, Credential::default(), Signals::default(), rest)
            .ok_or("it has too many agents")
    }

    /// Leaves an agent's waker where it was.
    fn wait_again(&mut self, number: Number, first: &Agent) {
        let waker = self.waker(number);
        let waits = match self.others.get(&number) {
            Some(other) => other.course.waits(&other.agent, &waker),
            None => self.first.as_ref().is_some_and(|course| course.waits(first, &waker)),
        };
        if waits {
            self.begin_to_wait(number);
        } else {
            self.ready.push(number);
        }
    }
}

impl Kept {
    /// Whether it says no more than that there is one agent.
    fn is_of_one_alone(&self) -> bool {
        let [agent] = &self.agents[..] else { return false };
        let none_began = self.next_agent == FIRST + 1 && self.next_watch == FIRST_WATCH;
        let none_waits = agent.rest == KeptRest::None && agent.signals == Signals::default();
        none_began && none_waits && self.published.is_empty()
    }

    /// Whether this can be a group's, as far as can be seen without its agents.
    ///
    /// # Errors
    /// In words, if it can't.
    pub(crate) fn check(&self) -> Result<(), &'static str> {
        if self.agents.len() > AGENTS_MAX {
            return Err("it has too many agents");
        }
        let numbers = || self.agents.iter().map(|agent| agent.number);
        if numbers().next() != Some(FIRST) || !numbers().is_sorted_by(|a, b| a < b) {
            return Err("its agents are not in the order of their numbers");
        }
        let is_past = |end: u64| numbers().next_back().is_some_and(|last| last < end) && end < NUMBERS_END;
        let watches_end = i64::try_from(NUMBERS_END).unwrap_or(i64::MAX);
        if !is_past(self.next_agent) || !(FIRST_WATCH..watches_end).contains(&self.next_watch) {
            return Err("what is counted is out of range");
        }
        if !self.agents.iter().all(|agent| agent.signals.is_valid()) {
            return Err("an agent is watched by too many");
        }
        if self.unfinished.is_some() && self.ready.is_empty() {
            return Err("nobody is in the middle of a turn");
        }
        let mut absent: HashSet<_> = numbers().collect();
        if !self.ready.iter().chain(&self.waiting).all(|number| absent.remove(number)) {
            return Err("an agent has two turns, or is not there");
        }
        absent.remove(&FIRST);
        if absent.is_empty() { Ok(()) } else { Err("an agent is never to have a turn") }
    }
}

impl KeptRest {
    fn of(rest: &Rest, now_ms: u64) -> Self {
        match rest {
            Rest::None => Self::None,
            Rest::Message(until) => Self::Message { left_ms: until.saturating_sub(now_ms) },
            Rest::Time(until, _) => Self::Time { left_ms: until.saturating_sub(now_ms) },
        }
    }

    fn from(self, now_ms: u64) -> Rest {
        match self {
            Self::None => Rest::None,
            Self::Message { left_ms } => Rest::Message(now_ms.saturating_add(left_ms)),
            // Nothing but `clock.sleep` rests so.
            Self::Time { left_ms } => Rest::Time(now_ms.saturating_add(left_ms), Box::new(Value::Unit)),
        }
    }
}
