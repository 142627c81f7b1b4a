//! What the state machines want done.

use mob_vm::bytecode::ModuleHash;

use super::message::{Offer, RejectCause};
use crate::identity::PublicKey;
use crate::protocol::{AttemptId, Frame, Packing};

/// Something for the driver to do, in the order given.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// Send a frame to the other side.
    Send(Frame),
    /// Decide about an offer: [`Target::accept`](super::Target::accept) or
    /// [`Target::refuse`](super::Target::refuse).
    Consider,
    /// Send this code and then the cargo; then say [`Source::transferred`](super::Source::transferred).
    Transfer {
        /// Modules that the target lacks.
        code: Vec<ModuleHash>,
        /// How the target wants the cargo.
        packing: Packing,
    },
    /// Receive this code and then the cargo; then say [`Target::received`](super::Target::received) or
    /// [`Target::refuse`](super::Target::refuse).
    Receive {
        /// Modules that were asked for.
        code: Vec<ModuleHash>,
        /// How the cargo was asked for.
        packing: Packing,
    },
    /// Make this durable, and only then say `persisted`.
    Persist(Entry),
    /// The agent goes on here, where it was.
    Resume(HopError),
    /// The agent runs at the target: forget the copy and what was persisted of the attempt, but for where it went.
    Forget,
    /// The target says that it lost the agent, which must not run here again.
    Lose,
    /// The agent runs here from now on.
    Activate,
    /// Forget what was received and persisted of the attempt.
    Discard,
}

/// What has to outlive a crash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// At the source: the agent is the target's. The point of no return.
    Committed {
        /// What was offered.
        offer: Offer,
        /// To whom.
        target: PublicKey,
    },
    /// At the target: cargo and code are here, and may become an agent if the source says so.
    Prepared {
        /// What was offered.
        offer: Offer,
        /// By whom.
        source: PublicKey,
    },
    /// At the target: the agent runs here, in this epoch. Takes the place of `Prepared`.
    Active {
        /// What was offered.
        offer: Offer,
    },
}

impl Entry {
    /// The attempt that it belongs to.
    pub fn attempt(&self) -> AttemptId {
        match self {
            Self::Committed { offer, .. } | Self::Prepared { offer, .. } | Self::Active { offer } => {
                offer.attempt
            }
        }
    }
}

/// Why an agent stayed where it was.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HopError {
    /// The node named is not in the peer book.
    #[error("no node called {name} is known here")]
    UnknownNode {
        /// The name.
        name: String,
    },
    /// The node can't be reached, or was lost before the hand-over was decided.
    #[error("{why}")]
    Unreachable {
        /// What happened.
        why: String,
    },
    /// The node did not take it.
    #[error("{reason}")]
    Rejected {
        /// What kind of no.
        cause: RejectCause,
        /// What the node says.
        reason: String,
    },
    /// The snapshot can't be taken, or is larger than this node gives out.
    #[error("{why}")]
    Snapshot {
        /// What is wrong.
        why: String,
        /// Whether it is its size.
        too_large: bool,
    },
}
