//! What of an agent is the same wherever it is.

use mob_runtime::{Credential, Pass, Right};
use serde::{Deserialize, Serialize};

use crate::identity::PublicKey;
use crate::protocol::AgentId;

/// Who an agent is and whose, and who is told of it.
#[derive(Debug)]
pub(super) struct Papers {
    pub(super) id: AgentId,
    /// A label for people.
    pub(super) name: String,
    /// The key of its owner: whoever sent it, or the agent that it descends from.
    pub(super) owner: PublicKey,
    /// Shows that its name is its own.
    pub(super) credential: Credential,
    /// `HOST:PORT` of its home, or empty if that is not known.
    pub(super) home_addr: String,
    /// Where its output is shown.
    pub(super) console: Console,
}

/// Where an agent's output is shown: with the agent that was sent, wherever those run that it began.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Console {
    pub(super) agent: AgentId,
    /// `HOST:PORT` of that one's home, or empty if it is not known.
    pub(super) addr: String,
}

impl Papers {
    /// Whether the agent's name is its own.
    pub(super) fn are_valid(&self) -> bool {
        AgentId::of_credential(self.id.home, &self.credential) == self.id
    }

    /// What a report of the agent carries, so that its home believes it.
    pub(super) fn reporting(&self) -> Pass {
        self.credential.owner.pass(Right::Report, self.id.name())
    }
}
