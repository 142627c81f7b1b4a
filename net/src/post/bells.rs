//! Who waits for an agent to have room, and is told.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use crate::protocol::AgentId;

/// Rings at one end of a lane.
#[derive(Default)]
pub(super) struct Bell {
    number: u64,
    agents: Mutex<Vec<AgentId>>,
    rung: Notify,
}

/// All bells of a node that are to ring for something.
#[derive(Default)]
pub(super) struct Bells {
    made: AtomicU64,
    waiting: Mutex<HashMap<AgentId, HashMap<u64, Arc<Bell>>>>,
}

impl Bell {
    /// Waits until it was rung, and gives the agents for which it was.
    pub(super) async fn rung(&self) -> Vec<AgentId> {
        loop {
            let agents = self.take();
            if !agents.is_empty() {
                return agents;
            }
            self.rung.notified().await;
        }
    }

    /// The agents for which it was rung.
    pub(super) fn take(&self) -> Vec<AgentId> {
        std::mem::take(&mut *self.agents.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Bells {
    pub(super) fn make(&self) -> Arc<Bell> {
        Arc::new(Bell { number: self.made.fetch_add(1, Ordering::Relaxed), ..Bell::default() })
    }

    /// A bell is to ring once for this agent.
    pub(super) fn hang(&self, agent: AgentId, bell: &Arc<Bell>) {
        self.waiting().entry(agent).or_default().insert(bell.number, bell.clone());
    }

    /// A bell is not to ring any more.
    pub(super) fn take_down(&self, agent: AgentId, bell: &Bell) {
        let mut waiting = self.waiting();
        if let Some(bells) = waiting.get_mut(&agent) {
            bells.remove(&bell.number);
            if bells.is_empty() {
                waiting.remove(&agent);
            }
        }
    }

    pub(super) fn ring(&self, agent: AgentId) {
        let bells = self.waiting().remove(&agent);
        for bell in bells.into_iter().flat_map(HashMap::into_values) {
            bell.agents.lock().unwrap_or_else(PoisonError::into_inner).push(agent);
            bell.rung.notify_one();
        }
    }

    /// Whether nobody waits for anything.
    #[cfg(test)]
    pub(super) fn is_empty(&self) -> bool {
        self.waiting().is_empty()
    }

    fn waiting(&self) -> MutexGuard<'_, HashMap<AgentId, HashMap<u64, Arc<Bell>>>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
