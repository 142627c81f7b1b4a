//! What is said about agents.

use serde::{Deserialize, Serialize};

use super::ids::{AgentId, Epoch};
use crate::identity::PublicKey;

/// Longest text of an outcome or a name in bytes; what is longer is cut.
pub(crate) const TEXT_LEN_MAX: usize = 16 << 10;

/// How an agent ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    /// `main` returned something other than an `Err`.
    Returned {
        /// What, as the language shows it.
        text: String,
    },
    /// `main` returned an `Err`.
    Failed {
        /// What was in the `Err`, as the language shows it.
        text: String,
    },
    /// A trap.
    Trapped {
        /// Message and stack trace, a line each.
        text: String,
    },
    /// It reached a limit of the node where it was.
    LimitReached {
        /// Which: `fuel`, `heap`, `stack`, `value`.
        limit: String,
        /// Message and stack trace, a line each.
        text: String,
    },
    /// Someone ended it.
    Killed {
        /// Who, as the node where it was knows them.
        by: String,
    },
    /// The node where it was lost it.
    Lost {
        /// What is known.
        text: String,
    },
}

/// What an agent is doing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum AgentState {
    /// It computes.
    Running,
    /// It waits for a host function, such as a clock.
    Waiting,
    /// It can't go on before its home has taken its output.
    Blocked,
    /// It is on its way to another node.
    Leaving {
        /// The node's name.
        to: String,
    },
    /// It ended.
    Ended,
}

impl AgentState {
    /// One word for a table.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Waiting => "waiting",
            Self::Blocked => "blocked",
            Self::Leaving { .. } => "leaving",
            Self::Ended => "ended",
        }
    }
}

/// What an agent has used, on all nodes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Usage {
    /// Fuel.
    pub fuel: u64,
    /// Bytes of heap as of the last look.
    pub heap_bytes: u64,
    /// Hops.
    pub hops: u64,
    /// Milliseconds since it was launched.
    pub age_ms: u64,
}

/// A line of `ps`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AgentInfo {
    /// Who.
    pub agent: AgentId,
    /// Its label.
    pub name: String,
    /// The key of its owner: whoever sent it, or the agent that began it.
    pub owner: PublicKey,
    /// What it is doing.
    pub state: AgentState,
    /// The node where it is, or was when it ended.
    pub node: PublicKey,
    /// As of when.
    pub epoch: Epoch,
    /// What it has used.
    pub usage: Usage,
    /// How it ended, if it did and the one who answers is its home.
    pub outcome: Option<Outcome>,
    /// Whether the one who answers has it; else it is its home and says what it heard last.
    pub here: bool,
}

impl AgentInfo {
    /// One word for a table: what the agent is doing or, once it ended, how.
    pub fn word(&self) -> &'static str {
        match &self.outcome {
            None => self.state.word(),
            Some(Outcome::Returned { .. }) => "ended",
            Some(Outcome::Failed { .. }) => "failed",
            Some(Outcome::Trapped { .. }) => "trapped",
            Some(Outcome::LimitReached { .. }) => "limit",
            Some(Outcome::Killed { .. }) => "killed",
            Some(Outcome::Lost { .. }) => "lost",
        }
    }
}

/// Cuts `text` to what fits a frame, at a character's end, and says so.
pub(crate) fn cut(mut text: String) -> String {
    if text.len() > TEXT_LEN_MAX {
        text.truncate(text.floor_char_boundary(TEXT_LEN_MAX - 16));
        text.push_str(" … (cut)");
    }
    text
}

impl Outcome {
    /// Cuts what it says to about `len_max` bytes.
    pub(crate) fn shorten(&mut self, len_max: usize) {
        match self {
            Self::Returned { text }
            | Self::Failed { text }
            | Self::Trapped { text }
            | Self::LimitReached { text, .. }
            | Self::Killed { by: text }
            | Self::Lost { text } => text.truncate(text.floor_char_boundary(len_max)),
        }
    }
}
