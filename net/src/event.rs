//! What happens on a node, as data for whoever started it.

use crate::identity::PublicKey;
use crate::protocol::{AgentId, Epoch, Outcome};

/// Something that happened.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// An agent left this node and runs at another.
    Hop(Hop),
    /// A hop failed; the agent goes on here.
    HopFailed {
        /// Who.
        agent: AgentId,
        /// The node where it was to go, by name.
        to: String,
        /// Why not.
        reason: String,
    },
    /// An agent whose home this node is ended, here or elsewhere.
    Ended {
        /// Who.
        agent: AgentId,
        /// How.
        outcome: Outcome,
    },
    /// A letter from another node could not be given to an agent here: it is of another type than the inbox is for, or damaged.
    LetterRefused {
        /// For whom it was.
        agent: AgentId,
        /// The node that it came from.
        from: String,
        /// What is wrong.
        reason: String,
    },
    /// Someone unknown knocked and was turned away.
    Stranger {
        /// The key that was proved.
        key: PublicKey,
    },
}

/// One hop that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hop {
    /// Who.
    pub agent: AgentId,
    /// Its epoch at the node where it is. A node hears that a hop was made only after the next node has the agent, so the
    /// hops of one agent may be told out of their order; this says the order.
    pub epoch: Epoch,
    /// The node that it left, by name.
    pub from: String,
    /// The node where it is, by name.
    pub to: String,
    /// Bytes of snapshot and of what goes with it.
    pub cargo_bytes: u64,
    /// Bytes of code; 0 if the node had it.
    pub code_bytes: u64,
    /// From the program's wish to the node's confirmation, in microseconds.
    pub micros: u64,
}

/// Is told of events. Called on the node's own tasks, so it must not block.
pub trait EventSink: Send + Sync + 'static {
    /// Something happened.
    fn event(&self, event: &Event);
}

impl<F: Fn(&Event) + Send + Sync + 'static> EventSink for F {
    fn event(&self, event: &Event) {
        self(event);
    }
}
