//! Where agents went that were here: for their home, if it hears nothing of them.

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::identity::PublicKey;
use crate::protocol::{AgentId, AgentInfo};

/// Agents that are remembered; of those that left earlier nothing is known any more.
const FORWARDS_MAX: usize = 4096;

/// The last agents that left.
#[derive(Default)]
pub(super) struct Forwards(Mutex<Left>);

#[derive(Default)]
struct Left {
    /// Each with the agent whose output its own is shown with.
    agents: HashMap<AgentId, (AgentInfo, AgentId)>,
    order: VecDeque<AgentId>,
}

impl Forwards {
    /// An agent left; `info` says where it is now and as of when.
    pub(super) fn remember(&self, info: AgentInfo, console: AgentId) {
        let mut left = self.left();
        let agent = info.agent;
        if left.agents.insert(agent, (info, console)).is_none() {
            left.order.push_back(agent);
        }
        if left.order.len() > FORWARDS_MAX
            && let Some(oldest) = left.order.pop_front()
        {
            left.agents.remove(&oldest);
        }
    }

    /// Where an agent went, if it was one of the last.
    pub(super) fn find(&self, agent: AgentId) -> Option<AgentInfo> {
        self.left().agents.get(&agent).map(|(info, _)| info.clone())
    }

    /// All of them.
    pub(super) fn all(&self) -> Vec<AgentInfo> {
        self.left().agents.values().map(|(info, _)| info.clone()).collect()
    }

    /// The nodes where those went whose output is shown with that of `console`.
    pub(super) fn went(&self, console: AgentId) -> BTreeSet<PublicKey> {
        let left = self.left();
        let theirs = left.agents.values().filter(|(_, shown_with)| *shown_with == console);
        theirs.map(|(info, _)| info.node).collect()
    }

    fn left(&self) -> MutexGuard<'_, Left> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
