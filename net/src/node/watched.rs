//! Agents elsewhere that matter to agents here: on which nodes they are, and what to make of it if they can't be asked any more.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use mob_runtime::Reason;

use super::shared::Shared;
use crate::identity::PublicKey;
use crate::protocol::AgentId;

/// So many agents are remembered before it is seen to whether they matter to anybody.
const SWEPT_FIRST: usize = 1024;
/// How long the end of an agent, with its reason, may be on its way to who has moved meanwhile.
const GRACE: Duration = Duration::from_secs(10);
/// Agents of which that is awaited at once.
const AWAITED_MAX: usize = 4096;

/// Where agents are that those here watch, or are linked with. Peers may name any that they like, so what matters to nobody is
/// forgotten now and then.
#[derive(Default)]
pub(super) struct Watched {
    known: Mutex<Known>,
    /// Agents that are gone, as their homes say: why they are, should come from where they ended.
    awaited: Mutex<HashSet<AgentId>>,
}

#[derive(Default)]
struct Known {
    /// And when each was last said to be there.
    places: HashMap<AgentId, (PublicKey, u64)>,
    told: u64,
    /// How many were left the last time that it was seen to.
    left: usize,
}

impl Shared {
    /// An agent that should matter here is at another node: it is noticed if that is lost.
    pub(super) fn watched_is_at(&self, agent: AgentId, node: PublicKey) {
        self.post.watch_node(node, "");
        if self.watched.at(agent, node) {
            self.forget_unwatched();
        }
    }

    /// The home of an agent elsewhere says that it is gone, to one who watches it, or is linked with it, and has just moved. Why it
    /// is gone was told to that one before it asked, and should arrive; if it does not, its node was lost as well.
    pub(super) fn watched_is_gone(self: &Arc<Self>, agent: AgentId) {
        {
            let mut awaited = self.watched.awaited();
            if awaited.len() >= AWAITED_MAX || !awaited.insert(agent) {
                return;
            }
        }
        let shared = Arc::downgrade(self);
        tokio::spawn(async move {
            tokio::time::sleep(GRACE).await;
            if let Some(shared) = shared.upgrade() {
                shared.watched.awaited().remove(&agent);
                shared.office.lost(agent.name(), &Reason::Gone);
            }
        });
    }

    fn forget_unwatched(&self) {
        let known = self.watched.all();
        let matter = self.office.concerns();
        let unwatched = known.into_iter().filter(|(agent, _)| !matter.contains(&agent.name()));
        for node in self.watched.forget(unwatched) {
            self.post.unwatch_node(node);
            // There may be another one there meanwhile.
            if self.watched.has_any_at(node) {
                self.post.watch_node(node, "");
            }
        }
    }
}

impl Watched {
    /// An agent is there. Gives whether it is time to forget some.
    fn at(&self, agent: AgentId, node: PublicKey) -> bool {
        let mut known = self.known();
        known.told += 1;
        let told = known.told;
        known.places.insert(agent, (node, told));
        let is_time = known.places.len() >= SWEPT_FIRST.max(2 * known.left);
        if is_time {
            // Others need not do the same meanwhile.
            known.left = known.places.len();
        }
        is_time
    }

    /// Those that were there, who are not watched any more.
    pub(super) fn take(&self, node: PublicKey) -> Vec<AgentId> {
        let mut known = self.known();
        let taken = known.places.extract_if(|_, (at, _)| *at == node).map(|(agent, _)| agent).collect();
        known.left = known.left.min(known.places.len());
        taken
    }

    /// All, and when each was last said to be where it is.
    fn all(&self) -> Vec<(AgentId, u64)> {
        self.known().places.iter().map(|(agent, (_, told))| (*agent, *told)).collect()
    }

    /// Forgets agents of which nothing was said since. Gives the nodes where none is left.
    fn forget(&self, agents: impl Iterator<Item = (AgentId, u64)>) -> HashSet<PublicKey> {
        let mut known = self.known();
        let mut nodes = HashSet::new();
        for (agent, told) in agents {
            if let Some((node, _)) = known.places.get(&agent).copied().filter(|(_, at)| *at == told) {
                known.places.remove(&agent);
                nodes.insert(node);
            }
        }
        known.left = known.places.len();
        for (node, _) in known.places.values() {
            nodes.remove(node);
        }
        nodes
    }

    fn has_any_at(&self, node: PublicKey) -> bool {
        self.known().places.values().any(|(at, _)| *at == node)
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn awaited(&self) -> MutexGuard<'_, HashSet<AgentId>> {
        self.awaited.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node(number: u8) -> PublicKey {
        PublicKey::from_bytes([number; 32])
    }

    fn agent(number: usize) -> AgentId {
        let mut random = [0; 10];
        random[..8].copy_from_slice(&number.to_le_bytes());
        AgentId { home: node(0), random }
    }

    #[test]
    fn what_matters_to_nobody_is_forgotten_now_and_then() {
        let watched = Watched::default();
        for number in 0..10 * SWEPT_FIRST {
            if watched.at(agent(number), node(1)) {
                let nodes = watched.forget(watched.all().into_iter().filter(|(each, _)| *each != agent(0)));
                assert!(nodes.is_empty());
            }
        }
        assert!(watched.all().len() <= SWEPT_FIRST);
        assert!(watched.forget(watched.all().into_iter()).contains(&node(1)));
    }

    #[test]
    fn one_that_is_said_to_be_there_again_is_not_forgotten() {
        let watched = Watched::default();
        watched.at(agent(1), node(1));
        let seen = watched.all();
        watched.at(agent(1), node(1));
        assert!(watched.forget(seen.into_iter()).is_empty());
        assert_eq!(watched.take(node(1)), [agent(1)]);
    }
}
