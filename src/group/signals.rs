//! Who watches whom, and what happens to the others when an agent ends.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use mob_vm::{Address, Agent, HostCall, Value};

use super::{Group, Number, number_of};

/// The host functions that have to do with other agents.
pub(crate) const AGENT_FUNCTIONS: [&str; 7] = [
    "agent.monitor",
    "agent.unmonitor",
    "agent.link",
    "agent.unlink",
    "agent.trap_exits",
    "agent.exit",
    "agent.kill",
];

/// What the reason begins with for which an agent ends because one that it is linked with did, however far the link.
const LINKED: &str = "a linked agent ended: ";

/// Why an agent ended, or was asked to: the prelude's `Reason`, whose variants have these tags.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Reason {
    /// Its function returned.
    Finished,
    /// It trapped, or its function returned an `Err`.
    Failed(String),
    /// Another agent told it to end.
    Exited(String),
    /// There was no such agent when somebody wanted to watch it.
    Gone,
}

impl Reason {
    fn value(&self) -> Value {
        match self {
            Self::Finished => Value::Variant(0, Vec::new()),
            Self::Failed(text) => Value::Variant(1, vec![Value::Str(text.clone())]),
            Self::Exited(text) => Value::Variant(2, vec![Value::Str(text.clone())]),
            Self::Gone => Value::Variant(3, Vec::new()),
        }
    }

    /// Whether the end of an agent is one for those that are linked with it, too.
    fn is_failure(&self) -> bool {
        *self != Self::Finished
    }

    /// As a line of text.
    fn text(&self) -> String {
        match self {
            Self::Finished => "it finished".to_owned(),
            Self::Failed(text) | Self::Exited(text) => text.lines().next().unwrap_or_default().to_owned(),
            Self::Gone => "there is no such agent".to_owned(),
        }
    }
}

/// Somebody who is told when an agent ends.
#[derive(Debug, Clone, Copy)]
struct Watch {
    /// What the watcher calls it: unique in the group.
    number: i64,
    into: Address,
}

/// Who watches whom.
#[derive(Debug, Default)]
pub(super) struct Signals {
    /// Those who watch an agent.
    watches: HashMap<Number, Vec<Watch>>,
    /// Which agent a watch is of.
    watched: BTreeMap<i64, Number>,
    links: HashMap<Number, BTreeSet<Number>>,
    /// Those who are told instead of being ended.
    traps: HashMap<Number, Address>,
    made: i64,
}

impl Group {
    /// Does what an agent asks of others, and answers it.
    pub(super) fn control(&mut self, number: Number, call: &HostCall, first: &mut Agent) {
        let answer = match (call.name.as_str(), call.args.as_slice()) {
            ("agent.monitor", [Value::Addr(target), Value::Addr(into)]) => {
                Value::Int(self.monitor(*target, *into, first))
            }
            ("agent.unmonitor", [Value::Int(watch)]) => {
                self.unmonitor(*watch);
                Value::Unit
            }
            ("agent.link", [Value::Addr(other)]) => {
                match self.known(*other, first) {
                    Some(other) => self.link(number, other),
                    None => self.signal(number, &Reason::Gone, first),
                }
                Value::Unit
            }
            ("agent.unlink", [Value::Addr(other)]) => {
                if let Some(other) = number_of(other.agent) {
                    self.unlink(number, other);
                }
                Value::Unit
            }
            ("agent.trap_exits", [Value::Addr(into)]) => {
                self.signals.traps.insert(number, *into);
                Value::Unit
            }
            ("agent.exit", [Value::Addr(target), Value::Str(reason)]) => {
                if let Some(target) = self.known(*target, first) {
                    self.signal(target, &Reason::Exited(reason.clone()), first);
                }
                Value::Unit
            }
            ("agent.kill", [Value::Addr(target), Value::Str(reason)]) => {
                if let Some(target) = self.known(*target, first) {
                    self.end(target, reason.clone(), first);
                }
                Value::Unit
            }
            _ => Value::Fields(Vec::new()),
        };
        if let Some(agent) = self.agent(number, first)
            && let Err(error) = agent.resume(&answer)
            && let Some(trap) = agent.fail(format!("`{}` is not declared as it is: {error}", call.name))
        {
            self.has_ended(number, trap);
        }
    }

    /// The number of the agent of an address, if it is in the group.
    fn known(&mut self, address: Address, first: &mut Agent) -> Option<Number> {
        number_of(address.agent).filter(|number| self.agent(*number, first).is_some())
    }

    fn monitor(&mut self, target: Address, into: Address, first: &mut Agent) -> i64 {
        self.signals.made += 1;
        let watch = Watch { number: self.signals.made, into };
        match self.known(target, first) {
            Some(target) => {
                self.signals.watches.entry(target).or_default().push(watch);
                self.signals.watched.insert(watch.number, target);
            }
            None => self.tell_watcher(watch, &Reason::Gone, first),
        }
        watch.number
    }

    fn unmonitor(&mut self, number: i64) {
        if let Some(target) = self.signals.watched.remove(&number)
            && let Some(watches) = self.signals.watches.get_mut(&target)
        {
            watches.retain(|watch| watch.number != number);
        }
    }

    fn link(&mut self, one: Number, other: Number) {
        if one != other {
            self.signals.links.entry(one).or_default().insert(other);
            self.signals.links.entry(other).or_default().insert(one);
        }
    }

    fn unlink(&mut self, one: Number, other: Number) {
        for (from, to) in [(one, other), (other, one)] {
            if let Some(links) = self.signals.links.get_mut(&from) {
                links.remove(&to);
            }
        }
    }

    /// Tells an agent of an end that is one for it, too, unless it wants to know of it instead.
    fn signal(&mut self, to: Number, reason: &Reason, first: &mut Agent) {
        if let Some(into) = self.signals.traps.get(&to).copied() {
            return self.tell_watcher(Watch { number: 0, into }, reason, first);
        }
        self.end(to, reason.text(), first);
    }

    /// Ends an agent.
    fn end(&mut self, number: Number, reason: String, first: &mut Agent) {
        if let Some(agent) = self.agent(number, first)
            && let Some(trap) = agent.exit(reason)
        {
            self.has_ended(number, trap);
        }
    }

    /// An agent has ended: those who watch it are told, and those who are linked with it end as well if it failed.
    pub(super) fn mourn(&mut self, number: Number, reason: &Reason, first: &mut Agent) {
        self.signals.traps.remove(&number);
        for watch in self.signals.watches.remove(&number).unwrap_or_default() {
            self.signals.watched.remove(&watch.number);
            self.tell_watcher(watch, reason, first);
        }
        for other in self.signals.links.remove(&number).unwrap_or_default() {
            if let Some(links) = self.signals.links.get_mut(&other) {
                links.remove(&number);
            }
            if reason.is_failure() {
                let text = reason.text();
                let text = if text.starts_with(LINKED) { text } else { format!("{LINKED}{text}") };
                self.signal(other, &Reason::Failed(text), first);
            }
        }
    }

    /// Puts a `Down` into the watcher's inbox, as the prelude declares it.
    fn tell_watcher(&mut self, watch: Watch, reason: &Reason, first: &mut Agent) {
        let Some(to) = number_of(watch.into.agent) else { return };
        let Some(agent) = self.agent(to, first) else { return };
        let down = Value::Fields(vec![Value::Int(watch.number), reason.value()]);
        // An inbox that is closed, or not for this, or has no room even for this, is its agent's own doing.
        if agent.mailbox().deliver_value(watch.into.inbox, &down).is_ok() && agent.has_what_it_waits_for() {
            self.wake_for_message(to);
        }
    }
}
