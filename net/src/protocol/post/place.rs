//! Where agents are, as far as a node knows.

use std::collections::{HashMap, VecDeque};

use crate::identity::PublicKey;
use crate::protocol::{AgentId, Epoch};

/// Agents whose places are remembered; of those heard of longest ago it is forgotten, and their home is asked again.
const PLACES_MAX: usize = 1 << 16;

/// Where an agent is, as far as somebody knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The node.
    pub node: PublicKey,
    /// `HOST:PORT` of that node, or empty if it is not known. At most 255 bytes.
    pub addr: String,
    /// The agent's epoch there: of two places, the one with the later epoch counts.
    pub epoch: Epoch,
}

impl Place {
    /// Most bytes of an address.
    pub const ADDR_LEN_MAX: usize = 255;
}

/// A bounded memory of places.
#[derive(Default)]
pub(super) struct Places {
    known: HashMap<AgentId, Place>,
    order: VecDeque<AgentId>,
}

impl Places {
    pub(super) fn find(&self, agent: AgentId) -> Option<&Place> {
        self.known.get(&agent)
    }

    /// Takes note of a place, unless a later one is known. Whether it is news.
    pub(super) fn learn(&mut self, agent: AgentId, place: Place) -> bool {
        if self.known.get(&agent).is_some_and(|known| known.epoch >= place.epoch) {
            return false;
        }
        self.set(agent, place);
        true
    }

    /// Takes note of a place whatever was known: the agent's home says so.
    pub(super) fn set(&mut self, agent: AgentId, place: Place) {
        if self.known.insert(agent, place).is_none() {
            self.order.push_back(agent);
        }
        while self.order.len() > PLACES_MAX {
            let Some(oldest) = self.order.pop_front() else { break };
            self.known.remove(&oldest);
        }
    }
}
