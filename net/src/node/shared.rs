//! What all tasks of a node share.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use mob_runtime::Office;
use tokio::runtime::Handle;
use tokio::sync::Semaphore;

use super::attempts::Attempts;
use super::codes::Codes;
use super::config::NodeConfig;
use super::forwards::Forwards;
use super::homes::Homes;
use super::resident::Slot;
use super::store::{MemoryStore, Store};
use super::watched::Watched;
use crate::event::Event;
use crate::identity::PublicKey;
use crate::post::Post;
use crate::protocol::AgentId;
use crate::protocol::handover::{Desk, Moment, Timing};
use crate::transport::{Endpoint, Pool};

/// One node's state. Each lock is held for a moment only, never across an `await`, and no two at once.
pub(super) struct Shared {
    pub(super) config: NodeConfig,
    pub(super) key: PublicKey,
    pub(super) endpoint: Arc<Endpoint>,
    pub(super) pool: Arc<Pool>,
    /// The agents among each other.
    pub(super) office: Arc<Office>,
    pub(super) watched: Watched,
    /// Letters for agents elsewhere.
    pub(super) post: Post,
    pub(super) codes: Codes,
    pub(super) homes: Homes,
    pub(super) forwards: Forwards,
    pub(super) store: Box<dyn Store>,
    pub(super) attempts: Attempts,
    /// Kilobytes of cargo that may still be received at once.
    pub(super) arriving: Arc<Semaphore>,
    /// Places for agents that have their turn at the same time and have something to do for longer: one for each thread.
    pub(super) turns: Arc<Semaphore>,
    agents: Mutex<HashMap<AgentId, Arc<Slot>>>,
    desk: Mutex<Desk>,
    started: Instant,
    closing: AtomicBool,
}

impl Shared {
    pub(super) fn new(
        config: NodeConfig,
        endpoint: Arc<Endpoint>,
        pool: Arc<Pool>,
        office: Office,
        post: Post,
    ) -> Self {
        Self {
            key: config.identity.public(),
            office: Arc::new(office),
            watched: Watched::default(),
            post,
            codes: Codes::new(config.limits.modules_bytes),
            homes: Homes::new(config.limits.ended_agents),
            forwards: Forwards::default(),
            store: Box::new(MemoryStore),
            attempts: Attempts::default(),
            arriving: Arc::new(Semaphore::new(config.limits.arriving_bytes >> 10)),
            turns: Arc::new(Semaphore::new(Handle::current().metrics().num_workers())),
            agents: Mutex::default(),
            desk: Mutex::new(Desk::new(Timing::default())),
            started: Instant::now(),
            closing: AtomicBool::new(false),
            config,
            endpoint,
            pool,
        }
    }

    /// What the node calls itself.
    pub(super) fn name(&self) -> &str {
        self.config.name.as_str()
    }

    /// What someone is called here.
    pub(super) fn name_of(&self, key: PublicKey) -> String {
        self.config.book.label(key)
    }

    /// Where others can reach this node, as far as it knows; empty if it listens everywhere.
    pub(super) fn public_addr(&self) -> String {
        let addr = self.endpoint.local_addr().filter(|addr| !addr.ip().is_unspecified());
        addr.map_or_else(String::new, |addr| addr.to_string())
    }

    /// The time, for the state machines.
    pub(super) fn now(&self) -> Moment {
        Moment(u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX))
    }

    /// When that is on the machine's clock.
    pub(super) fn time_of(&self, moment: u64) -> Instant {
        let time = self.started.checked_add(Duration::from_millis(moment));
        // So late that it never comes.
        time.unwrap_or_else(|| Instant::now() + Duration::from_secs(1 << 30))
    }

    /// The hand-overs under way.
    pub(super) fn desk(&self) -> MutexGuard<'_, Desk> {
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The agents that are here.
    pub(super) fn agents(&self) -> MutexGuard<'_, HashMap<AgentId, Arc<Slot>>> {
        self.agents.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes an agent's slot away, unless the agent has come back into another one meanwhile.
    pub(super) fn vacate(&self, slot: &Arc<Slot>) {
        let mut agents = self.agents();
        if agents.get(&slot.agent).is_some_and(|current| Arc::ptr_eq(current, slot)) {
            agents.remove(&slot.agent);
        }
    }

    pub(super) fn tell(&self, event: &Event) {
        self.config.events.event(event);
    }

    /// Takes nothing in any more.
    pub(super) fn begin_closing(&self) {
        self.closing.store(true, Ordering::Relaxed);
        self.turns.close();
    }

    pub(super) fn is_closing(&self) -> bool {
        self.closing.load(Ordering::Relaxed)
    }
}
