//! What new agents are called, and the numbers of watches.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use mob_vm::AgentName;

use crate::owner::{Credential, Owner};

/// Gives names and numbers, each once.
pub trait Names: Send + Sync {
    /// A name that no agent has or had, and what shows that it is this owner's; `None` if there is no way to make one.
    fn next(&self, owner: Owner) -> Option<(AgentName, Credential)>;

    /// A number that no watch has or had, and that none but who is told it knows, where there are strangers. At least 1.
    fn watch(&self) -> i64;
}

/// Names with numbers behind zeros, for agents that never meet those of another place, and watches that are numbered from 1 on.
#[derive(Debug)]
pub struct Counter {
    agents: AtomicU64,
    watches: AtomicI64,
}

impl Counter {
    /// The first agent's number is this one.
    #[must_use]
    pub fn from(first: u64) -> Self {
        Self::after(first, 1)
    }

    /// The next agent's number is the one, and the next watch's the other.
    #[must_use]
    pub fn after(agent: u64, watch: i64) -> Self {
        Self { agents: AtomicU64::new(agent), watches: AtomicI64::new(watch) }
    }

    /// The number that the next watch gets.
    #[must_use]
    pub fn next_watch(&self) -> i64 {
        self.watches.load(Ordering::Relaxed)
    }

    /// How many names were given, and the first number.
    #[must_use]
    pub fn value(&self) -> u64 {
        self.agents.load(Ordering::Relaxed)
    }

    /// The name with this number.
    #[must_use]
    pub fn name(number: u64) -> AgentName {
        let mut name = AgentName::NOBODY;
        name.0[AgentName::LEN - 8..].copy_from_slice(&number.to_be_bytes());
        name
    }
}

impl Names for Counter {
    fn next(&self, owner: Owner) -> Option<(AgentName, Credential)> {
        let name = Self::name(self.agents.fetch_add(1, Ordering::Relaxed));
        Some((name, Credential { owner, ..Credential::default() }))
    }

    fn watch(&self) -> i64 {
        self.watches.fetch_add(1, Ordering::Relaxed)
    }
}
