//! What new agents are called.

use std::sync::atomic::{AtomicU64, Ordering};

use mob_vm::AgentName;

/// Gives names, each once.
pub trait Names: Send + Sync {
    /// A name that no agent has or had; `None` if there is no way to make one.
    fn next(&self) -> Option<AgentName>;
}

/// Names with numbers behind zeros, for agents that never meet those of another place.
#[derive(Debug)]
pub struct Counter(AtomicU64);

impl Counter {
    /// The first number is this one.
    #[must_use]
    pub fn from(first: u64) -> Self {
        Self(AtomicU64::new(first))
    }

    /// How many names were given, and the first number.
    #[must_use]
    pub fn value(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
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
    fn next(&self) -> Option<AgentName> {
        Some(Self::name(self.0.fetch_add(1, Ordering::Relaxed)))
    }
}
