//! Who watches an agent, and what it is linked with.

use std::collections::{BTreeMap, BTreeSet};

use mob_vm::{Address, AgentName};
use serde::{Deserialize, Serialize};

/// How many watches, and how many links, an agent may have: strangers may make them.
const SIGNALS_MAX: usize = 1 << 16;

/// What concerns an agent beside its messages. It goes where the agent goes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signals {
    /// Those who are told when it ends.
    watches: BTreeSet<Watch>,
    /// Those whose end is its end, and the other way round.
    links: BTreeSet<AgentName>,
    /// The inbox that is told of such ends instead.
    exits_into: Option<u64>,
    /// Whom it watches, by the number that it knows the watch by, and into which inbox it goes.
    watching: BTreeMap<i64, (AgentName, Address)>,
    /// Why it has to end, as long as it has not been told.
    #[serde(default)]
    order: Option<String>,
}

/// Somebody who is told when an agent ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Watch {
    /// What the watcher calls it.
    pub(crate) number: i64,
    pub(crate) watcher: AgentName,
    pub(crate) into: Address,
}

impl Signals {
    /// Whether these can be an agent's: they come from other nodes.
    #[must_use]
    pub fn is_valid(&self) -> bool {
        [self.watches.len(), self.links.len(), self.watching.len()].into_iter().all(|len| len <= SIGNALS_MAX)
    }

    /// Somebody watches it. `false` if there are too many.
    pub(crate) fn add_watch(&mut self, watch: Watch) -> bool {
        self.watches.len() < SIGNALS_MAX && {
            self.watches.insert(watch);
            true
        }
    }

    pub(crate) fn remove_watch(&mut self, watcher: AgentName, number: i64) {
        self.watches.retain(|watch| watch.number != number || watch.watcher != watcher);
    }

    /// `false` if there are too many.
    pub(crate) fn add_link(&mut self, other: AgentName) -> bool {
        self.links.len() < SIGNALS_MAX && {
            self.links.insert(other);
            true
        }
    }

    /// Gives whether there was such a link.
    pub(crate) fn remove_link(&mut self, other: AgentName) -> bool {
        self.links.remove(&other)
    }

    pub(crate) fn exits_into(&self) -> Option<u64> {
        self.exits_into
    }

    pub(crate) fn set_exits_into(&mut self, inbox: u64) {
        self.exits_into = Some(inbox);
    }

    /// It has to end. The first reason counts.
    pub(crate) fn give_order(&mut self, reason: String) {
        self.order.get_or_insert(reason);
    }

    pub(crate) fn has_order(&self) -> bool {
        self.order.is_some()
    }

    pub(crate) fn take_order(&mut self) -> Option<String> {
        self.order.take()
    }

    /// It begins to watch another one. `false` if it watches too many.
    pub(crate) fn begin_to_watch(&mut self, number: i64, agent: AgentName, into: Address) -> bool {
        self.watching.len() < SIGNALS_MAX && {
            self.watching.insert(number, (agent, into));
            true
        }
    }

    /// It need not be told any more. Gives whom it watched so, and on whose behalf.
    pub(crate) fn end_to_watch(&mut self, number: i64) -> Option<(AgentName, Address)> {
        self.watching.remove(&number)
    }

    /// Its watches of an agent, which end with this.
    pub(crate) fn take_watching(&mut self, agent: AgentName) -> Vec<(i64, Address)> {
        let ended = self.watching.extract_if(.., |_, (watched, _)| *watched == agent);
        ended.map(|(number, (_, into))| (number, into)).collect()
    }

    /// Whether it watches an agent, and calls that so.
    pub(crate) fn is_watching(&self, number: i64, agent: AgentName) -> bool {
        self.watching.get(&number).is_some_and(|(watched, _)| *watched == agent)
    }

    /// What somebody who watches it calls that, if he does.
    pub(crate) fn watched_as(&self, watcher: AgentName) -> Option<i64> {
        self.watches.iter().find(|watch| watch.watcher == watcher).map(|watch| watch.number)
    }

    pub(crate) fn is_linked(&self, other: AgentName) -> bool {
        self.links.contains(&other)
    }

    /// Those who are told of its end, and of where it goes.
    pub(crate) fn watches(&self) -> impl ExactSizeIterator<Item = &Watch> {
        self.watches.iter()
    }

    pub(crate) fn links(&self) -> impl Iterator<Item = &AgentName> {
        self.links.iter()
    }

    /// Those whose end is of concern to it.
    pub(crate) fn concerned_with(&self) -> impl Iterator<Item = AgentName> {
        self.watching.values().map(|(agent, _)| *agent).chain(self.links.iter().copied())
    }
}
