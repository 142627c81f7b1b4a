//! Who waits for an agent to have room, or for room for letters in parts, and is told.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use crate::protocol::AgentId;

/// Rings at one end of a lane.
#[derive(Default)]
pub(super) struct Bell {
    number: u64,
    rung: Mutex<Rung>,
    notify: Notify,
}

/// For what a bell was rung.
#[derive(Debug, Default)]
pub(super) struct Rung {
    /// These agents may have room.
    pub(super) agents: Vec<AgentId>,
    /// There may be room for letters in parts.
    pub(super) is_for_parts: bool,
}

/// All bells of a node that are to ring for something.
#[derive(Default)]
pub(super) struct Bells {
    made: AtomicU64,
    waiting: Mutex<HashMap<AgentId, HashMap<u64, Arc<Bell>>>>,
    waiting_for_parts: Mutex<HashMap<u64, Arc<Bell>>>,
}

impl Bell {
    /// Waits until it was rung, and gives for what it was.
    pub(super) async fn rung(&self) -> Rung {
        loop {
            let rung = self.take();
            if rung.is_for_parts || !rung.agents.is_empty() {
                return rung;
            }
            self.notify.notified().await;
        }
    }

    /// For what it was rung.
    pub(super) fn take(&self) -> Rung {
        std::mem::take(&mut *self.lock())
    }

    fn lock(&self) -> MutexGuard<'_, Rung> {
        self.rung.lock().unwrap_or_else(PoisonError::into_inner)
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
            bell.lock().agents.push(agent);
            bell.notify.notify_one();
        }
    }

    /// A bell is to ring once when there may be room for letters in parts.
    pub(super) fn hang_for_parts(&self, bell: &Arc<Bell>) {
        self.waiting_for_parts().insert(bell.number, bell.clone());
    }

    /// A bell is not to ring for that any more.
    pub(super) fn take_down_for_parts(&self, bell: &Bell) {
        self.waiting_for_parts().remove(&bell.number);
    }

    pub(super) fn ring_for_parts(&self) {
        let bells = std::mem::take(&mut *self.waiting_for_parts());
        for bell in bells.into_values() {
            bell.lock().is_for_parts = true;
            bell.notify.notify_one();
        }
    }

    /// Whether nobody waits for anything.
    #[cfg(test)]
    pub(super) fn is_empty(&self) -> bool {
        self.waiting().is_empty() && self.waiting_for_parts().is_empty()
    }

    fn waiting_for_parts(&self) -> MutexGuard<'_, HashMap<u64, Arc<Bell>>> {
        self.waiting_for_parts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn waiting(&self) -> MutexGuard<'_, HashMap<AgentId, HashMap<u64, Arc<Bell>>>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
